"""The function.json keys that the SDK knows, binding by binding.

A decorator passes on whatever else it is given: a misspelt keyword ends up in
function.json.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from functions_by_example.sdk import parameters

# Keys that every binding has, whatever its class.
COMMON_KEYS = frozenset({"name", "type", "direction", "dataType"})


@functools.cache
def keys() -> Mapping[tuple[str, str], frozenset[str]]:
    """function.json keys by binding type and direction ("IN" or "OUT"), of
    all decorators that emit this type.

    The generic bindings, whose type and keys are the caller's, are left out.
    """
    known: dict[tuple[str, str], frozenset[str]] = defaultdict(frozenset)
    for decorator in parameters.decorators():
        for binding in parameters.bindings(decorator):
            if binding.type != parameters.ANY_TYPE:
                names = {key.name for key in binding.keys} - {parameters.ANY}
                place = binding.type, binding.direction.upper()
                known[place] |= names | COMMON_KEYS
    return known


def unknown_keys(binding: Mapping[str, Any]) -> list[str]:
    """The keys of an emitted binding that no parameter stands behind.

    None for a type that the SDK does not know: that came from a generic
    decorator, where every key is the caller's.
    """
    known = keys().get((binding["type"], binding["direction"].upper()))
    return [key for key in binding if known and key not in known]
