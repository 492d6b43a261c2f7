"""What the gallery can be filtered by: read from the samples and from what
was recorded of them, nothing kept by hand.

Without JavaScript the form is not shown, and the gallery is a plain list.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping

from functions_by_example.sample.read import TEST
from functions_by_example.sample.recorded import Entry
from functions_by_example.site.sample import by_service, service

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


def attributes(entries: Iterable[Entry]) -> dict[str, str]:
    """For each sample the attributes of its card, by which it is found."""
    return {
        entry.sample.id: " ".join(
            f'data-{name}="{html.escape(" ".join(values))}"'
            for name, values in facets(entry).items()
        )
        for entry in entries
    }


def form(entries: Iterable[Entry]) -> str:
    """The filters: a select for each facet, how many samples have a value
    beside it."""
    by_id = {entry.sample.id: entry for entry in entries}
    groups = by_service(entry.sample for entry in by_id.values())
    ordered = [by_id[s.id] for group in groups.values() for s in group]
    found = [facets(entry) for entry in ordered]
    selects = "".join(
        f"<label>{title}"
        f'<select name="{name}"><option value="">Any</option>'
        f"{''.join(_options(name, found))}</select></label>"
        for name, title in FACETS.items()
    )
    return (
        '<form class="filters" aria-label="Filter the samples" '
        'autocomplete="off" data-search-exclude>'
        f'<div class="facets">{selects}</div>'
        f'<p role="status">{len(found)} samples</p>'
        '<button type="reset">Show all</button></form>'
    )


def _options(
    name: str, found: Iterable[Mapping[str, list[str]]]
) -> Iterator[str]:
    counts: dict[str, int] = {}
    for values in found:
        for value in values[name]:
            counts[value] = counts.get(value, 0) + 1
    order = list(counts)
    if name == "level":
        order = [level for level in LEVELS if level in counts]
    elif name != "service":  # which come in the order of the gallery
        order = sorted(counts, key=str.lower)
    for value in order:
        title = service(value).title if name == "service" else value
        yield (
            f'<option value="{html.escape(value)}">'
            f"{html.escape(LEVELS.get(value, title))} ({counts[value]})"
            "</option>"
        )
