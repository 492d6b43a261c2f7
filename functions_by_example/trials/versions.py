"""Which SDK and Python the samples have been run with.

Each interpreter that is given runs every sample; what it gives is compared
with what the samples' recorded/ holds. The outcomes are kept in
data/versions.json, a column for each SDK and Python, from which the pages show
them.
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypedDict

from functions_by_example.paths import DATA, SAMPLES
from functions_by_example.processes import environments
from functions_by_example.processes.environments import App, Outcome
from functions_by_example.protocol.problem import Problem
from functions_by_example.sample import record
from functions_by_example.sample.read import README, TEST, find, kept
from functions_by_example.trials import cases
from functions_by_example.trials.trial import difference, trial

REMEDY = "run `nox -s versions -- --write` and read the difference"
HOLDS: list[str] = []
# How far a column goes: to level 2 of the samples' levels (indexed, invoked),
# or no further than the SDK's own list of functions.
INVOKED, LISTED = 2, 0
_WORDS = (
    (INVOKED, True, "run with SDK {} on Python {}"),
    (INVOKED, False, "other results with SDK {}"),
    (LISTED, True, "functions listed by SDK {} on Python {}"),
    (LISTED, False, "other functions listed by SDK {} on Python {}"),
)
# What of a sample takes no part in indexing and invoking it.
_NO_PART = (README, TEST, ".funcignore", "requirements.txt")


class Column(environments.Versions):
    """What an interpreter has, how far it goes, and for each sample the
    differences from what it has recorded; None: not run."""

    level: int
    samples: dict[str, list[str] | None]


class Versions(TypedDict):
    """The columns, newest first; for each sample the digest of what was run;
    the Pythons that were not found."""

    digests: dict[str, str]
    columns: list[Column]
    missing: list[str]


# --- Running ----------------------------------------------------------------


def run(python: str, samples: Path = SAMPLES) -> Column:
    """What became of every sample in this interpreter. Raises RuntimeError
    where the interpreter ends without an answer."""
    folders = find(samples)
    apps = [
        App(str(folder), events=cases.events_in(folder / "events"))
        for folder in folders
    ]
    ran = environments.elsewhere(environments.ran, apps, python=python)
    return {
        **ran["versions"],
        "level": INVOKED if ran["versions"]["worker"] else LISTED,
        "samples": {
            "/".join(folder.parts[-2:]): list(_differences(folder, outcome))
            for folder, outcome in zip(folders, ran["outcomes"], strict=True)
        },
    }


def _differences(folder: Path, outcome: Outcome) -> Iterator[str]:
    """Where an outcome is not what the sample has recorded."""
    if "ended" in outcome:
        yield outcome["ended"]
    elif "error" in outcome:
        yield cases.worded(outcome["error"])
    elif "replays" in outcome:
        functions = outcome["functions"]
        for problem in difference(folder / record.FUNCTIONS, functions):
            yield _in_words(problem)
        for name, answer in outcome["replays"].items():
            path = folder / record.event_file(name)
            for problem in difference(path, answer):
                error = answer.get("result", {}).get("error")
                yield _in_words(problem, error and cases.worded(error))
    else:
        recorded = [
            {"name": function["name"], "bindings": function["bindings"]}
            for function in record.load(folder, record.FUNCTIONS)
        ]
        if recorded != outcome["functions"]:
            texts = map(record.text_of, (recorded, outcome["functions"]))
            before, after = (text.splitlines() for text in texts)
            changes = difflib.unified_diff(
                before, after, "recorded", "now", "", "", 1, ""
            )
            yield "\n".join(("other functions:", *list(changes)[2:]))


def _in_words(problem: Problem, error: str | None = None) -> str:
    """What differs: the error that came instead, or the lines."""
    _, _, file = str(problem.file).rpartition(f"/{record.FOLDER}/")
    return f"{file}: {error}" if error else f"{file} {problem.what}"


# --- The record -------------------------------------------------------------


@trial("versions", DATA / "versions.json", by_hand=REMEDY)
def outcome() -> Versions:
    """The record without what is not of the samples as they are now: a cell
    of a sample that has changed since it was run becomes None."""
    before = load()
    pythons = [column["python"] for column in before["columns"]]
    return merged(before, [], [*pythons, *before["missing"]])


def load() -> Versions:
    """The record as it was last written; an empty one where there is none."""
    if not outcome.path.is_file():
        return {"digests": {}, "columns": [], "missing": []}
    return outcome.load()


def merged(
    before: Versions,
    run_now: Iterable[Column],
    missing: Sequence[str] = (),
    samples: Path = SAMPLES,
) -> Versions:
    """The record with the columns that were run now, newest first.

    A column of the record `before` stays where its Python is `missing` here;
    its cells of samples that have changed since become None: not run.
    """
    now = digests(samples)
    columns = list(run_now)
    for old in before["columns"]:
        if old["python"] in missing:
            cells = {
                name: old["samples"].get(name)
                if before["digests"].get(name) == digest
                else None
                for name, digest in now.items()
            }
            columns.append({**old, "samples": cells})
    columns.sort(key=_newest, reverse=True)
    there = {column["python"] for column in columns}
    return {
        "digests": now,
        "columns": columns,
        "missing": [python for python in missing if python not in there],
    }


def digests(samples: Path = SAMPLES) -> dict[str, str]:
    """For each sample a digest of what is run and what is compared: its code,
    settings, events and recorded/."""
    return {
        "/".join(folder.parts[-2:]): _digest(folder) for folder in find(samples)
    }


def _digest(folder: Path) -> str:
    files = [f for f in kept(folder) if Path(f).as_posix() not in _NO_PART]
    for part in ("events", record.FOLDER):
        files += [
            path.relative_to(folder) for path in (folder / part).rglob("*.json")
        ]
    content = hashlib.sha256()
    for file in sorted(Path(f).as_posix() for f in files):
        text = (folder / file).read_text("utf-8")
        content.update(f"{file}\0{text}\0".encode())
    return content.hexdigest()[:16]


def changes(before: Versions, after: Versions) -> Iterator[str]:
    """What differs between two records, in words."""
    old, new = (
        {title(column): column["samples"] for column in one["columns"]}
        for one in (before, after)
    )
    for name in old.keys() - new.keys():
        yield f"{name}: gone"
    for name, cells in new.items():
        if name not in old:
            yield f"{name}: new"
        for sample, cell in cells.items():
            then = old.get(name, {}).get(sample, HOLDS)
            if then != cell:
                yield f"{name}: {sample}: {said(then)} -> {said(cell)}"
    changed = [
        sample
        for sample, digest in after["digests"].items()
        if before["digests"].get(sample) != digest
    ]
    if changed:
        yield f"new or changed samples: {', '.join(changed)}"
    if before["missing"] != after["missing"]:
        missing = ", ".join(after["missing"]) or "none"
        yield f"Python that was not found: {missing}"


def said(cell: Sequence[str] | None) -> str:
    """What a cell says, in words."""
    if cell is None:
        return "not run"
    return "; ".join(cell) or "holds"


def title(column: Column) -> str:
    """A column's name."""
    return f"azure-functions {column['sdk']} on Python {column['python']}"


def _newest(column: Column) -> tuple[bool, list[int], list[int]]:
    """Orders columns: what was invoked, the SDK, the Python."""
    sdk, python = (
        [int(part) if part.isdigit() else 0 for part in version.split(".")]
        for version in (column["sdk"], column["python"])
    )
    return bool(column["level"]), sdk, python


# --- What a sample's page says ----------------------------------------------


def ran(sample: str) -> tuple[tuple[str, str, int], ...]:
    """The SDK, the Python and the level of each column in which a sample
    holds, newest first."""
    return tuple(
        (column["sdk"], column["python"], column["level"])
        for column in load()["columns"]
        if column["samples"].get(sample) == HOLDS
    )


def works_from(sample: str) -> str | None:
    """The lowest SDK from which on a sample holds wherever it was invoked;
    None where it does not hold with the newest."""
    lowest = None
    for column in load()["columns"]:
        if column["level"] == INVOKED:
            if column["samples"].get(sample) != HOLDS:
                break
            lowest = column["sdk"]
    return lowest


def lines(recorded: Versions) -> dict[str, str]:
    """For each sample, as a sentence, what it was run with."""
    return {
        sample: _line(sample, recorded["columns"])
        for sample in recorded["digests"]
    }


def _line(sample: str, columns: Sequence[Column]) -> str:
    parts = []
    for level, holds, form in _WORDS:
        chosen = [c for c in columns if c["level"] == level]
        for python in dict.fromkeys(c["python"] for c in chosen):
            tried = {
                c["sdk"]: c["samples"][sample]
                for c in chosen
                if c["python"] == python
            }
            named = [
                sdk
                for sdk, cell in tried.items()
                if cell is not None and (cell == HOLDS) == holds
            ]
            if named:
                parts.append(form.format(span(named, list(tried)), python))
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}"


def span(held: Sequence[str], tried: Sequence[str]) -> str:
    """Versions in words, from the lowest: "2.0.0 to 2.3.0" where all that
    were tried between the two are among them."""
    first = tried.index(held[0])
    if len(held) > 2 and list(held) == tried[first : first + len(held)]:
        return f"{held[-1]} to {held[0]}"
    return ", ".join(reversed(held))
