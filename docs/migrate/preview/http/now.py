"""Answer a request with a price."""

import json

import azure.functions as func

app = func.FunctionApp(
    http_auth_level=func.AuthLevel.ANONYMOUS
)

PRICES = {"cup": 6, "teapot": 24}


@app.function_name(name="Quote")
@app.route(route="quotes/{sku}", methods=["POST"])
def quote(
    req: func.HttpRequest,
) -> func.HttpResponse:
    price = PRICES.get(req.route_params["sku"])
    if price is None:
        return func.HttpResponse(status_code=404)
    try:
        count = int(req.get_json()["count"])
    except (KeyError, TypeError, ValueError):
        return func.HttpResponse(status_code=400)
    total = json.dumps({"total": count * price})
    return func.HttpResponse(
        total, mimetype="application/json"
    )
