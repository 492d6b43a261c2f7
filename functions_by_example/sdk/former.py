"""Then and today: what the decorators were called, and what they took.

`data/former.toml` says which name became which, `data/former.json` which
parameters each decorator took in azure-functions 1.10.1 to 1.13.3, read
statically from the released wheels. Today's parameters are those of the
installed SDK.
"""

from __future__ import annotations

import functools
import inspect
import json
import tomllib
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import azure.functions as func

from functions_by_example.paths import DATA

Cosmos = Literal["v4", "v3"]

APPLICATION = "FunctionApp"
COSMOS = "cosmos_db_"


@dataclass(frozen=True)
class Wrapped:
    """A value that became an entry of a dictionary."""

    parameter: str
    key: str


@dataclass(frozen=True)
class Was:
    """Parameters of a decorator, in their order, from one release to
    another."""

    first: str
    last: str
    parameters: tuple[str, ...]


@dataclass(frozen=True)
class Rename:
    """What becomes of a decorator.

    `before` and `after` are its parameters then and today, in their order;
    `required` are those without which today's cannot be called, `booleans`
    those that take a bool. `renamed` has today's name of a parameter, "" for
    one that is gone; `foreign` are those of the other Cosmos DB extension.
    `beware` is what else is another today.
    `still` are the parameters of today's decorator of the old name; none
    where that is gone.
    """

    old: str
    new: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    required: frozenset[str]
    booleans: frozenset[str]
    renamed: Mapping[str, str] = field(default_factory=dict)
    wrapped: Mapping[str, Wrapped] = field(default_factory=dict)
    foreign: frozenset[str] = frozenset()
    beware: str = ""
    still: tuple[str, ...] = ()

    @property
    def then_only(self) -> frozenset[str]:
        """Parameters by which the old decorator is told from today's of the
        same name."""
        return frozenset(self.before) - frozenset(self.still)

    @property
    def today_only(self) -> frozenset[str]:
        """Parameters by which today's of the same name is told from it."""
        return frozenset(self.still) - frozenset(self.before)

    @property
    def keeps_keywords(self) -> bool:
        """Whether every keyword of then is taken today."""
        return set(self.before) <= set(self.after)


@functools.cache
def tables() -> dict[str, Any]:
    """The data file, as it stands."""
    return tomllib.loads((DATA / "former.toml").read_text("utf-8"))


@functools.cache
def history() -> dict[str, list[Was]]:
    """What each name took before, where today it takes something else or is
    gone."""
    kept = json.loads((DATA / "former.json").read_text("utf-8"))
    return {
        name: [
            Was(was["first"], was["last"], tuple(was["parameters"]))
            for was in found
        ]
        for name, found in kept.items()
    }


@functools.cache
def renames(cosmos: Cosmos = "v4") -> dict[str, Rename]:
    """Every decorator that is gone, or took something else, by its old name;
    for today's Cosmos DB extension or for the one before."""
    return {rename.old: rename for rename in _renames(cosmos)}


def _renames(cosmos: Cosmos) -> Iterator[Rename]:
    became = tables()["decorators"]
    for old, was in history().items():
        if old == APPLICATION:
            continue
        new = became.get(old, old)
        renamed: Mapping[str, str] = {}
        foreign: frozenset[str] = frozenset()
        if new.startswith(COSMOS):
            if cosmos == "v3":
                foreign = frozenset(taken(new)) - frozenset(was[0].parameters)
                new += "_v3"
            else:
                renamed = tables()["cosmos"]
        now = taken(new)
        yield Rename(
            old=old,
            new=new,
            before=was[0].parameters,
            after=tuple(now),
            required=frozenset(
                p.name for p in now.values() if p.default is p.empty
            ),
            booleans=booleans(new),
            renamed={k: v for k, v in renamed.items() if k != v},
            wrapped={
                name: Wrapped(**given)
                for name, given in tables()["route"].items()
                if old == "route"
            },
            foreign=foreign,
            beware=tables()["beware"].get(new, ""),
            still=tuple(taken(old)) if hasattr(func.FunctionApp, old) else (),
        )


def taken(decorator: str) -> dict[str, inspect.Parameter]:
    """The parameters that a decorator of today names. Raises
    AttributeError."""
    return parameters(getattr(func.FunctionApp, decorator))


def parameters(method: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    """The parameters that a method names, but for `self`."""
    signature = inspect.signature(method)
    return {
        p.name: p
        for p in list(signature.parameters.values())[1:]
        if p.kind is not p.VAR_KEYWORD
    }


def booleans(decorator: str) -> frozenset[str]:
    """The parameters of a decorator that take a bool."""
    return frozenset(
        name
        for name, p in taken(decorator).items()
        if p.annotation is bool or bool in typing.get_args(p.annotation)
    )


@functools.cache
def classes() -> frozenset[str]:
    """The classes of the SDK whose objects have decorators."""
    return frozenset(
        name
        for name, value in vars(func).items()
        if inspect.isclass(value) and issubclass(value, func.DecoratorApi)
    )


@functools.cache
def apps() -> frozenset[str]:
    """Those of them that are an app."""
    return frozenset(
        name
        for name in classes()
        if issubclass(getattr(func, name), func.FunctionRegister)
    )
