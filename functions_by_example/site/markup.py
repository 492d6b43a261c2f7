"""The code, events, results and files of a sample as HTML."""

from __future__ import annotations

import functools
import http
import json
from collections.abc import Iterable, Iterator, Mapping
from html import escape as _escape
from typing import Any

from markupsafe import Markup
from pygments.lexer import Lexer
from pygments.lexers.data import JsonLexer
from pygments.lexers.python import PythonLexer
from pygments.token import Token

from functions_by_example.sample.read import APP
from functions_by_example.sample.recorded import SHOWN_FILES, Entry
from functions_by_example.site import html

Json = Any

# What of JSON goes on one line.
WIDTH = 60
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
        sent=highlighted(compact(replay["sent"]), "json"),
        written=highlighted(entry.files[file], "json"),
    )


def _binding_types(functions: Json, name: str) -> dict[str, str]:
    """The types of a function's bindings by their names."""
    (bindings,) = (f["bindings"] for f in functions if f["name"] == name)
    return {binding["name"]: binding["type"] for binding in bindings}


def result(entry: Entry, event: str) -> Markup:
    """What came back for an event, one block for each part of it. Raises
    KeyError."""
    replay = entry.replays[event]
    kinds = _binding_types(entry.functions, replay["function"])
    return Markup("".join(parts(replay["result"], kinds)))


def parts(
    result: Json, kinds: Mapping[str, str], linked: bool = True
) -> Iterator[str]:
    """What the worker returned, one block for each part of it; `kinds` are
    the types of the bindings by their names. The line of an error is a link
    where `linked`, for a page that shows the code."""
    returned = result.get("return")
    if returned and "http" in returned:
        yield _block("HTTP response", _http(returned["http"]))
    elif returned:
        yield _block("Return value", _value(returned))
    for name, value in result.get("outputs", {}).items():
        label = f"Output <code>{_escape(name)}</code>"
        yield _block(f"{label} ({kinds.get(name, '')})", _value(value))
    if result.get("log"):
        yield _block("Log", "\n".join(_log_line(r) for r in result["log"]))
    error = result.get("error")
    if error:
        yield _block("Error", _error(error, linked), "error")
    if not result:
        yield (
            '<p class="file">Nothing comes back</p>'
            '<p class="none">No return value, no output, no log.</p>'
        )


def _block(label: str, content: str, kind: str = "") -> str:
    return f'<p class="file {kind}">{label}</p>{pre(content, kind)}'


def _http(answer: Json) -> str:
    status = answer.get("status", 200)
    try:
        phrase = http.HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    lines = [f"<b>{status} {phrase}</b>"]
    lines += [
        f'<span class="nt">{_escape(name)}</span>: {_escape(value)}'
        for name, value in answer.get("headers", {}).items()
    ]
    if answer.get("cookies"):
        lines.append(_value({"json": answer["cookies"]}))
    if answer.get("body") is not None:
        lines += ["", _value({"json": answer["body"]})]
    return "\n".join(lines)


def _value(value: Json) -> str:
    """A message of one key, its kind: text as it stands, the rest as JSON."""
    if not value:
        return "None"
    (content,) = value.values()
    if isinstance(content, str):
        return highlighted(content, "json" if content[:1] in "{[" else "text")
    return highlighted(compact(content), "json")


def _log_line(line: Json) -> str:
    level = line["level"]
    return (
        f'<span class="log-{level.lower()}">{level}</span> '
        f"{_escape(line['message'])}"
    )


def _error(error: Json, linked: bool) -> str:
    text = f"{error['type']}: {error['message']}"
    place = f"{error['file']}, line {error['line']}"
    if linked and error["file"] == APP:
        place = f'<a href="#L{error["line"]}">{place}</a>'
    return f"{_escape(text)}\n{place if error['file'] else ''}".rstrip()


def tabs(entry: Entry) -> Markup:
    """function.json and the files, each behind a tab."""
    functions = entry.functions
    shown = functions[0] if len(functions) == 1 else functions
    texts = {FUNCTION_JSON: compact(shown)}
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


def pre(content: str, kind: str = "") -> Markup:
    """A block of code that is HTML already."""
    return html.macro("macros.html", "pre", Markup(content), kind)


def compact(value: Json, indent: str = "") -> str:
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


def _merged(tokens: Iterable[tuple[Any, str]]) -> Iterator[tuple[str, str]]:
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
def _class(token: Any) -> str:
    while token is not None:
        if token in _CLASSES:
            return _CLASSES[token]
        token = token.parent
    return ""
