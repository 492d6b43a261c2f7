"""Apps judged in processes of their own, with a time limit."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from functions_by_example.check.judging import SCRIPT, judge
from functions_by_example.check.problems import ERRORS, Problem
from functions_by_example.processes import last_words, process

Json = Any

PRELOAD = ("azure.functions", "functions_by_example.processes.check")


def checked(
    paths: Iterable[Path], seconds: float = process.SECONDS
) -> list[dict[str, Json]]:
    """Judge the apps in these folders, each in processes of its own that may
    take `seconds`.

    Gives, in the order of the paths, {"path", "ok", "functions", "problems"}:
    the functions that load, and what is wrong. Raises nothing for an app.
    """
    process.preload(PRELOAD)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(lambda path: _checked(path, seconds), paths))


def _checked(path: Path, seconds: float) -> dict[str, Json]:
    folder = _folder(path)
    if isinstance(folder, Problem):
        verdict = _only(folder)
    else:
        verdict = _judged(folder, seconds)
    errors = [p for p in verdict["problems"] if p["severity"] == "error"]
    return {"path": str(path), "ok": not errors} | verdict


def _folder(path: Path) -> Path | Problem:
    """The folder that is meant: function_app.py stands for its own."""
    try:
        if path.is_dir():
            return path.resolve()
        if path.is_file() and path.name == SCRIPT:
            return path.resolve().parent
        if path.exists():
            return Problem("not-a-folder", f"{path} is not a folder")
        return Problem("no-folder", f"there is no folder {path}")
    except (OSError, ValueError) as error:  # a name too long, a null byte
        return Problem("no-folder", f"there is no such folder: {error}")


def _judged(folder: Path, seconds: float) -> dict[str, Json]:
    """The verdict of processes: one where the worker loads the app, another
    that finds every error where it does not."""
    verdict = _in_process(folder, seconds, explain=False)
    verdict.pop("cut", None)
    refused = verdict.pop("refused", None)
    if refused is None:
        return verdict
    explained = _in_process(folder, seconds, explain=True)
    codes = {p["code"] for p in explained["problems"]} & set(ERRORS)
    if explained.pop("cut", False) or codes <= {"host-json", "settings-file"}:
        explained["problems"].insert(0, refused)
    return explained


def _in_process(folder: Path, seconds: float, explain: bool) -> dict[str, Json]:
    with tempfile.TemporaryDirectory() as notes:
        words = os.path.join(notes, "last_words")
        try:
            verdict: dict[str, Json] = process.call(
                _judge_here,
                str(folder),
                words,
                seconds,
                explain,
                seconds=seconds,
            )
            return verdict
        except process.TimedOut:
            code = "timeout"
            message = f"the app did not finish loading within {seconds:g} s"
        except process.Ended as ended:
            code, message = "ended", f"while the app was loaded, {ended}"
        file, line = last_words.place(words, folder)
    return _only(Problem(code, message, file or SCRIPT, line)) | {"cut": True}


def _only(problem: Problem) -> dict[str, Json]:
    return {"functions": [], "problems": [problem.described()]}


def _judge_here(
    folder: str, words: str, seconds: float, explain: bool
) -> dict[str, Json]:
    """Judge an app in this process, which is there for nothing else: what
    the app prints, imports or does to the process is its own affair."""
    last_words.keep(words, seconds)
    os.dup2(1, 2)  # standard output goes nowhere already
    sys.argv[1:] = []
    loop = asyncio.new_event_loop()
    return loop.run_until_complete(judge(Path(folder), explain))
