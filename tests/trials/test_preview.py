"""The preview of March 2022 and today: what the page concludes from the
record.

PREVIEW_PACKAGES names the folder of the earlier release, which `nox -s tests`
installs.
"""

import ast
import json
import os
import re
import subprocess
import sys
from itertools import product
from typing import Any

import azure.functions as func
import pytest

from functions_by_example.paths import ROOT
from functions_by_example.sample import record
from functions_by_example.trials import preview

Json = Any

RECORD = preview.recorded()
# Each area with each of today's ways.
PAIRS = [
    (area, side)
    for area, found in RECORD["areas"].items()
    for side in sorted(found)
    if side.startswith("now")
]
AREAS = list(preview.AREAS)
EXAMPLES = list(preview.examples())


# --- The record -------------------------------------------------------------


def test_the_locked_release_is_the_one_that_is_run() -> None:
    lock = (ROOT / "locks/preview.txt").read_text("utf-8")
    assert re.findall(r"^\S+==\S+", lock, re.M) == [
        f"azure-functions=={preview.RELEASE}"
    ]


def test_the_old_release_alone_gives_the_same_function_json() -> None:
    """Without the worker library, or anything else that is installed."""
    program = (
        "import json, runpy, sys; print(json.dumps([json.loads(str(function))"
        "['bindings'] for path in sys.argv[1:] for function in "
        "runpy.run_path(path)['app'].get_functions()]))"
    )
    paths = [str(preview.APPS / area / "then.py") for area in AREAS]
    done = subprocess.run(
        [sys.executable, "-S", "-c", program, *paths],
        env={"PYTHONPATH": os.environ[preview.PACKAGES]},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    recorded = [
        RECORD["areas"][area]["then"]["functions"][0]["bindings"]
        for area in AREAS
    ]
    assert json.loads(done.stdout) == recorded


def test_the_worker_asks_for_one_name_that_the_old_release_lacks() -> None:
    assert RECORD["lacks"] == ["FunctionRegister"]


# --- The areas --------------------------------------------------------------


def test_every_area_of_the_wiki_is_there() -> None:
    assert list(preview.AREAS.values()) == [
        "HTTP",
        "Timer",
        "Event Hub",
        "Queue",
        "Service Bus queue",
        "Service Bus topic",
        "Cosmos DB",
    ]
    assert set(RECORD["areas"]) == set(preview.AREAS)


@pytest.mark.parametrize(("area", "side"), PAIRS)
def test_function_json_is_equal_but_for_cosmos_db_version_4(
    area: str, side: str
) -> None:
    found = RECORD["areas"][area]
    then, now = found["then"]["functions"], found[side]["functions"]
    if (area, side) == ("cosmos_db", "now"):
        rows = preview.compare(then, now, preview.key_renames())
        assert {row.verdict for row in rows} == {"equal", "renamed"}
    else:
        assert record.text_of(then) == record.text_of(now)


def test_cosmos_db_version_4_renames_these_keys() -> None:
    found = RECORD["areas"]["cosmos_db"]
    rows = preview.compare(
        found["then"]["functions"],
        found["now"]["functions"],
        preview.key_renames(),
    )
    assert {
        (row.then_key, row.now_key) for row in rows if row.verdict != "equal"
    } == {
        ("collectionName", "containerName"),
        ("connectionStringSetting", "connection"),
        ("leaseCollectionName", "leaseContainerName"),
        (
            "createLeaseCollectionIfNotExists",
            "createLeaseContainerIfNotExists",
        ),
    }


@pytest.mark.parametrize(("area", "side"), PAIRS)
def test_the_same_event_gives_the_same_result(area: str, side: str) -> None:
    found = RECORD["areas"][area]
    assert found["then"]["events"]
    assert found["then"]["events"] == found[side]["events"]


@pytest.mark.parametrize("area", AREAS)
def test_the_code_of_then_gives_this_today(area: str) -> None:
    trigger = preview.calls(preview.source(f"{area}/then.py"))[0]
    said = RECORD["areas"][area]["unchanged"]
    if area == "timer":  # schedule is kept
        assert [f["name"] for f in said["functions"]] == ["StartStockCount"]
        return
    error = f"{said['error']['type']}: {said['error']['message']}"
    if area == "http":
        assert error == (
            "TypeError: FunctionApp.__init__() got an unexpected keyword "
            "argument 'auth_level'"
        )
    else:
        assert error == (
            f"AttributeError: 'FunctionApp' object has no attribute {trigger!r}"
        )


@pytest.mark.parametrize(
    ("area", "side"), [p for p in PAIRS if p[0] not in ("http", "timer")]
)
def test_only_names_change_in_the_code(area: str, side: str) -> None:
    then = preview.source(f"{area}/then.py")
    flavour = "v3" if side == "now_v3" else "v4"
    names_changed = ast.parse(preview.renamed(then, flavour))
    now = ast.parse(preview.source(f"{area}/{side}.py"))
    assert ast.unparse(names_changed) == ast.unparse(now)


def test_no_area_writes_to_what_triggers_it() -> None:
    for area, side in (*PAIRS, *product(AREAS, ["then"])):
        functions = RECORD["areas"][area][side]["functions"]
        assert preview.loops(functions) == [], (area, side)


def test_schedule_is_timer_trigger() -> None:
    assert func.FunctionApp.schedule is func.FunctionApp.timer_trigger


def test_both_service_bus_triggers_have_one_parameter_more() -> None:
    for then, now in (
        ("on_service_bus_queue_change", "service_bus_queue_trigger"),
        ("on_service_bus_topic_change", "service_bus_topic_trigger"),
    ):
        before = RECORD["parameters"]["then"][then]
        after = RECORD["parameters"]["now"][now]
        new = ["auto_complete_messages", "**kwargs"]
        assert [p for p in after if p not in before] == new
        assert set(before) <= set(after)


def test_all_but_route_take_kwargs_today_and_none_did_then() -> None:
    parameters = RECORD["parameters"]
    without = {n for n, p in parameters["now"].items() if "**kwargs" not in p}
    assert without == {"route", "FunctionApp"}
    assert not any("**kwargs" in p for p in parameters["then"].values())


# --- The wiki's own examples ------------------------------------------------


def test_the_wiki_has_five_examples() -> None:
    assert EXAMPLES == [
        "event_hub",
        "queue",
        "service_bus_queue",
        "service_bus_topic",
        "cosmos_db",
    ]


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples_load_then_and_with_todays_names(example: str) -> None:
    found = RECORD["wiki"][example]
    for outcome in ("then", "renamed"):
        assert len(found[outcome]["functions"]) == 1, outcome


def test_a_cosmos_db_example_loads_with_either_version() -> None:
    found = RECORD["wiki"]["cosmos_db"]
    assert len(found["renamed_v3"]["functions"]) == 1


@pytest.mark.parametrize("example", [*EXAMPLES, preview.TOGETHER])
def test_no_example_loads_today_as_it_stands(example: str) -> None:
    error = RECORD["wiki"][example]["unchanged"]["error"]
    assert error["type"] == "AttributeError"
    assert re.fullmatch(
        r"'FunctionApp' object has no attribute 'on_\w+'", error["message"]
    )


@pytest.mark.parametrize(
    ("example", "written"),
    [
        ("event_hub", ["outputhub"]),
        ("queue", []),
        ("service_bus_queue", []),
        ("service_bus_topic", ["serbustopicbinding"]),
        ("cosmos_db", []),
    ],
)
def test_these_examples_call_themselves(
    example: str, written: list[str]
) -> None:
    functions = RECORD["wiki"][example]["then"]["functions"]
    assert preview.loops(functions) == written


def test_in_one_app_two_examples_bear_one_name() -> None:
    found = RECORD["wiki"][preview.TOGETHER]
    names = [function["name"] for function in found["then"]["functions"]]
    assert len(names) == len(EXAMPLES)
    assert names.count("ServiceBusFunc") == 2
    for today in ("renamed", "renamed_v3"):
        assert found[today]["error"]["message"].startswith(
            "Function ServiceBusFunc does not have a unique function name."
        )


# --- What was wrong ---------------------------------------------------------


def fault(name: str) -> tuple[Json, Json, Json]:
    """What came of it then, with today's names, and mended."""
    found = RECORD["faults"][name]
    return found["then"], found["renamed"], found["mended"]


def only_event(outcome: Json) -> Json:
    (result,) = outcome["events"].values()
    return result


@pytest.mark.parametrize("name", preview.faults())
def test_what_is_mended_loads_and_fails_at_nothing(name: str) -> None:
    mended = fault(name)[2]
    assert mended["functions"]
    for event, result in mended.get("events", {}).items():
        assert "error" not in result, event


def test_without_imports_nothing_loads() -> None:
    then, today, _ = fault("no-imports")
    for outcome in (then, today):
        error = outcome["error"]
        assert error["type"] == "NameError"
        assert error["message"] == "name 'app' is not defined"


def test_a_loop_loads_then_and_today_and_nothing_is_said() -> None:
    then, today, mended = fault("loop")
    assert preview.loops(then["functions"]) == ["copy"]
    assert preview.loops(today["functions"]) == ["copy"]
    assert preview.loops(mended["functions"]) == []


def test_the_second_of_two_functions_of_one_name_answers_for_the_first() -> (
    None
):
    then, today, mended = fault("same-name")
    first = then["functions"][0]["bindings"][0]
    assert first["topicName"] == "returns"
    assert only_event(then)["log"][0]["message"] == "A teapot goes out"
    assert only_event(mended)["log"][0]["message"] == "A teapot comes back"
    assert "unique function name" in today["error"]["message"]


def test_a_text_stands_where_a_bool_is_meant() -> None:
    then, today, mended = fault("text-for-bool")
    values = [
        value
        for outcome in (then, today, mended)
        for key, value in outcome["functions"][0]["bindings"][0].items()
        if key.startswith("createLease")
    ]
    assert values == ["true", "true", True]


def test_the_first_of_an_empty_list_fails() -> None:
    then, today, _ = fault("empty-list")
    for outcome in (then, today):
        error = only_event(outcome)["error"]
        assert error["type"] == "IndexError"
        assert error["message"] == "list index out of range"


def test_one_document_of_two_is_written() -> None:
    counts = [
        len(only_event(outcome)["outputs"]["copies"]["json"])
        for outcome in fault("first-only")
    ]
    assert counts == [1, 1, 2]


def test_a_return_value_without_a_binding_fails_the_call() -> None:
    then, today, _ = fault("return-value")
    for outcome in (then, today):
        assert outcome["functions"]
        error = only_event(outcome)["error"]
        assert error["type"] == "RuntimeError"
        assert "without a $return binding" in error["message"]


def test_the_host_never_sends_these_two() -> None:
    then, today, mended = fault("never-sent")
    for outcome in (then, today):
        lines = [line["message"] for line in only_event(outcome)["log"]]
        assert lines == ["Lives for None", "Due at None"]
    assert not any(
        "None" in line["message"] for line in only_event(mended)["log"]
    )


def test_a_misspelt_parameter_was_refused_and_passes_today() -> None:
    then, today, mended = fault("misspelt")
    said = "got an unexpected keyword argument 'cardinalty'"
    assert said in then["error"]["message"]
    assert today["functions"][0]["bindings"][0]["cardinalty"] == "one"
    assert "cardinalty" not in mended["functions"][0]["bindings"][0]


# --- Comparing --------------------------------------------------------------


def functions(*bindings: Json, name: str = "Pack") -> Json:
    return [{"name": name, "bindings": [*bindings]}]


@pytest.mark.parametrize(
    ("then", "now", "verdicts"),
    [
        ({"a": 1}, {"a": 1}, ["equal"]),
        ({"a": 1}, {"a": "1"}, ["changed"]),
        ({"a": True}, {"a": "true"}, ["changed"]),
        ({"a": True}, {"a": 1}, ["changed"]),
        ({"a": 1}, {}, ["gone"]),
        ({}, {"a": 1}, ["new"]),
        ({"old": 1}, {"new": 1}, ["renamed"]),
        ({"old": 1}, {"new": 2}, ["changed"]),
        ({"old": 1}, {"old": 1, "new": 1}, ["equal", "new"]),
        ({"old": 1, "new": 1}, {"new": 1}, ["gone", "equal"]),
        ({"a": None}, {"a": None}, ["equal"]),
        ({"a": None}, {}, ["gone"]),
    ],
)
def test_keys_are_compared(then: Json, now: Json, verdicts: list[str]) -> None:
    rows = preview.compare(
        functions({"name": "it"} | then),
        functions({"name": "it"} | now),
        {"old": "new"},
    )
    assert [row.verdict for row in rows] == ["equal", *verdicts]


def test_the_order_of_keys_and_bindings_is_no_difference() -> None:
    one, other = {"name": "a", "x": 1}, {"name": "b", "x": 2}
    rows = preview.compare(
        functions(one, other), functions(dict(reversed(other.items())), one)
    )
    assert {row.verdict for row in rows} == {"equal"}


def test_a_binding_that_is_not_there_is_gone_key_by_key() -> None:
    rows = preview.compare(functions({"name": "a", "x": 1}), functions())
    assert [row.verdict for row in rows] == ["gone", "gone"]


def test_functions_are_told_apart() -> None:
    both = functions({"name": "a"}) + functions({"name": "a"}, name="Send")
    rows = preview.compare(both, both)
    assert [row.binding for row in rows] == ["Pack a", "Send a"]


def test_two_functions_of_one_name_are_told_apart() -> None:
    both = functions({"name": "a"}) * 3
    rows = preview.compare(both, both)
    assert [row.binding for row in rows] == ["Pack a", "Pack a #2", "Pack a #3"]


@pytest.mark.parametrize(
    ("out", "found"),
    [
        ({"type": "queue", "queueName": "orders"}, ["to"]),
        ({"type": "queue", "queueName": "receipts"}, []),
        ({"type": "eventHub", "queueName": "orders"}, []),
        ({"type": "queue", "queueName": "orders", "direction": "IN"}, []),
    ],
)
def test_a_loop_is_an_output_to_what_triggers(out: Json, found: Json) -> None:
    trigger = {"type": "queueTrigger", "direction": "IN", "name": "it"}
    app = functions(
        {"name": "to", "direction": "OUT"} | out,
        trigger | {"queueName": "orders"},
    )
    assert preview.loops(app) == found


def test_names_are_replaced_whole_and_nothing_else_is() -> None:
    code = '@app.on_queue_change(queue_name="x")  # on_queue_changes\n'
    assert preview.renamed(code) == (
        '@app.queue_trigger(queue_name="x")  # on_queue_changes\n'
    )


def test_version_3_of_cosmos_db_keeps_the_parameters() -> None:
    code = '@app.on_cosmos_db_update(collection_name="x")'
    assert preview.renamed(code, "v3") == (
        '@app.cosmos_db_trigger_v3(collection_name="x")'
    )
    assert preview.renamed(code) == (
        '@app.cosmos_db_trigger(container_name="x")'
    )
