"""What the editor in the browser is given of a sample, and which samples
cannot run there."""

import json
import re
import shutil
from html import unescape
from pathlib import Path

import pytest

from functions_by_example.paths import SAMPLES
from functions_by_example.protocol import came_back
from functions_by_example.sample import read as sample
from functions_by_example.sample import recorded as shown
from functions_by_example.sample.read import APP, Sample
from functions_by_example.site import editable, markup
from functions_by_example.site import playground as editor
from functions_by_example.site import sample as page
from functions_by_example.site import zips as downloads
from functions_by_example.site.site import Playground, Site

ENTRIES = [shown.load(folder) for folder in sample.find(SAMPLES)]
ROUTE = SAMPLES / "http" / "route"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of a sample, to be changed."""
    copy = tmp_path / "samples" / "http" / "route"
    shutil.copytree(ROUTE, copy)
    return copy


def site(playground: Playground | None = None) -> Site:
    names = frozenset(entry.sample.id for entry in ENTRIES)
    return Site(ids=names, playground=playground)


def importing(folder: Path, line: str) -> Sample:
    path = folder / APP
    path.write_text(path.read_text("utf-8") + f"\n{line}\n", "utf-8")
    return sample.read(folder)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.sample.id)
def test_every_sample_can_run_in_a_browser(entry: shown.Entry) -> None:
    assert editable.hindrance(entry.sample) == ""


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("import requests", "it needs requests"),
        ("import azure.durable_functions", "it needs azure.durable_functions"),
        ("from azure.storage import blob", "it needs azure.storage"),
        ("import socket", "it needs the network"),
        ("def f():\n    from threading import Thread", "it needs threads"),
        ("import subprocess as s", "it needs other processes"),
    ],
)
def test_a_sample_that_imports_what_is_not_there_cannot(
    folder: Path, line: str, why: str
) -> None:
    assert editable.hindrance(importing(folder, line)) == why


@pytest.mark.parametrize(
    "line",
    [
        "import json, asyncio, zoneinfo",
        "from azure.functions import decorators",
        "import azure.functions",
        "import prices",
        "from shop.prices import PRICES",
    ],
)
def test_the_standard_library_the_sdk_and_its_own_modules_are_there(
    folder: Path, line: str
) -> None:
    (folder / "prices.py").write_text("")
    (folder / "shop").mkdir()
    (folder / "shop" / "prices.py").write_text("PRICES = {}")
    assert editable.hindrance(importing(folder, line)) == ""


def test_its_button_says_why(folder: Path) -> None:
    entry = shown.load(ROUTE)
    broken = shown.Entry(
        importing(folder, "import requests"),
        entry.functions,
        entry.replays,
        entry.files,
    )
    playground = Playground("loader.js", "engine.js", "ui.js", "style.css")
    made = page.render(broken, site(playground))
    actions = made.blocks["<!-- actions -->"]
    assert "Does not run in a browser: it needs requests</button>" in actions
    assert ' data-testid="run" disabled' in actions
    assert "<script" not in actions
    assert broken.sample.id not in [c["id"] for c in editor.choices([broken])]


def test_without_the_editor_there_is_no_button() -> None:
    made = page.render(ENTRIES[0], site())
    assert "Run</button>" not in made.blocks["<!-- actions -->"]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.sample.id)
def test_what_is_recorded_is_worded_as_on_the_page(entry: shown.Entry) -> None:
    """The text of each part, with its label, and of function.json."""
    recorded = json.loads(editable.written(editable.data(entry)))["recorded"]
    assert set(recorded["events"]) == {event.name for event in entry.events}
    for name, parts in recorded["events"].items():
        texts = [
            part["label"]
            + (f" {part['name']} ({part['type']})" if part["name"] else "")
            + came_back.text(part)
            for part in parts
        ]
        page = re.sub("<[^>]+>", "", markup.result(entry, name))
        assert "".join(texts) == unescape(page)
    (tab,) = re.findall(
        r"you write no such file.*?<code>(.*?)</code>",
        markup.tabs(entry),
        re.DOTALL,
    )
    assert recorded["functions"] == unescape(re.sub("<[^>]+>", "", tab))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.sample.id)
def test_files_and_events_are_the_texts_of_the_sample(
    entry: shown.Entry,
) -> None:
    data = json.loads(editable.written(editable.data(entry)))
    folder = entry.sample.folder

    def text(path: str) -> str:
        return (folder / path).read_text("utf-8")

    assert sorted(data["files"]) == sorted(
        path.as_posix() for path in sample.kept(folder)
    )
    for name, content in data["files"].items():
        assert content == text(name)
    assert list(data["events"]) == [event.name for event in entry.events]
    for name, content in data["events"].items():
        assert content == text(f"events/{name}.json")
    assert f"{data['name']}.zip" == downloads.file_name(entry.sample)


def test_there_is_an_empty_app_and_every_sample_to_start_from() -> None:
    first, *others = editor.choices(ENTRIES)
    assert first["id"] == ""
    assert {c["id"] for c in others} == {e.sample.id for e in ENTRIES}
    assert {c["data"] for c in others} == {
        f"samples/{e.sample.id}/{editable.DATA}" for e in ENTRIES
    }


def test_the_empty_app_has_the_settings_of_every_app() -> None:
    empty = editable.empty(SAMPLES)
    assert "def " not in empty["files"][APP]
    for name in ("host.json", "local.settings.json", "requirements.txt"):
        assert empty["files"][name] == (ROUTE / name).read_text("utf-8")
    assert not empty["events"]
