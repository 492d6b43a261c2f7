"""The pages of docs/fix: each trouble is provoked, each remedy is one.

The apps are in data/fix.toml; what worker and check say of them is recorded in
fix.json.
"""

import ast
import inspect
import itertools
import json
import re
from pathlib import Path
from typing import Any

import azure.functions as func
import pytest
from azure_functions_runtime.utils.threadpool import _get_max_workers

from functions_by_example.paths import DOCS, SAMPLES
from functions_by_example.processes import process
from functions_by_example.trials import troubles as fix
from functions_by_example.worker import app

Json = Any

FOLDER = DOCS / "fix"
CASES = list(fix.cases())


# --- What worker and check say ------------------------------------------------


def test_nothing_else_is_recorded() -> None:
    assert list(fix.recorded()) == CASES


# --- Nothing is quoted that was not said -------------------------------------


def _configured(folder: str) -> list[str]:
    import asyncio
    import logging

    lines: list[str] = []

    class Kept(logging.Handler):
        def emit(self, entry: logging.LogRecord) -> None:
            lines.append(entry.getMessage())

    app.enter(Path(folder))
    logging.getLogger("azure.functions").addHandler(Kept())
    asyncio.run(app.App.load(Path(folder)))
    return lines


def test_an_app_without_azure_monitor_loads_and_says_so(
    tmp_path: Path,
) -> None:
    values = {"PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY": "true"}
    settings = json.dumps({"Values": values})
    (tmp_path / "local.settings.json").write_text(settings)
    right = fix.cases()["no-trigger"].right
    assert right
    (tmp_path / fix.APP).write_text(right[fix.APP])
    lines = process.call(_configured, str(tmp_path))
    assert any("Cannot import Azure Monitor distro." in line for line in lines)


def test_an_asgi_app_that_does_not_start_up_fails() -> None:
    case = fix.cases()["asgi-beside"]
    assert case.right
    silent = case.right | {
        "shop.py": "async def web(scope, receive, send): ...\n"
    }
    answer = fix.tried(case, silent)
    assert answer["result"]["error"]["message"] == (
        "ASGI middleware startup failed."
    )


# --- What the pages say besides -----------------------------------------------


def test_the_attributes_that_are_none_are_those_of_the_sample() -> None:
    """Where a test of the sample runs each of them."""

    def listed(path: Path, beginning: str) -> set[str]:
        lines = path.read_text("utf-8").splitlines()
        (line,) = (one for one in lines if one.startswith(beginning))
        return set(re.findall(r"`([a-z_]+)`", line))

    readme = SAMPLES / "service_bus/service_bus_queue_trigger/README.md"
    on_page = listed(FOLDER / "messages.md", "- **Service Bus**")
    assert on_page == listed(readme, "- `time_to_live`, ")


def test_register_functions_and_register_blueprint_do_the_same() -> None:
    shop, names = func.FunctionApp(), []
    for register in (shop.register_functions, shop.register_blueprint):
        blueprint = func.Blueprint()
        name = f"f{len(names)}"
        blueprint.function_name(name)(blueprint.route()(lambda req: "24"))
        register(blueprint)
        names.append(name)
    assert [f.get_function_name() for f in shop.get_functions()] == names


@pytest.mark.parametrize(
    ("decorator", "parameter"),
    [
        ("service_bus_queue_trigger", "is_sessions_enabled"),
        ("timer_trigger", "run_on_startup"),
        ("route", "trigger_arg_name"),
        ("route", "methods"),
    ],
)
def test_a_parameter_that_the_pages_name_exists(
    decorator: str, parameter: str
) -> None:
    signature = inspect.signature(getattr(func.FunctionApp, decorator))
    assert parameter in signature.parameters


def test_the_levels_of_the_table_are_all_there_are() -> None:
    text = (FOLDER / "http.md").read_text("utf-8")
    rows = re.findall(r"^\| `([A-Z]+)`", text, re.M)
    assert set(rows) == {level.name for level in func.AuthLevel}


def loads(app: str) -> bool:
    """Whether the worker loads this app."""
    case = fix.cases()["no-trigger"]
    return "functions" in fix.tried(case, {fix.APP: app})


@pytest.mark.parametrize(
    "name", [n for n, case in fix.cases().items() if "why" in case.shown]
)
def test_without_its_annotations_the_app_loads(name: str) -> None:
    tree = ast.parse(fix.cases()[name].wrong[fix.APP])
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
        elif isinstance(node, ast.arg):
            node.annotation = None
    assert loads(ast.unparse(tree))


# Trigger, as the table of batches calls it -> its decorator.
TRIGGERS = {
    "Event Hubs": 'event_hub_message_trigger("m", "c", "h"{})',
    "Service Bus": 'service_bus_queue_trigger("m", "c", "q"{})',
    "Kafka": 'kafka_trigger("m", topic="t", broker_list="b"{})',
    "Queue Storage": 'queue_trigger("m", "q", "c")',
    "Event Grid": 'event_grid_trigger("m")',
    "Cosmos DB": 'cosmos_db_trigger("m", "c", "d", "c")',
}


def batches() -> list[list[str]]:
    """The table of messages.md: trigger, one a call, many a call."""
    text = (FOLDER / "messages.md").read_text("utf-8")
    rows = [line.strip("| ").split(" | ") for line in text.splitlines()]
    start = rows.index(["Trigger", "One a call", "Many a call"])
    table = itertools.takewhile(lambda row: len(row) == 3, rows[start + 2 :])
    return list(table)


def test_the_table_of_batches_has_every_trigger() -> None:
    assert [row[0] for row in batches()] == list(TRIGGERS)


@pytest.mark.parametrize("row", batches(), ids=lambda row: row[0])
def test_the_table_of_batches_is_true(row: list[str]) -> None:
    trigger, one, many = (cell.strip("`") for cell in row)
    head = "import typing\nimport azure.functions as func\n"
    head += "app = func.FunctionApp()\n"
    for annotation, cardinality in ((one, "ONE"), (many, "MANY")):
        if annotation == "no":
            continue
        about = f", cardinality=func.Cardinality.{cardinality}"
        decorator = TRIGGERS[trigger].format(about)
        assert loads(f"{head}@app.{decorator}\ndef f(m: {annotation}): ...\n")
    decorator = TRIGGERS[trigger].format("")
    other = "func.Document" if one == "no" else f"typing.List[{one}]"
    if "no" in (one, many):
        assert not loads(f"{head}@app.{decorator}\ndef f(m: {other}): ...\n")


def test_an_asgi_response_is_collected() -> None:
    case = fix.cases()["asgi-beside"]
    assert case.right
    shop = case.right["shop.py"].replace(
        '\n    await send({"type": "http.response.body", "body": answer})',
        '\n    part = {"type": "http.response.body", "body": b"tea"}'
        '\n    await send(part | {"more_body": True})'
        "\n    await send(part)",
    )
    assert shop != case.right["shop.py"]
    answer = fix.tried(case, case.right | {"shop.py": shop})
    assert answer["result"]["return"]["http"]["body"] == "teatea"


def test_an_asgi_app_is_one_function_for_all_that_asks_for_a_key() -> None:
    async def web(scope: Any, receive: Any, send: Any) -> None: ...

    (function,) = func.AsgiFunctionApp(app=web).get_functions()
    trigger = function.get_trigger().get_dict_repr()
    assert function.get_function_name() == "http_app_func"
    assert trigger["route"] == "/{*route}"
    assert trigger["authLevel"] is func.AuthLevel.FUNCTION
    assert {method.value for method in func.HttpMethod} == {
        method.value for method in trigger["methods"]
    }


def test_retry_is_announced_whatever_the_trigger(tmp_path: Path) -> None:
    (tmp_path / fix.APP).write_text(
        "import azure.functions as func\n"
        "app = func.FunctionApp()\n"
        '@app.retry("fixed_delay", "3", delay_interval="00:00:10")\n'
        '@app.queue_trigger("m", "q", "c")\n'
        "def f(m): ...\n"
    )
    (function,) = process.call(app.index, str(tmp_path))["functions"]
    assert function["retry"]["maxRetryCount"] == 3


def test_threads_are_as_many_as_python_thinks_fit() -> None:
    assert _get_max_workers() is None
