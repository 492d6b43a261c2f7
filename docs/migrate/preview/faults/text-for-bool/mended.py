import azure.functions as func

app = func.FunctionApp()


@app.function_name(name="FollowOrders")
@app.cosmos_db_trigger(
    arg_name="orders",
    database_name="shop",
    container_name="orders",
    connection="CosmosDBConnection",
    create_lease_container_if_not_exists=True,
)
def follow_orders(
    orders: func.DocumentList,
) -> None: ...
