"""The preview of March 2022 and today, side by side.

docs/migrate/preview holds the apps: for each area of the preview's wiki page
one in the preview's way (then.py), one in today's (now.py) and the events
that reach both; below faults/ what was wrong in the wiki's own examples, and
the same mended; in wiki/ the decorators and signatures of those examples.

All of them are run, and what came back is kept in data/preview.json. What is in
the preview's way is run with the release that had its names, in an interpreter
of its own whose import path begins with the folder that PREVIEW_PACKAGES names.
Today's worker library loads it there: it needs one name that the release lacks,
`FunctionRegister`, and is given `FunctionApp` for it.
"""

from __future__ import annotations

import ast
import inspect
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypedDict

from functions_by_example.paths import DATA, DOCS
from functions_by_example.processes import environments
from functions_by_example.processes.environments import (
    SCRIPT,
    App,
    Event,
    Outcome,
)
from functions_by_example.protocol.answers import (
    ErrorJson,
    FunctionJson,
    Result,
)
from functions_by_example.protocol.problem import Problem
from functions_by_example.sdk import former
from functions_by_example.trials import cases
from functions_by_example.trials.trial import CaseError, placed, trial

# A binding, of which any key is read.
type Binding = Mapping[str, object]

APPS = DOCS / "migrate" / "preview"
RECORD = DATA / "preview.json"
RELEASE = "1.10.1"
PACKAGES = "PREVIEW_PACKAGES"
FAULTS: Final = "faults"
WIKI: Final = "wiki"
TOGETHER = "together"
# The areas of the wiki page, by the folder of the apps.
AREAS = {
    "http": "HTTP",
    "timer": "Timer",
    "event_hub": "Event Hub",
    "queue": "Queue",
    "service_bus_queue": "Service Bus queue",
    "service_bus_topic": "Service Bus topic",
    "cosmos_db": "Cosmos DB",
}
# The keys that name what a binding reads or writes.
_ENTITIES = (
    "eventHubName",
    "queueName",
    "topicName",
    "collectionName",
    "containerName",
)


# --- Names ------------------------------------------------------------------


def names() -> dict[str, dict[str, str]]:
    """The preview's names and today's: `renamed` of the decorators, `cosmos`
    of their parameters; "" is gone."""
    tables = former.tables()
    return {"renamed": tables["decorators"], "cosmos": tables["cosmos"]}


def renamed(code: str, cosmos: str = "v4") -> str:
    """The code of an app of this module with today's names in place of the
    preview's, and nothing else changed. `cosmos` is v4, or v3 for the
    decorators that keep the old parameters."""
    new = dict(names()["renamed"])
    if cosmos == "v3":
        new |= {
            old: f"{name}_v3"
            for old, name in new.items()
            if name.startswith("cosmos_db")
        }
    else:
        new |= {old: name for old, name in names()["cosmos"].items() if name}
    return re.sub(r"\w+", lambda word: new.get(word[0], word[0]), code)


def key_renames() -> dict[str, str]:
    """The keys of a Cosmos DB binding then and today, where they differ."""
    return {
        _camel(old): _camel(new)
        for old, new in names()["cosmos"].items()
        if new and new != old
    }


def _camel(parameter: str) -> str:
    first, *others = parameter.split("_")
    return first + "".join(word.capitalize() for word in others)


# --- Comparing --------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One key of a binding, then and today. A key that is not there is
    None."""

    binding: str
    then_key: str | None
    now_key: str | None
    then: object = None
    now: object = None

    @property
    def verdict(self) -> str:
        """equal, renamed (another key, the same value), changed (another
        value), gone, new."""
        if self.now_key is None:
            return "gone"
        if self.then_key is None:
            return "new"
        if json.dumps(self.then) != json.dumps(self.now):  # 1 is not true
            return "changed"
        return "equal" if self.then_key == self.now_key else "renamed"


def compare(
    then: Iterable[FunctionJson],
    now: Iterable[FunctionJson],
    renames: Mapping[str, str] | None = None,
) -> list[Row]:
    """The functions of two apps as the worker announces them, key by key.

    Functions and their bindings are paired by name; `renames` are keys then
    and today. Each row's `binding` is the name of the binding, with that of
    its function before it where there are several.
    """
    before, after = _bindings(then), _bindings(now)
    nothing: Binding = {}
    rows: list[Row] = []
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name, nothing), after.get(name, nothing)
        left = dict(new)
        for key, value in old.items():
            found = _found(key, old, new, renames or {})
            rows.append(
                Row(name, key, found, value, left.pop(found, None))
                if found
                else Row(name, key, None, value)
            )
        rows += [Row(name, None, key, None, left[key]) for key in left]
    return rows


def _found(
    key: str, old: Binding, new: Binding, renames: Mapping[str, str]
) -> str | None:
    """Where the key of an old binding is in the new one."""
    other = renames.get(key)
    if key in new:
        return key
    return other if other in new and other not in old else None


def _bindings(functions: Iterable[FunctionJson]) -> dict[str, Binding]:
    """The bindings of all functions by name. A function that is announced
    twice is numbered."""
    functions = list(functions)
    found: dict[str, Binding] = {}
    for function in functions:
        for binding in function["bindings"]:
            name = binding["name"]
            if len(functions) > 1:
                name = f"{function['name']} {name}"
            number = 2
            while name in found:
                name = f"{name.partition(' #')[0]} #{number}"
                number += 1
            found[name] = binding
    return found


def loops(functions: Iterable[FunctionJson]) -> list[str]:
    """The output bindings that write to what triggers their function."""
    found = []
    for function in functions:
        bindings: list[Binding] = [*function["bindings"]]
        (trigger,) = (b for b in bindings if f"{b['type']}".endswith("Trigger"))
        found += [
            f"{binding['name']}"
            for binding in bindings
            if binding["direction"] == "OUT"
            and f"{binding['type']}Trigger" == trigger["type"]
            and any(
                key in binding and binding[key] == trigger.get(key)
                for key in _ENTITIES
            )
        ]
    return found


# --- Running ----------------------------------------------------------------


class Said(TypedDict, total=False):
    """What became of an app: `functions` or the `error`, and the result for
    each event."""

    functions: list[FunctionJson]
    error: ErrorJson
    events: dict[str, Result]


class Half(TypedDict):
    """What one release gives: each run's place and outcome; the names that it
    lacks; the parameters of what the areas' apps call."""

    lacks: list[str]
    outcomes: list[tuple[tuple[str, str, str], Said]]
    parameters: dict[str, list[str]]


class Preview(TypedDict):
    """The record: outcomes by area, mistake or example, and by the way in
    which it is run; parameters then and now."""

    lacks: list[str]
    areas: dict[str, dict[str, Said]]
    faults: dict[str, dict[str, Said]]
    wiki: dict[str, dict[str, Said]]
    parameters: dict[str, dict[str, list[str]]]


@dataclass(frozen=True)
class Run:
    """One app to be loaded, and the events for it. `place` is where in the
    record the outcome is; `file` is the app's below docs/migrate/preview."""

    place: tuple[str, str, str]
    file: str
    code: str
    events: Mapping[str, Event]

    @property
    def is_meant_to_load(self) -> bool:
        kind, _, way = self.place
        return way == "mended" or (kind == "areas" and way != "unchanged")


def faults() -> list[str]:
    """The mistakes of the wiki's examples, by their folders."""
    return sorted(p.name for p in (APPS / FAULTS).iterdir() if p.is_dir())


def examples() -> dict[str, str]:
    """The decorators and signatures of the wiki's examples, by area."""
    return {
        area: source(f"{WIKI}/{area}.py")
        for area in AREAS
        if (APPS / WIKI / f"{area}.py").is_file()
    }


def runs(old: bool) -> Iterator[Run]:
    """What is run with the preview's release (`old`), or with today's."""
    for area in AREAS:
        then, events = f"{area}/then.py", events_of(area)
        if old:
            yield Run(("areas", area, "then"), then, source(then), events)
            continue
        yield Run(("areas", area, "unchanged"), then, source(then), {})
        for path in sorted((APPS / area).glob("now*.py")):
            file = f"{area}/{path.name}"
            yield Run(("areas", area, path.stem), file, source(file), events)
    for name in faults():
        folder = f"{FAULTS}/{name}"
        then, mended = f"{folder}/then.py", f"{folder}/mended.py"
        code, events = source(then), events_of(folder)
        if old:
            yield Run((FAULTS, name, "then"), then, code, events)
            continue
        yield Run((FAULTS, name, "renamed"), then, renamed(code), events)
        yield Run((FAULTS, name, "mended"), mended, source(mended), events)
    for name, code in (examples() | {TOGETHER: _together()}).items():
        file = f"{WIKI}/{name}.py"
        if old:
            yield Run((WIKI, name, "then"), file, code, {})
            continue
        yield Run((WIKI, name, "unchanged"), file, code, {})
        v4, v3 = renamed(code), renamed(code, "v3")
        yield Run((WIKI, name, "renamed"), file, v4, {})
        if v3 != v4:
            yield Run((WIKI, name, "renamed_v3"), file, v3, {})


def _together() -> str:
    """The wiki's examples in one app."""
    head, *others = (c.partition("\n@") for c in examples().values())
    return "".join(head) + "".join(f"\n\n@{code}" for _, _, code in others)


def source(path: str) -> str:
    """A file of docs/migrate/preview."""
    return (APPS / path).read_text("utf-8")


def events_of(folder: str) -> dict[str, Event]:
    """The events of an area or a mistake, by their files' names. Raises
    CaseError for one that is not JSON."""
    return cases.events_in(APPS / folder / "events")


def missing() -> str:
    """That the preview's release is not there."""
    packages = os.environ.get(PACKAGES)
    if packages and Path(packages, "azure", "functions").is_dir():
        return ""
    return (
        f"{PACKAGES} names no folder with azure-functions {RELEASE}; run "
        "`nox -s update` or `nox -s tests`, which install it into one"
    )


@trial("preview", RECORD, missing=missing)
def outcome() -> Preview:
    """What comes of each app, the preview's with its release."""
    packages = os.environ[PACKAGES]
    try:
        then = environments.elsewhere(half, True, packages=packages)
    except RuntimeError as error:
        what = f"azure-functions {RELEASE}: {error}"
        raise CaseError([Problem(placed(RECORD), 1, what)]) from None
    now = half(False)
    areas: dict[str, dict[str, Said]] = {}
    wrong: dict[str, dict[str, Said]] = {}
    wiki: dict[str, dict[str, Said]] = {}
    kinds = {"areas": areas, FAULTS: wrong, WIKI: wiki}
    for (kind, name, way), said in (*then["outcomes"], *now["outcomes"]):
        kinds[kind].setdefault(name, {})[way] = said
    return {
        "lacks": then["lacks"],
        "areas": areas,
        "faults": wrong,
        "wiki": wiki,
        "parameters": {"then": then["parameters"], "now": now["parameters"]},
    }


recorded = outcome.load


def half(old: bool) -> Half:
    """What comes of each app with the release that this process has. Raises
    CaseError where that is the wrong release, an area does not load, or an
    event raises what it does not announce."""
    import azure.functions as func

    if (func.__version__ == RELEASE) != old:
        what = (
            f"this is azure-functions {func.__version__}, which is not what "
            f"{'the preview' if old else 'today'} runs on"
        )
        raise CaseError([Problem(placed(RECORD), 1, what)])
    tried = list(runs(old))
    apps = (App("", {SCRIPT: r.code}, r.events, to_first=True) for r in tried)
    outcomes = list(environments.run_all(apps))
    problems = [
        problem
        for run, outcome in zip(tried, outcomes, strict=True)
        for problem in _problems(run, outcome)
    ]
    if problems:
        raise CaseError(problems)
    wanted = ("FunctionApp", "FunctionRegister")
    return {
        "lacks": [name for name in wanted if not hasattr(func, name)],
        "outcomes": [
            (run.place, _said(outcome))
            for run, outcome in zip(tried, outcomes, strict=True)
        ],
        "parameters": _parameters("then" if old else "now"),
    }


def _problems(run: Run, outcome: Outcome) -> Iterator[Problem]:
    script = APPS / run.file
    events = script.parent / "events"
    yield from cases.of_outcome(outcome, script, events)
    if "ended" in outcome:
        return
    if run.is_meant_to_load and not outcome.get("functions"):
        error = outcome.get("error")
        said = cases.worded(error) if error else "it has no functions"
        yield Problem(placed(script), 1, f"is not loaded: {said}")
    for name, delivered in outcome.get("replays", {}).items():
        if run.place[0] == "areas" and "result" in delivered:
            path = events / f"{name}.json"
            event = run.events[name]
            yield from cases.unannounced(delivered, event, path)


def _said(outcome: Outcome) -> Said:
    said: Said = {}
    if "functions" in outcome:
        said["functions"] = outcome["functions"]
    if "error" in outcome:
        said["error"] = outcome["error"]
    if "replays" in outcome:
        replays = outcome["replays"]
        said["events"] = {n: one["result"] for n, one in replays.items()}
    return said


def _parameters(side: str) -> dict[str, list[str]]:
    """The parameters of what the areas' apps call on this side."""
    import azure.functions as func

    called = {
        name
        for area in AREAS
        for path in sorted((APPS / area).glob(f"{side}*.py"))
        for name in calls(path.read_text("utf-8"))
    }
    return {
        name: [
            f"**{parameter.name}"
            if parameter.kind is parameter.VAR_KEYWORD
            else parameter.name
            for parameter in inspect.signature(
                func.FunctionApp
                if name == "FunctionApp"
                else getattr(func.FunctionApp, name)
            ).parameters.values()
            if parameter.name != "self"
        ]
        for name in sorted(called)
    }


def calls(code: str) -> list[str]:
    """The decorators of an app, and FunctionApp where it is given anything;
    in their order, without function_name."""
    found = []
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        if name == "func.FunctionApp" and node.keywords:
            found.append((node.lineno, "FunctionApp"))
        elif name.startswith("app.") and name != "app.function_name":
            found.append((node.lineno, name.removeprefix("app.")))
    return [name for _, name in sorted(found)]
