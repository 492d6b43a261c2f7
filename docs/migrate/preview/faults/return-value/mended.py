import logging

import azure.functions as func

app = func.FunctionApp()


@app.function_name(name="CountOrders")
@app.cosmos_db_trigger(
    arg_name="orders",
    database_name="shop",
    container_name="orders",
    connection="CosmosDBConnection",
)
def count_orders(orders: func.DocumentList) -> None:
    logging.info("%s orders changed", len(orders))
