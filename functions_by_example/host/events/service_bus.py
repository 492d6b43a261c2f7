"""What the host sends to a Service Bus trigger."""

from __future__ import annotations

from datetime import timedelta

from functions_by_example.host.events.builder import builds, is_many
from functions_by_example.host.events.event import (
    NOW,
    EventError,
    Item,
    iso,
    items,
    time,
)
from functions_by_example.host.events.messages import (
    Host,
    Metadata,
    Text,
    string,
)
from functions_by_example.protocol.answers import Binding
from functions_by_example.protocol.messages import TypedData

# Attribute -> the host's key.
_TEXTS = {
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
# Attribute -> the host's keys in UTC and with an offset.
_TIMES = {
    "expires_at_utc": ("ExpiresAtUtc", "ExpiresAt"),
    "enqueued_time_utc": ("EnqueuedTimeUtc", "EnqueuedTime"),
}
_KEYS = (
    "application_properties",
    "delivery_count",
    "sequence_number",
    *_TEXTS,
    *_TIMES,
)
# The SDK's message has these attributes; the host has no key for them.
NEVER = (
    "time_to_live",
    "scheduled_enqueue_time",
    "scheduled_enqueue_time_utc",
    "state",
    "locked_until",
    "dead_letter_reason",
    "dead_letter_error_description",
    "enqueued_sequence_number",
)


@builds("serviceBusTrigger", one="message", many="messages")
def service_bus(
    host: Host, payload: object, trigger: Binding
) -> tuple[TypedData, Metadata]:
    """Bodies, and for each message its properties; with cardinality many,
    every key ends in `Array`.

    Source: https://github.com/Azure/azure-sdk-for-net/blob/main/sdk/servicebus/Microsoft.Azure.WebJobs.Extensions.ServiceBus/src/Triggers/ServiceBusTriggerBindingStrategy.cs
    """
    many = is_many(trigger)
    received = items(payload, ("message", "messages"), many, _KEYS, NEVER)
    rows = [_metadata(message, n) for n, message in enumerate(received)]
    if not many:
        return host.data(received[0]["body"]), host.metadata(rows[0])
    metadata = {}
    for key in rows[0] if rows else ():
        column = [row[key] for row in rows]
        if key in _TEXTS.values():
            data = host.texts(
                text.value if isinstance(text, Text) else None
                for text in column
            )
        elif key == "SequenceNumber":
            data = host.longs(column)
        else:
            data = host.json(column)
        metadata[f"{key}Array"] = data
    if not rows:
        metadata["UserPropertiesArray"] = host.json([])
    return host.bodies(message["body"] for message in received), metadata


def _metadata(message: Item, position: int) -> dict[str, object]:
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
    defaults = {
        "expires_at_utc": enqueued + timedelta(days=14),
        "enqueued_time_utc": enqueued,
    }
    times = {}
    for attribute, default in defaults.items():
        moment = time(message, attribute, default)
        in_utc, with_offset = _TIMES[attribute]
        times[in_utc] = iso(moment, zone=False)
        times[with_offset] = iso(moment)
    return {
        "DeliveryCount": message.get("delivery_count", 1),
        "SequenceNumber": message.get("sequence_number", number),
        **times,
        **{key: string(texts.get(a)) for a, key in _TEXTS.items()},
        "ApplicationProperties": properties,
        "UserProperties": properties,
    }
