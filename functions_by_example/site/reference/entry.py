"""One entry of the API reference: what a name of the SDK is.

The facts come from the package as it is installed: signatures, docstrings,
what a decorator emits. Where a docstring lacks something or is wrong, our own
words are beside it, marked as ours; they are in data/words.toml.
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
from functions_by_example.sdk.docstrings import Said, doc, said
from functions_by_example.site import html
from functions_by_example.site.markup import highlighted
from functions_by_example.site.parts import releases as history
from functions_by_example.site.reference.prose import (
    Span,
    described,
    line,
    marked,
    prose,
)
from functions_by_example.site.reference.signatures import (
    EMPTY,
    LONG,
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
class Key:
    """A key of function.json; `binding` is the type of the binding that it
    belongs to, where a decorator adds several."""

    name: Sequence[str]
    binding: str = ""


@dataclass(frozen=True)
class Value:
    """What a parameter is when it is not given: code, with words around it."""

    code: str = ""
    before: str = ""
    after: str = ""
    required: bool = False


@dataclass(frozen=True)
class Row:
    """A parameter, member, attribute or method; or a key behind which there
    is no parameter, whose name is empty.

    A name is in pieces between which it may break. `keys` and `value` are
    None in a table that has no column for them.
    """

    name: Sequence[str]
    about: Markup = NOTHING
    ours: Markup = NOTHING
    type: Markup = NOTHING
    history: Markup = NOTHING
    keys: Sequence[Key] | None = None
    value: Value | None = None
    sent_as: Sequence[str] = ()
    awaited: bool = False
    arguments: Sequence[tuple[str, Markup]] = ()
    raises: Sequence[tuple[str, Markup]] = ()


@dataclass(frozen=True)
class Table:
    """The parameters, members, attributes or methods of a name."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Row]


# --- Decorators -----------------------------------------------------------


def decorator(name: str) -> Markup:
    """A decorator: its parameters with the keys that follow them, the SDK's
    text, the signature."""
    theirs = said(getattr(func.FunctionApp, name).__doc__)
    found = parameters.signature(name)
    head = ["Parameter", "Key", "Default", "What it is"]
    if not parameters.bindings(name):
        head.remove("Key")
    rows = [*_parameters(name, found, theirs), *_fixed(name, found)]
    return html.render(
        "reference/decorator.html",
        table=Table(f"Parameters of {name}", head, rows),
        text=prose(theirs.text),
        ours=[_ours(name, "", theirs.text), line(_absent(theirs, found))],
        gone=Markup(history.parts_gone(f"FunctionApp.{name}")),
        signature=highlighted(spelt(name, found), "python"),
    )


def _parameters(
    name: str, found: inspect.Signature, theirs: Said
) -> Iterator[Row]:
    emitted = parameters.bindings(name)
    for parameter in found.parameters.values():
        part = parameter.name
        about = theirs.parameters.get(part, "")
        star = parameter.kind in STARS
        yield Row(
            pieces(starred(parameter)),
            about=described(about),
            ours=_ours(name, part, about),
            type=NOTHING if star else _linked(parameter.annotation),
            history=_history(f"FunctionApp.{name}", starred(parameter)),
            keys=_keys(part, emitted) if emitted else None,
            value=_default(parameter, emitted),
            sent_as=_sent_as(name, part, emitted),
        )


def _fixed(name: str, found: inspect.Signature) -> Iterator[Row]:
    """The keys behind which there is no parameter; a keyword of its name may
    replace one where the decorator takes any."""
    emitted = parameters.bindings(name)
    keywords = any(p.kind is p.VAR_KEYWORD for p in found.parameters.values())
    for binding in emitted:
        for key in binding.keys:
            if key.parameters:
                continue
            if key.value is None:
                value = Value(after="from your function")
            elif keywords:
                value = Value(short(key.value), after=", else by keyword")
            else:
                value = Value(short(key.value), before="always ")
            keys = [_key(key.name, binding, emitted)]
            yield Row((), keys=keys, value=value)


def _absent(theirs: Said, found: inspect.Signature) -> str:
    """Which parameters the SDK describes that there are not."""
    names = [n for n in theirs.parameters if n not in found.parameters]
    shown = ", ".join(f"`{name}`" for name in names if name != "kwargs")
    if not shown:
        return ""
    return f"The SDK describes {shown}, which the decorator does not have."


def _keys(part: str, emitted: Sequence[parameters.Binding]) -> list[Key]:
    return [
        _key(key, binding, emitted)
        for binding in emitted
        for key in binding.of(part)
    ]


def _key(
    key: str, binding: parameters.Binding, emitted: Sequence[parameters.Binding]
) -> Key:
    shown = () if key == parameters.ANY else pieces(key)
    return Key(shown, binding.type if len(emitted) > 1 else "")


def _default(
    parameter: inspect.Parameter, emitted: Sequence[parameters.Binding] = ()
) -> Value:
    if parameter.kind is parameter.VAR_KEYWORD:
        return Value()
    if parameter.default is EMPTY:
        return Value(required=True)
    sent = [
        key.value
        for binding in emitted
        for key in binding.keys
        if parameter.name in key.parameters and key.value is not None
    ]
    if not sent and parameter.default is None and emitted:
        return Value(after="not sent")
    return Value(short(sent[0] if sent else parameter.default))


def _sent_as(
    name: str, part: str, emitted: Sequence[parameters.Binding]
) -> list[str]:
    """What the members of a parameter's enum are sent as."""
    if not emitted or part == "data_type":
        return []
    return list(dict.fromkeys(parameters.values(name, part).values()))


# --- Functions, classes and enums -----------------------------------------


def function(name: str) -> Markup:
    """A function of the SDK, or a decorator that belongs to no app."""
    found = getattr(func, name)
    theirs = said(found.__doc__)
    shown = inspect.signature(found)
    return html.render(
        "reference/thing.html",
        text=prose(theirs.text, end="\n"),
        ours=_ours(name, "", theirs.text),
        called=_arguments(name, name, shown, theirs.parameters),
        signature=highlighted(spelt(name, shown), "python"),
        tables=[],
        behaves="",
        gone="",
    )


def a_class(name: str, source: griffe.Object | griffe.Alias) -> Markup:
    """A class or an enum. The griffe object has the words below the members
    of an enum, which Python does not keep."""
    cls = getattr(func, name)
    theirs = said(vars(cls).get("__doc__"))
    is_enum = isinstance(cls, enum.EnumType)
    called = None if is_enum else docstrings.constructor(cls)
    about = docstrings.about_arguments(cls, theirs) if called else {}
    return html.render(
        "reference/thing.html",
        text=prose(theirs.text, end="\n"),
        ours=_ours(name, "", theirs.text),
        called=called and _arguments(name, f"{name}()", called, about),
        signature=called and highlighted(spelt(name, called), "python"),
        tables=[_members(name, cls, source)] if is_enum else _parts(name, cls),
        behaves="" if is_enum else _behaves_like(cls),
        gone=NOTHING if is_enum else Markup(history.parts_gone(name)),
    )


def _arguments(
    name: str, called: str, shown: inspect.Signature, about: dict[str, str]
) -> Table:
    """The parameters of a call."""
    rows = []
    for parameter in shown.parameters.values():
        if parameter.kind in STARS:
            continue
        text = about.get(parameter.name, "")
        rows.append(
            Row(
                [parameter.name],
                about=described(text),
                ours=_ours(name, parameter.name, text),
                type=_linked(parameter.annotation, link=False),
                history=_history(name, parameter.name),
                value=_default(parameter),
            )
        )
    head = [f"Parameter of {called}", "Default", "What it is"]
    return Table(f"Parameters of {called}", head, rows)


def _members(
    name: str, cls: type[enum.Enum], source: griffe.Object | griffe.Alias
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
                [member],
                about=line(about),
                ours=_ours(name, member, about),
                history=_history(name, f".{member}"),
                value=Value(str(sent.get(value.name, value.value))),
            )
        )
    head = ["Member", "Sent as" if sent else "Value", "What it is"]
    return Table(f"Members of {name}", head, rows)


def _parts(name: str, cls: type) -> list[Table]:
    """The attributes and the methods of a class."""
    attributes, methods = [], []
    for part, value in docstrings.own_parts(cls).items():
        if isinstance(value, property):
            assert value.fget
            attributes.append(_part(name, part, value.fget))
            continue
        inner = getattr(value, "__func__", value)
        arguments = list(inspect.signature(inner).parameters.values())
        if not isinstance(value, staticmethod):
            arguments = arguments[1:]
        call = f"{part}({', '.join(map(starred, arguments))})"
        methods.append(_part(name, part, inner, call))
    head = ["Attribute", "What it is"], ["Method", "What it does"]
    return [
        Table(f"Attributes of {name}", head[0], attributes),
        Table(f"Methods of {name}", head[1], methods),
    ]


def _part(
    name: str, part: str, function: Callable[..., object], call: str = ""
) -> Row:
    """An attribute, which this function computes, or a method."""
    theirs = said(doc(getattr(func, name), part))
    row = Row(
        [call or part],
        about=prose(theirs.text),
        ours=_ours(name, part, theirs.text),
        type=_linked(inspect.signature(function).return_annotation, link=False),
        history=_history(name, f".{part}"),
    )
    if not call:
        return row
    arguments = theirs.parameters.items()
    return replace(
        row,
        awaited=inspect.iscoroutinefunction(function),
        arguments=[(each, described(text)) for each, text in arguments],
        raises=[(error, described(text)) for error, text in theirs.raises],
    )


def _behaves_like(cls: type) -> str:
    plain = {"UserDict": "dict", "UserList": "list", "dict": "dict"}
    plain["BufferedIOBase"] = "io.BufferedIOBase"
    names = (base.__name__ for base in cls.__mro__)
    return next((plain[name] for name in names if name in plain), "")


# --- Parts of an entry ----------------------------------------------------


def is_public(name: str) -> bool:
    """Whether azure.functions exports the name, and has it: it exports one
    that it does not have."""
    return name in func.__all__ and hasattr(func, name)


def pieces(name: str) -> list[str]:
    """A name; a long one in pieces between which it may break."""
    if len(name) < LONG // 2:
        return [name]
    return re.split(r"(?<=_)(?=.)|(?=[A-Z])", name)


def table(
    caption: str, head: Iterable[str], rows: Iterable[Sequence[str]]
) -> Markup:
    """A table whose columns fold on a narrow page, of cells that are HTML."""
    titles = list(map(Markup, head))
    return html.macro(MACROS, "table", Markup(caption), titles, list(rows))


def row(*cells: str) -> Sequence[str]:
    """A row of such a table: its head, and the cells."""
    return list(map(Markup, cells))


def _history(name: str, part: str) -> Markup:
    return Markup(history.of_part(name, part))


def _ours(name: str, part: str, theirs: str) -> Markup:
    return line(docstrings.words().beside(name, part, theirs))


def _linked(annotation: object, link: bool = True) -> Markup:
    """An annotation; where `link`, an enum that has an entry leads to it."""
    text = type_of(annotation)
    names = [e.__name__ for e in parameters.enums(annotation) if link]
    known = [re.escape(name) for name in names if is_public(name)]
    if not known:
        return marked([Span("", text)]) if text else NOTHING
    parts = re.split(rf"\b({'|'.join(known)})\b", text)
    return marked(
        Span("reference", part, SDK + part) if number % 2 else Span("", part)
        for number, part in enumerate(parts)
    )
