"""A sample and what is recorded of it, made for the tests of its page."""

import dataclasses
from pathlib import Path

from functions_by_example.sample import recorded as shown
from functions_by_example.sample.read import Event, Sample, Step
from functions_by_example.site.site import Site

CODE = '''"""Greet."""

import azure.functions as func

app = func.FunctionApp()


@app.queue_trigger(arg_name="message", queue_name="q", connection="C")
def greet(message: func.QueueMessage) -> None:
    print(message.id, "<b>")
'''


def sample(id: str = "queue/queue_trigger", **changes: object) -> Sample:
    service, name = id.split("/")
    made = Sample(
        folder=Path("samples") / service / name,
        title="Greet a message",
        summary="Greet each message.",
        intro="A greeter, see [the other](../queue_output/README.md).",
        steps=[
            Step(1, None, "@app.queue_trigger", "`@app.queue_trigger` x", 8),
            Step(2, None, 'queue_name="q"', '`queue_name="q"` y', 8),
            Step(3, None, "message.id", "`message.id` z", 10),
        ],
        sections={"Good to know": "- Look at [host.json](host.json)."},
        events=[
            Event("fails", "It fails.", {}),
            Event("works", "It `works`.", {}),
        ],
        code=CODE,
        uses=frozenset({"FunctionApp", "QueueMessage", "queue_trigger"}),
    )
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]


def entry(result: object = None, **changes: object) -> shown.Entry:
    replay = {"function": "greet", "sent": {"inputs": {}}}
    error = {
        "type": "KeyError",
        "message": "'id'",
        "file": "function_app.py",
        "line": 9,
    }
    files = dict.fromkeys(shown.SHOWN_FILES, "{}\n")
    files |= {
        f"events/{n}.json": '{"message": {}}\n' for n in ("works", "fails")
    }
    return shown.Entry(
        sample=sample(**changes),
        functions=[
            {
                "name": "greet",
                "bindings": [
                    {
                        "type": "queueTrigger",
                        "name": "message",
                        "direction": "IN",
                    },
                    {"type": "queue", "name": "out", "direction": "OUT"},
                ],
            }
        ],
        replays={
            "works": replay | {"result": result or {}},
            "fails": replay | {"result": {"error": error}},
        },
        files=files,
    )


SITE = Site(
    ids=frozenset({"queue/queue_trigger", "queue/queue_output"}),
    documented=frozenset({"FunctionApp", "FunctionApp.queue_trigger"}),
    versions="azure-functions 2.3.0",
)
