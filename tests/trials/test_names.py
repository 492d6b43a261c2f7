"""What `migrate` makes of old names, and what the record must hold."""

import pytest

from functions_by_example.sdk import former
from functions_by_example.trials import names
from functions_by_example.trials.trial import CaseError

RECORD = names.load()


def test_every_case_of_the_data_is_recorded() -> None:
    tables = former.tables()
    assert list(RECORD["decorators"]) == list(tables["decorators"])
    for kind in ("undecided", "refused"):
        codes = [case["code"] for case in RECORD[kind]]
        assert codes == [case["code"] for case in former.cases(kind)]


def test_each_old_argument_raises_an_error() -> None:
    errors = [given["error"] for given in RECORD["arguments"]]
    assert len(errors) == 6
    assert all(error.startswith("TypeError: ") for error in errors)


def test_a_case_that_is_decided_is_not_recorded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = {"about": "Fine", "code": "shop = func.FunctionApp()"}
    monkeypatch.setitem(former.tables(), "undecided", [case])
    with pytest.raises(CaseError, match=r"former\.toml:\d+: is not undecided"):
        names.outcome.run()


def test_a_decorator_that_there_is_is_not_recorded_as_removed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    decorators = former.tables()["decorators"]
    monkeypatch.setitem(decorators, "queue_trigger", "queue_output")
    with pytest.raises(CaseError, match="queue_trigger is there today"):
        names.outcome.run()
