"""The claims of a sample, run: its app with some of its code replaced, and
what then comes of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from functions_by_example.processes import process
from functions_by_example.protocol.answers import (
    ErrorJson,
    Indexed,
    Replayed,
)
from functions_by_example.sample.claims import (
    Claim,
    cases,
    passages,
    read,
    unproved,
)
from functions_by_example.sample.read import (
    APP,
    CLAIMS,
    README,
    Problem,
    Sample,
    SampleError,
    kept,
)
from functions_by_example.worker import app

# What replaced code may use besides.
IMPORTS = "from typing import List, Optional\n\n"
# By these a claim picks bindings; the other keys are what they have to hold.
PICKED_BY = ("function", "type", "name")
TRUE = "it is true"


@dataclass(frozen=True)
class How:
    """How an app is loaded, and an event sent to it."""

    index: Callable[[str], Indexed] = app.index
    replay: Callable[[str, Mapping[str, object]], Replayed] = app.replay


class Answer(Indexed, Replayed):
    """What comes of loading an app, or of sending it an event."""


def problems(
    sample: Sample, seconds: float = process.SECONDS, how: How | None = None
) -> Iterator[Problem]:
    """What README.md states without proof, and each claim that does not
    hold."""
    try:
        claims = read(sample.folder)
    except SampleError as broken:
        yield from broken.problems
        return
    yield from unproved(sample, claims)
    found = list(passages(sample.text(README)))
    for claim in claims:
        made = cases(claim, found)
        if not made:
            yield Problem(CLAIMS, claim.line, "no span is a case of it")
        for case in made:
            try:
                said = differs(case, sample, seconds, how or How())
            except process.Ended as ended:
                said = str(ended)
            if said:
                yield Problem(
                    CLAIMS,
                    claim.line,
                    f"does not hold: {said}",
                    "correct README.md and the claim",
                )


def differs(claim: Claim, sample: Sample, seconds: float, how: How) -> str:
    """What comes instead of what is claimed; "" where the claim holds. Raises
    process.Ended."""
    for file, expected in (
        ("host.json", claim.host),
        ("local.settings.json", {"Values": claim.settings}),
    ):
        if not holds(expected, json.loads(sample.text(file))):
            return f"{file} does not hold {json.dumps(expected)}"
    if claim.expression:
        said = process.call(evaluated, claim.expression, seconds=seconds)
        fits = claim.error in said if claim.error else said == TRUE
        return "" if fits else said
    for old in claim.replace:
        if old not in sample.code:
            return f"the app's code has no {old!r}"
    known = [event.name for event in sample.events]
    if isinstance(claim.event, str) and claim.event not in ("", *known):
        return f"there is no event {claim.event!r}, only {', '.join(known)}"
    answer = run(claim, sample, seconds, how)
    if "refused" in answer:
        return f"the event does not fit: {answer['refused']}"
    error = answer.get("error") or answer.get("result", {}).get("error")
    if claim.error:
        raised = worded(error)
        return "" if claim.error in raised else raised or "nothing is raised"
    if error:
        return worded(error)
    return _unlike(claim, answer)


def worded(error: ErrorJson | None) -> str:
    """As "Type: message"."""
    return f"{error['type']}: {error['message']}" if error else ""


def run(claim: Claim, sample: Sample, seconds: float, how: How) -> Answer:
    """What comes of loading the app with its code replaced or, where there is
    an event, of sending it."""
    event = claim.event
    if isinstance(event, str) and event:
        event = json.loads(sample.text(f"events/{event}.json"))
    with TemporaryDirectory() as name:
        folder = Path(name).resolve()
        for file in kept(sample.folder):
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(sample.folder / file, folder / file)
        code = sample.code
        for old, new in claim.replace.items():
            code = code.replace(old, new)
        (folder / APP).write_text(IMPORTS + code, "utf-8")
        answer: Answer
        if event:
            answer = process.call(how.replay, name, event, seconds=seconds)
        else:
            answer = process.call(how.index, name, seconds=seconds)
        return answer


def _unlike(claim: Claim, answer: Answer) -> str:
    if claim.binding:
        picked = [
            binding
            for function in answer.get("functions", [])
            for binding in function["bindings"]
            if holds(
                {k: v for k, v in claim.binding.items() if k in PICKED_BY},
                {**binding, "function": function["name"]},
            )
        ]
        wanted = {k: v for k, v in claim.binding.items() if k not in PICKED_BY}
        fit = [
            holds(wanted, binding) and not binding.keys() & claim.lacks
            for binding in picked
        ]
        return "" if picked and all(fit) else f"its bindings: {picked}"
    result = answer.get("result", {})
    logged = [line["message"] for line in result.get("log", [])]
    if claim.logs is not None and not (
        len(logged) == len(claim.logs)
        and all(a in b for a, b in zip(claim.logs, logged, strict=True))
    ):
        return f"it logs {logged}"
    absent = all(_at(result, path) is None for path in claim.lacks)
    if not absent or not holds(claim.gives, result):
        return f"it gives {json.dumps(result, ensure_ascii=False)}"
    return ""


def holds(expected: object, found: object) -> bool:
    """Whether what is expected is a part of what was found: of a table some
    keys, of anything else the whole."""
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        return all(
            key in found and holds(value, found[key])
            for key, value in expected.items()
        )
    return expected == found


def _at(value: object, path: str) -> object:
    for key in path.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def evaluated(expression: str) -> str:
    """In a process of its own: whether what an expression gives is true, or
    what it raises, as "Type: message"."""
    import inspect

    import azure.functions as func

    names = {"func": func, "inspect": inspect, "azure": __import__("azure")}
    try:
        return TRUE if eval(expression, names) else "it is false"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
