"""Small apps that the pages of docs/learn show, and what became of them.

A case is a folder of docs/learn/apps: an app, perhaps with settings and
events. What the worker and the check say of it, and what came back for each
event, is recorded in docs/learn/recorded and shown from there. `recorded_now`
runs the cases; `update` rewrites the records; nothing else touches them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from functions_by_example.paths import DOCS
from functions_by_example.sample import record
from functions_by_example.sample.read import Problem

Json = Any

LEARN = DOCS / "learn"
APPS, EVENTS = "apps", "events"


def names(learn: Path = LEARN) -> list[str]:
    """The cases, in the order of the alphabet."""
    return sorted(p.name for p in (learn / APPS).iterdir() if p.is_dir())


def record_file(name: str) -> str:
    """Where the record of a case stands below docs/learn."""
    return f"{record.FOLDER}/{name}.json"


def recorded_now(name: str, learn: Path = LEARN) -> Json:
    """What the record of a case should hold: `functions`, or the `error` of
    an app that does not load; what the check finds; the result for each
    event. Each run has a process of its own."""
    from functions_by_example.processes import check, process
    from functions_by_example.worker import app

    folder = learn / APPS / name
    answer = dict(process.call(app.index, str(folder.resolve())))
    (verdict,) = check.checked([folder])
    answer["check"] = [
        {key: problem[key] for key in ("severity", "code", "message", "hint")}
        | {"file": problem["file"], "line": problem["line"]}
        for problem in verdict["problems"]
    ]
    replays = {
        path.stem: process.call(
            app.replay, str(folder.resolve()), json.loads(path.read_text())
        )
        for path in sorted((folder / EVENTS).glob("*.json"))
    }
    if replays:
        answer["replays"] = replays
    return answer


def stale(name: str, learn: Path = LEARN) -> Iterator[Problem]:
    """A problem where the record of a case is not what comes back now."""
    current = recorded_now(name, learn)
    yield from record.compare(learn, record_file(name), current)


def update(learn: Path = LEARN) -> list[str]:
    """Rewrite the records of all cases; the files that changed."""
    records = {
        record_file(name): recorded_now(name, learn) for name in names(learn)
    }
    return record.write(learn, records)


# --- What a page shows ----------------------------------------------------
