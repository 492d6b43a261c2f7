"""The SDK's releases: what each one offers.

data/sdk/releases.json holds every final release on PyPI since the decorator
model's first preview, and for each name of the SDK its states: the release
since which a state holds, by number, with `null` where the name is removed.
`wheels.py` reads the releases; `changes.py` says how they differ.

Two lines are continued side by side: 1.26 came after 2.0. So the release
before another one is not the next lower number, but the highest lower one
that was out when it came. No release is compared with one that was withdrawn
from PyPI ("yanked").
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, NotRequired, TypedDict

from functions_by_example.paths import DATA

RECORD = DATA / "sdk" / "releases.json"
PACKAGE = "azure-functions"
DECORATORS = "FunctionApp."

Kind = Literal["decorator", "class", "enum", "function"]


class State(TypedDict):
    """A `Thing` as the record holds it."""

    kind: Kind
    same_as: NotRequired[str]
    adds: NotRequired[list[str]]
    parameters: NotRequired[dict[str, str]]
    members: NotRequired[dict[str, str]]


class About(TypedDict):
    """What the record holds of a release as a whole."""

    date: str
    python: str
    withdrawn: NotRequired[bool]


class Kept(TypedDict):
    """The record: the releases by number, lowest first, and for each name its
    states by the release since which they hold."""

    releases: dict[str, About]
    names: dict[str, dict[str, State | None]]


@dataclass(frozen=True)
class Thing:
    """A name of the SDK: a decorator of FunctionApp ("FunctionApp.route"), a
    class, an enum or a function that `azure.functions` exports.

    `parameters` are those of a call, in its order: the text behind each is its
    annotation and default. `members` are an enum's, with their values, or a
    class's public attributes and methods. `adds` is what a decorator adds:
    "queue out". `same_as` is the decorator of which it is another name.
    """

    kind: Kind
    parameters: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, str] = field(default_factory=dict)
    adds: tuple[str, ...] = ()
    same_as: str = ""

    @functools.cached_property
    def parts(self) -> dict[str, str]:
        """Parameters and members in one mapping, in alphabetical order:
        ".get_body", "connection"."""
        members = {f".{name}": text for name, text in self.members.items()}
        return dict(sorted({**self.parameters, **members}.items()))


@dataclass(frozen=True)
class Release:
    """A release: when it came, which Python it wants ("" for any), whether it
    was withdrawn, what it offers. `after` is the release before it, with which
    it is compared; the first one has none ("")."""

    version: str
    date: str
    python: str
    withdrawn: bool
    names: Mapping[str, Thing]
    after: str = ""


Releases = Mapping[str, Release]


def spelt(parameter: str, text: str) -> str:
    """A parameter as source has it: "name: str = None"."""
    if not text or text.startswith("="):
        return f"{parameter}{text.replace('= ', '=', 1)}"
    return f"{parameter}: {text}"


def number(version: str) -> tuple[int, ...]:
    """A final release's number, by which releases are ordered."""
    return tuple(map(int, version.split(".")))


def ordered(releases: Iterable[Release]) -> dict[str, Release]:
    """Releases by version, lowest first, each with the one before it."""
    found: dict[str, Release] = {}
    for release in sorted(releases, key=lambda each: number(each.version)):
        earlier = [
            other.version
            for other in found.values()
            if other.date <= release.date and not other.withdrawn
        ]
        after = earlier[-1] if earlier else ""
        found[release.version] = replace(release, after=after)
    return found


def newest(releases: Releases) -> Release:
    """The highest release that was not withdrawn."""
    return [r for r in releases.values() if not r.withdrawn][-1]


def lines(releases: Releases) -> list[list[Release]]:
    """The lines that are continued side by side, each from the first release
    on, the one of the highest number last: to the highest release of each
    major version, where no other line passes through it."""
    there = [r for r in releases.values() if not r.withdrawn]
    heads = {release.version.partition(".")[0]: release for release in there}
    found = []
    for head in heads.values():
        line = [head]
        while line[0].after:
            line.insert(0, releases[line[0].after])
        found.append(line)
    return [
        line
        for line in found
        if not any(line[-1] in other[:-1] for other in found)
    ]


# --- The record -------------------------------------------------------------


@functools.cache
def load() -> dict[str, Release]:
    """The releases that are kept, lowest first. Raises SampleError."""
    return read(RECORD)


def read(path: Path) -> dict[str, Release]:
    """The releases that a file keeps. Raises SampleError, with file and
    remedy, for what cannot be read."""
    line = 1
    try:
        return parsed(json.loads(path.read_text("utf-8")))
    except OSError as error:
        what = f"cannot be read: {error.strerror}"
    except ValueError as error:
        line = getattr(error, "lineno", line)
        what = f"is not JSON: {error}"
    except (AttributeError, LookupError, TypeError) as error:
        what = f"is no record of releases: {type(error).__name__}: {error}"
    remedy = "run `nox -s releases -- --all`"
    # Reading samples needs markdown-it-py, which `migrate` does without.
    from functions_by_example.sample.read import Problem, SampleError

    raise SampleError([Problem(path.name, line, what, remedy)])


def parsed(kept: Kept) -> dict[str, Release]:
    """The releases of a record. Raises KeyError, TypeError and AttributeError
    for what is no record."""
    offered: dict[str, dict[str, Thing]] = {v: {} for v in kept["releases"]}
    for name, states in kept["names"].items():
        thing = None
        for version, names in offered.items():
            if version in states:
                thing = _thing(states[version])
            if thing:
                names[name] = thing
    return ordered(
        Release(
            version=version,
            date=about["date"],
            python=about["python"],
            withdrawn=about.get("withdrawn", False),
            names=offered[version],
        )
        for version, about in kept["releases"].items()
    )


def _thing(state: State | None) -> Thing | None:
    if state is None:
        return None
    return Thing(
        kind=state["kind"],
        parameters=state.get("parameters", {}),
        members=state.get("members", {}),
        adds=tuple(state.get("adds", ())),
        same_as=state.get("same_as", ""),
    )


def dumped(releases: Releases) -> str:
    """The record of these releases: a line for each of them, and a line for
    each state of a name."""
    about = {v: json.dumps(_about(release)) for v, release in releases.items()}
    names = sorted({name for r in releases.values() for name in r.names})
    blocks = {name: _block(_states(releases, name), 3) for name in names}
    kept = {"releases": _block(about, 2), "names": _block(blocks, 2)}
    return _block(kept, 1) + "\n"


def _block(values: Mapping[str, str], level: int) -> str:
    """An object in JSON with a line for each of its values, which are JSON."""
    indent = "  " * level
    listed = [f"{indent}{json.dumps(key)}: {v}" for key, v in values.items()]
    return "{\n" + ",\n".join(listed) + f"\n{indent[2:]}}}"


def _about(release: Release) -> About:
    about = About(date=release.date, python=release.python)
    if release.withdrawn:
        about["withdrawn"] = True
    return about


def _states(releases: Releases, name: str) -> dict[str, str]:
    """The states of a name as JSON, by the release since which each holds."""
    states: dict[str, str] = {}
    last = "null"
    for version, release in releases.items():
        state = json.dumps(_state(release.names.get(name)))
        if state != last:
            states[version] = last = state
    return states


def _state(thing: Thing | None) -> State | None:
    if thing is None:
        return None
    state = State(kind=thing.kind)
    if thing.same_as:
        state["same_as"] = thing.same_as
    if thing.adds:
        state["adds"] = list(thing.adds)
    if thing.parameters:
        state["parameters"] = dict(thing.parameters)
    if thing.members:
        state["members"] = dict(sorted(thing.members.items()))
    return state


def write(releases: Releases) -> bool:
    """Make the record hold these releases, in one step; whether it changed."""
    text = dumped(releases)
    if RECORD.exists() and RECORD.read_text("utf-8") == text:
        return False
    draft = RECORD.with_name(f".{RECORD.name}.new")
    draft.write_text(text, "utf-8", newline="\n")
    draft.replace(RECORD)
    return True
