"""A list where single events come, and the other way round."""

from __future__ import annotations

import typing
from collections.abc import Iterator

from functions_by_example.check.functions import Loaded, annotation_of
from functions_by_example.check.silent import at
from functions_by_example.check.source import Source
from functions_by_example.check.warnings.warning import warning
from functions_by_example.protocol.problem import Problem

_IN_BATCHES = ("eventHubTrigger", "serviceBusTrigger", "kafkaTrigger")


@warning(
    {
        "cardinality": (
            "Annotate with typing.List[...] where cardinality is MANY, and "
            "with the single type where it is not."
        ),
    }
)
def cardinality(loaded: Loaded, source: Source) -> Iterator[Problem]:
    """Batches for a single annotation, or single events for a list: the
    worker delivers what the host sends, whatever is annotated."""
    if not loaded.info:
        return
    for binding in loaded.bindings:
        if binding["type"] not in _IN_BATCHES:
            continue
        kind = loaded.info.input_types[binding["name"]]
        if kind.pytype is None:
            continue
        given = str(binding.get("cardinality", "not set"))
        many = given.upper() == "MANY"
        if many is (typing.get_origin(kind.pytype) is not None):
            continue
        gets = "a list" if many else "a single event"
        yield at(
            loaded,
            "cardinality",
            f"{binding['name']} of function {loaded.name} is annotated "
            f"{annotation_of(loaded, binding['name'])} and gets {gets}: "
            f"cardinality is {given}",
            "cardinality",
            binding["name"],
        )
