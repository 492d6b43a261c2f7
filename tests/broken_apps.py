"""Apps that the worker refuses, for the check and for the protocol.

Where the check reports a problem, the line ends in a comment with its code.
"""

from pathlib import Path

Files = dict[str, str]
IMPORTS = """\
import functools, json, typing
from typing import List
import azure.functions as func
"""
HEAD = IMPORTS + "app = func.FunctionApp()\n"
BLUEPRINT = "import azure.functions as func\nbp = func.Blueprint()\n"
GOOD = "@app.route()\ndef good(req): ...\n"
STORAGE = 'connection="AzureWebJobsStorage"'
# One's own decorators.
LOGGED = """\
def logged(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)
    return wrapper
"""


def write(folder: Path, files: str | Files) -> Path:
    if isinstance(files, str):
        files = {"function_app.py": files}
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


ERRORS: dict[str, str | Files] = {
    "every bad function, not the first": HEAD
    + """
@app.route(rout="x")  #! argument
def wrong_keyword(req): ...

@app.timer_trigger(arg_name="t", schedule="0 0 * * * *")  #! two-triggers
@app.route()
def two_triggers(req, t): ...

@app.dapr_state_output(arg_name="o", state_store="shop", key="1")
def no_trigger(o): ...  #! no-trigger

@app.route()
def builtin_list(req: list[str]): ...  #! annotation

@app.route()
def dict_returned(req) -> dict: ...  #! annotation

@app.cosmos_db_trigger(
    arg_name="d", database_name="d", container_name="c", connection="")
async def no_name_in_message(  #! annotation
    d: List[func.Document]): ...

@app.route()
def twice(req): ...

@app.route()
def twice(req): ...  #! duplicate-name

@app.retry(strategy="fixedDelay", max_retry_count="3",
           delay_interval="00:00:10")
@app.timer_trigger(arg_name="t", schedule="0 0 * * * *")
def function_json_spelling(t): ...  #! retry

@app.queue_triger(arg_name="m", queue_name="q")  #! unknown-decorator
def misspelt(m): ...

@app.route()
def no_binding(request): ...  #! parameter

@app.route(trigger_arg_name="request")
def no_parameter(): ...  #! parameter

@app.route(auth_level="nobody")  #! argument
def wrong_enum(req): ...

@app.route()
def unknown_name(req: "Nothing"): ...  #! annotation

@app.route()
def context_of_another_kind(req, context: str): ...  #! annotation

@app.generic_input_binding(arg_name="$return", type="x")
@app.route(binding_arg_name="response")
def refused_otherwise(req, response): ...  #! refused
""",
    "a bad function that shares a name has two problems": HEAD
    + GOOD
    + "@app.route()\ndef good(req: int): ...  #! annotation duplicate-name\n",
    "retry intervals that are no times": HEAD
    + """
@app.retry(strategy="fixed_delay", max_retry_count="3", delay_interval="10")
@app.timer_trigger(arg_name="t", schedule="0 0 * * * *")
def seconds_alone(t): ...  #! retry

@app.retry(strategy="fixed_delay", max_retry_count="3")
@app.timer_trigger(arg_name="t", schedule="0 0 * * * *")
def no_interval(t): ...  #! retry

@app.retry(strategy="fixed_delay", max_retry_count="three")
@app.timer_trigger(arg_name="t", schedule="0 0 * * * *")
def no_number(t): ...  #! retry
""",
    "an own decorator that raises": HEAD
    + """
def raising(function):
    raise RuntimeError("no")

@app.route()
@raising  #! definition
def broken(req): ...
"""
    + GOOD,
    "an own decorator that exits": HEAD
    + """
@app.route()
@exit  #! ended
def broken(req): ...
"""
    + GOOD,
    "an own decorator between the SDK's": HEAD
    + LOGGED
    + """
@app.dapr_state_output(arg_name="s", state_store="shop", key="1")
@logged
@app.route()
def between(req, s): ...  #! no-trigger
""",
    "functions behind functools.wraps": HEAD
    + LOGGED
    + """
@app.route()
@logged
def wrapped(req: int): ...  #! annotation
""",
    "functions in blueprint modules and packages": {
        "function_app.py": HEAD
        + "from api.orders import bp\n"
        + "app.register_functions(bp)\n"
        + "@app.route(rout=1)  #! argument\ndef here(req): ...\n"
        + GOOD,
        "api/__init__.py": "",
        "api/orders.py": BLUEPRINT
        + "@bp.route(rout=1)  #! argument\ndef there(req): ...\n"
        + "@bp.route()\ndef bad(req: int): ...  #! annotation\n"
        + "@bp.route()\ndef fine(req): ...\n",
    },
    "functions that a loop registers": HEAD
    + """
def register(name):
    @app.function_name(name)
    @app.route(route=name)
    def handler(req: list): ...  #! annotation annotation
    return handler

for name in "ab":
    register(name)
""",
    "a decorator called as a function": HEAD
    + """
def handle(req): ...

app.route(rout="x")(handle)  #! argument
kept = app.route(rout="y")(handle)  #! argument
app.route()(handle)
""",
    "a lambda is named by its registration": HEAD
    + "app.route()(lambda request: None)  #! parameter\n",
    "what a left-out definition defines may be used": HEAD
    + "@app.route(rout='x')  #! argument\ndef broken(req): ...\n"
    + "handlers = [broken]\n"
    + GOOD,
    "a function beside a crash": HEAD
    + "@app.route()\ndef bad(req: int): ...  #! annotation\n"
    + "undefined  #! raised\n",
    "syntax": HEAD + "def f(:  #! syntax\n",
    "syntax of a module": {
        "function_app.py": HEAD + "import shop\n" + GOOD,
        "shop.py": "\n\nx = (  #! syntax\n",
    },
    "a missing package": HEAD + "import nonesuch.sub  #! missing-package\n",
    "durable without its package": HEAD
    + "@app.orchestration_trigger(context_name='context')  #! missing-package\n"
    + "def orchestrate(context): ...\n"
    + GOOD,
    "a missing name": IMPORTS
    + "from azure.functions import Nonesuch  #! import\n",
    "a relative import": "from .shop import order  #! import\n",
    "an app that raises": HEAD + GOOD + "1 / 0  #! raised\n",
    "an app that raises what has no text": HEAD
    + "class Broken(BaseException):\n"
    + "    def __str__(self): raise ValueError\n"
    + "raise Broken  #! raised\n",
    "wrong keyword of the app": "import azure.functions as func\n"
    + "app = func.FunctionApp(auth_level='anonymous')  #! argument\n",
    "SystemExit": HEAD + GOOD + "import sys\nsys.exit()  #! ended\n",
    "os._exit": HEAD + "import os\nos._exit(3)  #! ended\n",
    "os._exit in a module": {
        "function_app.py": HEAD + "import deep\n",
        "deep.py": "import os\ndef end():\n    os._exit(0)  #! ended\nend()\n",
    },
    "a killed process group": HEAD
    + "import os, signal\nos.kill(0, signal.SIGTERM)  #! ended\n",
    "a fault": HEAD
    + "import faulthandler\nfaulthandler._sigsegv()  #! ended\n",
    "an app that needs a variable": HEAD
    + "import os\nNAME = os.environ['NAME']  #! raised\n",
    "a decorator that needs a variable": HEAD
    + "import os\n@app.route(route=os.environ['NAME'])  #! definition\n"
    + "def f(req): ...\n",
    "killed": HEAD + "import os\nos.kill(os.getpid(), 9)  #! ended\n",
    "an app that cancels itself": HEAD
    + "import asyncio\nraise asyncio.CancelledError  #! raised\n",
    "a blueprint registered twice": HEAD
    + "bp = func.Blueprint()\n"
    + "@bp.route()\ndef twice(req): ...  #! duplicate-name\n"
    + "app.register_functions(bp)\napp.register_functions(bp)\n",
    "what the SDK does not take": "import azure.functions as func\n"
    + "app = func.FunctionApp(http_auth_level='nobody')  #! argument\n",
    "what the SDK does not take together": HEAD
    + "@app.route()\n@app.event_grid_output(arg_name='o')  #! argument\n"
    + "def f(req, o): ...\n",
    "a nested blueprint": HEAD
    + "bp = func.Blueprint()\n"
    + "bp.register_functions(func.Blueprint())  #! unknown-decorator\n"
    + GOOD,
    "no app": "#! no-app\n" + BLUEPRINT,
    "an empty file": "#! no-app\n",
    "two apps": HEAD
    + "other = func.FunctionApp()  #! two-apps\n"
    + "@app.route()\ndef bad(req: int): ...  #! annotation\n",
    "an app under two names": IMPORTS
    + "app = func.FunctionApp()  #! two-apps\nalias = app\n"
    + GOOD,
    "an app registered with an app": HEAD
    + "app.register_functions(func.FunctionApp())  #! two-apps\n"
    + GOOD,
    "an app without functions": IMPORTS
    + "app = func.FunctionApp()  #! no-functions\n",
    "a legacy app": {
        "host.json": '{"version": "2.0"}',
        "HttpTrigger/function.json": "{} //! legacy-app",
        "HttpTrigger/__init__.py": "",
    },
    "host.json": {
        "function_app.py": HEAD + GOOD,
        "host.json": '{\n"version": 2.0.0 //! host-json\n}',
    },
    "local.settings.json": {
        "function_app.py": HEAD
        + f"@app.queue_trigger(arg_name='m', queue_name='q', {STORAGE})\n"
        + "def f(m): ...\n",
        "local.settings.json": '{\n"Values": [] //! settings-file\n}',
    },
    "an own decorator that is called wrongly": HEAD
    + """
def retrying(times):
    return lambda function: function

@retrying()  #! definition
@app.route()
def broken(req): ...
""",
    "a setting that cannot be set": {
        "function_app.py": HEAD + GOOD,
        "local.settings.json": '{"Values": {"a=b": "c"}} //! settings-file',
    },
}
