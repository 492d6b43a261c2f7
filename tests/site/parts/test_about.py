"""What the repository says of itself."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from functions_by_example.site.parts import about

NOXFILE = '''
import nox

nox.options.sessions = ["lint"]


@nox.session(python="3.13")
def lint(session):
    """Ruff: rules and format. More of it."""


@nox.session(python="3.13", default=False)
def serve(session):
    """The site, rebuilt as you save.

    In detail.
    """


def _helper():
    """No session."""
'''
README = "# T\n\n## Add a sample\n\nIt is a folder.\n\n## Feedback\n\nHere.\n"


def git(folder: Path, *arguments: str) -> str:
    names = ["-c", "user.name=N", "-c", "user.email=n@example.org"]
    done = subprocess.run(
        ["git", "-C", str(folder), *names, *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init")
    (tmp_path / "a").write_text("1")
    git(tmp_path, "add", "a")
    git(tmp_path, "commit", "-m", "one")
    return tmp_path


def test_the_commit_is_named(repository: Path) -> None:
    short = git(repository, "rev-parse", "--short=10", "HEAD")
    assert about.commit_of(repository) == f"`{short}`"


def test_the_commit_is_linked_where_the_repository_is_known(
    repository: Path,
) -> None:
    short = git(repository, "rev-parse", "--short=10", "HEAD")
    linked = f"[`{short}`](https://code.test/a/b/commit/{short})"
    assert about.commit_of(repository, "https://code.test/a/b/") == linked


def test_a_file_that_changed_since_is_told(repository: Path) -> None:
    (repository / "a").write_text("2")
    assert about.commit_of(repository).endswith(", with changes since")


def test_a_folder_without_git_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert about.commit_of(tmp_path).startswith("no commit: ")


def test_a_machine_without_git_says_so(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    assert about.commit_of(repository).startswith("no commit: ")


def test_sessions_are_listed_with_their_first_line() -> None:
    assert about.sessions_of(NOXFILE).splitlines()[2:] == [
        "| `nox -s lint` | Ruff: rules and format. More of it. | yes |",
        "| `nox -s serve` | The site, rebuilt as you save. |  |",
    ]


def test_modules_are_listed_in_the_order_of_the_docstring() -> None:
    docstring = "Machinery.\n\nIn order:\n\nsample   a folder\nrecord  kept\n"
    assert about.folders(docstring).splitlines()[2:] == [
        "| `sample` | a folder |",
        "| `record` | kept |",
    ]


def test_a_section_is_the_text_below_its_heading() -> None:
    assert about.section(README, "add-a-sample") == "It is a folder."


def test_a_section_that_is_not_there_is_named() -> None:
    with pytest.raises(LookupError, match="no heading for #install"):
        about.section(README, "install")
