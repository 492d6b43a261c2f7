"""One Python file: what its names stand for.

LibCST keeps every byte; its scopes say which import or assignment a name
leads to. Nothing is imported or run.
"""

from __future__ import annotations

import ast
import functools
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import libcst as cst
from libcst import metadata as meta

from functions_by_example.sdk import former

SDK = "azure.functions"
# Of azure-functions-durable, which need not be installed.
DURABLE = ("azure.durable_functions.DFApp", "azure.durable_functions.Blueprint")
USUAL = "func"


class Broken(Exception):  # noqa: N818 (a file, not a fault of ours)
    """A file that cannot be read as Python: the line, and why."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line, self.why = line, why


@dataclass(frozen=True)
class Verdict:
    """What an object is: an app or blueprint, something else, or not to be
    known (`why`)."""

    ours: bool = False
    why: str = ""

    @property
    def known(self) -> bool:
        return not self.why


OURS, OTHER = Verdict(ours=True), Verdict()
Modules = Callable[[str, Path], "Source | None"]


@dataclass
class Source:
    """A file with its tree and scopes. `modules` finds the file behind a
    dotted name, as seen from a file, or None."""

    path: Path
    module: cst.Module
    scopes: Mapping[cst.CSTNode, meta.Scope | None]
    parents: Mapping[cst.CSTNode, cst.CSTNode]
    wrapper: meta.MetadataWrapper
    modules: Modules
    stars: tuple[str, ...] = ()
    unimported: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    _qualified: dict[cst.CSTNode, set[str]] = field(default_factory=dict)

    def line(self, node: cst.CSTNode) -> int:
        """The line that a node begins on."""
        return self._positions[node].start.line

    @functools.cached_property
    def _positions(self) -> Mapping[cst.CSTNode, meta.CodeRange]:
        """Found when first asked for: that takes a quarter of the time."""
        return self.wrapper.resolve(meta.PositionProvider)

    def nodes[T: cst.CSTNode](self, kind: type[T]) -> Iterator[T]:
        """The nodes of a kind; what stands inside of one comes before it."""
        return (node for node in self.parents if isinstance(node, kind))

    def up(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """What a node stands in, from the inside out."""
        while node is not self.module:
            node = self.parents[node]
            yield node

    def scope(self, node: cst.CSTNode) -> meta.Scope:
        """The scope that a node stands in."""
        for one in (node, *self.up(node)):
            found = self.scopes.get(one)
            if found is not None:
                return found
        raise LookupError(node)  # a module has one

    @functools.cached_property
    def globals(self) -> meta.Scope:
        return self.scope(self.module).globals

    # --- Names ------------------------------------------------------------

    def qualified(self, node: cst.CSTNode) -> set[str]:
        """The dotted names that an expression may stand for."""
        if node not in self._qualified:
            self._qualified[node] = self._names_of(node)
        return self._qualified[node]

    def _names_of(self, node: cst.CSTNode) -> set[str]:
        scope = self.scope(node)
        found = {name.name for name in scope.get_qualified_names_for(node)}
        if found:
            return found
        dotted = written(node)
        root, _, rest = dotted.partition(".")
        if not root or scope[root]:
            return set()
        if SDK in self.stars and root in former.exported():
            return {f"{SDK}.{dotted}"}
        if root == USUAL and rest.partition(".")[0] in former.exported():
            self.unimported.add(USUAL)
            return {f"{SDK}.{rest}"}
        return set()

    def sdk_class(self, node: cst.CSTNode) -> str:
        """The class of the SDK that an expression is, or derives from: its
        name, or "". Raises Unclear where that is not to be known."""
        found = self.qualified(node)
        own = {name for name in map(_public, found) if name}
        if not own:
            return self._derived(node)
        if len(found) > 1:
            raise Unclear(self._bound_twice(node))
        return own.pop()

    def _derived(self, node: cst.CSTNode) -> str:
        """Through a class statement or an alias of this file."""
        if not isinstance(node, cst.Name):
            return ""
        for assignment in self.scope(node)[node.value]:
            made = getattr(assignment, "node", None)
            if isinstance(made, cst.ClassDef):
                for base in made.bases:
                    if base.value is not node and self.sdk_class(base.value):
                        return self.sdk_class(base.value)
            value = self._value(assignment)
            if isinstance(value, cst.Name | cst.Attribute):
                public = {_public(name) for name in self.qualified(value)}
                if public != {""}:
                    return public.pop()
        return ""

    def is_direct(self, node: cst.CSTNode) -> bool:
        """Whether an expression is a class of the SDK itself."""
        return any(map(_public, self.qualified(node)))

    # --- Objects ----------------------------------------------------------

    def receiver(self, node: cst.BaseExpression) -> Verdict:
        """What an expression is, before whose dot a decorator stands."""
        try:
            return self._receiver(node, 0)
        except Unclear as unclear:
            return Verdict(why=str(unclear))

    def _receiver(self, node: cst.CSTNode, depth: int) -> Verdict:
        name = written(node)
        if isinstance(node, cst.Call):
            return OURS if self.sdk_class(node.func) else OTHER
        if not name or depth > 5:
            return Verdict(why="what it is called on is computed")
        root = name.partition(".")[0]
        bindings = self.scope(node)[root]
        if not bindings:
            if self.stars:
                return Verdict(
                    why=f"`{root}` may come from `from {self.stars[0]} "
                    "import *`: import it by its name"
                )
            return Verdict(
                why=f"there is no `{root}` here: begin the file with "
                f"`{root} = func.FunctionApp()`, or import it"
            )
        verdicts = [self._bound(b, node, depth) for b in bindings]
        if all(v == OURS for v in verdicts):
            return OURS
        if len(verdicts) > 1 and OURS in verdicts:
            return Verdict(why=self._bound_twice(node))
        unknown = [v for v in verdicts if not v.known]
        return unknown[0] if unknown else OTHER

    def _bound(
        self, binding: meta.BaseAssignment, node: cst.CSTNode, depth: int
    ) -> Verdict:
        """What a name is by one of its bindings."""
        if isinstance(binding, meta.BuiltinAssignment):
            return OTHER
        if isinstance(binding, meta.ImportAssignment):
            return self._imported(node)
        made = binding.node if isinstance(binding, meta.Assignment) else None
        name = binding.name
        if "." in written(node):
            return Verdict(
                why=f"what `{written(node)}` is, is not to be seen here"
            )
        if isinstance(made, cst.Param):
            if made.annotation and self.sdk_class(made.annotation.annotation):
                return OURS
            return Verdict(
                why=f"`{name}` is a parameter: annotate it as "
                "`func.FunctionApp` or `func.Blueprint`"
            )
        if isinstance(made, cst.ClassDef | cst.FunctionDef):
            return OTHER
        parent = self.parents.get(made) if made else None
        if isinstance(parent, cst.AnnAssign) and self.sdk_class(
            parent.annotation.annotation
        ):
            return OURS
        value = self._value(binding)
        if isinstance(value, cst.Call):
            if self.sdk_class(value.func):
                return OURS
            called = written(value.func) or "a call"
            return Verdict(why=f"`{name}` is what `{called}()` returns")
        if isinstance(value, cst.Name | cst.Attribute):
            return self._receiver(value, depth + 1)
        if isinstance(value, cst.BaseExpression):
            is_plain = isinstance(
                value, cst.BaseNumber | cst.BaseString | cst.BaseDict
            )
            if is_plain:
                return OTHER
        return Verdict(why=f"what `{name}` is, is not to be seen here")

    def _imported(self, node: cst.CSTNode) -> Verdict:
        """What is imported: an object of another file of the app, perhaps."""
        for dotted in self.qualified(node):
            module, _, name = dotted.rpartition(".")
            if dotted == SDK or dotted.startswith(f"{SDK}."):
                return OTHER
            source = self.modules(module, self.path)
            if source is not None:
                return source.exported(name)
            if self.modules(dotted, self.path) is not None:
                return OTHER  # a module
            return Verdict(
                why=f"`{written(node)}` comes from `{module or dotted}`, "
                "which is not below the path given"
            )
        return Verdict(why=f"what `{written(node)}` is, is not to be seen here")

    def exported(self, name: str) -> Verdict:
        """What a name is that another file imports from this one."""
        if name in self.asked:
            return Verdict(why=f"`{name}` is imported in a circle")
        self.asked.add(name)
        try:
            verdicts = [
                self._reexported(name)
                if isinstance(binding, meta.ImportAssignment)
                else self._bound(binding, cst.Name(name), 0)
                for binding in self.globals[name]
            ]
        except Unclear as unclear:
            return Verdict(why=str(unclear))
        finally:
            self.asked.discard(name)
        if not verdicts:
            return Verdict(why=f"{self.path.name} has no `{name}`")
        if all(v == OURS for v in verdicts):
            return OURS
        unknown = [v for v in verdicts if not v.known]
        return unknown[0] if unknown else OTHER

    def _reexported(self, name: str) -> Verdict:
        for found in self.globals.get_qualified_names_for(name):
            module, _, imported = found.name.rpartition(".")
            source = self.modules(module, self.path)
            if source is not None:
                return source.exported(imported)
        return Verdict(why=f"`{name}` comes from elsewhere")

    def _value(self, binding: Any) -> cst.BaseExpression | None:
        """What an assignment gives to a name."""
        made = getattr(binding, "node", None)
        parent = self.parents.get(made) if made is not None else None
        if isinstance(parent, cst.AssignTarget):
            parent = self.parents[parent]
        if isinstance(parent, cst.Assign | cst.AnnAssign | cst.NamedExpr):
            return parent.value
        return None

    def _bound_twice(self, node: cst.CSTNode) -> str:
        root = written(node).partition(".")[0]
        lines = sorted(
            self.line(b.node)
            for b in self.scope(node)[root]
            if isinstance(b, meta.Assignment | meta.ImportAssignment)
        )
        where = " and ".join(map(str, lines))
        return (
            f"`{root}` stands for more than one thing (lines {where}): give "
            "them different names"
        )


class Unclear(Exception):  # noqa: N818 (said, not raised to the caller)
    """What a name stands for is not to be known; `str()` says why."""


def written(node: cst.CSTNode) -> str:
    """A name or a dotted name as it is written; "" for anything else."""
    if isinstance(node, cst.Name):
        return node.value
    if isinstance(node, cst.Attribute):
        before = written(node.value)
        return f"{before}.{node.attr.value}" if before else ""
    return ""


def _public(dotted: str) -> str:
    """The SDK's class of this dotted name, or ""."""
    if dotted in DURABLE:
        return dotted
    last = dotted.rpartition(".")[2]
    if dotted.startswith(f"{SDK}.") and last in former.classes():
        return last
    return ""


def parse(path: Path, data: bytes, modules: Modules) -> Source:
    """A file's tree and scopes. Raises Broken."""
    check(data)
    try:
        module = cst.parse_module(data)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Broken(line, f"does not parse: {error}") from None
    except (cst.ParserSyntaxError, SyntaxError, LookupError) as error:
        line = getattr(error, "raw_line", 1)
        raise Broken(line, f"does not parse: {error}") from None
    if module.bytes != data:
        raise Broken(1, "cannot be kept byte by byte: mend its line ends")
    wrapper = meta.MetadataWrapper(module, unsafe_skip_copy=True)
    stars = tuple(
        written(node.module)
        for statement in module.body
        if isinstance(statement, cst.SimpleStatementLine)
        for node in statement.body
        if isinstance(node, cst.ImportFrom)
        and isinstance(node.names, cst.ImportStar)
        and node.module
    )
    return Source(
        path,
        wrapper.module,
        wrapper.resolve(meta.ScopeProvider),
        wrapper.resolve(meta.ParentNodeProvider),
        wrapper,
        modules,
        stars,
    )


def check(data: bytes) -> None:
    """Raises Broken where these bytes are no Python."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the app's own escapes
        try:
            ast.parse(data)
        except SyntaxError as error:
            raise Broken(
                error.lineno or 1, f"does not parse: {error.msg}"
            ) from None
        except (ValueError, RecursionError, MemoryError) as error:
            raise Broken(1, f"does not parse: {error}") from None
