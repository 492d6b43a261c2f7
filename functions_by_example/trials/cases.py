"""What is wrong with a case of a trial: what keeps its outcome from being a
record."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from functions_by_example.processes.environments import (
    SCRIPT,
    Delivered,
    Event,
    Outcome,
)
from functions_by_example.protocol.answers import ErrorJson
from functions_by_example.protocol.problem import Problem
from functions_by_example.sample.read import line_of
from functions_by_example.trials.trial import CaseError, placed


def events_in(folder: Path) -> dict[str, Event]:
    """The events of a case by the names of their files. Raises CaseError for
    one that is no JSON object."""
    found: dict[str, Event] = {}
    problems = []
    for path in sorted(folder.glob("*.json")):
        try:
            found[path.stem] = dict(json.loads(path.read_text("utf-8")))
        except (TypeError, ValueError) as error:
            line = getattr(error, "lineno", 1)
            what = f"is not a JSON object: {error}"
            problems.append(Problem(placed(path), line, what))
    if problems:
        raise CaseError(problems)
    return found


def of_outcome(
    outcome: Outcome, script: Path, events: Path
) -> Iterator[Problem]:
    """A process that ended, and events that do not fit the app. `script` is
    the app's file, `events` the folder of its events."""
    if "ended" in outcome:
        what = f"importing it: {outcome['ended']}"
        yield Problem(placed(script), 1, what)
    for name, delivered in outcome.get("replays", {}).items():
        yield from of_event(delivered, events / f"{name}.json")


def of_event(delivered: Delivered, path: Path) -> Iterator[Problem]:
    """A process that ended, or why the event in this file does not fit."""
    if "ended" in delivered:
        yield Problem(placed(path), 1, f"replaying it: {delivered['ended']}")
    elif "refused" in delivered:
        line = _line(path, delivered["key"])
        yield Problem(placed(path), line, delivered["refused"])


def unannounced(
    delivered: Delivered, event: Event, path: Path
) -> Iterator[Problem]:
    """An error that the event in this file does not announce, or one that it
    announces and that does not come."""
    error = delivered["result"].get("error")
    announced = event.get("raises")
    if (error["type"] if error else None) == announced:
        return
    if error:
        where = f"{error['file']}:{error['line']}: " if error["file"] else ""
        yield Problem(
            placed(path),
            1,
            f"{where}{worded(error)}",
            f'if the event is meant to raise it, say "raises": '
            f'"{error["type"]}"',
        )
    else:
        yield Problem(
            placed(path),
            _line(path, "raises"),
            f"announces {announced}, but nothing was raised",
        )


def not_loaded(error: ErrorJson, script: Path) -> Problem:
    """That the worker refuses the app."""
    return Problem(
        placed(script.with_name(error["file"] or SCRIPT)),
        error["line"] or 1,
        f"the worker refuses the app: {worded(error)}",
        "`functions-by-example check` says more",
    )


def worded(error: Mapping[str, object]) -> str:
    """An error as Python's last line has it."""
    return f"{error['type']}: {error['message']}"


def _line(path: Path, key: str | None) -> int:
    text = path.read_text("utf-8") if path.is_file() else ""
    return line_of(text, f'"{key}"')
