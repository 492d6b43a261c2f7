import functools
import inspect
import logging

import azure.functions as func

app = func.FunctionApp()


def logged(function):
    def log():
        logging.info("before %s", function.__name__)

    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def wrapper(*args, **kwargs):
            log()
            return await function(*args, **kwargs)
    else:

        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            log()
            return function(*args, **kwargs)

    return wrapper


@app.route(route="orders")
@logged
async def list_orders(req: func.HttpRequest) -> str:
    return "A-17"
