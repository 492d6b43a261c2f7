"""What the cells of a Markdown table are told."""

from __future__ import annotations

import re

import markdown


def columns(table: str) -> list[str | None]:
    """What `data-column` says of each cell of the body, in order."""
    html = markdown.markdown(
        table, extensions=["tables", "functions_by_example.site.tables"]
    )
    cells = re.findall("<td.*?>", html)
    found = [re.search('data-column="(.*?)"', cell) for cell in cells]
    return [match[1] if match else None for match in found]


def test_each_cell_knows_its_column() -> None:
    table = "| Then | Today |\n|---|---|\n| a | b |\n| c | d |\n"
    assert columns(table) == ["Then", "Today", "Then", "Today"]


def test_a_title_is_plain_text() -> None:
    assert columns("| `%X%` *here* |\n|---|\n| a |\n") == ["%X% here"]


def test_a_column_without_a_title_gives_none() -> None:
    assert columns("| | Value |\n|---|---|\n| a | b |\n") == [None, "Value"]


def test_an_empty_cell_counts() -> None:
    assert columns("| A | B | C |\n|-|-|-|\n| 1 | | 3 |\n") == ["A", "B", "C"]
