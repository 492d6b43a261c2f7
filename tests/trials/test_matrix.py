"""What annotations do and what blocks: what the pages conclude from the
records."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import azure.functions as func
import pytest

from functions_by_example.paths import ROOT
from functions_by_example.trials import annotations as matrix
from functions_by_example.trials import blocking

Json = Any

RECORD = matrix.load()
DICT, LIST = '{"id": "A-17", "count": 3}', '["A-17", "A-18"]'


def groups(*kinds: str) -> Iterator[tuple[str, Json]]:
    """Every group of annotations, with what tells whose it is."""
    for kind in kinds:
        for case in RECORD[kind]:
            for group in case["groups"]:
                yield f"{kind} {case['names']} {case['note']}", group


def fates(*kinds: str) -> Iterator[tuple[str, str, Json]]:
    """Every single annotation with its group."""
    for where, group in groups(*kinds):
        for annotation in group["annotations"]:
            yield f"{where}: {annotation}", annotation, group


# --- The record -------------------------------------------------------------


def test_every_trigger_is_in_the_record() -> None:
    """But those of Durable Functions, which need another package, and what
    is another name or only adds to a trigger."""
    recorded = {n for c in RECORD["triggers"] for n in c["names"]}
    left_out = {
        "orchestration_trigger",
        "entity_trigger",
        "activity_trigger",
        "schedule",  # timer_trigger
        "mcp_tool",  # mcp_tool_trigger, from the function's signature
        "mcp_tool_property",
    }
    known = {n for n in vars(func.TriggerApi) if not n.startswith("_")}
    assert recorded == known - left_out


def test_every_output_of_the_six_services_is_in_the_record() -> None:
    recorded = {n for c in RECORD["outputs"] for n in c["names"]}
    wanted = {
        name
        for name in vars(func.BindingApi)
        if name.endswith(("_output", "_output_v3"))
        and name.startswith(("event_hub", "queue", "service_bus", "cosmos"))
    }
    assert wanted <= recorded


# --- What the page says of all ----------------------------------------------


def test_everything_loads_without_an_annotation() -> None:
    for where, annotation, group in fates(*RECORD):
        if annotation == matrix.NONE:
            assert "refused" not in group, where


def test_str_and_bytes_load_on_every_trigger_and_input() -> None:
    for where, annotation, group in fates("triggers", "inputs"):
        if annotation in ("str", "bytes"):
            assert "refused" not in group, where


def test_bytes_gets_what_str_gets() -> None:
    for where, group in groups("triggers", "inputs", "outputs"):
        for one, other in (
            ("str", "bytes"),
            ("func.Out[str]", "func.Out[bytes]"),
        ):
            both = {one, other} & set(group["annotations"])
            assert both in (set(), {one, other}), where


def test_a_queue_trigger_annotated_bytes_gets_a_str() -> None:
    (queue,) = (
        c for c in RECORD["triggers"] if c["names"] == ["queue_trigger"]
    )
    (text,) = (g for g in queue["groups"] if "bytes" in g["annotations"])
    assert text["arrives"] == "str"


def test_list_and_optional_load_nowhere() -> None:
    for where, annotation, group in fates("triggers", "inputs", "outputs"):
        if " | " in annotation or "Optional" in annotation:
            assert "refused" in group, where
        if annotation.removeprefix("func.Out[").startswith("list["):
            assert "refused" in group, where


def test_out_needs_a_type() -> None:
    for where, annotation, group in fates("outputs"):
        if annotation == "func.Out":
            assert "refused" in group, where


def test_an_output_set_to_none_is_left_out() -> None:
    for where, group in groups("outputs"):
        if "sent" in group:
            assert group["sent"]["None"] is None, where


def test_out_of_str_sends_text_as_it_is_and_a_dict_or_list_as_json() -> None:
    found = 0
    for where, annotation, group in fates("outputs"):
        if annotation == "func.Out[str]":
            found += 1
            sent = group["sent"]
            assert sent['"A-17"'] == {"string": "A-17"}, where
            assert sent[DICT] == {"json": json.loads(DICT)}, where
            assert sent[LIST] == {"json": json.loads(LIST)}, where
    assert found == len(RECORD["outputs"])


def test_a_returned_list_annotation_loads_nowhere() -> None:
    for where, annotation, group in fates("returns"):
        if annotation.startswith("typing.List"):
            assert "refused" in group, where


def test_a_dict_under_arrow_str_is_never_sent_as_json() -> None:
    for where, annotation, group in fates("returns"):
        if annotation == "str" and "sent" in group:
            assert group["sent"][DICT] != {"json": json.loads(DICT)}, where


def test_a_returned_none_fails_but_for_event_hubs() -> None:
    for where, group in groups("returns"):
        if "sent" in group:
            fails = "error" in (group["sent"]["None"] or {})
            assert fails == ("event_hub_output" not in where), where


@pytest.mark.parametrize(
    ("note", "arrives"),
    [
        ("one event a call", "EventHubEvent"),
        ("cardinality=func.Cardinality.MANY", "list of EventHubEvent"),
    ],
)
def test_the_annotation_does_not_make_a_batch(note: str, arrives: str) -> None:
    (case,) = (
        c
        for c in RECORD["triggers"]
        if c["service"] == "event_hub" and c["note"] == note
    )
    (group,) = (g for g in case["groups"] if g.get("arrives") == arrives)
    assert {
        "func.EventHubEvent",
        "typing.List[func.EventHubEvent]",
    } < set(group["annotations"])


# --- What blocks ------------------------------------------------------------


def test_calls_run_at_once_or_one_after_the_other(
    now: Callable[[str], Json],
) -> None:
    """Measured here: a setting that is not set leaves at least five threads
    to Python; async functions overlap whatever the threads; one that blocks
    holds up all others; threads do not compute at the same time."""
    cases = {(c["function"], c["threads"]): c for c in now("blocking")["cases"]}
    calls, computed = blocking.CALLS, blocking.CALLS * blocking.WAIT
    for one_by_one in (("sleep", 1), ("blocking_async", calls)):
        assert cases[one_by_one]["at_once"] == 1
        assert cases[one_by_one]["seconds"] >= 0.99 * computed
    assert cases["blocking_async, sleep", calls]["at_once"] == 1
    for threads in (calls, None):
        assert cases["sleep", threads]["at_once"] > 1
    assert cases["async_sleep", 1]["at_once"] == calls
    assert cases["async_to_thread", 1]["at_once"] > 1
    assert cases["compute", calls]["seconds"] >= 0.95 * computed


def test_the_recorded_measurement_shows_the_same() -> None:
    cases = {(c["function"], c["threads"]): c for c in blocking.load()["cases"]}
    assert set(cases) == {(c.function, c.threads) for c in blocking.CASES}
    calls, computed = blocking.CALLS, blocking.CALLS * blocking.WAIT
    at_once = {key: case["at_once"] for key, case in cases.items()}
    assert at_once == {
        ("sleep", 1): 1,
        ("sleep", calls): calls,
        ("sleep", None): calls,
        ("async_sleep", 1): calls,
        ("blocking_async", calls): 1,
        ("blocking_async, sleep", calls): 1,
        ("async_to_thread", 1): calls,
        ("compute", calls): calls,
    }
    slow = {key for key, c in cases.items() if c["seconds"] >= computed}
    assert slow == {
        ("sleep", 1),
        ("blocking_async", calls),
        ("compute", calls),
    }


def test_the_page_shows_the_functions_that_were_measured() -> None:
    page = (ROOT / "docs/learn/sync-and-async.md").read_text("utf-8")
    for case in blocking.CASES:
        if "," in case.function:
            continue
        start = blocking.CODE.index(f'@app.route("{case.function}")')
        wanted = blocking.CODE[start:].split("\n\n\n")[0].strip()
        assert wanted in page, case.function
