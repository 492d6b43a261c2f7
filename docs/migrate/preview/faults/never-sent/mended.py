import logging

import azure.functions as func

app = func.FunctionApp()


@app.function_name(name="LogOrder")
@app.service_bus_queue_trigger(
    arg_name="order",
    queue_name="orders",
    connection="ServiceBusConnection",
)
def log_order(
    order: func.ServiceBusMessage,
) -> None:
    logging.info(
        "Lives until %s", order.expires_at_utc
    )
    logging.info(
        "Came at %s", order.enqueued_time_utc
    )
