"""The code, events, results and files of a sample as HTML."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from html import escape as _escape
from typing import TYPE_CHECKING

from markupsafe import Markup
from pygments.lexer import Lexer
from pygments.lexers.data import JsonLexer
from pygments.lexers.python import PythonLexer
from pygments.token import Token

from functions_by_example.protocol import came_back
from functions_by_example.protocol.answers import Result
from functions_by_example.sample.read import APP
from functions_by_example.sample.recorded import SHOWN_FILES, Entry
from functions_by_example.site import html

if TYPE_CHECKING:
    from pygments.token import _TokenType

FUNCTION_JSON = "function.json"


def code(entry: Entry) -> Markup:
    """function_app.py, a number on each line that a step is about."""
    steps: dict[int, list[int]] = {}
    for step in entry.sample.steps:
        steps.setdefault(step.line, []).append(step.number)
    errors = {
        error["line"]
        for replay in entry.replays.values()
        if (error := replay["result"].get("error")) and error["file"] == APP
    }
    lines = highlighted(entry.sample.code, "python").split("\n")
    return html.render(
        "sample_code.html",
        file=APP,
        lines=[
            {
                "code": line,
                "marked": number in steps or number in errors,
                "number": number,
                "steps": steps.get(number, []),
            }
            for number, line in enumerate(lines, 1)
        ],
        widest=max(map(len, steps.values()), default=1),
    )


def event(entry: Entry, name: str) -> Markup:
    """What arrives and what comes back, side by side."""
    replay = entry.replays[name]
    file = f"events/{name}.json"
    return html.render(
        "sample_event.html",
        file=file,
        function=replay["function"] if len(entry.functions) > 1 else "",
        result=result(entry, name),
        sent=highlighted(came_back.compact(replay["sent"]), "json"),
        written=highlighted(entry.files[file], "json"),
    )


def result(entry: Entry, event: str) -> Markup:
    """What came back for an event, one block for each part of it. Raises
    KeyError."""
    replay = entry.replays[event]
    return parts(replay["result"], entry.types(event))


def parts(
    result: Result, kinds: Mapping[str, str], linked: bool = True
) -> Markup:
    """What the worker returned, one block for each part of it; `kinds` are
    the types of the bindings by their names. The line of an error is a link
    where `linked`, for a page that shows the code."""
    found = [
        part
        | {
            "pieces": [
                (style, text, highlighted(text, style))
                for style, text in part["pieces"]
            ]
        }
        for part in came_back.parts(result, kinds)
    ]
    return html.render("came_back.html", app=APP, linked=linked, parts=found)


def tabs(entry: Entry) -> Markup:
    """function.json and the files, each behind a tab."""
    texts = {FUNCTION_JSON: came_back.function_json(entry.functions)}
    texts |= {name: entry.files[name] for name in SHOWN_FILES}
    files = [
        {
            "code": highlighted(text.rstrip("\n"), language(name)),
            "emitted": name == FUNCTION_JSON,
            "id": slug(name),
            "name": name,
        }
        for name, text in texts.items()
    ]
    return html.render("sample_files.html", files=files)


def slug(file: str) -> str:
    """The id of the tab that shows a file."""
    return file.replace(".", "-").replace("_", "-")


def language(file: str) -> str:
    """What a file is coloured as."""
    return {"json": "json", "py": "python"}.get(file.rpartition(".")[2], "text")


# --- Colour ---------------------------------------------------------------

_LEXERS: Mapping[str, Lexer] = {
    "python": PythonLexer(stripnl=False, ensurenl=False),
    "json": JsonLexer(stripnl=False, ensurenl=False),
}
# The kinds of token that get a colour; everything else is plain, which keeps
# a page small.
_CLASSES = {
    Token.Comment: "c",
    Token.Keyword: "k",
    Token.Keyword.Constant: "kc",
    Token.Literal.Number: "m",
    Token.Literal.String: "s",
    Token.Name.Class: "nc",
    Token.Name.Decorator: "nd",
    Token.Name.Function: "nf",
    Token.Name.Tag: "nt",
}


@functools.cache
def highlighted(text: str, language: str) -> Markup:
    """The text as HTML, coloured; a coloured piece never crosses a line."""
    lexer = _LEXERS.get(language)
    if lexer is None:
        return escaped(text)
    pieces: list[tuple[str, str]] = []
    for name, value in _merged(lexer.get_tokens(text)):
        first, *others = value.split("\n")
        pieces.append((name, escaped(first)))
        for line in others:
            pieces += [("", "\n"), (name if line else "", escaped(line))]
    return html.render("coloured.html", pieces=pieces)


def escaped(text: str) -> Markup:
    """For HTML, and without a line that Markdown could take for a fence."""
    return Markup(_escape(text, quote=False).replace("`", "&#96;"))


def _merged(
    tokens: Iterable[tuple[_TokenType, str]],
) -> Iterator[tuple[str, str]]:
    """Class and text, neighbours of one class joined."""
    last, text = "", ""
    for token, value in tokens:
        name = _class(token)
        if name != last:
            yield last, text
            last, text = name, ""
        text += value
    yield last, text


@functools.cache
def _class(token: _TokenType) -> str:
    kind: _TokenType | None = token
    while kind is not None:
        if kind in _CLASSES:
            return _CLASSES[kind]
        kind = kind.parent
    return ""
