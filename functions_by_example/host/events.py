"""An event file and a function's bindings -> what the Functions host sends.

An event says what a person would say; everything it leaves open has a fixed
default. What the host leaves out (null metadata, empty strings in a list of
strings, empty query values) is left out here too, and an attribute that the
host never sends is refused.

How the host turns a .NET value into a message, for every trigger:
https://github.com/Azure/azure-functions-host/blob/dev/src/WebJobs.Script.Grpc/MessageExtensions/GrpcMessageConversionExtensions.cs
and which metadata it drops:
https://github.com/Azure/azure-functions-host/blob/dev/src/WebJobs.Script.Grpc/Extensions/ScriptInvocationContextExtensions.cs
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from functions_by_example.protocol import messages

Json = Any
Binding = Mapping[str, Json]

# When every event happens, unless it says otherwise.
NOW = datetime(2026, 3, 10, 9, 0, 0, tzinfo=UTC)

_COMMON_KEYS = ("about", "function", "inputs", "raises")


class EventError(ValueError):
    """An event that cannot be sent. `key` is the JSON key at fault, if one."""

    def __init__(self, message: str, key: str | None = None) -> None:
        super().__init__(message)
        self.key = key


@dataclass(frozen=True)
class Sent:
    """What one invocation carries: messages by parameter name, and the
    trigger's metadata by the host's own key."""

    inputs: dict[str, Any]
    metadata: dict[str, Any]


def expand(
    event: Mapping[str, Json],
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
    builder = BUILDERS.get(trigger["type"])
    if builder is None:
        raise EventError(
            f"no event can be built for a {trigger['type']} yet; "
            f"only for {_listed(BUILDERS)}"
        )
    payload_key = builder.payload_key(trigger)
    _check_keys(event, (payload_key, *_COMMON_KEYS), "the event")
    if payload_key not in event:
        raise EventError(
            f"the event has no {payload_key!r}: that is what a "
            f"{trigger['type']} with cardinality "
            f"{trigger.get('cardinality', 'ONE').lower()} is sent"
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


@dataclass(frozen=True)
class Host:
    """Turns Python values into messages as the host turns .NET ones."""

    protos: ModuleType
    route_prefix: str

    def text(self, value: str) -> Any:
        return self.protos.TypedData(string=value)

    def json(self, value: Json) -> Any:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return self.protos.TypedData(json=text)

    def data(self, value: Json) -> Any:
        """A body or fetched input: text as it stands, an object or list as
        its JSON text, {"base64": ...} as bytes, null as nothing."""
        if value is None:
            return self.protos.TypedData()
        content = _content(value)
        if isinstance(content, bytes):
            return self.protos.TypedData(bytes=content)
        return self.text(content)

    def texts(self, values: Iterable[str | None]) -> Any:
        """A list of strings, without the null and empty ones: the Python
        worker does not declare `IncludeEmptyEntriesInMessagePayload`."""
        kept = [value for value in values if value]
        collection = self.protos.CollectionString(string=kept)
        return self.protos.TypedData(collection_string=collection)

    def bodies(self, values: Iterable[Json]) -> Any:
        contents = [_content(value) for value in values]
        texts = [content for content in contents if isinstance(content, str)]
        if len(texts) == len(contents):
            return self.texts(texts)
        raw = [c.encode() if isinstance(c, str) else c for c in contents]
        collection = self.protos.CollectionBytes(bytes=raw)
        return self.protos.TypedData(collection_bytes=collection)

    def longs(self, values: Iterable[int]) -> Any:
        collection = self.protos.CollectionSInt64(sint64=list(values))
        return self.protos.TypedData(collection_sint64=collection)

    def metadata(self, values: Mapping[str, Json]) -> dict[str, Any]:
        """Strings as strings, everything else as JSON, nulls not at all."""
        return {
            key: self.text(value.value)
            if isinstance(value, Text)
            else self.json(value)
            for key, value in values.items()
            if value is not None
        }


@dataclass(frozen=True)
class Text:
    """A .NET string; times and numbers travel as JSON instead."""

    value: str


def _string(value: str | None) -> Text | None:
    return None if value is None else Text(value)


# --- HTTP -----------------------------------------------------------------


def _http(host: Host, request: Json, trigger: Binding) -> tuple[Any, dict]:
    """The request as the host forwards it: header names in lower case, no
    empty query values, the body as bytes, route values from the url.

    Source: `ToRpcHttp` in GrpcMessageConversionExtensions.cs (see above).
    """
    keys = ("method", "url", "headers", "body")
    _check_keys(request, keys, "request")
    if not isinstance(request.get("url"), str):
        raise EventError('request needs a "url", such as "/api/orders/A-17"')
    method = str(request.get("method", "GET")).upper()
    allowed = [str(name).upper() for name in trigger.get("methods") or ()]
    if allowed and method not in allowed:
        raise EventError(
            f"request.method is {method}; the route takes "
            f"{_listed(allowed)}, and the host answers 404 to others",
            "method",
        )
    url = urlsplit(request["url"])
    headers = {"host": url.netloc or "localhost:7071"}
    body = request.get("body")
    content = b"" if body is None else _content(body)
    if isinstance(content, str):
        content = content.encode()
    if body is not None and not isinstance(body, str):
        headers["content-type"] = "application/json"
    if content:
        headers["content-length"] = str(len(content))
    for name, value in request.get("headers", {}).items():
        headers[name.lower()] = str(value)
    query: dict[str, str] = {}
    for name, value in parse_qsl(url.query):
        query[name] = f"{query[name]},{value}" if name in query else value
    values = _route_values(url.path, trigger, host.route_prefix)
    protos = host.protos
    message = protos.RpcHttp(
        method=method,
        url=f"http://{headers['host']}{url.path}"
        + (f"?{url.query}" if url.query else ""),
        headers=headers,
        query=query,
        params=values,
        body=protos.TypedData(bytes=content) if content else None,
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
        inside = part[1:-1]
        name, _, constraint = inside.strip("*?").partition(":")
        name = name.partition("=")[0]
        value = _CONSTRAINTS.get(constraint, "[^/]+")
        if inside.startswith("*"):
            pattern += f"(?P<{name}>.*)"
        elif inside.endswith("?"):
            slash = "/" if pattern.endswith("/") else ""
            pattern = pattern.removesuffix("/")
            pattern += f"(?:{slash}(?P<{name}>{value}))?"
        else:
            pattern += f"(?P<{name}>{value})"
    return pattern


# --- Timer ----------------------------------------------------------------


def _timer(host: Host, timer: Json, trigger: Binding) -> tuple[Any, dict]:
    """A TimerInfo as JSON.

    Source: https://github.com/Azure/azure-webjobs-sdk-extensions/blob/dev/src/WebJobs.Extensions/Extensions/Timers/TimerInfo.cs
    """
    _check_keys(timer, ("past_due", "schedule_status", "schedule"), "timer")
    status = {
        "Last": _iso(NOW - timedelta(days=1)),
        "Next": _iso(NOW),
        "LastUpdated": _iso(NOW - timedelta(days=1)),
    }
    return host.json(
        {
            "Schedule": timer.get("schedule", {"AdjustForDST": True}),
            "ScheduleStatus": timer.get("schedule_status", status),
            "IsPastDue": timer.get("past_due", False),
        }
    ), {}


# --- Queue Storage --------------------------------------------------------


def _queue(host: Host, message: Json, trigger: Binding) -> tuple[Any, dict]:
    """The message's text and seven keys of metadata.

    Source: `CreateBindingData` in https://github.com/Azure/azure-sdk-for-net/blob/main/sdk/storage/Microsoft.Azure.WebJobs.Extensions.Storage.Queues/src/Triggers/QueueTriggerBinding.cs
    """
    _check_item(
        message,
        "message",
        "body",
        "id",
        "dequeue_count",
        "insertion_time",
        "expiration_time",
        "time_next_visible",
        "pop_receipt",
    )
    content = _content(message["body"])
    text = content if isinstance(content, str) else None
    inserted = _time(message, "insertion_time", NOW)
    metadata = host.metadata(
        {
            "QueueTrigger": _string(text),
            "DequeueCount": message.get("dequeue_count", 1),
            "ExpirationTime": _iso(
                _time(message, "expiration_time", inserted + timedelta(days=7))
            ),
            "Id": Text(
                message.get("id", "00000000-0000-4000-8000-000000000001")
            ),
            "InsertionTime": _iso(inserted),
            "NextVisibleTime": _iso(
                _time(
                    message,
                    "time_next_visible",
                    inserted + timedelta(minutes=10),
                )
            ),
            "PopReceipt": Text(message.get("pop_receipt", "AgAAAAMAAAAAAAAA")),
        }
    )
    return host.data(message["body"]), metadata


# --- Event Hubs -----------------------------------------------------------

_EVENT_KEYS = (
    "body",
    "partition_key",
    "sequence_number",
    "offset",
    "enqueued_time",
    "iothub_metadata",
    "properties",
)


def _event_hub(host: Host, payload: Json, trigger: Binding) -> tuple[Any, dict]:
    """Bodies, and for each event its properties and system properties; with
    cardinality many, every key ends in `Array`.

    Source: https://github.com/Azure/azure-sdk-for-net/blob/main/sdk/eventhub/Microsoft.Azure.WebJobs.Extensions.EventHubs/src/Triggers/EventHubTriggerBindingStrategy.cs
    """
    many = _is_many(trigger)
    events = _items(payload, "events", "event", many, _EVENT_KEYS)
    system = [_event_system(event, n) for n, event in enumerate(events)]
    properties = [event.get("properties", {}) for event in events]
    context = {
        "FullyQualifiedNamespace": "localhost",
        "EventHubName": trigger.get("eventHubName"),
        "ConsumerGroup": trigger.get("consumerGroup", "$Default"),
        "PartitionId": "0",
    }
    if many:
        metadata = host.metadata({"PartitionContext": context})
        metadata |= {
            "PartitionKeyArray": host.texts(s["PartitionKey"] for s in system),
            "OffsetArray": host.texts(s["Offset"] for s in system),
            "SequenceNumberArray": host.longs(
                s["SequenceNumber"] for s in system
            ),
            "EnqueuedTimeUtcArray": host.json(
                [s["EnqueuedTimeUtc"] for s in system]
            ),
            "PropertiesArray": host.json(properties),
            "SystemPropertiesArray": host.json(system),
        }
        return host.bodies(event["body"] for event in events), metadata
    metadata = host.metadata(
        {
            "PartitionContext": context,
            "PartitionKey": _string(system[0]["PartitionKey"]),
            "Offset": Text(system[0]["Offset"]),
            "SequenceNumber": system[0]["SequenceNumber"],
            "EnqueuedTimeUtc": system[0]["EnqueuedTimeUtc"],
            "Properties": properties[0],
            "SystemProperties": system[0],
        }
    )
    return host.data(events[0]["body"]), metadata


def _event_system(event: Mapping[str, Json], position: int) -> dict[str, Json]:
    enqueued = _time(event, "enqueued_time", NOW + timedelta(seconds=position))
    iot_hub = event.get("iothub_metadata", {})
    return {
        **{f"iothub-{key}": value for key, value in iot_hub.items()},
        "SequenceNumber": event.get("sequence_number", position),
        "Offset": str(event.get("offset", position * 128)),
        "PartitionKey": event.get("partition_key"),
        "EnqueuedTimeUtc": _iso(enqueued, zone=False),
    }


# --- Service Bus ----------------------------------------------------------

# Attribute -> the host's key.
_BUS_TEXTS = {
    "dead_letter_source": "DeadLetterSource",
    "lock_token": "LockToken",
    "message_id": "MessageId",
    "content_type": "ContentType",
    "reply_to": "ReplyTo",
    "to": "To",
    "subject": "Subject",
    "label": "Label",
    "correlation_id": "CorrelationId",
    "session_id": "SessionId",
    "reply_to_session_id": "ReplyToSessionId",
    "partition_key": "PartitionKey",
    "transaction_partition_key": "TransactionPartitionKey",
}
_BUS_TIMES = {
    "expires_at_utc": ("ExpiresAtUtc", "ExpiresAt"),
    "enqueued_time_utc": ("EnqueuedTimeUtc", "EnqueuedTime"),
}
_BUS_KEYS = (
    "body",
    "application_properties",
    "delivery_count",
    "sequence_number",
    *_BUS_TEXTS,
    *_BUS_TIMES,
)
# The SDK's message has these attributes; the host has no key for them.
_BUS_NEVER = (
    "time_to_live",
    "scheduled_enqueue_time",
    "scheduled_enqueue_time_utc",
    "state",
    "locked_until",
    "dead_letter_reason",
    "dead_letter_error_description",
    "enqueued_sequence_number",
)


def _service_bus(
    host: Host, payload: Json, trigger: Binding
) -> tuple[Any, dict]:
    """Bodies, and for each message its properties; with cardinality many,
    every key ends in `Array`.

    Source: https://github.com/Azure/azure-sdk-for-net/blob/main/sdk/servicebus/Microsoft.Azure.WebJobs.Extensions.ServiceBus/src/Triggers/ServiceBusTriggerBindingStrategy.cs
    """
    many = _is_many(trigger)
    received = _items(
        payload, "messages", "message", many, _BUS_KEYS, _BUS_NEVER
    )
    rows = [_bus_metadata(message, n) for n, message in enumerate(received)]
    if not many:
        return host.data(received[0]["body"]), host.metadata(rows[0])
    metadata = {}
    for key in rows[0] if rows else ():
        column = [row[key] for row in rows]
        if key in _BUS_TEXTS.values():
            data = host.texts(text.value if text else None for text in column)
        elif key == "SequenceNumber":
            data = host.longs(column)
        else:
            data = host.json(column)
        metadata[f"{key}Array"] = data
    if not rows:
        metadata["UserPropertiesArray"] = host.json([])
    return host.bodies(message["body"] for message in received), metadata


def _bus_metadata(message: Mapping[str, Json], position: int) -> dict:
    number = position + 1
    subject = message.get("subject", message.get("label"))
    if message.get("label", subject) != subject:
        raise EventError(
            "label and subject are one property: give one", "label"
        )
    texts = {
        "lock_token": f"00000000-0000-4000-8000-{number:012}",
        "message_id": f"message-{number}",
        **message,
        "subject": subject,
        "label": subject,
    }
    properties = message.get("application_properties", {})
    enqueued = NOW + timedelta(seconds=position)
    times = {}
    for attribute, default in (
        ("expires_at_utc", enqueued + timedelta(days=14)),
        ("enqueued_time_utc", enqueued),
    ):
        moment = _time(message, attribute, default)
        in_utc, with_offset = _BUS_TIMES[attribute]
        times[in_utc] = _iso(moment, zone=False)
        times[with_offset] = _iso(moment)
    return {
        "DeliveryCount": message.get("delivery_count", 1),
        "SequenceNumber": message.get("sequence_number", number),
        **times,
        **{key: _string(texts.get(a)) for a, key in _BUS_TEXTS.items()},
        "ApplicationProperties": properties,
        "UserProperties": properties,
    }


# --- Cosmos DB ------------------------------------------------------------


def _cosmos_db(
    host: Host, documents: Json, trigger: Binding
) -> tuple[Any, dict]:
    """The changed documents as one JSON text, without metadata.

    Source: https://github.com/Azure/azure-webjobs-sdk-extensions/blob/dev/src/WebJobs.Extensions.CosmosDB/Trigger/CosmosDBTriggerBinding.cs
    """
    if not isinstance(documents, list):
        raise EventError("documents is a list of objects", "documents")
    for document in documents:
        if not isinstance(document, dict):
            raise EventError("documents is a list of objects", "documents")
    return host.data(documents), {}


@dataclass(frozen=True)
class Builder:
    """How the payload of one trigger is named in an event file and built."""

    one: str
    many: str | None
    build: Callable[[Host, Json, Binding], tuple[Any, dict[str, Any]]]

    def payload_key(self, trigger: Binding) -> str:
        return self.many if self.many and _is_many(trigger) else self.one

    @property
    def source(self) -> str:
        """Where the keys of this trigger's metadata are known from."""
        text = " ".join((self.build.__doc__ or "").split())
        return text.partition("Source: ")[2]


BUILDERS = {
    "httpTrigger": Builder("request", None, _http),
    "timerTrigger": Builder("timer", None, _timer),
    "queueTrigger": Builder("message", None, _queue),
    "eventHubTrigger": Builder("event", "events", _event_hub),
    "serviceBusTrigger": Builder("message", "messages", _service_bus),
    "cosmosDBTrigger": Builder("documents", None, _cosmos_db),
}


# --- What all of them need ------------------------------------------------


def _is_many(trigger: Binding) -> bool:
    return str(trigger.get("cardinality", "one")).lower() == "many"


def _fetched(
    event: Mapping[str, Json], bindings: Iterable[Binding], trigger: Binding
) -> dict[str, Json]:
    names = [
        b["name"]
        for b in bindings
        if b["direction"].upper() == "IN" and b is not trigger
    ]
    given = event.get("inputs", {})
    _check_keys(given, names, "inputs")
    for name in names:
        if name not in given:
            raise EventError(
                f"inputs.{name} is missing: say what the host would have "
                "fetched (null for a missing document, [] for an empty query)",
                "inputs",
            )
    return {name: given[name] for name in names}


def _items(
    payload: Json,
    plural: str,
    singular: str,
    many: bool,
    allowed: Iterable[str],
    never: Iterable[str] = (),
) -> list[Mapping[str, Json]]:
    if many and not isinstance(payload, list):
        raise EventError(f"{plural} is a list: cardinality is many", plural)
    items = payload if many else [payload]
    for position, item in enumerate(items):
        where = f"{plural}[{position}]" if many else singular
        _check_item(item, where, *allowed, never=never)
    return items


def _check_item(
    item: Json, where: str, *allowed: str, never: Iterable[str] = ()
) -> None:
    if isinstance(item, dict):
        for key in item:
            if key in never:
                raise EventError(
                    f"{where}.{key}: the host never sends it, so it is "
                    "always None in a function",
                    key,
                )
    _check_keys(item, allowed, where)
    if "body" not in item:
        raise EventError(f'{where} needs a "body"', where.partition("[")[0])


def _check_keys(item: Json, allowed: Iterable[str], where: str) -> None:
    if not isinstance(item, dict):
        raise EventError(
            f"{where} is an object with the keys {_listed(allowed)}"
        )
    for key in item:
        if key not in tuple(allowed):
            raise EventError(
                f"{where} has the unknown key {key!r}; "
                f"it may have {_listed(allowed)}",
                key,
            )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "no keys"


def _content(value: Json) -> str | bytes:
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and set(value) == {"base64"}:
        try:
            return base64.b64decode(value["base64"], validate=True)
        except (binascii.Error, ValueError, TypeError) as error:
            raise EventError(
                f"this is not base64: {error}", "base64"
            ) from error
    return json.dumps(value, ensure_ascii=False)


def _time(item: Mapping[str, Json], key: str, default: datetime) -> datetime:
    if key not in item:
        return default
    try:
        moment = datetime.fromisoformat(item[key])
    except (TypeError, ValueError) as error:
        raise EventError(
            f"{key} is a time such as 2026-03-10T09:00:00Z: {error}", key
        ) from error
    return (
        moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    )


def _iso(moment: datetime, zone: bool = True) -> str:
    """As .NET writes it: a DateTimeOffset with its offset, a DateTime of
    unspecified kind without."""
    return (moment if zone else moment.replace(tzinfo=None)).isoformat()
