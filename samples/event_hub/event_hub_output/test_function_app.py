import json
from typing import List

import azure.functions as func
import pytest

from function_app import send_readings


class Out(func.Out[List[str]]):
    value: List[str] | None = None

    def set(self, val: List[str]) -> None:
        self.value = val

    def get(self) -> List[str]:
        return self.value or []


def post(body: bytes, events: Out) -> func.HttpResponse:
    request = func.HttpRequest(
        method="POST",
        url="/api/sensors/door/readings",
        route_params={"sensor": "door"},
        body=body,
    )
    return send_readings(request, events)


def test_sends_one_event_for_each_reading() -> None:
    events = Out()

    response = post(b'{"celsius": [21.5, 22]}', events)

    assert response.status_code == 202
    assert response.get_body() == b"Sent 2"
    assert [json.loads(event) for event in events.get()] == [
        {"sensor": "door", "celsius": 21.5},
        {"sensor": "door", "celsius": 22.0},
    ]


@pytest.mark.parametrize(
    "body", [b"21,5 C", b"[]", b"{}", b'{"celsius": [21.5, "warm"]}']
)
def test_a_bad_body_is_400_and_sends_nothing(body: bytes) -> None:
    events = Out()

    response = post(body, events)

    assert response.status_code == 400
    assert response.get_body() == b'Send {"celsius": [21.5]}'
    assert events.value is None
