"""Mail the customer when a parcel leaves."""

import json
import logging

import azure.functions as func

app = func.FunctionApp()


@app.function_name(name="TellCustomer")
@app.service_bus_topic_trigger(
    arg_name="change",
    topic_name="order-events",
    subscription_name="mail",
    connection="ServiceBusConnection",
)
@app.service_bus_topic_output(
    arg_name="mail",
    topic_name="mails",
    connection="ServiceBusConnection",
)
def tell_customer(
    change: func.ServiceBusMessage,
    mail: func.Out[str],
) -> None:
    order = json.loads(change.get_body())
    logging.info("A change of %s", change.label)
    if order["status"] == "shipped":
        mail.set(
            f"Order {order['id']} is on its way"
        )
