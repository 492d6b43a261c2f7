import json
from typing import Any

import azure.functions as func

from function_app import list_orders, show_order


def get(url: str, **route_params: str) -> func.HttpRequest:
    return func.HttpRequest(
        method="GET", url=url, route_params=route_params, body=b""
    )


def documents(*items: dict) -> func.DocumentList:
    return func.DocumentList([func.Document.from_dict(i) for i in items])


def test_shows_an_order() -> None:
    order = {"id": "A-17", "sku": "teapot", "count": 3, "status": "new"}

    response = show_order(
        get("/api/orders/A-17", order_id="A-17"), documents(order)
    )

    assert response.status_code == 200
    assert response.mimetype == "application/json"
    assert json.loads(response.get_body()) == order


def test_an_unknown_order_is_404() -> None:
    not_found: Any = None

    response = show_order(get("/api/orders/A-99", order_id="A-99"), not_found)

    assert response.status_code == 404
    assert response.get_body() == b"No such order"


def test_lists_the_orders_of_a_product() -> None:
    orders = [{"id": "A-17", "status": "new"}, {"id": "A-21", "status": "paid"}]

    response = list_orders(
        get("/api/products/teapot/orders", sku="teapot"), documents(*orders)
    )

    assert response.status_code == 200
    assert response.mimetype == "application/json"
    assert json.loads(response.get_body()) == orders


def test_no_orders_are_an_empty_list() -> None:
    response = list_orders(
        get("/api/products/kettle/orders", sku="kettle"), documents()
    )

    assert response.status_code == 200
    assert response.get_body() == b"[]"
