import functools
import logging

import azure.functions as func

app = func.FunctionApp()


def logged(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        logging.info("before %s", function.__name__)
        return function(*args, **kwargs)

    return wrapper


@logged
@app.route(route="orders")
def list_orders(req: func.HttpRequest) -> str:
    return "A-17"
