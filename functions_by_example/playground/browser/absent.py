"""What a browser's Python lacks, said in one sentence each.

`install` puts the sentence where Python would fail in other words;
`explanation` finds the one that belongs to an error.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable

_ELSEWHERE = "download the app and run it on your machine"
THREADS = f"threads are not available in the browser: {_ELSEWHERE}"
SOCKETS = f"the network is not available in the browser: {_ELSEWHERE}"
PROCESSES = f"other processes are not available in the browser: {_ELSEWHERE}"
LOOPS = (
    "asyncio.run() is not available in the browser, where a loop runs "
    "already: make the function an async def, and await"
)

# What errors say -> what is to be said of them.
_SENTENCES = {
    re.escape(THREADS): THREADS,
    re.escape(SOCKETS): SOCKETS,
    re.escape(PROCESSES): PROCESSES,
    re.escape(LOOPS): LOOPS,
    "unknown url type: https": SOCKETS,
    "no attribute 'HTTPSConnection'": SOCKETS,
    "can't start new thread": THREADS,
    "No module named '_multiprocessing'": PROCESSES,
    "ZoneInfoNotFoundError": (
        "time zones are not available in the browser, which has no tzdata: "
        f"{_ELSEWHERE}"
    ),
}
# How Python and the SDK say what is not installed.
_MISSING = re.compile(r"No module named '([^']+)'|(azure-functions-durable)")


def explanation(message: str) -> str | None:
    """What the browser lacks, where that is why this error was raised."""
    for pattern, sentence in _SENTENCES.items():
        if re.search(pattern, message):
            if sentence is not LOOPS:  # a name stays as it is written
                sentence = sentence[:1].upper() + sentence[1:]
            return f"{sentence}."
    missing = _MISSING.search(message)
    if missing:
        name = (missing[1] or missing[2]).partition(".")[0]
        return (
            f"{name} is not available in the browser: only Python's standard "
            f"library and the Functions SDK are. {_ELSEWHERE.capitalize()}."
        )
    return None


def install() -> None:
    """Have threads, sockets and processes fail with their sentence, and
    Pyodide's own modules not be found."""
    refused = _refusing(OSError, SOCKETS)
    for name in ("connect", "connect_ex", "bind", "listen", "sendto"):
        setattr(socket.socket, name, refused)
    setattr(socket, "getaddrinfo", refused)  # noqa: B010 (for mypy)
    setattr(socket, "create_connection", refused)  # noqa: B010
    start = _refusing(RuntimeError, THREADS)
    setattr(threading.Thread, "start", start)  # noqa: B010
    setattr(threading, "_start_new_thread", start)  # noqa: B010
    processes = _refusing(OSError, PROCESSES)
    setattr(subprocess.Popen, "__init__", processes)  # noqa: B010
    for name in dir(os):
        if name.startswith(("exec", "fork", "posix_spawn", "spawn", "system")):
            setattr(os, name, processes)
    for name in ("_exit", "abort", "kill", "killpg"):
        if hasattr(os, name):
            setattr(os, name, _ending)
    setattr(signal, "raise_signal", _ending)  # noqa: B010
    run = _refusing(RuntimeError, LOOPS)
    setattr(asyncio, "run", run)  # noqa: B010
    setattr(asyncio.Runner, "run", run)  # noqa: B010
    loop = type(asyncio.get_event_loop())
    setattr(loop, "run_until_complete", run)  # noqa: B010
    setattr(loop, "run_forever", run)  # noqa: B010
    sys.meta_path[:] = [
        finder
        for finder in sys.meta_path
        if "pyodide" not in getattr(finder, "__module__", "")
        and "pyodide" not in type(finder).__module__
    ]
    for name in list(sys.modules):
        if name.partition(".")[0] in ("js", "pyodide_js"):
            del sys.modules[name]


def _ending(*arguments: object) -> None:
    """In place of what ends a process at once: here that would leave nobody
    to say so."""
    raise SystemExit(*arguments)


def _refusing(error: type[Exception], message: str) -> Callable[..., None]:
    def refused(*_: object, **__: object) -> None:
        raise error(message)

    return refused
