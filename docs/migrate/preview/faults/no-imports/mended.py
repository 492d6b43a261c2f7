import logging

import azure.functions as func

app = func.FunctionApp()


@app.function_name(name="PrintReceipt")
@app.queue_trigger(
    arg_name="receipt",
    queue_name="receipts",
    connection="AzureWebJobsStorage",
)
def print_receipt(
    receipt: func.QueueMessage,
) -> None:
    logging.info("Receipt %s", receipt.id)
