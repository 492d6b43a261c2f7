"""Read one document by its id, or several by a query."""

import azure.functions as func

app = func.FunctionApp()


@app.route(route="orders/{order_id}", methods=["GET"])
@app.cosmos_db_input(
    arg_name="orders",
    database_name="shop",
    container_name="orders",
    connection="CosmosDBConnection",
    id="{order_id}",
    partition_key="{order_id}",
)
def show_order(
    req: func.HttpRequest, orders: func.DocumentList
) -> func.HttpResponse:
    if not orders:
        return func.HttpResponse("No such order", status_code=404)
    return func.HttpResponse(orders[0].to_json(), mimetype="application/json")


@app.route(route="products/{sku}/orders", methods=["GET"])
@app.cosmos_db_input(
    arg_name="orders",
    database_name="shop",
    container_name="orders",
    connection="CosmosDBConnection",
    sql_query="SELECT c.id, c.status FROM c WHERE c.sku = {sku}",
)
def list_orders(
    req: func.HttpRequest, orders: func.DocumentList
) -> func.HttpResponse:
    return func.HttpResponse(orders.to_json(), mimetype="application/json")
