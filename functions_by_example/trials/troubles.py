"""Troubles and remedies: what the worker says of apps that provoke them.

`data/fix.toml` holds the apps, written by hand; `data/fix.json` what the
worker and the check said of each.
"""

from __future__ import annotations

import functools
import json
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NotRequired, TypedDict

from functions_by_example.paths import DATA
from functions_by_example.processes import check, environments, process
from functions_by_example.processes.environments import App
from functions_by_example.protocol.answers import ErrorJson, Result
from functions_by_example.protocol.problem import Problem, ProblemJson
from functions_by_example.sample.read import line_of
from functions_by_example.trials.trial import CaseError, placed, trial

CASES = DATA / "fix.toml"
OUTCOMES = "fix.json"
APP = environments.SCRIPT
SETTINGS = "local.settings.json"
SECONDS = 20.0
# What is written in place of the folder of an app in what is said of it.
FOLDER = "PATH"


class Said(TypedDict, total=False):
    """What worker and check say of an app: the names of its `functions`, the
    `error` or how it `ended`; the `result` of its event; what the check
    reports."""

    functions: list[str]
    error: ErrorJson
    ended: str
    result: Result
    check: list[ProblemJson]


class Outcome(TypedDict):
    """What is said of the app that provokes the trouble, and of the same app
    with the remedy."""

    wrong: Said
    right: NotRequired[Said]


class Given(TypedDict, total=False):
    """A case of the data file; see its head."""

    app: str
    fixed: str
    files: dict[str, str]
    fixed_files: dict[str, str]
    no_settings: bool
    codes: list[str]
    event: dict[str, object]
    raises: str
    worker: bool
    path: str
    encoding: str
    seconds: float


@dataclass(frozen=True)
class Case:
    """An app that provokes a trouble, and the same app without it.

    `codes` are those that the check is to report; `event` is delivered to
    either app; `raises` is the error that the first answers it with.
    `worker` is false where the host stops before the worker is asked, `path`
    is what the check is given in place of the folder, and `encoding` that in
    which the first app is saved.
    """

    id: str
    codes: tuple[str, ...]
    wrong: Mapping[str, str]
    right: Mapping[str, str] | None = None
    event: Mapping[str, object] | None = None
    raises: str | None = None
    worker: bool = True
    path: str = "."
    encoding: str = "utf-8"
    seconds: float = SECONDS
    shown: Mapping[str, Any] = field(default_factory=dict)


@functools.cache
def cases() -> dict[str, Case]:
    """The cases of the data file, in its order. An app without a
    local.settings.json of its own gets the common one."""
    data = tomllib.loads(CASES.read_text("utf-8"))
    settings = {SETTINGS: data["settings"]}
    found = {
        name: _case(name, given, settings)
        for name, given in data["case"].items()
    }
    for name, given in data["annotation"].items():
        head = data["head"] + "\n\n" + given["decorators"]
        wrong, right = (
            {APP: f"{head}def {given['function']}({given[key]}: ...\n"}
            for key in ("wrong", "right")
        )
        found[name] = Case(
            name,
            ("annotation",),
            wrong | settings,
            right | settings,
            shown=given,
        )
    return found


def _case(name: str, given: Given, common: Mapping[str, str]) -> Case:
    files = given.get("files", {})
    settings = {} if given.get("no_settings") else {**common}
    wrong = ({APP: given["app"]} if "app" in given else {}) | files
    right = wrong | given.get("fixed_files", {})
    if "fixed" in given:
        right = right | {APP: given["fixed"]}
    right = {file: text for file, text in right.items() if text}
    saved_anew = "encoding" in given
    changed = [file for file in right if right[file] != wrong.get(file)]
    return Case(
        id=name,
        codes=tuple(given.get("codes", [name])),
        wrong=settings | wrong,
        right=settings | right if right != wrong or saved_anew else None,
        event=given.get("event"),
        raises=given.get("raises"),
        worker=given.get("worker", True),
        path=given.get("path", "."),
        encoding=given.get("encoding", "utf-8"),
        seconds=given.get("seconds", SECONDS),
        shown={"wrong": list(wrong), "right": changed},
    )


# --- Running ----------------------------------------------------------------


@trial("troubles", DATA / OUTCOMES)
def outcome() -> dict[str, Outcome]:
    """What comes of each case. Raises CaseError where an app does not do what
    its case announces."""
    process.preload(environments.PRELOAD)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = dict(
            zip(cases(), pool.map(_outcome, cases().values()), strict=True)
        )
    problems = list(unannounced(found))
    if problems:
        raise CaseError(problems, found)
    return found


recorded = outcome.load


def unannounced(found: Mapping[str, Outcome]) -> Iterator[Problem]:
    """Where outcomes are not what their cases announce: a record must not
    turn a mistake into truth."""
    text = CASES.read_text("utf-8")
    for name, case in cases().items():
        header = "annotation" if "why" in case.shown else "case"
        line = line_of(text, f"[{header}.{name}]")
        for what in _unannounced(case, found[name]):
            yield Problem(
                placed(CASES),
                line,
                f"{name}: {what}",
                "correct the app, or what the case announces",
            )


def _unannounced(case: Case, found: Outcome) -> Iterator[str]:
    wrong, right = found["wrong"], found.get("right")
    codes = {problem["code"] for problem in wrong["check"]}
    if codes != set(case.codes):
        yield f"the check reports {sorted(codes)}, not {sorted(case.codes)}"
    result = wrong.get("result", {})
    raised = result["error"]["type"] if "error" in result else None
    if raised != case.raises:
        yield f"the event raises {raised}, not {case.raises}"
    if right and (
        right["check"] or "error" in right or not right.get("functions")
    ):
        yield f"its remedy is none: {right}"
    if right and "error" in right.get("result", {}):
        yield f"its remedy fails: {right['result']['error']}"


def _outcome(case: Case) -> Outcome:
    found: Outcome = {
        "wrong": tried(case, case.wrong, case.worker, case.encoding)
    }
    if case.right:
        found["right"] = tried(case, case.right)
    return found


def tried(
    case: Case,
    files: Mapping[str, str],
    worker: bool = True,
    encoding: str = "utf-8",
) -> Said:
    """What worker and check say of an app with these files, in the folder
    and with the event of the case."""
    events = {case.id: case.event} if case.event else {}
    app = App(
        files=files, events=events, encoding=encoding, seconds=case.seconds
    )
    with app.placed() as folder:
        said = _asked(case, folder, app) if worker else Said()
        (verdict,) = check.checked([folder / case.path], case.seconds)
        said["check"] = verdict["problems"]
        return _anywhere(said, folder)


def _asked(case: Case, folder: Path, app: App) -> Said:
    said = environments.run_in(folder, app)
    delivered = said.get("replays", {}).get(case.id)
    if delivered and "refused" in delivered:
        raise ValueError(f"{case.id}: {delivered['refused']}")
    for ended in (said, delivered or {}):
        if "ended" in ended:
            return {"ended": ended["ended"]}
    if "error" in said:
        if said["error"]["type"] == "SystemExit":
            return {
                "ended": "SystemExit passes through the worker, and ends it"
            }
        return {"error": said["error"]}
    found: Said = {"functions": [f["name"] for f in said["functions"]]}
    if delivered:
        found["result"] = delivered["result"]
    return found


def _anywhere(said: Said, folder: Path) -> Said:
    """The same on any machine: without its folders."""
    text = json.dumps(said, ensure_ascii=False)
    text = text.replace(str(folder), FOLDER)
    text = re.sub(r'(Current sys\.path: )[^"]*', r"\1...", text)
    anywhere: Said = json.loads(text)
    return anywhere
