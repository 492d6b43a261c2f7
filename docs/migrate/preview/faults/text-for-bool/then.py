import azure.functions as func

app = func.FunctionApp()


@app.function_name(name="FollowOrders")
@app.on_cosmos_db_update(
    arg_name="orders",
    database_name="shop",
    collection_name="orders",
    connection_string_setting="CosmosDBConnection",
    create_lease_collection_if_not_exists="true",
)
def follow_orders(
    orders: func.DocumentList,
) -> None: ...
