"""An app's modules, imported with what fails left out.

The worker stops at the first definition that fails. Here each is guarded: one
that fails is noted and left out, and the import goes on, in the same process.
Nothing of the app's folder is changed, and nothing is written to it.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import importlib.machinery
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from functions_by_example.check.failures import REGISTER, failure
from functions_by_example.check.functions import Registered
from functions_by_example.check.problems import Place
from functions_by_example.check.source import Definition
from functions_by_example.protocol.problem import Problem
from functions_by_example.worker.app import relative

_GUARD = "__gallery_check_guard__"


@contextlib.contextmanager
def leaving_out(registered: Registered) -> Iterator[list[Problem]]:
    """While this lasts, the app's modules are imported with each definition
    and each registration guarded; the list has the problems of those that
    failed."""
    problems: list[Problem] = []

    def guard(file: str, *names: str) -> _Guard:
        return _Guard(registered, problems, file, names)

    finder = _Finder(registered.folder)
    builtins.__dict__[_GUARD] = guard
    sys.meta_path.insert(
        sys.meta_path.index(importlib.machinery.PathFinder), finder
    )
    try:
        yield problems
    finally:
        if finder in sys.meta_path:
            sys.meta_path.remove(finder)


class _Guard:
    """`with guard:` around a statement of the app. Where it fails, that is a
    problem in the list; the names that it was to bind are bound to nothing
    much, and the import goes on."""

    def __init__(
        self,
        registered: Registered,
        problems: list[Problem],
        file: str,
        names: tuple[str, ...],
    ) -> None:
        self.registered = registered
        self.problems = problems
        self.file = file
        self.names = names

    def __enter__(self) -> None:
        self.before = len(self.registered.builders)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: types.TracebackType | None,
    ) -> bool:
        if error is None or trace is None:
            return False
        self.registered.leave_out(self.before)
        place = Place(self.file, trace.tb_lineno)
        problem = failure(error, next(iter(self.names), None), place)
        if problem not in self.problems:
            self.problems.append(problem)
        for name in self.names:
            trace.tb_frame.f_locals[name] = _left_out
        return True


def _left_out(*args: object, **kwargs: object) -> None:
    """Stands where a definition was left out."""


class _Finder(importlib.machinery.PathFinder):
    """Finds modules where they are; those of the app come guarded."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find_spec(  # type: ignore[override]
        self, name: str, path: Any = None, target: Any = None
    ) -> importlib.machinery.ModuleSpec | None:
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if (
            spec
            and type(spec.loader) is importlib.machinery.SourceFileLoader
            and (file := relative(spec.loader.path, self.folder))
        ):
            spec.loader = _Loader(spec.name, spec.loader.path, file)
        return spec


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, name: str, path: str, file: str) -> None:
        super().__init__(name, path)
        self.file = file

    def get_code(self, fullname: str) -> types.CodeType | None:
        """Compiled from the source, whatever may be cached of it."""
        content = self.get_data(self.path)
        try:
            tree = ast.parse(content, self.path)
        except SyntaxError as error:
            if error.filename is None:  # a null byte
                error.filename = self.path
                error.lineno = content.partition(b"\0")[0].count(b"\n") + 1
            raise
        guarded = ast.fix_missing_locations(_Guards(self.file).visit(tree))
        return compile(guarded, self.path, "exec", dont_inherit=True)


class _Guards(ast.NodeTransformer):
    """Puts each decorated definition, and each statement that registers
    functions by a call, into `with guard(...):`. Lines stay what they are."""

    def __init__(self, file: str) -> None:
        self.file = file

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.stmt:
        return self._definition(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.stmt:
        return self._definition(node)

    def visit_Expr(self, node: ast.Expr) -> ast.stmt:
        return self._with(node) if _registers(node.value) else node

    def visit_Return(self, node: ast.Return) -> ast.stmt:
        return self._with(node) if _registers(node.value) else node

    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        names = [t.id for t in node.targets if isinstance(t, ast.Name)]
        return self._with(node, *names) if _registers(node.value) else node

    def visit_Try(self, node: ast.Try) -> ast.Try:
        """What an app tries, with an answer to its failure, is its own."""
        for part in (node.handlers, node.orelse, node.finalbody):
            part[:] = [self.visit(child) for child in part]
        if not node.handlers:
            node.body = [self.visit(child) for child in node.body]
        return node

    def _definition(self, node: Definition) -> ast.stmt:
        self.generic_visit(node)
        return self._with(node, node.name) if node.decorator_list else node

    def _with(self, node: ast.stmt, *names: str) -> ast.stmt:
        call = ast.Call(
            func=ast.Name(_GUARD, ast.Load()),
            args=[ast.Constant(text) for text in (self.file, *names)],
            keywords=[],
        )
        guarded = ast.With(items=[ast.withitem(call)], body=[node])
        return ast.copy_location(guarded, node)


def _registers(node: ast.expr | None) -> bool:
    """Whether this is app.decorator(...)(function) or a registration."""
    return isinstance(node, ast.Call) and (
        isinstance(node.func, ast.Call)
        or (isinstance(node.func, ast.Attribute) and node.func.attr in REGISTER)
    )
