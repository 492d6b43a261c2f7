"""Which keys each decorator emits, and which parameter each key follows."""

import inspect
import json
import os
import subprocess
import sys
from pathlib import Path

import azure.functions as func
import pytest

from functions_by_example.paths import ROOT, SAMPLES
from functions_by_example.sample import read as sample
from functions_by_example.sample import record
from functions_by_example.sdk import parameters

DECORATORS = list(parameters.decorators())
NO_BINDING = {"retry", "function_name", "http_type", "mcp_tool_property"}


@pytest.mark.parametrize("name", DECORATORS)
def test_every_parameter_reaches_a_key_that_the_sdk_knows(name: str) -> None:
    emitted = parameters.bindings(name)
    assert bool(emitted) == (name not in NO_BINDING)
    for parameter in parameters.signature(name).parameters:
        reached = [key for b in emitted for key in b.of(parameter)]
        assert bool(reached) == bool(emitted), parameter
    for binding in emitted:
        known = parameters.known_keys().get((binding.type, binding.direction))
        keys = {key.name for key in binding.keys} - {parameters.ANY}
        assert (known is None) == (binding.type == parameters.ANY_TYPE)
        assert known is None or keys <= known


@pytest.mark.parametrize(
    ("name", "parameter", "keys"),
    [
        ("queue_trigger", "arg_name", ["name"]),
        ("queue_trigger", "queue_name", ["queueName"]),
        ("queue_trigger", "kwargs", [parameters.ANY]),
        ("route", "trigger_arg_name", ["name"]),
        ("route", "methods", ["methods"]),
        ("cosmos_db_trigger", "container_name", ["containerName"]),
        ("cosmos_db_trigger_v3", "collection_name", ["collectionName"]),
        ("event_grid_output", "topic_key_setting", ["topicKeySetting"]),
        ("event_grid_output", "connection", ["connection"]),
        ("dapr_topic_trigger", "topic", ["topic", "route"]),
        ("mcp_prompt_trigger", "prompt_arguments", ["promptArguments"]),
        ("generic_trigger", "type", ["type"]),
        ("orchestration_trigger", "context_name", ["name"]),
    ],
)
def test_the_keys_that_follow_a_parameter(
    name: str, parameter: str, keys: list[str]
) -> None:
    assert parameters.bindings(name)[0].of(parameter) == keys


def test_keys_without_a_parameter_are_told_from_those_of_the_function() -> None:
    (binding,) = parameters.bindings("mcp_tool")
    fixed = {k.name: k.value for k in binding.keys if not k.parameters}
    assert fixed == {
        "name": "context",
        "toolName": None,
        "description": None,
        "toolProperties": None,
    }


def test_a_key_without_a_parameter_may_be_given_by_keyword() -> None:
    made = func.FunctionApp().mcp_tool_trigger("c", "t", use_result_schema=True)
    (binding,) = made(print)._function.get_bindings()
    assert binding.get_dict_repr()["useResultSchema"] is True


def test_a_parameter_that_is_ignored_would_be_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A probe that cannot tell would say that every parameter is sent."""
    original = func.FunctionApp.queue_trigger

    def forgetful(
        self: func.FunctionApp, *, arg_name: str, **kwargs: object
    ) -> object:
        return original(self, arg_name, "fixed", "fixed")

    forgetful.__signature__ = inspect.signature(original)  # type: ignore
    monkeypatch.setattr(func.FunctionApp, "queue_trigger", forgetful)
    (binding,) = parameters.probed("queue_trigger")
    assert binding.of("arg_name") == ["name"]
    assert binding.of("queue_name") == []


# --- The durable decorators -------------------------------------------------


def test_without_their_package_the_durable_decorators_say_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "azure.durable_functions", None)
    with pytest.raises(Exception) as caught:
        func.FunctionApp().activity_trigger("order")
    text = (ROOT / "docs/reference/durable.md").read_text("utf-8")
    assert f"{type(caught.value).__name__}: {caught.value}\n" in text


def test_the_durable_record_is_what_their_package_gives() -> None:
    """In an interpreter of its own, with the package that `nox -s tests`
    has put into a folder of its own."""
    packages = os.environ.get("DURABLE_PACKAGES")
    assert packages, "run `nox -s tests`: it sets DURABLE_PACKAGES"
    program = (
        "import json; from functions_by_example.sdk import parameters; "
        "print(json.dumps(parameters.recorded()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONPATH": f"{packages}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    recorded = json.loads(parameters.RECORD.read_text("utf-8"))
    assert json.loads(done.stdout) == recorded


# --- Keys that the SDK knows ------------------------------------------------


def test_keys_are_those_of_function_json() -> None:
    known = parameters.known_keys()
    assert known["queueTrigger", "in"] == {
        "name",
        "type",
        "direction",
        "dataType",
        "queueName",
        "connection",
    }
    assert "subscriptionName" in known["serviceBusTrigger", "in"]
    assert "leaseContainerName" in known["cosmosDBTrigger", "in"]
    # only one of its decorators knows this one
    assert "autoCompleteMessages" in known["serviceBusTrigger", "in"]


@pytest.mark.parametrize(
    ("kind", "unknown"), [("queue", ["queu"]), ("sendGrid", [])]
)
def test_a_misspelt_key_is_unknown_unless_the_caller_gives_every_key(
    kind: str, unknown: list[str]
) -> None:
    binding = {"type": kind, "direction": "OUT", "name": "o", "queu": "q"}
    assert parameters.unknown_keys(binding) == unknown


@pytest.mark.parametrize("folder", sample.find(SAMPLES), ids=str)
def test_no_sample_has_an_unknown_key(folder: Path) -> None:
    for function in record.load(folder, record.FUNCTIONS):
        for binding in function["bindings"]:
            assert parameters.unknown_keys(binding) == []
