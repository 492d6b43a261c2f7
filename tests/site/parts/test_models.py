"""How docs/migrate/function-json.md and models.md show both models."""

import copy
import re

import pytest

from functions_by_example.paths import DOCS
from functions_by_example.sdk import parameters
from functions_by_example.site.parts import models
from functions_by_example.site.parts.models import Table, Taken
from functions_by_example.trials import models as trial


def bindings() -> list[Table]:
    return models.tables(parameters.decorators())


def test_the_first_table_has_every_property_of_the_published_schema() -> None:
    text = (DOCS / "migrate/function-json.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    assert sorted(rows) == sorted(models.properties())


def test_retry_has_a_parameter_for_each_property() -> None:
    shown = models.model_retry()
    for name in models.properties()["retry"]["properties"]:
        cells = f"<code>{name}</code></th> <td><code>{models.snake(name)}"
        assert cells in shown
    assert "<code>fixedDelay</code> becomes <code>fixed_delay</code>" in shown


def test_every_decorator_and_each_of_its_keys_is_in_one_table() -> None:
    tables = bindings()
    for decorator in parameters.decorators():
        for binding in parameters.bindings(decorator):
            kind = binding.type
            if kind == parameters.ANY_TYPE:
                kind = ""
            (table,) = (
                table
                for table in tables
                if (table.type, table.direction) == (kind, binding.direction)
            )
            assert decorator in table.decorators
            names = [name for name, _ in table.rows]
            for key in binding.keys:
                name = "" if key.name == parameters.ANY else key.name
                assert names.count(name) == 1


def test_the_page_has_all_tables() -> None:
    shown = models.model_keys()
    for table in bindings():
        kind = f"<code>{table.type}</code>" if table.type else "any type"
        assert f"<p>{kind}, {table.direction}: " in shown
        for name in table.decorators:
            assert f'"azure.functions.FunctionApp.{name}"' in shown
        for name, _ in table.rows:
            cell = f"<code>{name}</code>" if name else "any other"
            assert f'<th scope="row">{cell}</th>' in shown


@pytest.mark.parametrize(
    ("kind", "name", "taken"),
    [
        ("queueTrigger", "queueName", Taken(("queue_name",), "", False, [])),
        ("httpTrigger", "authLevel", Taken(("auth_level",), "", False, [])),
        (
            "cosmosDBTrigger",
            "collectionName",
            Taken(("collection_name",), "", False, ["cosmos_db_trigger_v3"]),
        ),
        (
            "serviceBusTrigger",
            "subscriptionName",
            Taken(
                ("subscription_name",),
                "",
                False,
                ["service_bus_topic_trigger"],
            ),
        ),
    ],
)
def test_a_property_leads_to_its_parameter(
    kind: str, name: str, taken: Taken
) -> None:
    (table,) = (table for table in bindings() if table.type == kind)
    assert dict(table.rows)[name] == [taken]


def test_whose_parameter_it_is_is_shown_where_decorators_differ() -> None:
    shown = models.model_keys()
    assert (
        "<td><code>collection_name</code> of <code>cosmos_db_trigger_v3</code>"
        "</td>"
    ) in shown
    assert "none: always <code>&#34;context&#34;</code> of " in shown


def test_the_types_that_no_decorator_is_for() -> None:
    others = models.model_others()
    assert "`sendGrid`" in others and "`twilioSms`" in others
    assert "`queue`" not in others and "`timerTrigger`" not in others


def test_results_that_differ_are_not_shown_as_equal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    changed = copy.deepcopy(trial.load())
    changed["replays"]["order"][trial.TWIN]["result"]["return"] = None
    monkeypatch.setattr(models, "load", lambda: changed)
    with pytest.raises(LookupError, match="do not give the same for order"):
        models.model_event("order")


def test_an_error_has_its_place_in_both_apps() -> None:
    shown = models.model_event("garbled-receipt")
    for place in ("receipts/printing.py, line 7", "function_app.py, line 30"):
        assert place in shown
