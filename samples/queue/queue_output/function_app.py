"""Put one message on a queue, or several at once."""

import json
from typing import List

import azure.functions as func

app = func.FunctionApp()


def receipt_for(order: dict) -> str:
    fields = ("order_id", "sku", "count")
    return json.dumps({field: order[field] for field in fields})


@app.route(route="receipts", methods=["POST"])
@app.queue_output(
    arg_name="message",
    queue_name="receipts",
    connection="AzureWebJobsStorage",
)
def send_receipt(
    req: func.HttpRequest, message: func.Out[str]
) -> func.HttpResponse:
    try:
        message.set(receipt_for(req.get_json()))
    except (KeyError, TypeError, ValueError):
        return func.HttpResponse("Send one order", status_code=400)
    return func.HttpResponse("Sent", status_code=202)


@app.route(route="receipts/batch", methods=["POST"])
@app.queue_output(
    arg_name="messages",
    queue_name="receipts",
    connection="AzureWebJobsStorage",
)
def send_receipts(
    req: func.HttpRequest, messages: func.Out[List[str]]
) -> func.HttpResponse:
    try:
        messages.set([receipt_for(order) for order in req.get_json()])
    except (KeyError, TypeError, ValueError):
        return func.HttpResponse("Send a list of orders", status_code=400)
    return func.HttpResponse("Sent", status_code=202)
