import azure.functions as func
import orders

blueprint = func.Blueprint()
blueprint.register_functions(orders.blueprint)
