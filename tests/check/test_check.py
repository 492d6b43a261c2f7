"""Any app, judged: every problem, on its line, and no false alarm.

An app is written as it would stand in its folder. Where a problem is to be
reported, the line ends in a comment with the problem's code: `#! annotation`,
or `//! host-json` in a JSON file. Nothing else may be reported.
"""

import json
import math
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from broken_apps import (
    BLUEPRINT,
    ERRORS,
    GOOD,
    HEAD,
    IMPORTS,
    LOGGED,
    STORAGE,
    Files,
    write,
)

from functions_by_example.check.problems import HINTS
from functions_by_example.check.report import report
from functions_by_example.check.settings import missing_settings
from functions_by_example.paths import ROOT, SAMPLES
from functions_by_example.processes import check
from functions_by_example.sample import read as sample

SETTINGS = {
    "local.settings.json": json.dumps(
        {"Values": {"AzureWebJobsStorage": "UseDevelopmentStorage=true"}}
    )
}
NO_PREFIX = {
    "host.json": json.dumps(
        {"version": "2.0", "extensions": {"http": {"routePrefix": ""}}}
    )
}
# LOGGED without `functools.wraps`: no `__wrapped__` leads to the function.
HIDING = """\
def as_json(function):
    def handle(req):
        return func.HttpResponse(json.dumps(function(req)))
    handle.__name__ = function.__name__
    return handle
"""
MARKED = re.compile(r"(?:#|//)! ([\w-]+(?: [\w-]+)*)")


def checked(folder: Path, seconds: float = 20) -> dict[str, Any]:
    (result,) = check.checked([folder], seconds)
    return result


def found(result: dict[str, Any]) -> list[tuple[str, str | None, int | None]]:
    return sorted(
        (p["code"], p["file"] or "", p["line"] or 0) for p in result["problems"]
    )


def marked(files: str | Files) -> list[tuple[str, str, int]]:
    if isinstance(files, str):
        files = {"function_app.py": files}
    return sorted(
        (code, file, number)
        for file, text in files.items()
        for number, line in enumerate(text.splitlines(), 1)
        if (comment := MARKED.search(line))
        for code in comment[1].split()
    )


def told(result: dict[str, Any]) -> list[str]:
    return [problem["message"] for problem in result["problems"]]


# --- Errors: each where it stands, and the rest judged ------------------------


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_is_reported_on_its_line(name: str, tmp_path: Path) -> None:
    result = checked(write(tmp_path, ERRORS[name]))
    assert found(result) == marked(ERRORS[name]), result["problems"]
    assert not result["ok"]
    assert {p["severity"] for p in result["problems"]} == {"error"}


def test_functions_that_load_are_listed_beside_those_that_do_not(
    tmp_path: Path,
) -> None:
    app = ERRORS["functions in blueprint modules and packages"]
    result = checked(write(tmp_path, app))
    assert [f["name"] for f in result["functions"]] == ["fine", "good"]


# The worker's own words, exactly; what it leaves open stands in brackets.
MESSAGES = {
    "@app.route()\ndef f(req) -> dict: ...": (
        "FunctionLoadError: cannot load the f function: Python return "
        'annotation "dict" does not match binding type "http"'
    ),
    "@app.route()\ndef f(req: list[str]): ...": (
        "FunctionLoadError: cannot load the f function: binding req has "
        "invalid non-type annotation list[str]"
    ),
    f"@app.queue_trigger(arg_name='m', queue_name='q', {STORAGE})\n"
    "def save(m: List[func.QueueMessage]): ...": (
        "TypeError: issubclass() arg 1 must be a class "
        "(parameter m of function save)"
    ),
    "@app.retry(strategy='fixedDelay', max_retry_count='1', "
    "delay_interval='00:00:01')\n@app.route()\ndef f(req): ...": (
        'ValueError: unknown enum label "fixedDelay" (function f)'
    ),
    "@app.route()\ndef f(req: 'Order'): ...": (
        "NameError: name 'Order' is not defined (function f)"
    ),
    "@app.route(rout='x')\ndef quote(req): ...": (
        "TypeError: TriggerApi.route() got an unexpected keyword argument "
        "'rout'. Did you mean 'route'? (function quote)"
    ),
    "@app.embeddings_input(arg_name='o', input='', input_type='',"
    " embeddings_model='')\ndef f(o): ...": (
        "ValueError: Function f does not have a trigger. A valid function "
        "must have one and only one trigger registered."
    ),
    GOOD + GOOD: (
        "ValueError: Function good does not have a unique function name. "
        "Please change @app.function_name() or the function method name to "
        "be unique."
    ),
    "import nonesuch": "ModuleNotFoundError: No module named 'nonesuch'",
    "raise SystemExit(3)": "SystemExit: 3",
    "other = func.FunctionApp()": (
        "ValueError: More than one FunctionApp or other top level function "
        "app instances are defined."
    ),
}


@pytest.mark.parametrize("source", MESSAGES)
def test_a_message_is_the_workers(source: str, tmp_path: Path) -> None:
    assert told(checked(write(tmp_path, HEAD + source + "\n"))) == [
        MESSAGES[source]
    ]


def test_an_unknown_decorator_has_a_near_one(tmp_path: Path) -> None:
    app = HEAD + "@app.queue_triger()\ndef f(m): ...\n"
    (problem,) = checked(write(tmp_path, app))["problems"]
    assert problem["hint"] == "Did you mean @app.queue_trigger?"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("a nested blueprint", "Register each blueprint with the app"),
        ("a blueprint registered twice", "Register its blueprint once"),
        ("an app that needs a variable", "Add it to Values"),
        ("a decorator that needs a variable", "Add it to Values"),
    ],
)
def test_a_hint_of_its_own(name: str, hint: str, tmp_path: Path) -> None:
    (problem,) = checked(write(tmp_path, ERRORS[name]))["problems"]
    assert problem["hint"].startswith(hint)


# --- What the host refuses of an app that the worker loads --------------------

REFUSED: dict[str, str | Files] = {
    "names of functions": HEAD
    + """
@app.route()
def _private(req): ...  #! function-name

@app.function_name("send mail")  #! function-name
@app.route(route="mail")
def mail(req): ...

@app.function_name("send-mail")
@app.route(route="letters")
def letter(req): ...
""",
    "names of bindings": {
        "function_app.py": HEAD
        + f"""
@app.queue_trigger(
    arg_name="msg__in",  #! binding-name
    queue_name="q",
    {STORAGE},
)
def take(msg__in): ...

@app.queue_trigger(arg_name="_msg_in", queue_name="q", {STORAGE})
def take_too(_msg_in): ...
""",
        **SETTINGS,
    },
    "routes that the host keeps for itself": HEAD
    + """
@app.route(route="administrators")  #! reserved-route
def people(req): ...

@app.route()
def runtime(req): ...  #! reserved-route

@app.route(route="users/admin")
def admin(req): ...
""",
    "slashes in a row": HEAD
    + """
@app.route(
    route="/hello",  #! route-slash
)
def hello(req): ...

@app.route(route="hello/{name}")
def name(req): ...
""",
    "a route twice": HEAD
    + """
@app.route(route="items/{id}", methods=["GET", "PUT"])
def read_item(req): ...

@app.route(route="Items/{id}/", methods=["PUT"])  #! same-route
def change_item(req): ...

@app.route(route="items/{id}", methods=["DELETE"])
def delete_item(req): ...
""",
    "a queue without a bundle": {
        "function_app.py": HEAD
        + f"""
@app.queue_trigger(arg_name="m", queue_name="q", {STORAGE})
def take(m): ...  #! no-bundle

@app.timer_trigger(arg_name="t", schedule="0 0 * * * *")
def tick(t): ...
""",
        "host.json": '{"version": "2.0"}',
        **SETTINGS,
    },
    "an ASGI app under a prefix": {
        "function_app.py": IMPORTS
        + "async def web(scope, receive, send): ...\n"
        + "app = func.AsgiFunctionApp(app=web)  #! route-slash\n",
        "host.json": '{"version": "2.0"}',
    },
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_host_refuses_is_reported_on_its_line(
    name: str, tmp_path: Path
) -> None:
    result = checked(write(tmp_path, REFUSED[name]))
    assert found(result) == marked(REFUSED[name]), result["problems"]
    assert result["functions"]


def test_the_host_is_asked_when_the_worker_loads_the_app(
    tmp_path: Path,
) -> None:
    """A function that does not load is one that the host is never told of."""
    app = "@app.route(rout=1)\ndef f(req): ...\n@app.route()\ndef _g(req): ..."
    result = checked(write(tmp_path, HEAD + app))
    assert found(result) == [("argument", "function_app.py", 5)]


# --- Paths --------------------------------------------------------------------

# files, code, file: problems that stand on no line
PLACELESS: dict[str, tuple[Files, str, str | None]] = {
    "an empty folder": ({}, "no-app-file", "function_app.py"),
    "a folder of that name": (
        {"function_app.py/__init__.py": ""},
        "no-app-file",
        "function_app.py",
    ),
    "a script that is not there": (
        {
            "function_app.py": HEAD + GOOD,
            "local.settings.json": json.dumps(
                {"Values": {"PYTHON_SCRIPT_FILE_NAME": "main.py"}}
            ),
        },
        "no-app-file",
        "main.py",
    ),
    "a script name that is a path": (
        {
            "function_app.py": HEAD + GOOD,
            "local.settings.json": json.dumps(
                {"Values": {"PYTHON_SCRIPT_FILE_NAME": "src/main.py"}}
            ),
        },
        "script-name",
        "local.settings.json",
    ),
}


@pytest.mark.parametrize("name", PLACELESS)
def test_an_app_that_is_not_there(name: str, tmp_path: Path) -> None:
    files, code, file = PLACELESS[name]
    result = checked(write(tmp_path, files))
    assert found(result) == [(code, file, 0)]
    assert not result["ok"]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("nonesuch", "no-folder"),
        ("null\0byte", "no-folder"),
        ("long" * 2000, "no-folder"),
        ("README.md", "not-a-folder"),
    ],
)
def test_a_path_that_is_no_app(path: str, code: str, tmp_path: Path) -> None:
    (tmp_path / "README.md").touch()
    result = checked(tmp_path / path)
    assert found(result) == [(code, "", 0)]
    assert result["path"] == str(tmp_path / path)


def test_the_apps_file_stands_for_its_folder(tmp_path: Path) -> None:
    result = checked(write(tmp_path, HEAD + GOOD) / "function_app.py")
    assert result["ok"]
    assert result["path"] == str(tmp_path / "function_app.py")


def test_a_folder_given_twice_is_judged_twice(tmp_path: Path) -> None:
    write(tmp_path, HEAD + GOOD)
    first, second = check.checked([tmp_path, tmp_path], 20)
    assert first == second
    assert first["ok"]


def test_bytes_that_are_no_utf_8(tmp_path: Path) -> None:
    (tmp_path / "function_app.py").write_bytes(b"import os\n\nx = '\xe9'\n")
    result = checked(tmp_path)
    assert found(result) == [("unreadable", "function_app.py", 3)]


def test_null_bytes(tmp_path: Path) -> None:
    (tmp_path / "function_app.py").write_bytes(b"import os\nx = '\0'\n")
    result = checked(tmp_path)
    assert found(result) == [("unreadable", "function_app.py", 2)]


def test_settings_that_are_no_utf_8(tmp_path: Path) -> None:
    write(tmp_path, HEAD + GOOD)
    (tmp_path / "local.settings.json").write_bytes(b'{\n"Values": "\xff"}')
    result = checked(tmp_path)
    assert found(result) == [("settings-file", "local.settings.json", 2)]


@pytest.mark.skipif(sys.platform == "win32", reason="needs privileges")
def test_an_app_in_a_linked_folder_and_file(tmp_path: Path) -> None:
    write(tmp_path / "real", HEAD + "@app.route()\ndef bad(req: int): ...\n")
    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / "function_app.py").symlink_to(tmp_path / "real/function_app.py")
    (tmp_path / "folder").symlink_to(linked)
    result = checked(tmp_path / "folder")
    assert found(result) == [("annotation", "function_app.py", 6)]


# --- Time ---------------------------------------------------------------------

HANGING = {
    "a loop": HEAD + "while True: pass  #! timeout\n",
    "a wait, beside a thread": HEAD
    + "import threading, time\n"
    + "threading.Thread(target=time.sleep, args=(60,)).start()\n"
    + "threading.Event().wait()  #! timeout\n",
    "after a definition that fails": HEAD
    + "@app.route(rout=1)  #! refused\ndef f(req): ...\n"
    + "while True: pass  #! timeout\n",
}


def test_an_app_that_never_returns(tmp_path: Path) -> None:
    """Its folder's name is not ASCII, which faulthandler escapes."""
    folders = [
        write(tmp_path / "Bücher" / name, app) for name, app in HANGING.items()
    ]
    results = check.checked(folders, seconds=4)
    assert list(map(found, results)) == list(map(marked, HANGING.values()))
    for result in results:
        assert "did not finish loading within 4 s" in told(result)[-1]


# --- An app that attacks its check --------------------------------------------

# Every file descriptor that may lead out of the app's process is written to.
WRITE = """
import os, pathlib, struct, time

here = pathlib.Path(__file__)
here.with_name("pid").write_text(str(os.getpid()))

def write(data):
    for number in range(3, 64):
        try:
            os.write(number, data)
        except OSError:
            pass
"""
FORGED = (
    WRITE
    + """
write(here.with_name("sent").read_bytes())
os._exit(0)
"""
)
UNPICKLED = (
    WRITE
    + """
import pickle

class Trap:
    def __reduce__(self):
        return os.mkdir, (str(here.with_name("unpickled")),)

data = pickle.dumps(("returned", Trap()))
write(struct.pack("!i", len(data)) + data)
os._exit(0)
"""
)
# The environment of this process, and of the one above it.
SPYING = """
import os
found = b""
for pid in (os.getpid(), os.getppid()):
    with open(f"/proc/{pid}/environ", "rb") as file:
        found += file.read()
raise RuntimeError(b"hunter2" in found)
"""


def checked_by_command(*folders: Path, seconds: float) -> list[dict[str, Any]]:
    """As a shell has it, where the caller has a secret and some patience."""
    run = subprocess.run(
        [
            *(sys.executable, "-m", "functions_by_example", "check", "--json"),
            *("--timeout", str(seconds), *map(str, folders)),
        ],
        cwd=folders[0].parent,
        env=os.environ | {"PYTHONPATH": str(ROOT), "SECRET_TOKEN": "hunter2"},
        stdout=subprocess.PIPE,
        text=True,
        timeout=30,
    )
    results: list[dict[str, Any]] = json.loads(run.stdout)
    return results


@pytest.mark.parametrize(
    ("app", "seconds", "problem"),
    [
        pytest.param(
            WRITE + "write(struct.pack('!i', 1000))\ntime.sleep(60)\n",
            2,
            ("timeout", "the app did not finish loading within 2 s"),
            id="the beginning of an answer",
        ),
        pytest.param(
            UNPICKLED,
            20,
            (
                "ended",
                "while the app was loaded, its process sent an answer that is "
                "not valid",
            ),
            id="a pickle",
        ),
        pytest.param(
            WRITE + "while True: write(2**16 * b'x')\n",
            20,
            (
                "ended",
                "while the app was loaded, its process sent more than "
                "16777216 bytes",
            ),
            id="an answer without end",
        ),
        pytest.param(
            SPYING,
            20,
            ("raised", "RuntimeError: False"),
            id="a look at the caller's secrets",
        ),
    ],
)
def test_an_attack_on_the_check_is_a_problem_of_its_app_alone(
    app: str, seconds: float, problem: tuple[str, str], tmp_path: Path
) -> None:
    attack, good = checked_by_command(
        write(tmp_path / "attack", app),
        write(tmp_path / "good", HEAD + GOOD),
        seconds=seconds,
    )
    assert [(p["code"], p["message"]) for p in attack["problems"]] == [problem]
    assert good["ok"]
    assert not (tmp_path / "attack" / "unpickled").exists()
    pid = tmp_path / "attack" / "pid"
    if pid.exists():
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid.read_text()), 0)


PROBLEM = {
    "severity": "error",
    "code": "raised",
    "message": "no",
    "hint": "Mend it.",
    "file": "function_app.py",
    "line": 1,
}
FUNCTION = {
    "name": "f",
    "trigger": "httpTrigger",
    "bindings": [{"type": "x", "direction": "IN", "name": "r"}],
}


def bound(**keys: object) -> dict[str, object]:
    """The function with these keys in its binding."""
    binding = {"type": "x", "direction": "IN", "name": "r"} | keys
    return FUNCTION | {"bindings": [binding]}


def nested(depth: int) -> Any:
    return {"type": nested(depth - 1)} if depth else "x"


@pytest.mark.parametrize(
    "sent",
    [
        None,
        [],
        {},
        {"functions": [], "problems": None},
        {"functions": {}, "problems": []},
        {"functions": ["f"], "problems": []},
        {"functions": [FUNCTION | {"name": 1}], "problems": []},
        {"functions": [FUNCTION | {"trigger": None}], "problems": []},
        {"functions": [FUNCTION | {"bindings": ["x"]}], "problems": []},
        {"functions": [bound(deep=nested(500))], "problems": []},
        {"functions": [bound(number=math.nan)], "problems": []},
        {"functions": [bound(name=1)], "problems": []},
        {"functions": [], "problems": ["raised"]},
        {"functions": [], "problems": [PROBLEM | {"code": "nonesuch"}]},
        {
            "functions": [],
            "problems": [PROBLEM | {"code": "other", "severity": "warning"}],
        },
        {"functions": [], "problems": [PROBLEM | {"code": ["raised"]}]},
        {"functions": [], "problems": [PROBLEM | {"severity": "warning"}]},
        {"functions": [], "problems": [PROBLEM | {"message": 3000 * "x"}]},
        {"functions": [], "problems": [PROBLEM | {"hint": None}]},
        {"functions": [], "problems": [PROBLEM | {"file": 1}]},
        {"functions": [], "problems": [PROBLEM | {"line": "1"}]},
        {"functions": [], "problems": [PROBLEM | {"line": True}]},
        {"functions": [], "problems": [], "refused": "no"},
    ],
    ids=range(23),
)
def test_a_verdict_of_another_shape_is_a_problem(
    sent: Any, tmp_path: Path
) -> None:
    write(tmp_path, {"function_app.py": FORGED})
    (tmp_path / "sent").write_text(json.dumps({"returned": sent}))
    result = checked(tmp_path)
    assert [(p["code"], p["message"]) for p in result["problems"]] == [
        (
            "ended",
            "while the app was loaded, its process sent a verdict that is not "
            "valid",
        )
    ]
    assert not result["ok"]
    json.dumps(result, indent=2)
    report([result])


def test_a_number_that_json_has_not_is_a_text(tmp_path: Path) -> None:
    app = HEAD + (
        '@app.generic_trigger(arg_name="m", type="x", delay=float("nan"))\n'
        "def f(m: str): ...\n"
    )
    (function,) = checked(write(tmp_path, app))["functions"]
    assert function["bindings"][0]["delay"] == "NaN"


def test_folders_in_place_of_last_words_are_left(tmp_path: Path) -> None:
    """To remove many in one another takes for ever."""
    app = WRITE + (
        "for number in range(3, 64):\n"
        "    try:\n"
        "        words = os.readlink(f'/proc/self/fd/{number}')\n"
        "    except OSError:\n"
        "        continue\n"
        "    if 'last_words' in words:\n"
        "        os.unlink(words)\n"
        "        os.mkdir(words)\n"
        "        pathlib.Path('words').write_text(words)\n"
        "os._exit(3)  #! ended\n"
    )
    folder = write(tmp_path, app)
    assert found(checked(folder)) == marked(app)
    os.rmdir((folder / "words").read_text())


def test_a_verdict_has_no_say_beyond_its_app(tmp_path: Path) -> None:
    """What an app sends about itself cannot be told from the truth."""
    write(tmp_path, {"function_app.py": FORGED})
    sent = {
        "functions": [FUNCTION],
        "problems": [PROBLEM],
        "path": "another",
        "ok": True,
        "cut": True,
    }
    (tmp_path / "sent").write_text(json.dumps({"returned": sent}))
    assert checked(tmp_path) == {
        "path": str(tmp_path),
        "ok": False,
        "functions": [FUNCTION],
        "problems": [PROBLEM],
    }


def test_an_app_may_write_anything_for_its_last_words(tmp_path: Path) -> None:
    """They are searched for a place in the app, which takes no time."""
    line = b'File "' * 40_000 + b"\n"
    place = b'  File "\0", line ' + 5000 * b"1" + b" in f\n"
    write(tmp_path, {"function_app.py": FORGED})
    (tmp_path / "sent").write_bytes(line + place)
    start = time.perf_counter()
    assert [code for code, _, _ in found(checked(tmp_path))] == ["ended"]
    assert time.perf_counter() - start < 5


def test_last_words_that_are_exchanged_are_not_read(tmp_path: Path) -> None:
    """A pipe in their place would never come to an end."""
    app = WRITE + (
        "for number in range(3, 64):\n"
        "    try:\n"
        "        words = os.readlink(f'/proc/self/fd/{number}')\n"
        "    except OSError:\n"
        "        continue\n"
        "    if 'last_words' in words:\n"
        "        os.unlink(words)\n"
        "        os.mkfifo(words)\n"
        "os._exit(3)  #! ended\n"
    )
    write(tmp_path / "attack", app)
    (result,) = checked_by_command(tmp_path / "attack", seconds=5)
    assert found(result) == marked(app)


# --- Warnings: what loads and then bites --------------------------------------

OUTPUTS = f"""
@app.route()
@app.event_hub_output(arg_name="o", event_hub_name="h", {STORAGE})
def dict_to_event_hub(req, o: func.Out[List[str]]):
    o.set({{"sku": "teapot"}})  #! output-value

@app.route()
@app.event_hub_output(arg_name="o", event_hub_name="h", {STORAGE})
def dict_without_annotation(req, o):
    order = {{"sku": "teapot"}}
    o.set(order)  #! output-value

@app.route()
@app.queue_output(arg_name="o", queue_name="q", {STORAGE})
def keys_alone(req, o: func.Out[func.QueueMessage]):
    o.set(dict(sku="teapot"))  #! output-value

@app.route()
@app.queue_output(arg_name="o", queue_name="q", {STORAGE})
def bytes_in_a_list(req, o: func.Out[List[bytes]]): ...  #! output-annotation

@app.route()
@app.kafka_output(arg_name="o", topic="t", broker_list="b", avro_schema="")
def kafka_list(req, o: func.Out[List[str]]): ...  #! output-annotation

@app.route()
@app.cosmos_db_output(
    arg_name="o", database_name="d", container_name="c", {STORAGE})
def dict_as_document(req, o: func.Out[func.Document]):
    o.set({{"id": "1"}})  #! output-value

@app.route()
def dict_as_response(req):
    return {{"sku": "teapot"}}  #! output-value

@app.route()
def tuple_as_response(req):
    return "not found", 404  #! output-value

@app.timer_trigger(arg_name="t", schedule="0 0 * * * *")
def text_for_nobody(t) -> str: ...  #! return-value

@app.timer_trigger(arg_name="t", schedule="0 0 * * * *")
def value_for_nobody(t):
    return f"it is {{t}}"  #! return-value
"""

WARNINGS: dict[str, str | Files] = {
    "a blueprint that is not registered": {
        "function_app.py": HEAD + "import shop\n" + GOOD,
        "shop.py": "import azure.functions as func\n"
        + "bp = func.Blueprint()  #! unregistered-blueprint\n"
        + "@bp.route()\ndef lost(req): ...\n",
    },
    "a blueprint that is not imported": {
        "function_app.py": HEAD + GOOD,
        "shop/orders.py": "from azure.functions import Blueprint\n"
        + "orders = Blueprint()  #! unregistered-blueprint\n"
        + "@orders.route()\ndef lost(req): ...\n",
    },
    "a blueprint registered too early": HEAD
    + "bp = func.Blueprint()  #! unregistered-blueprint\n"
    + "@bp.route()\ndef early(req): ...\n"
    + "app.register_functions(bp)\n"
    + "@bp.route()\ndef late(req): ...\n",
    "a second app elsewhere": {
        "function_app.py": HEAD + "import shop\n" + GOOD,
        "shop.py": "import azure.functions as func\n"
        + "app = func.FunctionApp()  #! unregistered-blueprint\n"
        + "@app.route()\ndef lost(req): ...\n",
    },
    "an own decorator above the SDK's": HEAD
    + LOGGED
    + "@logged  #! own-decorator\n@app.route()\ndef f(req): ...\n",
    "a sync wrapper around an async function": HEAD
    + LOGGED
    + "@app.route()\n@logged\nasync def f(req): ...  #! sync-wrapper\n",
    "cardinality": {
        "function_app.py": HEAD
        + f"""
@app.event_hub_message_trigger(
    arg_name="e", event_hub_name="h", {STORAGE},
    cardinality="many")  #! cardinality
def many_in_one(e: func.EventHubEvent): ...

@app.event_hub_message_trigger(
    event_hub_name="h", {STORAGE},
    arg_name="e")  #! cardinality
def one_in_many(e: List[func.EventHubEvent]): ...

@app.service_bus_topic_trigger(
    arg_name="m", topic_name="t", subscription_name="s", {STORAGE},
    cardinality=func.Cardinality.MANY)  #! cardinality
def many_messages_in_text(m: str): ...
""",
        **SETTINGS,
    },
    "settings that are not there": {
        "function_app.py": HEAD
        + """
@app.queue_trigger(
    arg_name="m",
    queue_name="%QUEUE%",  #! missing-setting
    connection="Storage")  #! connection-setting
@app.cosmos_db_input(
    arg_name="d", database_name="d", container_name="c",
    connection="Cosmos")
@app.sql_input(
    arg_name="s", command_text="SELECT '%TEA%'",  #! missing-setting
    connection_string_setting="Sql")  #! connection-setting
def f(m, d, s): ...

@app.queue_trigger(
    arg_name="m", queue_name="q",
    connection="UseDevelopmentStorage=true")  #! connection-setting
def pasted(m): ...
""",
        "local.settings.json": """{
  // comments are fine, and a last comma
  "Values": {"Cosmos__accountEndpoint": "https://localhost:8081/",},
}""",
    },
    "no settings file is one warning": HEAD
    + """
@app.queue_trigger(
    arg_name="m", queue_name="%QUEUE%",
    connection="A")  #! no-settings-file
def f(m): ...

@app.queue_trigger(arg_name="m", queue_name="q", connection="B")
def g(m): ...
""",
    "function.json folders": {
        "function_app.py": HEAD + GOOD,
        "Old/function.json": "{} //! mixed-models",
        "Older/function.json": "{} //! mixed-models",
    },
    "outputs": {"function_app.py": HEAD + OUTPUTS, **SETTINGS},
    "a dict beside a wrapper that hides another": HEAD
    + HIDING
    + """
@app.route()
@as_json
def price(req):
    return {"price": 3}

@app.route()
def stock(req):
    return {"stock": 3}  #! output-value
""",
    "a def that is given another __name__": HEAD
    + """
def renamed(function):
    function.__name__ = "the_price"
    return function

@app.route()
@renamed
def price(req):
    return {"price": 3}  #! output-value
""",
}


@pytest.mark.parametrize("name", WARNINGS)
def test_a_warning_is_reported_on_its_line(name: str, tmp_path: Path) -> None:
    result = checked(write(tmp_path, WARNINGS[name]))
    assert found(result) == marked(WARNINGS[name]), result["problems"]
    assert result["ok"]
    assert {p["severity"] for p in result["problems"]} == {"warning"}


def test_a_missing_settings_file_names_what_is_needed(tmp_path: Path) -> None:
    app = WARNINGS["no settings file is one warning"]
    assert told(checked(write(tmp_path, app))) == [
        "there is no local.settings.json, and the functions need A, B, QUEUE"
    ]


def test_a_pasted_connection_string_is_not_repeated(tmp_path: Path) -> None:
    app = WARNINGS["settings that are not there"]
    assert not [m for m in told(checked(write(tmp_path, app))) if "Use" in m]


def test_an_encoders_words_are_told(tmp_path: Path) -> None:
    app = HEAD + (
        "@app.route()\n@app.kafka_output("
        "arg_name='o', topic='t', broker_list='b', avro_schema='')\n"
        "def f(req, o: func.Out[List[str]]): ...\n"
    )
    assert told(checked(write(tmp_path, app))) == [
        "o of function f is annotated func.Out[List[str]], and such a value "
        "fails when it is encoded: TypeError: unable to encode outgoing "
        'TypedData: unsupported type "kafka" for Python type "list"'
    ]


# --- No false alarms ----------------------------------------------------------

FINE: dict[str, str | Files] = {
    "blueprints in packages, with relative imports": {
        "function_app.py": HEAD
        + "from api import items, orders\n"
        + "app.register_functions(orders.bp)\n"
        + "app.register_blueprint(items.bp)\n",
        "api/__init__.py": "",
        "api/shared.py": "NAME = 'items'\n",
        "api/orders.py": BLUEPRINT
        + "from . import shared\n"
        + "@bp.route()\ndef order(req: func.HttpRequest): ...\n",
        "api/items.py": BLUEPRINT
        + "from .shared import NAME\n"
        + "@bp.function_name(NAME)\n@bp.route(route=NAME)\n"
        + "async def item(req, context: func.Context) -> str: ...\n",
    },
    "blueprints that are looked for": {
        "function_app.py": HEAD
        + "import importlib, pkgutil, parts\n"
        + "for part in pkgutil.iter_modules(parts.__path__):\n"
        + "    module = importlib.import_module('parts.' + part.name)\n"
        + "    app.register_functions(module.bp)\n",
        "parts/__init__.py": "",
        "parts/a.py": BLUEPRINT + "@bp.route()\ndef a(req): ...\n",
    },
    "blueprints made by a function": HEAD
    + """
def make(name):
    bp = func.Blueprint()
    @bp.function_name(name)
    @bp.route(route=name)
    def handle(req): ...
    return bp

for name in "ab":
    app.register_functions(make(name))
""",
    "functions registered in a loop": HEAD
    + """
def register(name):
    @app.function_name(name)
    @app.route(route=name)
    def handle(req: func.HttpRequest) -> func.HttpResponse:
        return func.HttpResponse(name)

for name in "ab":
    register(name)
""",
    "methods": HEAD
    + """
class Shop:
    @staticmethod
    @app.route()
    def sell(req: func.HttpRequest): ...
    def buy(self, req: func.HttpRequest): ...

app.route()(Shop().buy)
""",
    "own decorators directly above def": HEAD
    + LOGGED
    + """
import asyncio

def awaited(function):
    @functools.wraps(function)
    async def wrapper(*args, **kwargs):
        return await function(*args, **kwargs)
    return wrapper

def run(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return asyncio.run(function(*args, **kwargs))
    return wrapper

def as_json(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return func.HttpResponse(json.dumps(function(*args, **kwargs)))
    return wrapper

@app.route()
@logged
def a(req): ...

@app.route()
@awaited
async def b(req): ...

@app.route()
@run
async def c(req): ...

@app.route()
@as_json
def d(req):
    return {"sku": "teapot"}
""",
    "wrappers without __wrapped__": HEAD
    + HIDING
    + """
def quiet(function):
    def handle(t):
        function(t)
    handle.__name__ = function.__name__
    return handle

@app.route()
@as_json
def price(req):
    return {"price": 3}

@app.timer_trigger(arg_name="t", schedule="0 0 * * * *")
@quiet
def count(t):
    return "counted"

@app.route()
@as_json
def handle(req):
    return {"price": 3}
""",
    "a wrapper that registers itself": HEAD
    + """
def quietly(function):
    @app.timer_trigger(arg_name="t", schedule="0 0 * * * *")
    @functools.wraps(function)
    def handle(t):
        function(t)

@quietly
def count(t) -> str: ...
""",
    "a wrapper on the line of a decorator": HEAD
    + """
@app.function_name("price")
@app.route()
@(lambda shown: lambda req: func.HttpResponse(json.dumps(shown(req))))
def price(req):
    return {"price": 3}
""",
    "an own decorator that hands back what it gets": HEAD
    + "def noted(function): return function\n"
    + "@noted\n@app.route()\ndef f(req): ...\n",
    "extensions that are installed one by one": {
        "function_app.py": HEAD
        + f"@app.queue_trigger(arg_name='m', queue_name='q', {STORAGE})\n"
        + "def f(m): ...\n",
        "host.json": '{"version": "2.0"}',
        "extensions.csproj": "",
        **SETTINGS,
    },
    "an ASGI app": {
        "function_app.py": IMPORTS
        + "async def web(scope, receive, send): ...\n"
        + "app = func.AsgiFunctionApp(app=web)\n"
        + "@app.timer_trigger(arg_name='t', schedule='0 0 * * * *')\n"
        + "def tick(t): ...\n",
        **NO_PREFIX,
    },
    "a WSGI app": {
        "function_app.py": "import azure.functions as f\n"
        + "def web(environ, start): ...\n"
        + "app = f.WsgiFunctionApp(app=web)\n",
        **NO_PREFIX,
    },
    "names imported one by one": {
        "function_app.py": "from azure.functions import AuthLevel\n"
        + "from azure.functions import FunctionApp\n"
        + "the_app = FunctionApp(http_auth_level=AuthLevel.ANONYMOUS)\n"
        + "CONNECTION = 'AzureWebJobsStorage'\n"
        + "@the_app.queue_trigger(\n"
        + "    arg_name='m', queue_name='q', connection=CONNECTION)\n"
        + "@the_app.queue_output(\n"
        + "    arg_name='o', queue_name='p', connection='')\n"
        + "def f(m, o): ...\n",
        **SETTINGS,
    },
    "annotations as text": "from __future__ import annotations\n"
    + HEAD
    + "@app.route()\ndef f(req: func.HttpRequest) -> func.HttpResponse: ...\n",
    "a failure that the app answers": HEAD
    + "try:\n    @app.route(rout='x')\n    def f(req): ...\n"
    + "except TypeError:\n    @app.route()\n    def f(req): ...\n",
    "generic bindings": {
        "function_app.py": HEAD
        + f"""
@app.generic_trigger(
    arg_name="m", type="queueTrigger", queue_name="q", {STORAGE})
@app.generic_input_binding(arg_name="b", type="blob", path="%C%/b", {STORAGE})
@app.generic_output_binding(
    arg_name="$return", type="queue", queue_name="q", {STORAGE})
def f(m: func.QueueMessage, b: str) -> str:
    return "next"
""",
        "local.settings.json": '{"Values": {"azurewebjobsstorage__x": "", '
        '"c": "shop"}}',
    },
    "outputs that arrive": {
        "function_app.py": HEAD
        + f"""
def order() -> str: ...

@app.route()
@app.queue_output(arg_name="o", queue_name="q", {STORAGE})
def texts(req, o: func.Out[List[str]]) -> func.HttpResponse:
    messages = []
    messages.append(func.QueueMessage(body=order()))
    o.set(messages)
    o.set([order() for _ in range(3)])
    return func.HttpResponse("sent")

@app.route()
@app.event_hub_output(arg_name="o", event_hub_name="h", {STORAGE})
def dict_under_text(req, o: func.Out[str]):
    o.set({{"sku": "teapot"}})
    return "sent"

@app.route()
@app.event_grid_output(arg_name="o", {STORAGE})
def events(req, o: func.Out[func.EventGridOutputEvent]): ...

@app.route(binding_arg_name="response")
def response(req, response: func.Out[func.HttpResponse]):
    response.set(func.HttpResponse("text"))

@app.mcp_tool_trigger(
    arg_name="context", tool_name="t", description="at %any% time")
def tool(context) -> str:
    return "text"
""",
        **SETTINGS,
    },
    "what is beside an app": {
        "function_app.py": HEAD + GOOD,
        "venv/pyvenv.cfg": "",
        "venv/a.py": BLUEPRINT + "@bp.route()\ndef a(req): ...\n",
        "tests/test_a.py": BLUEPRINT + "@bp.route()\ndef a(req): ...\n",
        "other/host.json": "{}",
        "other/a.py": BLUEPRINT + "@bp.route()\ndef a(req): ...\n",
        "web.py": "from flask import Blueprint\n"
        + "bp = Blueprint('web', __name__)\n"
        + "@bp.route('/')\ndef home(): ...\n",
    },
    "another script": {
        "main.py": HEAD + GOOD,
        "local.settings.json": json.dumps(
            {"Values": {"PYTHON_SCRIPT_FILE_NAME": "main.py"}}
        ),
    },
    "modules named as ours": {
        "function_app.py": "from functions_by_example.paint import BLUE\n"
        + "import functions_by_example.check, tests.helper, process, pytest\n"
        + HEAD
        + GOOD,
        "functions_by_example/__init__.py": "",
        "functions_by_example/paint.py": "BLUE = 1\n",
        "functions_by_example/check.py": "",
        "tests/helper.py": "",
        "process.py": "",
        "pytest.py": "",
    },
    "an app that makes itself at home": HEAD
    + """
import argparse, atexit, logging, multiprocessing, os, sys, threading, time

argparse.ArgumentParser().parse_args()
print("x" * 1_000_000)
print("x" * 1_000_000, file=sys.stderr)
os.write(1, b"noise")
logging.basicConfig(force=True, level=0)
logging.warning("noise")
threading.Thread(target=time.sleep, args=(60,)).start()
atexit.register(time.sleep, 60)
child = multiprocessing.Process(target=print)
child.start()
child.join()
os.chdir("/")
sys.path.clear()
os.environ.clear()
"""
    + GOOD,
}


@pytest.mark.parametrize("name", FINE)
def test_a_fine_app_has_no_problems(name: str, tmp_path: Path) -> None:
    result = checked(write(tmp_path, FINE[name]))
    assert result["problems"] == []
    assert result["ok"]
    assert result["functions"]


def test_a_wrapper_of_another_file_is_not_the_def_on_its_lines(
    tmp_path: Path,
) -> None:
    """Its code has the same name and begins on the same line."""
    app = HEAD + "import shop\n@app.route()\n@shop.as_json\ndef price(req):\n"
    inner = "    def price(req):\n"
    before = IMPORTS + "def as_json(function):\n"
    lines = app.count("\n") - before.count("\n") - 1
    shop = before + "    # and so on\n" * lines + inner
    assert shop.count("\n") == app.count("\n")
    files = {
        "function_app.py": app + '    return {"price": 3}\n',
        "shop.py": shop
        + "        return func.HttpResponse(json.dumps(function(req)))\n"
        + "    return price\n",
    }
    result = checked(write(tmp_path, files))
    assert result["problems"] == []
    assert [f["name"] for f in result["functions"]] == ["price"]


DURABLE = """\
import azure.durable_functions as df
import azure.functions as func

app = df.DFApp(http_auth_level=func.AuthLevel.FUNCTION)


@app.orchestration_trigger(context_name="context")
def bill(context: df.DurableOrchestrationContext):
    total = yield context.call_activity("add_up", [1, 2])
    return {"total": total}


@app.activity_trigger(input_name="numbers")
def add_up(numbers: list):
    return {"sum": sum(numbers)}


@app.entity_trigger(context_name="context")
def counter(context: df.DurableEntityContext):
    context.set_result(1)
    return {"n": 1}


@app.route(route="price")
def price(req: func.HttpRequest):
    return {"price": 3}  #! output-value
"""


def test_an_orchestrator_may_return_a_dict(tmp_path: Path) -> None:
    """Durable Functions wraps it in code of its own, under the same name. The
    package is in a folder of its own."""
    packages = os.environ.get("DURABLE_PACKAGES")
    assert packages, "run `nox -s tests`: it sets DURABLE_PACKAGES"
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "functions_by_example",
            "check",
            "--json",
            tmp_path,
        ],
        env=os.environ | {"PYTHONPATH": f"{packages}{os.pathsep}{ROOT}"},
        cwd=write(tmp_path, DURABLE),
        capture_output=True,
        text=True,
    )
    (result,) = json.loads(done.stdout)
    assert found(result) == marked(DURABLE), result["problems"]
    assert [function["name"] for function in result["functions"]] == [
        "bill",
        "add_up",
        "counter",
        "price",
    ]


@pytest.mark.parametrize(
    "folder", sample.find(SAMPLES), ids=lambda path: path.name
)
def test_a_sample_has_no_problems(folder: Path) -> None:
    result = checked(folder)
    assert result["problems"] == []
    recorded = folder / "recorded" / "functions.json"
    if recorded.exists():
        expected = json.loads(recorded.read_text())
        listed = [f["name"] for f in result["functions"]]
        assert listed == [f["name"] for f in expected]


def test_nothing_is_written_to_the_apps_folder(tmp_path: Path) -> None:
    name = "functions in blueprint modules and packages"
    files = ERRORS[name]
    assert isinstance(files, dict)
    checked(write(tmp_path, files))
    left = {
        path.relative_to(tmp_path).as_posix()
        for path in tmp_path.rglob("*")
        if path.is_file()
    }
    assert left == set(files)


# --- What comes back ----------------------------------------------------------


def test_the_json(tmp_path: Path) -> None:
    app = (
        HEAD
        + "@app.route(route='x')\ndef f(req): ...\n"
        + ("@app.route()\ndef g(req: int): ...\n")
    )
    assert check.checked([write(tmp_path, app)], 20) == [
        {
            "path": str(tmp_path),
            "ok": False,
            "functions": [
                {
                    "name": "f",
                    "trigger": "httpTrigger",
                    "bindings": [
                        {
                            "direction": "IN",
                            "type": "httpTrigger",
                            "name": "req",
                            "authLevel": "FUNCTION",
                            "route": "x",
                        },
                        {
                            "direction": "OUT",
                            "type": "http",
                            "name": "$return",
                        },
                    ],
                }
            ],
            "problems": [
                {
                    "severity": "error",
                    "code": "annotation",
                    "message": "FunctionLoadError: cannot load the g "
                    "function: binding type \"'req'\" and dataType "
                    '"httpTrigger" in the binding decorator do not match the '
                    "corresponding function parameter's Python type "
                    "annotation int",
                    "hint": HINTS["annotation"],
                    "file": "function_app.py",
                    "line": 8,
                }
            ],
        }
    ]


def test_the_report(tmp_path: Path) -> None:
    app = (
        HEAD
        + "@app.route(route='x')\ndef f(req): ...\n"
        + ("@app.route()\ndef f(req): ...\n")
    )
    result = checked(write(tmp_path, app))
    assert report([{**result, "path": "shop"}]).splitlines() == [
        "shop: does not load",
        "  f: httpTrigger",
        '    in httpTrigger req (authLevel="FUNCTION", route="x")',
        "    out http $return",
        "shop/function_app.py:8: error duplicate-name: ValueError: Function "
        "f does not have a unique function name. Please change "
        "@app.function_name() or the function method name to be unique.",
        f"  {HINTS['duplicate-name']}",
    ]


def test_the_report_of_an_app_that_the_host_refuses(tmp_path: Path) -> None:
    result = checked(write(tmp_path, HEAD + "@app.route()\ndef _f(req): ..."))
    assert not result["ok"]
    assert report([{**result, "path": "shop"}]).splitlines() == [
        "shop: loads in the worker, has errors in the host",
        "  _f: httpTrigger",
        '    in httpTrigger req (authLevel="FUNCTION", route="_f")',
        "    out http $return",
        "shop/function_app.py:6: error function-name: '_f' is not a valid "
        "function name. (function _f)",
        f"  {HINTS['function-name']}",
    ]


def test_a_report_can_be_printed_whatever_an_app_says(tmp_path: Path) -> None:
    app = HEAD + r"raise ValueError('\ud800' + 10_000 * 'x\n')" + "\n"
    text = report([checked(write(tmp_path, app))])
    assert len(text.encode()) < 4000
    assert max(map(len, text.splitlines())) < 3000


def test_judging_needs_no_processes(tmp_path: Path) -> None:
    """As in the browser, where there are none."""
    write(tmp_path, HEAD + GOOD)
    program = (
        "import asyncio, json, sys\n"
        "from pathlib import Path\n"
        "from functions_by_example.check.judging import judge\n"
        f"verdict = asyncio.run(judge(Path({str(tmp_path)!r})))\n"
        "ours = 'functions_by_example.processes.process'\n"
        "unwanted = {'multiprocessing', ours} & set(sys.modules)\n"
        "print(json.dumps([verdict['problems'], sorted(unwanted)]))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(run.stdout) == [[], []]


# --- Settings -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("binding", "missing"),
    [
        ({"type": "x", "connection": "There"}, []),
        ({"type": "x", "connection": "there"}, []),
        ({"type": "x", "connection": "Identity"}, []),
        ({"type": "x", "connection": "Prefixed"}, []),
        ({"type": "x", "connection": "No"}, [("connection", "No")]),
        ({"type": "x", "connection": "The"}, [("connection", "The")]),
        ({"type": "x", "connection": "%No%"}, [("connection", "No")]),
        ({"type": "x", "leaseConnection": "No"}, [("leaseConnection", "No")]),
        (
            {"type": "x", "connectionStringSetting": "No"},
            [("connectionStringSetting", "No")],
        ),
        ({"type": "x", "topicKeySetting": "No"}, [("topicKeySetting", "No")]),
        ({"type": "queue"}, [("connection", "AzureWebJobsStorage")]),
        ({"type": "timerTrigger", "schedule": "%No%"}, [("schedule", "No")]),
        (
            {"type": "blob", "connection": "There", "path": "%A%/%There%/%B%"},
            [("path", "A"), ("path", "B")],
        ),
        (
            {"type": "sql", "commandText": "LIKE '%No%'"},
            [("commandText", "No")],
        ),
        ({"type": "mcpToolTrigger", "description": "5 %No%"}, []),
        ({"type": "httpTrigger", "route": "a/{b}", "methods": ["%No%"]}, []),
    ],
)
def test_missing_settings(
    binding: dict[str, Any], missing: list[tuple[str, str]]
) -> None:
    known = ["There", "Identity__serviceUri", "AzureWebJobsPrefixed"]
    assert [
        (key, name) for _, key, name in missing_settings([binding], known)
    ] == missing


# --- The table of codes -------------------------------------------------------


def test_every_code_is_provoked() -> None:
    apps = [*ERRORS.values(), *WARNINGS.values(), *HANGING.values()]
    apps += REFUSED.values()
    codes = {code for app in apps for code, _, _ in marked(app)}
    codes |= {code for _, code, _ in PLACELESS.values()}
    codes |= {"no-folder", "not-a-folder", "unreadable"}
    assert codes == set(HINTS)


def test_every_hint_is_one_sentence() -> None:
    for hint in HINTS.values():
        assert hint.endswith(".")
        assert len(hint) < 200
        assert not re.search(r"\. [A-Z]", hint)
