"""What the SDK's docstrings say, and that each correction of them is right."""

from collections.abc import Callable
from datetime import time

import azure.functions as func
import griffe
import pytest
from azure.functions import warmup
from azure.functions.decorators import openai
from azure_functions_runtime.bindings import meta as worker
from compiled import compiled

from functions_by_example.sdk import docstrings, parameters

type Place = tuple[str, str]

DECORATORS = list(parameters.decorators())
SDK = griffe.load("azure.functions", resolve_aliases=True)


@pytest.mark.parametrize(
    "about",
    [
        ":param a: About a.",
        "Parameters\n----------\na: str\n    About a.",
        "Args:\n    a: About a.\n",
    ],
)
def test_docstrings_are_read_in_three_styles(about: str) -> None:
    said = docstrings.said(f"T.\n\n{about}")
    assert said.text == "T."
    assert said.parameters == {"a": "About a."}


@pytest.mark.parametrize(
    ("docstring", "text"),
    [
        (None, ""),
        ("T.\n\nReturns:\n--------\nstr\n    If set.\n", "T."),
        (
            "T.\n\nArgs:\n    a: About a.\n\nExample:\n    go()\n",
            "T.\n\nExample:\n\n    go()",
        ),
    ],
)
def test_an_example_is_kept_and_what_is_returned_is_not(
    docstring: str | None, text: str
) -> None:
    assert docstrings.said(docstring).text == text


# --- Our words ----------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong", docstrings.words().wrong, ids=lambda w: f"{w.entry}-{w.part}"
)
def test_what_we_correct_is_still_there(wrong: docstrings.Correction) -> None:
    if wrong.entry in DECORATORS:
        docstring = getattr(func.FunctionApp, wrong.entry).__doc__
        theirs = docstrings.said(docstring)
        text = theirs.parameters[wrong.part] if wrong.part else theirs.text
    else:
        found = SDK[wrong.entry].final_target.members[wrong.part].docstring
        text = found.value if found else ""
    assert wrong.says in docstrings.one_line(text)
    assert wrong.says or not text


def _binding(name: str) -> parameters.Binding:
    (binding,) = parameters.bindings(name)
    return binding


NO_DECORATOR = {
    ("timer_trigger", ""): "timer",
    ("warm_up_trigger", ""): "warm_up",
    ("service_bus_queue_trigger", ""): "on_service_bus_queue_change",
    ("service_bus_topic_trigger", ""): "on_service_bus_topic_change",
    ("blob_trigger", ""): "blob_change_trigger",
}


@pytest.mark.parametrize("place", NO_DECORATOR, ids="-".join)
def test_the_decorator_that_the_sdk_speaks_of_does_not_exist(
    place: Place,
) -> None:
    assert not hasattr(func.FunctionApp, NO_DECORATOR[place])
    assert place[0] != "warm_up_trigger" or (
        "schedule" not in parameters.signature(place[0]).parameters
    )


# The binding's type, the annotation that the worker's library refuses, and the
# one that it takes.
REFUSED = {
    ("warm_up_trigger", "arg_name"): (
        "warmupTrigger",
        func.TimerRequest,
        warmup.WarmUpContext,
    ),
    ("sql_trigger", "arg_name"): ("sqlTrigger", func.SqlRowList, str),
}


@pytest.mark.parametrize("place", REFUSED, ids="-".join)
def test_the_annotation_that_the_sdk_speaks_of_is_refused(place: Place) -> None:
    kind, refused, taken = REFUSED[place]
    worker.load_binding_registry()
    assert not worker.check_input_type_annotation(kind, refused, False)
    assert worker.check_input_type_annotation(kind, taken, False)


CHAT, EMBEDDINGS = "DefaultChatModel", "DefaultEmbeddingsModel"
SENT = {
    ("kafka_trigger", "authentication_mode"): "NOTSET",
    ("kafka_trigger", "protocol"): "NOTSET",
    ("kafka_output", "authentication_mode"): "NOTSET",
    ("kafka_output", "protocol"): "NOTSET",
    ("text_completion_input", "chat_model"): CHAT,
    ("assistant_post_input", "chat_model"): CHAT,
    ("semantic_search_input", "chat_model"): CHAT,
    ("semantic_search_input", "embeddings_model"): EMBEDDINGS,
    ("embeddings_input", "embeddings_model"): EMBEDDINGS,
    ("embeddings_store_output", "embeddings_model"): EMBEDDINGS,
}


@pytest.mark.parametrize("place", SENT, ids="-".join)
def test_what_is_sent_by_default(place: Place) -> None:
    keys = _binding(place[0]).keys
    assert [k.value for k in keys if place[1] in k.parameters] == [SENT[place]]


DIRECTIONS = {
    ("table_output", "row_key"): "out",
    ("table_output", "partition_key"): "out",
    ("assistant_post_input", ""): "in",
    ("embeddings_store_output", ""): "out",
    ("cosmos_db_output_v3", "database_name"): "out",
    ("cosmos_db_input", "connection"): "in",
}
TYPES = {
    ("dapr_secret_input", "arg_name"): "daprSecret",
    ("dapr_invoke_output", "arg_name"): "daprInvoke",
    ("dapr_publish_output", "arg_name"): "daprPublish",
    ("dapr_binding_output", "arg_name"): "daprBinding",
}


@pytest.mark.parametrize("place", DIRECTIONS | TYPES, ids="-".join)
def test_a_binding_has_another_direction_or_type(place: Place) -> None:
    binding = _binding(place[0])
    assert binding.direction == DIRECTIONS.get(place, binding.direction)
    assert binding.type == TYPES.get(place, binding.type)


REQUIRED = [
    ("dapr_service_invocation_trigger", "method_name"),
    ("dapr_binding_trigger", "binding_name"),
    ("dapr_topic_trigger", "topic"),
]


@pytest.mark.parametrize("place", REQUIRED, ids="-".join)
def test_a_parameter_must_be_given(place: Place) -> None:
    found = parameters.signature(place[0]).parameters[place[1]]
    assert found.default is found.empty


def _a_time_as_start() -> None:
    app = func.FunctionApp()
    app.cosmos_db_trigger("d", "C", "n", "c", start_from_time=time())(print)
    app.get_functions()[0].get_raw_bindings()


def _text_as_property_type() -> None:
    func.FunctionApp().mcp_tool_property("a", property_type="string")(print)


FAILING: dict[Place, tuple[Callable[[], None], type[Exception], str]] = {
    ("cosmos_db_trigger", "start_from_time"): (
        _a_time_as_start,
        TypeError,
        "Object of type time is not JSON serializable",
    ),
    ("mcp_tool_property", "property_type"): (
        _text_as_property_type,
        AttributeError,
        "'str' object has no attribute 'value'",
    ),
}


@pytest.mark.parametrize("place", FAILING, ids="-".join)
def test_what_the_sdk_proposes_fails(place: Place) -> None:
    call, error, text = FAILING[place]
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == text


def _start() -> object:
    found = parameters.signature("cosmos_db_trigger").parameters
    return found["start_from_beginning"].annotation


def _writes(name: str) -> bool:
    found = parameters.signature(name).parameters
    return "use_multiple_write_locations" in found


# What is so, and how it is found.
OTHERS: dict[Place, tuple[object, Callable[[], object]]] = {
    **{
        (name, "input_type"): (
            ["RawText", "FilePath"],
            lambda: list(openai.InputType.__members__),
        )
        for name in ("embeddings_input", "embeddings_store_output")
    },
    ("cosmos_db_trigger", "start_from_beginning"): (time | None, _start),
    ("cosmos_db_output", "preferred_locations"): (
        [False, True],
        lambda: [_writes("cosmos_db_output"), _writes("cosmos_db_output_v3")],
    ),
    ("retry", "strategy"): (
        {"fixed_delay", "exponential_backoff"},
        lambda: set(compiled().RpcRetryOptions.RetryStrategy.keys()),
    ),
    **{
        ("DataType", member): (
            member,
            lambda member=member: str(func.DataType[member]),
        )
        for member in ("UNDEFINED", "STRING", "BINARY", "STREAM")
    },
}


@pytest.mark.parametrize("place", OTHERS, ids="-".join)
def test_another_correction_is_right(place: Place) -> None:
    expected, found = OTHERS[place]
    assert found() == expected


def test_every_correction_is_proved() -> None:
    facts = DIRECTIONS, FAILING, NO_DECORATOR, OTHERS, REFUSED, SENT, TYPES
    proved = [*REQUIRED, *(place for places in facts for place in places)]
    wrong = docstrings.words().wrong
    assert set(proved) == {(w.entry, w.part) for w in wrong}
    assert len(proved) == len(set(proved))
