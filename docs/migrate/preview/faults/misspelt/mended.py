import azure.functions as func

app = func.FunctionApp()


@app.function_name(name="CopyReading")
@app.event_hub_message_trigger(
    arg_name="reading",
    event_hub_name="readings",
    connection="EventHubConnection",
    cardinality="one",
)
def copy_reading(
    reading: func.EventHubEvent,
) -> None: ...
