"""Every sample in whatever interpreter runs this: what its SDK and its worker
library make of them, as JSON on standard output.

    python -m functions_by_example.processes.other_python FOLDER...

Needs the SDK only. Where the worker library is there too, each sample is
loaded and each of its events delivered; where it is not (it wants Python
3.13), the functions are listed by the SDK's own `get_functions()`.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Iterable
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from functions_by_example.processes import process

Json = Any

WORKER = "azure_functions_runtime"


def main() -> None:
    """The outcomes for the folders on the command line, on standard
    output."""
    json.dump(outcomes(sys.argv[1:]), sys.stdout)


def outcomes(folders: Iterable[str]) -> dict[str, Json]:
    """The versions here, and for each folder what became of it: `functions`
    or `error`, and where the worker library is there, the answer to each
    event under `replays`."""
    has_worker = find_spec(WORKER) is not None
    names = [
        "azure.functions",
        *(["functions_by_example.worker.app"] * has_worker),
    ]
    process.preload(names)
    return {
        "sdk": metadata.version("azure-functions"),
        "requires": metadata.metadata("azure-functions")["Requires-Python"],
        "worker": metadata.version(WORKER) if has_worker else None,
        "python": ".".join(platform.python_version_tuple()[:2]),
        "samples": {
            "/".join(Path(folder).parts[-2:]): (
                _run(folder) if has_worker else _call(listed, folder)
            )
            for folder in folders
        },
    }


def listed(folder: str) -> dict[str, Json]:
    """Name and bindings of each function, by the SDK alone; the error with
    which the app or the SDK ends it. Runs in a process of its own."""
    import importlib

    import azure.functions as func

    settings = json.loads(Path(folder, "local.settings.json").read_text())
    os.environ.update(settings["Values"])
    os.chdir(folder)
    sys.path.insert(0, folder)
    sys.dont_write_bytecode = True
    try:
        module = importlib.import_module("function_app")
        (app,) = (
            value
            for value in vars(module).values()
            if isinstance(value, func.FunctionRegister)
        )
        functions = app.get_functions()
        return {
            "functions": [
                {
                    "name": function.get_function_name(),
                    "bindings": list(
                        map(json.loads, function.get_raw_bindings())
                    ),
                }
                for function in functions
            ]
        }
    except Exception as error:
        return {"error": {"type": type(error).__name__, "message": str(error)}}


def _run(folder: str) -> dict[str, Json]:
    from functions_by_example.worker import app

    answer = _call(app.index, folder)
    if "error" not in answer:
        answer["replays"] = {
            path.stem: _call(app.replay, folder, json.loads(path.read_text()))
            for path in sorted(Path(folder, "events").glob("*.json"))
        }
    return answer


def _call(function: Any, *arguments: Any) -> dict[str, Json]:
    try:
        return dict(process.call(function, *arguments))
    except process.Ended as ended:
        return {"error": {"type": type(ended).__name__, "message": str(ended)}}


if __name__ == "__main__":
    main()
