"""Send a message to a Service Bus queue."""

import json

import azure.functions as func

app = func.FunctionApp()


@app.route(route="orders/{order_id}/shipment", methods=["PUT"])
@app.service_bus_queue_output(
    arg_name="message",
    queue_name="shipments",
    connection="ServiceBusConnection",
)
def request_shipment(
    req: func.HttpRequest, message: func.Out[str]
) -> func.HttpResponse:
    order_id = req.route_params["order_id"]
    try:
        parcels = int(req.get_json()["parcels"])
    except (KeyError, TypeError, ValueError):
        return func.HttpResponse('Send {"parcels": 2}', status_code=400)

    message.set(json.dumps({"order_id": order_id, "parcels": parcels}))
    return func.HttpResponse("Shipment requested", status_code=202)
