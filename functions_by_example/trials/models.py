"""The older model beside the decorators.

docs/migrate/models/apps holds an app of the older model, its twin with
decorators, and folders in which the two meet or something is missing. Each is
loaded by both worker libraries; the events beside them are delivered to the
app and to its twin. What came back is kept in data/models.json, from which
the page shows it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import metadata
from importlib.util import find_spec
from typing import TypedDict

from functions_by_example.paths import DATA, DOCS
from functions_by_example.processes import process
from functions_by_example.processes.environments import (
    PRELOAD,
    SCRIPT,
    App,
    Delivered,
    Library,
    Outcome,
    run,
)
from functions_by_example.protocol.problem import Problem
from functions_by_example.trials import cases
from functions_by_example.trials.trial import CaseError, trial

FOLDER = DOCS / "migrate" / "models"
APPS, EVENTS = FOLDER / "apps", FOLDER / "events"
OLD, NEW = "azure-functions-runtime-v1", "azure-functions-runtime"
PACKAGES = ("azure-functions", NEW, OLD)
LIBRARIES: dict[str, Library] = {OLD: "legacy", NEW: "worker"}
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


class Models(TypedDict):
    """The releases that were run; for each folder and library the functions
    or the error; for each event what came back from the app and its twin."""

    packages: dict[str, str]
    loaded: dict[str, dict[str, Outcome]]
    replays: dict[str, dict[str, Delivered]]


def missing() -> str:
    """That the library of the older model is not installed."""
    if find_spec(OLD.replace("-", "_")):
        return ""
    return f"{OLD} is not installed; run `nox -s update`, which installs it"


@trial("models", DATA / "models.json", missing=missing)
def outcome() -> Models:
    """What both libraries make of each folder and each event."""
    process.preload(PRELOAD)
    loaded = {
        name: {
            package: _run(name, library)
            for package, library in LIBRARIES.items()
        }
        for name in CASES
    }
    replays = {
        LEGACY: loaded[LEGACY][OLD].pop("replays"),
        TWIN: loaded[TWIN][NEW].pop("replays"),
    }
    return {
        "packages": {name: metadata.version(name) for name in PACKAGES},
        "loaded": loaded,
        "replays": {
            event: {app: found[event] for app, found in replays.items()}
            for event in events()
        },
    }


load = outcome.load


def _run(name: str, library: Library) -> Outcome:
    ours = (name, library) in ((LEGACY, "legacy"), (TWIN, "worker"))
    app = App(str(APPS / name), events=events() if ours else {})
    outcome = run(app, library)
    problems: list[Problem] = [
        *cases.of_outcome(outcome, APPS / name / SCRIPT, EVENTS)
    ]
    if ours and not outcome.get("replays"):
        problems.append(
            cases.not_loaded(outcome["error"], APPS / name / SCRIPT)
        )
    if problems:
        raise CaseError(problems)
    return outcome


def events() -> dict[str, dict[str, object]]:
    """The events by name, as their files have them."""
    return {k: dict(v) for k, v in cases.events_in(EVENTS).items()}


# --- What is compared -------------------------------------------------------


def without_place(answer: Delivered) -> Delivered:
    """An answer without the file and line of its error: the two apps have
    other files, and nothing else may differ."""
    copy: Delivered = json.loads(json.dumps(answer))
    error = copy.get("result", {}).get("error")
    if error:
        error["file"] = error["line"] = None
    return copy


def differences(recorded: Models) -> Iterator[tuple[str, str, object, object]]:
    """Where the function.json that was written and what the SDK makes of the
    decorators part: function, property, the one, the other."""
    old, new = (
        recorded["loaded"][name][library]["functions"]
        for name, library in ((LEGACY, OLD), (TWIN, NEW))
    )
    for before, after in zip(old, new, strict=True):
        retry: dict[str, object] = {**after.get("retry", {})}
        pairs: list[tuple[str, object, object]] = [
            (f"retry.{key}", value, retry.get(key))
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
        for key, one, other_value in pairs:
            if one != other_value:
                yield before["name"], key, one, other_value
