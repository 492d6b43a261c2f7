import logging

import azure.functions as func

app = func.FunctionApp()


@app.function_name(name="StockIn")
@app.service_bus_topic_trigger(
    arg_name="message",
    topic_name="returns",
    subscription_name="stock",
    connection="ServiceBusConnection",
)
def stock_in(
    message: func.ServiceBusMessage,
) -> None:
    logging.info("A teapot comes back")


@app.function_name(name="StockOut")
@app.service_bus_queue_trigger(
    arg_name="message",
    queue_name="orders",
    connection="ServiceBusConnection",
)
def stock_out(
    message: func.ServiceBusMessage,
) -> None:
    logging.info("A teapot goes out")
