import azure.functions as func

app = func.FunctionApp()


@app.function_name(name="CopyOrders")
@app.cosmos_db_trigger(
    arg_name="orders",
    database_name="shop",
    container_name="orders",
    connection="CosmosDBConnection",
)
@app.cosmos_db_output(
    arg_name="copies",
    database_name="shop",
    container_name="archive",
    connection="CosmosDBConnection",
)
def copy_orders(
    orders: func.DocumentList,
    copies: func.Out[func.DocumentList],
) -> None:
    copies.set(orders)
