import logging

import azure.functions as func

app = func.FunctionApp()


def logged(function):
    def wrapper(**kwargs):
        logging.info("before %s", function.__name__)
        return function(**kwargs)

    return wrapper


@app.route(route="orders")
@logged
def list_orders(req: func.HttpRequest) -> str:
    return "A-17"
