import azure.functions as func

app = func.FunctionApp()


@app.function_name(name="CountOrders")
@app.on_cosmos_db_update(
    arg_name="orders",
    database_name="shop",
    collection_name="orders",
    connection_string_setting="CosmosDBConnection",
)
def count_orders(orders: func.DocumentList) -> str:
    return f"{len(orders)} orders changed"
