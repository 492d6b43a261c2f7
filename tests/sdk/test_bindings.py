"""What the SDK knows of each binding."""

from pathlib import Path

import pytest

from functions_by_example.paths import SAMPLES
from functions_by_example.sample import read as sample
from functions_by_example.sample import record
from functions_by_example.sdk import bindings


def test_keys_are_those_of_function_json() -> None:
    assert bindings.keys()["queueTrigger", "IN"] == {
        "name",
        "type",
        "direction",
        "dataType",
        "queueName",
        "connection",
    }
    assert "subscriptionName" in bindings.keys()["serviceBusTrigger", "IN"]
    assert "leaseContainerName" in bindings.keys()["cosmosDBTrigger", "IN"]


def test_a_key_that_only_one_of_its_decorators_knows_is_known() -> None:
    assert "autoCompleteMessages" in bindings.keys()["serviceBusTrigger", "IN"]


def test_a_misspelt_key_is_unknown() -> None:
    binding = {"type": "queue", "direction": "OUT", "name": "o", "queu": "q"}
    assert bindings.unknown_keys(binding) == ["queu"]


def test_keys_of_a_type_that_the_sdk_does_not_know_are_the_callers() -> None:
    binding = {"type": "sendGrid", "direction": "OUT", "apiKey": "k"}
    assert bindings.unknown_keys(binding) == []


@pytest.mark.parametrize("folder", sample.find(SAMPLES), ids=str)
def test_no_sample_has_an_unknown_key(folder: Path) -> None:
    for function in record.load(folder, record.FUNCTIONS):
        for binding in function["bindings"]:
            assert bindings.unknown_keys(binding) == []
