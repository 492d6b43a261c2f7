"""The SDK's releases: what each offers, and what follows from that.

data/releases.json holds for every final release on PyPI what it offers, as a
patch on the release before it (RFC 7396, JSON Merge Patch). `wheels.py` reads
and writes it; here it is only read.

Two lines are kept up side by side: 1.26 came after 2.0. So the release before
one is not the next lower number, but the highest lower one that was out when
it came. What was withdrawn from PyPI ("yanked") is nobody's forerunner.
"""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from packaging.version import Version

from functions_by_example.paths import DATA
from functions_by_example.sample import record
from functions_by_example.sample.read import Problem, SampleError

Json = Any

RECORD = DATA / "releases.json"
PACKAGE = "azure-functions"
DECORATORS = "FunctionApp."
# How much of two parameters' names must be alike for one to be the other's
# new name.
ALIKE = 1 / 3

Kind = Literal["decorator", "class", "enum", "function"]


@dataclass(frozen=True)
class Thing:
    """A name of the SDK: a decorator of FunctionApp ("FunctionApp.route"), a
    class, an enum or a function that `azure.functions` exports.

    `parameters` are those of a call: the text behind each is its annotation
    and default. `members` are an enum's, with their values, or a class's
    public attributes and methods. `adds` is what a decorator adds: "queue
    out". `same_as` is the decorator of which it is another name.
    """

    kind: Kind
    parameters: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, str] = field(default_factory=dict)
    adds: tuple[str, ...] = ()
    same_as: str = ""

    @property
    def parts(self) -> dict[str, str]:
        """Parameters and members under one name each, in order:
        ".get_body", "connection"."""
        members = {f".{name}": text for name, text in self.members.items()}
        return dict(sorted({**self.parameters, **members}.items()))


@dataclass(frozen=True)
class Parts:
    """What became of the parts of a name: those that came, with their text;
    that went; that have a new name (old, new); whose text changed (before,
    after)."""

    came: Mapping[str, str]
    gone: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]
    changed: Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Changes:
    """What a release has beside, and instead of, the one before it.

    `renamed` are decorators: (old, new); the old name may still be there, as
    another name of the new one, or with another meaning. `parts` is, for each
    name that is in both, what became of its parts.
    """

    came: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    parts: Mapping[str, Parts] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """Every name that the changes touch."""
        touched = {*self.came, *self.gone, *self.parts}
        return sorted(touched | {n for pair in self.renamed for n in pair})


@dataclass(frozen=True)
class Release:
    """A release: when it came, which Python it wants ("" for any), whether it
    was withdrawn, what it offers. `after` is the release before it, from
    which it differs by `changes`."""

    version: str
    date: str
    python: str
    withdrawn: bool
    names: Mapping[str, Thing]
    after: str = ""
    changes: Changes = field(default_factory=Changes)


Releases = Mapping[str, Release]


def spelt(parameter: str, text: str) -> str:
    """A parameter as source has it: "name: str = None"."""
    if not text or text.startswith("="):
        return f"{parameter}{text.replace('= ', '=', 1)}"
    return f"{parameter}: {text}"


# --- The record -------------------------------------------------------------


def ordered(releases: Iterable[Release]) -> dict[str, Release]:
    """Releases by version, lowest first, each knowing the one before it and
    what it changed. The first of all has nothing to be compared with."""
    listed = sorted(releases, key=lambda release: Version(release.version))
    found: dict[str, Release] = {}
    for release in listed:
        after = _before(release, listed)
        changes = (
            between(found[after].names, release.names) if after else Changes()
        )
        found[release.version] = replace(release, after=after, changes=changes)
    return found


def _before(release: Release, all_: Iterable[Release]) -> str:
    lower = [
        other.version
        for other in all_
        if Version(other.version) < Version(release.version)
        and other.date <= release.date
        and not other.withdrawn
    ]
    return max(lower, key=Version, default="")


def dumped(releases: Releases) -> Json:
    """Releases as they are kept, lowest first."""
    kept = {}
    for version, release in releases.items():
        before = releases[release.after].names if release.after else {}
        kept[version] = {
            "date": release.date,
            "python": release.python,
            **({"withdrawn": True} if release.withdrawn else {}),
            "after": release.after,
            "names": patch(_plain(before), _plain(release.names)),
        }
    return kept


def parsed(kept: Json) -> dict[str, Release]:
    """The opposite. Raises KeyError, TypeError and AttributeError for what is
    no such record."""
    full: dict[str, Json] = {"": {}}
    found = []
    for version, release in kept.items():
        full[version] = patched(full[release["after"]], release["names"])
        names = {
            name: Thing(
                kind=thing["kind"],
                parameters=thing.get("parameters", {}),
                members=thing.get("members", {}),
                adds=tuple(thing.get("adds", ())),
                same_as=thing.get("same_as", ""),
            )
            for name, thing in sorted(full[version].items())
        }
        found.append(
            Release(
                version=version,
                date=release["date"],
                python=release["python"],
                withdrawn=release.get("withdrawn", False),
                names=names,
            )
        )
    return ordered(found)


def _plain(names: Mapping[str, Thing]) -> Json:
    return {
        name: {
            "kind": thing.kind,
            **({"same_as": thing.same_as} if thing.same_as else {}),
            **({"adds": list(thing.adds)} if thing.adds else {}),
            **_sorted("parameters", thing.parameters),
            **_sorted("members", thing.members),
        }
        for name, thing in sorted(names.items())
    }


def _sorted(key: str, parts: Mapping[str, str]) -> Json:
    return {key: dict(sorted(parts.items()))} if parts else {}


def patch(before: Json, after: Json) -> Json:
    """The merge patch that makes one object another."""
    gone = {key: None for key in before if key not in after}
    changed = {
        key: patch(before[key], value)
        if isinstance(value, dict) and isinstance(before.get(key), dict)
        else value
        for key, value in after.items()
        if before.get(key) != value
    }
    return dict(sorted((gone | changed).items()))


def patched(before: Json, changes: Json) -> Json:
    """An object with a merge patch applied (RFC 7396)."""
    if not isinstance(changes, dict):
        return changes
    after = dict(before) if isinstance(before, dict) else {}
    for key, value in changes.items():
        if value is None:
            after.pop(key, None)
        else:
            after[key] = patched(after.get(key), value)
    return after


@functools.cache
def load() -> dict[str, Release]:
    """The releases that are kept, lowest first. Raises SampleError."""
    return read(RECORD)


def read(path: Path) -> dict[str, Release]:
    """The releases that a file keeps. Raises SampleError, with file and
    remedy, for what cannot be read."""
    line = 1
    try:
        return parsed(record.load(path.parent, path.name))
    except OSError as error:
        what = f"cannot be read: {error.strerror}"
    except ValueError as error:
        line = getattr(error, "lineno", line)
        what = f"is not JSON: {error}"
    except (AttributeError, LookupError, TypeError) as error:
        what = f"is no record of releases: {type(error).__name__}: {error}"
    remedy = "run `nox -s releases -- --all`"
    raise SampleError([Problem(path.name, line, what, remedy)])


# --- Lines of releases ------------------------------------------------------


def newest(releases: Releases) -> Release:
    """The highest release that was not withdrawn."""
    return [r for r in releases.values() if not r.withdrawn][-1]


def lines(releases: Releases) -> list[list[Release]]:
    """The lines that go on side by side, each from the first release on, the
    one of the highest number last: to the highest release of each major
    version, where no other line passes through it."""
    there = [r for r in releases.values() if not r.withdrawn]
    heads = {Version(release.version).major: release for release in there}
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


# --- The history of a name --------------------------------------------------


@dataclass(frozen=True)
class Span:
    """Where a name, or a part of one, is to be had.

    `since` are the releases from which on it has been there to the end of a
    line, one for each line that has it; `missing` are the newest releases of
    lines that do not.
    """

    since: tuple[str, ...]
    missing: tuple[str, ...]

    def __str__(self) -> str:
        return " and ".join(self.since)


def there(release: Release, name: str, part: str = "") -> bool:
    """Whether a release has a name, or this part of it."""
    thing = release.names.get(name)
    return thing is not None and (not part or part in thing.parts)


def span(releases: Releases, wanted: Iterable[tuple[str, str]]) -> Span:
    """From where on everything wanted, (name, part), is there together."""
    wanted = list(wanted)
    since: list[str] = []
    missing = []
    for line in lines(releases):
        start = ""
        for release in reversed(line):
            if not all(there(release, *each) for each in wanted):
                break
            start = release.version
        if not start:
            missing.append(line[-1].version)
        elif start not in since:
            since.append(start)
    since.sort(key=Version)
    return Span(tuple(since), tuple(missing))


def changed(releases: Releases, name: str, part: str) -> list[str]:
    """The releases in which the annotation, default or value of a part
    changed."""
    return [
        release.version
        for release, parts in _touching(releases, name)
        if part in parts.changed
    ]


def former_part(releases: Releases, name: str, part: str) -> str:
    """What a parameter was called before; "" where it had no other name."""
    for _, parts in _touching(releases, name):
        for old, new in parts.renamed:
            if new == part:
                return old
    return ""


def parts_gone(releases: Releases, name: str) -> dict[str, tuple[str, str]]:
    """The parts that a name has no more in the newest release: the release
    in which each went, and its new name or ""."""
    head = newest(releases)
    found: dict[str, tuple[str, str]] = {}
    for release, parts in _touching(releases, name):
        pairs = [*parts.renamed, *((old, "") for old in parts.gone)]
        found |= {
            old: (release.version, new)
            for old, new in pairs
            if not there(head, name, old)
        }
    return dict(sorted(found.items()))


def _touching(releases: Releases, name: str) -> Iterator[tuple[Release, Parts]]:
    """The releases, withdrawn ones left out, that changed parts of a name."""
    for release in releases.values():
        if not release.withdrawn and name in release.changes.parts:
            yield release, release.changes.parts[name]


# --- What a release changed -------------------------------------------------


def between(before: Mapping[str, Thing], after: Mapping[str, Thing]) -> Changes:
    """What changed from one set of names to another."""
    renamed = tuple(_renamed(before, after))
    old, new = {o for o, _ in renamed}, {n for _, n in renamed}
    return Changes(
        came=tuple(n for n in after if n not in before and n not in new),
        gone=tuple(n for n in before if n not in after and n not in old),
        renamed=renamed,
        parts={
            name: parts
            for name in after
            if name in before
            and before[name] != after[name]
            and (parts := parts_between(before[name], after[name]))
        },
    )


def _renamed(
    before: Mapping[str, Thing], after: Mapping[str, Thing]
) -> Iterator[tuple[str, str]]:
    """The decorators that have a new name: the old one is gone, or has become
    another name of the new one, or means another thing while the new one
    means what it meant."""
    came = [n for n, t in after.items() if n not in before and not t.same_as]
    new_of = {
        old: name
        for name in came
        for old, was in before.items()
        if old in after and _moved(was, after[old], name, after[name])
    }
    olds = [n for n, t in before.items() if n not in after and t.adds]
    news = [n for n in came if n not in new_of.values()]
    pairs = _matched(
        olds,
        news,
        lambda old, new: (
            _overlap(before[old].parameters, after[new].parameters)
            if before[old].adds == after[new].adds
            else 0
        ),
        at_least=0.5,
    )
    yield from sorted([*new_of.items(), *pairs])


def _moved(was: Thing, now: Thing, name: str, new: Thing) -> bool:
    """Whether a decorator that is still there lives on under a new name."""
    if now.same_as:
        return now.same_as == name.removeprefix(DECORATORS)
    return (
        new.kind == "decorator"
        and was.adds == new.adds
        and set(was.parameters) == set(new.parameters)
        and set(was.parameters) != set(now.parameters)
    )


def parts_between(before: Thing, after: Thing) -> Parts | None:
    """What became of a name's parts; None where nothing did."""
    old, new = before.parts, after.parts
    pairs = tuple(
        _matched(
            [part for part in old if part not in new],
            [part for part in new if part not in old],
            lambda a, b: (
                _overlap(_words(a), _words(b)) if old[a] == new[b] else 0
            ),
            at_least=ALIKE,
        )
    )
    olds, news = {a for a, _ in pairs}, {b for _, b in pairs}
    found = Parts(
        came={p: t for p, t in new.items() if p not in old and p not in news},
        gone=tuple(p for p in old if p not in new and p not in olds),
        renamed=pairs,
        changed={
            part: (old[part], text)
            for part, text in new.items()
            if part in old and old[part] != text
        },
    )
    empty = not (found.came or found.gone or found.renamed or found.changed)
    return None if empty else found


def _matched(
    olds: Iterable[str], news: Iterable[str], alike: Any, at_least: float
) -> list[tuple[str, str]]:
    """Pairs of old and new, those first that are most alike."""
    rated = sorted(
        (-alike(old, new), old, new)
        for old in olds
        for new in news
        if alike(old, new) >= at_least
    )
    pairs: list[tuple[str, str]] = []
    for _, old, new in rated:
        if not any(old == a or new == b for a, b in pairs):
            pairs.append((old, new))
    return sorted(pairs)


def _overlap(one: Iterable[str], other: Iterable[str]) -> float:
    """How much of two sets they share, from 0 to 1."""
    a, b = set(one), set(other)
    return len(a & b) / len(a | b) if a | b else 0


def _words(part: str) -> list[str]:
    return re.findall(r"[a-z]+|^\.", part.lower())


def former_names(releases: Releases, name: str) -> list[tuple[str, str]]:
    """The names that a decorator had before, newest first, each with the
    release that gave it the next."""
    found: list[tuple[str, str]] = []
    for release in reversed(list(releases.values())):
        if release.withdrawn:
            continue
        for old, new in release.changes.renamed:
            if new == name and old not in {o for o, _ in found}:
                found.append((old, release.version))
                name = old
    return found


# --- What code needs --------------------------------------------------------


def used(code: str, releases: Releases | None = None) -> set[tuple[str, str]]:
    """The names of the SDK, and the parameters and members, that a function
    app's code uses: ("FunctionApp.route", "methods"), ("AuthLevel",
    ".ANONYMOUS").

    What the newest release does not have is not the SDK's. An attribute of a
    value is seen where the value is a parameter annotated with a class of the
    SDK. Raises SyntaxError.
    """
    names = newest(load() if releases is None else releases).names
    tree = ast.parse(code)
    known = _imported(tree)
    found = set()
    for node in ast.walk(tree):
        found.add((known(node), ""))
        if isinstance(node, ast.Call):
            words = [word.arg or "" for word in node.keywords]
            found |= {(known(node.func), word) for word in words}
        elif isinstance(node, ast.Attribute):
            found.add((known(node.value), f".{node.attr}"))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found |= _decorated(node) | _read_of(node, known)
    return {
        (name, part)
        for name, part in found
        if name in names and (not part or part in names[name].parts)
    }


def _imported(tree: ast.Module) -> Callable[[ast.AST], str]:
    """What of `azure.functions` an expression is; "" for what is not its."""
    modules: set[str] = set()
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        for alias in getattr(node, "names", ()):
            if not isinstance(alias, ast.alias):
                continue
            if isinstance(node, ast.ImportFrom):
                if node.module == "azure.functions":
                    names[alias.asname or alias.name] = alias.name
                elif (node.module, alias.name) == ("azure", "functions"):
                    modules.add(alias.asname or alias.name)
            elif alias.name == "azure.functions":
                modules.add(alias.asname or alias.name)

    def known(node: ast.AST) -> str:
        if isinstance(node, ast.Name):
            return names.get(node.id, "")
        if isinstance(node, ast.Attribute):
            return node.attr if ast.unparse(node.value) in modules else ""
        return ""

    return known


def _decorated(
    function: ast.FunctionDef | ast.AsyncFunctionDef,
) -> set[tuple[str, str]]:
    """The decorators of a function, whatever they are called on."""
    found = set()
    for node in function.decorator_list:
        call = node if isinstance(node, ast.Call) else None
        called = call.func if call else node
        if isinstance(called, ast.Attribute):
            name = f"{DECORATORS}{called.attr}"
            words = [word.arg or "" for word in call.keywords] if call else []
            found |= {(name, word) for word in ["", *words]}
    return found


def _read_of(
    function: ast.FunctionDef | ast.AsyncFunctionDef,
    known: Callable[[ast.AST], str],
) -> set[tuple[str, str]]:
    """The members that a function reads of its annotated parameters."""
    kinds = {
        argument.arg: known(argument.annotation)
        for argument in [*function.args.args, *function.args.kwonlyargs]
        if argument.annotation
    }
    return {
        (kinds.get(node.value.id, ""), f".{node.attr}")
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }


def since(code: str, releases: Releases | None = None) -> Span:
    """From which releases on the SDK has everything that a function app's
    code uses. Raises SyntaxError."""
    releases = load() if releases is None else releases
    return span(releases, used(code, releases))


def reasons(
    code: str, releases: Releases | None = None
) -> list[tuple[str, str]]:
    """Why code is not possible before: the names, and the parts of older
    names, that came when the last of all came. Nothing where it is possible
    in every release. Raises SyntaxError."""
    releases = load() if releases is None else releases
    wanted = used(code, releases)
    last = span(releases, wanted)
    if last.since == span(releases, []).since:
        return []
    young = {each for each in wanted if span(releases, [each]) == last}
    return sorted(
        (name, part)
        for name, part in young
        if not part or (name, "") not in young
    )
