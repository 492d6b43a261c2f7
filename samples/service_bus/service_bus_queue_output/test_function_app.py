import json

import azure.functions as func
import pytest

from function_app import request_shipment


class Out(func.Out[str]):
    value: str | None = None

    def set(self, val: str) -> None:
        self.value = val

    def get(self) -> str:
        return self.value or ""


def put(body: bytes, message: Out) -> func.HttpResponse:
    request = func.HttpRequest(
        method="PUT",
        url="/api/orders/A-17/shipment",
        route_params={"order_id": "A-17"},
        body=body,
    )
    return request_shipment(request, message)


def test_sends_the_shipment() -> None:
    message = Out()

    response = put(b'{"parcels": 2}', message)

    assert response.status_code == 202
    assert response.get_body() == b"Shipment requested"
    assert json.loads(message.get()) == {"order_id": "A-17", "parcels": 2}


@pytest.mark.parametrize(
    "body", [b"two parcels", b"", b"[]", b"{}", b'{"parcels": null}']
)
def test_a_bad_body_is_400_and_sends_nothing(body: bytes) -> None:
    message = Out()

    response = put(body, message)

    assert response.status_code == 400
    assert response.get_body() == b'Send {"parcels": 2}'
    assert message.value is None
