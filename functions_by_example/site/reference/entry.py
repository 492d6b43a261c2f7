"""One entry of the API reference: what a name of the SDK is.

The facts come from the package as it is installed: signatures, docstrings,
what a decorator emits. Where a docstring lacks something or is wrong, our own
words are beside it, marked as ours; they are in data/sdk/words.toml.
"""

from __future__ import annotations

import enum
import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import azure.functions as func
import griffe
from markupsafe import Markup

from functions_by_example.sdk import docstrings, parameters
from functions_by_example.sdk.docstrings import doc, said
from functions_by_example.sdk.releases import DECORATORS
from functions_by_example.site import html
from functions_by_example.site.markup import highlighted
from functions_by_example.site.parts import releases as history
from functions_by_example.site.reference.prose import (
    Span,
    described,
    line,
    marked,
    name,
    prose,
)
from functions_by_example.site.reference.signatures import (
    EMPTY,
    STARS,
    short,
    spelt,
    starred,
    type_of,
)

SDK = "azure.functions."
MACROS = "reference/macros.html"
NOTHING = Markup()


@dataclass(frozen=True)
class Row:
    """A parameter, member, attribute or method (`part`), or a key that
    follows no parameter; what it shows is HTML.

    `keys` and `value` are None in a table that has no column for them.
    """

    part: str = ""
    name: Markup = NOTHING
    about: Markup = NOTHING  # what the SDK says
    ours: Markup = NOTHING
    type: Markup = NOTHING
    history: Markup = NOTHING
    keys: Markup | None = None
    value: Markup | None = None
    sent_as: Sequence[str] = ()
    details: Sequence[tuple[Markup, Markup]] = ()


@dataclass(frozen=True)
class Table:
    """The parameters, members, attributes or methods of a name."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Row]


@dataclass(frozen=True)
class Entry:
    """What is below the facts of a name. `text` is the SDK's; `gone` are the
    parts that there were; `behaves` is a class of Python's."""

    text: Markup
    ours: Sequence[Markup]
    tables: Sequence[Table]
    signature: Markup = NOTHING
    gone: Markup = NOTHING
    behaves: str = ""


def of(full: str, source: griffe.Object | griffe.Alias) -> Entry:
    """The entry of `FunctionApp.DECORATOR`, or of a name of azure.functions,
    which griffe has found in the source."""
    if full.startswith(DECORATORS):
        return decorator(full.removeprefix(DECORATORS))
    return a_class(full, source) if source.is_class else function(full)


def decorator(called: str) -> Entry:
    """A decorator: its parameters with the keys that follow them, the SDK's
    text, the signature."""
    theirs = said(getattr(func.FunctionApp, called).__doc__)
    found = parameters.signature(called)
    full = DECORATORS + called
    head = ["Parameter", "Key", "Default", "What it is"]
    if not parameters.bindings(called):
        head.remove("Key")
    rows = [*_parameters(full, found, theirs.parameters), *_fixed(called)]
    names = [n for n in theirs.parameters if n not in found.parameters]
    absent = ", ".join(f"`{n}`" for n in names if n != "kwargs")
    lacks = f"The SDK describes {absent}, which the decorator does not have."
    return Entry(
        text=prose(theirs.text),
        ours=[_ours(called, "", theirs.text), line(lacks if absent else "")],
        tables=[Table(f"Parameters of {called}", head, rows)],
        signature=highlighted(spelt(called, found), "python"),
        gone=Markup(history.parts_gone(full)),
    )


def function(called: str) -> Entry:
    """A function of the SDK, or a decorator that belongs to no app."""
    found = getattr(func, called)
    theirs = said(found.__doc__)
    shown = inspect.signature(found)
    return Entry(
        text=prose(theirs.text, end="\n"),
        ours=[_ours(called, "", theirs.text)],
        tables=[_arguments(called, called, shown, theirs.parameters)],
        signature=highlighted(spelt(called, shown), "python"),
    )


def a_class(called: str, source: griffe.Object | griffe.Alias) -> Entry:
    """A class or an enum. The griffe object has the words below the members
    of an enum, which Python does not keep."""
    cls = getattr(func, called)
    theirs = said(vars(cls).get("__doc__"))
    entry = Entry(
        text=prose(theirs.text, end="\n"),
        ours=[_ours(called, "", theirs.text)],
        tables=[],
    )
    if issubclass(cls, enum.Enum):
        return replace(entry, tables=[_members(called, cls, source)])
    tables, signature = _parts(called, cls), NOTHING
    shown = docstrings.constructor(cls)
    if shown:
        about = docstrings.about_arguments(cls, theirs)
        tables.insert(0, _arguments(called, f"{called}()", shown, about))
        signature = highlighted(spelt(called, shown), "python")
    return replace(
        entry,
        tables=tables,
        signature=signature,
        gone=Markup(history.parts_gone(called)),
        behaves=_behaves_like(cls),
    )


# --- Parameters -----------------------------------------------------------


def _arguments(
    full: str, called: str, shown: inspect.Signature, about: dict[str, str]
) -> Table:
    """The parameters of a call."""
    head = [f"Parameter of {called}", "Default", "What it is"]
    rows = list(_parameters(full, shown, about))
    return Table(f"Parameters of {called}", head, rows)


def _parameters(
    full: str, shown: inspect.Signature, about: dict[str, str]
) -> Iterator[Row]:
    """The parameters; those with stars only of a decorator."""
    called = full.removeprefix(DECORATORS)
    emitted = parameters.bindings(called) if called != full else ()
    for parameter in shown.parameters.values():
        part = parameter.name
        star = parameter.kind in STARS
        if star and called == full:
            continue
        text = about.get(part, "")
        keys = [
            _key(key, binding, emitted)
            for binding in emitted
            for key in binding.of(part)
        ]
        sent: list[str] = []
        if emitted and part != "data_type":
            sent = list(parameters.values(called, part).values())
        yield Row(
            part,
            name(starred(parameter)),
            about=described(text),
            ours=_ours(called, part, text),
            type=NOTHING if star else _type(parameter.annotation),
            history=_history(full, starred(parameter)),
            keys=Markup(", ").join(keys or ["none"]) if emitted else None,
            value=_default(parameter, emitted),
            sent_as=list(dict.fromkeys(sent)),
        )


def _fixed(called: str) -> Iterator[Row]:
    """The keys that follow no parameter; a keyword of its name may replace
    one where the decorator takes any."""
    emitted = parameters.bindings(called)
    kinds = {p.kind for p in parameters.signature(called).parameters.values()}
    for binding in emitted:
        for key in binding.keys:
            if key.parameters:
                continue
            value = [Span("code", short(key.value))]
            if key.value is None:
                value = [Span("", "from your function")]
            elif inspect.Parameter.VAR_KEYWORD in kinds:
                value.append(Span("", ", else by keyword"))
            else:
                value.insert(0, Span("", "always "))
            keys = _key(key.name, binding, emitted)
            yield Row(keys=keys, value=marked(value))


def _key(
    key: str, binding: parameters.Binding, emitted: Sequence[parameters.Binding]
) -> Markup:
    shown = Markup("any other") if key == parameters.ANY else name(key)
    if len(emitted) == 1:
        return shown
    return shown + marked([Span("", " of "), Span("code", binding.type)])


def _default(
    parameter: inspect.Parameter, emitted: Sequence[parameters.Binding]
) -> Markup:
    if parameter.kind is parameter.VAR_KEYWORD:
        return NOTHING
    if parameter.default is EMPTY:
        return marked([Span("b", "required")])
    sent = [
        key.value
        for binding in emitted
        for key in binding.keys
        if parameter.name in key.parameters and key.value is not None
    ]
    if not sent and parameter.default is None and emitted:
        return Markup("not sent")
    return _code(short(sent[0] if sent else parameter.default))


# --- Members of classes and enums -----------------------------------------


def _members(
    called: str, cls: type[enum.Enum], source: griffe.Object | griffe.Alias
) -> Table:
    rows = []
    sent = parameters.sent(cls)
    for member, value in cls.__members__.items():
        docstring = source.members[member].docstring
        about = docstrings.one_line(docstring.value) if docstring else ""
        if member != value.name:
            about += f" The same as `{value.name}`."
        rows.append(
            Row(
                member,
                _code(member),
                about=line(about),
                ours=_ours(called, member, about),
                history=_history(called, f".{member}"),
                value=_code(str(sent.get(value.name, value.value))),
            )
        )
    head = ["Member", "Sent as" if sent else "Value", "What it is"]
    return Table(f"Members of {called}", head, rows)


def _parts(called: str, cls: type) -> list[Table]:
    """The attributes and the methods of a class."""
    attributes, methods = [], []
    for part, value in docstrings.own_parts(cls).items():
        if isinstance(value, property):
            assert value.fget
            attributes.append(_part(called, part, value.fget))
        else:
            takes_self = inspect.isfunction(value)
            methods.append(
                _method(called, part, getattr(cls, part), takes_self)
            )
    head = ["Attribute", "What it is"], ["Method", "What it does"]
    return [
        Table(f"Attributes of {called}", head[0], attributes),
        Table(f"Methods of {called}", head[1], methods),
    ]


def _part(called: str, part: str, function: Callable[..., object]) -> Row:
    """An attribute, which this function computes."""
    text = said(doc(getattr(func, called), part)).text
    return Row(
        part,
        _code(part),
        about=prose(text),
        ours=_ours(called, part, text),
        type=_type(inspect.signature(function).return_annotation),
        history=_history(called, f".{part}"),
    )


def _method(
    called: str, part: str, function: Callable[..., object], takes_self: bool
) -> Row:
    arguments = list(inspect.signature(function).parameters.values())
    listed = ", ".join(map(starred, arguments[takes_self:]))
    shown = _code(f"{part}({listed})")
    if inspect.iscoroutinefunction(function):
        shown = _code("await") + " " + shown
    theirs = said(doc(getattr(func, called), part))
    details = [(_code(n), text) for n, text in theirs.parameters.items()]
    details += [(Markup("raises ") + _code(e), t) for e, t in theirs.raises]
    return replace(
        _part(called, part, function),
        name=shown,
        details=[(each, described(text)) for each, text in details],
    )


def _behaves_like(cls: type) -> str:
    plain = {"UserDict": "dict", "UserList": "list", "dict": "dict"}
    plain["BufferedIOBase"] = "io.BufferedIOBase"
    names = (base.__name__ for base in cls.__mro__)
    return next((plain[n] for n in names if n in plain), "")


# --- Parts of an entry ----------------------------------------------------


def is_public(name: str) -> bool:
    """Whether azure.functions exports the name, and has it: it exports one
    that it does not have."""
    return name in func.__all__ and hasattr(func, name)


def table(
    caption: str, head: Iterable[str], rows: Iterable[Sequence[str]]
) -> Markup:
    """A table whose columns fold on a narrow page, of cells that are HTML."""
    titles = list(map(Markup, head))
    return html.macro(MACROS, "table", Markup(caption), titles, list(rows))


def row(*cells: str) -> Sequence[str]:
    """A row of such a table: its head, and the cells."""
    return list(map(Markup, cells))


def _code(text: str) -> Markup:
    return marked([Span("code", text)])


def _history(full: str, part: str) -> Markup:
    return Markup(history.of_part(full, part))


def _ours(called: str, part: str, theirs: str) -> Markup:
    return line(docstrings.words().beside(called, part, theirs))


def _type(annotation: object) -> Markup:
    """An annotation; an enum that has an entry leads to it."""
    text = type_of(annotation)
    names = [e.__name__ for e in parameters.enums(annotation)]
    known = "|".join(re.escape(name) for name in names if is_public(name))
    parts = re.split(rf"\b({known})\b", text) if known else [text]
    return marked(
        Span("reference", part, SDK + part) if number % 2 else Span("", part)
        for number, part in enumerate(parts)
    )
