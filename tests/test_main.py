"""The commands in a checkout, as a shell sees them; tests/wheel has them
installed."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from functions_by_example.__main__ import main
from functions_by_example.paths import ROOT, SAMPLES

SAMPLE = SAMPLES / "queue" / "queue_trigger"
EVENT = SAMPLE / "events" / "one-receipt.json"


def command(*arguments: object, cwd: Path) -> tuple[int, str, str]:
    """Exit status, standard output, standard error."""
    done = subprocess.run(
        [sys.executable, "-m", "functions_by_example", *map(str, arguments)],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A sample folder without README.md."""
    copy = tmp_path / "queue" / "queue_trigger"
    shutil.copytree(SAMPLE, copy)
    (copy / "README.md").unlink()
    return copy


def test_run_prints_what_came_back_as_json(tmp_path: Path) -> None:
    status, out, _ = command("run", SAMPLE, EVENT, cwd=tmp_path)
    assert status == 0
    recorded = SAMPLE / "recorded" / "events" / EVENT.name
    assert json.loads(out) == json.loads(recorded.read_text("utf-8"))


def test_run_fails_where_the_function_does(tmp_path: Path) -> None:
    event = SAMPLE / "events" / "not-json-first-try.json"
    status, out, _ = command("run", SAMPLE, event, cwd=tmp_path)
    assert status == 1
    assert json.loads(out)["result"]["error"]["type"] == "JSONDecodeError"


def test_run_says_what_is_wrong_with_its_arguments(tmp_path: Path) -> None:
    (tmp_path / "list.json").write_text("[]")
    (tmp_path / "odd.json").write_text('{"odd": 1}')
    for path, event, text in (
        (SAMPLE, "no.json", "No such file"),
        (SAMPLE, "list.json", "an event is a JSON object"),
        (SAMPLE, "odd.json", "unknown key 'odd'"),
        (tmp_path, "odd.json", "there is no function_app.py here"),
    ):
        status, out, err = command("run", path, event, cwd=tmp_path)
        assert (status, out) == (2, "")
        assert text in err


def test_check_prints_functions_and_problems(tmp_path: Path) -> None:
    status, out, _ = command("check", SAMPLE, cwd=tmp_path)
    assert status == 0
    assert "print_receipt" in out
    assert "queueTrigger" in out


def test_check_gives_json_and_fails_where_an_app_does(tmp_path: Path) -> None:
    status, out, _ = command("check", SAMPLE, "no-such", "--json", cwd=tmp_path)
    assert status == 1
    fine, missing = json.loads(out)
    assert (fine["ok"], fine["problems"]) == (True, [])
    assert [function["name"] for function in fine["functions"]] == [
        "print_receipt"
    ]
    assert missing["path"] == "no-such"
    assert not missing["ok"]
    assert missing["problems"][0]["severity"] == "error"


def test_an_app_that_raises_odd_text_ends_no_other_verdict(
    tmp_path: Path,
) -> None:
    """A lone surrogate has no UTF-8."""
    (tmp_path / "function_app.py").write_text("raise OSError('\\ud800')\n")
    status, out, _ = command("check", tmp_path, SAMPLE, "--json", cwd=tmp_path)
    assert status == 1
    odd, fine = json.loads(out)
    assert odd["problems"][0]["message"] == "OSError: \ud800"
    assert fine["ok"]


def test_check_takes_relative_paths(tmp_path: Path) -> None:
    shutil.copytree(SAMPLE, tmp_path / "shop")
    status, out, _ = command("check", "shop", "--json", cwd=tmp_path)
    assert status == 0
    assert json.loads(out)[0]["path"] == "shop"


@pytest.mark.parametrize(
    "arguments",
    [(), ("chek",), ("check",), ("check", ".", "--timeout", "soon"), ("run",)],
)
def test_wrong_usage_exits_with_2(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: functions-by-example" in capsys.readouterr().err


def test_a_checkout_has_the_commands_of_contributors(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    listed = set(capsys.readouterr().out.split())
    assert {"check", "run", "migrate", "verify", "update", "new"} <= listed


def test_check_imports_nothing_that_is_in_a_checkout_alone() -> None:
    code = (
        "import sys; from functions_by_example.__main__ import main; "
        f"main(['check', {str(SAMPLE)!r}]); print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    imported = done.stdout.splitlines()[-1].split()
    assert "functions_by_example.check.judging" in imported
    for folder in ("playground", "site", "trials"):
        assert f"functions_by_example.{folder}" not in imported


def test_verify_says_a_line_a_sample_and_a_count(tmp_path: Path) -> None:
    status, out, _ = command("verify", SAMPLE, cwd=tmp_path)
    assert status == 0
    first, last = out.splitlines()
    assert first.startswith("queue/queue_trigger: indexed, ")
    assert last == "1 passed, 0 failed"


def test_verify_goes_on_after_a_broken_sample(
    broken: Path, tmp_path: Path
) -> None:
    status, out, _ = command("verify", broken, SAMPLE, cwd=tmp_path)
    assert status == 1
    assert f"{broken}/README.md:1: is missing" in out
    assert "queue/queue_trigger: indexed, " in out
    assert out.endswith("1 passed, 1 failed\n")


def test_update_leaves_a_broken_sample_alone(
    broken: Path, tmp_path: Path
) -> None:
    recorded = broken / "recorded" / "functions.json"
    recorded.write_text("[]")
    status, out, _ = command("update", broken, cwd=tmp_path)
    assert status == 1
    assert f"{broken}/README.md:1: is missing" in out
    assert recorded.read_text() == "[]"


def test_update_changes_nothing_where_nothing_changed(tmp_path: Path) -> None:
    copy = tmp_path / "queue" / "queue_trigger"
    shutil.copytree(SAMPLE, copy)
    status, out, _ = command("update", copy, cwd=tmp_path)
    assert (status, out) == (0, "queue/queue_trigger: unchanged\n")


def test_a_sample_that_is_not_there_is_named(tmp_path: Path) -> None:
    status, _, err = command("update", "queue/no_such", cwd=tmp_path)
    assert status == 2
    assert err == "queue/no_such: there is no such sample\n"


def test_check_and_run_import_neither_site_nor_trials(tmp_path: Path) -> None:
    """Which the session of samples, and an installed package, lack."""
    program = (
        "import sys, functions_by_example.__main__; "
        "print([m for m in sys.modules if m.startswith(("
        "'functions_by_example.site', 'functions_by_example.trials', "
        "'jinja2', 'mkdocs'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.stdout == "[]\n", done.stderr
