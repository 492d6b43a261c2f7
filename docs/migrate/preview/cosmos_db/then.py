"""Price each order that changed."""

import azure.functions as func

app = func.FunctionApp()


@app.function_name(name="PriceOrders")
@app.on_cosmos_db_update(
    arg_name="orders",
    database_name="shop",
    collection_name="orders",
    connection_string_setting="CosmosDBConnection",
    lease_collection_name="leases",
    create_lease_collection_if_not_exists=True,
)
@app.read_cosmos_db_documents(
    arg_name="prices",
    database_name="shop",
    collection_name="prices",
    connection_string_setting="CosmosDBConnection",
)
@app.write_cosmos_db_documents(
    arg_name="receipts",
    database_name="shop",
    collection_name="receipts",
    connection_string_setting="CosmosDBConnection",
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
