"""The gallery: a card for each sample, and what it can be filtered by, read
from the samples and from what was recorded of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypedDict

from functions_by_example.sample.read import TEST, Sample
from functions_by_example.sample.recorded import Entry
from functions_by_example.site import html
from functions_by_example.site.navigation import address, by_service, service

# In the order of the form; the names are the keys of the address's query.
FACETS = {
    "service": "Service",
    "trigger": "Trigger",
    "input": "Input",
    "output": "Output",
    "level": "Level",
}
# What a sample is held to, lowest first.
LEVELS = {
    "indexed": "Indexed",
    "invoked": "Invoked",
    "unit-tested": "Unit-tested",
}


class Option(TypedDict):
    """A value that some samples have for a facet."""

    value: str
    title: str
    count: int


def facets(entry: Entry) -> dict[str, list[str]]:
    """The values that a sample has for each facet.

    The binding types are those of function.json; the levels are all that
    the sample has reached.
    """
    bindings = [b for f in entry.functions for b in f["bindings"]]
    triggers = {b["type"] for b in bindings if b["type"].endswith("Trigger")}
    found = {
        direction: {
            b["type"]
            for b in bindings
            if b["direction"].upper() == direction and b["type"] not in triggers
        }
        for direction in ("IN", "OUT")
    }
    return {
        "service": [entry.sample.service],
        "trigger": sorted(triggers, key=str.lower),
        "input": sorted(found["IN"], key=str.lower),
        "output": sorted(found["OUT"], key=str.lower),
        "level": list(levels(entry)),
    }


def levels(entry: Entry) -> Iterator[str]:
    """The levels that a sample has reached, by what there is of it."""
    if entry.functions:
        yield "indexed"
    if entry.replays and len(entry.replays) == len(entry.sample.events):
        yield "invoked"
    if TEST in entry.files:
        yield "unit-tested"


def cards(entries: Iterable[Entry]) -> str:
    """A heading for each service, a card for each sample, with the values by
    which it is filtered. Markdown."""
    by_id = {entry.sample.id: entry for entry in entries}

    def card(sample: Sample) -> dict[str, object]:
        return {
            "address": address(sample.id),
            "facets": facets(by_id[sample.id]),
            "sample": sample,
        }

    groups = by_service(entry.sample for entry in by_id.values())
    services = [
        {
            "name": name,
            "title": service(name).title,
            "icon": service(name).icon,
            "cards": [card(sample) for sample in group],
        }
        for name, group in groups.items()
    ]
    return html.render("cards.md", services=services).strip()


def filters(entries: Iterable[Entry]) -> str:
    """A select for each facet, how many samples have a value beside it."""
    by_id = {entry.sample.id: entry for entry in entries}
    groups = by_service(entry.sample for entry in by_id.values())
    found = [facets(by_id[s.id]) for group in groups.values() for s in group]
    shown = [
        {"name": name, "title": title, "options": list(_options(name, found))}
        for name, title in FACETS.items()
    ]
    return html.render("filters.html", facets=shown, count=len(found))


def _options(
    name: str, found: Sequence[Mapping[str, list[str]]]
) -> Iterator[Option]:
    counts = Counter(value for values in found for value in values[name])
    order = list(counts)
    if name == "level":
        order = [level for level in LEVELS if level in counts]
    elif name != "service":  # which come in the order of the gallery
        order = sorted(counts, key=str.lower)
    for value in order:
        title = service(value).title if name == "service" else value
        yield {
            "value": value,
            "title": LEVELS.get(value, title),
            "count": counts[value],
        }
