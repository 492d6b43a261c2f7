"""Parts of the pages of docs/learn/, from records and from tests.

`<!-- gallery: NAME ARGUMENTS -->` on a page is filled in with what the
function of that name gives. Each raises LookupError for arguments that it
does not know.
"""

from __future__ import annotations

import ast
import html
import json
from collections.abc import Iterable
from typing import Any

from functions_by_example.paths import DATA, TESTS
from functions_by_example.site.parts import part

Json = Any


# What a message of the worker may be, in words.
_KINDS = {
    "string": "as a string",
    "bytes": "as bytes",
    "int": "as an int",
    "double": "as a double",
    "http": "as a response",
}


def data(name: str) -> Json:
    """A record of functions_by_example/data/."""
    return json.loads((DATA / f"{name}.json").read_text("utf-8"))


# --- What annotations do ----------------------------------------------------


@part("annotations")
def accepted(kind: str, service: str) -> str:
    """For each trigger or input of a service, what its parameter may be
    annotated with. `kind` is triggers or inputs."""
    blocks = []
    for case in _cases(kind, service):
        rows = [
            (_names(group["annotations"]), _arrival(group))
            for group in case["groups"]
            if "refused" not in group
        ]
        blocks.append(
            f'<div class="matrix" data-search-exclude>{_title(case)}'
            + _table(("Annotation", "What arrives"), rows)
            + _refused(case)
            + "</div>"
        )
    return "\n".join(blocks)


@part("outputs")
def outputs(kind: str, service: str) -> str:
    """For each output of a service, what is sent for which value under which
    annotation. `kind` is outputs or returns."""
    first = "You set" if kind == "outputs" else "You return"
    return "\n".join(
        f'<div class="matrix" data-search-exclude>{_title(case)}'
        f"{_matrix(case, first)}{_refused(case)}</div>"
        for case in _cases(kind, service)
    )


def _matrix(case: Json, first: str) -> str:
    """Values down, annotations across; what is alike shares a row or column.
    Errors are numbered, and told word for word below the table.

    On a narrow screen each cell stands below the one before, so it says once
    more which annotation it is for.
    """
    groups = [group for group in case["groups"] if "sent" in group]
    titles = [_names(group["annotations"]) for group in groups]
    errors: dict[str, list[tuple[str, str]]] = {}
    rows: dict[tuple[str, ...], list[str]] = {}
    for value in groups[0]["sent"]:
        cells = tuple(
            _fate(value, group["sent"][value], errors) for group in groups
        )
        rows.setdefault(cells, []).append(value)
    body = "".join(_row(v, cells, titles) for cells, v in rows.items())
    notes = "".join(f"<li>{_errors(texts)}</li>" for texts in errors.values())
    return (
        '<table class="outcomes wide"><thead><tr>'
        f'<th scope="col">{first}</th>'
        + "".join(f'<th scope="col">{title}</th>' for title in titles)
        + f"</tr></thead><tbody>{body}</tbody></table>"
        + (f'<ol class="outcomes">{notes}</ol>' if notes else "")
    )


def _row(values: list[str], cells: tuple[str, ...], titles: list[str]) -> str:
    if len(set(cells)) == 1:
        again = f'<td class="again">{cells[0]}</td>' * (len(cells) - 1)
        row = f"<td>{cells[0]}</td>{again}"
    else:
        row = "".join(
            f'<td><span class="under">{title}</span> {cell}</td>'
            for title, cell in zip(titles, cells, strict=True)
        )
    names = ", ".join(map(_code, values))
    return f'<tr><th scope="row">{names}</th>{row}</tr>'


def _fate(
    value: str, outcome: Json, errors: dict[str, list[tuple[str, str]]]
) -> str:
    """What became of a value, in words; its error is added to `errors`."""
    if not outcome or "error" not in outcome:
        return _outcome(value, outcome)
    start, end = _ends(outcome["error"])
    errors.setdefault(start, []).append((start, end))
    number = list(errors).index(start) + 1
    return f'<b class="bad">error {number}</b>'


def _cases(kind: str, service: str) -> list[Json]:
    found = [c for c in data("matrix")[kind] if c["service"] == service]
    if not found:
        raise KeyError(service)
    return found


def _title(case: Json) -> str:
    names = ", ".join(f"<code>@app.{name}</code>" for name in case["names"])
    note = case["note"]
    if "=" in note:
        note = f"with {_code(note)}"
    return f"<p><strong>{names}</strong>{note and f', {note}'}</p>"


def _names(written: Iterable[str]) -> str:
    return ", ".join(_code(a) if a else "no annotation" for a in written)


def _arrival(group: Json) -> str:
    """What arrived in a parameter, in words."""
    if "fails" in group:
        text = _code(group["fails"])
        return f'Each call fails: <span class="bad">{text}</span>'
    if "loads" in group:
        return "The app loads; no event was sent"
    kind, _, inside = group["arrives"].partition(" of ")
    article = "an" if kind[0] in "AEIOU" else "a"
    of = f" of {_code(inside)}" if inside else ""
    return f"{article} {_code(kind)}{of}"


def _outcome(value: str, outcome: Json) -> str:
    """A value that was accepted, in words."""
    if outcome is None:
        none = value == "None"
        return "nothing" if none else '<b class="odd">nothing, no error</b>'
    ((kind, content),) = outcome.items()
    if kind != "json":
        return _KINDS[kind]
    text = _code(json.dumps(content, ensure_ascii=False))
    if value.startswith("{") and content == list(ast.literal_eval(value)):
        return f'<b class="odd">as the list of its keys</b>: {text}'
    return f"as JSON: {text}"


def _refused(case: Json) -> str:
    """The annotations that keep the app from loading, with the errors."""
    rows: dict[str, tuple[list[str], list[tuple[str, str]]]] = {}
    for group in case["groups"]:
        if "refused" in group:
            start, end = _ends(group["refused"])
            written, texts = rows.setdefault(start, ([], []))
            written += group["annotations"]
            texts.append((start, end))
    if not rows:
        return ""
    count = sum(len(written) for written, _ in rows.values())
    table = _table(
        ("Annotation", "The error"),
        ((_names(w), _errors(texts)) for w, texts in rows.values()),
    )
    return (
        f"<details><summary>{count} annotations with which the app does not "
        f"load</summary>{table}</details>"
    )


def _ends(error: str) -> tuple[str, str]:
    """An error's text, cut before the type that it ends in."""
    for mark in (" for Python type ", " annotation "):
        start, found, end = error.rpartition(mark)
        if found:
            return start + found, end
    return error, ""


def _errors(texts: list[tuple[str, str]]) -> str:
    """Errors that differ in their ends only: the first, the others' ends."""
    (start, end), *others = dict.fromkeys(texts)
    more = ", ".join(_code(other) for _, other in others)
    also = f" or {more}" if more else ""
    return f'<span class="bad">{_code(start + end)}</span>{also}'


def _table(head: tuple[str, str], rows: Iterable[tuple[str, str]]) -> str:
    """A table of two columns; its cells are HTML."""
    body = "".join(
        f'<tr><th scope="row">{name}</th><td>{text}</td></tr>'
        for name, text in rows
    )
    return (
        '<table class="outcomes"><thead><tr>'
        f'<th scope="col">{head[0]}</th><th scope="col">{head[1]}</th>'
        f"</tr></thead><tbody>{body}</tbody></table>"
    )


def _code(text: str) -> str:
    return f"<code>{html.escape(text)}</code>"


# --- What blocks ------------------------------------------------------------


@part("blocking")
def blocking() -> str:
    """How long calls took that came at once, and how many ran at a time."""
    rows = "".join(
        f'<tr><th scope="row">{_code(case["function"])}</th>'
        f"<td>{case['threads'] or 'not set'}</td>"
        f"<td>{case['calls']}</td><td>{case['at_once']}</td>"
        f"<td>{case['seconds']:.2f}&nbsp;s</td></tr>"
        for case in data("blocking")["cases"]
    )
    head = "".join(
        f'<th scope="col">{title}</th>'
        for title in ("Function", "Threads", "Calls", "At a time", "Took")
    )
    return (
        f'<table class="outcomes numbers"><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


@part("machine")
def machine() -> str:
    """What the measurement ran on."""
    return str(data("blocking")["machine"])


# --- Tests --------------------------------------------------------------------


@part("test")
def test(file: str, name: str) -> str:
    """A test's source, folded. Raises LookupError where there is none."""
    path = TESTS / file
    if not path.is_file():
        raise LookupError(f"there is no tests/{file}")
    text = path.read_text("utf-8")
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            lines_of = [node.lineno, *(d.lineno for d in node.decorator_list)]
            first = min(lines_of)
            lines = text.splitlines()[first - 1 : node.end_lineno]
            return (
                '<details class="test" markdown>\n'
                "<summary>The test that says so: "
                f"<code>{name}</code></summary>\n\n"
                f"```python\n{chr(10).join(lines)}\n```\n\n</details>"
            )
    raise LookupError(f"tests/{file} has no test {name}")
