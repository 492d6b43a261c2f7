"""Which checks of one function there are."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence

from functions_by_example import paths
from functions_by_example.check import warnings
from functions_by_example.check.functions import Loaded
from functions_by_example.check.problems import HINTS, WARNINGS
from functions_by_example.check.source import Source
from functions_by_example.protocol.problem import Problem

# Takes a function, which may not load (`info` is None then), and the sources
# of its app.
Find = Callable[[Loaded, Source], Iterator[Problem]]

_registered: list[Find] = []


def warning(remedies: Mapping[str, str]) -> Callable[[Find], Find]:
    """Register a check. `remedies` are the codes that it reports, each with
    what to do about it."""

    def register(find: Find) -> Find:
        WARNINGS.update(remedies)
        HINTS.update(remedies)
        _registered.append(find)
        return find

    return register


@functools.cache
def every() -> Sequence[Find]:
    """Every check; their codes are among HINTS from then on."""
    paths.import_all(warnings)
    return _registered
