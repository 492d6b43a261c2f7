"""The table of the host's rules."""

from functions_by_example.host.rules.rule import every
from functions_by_example.site.parts.rules import rules


def test_every_rule_is_in_the_table() -> None:
    _, _, *rows = rules().splitlines()
    assert [row.split("`")[1] for row in rows] == list(every())


def test_a_row_says_where_its_rule_was_read() -> None:
    (row,) = (r for r in rules().splitlines() if "`binding-name`" in r)
    assert row == (
        "| `binding-name` | error | [Utility.cs](https://github.com/Azure/"
        "azure-functions-host/blob/dev/src/WebJobs.Script/Utility.cs) "
        "| 24 October 2024 | [azure-functions-host 10764](https://github.com/"
        "Azure/azure-functions-host/pull/10764) |"
    )
