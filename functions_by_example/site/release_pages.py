"""A page for each release of the SDK, and what a release that is not recorded
yet changes and concerns, for a terminal."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path

from functions_by_example.sample.read import Sample
from functions_by_example.sdk import changes, needs, releases
from functions_by_example.sdk.changes import Changes, Parts
from functions_by_example.sdk.releases import (
    DECORATORS,
    PACKAGE,
    Release,
    Releases,
    Thing,
)
from functions_by_example.site.html import render

FOLDER = "releases"
# What is recorded for a binding whose type is the caller's.
ANY_TYPE = "any"
KINDS = {"class": ", a class", "enum": ", an enum", "function": ", a function"}
# A name as a page or a terminal shows it.
Shown = Callable[[str], str]


def address(version: str) -> str:
    """The Markdown file of a release's page."""
    return f"{FOLDER}/{version}.md"


def anchor(version: str) -> str:
    """The id of a release's title, which cross references use."""
    return f"release-{version}"


# --- A name in words --------------------------------------------------------


def called(name: str) -> str:
    """A name as code calls it: `@app.route`, `func.Out`."""
    if name.startswith(DECORATORS):
        return f"@app.{name.removeprefix(DECORATORS)}"
    return f"func.{name}"


def plain(name: str) -> str:
    """A name as a code span."""
    return f"`{called(name)}`"


def linked(documented: Collection[str]) -> Shown:
    """A name as a code span that leads to its entry, where it has one."""

    def shown(name: str) -> str:
        if name in documented:
            return f"[{plain(name)}][azure.functions.{name}]"
        return plain(name)

    return shown


def _part(part: str, text: str, is_enum: bool = False) -> str:
    """A part with its text as a code span: `length: int = None`."""
    name = part.removeprefix(".")
    if name == part:
        return f"`{releases.spelt(part, text)}`"
    if is_enum:
        return f"`{name} = {text}`"
    if text.startswith("("):
        return f"`{name}{text}`"
    if text.startswith("async "):
        return f"`async {name}{text.removeprefix('async ')}`"
    return f"`{releases.spelt(name, text)}`"


# --- A release --------------------------------------------------------------


def pages(found: Releases, documented: Collection[str]) -> dict[str, str]:
    """The page of each release: file -> Markdown. `documented` are the names
    that have an entry in the reference."""
    shown = linked(documented)
    return {
        address(version): _page(
            found, release, 100 + len(found) - number, shown
        )
        for number, (version, release) in enumerate(found.items())
    }


def _page(found: Releases, release: Release, order: int, shown: Shown) -> str:
    version = release.version
    page = render(
        "releases/page.md",
        sdk=PACKAGE,
        description=f"{PACKAGE} {version}, of {release.date}: which "
        "decorators, parameters, classes and enums came, changed, were "
        "renamed and went.",
        order=order,
        anchor=anchor(version),
        release=release,
        following=[r.version for r in found.values() if r.after == version],
        sections=[
            (heading, "\n".join(items))
            for heading, items in _sections(found, release, shown)
        ],
    )
    return str(page)


def _sections(
    found: Releases, release: Release, shown: Shown
) -> Iterable[tuple[str, Iterable[str]]]:
    if release.after:
        return told(release, found[release.after], shown)
    return [("What it offers", _offers(release, shown))]


def _offers(release: Release, shown: Shown) -> Iterator[str]:
    for name, thing in release.names.items():
        yield f"- {shown(name)}{_adds(thing)}"
        listed = ", ".join(f"`{part.lstrip('.')}`" for part in thing.parts)
        if listed and thing.kind in ("decorator", "enum"):
            what = "members" if thing.kind == "enum" else "takes"
            yield f"    - {what}: {listed}"


def _adds(thing: Thing) -> str:
    if thing.same_as:
        return f", another name of `{thing.same_as}`"
    pairs = (binding.rpartition(" ") for binding in thing.adds)
    listed = "; ".join(
        f"`{kind}`, {way}" if kind != ANY_TYPE else f"any type, {way}"
        for kind, _, way in pairs
    )
    return f": {listed}" if listed else KINDS.get(thing.kind, "")


def told(
    release: Release, before: Release, shown: Shown = plain
) -> Iterator[tuple[str, list[str]]]:
    """What a release changed, as headings with list items in Markdown."""
    change = changes.between(before.names, release.names)
    now, was = release.names, before.names
    came = [f"- {shown(name)}{_adds(now[name])}" for name in change.came]
    renamed = [
        line
        for old, new in change.renamed
        for line in _renamed(release, before, old, new, shown)
    ]
    changed = [
        line
        for name, parts in change.parts.items()
        for line in (f"- {shown(name)}", *_items(parts, now[name]))
    ]
    gone = [f"- {plain(name)}{_adds(was[name])}" for name in change.gone]
    lists = {"Came": came, "Renamed": renamed, "Changed": changed, "Gone": gone}
    yield from ((heading, items) for heading, items in lists.items() if items)


def _renamed(
    release: Release, before: Release, old: str, new: str, shown: Shown
) -> Iterator[str]:
    line = f"- {plain(old)} is {shown(new)}"
    there = release.names.get(old)
    if there:
        line += (
            "; the old name still works"
            if there.same_as
            else "; the old name takes other parameters now"
        )
    yield line
    was, now = before.names[old], release.names[new]
    parts = changes.parts_between(new, was, now)
    if parts:
        yield from _items(parts, now)


def _items(parts: Parts, thing: Thing) -> Iterator[str]:
    is_enum = thing.kind == "enum"
    for old, new in parts.renamed:
        yield f"    - `{old.lstrip('.')}` is `{new.lstrip('.')}`"
    for name, text in parts.came.items():
        yield f"    - new: {_part(name, text, is_enum)}"
    for name, (old, new) in parts.changed.items():
        was, now = _part(name, old, is_enum), _part(name, new, is_enum)
        yield f"    - {now}, before {was}"
    for name in parts.gone:
        yield f"    - gone: `{name.lstrip('.')}`"


# --- What a new release concerns --------------------------------------------


def report(
    release: Release,
    before: Release,
    docs: Path,
    samples: Iterable[Sample],
) -> str:
    """What a release changed, and which pages and samples that concerns."""
    lines = [f"{PACKAGE} {release.version}, of {release.date}"]
    for heading, items in told(release, before):
        lines += [f"  {heading}", *(f"  {item}" for item in items)]
    if len(lines) == 1:
        lines.append("  no decorator, parameter, class or enum changed")
        return "\n".join(lines)
    change = changes.between(before.names, release.names)
    touched = list(_touched(change, docs, samples))
    lines += ["  Touches", *(f"  - {item}" for item in touched)]
    if not touched:
        lines.append("  - no page and no sample")
    return "\n".join(lines)


def _touched(
    change: Changes, docs: Path, samples: Iterable[Sample]
) -> Iterator[str]:
    texts = {
        path.relative_to(docs.parent).as_posix(): path.read_text("utf-8")
        for path in sorted(docs.rglob("*.md"))
    }
    for sample in samples:
        used = {name for name, _ in needs.used(sample.code)}
        names = sorted(used & set(change.names))
        if names:
            listed = ", ".join(map(called, names))
            yield f"samples/{sample.id}: {listed}"
    for file, text in texts.items():
        names = [name for name in change.names if _speaks_of(text, name)]
        if names:
            yield f"{file}: {', '.join(map(called, names))}"
    reference = "".join(texts.values())
    for name in change.came:
        if not re.search(rf"^::: azure\.functions\.{name}$", reference, re.M):
            yield f"docs/reference/: no entry for {called(name)}"
    for name in change.gone:
        if name.startswith(DECORATORS):
            yield (
                f"data/sdk/former.toml: what replaced {called(name)} belongs "
                "here"
            )


def _speaks_of(text: str, name: str) -> bool:
    """Whether a page names it: in code, or as an entry of the reference."""
    short = re.escape(name.removeprefix(DECORATORS))
    return bool(
        re.search(
            rf"(?:@\w+\.|\bfunc\.|`){short}\b"
            rf"|^::: azure\.functions\.{re.escape(name)}$",
            text,
            re.MULTILINE,
        )
    )
