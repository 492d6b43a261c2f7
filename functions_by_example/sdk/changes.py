"""How the SDK's releases differ, and what became of its names.

What was renamed is written in data/sdk/former.toml; in which release, the
record says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from functions_by_example.sdk import former
from functions_by_example.sdk.releases import (
    Release,
    Releases,
    Thing,
    newest,
)


@dataclass(frozen=True)
class Parts:
    """What became of the parts of a name: those that are new, with their
    text; those that were removed; those that were renamed (old, new); those
    whose text changed (before, after)."""

    came: Mapping[str, str]
    gone: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]
    changed: Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Changes:
    """The differences between a release and the one before it.

    `renamed` are decorators (old, new); the old name may still be there, as
    another name of the new one, or with another meaning. `parts` says, for
    each name that is in both, what became of its parts.
    """

    came: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    parts: Mapping[str, Parts] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """Every name that is concerned."""
        concerned = {*self.came, *self.gone, *self.parts}
        return sorted(concerned | {n for pair in self.renamed for n in pair})


def of(releases: Releases, release: Release) -> Changes:
    """The changes of a release; none for the first one."""
    if not release.after:
        return Changes()
    return between(releases[release.after].names, release.names)


def between(before: Mapping[str, Thing], after: Mapping[str, Thing]) -> Changes:
    """What changed from one set of names to another."""
    renamed = sorted(
        (old, new)
        for old, new in former.renamed().items()
        if old in before and new in after and new not in before
    )
    olds, news = {old for old, _ in renamed}, {new for _, new in renamed}
    return Changes(
        came=tuple(n for n in after if n not in before and n not in news),
        gone=tuple(n for n in before if n not in after and n not in olds),
        renamed=tuple(renamed),
        parts={
            name: parts
            for name, thing in after.items()
            if name in before
            and (parts := parts_between(name, before[name], thing))
        },
    )


def parts_between(name: str, before: Thing, after: Thing) -> Parts | None:
    """What became of the parts of this name; None where nothing changed."""
    if before is after or before == after:
        return None
    old, new = before.parts, after.parts
    renamed = tuple(
        (a, b)
        for a, b in sorted(former.successors(name).items())
        if a in old and a not in new and b in new and b not in old
    )
    olds, news = {a for a, _ in renamed}, {b for _, b in renamed}
    found = Parts(
        came={p: t for p, t in new.items() if p not in old and p not in news},
        gone=tuple(p for p in old if p not in new and p not in olds),
        renamed=renamed,
        changed={
            part: (old[part], text)
            for part, text in new.items()
            if part in old and old[part] != text
        },
    )
    empty = not (found.came or found.gone or found.renamed or found.changed)
    return None if empty else found


# --- The history of a name --------------------------------------------------


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
    """The parts that a name no longer has in the newest release: the release
    that removed each, and its new name or ""."""
    today = newest(releases).names[name].parts
    found: dict[str, tuple[str, str]] = {}
    for release, parts in _touching(releases, name):
        pairs = [*parts.renamed, *((old, "") for old in parts.gone)]
        found |= {
            old: (release.version, new)
            for old, new in pairs
            if old not in today
        }
    return dict(sorted(found.items()))


def _touching(releases: Releases, name: str) -> Iterator[tuple[Release, Parts]]:
    """The releases, withdrawn ones left out, that changed parts of a name."""
    for release in releases.values():
        if release.withdrawn or not release.after:
            continue
        before = releases[release.after].names.get(name)
        after = release.names.get(name)
        if before and after and (parts := parts_between(name, before, after)):
            yield release, parts


def renames(releases: Releases) -> dict[str, tuple[str, str]]:
    """The decorators that were renamed, by their old names: the new name, and
    the release that brought it."""
    found: dict[str, tuple[str, str]] = {}
    for release in releases.values():
        if not release.withdrawn and release.after:
            before = releases[release.after].names
            found |= {
                old: (new, release.version)
                for old, new in former.renamed().items()
                if old in before and new in release.names and new not in before
            }
    return found


def former_names(releases: Releases, name: str) -> list[tuple[str, str]]:
    """The names that a decorator had before, newest first, each with the
    release that gave it the next."""
    olds = {new: (old, v) for old, (new, v) in renames(releases).items()}
    found = []
    while name in olds:
        found.append(olds[name])
        name = olds[name][0]
    return found
