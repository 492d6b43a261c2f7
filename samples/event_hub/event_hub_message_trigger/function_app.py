"""Process events in batches, and skip one that cannot be read."""

import json
import logging
from typing import List

import azure.functions as func

app = func.FunctionApp()

TOO_WARM = 30.0


@app.event_hub_message_trigger(
    arg_name="events",
    event_hub_name="readings",
    connection="EventHubConnection",
    cardinality=func.Cardinality.MANY,
)
def watch_temperature(events: List[func.EventHubEvent]) -> None:
    for event in events:
        try:
            reading = json.loads(event.get_body())
            sensor = reading["sensor"]
            celsius = float(reading["celsius"])
        except (KeyError, TypeError, ValueError):
            logging.warning(
                "Skipped event %s, partition key %s",
                event.sequence_number,
                event.partition_key,
            )
            continue

        level = logging.WARNING if celsius > TOO_WARM else logging.INFO
        logging.log(
            level, "%s: %s C at %s", sensor, celsius, event.enqueued_time
        )
