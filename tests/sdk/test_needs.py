"""From which release on the SDK has what code uses."""

from __future__ import annotations

import pytest

from functions_by_example.sdk import needs, releases

RECORDED = releases.load()


@pytest.mark.parametrize(
    ("name", "part", "since", "missing"),
    [
        ("FunctionApp.route", "", ("1.10.1",), ()),
        ("FunctionApp.queue_trigger", "", ("1.11.0",), ()),
        ("FunctionApp.blob_trigger", "source", ("1.20.0",), ()),
        ("FunctionApp.cosmos_db_trigger", "", ("1.11.0",), ()),
        ("FunctionApp.cosmos_db_trigger", "connection", ("1.14.0",), ()),
        ("FunctionApp.mcp_tool", "", ("1.25.0", "2.0.0"), ()),
        ("CosmosDBChangeFeedMode", "", ("2.3.0",), ("1.26.0",)),
        ("HttpMethod", ".QUERY", ("2.3.0",), ("1.26.0",)),
        ("SqlRow", "", ("1.13.2",), ()),  # also in 1.11.1, not in 1.11.2
        ("FunctionApp.on_queue_change", "", (), ("1.26.0", "2.3.0")),
    ],
)
def test_since_when_a_name_is_there(
    name: str, part: str, since: tuple[str, ...], missing: tuple[str, ...]
) -> None:
    found = needs.span(RECORDED, [(name, part)])
    assert (found.since, found.missing) == (since, missing)


@pytest.mark.parametrize(
    ("code", "since"),
    [
        ("app = func.FunctionApp()", "1.10.1"),
        ("app = func.FunctionApp(http_auth_level=0)", "1.11.0"),
        ("@app.queue_trigger(arg_name='m')\ndef f(m): ...", "1.11.0"),
        ("@app.queue_output(arg_name='m')\ndef f(m): ...", "1.12.0"),
        ("@app.blob_trigger(source=1)\ndef f(m): ...", "1.20.0"),
        (
            "@app.cosmos_db_trigger(container_name='m')\ndef f(m): ...",
            "1.14.0",
        ),
        ("@app.function_name('f')\n@app.mcp_tool()\ndef f(): ...",
         "1.25.0 and 2.0.0"),
        ("method = func.HttpMethod.QUERY", "2.3.0"),
        ("func.BlobSource\nfunc.AuthLevel", "1.20.0"),
        ("import azure.functions\nazure.functions.BlobSource", "1.20.0"),
        ("from azure import functions as af\naf.BlobSource", "1.20.0"),
        ("from azure.functions import BlobSource as B\nB.EVENT_GRID", "1.20.0"),
        ("@functools.wraps(f)\ndef g(): ...", "1.10.1"),
        ("def f(m: func.QueueMessage): m.to_json()", "2.3.0"),
        ("def f(m: func.QueueMessage): m.id", "1.10.1"),
        ("order.retry()", "1.10.1"),
        ("", "1.10.1"),
    ],
)  # fmt: skip
def test_since_when_code_is_possible(code: str, since: str) -> None:
    code = f"import azure.functions as func\n{code}\n"
    assert str(needs.since(code)) == since


def test_a_member_of_a_name_that_is_imported_by_itself_is_used() -> None:
    code = (
        "from azure.functions import BlobSource as B\nB.LOGS_AND_CONTAINER_SCAN"
    )
    assert ("BlobSource", ".LOGS_AND_CONTAINER_SCAN") in needs.used(code)


def test_a_parameter_that_is_younger_than_its_decorator_is_the_reason() -> None:
    code = "@app.blob_trigger(source=1)\ndef f(): ..."
    assert needs.reasons(code) == [("FunctionApp.blob_trigger", "source")]
