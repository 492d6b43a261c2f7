"""Small apps that the pages of docs/learn show, and what became of them.

A case is a folder of docs/learn/apps: an app, perhaps with settings and
events. What the worker and the check say of it, and what came back for each
event, is recorded in docs/learn/recorded and shown from there.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from functions_by_example.paths import DOCS
from functions_by_example.processes import check
from functions_by_example.processes.environments import (
    SCRIPT,
    App,
    Outcome,
    run,
)
from functions_by_example.protocol.problem import Problem, ProblemJson
from functions_by_example.sample import record
from functions_by_example.trials import cases
from functions_by_example.trials.trial import CaseError, trial

LEARN = DOCS / "learn"
APPS, EVENTS = "apps", "events"


class Case(Outcome, total=False):
    """`functions`, or the `error` of an app that does not load; what the
    check finds; the result for each event."""

    check: list[ProblemJson]


def names(learn: Path = LEARN) -> list[str]:
    """The cases, in the order of the alphabet."""
    return sorted(p.name for p in (learn / APPS).iterdir() if p.is_dir())


def record_file(name: str) -> str:
    """Where the record of a case is, below docs/learn."""
    return f"{record.FOLDER}/{name}.json"


@trial("apps", LEARN / record.FOLDER)
def outcome() -> dict[str, Case]:
    """What the records of all cases are to hold."""
    found: dict[str, Case] = {}
    problems: list[Problem] = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        waiting = {n: pool.submit(case, LEARN / APPS / n) for n in names(LEARN)}
    for name, future in waiting.items():
        try:
            found[name] = future.result()
        except CaseError as error:
            problems += error.problems
    if problems:
        raise CaseError(problems, found)
    return found


def case(folder: Path) -> Case:
    """What the record of the case in this folder is to hold. Raises CaseError
    for an app or event that nothing can be recorded of."""
    events = cases.events_in(folder / EVENTS)
    said = run(App(str(folder), events=events))
    problems = [*cases.of_outcome(said, folder / SCRIPT, folder / EVENTS)]
    if problems:
        raise CaseError(problems)
    (verdict,) = check.checked([folder])
    replays = said.pop("replays", None)
    made: Case = {
        **said,
        "check": [
            {
                "severity": problem["severity"],
                "code": problem["code"],
                "message": problem["message"],
                "hint": problem["hint"],
                "file": problem["file"],
                "line": problem["line"],
            }
            for problem in verdict["problems"]
        ],
    }
    if replays:
        made["replays"] = replays
    return made
