"""One entry of the API reference: what a name of the SDK is, as HTML.

The facts come from the package as it is installed: signatures, docstrings,
what a decorator emits. Where a docstring lacks something or is wrong, our own
words stand beside it, marked as ours; they are in data/words.toml.
"""

from __future__ import annotations

import enum
import html
import inspect
import re
import textwrap
import types
import typing
from collections.abc import Callable, Iterable
from typing import Any

import azure.functions as func
import griffe

from functions_by_example.sdk import parameters
from functions_by_example.sdk.docstrings import (
    Said,
    about_arguments,
    constructor,
    doc,
    one_line,
    own_parts,
    said,
    words,
)
from functions_by_example.site.markup import highlighted
from functions_by_example.site.parts import releases as history

SDK = "azure.functions."
LONG = 48
_STARS: dict[Any, str] = {
    inspect.Parameter.VAR_POSITIONAL: "*",
    inspect.Parameter.VAR_KEYWORD: "**",
}


# --- HTML -----------------------------------------------------------------


_MARKUP = re.compile(
    r"\[(?P<text>[^\]]+)\]\((?P<address>[^)\s]+)\)"
    r"|\[(?P<label>[^\]]+)\]\[(?P<id>[\w.-]+)\]"
    r"|``?(?P<code>[^`]+)``?"
    r"|\*\*(?P<strong>[^*]+)\*\*"
    r"|\*(?P<argument>\w+)\*"
)


def inline(text: str) -> str:
    """A line of the SDK's or our text as HTML: code, links, emphasis."""
    text = re.sub(
        r":(?:class|meth|func|attr|exc|param):[`']~?([^`']+)[`']",
        r"`\1`",
        text,
    )
    text = re.sub(r">>> (\S+)|\'\'(\w+)\'\'", r"`\1\2`", text)
    parts, end = [], 0
    for match in _MARKUP.finditer(text):
        parts += [html.escape(text[end : match.start()], quote=False)]
        parts += [_marked(match)]
        end = match.end()
    return "".join([*parts, html.escape(text[end:], quote=False)])


def _marked(match: re.Match[str]) -> str:
    if match["text"]:
        address = html.escape(match["address"])
        return f'<a href="{address}">{inline(match["text"])}</a>'
    if match["label"]:
        identifier = html.escape(match["id"])
        return (
            f'<autoref identifier="{identifier}">{inline(match["label"])}'
            "</autoref>"
        )
    if match["code"] or match["argument"]:
        return _code(match["code"] or match["argument"])
    return f"<strong>{html.escape(match['strong'], quote=False)}</strong>"


def _code(text: Any) -> str:
    return f"<code>{html.escape(str(text), quote=False)}</code>"


def _name(name: str) -> str:
    """A name as code; a long one may break between its words."""
    if len(name) >= LONG // 2:
        return f"<code>{re.sub('_(?=.)|(?=[A-Z])', _break, name)}</code>"
    return _code(name)


def _break(match: re.Match[str]) -> str:
    return f"{match[0]}<wbr>"


def prose(text: str) -> str:
    """Paragraphs, lists and code of a docstring as HTML; `Ref: URL` as a
    link."""
    return "".join(
        _code_block(block) if block.startswith("    ") else _paragraph(block)
        for block in _blocks(text)
    )


def _blocks(text: str) -> list[str]:
    """A docstring cut at blank lines, and where indented code begins and
    ends; code keeps its blank lines."""
    blocks: list[list[str]] = [[]]
    for line in text.strip().splitlines():
        block = blocks[-1]
        in_code = bool(block) and block[0].startswith("    ")
        in_list = any(other.startswith("- ") for other in block)
        indented = line.startswith("    ")
        if line.strip() and block and indented != in_code and not in_list:
            blocks.append([line])
        elif line.strip() or in_code:
            block.append(line)
        elif block:
            blocks.append([])
    return ["\n".join(block).rstrip() for block in blocks if block]


def _code_block(block: str) -> str:
    code = highlighted(textwrap.dedent(block).replace(">>> ", ""), "python")
    return f'<div class="highlight"><pre><code>{code}</code></pre></div>'


def _paragraph(block: str) -> str:
    plain, items, links = _sorted_lines(block)
    return (
        (f"<p>{inline(plain)}</p>" if plain else "")
        + (_list(items) if items else "")
        + "".join(
            f'<p><a href="{html.escape(link)}">Microsoft\'s reference</a></p>'
            for link in links
        )
    )


def described(text: str) -> str:
    """What the SDK says of one part: a line, and a list where it has one."""
    plain, items, _ = _sorted_lines(text)
    return inline(plain) + (_list(items) if items else "")


def _list(items: list[str]) -> str:
    return f"<ul>{''.join(f'<li>{inline(item)}</li>' for item in items)}</ul>"


def _sorted_lines(block: str) -> tuple[str, list[str], list[str]]:
    """The plain text of a block, the items of its list, the addresses that
    it refers to."""
    plain, items, links = [], [], []
    for line in map(str.strip, block.splitlines()):
        reference = re.match(r"(?:Ref|See): (http\S+)", line)
        if reference:
            links.append(reference[1])
        elif line.startswith("- "):
            items.append(line[2:])
        elif line and items:
            items[-1] += f" {line}"
        elif line:
            plain.append(line)
    return " ".join(plain), items, links


def ours(text: str) -> str:
    """Our words, marked as ours."""
    if not text:
        return ""
    return f'<p class="ours"><b>Our words:</b> {inline(text)}</p>'


def facts(
    bindings: Iterable[tuple[str, str]], others: Iterable[tuple[str, str]]
) -> str:
    """A compact table: a row for each binding's type and direction; beside
    them, named values that are HTML."""
    rows = [
        f"<td>{_code(kind)}</td> <td>{direction}</td> "
        for kind, direction in bindings
    ]
    head = ["Binding type", "Direction"] if rows else []
    span = f' rowspan="{len(rows)}"' if len(rows) > 1 else ""
    cells = ""
    for name, value in others:
        head.append(name)
        cells += f'<td data-label="{name}"{span}>{value}</td> '
    first, *more = rows or [""]
    body = "".join(f"<tr>{row}</tr>" for row in [first + cells, *more])
    columns = "".join(f'<th scope="col">{name}</th> ' for name in head)
    return (
        f'<table class="facts"><thead><tr>{columns}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def table(caption: str, head: Iterable[str], rows: Iterable[str]) -> str:
    """A table that folds its columns on a narrow page."""
    head = list(head)
    kind = "entries with-keys" if "Key" in head else "entries"
    cells = "".join(f'<th scope="col">{h}</th> ' for h in head)
    body = "".join(rows)
    if not body:
        return ""
    return (
        f'<table class="{kind}"><caption>{caption}</caption> '
        f"<thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>"
    )


def row(first: str, *others: str) -> str:
    """A row of such a table: its head, and the cells."""
    # The spaces keep the cells apart in the search index.
    cells = "".join(f" <td>{other}</td>" for other in others)
    return f'<tr><th scope="row">{first}</th>{cells} </tr>'


def type_of(annotation: Any) -> str:
    """An annotation, short: no module names, and no None, which the default
    tells."""
    if annotation in (inspect.Parameter.empty, Any):
        return ""
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        members = [
            type_of(a)
            for a in typing.get_args(annotation)
            if a is not types.NoneType
        ]
        return " | ".join(members)
    if isinstance(annotation, type) and not typing.get_args(annotation):
        return annotation.__name__
    if isinstance(annotation, typing.ForwardRef):
        return annotation.__forward_arg__
    return re.sub(r"\b(?:\w+\.)+(?=\w)|~", "", str(annotation))


def signature(name: str, found: inspect.Signature) -> str:
    """A signature, one parameter a line where it is long, folded away."""
    shown = []
    starred = False
    for parameter in found.parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and not starred:
            shown.append("*")
        starred |= parameter.kind in (
            parameter.KEYWORD_ONLY,
            parameter.VAR_POSITIONAL,
        )
        text = _STARS.get(parameter.kind, "") + parameter.name
        kind = _annotation(parameter.annotation)
        text += f": {kind}" if kind else ""
        if parameter.default is not parameter.empty:
            equals = " = " if kind else "="
            text += f"{equals}{_short(parameter.default)}"
        shown.append(text)
    result = _annotation(found.return_annotation)
    arrow = f" -> {result}" if result else ""
    line = f"{name}({', '.join(shown)}){arrow}"
    if len(line) > LONG:
        line = f"{name}(\n    " + ",\n    ".join(shown) + f",\n){arrow}"
    return (
        "<details class=signature><summary>Signature</summary>"
        '<div class="highlight"><pre><code>'
        f"{highlighted(line, 'python')}</code></pre></div></details>"
    )


def _annotation(annotation: Any) -> str:
    if annotation is inspect.Parameter.empty:
        return ""
    text = type_of(annotation) or "Any"
    optional = types.NoneType in typing.get_args(annotation)
    return f"{text} | None" if optional else text


def _short(value: Any) -> str:
    if isinstance(value, enum.Enum):
        return f"{type(value).__name__}.{value.name}"
    text = repr(value)
    return text if len(text) <= LONG else text[: LONG - 4] + "...'"


# --- Entries --------------------------------------------------------------


def decorator(name: str, documented: Callable[[str], bool]) -> str:
    """A decorator: its parameters with the keys behind which they stand, the
    SDK's text, the signature."""
    theirs = said(getattr(func.FunctionApp, name).__doc__)
    emitted = parameters.bindings(name)
    found = parameters.signature(name)
    rows = []
    for parameter in found.parameters.values():
        part = parameter.name
        about = theirs.parameters.get(part, "")
        star = _STARS.get(parameter.kind, "")
        first = _name(star + part)
        if not star and type_of(parameter.annotation):
            kind = _type(parameter, documented)
            first += f' <span class="type">{kind}</span>'
        first += _history(f"FunctionApp.{name}", star + part)
        cells = [_default(parameter, emitted)]
        if emitted:
            cells.insert(0, _keys(part, emitted))
        values = _values(name, parameter, emitted)
        beside = ours(words().beside(name, part, about))
        rows.append(row(first, *cells, described(about) + values + beside))
    keywords = any(p.kind is p.VAR_KEYWORD for p in found.parameters.values())
    for binding in emitted:
        rows += [
            row(
                '<span class="type">no parameter</span>',
                _key(key.name, binding, emitted),
                _fixed(key, keywords),
                "",
            )
            for key in binding.keys
            if not key.parameters
        ]
    head = ["Parameter", "Key", "Default", "What it is"]
    if not emitted:
        head.remove("Key")
    return (
        table(f"Parameters of {name}", head, rows)
        + f'<div class="sdk">{prose(theirs.text)}</div>'
        + ours(words().beside(name, "", theirs.text))
        + ours(_gone(theirs, found))
        + history.parts_gone(f"FunctionApp.{name}")
        + signature(name, found)
    )


def _history(name: str, part: str) -> str:
    text = history.of_part(name, part)
    return f' <span class="type">{text}</span>' if text else ""


def _fixed(key: parameters.Key, keywords: bool) -> str:
    """What is sent under a key that no parameter stands behind; a keyword of
    its name may replace it where the decorator takes any."""
    if key.value is None:
        return "from your function"
    shown = _code(_short(key.value))
    return f"{shown}, else by keyword" if keywords else f"always {shown}"


def _gone(theirs: Said, found: inspect.Signature) -> str:
    names = [n for n in theirs.parameters if n not in found.parameters]
    shown = ", ".join(f"`{name}`" for name in names if name != "kwargs")
    if not shown:
        return ""
    return f"The SDK describes {shown}, which the decorator does not have."


def _type(
    parameter: inspect.Parameter, documented: Callable[[str], bool]
) -> str:
    text = html.escape(type_of(parameter.annotation), quote=False)
    for found in {e.__name__ for e in parameters.enums(parameter.annotation)}:
        if documented(found):
            link = f'<autoref identifier="{SDK}{found}">{found}</autoref>'
            text = re.sub(rf"\b{found}\b", link, text, count=1)
    return text


def _keys(part: str, emitted: tuple[parameters.Binding, ...]) -> str:
    found = [
        _key(key, binding, emitted)
        for binding in emitted
        for key in binding.of(part)
    ]
    return ", ".join(found) or "none"


def _key(
    key: str, binding: parameters.Binding, all_: tuple[parameters.Binding, ...]
) -> str:
    shown = "any other" if key == parameters.ANY else _name(key)
    return shown if len(all_) == 1 else f"{shown} of {_code(binding.type)}"


def _default(
    parameter: inspect.Parameter, emitted: tuple[parameters.Binding, ...]
) -> str:
    if parameter.kind is parameter.VAR_KEYWORD:
        return ""
    if parameter.default is parameter.empty:
        return "<b>required</b>"
    sent = [
        key.value
        for binding in emitted
        for key in binding.keys
        if parameter.name in key.parameters and key.value is not None
    ]
    if sent:
        return _code(_short(sent[0]))
    if parameter.default is None and emitted:
        return "not sent"
    return _code(_short(parameter.default))


def _values(
    name: str,
    parameter: inspect.Parameter,
    emitted: tuple[parameters.Binding, ...],
) -> str:
    """What the members of a parameter's enum are sent as."""
    if not emitted or parameter.name == "data_type":
        return ""
    values = parameters.values(name, parameter.name).values()
    shown = ", ".join(_code(value) for value in dict.fromkeys(values))
    return f'<p class="values">Sent as {shown}.</p>' if values else ""


def function(name: str) -> str:
    """A function of the SDK, or a decorator that belongs to no app."""
    found = getattr(func, name)
    theirs = said(found.__doc__)
    shown = inspect.signature(found)
    return (
        prose(theirs.text)
        + ours(words().beside(name, "", theirs.text))
        + _arguments(name, name, shown, theirs.parameters)
    )


def _arguments(
    name: str, called: str, shown: inspect.Signature, about: dict[str, str]
) -> str:
    """The parameters of a call, and its signature."""
    rows = []
    for parameter in shown.parameters.values():
        if parameter.kind in _STARS:
            continue
        text = about.get(parameter.name, "")
        beside = ours(words().beside(name, parameter.name, text))
        rows.append(
            row(
                _code(parameter.name)
                + _typed(parameter.annotation)
                + _history(name, parameter.name),
                _default(parameter, ()),
                described(text) + beside,
            )
        )
    head = [f"Parameter of {called}", "Default", "What it is"]
    return table(f"Parameters of {called}", head, rows) + signature(name, shown)


def _typed(annotation: Any) -> str:
    text = html.escape(type_of(annotation), quote=False)
    return f' <span class="type">{text}</span>' if text else ""


def a_class(name: str, source: griffe.Object) -> str:
    """A class or an enum. The griffe object gives the words that stand under
    the members of an enum, which Python does not keep."""
    cls = getattr(func, name)
    theirs = said(cls.__dict__.get("__doc__"))
    text = prose(theirs.text) + ours(words().beside(name, "", theirs.text))
    if isinstance(cls, enum.EnumType):
        return text + _members(name, cls, source)
    return (
        text
        + _constructor(name, cls, theirs)
        + _parts(name, cls)
        + history.parts_gone(name)
    )


def _members(name: str, cls: Any, source: griffe.Object) -> str:
    rows = []
    sent = parameters.sent(cls)
    for member, value in cls.__members__.items():
        docstring = source.members[member].docstring
        about = one_line(docstring.value) if docstring else ""
        if member != value.name:
            about += f" The same as `{value.name}`."
        rows.append(
            row(
                _code(member) + _history(name, f".{member}"),
                _code(sent.get(value.name, value.value)),
                inline(about) + ours(words().beside(name, member, about)),
            )
        )
    head = ["Member", "Sent as" if sent else "Value", "What it is"]
    return table(f"Members of {name}", head, rows)


def _constructor(name: str, cls: type, theirs: Said) -> str:
    shown = constructor(cls)
    if shown is None:
        return ""
    about = about_arguments(cls, theirs)
    return _arguments(name, f"{name}()", shown, about)


def _parts(name: str, cls: type) -> str:
    attributes, methods = [], []
    for part, value in own_parts(cls).items():
        theirs = said(doc(cls, part))
        beside = ours(words().beside(name, part, theirs.text))
        about = prose(theirs.text) + beside
        if isinstance(value, property):
            assert value.fget
            kind = inspect.signature(value.fget).return_annotation
            came = _history(name, f".{part}")
            attributes.append(row(_code(part) + _typed(kind) + came, about))
            continue
        inner = getattr(value, "__func__", value)
        arguments = list(inspect.signature(inner).parameters.values())
        if not isinstance(value, staticmethod):
            arguments = arguments[1:]
        listed = ", ".join(_STARS.get(a.kind, "") + a.name for a in arguments)
        call = _code(f"{part}({listed})")
        if inspect.iscoroutinefunction(inner):
            call = f"{_code('await')} {call}"
        kind = inspect.signature(inner).return_annotation
        details = "".join(
            f"<li>{_code(p)}: {described(text)}</li>"
            for p, text in theirs.parameters.items()
        ) + "".join(
            f"<li>raises {_code(error)}: {described(text)}</li>"
            for error, text in theirs.raises
        )
        about += f"<ul>{details}</ul>" if details else ""
        came = _history(name, f".{part}")
        methods.append(row(call + _typed(kind) + came, about))
    behaves = _behaves_like(cls)
    return (
        table(f"Attributes of {name}", ["Attribute", "What it is"], attributes)
        + table(f"Methods of {name}", ["Method", "What it does"], methods)
        + (f"<p>Behaves like {_code(behaves)}.</p>" if behaves else "")
    )


def _behaves_like(cls: type) -> str:
    for base in cls.__mro__:
        plain = {"UserDict": "dict", "UserList": "list", "dict": "dict"}
        if base.__name__ in plain:
            return plain[base.__name__]
        if base.__name__ == "BufferedIOBase":
            return "io.BufferedIOBase"
    return ""


def is_public(name: str) -> bool:
    """Whether azure.functions exports the name, and has it: it exports one
    that it does not have."""
    return name in func.__all__ and hasattr(func, name)
