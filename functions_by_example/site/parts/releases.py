"""The SDK's history on the pages, from the record of its releases.

A page for each release, the matrix of decorators by release, the line that an
entry of the reference has, and what a release that is not recorded yet
touches. Nothing here is written down by hand.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path

from packaging.version import Version

from functions_by_example.sample.read import Sample
from functions_by_example.sdk import releases
from functions_by_example.sdk.releases import (
    DECORATORS,
    Changes,
    Parts,
    Release,
    Releases,
    Thing,
)
from functions_by_example.sdk.releases import PACKAGE as SDK
from functions_by_example.site.parts import part

FOLDER = "releases"
# What is recorded for a binding whose type is the caller's.
ANY_TYPE = "any"
# A name as a page or a terminal shows it.
Shown = Callable[[str], str]


def address(version: str) -> str:
    """Where the page of a release stands among the Markdown files."""
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
    versions = list(found)
    return {
        address(version): _page(
            found,
            found[version],
            order=100 + len(versions) - number,
            shown=linked(documented),
        )
        for number, version in enumerate(versions)
    }


def _page(found: Releases, release: Release, order: int, shown: Shown) -> str:
    version = release.version
    description = (
        f"{SDK} {version}, of {release.date}: which decorators, parameters, "
        "classes and enums came, changed, were renamed and went."
    )
    following = [r.version for r in found.values() if r.after == version]
    links = [f"[{v}]({v}.md)" for v in following]
    python = _python(release)
    lead = f"Released on {release.date}. Python: {python}."
    if release.withdrawn:
        lead += (
            " **Withdrawn**: pip [leaves it out]"
            "(https://peps.python.org/pep-0592/#installers) unless its exact "
            "number is asked for."
        )
    if release.after:
        lead += f" Compared with [{release.after}]({release.after}.md)."
    if links:
        lead += f" Next: {', '.join(links)}."
    blocks = [
        f"---\ndescription: {json.dumps(description)}\norder: {order}\n"
        "search: {exclude: true}\n---",
        f"# {SDK} {version} {{ #{anchor(version)} }}",
        lead,
    ]
    if release.after:
        sections = list(told(release, found[release.after], shown))
        for heading, lines in sections:
            blocks += [f"## {heading}", "\n".join(lines)]
        if not sections:
            blocks.append(
                "No decorator, parameter, class or enum came, changed or went."
            )
    else:
        blocks += ["## What it offers", "\n".join(_offers(release, shown))]
    return "\n\n".join(blocks) + "\n"


def _python(release: Release) -> str:
    """Which Python a release wants, as its metadata say it."""
    return f"`{release.python}`" if release.python else "not said"


def _offers(release: Release, shown: Shown) -> Iterator[str]:
    for name, thing in release.names.items():
        yield f"- {shown(name)}{_adds(release, name)}"
        listed = ", ".join(f"`{part.lstrip('.')}`" for part in thing.parts)
        if listed and thing.kind in ("decorator", "enum"):
            what = "members" if thing.kind == "enum" else "takes"
            yield f"    - {what}: {listed}"


def _adds(release: Release, name: str) -> str:
    thing = release.names[name]
    if thing.same_as:
        return f", another name of `{thing.same_as}`"
    pairs = (binding.rpartition(" ") for binding in thing.adds)
    listed = "; ".join(
        f"`{kind}`, {way}" if kind != ANY_TYPE else f"any type, {way}"
        for kind, _, way in pairs
    )
    if listed:
        return f": {listed}"
    return "" if thing.kind == "decorator" else f", {_KINDS[thing.kind]}"


_KINDS = {"class": "a class", "enum": "an enum", "function": "a function"}


def told(
    release: Release, before: Release, shown: Shown = plain
) -> Iterator[tuple[str, list[str]]]:
    """What a release changed, as headings with list items in Markdown."""
    changes = release.changes
    if changes.came:
        yield (
            "Came",
            [f"- {shown(n)}{_adds(release, n)}" for n in changes.came],
        )
    if changes.renamed:
        yield (
            "Renamed",
            [
                line
                for old, new in changes.renamed
                for line in _renamed(release, before, old, new, shown)
            ],
        )
    if changes.parts:
        yield (
            "Changed",
            [
                line
                for name, of_name in changes.parts.items()
                for line in (
                    f"- {shown(name)}",
                    *(
                        f"    - {line}"
                        for line in _changed(
                            of_name, release.names[name].kind == "enum"
                        )
                    ),
                )
            ],
        )
    if changes.gone:
        yield (
            "Gone",
            [f"- {plain(n)}{_adds(before, n)}" for n in changes.gone],
        )


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
    parts = releases.parts_between(before.names[old], release.names[new])
    for item in _changed(parts, False) if parts else ():
        yield f"    - {item}"


def _changed(parts: Parts, is_enum: bool) -> Iterator[str]:
    for old, new in parts.renamed:
        yield f"`{old.lstrip('.')}` is `{new.lstrip('.')}`"
    for name, text in parts.came.items():
        yield f"new: {_part(name, text, is_enum)}"
    for name, (old, new) in parts.changed.items():
        was, now = _part(name, old, is_enum), _part(name, new, is_enum)
        yield f"{now}, before {was}"
    for name in parts.gone:
        yield f"gone: `{name.lstrip('.')}`"


# --- All releases -----------------------------------------------------------


@part("releases")
def overview() -> str:
    """A table of the releases, the youngest first."""
    found = releases.load()
    rows = [
        _row(
            f'<a href="{release.version}/">{release.version}</a>'
            + (" (withdrawn)" if release.withdrawn else ""),
            release.date,
            html.escape(release.python) or "not said",
            _counted(release),
        )
        for release in sorted(
            found.values(), key=lambda r: (r.date, r.version), reverse=True
        )
    ]
    head = ("Release", "Date", "Python", "What changed")
    return _table("Releases", head, rows)


def _table(caption: str, head: Iterable[str], rows: Iterable[str]) -> str:
    """A table that folds its columns on a narrow page."""
    cells = "".join(f'<th scope="col">{name}</th>' for name in head)
    return (
        f'<table class="entries"><caption>{caption}</caption>'
        f"<thead><tr>{cells}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


def _row(first: str, *others: str) -> str:
    # The spaces keep the cells apart in the search index.
    cells = "".join(f" <td>{other}</td>" for other in others)
    return f'<tr><th scope="row">{first}</th>{cells} </tr>'


def _counted(release: Release) -> str:
    changes = release.changes
    if not release.after:
        return "where this record begins"
    counts = {
        "came": len(changes.came),
        "renamed": len(changes.renamed),
        "changed": len(changes.parts),
        "gone": len(changes.gone),
    }
    listed = ", ".join(f"{n} {what}" for what, n in counts.items() if n)
    return listed or "nothing in its API"


@part("former-names")
def former_names() -> str:
    """Every decorator that had another name, with the release that gave it
    the next. Raises LookupError for none."""
    found = releases.load()
    today = releases.newest(found).names
    rows = sorted(
        (Version(version), old, name)
        for name, thing in today.items()
        if not thing.same_as
        for old, version in releases.former_names(found, name)
    )
    if not rows:
        raise LookupError("no decorator ever had another name")
    return _table(
        "Decorators with another name",
        ("Once", "Today", "Renamed in"),
        (
            _row(
                f"<code>{_breakable(old)}</code>" + _lives_on(today.get(old)),
                _entry(name),
                f'<a href="../{version}/">{version}</a>',
            )
            for version, old, name in rows
        ),
    )


def _lives_on(thing: Thing | None) -> str:
    if thing is None:
        return ""
    return " still works" if thing.same_as else " with its old parameters"


def _entry(name: str) -> str:
    """A decorator's name, which leads to its entry."""
    return (
        f'<autoref identifier="azure.functions.{name}">'
        f"<code>{_breakable(name)}</code></autoref>"
    )


# --- The matrix -------------------------------------------------------------


def columns(found: Releases) -> list[list[Release]]:
    """Runs of releases that offer the same decorators with the same
    parameters, line by line; withdrawn releases are left out."""
    runs: list[list[Release]] = []
    for line in releases.lines(found):
        for release in line:
            if any(release in run for run in runs):
                continue
            before = [run for run in runs if run[-1].version == release.after]
            if before and not _touches_decorators(release.changes):
                before[0].append(release)
            else:
                runs.append([release])
    return runs


def _touches_decorators(changes: Changes) -> bool:
    return any(name.startswith(DECORATORS) for name in changes.names)


@part("matrix-of-releases")
def matrix() -> str:
    """The decorators by release. A cell says whether a decorator is there,
    and whether its parameters changed; on a narrow page the words beside a
    name say it instead."""
    found = releases.load()
    runs = columns(found)
    names = sorted({n for r in found.values() for n in r.names})
    head = "".join(
        f'<th scope="col"><span>{_of(run)}</span></th>' for run in runs
    )
    today = releases.newest(found).names
    rows = "".join(
        f'<tr><th scope="row">{_current(name, today)}</th> '
        f"<td>{_story(found, name)}</td>"
        + "".join(_cell(run, name) for run in runs)
        + "</tr>"
        for name in names
        if name.startswith(DECORATORS)
    )
    return (
        '<table class="history"><caption>Decorators by release</caption>'
        '<thead><tr><th scope="col">Decorator</th><th scope="col">There</th>'
        f"{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _current(name: str, today: Mapping[str, Thing]) -> str:
    """A decorator's name; that of one that has an entry leads to it."""
    if name in today and not today[name].same_as:
        return _entry(name)
    return f"<code>{_breakable(name)}</code>"


def _of(run: list[Release]) -> str:
    first, last = run[0].version, run[-1].version
    return first if first == last else f"{first} to {last}"


def _breakable(name: str) -> str:
    return name.removeprefix(DECORATORS).replace("_", "_<wbr>")


def _cell(run: list[Release], name: str) -> str:
    release = run[0]
    if name not in release.names:
        return "<td></td>"
    new = name not in release.changes.parts
    return "<td>●</td>" if new else "<td>◐</td>"


def _story(found: Releases, name: str) -> str:
    """When a decorator was there, in words."""
    starts: list[str] = []
    runs: list[str] = []
    for line in releases.lines(found):
        start = ""
        for release in line:
            if name in release.names:
                start = start or release.version
            elif start:
                runs.append(f"{start} until {release.version}")
                start = ""
        if start:
            starts.append(start)
    if starts:
        runs.append("since " + " and ".join(dict.fromkeys(starts)))
    return ", ".join(dict.fromkeys(runs)) + _successor(found, name)


def _successor(found: Releases, name: str) -> str:
    """What a decorator is called today, where that is another name."""
    now = releases.newest(found).names.get(name)
    for release in found.values():
        for old, new in release.changes.renamed:
            if old == name and not release.withdrawn:
                short = f"<code>{_short(new)}</code>"
                if now and not now.same_as:
                    until = release.version
                    return f"; before {until} with the parameters of {short}"
                return f"; today {short}"
    return ""


# --- The reference ----------------------------------------------------------


def since(name: str, part: str = "") -> str:
    """From which release on a name, or a part of it, is there, as HTML:
    "1.11.0", "1.26.0 and 2.2.0", "2.3.0, not in 1.26.0"."""
    found = releases.load()
    span = releases.span(found, [(name, part)])
    text = " and ".join(span.since)
    if not part:
        text = " and ".join(_autoref(version) for version in span.since)
    if span.since == (next(iter(found)),):
        text += " or earlier"
    if span.missing:
        text += f", not in {' or '.join(span.missing)}"
    return text


def _autoref(version: str) -> str:
    return f'<autoref identifier="{anchor(version)}">{version}</autoref>'


def of_name(name: str) -> str:
    """The history of a decorator, class, enum or function, as HTML; "" for
    what the record does not have."""
    found = releases.load()
    if name not in releases.newest(found).names:
        return ""
    former = releases.former_names(found, name)
    before = ", ".join(f"<code>{_short(old)}</code>" for old, _ in former)
    return since(name) + (f"; before: {before}" if before else "")


def of_part(name: str, part: str) -> str:
    """The history of a parameter (or of a ".member"), as HTML, where it is
    another than its name's; "" where it is not."""
    found = releases.load()
    if not releases.there(releases.newest(found), name, part):
        return ""
    texts = []
    if releases.span(found, [(name, part)]) != releases.span(
        found, [(name, "")]
    ):
        text = f"since {since(name, part)}"
        former = releases.former_part(found, name, part)
        texts.append(f"{text}, was {_breakable(former)}" if former else text)
    changed = releases.changed(found, name, part)
    if changed:
        texts.append(f"changed in {' and '.join(changed)}")
    return "; ".join(texts)


def parts_gone(name: str) -> str:
    """The parameters and members that a name has no more, as HTML."""
    found = releases.parts_gone(releases.load(), name)
    items = [
        f"<code>{html.escape(part.lstrip('.'))}</code> since {version}"
        + (f" (now <code>{new.lstrip('.')}</code>)" if new else "")
        for part, (version, new) in found.items()
        if part.lstrip("*") == part
    ]
    return f"<p>Gone: {', '.join(items)}.</p>" if items else ""


def _short(name: str) -> str:
    return name.removeprefix(DECORATORS)


# --- A sample ---------------------------------------------------------------


def of_sample(sample: Sample) -> str:
    """From which release on the SDK has what a sample's code names of it, in
    Markdown seen from the sample's page."""
    span = releases.since(sample.code)
    links = [f"[{v}](../../{address(v)})" for v in span.since]
    text = (
        "The decorators, parameters and types in its code are in "
        f"{SDK} since {' and '.join(links)}"
    )
    if span.missing:
        text += f", not in {' or '.join(span.missing)}"
    why = releases.reasons(sample.code)
    if len(why) == 1:
        text += f", because of {_reason(*why[0])}"
    return f"{text}."


def _reason(name: str, part: str) -> str:
    if part.startswith("."):
        return f"`{called(name)}{part}`"
    return f"`{part}` of {plain(name)}" if part else plain(name)


# --- What a new release touches ---------------------------------------------


def report(
    release: Release,
    before: Release,
    docs: Path,
    samples: Iterable[Sample],
) -> str:
    """What a release changed, and which pages and samples that touches."""
    lines = [f"{SDK} {release.version}, of {release.date}"]
    for heading, items in told(release, before):
        lines += [f"  {heading}", *(f"  {item}" for item in items)]
    if len(lines) == 1:
        lines.append("  no decorator, parameter, class or enum changed")
        return "\n".join(lines)
    touched = list(_touched(release.changes, docs, samples))
    lines += ["  Touches", *(f"  - {item}" for item in touched)]
    if not touched:
        lines.append("  - no page and no sample")
    return "\n".join(lines)


def _touched(
    changes: Changes, docs: Path, samples: Iterable[Sample]
) -> Iterator[str]:
    texts = {
        path.relative_to(docs.parent).as_posix(): path.read_text("utf-8")
        for path in sorted(docs.rglob("*.md"))
    }
    for sample in samples:
        used = {name for name, _ in releases.used(sample.code)}
        names = sorted(used & set(changes.names))
        if names:
            listed = ", ".join(map(called, names))
            yield f"samples/{sample.id}: {listed}"
    for file, text in texts.items():
        names = [name for name in changes.names if _speaks_of(text, name)]
        if names:
            yield f"{file}: {', '.join(map(called, names))}"
    reference = "".join(texts.values())
    for name in changes.came:
        if not re.search(rf"^::: azure\.functions\.{name}$", reference, re.M):
            yield f"docs/reference/: no entry for {called(name)}"


def _speaks_of(text: str, name: str) -> bool:
    """Whether a page names it: in code, or as an entry of the reference."""
    short = re.escape(_short(name))
    return bool(
        re.search(
            rf"(?:@\w+\.|\bfunc\.|`){short}\b"
            rf"|^::: azure\.functions\.{re.escape(name)}$",
            text,
            re.MULTILINE,
        )
    )
