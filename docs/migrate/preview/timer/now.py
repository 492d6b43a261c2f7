"""Start the stock count, late or not."""

import logging

import azure.functions as func

app = func.FunctionApp()


@app.function_name(name="StartStockCount")
@app.timer_trigger(
    arg_name="timer",
    schedule="0 0 6 * * 1-5",
    run_on_startup=False,
    use_monitor=True,
)
def start_stock_count(
    timer: func.TimerRequest,
) -> None:
    if timer.past_due:
        logging.warning(
            "The stock count starts late"
        )
    logging.info("Count the cups and the teapots")
