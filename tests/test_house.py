"""The house of gallery/: a module imports only what stands before it."""

import ast
import re
import sys
from pathlib import Path

import pytest

import gallery
from gallery.playground import build
from gallery.verify import ROOT

PACKAGE = ROOT / "gallery"
ORDER = re.findall(r"^([a-z_]+) +[a-z]", gallery.__doc__ or "", re.MULTILINE)
WORKER = ["messages", "events", "app"]
FILES = sorted(PACKAGE.rglob("*.py"))
# What runs in a browser: the standard library and the SDK's own packages.
IN_BROWSER = [PACKAGE / name for name in build.gallery_names()]


def part(path: Path) -> str:
    """The line of the house that a file belongs to."""
    inside = path.relative_to(PACKAGE)
    return inside.parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """The dotted names that a file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def of_ours(path: Path) -> set[str]:
    """The parts of gallery/ that a file imports."""
    return {
        name.split(".")[1]
        for name in imported(path)
        if name.startswith("gallery.")
    }


def test_every_module_has_its_place() -> None:
    parts = {part(path) for path in FILES} - {"__init__"}
    assert parts == set(ORDER)


@pytest.mark.parametrize(
    "path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix()
)
def test_a_module_imports_downwards_only(path: Path) -> None:
    if part(path) == "__init__":
        assert not of_ours(path)
        return
    place = ORDER.index(part(path))
    above = {name for name in of_ours(path) if ORDER.index(name) > place}
    assert not above, f"{path.name} imports what stands above it: {above}"


def test_the_worker_imports_downwards_only() -> None:
    for place, name in enumerate(WORKER):
        names = imported(PACKAGE / "worker" / f"{name}.py")
        above = [n for n in WORKER[place:] if f"gallery.worker.{n}" in names]
        assert not above


@pytest.mark.parametrize(
    "path",
    IN_BROWSER,
    ids=lambda path: path.relative_to(PACKAGE).as_posix(),
)
def test_what_runs_in_a_browser_needs_nothing_more(path: Path) -> None:
    allowed = sys.stdlib_module_names | {
        "azure",
        "azure_functions_runtime",
        "gallery",
    }
    needed = {name.partition(".")[0] for name in imported(path)}
    assert needed <= allowed
