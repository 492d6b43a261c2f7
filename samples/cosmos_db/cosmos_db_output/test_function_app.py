import json
from typing import Any

import azure.functions as func
import pytest

from function_app import save_order, save_orders


class Out(func.Out[Any]):
    value: Any = None

    def set(self, val: Any) -> None:
        self.value = val

    def get(self) -> Any:
        return self.value


def request(body: bytes, **route_params: str) -> func.HttpRequest:
    return func.HttpRequest(
        method="PUT", url="/api/orders", route_params=route_params, body=body
    )


def test_saves_one_document() -> None:
    order = Out()

    response = save_order(
        request(b'{"sku": "teapot", "count": 3}', order_id="A-17"), order
    )

    assert response.status_code == 200
    assert response.get_body() == b"Saved"
    assert order.value.to_dict() == {
        "id": "A-17",
        "sku": "teapot",
        "count": 3,
        "status": "new",
    }


@pytest.mark.parametrize("body", [b"teapots", b"", b"[]", b'{"sku": "cup"}'])
def test_a_bad_order_is_400_and_saves_nothing(body: bytes) -> None:
    order = Out()

    response = save_order(request(body, order_id="A-17"), order)

    assert response.status_code == 400
    assert response.get_body() == b"Send sku and count"
    assert order.value is None


def test_saves_several_documents() -> None:
    orders = Out()
    body = [
        {"id": "A-17", "sku": "teapot", "count": 3},
        {"id": "A-18", "sku": "cup", "count": 6},
    ]

    response = save_orders(request(json.dumps(body).encode()), orders)

    assert response.status_code == 200
    assert response.get_body() == b"Saved"
    assert isinstance(orders.value, func.DocumentList)
    assert orders.value.to_dict() == [
        {**order, "status": "new"} for order in body
    ]


@pytest.mark.parametrize(
    "body", [b"3", b'{"id": "A-17"}', b'[{"id": "A-18", "sku": "cup"}]']
)
def test_one_bad_order_saves_nothing_at_all(body: bytes) -> None:
    orders = Out()

    response = save_orders(request(body), orders)

    assert response.status_code == 400
    assert response.get_body() == b"Send a list of orders"
    assert orders.value is None
