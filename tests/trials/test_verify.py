"""A sample broken in any way is reported with file, line and remedy."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from functions_by_example.paths import ROOT, SAMPLES
from functions_by_example.processes import process
from functions_by_example.protocol.problem import Problem
from functions_by_example.sample import read as sample
from functions_by_example.sample import record
from functions_by_example.trials import samples as levels

# A sample with everything in it: a log, a warning, an error that is meant.
WHOLE = SAMPLES / "queue" / "queue_trigger"
EVENT = "events/one-receipt.json"
RECORD = "recorded/events/one-receipt.json"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the sample, to be broken."""
    copy = tmp_path / "queue" / "queue_trigger"
    shutil.copytree(WHOLE, copy)
    return copy


def replace(file: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), "utf-8")

    return change


def write(file: str, text: str) -> Callable[[Path], None]:
    return lambda folder: (folder / file).write_text(text, "utf-8") and None


def delete(file: str) -> Callable[[Path], None]:
    return lambda folder: (folder / file).unlink()


def latin_1(file: str) -> Callable[[Path], None]:
    return lambda folder: (folder / file).write_bytes(b"# Caf\xe9\n") and None


def a_folder(file: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / file).unlink()
        (folder / file).mkdir()

    return change


def import_line(code: str) -> Callable[[Path], None]:
    return replace("function_app.py", "import logging\n", f"{code}\n")


APP = "function_app.py"
README = "README.md"
STEP = "1. `@app.queue_trigger`"

# what is done to the sample -> the file, the line, and a piece of the text
BROKEN = {
    "no README.md": (delete(README), README, 1, "is missing"),
    "no test": (
        delete("test_function_app.py"),
        "test_function_app.py",
        1,
        "is missing",
    ),
    "no .funcignore": (delete(".funcignore"), ".funcignore", 1, "is missing"),
    "no host.json": (delete("host.json"), "host.json", 1, "is missing"),
    "no app": (delete(APP), APP, 1, "is missing"),
    "a README.md in Latin-1": (latin_1(README), README, 1, "is not UTF-8"),
    "an app in Latin-1": (latin_1(APP), APP, 1, "is not UTF-8"),
    "a folder for a file": (a_folder(README), README, 1, "cannot be read"),
    "an event in Latin-1": (latin_1(EVENT), EVENT, 1, "is not UTF-8"),
    "no title": (
        replace(README, "# Process a queue message", "Process"),
        README,
        1,
        "title",
    ),
    "no steps": (
        write(README, "# Process\n\nNo steps.\n\n## Run it\n"),
        README,
        1,
        "has no steps",
    ),
    "a step that is not in the code": (
        replace(README, STEP, "1. `@app.queue_triggered`"),
        README,
        5,
        "`@app.queue_triggered` is not in function_app.py",
    ),
    "a step that stands twice": (
        replace(README, STEP, "1. `message`"),
        README,
        5,
        "times in function_app.py",
    ),
    "a step without a code span": (
        replace(README, STEP, "1. The decorator"),
        README,
        5,
        "does not begin with a code span",
    ),
    "steps under no function": (
        replace(README, STEP, f"**print_bill**\n\n{STEP}"),
        README,
        5,
        "function_app.py defines no print_bill",
    ),
    "no docstring": (
        replace(
            APP,
            '"""Process each message of a queue, and notice its last try."""',
            "",
        ),
        APP,
        1,
        "has no docstring",
    ),
    "a docstring that is long": (
        replace(APP, "Process each", "Process, as it should be, each and"),
        APP,
        1,
        "say it in 70",
    ),
    "another decorator than the folder's": (
        replace(APP, "@app.queue_trigger", "@app.generic_trigger"),
        APP,
        1,
        "does not use queue_trigger",
    ),
    "an event for no function": (
        replace(EVENT, "{", '{"function": "print_bill",'),
        EVENT,
        1,
        "the app has no function 'print_bill'; it has print_receipt",
    ),
    "an unknown key": (
        replace(EVENT, '"about"', '"abuot": 1, "about"'),
        EVENT,
        2,
        "the event has the unknown key 'abuot'",
    ),
    "an unknown attribute": (
        replace(EVENT, '"body"', '"dequeues": 3, "body"'),
        EVENT,
        4,
        "message has the unknown key 'dequeues'; it may have body, id",
    ),
    "another trigger's payload": (
        replace(EVENT, '"message"', '"request"'),
        EVENT,
        3,
        "the event has the unknown key 'request'",
    ),
    "an event without a caption": (
        replace(EVENT, '"about"', '"caption"'),
        EVENT,
        1,
        'has no "about"',
    ),
    "an event that is no JSON": (
        write(EVENT, '{\n  "about": "x",\n}'),
        EVENT,
        2,
        "is not JSON",
    ),
    "an event that is a list": (write(EVENT, "[]"), EVENT, 1, "object"),
    "one event": (
        lambda folder: (
            [
                path.unlink()
                for path in (folder / "events").glob("*.json")
                if path.name != "one-receipt.json"
            ]
            and None
        ),
        "events",
        1,
        "has 1 event files",
    ),
    "settings that are no JSON": (
        write("local.settings.json", "{"),
        "local.settings.json",
        1,
        "is not JSON",
    ),
    "a connection without a setting": (
        replace("local.settings.json", "AzureWebJobsStorage", "Storage"),
        "local.settings.json",
        3,
        "has no setting 'AzureWebJobsStorage'",
    ),
    "a host.json against its schema": (
        replace("host.json", '"maxDequeueCount": 5', '"maxDequeueCount": "5"'),
        "host.json",
        5,
        "extensions.queues.maxDequeueCount",
    ),
    "a misspelt keyword": (
        replace(APP, "    connection=", '    conection="X",\n    connection='),
        APP,
        15,
        "'conection' is no key of a queueTrigger binding",
    ),
    "an announced error that does not come": (
        replace(EVENT, '"about"', '"raises": "KeyError", "about"'),
        EVENT,
        2,
        "announces KeyError, but nothing was raised",
    ),
    "an error that is not announced": (
        replace(APP, "    receipt =", "    1 / 0\n    receipt ="),
        EVENT,
        1,
        "function_app.py:24: ZeroDivisionError: division by zero",
    ),
    "a recorded value edited by hand": (
        replace(RECORD, "3 x teapot", "4 x teapot"),
        RECORD,
        37,
        "is not what came back",
    ),
    "a recorded binding edited by hand": (
        replace("recorded/functions.json", "receipts", "bills"),
        "recorded/functions.json",
        9,
        "is not what came back",
    ),
    "a recorded file removed": (delete(RECORD), RECORD, 1, "is missing"),
    "a record of no event": (
        write("recorded/events/old.json", "{}"),
        "recorded/events/old.json",
        1,
        "is the record of nothing",
    ),
    "a record that is no text": (
        latin_1(RECORD),
        RECORD,
        1,
        "cannot be read",
    ),
    "a queue renamed": (
        replace(APP, '"receipts"', '"bills"'),
        "recorded/functions.json",
        9,
        "is not what came back",
    ),
    "an annotation": (
        replace(APP, "func.QueueMessage", "func.EventHubEvent"),
        APP,
        1,
        "cannot load the print_receipt function",
    ),
    "a log changed": (
        replace(APP, "%s: %s x %s", "%s: %s times %s"),
        RECORD,
        37,
        "is not what came back",
    ),
    "an app that loops": (
        import_line("import logging\nwhile True: pass"),
        APP,
        1,
        "it did not finish within 1 s",
    ),
    "a function that loops": (
        replace(APP, "    receipt =", "    while True: pass\n    receipt ="),
        EVENT,
        1,
        "it did not finish within 1 s",
    ),
    "an app that raises SystemExit": (
        import_line("import logging\nraise SystemExit(3)"),
        APP,
        4,
        "SystemExit: 3",
    ),
    "an app that ends its process": (
        import_line("import logging, os; os._exit(7)"),
        APP,
        1,
        "it ended its process with exit code 7",
    ),
    "an app that is no Python": (
        import_line("import logging,"),
        APP,
        3,
        "syntax",
    ),
    "an app that does not import": (
        import_line("import logging, not_to_be_found"),
        APP,
        3,
        "No module named 'not_to_be_found'",
    ),
    "a test that fails": (
        replace("test_function_app.py", "assert", "assert not"),
        "test_function_app.py",
        None,
        "fails:",
    ),
    "a test that misses a line": (
        replace(
            APP, "    receipt =", "    if 0 > 1:\n        x = 1\n    receipt ="
        ),
        APP,
        None,
        "lines that test_function_app.py does not reach: ",
    ),
    "a test with a helper of ours": (
        replace(
            "test_function_app.py",
            "import",
            "import functions_by_example.sample.read\nimport",
        ),
        "test_function_app.py",
        None,
        "No module named 'functions_by_example'",
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_broken_is_named(what: str, folder: Path) -> None:
    break_it, file, line, text = BROKEN[what]
    break_it(folder)
    before = records(folder)
    verdict = levels.verify(folder, seconds=limit(what))
    named = [
        problem
        for problem in verdict.problems
        if problem.file == f"{folder}/{file}"
        and line in (problem.line, None)
        and text in f"{problem.what} {problem.remedy}"
    ]
    assert named, str(verdict)
    assert records(folder) == before


@pytest.mark.parametrize(
    "what", [what for what in BROKEN if BROKEN[what][1] == EVENT]
)
def test_update_writes_nothing_for_a_broken_sample(
    what: str, folder: Path
) -> None:
    before = records(folder)
    BROKEN[what][0](folder)
    changed, problems = levels.update(folder, seconds=limit(what))
    assert problems
    assert not changed
    assert records(folder) == before


def limit(what: str) -> float:
    """Seconds for a process: few, where it is to run out of them."""
    return 1 if "loops" in what else process.SECONDS


def records(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in (folder / record.FOLDER).rglob("*")
        if path.is_file()
    }


def test_a_whole_sample_has_no_problem(folder: Path) -> None:
    verdict = levels.verify(folder)
    assert not verdict.problems, str(verdict)
    assert str(verdict).startswith(
        f"queue/queue_trigger: indexed, {verdict.events} events invoked, "
        "unit-tested ("
    )


def test_a_broken_sample_does_not_hide_the_others(
    folder: Path, tmp_path: Path
) -> None:
    for name in ("a", "z"):
        shutil.copytree(folder, tmp_path / name / "queue_trigger")
    (folder / "README.md").unlink()
    verdicts = list(levels.verify_all(sample.find(tmp_path)))
    assert [(v.id, bool(v.problems)) for v in verdicts] == [
        ("a/queue_trigger", False),
        ("queue/queue_trigger", True),
        ("z/queue_trigger", False),
    ]


def test_problems_are_named_from_the_root() -> None:
    problem = Problem("README.md", 3, "is missing")
    placed = levels._placed(problem, SAMPLES / "http" / "route")
    assert str(placed) == "samples/http/route/README.md:3: is missing"


def test_update_records_what_came_back(folder: Path) -> None:
    for path in (folder / record.FOLDER).rglob("*.json"):
        path.write_text("[]")
    (folder / record.FOLDER / "events" / "old.json").write_text("{}")
    changed, problems = levels.update(folder)
    assert not problems
    assert f"{folder}/recorded/events/old.json" in changed
    assert records(folder) == records(WHOLE)
    assert levels.update(folder) == ([], [])


def test_update_refuses_an_error_that_is_not_announced(folder: Path) -> None:
    replace(EVENT, '"sku"', '"product"')(folder)
    before = records(folder)
    changed, problems = levels.update(folder)
    assert not changed
    assert [str(p) for p in problems] == [
        f"{folder}/{EVENT}:1: function_app.py:29: KeyError: 'sku'\n"
        '    if the event is meant to raise it, say "raises": "KeyError"'
    ]
    assert records(folder) == before


def test_events_run_with_the_samples_settings_only(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("A_VARIABLE_OF_OURS", "1")
    replace(
        APP,
        "    receipt =",
        "    import os, sys\n    sys.argv, os.environ['A_VARIABLE_OF_OURS']"
        "\n    receipt =",
    )(folder)
    verdict = levels.verify(folder)
    assert "KeyError: 'A_VARIABLE_OF_OURS'" in str(verdict)


def test_recorded_values_hold_no_path_of_this_machine() -> None:
    for path in SAMPLES.glob("*/*/recorded/**/*.json"):
        text = path.read_text(encoding="utf-8")
        assert str(ROOT) not in text
        json.loads(text)
