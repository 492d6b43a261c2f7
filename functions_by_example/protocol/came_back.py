"""What came back from an invocation, worded: parts of text to show.

The site's pages and the playground show these parts; each makes elements of
them, and neither words a result by itself. Standard library only: this runs
in the browser too.
"""

from __future__ import annotations

import http
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NotRequired, TypedDict, cast

from functions_by_example.protocol.answers import (
    Binding,
    ErrorJson,
    FunctionJson,
    HttpResponse,
    LogLine,
    Message,
    Result,
)

# What of JSON is written on one line.
WIDTH = 60

type Kind = Literal["http", "return", "output", "log", "error", "nothing"]
type Style = Literal["status", "name", "level", "place", "json", "text"]
# A text, and what it is.
type Piece = tuple[Style, str]


class Part(TypedDict):
    """One part of what came back. Its text is that of its pieces, joined.

    `name` and `type` are those of an output's binding, or empty; `file` and
    `line` the place of an error in the app, where it has one.
    """

    kind: Kind
    label: str
    name: str
    type: str
    pieces: list[Piece]
    file: NotRequired[str]
    line: NotRequired[int | None]


def parts(result: Result, types: Mapping[str, str]) -> list[Part]:
    """What the worker returned, part by part; one that says so where nothing
    came back. `types` are the types of the bindings by their names."""
    found = list(_parts(result, types))
    if not result:
        sentence: Piece = ("text", "No return value, no output, no log.")
        found.append(_part("nothing", "Nothing comes back", [sentence]))
    return found


def text(part: Part) -> str:
    """The whole text of a part."""
    return "".join(piece for _, piece in part["pieces"])


def types_of(bindings: Iterable[Binding]) -> dict[str, str]:
    """The types of bindings by their names."""
    return {binding["name"]: binding["type"] for binding in bindings}


def function_json(functions: Sequence[FunctionJson]) -> str:
    """The function.json of an app's functions; that of a single one is not in
    a list."""
    return compact(functions[0] if len(functions) == 1 else functions)


def compact(value: object, indent: str = "") -> str:
    """JSON, a line for whatever fits on one."""
    line = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(line) <= WIDTH or not isinstance(value, dict | list):
        return line
    deeper = indent + "  "
    if isinstance(value, dict):
        items = [
            f"{json.dumps(key, ensure_ascii=False)}: {compact(item, deeper)}"
            for key, item in value.items()
        ]
        return _joined("{", items, "}", indent)
    return _joined("[", [compact(item, deeper) for item in value], "]", indent)


def _joined(start: str, items: list[str], end: str, indent: str) -> str:
    body = ",\n".join(f"{indent}  {item}" for item in items)
    return f"{start}\n{body}\n{indent}{end}"


def _parts(result: Result, types: Mapping[str, str]) -> Iterator[Part]:
    returned = result.get("return")
    if returned and "http" in returned:
        answer = cast(HttpResponse, returned["http"])
        yield _part("http", "HTTP response", list(_http(answer)))
    elif returned:
        yield _part("return", "Return value", [_value(returned)])
    for name, message in result.get("outputs", {}).items():
        output = _part("output", "Output", [_value(message)])
        yield output | {"name": name, "type": types.get(name, "")}
    if log := result.get("log"):
        yield _part("log", "Log", list(_log(log)))
    if error := result.get("error"):
        yield _error(error)


def _part(kind: Kind, label: str, pieces: list[Piece]) -> Part:
    return {
        "kind": kind,
        "label": label,
        "name": "",
        "type": "",
        "pieces": pieces,
    }


def _http(answer: HttpResponse) -> Iterator[Piece]:
    status = answer.get("status", 200)
    try:
        phrase = http.HTTPStatus(status).phrase
    except ValueError:  # a status that has no name
        phrase = ""
    yield "status", f"{status} {phrase}".strip()
    for name, content in answer.get("headers", {}).items():
        yield "text", "\n"
        yield "name", name
        yield "text", f": {content}"
    if cookies := answer.get("cookies"):
        yield "text", "\n"
        yield _value({"json": cookies})
    if (body := answer.get("body")) is not None:
        yield "text", "\n\n"
        yield _value({"json": body})


def _value(message: Message) -> Piece:
    """A message of one key, its kind: text as it is, the rest as JSON."""
    if not message:
        return "text", "None"
    (content,) = message.values()
    if isinstance(content, str):
        return "json" if content.startswith(("{", "[")) else "text", content
    return "json", compact(content)


def _log(lines: Iterable[LogLine]) -> Iterator[Piece]:
    for number, line in enumerate(lines):
        if number:
            yield "text", "\n"
        yield "level", line["level"]
        yield "text", f" {line['message']}"


def _error(error: ErrorJson) -> Part:
    pieces: list[Piece] = [("text", f"{error['type']}: {error['message']}")]
    file = error["file"]
    if not file:
        return _part("error", "Error", pieces)
    place = f"{file}, line {error['line']}"
    pieces += [("text", "\n"), ("place", place)]
    part = _part("error", "Error", pieces)
    return part | {"file": file, "line": error["line"]}
