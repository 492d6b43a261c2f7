"""Run on a schedule, and notice a run that comes late."""

import logging

import azure.functions as func

app = func.FunctionApp()

SHELVES = ("cups", "teapots")


@app.timer_trigger(arg_name="timer", schedule="%STOCK_COUNT_SCHEDULE%")
def start_stock_count(timer: func.TimerRequest) -> None:
    if timer.past_due:
        logging.warning("The stock count starts late")
    for shelf in SHELVES:
        logging.info("Count the %s", shelf)
