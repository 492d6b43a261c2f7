"""React to documents that were added or changed."""

import logging

import azure.functions as func

app = func.FunctionApp()


@app.cosmos_db_trigger(
    arg_name="orders",
    database_name="shop",
    container_name="orders",
    connection="CosmosDBConnection",
    lease_container_name="leases",
    create_lease_container_if_not_exists=True,
)
def follow_orders(orders: func.DocumentList) -> None:
    for order in orders:
        if "status" not in order:
            logging.warning("Skipped document %s", order["id"])
            continue
        logging.info("Order %s is %s", order["id"], order["status"])
