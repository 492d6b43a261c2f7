import azure.functions as func

app = func.FunctionApp()


@app.timer_trigger(arg_name="timer", schedule="0 0 6 * * *")
def restock(timer: func.TimerRequest) -> None: ...
