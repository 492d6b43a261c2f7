"""One call in a process of its own, with a time limit.

The processes are forked from a server that has imported what the calls need,
which takes milliseconds; where there is no forking, they start from nothing.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from multiprocessing import forkserver
from multiprocessing.connection import Connection, wait
from types import ModuleType
from typing import Any

SECONDS = 30.0


class Ended(Exception):  # noqa: N818 (an outcome)
    """The process gave no result. `str()` says what became of it."""


class TimedOut(Ended):
    """The process ran past its time limit and was stopped."""


_FORKING = "forkserver" in multiprocessing.get_all_start_methods()
_context: Any = multiprocessing.get_context(
    "forkserver" if _FORKING else "spawn"
)


def preload(modules: Iterable[str]) -> None:
    """Start the server and have it import these, before the first call."""
    if not _FORKING:
        return
    _context.set_forkserver_preload(list(modules))
    before = os.environ.get("PYTHONPATH")
    paths = (path or os.getcwd() for path in sys.path)
    os.environ["PYTHONPATH"] = os.pathsep.join(paths)
    try:
        with _no_main():
            forkserver.ensure_running()
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before


_starting = threading.Lock()


@contextlib.contextmanager
def _no_main() -> Iterator[None]:
    """Hide the caller's main module, or every process would import it."""
    with _starting:
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main


def call(
    function: Callable[..., Any], *arguments: Any, seconds: float = SECONDS
) -> Any:
    """What `function(*arguments)` returns, run in a process of its own.

    Function, arguments and result travel by pickle; standard output and
    input are closed to it. Raises TimedOut after `seconds`, Ended where the
    process ends without a result, and what the function raises as Ended.
    """
    ours, theirs = _context.Pipe(duplex=False)
    process = _context.Process(target=_run, args=(theirs, function, arguments))
    with _no_main():
        process.start()
    theirs.close()
    try:
        wait([ours, process.sentinel], timeout=seconds)
        if ours.poll():
            kind, value = ours.recv()
            if kind == "raised":
                raise Ended(value)
            return value
        if process.is_alive():
            raise TimedOut(f"it did not finish within {seconds:g} s")
        process.join()
        raise Ended(_fate(process.exitcode))
    except EOFError:
        process.join(1)
        raise Ended(_fate(process.exitcode)) from None
    finally:
        ours.close()
        process.kill()
        process.join()
        process.close()


def _fate(exitcode: int | None) -> str:
    if exitcode is not None and exitcode < 0:
        return f"its process was killed by signal {-exitcode}"
    return f"it ended its process with exit code {exitcode}"


def _run(
    connection: Connection,
    function: Callable[..., Any],
    arguments: tuple[Any, ...],
) -> None:
    if hasattr(os, "setpgrp"):
        os.setpgrp()  # whoever kills the process's group kills only that
    sink = os.open(os.devnull, os.O_RDWR)
    os.dup2(sink, 0)
    os.dup2(sink, 1)
    try:
        answer = ("returned", function(*arguments))
    except BaseException as error:  # whatever it is, the caller must hear
        answer = ("raised", f"{type(error).__name__}: {error}")
    connection.send(answer)
    connection.close()
    sys.stderr.flush()
    os._exit(0)  # an app's threads and exit handlers shall not hold us up
