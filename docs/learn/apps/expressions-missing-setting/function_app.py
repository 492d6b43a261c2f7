import azure.functions as func

app = func.FunctionApp()


@app.route(route="orders/{order_id}/receipt")
@app.blob_input(
    arg_name="receipt",
    path="%RECEIPTS%/{order_id}.txt",
    connection="ShopStorage",
)
def show_receipt(req: func.HttpRequest, receipt: str) -> str:
    return receipt
