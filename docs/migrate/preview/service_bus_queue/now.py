"""Pack an order, and ask for a courier."""

import json
import logging

import azure.functions as func

app = func.FunctionApp()


@app.function_name(name="PackOrder")
@app.service_bus_queue_trigger(
    arg_name="order",
    queue_name="orders",
    connection="ServiceBusConnection",
)
@app.service_bus_queue_output(
    arg_name="parcel",
    queue_name="parcels",
    connection="ServiceBusConnection",
)
def pack_order(
    order: func.ServiceBusMessage,
    parcel: func.Out[str],
) -> None:
    content = json.loads(order.get_body())
    logging.info(
        "Delivery %s", order.delivery_count
    )
    parcel.set(json.dumps({"order": content["id"]}))
