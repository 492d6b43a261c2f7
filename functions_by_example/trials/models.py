"""The older model beside the decorators: run, recorded, shown.

docs/migrate/models/apps holds an app of the older model, its twin with
decorators, and folders in which the two meet or something is missing. Each is
loaded by both worker libraries; the events beside them are delivered to the
app and to its twin. What came back is kept in data/models.json, from which
the page shows it. `compute` runs everything; `update` rewrites the
record; nothing else touches it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import metadata
from typing import Any

from functions_by_example.paths import DATA, DOCS
from functions_by_example.processes import process
from functions_by_example.sample import record
from functions_by_example.trials import samples as verify

Json = Any

FOLDER = DOCS / "migrate" / "models"
RECORD = DATA / "models.json"
OLD, NEW = "azure-functions-runtime-v1", "azure-functions-runtime"
PACKAGES = ("azure-functions", NEW, OLD)
# The app of the older model, and the same with decorators.
LEGACY, TWIN = "legacy", "twin"
# What each folder of apps holds, in the order of the page.
CASES = {
    LEGACY: "folders with a `function.json`, no `function_app.py`",
    TWIN: "`function_app.py` alone",
    "both": "`function_app.py`, and a folder with a `function.json`",
    "no-function": "`function_app.py` whose `FunctionApp` has no functions, "
    "and a folder with a `function.json`",
    "no-app": "an empty `function_app.py`, and a folder with a `function.json`",
    "nothing": "neither of them",
}


# --- The record -----------------------------------------------------------


def compute() -> Json:
    """What the record must hold. Needs both worker libraries.

    `loaded`: for each folder and library, the functions or the error;
    `replays`: for each event, what came back from the app and its twin.
    """
    from functions_by_example.processes import legacy
    from functions_by_example.worker import app

    process.preload(verify.PRELOAD)
    folders = {name: str(FOLDER / "apps" / name) for name in CASES}
    return {
        "packages": {name: metadata.version(name) for name in PACKAGES},
        "loaded": {
            name: {
                OLD: process.call(legacy.index, folder),
                NEW: process.call(app.index, folder),
            }
            for name, folder in folders.items()
        },
        "replays": {
            name: {
                LEGACY: process.call(legacy.replay, folders[LEGACY], event),
                TWIN: process.call(app.replay, folders[TWIN], event),
            }
            for name, event in events().items()
        },
    }


def events() -> dict[str, Json]:
    """The events by name, as their files have them."""
    return {
        path.stem: json.loads(path.read_text("utf-8"))
        for path in sorted((FOLDER / "events").glob("*.json"))
    }


def load() -> Json:
    """The record as it was last written."""
    return json.loads(RECORD.read_text("utf-8"))


def update() -> list[str]:
    """Run everything anew; the names of the files that changed."""
    changed = record.rewrite(RECORD, compute())
    return [f"functions_by_example/data/{RECORD.name}"] if changed else []


# --- What is compared -------------------------------------------------------


def without_place(answer: Json) -> Json:
    """An answer without the file and line of its error: the two apps have
    other files, and nothing else may differ."""
    copy = json.loads(json.dumps(answer))
    error = copy.get("result", {}).get("error", {})
    for key in ("file", "line"):
        error.pop(key, None)
    return copy


def differences(recorded: Json) -> Iterator[tuple[str, str, Json, Json]]:
    """Where the function.json that was written and what the SDK makes of the
    decorators part: function, property, the one, the other."""
    old, new = (
        recorded["loaded"][name][library]["functions"]
        for name, library in ((LEGACY, OLD), (TWIN, NEW))
    )
    for before, after in zip(old, new, strict=True):
        pairs = [
            (f"retry.{key}", value, after.get("retry", {}).get(key))
            for key, value in before.get("retry", {}).items()
        ]
        made = {binding["name"]: binding for binding in after["bindings"]}
        for binding in before["bindings"]:
            other = made.pop(binding["name"])
            pairs += [
                (key, binding.get(key), other.get(key))
                for key in dict.fromkeys((*binding, *other))
            ]
        assert not made, f"{after['name']} has more bindings: {made}"
        for key, one, other in pairs:
            if one != other:
                yield before["name"], key, one, other
