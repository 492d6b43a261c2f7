import azure.functions as func

app = func.FunctionApp()


@app.function_name(name="EventHubFunc")
@app.on_event_hub_message(arg_name="myhub", event_hub_name="testhub", connection="EHConnectionString")
@app.write_event_hub_message(arg_name="outputhub", event_hub_name="testhub", connection="EHConnectionString")
def eventhub_trigger(myhub: func.EventHubEvent, outputhub: func.Out[str]):
    outputhub.set("hello")
