"""An event file and a function's bindings -> what the Functions host sends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import ModuleType

from functions_by_example.host.events.builder import every
from functions_by_example.host.events.event import (
    EventError,
    Item,
    inside,
    keys,
    listed,
)
from functions_by_example.host.events.messages import Host, Metadata
from functions_by_example.protocol import messages
from functions_by_example.protocol.answers import Binding
from functions_by_example.protocol.messages import TypedData

_COMMON_KEYS = ("about", "function", "inputs", "raises")
# Taken here and not at the first event: by then the process is the app's, and
# has forgotten our modules.
_BUILDERS = every()


@dataclass(frozen=True)
class Sent:
    """What one invocation carries: messages by parameter name, and the
    trigger's metadata by the host's own key."""

    inputs: dict[str, TypedData]
    metadata: Metadata


def expand(
    event: Item,
    bindings: Iterable[Binding],
    route_prefix: str = "api",
    protos: ModuleType = messages,
) -> Sent:
    """What the host would send a function with these bindings for this event.

    `bindings` are those of the function's function.json, `route_prefix` is
    host.json's, `protos` the module whose messages are built. Raises
    EventError where the event does not fit.
    """
    bindings = list(bindings)
    trigger = trigger_of(bindings)
    builder = _BUILDERS.get(trigger["type"])
    if builder is None:
        raise EventError(
            f"no event can be built for a {trigger['type']} yet; "
            f"only for {listed(sorted(_BUILDERS))}"
        )
    payload_key = builder.payload_key(trigger)
    keys(event, (payload_key, *_COMMON_KEYS), "the event")
    if payload_key not in event:
        cardinality = str(trigger.get("cardinality", "ONE")).lower()
        raise EventError(
            f"the event has no {payload_key!r}: that is what a "
            f"{trigger['type']} with cardinality {cardinality} is sent"
        )
    host = Host(protos, route_prefix)
    payload, metadata = builder.build(host, event[payload_key], trigger)
    inputs = {trigger["name"]: payload}
    for name, value in _fetched(event, bindings, trigger).items():
        inputs[name] = host.data(value)
    return Sent(inputs, metadata)


def trigger_of(bindings: Iterable[Binding]) -> Binding:
    """The binding whose type ends in "Trigger": a function has exactly one."""
    return next(b for b in bindings if b["type"].lower().endswith("trigger"))


def _fetched(
    event: Item, bindings: Sequence[Binding], trigger: Binding
) -> dict[str, object]:
    """What each input binding fetched, as the event says."""
    names = [
        b["name"]
        for b in bindings
        if b["direction"].upper() == "IN" and b is not trigger
    ]
    given = keys(inside(event, "inputs"), names, "inputs")
    for name in names:
        if name not in given:
            raise EventError(
                f"inputs.{name} is missing: say what the host would have "
                "fetched (null for a missing document, [] for an empty query)",
                "inputs",
            )
    return {name: given[name] for name in names}
