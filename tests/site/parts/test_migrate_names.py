"""How docs/migrate/names.md shows what `migrate` prints."""

import html

import pytest

from functions_by_example.site.parts import migrate_names as parts
from functions_by_example.trials import names

RECORD = names.load()


def test_every_error_is_on_the_page_word_for_word() -> None:
    shown = html.unescape(parts.decorators() + parts.arguments())
    for given in RECORD["arguments"]:
        for text in (given["call"], given["became"], given["error"]):
            assert f"<code>{text}</code>" in shown
    for error in RECORD["decorators"].values():
        assert f"<code>{error}</code>" in shown


def test_what_is_left_or_refused_is_shown_with_its_reason() -> None:
    for kind, cases in (
        ("undecided", RECORD["undecided"]),
        ("refused", RECORD["refused"]),
    ):
        shown = parts.left(kind)
        assert shown.count("\n> ") == len(cases)
        assert all(f": {case['reason']}" in shown for case in cases)


def test_a_decorator_that_is_not_recorded_fails_the_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(names, "load", lambda: {**RECORD, "decorators": {}})
    with pytest.raises(LookupError, match="on_queue_change"):
        parts.decorators()
