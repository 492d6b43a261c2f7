"""Where an app was when its process hung or ended."""

from __future__ import annotations

import faulthandler
import os
import re
import signal
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, TextIO

from functions_by_example.worker.app import relative

LONGEST = 2**18  # bytes of the file that are read

# The functions that end this process at once, leaving no time to answer.
_ENDINGS = ("_exit", "abort", "kill", "killpg")


def keep(path: str, seconds: float) -> None:
    """From now on, have this process write its stack to a file shortly before
    `seconds` have passed, and when it ends by a fault or by its own hand."""
    file = open(path, "w")  # noqa: SIM115 (it is to stay open)
    faulthandler.enable(file)
    before = max(seconds - 1, seconds * 0.8)
    faulthandler.dump_traceback_later(before, file=file)
    for name in _ENDINGS:
        if hasattr(os, name):
            setattr(os, name, _told(getattr(os, name), file))
    signal.raise_signal = _told(signal.raise_signal, file)


def _told[**P, R](real: Callable[P, R], file: TextIO) -> Callable[P, R]:
    def told(*arguments: P.args, **more: P.kwargs) -> R:
        faulthandler.dump_traceback(file, all_threads=False)
        return real(*arguments, **more)

    return told


def place(file: BinaryIO, folder: Path) -> tuple[str | None, int | None]:
    """The last line of the app's own code in what was written, if any.

    The last stack counts, and of several threads the one that imports the app:
    our own code is in it. A stack names the innermost call first. The app may
    have written to the file too: of a long one, the end is read.
    """
    file.seek(max(0, file.seek(0, os.SEEK_END) - LONGEST))
    text = file.read(LONGEST).decode("ascii", "replace").replace("\0", "?")
    heading = r"^(?:Current thread|Thread|Stack) .*$"
    stacks = re.split(heading, text, flags=re.MULTILINE)[::-1]
    stacks.sort(key=lambda stack: "judging.py" not in stack)
    for stack in stacks:
        for written in stack.splitlines():
            call = re.match(r' *File "(.+)", line (\d{1,9})', written)
            inside = call and relative(_unescaped(call[1], folder), folder)
            if call and inside:
                return inside, int(call[2])
    return None, None


def _unescaped(name: str, folder: Path) -> str:
    """faulthandler writes what is not ASCII as an escape."""
    escaped = str(folder).encode("ascii", "backslashreplace").decode()
    if name.startswith(escaped):
        return str(folder) + name.removeprefix(escaped)
    return name
