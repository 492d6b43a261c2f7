"""The code, events, results and files of a sample as HTML.

Finished HTML, which costs a tenth of what code fences cost; page.py says
where it goes.
"""

from __future__ import annotations

import functools
import html
import http
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pygments.lexer import Lexer
from pygments.lexers.data import JsonLexer
from pygments.lexers.python import PythonLexer
from pygments.token import Token

from functions_by_example.sample.read import APP
from functions_by_example.sample.recorded import SHOWN_FILES, Entry

Json = Any

# What of JSON goes on one line.
WIDTH = 60


def code(entry: Entry) -> str:
    """function_app.py, a number on each line that a step is about."""
    marks: dict[int, list[int]] = {}
    for step in entry.sample.steps:
        marks.setdefault(step.line, []).append(step.number)
    errors = {
        error["line"]
        for replay in entry.replays.values()
        if (error := replay["result"].get("error")) and error["file"] == APP
    }
    lines = highlighted(entry.sample.code, "python").split("\n")
    for number in sorted(marks.keys() | errors):
        links = "".join(
            f'<a href="#step-{n}" data-n="{n}" aria-label="Step {n}"></a>'
            for n in marks.get(number, ())
        )
        marked = f'<span class="n">{links}</span>' if links else ""
        lines[number - 1] = (
            f'<mark id="L{number}">{marked}{lines[number - 1]}</mark>'
        )
    widest = max(map(len, marks.values()), default=1)
    return (
        f'<div class="code marks-{widest}" id="code"><p class="file">{APP}</p>'
        f"{pre(chr(10).join(lines))}</div>"
    )


def event(entry: Entry, name: str) -> str:
    """What arrives and what comes back, side by side."""
    replay = entry.replays[name]
    file = f"events/{name}.json"
    function = (
        f" <code>{html.escape(replay['function'])}</code>"
        if len(entry.functions) > 1
        else ""
    )
    sent = highlighted(compact(replay["sent"]), "json")
    return (
        f'<div class="sides"><div><p class="file">{file}{function}</p>'
        f"{pre(highlighted(entry.files[file], 'json'))}"
        "<details><summary>What the host sends</summary>"
        f"{pre(sent)}</details></div>"
        f"<div>{result(entry, name)}</div></div>"
    )


def _binding_types(functions: Json, name: str) -> dict[str, str]:
    """The types of a function's bindings by their names."""
    (bindings,) = (f["bindings"] for f in functions if f["name"] == name)
    return {binding["name"]: binding["type"] for binding in bindings}


def result(entry: Entry, event: str) -> str:
    """What came back for an event, one block for each part of it. Raises
    KeyError."""
    replay = entry.replays[event]
    kinds = _binding_types(entry.functions, replay["function"])
    return "".join(parts(replay["result"], kinds))


def parts(result: Json, kinds: Mapping[str, str]) -> Iterator[str]:
    """What the worker returned, one block for each part of it; `kinds` are
    the types of the bindings by their names."""
    returned = result.get("return")
    if returned and "http" in returned:
        yield _block("HTTP response", _http(returned["http"]))
    elif returned:
        yield _block("Return value", _value(returned))
    for name, value in result.get("outputs", {}).items():
        label = f"Output <code>{html.escape(name)}</code>"
        yield _block(f"{label} ({kinds.get(name, '')})", _value(value))
    if result.get("log"):
        yield _block("Log", "\n".join(_log_line(r) for r in result["log"]))
    error = result.get("error")
    if error:
        yield _block("Error", _error(error), "error")
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
        f'<span class="nt">{html.escape(name)}</span>: {html.escape(value)}'
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
        f"{html.escape(line['message'])}"
    )


def _error(error: Json) -> str:
    text = f"{error['type']}: {error['message']}"
    place = f"{error['file']}, line {error['line']}"
    if error["file"] == APP:
        place = f'<a href="#L{error["line"]}">{place}</a>'
    return f"{html.escape(text)}\n{place if error['file'] else ''}".rstrip()


def tabs(entry: Entry) -> str:
    """function.json and the files as tabs, in the markup of
    pymdownx.tabbed."""
    functions = entry.functions
    shown = functions[0] if len(functions) == 1 else functions
    texts = {"function.json": compact(shown)}
    texts |= {name: entry.files[name] for name in SHOWN_FILES}
    inputs = labels = blocks = ""
    for number, (name, text) in enumerate(texts.items()):
        id = slug(name)
        checked = "" if number else " checked"
        inputs += f'<input type="radio" name="files" id="{id}"{checked}>'
        labels += f'<label for="{id}">{name}</label>'
        code = highlighted(text.rstrip("\n"), language(name))
        note = (
            '<p class="note">As the SDK emits it; you write no such file.</p>'
            if name == "function.json"
            else ""
        )
        blocks += f'<div class="tabbed-block">{note}{pre(code)}</div>'
    return (
        '<div class="tabbed-set tabbed-alternate" '
        f'data-tabs="1:{len(texts)}">{inputs}'
        f'<div class="tabbed-labels">{labels}</div>'
        f'<div class="tabbed-content">{blocks}</div></div>'
    )


def slug(file: str) -> str:
    """The id of the tab that shows a file."""
    return file.replace(".", "-").replace("_", "-")


def language(file: str) -> str:
    """What a file is coloured as."""
    return {"json": "json", "py": "python"}.get(file.rpartition(".")[2], "text")


def pre(content: str, kind: str = "") -> str:
    """A block of code that is HTML already."""
    extra = f" {kind}" if kind else ""
    return (
        f'<div class="highlight{extra}"><pre><code>{content}</code></pre></div>'
    )


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
def highlighted(text: str, language: str) -> str:
    """The text as HTML, coloured; a coloured span never crosses a line."""
    lexer = _LEXERS.get(language)
    if lexer is None:
        return _escaped(text)
    out: list[str] = []
    for name, value in _merged(lexer.get_tokens(text)):
        escaped = _escaped(value)
        if name:
            escaped = "\n".join(
                f'<span class="{name}">{line}</span>' if line else ""
                for line in escaped.split("\n")
            )
        out.append(escaped)
    return "".join(out)


def _escaped(text: str) -> str:
    """For HTML, and without a line that Markdown could take for a fence."""
    return html.escape(text, quote=False).replace("`", "&#96;")


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
