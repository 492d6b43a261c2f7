"""What the host sends to a Queue Storage trigger."""

from __future__ import annotations

from datetime import timedelta

from functions_by_example.host.events.builder import builds
from functions_by_example.host.events.event import NOW, content, iso, item, time
from functions_by_example.host.events.messages import (
    Host,
    Metadata,
    Text,
    string,
)
from functions_by_example.protocol.answers import Binding
from functions_by_example.protocol.messages import TypedData

_KEYS = (
    "id",
    "dequeue_count",
    "insertion_time",
    "expiration_time",
    "time_next_visible",
    "pop_receipt",
)


@builds("queueTrigger", one="message")
def queue(
    host: Host, payload: object, trigger: Binding
) -> tuple[TypedData, Metadata]:
    """The message's text and seven keys of metadata.

    Source: `CreateBindingData` in https://github.com/Azure/azure-sdk-for-net/blob/main/sdk/storage/Microsoft.Azure.WebJobs.Extensions.Storage.Queues/src/Triggers/QueueTriggerBinding.cs
    """
    message = item(payload, "message", _KEYS)
    body = content(message["body"])
    inserted = time(message, "insertion_time", NOW)
    expires = time(message, "expiration_time", inserted + timedelta(days=7))
    visible = time(
        message, "time_next_visible", inserted + timedelta(minutes=10)
    )
    id = message.get("id", "00000000-0000-4000-8000-000000000001")
    receipt = message.get("pop_receipt", "AgAAAAMAAAAAAAAA")
    metadata = {
        "QueueTrigger": string(body if isinstance(body, str) else None),
        "DequeueCount": message.get("dequeue_count", 1),
        "ExpirationTime": iso(expires),
        "Id": Text(str(id)),
        "InsertionTime": iso(inserted),
        "NextVisibleTime": iso(visible),
        "PopReceipt": Text(str(receipt)),
    }
    return host.data(message["body"]), host.metadata(metadata)
