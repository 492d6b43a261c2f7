"""Warn of a reading that is too warm."""

import json
import logging

import azure.functions as func

app = func.FunctionApp()

TOO_WARM = 30.0


@app.function_name(name="WatchTemperature")
@app.on_event_hub_message(
    arg_name="event",
    event_hub_name="readings",
    connection="EventHubConnection",
    cardinality=func.Cardinality.ONE,
)
@app.write_event_hub_message(
    arg_name="warning",
    event_hub_name="warnings",
    connection="EventHubConnection",
)
def watch_temperature(
    event: func.EventHubEvent,
    warning: func.Out[str],
) -> None:
    reading = json.loads(event.get_body())
    logging.info(
        "Reading %s", event.sequence_number
    )
    if reading["celsius"] > TOO_WARM:
        warning.set(json.dumps(reading))
