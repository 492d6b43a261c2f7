"""What the SDK knows of each binding: its type and its function.json keys.

Read from the SDK's own binding classes. A binding class takes one keyword
for each key of function.json, in snake case, and passes on whatever else it
is given: a misspelt keyword of a decorator ends up in function.json.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Mapping
from typing import Any

from azure.functions import decorators
from azure.functions.decorators.core import Binding
from azure.functions.decorators.utils import to_camel_case

# Keys that every binding has, whatever its class.
COMMON_KEYS = frozenset({"name", "type", "direction", "dataType"})


@functools.cache
def keys() -> Mapping[tuple[str, str], frozenset[str]]:
    """function.json keys by binding type and direction ("IN" or "OUT").

    The generic bindings, whose type and keys are the caller's, are left out.
    """
    known: dict[tuple[str, str], frozenset[str]] = {}
    for cls in _binding_classes():
        kind = cls.get_binding_name()
        if kind is None:
            continue
        parameters = set(_parameters(cls)) - {"self", "kwargs"}
        names = {to_camel_case(name) for name in parameters} | COMMON_KEYS
        direction = "OUT" if "Output" in cls.__name__ else "IN"
        before = known.get((kind, direction), frozenset())
        known[kind, direction] = before | names
    return known


def unknown_keys(binding: Mapping[str, Any]) -> list[str]:
    """The keys of an emitted binding that the SDK has no parameter for.

    None for a type that the SDK does not know: that came from a generic
    decorator, where every key is the caller's.
    """
    known = keys().get((binding["type"], binding["direction"].upper()))
    return [key for key in binding if known and key not in known]


def _binding_classes(parent: type[Binding] = Binding) -> Iterator[Any]:
    for module in pkgutil.iter_modules(decorators.__path__):
        importlib.import_module(f"{decorators.__name__}.{module.name}")
    for cls in parent.__subclasses__():
        if not inspect.isabstract(cls):
            yield cls
        yield from _binding_classes(cls)


def _parameters(cls: Any) -> list[str]:
    """The parameters of the class's own __init__, which the SDK's metaclass
    has wrapped, once for each class above it."""
    function = cls.__init__
    while "func" in inspect.getclosurevars(function).nonlocals:
        function = inspect.getclosurevars(function).nonlocals["func"]
    return list(inspect.signature(function).parameters)
