"""The record of which versions the samples were run with, and its pages."""

import dataclasses
import platform
import re
import shutil
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from functions_by_example import __main__
from functions_by_example.paths import ROOT, SAMPLES
from functions_by_example.processes import environments as elsewhere
from functions_by_example.processes import process
from functions_by_example.sample import (
    read as sample,
)
from functions_by_example.sample import (
    record,
)
from functions_by_example.sdk import needs
from functions_by_example.trials import versions

Json = Any

RECORD = versions.load()
QUEUE = SAMPLES / "queue" / "queue_trigger"
NAME = "queue/queue_trigger"
HERE = ".".join(platform.python_version_tuple()[:2])


def column(
    sdk: str, python: str = "3.13", level: int = 2, **cells: Json
) -> Json:
    return {"sdk": sdk, "python": python, "level": level, "samples": cells}


def recorded(*columns: Json, missing: tuple[str, ...] = ()) -> Json:
    names = dict.fromkeys(n for c in columns for n in c["samples"])
    return {
        "digests": dict.fromkeys(names, "1"),
        "columns": list(columns),
        "missing": list(missing),
    }


@pytest.fixture
def gallery(tmp_path: Path) -> Path:
    """A gallery of one sample."""
    shutil.copytree(QUEUE, tmp_path / NAME)
    return tmp_path


# --- The record ---------------------------------------------------------------


def test_the_newest_column_is_what_is_installed_here() -> None:
    newest = RECORD["columns"][0]
    assert (newest["sdk"], newest["worker"], newest["python"]) == (
        metadata.version("azure-functions"),
        metadata.version("azure-functions-runtime"),
        HERE,
    ), versions.REMEDY


def test_every_sample_holds_in_the_newest_column() -> None:
    differing = {
        name: cell
        for name, cell in RECORD["columns"][0]["samples"].items()
        if cell != versions.HOLDS
    }
    assert not differing


@pytest.mark.parametrize(
    "lock", sorted(ROOT.glob("locks/sdk-*.txt")), ids=lambda p: p.stem
)
def test_the_record_has_a_column_for_each_lock(lock: Path) -> None:
    text = lock.read_text("utf-8")
    (sdk,) = re.findall(r"^azure-functions==(\S+)", text, re.MULTILINE)
    assert sdk in {c["sdk"] for c in RECORD["columns"]}, versions.REMEDY


def test_the_oldest_of_the_line_and_the_last_below_are_in_it() -> None:
    assert [(c["sdk"], c["level"]) for c in RECORD["columns"]][-2:] == [
        ("2.0.0", versions.INVOKED),
        ("1.26.0", versions.LISTED),
    ]


def test_where_there_is_no_worker_library_nothing_was_invoked() -> None:
    for ran in RECORD["columns"]:
        invoked = ran["level"] == versions.INVOKED
        assert invoked == bool(ran["worker"]), versions.title(ran)
        assert invoked == (ran["requires"] == ">=3.13"), versions.title(ran)


@pytest.mark.parametrize("name", RECORD["digests"])
def test_the_sdk_by_itself_lists_what_the_worker_announces(name: str) -> None:
    """So a column without a worker library may be held to recorded/."""
    answer = process.call(elsewhere.listed, str(SAMPLES / name))
    assert answer["functions"] == [
        {key: function[key] for key in ("name", "bindings")}
        for function in record.load(SAMPLES / name, record.FUNCTIONS)
    ]


# --- Running ------------------------------------------------------------------


def test_an_interpreter_runs_every_sample(gallery: Path) -> None:
    ran = versions.run(sys.executable, gallery)
    assert ran["samples"] == {NAME: versions.HOLDS}
    assert (ran["sdk"], ran["python"], ran["level"]) == (
        metadata.version("azure-functions"),
        HERE,
        versions.INVOKED,
    )


@pytest.mark.parametrize(
    ("before", "after", "differs"),
    [
        (
            'receipt["sku"],',
            'receipt["colour"],',
            ["events/one-receipt.json: KeyError: 'colour'"],
        ),
        (
            'queue_name="receipts"',
            'queue_name="orders"',
            ["functions.json is not what came back:"],
        ),
        (
            "import logging\n",
            "import logging\nimport fax\n",
            ["ModuleNotFoundError: No module named 'fax'"],
        ),
    ],
)
def test_what_differs_is_told_with_its_error(
    gallery: Path, before: str, after: str, differs: list[str]
) -> None:
    app = gallery / NAME / "function_app.py"
    app.write_text(app.read_text("utf-8").replace(before, after), "utf-8")
    cell = versions.run(sys.executable, gallery)["samples"][NAME]
    for text in differs:
        assert any(text in told for told in cell), cell


def test_an_interpreter_without_the_sdk_is_named() -> None:
    python = getattr(sys, "_base_executable", sys.executable)
    with pytest.raises(RuntimeError, match=f"{re.escape(python)} gave no"):
        versions.run(python, Path(__file__).parent)


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("import fax\n", "ModuleNotFoundError: No module named 'fax'"),
        ("app = 1\n", "ValueError: not enough values to unpack"),
    ],
)
def test_an_app_that_the_sdk_cannot_list_has_its_error(
    tmp_path: Path, code: str, error: str
) -> None:
    (tmp_path / "function_app.py").write_text(code, "utf-8")
    (tmp_path / "local.settings.json").write_text('{"Values": {}}', "utf-8")
    answer = process.call(elsewhere.listed, str(tmp_path))
    told = "{type}: {message}".format(**answer["error"])
    assert told.startswith(error)


# --- What is kept and what has changed ----------------------------------------


def test_a_column_whose_python_is_missing_stays(gallery: Path) -> None:
    old = column("1.26.0", "3.12", 0, **{NAME: ["differs"]})
    before = recorded(old) | {"digests": versions.digests(gallery)}
    now = column("2.3.0", **{NAME: []})
    after = versions.merged(before, [now], ["3.12"], gallery)
    assert after["columns"] == [now, old]
    assert after["missing"] == []


def test_a_cell_that_stays_is_not_run_once_its_sample_changes(
    gallery: Path,
) -> None:
    old = column("1.26.0", "3.12", 0, **{NAME: []})
    after = versions.merged(recorded(old), [], ["3.12"], gallery)
    assert after["columns"][0]["samples"] == {NAME: None}


def test_a_column_that_is_not_run_any_more_goes(gallery: Path) -> None:
    old = column("2.3.0", **{NAME: []})
    now = column("2.4.0", **{NAME: []})
    after = versions.merged(recorded(old), [now], ["3.14"], gallery)
    assert after["columns"] == [now]
    assert after["missing"] == ["3.14"]


@pytest.mark.parametrize(
    ("file", "counts"),
    [
        ("function_app.py", True),
        ("host.json", True),
        ("local.settings.json", True),
        ("events/one-receipt.json", True),
        ("recorded/functions.json", True),
        ("README.md", False),
        ("test_function_app.py", False),
    ],
)
def test_what_takes_part_makes_the_record_stale(
    gallery: Path, file: str, counts: bool
) -> None:
    before = recorded(column("2.3.0", **{NAME: []}))
    before["digests"] = versions.digests(gallery)
    path = gallery / NAME / file
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    after = versions.merged(before, [], ["3.13"], gallery)
    assert (after != before) == counts
    assert (after["columns"][0]["samples"] == {NAME: None}) == counts


def test_a_sample_that_came_or_went_makes_the_record_stale(
    gallery: Path,
) -> None:
    digests = versions.digests(gallery)
    for known in ({}, digests | {"queue/fax": "1"}):
        before = recorded(column("2.3.0", **{key: [] for key in known}))
        after = versions.merged(
            before | {"digests": known}, [], ["3.13"], gallery
        )
        assert list(after["columns"][0]["samples"]) == [NAME] != list(known)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (recorded(column("2.0.0", a=[])), recorded(column("2.0.0", a=[])), []),
        (
            recorded(column("2.0.0", a=[])),
            recorded(column("2.0.0", a=["E: x"])),
            ["azure-functions 2.0.0 on Python 3.13: a: holds -> E: x"],
        ),
        (
            recorded(column("2.0.0", a=["E: x"])),
            recorded(column("2.0.0", a=[])),
            ["azure-functions 2.0.0 on Python 3.13: a: E: x -> holds"],
        ),
        (
            recorded(column("2.3.0", a=[])),
            recorded(column("2.4.0", a=["E: x"])),
            [
                "azure-functions 2.3.0 on Python 3.13: gone",
                "azure-functions 2.4.0 on Python 3.13: new",
                "azure-functions 2.4.0 on Python 3.13: a: holds -> E: x",
            ],
        ),
        (
            recorded(column("2.0.0", a=[])),
            recorded(column("2.0.0", a=[], b=[])),
            ["new or changed samples: b"],
        ),
        (
            recorded(),
            recorded(missing=("3.14",)),
            ["Python that was not found: 3.14"],
        ),
        (
            recorded(column("2.0.0", "3.12", a=[])),
            recorded(column("2.0.0", "3.12", a=None)),
            ["azure-functions 2.0.0 on Python 3.12: a: holds -> not run"],
        ),
    ],
)
def test_what_changed_in_words(
    before: Json, after: Json, told: list[str]
) -> None:
    assert list(versions.changes(before, after)) == told


@pytest.mark.parametrize("write", [False, True])
def test_the_command_prints_what_changed_and_writes_when_asked(
    write: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    names = RECORD["digests"]
    made = dataclasses.replace(versions.outcome, path=tmp_path / "made.json")
    monkeypatch.setattr(versions, "outcome", made)
    monkeypatch.setattr(
        versions, "run", lambda _: column("2.3.0", **{key: [] for key in names})
    )
    arguments = ["versions", "--missing=3.14", *(["--write"] * write)]
    assert __main__.main(arguments) == (0 if write else 1)
    told = capsys.readouterr().out
    assert "azure-functions 2.3.0 on Python 3.13: new" in told
    assert "Python 3.14 is not here: it has no column" in told
    assert made.path.is_file() == write
    if write:
        assert __main__.main(arguments) == 0
        assert "nothing has changed" in capsys.readouterr().out
        made.write(RECORD)
        assert __main__.main([*arguments, "--missing=3.12"]) == 0
        told = capsys.readouterr().out
        assert "Python 3.12 is not here: its columns stay as recorded" in told


def test_the_command_names_an_interpreter_that_is_not_there(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    assert __main__.main(["versions"]) == 2
    assert "/no/such/python" in capsys.readouterr().err


# --- What the pages say -------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "line"),
    [
        ([column("2.3.0", a=[])], "Run with SDK 2.3.0 on Python 3.13"),
        (
            [column("2.1.0", a=[]), column("2.0.0", a=[])],
            "Run with SDK 2.0.0, 2.1.0 on Python 3.13",
        ),
        (
            [column(f"2.{n}.0", a=[]) for n in (3, 2, 1, 0)]
            + [column("1.26.0", "3.12", 0, a=[])],
            "Run with SDK 2.0.0 to 2.3.0 on Python 3.13; functions listed by "
            "SDK 1.26.0 on Python 3.12",
        ),
        (
            [column("2.1.0", a=[]), column("2.0.0", a=["E: x"])],
            "Run with SDK 2.1.0 on Python 3.13; other results with SDK 2.0.0",
        ),
        (
            [column("2.0.0", a=[]), column("1.26.0", "3.12", 0, a=None)],
            "Run with SDK 2.0.0 on Python 3.13",
        ),
        (
            [column("2.3.0", "3.14", a=[]), column("2.3.0", a=[])],
            "Run with SDK 2.3.0 on Python 3.14; run with SDK 2.3.0 on Python "
            "3.13",
        ),
        (
            [column("1.26.0", "3.12", 0, a=["other functions:"])],
            "Other functions listed by SDK 1.26.0 on Python 3.12",
        ),
    ],
)
def test_what_a_sample_was_run_with_in_words(
    columns: list[Json], line: str
) -> None:
    assert versions.lines(recorded(*columns)) == {"a": line}


@pytest.mark.parametrize(
    ("columns", "lowest"),
    [
        ([column(f"2.{n}.0", a=[]) for n in (2, 1, 0)], "2.0.0"),
        (
            [
                column("2.2.0", a=[]),
                column("2.1.0", a=["E: x"]),
                column("2.0.0", a=[]),
            ],
            "2.2.0",
        ),
        ([column("2.0.0", a=["E: x"])], None),
        (
            [column("2.0.0", a=[]), column("1.26.0", "3.12", 0, a=[])],
            "2.0.0",
        ),
    ],
)
def test_from_where_on_a_sample_works(
    columns: list[Json], lowest: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(versions, "load", lambda: recorded(*columns))
    assert versions.works_from("a") == lowest


def test_to_stands_only_where_all_between_hold() -> None:
    tried = ["2.3.0", "2.2.0", "2.1.0", "2.0.0"]
    assert versions.span(tried, tried) == "2.0.0 to 2.3.0"
    held = ["2.3.0", "2.1.0", "2.0.0"]
    assert versions.span(held, tried) == "2.0.0, 2.1.0, 2.3.0"


def test_ran_gives_what_holds_newest_first() -> None:
    ran = versions.ran(NAME)
    assert ran[0][1:] == (HERE, versions.INVOKED)
    assert ran[-1] == ("1.26.0", "3.12", versions.LISTED)
    assert versions.ran("queue/fax") == ()


@pytest.mark.parametrize("folder", sample.find(SAMPLES), ids=str)
def test_a_sample_ran_with_no_release_that_lacks_its_names(
    folder: Path,
) -> None:
    """What was run agrees with what the wheels hold."""
    read = sample.read(folder)
    oldest = versions.works_from(read.id)
    assert oldest is not None, f"{read.id} does not hold with the newest"
    since = min(map(Version, needs.since(read.code).since))
    assert since <= Version(oldest), read.id
