"""What the host sends to an HTTP trigger."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlsplit

from functions_by_example.host.events.builder import builds
from functions_by_example.host.events.event import (
    EventError,
    content,
    inside,
    keys,
    listed,
)
from functions_by_example.host.events.messages import Host, Metadata
from functions_by_example.protocol.answers import Binding
from functions_by_example.protocol.messages import TypedData


@builds("httpTrigger", one="request")
def http(
    host: Host, payload: object, trigger: Binding
) -> tuple[TypedData, Metadata]:
    """The request as the host forwards it: header names in lower case, no
    empty query values, the body as bytes, route values from the url.

    Source: `ToRpcHttp` in https://github.com/Azure/azure-functions-host/blob/dev/src/WebJobs.Script.Grpc/MessageExtensions/GrpcMessageConversionExtensions.cs
    """
    request = keys(payload, ("method", "url", "headers", "body"), "request")
    address = request.get("url")
    if not isinstance(address, str):
        raise EventError('request needs a "url", such as "/api/orders/A-17"')
    method = str(request.get("method", "GET")).upper()
    allowed = [str(name).upper() for name in trigger.get("methods") or ()]
    if allowed and method not in allowed:
        raise EventError(
            f"request.method is {method}; the route takes "
            f"{listed(allowed)}, and the host answers 404 to others",
            "method",
        )
    url = urlsplit(address)
    headers = {"host": url.netloc or "localhost:7071"}
    body = request.get("body")
    sent = b"" if body is None else content(body)
    if isinstance(sent, str):
        sent = sent.encode()
    if body is not None and not isinstance(body, str):
        headers["content-type"] = "application/json"
    if sent:
        headers["content-length"] = str(len(sent))
    for name, value in inside(request, "headers").items():
        headers[name.lower()] = str(value)
    query: dict[str, str] = {}
    for name, text in parse_qsl(url.query):
        query[name] = f"{query[name]},{text}" if name in query else text
    protos = host.protos
    message = protos.RpcHttp(
        method=method,
        url=f"http://{headers['host']}{url.path}"
        + (f"?{url.query}" if url.query else ""),
        headers=headers,
        query=query,
        params=_route_values(url.path, trigger, host.route_prefix),
        body=protos.TypedData(bytes=sent) if sent else None,
    )
    return protos.TypedData(http=message), {}


# Source: https://learn.microsoft.com/aspnet/core/fundamentals/routing
_CONSTRAINTS = {
    "int": r"-?[0-9]+",
    "long": r"-?[0-9]+",
    "alpha": r"[A-Za-z]+",
    "bool": r"(?:true|false)",
    "guid": r"\{?[0-9A-Fa-f]{8}-?(?:[0-9A-Fa-f]{4}-?){3}[0-9A-Fa-f]{12}\}?",
}


def _route_values(path: str, trigger: Binding, prefix: str) -> dict[str, str]:
    route = trigger.get("route", "")
    template = "/".join(p for p in (prefix.strip("/"), route.strip("/")) if p)
    match = re.fullmatch(
        _route_pattern(template), path.strip("/"), re.IGNORECASE
    )
    if match is None:
        raise EventError(
            f"request.url {path} does not match the function's route "
            f"/{template}",
            "url",
        )
    return {
        name: unquote(value)
        for name, value in match.groupdict().items()
        if value is not None
    }


def _route_pattern(template: str) -> str:
    pattern = ""
    for part in re.split(r"(\{[^{}]+\})", template):
        if not part.startswith("{"):
            pattern += re.escape(part)
            continue
        inner = part[1:-1]
        name, _, constraint = inner.strip("*?").partition(":")
        name = name.partition("=")[0]
        value = _CONSTRAINTS.get(constraint, "[^/]+")
        if inner.startswith("*"):
            pattern += f"(?P<{name}>.*)"
        elif inner.endswith("?"):
            slash = "/" if pattern.endswith("/") else ""
            pattern = pattern.removesuffix("/")
            pattern += f"(?:{slash}(?P<{name}>{value}))?"
        else:
            pattern += f"(?P<{name}>{value})"
    return pattern
