"""Save one document in Cosmos DB, or several at once."""

import azure.functions as func

app = func.FunctionApp()


def new_order(order_id: str, body: dict) -> func.Document:
    return func.Document(
        id=order_id, sku=body["sku"], count=body["count"], status="new"
    )


@app.route(route="orders/{order_id}", methods=["PUT"])
@app.cosmos_db_output(
    arg_name="order",
    database_name="shop",
    container_name="orders",
    connection="CosmosDBConnection",
    create_if_not_exists=True,
    partition_key="/id",
)
def save_order(
    req: func.HttpRequest, order: func.Out[func.Document]
) -> func.HttpResponse:
    try:
        order.set(new_order(req.route_params["order_id"], req.get_json()))
    except (KeyError, TypeError, ValueError):
        return func.HttpResponse("Send sku and count", status_code=400)
    return func.HttpResponse("Saved")


@app.route(route="orders", methods=["POST"])
@app.cosmos_db_output(
    arg_name="orders",
    database_name="shop",
    container_name="orders",
    connection="CosmosDBConnection",
    create_if_not_exists=True,
    partition_key="/id",
)
def save_orders(
    req: func.HttpRequest, orders: func.Out[func.DocumentList]
) -> func.HttpResponse:
    try:
        documents = [new_order(body["id"], body) for body in req.get_json()]
    except (KeyError, TypeError, ValueError):
        return func.HttpResponse("Send a list of orders", status_code=400)
    orders.set(func.DocumentList(documents))
    return func.HttpResponse("Saved")
