"""The older model beside the decorators: what the pages of docs/migrate/ say
of the record."""

import json
import re
from pathlib import Path
from typing import Any

import azure.functions as func
import older
import pytest

from functions_by_example.processes import legacy, process
from functions_by_example.sdk import parameters
from functions_by_example.trials import models
from functions_by_example.worker import app

Json = Any

RECORD = models.load()
DOCS = models.FOLDER.parent
PAGE = (DOCS / "models.md").read_text("utf-8")
APPS = models.FOLDER / "apps"
RETURNS = (APPS / "both/returns/function.json").read_text("utf-8")


def written(folder: Path, files: dict[str, str]) -> str:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return str(folder)


def found(case: str, library: str) -> list[str]:
    """The functions that a library finds in a folder."""
    loaded = RECORD["loaded"][case][library]
    return [function["name"] for function in loaded.get("functions", [])]


# --- The record ---------------------------------------------------------------


def test_every_folder_is_a_case_and_every_case_a_folder() -> None:
    assert set(models.CASES) == {path.name for path in APPS.iterdir()}
    assert set(models.CASES) == set(RECORD["loaded"])


@pytest.mark.parametrize("name", models.events())
def test_both_models_give_the_same_for_an_event(name: str) -> None:
    answers = RECORD["replays"][name]
    old, new = answers[models.LEGACY], answers[models.TWIN]
    assert "result" in old
    assert models.without_place(old) == models.without_place(new)


@pytest.mark.parametrize("name", models.events())
def test_an_event_raises_what_it_announces_and_nothing_else(name: str) -> None:
    announced = models.events()[name].get("raises")
    for answer in RECORD["replays"][name].values():
        assert answer["result"].get("error", {}).get("type") == announced


def test_the_events_reach_every_function_of_both_apps() -> None:
    reached = {event["function"] for event in models.events().values()}
    assert reached == set(found(models.LEGACY, models.OLD))
    assert reached == set(found(models.TWIN, models.NEW))


@pytest.mark.parametrize("name", ["order", "late"])
def test_the_compiled_protocol_gives_the_same(name: str) -> None:
    answer = process.call(
        older.replay, str(APPS / models.LEGACY), models.events()[name]
    )
    assert answer == RECORD["replays"][name][models.LEGACY]


# --- What models.md says ------------------------------------------------------


def test_the_tree_on_the_page_is_that_of_the_app() -> None:
    (tree,) = re.findall(r"```text\n(.+?)```", PAGE, re.DOTALL)
    names, folder = set(), ""
    for line in tree.splitlines():
        if line.endswith("/"):
            folder = line
        else:
            names.add(folder + line.strip() if line[0] == " " else line)
    assert names == {
        path.relative_to(APPS / models.LEGACY).as_posix()
        for path in (APPS / models.LEGACY).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_what_the_apps_share_is_equal() -> None:
    shared = ("host.json", "local.settings.json", "requirements.txt")
    for name in (*shared, "shared/receipts.py"):
        old, new = (APPS / app / name for app in (models.LEGACY, models.TWIN))
        assert old.read_bytes() == new.read_bytes(), name


def test_the_two_function_json_differ_in_case_and_in_retry_only() -> None:
    retry = {
        key: (one, other)
        for _, key, one, other in models.differences(RECORD)
        if json.dumps(one).lower() != json.dumps(other).lower()
    }
    assert retry == {
        "retry.strategy": ("fixedDelay", "fixed_delay"),
        "retry.delayInterval": ("00:00:10", 10),
    }


@pytest.mark.parametrize(
    ("case", "old", "new"),
    [
        ("legacy", ["orders", "receipts", "restock"], []),
        ("twin", [], ["orders", "receipts", "restock"]),
        ("both", ["returns"], ["restock"]),
        ("no-function", ["returns"], []),
        ("no-app", ["returns"], []),
        ("nothing", [], []),
    ],
)
def test_each_library_finds_its_own_functions_only(
    case: str, old: list[str], new: list[str]
) -> None:
    assert found(case, models.OLD) == old
    assert found(case, models.NEW) == new


def test_an_empty_file_is_refused_and_nothing_else_is() -> None:
    errors = {
        (case, library): outcome["error"]["message"]
        for case, loaded in RECORD["loaded"].items()
        for library, outcome in loaded.items()
        if "error" in outcome
    }
    assert errors == {
        ("no-app", models.NEW): "Could not find top level function app "
        "instances in function_app.py."
    }
    assert not (APPS / "no-app/function_app.py").read_text("utf-8").strip()


def test_the_older_library_lists_nothing_and_leaves_it_to_the_host() -> None:
    for case in (models.LEGACY, models.TWIN):
        assert process.call(older.listed, str(APPS / case)) == {
            "use_default_metadata_indexing": True,
            "functions": [],
        }


def test_one_bad_function_fails_by_itself_in_the_older_model(
    tmp_path: Path,
) -> None:
    folder = written(
        tmp_path,
        {
            "bad/function.json": RETURNS,
            "bad/__init__.py": "import fax\n",
            "good/function.json": RETURNS,
            "good/__init__.py": "def main(message): ...\n",
        },
    )
    said = process.call(older.each, folder)
    assert said["good"] == ""
    assert said["bad"].startswith("ModuleNotFoundError: No module named 'fax'")


def test_one_bad_function_unloads_an_app_with_decorators(
    tmp_path: Path,
) -> None:
    text = (APPS / "twin/function_app.py").read_text("utf-8")
    bad = text.replace("def restock(timer:", "def restock(clock:")
    files = {"function_app.py": bad, "shared/receipts.py": "receipt_for = 1\n"}
    answer = process.call(app.index, written(tmp_path, files))
    assert "cannot load the restock function" in answer["error"]["message"]
    assert "functions" not in answer


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            {"orders/function.json": "{"},
            "orders/function.json: Expecting property name enclosed",
        ),
        (
            {"orders/function.json": "[]"},
            "orders/function.json: at least one binding must be declared",
        ),
        (
            {"orders/function.json": '{"bindings": []}'},
            "orders/function.json: at least one binding must be declared",
        ),
        (
            {
                "returns/function.json": RETURNS,
                "returns/__init__.py": "def other(message): ...\n",
            },
            "('cannot load function %s: function %s() is not present in %s', "
            "'returns', 'main'",
        ),
        (
            {
                "returns/function.json": RETURNS,
                "returns/__init__.py": "def main(it): ...\n",
            },
            "cannot load the returns function: the following parameters are "
            "declared in Python but not in function.json: {'it'}",
        ),
    ],
)
def test_a_bad_app_of_the_older_model_says_where(
    tmp_path: Path, files: dict[str, str], message: str
) -> None:
    answer = process.call(legacy.index, written(tmp_path, files))
    assert answer["error"]["message"].startswith(message)


# --- What function-json.md says -----------------------------------------------


def test_the_tables_turn_the_function_json_into_the_decorators() -> None:
    """Each binding of the older app, given to the decorator of its type under
    the parameters that the tables name, comes out as it went in."""
    turned = 0
    for _, described in legacy.descriptions(APPS / models.LEGACY):
        for binding in described["bindings"]:
            if binding["type"].startswith("http"):
                continue
            turned += 1
            decorator, known = next(
                (decorator, known)
                for decorator in parameters.decorators()
                for known in parameters.bindings(decorator)
                if (known.type, known.direction)
                == (binding["type"], binding["direction"])
            )
            given = {
                key.parameters[0]: binding[key.name]
                for key in known.keys
                if key.name in binding
            }
            made = getattr(func.FunctionApp(), decorator)(**given)(len)
            (raw,) = made._function.get_raw_bindings()
            emitted = json.loads(raw)
            emitted["direction"] = emitted["direction"].lower()
            assert emitted == binding
    assert turned == 3
