import azure.functions as func

app = func.FunctionApp()


@app.function_name(name="CopyReading")
@app.on_event_hub_message(
    arg_name="reading",
    event_hub_name="readings",
    connection="EventHubConnection",
    cardinalty="one",
)
def copy_reading(
    reading: func.EventHubEvent,
) -> None: ...
