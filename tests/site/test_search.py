"""The search index: what is weighed, left out and brought in."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from functions_by_example.site import search

SDK = "reference/cosmos_db/#azure.functions."
PLAIN = search.PLAIN_NAME


def entry(location: str, title: str = "T", text: str = "") -> dict[str, Any]:
    return {"location": location, "title": title, "text": text}


def tuned(*docs: dict[str, Any], errors: dict[str, str] | None = None) -> Any:
    return search.tuned({"config": {}, "docs": list(docs)}, errors or {})


def weight(location: str, title: str = "T") -> float:
    others = [
        entry(f"{SDK}FunctionApp.cosmos_db_output", "cosmos_db_output"),
        entry(f"{SDK}Document", "<code>Document</code>"),
    ]
    *_, last = tuned(*others, entry(location, title))["docs"]
    return float(last.get("boost", 1))


@pytest.mark.parametrize(
    ("location", "title", "expected"),
    [
        (f"{SDK}FunctionApp.route", "<code>route</code>", PLAIN),
        (f"{SDK}HttpRequest", "HttpRequest", search.NAME),
        (f"{SDK}Documents", "Documents", PLAIN * search.LONGER_NAME),
        (f"{SDK}Doc", "Doc", PLAIN * search.SHORTER_NAME),
        (
            f"{SDK}FunctionApp.cosmos_db_output_v3",
            "<code>cosmos_db_output_v3</code>",
            search.LONGER_NAME,
        ),
        (f"{SDK}DocumentList", "DocumentList", search.LONGER_NAME),
        (f"{SDK}Document.to_json", "to_json", search.MEMBER),
        ("#cosmos_db", "Cosmos DB", search.REPEATED),
        ("samples/http/route/#run-it", "Run it", search.REPEATED),
        ("samples/http/route/", "Answer an HTTP request", 1),
        ("reference/", "API reference", search.REPEATED),
        ("about/#indexed", "Level 1: indexed", search.EXPLAINING["about/"]),
    ],
)
def test_an_entry_has_its_weight(
    location: str, title: str, expected: float
) -> None:
    assert weight(location, title) == expected


def test_a_weight_in_the_front_matter_counts_too() -> None:
    page = entry(f"{SDK}Document.to_json", "to_json") | {"boost": 3}
    assert tuned(page)["docs"][0]["boost"] == 3 * search.MEMBER


@pytest.mark.parametrize("fragment", search.SHARED)
def test_a_heading_that_all_samples_share_is_left_out(fragment: str) -> None:
    kept = tuned(
        entry(f"samples/http/route/{fragment}"), entry(f"fix/{fragment}")
    )
    assert [e["location"] for e in kept["docs"]] == [f"fix/{fragment}"]


def test_an_event_is_found_by_its_error() -> None:
    location = "samples/x/y/#event-bad"
    found = tuned(entry(location), errors={location: "E: 1 < 2"})
    assert found["docs"][0]["text"] == "<p>E: 1 &lt; 2</p>"


def test_the_errors_are_those_that_came_back() -> None:
    error = {"type": "ValueError", "message": "no"}
    sample = SimpleNamespace(
        sample=SimpleNamespace(id="x/y"),
        replays={
            "bad": {"result": {"error": error}},
            "good": {"result": {}},
        },
    )
    assert search.errors([sample]) == {
        "samples/x/y/#event-bad": "ValueError: no"
    }


def test_what_is_given_stays_as_it_is() -> None:
    page = entry(f"{SDK}Document.to_json", "to_json")
    index = {"config": {"lang": ["en"]}, "docs": [page]}
    assert search.tuned(index, {})["config"] == index["config"]
    assert "boost" not in page
