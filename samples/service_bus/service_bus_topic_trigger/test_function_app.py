import json

import pytest
from azure.functions.servicebus import ServiceBusMessage

from function_app import count_statuses, mail_customer

SHIPPED = '{"order_id": "A-17", "status": "shipped"}'
PAID = '{"order_id": "A-18", "status": "paid"}'


def message(body: str, message_id: str = "event-1") -> ServiceBusMessage:
    return ServiceBusMessage(
        body=body.encode(),
        message_id=message_id,
        application_properties={},
        user_properties={},
    )


def test_mails_the_customer(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")

    mail_customer(message(SHIPPED))

    assert caplog.messages == ["Mail about order A-17: it is shipped"]


def test_mail_fails_so_that_the_message_comes_again() -> None:
    with pytest.raises(json.JSONDecodeError):
        mail_customer(message("shipped"))


def test_counts_a_batch(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")

    count_statuses([message(SHIPPED), message(PAID), message(SHIPPED)])

    assert caplog.messages == ["shipped: 2", "paid: 1"]


@pytest.mark.parametrize("garbled", ["shipped", "[]", "{}"])
def test_a_garbled_message_does_not_lose_the_others(
    garbled: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")

    count_statuses([message(garbled, "event-1"), message(PAID, "event-2")])

    assert caplog.messages == ["Skipped message event-1", "paid: 1"]
