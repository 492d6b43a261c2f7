"""The names that pages speak of exist."""

import pytest

from functions_by_example.site import names


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("[a](../samples/queue/queue_trigger.md)", False),
        ("[a](../samples/queue/queue_peek.md#x)", True),
        ("`@app.queue_trigger` and `func.Out[str]`", False),
        ("`@app.on_queue_change`", True),
        ("`func.QueueMassage`", True),
        ("::: azure.functions.FunctionApp.route", False),
        ("::: azure.functions.FunctionApp.rout", True),
        ("[x][azure.functions.Nothing]", True),
        ("[x](../reference/queue.md#azure.functions.Out)", False),
        ("[x](../reference/queue.md#azure.functions.Ouch)", True),
        ("[x]: ../samples/queue/queue_peek.md", True),
        ("`@bp.on_queue_change`", True),
        ("`KeyError: 'x'` and `JSONDecodeError`.", False),
        ("`KeyErorError: 'x'`", True),
        ("`some_package.KeyErorError`", False),
    ],
)
def test_names_that_do_not_exist_are_reported(line: str, wrong: bool) -> None:
    known = {"FunctionApp.queue_trigger", "FunctionApp.route", "Out"}
    problems = names.wrong(
        f"# T\n\n{line}",
        "docs/x.md",
        frozenset({"queue/queue_trigger"}),
        known.__contains__,
        {"KeyError", "JSONDecodeError"}.__contains__,
    )
    assert [p.line for p in problems] == ([3] if wrong else [])
