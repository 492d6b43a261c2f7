"""The verdict on an app, read from what its process sends.

The app may have written that: its shape is checked before it is used.
"""

from __future__ import annotations

import math
from typing import cast

from functions_by_example.check.problems import (
    HINTS,
    LONGEST_MESSAGE,
    MORE,
    severity,
)
from functions_by_example.protocol.answers import (
    Binding,
    LoadedJson,
    Verdict,
)
from functions_by_example.protocol.problem import ProblemJson

DEEPEST = 50  # objects and lists in one another, in a binding


class Malformed(Exception):  # noqa: N818 (an outcome)
    """The answer is not a verdict."""

    def __init__(self) -> None:
        super().__init__("its process sent a verdict that is not valid")


def read(answer: object) -> Verdict:
    """The verdict in an answer, without anything that is no part of it.

    Raises Malformed where a part is missing or of another type, a code is
    not one of ours, or a binding is nested too deeply to be written.
    """
    given = _object(answer)
    refused = given.get("refused")
    return {
        "functions": list(map(_function, _list(given, "functions"))),
        "problems": list(map(_problem, _list(given, "problems"))),
        "refused": None if refused is None else _problem(refused),
    }


def _function(value: object) -> LoadedJson:
    given = _object(value)
    return {
        "name": _text(given, "name"),
        "trigger": _text(given, "trigger"),
        "bindings": list(map(_binding, _list(given, "bindings"))),
    }


def _problem(value: object) -> ProblemJson:
    given = _object(value)
    code, message = _text(given, "code"), _text(given, "message")
    file, line = given.get("file"), given.get("line")
    if (
        code not in HINTS
        or given.get("severity") != severity(code)
        or len(message) > LONGEST_MESSAGE + len(MORE)
        or not (file is None or isinstance(file, str))
        or not (line is None or type(line) is int)
    ):
        raise Malformed
    return {
        "severity": severity(code),
        "code": code,
        "message": message,
        "hint": _text(given, "hint"),
        "file": file,
        "line": line,
    }


def _binding(given: object) -> Binding:
    binding = _object(given)
    for key in ("type", "direction", "name"):
        _text(binding, key)
    level: list[dict[str, object] | list[object]] = [binding]
    for _ in range(DEEPEST):
        for outer in level:
            _finite(outer)
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return cast(Binding, given)
    raise Malformed


def _finite(outer: dict[str, object] | list[object]) -> None:
    """JSON has no other numbers."""
    for value in outer.values() if isinstance(outer, dict) else outer:
        if isinstance(value, float) and not math.isfinite(value):
            raise Malformed


def _object(given: object) -> dict[str, object]:
    if not isinstance(given, dict):
        raise Malformed
    return given


def _list(given: dict[str, object], key: str) -> list[object]:
    found = given.get(key)
    if not isinstance(found, list):
        raise Malformed
    return found


def _text(given: dict[str, object], key: str) -> str:
    found = given.get(key)
    if not isinstance(found, str):
        raise Malformed
    return found
