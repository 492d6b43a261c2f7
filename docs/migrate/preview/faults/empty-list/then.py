import logging

import azure.functions as func

app = func.FunctionApp()


@app.function_name(name="NamePrice")
@app.on_cosmos_db_update(
    arg_name="orders",
    database_name="shop",
    collection_name="orders",
    connection_string_setting="CosmosDBConnection",
)
@app.read_cosmos_db_documents(
    arg_name="prices",
    database_name="shop",
    collection_name="prices",
    connection_string_setting="CosmosDBConnection",
)
def name_price(
    orders: func.DocumentList,
    prices: func.DocumentList,
) -> None:
    logging.info(
        "First price: %s", prices[0]["price"]
    )
