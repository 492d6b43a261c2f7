@app.function_name(name="PrintReceipt")
@app.on_queue_change(
    arg_name="receipt",
    queue_name="receipts",
    connection="AzureWebJobsStorage",
)
def print_receipt(
    receipt: func.QueueMessage,
) -> None:
    logging.info("Receipt %s", receipt.id)
