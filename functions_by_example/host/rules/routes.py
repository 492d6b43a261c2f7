"""Which routes the host takes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from functions_by_example.host.rules.rule import Finding, Source, Told, rule
from functions_by_example.protocol.answers import FunctionJson

_RESERVED = ("admin", "runtime")
_DEFAULT_PREFIX = "api"

# A parameter in a template, with its constraint, which may hold slashes; two
# braces stand for one.
_PARAMETER = re.compile(r"\{[^{}]*\}")


def route_of(function: FunctionJson) -> str | None:
    """The route of an HTTP function, which is its name where it gives none;
    None for any other function."""
    for binding in function["bindings"]:
        if binding["type"].casefold() == "httptrigger":
            route = binding.get("route") or ""
            return route if route.strip() else function["name"]
    return None


def is_reserved(route: str) -> bool:
    return route.strip("/").lower().startswith(_RESERVED)


@rule(
    "reserved-route",
    remedy=(
        "Give it a route that does not begin with admin or runtime; a "
        "function without a route has its name as route."
    ),
    source=Source(
        "Azure/azure-functions-host",
        "src/WebJobs.Script/Host/ScriptHost.cs",
        "2024-09-09",
    ),
    error=False,
)
def reserved_routes(told: Told) -> Iterator[Finding]:
    """Routes that begin with a word that the host keeps for itself, whatever
    follows: the host does not run the function."""
    for function in told.functions:
        route = route_of(function)
        if route is not None and is_reserved(route):
            yield Finding(
                function["name"],
                "The specified route conflicts with one or more built in "
                "routes.",
                (route,),
            )
