import azure.functions as func
import pytest

from function_app import start_stock_count


def test_counts_every_shelf(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")

    start_stock_count(func.TimerRequest(past_due=False))

    assert caplog.messages == ["Count the cups", "Count the teapots"]


def test_says_that_it_is_late_and_counts_all_the_same(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")

    start_stock_count(func.TimerRequest(past_due=True))

    assert caplog.messages == [
        "The stock count starts late",
        "Count the cups",
        "Count the teapots",
    ]
    assert caplog.records[0].levelname == "WARNING"
