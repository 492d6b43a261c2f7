"""What each annotation does: every trigger, input and output of the SDK with
every annotation, run through the worker library.

For each combination there is an app of one function. A trigger's app is
loaded and, where an event can be built, sent one: what arrives? An output's
app is loaded and called once for each value: what is sent? The answers are
kept in functions_by_example/data/matrix.json, from which the pages show them.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from functions_by_example.paths import DATA
from functions_by_example.processes import process
from functions_by_example.sample import record
from functions_by_example.worker import app

Json = Any

RECORD = DATA / "matrix.json"
NONE = ""  # no annotation at all
LIST = "typing.List[{}]"


@dataclass(frozen=True)
class Case:
    """One parameter that a decorator fills, or one output.

    `decorator` is its source, with the parameter called `it`; `types` are
    the SDK's classes for it; `event` is what is sent to a trigger, None
    where none can be built here; `values` are what an output is set to,
    beside those that every output is set to; `note` tells cases of one
    decorator apart.
    """

    service: str
    decorator: str
    types: tuple[str, ...] = ()
    event: Json = None
    values: tuple[str, ...] = ()
    note: str = ""

    @property
    def name(self) -> str:
        """The decorator's."""
        return self.decorator.partition("(")[0].rpartition(".")[2]


_EVENT = {"body": '{"id": "A-17"}'}
_BUS = 'arg_name="it", connection="Bus"'
_HUB = 'arg_name="it", event_hub_name="readings", connection="Hub"'
_COSMOS = (
    'arg_name="it", database_name="shop", container_name="orders", '
    'connection="Cosmos"'
)
_COSMOS_OLD = (
    'arg_name="it", database_name="shop", collection_name="orders", '
    'connection_string_setting="Cosmos"'
)
_BLOB = 'arg_name="it", path="receipts/{name}", connection="Storage"'
_SQL = 'arg_name="it", {}="orders", connection_string_setting="Sql"'
_KAFKA = 'arg_name="it", topic="orders", broker_list="Broker"'
_MANY = "cardinality=func.Cardinality.MANY"

TRIGGERS = (
    Case(
        "http",
        '@app.route("orders", trigger_arg_name="it")',
        ("func.HttpRequest",),
        {"request": {"url": "/api/orders"}},
    ),
    Case(
        "timer",
        '@app.timer_trigger(arg_name="it", schedule="0 0 6 * * *")',
        ("func.TimerRequest",),
        {"timer": {}},
    ),
    Case(
        "event_hub",
        f"@app.event_hub_message_trigger({_HUB})",
        ("func.EventHubEvent",),
        {"event": _EVENT},
        note="one event a call",
    ),
    Case(
        "event_hub",
        f"@app.event_hub_message_trigger({_HUB}, {_MANY})",
        ("func.EventHubEvent",),
        {"events": [_EVENT, _EVENT]},
        note="cardinality=func.Cardinality.MANY",
    ),
    Case(
        "queue",
        '@app.queue_trigger(arg_name="it", queue_name="orders", '
        'connection="Storage")',
        ("func.QueueMessage",),
        {"message": _EVENT},
    ),
    Case(
        "service_bus",
        f'@app.service_bus_queue_trigger({_BUS}, queue_name="orders")',
        ("func.ServiceBusMessage",),
        {"message": _EVENT},
        note="one message a call",
    ),
    Case(
        "service_bus",
        f'@app.service_bus_queue_trigger({_BUS}, queue_name="orders", {_MANY})',
        ("func.ServiceBusMessage",),
        {"messages": [_EVENT, _EVENT]},
        note="cardinality=func.Cardinality.MANY",
    ),
    Case(
        "service_bus",
        f'@app.service_bus_topic_trigger({_BUS}, topic_name="orders", '
        'subscription_name="mail")',
        ("func.ServiceBusMessage",),
        {"message": _EVENT},
        note="one message a call",
    ),
    Case(
        "service_bus",
        f'@app.service_bus_topic_trigger({_BUS}, topic_name="orders", '
        f'subscription_name="mail", {_MANY})',
        ("func.ServiceBusMessage",),
        {"messages": [_EVENT, _EVENT]},
        note="cardinality=func.Cardinality.MANY",
    ),
    Case(
        "cosmos_db",
        f"@app.cosmos_db_trigger({_COSMOS})",
        ("func.DocumentList", "func.Document"),
        {"documents": [{"id": "A-17"}]},
    ),
    Case(
        "cosmos_db",
        f"@app.cosmos_db_trigger_v3({_COSMOS_OLD})",
        ("func.DocumentList", "func.Document"),
        {"documents": [{"id": "A-17"}]},
    ),
    Case("blob", f"@app.blob_trigger({_BLOB})", ("func.InputStream",)),
    Case(
        "event_grid",
        '@app.event_grid_trigger(arg_name="it")',
        ("func.EventGridEvent", "func.CloudEvent"),
    ),
    Case("kafka", f"@app.kafka_trigger({_KAFKA})", ("func.KafkaEvent",)),
    Case(
        "sql",
        f"@app.sql_trigger({_SQL.format('table_name')})",
        ("func.SqlRowList", "func.SqlRow"),
    ),
    Case(
        "mysql",
        f"@app.mysql_trigger({_SQL.format('table_name')})",
        ("func.MySqlRowList", "func.MySqlRow"),
    ),
    Case("app", '@app.warm_up_trigger(arg_name="it")'),
    Case(
        "generic", '@app.generic_trigger(arg_name="it", type="rabbitMQTrigger")'
    ),
    Case("connector", '@app.connector_trigger(arg_name="it")'),
    Case(
        "mcp",
        '@app.mcp_tool_trigger(arg_name="it", tool_name="find_order")',
        ("func.MCPToolContext",),
    ),
    Case(
        "mcp",
        '@app.mcp_resource_trigger(arg_name="it", uri="shop://orders", '
        'resource_name="orders")',
    ),
    Case(
        "mcp",
        '@app.mcp_prompt_trigger(arg_name="it", prompt_name="reply")',
        ("func.PromptInvocationContext",),
    ),
    Case(
        "dapr",
        '@app.dapr_service_invocation_trigger(arg_name="it", '
        'method_name="order")',
    ),
    Case(
        "dapr",
        '@app.dapr_binding_trigger(arg_name="it", binding_name="orders")',
    ),
    Case(
        "dapr",
        '@app.dapr_topic_trigger(arg_name="it", pub_sub_name="shop", '
        'topic="orders")',
    ),
    Case(
        "openai",
        '@app.assistant_skill_trigger(arg_name="it", '
        'function_description="Find an order")',
    ),
)

# What an input is sent: the document, as JSON text.
INPUTS = (
    Case(
        "cosmos_db",
        f'@app.cosmos_db_input({_COSMOS}, id="A-17", partition_key="A-17")',
        ("func.DocumentList", "func.Document"),
        '{"id": "A-17"}',
    ),
    Case("blob", f"@app.blob_input({_BLOB})", ("func.InputStream",)),
    Case(
        "table",
        '@app.table_input(arg_name="it", connection="Storage", '
        'table_name="orders")',
    ),
    Case(
        "sql",
        f"@app.sql_input({_SQL.format('command_text')})",
        ("func.SqlRowList", "func.SqlRow"),
    ),
    Case(
        "mysql",
        f"@app.mysql_input({_SQL.format('command_text')})",
        ("func.MySqlRowList", "func.MySqlRow"),
    ),
)

_VALUES = (
    '"A-17"',
    'b"A-17"',
    '{"id": "A-17", "count": 3}',
    '["A-17", "A-18"]',
    '[{"id": "A-17"}, {"id": "A-18"}]',
    '[b"A-17"]',
    '("A-17", "A-18")',
    "17",
    "1.7",
    "None",
)
_MESSAGE = 'func.QueueMessage(body="A-17")'
_ROW = '{}({{"id": "A-17"}})'
_EVENT_GRID = (
    'func.EventGridOutputEvent(id="1", data={"id": "A-17"}, subject="orders", '
    'event_type="new", event_time=None, data_version="1")'
)

OUTPUTS = (
    Case(
        "http",
        '@app.route("{value}", trigger_arg_name="req", binding_arg_name="it")',
        ("func.HttpResponse",),
        values=('func.HttpResponse("A-17")', '("A-17", 404)'),
        note='binding_arg_name="it"',
    ),
    Case(
        "event_hub",
        f"@app.event_hub_output({_HUB})",
        ("func.EventHubEvent",),
        values=('func.EventHubEvent(body=b"A-17")',),
    ),
    Case(
        "queue",
        '@app.queue_output(arg_name="it", queue_name="receipts", '
        'connection="Storage")',
        ("func.QueueMessage",),
        values=(_MESSAGE, f"[{_MESSAGE}]"),
    ),
    Case(
        "service_bus",
        f'@app.service_bus_queue_output({_BUS}, queue_name="parcels")',
        ("func.ServiceBusMessage",),
        values=('func.ServiceBusMessage(body=b"A-17")',),
    ),
    Case(
        "service_bus",
        f'@app.service_bus_topic_output({_BUS}, topic_name="parcels")',
        ("func.ServiceBusMessage",),
        values=('func.ServiceBusMessage(body=b"A-17")',),
    ),
    Case(
        "cosmos_db",
        f"@app.cosmos_db_output({_COSMOS})",
        ("func.Document", "func.DocumentList"),
        values=(
            _ROW.format("func.Document"),
            f"[{_ROW.format('func.Document')}]",
            f"func.DocumentList([{_ROW.format('func.Document')}])",
        ),
    ),
    Case(
        "cosmos_db",
        f"@app.cosmos_db_output_v3({_COSMOS_OLD})",
        ("func.Document", "func.DocumentList"),
        values=(
            _ROW.format("func.Document"),
            f"[{_ROW.format('func.Document')}]",
            f"func.DocumentList([{_ROW.format('func.Document')}])",
        ),
    ),
    Case(
        "blob",
        f"@app.blob_output({_BLOB})",
        ("func.InputStream",),
        values=('io.BytesIO(b"A-17")',),
    ),
    Case(
        "table",
        '@app.table_output(arg_name="it", connection="Storage", '
        'table_name="orders")',
    ),
    Case(
        "event_grid",
        '@app.event_grid_output(arg_name="it", connection="Grid")',
        ("func.EventGridOutputEvent",),
        values=(_EVENT_GRID, f"[{_EVENT_GRID}]"),
    ),
    Case(
        "kafka",
        f"@app.kafka_output({_KAFKA})",
        ("func.KafkaEvent",),
        values=('func.KafkaEvent(body=b"A-17")',),
    ),
    Case(
        "sql",
        f"@app.sql_output({_SQL.format('command_text')})",
        ("func.SqlRow", "func.SqlRowList"),
        values=(
            _ROW.format("func.SqlRow"),
            f"func.SqlRowList([{_ROW.format('func.SqlRow')}])",
        ),
    ),
    Case(
        "mysql",
        f"@app.mysql_output({_SQL.format('command_text')})",
        ("func.MySqlRow", "func.MySqlRowList"),
        values=(
            _ROW.format("func.MySqlRow"),
            f"func.MySqlRowList([{_ROW.format('func.MySqlRow')}])",
        ),
    ),
    Case(
        "generic",
        '@app.generic_output_binding(arg_name="it", type="rabbitMQ")',
    ),
)

# Outputs that a function returns: the binding is called $return.
RETURNS = (
    Case(
        "http",
        '@app.route("{value}", trigger_arg_name="req")',
        ("func.HttpResponse",),
        values=('func.HttpResponse("A-17")', '("A-17", 404)'),
    ),
    *(
        Case(
            case.service,
            case.decorator.replace('"it"', '"$return"'),
            case.types,
            values=case.values,
            note='arg_name="$return"',
        )
        for case in OUTPUTS
        if case.name
        in (
            "event_hub_output",
            "queue_output",
            "service_bus_queue_output",
            "cosmos_db_output",
        )
    ),
)


# --- Annotations ----------------------------------------------------------


def of_input(case: Case) -> list[str]:
    """The annotations that a trigger's or input's parameter is tried with."""
    own = [
        form.format(kind)
        for kind in case.types
        for form in ("{}", LIST, "list[{}]", "{} | None", "typing.Optional[{}]")
    ]
    return [NONE, *own, "str", "bytes", "dict", "int", "typing.Any"]


def of_output(case: Case) -> list[str]:
    """The annotations that an output is tried with."""
    inside = ["str", "bytes", "dict", "int", "typing.Any"]
    inside += [LIST.format(kind) for kind in ("str", "bytes", "dict")]
    inside += ["list[str]"]
    for kind in case.types:
        inside += [kind, LIST.format(kind)]
    return [NONE, "func.Out", *(f"func.Out[{kind}]" for kind in inside)]


def of_return(case: Case) -> list[str]:
    """The annotations that a returned output is tried with."""
    plain = ["str", "bytes", "dict", "int", "None", LIST.format("str")]
    return [NONE, *case.types, *plain, *(LIST.format(k) for k in case.types)]


# --- Apps -----------------------------------------------------------------

_HEAD = """import io
import logging
import typing

import azure.functions as func

app = func.FunctionApp()

"""
_ARRIVED = """
def described(it):
    name = type(it).__name__
    inside = {type(item).__name__ for item in it} if name == "list" else ()
    return f"{name} of {' and '.join(inside)}" if inside else name


"""
_TIMER = '@app.timer_trigger(arg_name="timer", schedule="0 0 6 * * *")\n'
_QUEUE = (
    '@app.queue_trigger(arg_name="req", queue_name="orders", '
    'connection="Storage")\n'
)


def _parameter(annotation: str) -> str:
    return f"it: {annotation}" if annotation else "it"


def app_of_input(case: Case, annotation: str) -> str:
    """A function app that logs what arrives in the parameter."""
    trigger, parameters = "", _parameter(annotation)
    if case in INPUTS:
        trigger, parameters = _TIMER, f"timer, {parameters}"
    result = '    return ""\n' if case.service == "http" else ""
    return (
        f"{_HEAD}{_ARRIVED}{trigger}{case.decorator}\n"
        f"def handle({parameters}):\n"
        f"    logging.info(described(it))\n{result}"
    )


def app_of_output(case: Case, annotation: str) -> str:
    """A function app that sets its output to, or returns, the value whose
    number it is sent."""
    values = "".join(f"    {value},\n" for value in values_of(case))
    of_http = case.service == "http"
    number = 'req.route_params["value"]' if of_http else "req.get_body()"
    head = (
        f"{_HEAD}VALUES = [\n{values}]\n\n\n"
        f"{'' if of_http else _QUEUE}{case.decorator}\n"
    )
    value = f"VALUES[int({number})]"
    if case in RETURNS:
        arrow = f" -> {annotation}" if annotation else ""
        return f"{head}def handle(req){arrow}:\n    return {value}\n"
    return (
        f"{head}def handle(req, {_parameter(annotation)}):\n"
        f"    it.set({value})\n"
    )


def values_of(case: Case) -> list[str]:
    """What an output is set to, as Python source."""
    return [*_VALUES[:-1], *case.values, _VALUES[-1]]


def _events(case: Case) -> list[Json]:
    """What is sent to the app of this case."""
    if case in (*TRIGGERS, *INPUTS) and not case.event:
        return []
    if case in INPUTS:
        return [{"timer": {}, "inputs": {"it": case.event}}]
    if case in TRIGGERS:
        return [case.event]
    numbers = range(len(values_of(case)))
    if case.service == "http":
        return [{"request": {"url": f"/api/{n}"}} for n in numbers]
    return [{"message": {"body": str(n)}} for n in numbers]


def deliver(folder: str, events: list[Json]) -> Json:
    """Load the app and deliver the events one after the other: the results,
    or {"error": ...} where the worker refuses the app. Runs in a process of
    its own."""
    path = Path(folder)

    async def work() -> Json:
        try:
            loaded = await app.App.load(path)
        except app.LoadError as refused:
            return {"error": f"{refused}"}
        results = []
        for event in events:
            function = loaded.function(None)
            sent = loaded.expand(event)
            results.append((await loaded.invoke(function, sent)).described())
        return results

    app.enter(path)
    with contextlib.redirect_stdout(io.StringIO()):
        return asyncio.run(work())


def _answer(code: str, events: list[Json]) -> Json:
    with TemporaryDirectory() as folder:
        Path(folder, "function_app.py").write_text(code, "utf-8")
        return process.call(deliver, folder, events)


# --- The record -----------------------------------------------------------


def compute() -> Json:
    """The record: for each kind, each case and each group of annotations that
    do the same, what they do."""
    kinds = {
        "triggers": (TRIGGERS, of_input, app_of_input, _arrival),
        "inputs": (INPUTS, of_input, app_of_input, _arrival),
        "outputs": (OUTPUTS, of_output, app_of_output, _sent),
        "returns": (RETURNS, of_return, app_of_output, _sent),
    }
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        waiting = {
            kind: [
                (
                    case,
                    [
                        (a, pool.submit(_answer, make(case, a), _events(case)))
                        for a in annotations(case)
                    ],
                    read,
                )
                for case in cases
            ]
            for kind, (cases, annotations, make, read) in kinds.items()
        }
        return {
            kind: _merged(
                {
                    "service": case.service,
                    "names": [case.name],
                    "note": case.note,
                    "groups": _grouped(
                        (a, read(case, answer.result()))
                        for a, answer in answers
                    ),
                }
                for case, answers, read in rows
            )
            for kind, rows in waiting.items()
        }


def _merged(cases: Iterable[Json]) -> list[Json]:
    """Decorators that do the same in everything become one case."""
    merged: list[Json] = []
    for case in cases:
        for other in merged:
            if {**case, "names": None} == {**other, "names": None}:
                other["names"] += case["names"]
                break
        else:
            merged.append(case)
    return merged


def _grouped(outcomes: Iterable[tuple[str, Json]]) -> list[Json]:
    groups: list[Json] = []
    for annotation, outcome in outcomes:
        for group in groups:
            if {**outcome, "annotations": group["annotations"]} == group:
                group["annotations"].append(annotation)
                break
        else:
            groups.append({"annotations": [annotation], **outcome})
    return groups


def _arrival(case: Case, answer: Json) -> Json:
    if "error" in answer:
        return {"refused": answer["error"]}
    if not answer:
        return {"loads": True}
    (result,) = answer
    if "error" in result:
        return {"fails": _text(result["error"])}
    return {"arrives": result["log"][0]["message"]}


def _sent(case: Case, answer: Json) -> Json:
    if "error" in answer:
        return {"refused": answer["error"]}
    outcomes = {}
    for value, result in zip(values_of(case), answer, strict=True):
        if "error" in result:
            outcomes[value] = {"error": _text(result["error"])}
        elif case in RETURNS:
            outcomes[value] = result.get("return")
        else:
            outcomes[value] = result.get("outputs", {}).get("it")
    return {"sent": outcomes}


def _text(error: Json) -> str:
    return f"{error['type']}: {error['message']}"


def load() -> Json:
    """The record as it was last written."""
    return json.loads(RECORD.read_text("utf-8"))


def update() -> list[str]:
    """Compute the record anew; the names of the files that changed."""
    changed = record.rewrite(RECORD, compute())
    return [f"functions_by_example/data/{RECORD.name}"] if changed else []
