import azure.functions as func

app = func.FunctionApp()


@app.route(route="hello/{name}")
def greet(request: func.HttpRequest) -> str:
    return "Hello"
