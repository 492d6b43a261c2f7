import os

import azure.functions as func

app = func.FunctionApp()


@app.route(route="shop")
def shop_name(req: func.HttpRequest) -> str:
    return os.environ["SHOP_NAME"]
