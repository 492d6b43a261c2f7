import azure.functions as func
import shop

app = func.FunctionApp()
app.register_functions(shop.blueprint)
