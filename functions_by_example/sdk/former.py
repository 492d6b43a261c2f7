"""Names of the decorator model that were replaced.

data/sdk/former.toml, written by people, says which name replaced which; the
record of the SDK's releases says which parameters a decorator took in which
release, and what the newest release has.
"""

from __future__ import annotations

import functools
import inspect
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypedDict, cast

from functions_by_example.paths import DATA
from functions_by_example.sdk import releases
from functions_by_example.sdk.releases import DECORATORS

Cosmos = Literal["v4", "v3"]

APPLICATION = "FunctionApp"
COSMOS = "cosmos_db_"
# The last release before the names of today.
LAST = "1.13.3"


class Entry(TypedDict):
    """A parameter that became an entry of a dictionary: of which parameter,
    under which key."""

    parameter: str
    key: str


class Case(TypedDict):
    """Code that `migrate` leaves alone or refuses, and why."""

    about: str
    code: str


class Tables(TypedDict):
    """data/sdk/former.toml, which explains its tables."""

    decorators: dict[str, str]
    still: dict[str, str]
    parameters: dict[str, dict[str, str]]
    cosmos: dict[str, str]
    beware: dict[str, str]
    route: dict[str, Entry]
    application: dict[str, str]
    example: dict[str, str]
    undecided: list[Case]
    refused: list[Case]


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
def tables() -> Tables:
    """The data file."""
    text = (DATA / "sdk" / "former.toml").read_text("utf-8")
    return cast(Tables, tomllib.loads(text))


def cases(kind: str) -> list[Case]:
    """The cases that are "undecided" or "refused". Raises KeyError."""
    kept = tables()
    return {"undecided": kept["undecided"], "refused": kept["refused"]}[kind]


@functools.cache
def renamed() -> dict[str, str]:
    """The decorators that were renamed, as the record names them: old to
    new."""
    pairs = tables()["decorators"] | tables()["still"]
    return {
        f"{DECORATORS}{old}": f"{DECORATORS}{new}" for old, new in pairs.items()
    }


def successors(name: str) -> Mapping[str, str]:
    """What replaced parameters of a decorator or class, which is named as in
    the record; "" where nothing did."""
    if name == APPLICATION:
        return tables()["application"]
    decorator = name.removeprefix(DECORATORS)
    if decorator.startswith(COSMOS):
        return tables()["cosmos"]
    return tables()["parameters"].get(decorator, {})


@functools.cache
def history() -> dict[str, list[Was]]:
    """What FunctionApp and each decorator took up to 1.13.3 where it is
    removed today or its parameters no longer begin with these; the oldest
    first."""
    now = today()
    found: dict[str, list[Was]] = {}
    for version, release in releases.load().items():
        for name, thing in release.names.items():
            took = _named(thing)
            if not name.startswith(APPLICATION) or (
                name in now and _named(now[name])[: len(took)] == took
            ):
                continue
            states = found.setdefault(name.removeprefix(DECORATORS), [])
            first = version
            if states and states[-1].parameters == took:
                first = states.pop().first
            states.append(Was(first, version, took))
        if version == LAST:
            break
    return found


def _named(thing: releases.Thing) -> tuple[str, ...]:
    return tuple(name for name in thing.parameters if name[0] != "*")


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
                name for name, text in now.items() if "=" not in text
            ),
            booleans=frozenset(
                name for name, text in now.items() if _takes_bool(text)
            ),
            renamed={k: v for k, v in renamed.items() if k != v},
            wrapped={
                name: Wrapped(**given)
                for name, given in tables()["route"].items()
                if old == "route"
            },
            foreign=foreign,
            beware=tables()["beware"].get(new, ""),
            still=tuple(taken(old)) if f"{DECORATORS}{old}" in today() else (),
        )


@functools.cache
def today() -> Mapping[str, releases.Thing]:
    """What the newest release offers, as the record names it."""
    return releases.newest(releases.load()).names


def taken(decorator: str) -> dict[str, str]:
    """The parameters that a decorator of today names, each with its
    annotation and default. Raises KeyError."""
    given = today()[f"{DECORATORS}{decorator}"].parameters
    return {name: text for name, text in given.items() if name[0] != "*"}


def _takes_bool(text: str) -> bool:
    annotation, _, _ = text.partition("=")
    return "bool" in annotation.replace("|", " ").split()


def parameters(method: Callable[..., object]) -> dict[str, inspect.Parameter]:
    """The parameters that a method names, but for `self`."""
    signature = inspect.signature(method)
    return {
        p.name: p
        for p in list(signature.parameters.values())[1:]
        if p.kind is not p.VAR_KEYWORD
    }


@functools.cache
def exported() -> frozenset[str]:
    """The names that `azure.functions` has."""
    return frozenset(name.partition(".")[0] for name in today())


@functools.cache
def classes() -> frozenset[str]:
    """The classes of the SDK whose objects have decorators."""
    return _with_member("app_script_file")


@functools.cache
def apps() -> frozenset[str]:
    """Those of them that are an app."""
    return _with_member("register_functions")


def _with_member(member: str) -> frozenset[str]:
    return frozenset(
        name for name, thing in today().items() if member in thing.members
    )
