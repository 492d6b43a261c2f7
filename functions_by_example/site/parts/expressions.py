"""Where `%SETTING%` and `{name}` resolve: what each text that a decorator
takes may hold, from data/expressions.toml."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterator
from typing import TypedDict, cast

from functions_by_example.paths import DATA
from functions_by_example.site import markdown
from functions_by_example.site.navigation import SERVICES
from functions_by_example.site.parts import part


class Resolved(TypedDict):
    """What a decorator's texts may hold: parameters by rule, and the places
    in the source of the host or of an extension that say so."""

    service: str
    sources: list[str]
    takes: dict[str, list[str]]


class LeftOut(TypedDict):
    """What holds no text for the host to resolve."""

    decorators: list[str]
    parameters: list[str]
    open: list[str]


class Expressions(TypedDict):
    """The data file."""

    rules: dict[str, str]
    left_out: LeftOut
    decorators: dict[str, Resolved]


@functools.cache
def load() -> Expressions:
    """The data file as it is."""
    text = (DATA / "expressions.toml").read_text("utf-8")
    return cast(Expressions, tomllib.loads(text))


@part("expressions")
def tables() -> str:
    """The tables of all services, in the order of the gallery."""
    by_service: dict[str, list[str]] = {}
    for name, resolved in load()["decorators"].items():
        by_service.setdefault(resolved["service"], []).append(name)
    return "\n\n".join(
        f"## {service.title} {{ #{name} }}\n\n"
        + "\n\n".join(map(table, by_service[name]))
        for name, service in SERVICES.items()
        if name in by_service
    )


def table(decorator: str) -> str:
    """What the texts of a decorator may hold: rule by rule."""
    resolved = load()["decorators"][decorator]
    sources = " and ".join(map(_linked, resolved["sources"]))
    rows = markdown.table(("Parameter", "Takes"), _rows(resolved))
    return f"`@app.{decorator}`, by {sources}:\n{{: #{decorator} }}\n\n{rows}"


def _rows(resolved: Resolved) -> Iterator[tuple[str, str]]:
    for rule, words in load()["rules"].items():
        if rule in resolved["takes"]:
            yield markdown.codes(resolved["takes"][rule]), words


def _linked(address: str) -> str:
    return f"[{address.rpartition('/')[2]}]({address})"
