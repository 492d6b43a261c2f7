"""The verdict on an app, read from what its process sends.

The app may have written that: its shape is checked before it is used.
"""

from __future__ import annotations

from typing import Any, TypedDict

from functions_by_example.check.problems import (
    ERRORS,
    HINTS,
    LONGEST_MESSAGE,
    MORE,
    Described,
)

Json = Any

DEEPEST = 50  # objects and lists in one another, in a binding


class Function(TypedDict):
    """A function that loads."""

    name: str
    trigger: str
    bindings: list[dict[str, Json]]


class Verdict(TypedDict):
    """What `judging.judge` gives; `refused` is None where it has none."""

    functions: list[Function]
    problems: list[Described]
    refused: Described | None


class Malformed(Exception):  # noqa: N818 (an outcome)
    """The answer is not a verdict."""

    def __init__(self) -> None:
        super().__init__("its process sent a verdict that is not valid")


def read(answer: Json) -> Verdict:
    """The verdict in an answer, without anything that is no part of it.

    Raises Malformed where a part is missing or of another type, a code is
    not one of ours, or a binding is nested too deeply to be written.
    """
    try:
        refused = answer.get("refused")
        return {
            "functions": list(map(_function, _list(answer["functions"]))),
            "problems": list(map(_problem, _list(answer["problems"]))),
            "refused": None if refused is None else _problem(refused),
        }
    except (AttributeError, KeyError, TypeError):
        raise Malformed from None


def _function(given: Json) -> Function:
    return {
        "name": _text(given["name"]),
        "trigger": _text(given["trigger"]),
        "bindings": list(map(_binding, _list(given["bindings"]))),
    }


def _problem(given: Json) -> Described:
    code, message = _text(given["code"]), _text(given["message"])
    file, line = given["file"], given["line"]
    _hold(code in HINTS)
    _hold(given["severity"] == ("error" if code in ERRORS else "warning"))
    _hold(len(message) <= LONGEST_MESSAGE + len(MORE))
    _hold(line is None or type(line) is int)
    return {
        "severity": given["severity"],
        "code": code,
        "message": message,
        "hint": _text(given["hint"]),
        "file": None if file is None else _text(file),
        "line": line,
    }


def _binding(given: Json) -> dict[str, Json]:
    _hold(isinstance(given, dict))
    level: list[Json] = [given]
    for _ in range(DEEPEST):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return given
    raise Malformed


def _list(given: Json) -> list[Json]:
    _hold(isinstance(given, list))
    return given


def _text(given: Json) -> str:
    _hold(isinstance(given, str))
    return given


def _hold(what: bool) -> None:
    if not what:
        raise Malformed
