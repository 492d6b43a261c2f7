"""What holds of every module of the package, whatever it is about."""

import ast
import sys
from pathlib import Path

import pytest
from sources import tags

from functions_by_example.paths import PACKAGE
from functions_by_example.playground import library

IN_BROWSER = [PACKAGE / name for name in library.our_names()]
ALLOWED = sys.stdlib_module_names | {
    "azure",
    "azure_functions_runtime",
    PACKAGE.name,
}


def imported(path: Path) -> set[str]:
    """The dotted names that a file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize(
    "path", IN_BROWSER, ids=lambda path: path.relative_to(PACKAGE).as_posix()
)
def test_what_runs_in_a_browser_needs_nothing_more(path: Path) -> None:
    needed = imported(path)
    assert {name.partition(".")[0] for name in needed} <= ALLOWED
    shipped = {
        f"{PACKAGE.name}.{name.removesuffix('.py').replace('/', '.')}"
        for name in library.our_names()
    }
    shipped |= {name.removesuffix(".__init__") for name in shipped}
    for name in needed:
        if name.startswith(f"{PACKAGE.name}."):
            assert {name, name.rpartition(".")[0]} & shipped, name


def test_templates_make_html_and_python_does_not() -> None:
    """No text in a module holds a tag: templates escape what they are given."""
    found = {
        path.relative_to(PACKAGE).as_posix(): count
        for path in sorted(PACKAGE.rglob("*.py"))
        if (count := tags(path.read_text("utf-8")))
    }
    assert not found, "lines with a tag: put them into site/templates/"


def test_the_tags_of_a_module_are_found() -> None:
    assert tags('x = f"<b>{y}</b>"') == 1
    assert tags('"""A <b>docstring</b>."""\nx = "<string> a < b"') == 0
