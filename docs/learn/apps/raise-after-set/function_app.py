import azure.functions as func

app = func.FunctionApp()


@app.route(route="orders", methods=["POST"])
@app.queue_output(
    arg_name="receipt",
    queue_name="receipts",
    connection="AzureWebJobsStorage",
)
def take_order(req: func.HttpRequest, receipt: func.Out[str]) -> str:
    receipt.set("A-17")
    raise RuntimeError("No paper")
