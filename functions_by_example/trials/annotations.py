"""What each annotation does: every trigger, input and output of the SDK with
every annotation, run through the worker library.

data/annotations.toml has the parameters and outputs. For each combination
there is an app of one function. A trigger's app is loaded and, where an event
can be built, sent one: what arrives? An output's app is loaded and called once
for each value: what is sent? The answers are kept in data/matrix.json, from
which the pages show them.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import NotRequired, TypedDict

from functions_by_example.paths import DATA
from functions_by_example.processes import process
from functions_by_example.processes.environments import (
    PRELOAD,
    SCRIPT,
    deliver,
    written,
)
from functions_by_example.protocol.answers import Message, Result
from functions_by_example.trials.cases import worded
from functions_by_example.trials.trial import trial

FACTS = DATA / "annotations.toml"
NONE = ""  # no annotation at all
LIST = "typing.List[{}]"
TRIGGERS, INPUTS, OUTPUTS, RETURNS = "triggers", "inputs", "outputs", "returns"
type Event = dict[str, object]


@dataclass(frozen=True)
class Case:
    """One parameter that a decorator fills, or one output.

    `kind` is triggers, inputs, outputs, or returns for an output that the
    function returns; `values` are all that an output is set to; the other
    fields are described in the data file.
    """

    kind: str
    service: str
    decorator: str
    types: tuple[str, ...]
    event: object
    values: tuple[str, ...]
    note: str

    @property
    def name(self) -> str:
        """The decorator's."""
        return self.decorator.partition("(")[0].rpartition(".")[2]


class Group(TypedDict, total=False):
    """Annotations that do the same: they are `refused`, or the app `loads`
    and nothing can be sent to it, or the call `fails`, or a class `arrives`,
    or for each value something is `sent`."""

    annotations: list[str]
    refused: str
    loads: bool
    fails: str
    arrives: str
    sent: dict[str, Message]


class Row(TypedDict):
    """The decorators that do the same, and what they do."""

    service: str
    names: list[str]
    note: str
    groups: list[Group]


class Given(TypedDict):
    """A case of the data file."""

    service: str
    decorator: str
    types: NotRequired[list[str]]
    event: NotRequired[object]
    values: NotRequired[list[str]]
    note: NotRequired[str]
    returned: NotRequired[bool]


@cache
def cases() -> tuple[Case, ...]:
    """The cases of the data file; an output that is returned as well is
    another case behind all others."""
    facts = tomllib.loads(FACTS.read_text("utf-8"))
    common = tuple(facts["values"])
    found = [
        _case(kind, given, common)
        for kind in (TRIGGERS, INPUTS, OUTPUTS, RETURNS)
        for given in facts[kind]
    ]
    returned = [given for given in facts[OUTPUTS] if "returned" in given]
    return (*found, *(_returned(given, common) for given in returned))


def _case(kind: str, given: Given, common: tuple[str, ...]) -> Case:
    *first, last = common
    return Case(
        kind=kind,
        service=given["service"],
        decorator=given["decorator"].strip(),
        types=tuple(given.get("types", ())),
        event=given.get("event"),
        values=(*first, *given.get("values", ()), last),
        note=given.get("note", ""),
    )


def _returned(given: Given, common: tuple[str, ...]) -> Case:
    decorator = given["decorator"].replace('"it"', '"$return"')
    note = 'arg_name="$return"'
    return _case(
        RETURNS, {**given, "decorator": decorator, "note": note}, common
    )


# --- Annotations ----------------------------------------------------------


def of_input(case: Case) -> list[str]:
    """The annotations that a trigger's or input's parameter is tried with."""
    own = [
        form.format(kind)
        for kind in case.types
        for form in ("{}", LIST, "list[{}]", "{} | None", "typing.Optional[{}]")
    ]
    return [NONE, *own, "str", "bytes", "dict", "int", "typing.Any"]


def of_output(case: Case) -> list[str]:
    """The annotations that an output is tried with."""
    inside = ["str", "bytes", "dict", "int", "typing.Any"]
    inside += [LIST.format(kind) for kind in ("str", "bytes", "dict")]
    inside += ["list[str]"]
    for kind in case.types:
        inside += [kind, LIST.format(kind)]
    return [NONE, "func.Out", *(f"func.Out[{kind}]" for kind in inside)]


def of_return(case: Case) -> list[str]:
    """The annotations that a returned output is tried with."""
    plain = ["str", "bytes", "dict", "int", "None", LIST.format("str")]
    return [NONE, *case.types, *plain, *(LIST.format(k) for k in case.types)]


# --- Apps -----------------------------------------------------------------

_HEAD = """import io
import logging
import typing

import azure.functions as func

app = func.FunctionApp()

"""
_ARRIVED = """
def described(it):
    name = type(it).__name__
    inside = {type(item).__name__ for item in it} if name == "list" else ()
    return f"{name} of {' and '.join(inside)}" if inside else name


"""
_TIMER = '@app.timer_trigger(arg_name="timer", schedule="0 0 6 * * *")\n'
_QUEUE = (
    '@app.queue_trigger(arg_name="req", queue_name="orders", '
    'connection="Storage")\n'
)


def _parameter(annotation: str) -> str:
    return f"it: {annotation}" if annotation else "it"


def app_of_input(case: Case, annotation: str) -> str:
    """A function app that logs what arrives in the parameter."""
    trigger, parameters = "", _parameter(annotation)
    if case.kind == INPUTS:
        trigger, parameters = _TIMER, f"timer, {parameters}"
    result = '    return ""\n' if case.service == "http" else ""
    return (
        f"{_HEAD}{_ARRIVED}{trigger}{case.decorator}\n"
        f"def handle({parameters}):\n"
        f"    logging.info(described(it))\n{result}"
    )


def app_of_output(case: Case, annotation: str) -> str:
    """A function app that sets its output to, or returns, the value whose
    number it is sent."""
    values = "".join(f"    {value},\n" for value in case.values)
    of_http = case.service == "http"
    number = 'req.route_params["value"]' if of_http else "req.get_body()"
    head = (
        f"{_HEAD}VALUES = [\n{values}]\n\n\n"
        f"{'' if of_http else _QUEUE}{case.decorator}\n"
    )
    value = f"VALUES[int({number})]"
    if case.kind == RETURNS:
        arrow = f" -> {annotation}" if annotation else ""
        return f"{head}def handle(req){arrow}:\n    return {value}\n"
    return (
        f"{head}def handle(req, {_parameter(annotation)}):\n"
        f"    it.set({value})\n"
    )


def _events(case: Case) -> list[Event]:
    """What is sent to the app of this case."""
    if case.kind in (TRIGGERS, INPUTS) and not case.event:
        return []
    if case.kind == INPUTS:
        return [{"timer": {}, "inputs": {"it": case.event}}]
    if isinstance(case.event, dict):
        return [case.event]
    numbers = range(len(case.values))
    if case.service == "http":
        return [{"request": {"url": f"/api/{n}"}} for n in numbers]
    return [{"message": {"body": str(n)}} for n in numbers]


# --- The record -----------------------------------------------------------


@trial("annotations", DATA / "matrix.json")
def outcome() -> dict[str, list[Row]]:
    """For each kind, each case and each group of annotations that do the
    same, what they do."""
    process.preload(PRELOAD)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        waiting = [
            (case, [(a, pool.submit(_tried, case, a)) for a in annotations])
            for case, annotations in ((c, _annotations(c)) for c in cases())
        ]
    rows: dict[str, list[Row]] = {}
    for case, answers in waiting:
        row: Row = {
            "service": case.service,
            "names": [case.name],
            "note": case.note,
            "groups": _grouped((a, answer.result()) for a, answer in answers),
        }
        rows.setdefault(case.kind, []).append(row)
    return {kind: _merged(found) for kind, found in rows.items()}


load = outcome.load


def _annotations(case: Case) -> list[str]:
    kinds: dict[str, Callable[[Case], list[str]]] = {
        OUTPUTS: of_output,
        RETURNS: of_return,
    }
    return kinds.get(case.kind, of_input)(case)


def _tried(case: Case, annotation: str) -> Group:
    """What one annotation does."""
    parameter = case.kind in (TRIGGERS, INPUTS)
    make = app_of_input if parameter else app_of_output
    with written({SCRIPT: make(case, annotation)}) as folder:
        answer: list[Result] | dict[str, str] = process.call(
            deliver, str(folder), _events(case)
        )
    if isinstance(answer, dict):
        return {"refused": answer["error"]}
    return _arrival(answer) if parameter else _sent(case, answer)


def _merged(cases: Iterable[Row]) -> list[Row]:
    """Decorators that do the same in everything become one row."""
    merged: list[Row] = []
    for case in cases:
        for other in merged:
            if {**case, "names": None} == {**other, "names": None}:
                other["names"] += case["names"]
                break
        else:
            merged.append(case)
    return merged


def _grouped(outcomes: Iterable[tuple[str, Group]]) -> list[Group]:
    groups: list[Group] = []
    for annotation, outcome in outcomes:
        for group in groups:
            if {**outcome, "annotations": group["annotations"]} == group:
                group["annotations"].append(annotation)
                break
        else:
            groups.append({"annotations": [annotation], **outcome})
    return groups


def _arrival(results: list[Result]) -> Group:
    if not results:
        return {"loads": True}
    (result,) = results
    if "error" in result:
        return {"fails": worded(result["error"])}
    return {"arrives": result["log"][0]["message"]}


def _sent(case: Case, results: list[Result]) -> Group:
    sent: dict[str, Message] = {}
    for value, result in zip(case.values, results, strict=True):
        if "error" in result:
            sent[value] = {"error": worded(result["error"])}
        elif case.kind == RETURNS:
            sent[value] = result.get("return")
        else:
            sent[value] = result.get("outputs", {}).get("it")
    return {"sent": sent}
