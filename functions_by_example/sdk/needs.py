"""From which release on the SDK has a name, and all that an app's code uses."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from packaging.version import Version

from functions_by_example.sdk.releases import (
    DECORATORS,
    Release,
    Releases,
    lines,
    load,
    newest,
)

# What is needed: a name, and a part of it or "".
Need = tuple[str, str]


@dataclass(frozen=True)
class Span:
    """Where something is available.

    `since` are the releases from which on it has been there to the end of a
    line, one for each line that has it; `missing` are the newest releases of
    lines that do not.
    """

    since: tuple[str, ...]
    missing: tuple[str, ...]

    def __str__(self) -> str:
        return " and ".join(self.since)


def there(release: Release, name: str, part: str = "") -> bool:
    """Whether a release has a name, or this part of it."""
    thing = release.names.get(name)
    return thing is not None and (not part or part in thing.parts)


def span(releases: Releases, wanted: Iterable[Need]) -> Span:
    """From where on everything wanted is there together."""
    wanted = list(wanted)
    since: list[str] = []
    missing = []
    for line in lines(releases):
        start = ""
        for release in reversed(line):
            if not all(there(release, *each) for each in wanted):
                break
            start = release.version
        if not start:
            missing.append(line[-1].version)
        elif start not in since:
            since.append(start)
    since.sort(key=Version)
    return Span(tuple(since), tuple(missing))


def since(code: str) -> Span:
    """From which releases on the SDK has everything that a function app's
    code uses. Raises SyntaxError."""
    return span(load(), used(code))


def reasons(code: str) -> list[Need]:
    """Why code is not possible before: the names, and the parts of older
    names, that came when the last of all came. Nothing where it is possible
    in every release. Raises SyntaxError."""
    releases, wanted = load(), used(code)
    last = span(releases, wanted)
    if last.since == span(releases, []).since:
        return []
    young = {each for each in wanted if span(releases, [each]) == last}
    return sorted(
        (name, part)
        for name, part in young
        if not part or (name, "") not in young
    )


def used(code: str) -> set[Need]:
    """The names of the SDK, and the parameters and members, that a function
    app's code uses: ("FunctionApp.route", "methods"), ("AuthLevel",
    ".ANONYMOUS").

    What the newest release does not have is not the SDK's. An attribute of a
    value is seen where the value is a parameter annotated with a class of the
    SDK. Raises SyntaxError.
    """
    names = newest(load()).names
    tree = ast.parse(code)
    known = _imported(tree)
    found: set[Need] = set()
    for node in ast.walk(tree):
        found.add((known(node), ""))
        if isinstance(node, ast.Call):
            words = [word.arg or "" for word in node.keywords]
            found |= {(known(node.func), word) for word in words}
        elif isinstance(node, ast.Attribute):
            found.add((known(node.value), f".{node.attr}"))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found |= _decorated(node) | _read_of(node, known)
    return {
        (name, part)
        for name, part in found
        if name in names and (not part or part in names[name].parts)
    }


def _imported(tree: ast.Module) -> Callable[[ast.AST], str]:
    """What of `azure.functions` an expression is; "" for what is not its."""
    modules: set[str] = set()
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        for alias in getattr(node, "names", ()):
            if not isinstance(alias, ast.alias):
                continue
            if isinstance(node, ast.ImportFrom):
                if node.module == "azure.functions":
                    names[alias.asname or alias.name] = alias.name
                elif (node.module, alias.name) == ("azure", "functions"):
                    modules.add(alias.asname or alias.name)
            elif alias.name == "azure.functions":
                modules.add(alias.asname or alias.name)

    def known(node: ast.AST) -> str:
        if isinstance(node, ast.Name):
            return names.get(node.id, "")
        if isinstance(node, ast.Attribute):
            return node.attr if ast.unparse(node.value) in modules else ""
        return ""

    return known


def _decorated(
    function: ast.FunctionDef | ast.AsyncFunctionDef,
) -> set[Need]:
    """The decorators of a function, whatever they are called on."""
    found: set[Need] = set()
    for node in function.decorator_list:
        call = node if isinstance(node, ast.Call) else None
        called = call.func if call else node
        if isinstance(called, ast.Attribute):
            name = f"{DECORATORS}{called.attr}"
            words = [word.arg or "" for word in call.keywords] if call else []
            found |= {(name, word) for word in ["", *words]}
    return found


def _read_of(
    function: ast.FunctionDef | ast.AsyncFunctionDef,
    known: Callable[[ast.AST], str],
) -> set[Need]:
    """The members that a function reads of its annotated parameters."""
    kinds = {
        argument.arg: known(argument.annotation)
        for argument in [*function.args.args, *function.args.kwonlyargs]
        if argument.annotation
    }
    return {
        (kinds.get(node.value.id, ""), f".{node.attr}")
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
