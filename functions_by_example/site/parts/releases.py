"""The SDK's history on pages: the list of releases, former names, the matrix
of decorators by release, and the texts that an entry of the reference and a
sample have. All of it is derived from the record of the releases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup
from packaging.version import Version

from functions_by_example.sample.read import Sample
from functions_by_example.sdk import changes, needs, releases
from functions_by_example.sdk.changes import Changes
from functions_by_example.sdk.releases import (
    DECORATORS,
    PACKAGE,
    Release,
    Releases,
    Thing,
)
from functions_by_example.site.html import macro, render
from functions_by_example.site.parts import part
from functions_by_example.site.release_pages import (
    address,
    called,
    plain,
)

MACROS = "releases/macros.html"


# --- All releases -----------------------------------------------------------


@part("releases")
def overview() -> Markup:
    """A table of the releases, the youngest first."""
    found = releases.load()
    youngest = sorted(
        found.values(), key=lambda r: (r.date, r.version), reverse=True
    )
    return render(
        "releases/list.html",
        releases=[(release, _counted(found, release)) for release in youngest],
    )


def _counted(found: Releases, release: Release) -> str:
    if not release.after:
        return "where this record begins"
    change = changes.of(found, release)
    counts = {
        "came": len(change.came),
        "renamed": len(change.renamed),
        "changed": len(change.parts),
        "gone": len(change.gone),
    }
    listed = ", ".join(f"{n} {what}" for what, n in counts.items() if n)
    return listed or "nothing in its API"


@part("former-names")
def former_names() -> Markup:
    """Every decorator that had another name, with the release that gave it
    the next. Raises LookupError for none."""
    found = releases.load()
    today = releases.newest(found).names
    rows = sorted(
        (Version(version), old, name)
        for name, thing in today.items()
        if not thing.same_as
        for old, version in changes.former_names(found, name)
    )
    if not rows:
        raise LookupError("no decorator ever had another name")
    names = [
        (_short(old), _use(today.get(old)), _short(name), version)
        for version, old, name in rows
    ]
    return render("releases/former_names.html", names=names)


def _use(thing: Thing | None) -> str:
    """What an old name is today."""
    if thing is None:
        return ""
    return " still works" if thing.same_as else " with its old parameters"


def _short(name: str) -> str:
    return name.removeprefix(DECORATORS)


# --- The matrix -------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A decorator in the matrix: whether it has an `entry` in the reference,
    when it is `there`, what it is called today (`new`) or, where its name is
    in use with another meaning, was called `until` a release, and the cell of
    each column."""

    name: str
    entry: bool
    there: str
    new: str
    until: str
    cells: list[str]


@part("matrix-of-releases")
def matrix() -> Markup:
    """The decorators by release. A cell says whether a decorator is there,
    and whether its parameters changed; on a narrow page the words beside a
    name say it instead."""
    found = releases.load()
    change = {v: changes.of(found, release) for v, release in found.items()}
    runs = columns(found, change)
    names = {name for release in found.values() for name in release.names}
    return render(
        "releases/matrix.html",
        columns=[
            run[0].version
            if len(run) == 1
            else f"{run[0].version} to {run[-1].version}"
            for run in runs
        ],
        rows=[
            _row(found, name, [_cell(run[0], name, change) for run in runs])
            for name in sorted(names)
            if name.startswith(DECORATORS)
        ],
    )


def columns(
    found: Releases, change: Mapping[str, Changes]
) -> list[list[Release]]:
    """Runs of releases that offer the same decorators with the same
    parameters, line by line; withdrawn releases are left out. `change` is
    what each release changed."""
    runs: list[list[Release]] = []
    for line in releases.lines(found):
        for release in line:
            if any(release in run for run in runs):
                continue
            before = [run for run in runs if run[-1].version == release.after]
            names = change[release.version].names
            if before and not any(n.startswith(DECORATORS) for n in names):
                before[0].append(release)
            else:
                runs.append([release])
    return runs


def _cell(first: Release, name: str, change: Mapping[str, Changes]) -> str:
    if name not in first.names:
        return ""
    return "◐" if name in change[first.version].parts else "●"


def _row(found: Releases, name: str, cells: list[str]) -> Row:
    now = releases.newest(found).names.get(name)
    other = now is None or bool(now.same_as)
    new, version = changes.renames(found).get(name, ("", ""))
    return Row(
        name=_short(name),
        entry=not other,
        there=_there(found, name),
        new=_short(new),
        until="" if other else version,
        cells=cells,
    )


def _there(found: Releases, name: str) -> str:
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
    return ", ".join(dict.fromkeys(runs))


# --- The reference ----------------------------------------------------------


def of_name(name: str) -> str:
    """The history of a decorator, class, enum or function, as HTML; "" for
    what the record does not have."""
    found = releases.load()
    if name not in releases.newest(found).names:
        return ""
    span = needs.span(found, [(name, "")])
    former = [_short(old) for old, _ in changes.former_names(found, name)]
    text = macro(MACROS, "of_name", span, _earlier(found, span), former)
    return str(text)


def of_part(name: str, part: str) -> str:
    """The history of a parameter (or of a ".member"), as HTML, where it is
    another than its name's; "" where it is not."""
    found = releases.load()
    if not needs.there(releases.newest(found), name, part):
        return ""
    span: needs.Span | None = needs.span(found, [(name, part)])
    if span == needs.span(found, [(name, "")]):
        span = None
    changed = changes.changed(found, name, part)
    if not span and not changed:
        return ""
    former = changes.former_part(found, name, part)
    earlier = span is not None and _earlier(found, span)
    return str(macro(MACROS, "of_part", span, earlier, former, changed))


def _earlier(found: Releases, span: needs.Span) -> bool:
    """Whether something may be older than the record."""
    return span.since == (next(iter(found)),)


def parts_gone(name: str) -> str:
    """The parameters and members that a name no longer has, as HTML."""
    found = releases.load()
    if name not in releases.newest(found).names:
        return ""
    parts = [
        (part.lstrip("."), version, new.lstrip("."))
        for part, (version, new) in changes.parts_gone(found, name).items()
        if not part.startswith("*")
    ]
    return str(macro(MACROS, "parts_gone", parts)) if parts else ""


# --- A sample ---------------------------------------------------------------


def of_sample(sample: Sample) -> str:
    """From which release on the SDK has what a sample's code names of it, in
    Markdown seen from the sample's page."""
    span = needs.since(sample.code)
    links = [f"[{v}](../../{address(v)})" for v in span.since]
    text = (
        "The decorators, parameters and types in its code are in "
        f"{PACKAGE} since {' and '.join(links)}"
    )
    if span.missing:
        text += f", not in {' or '.join(span.missing)}"
    why = needs.reasons(sample.code)
    if len(why) == 1:
        text += f", because of {_reason(*why[0])}"
    return f"{text}."


def _reason(name: str, part: str) -> str:
    if part.startswith("."):
        return f"`{called(name)}{part}`"
    return f"`{part}` of {plain(name)}" if part else plain(name)
