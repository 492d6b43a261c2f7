"""What the host sends to an Event Hubs trigger."""

from __future__ import annotations

from datetime import timedelta

from functions_by_example.host.events.builder import builds, is_many
from functions_by_example.host.events.event import (
    NOW,
    Item,
    inside,
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

_KEYS = (
    "partition_key",
    "sequence_number",
    "offset",
    "enqueued_time",
    "iothub_metadata",
    "properties",
)


@builds("eventHubTrigger", one="event", many="events")
def event_hub(
    host: Host, payload: object, trigger: Binding
) -> tuple[TypedData, Metadata]:
    """Bodies, and for each event its properties and system properties; with
    cardinality many, every key ends in `Array`.

    Source: https://github.com/Azure/azure-sdk-for-net/blob/main/sdk/eventhub/Microsoft.Azure.WebJobs.Extensions.EventHubs/src/Triggers/EventHubTriggerBindingStrategy.cs
    """
    many = is_many(trigger)
    events = items(payload, ("event", "events"), many, _KEYS)
    system = [_system(event, n) for n, event in enumerate(events)]
    properties = [event.get("properties", {}) for event in events]
    context = {
        "FullyQualifiedNamespace": "localhost",
        "EventHubName": trigger.get("eventHubName"),
        "ConsumerGroup": trigger.get("consumerGroup", "$Default"),
        "PartitionId": "0",
    }
    if many:
        metadata = host.metadata({"PartitionContext": context}) | {
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
    ((event, one),) = zip(events, system, strict=True)
    metadata = host.metadata(
        {
            "PartitionContext": context,
            "PartitionKey": string(one["PartitionKey"]),
            "Offset": Text(str(one["Offset"])),
            "SequenceNumber": one["SequenceNumber"],
            "EnqueuedTimeUtc": one["EnqueuedTimeUtc"],
            "Properties": properties[0],
            "SystemProperties": one,
        }
    )
    return host.data(event["body"]), metadata


def _system(event: Item, position: int) -> dict[str, object]:
    enqueued = time(event, "enqueued_time", NOW + timedelta(seconds=position))
    iot_hub = inside(event, "iothub_metadata")
    return {
        **{f"iothub-{key}": value for key, value in iot_hub.items()},
        "SequenceNumber": event.get("sequence_number", position),
        "Offset": str(event.get("offset", position * 128)),
        "PartitionKey": event.get("partition_key"),
        "EnqueuedTimeUtc": iso(enqueued, zone=False),
    }
