"""Apps judged in processes of their own, with a time limit."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

from functions_by_example.check.judging import SCRIPT, judge
from functions_by_example.check.problems import ERRORS, coded, described
from functions_by_example.processes import last_words, process, verdicts
from functions_by_example.protocol.answers import CheckResult, Verdict
from functions_by_example.protocol.problem import Problem

PRELOAD = ("azure.functions", "functions_by_example.processes.check")


# What else than the import itself may write into the answer.
_WRITES = "Remove what writes to file descriptors that the app did not open."


def checked(
    paths: Iterable[Path], seconds: float = process.SECONDS
) -> list[CheckResult]:
    """Judge the apps in these folders, each in processes of its own that may
    take `seconds`.

    Gives, in the order of the paths, {"path", "ok", "functions", "problems"}:
    the functions that load, and what is wrong. Raises nothing for an app.
    """
    process.preload(PRELOAD)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(lambda path: _checked(path, seconds), paths))


def _checked(path: Path, seconds: float) -> CheckResult:
    folder = _folder(path)
    if isinstance(folder, Problem):
        verdict = _only(folder)
    else:
        verdict = _judged(folder, seconds)
    problems = verdict["problems"]
    return {
        "path": str(path),
        "ok": not any(p["severity"] == "error" for p in problems),
        "functions": verdict["functions"],
        "problems": problems,
    }


def _folder(path: Path) -> Path | Problem:
    """The folder that is meant: function_app.py stands for its own."""
    try:
        if path.is_dir():
            return path.resolve()
        if path.is_file() and path.name == SCRIPT:
            return path.resolve().parent
        if path.exists():
            return coded("not-a-folder", f"{path} is not a folder")
        return coded("no-folder", f"there is no folder {path}")
    except (OSError, ValueError) as error:  # a name too long, a null byte
        return coded("no-folder", f"there is no such folder: {error}")


def _judged(folder: Path, seconds: float) -> Verdict:
    """The verdict of processes: one where the worker loads the app, another
    that finds every error where it does not."""
    verdict, _ = _in_process(folder, seconds, explain=False)
    refused = verdict["refused"]
    if refused is None:
        return verdict
    explained, is_cut = _in_process(folder, seconds, explain=True)
    codes = {p["code"] for p in explained["problems"]} & set(ERRORS)
    if is_cut or codes <= {"host-json", "settings-file"}:
        explained["problems"].insert(0, refused)
    return explained


def _in_process(
    folder: Path, seconds: float, explain: bool
) -> tuple[Verdict, bool]:
    """The verdict of one process, and whether it is cut: the process gave
    none, and the verdict says why."""
    hint = None
    with _last_words() as (words, path):
        try:
            answer = process.call(
                _judge_here,
                str(folder),
                path,
                seconds,
                explain,
                seconds=seconds,
            )
            return verdicts.read(answer), False
        except process.TimedOut:
            code = "timeout"
            message = f"the app did not finish loading within {seconds:g} s"
        except (process.Unreadable, verdicts.Malformed) as sent:
            code, hint = "ended", _WRITES
            message = f"while the app was loaded, {sent}"
        except process.Ended as ended:
            code, message = "ended", f"while the app was loaded, {ended}"
        file, line = last_words.place(words, folder)
    return _only(coded(code, message, file or SCRIPT, line, hint)), True


@contextlib.contextmanager
def _last_words() -> Iterator[tuple[BinaryIO, str]]:
    """A file for them, and its path. It is one file and not a folder: what an
    app puts in its place is left there, since to remove it may take for
    ever."""
    descriptor, path = tempfile.mkstemp(prefix="last_words")
    with open(descriptor, "r+b") as words:
        try:
            yield words, path
        finally:
            with contextlib.suppress(OSError):
                os.unlink(path)


def _only(problem: Problem) -> Verdict:
    return {
        "functions": [],
        "problems": [described(problem)],
        "refused": None,
    }


def _judge_here(
    folder: str, words: str, seconds: float, explain: bool
) -> Verdict:
    """Judge an app in this process, which is there for nothing else: what
    the app prints, imports or does to the process is its own affair."""
    last_words.keep(words, seconds)
    os.dup2(1, 2)  # standard output goes nowhere already
    sys.argv[1:] = []
    loop = asyncio.new_event_loop()
    return loop.run_until_complete(judge(Path(folder), explain))
