"""Which SDK and Python the samples have been run with.

Each interpreter that is given runs every sample (`other_python`); what it
gives is compared with what the samples' recorded/ holds. The outcomes are kept
in data/versions.json, a column for each SDK and Python, from which the pages
show them. `update` rewrites the record; nothing else touches it.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from functions_by_example.paths import DATA, ROOT, SAMPLES
from functions_by_example.sample import record
from functions_by_example.sample.read import README, TEST, Problem, find, kept

Json = Any

RECORD = DATA / "versions.json"
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
_RUN = "functions_by_example.processes.other_python"
# What of a sample takes no part in indexing and invoking it.
_NO_PART = (README, TEST, ".funcignore", "requirements.txt")


# --- Running ----------------------------------------------------------------


def run(python: str, samples: Path = SAMPLES) -> Json:
    """What became of every sample in this interpreter.

    A column of the record: the versions, the level, and for each sample the
    differences from what it has recorded. Raises RuntimeError where the
    interpreter ends without an answer.
    """
    folders = list(map(str, find(samples)))
    done = subprocess.run(
        [python, "-m", _RUN, *folders],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:]
        raise RuntimeError(f"{python} gave no answer: {' '.join(last)}")
    answer = json.loads(done.stdout)
    return {
        "sdk": answer["sdk"],
        "worker": answer["worker"],
        "python": answer["python"],
        "requires": answer["requires"],
        "level": INVOKED if answer["worker"] else LISTED,
        "samples": {
            name: list(_differences(samples / name, outcome))
            for name, outcome in answer["samples"].items()
        },
    }


def _differences(folder: Path, outcome: Json) -> Iterator[str]:
    """Where an outcome is not what the sample has recorded."""
    if "error" in outcome:
        yield f"{outcome['error']['type']}: {outcome['error']['message']}"
    elif "replays" in outcome:
        now = {record.FUNCTIONS: outcome["functions"]} | {
            record.event_file(name): answer
            for name, answer in outcome["replays"].items()
        }
        for file, value in now.items():
            for problem in record.compare(folder, file, value):
                result = value["result"] if file != record.FUNCTIONS else {}
                yield _in_words(problem, result.get("error"))
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


def _in_words(problem: Problem, error: Json) -> str:
    """What differs: the error that came instead, or the lines."""
    file = problem.file.removeprefix(f"{record.FOLDER}/")
    if error:
        return f"{file}: {error['type']}: {error['message']}"
    return f"{file} {problem.what}"


# --- The record -------------------------------------------------------------


def load() -> Json:
    """The record as it was last written; an empty one where there is none."""
    if not RECORD.is_file():
        return {"digests": {}, "columns": [], "missing": []}
    return json.loads(RECORD.read_text("utf-8"))


def merged(
    before: Json,
    run_now: Iterable[Json],
    missing: Sequence[str] = (),
    samples: Path = SAMPLES,
) -> Json:
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
            columns.append(old | {"samples": cells})
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


def stale(recorded: Json, samples: Path = SAMPLES) -> Iterator[str]:
    """What the record does not say of the samples as they are."""
    now = digests(samples)
    for name in sorted(now.keys() | recorded["digests"].keys()):
        if name not in now:
            yield f"{name} is no sample any more; {REMEDY}"
        elif name not in recorded["digests"]:
            yield f"{name} was never run with other versions; {REMEDY}"
        elif now[name] != recorded["digests"][name]:
            yield f"{name} has changed since it was run; {REMEDY}"
    for column in recorded["columns"]:
        for name in sorted(now.keys() ^ column["samples"].keys()):
            yield f"{title(column)}: nothing of {name}; {REMEDY}"


def changes(before: Json, after: Json) -> Iterator[str]:
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


def title(column: Json) -> str:
    """A column's name."""
    return f"azure-functions {column['sdk']} on Python {column['python']}"


def write(value: Json) -> bool:
    """Make this the record; whether it changed."""
    return record.rewrite(RECORD, value)


def _newest(column: Mapping[str, Json]) -> tuple[bool, list[int], list[int]]:
    """Orders columns: what was invoked, the SDK, the Python."""
    sdk, python = (
        [int(part) if part.isdigit() else 0 for part in column[key].split(".")]
        for key in ("sdk", "python")
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


def lines(recorded: Json) -> dict[str, str]:
    """For each sample, as a sentence, what it was run with."""
    return {
        sample: _line(sample, recorded["columns"])
        for sample in recorded["digests"]
    }


def _line(sample: str, columns: Sequence[Json]) -> str:
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
