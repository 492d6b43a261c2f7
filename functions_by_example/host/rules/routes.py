"""Which routes the host takes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from functions_by_example.host.rules.names import is_told
from functions_by_example.host.rules.rule import Finding, Source, Told, rule
from functions_by_example.protocol.answers import Binding, FunctionJson

_RESERVED = ("admin", "runtime")
_DEFAULT_PREFIX = "api"

# A parameter in a template, with its constraint, which may hold slashes; two
# braces stand for one.
_PARAMETER = re.compile(r"\{[^{}]*\}")


def route_of(function: FunctionJson) -> str | None:
    """The route of an HTTP function, which is its name where it gives none;
    None for any other function."""
    trigger = _http_trigger(function)
    if trigger is None:
        return None
    # an app may pass anything through a generic binding
    route = str(trigger.get("route") or "")
    return route if route.strip() else function["name"]


def _http_trigger(function: FunctionJson) -> Binding | None:
    for binding in function["bindings"]:
        if str(binding["type"]).casefold() == "httptrigger":
            return binding
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
        "2024-10-24",
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


def template_of(route: str, told: Told) -> str:
    """The template that the host makes of a route: the prefix and a slash go
    in front, whatever the route begins with."""
    prefix = told.configured("extensions", "http", "routePrefix")
    if not isinstance(prefix, str | int | float):
        prefix = _DEFAULT_PREFIX
    return f"{prefix}/{route}" if prefix != "" else route


def has_empty_segment(template: str) -> bool:
    """Whether two separators follow each other, as ASP.NET Core reads it: it
    drops one slash at the beginning, with or without a tilde."""
    literal = template.replace("{{", "").replace("}}", "")
    literal = _PARAMETER.sub("x", literal)
    literal = literal.removeprefix("~").removeprefix("/")
    return literal.startswith("/") or "//" in literal


@rule(
    "route-slash",
    remedy=(
        "Write the route without the slash; an ASGI or WSGI app needs "
        '"extensions": {"http": {"routePrefix": ""}} in host.json.'
    ),
    source=Source(
        "Azure/azure-webjobs-sdk-extensions",
        "src/WebJobs.Extensions.Http/Routing/WebJobsRouteBuilder.cs",
        "2024-10-14",
        (
            "https://github.com/Azure/azure-functions-python-worker/issues/1310",
            "https://github.com/Azure/static-web-apps/issues/1654",
        ),
    ),
    error=True,
)
def empty_segments(told: Told) -> Iterator[Finding]:
    """Templates with two slashes in a row: the whole host does not start. The
    words are those of the log in the thread of May 2025."""
    for function in told.functions:
        route = route_of(function)
        if route is None or is_reserved(route) or not is_told(function):
            continue
        template = template_of(route, told)
        if has_empty_segment(template):
            name = function["name"]
            yield Finding(
                name,
                "An error occurred while creating the route with name "
                f"'{name}' and template '{template}'. The route template "
                "separator character '/' cannot appear consecutively. It must "
                "be separated by either a parameter or a literal value.",
                (route,),
            )


def methods_of(function: FunctionJson) -> set[str]:
    """The methods of an HTTP function; none stands for all."""
    trigger = _http_trigger(function)
    methods: object = trigger.get("methods") if trigger else None
    return set(map(str, methods)) if isinstance(methods, list) else set()


@rule(
    "same-route",
    remedy=(
        "Give one of the two functions another route, or methods that the "
        "other one does not have."
    ),
    source=Source(
        "Azure/azure-functions-host",
        "src/WebJobs.Script/Host/ScriptHost.cs",
        "2024-10-24",
    ),
    error=False,
)
def same_routes(told: Told) -> Iterator[Finding]:
    """A route that an earlier function has with one of the methods, letter
    case and slashes at either end aside: the host does not run the later
    function. Functions that it has refused before do not count."""
    running: list[tuple[str, str, set[str]]] = []
    for function in told.functions:
        name, route = function["name"], route_of(function)
        if route is None or is_reserved(route) or not is_told(function):
            continue
        bare, methods = route.strip("/").casefold(), methods_of(function)
        for other, taken, theirs in running:
            shared = not methods or not theirs or methods & theirs
            if bare == taken and shared:
                yield Finding(
                    name,
                    "The route specified conflicts with the route defined by "
                    f"function '{other}'.",
                    (route,),
                )
                break
        else:
            running.append((name, bare, methods))
