"""The other end of `environments.elsewhere`, in another interpreter: a call by
pickle on standard input, its answer as JSON on standard output.

    python -m functions_by_example.processes.elsewhere
"""

from __future__ import annotations

import json
import pickle
import sys

from functions_by_example.processes import environments, process


def main() -> None:
    """Make the call that is read, and write its answer."""
    function, arguments = pickle.load(sys.stdin.buffer)
    names = ["azure.functions", environments.__name__]
    if environments.has_worker():
        names.append("functions_by_example.worker.app")
    process.preload(names)
    json.dump(function(*arguments), sys.stdout)


if __name__ == "__main__":
    main()
