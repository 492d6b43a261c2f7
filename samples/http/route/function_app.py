"""Answer HTTP requests with a price, or say what is wrong with them."""

import json

import azure.functions as func

app = func.FunctionApp()

PRICES = {"cup": 6, "teapot": 24}
GIFT_WRAP = 3


@app.route(
    route="quotes/{sku}",
    methods=["POST"],
    auth_level=func.AuthLevel.ANONYMOUS,
)
def quote_price(req: func.HttpRequest) -> func.HttpResponse:
    sku = req.route_params["sku"]
    if sku not in PRICES:
        return func.HttpResponse("No such product", status_code=404)

    try:
        count = int(req.get_json()["count"])
    except (KeyError, TypeError, ValueError):
        return func.HttpResponse('Send {"count": 3}', status_code=400)

    total = count * PRICES[sku]
    if req.params.get("gift") == "yes":
        total += GIFT_WRAP
    return func.HttpResponse(
        json.dumps({"sku": sku, "count": count, "total": total}),
        mimetype="application/json",
    )
