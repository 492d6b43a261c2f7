import json
from datetime import datetime

import pytest
from azure.functions.servicebus import ServiceBusMessage

from function_app import pack_shipment


def message(body: bytes, delivery_count: int = 1) -> ServiceBusMessage:
    return ServiceBusMessage(
        body=body,
        message_id="shipment-A-17",
        delivery_count=delivery_count,
        enqueued_time_utc=datetime(2026, 3, 10, 8, 15),
        application_properties={},
        user_properties={},
    )


def test_packs_a_shipment(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")

    pack_shipment(message(b'{"order_id": "A-17", "parcels": 2}'))

    assert caplog.messages == ["Pack order A-17, parcels: 2"]


def test_says_that_it_is_the_last_delivery(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with pytest.raises(json.JSONDecodeError):
        pack_shipment(message(b"two parcels", delivery_count=10))

    [line] = caplog.messages
    assert line.startswith("Last delivery of message shipment-A-17")
    assert line.endswith("in the queue since 2026-03-10 08:15:00")


def test_fails_so_that_the_message_comes_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with pytest.raises(json.JSONDecodeError):
        pack_shipment(message(b"two parcels"))

    assert caplog.messages == []
