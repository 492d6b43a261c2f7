import azure.functions as func
from shared.receipts import receipt_for


def main(req: func.HttpRequest, receipt: func.Out[str]) -> func.HttpResponse:
    try:
        receipt.set(receipt_for(req.get_json()))
    except (KeyError, TypeError, ValueError):
        return func.HttpResponse("Send one order", status_code=400)
    return func.HttpResponse("Sent", status_code=202)
