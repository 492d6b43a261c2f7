import logging

import azure.functions as func
from shared.receipts import receipt_for

app = func.FunctionApp()


@app.route(route="orders", methods=["POST"])
@app.queue_output(
    arg_name="receipt",
    queue_name="receipts",
    connection="AzureWebJobsStorage",
)
def orders(req: func.HttpRequest, receipt: func.Out[str]) -> func.HttpResponse:
    try:
        receipt.set(receipt_for(req.get_json()))
    except (KeyError, TypeError, ValueError):
        return func.HttpResponse("Send one order", status_code=400)
    return func.HttpResponse("Sent", status_code=202)


@app.function_name("receipts")
@app.queue_trigger(
    arg_name="message",
    queue_name="receipts",
    connection="AzureWebJobsStorage",
)
def print_receipt(message: func.QueueMessage) -> None:
    receipt = message.get_json()
    logging.info("%s x %s", receipt["count"], receipt["sku"])


@app.retry(
    strategy="fixed_delay", max_retry_count="3", delay_interval="00:00:10"
)
@app.timer_trigger(arg_name="timer", schedule="0 0 6 * * *")
def restock(timer: func.TimerRequest) -> None:
    logging.info("Restocking%s", ", late" if timer.past_due else "")
