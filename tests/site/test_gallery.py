"""What the gallery can be filtered by."""

import dataclasses
import re
from pathlib import Path

import made
import pytest

from functions_by_example.paths import SAMPLES
from functions_by_example.sample import read as sample
from functions_by_example.sample import recorded as shown
from functions_by_example.site import gallery as facets

FOLDERS = sample.find(SAMPLES)
ENTRIES = [shown.load(folder) for folder in FOLDERS]


def entry(*bindings: tuple[str, str], id: str = "") -> shown.Entry:
    """The first sample with other bindings: (type, direction)."""
    first = ENTRIES[0]
    functions = [
        {
            "name": "f",
            "bindings": [{"type": t, "direction": d} for t, d in bindings],
        }
    ]
    made = first.sample
    if id:
        made = dataclasses.replace(made, folder=Path("samples") / id)
    return dataclasses.replace(first, functions=functions, sample=made)


def test_bindings_are_told_apart_by_direction() -> None:
    found = facets.facets(
        entry(
            ("queueTrigger", "IN"), ("blob", "IN"), ("queue", "OUT"),
            ("blob", "OUT"), id="queue/queue_trigger",
        )
    )  # fmt: skip
    assert found == {
        "service": ["queue"],
        "trigger": ["queueTrigger"],
        "input": ["blob"],
        "output": ["blob", "queue"],
        "level": ["indexed", "invoked", "unit-tested"],
    }


def test_a_level_that_is_not_reached_is_not_claimed() -> None:
    made = dataclasses.replace(entry(("queueTrigger", "IN")), replays={})
    assert facets.facets(made)["level"] == ["indexed", "unit-tested"]
    made = dataclasses.replace(made, functions=[], files={})
    assert facets.facets(made)["level"] == []


def test_the_form_offers_what_there_is_and_how_often() -> None:
    form = facets.filters(
        [
            entry(("queueTrigger", "IN"), ("blob", "OUT"), id="queue/a"),
            entry(("httpTrigger", "IN"), ("blob", "OUT"), id="http/b"),
        ]
    )
    assert re.findall(r'<option value="(\w+)">(.*?)</option>', form)[:5] == [
        ("http", "HTTP (1)"),
        ("queue", "Queue Storage (1)"),
        ("httpTrigger", "httpTrigger (1)"),
        ("queueTrigger", "queueTrigger (1)"),
        ("blob", "blob (2)"),
    ]
    assert "2 samples" in form


@pytest.mark.parametrize("made", ENTRIES, ids=lambda e: e.sample.id)
def test_every_value_of_a_card_can_be_chosen(made: shown.Entry) -> None:
    form = facets.filters(ENTRIES)
    for name, values in facets.facets(made).items():
        select = form.split(f'<select name="{name}">')[1]
        select = select.split("</select>")[0]
        for value in values:
            assert f'<option value="{value}">' in select
        card = facets.cards([made])
        assert f'data-{name}="{" ".join(values)}"' in card


def test_cards_stand_under_their_service_in_the_gallerys_order() -> None:
    ids = ["timer/timer_trigger", "http/route", "queue/queue_trigger"]
    cards = facets.cards([made.entry(id=id) for id in ids])
    titles = ["HTTP", "Timer", "Queue Storage"]
    places = [cards.index(f": {title} {{") for title in titles]
    assert places == sorted(places)
    assert "[Greet a message](samples/http/route.md)" in cards


def test_a_card_has_the_attributes_by_which_it_is_found() -> None:
    cards = facets.cards([made.entry()])
    assert '`queue_trigger`\n  {: data-service="queue"' in cards
