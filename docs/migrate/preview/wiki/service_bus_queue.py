import azure.functions as func

app = func.FunctionApp()


@app.function_name(name="ServiceBusFunc")
@app.on_service_bus_queue_change(
    arg_name="serbustopictrigger",
    queue_name="inputqueue",
    connection="sbconnection",
)
@app.write_service_bus_queue(
    arg_name="serbustopicbinding",
    connection="sbconnection",
    queue_name="outputqueue",
)
def main(
    serbustopictrigger: func.ServiceBusMessage,
    serbustopicbinding: func.Out[str],
) -> None: ...
