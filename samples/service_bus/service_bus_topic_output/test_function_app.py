import json

import azure.functions as func
import pytest

from function_app import publish_status


class Out(func.Out[str]):
    value: str | None = None

    def set(self, val: str) -> None:
        self.value = val

    def get(self) -> str:
        return self.value or ""


def put(body: bytes, message: Out) -> func.HttpResponse:
    request = func.HttpRequest(
        method="PUT",
        url="/api/orders/A-17/status",
        route_params={"order_id": "A-17"},
        body=body,
    )
    return publish_status(request, message)


def test_publishes_the_status() -> None:
    message = Out()

    response = put(b'{"status": "shipped"}', message)

    assert response.status_code == 202
    assert response.get_body() == b"Published"
    assert json.loads(message.get()) == {
        "order_id": "A-17",
        "status": "shipped",
    }


@pytest.mark.parametrize("body", [b"shipped", b"", b"[]", b"{}"])
def test_a_bad_body_is_400_and_publishes_nothing(body: bytes) -> None:
    message = Out()

    response = put(body, message)

    assert response.status_code == 400
    assert response.get_body() == b'Send {"status": "paid"}'
    assert message.value is None
