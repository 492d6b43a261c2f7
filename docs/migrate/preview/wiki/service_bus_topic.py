import azure.functions as func

app = func.FunctionApp()


@app.function_name(name="ServiceBusFunc")
@app.on_service_bus_topic_change(
    arg_name="serbustopictrigger",
    topic_name="testtopic",
    connection="topicconnection",
    subscription_name="testsub",
)
@app.write_service_bus_topic(
    arg_name="serbustopicbinding",
    connection="topicconnection",
    topic_name="testtopic",
    subscription_name="testsub",
)
def main(
    serbustopictrigger: func.ServiceBusMessage,
    serbustopicbinding: func.Out[str],
) -> None: ...
