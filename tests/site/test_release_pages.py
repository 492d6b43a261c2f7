"""What pages say of the SDK's history."""

from __future__ import annotations

import re

import azure.functions as func
import pytest

from functions_by_example.paths import ROOT
from functions_by_example.sample import read, recorded
from functions_by_example.sdk import changes, needs, releases
from functions_by_example.sdk.releases import DECORATORS as APP
from functions_by_example.site import addresses, release_pages
from functions_by_example.site import sample as page
from functions_by_example.site.parts import releases as history

RECORDED = releases.load()
CHANGES = {v: changes.of(RECORDED, r) for v, r in RECORDED.items()}
PAGES = release_pages.pages(RECORDED, frozenset({"FunctionApp.queue_trigger"}))
SAMPLES = {"/".join(f.parts[-2:]): f for f in read.find(ROOT / "samples")}


# --- The page of a release --------------------------------------------------


def test_every_release_has_a_page_and_an_address() -> None:
    assert len(PAGES) == len(RECORDED)
    assert {addresses.of(page) for page in PAGES} <= addresses.current()


@pytest.mark.parametrize("version", RECORDED)
def test_the_page_of_a_release_names_all_that_changed(version: str) -> None:
    text = PAGES[release_pages.address(version)]
    missing = [
        name
        for name in CHANGES[version].names
        if f"`{release_pages.called(name)}`" not in text
    ]
    assert not missing
    assert RECORDED[version].date in text


@pytest.mark.parametrize(
    ("version", "line"),
    [
        (
            "1.11.0",
            "- `@app.on_queue_change` is "
            "[`@app.queue_trigger`][azure.functions.FunctionApp.queue_trigger]",
        ),
        ("1.11.0", "- `@app.on_blob_change` is `@app.blob_trigger`"),
        ("1.11.0", "    - `auth_level` is `http_auth_level`"),
        ("1.11.0", "    - gone: `wsgi_app`"),
        (
            "1.13.3",
            "- `@app.schedule` is `@app.timer_trigger`; "
            "the old name still works",
        ),
        (
            "1.14.0",
            "- `@app.cosmos_db_input` is `@app.cosmos_db_input_v3`; "
            "the old name takes other parameters now",
        ),
        ("1.20.0", "    - new: `source: BlobSource | None = None`"),
        ("1.10.1", "- `func.AuthLevel`, an enum"),
        (
            "1.10.1",
            "    - takes: `arg_name`, `connection`, `data_type`, `path`",
        ),
    ],
)
def test_a_page_has_a_line_for_each_change(version: str, line: str) -> None:
    assert f"{line}\n" in PAGES[f"releases/{version}.md"]


def test_a_withdrawn_release_says_so() -> None:
    assert RECORDED["1.16.0"].withdrawn
    assert "**Withdrawn**" in PAGES["releases/1.16.0.md"]
    assert "**Withdrawn**" not in PAGES["releases/1.17.0.md"]


# --- The list, and the matrix -----------------------------------------------


def test_the_list_of_releases_begins_with_the_youngest() -> None:
    versions = re.findall(r'<a href="([\d.]+)/">', history.overview())
    dates = [RECORDED[version].date for version in versions]
    assert len(versions) == len(RECORDED)
    assert dates == sorted(dates, reverse=True)


def test_what_the_list_says_of_the_two_lines_is_so() -> None:
    text = (ROOT / "docs/releases/index.md").read_text("utf-8")
    for version, other in re.findall(r"(\d\S+) with (\d\S+), not", text):
        assert RECORDED[version].after == other
    (younger,) = re.findall(r"not with (\S+), which is younger", text)
    assert RECORDED[younger].date > RECORDED["2.0.0"].date
    assert hasattr(func, "__version__")


def test_every_release_is_in_one_column_of_the_matrix() -> None:
    columns = history.columns(RECORDED, CHANGES)
    listed = [release.version for run in columns for release in run]
    there = [v for v, release in RECORDED.items() if not release.withdrawn]
    assert sorted(listed) == sorted(there)
    for first, *others in columns:
        for release in others:
            change = changes.between(first.names, release.names)
            assert not [n for n in change.names if n.startswith(APP)]


def test_the_matrix_has_a_row_for_every_decorator_there_ever_was() -> None:
    rows = re.findall("<tr>.*?</tr>", history.matrix())[1:]
    ever = {
        name.removeprefix(APP)
        for release in RECORDED.values()
        for name in release.names
        if name.startswith(APP)
    }
    named = [re.sub(r"<[^>]+>", "", row.partition("</th>")[0]) for row in rows]
    assert sorted(named) == sorted(ever)
    (old,) = [row for row in rows if ">on_<wbr>queue_<wbr>change<" in row]
    assert "1.10.1 until 1.11.0; today <code>queue_trigger</code>" in old
    assert old.count("●") == 1


# --- An entry of the reference, and a sample --------------------------------


@pytest.mark.parametrize(
    ("name", "part", "told"),
    [
        ("event_grid_output", "topic_endpoint_uri", "changed in 1.21.0"),
        ("queue_trigger", "arg_name", ""),
        ("queue_trigger", "no_such", ""),
        (
            "cosmos_db_trigger",
            "container_name",
            "since 1.14.0, was collection_<wbr>name",
        ),
    ],
)
def test_a_part_says_when_it_came_and_changed(
    name: str, part: str, told: str
) -> None:
    assert history.of_part(f"{APP}{name}", part) == told


def test_an_entry_says_since_when_and_under_which_names() -> None:
    link = '<autoref identifier="release-1.11.0">1.11.0</autoref>'
    assert history.of_name("FunctionApp.queue_trigger") == (
        f"{link}; before: <code>on_queue_change</code>"
    )
    assert history.of_name("FunctionApp.route").endswith(" or earlier")
    assert history.of_name("CosmosDBChangeFeedMode").endswith(", not in 1.26.0")
    assert history.of_name("FunctionApp.no_such") == ""


def test_an_entry_says_what_is_gone() -> None:
    told = history.parts_gone("FunctionApp.route")
    assert "<code>trigger_arg_data_type</code> since 1.11.0" in told
    told = history.parts_gone("FunctionApp")
    assert "<code>auth_level</code> since 1.11.0 (now <code>http" in told
    assert history.parts_gone("FunctionApp.queue_trigger") == ""


@pytest.mark.parametrize(
    ("name", "because"),
    [
        ("cosmos_db/cosmos_db_input", "`func.DocumentList.to_json`"),
        ("queue/queue_trigger", "`@app.queue_trigger`"),
        ("http/route", ""),
    ],
)
def test_a_sample_says_what_keeps_it_from_older_releases(
    name: str, because: str
) -> None:
    told = history.of_sample(recorded.load(SAMPLES[name]).sample)
    assert told.partition(", because of ")[2] == because + "." * bool(because)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_says_since_when_it_is_possible(name: str) -> None:
    entry = recorded.load(SAMPLES[name])
    (version, *_) = needs.since(entry.sample.code).since
    text = page.render(entry, page.Site(ids=frozenset(SAMPLES))).markdown
    link = f"[{version}](../../releases/{version}.md)"
    assert f"in its code are in azure-functions since {link}" in text
