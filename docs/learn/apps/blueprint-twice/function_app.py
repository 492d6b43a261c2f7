import azure.functions as func
import orders

app = func.FunctionApp()
app.register_functions(orders.blueprint)
app.register_functions(orders.blueprint)
