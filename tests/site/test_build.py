"""What is wrong with samples, records and pages is reported together, with
file and line; read from a tiny site that is broken on purpose."""

import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import pytest
import tiny

from functions_by_example.site.hook import Hook


class Broken(NamedTuple):
    """A change to a file (without `new`, the file is deleted), and what is to
    be said of its line."""

    file: str
    old: str
    new: str | None
    said: str


TRIGGER = "samples/queue/queue_trigger"
# What each of three builds is to report, all at once.
BROKEN = {
    "pages": [
        Broken(
            "docs/start/index.md",
            "samples/queue/queue_trigger.md",
            "samples/queue/queue_tigger.md",
            "names the sample queue/queue_tigger, which does not exist",
        ),
        Broken(
            "docs/start/index.md",
            "queue_trigger one-receipt",
            "queue_trigger two-receipts",
            "`result queue/queue_trigger two-receipts` cannot be filled in",
        ),
        Broken(
            "docs/start/index.md",
            "`KeyError",
            "`NoSuchError",
            "names the error NoSuchError, which does not exist",
        ),
        Broken(
            "docs/reference/queue.md",
            "FunctionApp.queue_trigger",
            "FunctionApp.on_queue_change",
            "names ::: azure.functions.FunctionApp.on_queue_change, which",
        ),
        Broken(
            "docs/about/index.md",
            "gallery: versions",
            "gallery: moods",
            "`moods` cannot be filled in: KeyError: 'moods'",
        ),
        Broken(
            "docs/about/index.md",
            "order: 10",
            "order: last",
            "has the order 'last', which is no number",
        ),
        Broken(
            f"{TRIGGER}/README.md",
            "../queue_output/README.md",
            "../queue_outpost/README.md",
            "links to ../queue_outpost/README.md, which is no page",
        ),
        Broken(
            f"{TRIGGER}/README.md",
            "`message.get_json()` raises",
            "`message.get_json()` raises `JSONDecodingError` and",
            "names the error JSONDecodingError",
        ),
        Broken(
            f"{TRIGGER}/local.settings.json",
            '"UseDevelopmentStorage=true"',
            '"AccountName=a;AccountKey=c2VjcmV0"',
            "holds what looks like a secret",
        ),
    ],
    "samples": [
        Broken(
            f"{TRIGGER}/README.md",
            "`@app.queue_trigger`",
            "`@app.queue_tigger`",
            "the step's `@app.queue_tigger` is not in function_app.py",
        ),
        Broken(
            "samples/queue/queue_output/recorded/functions.json",
            '"name"',
            "name",
            "is not JSON: Expecting property name",
        ),
        Broken(
            "samples/http/route/recorded/functions.json",
            "[",
            None,
            "cannot be read: No such file or directory",
        ),
        Broken(
            "docs/about/index.md",
            "order: 10",
            "order: last",
            "has the order 'last', which is no number",
        ),
    ],
    "links": [
        Broken(
            "docs/start/index.md",
            "queue_trigger.md#files",
            "queue_trigger.md#flies",
            "Doc file 'start/index.md' contains a link",
        ),
        Broken(
            "docs/about/index.md",
            "https://json.schemastore.org/host.json",
            "nowhere.md",
            "Doc file 'about/index.md' contains a link",
        ),
    ],
}


@pytest.fixture(scope="module")
def reported(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[str], tuple[Path, str]]:
    """The tree of a broken site and what its build says; built once."""
    made: dict[str, tuple[Path, str]] = {}

    def build(kind: str) -> tuple[Path, str]:
        if kind not in made:
            tree = tiny.tree(tmp_path_factory.mktemp(kind))
            for file, old, new, _ in BROKEN[kind]:
                tiny.changed(tree, file, old, new)
            succeeded, output = tiny.built(tree)
            assert not succeeded, output
            made[kind] = tree, output
        return made[kind]

    return build


@pytest.mark.parametrize(
    ("kind", "broken"),
    [(kind, broken) for kind, all in BROKEN.items() for broken in all],
    ids=lambda value: getattr(value, "said", value),
)
def test_what_is_broken_is_reported_with_file_and_line(
    reported: Callable[[str], tuple[Path, str]], kind: str, broken: Broken
) -> None:
    tree, output = reported(kind)
    text = tree / broken.file
    line = 1
    if broken.new:
        before, _, _ = text.read_text("utf-8").partition(broken.new)
        line += before.count("\n")
    assert f"{broken.file}:{line}: {broken.said}" in output


@pytest.mark.parametrize("kind", ["pages", "samples"])
def test_nothing_is_written_of_a_site_with_problems(
    reported: Callable[[str], tuple[Path, str]], kind: str
) -> None:
    tree, _ = reported(kind)
    assert not (tree / "site").exists()


# --- A whole site ---


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A site with nothing wrong, and what its build says."""
    tree = tiny.tree(tmp_path_factory.mktemp("whole"))
    succeeded, output = tiny.built(tree)
    assert succeeded, output
    return tree / "site", output


def test_a_sample_needs_a_folder_and_nothing_else(
    whole: tuple[Path, str],
) -> None:
    """One of patterns/, whose folders may have any name."""
    site, _ = whole
    for page in ("samples/patterns/greeting", ".", "reference/http"):
        assert "Say hello" in (site / page / "index.html").read_text("utf-8")
    assert ">Say hello</a>" in (site / "index.html").read_text("utf-8")


def test_a_site_without_the_playground_says_so(
    whole: tuple[Path, str],
) -> None:
    site, output = whole
    (line,) = (x for x in output.splitlines() if "playground" in x)
    assert line.startswith("INFO") and "`nox -s docs`" in line
    assert not (site / "assets/playground").exists()
    assert not (site / "service.js").exists()


# --- Serving ---


def _built(tmp_path: Path) -> SimpleNamespace:
    """Stands for the build: finished, of the samples in this folder."""
    return SimpleNamespace(root=tmp_path, finish=lambda serving: None)


def test_a_saved_sample_is_verified_while_serving(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    sent: list[list[Path]] = []
    monkeypatch.setattr(
        "functions_by_example.site.build.verify",
        lambda folders, root: sent.append(folders),
    )
    readme = tmp_path / "samples/queue/queue_trigger/README.md"
    readme.parent.mkdir(parents=True)
    readme.write_text("one")
    hook = Hook()
    hook.on_startup(command="serve", dirty=False)
    hook.build = _built(tmp_path)

    hook.on_post_build(None)
    assert "Samples: 1" in capsys.readouterr().out
    hook.on_post_build(None)
    assert not sent

    readme.write_text("two")
    os.utime(readme, ns=(1, 1))
    hook.on_post_build(None)
    assert sent == [[readme.parent]]


def test_nothing_is_verified_while_building(tmp_path: Path) -> None:
    hook = Hook()
    hook.on_startup(command="build", dirty=False)
    hook.build = _built(tmp_path)
    hook.on_post_build(None)
    assert not hook.seen
