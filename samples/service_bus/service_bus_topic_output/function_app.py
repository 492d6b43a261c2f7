"""Publish a message to every subscription of a Service Bus topic."""

import json

import azure.functions as func

app = func.FunctionApp()


@app.route(route="orders/{order_id}/status", methods=["PUT"])
@app.service_bus_topic_output(
    arg_name="message",
    topic_name="order-events",
    connection="ServiceBusConnection",
)
def publish_status(
    req: func.HttpRequest, message: func.Out[str]
) -> func.HttpResponse:
    order_id = req.route_params["order_id"]
    try:
        status = req.get_json()["status"]
    except (KeyError, TypeError, ValueError):
        return func.HttpResponse('Send {"status": "paid"}', status_code=400)

    message.set(json.dumps({"order_id": order_id, "status": status}))
    return func.HttpResponse("Published", status_code=202)
