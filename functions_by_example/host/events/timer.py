"""What the host sends to a timer trigger."""

from __future__ import annotations

from datetime import timedelta

from functions_by_example.host.events.builder import builds
from functions_by_example.host.events.event import NOW, iso, keys
from functions_by_example.host.events.messages import Host, Metadata
from functions_by_example.protocol.answers import Binding
from functions_by_example.protocol.messages import TypedData


@builds("timerTrigger", one="timer")
def timer(
    host: Host, payload: object, trigger: Binding
) -> tuple[TypedData, Metadata]:
    """A TimerInfo as JSON.

    Source: https://github.com/Azure/azure-webjobs-sdk-extensions/blob/dev/src/WebJobs.Extensions/Extensions/Timers/TimerInfo.cs
    """
    given = keys(payload, ("past_due", "schedule_status", "schedule"), "timer")
    status = {
        "Last": iso(NOW - timedelta(days=1)),
        "Next": iso(NOW),
        "LastUpdated": iso(NOW - timedelta(days=1)),
    }
    info = {
        "Schedule": given.get("schedule", {"AdjustForDST": True}),
        "ScheduleStatus": given.get("schedule_status", status),
        "IsPastDue": given.get("past_due", False),
    }
    return host.json(info), {}
