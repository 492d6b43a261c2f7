"""The preview and today, as parts of docs/migrate/preview.md.

Everything comes from the apps in docs/migrate/preview and from the record of
what they did, which preview.py keeps.
"""

from __future__ import annotations

import difflib
import html
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from functions_by_example.sample import record
from functions_by_example.site import markup
from functions_by_example.site.parts import part
from functions_by_example.trials import preview
from functions_by_example.trials.preview import (
    AREAS,
    FAULTS,
    RELEASE,
    TOGETHER,
    WIKI,
    Row,
    recorded,
)

Json = Any


@part("preview-areas")
def overview() -> str:
    """A table of the areas: names then and today, and how far what came back
    is the same."""
    rows = []
    for name, title in AREAS.items():
        found = recorded()["areas"][name]
        for side in _sides(name):
            pairs = _pairs(name, side)
            version = f", version {side[-1]}" if "_v" in side else ""
            if not version and len(_sides(name)) > 1:
                version = ", version 4"
            same = _same_events(found["then"], found[side])
            count = len(found["then"]["events"])
            rows.append(
                [
                    f'<a href="#{_anchor(name, side)}">{title}{version}</a>',
                    "<br>".join(_code_of(then) for then, _ in pairs),
                    "<br>".join(_code_of(now) for _, now in pairs),
                    _judged(_compared(name, side)),
                    f"{same} of {count} the same",
                ]
            )
    head = ("Area", "Then", "Today", "function.json", "Events")
    return _table(head, rows, "areas")


@part("preview")
def area(name: str, side: str = "now") -> str:
    """One area: names, code, function.json and events, the preview's beside
    today's. `side` is now, or now_v3."""
    found = recorded()["areas"][name]
    then, now = found["then"], found[side]
    blocks = [
        _names_table(name, side),
        _columns(
            _changed_code(
                preview.source(f"{name}/then.py"),
                preview.source(f"{name}/{side}.py"),
            )
        ),
        _unchanged(found["unchanged"]),
        _function_json(name, side),
        *(
            _event(name, event, result, now["events"][event])
            for event, result in then["events"].items()
        ),
    ]
    return _block("".join(blocks))


@part("preview-fault")
def fault(name: str) -> str:
    """A mistake in the preview's way, what came of it then and today, and
    the same mended."""
    found = recorded()[FAULTS][name]
    folder = f"{FAULTS}/{name}"
    events = preview.events_of(folder)
    about = "".join(f"<p>{e['about']}</p>" for e in events.values())
    said = [(f"azure-functions {RELEASE}", found["then"])]
    if _shown(found["then"]) == _shown(found["renamed"]):
        said = [(f"{said[0][0]}, and today", found["then"])]
    else:
        said.append(("Today, with today's names", found["renamed"]))
    then, mended = (
        preview.source(f"{folder}/{n}.py") for n in ("then", "mended")
    )
    removed, added = _differing(preview.renamed(then), mended)
    left = _file("The preview's way", then, removed)
    left += "".join(_outcome_of(label, outcome) for label, outcome in said)
    right = _file("Mended, today's way", mended, added)
    right += _outcome_of("Today", found["mended"])
    return _block(about + _columns((left, right)))


@part("preview-wiki")
def wiki() -> str:
    """The wiki's examples: on the preview's release, today as they stand,
    and today with today's names."""
    rows = []
    for name in (*preview.examples(), TOGETHER):
        found = recorded()[WIKI][name]
        title = "All five in one app" if name == TOGETHER else AREAS[name]
        today = _fate(found["renamed"])
        other = _fate(found.get("renamed_v3", found["renamed"]))
        if other != today:
            today += f"<br>with {_code_of('_v3')}: {other}"
        elif "renamed_v3" in found:
            today += f"<br>the same with {_code_of('_v3')}"
        rows.append(
            [
                title,
                _fate(found["then"]),
                _fate(found["unchanged"]),
                today,
            ]
        )
    head = ("Example", RELEASE, "Today, as it stands", "With today's names")
    return _table(head, rows, "examples")


def _sides(name: str) -> list[str]:
    """The sides of today that an area has: now_v3 comes first, for it is
    nearer to the preview."""
    found = recorded()["areas"][name]
    return sorted((s for s in found if s.startswith("now")), reverse=True)


def _anchor(name: str, side: str) -> str:
    """The heading of an area on the page."""
    title = name.replace("_", "-")
    return f"{title}-v3" if side.endswith("v3") else title


def _pairs(name: str, side: str) -> list[tuple[str, str]]:
    """What an area's apps call, then and today."""
    then = preview.calls(preview.source(f"{name}/then.py"))
    return list(
        zip(
            then,
            preview.calls(preview.source(f"{name}/{side}.py")),
            strict=True,
        )
    )


def _compared(name: str, side: str) -> list[Row]:
    found = recorded()["areas"][name]
    return preview.compare(
        found["then"]["functions"],
        found[side]["functions"],
        preview.key_renames(),
    )


def _same_events(then: Json, now: Json) -> int:
    return sum(now["events"][e] == r for e, r in then["events"].items())


def _judged(rows: list[Row]) -> str:
    """How far two function.json are the same, in words."""
    verdicts = [row.verdict for row in rows]
    counts = {
        verdict: verdicts.count(verdict)
        for verdict in dict.fromkeys(sorted(verdicts))
        if verdict != "equal"
    }
    if not counts:
        return "equal"
    return ", ".join(
        f"{count} keys {verdict}" if count > 1 else f"1 key {verdict}"
        for verdict, count in counts.items()
    )


def _names_table(name: str, side: str) -> str:
    rows = []
    for then, now in _pairs(name, side):
        before = recorded()["parameters"]["then"][then]
        after = recorded()["parameters"]["now"][now]
        rows.append([_code_of(then), _code_of(now), _difference(before, after)])
    return _table(("Then", "Today", "Parameters today"), rows, "names")


def _difference(before: list[str], after: list[str]) -> str:
    """What became of the parameters, in words."""
    table = preview.names()["cosmos"] | {"auth_level": "http_auth_level"}
    gone = [p for p in before if p not in after]
    moved = {p: table[p] for p in gone if table.get(p) in after}
    new = [p for p in after if p not in before and p not in moved.values()]
    gone = [p for p in gone if p not in moved]
    found = [
        f"{_code_of(old)} is {_code_of(name)}" for old, name in moved.items()
    ]
    if gone:
        found.append(f"gone: {', '.join(map(_code_of, gone))}")
    if new:
        found.append(f"new: {', '.join(map(_code_of, new))}")
    return "<br>".join(found) or "the same"


def _changed_code(then: str, now: str) -> tuple[str, str]:
    """Both codes as columns, the lines that differ marked."""
    removed, added = _differing(then, now)
    return (
        _file(f"Then: azure-functions {RELEASE}", then, removed),
        _file("Today", now, added),
    )


def _differing(then: str, now: str) -> tuple[set[int], set[int]]:
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


def _unchanged(said: Json) -> str:
    if "error" in said:
        text = _worded(said["error"])
        return (
            '<p class="file error">The code of then, run today</p>'
            f"{_pre(markup.highlighted(text, 'text'), 'error')}"
        )
    names = ", ".join(_code_of(f["name"]) for f in said["functions"])
    return f"<p>The code of then still loads today, and lists {names}.</p>"


def _function_json(name: str, side: str) -> str:
    found = recorded()["areas"][name]
    rows = _compared(name, side)
    bindings = len({row.binding for row in rows})
    size = f"{bindings} binding{'s' if bindings > 1 else ''}, {len(rows)} keys"
    if _judged(rows) == "equal":
        shown = markup.compact(found["then"]["functions"][0])
        order = (
            ", in the same order"
            if record.text_of(found["then"]["functions"])
            == record.text_of(found[side]["functions"])
            else ", in another order"
        )
        return (
            '<p class="file">function.json</p>'
            f"<p>Compared key by key, both are <strong>equal</strong>: {size}"
            f"{order}.</p>{_pre(markup.highlighted(shown, 'json'))}"
        )
    return (
        '<p class="file">function.json</p>'
        f"<p>Of {size}, <strong>{_judged(rows)}</strong>; the others are "
        f"equal.</p>{_columns(_changed_json(found['then'], rows))}"
        f"{_changes(rows)}"
    )


def _changed_json(then: Json, rows: list[Row]) -> tuple[str, str]:
    """Both function.json as columns, binding by binding, a line a key."""
    columns = []
    for label, key, value in (
        (f"Then: azure-functions {RELEASE}", "then_key", "then"),
        ("Today", "now_key", "now"),
    ):
        lines: list[str] = []
        marked: set[int] = set()
        for binding in dict.fromkeys(row.binding for row in rows):
            mine = [
                row
                for row in rows
                if row.binding == binding and getattr(row, key)
            ]
            lines.append("{")
            for row in mine:
                if row.verdict != "equal":
                    marked.add(len(lines))
                content = json.dumps(getattr(row, value), ensure_ascii=False)
                comma = "" if row is mine[-1] else ","
                lines.append(f'  "{getattr(row, key)}": {content}{comma}')
            lines.append("}")
        text = "\n".join(lines)
        columns.append(_file(label, text, marked, "json"))
    return columns[0], columns[1]


def _changes(rows: list[Row]) -> str:
    return _table(
        ("Binding", "Then", "Today", "Is"),
        [
            [
                _code_of(row.binding),
                _pair_of(row.then_key, row.then),
                _pair_of(row.now_key, row.now),
                row.verdict,
            ]
            for row in rows
            if row.verdict != "equal"
        ],
    )


def _pair_of(key: str | None, value: Json) -> str:
    if key is None:
        return ""
    return _code_of(f"{key}: {json.dumps(value, ensure_ascii=False)}")


def _event(name: str, event: str, then: Json, now: Json) -> str:
    content = preview.events_of(name)[event]
    text = markup.compact({k: v for k, v in content.items() if k != "about"})
    arrives = _pre(markup.highlighted(text, "json"))
    kinds = {
        binding["name"]: binding["type"]
        for function in recorded()["areas"][name]["then"]["functions"]
        for binding in function["bindings"]
    }
    if then == now:
        came = '<p class="note">The same comes back from both:</p>'
        came += _result(then, kinds)
    else:
        came = f'<p class="note">Then:</p>{_result(then, kinds)}'
        came += f'<p class="note">Today:</p>{_result(now, kinds)}'
    label = f'<p class="file">events/{event}.json</p>'
    return (
        f"<p>{html.escape(str(content['about']))}</p>"
        f"{_columns((label + arrives, came))}"
    )


def _shown(outcome: Json) -> Json:
    """As much of an outcome as a fault shows."""
    if "error" in outcome:
        return outcome["error"]
    if "events" in outcome:
        return [f["name"] for f in outcome["functions"]], outcome["events"]
    return outcome["functions"]


def _outcome_of(label: str, outcome: Json) -> str:
    """What became of an app of a fault: its error, what came back, or its
    function.json."""
    if "error" in outcome:
        text = str(markup.highlighted(_worded(outcome["error"]), "text"))
        return (
            f'<p class="file error">{label}: refused</p>{_pre(text, "error")}'
        )
    names = ", ".join(f["name"] for f in outcome["functions"])
    count = len(outcome["functions"])
    if "events" in outcome:
        results = "".join(_result(r, {}) for r in outcome["events"].values())
        what = f"{count} functions" if count > 1 else "1 function"
        return f'<p class="file">{label}: {what}, {names}</p>{results}'
    text = markup.compact(outcome["functions"])
    return (
        f'<p class="file">{label}: function.json</p>'
        f"{_pre(markup.highlighted(text, 'json'))}"
    )


def _fate(outcome: Json) -> str:
    """What became of an app, for a cell of a table."""
    if "error" in outcome:
        text = _code_of(_worded(outcome["error"]))
        return f'<span class="bad">{text}</span>'
    names = ", ".join(_code_of(f["name"]) for f in outcome["functions"])
    found = preview.loops(outcome["functions"])
    if not found:
        return f"loads: {names}"
    written = ", ".join(map(_code_of, found))
    what = (
        f"A loop:</b> {written} writes to what triggers it"
        if len(found) == 1
        else f"Loops:</b> {written} write to what triggers them"
    )
    return f'loads: {names}. <b class="odd">{what}'


def _result(result: Json, kinds: Mapping[str, str]) -> str:
    shown = "".join(markup.parts(result, kinds))
    # the lines of code are anchors on a sample's page only
    return re.sub(r'<a href="#L\d+">(.*?)</a>', r"\1", shown)


def _worded(error: Json) -> str:
    return f"{error['type']}: {error['message']}"


def _file(
    label: str,
    text: str,
    marked: Iterable[int] = (),
    language: str = "python",
) -> str:
    """A text with its label above it; `marked` are lines, from 0."""
    lines = str(markup.highlighted(text.rstrip("\n"), language)).split("\n")
    for number in marked:
        lines[number] = f"<mark>{lines[number]}</mark>"
    code = _pre("\n".join(lines))
    return f'<p class="file">{html.escape(label)}</p>{code}'


def _block(content: str) -> str:
    """Code and results are left out of the site's search: they are full of
    words that others look for on other pages."""
    return f'<div class="then-now" data-search-exclude>{content}</div>'


def _columns(columns: tuple[str, str]) -> str:
    left, right = columns
    return f'<div class="sides"><div>{left}</div><div>{right}</div></div>'


def _table(
    head: Iterable[str], rows: Iterable[list[str]], kind: str = "changes"
) -> str:
    """A table whose first cells are row headings; `kind` is for its column
    widths. On a narrow screen each cell stands below the one before, so it
    says once more what it is."""
    titles = list(head)
    body = ""
    for first, *others in rows:
        cells = "".join(
            f'<td data-label="{title}">{cell}</td>'
            for title, cell in zip(titles[1:], others, strict=True)
        )
        body += f'<tr><th scope="row">{first}</th>{cells}</tr>'
    columns = "".join(f'<th scope="col">{title}</th>' for title in titles)
    return (
        f'<table class="outcomes wide {kind}"><thead><tr>{columns}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def _code_of(text: str) -> str:
    return f"<code>{html.escape(text)}</code>"


def _pre(content: str, kind: str = "") -> str:
    return str(markup.pre(content, kind))
