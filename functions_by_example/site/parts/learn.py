"""Parts of the pages of docs/learn/, from records and from tests."""

from __future__ import annotations

import ast
import functools
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from functions_by_example.paths import TESTS
from functions_by_example.protocol.answers import Message
from functions_by_example.site import html
from functions_by_example.site.parts import part
from functions_by_example.trials import annotations as trial
from functions_by_example.trials import blocking
from functions_by_example.trials.annotations import Group, Row

Kind = Literal["triggers", "inputs", "outputs", "returns"]


# --- What annotations do ------------------------------------------------------


@dataclass
class Errors:
    """Errors that begin alike: one of them, and the ends of the others."""

    first: str
    ends: list[str]


class Arrival(NamedTuple):
    """What arrives under some annotations: a type, perhaps of others
    `inside`; or why each call fails; neither where no event was sent."""

    annotations: list[str]
    arrives: str
    inside: str
    fails: str


class Fate(NamedTuple):
    """What became of a value: nothing (None was given), lost (without an
    error), keys (a dictionary's, as JSON), error (`text` is its number), or
    the kind of the message."""

    kind: str
    text: str = ""


@dataclass
class Matrix:
    """Values down, annotations across; those that fare alike share a row or a
    column. `errors` are those of the cells, by their numbers from 1."""

    titles: list[list[str]]
    rows: list[tuple[list[str], tuple[Fate, ...]]]
    errors: list[Errors]


@part("annotations")
def accepted(kind: Kind, service: str) -> str:
    """For each trigger or input of a service, what its parameter may be
    annotated with. `kind` is triggers or inputs."""
    shown = [
        _named(case) | {"groups": list(_arrivals(case))}
        for case in _cases(kind, service)
    ]
    return html.render("learn/annotations.html", cases=shown)


@part("outputs")
def outputs(kind: Kind, service: str) -> str:
    """For each output of a service, what is sent for which value under which
    annotation. `kind` is outputs or returns."""
    shown = [
        _named(case) | vars(matrix(case["groups"]))
        for case in _cases(kind, service)
    ]
    first = "You set" if kind == "outputs" else "You return"
    return html.render("learn/outputs.html", cases=shown, first=first)


def _cases(kind: Kind, service: str) -> list[Row]:
    found = [case for case in trial.load()[kind] if case["service"] == service]
    if not found:
        raise KeyError(service)
    return found


def _named(case: Row) -> dict[str, object]:
    """What all tables show: the decorators, and which annotations are refused
    with which errors."""
    refused: dict[str, tuple[list[str], list[str]]] = {}
    for group in case["groups"]:
        if "refused" in group:
            start, _ = ends(group["refused"])
            written, texts = refused.setdefault(start, ([], []))
            written += group["annotations"]
            texts.append(group["refused"])
    return {
        "names": case["names"],
        "note": case["note"],
        "refused": [(w, _errors(texts)) for w, texts in refused.values()],
        "count": sum(len(written) for written, _ in refused.values()),
    }


def _arrivals(case: Row) -> Iterator[Arrival]:
    for group in case["groups"]:
        if "refused" not in group:
            kind, _, inside = group.get("arrives", "").partition(" of ")
            yield Arrival(
                group["annotations"], kind, inside, group.get("fails", "")
            )


def matrix(groups: Iterable[Group]) -> Matrix:
    """What outputs send, value by value."""
    columns = [group for group in groups if "sent" in group]
    errors: dict[str, list[str]] = {}
    rows: dict[tuple[Fate, ...], list[str]] = {}
    for value in columns[0]["sent"]:
        fates = tuple(
            fate(value, group["sent"][value], errors) for group in columns
        )
        rows.setdefault(fates, []).append(value)
    return Matrix(
        [group["annotations"] for group in columns],
        [(values, fates) for fates, values in rows.items()],
        list(map(_errors, errors.values())),
    )


def fate(value: str, sent: Message, errors: dict[str, list[str]]) -> Fate:
    """What became of a value; its error is added to `errors`, which has them
    by how they begin."""
    if sent is None:
        return Fate("nothing" if value == "None" else "lost")
    ((kind, content),) = sent.items()
    if kind == "error":
        start, _ = ends(str(content))
        errors.setdefault(start, []).append(str(content))
        return Fate(kind, str(list(errors).index(start) + 1))
    if kind != "json":
        return Fate(kind)
    keys = value.startswith("{") and content == list(ast.literal_eval(value))
    text = json.dumps(content, ensure_ascii=False)
    return Fate("keys" if keys else kind, text)


def ends(error: str) -> tuple[str, str]:
    """An error's text, cut before the type that it ends in."""
    for mark in (" for Python type ", " annotation "):
        start, found, end = error.rpartition(mark)
        if found:
            return start + found, end
    return error, ""


def _errors(texts: Iterable[str]) -> Errors:
    first, *others = dict.fromkeys(texts)
    return Errors(first, [ends(other)[1] for other in others])


# --- What blocks --------------------------------------------------------------


@part("blocking")
def what_blocks() -> str:
    """How long calls took that came at once, and how many ran at a time."""
    return html.render("learn/blocking.html", cases=blocking.load()["cases"])


@part("machine")
def machine() -> str:
    """What the measurement ran on."""
    return blocking.load()["machine"]


# --- Tests --------------------------------------------------------------------


@part("test")
def test(file: str, name: str) -> str:
    """A test's source, folded. Raises LookupError where there is none."""
    found = _functions(file)
    if name not in found:
        raise LookupError(f"tests/{file} has no test {name}")
    return html.render("learn/test.md", name=name, source=found[name])


@functools.cache
def _functions(file: str) -> dict[str, str]:
    """The source of each function of a file below tests/, by its name."""
    path = TESTS / file
    if not path.is_file():
        raise LookupError(f"there is no tests/{file}")
    text = path.read_text("utf-8")
    lines = text.splitlines()
    found = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef):
            above = [decorator.lineno for decorator in node.decorator_list]
            first = min(node.lineno, *above) if above else node.lineno
            found[node.name] = "\n".join(lines[first - 1 : node.end_lineno])
    return found
