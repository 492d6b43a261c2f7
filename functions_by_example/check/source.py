"""What can be read of an app's source: definitions, and where they stand."""

from __future__ import annotations

import ast
import functools
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import CodeType, ModuleType

from functions_by_example.worker.app import relative

Definition = ast.FunctionDef | ast.AsyncFunctionDef

# Folders beside an app that are none of its code, besides hidden ones.
_ASIDE = {"site-packages", "node_modules", "__pycache__", "tests", "test"}


class Source:
    """The source files of one app, each parsed once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._trees: dict[str, ast.Module | None] = {}

    def tree(self, file: str) -> ast.Module | None:
        """The syntax tree of a file of the app; None where there is none."""
        if file not in self._trees:
            try:
                text = (self.folder / file).read_bytes()
                self._trees[file] = ast.parse(text)
            except (OSError, ValueError, SyntaxError, MemoryError):
                self._trees[file] = None
        return self._trees[file]

    @functools.cached_property
    def modules(self) -> Mapping[str, Mapping[str, object]]:
        """What the modules imported from the app's files have by name."""
        found = {}
        for module in list(sys.modules.values()):
            names = vars(module) if isinstance(module, ModuleType) else {}
            file = relative(str(names.get("__file__")), self.folder)
            if file:
                found[file] = names
        return found

    def definition(self, file: str, line: int) -> Definition | None:
        """The function whose decorators or `def` stand on this line."""
        found = None
        for node in definitions(self.tree(file)):
            if first_line(node) <= line <= node.lineno:
                found = node
        return found

    def is_code_of(
        self, code: CodeType, file: str, definition: Definition
    ) -> bool:
        """Whether code was compiled from this definition in this file.

        A function's `__name__` can be set to any text; the file, the line and
        the name in its code object stay those of the `def`.
        """
        first = first_line(definition)
        return (
            relative(code.co_filename, self.folder) == file
            and first <= code.co_firstlineno <= definition.lineno
            and code.co_name == definition.name
        )

    def files(self) -> Iterator[str]:
        """The app's source files, without tests, environments, and folders
        that are apps of their own."""
        for parent, folders, files in os.walk(self.folder):
            here = Path(parent)
            folders[:] = sorted(
                name for name in folders if not _aside(here / name)
            )
            for name in sorted(files):
                if name.endswith(".py") and not _is_test(name):
                    yield (here / name).relative_to(self.folder).as_posix()


def definitions(tree: ast.AST | None) -> Iterator[Definition]:
    """Every function defined in a tree, outer ones before inner ones."""
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, Definition):
            yield node


def first_line(definition: Definition) -> int:
    """The line of its first decorator, or of its `def`."""
    lines = [node.lineno for node in definition.decorator_list]
    return min([definition.lineno, *lines])


def line_with(definition: Definition, *values: object) -> int | None:
    """The line, in its decorators, of the first of these that is there: a
    constant, or the name of a keyword."""
    for value in values:
        for decorator in definition.decorator_list:
            for node in ast.walk(decorator):
                if isinstance(node, ast.keyword) and node.arg == value:
                    return node.lineno
                if isinstance(node, ast.Constant) and node.value == value:
                    return node.lineno
    return None


def name_of(node: ast.expr) -> str:
    """A decorator or function as it is written, without its arguments."""
    return ast.unparse(node.func if isinstance(node, ast.Call) else node)


def _aside(folder: Path) -> bool:
    own = ("host.json", "function_app.py", "pyvenv.cfg")
    return (
        folder.name.startswith(".")
        or folder.name in _ASIDE
        or any((folder / name).exists() for name in own)
    )


def _is_test(name: str) -> bool:
    return name.startswith("test_") or name.endswith(
        ("_test.py", "conftest.py")
    )
