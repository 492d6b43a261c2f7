"""Process each message of a queue, and notice its last try."""

import logging

import azure.functions as func

app = func.FunctionApp()

LAST_TRY = 5


@app.queue_trigger(
    arg_name="message",
    queue_name="receipts",
    connection="AzureWebJobsStorage",
)
def print_receipt(message: func.QueueMessage) -> None:
    if message.dequeue_count == LAST_TRY:
        logging.warning(
            "Last try of message %s, in the queue since %s",
            message.id,
            message.insertion_time,
        )
    receipt = message.get_json()
    logging.info(
        "Receipt for order %s: %s x %s",
        receipt["order_id"],
        receipt["count"],
        receipt["sku"],
    )
