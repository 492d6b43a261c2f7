"""Every record is what comes back now; a record, an app, an announcement or an
environment that is wrong is reported with file, line and remedy.

PREVIEW_PACKAGES names the folder of the release that one of them is of, which
`nox -s tests` installs.
"""

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from functions_by_example import __main__
from functions_by_example.paths import DATA, DOCS, ROOT
from functions_by_example.processes import process
from functions_by_example.sample import record
from functions_by_example.sample.read import SampleError
from functions_by_example.trials import apps, models, preview, trial, troubles
from functions_by_example.trials.trial import CaseError, Trial

TRIALS = dict(trial.every())


def files(one: Trial[object]) -> list[Path]:
    return [one.path] if one.path.suffix else sorted(one.path.rglob("*.json"))


# --- As it is -----------------------------------------------------------------


@pytest.mark.parametrize("name", TRIALS)
def test_the_record_is_what_comes_back_now(
    name: str, now: Callable[[str], object]
) -> None:
    if TRIALS[name].missing():
        problems = TRIALS[name].compare()
    else:
        problems = TRIALS[name].differences(now(name))
    if problems:
        pytest.fail("\n".join(map(str, problems)), pytrace=False)


@pytest.mark.parametrize("name", TRIALS)
def test_a_record_is_written_as_records_are_and_names_no_machine(
    name: str,
) -> None:
    for path in files(TRIALS[name]):
        text = path.read_text("utf-8")
        assert text == record.text_of(json.loads(text)), path
        assert not re.search(r"/tmp|/home/(?!site)|/usr|/root|[A-Z]:\\\\", text)
        assert str(ROOT) not in text and "site-packages" not in text, path


def test_every_trial_is_found_without_a_list() -> None:
    modules = {
        path.stem
        for path in (ROOT / "functions_by_example/trials").glob("*.py")
        if "@trial(" in path.read_text("utf-8")
    }
    assert modules == set(TRIALS)


# --- Made wrong ---------------------------------------------------------------


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Trial[object]]:
    """A trial whose record is one file."""
    path = tmp_path / "made.json"
    one = Trial("made", path, lambda: {"sku": "teapot", "count": 3})
    one.rewrite()
    yield one


def edited(path: Path, old: str, new: str) -> str:
    text = path.read_text("utf-8").replace(old, new)
    path.write_text(text, "utf-8")
    return text


def test_a_record_edited_by_hand_is_shown_with_line_and_difference(
    made: Trial[object],
) -> None:
    assert made.compare() == []
    edited(made.path, "3", "4")
    (problem,) = made.compare()
    assert (problem.file, problem.line) == (str(made.path), 3)
    assert '-  "count": 4' in problem.what and '+  "count": 3' in problem.what
    assert "`nox -s update`" in problem.remedy
    assert made.rewrite() == [str(made.path)]
    assert made.rewrite() == []


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (None, "is missing"),
        (b"\xe9", "cannot be read"),
        (b'{"sku": "teapot", "count": 3}', "is not what came back"),
        (b"", "is not what came back"),
    ],
)
def test_a_record_that_is_none_is_reported(
    made: Trial[object], content: bytes | None, what: str
) -> None:
    if content is None:
        made.path.unlink()
    else:
        made.path.write_bytes(content)
    (problem,) = made.compare()
    assert what in problem.what and problem.remedy


def test_a_record_that_is_no_json_is_named_where_a_page_loads_it(
    made: Trial[object],
) -> None:
    made.path.write_text('{\n"a": }')
    with pytest.raises(SampleError) as caught:
        made.load()
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == (made.path.as_posix(), 2)
    assert problem.what.startswith("is not JSON") and problem.remedy


def test_a_folder_of_records_has_a_file_for_each_key(tmp_path: Path) -> None:
    one = Trial("made", tmp_path / "made", lambda: {"a": 1, "events/b": 2})
    assert one.rewrite() == [f"{one.path}/a.json", f"{one.path}/events/b.json"]
    assert one.load() == {"a": 1, "events/b": 2}
    (one.path / "old.json").write_text("{}")
    (problem,) = one.compare()
    assert problem.file == f"{one.path}/old.json"
    assert "`nox -s update`, which removes it" in problem.remedy
    assert one.rewrite() == [f"{one.path}/old.json"]
    assert one.compare() == []


def test_a_part_that_differs_from_machine_to_machine_is_not_compared(
    tmp_path: Path,
) -> None:
    for seconds, fast in ((1, True), (2, True), (9, False)):
        one = Trial(
            "made",
            tmp_path / "made.json",
            lambda seconds=seconds: {"seconds": seconds},
            compared=lambda record: record["seconds"] < 5,
        )
        if seconds == 1:
            one.rewrite()
        assert (one.compare() == []) == fast


def wrong_case() -> object:
    problem = trial.Problem("docs/x.py", 7, "announces a")
    raise CaseError([problem], {"a": 1})


def ended_case() -> object:
    raise process.Ended("its process was killed by signal 9")


@pytest.mark.parametrize(
    ("run", "missing", "said"),
    [
        (wrong_case, "", ["docs/x.py:7: announces a"]),
        (ended_case, "", [":1: is kept: its process was killed by signal 9"]),
        (dict, "there is no fax; install it", [":1: is kept: there is no fax"]),
    ],
)
def test_what_cannot_be_recorded_writes_nothing(
    tmp_path: Path, run: Callable[[], object], missing: str, said: list[str]
) -> None:
    path = tmp_path / "made.json"
    path.write_text("[]\n")
    one = Trial("made", path, run, missing=lambda: missing)
    with pytest.raises(SampleError) as raised:
        one.rewrite()
    assert len(raised.value.problems) == len(said)
    for text in said:
        assert text in str(raised.value)
    assert path.read_text() == "[]\n"
    assert one.compare()


def test_a_case_that_is_wrong_does_not_hide_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("2\n")
    first, second = Trial("made", tmp_path, wrong_case).compare()
    assert (first.file, first.line) == ("docs/x.py", 7)
    assert second.file == f"{tmp_path}/a.json"


def test_update_goes_on_after_a_trial_that_fails(
    made: Trial[object],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    broken = Trial("broken", made.path.with_name("broken.json"), wrong_case)
    edited(made.path, "3", "4")
    monkeypatch.setattr(
        trial, "every", lambda: {"broken": broken, "made": made}
    )
    assert __main__.main(["update", "broken", "made"]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said == ["docs/x.py:7: announces a", f"{made.path}: rewritten"]
    assert not broken.path.exists()
    assert made.compare() == []


def test_update_leaves_alone_what_is_rewritten_by_hand() -> None:
    by_hand = {name for name, one in TRIALS.items() if one.by_hand}
    assert by_hand == {"blocking", "versions"}
    for name in by_hand:
        assert "`nox -s" in TRIALS[name].by_hand


# --- The cases of the trials that there are -----------------------------------


@pytest.fixture
def learn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder like docs/learn, of one case."""
    folder = tmp_path / "apps/one"
    folder.mkdir(parents=True)
    code = (DOCS / "learn/apps/file-name/shop.py").read_text("utf-8")
    (folder / "function_app.py").write_text(code)
    monkeypatch.setattr(apps, "LEARN", tmp_path)
    return tmp_path


def test_a_small_app_that_changes_is_shown_with_the_difference(
    learn: Path,
) -> None:
    one = Trial("apps", learn / "recorded", apps.outcome.run)
    assert one.rewrite() == [f"{learn}/recorded/one.json"]
    edited(learn / "apps/one/function_app.py", "health", "ill")
    (problem,) = one.compare()
    assert problem.file == f"{learn}/recorded/one.json"
    assert '"name": "ill"' in problem.what


@pytest.mark.parametrize(
    ("file", "text", "line", "what"),
    [
        ("function_app.py", "import os\nos._exit(3)", 1, "exit code 3"),
        ("events/a.json", '{\n"about": }', 2, "is not a JSON object"),
        ("events/a.json", "[1]", 1, "is not a JSON object"),
        ("events/a.json", '{\n"fax": {}}', 2, "the unknown key 'fax'"),
    ],
)
def test_a_small_app_that_is_broken_is_named(
    learn: Path, file: str, text: str, line: int, what: str
) -> None:
    path = learn / "apps/one" / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    with pytest.raises(CaseError) as raised:
        Trial("apps", learn / "recorded", apps.outcome.run).rewrite()
    (problem,) = raised.value.problems
    assert (problem.file, problem.line) == (str(path), line)
    assert what in problem.what
    assert not (learn / "recorded").exists()


def test_an_app_that_does_not_what_it_announces_is_named_with_its_line() -> (
    None
):
    found = json.loads(json.dumps(troubles.recorded()))
    assert not list(troubles.unannounced(found))
    found["no-trigger"]["wrong"]["check"] = []
    found["cardinality"]["wrong"]["result"]["error"]["type"] = "KeyError"
    found["two-apps"]["right"]["functions"] = []
    found["own-decorator"]["right"]["result"]["error"] = {"type": "KeyError"}
    problems = list(troubles.unannounced(found))
    lines = (DATA / "fix.toml").read_text("utf-8").splitlines()
    named = ["two-apps", "no-trigger", "own-decorator", "cardinality"]
    assert [lines[p.line - 1] for p in problems] == [
        f"[case.{name}]" for name in named
    ]
    for problem, name in zip(problems, named, strict=True):
        assert problem.file == "functions_by_example/data/fix.toml"
        assert problem.what.startswith(f"{name}: ") and problem.remedy


@pytest.mark.parametrize("folder", [None, "no-such-folder"])
def test_without_the_old_release_it_is_said_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, folder: str | None
) -> None:
    monkeypatch.delenv(preview.PACKAGES, raising=False)
    if folder:
        monkeypatch.setenv(preview.PACKAGES, folder)
    (problem,) = preview.outcome.compare()
    assert str(problem).startswith("functions_by_example/data/preview.json:1: ")
    assert "1.10.1" in problem.what and "`nox -s update`" in problem.what


def test_without_the_older_library_it_is_said_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(models, "OLD", "no-such-library")
    (problem,) = models.outcome.compare()
    assert problem.file == "functions_by_example/data/models.json"
    assert "`nox -s update`" in problem.what


def test_another_release_is_not_recorded_as_the_previews(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The interpreter refuses to be what it is not, either way."""
    package = tmp_path / "azure/functions"
    package.mkdir(parents=True)
    monkeypatch.setenv(preview.PACKAGES, str(tmp_path))
    (package / "__init__.py").write_text("__version__ = '1.11.0'")
    (problem,) = preview.outcome.compare()
    assert "1.11.0, which is not what the preview runs on" in problem.what
    import azure.functions as func

    monkeypatch.setattr(func, "__version__", preview.RELEASE)
    with pytest.raises(CaseError, match="is not what today runs on"):
        preview.half(False)


QUEUE = preview.source("queue/now.py")


@pytest.mark.parametrize(
    ("code", "events", "said"),
    [
        ("import no_such", {}, r"now\.py:1: is not loaded: .*no_such"),
        (
            QUEUE,
            {"odd": {"message": {"body": "x"}}},
            r'odd\.json:1: .*JSONDecodeError.*\n.*"raises"',
        ),
        (QUEUE, {"odd": {"timer": {}}}, r"queue/events/odd\.json:1: .*'timer'"),
        ("import os; os._exit(3)", {}, r"queue/now\.py:1: .*exit code 3"),
    ],
)
def test_a_mistake_in_an_area_of_the_preview_is_not_recorded(
    monkeypatch: pytest.MonkeyPatch,
    code: str,
    events: dict[str, object],
    said: str,
) -> None:
    run = preview.Run(("areas", "queue", "now"), "queue/now.py", code, events)
    monkeypatch.setattr(preview, "runs", lambda old: [run])
    with pytest.raises(CaseError) as raised:
        preview.half(False)
    assert re.search(said, str(raised.value))


def test_an_event_of_the_preview_that_is_not_json_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(preview, "APPS", tmp_path)
    (tmp_path / "queue/events").mkdir(parents=True)
    (tmp_path / "queue/events/odd.json").write_text("{", "utf-8")
    with pytest.raises(CaseError, match=r"queue/events/odd\.json:1: is not a"):
        preview.events_of("queue")


def test_the_environment_of_a_session_is_its_own() -> None:
    """`nox -s tests` has all that a trial needs."""
    if preview.PACKAGES in os.environ:
        assert [n for n, one in TRIALS.items() if one.missing()] == []
