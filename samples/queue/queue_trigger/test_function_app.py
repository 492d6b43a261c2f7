import json
from datetime import UTC, datetime

import pytest
from azure.functions.queue import QueueMessage

from function_app import print_receipt

RECEIPT = {"order_id": "A-17", "sku": "teapot", "count": 3}


def test_prints_a_receipt(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")

    print_receipt(QueueMessage(body=json.dumps(RECEIPT), dequeue_count=1))

    assert caplog.messages == ["Receipt for order A-17: 3 x teapot"]


def test_says_that_it_is_the_last_try(caplog: pytest.LogCaptureFixture) -> None:
    message = QueueMessage(
        id="message-1",
        body="3 teapots, please",
        dequeue_count=5,
        insertion_time=datetime(2026, 3, 10, 9, tzinfo=UTC),
    )

    with pytest.raises(json.JSONDecodeError):
        print_receipt(message)

    [line] = caplog.messages
    assert line.startswith("Last try of message message-1")
    assert line.endswith("in the queue since 2026-03-10 09:00:00+00:00")


def test_fails_so_that_the_host_tries_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with pytest.raises(json.JSONDecodeError):
        print_receipt(QueueMessage(body="3 teapots, please", dequeue_count=1))

    assert caplog.messages == []
