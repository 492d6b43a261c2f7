"""Send one event for each reading of an HTTP request."""

import json
from typing import List

import azure.functions as func

app = func.FunctionApp()


@app.route(route="sensors/{sensor}/readings", methods=["POST"])
@app.event_hub_output(
    arg_name="events",
    event_hub_name="readings",
    connection="EventHubConnection",
)
def send_readings(
    req: func.HttpRequest, events: func.Out[List[str]]
) -> func.HttpResponse:
    sensor = req.route_params["sensor"]
    try:
        readings = [float(celsius) for celsius in req.get_json()["celsius"]]
    except (KeyError, TypeError, ValueError):
        return func.HttpResponse('Send {"celsius": [21.5]}', status_code=400)

    events.set(
        [
            json.dumps({"sensor": sensor, "celsius": celsius})
            for celsius in readings
        ]
    )
    return func.HttpResponse(f"Sent {len(readings)}", status_code=202)
