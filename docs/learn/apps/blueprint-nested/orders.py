import azure.functions as func

blueprint = func.Blueprint()


@blueprint.route(route="orders/{order_id}")
def show_order(req: func.HttpRequest) -> str:
    return req.route_params["order_id"]
