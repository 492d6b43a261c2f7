import azure.functions as func
import pytest

from function_app import follow_orders


def documents(*items: dict) -> func.DocumentList:
    return func.DocumentList([func.Document.from_dict(i) for i in items])


def test_follows_every_changed_order(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")

    follow_orders(
        documents(
            {"id": "A-17", "status": "paid"}, {"id": "A-18", "status": "new"}
        )
    )

    assert caplog.messages == ["Order A-17 is paid", "Order A-18 is new"]


def test_another_kind_of_document_does_not_lose_the_orders(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")

    follow_orders(documents({"id": "note-1"}, {"id": "A-18", "status": "new"}))

    assert caplog.messages == ["Skipped document note-1", "Order A-18 is new"]
    assert caplog.records[0].levelname == "WARNING"
