"""What the pages of docs/learn/ say, held by apps that are loaded and called
in the worker library. The pages show some of these tests as they stand."""

import inspect
import json
import re
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import azure.functions as func
import pytest

from functions_by_example.host.events import service_bus
from functions_by_example.paths import ROOT
from functions_by_example.processes import process
from functions_by_example.site.parts import learn
from functions_by_example.trials import annotations as matrix
from functions_by_example.trials import samples as verify
from functions_by_example.worker import app

Json = Any

PAGES = ROOT / "docs/learn"
HEAD = "import logging, typing\nimport azure.functions as func\n\n"
APP = f"{HEAD}app = func.FunctionApp()\n"
SHOP_APP = """(lambda environment, start: (
    start("200 OK", []), [environment["PATH_INFO"].encode()])[1])"""


@pytest.fixture(scope="module", autouse=True)
def server() -> None:
    process.preload(verify.PRELOAD)


def run(
    call: Callable[..., Json],
    code: str,
    *arguments: Json,
    files: dict[str, str] | None = None,
    name: str = "function_app.py",
) -> Json:
    """What `call` gives for the app with this code, in its own process."""
    with TemporaryDirectory() as folder:
        for file, text in {name: code, **(files or {})}.items():
            path = Path(folder, file)
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
        return process.call(call, folder, *arguments)


def functions(code: str, **options: Any) -> dict[str, Json]:
    """The functions of the app with this code, by name."""
    answer = run(app.index, code, **options)
    assert "error" not in answer, answer["error"]
    return {f["name"]: f for f in answer["functions"]}


def refusal(code: str, **options: Any) -> str:
    """The error with which the worker refuses the app with this code."""
    error = run(app.index, code, **options)["error"]
    return f"{error['type']}: {error['message']}"


def result(code: str, event: Json, **options: Any) -> Json:
    """What came back for one event: return, outputs, log, error."""
    answer = run(matrix.deliver, code, [event], **options)
    assert isinstance(answer, list), answer
    return answer[0]


def failure(code: str, event: Json) -> str:
    """The error with which the call for one event fails."""
    error = result(code, event)["error"]
    return f"{error['type']}: {error['message']}"


def settings(**values: str) -> dict[str, str]:
    """A local.settings.json with these values."""
    return {"local.settings.json": json.dumps({"Values": values})}


# --- The pages themselves ---------------------------------------------------

# What the preview's wiki says under "Notes & Limitations".
CLAIMS = (
    "At this time, when using the attached core tools, only the new "
    "programming model will be supported",
    "HTTP annotation is taken as an argument",
    "By default, the authentication level is set to Functions.",
    "The name of the function script file must be 'function_app.py'. In the "
    "case that this file is not found, the worker will fall back to the "
    "legacy indexing.",
    "Mix and match of the legacy and new programming model is not supported",
    "If the function app is configured with Flask framework, the HTTP "
    "bindings will not work as expected.",
    "At this time, all testing will be local as the new programming model is "
    "not available in production.",
    "View examples for the new programming model.",
)


def sections(page: str) -> dict[str, str]:
    """The text below each heading of a page."""
    text = (PAGES / page).read_text("utf-8")
    _, *parts = re.split(r"^## (.+)$", text, flags=re.M)
    return dict(zip(parts[::2], parts[1::2], strict=True))


@pytest.mark.parametrize("claim", CLAIMS)
def test_each_claim_of_the_wiki_is_answered(claim: str) -> None:
    """Quoted once, and answered by a test, or by a source where nothing can
    be run."""
    found = [
        text
        for text in sections("notes-and-limitations.md").values()
        if f"> {claim}\n" in text
    ]
    assert len(found) == 1
    marks = ("<!-- gallery: test ", "](https://", "](../index.md")
    assert any(mark in found[0] for mark in marks)


@pytest.mark.parametrize(
    "page", sorted(PAGES.glob("*.md")), ids=lambda p: p.stem
)
def test_every_test_that_a_page_shows_exists(page: Path) -> None:
    text = page.read_text("utf-8")
    for file, name in re.findall(r"<!-- gallery: test (\S+) (\S+) -->", text):
        assert name in learn.test(file, name)


# --- Notes and limitations --------------------------------------------------


def test_the_request_must_be_called_req_or_as_you_say() -> None:
    code = APP + '@app.route("orders")\ndef orders(request): return "none"\n'
    assert refusal(code) == (
        "FunctionLoadError: cannot load the orders function: the following "
        "parameters are declared in Python but not in the function definition "
        "(function.json or function decorators):  {'request'}"
    )
    said = code.replace('"orders")', '"orders", trigger_arg_name="request")')
    assert list(functions(said)) == ["orders"]


def test_a_key_is_needed_unless_you_say_otherwise() -> None:
    code = APP + '@app.route("orders")\ndef orders(req): return "none"\n'
    (trigger, _) = functions(code)["orders"]["bindings"]
    assert trigger["authLevel"] == "FUNCTION"
    for_all = "FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)"
    open_app = functions(code.replace("FunctionApp()", for_all))
    (trigger, _) = open_app["orders"]["bindings"]
    assert trigger["authLevel"] == "ANONYMOUS"


def test_the_level_of_the_app_is_not_a_lower_case_text() -> None:
    code = HEAD + 'app = func.FunctionApp(http_auth_level="anonymous")\n'
    assert refusal(code) == "KeyError: 'anonymous'"


def test_a_setting_renames_the_script_file() -> None:
    code = APP + '@app.route("orders")\ndef orders(req): return "none"\n'
    renamed = settings(PYTHON_SCRIPT_FILE_NAME="shop.py")
    assert list(functions(code, name="shop.py", files=renamed)) == ["orders"]
    in_a_folder = settings(PYTHON_SCRIPT_FILE_NAME="src/shop.py")
    assert refusal(code, name="src/shop.py", files=in_a_folder).startswith(
        "InvalidFileNameError: ('Invalid file name: %s', 'src/shop.py')"
    )


def test_without_the_script_file_there_are_no_functions_and_no_error() -> None:
    assert functions("", name="app.py") == {}


def test_beside_function_app_py_a_function_json_is_ignored() -> None:
    old = {
        "receipts/function.json": '{"scriptFile": "__init__.py", "bindings": '
        '[{"type": "timerTrigger", "direction": "in", "name": "timer", '
        '"schedule": "0 0 6 * * *"}]}',
        "receipts/__init__.py": "def main(timer): pass",
    }
    new = '@app.route("orders")\ndef orders(req): return "none"\n'
    assert list(functions(APP + new, files=old)) == ["orders"]
    assert list(functions(APP, files=old)) == []


def test_a_wsgi_app_becomes_one_function_for_every_address() -> None:
    code = f"{HEAD}app = func.WsgiFunctionApp({SHOP_APP})\n"
    (trigger, _) = functions(code)["http_app_func"]["bindings"]
    assert trigger["route"] == "/{*route}"
    assert trigger["authLevel"] == "FUNCTION"
    assert {"GET", "POST", "PUT", "DELETE"} < set(trigger["methods"])


def test_under_an_empty_prefix_a_wsgi_app_sees_the_path_as_it_is() -> None:
    code = f"{HEAD}app = func.WsgiFunctionApp({SHOP_APP})\n"
    host = {"version": "2.0", "extensions": {"http": {"routePrefix": ""}}}
    event = {"request": {"url": "/orders"}}
    answer = result(code, event, files={"host.json": json.dumps(host)})
    assert answer["return"]["http"]["body"] == "/orders"


def test_other_triggers_live_beside_a_wsgi_app() -> None:
    code = f"""{HEAD}app = func.WsgiFunctionApp({SHOP_APP})

@app.timer_trigger(arg_name="timer", schedule="0 0 6 * * *")
def count(timer: func.TimerRequest) -> None: ...
"""
    assert list(functions(code)) == ["http_app_func", "count"]


# --- Errors and retries -----------------------------------------------------

QUEUE = """
@app.queue_trigger(arg_name="message", queue_name="orders", connection="S")
"""
OUT = '@app.queue_output(arg_name="{}", queue_name="out", connection="S")\n'
ORDER = {"message": {"body": "A-17"}}
RETRY = (
    '@app.retry(strategy="fixed_delay", max_retry_count="3", '
    'delay_interval="00:00:05")\n'
)


def test_a_call_that_fails_sends_nothing() -> None:
    code = (
        APP
        + QUEUE
        + OUT.format("receipt")
        + """
def handle(message: func.QueueMessage, receipt: func.Out[str]) -> None:
    receipt.set("printed")
    raise ConnectionError("the printer is gone")
"""
    )
    assert failure(code, ORDER) == "ConnectionError: the printer is gone"
    assert "outputs" not in result(code, ORDER)


def test_a_value_that_cannot_be_sent_fails_the_call_afterwards() -> None:
    code = (
        APP
        + QUEUE
        + OUT.format("receipt")
        + OUT.format("count")
        + """
def handle(
    message: func.QueueMessage,
    receipt: func.Out[str],
    count: func.Out[func.QueueMessage],
) -> None:
    receipt.set("printed")
    count.set(17)
    logging.info("the work is done")
"""
    )
    answer = result(code, ORDER)
    assert answer["log"][0]["message"] == "the work is done"
    assert answer["error"]["message"] == (
        'unable to encode outgoing TypedData: unsupported type "queue" for '
        'Python type "int"'
    )
    assert "outputs" not in answer  # the receipt is not sent either


def test_a_returned_value_that_nobody_takes_fails_the_call() -> None:
    code = (
        APP
        + QUEUE
        + """
def handle(message: func.QueueMessage) -> str:
    return "done"
"""
    )
    assert failure(code, ORDER) == (
        "RuntimeError: ('function %s without a $return bindingreturned a "
        "non-None value', \"'handle'\")"
    )


def test_the_worker_takes_a_retry_on_a_queue_trigger() -> None:
    code = APP + RETRY + QUEUE + "def handle(message): ...\n"
    assert functions(code)["handle"]["retry"] == {
        "strategy": "fixed_delay",
        "maxRetryCount": 3,
        "delayInterval": 5,
    }


@pytest.mark.parametrize(
    ("before", "after", "error"),
    [
        (
            "fixed_delay",
            "fixedDelay",
            'ValueError: unknown enum label "fixedDelay"',
        ),
        (
            "00:00:05",
            "5",
            "ValueError: time data '5' does not match format '%H:%M:%S'",
        ),
        (
            ', delay_interval="00:00:05"',
            "",
            "TypeError: strptime() argument 0 must be str, not "
            "<class 'NoneType'>",
        ),
    ],
)
def test_a_wrong_retry_unloads_the_whole_app(
    before: str, after: str, error: str
) -> None:
    well = '@app.route("orders")\ndef orders(req): return "none"\n'
    code = APP + well + RETRY + QUEUE + "def handle(message): ...\n"
    assert refusal(code.replace(before, after)) == error
    page = (PAGES / "errors-and-retries.md").read_text("utf-8")
    assert f"`{error}`" in page


def test_the_context_counts_the_retries() -> None:
    code = (
        APP
        + QUEUE
        + """
def handle(message: func.QueueMessage, context: func.Context) -> None:
    retries = context.retry_context
    logging.info(f"{retries.retry_count} of {retries.max_retry_count}")
"""
    )
    assert result(code, ORDER)["log"][0]["message"] == "0 of 0"


# --- Batches ----------------------------------------------------------------

HUB = (
    "@app.event_hub_message_trigger(\n"
    '    arg_name="events", event_hub_name="readings", connection="Hub",\n'
    "    cardinality=func.Cardinality.MANY)\n"
)
BUS = (
    "@app.service_bus_queue_trigger(\n"
    '    arg_name="messages", queue_name="orders", connection="Bus",\n'
    "    cardinality=func.Cardinality.MANY)\n"
)
EMPTY = [{"body": ""}, {"body": "21.5"}]


def test_an_empty_body_in_a_batch_of_events_fails_the_call() -> None:
    takes = "def handle(events: typing.List[func.EventHubEvent]): ...\n"
    code = APP + HUB + takes
    assert failure(code, {"events": EMPTY}) == (
        "AssertionError: Number of bodies and metadata mismatched"
    )


def test_an_empty_body_in_a_batch_of_messages_fails_the_call() -> None:
    takes = "def handle(messages: typing.List[func.ServiceBusMessage]): ...\n"
    code = APP + BUS + takes
    assert failure(code, {"messages": EMPTY}) == (
        "IndexError: list index out of range"
    )


def test_an_empty_body_arrives_where_a_call_gets_one() -> None:
    code = f"""{APP}{HUB.replace("MANY", "ONE")}
def handle(events: func.EventHubEvent) -> None:
    logging.info(events.get_body())
"""
    answer = result(code, {"event": {"body": ""}})
    assert answer["log"][0]["message"] == "b''"


def test_in_a_batch_a_subject_moves_to_another_message() -> None:
    """The second message has one; the first message gets it."""
    code = f"""{APP}{BUS}
def handle(messages: typing.List[func.ServiceBusMessage]) -> None:
    logging.info([message.subject for message in messages])
"""
    messages = [{"body": "A-17"}, {"body": "A-18", "subject": "paid"}]
    answer = result(code, {"messages": messages})
    assert answer["log"][0]["message"] == "['paid', None]"


@pytest.mark.parametrize("cardinality", ["", ", cardinality='many'"])
def test_cardinality_is_emitted_where_it_is_set(cardinality: str) -> None:
    code = f"""{APP}
@app.event_hub_message_trigger(
    arg_name="events", event_hub_name="h", connection="H"{cardinality})
def handle(events): ...
"""
    (trigger,) = functions(code)["handle"]["bindings"]
    assert trigger.get("cardinality") == ("MANY" if cardinality else None)


def test_kafka_alone_has_a_cardinality_without_one() -> None:
    code = f"""{APP}
@app.kafka_trigger(arg_name="event", topic="readings", broker_list="Brokers")
def handle(event): ...
"""
    (trigger,) = functions(code)["handle"]["bindings"]
    assert trigger["cardinality"] == "ONE"


def test_offset_is_text_of_one_event_and_a_number_in_a_batch() -> None:
    log = "logging.info(repr(event.offset))\n"
    one = (
        APP
        + HUB.replace("MANY", "ONE")
        + f"def handle(events):\n    event = events\n    {log}"
    )
    many = APP + HUB + f"def handle(events):\n    event = events[0]\n    {log}"
    event = {"body": "21.5", "offset": 128}
    assert result(one, {"event": event})["log"][0]["message"] == "'128'"
    assert result(many, {"events": [event]})["log"][0]["message"] == "128"


# --- Testing ----------------------------------------------------------------


@pytest.mark.parametrize("name", ["Out", "Context"])
def test_out_and_context_cannot_be_made(name: str) -> None:
    assert inspect.isabstract(getattr(func, name))


def test_the_stand_in_does_what_the_workers_out_does() -> None:
    """The worker's own Out keeps one value, the last."""
    from azure_functions_runtime.bindings.out import Out

    out = Out()
    assert out.get() is None
    out.set("first")
    out.set("second")
    assert out.get() == "second"


def test_the_page_names_all_that_the_host_never_sends() -> None:
    page = (PAGES / "testing.md").read_text("utf-8")
    for attribute in service_bus.NEVER:
        if attribute != "scheduled_enqueue_time":
            assert f"`{attribute}`" in page
