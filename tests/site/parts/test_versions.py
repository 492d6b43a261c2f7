"""How docs/migrate/versions.md and the samples' pages show what was run."""

from pathlib import Path

import pytest

from functions_by_example.paths import SAMPLES
from functions_by_example.sample import read, recorded
from functions_by_example.site import sample as page
from functions_by_example.site.navigation import anchor
from functions_by_example.site.parts import versions as shown
from functions_by_example.site.site import Site
from functions_by_example.trials import versions

RECORD = versions.load()


@pytest.mark.parametrize("name", RECORD["digests"])
def test_every_sample_is_in_the_table_once(name: str) -> None:
    assert shown.version_samples().count(f'"{anchor(name)}"') == 1


def test_what_differs_is_on_the_page_word_for_word() -> None:
    text = shown.version_differences()
    for ran in RECORD["columns"]:
        for cell in ran["samples"].values():
            assert all(told in text for told in cell or ())


def test_a_list_of_documents_has_to_json_from_2_3_on() -> None:
    """What the page of that sample says."""
    assert versions.works_from("cosmos_db/cosmos_db_input") == "2.3.0"
    error = "AttributeError: 'DocumentList' object has no attribute 'to_json'"
    assert error in shown.version_differences()


@pytest.mark.parametrize(
    ("missing", "text"),
    [
        ([], ""),
        (["3.14"], "Python 3.14: not run"),
        (["3.12", "3.14"], "Python 3.12 and 3.14: not run"),
    ],
)
def test_a_python_that_was_not_found_is_said(
    missing: list[str], text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(versions, "load", lambda: {"missing": missing})
    assert shown.version_missing().partition(",")[0] == text


@pytest.mark.parametrize("folder", read.find(SAMPLES), ids=lambda p: p.name)
def test_the_page_of_a_sample_says_what_it_was_run_with(folder: Path) -> None:
    lines = versions.lines(RECORD)
    entry = recorded.load(folder)
    markdown = page.render(
        entry, Site(ids=frozenset(lines), ran=lines)
    ).markdown
    first, semicolon, rest = lines[entry.sample.id].partition(";")
    link = f"[{first}](../../migrate/versions.md)"
    assert f"{link}{semicolon}{rest}. " in markdown
