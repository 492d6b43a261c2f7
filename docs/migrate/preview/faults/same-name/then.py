import logging

import azure.functions as func

app = func.FunctionApp()


@app.function_name(name="Stock")
@app.on_service_bus_topic_change(
    arg_name="message",
    topic_name="returns",
    subscription_name="stock",
    connection="ServiceBusConnection",
)
def main(message: func.ServiceBusMessage) -> None:
    logging.info("A teapot comes back")


@app.function_name(name="Stock")
@app.on_service_bus_queue_change(
    arg_name="message",
    queue_name="orders",
    connection="ServiceBusConnection",
)
def main(message: func.ServiceBusMessage) -> None:
    logging.info("A teapot goes out")
