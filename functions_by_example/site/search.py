"""The search index, so that what is looked for is found first.

The theme's search matches the beginning of every word of a query, in titles
and texts alike. Left alone it puts `cosmos_db_output_v3` before
`cosmos_db_output`, and the headings that all samples share before the page
that is about `host.json`. Here names get weights, repeated headings go, and
events bring the errors that came back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from html import unescape
from pathlib import Path
from typing import NotRequired, TypedDict

from functions_by_example.sample.recorded import Entry
from functions_by_example.site import html


class Section(TypedDict):
    """One entry of the index: a page, or a heading and its text."""

    location: str
    title: str
    text: str
    boost: NotRequired[float]


class Index(TypedDict):
    """What MkDocs writes into search_index.json, as far as it is read here."""

    config: object
    docs: list[Section]


# Headings that the page of every sample has, and that have no text of their
# own to be found by.
SHARED = ("#events", "#files", "#api")
# How to start any sample: where several answer, this one stands back.
COMMON = "#run-it"
# Cards and overviews, which repeat the titles of what they lead to.
REPEATING = ("#", "reference/#")
OVERVIEWS = ("learn/", "migrate/", "reference/")
SDK = "#azure.functions."
APP = f"{SDK}FunctionApp."
# What explains or mends comes after what it speaks of; so does what only
# stands behind the decorators, and what tells their history.
EXPLAINING = {
    "about/": 0.4,
    "learn/": 0.5,
    "fix/": 0.7,
    "migrate/": 0.4,
    "reference/behind/": 0.5,
    "releases/": 0.3,
}
# A name that begins another must be found before it.
SHORTER_NAME, NAME, LONGER_NAME, MEMBER, REPEATED = 2, 1, 0.2, 0.2, 0.2
# So must a name that is a plain word, such as `route`, of which texts speak.
PLAIN_NAME = 2.6


def tune(file: Path, entries: Iterable[Entry]) -> None:
    """Rewrite MkDocs' search_index.json with weights and errors."""
    index = json.loads(file.read_text("utf-8"))
    text = json.dumps(
        tuned(index, errors(entries)),
        ensure_ascii=False,
        separators=(",", ":"),
    )
    file.write_text(text, "utf-8")


def tuned(index: Index, errors: Mapping[str, str]) -> Index:
    """The index with weights; `errors` are the errors' texts by the location
    of their events ("samples/x/y/#event-z")."""
    names = {
        _plain(entry["title"])
        for entry in index["docs"]
        if _is_name(entry["location"])
    }
    docs = []
    for entry in index["docs"]:
        location = entry["location"]
        if location.startswith("samples/") and location.endswith(SHARED):
            continue
        weight = _weight(location, _plain(entry["title"]), names)
        entry = entry.copy()
        if weight != 1:
            entry["boost"] = entry.get("boost", 1) * weight
        if location in errors:
            text = errors[location]
            entry["text"] = html.macro("macros.html", "paragraph", text)
        docs.append(entry)
    return {**index, "docs": docs}


def _is_name(location: str) -> bool:
    """Whether this is the entry of a decorator or of a name of the SDK, and
    not of a class's member."""
    name = location.partition(SDK)[2]
    return bool(name) and (APP in location or "." not in name)


def _weight(location: str, title: str, names: Iterable[str]) -> float:
    weight = _weight_of_kind(location, title, names)
    for section, factor in EXPLAINING.items():
        if location.startswith(section):
            weight *= factor
    return weight


def _weight_of_kind(location: str, title: str, names: Iterable[str]) -> float:
    if _is_name(location):
        others = [name for name in names if name != title]
        plain = title.isalpha() and title[1:].islower()
        weight = PLAIN_NAME if plain else NAME
        if any(title.startswith(name) for name in others):
            return weight * LONGER_NAME
        if any(name.startswith(title) for name in others):
            return weight * SHORTER_NAME
        return weight
    if SDK in location:
        return MEMBER
    if location in OVERVIEWS or location.startswith(REPEATING):
        return REPEATED
    if location.endswith(COMMON):
        return REPEATED
    return 1


def _plain(title: str) -> str:
    return unescape(re.sub("<[^>]+>", "", title)).strip()


def errors(entries: Iterable[Entry]) -> dict[str, str]:
    """The error that came back for each event that provokes one, by the
    event's location in the index."""
    return {
        f"samples/{entry.sample.id}/#event-{name}": (
            f"{error['type']}: {error['message']}"
        )
        for entry in entries
        for name, replay in entry.replays.items()
        if (error := replay["result"].get("error"))
    }
