import json

import azure.functions as func
import pytest

from function_app import quote_price


def ask(
    sku: str, body: bytes, params: dict[str, str] | None = None
) -> func.HttpResponse:
    return quote_price(
        func.HttpRequest(
            method="POST",
            url=f"/api/quotes/{sku}",
            route_params={"sku": sku},
            params=params or {},
            body=body,
        )
    )


def test_answers_with_the_price() -> None:
    response = ask("teapot", b'{"count": 3}')

    assert response.status_code == 200
    assert response.mimetype == "application/json"
    assert json.loads(response.get_body()) == {
        "sku": "teapot",
        "count": 3,
        "total": 72,
    }


def test_a_gift_costs_its_wrapping() -> None:
    response = ask("teapot", b'{"count": 3}', {"gift": "yes"})

    assert json.loads(response.get_body())["total"] == 75


def test_an_unknown_product_is_404() -> None:
    response = ask("kettle", b'{"count": 3}')

    assert response.status_code == 404
    assert response.get_body() == b"No such product"


@pytest.mark.parametrize(
    "body", [b"three", b"", b"[]", b"{}", b'{"count": null}']
)
def test_a_bad_body_is_400(body: bytes) -> None:
    response = ask("teapot", body)

    assert response.status_code == 400
    assert response.get_body() == b'Send {"count": 3}'
