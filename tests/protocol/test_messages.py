"""The stand-in messages against the compiled protocol.

Every sample's every event, and every error that can be provoked at a message,
must give the same with both: to the letter, and the same raw bindings.
"""

import json
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import broken_apps
import compiled as protocol
import pytest

from functions_by_example.paths import SAMPLES
from functions_by_example.processes import process
from functions_by_example.protocol import messages
from functions_by_example.sample import read as sample
from functions_by_example.trials import samples as verify
from functions_by_example.worker import app

EVENTS = {
    f"{folder.parent.name}/{folder.name}/{path.stem}": path
    for folder in sample.find(SAMPLES)
    for path in sorted((folder / "events").glob("*.json"))
}

HTTP = """import azure.functions as func
app = func.FunctionApp()

@app.route(route="x")
def f(req: func.HttpRequest) -> func.HttpResponse:
    {body}
"""

OUTPUT = """import azure.functions as func, logging, typing
app = func.FunctionApp()

@app.route(route="x")
@app.{binding}
def f(req: func.HttpRequest, out: func.Out[{annotation}]) -> str:
    out.set({value})
    return "done"
"""

INDEXED = """import azure.functions as func, typing
app = func.FunctionApp()

{decorators}
def f({parameters}):
    pass
"""

REQUEST = {"about": "A request.", "request": {"url": "/api/x"}}

QUEUE = 'queue_output(arg_name="out", queue_name="q", connection="C")'
HUB = 'event_hub_output(arg_name="out", event_hub_name="h", connection="C")'
BUS = 'service_bus_queue_output(arg_name="out", queue_name="q", connection="C")'
GENERIC = 'generic_output_binding(arg_name="out", type="sendGrid")'
COSMOS = (
    'cosmos_db_output(arg_name="out", database_name="d", '
    'container_name="c", connection="C")'
)


def http(body: str) -> str:
    return HTTP.format(body=body)


def output(binding: str, annotation: str, value: str) -> str:
    return OUTPUT.format(binding=binding, annotation=annotation, value=value)


def retried(arguments: str) -> str:
    return INDEXED.format(
        decorators='@app.timer_trigger(arg_name="t", schedule="0 * * * * *")\n'
        f"@app.retry({arguments})",
        parameters="t: func.TimerRequest",
    )


COOKIE = (
    "a=b; Domain=shop.test; Path=/; Max-Age=60; Secure; HttpOnly; "
    "SameSite=Strict; Expires=Tue, 10 Mar 2026 09:00:00 GMT"
)

PROVOKED = {
    # what a response may carry, and what it may not
    "a response": http("return func.HttpResponse('ok', status_code=418)"),
    "a text": http("return 'ok'"),
    "no response": http("return None"),
    "bytes that are no text": http("return func.HttpResponse(b'\\xff')"),
    "a dict as response": http("return {'a': 1}"),
    "a number as header": http(
        "return func.HttpResponse('', headers={'x': 1})"
    ),
    "a surrogate as header": http(
        "return func.HttpResponse('', headers={'x': '\\ud800'})"
    ),
    "a surrogate as text": http("return '\\ud800'"),
    "a cookie": http(
        f"return func.HttpResponse('', headers={{'Set-Cookie': {COOKIE!r}}})"
    ),
    "a bare cookie": http(
        "return func.HttpResponse('', headers={'Set-Cookie': 'a=b'})"
    ),
    "a cookie that expires never": http(
        "return func.HttpResponse('', "
        "headers={'Set-Cookie': 'a=b; Expires=never'})"
    ),
    "a cookie of no number": http(
        "return func.HttpResponse('', "
        "headers={'Set-Cookie': 'a=b; Max-Age=soon'})"
    ),
    # what an output may carry
    "a queue text": output(QUEUE, "str", "'a'"),
    "a queue message": output(
        QUEUE, "func.QueueMessage", "func.QueueMessage(id='1', body='a')"
    ),
    "queue texts": output(QUEUE, "typing.List[str]", "['a', 'b']"),
    "a dict for a queue": output(QUEUE, "str", "{'a': 1}"),
    "a number for a queue": output(QUEUE, "func.QueueMessage", "3"),
    "a surrogate for a queue": output(QUEUE, "str", "'\\ud800'"),
    "hub bytes": output(HUB, "bytes", "b'\\xff'"),
    "hub numbers": output(HUB, "typing.List[str]", "[1, 2]"),
    "a hub number": output(HUB, "typing.List[str]", "7"),
    "a hub number too large": output(HUB, "typing.List[str]", "2**63"),
    "a hub truth": output(HUB, "typing.List[str]", "True"),
    "a hub dict": output(HUB, "typing.List[str]", "{'a': 1}"),
    "a bus list": output(BUS, "str", "['a']"),
    "a bus dict": output(BUS, "bytes", "{'a': 1}"),
    "a generic dict": output(GENERIC, "str", "{'a': [1]}"),
    "a generic fraction": output(GENERIC, "str", "0.5"),
    "a generic nothing": output(GENERIC, "str", "float('nan')"),
    "a generic number": output(GENERIC, "str", "-5"),
    "a generic number too large": output(GENERIC, "str", "-2**64"),
    "a generic truth": output(GENERIC, "str", "True"),
    "a generic bytearray": output(GENERIC, "str", "bytearray(b'a')"),
    "a generic set": output(GENERIC, "str", "{1}"),
    "a generic dict of dates": output(GENERIC, "str", "{'a': object()}"),
    "a document": output(
        COSMOS, "func.Document", "func.Document.from_dict({'id': '1'})"
    ),
    "a document of no document": output(COSMOS, "func.Document", "['a']"),
    # errors of a function
    "an error": http("raise ValueError('no')"),
    "an error with a cause": http(
        "\n    try:\n        1 / 0\n    except ZeroDivisionError as e:\n"
        "        raise KeyError('x') from e"
    ),
    "an error that cannot be said": http("raise ValueError('\\ud800')"),
    "a way out": http("raise SystemExit(3)"),
    "an interrupt": http("raise KeyboardInterrupt"),
    # what indexing refuses
    "retries, fixed": retried(
        "strategy='fixed_delay', max_retry_count='3', delay_interval='00:00:05'"
    ),
    "retries, growing": retried(
        "strategy='exponential_backoff', max_retry_count='3', "
        "minimum_interval='00:00:05', maximum_interval='01:00:00'"
    ),
    "retries, unbounded": retried(
        "strategy='exponential_backoff', max_retry_count='3'"
    ),
    "retries spelled as in function.json": retried(
        "strategy='fixedDelay', max_retry_count='3'"
    ),
    "too many retries": retried(
        "strategy='exponential_backoff', max_retry_count=str(2**31)"
    ),
    "retries without a number": retried(
        "strategy='exponential_backoff', max_retry_count='many'"
    ),
    "retries in seconds": retried(
        "strategy='fixed_delay', max_retry_count='3', delay_interval='5'"
    ),
    "a number as name": INDEXED.format(
        decorators="@app.function_name(name=3)\n@app.route()",
        parameters="req",
    ),
    "a surrogate as name": INDEXED.format(
        decorators="@app.function_name(name='\\ud800')\n@app.route()",
        parameters="req",
    ),
    "a surrogate as route": INDEXED.format(
        decorators="@app.route(route='\\ud800')", parameters="req"
    ),
    "a stream": INDEXED.format(
        decorators="@app.blob_trigger(arg_name='b', path='a/b', "
        "connection='C', data_type='STREAM')",
        parameters="b: func.InputStream",
    ),
    "a list of builtins": INDEXED.format(
        decorators="@app.event_hub_message_trigger(arg_name='e', "
        "event_hub_name='h', connection='C', cardinality='many')",
        parameters="e: list[func.EventHubEvent]",
    ),
    "no trigger": INDEXED.format(
        decorators='@app.queue_output(arg_name="o", queue_name="q", '
        'connection="C")',
        parameters="o: func.Out[str]",
    ),
    "no app": "import azure.functions",
    "an app without functions": "import azure.functions as func\n"
    "app = func.FunctionApp()",
    "two apps": "import azure.functions as func\n"
    "a = func.FunctionApp()\nb = func.FunctionApp()",
    "no Python": "def (",
    "a missing package": "import not_to_be_found",
    "a way out while importing": "raise SystemExit(1)",
}


@pytest.fixture(scope="module", autouse=True)
def server() -> None:
    process.preload([*verify.PRELOAD, "compiled"])


def both(folder: Path, event: dict[str, Any]) -> tuple[Any, Any]:
    """The outcome with the stand-ins, and with the compiled protocol."""
    return (
        process.call(app.replay, str(folder), event),
        process.call(protocol.replay, str(folder), event),
    )


@pytest.mark.parametrize("name", EVENTS)
def test_sample_events_give_the_same(name: str) -> None:
    event = json.loads(EVENTS[name].read_text(encoding="utf-8"))
    ours, compiled = both(EVENTS[name].parents[1], event)
    assert "result" in ours
    assert ours == compiled


@pytest.mark.parametrize("folder", sample.find(SAMPLES), ids=str)
def test_samples_are_announced_the_same(folder: Path) -> None:
    ours = process.call(app.index, str(folder))
    assert ours["functions"]
    assert ours == process.call(protocol.index, str(folder))


@pytest.mark.parametrize("name", PROVOKED)
def test_provoked_errors_are_the_same(name: str, tmp_path: Path) -> None:
    (tmp_path / "function_app.py").write_text(PROVOKED[name], "utf-8")
    ours, compiled = both(tmp_path, REQUEST)
    # as text, because a NaN is not equal to itself; sorted, because the
    # protocol's maps have no order
    assert json.dumps(ours, sort_keys=True) == json.dumps(
        compiled, sort_keys=True
    )


@pytest.mark.parametrize("name", broken_apps.ERRORS)
def test_apps_are_refused_the_same(name: str, tmp_path: Path) -> None:
    folder = str(broken_apps.write(tmp_path, broken_apps.ERRORS[name]))
    try:
        ours = process.call(app.index, folder)
    except process.Ended:  # it is refused before any message is made
        return
    compiled = process.call(protocol.index, folder)
    assert without_addresses(ours) == without_addresses(compiled)


def without_addresses(answer: Any) -> str:
    """As text, where the addresses of objects are not told apart."""
    return re.sub("0x[0-9a-f]+", "0x", json.dumps(answer))


MESSAGES = {
    message.__name__: message
    for message in messages.Message.__subclasses__()
    if message is not messages.Timestamp  # google.protobuf's
}


@pytest.mark.parametrize("name", MESSAGES)
def test_messages_have_the_protocols_fields(name: str) -> None:
    theirs = getattr(protocol.compiled(), name).DESCRIPTOR.fields_by_name
    ours = {field.name for field in fields(MESSAGES[name])}
    assert ours <= set(theirs)
    assert set(MESSAGES[name].oneof) <= ours


@pytest.mark.parametrize(
    ("message", "enum"),
    [
        ("BindingInfo", "Direction"),
        ("BindingInfo", "DataType"),
        ("RpcRetryOptions", "RetryStrategy"),
        ("RpcHttpCookie", "SameSite"),
    ],
)
def test_enums_have_the_protocols_values(message: str, enum: str) -> None:
    ours = getattr(getattr(messages, message), enum)
    theirs = getattr(protocol.compiled(), message)
    assert {label.name: label.value for label in ours} == dict(
        getattr(theirs, enum).items()
    )


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(TypeError, match="unexpected keyword argument 'nome'"):
        messages.RpcFunctionMetadata(nome="f")
