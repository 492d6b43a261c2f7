"""Process each Service Bus message, and notice its last delivery."""

import json
import logging

import azure.functions as func

app = func.FunctionApp()

LAST_DELIVERY = 10


@app.service_bus_queue_trigger(
    arg_name="message",
    queue_name="shipments",
    connection="ServiceBusConnection",
)
def pack_shipment(message: func.ServiceBusMessage) -> None:
    if message.delivery_count == LAST_DELIVERY:
        logging.warning(
            "Last delivery of message %s, in the queue since %s",
            message.message_id,
            message.enqueued_time_utc,
        )
    shipment = json.loads(message.get_body())
    logging.info(
        "Pack order %s, parcels: %s",
        shipment["order_id"],
        shipment["parcels"],
    )
