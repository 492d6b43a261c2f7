"""One's own decorators above the SDK's."""

from __future__ import annotations

import ast
import types
from collections.abc import Iterator, Mapping

from azure.functions.decorators.function_app import DecoratorApi

from functions_by_example.check.functions import Loaded
from functions_by_example.check.problems import coded
from functions_by_example.check.silent import DECORATORS
from functions_by_example.check.source import Source, name_of
from functions_by_example.check.warnings.warning import warning
from functions_by_example.protocol.problem import Problem

_HARMLESS = ("staticmethod", "classmethod")


@warning(
    {
        "own-decorator": (
            "Move it directly above def, below the SDK's decorators, and give "
            "its wrapper functools.wraps."
        ),
    }
)
def own_decorators(loaded: Loaded, source: Source) -> Iterator[Problem]:
    """One's own decorators above the SDK's: the SDK has registered what
    stands below. One that hands back what it was given harms nothing."""
    definition, place = loaded.definition, loaded.place
    if not definition or not place:
        return
    names = source.modules.get(place.file, {})
    decorators = definition.decorator_list
    sdk = [_is_sdk(node, names) for node in decorators]
    if True not in sdk or names.get(definition.name) is loaded.builder:
        return
    first = sdk.index(True)
    for node in decorators[:first]:
        if name_of(node) in _HARMLESS:
            continue
        yield coded(
            "own-decorator",
            f"@{name_of(node)} has no effect on function {loaded.name}: the "
            "SDK has registered what stands below "
            f"@{name_of(decorators[first])}, without it",
            place.file,
            node.lineno,
        )


def _is_sdk(node: ast.expr, names: Mapping[str, object]) -> bool:
    """Whether this is a decorator of the SDK: a method of an app or a
    blueprint (`app.route`), by its name where its owner is not known."""
    callee = node.func if isinstance(node, ast.Call) else node
    if isinstance(callee, ast.Attribute):
        owner = callee.value
        if isinstance(owner, ast.Name) and owner.id in names:
            found = names[owner.id]
            if isinstance(found, types.ModuleType):
                return found.__name__.startswith("azure.")
            return isinstance(found, DecoratorApi)
        return callee.attr in DECORATORS
    found = names.get(callee.id) if isinstance(callee, ast.Name) else None
    return str(getattr(found, "__module__", "")).startswith("azure.")
