"""Which triggers an event can be built for, and what it is called there."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from functions_by_example import paths
from functions_by_example.host import events
from functions_by_example.host.events.messages import Host, Metadata
from functions_by_example.protocol.answers import Binding
from functions_by_example.protocol.messages import TypedData

# Takes the messages' maker, the payload, and the trigger's binding.
Build = Callable[[Host, object, Binding], tuple[TypedData, Metadata]]


@dataclass(frozen=True)
class Builder:
    """How the payload of one trigger is named in an event file and built."""

    one: str
    many: str | None
    build: Build

    def payload_key(self, trigger: Binding) -> str:
        return self.many if self.many and is_many(trigger) else self.one

    @property
    def source(self) -> str:
        """Where the keys of this trigger's metadata are known from."""
        text = " ".join((self.build.__doc__ or "").split())
        return text.partition("Source: ")[2]


_registered: dict[str, Builder] = {}


def builds(
    trigger: str, one: str, many: str | None = None
) -> Callable[[Build], Build]:
    """Register the function that builds the payload of a trigger. `one` and
    `many` are the payload's keys in an event file, by cardinality; the
    function's docstring ends with "Source: " and an address."""

    def register(build: Build) -> Build:
        _registered[trigger] = Builder(one, many, build)
        return build

    return register


@functools.cache
def every() -> Mapping[str, Builder]:
    """Every builder, by the type of its trigger."""
    paths.import_all(events)
    return _registered


def is_many(trigger: Binding) -> bool:
    """Whether a trigger is sent several messages or events at a time."""
    return str(trigger.get("cardinality", "one")).lower() == "many"
