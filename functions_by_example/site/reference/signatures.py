"""Signatures, annotations and defaults as a reader would write them."""

from __future__ import annotations

import enum
import inspect
import re
import types
import typing

# A signature or a default that is longer is broken, or cut.
LONG = 48
EMPTY = inspect.Parameter.empty
STARS: dict[object, str] = {
    inspect.Parameter.VAR_POSITIONAL: "*",
    inspect.Parameter.VAR_KEYWORD: "**",
}


def type_of(annotation: object) -> str:
    """An annotation, short: without the names of modules, and without None,
    which the default shows; "" where there is none."""
    if annotation is EMPTY or annotation is typing.Any:
        return ""
    members = typing.get_args(annotation)
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return " | ".join(
            type_of(a) for a in members if a is not types.NoneType
        )
    if isinstance(annotation, type) and not members:
        return annotation.__name__
    if isinstance(annotation, typing.ForwardRef):
        return annotation.__forward_arg__
    return re.sub(r"\b(?:\w+\.)+(?=\w)|~", "", str(annotation))


def starred(parameter: inspect.Parameter) -> str:
    """A parameter's name, with its stars."""
    return STARS.get(parameter.kind, "") + parameter.name


def short(value: object) -> str:
    """A default as code; a long one is cut."""
    if isinstance(value, enum.Enum):
        return f"{type(value).__name__}.{value.name}"
    text = repr(value)
    return text if len(text) <= LONG else text[: LONG - 4] + "...'"


def spelt(name: str, found: inspect.Signature) -> str:
    """A signature as code, one parameter a line where it is long."""
    shown = [_parameter(parameter) for parameter in found.parameters.values()]
    for number, parameter in enumerate(found.parameters.values()):
        if parameter.kind is parameter.VAR_POSITIONAL:
            break
        if parameter.kind is parameter.KEYWORD_ONLY:
            shown.insert(number, "*")
            break
    result = _annotation(found.return_annotation)
    arrow = f" -> {result}" if result else ""
    line = f"{name}({', '.join(shown)}){arrow}"
    if len(line) <= LONG:
        return line
    return f"{name}(\n    " + ",\n    ".join(shown) + f",\n){arrow}"


def _parameter(parameter: inspect.Parameter) -> str:
    kind = _annotation(parameter.annotation)
    text = starred(parameter) + (f": {kind}" if kind else "")
    if parameter.default is EMPTY:
        return text
    equals = " = " if kind else "="
    return f"{text}{equals}{short(parameter.default)}"


def _annotation(annotation: object) -> str:
    if annotation is EMPTY:
        return ""
    text = type_of(annotation) or "Any"
    optional = types.NoneType in typing.get_args(annotation)
    return f"{text} | None" if optional else text
