"""The preview and today, as parts of docs/migrate/preview.md: from the apps in
docs/migrate/preview and the record of what they did."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from functions_by_example.protocol.answers import (
    FunctionJson,
    Result,
)
from functions_by_example.protocol.came_back import compact
from functions_by_example.sample import record
from functions_by_example.site import html, markup
from functions_by_example.site.parts import part
from functions_by_example.site.parts.shown import came_back, in_json, worded
from functions_by_example.trials import preview
from functions_by_example.trials.preview import (
    AREAS,
    RELEASE,
    TOGETHER,
    Row,
    Said,
)

THEN = f"azure-functions {RELEASE}"


# --- Values -------------------------------------------------------------------


@dataclass
class File:
    """A text with its label, line by line; some lines are marked."""

    label: str
    lines: list[tuple[str, bool]]


@dataclass
class Fate:
    """What became of an app, as HTML: its error; or the names of its
    functions, its function.json, what came back for each event, and which
    outputs write to what triggers them."""

    error: str = ""
    names: list[str] = field(default_factory=list)
    functions: str = ""
    results: list[str] = field(default_factory=list)
    loops: list[str] = field(default_factory=list)


class Changed(NamedTuple):
    """What became of the parameters of a decorator."""

    renamed: list[tuple[str, str]]
    gone: list[str]
    new: list[str]


@dataclass
class Keys:
    """Two function.json, compared: the one, as HTML, where both are `equal`;
    else both, with the rows that differ."""

    size: str
    judged: str
    equal: str = ""
    ordered: bool = True
    then: File | None = None
    now: File | None = None
    changes: list[Row] = field(default_factory=list)


@dataclass
class Event:
    """An event, and what came back then and today, as HTML."""

    about: str
    file: str
    written: str
    then: str
    now: str


# --- Parts --------------------------------------------------------------------


@part("preview-areas")
def overview() -> str:
    """A table of the areas: names then and today, and how far what came back
    is the same."""
    rows = []
    for name, title in AREAS.items():
        found = preview.recorded()["areas"][name]
        then = found["then"]["events"]
        sides = _sides(name)
        for side in sides:
            before, now = zip(*pairs(name, side), strict=True)
            version = side[-1] if "_v" in side else ""
            if not version and len(sides) > 1:
                version = "4"
            row = {
                "anchor": anchor(name, side),
                "title": title,
                "version": version,
                "then": before,
                "now": now,
                "judged": _judged(_compared(name, side)),
                "same": sum(found[side]["events"][e] == then[e] for e in then),
                "events": len(then),
            }
            rows.append(row)
    return html.render("preview/areas.html", areas=rows)


@part("preview")
def area(name: str, side: str = "now") -> str:
    """One area: names, code, function.json and events, the preview's beside
    today's. `side` is now, or now_v3."""
    found = preview.recorded()["areas"][name]
    then, now = found["then"], found[side]
    codes = [preview.source(f"{name}/{way}.py") for way in ("then", side)]
    removed, added = differing(*codes)
    return html.render(
        "preview/area.html",
        names=list(_names(name, side)),
        codes_then=file(f"Then: {THEN}", codes[0], removed),
        codes_now=file("Today", codes[1], added),
        unchanged=fate(found["unchanged"]),
        keys=_keys(name, side),
        events=list(_events(name, then, now)),
    )


@part("preview-fault")
def fault(name: str) -> str:
    """A mistake in the preview's way, what came of it then and today, and
    the same without it."""
    found = preview.recorded()["faults"][name]
    folder = f"{preview.FAULTS}/{name}"
    then, renamed = fate(found["then"]), fate(found["renamed"])
    if then == renamed:
        said = [(f"{THEN}, and today", then)]
    else:
        said = [(THEN, then), ("Today, with today's names", renamed)]
    code, mended = (
        preview.source(f"{folder}/{way}.py") for way in ("then", "mended")
    )
    removed, added = differing(preview.renamed(code), mended)
    events = preview.events_of(folder).values()
    return html.render(
        "preview/fault.html",
        about=[event["about"] for event in events],
        then=file("The preview's way", code, removed),
        said=said,
        mended=file("Mended, today's way", mended, added),
        fixed=fate(found["mended"]),
    )


@part("preview-wiki")
def wiki() -> str:
    """The wiki's examples: on the preview's release, today as they are
    written, and today with today's names."""
    rows = []
    for name in (*preview.examples(), TOGETHER):
        found = preview.recorded()["wiki"][name]
        title = "All five in one app" if name == TOGETHER else AREAS[name]
        fates = [
            _short(found[way]) if way in found else None
            for way in ("then", "unchanged", "renamed", "renamed_v3")
        ]
        rows.append((title, *fates))
    return html.render("preview/wiki.html", examples=rows, release=RELEASE)


# --- Names --------------------------------------------------------------------


def _sides(name: str) -> list[str]:
    """The sides of today that an area has: now_v3 comes first, for it is
    nearer to the preview."""
    found = preview.recorded()["areas"][name]
    return sorted((s for s in found if s.startswith("now")), reverse=True)


def anchor(name: str, side: str) -> str:
    """The heading of an area on the page."""
    title = name.replace("_", "-")
    return f"{title}-v3" if side.endswith("v3") else title


def pairs(name: str, side: str) -> list[tuple[str, str]]:
    """What an area's apps call, then and today."""
    then, now = (
        preview.calls(preview.source(f"{name}/{way}.py"))
        for way in ("then", side)
    )
    return list(zip(then, now, strict=True))


def _names(name: str, side: str) -> Iterator[tuple[str, str, Changed]]:
    known = preview.recorded()["parameters"]
    for then, now in pairs(name, side):
        yield then, now, _changed(known["then"][then], known["now"][now])


def _changed(before: list[str], after: list[str]) -> Changed:
    """What became of parameters."""
    table = preview.names()["cosmos"] | {"auth_level": "http_auth_level"}
    gone = [p for p in before if p not in after]
    moved = {p: table[p] for p in gone if table.get(p) in after}
    new = [p for p in after if p not in before and p not in moved.values()]
    return Changed(
        list(moved.items()), [p for p in gone if p not in moved], new
    )


# --- function.json ------------------------------------------------------------


def _compared(name: str, side: str) -> list[Row]:
    found = preview.recorded()["areas"][name]
    both = found["then"]["functions"], found[side]["functions"]
    return preview.compare(*both, preview.key_renames())


def _judged(rows: list[Row]) -> str:
    """How far two function.json are the same, in words."""
    verdicts = sorted(row.verdict for row in rows if row.verdict != "equal")
    counts = {verdict: verdicts.count(verdict) for verdict in verdicts}
    words = (
        f"{count} key{'s' if count > 1 else ''} {verdict}"
        for verdict, count in counts.items()
    )
    return ", ".join(words) or "equal"


def _keys(name: str, side: str) -> Keys:
    rows = _compared(name, side)
    count = len({row.binding for row in rows})
    size = f"{count} binding{'s' if count > 1 else ''}, {len(rows)} keys"
    found = Keys(size, _judged(rows))
    if found.judged == "equal":
        then, now = (
            preview.recorded()["areas"][name][way]["functions"]
            for way in ("then", side)
        )
        found.equal = markup.highlighted(compact(then[0]), "json")
        found.ordered = record.text_of(then) == record.text_of(now)
        return found
    found.then = _in_lines(f"Then: {THEN}", _then_side(rows))
    found.now = _in_lines("Today", _now_side(rows))
    found.changes = [
        replace(row, then=in_json(row.then), now=in_json(row.now))
        for row in rows
        if row.verdict != "equal"
    ]
    return found


# A key of a binding: its binding, its name, its value, whether it is marked.
type Line = tuple[str, str, object, bool]


def _then_side(rows: list[Row]) -> Iterator[Line]:
    for row in rows:
        if row.then_key:
            yield row.binding, row.then_key, row.then, row.verdict != "equal"


def _now_side(rows: list[Row]) -> Iterator[Line]:
    for row in rows:
        if row.now_key:
            yield row.binding, row.now_key, row.now, row.verdict != "equal"


def _in_lines(label: str, keys: Iterable[Line]) -> File:
    """One function.json, binding by binding, a line for each key."""
    bindings: dict[str, list[Line]] = {}
    for line in keys:
        bindings.setdefault(line[0], []).append(line)
    lines: list[str] = []
    marked: set[int] = set()
    for mine in bindings.values():
        lines.append("{")
        for number, (_, key, value, differs) in enumerate(mine, 1):
            if differs:
                marked.add(len(lines))
            comma = "," if number < len(mine) else ""
            lines.append(f'  "{key}": {in_json(value)}{comma}')
        lines.append("}")
    return file(label, "\n".join(lines), marked, "json")


# --- Files, outcomes, events --------------------------------------------------


def differing(then: str, now: str) -> tuple[set[int], set[int]]:
    """The lines of either, from 0, that are not in the other."""
    matcher = difflib.SequenceMatcher(
        None, then.splitlines(), now.splitlines(), autojunk=False
    )
    removed: set[int] = set()
    added: set[int] = set()
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            removed.update(range(a, b))
            added.update(range(c, d))
    return removed, added


def file(
    label: str,
    text: str,
    marked: Iterable[int] = (),
    language: str = "python",
) -> File:
    """A text with its label; `marked` are lines, from 0."""
    lines = markup.highlighted(text.rstrip("\n"), language).split("\n")
    wanted = set(marked)
    return File(label, [(line, n in wanted) for n, line in enumerate(lines)])


def fate(outcome: Said) -> Fate:
    """What became of an app, as far as a mistake shows it."""
    if "error" in outcome:
        return Fate(markup.highlighted(worded(outcome["error"]), "text"))
    found = Fate(names=[f["name"] for f in outcome["functions"]])
    if "events" in outcome:
        found.results = list(map(came_back, outcome["events"].values()))
    else:
        text = compact(outcome["functions"])
        found.functions = markup.highlighted(text, "json")
    return found


def _short(outcome: Said) -> Fate:
    """What became of an app, for a cell of a table."""
    if "error" in outcome:
        return Fate(worded(outcome["error"]))
    functions = outcome["functions"]
    names = [function["name"] for function in functions]
    return Fate(names=names, loops=preview.loops(functions))


def _events(name: str, then: Said, now: Said) -> Iterator[Event]:
    written = preview.events_of(name)
    for event, result in then["events"].items():
        yield event_of(
            event,
            written[event],
            then["functions"],
            (result, now["events"][event]),
        )


def event_of(
    name: str,
    content: Mapping[str, object],
    functions: list[FunctionJson],
    results: tuple[Result, Result],
) -> Event:
    """An event of an area, and what came back then and today."""
    text = compact({k: v for k, v in content.items() if k != "about"})
    then, now = (came_back(result, functions) for result in results)
    written = markup.highlighted(text, "json")
    return Event(
        str(content["about"]), f"events/{name}.json", written, then, now
    )
