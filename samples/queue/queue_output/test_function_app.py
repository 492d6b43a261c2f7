import json
from typing import Any

import azure.functions as func
import pytest

from function_app import send_receipt, send_receipts

ORDER = {"order_id": "A-17", "sku": "teapot", "count": 3}
OTHER = {"order_id": "A-18", "sku": "cup", "count": 6}


class Out(func.Out[Any]):
    value: Any = None

    def set(self, val: Any) -> None:
        self.value = val

    def get(self) -> Any:
        return self.value


def post(body: Any) -> func.HttpRequest:
    return func.HttpRequest(
        method="POST", url="/api/receipts", body=json.dumps(body).encode()
    )


def test_sends_one_message() -> None:
    message = Out()

    response = send_receipt(post({**ORDER, "card": "secret"}), message)

    assert response.status_code == 202
    assert response.get_body() == b"Sent"
    assert json.loads(message.value) == ORDER


@pytest.mark.parametrize("body", ["teapots", None, [], {"order_id": "A-17"}])
def test_a_bad_order_is_400_and_sends_nothing(body: Any) -> None:
    message = Out()

    response = send_receipt(post(body), message)

    assert response.status_code == 400
    assert response.get_body() == b"Send one order"
    assert message.value is None


def test_text_that_is_not_json_is_400() -> None:
    request = func.HttpRequest(method="POST", url="/api/receipts", body=b"{")

    assert send_receipt(request, Out()).status_code == 400


def test_sends_several_messages() -> None:
    messages = Out()

    response = send_receipts(post([ORDER, OTHER]), messages)

    assert response.status_code == 202
    assert response.get_body() == b"Sent"
    assert [json.loads(text) for text in messages.value] == [ORDER, OTHER]


@pytest.mark.parametrize("body", [3, ORDER, [ORDER, {"order_id": "A-18"}]])
def test_one_bad_order_sends_nothing_at_all(body: Any) -> None:
    messages = Out()

    response = send_receipts(post(body), messages)

    assert response.status_code == 400
    assert response.get_body() == b"Send a list of orders"
    assert messages.value is None
