"""The two commands of README.md."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from functions_by_example.paths import ROOT


def nox(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "nox", *arguments],
        cwd=cwd,
        env=os.environ | {"NOX_ENVDIR": str(cwd / "environments")},
        capture_output=True,
        text=True,
    )


def test_a_missing_interpreter_fails(tmp_path: Path) -> None:
    text = (ROOT / "noxfile.py").read_text("utf-8")
    assert 'PYTHON = "3.13"' in text
    missing = text.replace('PYTHON = "3.13"', 'PYTHON = "3.99"')
    (tmp_path / "noxfile.py").write_text(missing, "utf-8")
    done = nox("-s", "lint", cwd=tmp_path)
    assert done.returncode != 0
    assert "3.99" in done.stderr
    assert "skipped" not in done.stderr


def test_nox_alone_runs_what_a_change_must_pass() -> None:
    listed = nox("--list", cwd=ROOT).stdout
    default = re.findall(r"^\* (\w+) ->", listed, re.MULTILINE)
    assert sorted(default) == [
        "docs",
        "lint",
        "samples",
        "tests",
        "types",
        "wheel",
    ]


@pytest.mark.parametrize(
    ("chosen", "needed"),
    [
        ("tests/test_main.py", set()),
        ("tests/check", {"DURABLE_PACKAGES"}),
        ("tests/trials/test_preview.py", {"PREVIEW_PACKAGES"}),
        ("tests/site/test_site.py", {"PLAYGROUND_MODULES"}),
    ],
)
def test_a_file_of_tests_gets_what_it_needs(
    chosen: str, needed: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", os.environ["PATH"])  # which noxfile.py extends
    import noxfile

    assert noxfile.variables([ROOT / chosen]) == needed


def test_readme_names_sessions_that_exist() -> None:
    listed = nox("--list", cwd=ROOT).stdout
    there = set(re.findall(r"^[*-] (\w+) ->", listed, re.MULTILINE))
    readme = (ROOT / "README.md").read_text("utf-8")
    named = re.findall(r"nox -s (\w+)", readme)
    assert named
    assert set(named) <= there


def test_ci_runs_the_readmes_test_command() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    install, run = '-m pip install "nox[uv]"', "python3 -m nox"
    assert f"\npython3 {install} && {run}\n" in readme
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert f'pip install --quiet "nox[uv]" && {run}' in script


def test_locks_name_no_place_of_the_machine_that_wrote_them() -> None:
    for lock in (ROOT / "locks").glob("*.txt"):
        for line in lock.read_text("utf-8").splitlines():
            assert "/" not in line and "index" not in line, (lock.name, line)


def test_the_extra_that_is_locked_is_the_packages() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    extra = project["project"]["optional-dependencies"]["migrate"]
    assert extra == project["dependency-groups"]["extra"]
