"""What an event file becomes, key by key."""

from typing import Any

import pytest

from functions_by_example.host.events.builder import every
from functions_by_example.host.events.event import EventError
from functions_by_example.host.events.expand import expand
from functions_by_example.worker import app

HTTP = {
    "name": "req",
    "type": "httpTrigger",
    "direction": "IN",
    "route": "orders/{id}",
    "methods": ["GET", "POST"],
}
TIMER = {"name": "timer", "type": "timerTrigger", "direction": "IN"}
QUEUE = {"name": "message", "type": "queueTrigger", "direction": "IN"}
HUB = {
    "name": "event",
    "type": "eventHubTrigger",
    "direction": "IN",
    "eventHubName": "readings",
}
HUB_MANY = HUB | {"name": "events", "cardinality": "MANY"}
BUS = {"name": "message", "type": "serviceBusTrigger", "direction": "IN"}
BUS_MANY = BUS | {"name": "messages", "cardinality": "many"}
COSMOS = {"name": "documents", "type": "cosmosDBTrigger", "direction": "IN"}
STOCK = {"name": "stock", "type": "cosmosDB", "direction": "IN"}
OUTPUT = {"name": "out", "type": "queue", "direction": "OUT"}


def sent(event: dict[str, Any], *bindings: Any, prefix: str = "api") -> Any:
    return app.described(expand(event, bindings, prefix))


def request(url: str, route: str, prefix: str = "api", **more: Any) -> Any:
    trigger = HTTP | {"route": route, "methods": None}
    event = {"request": {"url": url, **more}}
    return sent(event, trigger, prefix=prefix)["inputs"]["req"]["http"]


def test_a_request_has_route_values_query_and_headers() -> None:
    http = request(
        "/api/orders/A-17?gift=yes&note=",
        "orders/{id}",
        method="post",
        headers={"X-Shop": "1"},
        body={"count": 3},
    )
    assert http == {
        "method": "POST",
        "url": "http://localhost:7071/api/orders/A-17?gift=yes&note=",
        "headers": {
            "host": "localhost:7071",
            "content-type": "application/json",
            "content-length": "12",
            "x-shop": "1",
        },
        "query": {"gift": "yes"},  # the host leaves out empty values
        "params": {"id": "A-17"},
        "body": '{"count": 3}',
    }


def test_a_request_without_body_has_none() -> None:
    http = request("/api/orders/1", "orders/{id}")
    assert "body" not in http
    assert "content-length" not in http["headers"]


def test_a_query_value_given_twice_is_joined() -> None:
    assert request("/api/x?a=1&a=2", "x")["query"] == {"a": "1,2"}


@pytest.mark.parametrize(
    ("route", "prefix", "path", "params"),
    [
        ("orders/{id}", "api", "/api/orders/A%20B", {"id": "A B"}),
        ("orders/{id:int}", "api", "/api/orders/17", {"id": "17"}),
        ("orders/{id?}", "api", "/api/orders", {}),
        ("orders/{id?}", "api", "/api/orders/7", {"id": "7"}),
        ("{*rest}", "api", "/api/a/b/c", {"rest": "a/b/c"}),
        ("/{*route}", "", "/a/b", {"route": "a/b"}),
        ("a/{b}-{c}.txt", "api", "/api/a/1-2.txt", {"b": "1", "c": "2"}),
        ("orders/{id}", "", "/orders/1", {"id": "1"}),
        ("orders", "shop/v1", "/shop/v1/Orders", {}),
        ("s/{n:alpha}", "api", "/api/s/ab", {"n": "ab"}),
        ("s/{n:length(2)}", "api", "/api/s/ab", {"n": "ab"}),
        ("s/{n=5}", "api", "/api/s/6", {"n": "6"}),
    ],
)
def test_a_route_gives_its_values(
    route: str, prefix: str, path: str, params: dict[str, str]
) -> None:
    assert request(path, route, prefix).get("params", {}) == params


@pytest.mark.parametrize(
    ("route", "path"),
    [
        ("orders/{id}", "/orders/1"),
        ("orders/{id}", "/api/orders"),
        ("orders/{id}", "/api/orders/1/2"),
        ("orders/{id:int}", "/api/orders/A-17"),
        ("orders/{id:guid}", "/api/orders/A-17"),
    ],
)
def test_a_url_off_the_route_is_refused(route: str, path: str) -> None:
    with pytest.raises(EventError, match="does not match the function's"):
        request(path, route)


def test_a_method_that_the_route_does_not_take_is_refused() -> None:
    event = {"request": {"method": "PUT", "url": "/api/orders/1"}}
    with pytest.raises(EventError, match="the route takes GET, POST"):
        sent(event, HTTP)


def test_a_timer_has_defaults() -> None:
    assert sent({"timer": {}}, TIMER) == {
        "inputs": {
            "timer": {
                "json": {
                    "Schedule": {"AdjustForDST": True},
                    "ScheduleStatus": {
                        "Last": "2026-03-09T09:00:00+00:00",
                        "Next": "2026-03-10T09:00:00+00:00",
                        "LastUpdated": "2026-03-09T09:00:00+00:00",
                    },
                    "IsPastDue": False,
                }
            }
        }
    }


def test_a_timer_without_monitor_has_no_status() -> None:
    timer = sent({"timer": {"schedule_status": None}}, TIMER)
    assert timer["inputs"]["timer"]["json"]["ScheduleStatus"] is None


def test_a_queue_message_carries_seven_keys() -> None:
    message = {"body": {"sku": "teapot"}, "dequeue_count": 5}
    assert sent({"message": message}, QUEUE) == {
        "inputs": {"message": {"string": '{"sku": "teapot"}'}},
        "metadata": {
            "QueueTrigger": {"string": '{"sku": "teapot"}'},
            "DequeueCount": {"json": 5},
            "ExpirationTime": {"json": "2026-03-17T09:00:00+00:00"},
            "Id": {"string": "00000000-0000-4000-8000-000000000001"},
            "InsertionTime": {"json": "2026-03-10T09:00:00+00:00"},
            "NextVisibleTime": {"json": "2026-03-10T09:10:00+00:00"},
            "PopReceipt": {"string": "AgAAAAMAAAAAAAAA"},
        },
    }


def test_bytes_that_are_no_text_have_no_queue_trigger_key() -> None:
    message = sent({"message": {"body": {"base64": "/w=="}}}, QUEUE)
    assert message["inputs"]["message"] == {"bytes": {"base64": "/w=="}}
    assert "QueueTrigger" not in message["metadata"]


def test_times_are_sent_in_utc() -> None:
    message = {"body": "", "insertion_time": "2026-03-10T10:00:00+02:00"}
    metadata = sent({"message": message}, QUEUE)["metadata"]
    assert metadata["InsertionTime"] == {"json": "2026-03-10T08:00:00+00:00"}


def test_one_hub_event_has_single_keys() -> None:
    event = {"body": "a", "partition_key": "t1", "properties": {"k": 1}}
    assert sent({"event": event}, HUB)["metadata"] == {
        "PartitionContext": {
            "json": {
                "FullyQualifiedNamespace": "localhost",
                "EventHubName": "readings",
                "ConsumerGroup": "$Default",
                "PartitionId": "0",
            }
        },
        "PartitionKey": {"string": "t1"},
        "Offset": {"string": "0"},
        "SequenceNumber": {"json": 0},
        "EnqueuedTimeUtc": {"json": "2026-03-10T09:00:00"},
        "Properties": {"json": {"k": 1}},
        "SystemProperties": {
            "json": {
                "SequenceNumber": 0,
                "Offset": "0",
                "PartitionKey": "t1",
                "EnqueuedTimeUtc": "2026-03-10T09:00:00",
            }
        },
    }


def test_an_event_without_partition_key_sends_none() -> None:
    metadata = sent({"event": {"body": "a"}}, HUB)["metadata"]
    assert "PartitionKey" not in metadata


def test_many_hub_events_have_array_keys() -> None:
    events = [
        {"body": "a", "partition_key": "t1"},
        {"body": "b", "iothub_metadata": {"connection-device-id": "d"}},
    ]
    many = sent({"events": events}, HUB_MANY)
    assert many["inputs"] == {"events": {"collection_string": ["a", "b"]}}
    metadata = many["metadata"]
    assert set(metadata) == {
        "PartitionContext",
        "PartitionKeyArray",
        "OffsetArray",
        "SequenceNumberArray",
        "EnqueuedTimeUtcArray",
        "PropertiesArray",
        "SystemPropertiesArray",
    }
    # the host leaves null and empty strings out of a list of strings
    assert metadata["PartitionKeyArray"] == {"collection_string": ["t1"]}
    assert metadata["SequenceNumberArray"] == {"collection_sint64": [0, 1]}
    second = metadata["SystemPropertiesArray"]["json"][1]
    assert second["iothub-connection-device-id"] == "d"
    assert second["PartitionKey"] is None


def test_bodies_of_bytes_travel_as_bytes() -> None:
    events = [{"body": "a"}, {"body": {"base64": "/w=="}}]
    assert sent({"events": events}, HUB_MANY)["inputs"]["events"] == {
        "collection_bytes": ["a", {"base64": "/w=="}]
    }


def test_a_bus_message_has_no_key_that_the_host_leaves_out() -> None:
    metadata = sent({"message": {"body": "a"}}, BUS)["metadata"]
    assert set(metadata) == {
        "DeliveryCount",
        "SequenceNumber",
        "ExpiresAtUtc",
        "ExpiresAt",
        "EnqueuedTimeUtc",
        "EnqueuedTime",
        "LockToken",
        "MessageId",
        "ApplicationProperties",
        "UserProperties",
    }
    assert metadata["EnqueuedTimeUtc"] == {"json": "2026-03-10T09:00:00"}
    assert metadata["EnqueuedTime"] == {"json": "2026-03-10T09:00:00+00:00"}


def test_subject_and_label_are_one() -> None:
    for name in ("subject", "label"):
        message = {"body": "a", name: "order"}
        metadata = sent({"message": message}, BUS)["metadata"]
        assert metadata["Subject"] == metadata["Label"] == {"string": "order"}
    with pytest.raises(EventError, match="label and subject are one"):
        sent({"message": {"body": "", "subject": "a", "label": "b"}}, BUS)


def test_many_bus_messages_have_array_keys() -> None:
    messages = [{"body": "a", "session_id": "s"}, {"body": "b"}]
    many = sent({"messages": messages}, BUS_MANY)
    assert many["inputs"] == {"messages": {"collection_string": ["a", "b"]}}
    metadata = many["metadata"]
    assert metadata["SessionIdArray"] == {"collection_string": ["s"]}
    assert metadata["MessageIdArray"] == {
        "collection_string": ["message-1", "message-2"]
    }
    assert metadata["DeliveryCountArray"] == {"json": [1, 1]}
    assert metadata["SequenceNumberArray"] == {"collection_sint64": [1, 2]}
    assert metadata["UserPropertiesArray"] == {"json": [{}, {}]}


def test_an_empty_batch_can_be_sent() -> None:
    assert sent({"messages": []}, BUS_MANY)["metadata"] == {
        "UserPropertiesArray": {"json": []}
    }


@pytest.mark.parametrize(
    "attribute",
    [
        "time_to_live",
        "scheduled_enqueue_time_utc",
        "state",
        "locked_until",
        "dead_letter_reason",
        "dead_letter_error_description",
        "enqueued_sequence_number",
    ],
)
def test_what_the_host_never_sends_is_refused(attribute: str) -> None:
    with pytest.raises(EventError, match="the host never sends it") as caught:
        sent({"message": {"body": "", attribute: "1"}}, BUS)
    assert caught.value.key == attribute


def test_documents_travel_as_one_text() -> None:
    assert sent({"documents": [{"id": "é"}]}, COSMOS) == {
        "inputs": {"documents": {"string": '[{"id": "é"}]'}}
    }


def test_inputs_travel_as_text_and_null_as_nothing() -> None:
    other = STOCK | {"name": "other"}
    event = {"documents": [], "inputs": {"stock": None, "other": [{"a": 1}]}}
    assert sent(event, COSMOS, STOCK, other, OUTPUT)["inputs"] == {
        "documents": {"string": "[]"},
        "stock": None,
        "other": {"string": '[{"a": 1}]'},
    }


@pytest.mark.parametrize(
    ("event", "bindings", "text"),
    [
        ({}, [QUEUE], "the event has no 'message'"),
        ({"messages": []}, [BUS], "unknown key 'messages'; it may have mess"),
        ({"message": "a"}, [QUEUE], "message is an object with the keys"),
        ({"message": {}}, [QUEUE], 'message needs a "body"'),
        ({"message": {}}, [BUS_MANY], "unknown key 'message'"),
        ({"messages": {}}, [BUS_MANY], "messages is a list"),
        ({"events": [1]}, [HUB_MANY], r"events\[0\] is an object"),
        (
            {"events": [{"body": ""}, {"bdy": ""}]},
            [HUB_MANY],
            r"events\[1\] has the unknown key 'bdy'; it may have body, part",
        ),
        ({"documents": {}}, [COSMOS], "documents is a list of objects"),
        ({"documents": ["a"]}, [COSMOS], "documents is a list of objects"),
        ({"request": {}}, [HTTP], 'request needs a "url"'),
        (
            {"message": {"body": {"base64": "?"}}},
            [QUEUE],
            "this is not base64",
        ),
        (
            {"message": {"body": "", "insertion_time": "soon"}},
            [QUEUE],
            "insertion_time is a time such as",
        ),
        ({"documents": []}, [COSMOS, STOCK], "inputs.stock is missing"),
        (
            {"documents": [], "inputs": {"stok": 1}},
            [COSMOS, STOCK],
            "inputs has the unknown key 'stok'; it may have stock",
        ),
        (
            {"timer": {}, "input": {}},
            [TIMER],
            "unknown key 'input'; it may have timer, about, function, inputs",
        ),
        (
            {"blob": {}},
            [TIMER | {"type": "blobTrigger"}],
            "no event can be built for a blobTrigger yet",
        ),
    ],
)
def test_an_event_that_does_not_fit_is_refused(
    event: Any, bindings: Any, text: str
) -> None:
    with pytest.raises(EventError, match=text):
        sent(event, *bindings)


@pytest.mark.parametrize("trigger", every())
def test_every_builder_names_the_source_of_its_keys(trigger: str) -> None:
    source = every()[trigger].source
    assert "https://github.com/Azure/" in source or "GrpcMessage" in source
