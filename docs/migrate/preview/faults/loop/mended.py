import azure.functions as func

app = func.FunctionApp()


@app.function_name(name="CopyReading")
@app.event_hub_message_trigger(
    arg_name="reading",
    event_hub_name="readings",
    connection="EventHubConnection",
)
@app.event_hub_output(
    arg_name="copy",
    event_hub_name="archive",
    connection="EventHubConnection",
)
def copy_reading(
    reading: func.EventHubEvent, copy: func.Out[str]
) -> None:
    copy.set(reading.get_body().decode())
