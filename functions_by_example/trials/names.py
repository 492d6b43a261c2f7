"""What `migrate` makes of old names, and the errors that they raise today.

The apps are in data/sdk/former.toml; what came of them is kept in
data/migrate.json, from which docs/migrate/names.md shows it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypedDict

import azure.functions as func

from functions_by_example.paths import DATA
from functions_by_example.protocol.problem import Problem
from functions_by_example.sample.read import line_of
from functions_by_example.sdk import former
from functions_by_example.trials.trial import CaseError, placed, trial

FACTS = DATA / "sdk" / "former.toml"
# What is written in place of the folder of the app in what is printed.
FOLDER = "shop"
HEAD = """\
import azure.functions as func

app = func.FunctionApp()
common, name, web, work = {}, "", None, None
"""
# What `migrate` prints of a place that it does not change.
LEFT = {"undecided": "left alone", "refused": "error"}


class Printed(TypedDict):
    """What `migrate` prints of an app: the difference, and all besides."""

    diff: str
    text: str


class Argument(TypedDict):
    """A call with an old argument, what it becomes, the error that it
    raises."""

    call: str
    became: str
    error: str


class Left(TypedDict):
    """Code that `migrate` does not change, and the reason that it prints."""

    about: str
    code: str
    reason: str


class Names(TypedDict):
    """The record: the example, the error of each old decorator, the old
    arguments, what is left alone, what keeps everything from being written."""

    example: Printed
    decorators: dict[str, str]
    arguments: list[Argument]
    undecided: list[Left]
    refused: list[Left]


def missing() -> str:
    """That LibCST, with which code is changed, is not installed."""
    if find_spec("libcst"):
        return ""
    return "libcst is not installed; run `nox -s update`, which installs it"


@trial("names", DATA / "migrate.json", missing=missing)
def outcome() -> Names:
    """What the record must hold. Raises CaseError where a name that is said
    to be old raises nothing, and where a case is not what it announces."""
    return {
        "example": printed(former.tables()["example"]["app"].lstrip()),
        "decorators": dict(_decorators()),
        "arguments": list(map(_argument, _calls())),
        "undecided": list(left("undecided")),
        "refused": list(left("refused")),
    }


load = outcome.load


def printed(app: str) -> Printed:
    """What `migrate` prints of an app of one file."""
    from functions_by_example import migrate

    with TemporaryDirectory() as name:
        folder = Path(name).resolve() / FOLDER
        folder.mkdir()
        (folder / migrate.SCRIPT).write_text(app, "utf-8")
        plan = migrate.plan(folder)
        lines = [*map(str, plan.remarks), migrate.summary(plan)]
        diff, text = (
            shown.replace(str(folder), FOLDER)
            for shown in (migrate.diff(plan), "\n".join(lines))
        )
    return {"diff": diff, "text": text}


def _decorators() -> Iterator[tuple[str, str]]:
    """The decorators that are removed, each with its error. Raises CaseError
    for one that there is."""
    for old, new in former.tables()["decorators"].items():
        app = func.FunctionApp()
        if hasattr(app, old) or not hasattr(app, new):
            raise _wrong(old, f"{old} is there today, or {new} is not")
        yield old, _raised(getattr, app, old)


def _calls() -> Iterator[str]:
    """A call for each old argument in the data, but for those of Cosmos
    DB."""
    for name in former.tables()["application"]:
        value = "func.AuthLevel.ADMIN" if name == "auth_level" else "web"
        yield f"func.FunctionApp({name}={value})"
    for name in former.tables()["route"]:
        yield f"app.route({name}=func.DataType.STRING)"
    was = former.renames()["cosmos_db_trigger"]
    given = ", ".join(f'{name}="..."' for name in was.before[:4])
    yield f"app.cosmos_db_trigger({given})"


def _argument(call: str) -> Argument:
    used = f"shop = {call}\n"
    if call.startswith("app."):
        used = f"@{call}\ndef f(req): ...\n"
    diff = printed(f"{HEAD}{used}")["diff"]
    (became,) = re.findall(r"^\+(?!\+\+)(?:@|shop = )(.*)$", diff, re.M)
    names = {"func": func, "app": func.FunctionApp(), "web": None}
    return {
        "call": call,
        "became": became,
        "error": _raised(eval, call, names),
    }


def left(kind: str) -> Iterator[Left]:
    """What is "undecided" or "refused", each with the reason. Raises CaseError
    for a case that is not."""
    for case in former.cases(kind):
        code = case["code"]
        used = f"{code}\ndef f(orders): ...\n" if code[0] == "@" else code
        text = printed(f"{HEAD}\n\n{used}")["text"]
        reasons = re.findall(rf"^\S+: {LEFT[kind]}: (.*)$", text, re.M)
        if len(reasons) != 1:
            raise _wrong(code, f"is not {kind}: {text}")
        yield {"about": case["about"], "code": code, "reason": reasons[0]}


def _raised(provoke: Callable[..., object], *given: object) -> str:
    """The error that a call raises. Raises CaseError where it raises none."""
    try:
        provoke(*given)
    except (AttributeError, TypeError) as error:
        return f"{type(error).__name__}: {error}"
    raise _wrong(str(given[0]), f"{given[0]} raises nothing")


def _wrong(needle: str, what: str) -> CaseError:
    """That a case of the data file is wrong, with its line."""
    first, *_ = needle.splitlines()
    line = line_of(FACTS.read_text("utf-8"), first)
    return CaseError([Problem(placed(FACTS), line, what, "correct it")])
