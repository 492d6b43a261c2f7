"""Price each order that changed."""

import azure.functions as func

app = func.FunctionApp()


@app.function_name(name="PriceOrders")
@app.cosmos_db_trigger(
    arg_name="orders",
    database_name="shop",
    container_name="orders",
    connection="CosmosDBConnection",
    lease_container_name="leases",
    create_lease_container_if_not_exists=True,
)
@app.cosmos_db_input(
    arg_name="prices",
    database_name="shop",
    container_name="prices",
    connection="CosmosDBConnection",
)
@app.cosmos_db_output(
    arg_name="receipts",
    database_name="shop",
    container_name="receipts",
    connection="CosmosDBConnection",
)
def price_orders(
    orders: func.DocumentList,
    prices: func.DocumentList,
    receipts: func.Out[func.DocumentList],
) -> None:
    price_of = {p["id"]: p["price"] for p in prices}
    priced = func.DocumentList()
    for order in orders:
        if order["sku"] in price_of:
            price = price_of[order["sku"]]
            order["total"] = order["count"] * price
            priced.append(order)
    receipts.set(priced)
