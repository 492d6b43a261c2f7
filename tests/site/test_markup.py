"""Code and JSON as HTML."""

import json

import pytest

from functions_by_example.site import markup


def test_a_coloured_span_never_crosses_a_line() -> None:
    html = markup.highlighted('x = """a\nb"""\n', "python")
    assert html.split("\n") == [
        'x = <span class="s">"""a</span>',
        '<span class="s">b"""</span>',
        "",
    ]


def test_text_without_a_lexer_is_only_escaped() -> None:
    assert markup.highlighted("a < b", "text") == "a &lt; b"


def test_no_line_of_code_can_be_taken_for_a_fence() -> None:
    assert "`" not in markup.highlighted("'''\n```\n'''", "python")


@pytest.mark.parametrize(
    "value",
    [
        {"a": [1, 2, {"b": "x" * 70}], "c": None, "ä": "\n"},
        [],
        "x" * 100,
        [["x" * 50, "y" * 50], {"k" * 70: {}}],
    ],
)
def test_compact_json_is_the_same_json(value: object) -> None:
    assert json.loads(markup.compact(value)) == value


def test_compact_json_puts_on_one_line_what_fits() -> None:
    assert markup.compact({"a": [1, 2]}) == '{"a": [1, 2]}'
    long = markup.compact({"a": "x" * 58, "b": [1, 2]})
    assert long.splitlines()[2] == '  "b": [1, 2]'
