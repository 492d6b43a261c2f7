import azure.functions as func
import orders
import returns

app = func.FunctionApp()
app.register_functions(orders.blueprint)
app.register_functions(returns.blueprint)
