"""What the host sends to a Cosmos DB trigger."""

from __future__ import annotations

from functions_by_example.host.events.builder import builds
from functions_by_example.host.events.event import EventError
from functions_by_example.host.events.messages import Host, Metadata
from functions_by_example.protocol.answers import Binding
from functions_by_example.protocol.messages import TypedData


@builds("cosmosDBTrigger", one="documents")
def cosmos_db(
    host: Host, payload: object, trigger: Binding
) -> tuple[TypedData, Metadata]:
    """The changed documents as one JSON text, without metadata.

    Source: https://github.com/Azure/azure-webjobs-sdk-extensions/blob/dev/src/WebJobs.Extensions.CosmosDB/Trigger/CosmosDBTriggerBinding.cs
    """
    if not isinstance(payload, list) or not all(
        isinstance(document, dict) for document in payload
    ):
        raise EventError("documents is a list of objects", "documents")
    return host.data(payload), {}
