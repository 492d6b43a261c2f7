"""How the pages of docs/learn show what annotations do."""

import html
import re

import pytest

from functions_by_example.protocol.answers import Message
from functions_by_example.site.parts import learn
from functions_by_example.site.parts.learn import Fate
from functions_by_example.trials import annotations as trial
from functions_by_example.trials.annotations import Row

KINDS: tuple[learn.Kind, ...] = ("triggers", "inputs", "outputs", "returns")
SHOWS = {
    "triggers": learn.accepted,
    "inputs": learn.accepted,
    "outputs": learn.outputs,
    "returns": learn.outputs,
}


def text_of(shown: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", shown))


@pytest.mark.parametrize(
    ("value", "sent", "became"),
    [
        ('"A-17"', {"string": "A-17"}, Fate("string")),
        ("None", None, Fate("nothing")),
        ("1.7", None, Fate("lost")),
        ('{"id": "A-17"}', {"json": ["id"]}, Fate("keys", '["id"]')),
        ('["id"]', {"json": ["id"]}, Fate("json", '["id"]')),
        ("1", {"error": "E: x"}, Fate("error", "1")),
    ],
)
def test_what_becomes_of_a_value(
    value: str, sent: Message, became: Fate
) -> None:
    assert learn.fate(value, sent, {}) == became


def test_values_that_fare_alike_share_a_row_and_errors_are_told_once() -> None:
    errors = [{"error": f"E: x annotation {kind}"} for kind in ("int", "dict")]
    case: Row = {
        "names": ["queue_output"],
        "note": "",
        "service": "queue",
        "groups": [
            {"annotations": [""], "sent": {"1": errors[0], "2": None}},
            {
                "annotations": ["func.Out[str]"],
                "sent": {"1": {"int": 1}, "2": None},
            },
            {"annotations": ["dict"], "sent": {"1": errors[1], "2": None}},
        ],
    }
    found = learn.matrix(case["groups"])
    lost = Fate("lost")
    assert found.rows == [
        (["1"], (Fate("error", "1"), Fate("int"), Fate("error", "1"))),
        (["2"], (lost, lost, lost)),
    ]
    assert found.errors == [learn.Errors("E: x annotation int", ["dict"])]


@pytest.mark.parametrize("kind", KINDS)
def test_everything_recorded_is_shown_word_for_word(kind: learn.Kind) -> None:
    for service in {case["service"] for case in trial.load()[kind]}:
        shown = text_of(SHOWS[kind](kind, service))
        for case in trial.load()[kind]:
            if case["service"] != service:
                continue
            for group in case["groups"]:
                errors = [group.get("refused"), group.get("fails")]
                errors += [
                    str(sent["error"])
                    for sent in group.get("sent", {}).values()
                    if sent and "error" in sent
                ]
                for error in filter(None, errors):
                    assert all(end in shown for end in learn.ends(error))
                for text in (*case["names"], *group["annotations"]):
                    assert text in shown
                assert group.get("arrives", "") in shown


def test_what_there_is_not_is_a_lookup_error() -> None:
    for wrong in (
        lambda: learn.accepted("triggers", "fax"),
        lambda: learn.outputs("outputs", "fax"),
        lambda: learn.test("trials/test_matrix.py", "test_that_there_is_not"),
        lambda: learn.test("trials/test_fax.py", "test_x"),
    ):
        with pytest.raises(LookupError):
            wrong()
