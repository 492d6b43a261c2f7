import json
from datetime import UTC, datetime

import azure.functions as func
import pytest

from function_app import watch_temperature

NINE = datetime(2026, 3, 10, 9, tzinfo=UTC)


def event(body: str, number: int, key: str) -> func.EventHubEvent:
    return func.EventHubEvent(
        body=body.encode(),
        sequence_number=number,
        partition_key=key,
        enqueued_time=NINE,
    )


def reading(celsius: float, number: int) -> func.EventHubEvent:
    body = json.dumps({"sensor": "door", "celsius": celsius})
    return event(body, number, "door")


def test_logs_each_reading_with_its_time(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")

    watch_temperature([reading(21.5, 7), reading(22.0, 8)])

    assert caplog.messages == [
        "door: 21.5 C at 2026-03-10 09:00:00+00:00",
        "door: 22.0 C at 2026-03-10 09:00:00+00:00",
    ]


def test_warns_above_thirty_degrees(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")

    watch_temperature([reading(30.0, 7), reading(30.5, 8)])

    assert [r.levelname for r in caplog.records] == ["INFO", "WARNING"]


@pytest.mark.parametrize(
    "garbled", ["31,0 C", "[]", "{}", '{"sensor": "kiln", "celsius": null}']
)
def test_a_garbled_event_does_not_lose_the_others(
    garbled: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")

    watch_temperature(
        [reading(21.5, 7), event(garbled, 8, "kiln"), reading(21.0, 9)]
    )

    assert caplog.messages == [
        "door: 21.5 C at 2026-03-10 09:00:00+00:00",
        "Skipped event 8, partition key kiln",
        "door: 21.0 C at 2026-03-10 09:00:00+00:00",
    ]
