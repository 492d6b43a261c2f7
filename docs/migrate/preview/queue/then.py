"""Write a receipt for an order."""

import json
import logging

import azure.functions as func

app = func.FunctionApp()


@app.function_name(name="WriteReceipt")
@app.on_queue_change(
    arg_name="order",
    queue_name="orders",
    connection="AzureWebJobsStorage",
)
@app.write_queue(
    arg_name="receipt",
    queue_name="receipts",
    connection="AzureWebJobsStorage",
)
def write_receipt(
    order: func.QueueMessage, receipt: func.Out[str]
) -> None:
    content = order.get_json()
    logging.info("Try %s", order.dequeue_count)
    paid = {
        "order": content["id"],
        "paid": content["total"],
    }
    receipt.set(json.dumps(paid))
