"""The beginnings of a sample: every file that one has, ready to be edited."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

# The files that are the same, or nearly, in every sample.
COPIED = (
    "host.json",
    "local.settings.json",
    "requirements.txt",
    ".funcignore",
)
COPIED_FROM = "http/route"

_APP = '''"""Answer HTTP requests with a greeting."""

import azure.functions as func

app = func.FunctionApp()


@app.route(route="greetings/{name}", methods=["GET"])
def greet(req: func.HttpRequest) -> func.HttpResponse:
    name = req.route_params["name"]
    if not name.isalpha():
        return func.HttpResponse("A name has letters only", status_code=400)
    return func.HttpResponse(f"Hello, {name}")
'''

_README = """# Greet by name

1. `@app.route` answers requests to `/api/greetings/...`.
2. `req.route_params["name"]` is the part of the address in braces.
3. `name.isalpha()` is false for anything but letters: say so with status 400.

## Good to know

- What surprises, what fails, and the exact text of the error.

## Run it

1. `func start`
2. `curl http://localhost:7071/api/greetings/Ada`
"""

_TEST = """import azure.functions as func

from function_app import greet


def request(name: str) -> func.HttpRequest:
    return func.HttpRequest(
        "GET",
        f"/api/greetings/{name}",
        route_params={"name": name},
        body=b"",
    )


def test_greets_by_name():
    assert greet(request("Ada")).get_body() == b"Hello, Ada"


def test_refuses_what_is_no_name():
    assert greet(request("42")).status_code == 400
"""

_EVENTS = {
    "a-name": """{
  "about": "Ada says who she is.",
  "request": {"url": "/api/greetings/Ada"}
}
""",
    "no-name": """{
  "about": "A number is no name.",
  "request": {"url": "/api/greetings/42"}
}
""",
}


def create(samples: Path, name: str) -> Path:
    """Make the folder `samples`/service/name, a complete small sample.

    Raises ValueError for a name that is not service/name in lower case, and
    for a folder that exists.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*/[a-z][a-z0-9_]*", name):
        raise ValueError(
            f"{name}: a sample is named service/name in lower case, such as "
            "queue/queue_trigger"
        )
    folder = samples / name
    if folder.exists():
        raise ValueError(f"{folder}: exists already")
    (folder / "events").mkdir(parents=True)
    for file in COPIED:
        shutil.copyfile(samples / COPIED_FROM / file, folder / file)
    _write(folder / "function_app.py", _APP)
    _write(folder / "README.md", _README)
    _write(folder / "test_function_app.py", _TEST)
    for event, text in _EVENTS.items():
        _write(folder / "events" / f"{event}.json", text)
    return folder


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
