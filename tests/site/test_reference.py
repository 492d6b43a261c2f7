"""The facts of the decorators, and the pages that hold them."""

import inspect
import re

import azure.functions as func
import pytest
from azure.functions.decorators import function_app

from functions_by_example.paths import ROOT
from functions_by_example.sample import read as sample
from functions_by_example.sdk import bindings
from functions_by_example.site.reference import pages as reference

ENTRIES = reference.documented(ROOT / "docs/reference")
# The six services whose decorators must have an entry, by the words in their
# names.
SERVICES = (
    "route",
    "timer",
    "event_hub",
    "queue",
    "service_bus",
    "cosmos_db",
)


def decorators() -> list[str]:
    """The public decorators of the SDK; an alias is not one of its own."""
    return [
        name
        for cls in reference.DECORATOR_CLASSES
        for name, value in vars(getattr(function_app, cls)).items()
        if inspect.isfunction(value)
        and value.__name__ == name
        and not name.startswith("_")
    ]


OF_THE_SERVICES = [
    name
    for name in decorators()
    if name.startswith(SERVICES) and name != "http_type"
]


def test_the_six_services_have_decorators() -> None:
    assert len(OF_THE_SERVICES) == 16


@pytest.mark.parametrize("name", OF_THE_SERVICES)
def test_a_decorator_has_exactly_one_entry(name: str) -> None:
    assert ENTRIES.count(f"FunctionApp.{name}") == 1


def test_no_entry_stands_twice() -> None:
    assert len(ENTRIES) == len(set(ENTRIES))


@pytest.mark.parametrize("name", ENTRIES)
def test_an_entry_exists_in_the_sdk(name: str) -> None:
    assert reference.exists(name)


def test_types_that_samples_use_have_an_entry() -> None:
    used = reference.users(
        [sample.read(f) for f in sample.find(ROOT / "samples")]
    )
    names = {name for name in used if name not in decorators()}
    assert names <= set(ENTRIES)


@pytest.mark.parametrize("name", OF_THE_SERVICES)
def test_type_and_direction_are_those_the_sdk_knows(name: str) -> None:
    emitted = reference.bindings_of(name)
    known = bindings.keys()
    assert emitted
    for kind, direction in emitted:
        assert (kind, direction.upper()) in known
    is_output = name.endswith(("_output", "_output_v3"))
    assert emitted[0][1] == ("out" if is_output else "in")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("route", (("httpTrigger", "in"), ("http", "out"))),
        ("queue_trigger", (("queueTrigger", "in"),)),
        ("cosmos_db_input", (("cosmosDB", "in"),)),
        ("service_bus_topic_output", (("serviceBus", "out"),)),
        ("retry", ()),
        ("function_name", ()),
    ],
)
def test_bindings_of_a_decorator(
    name: str, expected: tuple[tuple[str, str], ...]
) -> None:
    assert reference.bindings_of(name) == expected


def test_schedule_is_another_name_of_timer_trigger() -> None:
    assert reference.aliases("timer_trigger") == ["schedule"]


def test_exists() -> None:
    assert reference.exists("FunctionApp.queue_trigger")
    assert reference.exists("Out")
    assert not reference.exists("FunctionApp.on_queue_change")
    assert not hasattr(func.FunctionApp, "on_queue_change")


def test_facts_name_binding_direction_and_samples() -> None:
    trigger = sample.read(ROOT / "samples/queue/queue_trigger")
    facts = reference.facts("queue_trigger", [trigger])
    assert "<td><code>queueTrigger</code></td> <td>in</td>" in facts
    link = '<autoref identifier="sample-queue-queue_trigger">'
    assert f"{link}{trigger.title}</autoref>" in facts


def test_facts_say_when_there_is_no_sample() -> None:
    assert "none yet" in reference.facts("cosmos_db_trigger_v3", [])


def test_the_overview_holds_the_decorators_with_their_own_samples() -> None:
    trigger = sample.read(ROOT / "samples/queue/queue_trigger")
    text = reference.overview(ROOT / "docs/reference", [trigger])
    queue = text.partition("## [Queue Storage](queue.md)")[2].partition("##")[0]
    rows = re.findall("<tr>.*?</tr>", queue)
    assert ["queue_trigger" in row for row in rows] == [False, True, False]
    assert "sample-queue-queue_trigger" in rows[1]
    assert "QueueMessage" in queue


@pytest.mark.parametrize(
    "name",
    ["KeyError", "JSONDecodeError", "InvalidFileNameError"],
)
def test_an_error_is_one_of_python_the_sdk_or_the_worker(name: str) -> None:
    assert reference.is_error(name)


@pytest.mark.parametrize("name", ["KeyErorError", "HttpRequest", ""])
def test_what_is_no_error_is_none(name: str) -> None:
    assert not reference.is_error(name)
