"""The API reference holds everything public, and what it says is so."""

import inspect
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import time
from pathlib import Path
from types import ModuleType
from typing import Any

import azure.functions as func
import griffe
import pytest
from azure.functions import warmup
from azure.functions.decorators import openai
from azure_functions_runtime.bindings import meta as worker
from compiled import compiled

from functions_by_example.paths import ROOT
from functions_by_example.sample import read as sample
from functions_by_example.sdk import bindings, docstrings, parameters
from functions_by_example.site.reference import entry
from functions_by_example.site.reference import pages as reference

FOLDER = ROOT / "docs/reference"
PAGES = reference.by_page(FOLDER)
ENTRIES = [name for names in PAGES.values() for name in names]
DECORATORS = list(parameters.decorators())
WORDS = docstrings.words()
SILENT = set(docstrings.silent(ENTRIES))
# What the SDK exports and does not have: behind.md says so.
MISSING = {"WarmUpContext"}


@pytest.fixture(scope="module")
def sdk() -> griffe.Object:
    loader = griffe.GriffeLoader()
    package = loader.load("azure.functions")
    loader.resolve_aliases()
    assert isinstance(package, griffe.Object)
    return package


def html(name: str, sdk: griffe.Object) -> str:
    """The entry of a name, without the places where a name may break."""
    return _html(name, sdk).replace("<wbr>", "")


def _html(name: str, sdk: griffe.Object) -> str:
    decorator = name.removeprefix("FunctionApp.")
    if decorator != name:
        return entry.decorator(decorator, entry.is_public)
    if not isinstance(getattr(func, name), type):
        return entry.function(name)
    found = sdk[name]
    return entry.a_class(name, found.final_target)


def text_of(html: str) -> str:
    return re.sub(r"<[^>]+>", "", html)


def row(html: str, part: str) -> str:
    """The row of a parameter or member."""
    (found,) = [
        row
        for row in re.findall("<tr>.*?</tr>", html)
        if f'<th scope="row"><code>{part}</code>' in row
    ]
    return str(found)


# --- Nothing public is missing, nothing documented is gone -----------------


def test_everything_exported_has_exactly_one_entry() -> None:
    exported = sorted(set(func.__all__) - MISSING)
    shown = [name for name in ENTRIES if "." not in name]
    assert sorted(shown) == exported


def test_everything_that_can_be_imported_is_exported() -> None:
    there = {
        name
        for name, value in vars(func).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }
    assert there <= set(func.__all__)


def test_every_decorator_has_exactly_one_entry() -> None:
    shown = [name for name in ENTRIES if name.startswith("FunctionApp.")]
    assert sorted(shown) == sorted(f"FunctionApp.{d}" for d in DECORATORS)


def test_every_public_method_of_an_app_is_a_decorator_or_in_its_entry(
    sdk: griffe.Object,
) -> None:
    shown = html("FunctionApp", sdk)
    for name, _ in inspect.getmembers(func.FunctionApp):
        if name.startswith("_") or name in DECORATORS:
            continue
        others = [reference.aliases(d) for d in DECORATORS]
        assert any(name in names for names in others) or name in shown, name


def test_what_the_sdk_exports_without_having_it() -> None:
    lacking = {name for name in func.__all__ if not hasattr(func, name)}
    assert lacking == MISSING


@pytest.mark.parametrize("name", DECORATORS)
def test_an_enum_of_a_parameter_has_an_entry_or_its_values_are_shown(
    name: str, sdk: griffe.Object
) -> None:
    for parameter in parameters.signature(name).parameters.values():
        for found in parameters.enums(parameter.annotation):
            shown = row(html(f"FunctionApp.{name}", sdk), parameter.name)
            assert found.__name__ in ENTRIES or "Sent as" in shown


def test_each_page_is_a_service_or_one_of_two_others() -> None:
    from functions_by_example.site.navigation import SERVICES

    stems = {Path(page).stem for page, names in PAGES.items() if names}
    assert stems - set(SERVICES) == {"behind"}


# --- Keys and the parameters behind them -----------------------------------

NO_BINDING = {"retry", "function_name", "http_type", "mcp_tool_property"}


@pytest.mark.parametrize("name", DECORATORS)
def test_every_parameter_reaches_a_key(name: str) -> None:
    emitted = parameters.bindings(name)
    assert bool(emitted) == (name not in NO_BINDING)
    for parameter in parameters.signature(name).parameters:
        reached = [key for b in emitted for key in b.of(parameter)]
        assert bool(reached) == bool(emitted), parameter


@pytest.mark.parametrize("name", DECORATORS)
def test_the_keys_are_those_of_the_sdks_binding_class(name: str) -> None:
    for binding in parameters.bindings(name):
        known = bindings.keys().get((binding.type, binding.direction.upper()))
        keys = {key.name for key in binding.keys} - {parameters.ANY}
        # which the class takes as an extra keyword only
        keys -= {"autoCompleteMessages"}
        if name in parameters.DURABLE:  # not the SDK's own class
            continue
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
def test_the_key_behind_a_parameter(
    name: str, parameter: str, keys: list[str]
) -> None:
    first = parameters.bindings(name)[0]
    assert first.of(parameter) == keys


def test_keys_without_a_parameter_are_told_from_those_of_the_function() -> None:
    (binding,) = parameters.bindings("mcp_tool")
    fixed = {k.name: k.value for k in binding.keys if not k.parameters}
    assert fixed == {
        "name": "context",
        "toolName": None,
        "description": None,
        "toolProperties": None,
    }


def test_a_key_without_a_parameter_may_be_given_by_keyword(
    sdk: griffe.Object,
) -> None:
    made = func.FunctionApp().mcp_tool_trigger("c", "t", use_result_schema=True)
    (binding,) = made(print)._function.get_bindings()
    assert binding.get_dict_repr()["useResultSchema"] is True
    assert "<code>False</code>, else by keyword" in html(
        "FunctionApp.mcp_tool_trigger", sdk
    )
    assert "always <code>'context'</code>" in html("FunctionApp.mcp_tool", sdk)


def test_a_parameter_that_is_ignored_would_be_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A probe that cannot tell would say that every parameter is sent."""
    original = func.FunctionApp.queue_trigger

    def forgetful(self: Any, *, arg_name: str, **kwargs: Any) -> Any:
        return original(self, arg_name, "fixed", "fixed")

    forgetful.__signature__ = inspect.signature(original)  # type: ignore
    monkeypatch.setattr(func.FunctionApp, "queue_trigger", forgetful)
    (binding,) = parameters.probed("queue_trigger")
    assert binding.of("arg_name") == ["name"]
    assert binding.of("queue_name") == []


def test_without_their_package_the_durable_decorators_say_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "azure.durable_functions", None)
    with pytest.raises(Exception) as caught:
        func.FunctionApp().activity_trigger("order")
    text = (FOLDER / "durable.md").read_text("utf-8")
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


@pytest.mark.parametrize("name", DECORATORS)
def test_the_entry_says_what_is_required_and_what_is_sent(
    name: str, sdk: griffe.Object
) -> None:
    shown = html(f"FunctionApp.{name}", sdk)
    for parameter in parameters.signature(name).parameters.values():
        star = "**" if parameter.kind is parameter.VAR_KEYWORD else ""
        line = row(shown, star + parameter.name)
        no_default = parameter.default is parameter.empty and not star
        assert ("<b>required</b>" in line) == no_default
        for binding in parameters.bindings(name):
            for key in binding.of(parameter.name):
                text = "any other" if key == parameters.ANY else key
                assert text in line


# --- The SDK's words, and ours ----------------------------------------------


def test_every_part_of_which_the_sdk_says_nothing_has_our_words() -> None:
    for name, part in SILENT:
        assert WORDS.beside(name, part, ""), (name, part)


@pytest.mark.parametrize(("name", "part"), WORDS.lacks)
def test_our_words_are_still_needed(name: str, part: str) -> None:
    if name == docstrings.EVERY:
        assert any(lacking == part for _, lacking in SILENT)
    else:
        assert (name, part) in SILENT


def _theirs(name: str, part: str, sdk: griffe.Object) -> str:
    if name in DECORATORS:
        theirs = docstrings.said(getattr(func.FunctionApp, name).__doc__)
        text = theirs.parameters[part] if part else theirs.text
    else:
        docstring = sdk[name].final_target.members[part].docstring
        text = docstring.value if docstring else ""
    return " ".join(text.split())


@pytest.mark.parametrize(
    "wrong", WORDS.wrong, ids=lambda w: f"{w.entry}-{w.part}"
)
def test_what_we_correct_is_still_there(
    wrong: docstrings.Correction, sdk: griffe.Object
) -> None:
    theirs = _theirs(wrong.entry, wrong.part, sdk)
    assert wrong.says in theirs
    assert wrong.says or not theirs


def _refused(kind: str, annotation: type) -> bool:
    """By the worker library."""
    worker.load_binding_registry()
    return not worker.check_input_type_annotation(kind, annotation, False)


def _sent(name: str, parameter: str) -> Any:
    (binding,) = parameters.bindings(name)
    (key,) = [k for k in binding.keys if parameter in k.parameters]
    return key.value


def _direction(name: str) -> str:
    (binding,) = parameters.bindings(name)
    return binding.direction


def _must_be_given(name: str, parameter: str) -> bool:
    found = parameters.signature(name).parameters[parameter]
    return found.default is found.empty


def _fails(call: Callable[[], Any], error: type[Exception], text: str) -> bool:
    with pytest.raises(error) as caught:
        call()
    return str(caught.value) == text


def _a_time_as_start() -> None:
    app = func.FunctionApp()
    app.cosmos_db_trigger("d", "C", "n", "c", start_from_time=time())(print)
    app.get_functions()[0].get_raw_bindings()


def _text_as_property_type() -> None:
    func.FunctionApp().mcp_tool_property("a", property_type="string")(print)


def _no_decorator(*names: str) -> bool:
    return not any(hasattr(func.FunctionApp, name) for name in names)


def _input_types() -> bool:
    return list(openai.InputType.__members__) == ["RawText", "FilePath"]


def _strategies() -> bool:
    strategy = compiled().RpcRetryOptions.RetryStrategy
    return set(strategy.keys()) == {"fixed_delay", "exponential_backoff"}


def _multiple_writes() -> bool:
    name = "use_multiple_write_locations"
    newer = parameters.signature("cosmos_db_output").parameters
    older = parameters.signature("cosmos_db_output_v3").parameters
    return name not in newer and name in older


CHAT, EMBEDDINGS = "DefaultChatModel", "DefaultEmbeddingsModel"
OUTPUTS_OF_DAPR = {
    "dapr_secret_input": "daprSecret",
    "dapr_invoke_output": "daprInvoke",
    "dapr_publish_output": "daprPublish",
    "dapr_binding_output": "daprBinding",
}
# Why each correction is right.
PROOFS: dict[tuple[str, str], Callable[[], bool]] = {
    ("timer_trigger", ""): lambda: _no_decorator("timer"),
    ("warm_up_trigger", ""): lambda: (
        _no_decorator("warm_up")
        and "schedule" not in parameters.signature("warm_up_trigger").parameters
    ),
    ("warm_up_trigger", "arg_name"): lambda: (
        _refused("warmupTrigger", func.TimerRequest)
        and not _refused("warmupTrigger", warmup.WarmUpContext)
    ),
    ("service_bus_queue_trigger", ""): lambda: _no_decorator(
        "on_service_bus_queue_change"
    ),
    ("service_bus_topic_trigger", ""): lambda: _no_decorator(
        "on_service_bus_topic_change"
    ),
    ("blob_trigger", ""): lambda: _no_decorator("blob_change_trigger"),
    ("sql_trigger", "arg_name"): lambda: (
        _refused("sqlTrigger", func.SqlRowList)
        and not _refused("sqlTrigger", str)
    ),
    **{
        (name, parameter): lambda name=name, parameter=parameter: (
            _sent(name, parameter) == "NOTSET"
        )
        for name in ("kafka_trigger", "kafka_output")
        for parameter in ("authentication_mode", "protocol")
    },
    **{
        (name, parameter): lambda name=name, direction=direction: (
            _direction(name) == direction
        )
        for name, parameter, direction in [
            ("table_output", "row_key", "out"),
            ("table_output", "partition_key", "out"),
            ("assistant_post_input", "", "in"),
            ("embeddings_store_output", "", "out"),
            ("cosmos_db_output_v3", "database_name", "out"),
            ("cosmos_db_input", "connection", "in"),
        ]
    },
    **{
        (name, parameter): lambda name=name, parameter=parameter, sent=sent: (
            _sent(name, parameter) == sent
        )
        for name, parameter, sent in [
            ("text_completion_input", "chat_model", CHAT),
            ("assistant_post_input", "chat_model", CHAT),
            ("semantic_search_input", "chat_model", CHAT),
            ("semantic_search_input", "embeddings_model", EMBEDDINGS),
            ("embeddings_input", "embeddings_model", EMBEDDINGS),
            ("embeddings_store_output", "embeddings_model", EMBEDDINGS),
        ]
    },
    ("embeddings_input", "input_type"): _input_types,
    ("embeddings_store_output", "input_type"): _input_types,
    **{
        (name, "arg_name"): lambda name=name, kind=kind: (
            parameters.bindings(name)[0].type == kind
        )
        for name, kind in OUTPUTS_OF_DAPR.items()
    },
    **{
        (name, parameter): lambda name=name, parameter=parameter: (
            _must_be_given(name, parameter)
        )
        for name, parameter in [
            ("dapr_service_invocation_trigger", "method_name"),
            ("dapr_binding_trigger", "binding_name"),
            ("dapr_topic_trigger", "topic"),
        ]
    },
    ("cosmos_db_trigger", "start_from_beginning"): lambda: (
        entry.type_of(
            parameters.signature("cosmos_db_trigger")
            .parameters["start_from_beginning"]
            .annotation
        )
        == "time"
    ),
    ("cosmos_db_trigger", "start_from_time"): lambda: _fails(
        _a_time_as_start,
        TypeError,
        "Object of type time is not JSON serializable",
    ),
    ("cosmos_db_output", "preferred_locations"): _multiple_writes,
    ("retry", "strategy"): _strategies,
    ("mcp_tool_property", "property_type"): lambda: _fails(
        _text_as_property_type,
        AttributeError,
        "'str' object has no attribute 'value'",
    ),
    **{
        ("DataType", member): lambda member=member: (
            str(func.DataType[member]) == member
        )
        for member in ("UNDEFINED", "STRING", "BINARY", "STREAM")
    },
}


def test_every_correction_is_proved() -> None:
    assert set(PROOFS) == {(w.entry, w.part) for w in WORDS.wrong}


@pytest.mark.parametrize("where", PROOFS, ids="-".join)
def test_a_correction_is_right(where: tuple[str, str]) -> None:
    assert PROOFS[where]()


def test_our_words_are_marked_and_stand_beside_the_sdks(
    sdk: griffe.Object,
) -> None:
    shown = row(html("FunctionApp.sql_trigger", sdk), "arg_name")
    theirs, ours = shown.split('<p class="ours"><b>Our words:</b>')
    assert "represents a <code>SqlRowList</code>" in theirs
    assert "Annotate the parameter <code>str</code>" in ours


def test_what_the_sdk_documents_without_having_it_is_named(
    sdk: griffe.Object,
) -> None:
    shown = html("FunctionApp.text_completion_input", sdk)
    assert "describes <code>model</code>, which the decorator does" in shown
    assert "which the decorator does" not in html("FunctionApp.route", sdk)


# --- Samples ---------------------------------------------------------------


def test_every_name_that_a_sample_uses_leads_to_an_entry() -> None:
    aliases = {a for d in DECORATORS for a in reference.aliases(d)}
    for folder in sample.find(ROOT / "samples"):
        for name in sample.read(folder).uses - aliases:
            full = f"FunctionApp.{name}" if name in DECORATORS else name
            assert full in ENTRIES, folder


def test_the_sample_that_bears_the_name_comes_first_of_many() -> None:
    samples = [sample.read(f) for f in sample.find(ROOT / "samples")]
    shown = reference.facts("route", reference.users(samples)["route"])
    first = shown.index("sample-http-route")
    assert first == shown.index("sample-")
    assert re.search(r"<summary>and \d+ more</summary>", shown)


# --- How an entry reads ----------------------------------------------------


@pytest.mark.parametrize("name", ENTRIES)
def test_no_markup_of_the_docstrings_is_left(
    name: str, sdk: griffe.Object
) -> None:
    shown = html(name, sdk)
    prose = text_of(re.sub(r"<(code|pre).*?</\1>", "", shown, flags=re.DOTALL))
    assert not re.search(r"`|:class:|:param|:return|\*\*\w|-----", prose)
    assert "Ref:" not in prose


@pytest.mark.parametrize("name", ENTRIES)
def test_every_cross_reference_has_a_target(
    name: str, sdk: griffe.Object
) -> None:
    headings = (FOLDER / "index.md").read_text("utf-8")
    for target in re.findall(r'<autoref identifier="([^"]*)"', html(name, sdk)):
        entries = {f"azure.functions.{entry}" for entry in ENTRIES}
        assert target in entries or f"{{ #{target} }}" in headings


@pytest.mark.parametrize("page", [p for p in PAGES if PAGES[p]])
def test_a_page_stays_small(page: str, sdk: griffe.Object) -> None:
    """The frame of a page is some 20 kB; 262 kB were too slow."""
    size = sum(len(html(name, sdk)) for name in PAGES[page])
    assert size < 60_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A :class:`~x.Thing`", "A <code>x.Thing</code>"),
        ("``a`` < `b`", "<code>a</code> &lt; <code>b</code>"),
        ("[t](u.md) **s**", '<a href="u.md">t</a> <strong>s</strong>'),
        (
            "[`Out`][azure.functions.Out]",
            '<autoref identifier="azure.functions.Out">'
            "<code>Out</code></autoref>",
        ),
        ("[filename]: [text] and", "[filename]: [text] and"),
    ],
)
def test_a_line_becomes_html(text: str, expected: str) -> None:
    assert entry.inline(text) == expected


def test_only_a_long_name_may_break(sdk: griffe.Object) -> None:
    shown = _html("FunctionApp.cosmos_db_trigger", sdk)
    assert "<code>leases_<wbr>container_<wbr>throughput</code>" in shown
    assert "<code>leases<wbr>Container<wbr>Throughput</code>" in shown
    assert "<code>lease_connection</code>" in shown


def test_a_list_of_a_docstring_stays_a_list() -> None:
    made = entry.prose("Does:\n- one\n  thing\n- two\n\nRef: https://a.test/")
    assert made == (
        "<p>Does:</p><ul><li>one thing</li><li>two</li></ul>"
        '<p><a href="https://a.test/">Microsoft\'s reference</a></p>'
    )


def test_code_of_a_docstring_stays_code() -> None:
    made = entry.prose("Example:\n    x = 1\n\n    y = 2\n\nText.")
    assert text_of(made) == "Example:x = 1\n\ny = 2Text."
    assert made.count("<pre>") == 1


@pytest.mark.parametrize(
    ("docstring", "part"),
    [
        ("T.\n\n:param a: About a.", "a"),
        ("T.\n\nParameters\n----------\na: str\n    About a.", "a"),
        ("T.\n\nArgs:\n    a: About a.\n", "a"),
    ],
)
def test_docstrings_are_read_in_three_styles(docstring: str, part: str) -> None:
    said = docstrings.said(docstring)
    assert said.text == "T."
    assert said.parameters == {part: "About a."}


def test_an_example_is_kept_and_what_is_returned_is_not() -> None:
    both = "T.\n\nReturns:\n--------\nstr\n    If set.\n"
    assert docstrings.said(both).text == "T."
    google = "T.\n\nArgs:\n    a: About a.\n\nExample:\n    go()\n"
    assert docstrings.said(google).text == "T.\n\nExample:\n\n    go()"


def test_a_long_signature_has_a_line_for_each_parameter() -> None:
    shown = entry.signature(
        "queue_trigger", parameters.signature("queue_trigger")
    )
    assert "data_type: DataType | None = None,\n" in text_of(shown)


def test_an_enum_shows_what_is_sent(sdk: griffe.Object) -> None:
    shown = html("BlobSource", sdk)
    assert "<td><code>EventGrid</code></td>" in row(shown, "EVENT_GRID")
    sent = html("AuthLevel", sdk)
    assert "<td><code>ANONYMOUS</code></td>" in row(sent, "ANONYMOUS")
    same = row(html("McpPropertyType", sdk), "DATETIME")
    assert "<td><code>string</code></td>" in same
    assert "The same as <code>STRING</code>" in same


def test_inherited_attributes_bring_the_words_of_their_base(
    sdk: griffe.Object,
) -> None:
    assert "to_json" in html("QueueMessage", sdk)
    assert "NoneType" not in html("QueueMessage", sdk)
    assert "None singleton" not in html("QueueMessage", sdk)
