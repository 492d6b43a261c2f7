"""The preview of March 2022 and today, side by side.

docs/migrate/preview holds the apps: for each area of the preview's wiki page
one in the preview's way (then.py), one in today's (now.py) and the events
that reach both; below faults/ what was wrong in the wiki's own examples, and
the same mended; in wiki/ the decorators and signatures of those examples.

`update` runs all of them and keeps what came back in data/preview.json, from
which then_now.py makes the page. What is in the preview's way is run with the
release that had its names, in an interpreter of its own whose import path
begins with the folder that PREVIEW_PACKAGES names. Today's worker library
loads it there: it needs one name that the release lacks, `FunctionRegister`,
and is given `FunctionApp` for it.
"""

from __future__ import annotations

import ast
import functools
import inspect
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from functions_by_example.paths import DATA, DOCS, ROOT
from functions_by_example.sample import record
from functions_by_example.sdk import former

Json = Any

APPS = DOCS / "migrate" / "preview"
RECORD = "preview.json"
RELEASE = "1.10.1"
PACKAGES = "PREVIEW_PACKAGES"
FAULTS, WIKI = "faults", "wiki"
TOGETHER = "together"
PRELOAD = (
    "azure.functions",
    "functions_by_example.trials.preview",
    "functions_by_example.worker.app",
)
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
    then: Json = None
    now: Json = None

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
    then: Iterable[Json],
    now: Iterable[Json],
    renames: Mapping[str, str] | None = None,
) -> list[Row]:
    """The functions of two apps as the worker announces them, key by key.

    Functions and their bindings are paired by name; `renames` are keys then
    and today. Each row's `binding` is the name of the binding, with that of
    its function before it where there are several.
    """
    before, after = _bindings(then), _bindings(now)
    rows = []
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name, {}), after.get(name, {})
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
    key: str, old: Json, new: Json, renames: Mapping[str, str]
) -> str | None:
    """Where the key of an old binding is in the new one."""
    other = renames.get(key)
    if key in new:
        return key
    return other if other in new and other not in old else None


def _bindings(functions: Iterable[Json]) -> dict[str, Json]:
    """The bindings of all functions by name. A function that is announced
    twice is numbered."""
    functions = list(functions)
    found: dict[str, Json] = {}
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


def loops(functions: Iterable[Json]) -> list[str]:
    """The output bindings that write to what triggers their function."""
    found = []
    for function in functions:
        (trigger,) = (
            b for b in function["bindings"] if b["type"].endswith("Trigger")
        )
        found += [
            binding["name"]
            for binding in function["bindings"]
            if binding["direction"] == "OUT"
            and f"{binding['type']}Trigger" == trigger["type"]
            and any(
                key in binding and binding[key] == trigger.get(key)
                for key in _ENTITIES
            )
        ]
    return found


# --- Running ----------------------------------------------------------------


@dataclass(frozen=True)
class Run:
    """One app to be loaded, and the events for it. `place` is where in the
    record the outcome stands."""

    place: tuple[str, ...]
    code: str
    events: Mapping[str, Json]

    def __str__(self) -> str:
        return f"docs/migrate/preview: {' '.join(self.place)}"

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
        code, events = source(f"{area}/then.py"), events_of(area)
        place = ("areas", area)
        if old:
            yield Run((*place, "then"), code, events)
            continue
        yield Run((*place, "unchanged"), code, {})
        for path in sorted((APPS / area).glob("now*.py")):
            yield Run((*place, path.stem), path.read_text("utf-8"), events)
    for name in faults():
        folder, place = f"{FAULTS}/{name}", (FAULTS, name)
        code, events = source(f"{folder}/then.py"), events_of(folder)
        if old:
            yield Run((*place, "then"), code, events)
            continue
        yield Run((*place, "renamed"), renamed(code), events)
        yield Run((*place, "mended"), source(f"{folder}/mended.py"), events)
    codes = examples() | {TOGETHER: _together()}
    for name, code in codes.items():
        place = (WIKI, name)
        if old:
            yield Run((*place, "then"), code, {})
            continue
        yield Run((*place, "unchanged"), code, {})
        v4, v3 = renamed(code), renamed(code, "v3")
        yield Run((*place, "renamed"), v4, {})
        if v3 != v4:
            yield Run((*place, "renamed_v3"), v3, {})


def _together() -> str:
    """The wiki's examples in one app."""
    head, *others = (c.partition("\n@") for c in examples().values())
    return "".join(head) + "".join(f"\n\n@{code}" for _, _, code in others)


def source(path: str) -> str:
    """A file of docs/migrate/preview."""
    return (APPS / path).read_text("utf-8")


def events_of(folder: str) -> dict[str, Json]:
    """The events of an area or a mistake, by their files' names. Raises
    ValueError for one that is not JSON."""
    found = {}
    for path in sorted((APPS / folder / "events").glob("*.json")):
        try:
            found[path.stem] = json.loads(path.read_text("utf-8"))
        except ValueError as error:
            name = path.relative_to(ROOT).as_posix()
            raise ValueError(f"{name} is not JSON: {error}") from None
    return found


def outcomes(old: bool) -> Json:
    """What comes of each app with the release that this process has: the
    record's half. Raises ValueError where that is the wrong release, an area
    does not load, or an event raises what it does not announce."""
    import azure.functions as func

    from functions_by_example.processes import process

    if (func.__version__ == RELEASE) != old:
        raise ValueError(
            f"this is azure-functions {func.__version__}, which is not what "
            f"{'the preview' if old else 'today'} runs on"
        )
    process.preload(PRELOAD)
    found: dict[str, Json] = {}
    if old:
        wanted = ("FunctionApp", "FunctionRegister")
        found["lacks"] = [n for n in wanted if not hasattr(func, n)]
    with ThreadPoolExecutor(2) as pool:
        tried = list(runs(old))
        for run, outcome in zip(tried, pool.map(_outcome, tried), strict=True):
            *above, last = run.place
            inside = found
            for name in above:
                inside = inside.setdefault(name, {})
            inside[last] = outcome
    side = "then" if old else "now"
    found["parameters"] = {side: _parameters(side)}
    return found


def _outcome(run: Run) -> Json:
    from functions_by_example.processes import process

    with TemporaryDirectory() as name:
        folder = Path(name).resolve()
        (folder / "function_app.py").write_text(run.code, "utf-8")
        try:
            said = dict(process.call(_index, str(folder)))
            if run.is_meant_to_load and not said.get("functions"):
                raise ValueError(f"{run}: is not loaded: {said}")
            if "functions" in said and run.events:
                first = {"function": said["functions"][0]["name"]}
                said["events"] = {
                    event: _replayed(run, str(folder), event, content | first)
                    for event, content in run.events.items()
                }
        except process.Ended as ended:
            raise ValueError(f"{run}: {ended}") from None
    return said


def _replayed(run: Run, folder: str, event: str, content: Json) -> Json:
    """What comes back for an event that reaches the app's first function."""
    from functions_by_example.processes import process

    answer = process.call(_replay, folder, content)
    if "refused" in answer:
        raise ValueError(f"{run}, event {event}: {answer['refused']}")
    result = answer["result"]
    raised = result.get("error", {}).get("type")
    announced = content.get("raises")
    if run.place[0] == "areas" and raised != announced:
        raise ValueError(
            f"{run}, event {event}: raises {raised}, and announces {announced}"
        )
    return result


def _index(folder: str) -> Json:
    """In a process of its own."""
    from functions_by_example.worker import app

    _register()
    return app.index(folder)


def _replay(folder: str, event: Json) -> Json:
    """In a process of its own."""
    from functions_by_example.worker import app

    _register()
    return app.replay(folder, event)


def _register() -> None:
    """Give the preview's release the one name that today's worker library
    asks for."""
    import azure.functions as func

    if not hasattr(func, "FunctionRegister"):
        setattr(func, "FunctionRegister", func.FunctionApp)  # noqa: B010


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


def then_outcomes() -> Json:
    """The half of the record that is the preview's, from an interpreter with
    its release. Raises ValueError where that cannot be run."""
    packages = os.environ.get(PACKAGES)
    if not packages or not Path(packages, "azure", "functions").is_dir():
        raise ValueError(
            f"{PACKAGES} names no folder with azure-functions {RELEASE}: run "
            "`nox -s update` or `nox -s tests`, which install it into one"
        )
    program = (
        "import json; from functions_by_example.trials import preview; "
        "print(json.dumps(preview.outcomes(True)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONPATH": f"{packages}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        said = done.stderr.strip().rpartition("\n")[2]
        raise ValueError(f"azure-functions {RELEASE}: {said}")
    return json.loads(done.stdout)


def recorded_now() -> Json:
    """The record, from running everything anew. Raises ValueError."""
    return _merged(then_outcomes(), outcomes(False))


def _merged(one: Json, other: Json) -> Json:
    both = dict(one)
    for key, value in other.items():
        mine = both.get(key)
        if isinstance(mine, dict) and isinstance(value, dict):
            value = _merged(mine, value)
        both[key] = value
    return both


def update() -> list[str]:
    """Rewrite the record; the files that changed. Raises ValueError where
    the preview's release is not there."""
    changed = record.rewrite(DATA / RECORD, recorded_now())
    return [f"functions_by_example/data/{RECORD}"] if changed else []


@functools.cache
def recorded() -> Json:
    """What came back, as recorded."""
    return record.load(DATA, RECORD)
