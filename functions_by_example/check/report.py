"""A verdict as text for people."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping

from functions_by_example.check.judging import SCRIPT
from functions_by_example.host.rules.rule import every
from functions_by_example.protocol.answers import CheckResult
from functions_by_example.protocol.problem import ProblemJson


def report(results: Iterable[CheckResult]) -> str:
    """The same for people: each function with its trigger and bindings, each
    problem with its file and line, and what to do."""
    lines = []
    for result in results:
        lines.append(f"{result['path']}: {_state(result)}")
        for function in result["functions"]:
            lines.append(f"  {function['name']}: {function['trigger']}")
            lines += [f"    {_short(b)}" for b in function["bindings"]]
        for problem in result["problems"]:
            message = " ".join(problem["message"].split())
            severity, code = problem["severity"], problem["code"]
            where = _where(result["path"], problem)
            lines.append(f"{where}: {severity} {code}: {message}")
            lines.append(f"  {problem['hint']}")
        lines.append("")
    text = "\n".join(lines).rstrip("\n")
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _state(result: CheckResult) -> str:
    problems = result["problems"]
    errors = {p["code"] for p in problems if p["severity"] == "error"}
    if result["ok"]:
        return "loads"
    if errors and errors <= every().keys():
        return "loads in the worker, has errors in the host"
    return "does not load"


def _short(binding: Mapping[str, object]) -> str:
    """A binding on one line: direction, type, name, then its other keys."""
    direction = str(binding.get("direction", "")).lower()
    first = ("direction", "type", "name")
    others = [
        f"{key}={json.dumps(value, ensure_ascii=False)}"
        for key, value in binding.items()
        if key not in first
    ]
    head = f"{direction} {binding.get('type')} {binding.get('name')}"
    return f"{head} ({', '.join(others)})" if others else head


def _where(path: str, problem: ProblemJson) -> str:
    folder = path.removesuffix(SCRIPT).rstrip("/\\")
    where = os.path.join(folder, problem["file"]) if problem["file"] else path
    return f"{where}:{problem['line']}" if problem["line"] else where
