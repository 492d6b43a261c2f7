"""What came back is worded once: as parts of text, for pages and browsers."""

import json

import pytest

from functions_by_example.protocol import came_back
from functions_by_example.protocol.answers import FunctionJson, Result
from functions_by_example.protocol.came_back import Part


def worded(result: Result) -> list[tuple[str, str]]:
    """The label and the text of each part."""
    found = came_back.parts(result, {"out": "queue"})
    return [(part["label"], came_back.text(part)) for part in found]


HTTP: Result = {
    "return": {
        "http": {
            "status": 404,
            "headers": {"a": "b"},
            "cookies": [{"name": "c"}],
            "body": {"of": 21.0},
        }
    }
}


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (
            {},
            ("Nothing comes back", "No return value, no output, no log."),
        ),
        (
            HTTP,
            (
                "HTTP response",
                '404 Not Found\na: b\n[{"name": "c"}]\n\n{"of": 21.0}',
            ),
        ),
        ({"return": {"http": {"status": 299}}}, ("HTTP response", "299")),
        ({"return": {"http": {}}}, ("HTTP response", "200 OK")),
        ({"return": {"string": "a\nb"}}, ("Return value", "a\nb")),
        ({"return": {"json": [1, None]}}, ("Return value", "[1, null]")),
        ({"outputs": {"out": {"string": "x"}}}, ("Output", "x")),
        ({"outputs": {"out": None}}, ("Output", "None")),
        (
            {
                "log": [
                    {"level": "INFO", "message": "one\ntwo"},
                    {"level": "ERROR", "message": "x"},
                ]
            },
            ("Log", "INFO one\ntwo\nERROR x"),
        ),
        (
            {
                "error": {
                    "type": "KeyError",
                    "message": "'id'",
                    "file": "function_app.py",
                    "line": 9,
                }
            },
            ("Error", "KeyError: 'id'\nfunction_app.py, line 9"),
        ),
        (
            {
                "error": {
                    "type": "KeyError",
                    "message": "'id'",
                    "file": None,
                    "line": None,
                }
            },
            ("Error", "KeyError: 'id'"),
        ),
    ],
)
def test_every_kind_of_result_is_worded(
    result: Result, expected: tuple[str, str]
) -> None:
    assert worded(result) == [expected]


def test_parts_are_in_the_order_of_a_page() -> None:
    result: Result = {
        "error": {"type": "E", "message": "", "file": None, "line": None},
        "log": [{"level": "INFO", "message": "x"}],
        "outputs": {"out": None},
        "return": {"string": "x"},
    }
    labels = [label for label, _ in worded(result)]
    assert labels == ["Return value", "Output", "Log", "Error"]


@pytest.mark.parametrize(
    ("name", "expected"), [("out", "queue"), ("other", "")]
)
def test_an_output_has_the_name_and_the_type_of_its_binding(
    name: str, expected: str
) -> None:
    part: Part
    (part,) = came_back.parts({"outputs": {name: None}}, {"out": "queue"})
    assert (part["name"], part["type"]) == (name, expected)


@pytest.mark.parametrize(
    ("content", "style"), [('{"a": 1}', "json"), ("[", "json"), ("a", "text")]
)
def test_text_that_looks_like_json_is_coloured_as_json(
    content: str, style: str
) -> None:
    (part,) = came_back.parts({"return": {"string": content}}, {})
    assert part["pieces"] == [(style, content)]


def test_function_json_of_one_function_is_not_in_a_list() -> None:
    one: FunctionJson = {"name": "a", "bindings": []}
    assert json.loads(came_back.function_json([one])) == one
    assert json.loads(came_back.function_json([one, one])) == [one, one]


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
    assert json.loads(came_back.compact(value)) == value


def test_compact_json_puts_on_one_line_what_fits() -> None:
    assert came_back.compact({"a": [1, 2]}) == '{"a": [1, 2]}'
    long = came_back.compact({"a": "x" * 58, "b": [1, 2]})
    assert long.splitlines()[2] == '  "b": [1, 2]'
