"""Parts of pages of docs/migrate/: what both models gave, from the record;
each property of a function.json with the decorator's parameter behind it, from
the SDK.
"""

from __future__ import annotations

import functools
import inspect
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypedDict

import azure.functions as func

from functions_by_example.paths import DATA, DOCS
from functions_by_example.protocol.answers import ErrorJson, Indexed
from functions_by_example.sample.read import APP
from functions_by_example.sdk import parameters
from functions_by_example.site import html, markup
from functions_by_example.site.parts import part
from functions_by_example.site.parts.shown import (
    came_back,
    file_of,
    in_json,
    worded,
)
from functions_by_example.site.reference.pages import by_page
from functions_by_example.trials.models import (
    CASES,
    FOLDER,
    LEGACY,
    NEW,
    OLD,
    TWIN,
    differences,
    load,
    without_place,
)

REFERENCE = DOCS / "reference"
# The schema of function.json that schemastore.org publishes.
SCHEMA = DATA / "function.schema.json"


class Outcome(NamedTuple):
    """What a library makes of a folder, and whether the proxy picks it."""

    functions: list[str]
    error: str
    picked: bool


@part("model-file")
def model_file(case: str, file: str) -> str:
    """A file of one of the apps, with its name above it."""
    return file_of(FOLDER / "apps" / case, file)


@part("model-versions")
def model_versions() -> str:
    """The packages that were run, as a sentence's object."""
    *most, last = (f"{n} {v}" for n, v in load()["packages"].items())
    return f"{', '.join(most)} and {last}"


@part("model-event")
def model_event(name: str) -> str:
    """An event, and what came back for it from both. The place of an error is
    in the one app's file or the other's: both are shown."""
    recorded = load()
    old, new = (recorded["replays"][name][app] for app in (LEGACY, TWIN))
    if without_place(old) != without_place(new):
        raise LookupError(f"the two models do not give the same for {name}")
    result = new["result"]
    if "error" in result:
        errors = old["result"]["error"], result["error"]
        result = {**result, "error": _placed(*errors)}
    file = f"events/{name}.json"
    return html.render(
        "models/event.html",
        file=file,
        written=markup.highlighted((FOLDER / file).read_text("utf-8"), "json"),
        result=came_back(result, recorded["loaded"][TWIN][NEW]["functions"]),
    )


def _placed(*errors: ErrorJson) -> ErrorJson:
    """An error that differs in its place, with each of them."""
    places = [f"{error['file']}, line {error['line']}" for error in errors]
    return {
        "type": errors[0]["type"],
        "message": "\n".join([errors[0]["message"], *places]),
        "file": None,
        "line": None,
    }


@part("model-differences")
def model_differences() -> str:
    """Where the two function.json differ."""
    found = dict.fromkeys(
        (key, in_json(one), in_json(other))
        for _, key, one, other in differences(load())
    )
    return html.render("models/differences.html", differences=found)


@part("model-cases")
def model_cases() -> str:
    """What each library makes of each folder, and which the proxy picks."""
    loaded = load()["loaded"]
    cases = []
    for name, about in CASES.items():
        picked = NEW if (FOLDER / "apps" / name / APP).is_file() else OLD
        outcomes = [
            _outcome(loaded[name][library], library == picked)
            for library in (OLD, NEW)
        ]
        cases.append((about, outcomes))
    return html.render("models/cases.html", cases=cases, libraries=(OLD, NEW))


def _outcome(loaded: Indexed, picked: bool) -> Outcome:
    if "error" in loaded:
        return Outcome([], worded(loaded["error"]), picked)
    return Outcome([f["name"] for f in loaded["functions"]], "", picked)


# --- Properties of function.json ----------------------------------------------


class Property(TypedDict, total=False):
    """What the schema says of a property, as far as it is shown."""

    enum: list[str]
    properties: dict[str, Property]


@functools.cache
def properties() -> dict[str, Property]:
    """The properties that the published schema of function.json has."""
    schema = json.loads(SCHEMA.read_text("utf-8"))
    found: dict[str, Property] = schema["properties"]
    return found


@functools.cache
def types() -> list[str]:
    """The types of bindings that the published schema describes."""
    schema = json.loads(SCHEMA.read_text("utf-8"))
    dynamic = schema["definitions"]["dynamicBinding"]
    found: list[str] = dynamic["properties"]["type"]["not"]["enum"]
    return found


@part("model-retry")
def model_retry() -> str:
    """The properties of `retry` and their parameters."""
    known = inspect.signature(func.FunctionApp.retry).parameters
    rows = []
    for name, about in properties()["retry"]["properties"].items():
        parameter = snake(name)
        if parameter not in known:
            raise LookupError(f"@app.retry has no parameter {parameter}")
        values = [(value, snake(value)) for value in about.get("enum", ())]
        rows.append((name, parameter, values))
    return html.render("models/retry.html", properties=rows)


@part("model-others")
def model_others() -> str:
    """The types of the published schema that no decorator adds."""
    known = {
        binding.type
        for decorator in parameters.decorators()
        for binding in parameters.bindings(decorator)
    }
    return ", ".join(f"`{kind}`" for kind in types() if kind not in known)


def snake(name: str) -> str:
    """maxRetryCount -> max_retry_count."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


@dataclass
class Taken:
    """What takes a property: parameters; none where it is `always` a value
    (as JSON) or taken from the function. `any` stands for all others.
    `decorators` are named where not all of the table's have the same."""

    parameters: tuple[str, ...]
    always: str
    any: bool
    decorators: list[str]


@dataclass
class Table:
    """The properties of one type of binding; the name "" stands for any other
    type or property."""

    type: str
    direction: str
    decorators: list[str]
    rows: list[tuple[str, list[Taken]]]


@part("model-keys")
def model_keys(reference: Path = REFERENCE) -> str:
    """For each service, each property of a function.json of its bindings and
    the decorator's parameter behind it."""
    blocks = []
    for page, names in by_page(reference).items():
        bindings = tables(
            name.partition(".")[2]
            for name in names
            if name.startswith("FunctionApp.")
        )
        if bindings:
            text = (reference / page).read_text("utf-8")
            title = re.findall(r"^# (.+)$", text, re.MULTILINE)[0]
            heading = f"### {title} {{ #properties-{Path(page).stem} }}"
            shown = html.render("models/keys.html", bindings=bindings)
            blocks.append(f"{heading}\n\n{shown}")
    return "\n\n".join(blocks)


def tables(decorators: Iterable[str]) -> list[Table]:
    """The bindings that these decorators add, by type and direction."""
    found: dict[tuple[str, str], dict[str, parameters.Binding]] = {}
    for decorator in decorators:
        for binding in parameters.bindings(decorator):
            place = binding.type, binding.direction
            found.setdefault(place, {})[decorator] = binding
    return [
        Table(
            "" if kind == parameters.ANY_TYPE else kind,
            direction,
            list(bindings),
            list(_rows(bindings)),
        )
        for (kind, direction), bindings in found.items()
    ]


def _rows(
    bindings: Mapping[str, parameters.Binding],
) -> Iterable[tuple[str, list[Taken]]]:
    keys: dict[str, dict[str, parameters.Key]] = {}
    for decorator, binding in bindings.items():
        for key in binding.keys:
            keys.setdefault(key.name, {})[decorator] = key
    others = keys.pop(parameters.ANY, None)
    for name, of in keys.items():
        yield name, _taken(of, list(bindings))
    if others:
        yield "", _taken(others, list(bindings))


def _taken(
    of: Mapping[str, parameters.Key], decorators: list[str]
) -> list[Taken]:
    """What takes a property, decorators of the same kind together."""
    found: dict[tuple[tuple[str, ...], str], Taken] = {}
    for decorator, key in of.items():
        fixed = key.value is not None and not key.parameters
        always = in_json(key.value) if fixed else ""
        follows = tuple(key.parameters)
        made = Taken(follows, always, key.name == parameters.ANY, [])
        taken = found.setdefault((follows, always), made)
        taken.decorators.append(decorator)
    if [taken.decorators for taken in found.values()] == [decorators]:
        taken.decorators = []
    return list(found.values())
