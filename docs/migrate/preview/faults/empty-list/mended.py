import logging

import azure.functions as func

app = func.FunctionApp()


@app.function_name(name="NamePrice")
@app.cosmos_db_trigger(
    arg_name="orders",
    database_name="shop",
    container_name="orders",
    connection="CosmosDBConnection",
)
@app.cosmos_db_input(
    arg_name="prices",
    database_name="shop",
    container_name="prices",
    connection="CosmosDBConnection",
)
def name_price(
    orders: func.DocumentList,
    prices: func.DocumentList,
) -> None:
    if prices:
        logging.info(
            "First price: %s", prices[0]["price"]
        )
