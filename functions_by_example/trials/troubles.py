"""Troubles and remedies: what the worker says of apps that provoke them.

`data/fix.toml` holds the apps, written by hand; `data/fix.json` what the
worker and the check said of each, written by `update`.
"""

from __future__ import annotations

import functools
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from functions_by_example.paths import DATA
from functions_by_example.sample import record

Json = Any

CASES = "fix.toml"
OUTCOMES = "fix.json"
APP = "function_app.py"
SETTINGS = "local.settings.json"
SECONDS = 20.0
# What stands for the folder of an app in what is said of it.
FOLDER = "PATH"


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
    event: Json = None
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
    data = _data()
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


@functools.cache
def _data() -> dict[str, Any]:
    return tomllib.loads((DATA / CASES).read_text("utf-8"))


def _case(name: str, given: Mapping[str, Any], settings: Json) -> Case:
    files = given.get("files", {})
    settings = {} if given.get("no_settings") else settings
    wrong = ({APP: given["app"]} if "app" in given else {}) | files
    right = wrong | given.get("fixed_files", {})
    if "fixed" in given:
        right = right | {APP: given["fixed"]}
    right = {file: text for file, text in right.items() if text}
    saved_anew = "encoding" in given
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
        shown={"wrong": list(wrong), "right": _changed(wrong, right)},
    )


def _changed(wrong: Mapping[str, str], right: Mapping[str, str]) -> list[str]:
    return [file for file in right if right[file] != wrong.get(file)]


# --- Running ----------------------------------------------------------------


def outcomes() -> dict[str, Json]:
    """What comes of each case, run anew in processes of its own."""
    from functions_by_example.processes import (
        process,
    )
    from functions_by_example.trials import (
        samples as verify,
    )

    process.preload(verify.PRELOAD)
    with ThreadPoolExecutor(2) as pool:
        return dict(
            zip(cases(), pool.map(_outcome, cases().values()), strict=True)
        )


def update() -> list[str]:
    """Rewrite the record; the files that changed. Raises ValueError where an
    app does not do what its case announces."""
    found = outcomes()
    wrong = list(unannounced(found))
    if wrong:
        raise ValueError("\n".join(wrong))
    changed = record.rewrite(DATA / OUTCOMES, found)
    return [f"functions_by_example/data/{OUTCOMES}"] if changed else []


def unannounced(found: Mapping[str, Json]) -> Iterator[str]:
    """Where outcomes are not what their cases announce: a record must not
    turn a mistake into truth."""
    for name, case in cases().items():
        wrong, right = found[name]["wrong"], found[name].get("right")
        codes = {problem["code"] for problem in wrong["check"]}
        if codes != set(case.codes):
            yield f"{name}: the check reports {codes}, not {case.codes}"
        raised = wrong.get("result", {}).get("error", {}).get("type")
        if raised != case.raises:
            yield f"{name}: the event raises {raised}, not {case.raises}"
        if right and (
            right["check"] or "error" in right or not right["functions"]
        ):
            yield f"{name}: its remedy is none: {right}"
        if right and "error" in right.get("result", {}):
            yield f"{name}: its remedy fails: {right['result']['error']}"


def _outcome(case: Case) -> Json:
    found = {"wrong": _tried(case, case.wrong, case.worker, case.encoding)}
    if case.right:
        found["right"] = _tried(case, case.right, True)
    return found


def _tried(
    case: Case, files: Mapping[str, str], worker: bool, encoding: str = "utf-8"
) -> Json:
    """What worker and check say of an app with these files."""
    from functions_by_example.processes import check

    with TemporaryDirectory() as name:
        folder = Path(name).resolve()
        for file, text in files.items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_text(text, encoding=encoding)
        said = _asked(case, folder) if worker else {}
        (verdict,) = check.checked([folder / case.path], case.seconds)
        said["check"] = verdict["problems"]
        return _anywhere(said, folder)


def _anywhere(said: Json, folder: Path) -> Json:
    """The same on any machine: without its folders."""
    text = json.dumps(said, ensure_ascii=False)
    text = text.replace(str(folder), FOLDER)
    return json.loads(re.sub(r'(Current sys\.path: )[^"]*', r"\1...", text))


def _asked(case: Case, folder: Path) -> Json:
    from functions_by_example.processes import process
    from functions_by_example.worker import app

    path = str(folder)
    try:
        said = process.call(app.index, path, seconds=case.seconds)
        if case.event and "functions" in said:
            answer = process.call(
                app.replay, path, case.event, seconds=case.seconds
            )
            if "refused" in answer:
                raise ValueError(f"{case.id}: {answer['refused']}")
            said["result"] = answer["result"]
    except process.Ended as ended:
        return {"ended": str(ended)}
    if said.get("error", {}).get("type") == "SystemExit":
        return {"ended": "SystemExit passes through the worker, and ends it"}
    if "functions" in said:
        said["functions"] = [function["name"] for function in said["functions"]]
    return said


# --- Parts of pages ---------------------------------------------------------


@functools.cache
def recorded() -> dict[str, Json]:
    """The outcomes as recorded."""
    found: dict[str, Json] = record.load(DATA, OUTCOMES)
    return found


# --- The pages themselves ---------------------------------------------------
