"""The order of services, samples and pages."""

import pytest
from made import sample

from functions_by_example.sample.read import SampleError
from functions_by_example.site import navigation


def test_within_a_service_triggers_come_first() -> None:
    ids = ["queue/queue_output", "queue/queue_input", "queue/queue_trigger"]
    (group,) = navigation.by_service([sample(id) for id in ids]).values()
    assert [s.id for s in group] == ids[::-1]


def test_an_unknown_service_gets_a_title_of_its_own() -> None:
    assert navigation.service("carrier_pigeon").title == "Carrier pigeon"


def test_the_navigation_follows_from_the_folders() -> None:
    pages = [
        "index.md",
        "reference/timer.md",
        "reference/app.md",
        "reference/index.md",
        "reference/http.md",
        "zebra/index.md",
        "about/index.md",
        "start/index.md",
    ]
    assert navigation.navigation(dict.fromkeys(pages, ""), [sample()]) == [
        {
            "Samples": [
                {"All samples": "index.md"},
                {"Queue Storage": ["samples/queue/queue_trigger.md"]},
            ]
        },
        {"Get started": ["start/index.md"]},
        {
            "Reference": [
                "reference/index.md",
                "reference/http.md",
                "reference/timer.md",
                "reference/app.md",
            ]
        },
        {"About": ["about/index.md"]},
        {"Zebra": ["zebra/index.md"]},
    ]


def test_pages_of_a_section_come_by_order_then_by_title() -> None:
    pages = {
        "learn/a.md": "# Zebras",
        "learn/b.md": "---\ndescription: x\n---\n\n# Apes { #x }",
        "learn/c.md": "---\norder: 20\n---\n\n# C",
        "learn/d.md": "---\ndescription: x\norder: 3\n---\n\n# D",
        "learn/index.md": "# Learn",
    }
    (_, section) = navigation.navigation(pages, [])
    assert section["Learn"] == [f"learn/{n}.md" for n in ["index", *"dcba"]]


def test_an_order_in_the_text_is_none() -> None:
    pages = {"learn/a.md": "# A\n\n---\norder: late\n---\n"}
    assert navigation.navigation(pages, [])[1] == {"Learn": ["learn/a.md"]}


def test_an_order_that_is_no_number_is_reported() -> None:
    with pytest.raises(SampleError) as caught:
        navigation.navigation({"learn/a.md": "---\na: b\norder: x\n---\n"}, [])
    assert str(caught.value).startswith("docs/learn/a.md:3: has the order 'x'")
