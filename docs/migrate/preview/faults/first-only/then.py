import azure.functions as func

app = func.FunctionApp()


@app.function_name(name="CopyOrders")
@app.on_cosmos_db_update(
    arg_name="orders",
    database_name="shop",
    collection_name="orders",
    connection_string_setting="CosmosDBConnection",
)
@app.write_cosmos_db_documents(
    arg_name="copies",
    database_name="shop",
    collection_name="archive",
    connection_string_setting="CosmosDBConnection",
)
def copy_orders(
    orders: func.DocumentList,
    copies: func.Out[func.Document],
) -> None:
    if orders:
        copies.set(orders[0])
