import logging

import azure.functions as func

app = func.FunctionApp()


@app.function_name(name="LogOrder")
@app.on_service_bus_queue_change(
    arg_name="order",
    queue_name="orders",
    connection="ServiceBusConnection",
)
def log_order(
    order: func.ServiceBusMessage,
) -> None:
    logging.info("Lives for %s", order.time_to_live)
    logging.info(
        "Due at %s", order.scheduled_enqueue_time
    )
