"""A sample held to its levels; many samples side by side.

1. indexed: SDK and worker accept it, and announce what recorded/ holds;
2. invoked: every event sends and gives what recorded/ holds;
3. unit-tested: its own test passes, copied elsewhere, and reaches every line.

Then what its README.md states is held to claims.toml.
"""

from __future__ import annotations

import functools
import io
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from functions_by_example.check.settings import missing_settings
from functions_by_example.paths import DATA
from functions_by_example.processes import environments, process
from functions_by_example.protocol.answers import FunctionJson, Replayed
from functions_by_example.protocol.problem import Problem
from functions_by_example.sample import record
from functions_by_example.sample.read import (
    APP,
    TEST,
    Sample,
    SampleError,
    kept,
    line_of,
    read,
)
from functions_by_example.sdk import parameters
from functions_by_example.trials import cases, claims
from functions_by_example.trials.trial import CaseError, Trial, placed
from functions_by_example.worker import app

if TYPE_CHECKING:
    import pytest
    from jsonschema.protocols import Validator

# What a sample's test needs besides.
PRELOAD = (*environments.PRELOAD, __name__, "coverage", "pytest")
# What recorded/ holds: "functions", and "events/NAME" for each event.
type Record = dict[str, list[FunctionJson] | Replayed]


@dataclass(frozen=True)
class Verdict:
    """What became of one sample."""

    id: str
    problems: list[Problem]
    events: int
    seconds: float

    def __str__(self) -> str:
        if self.problems:
            return "\n".join(map(str, self.problems))
        return (
            f"{self.id}: indexed, {self.events} events invoked, unit-tested "
            f"({self.seconds:.1f} s)"
        )


def verify(folder: Path, seconds: float = process.SECONDS) -> Verdict:
    """Hold one sample to levels 1 to 3; each of its processes may take
    `seconds`. Nothing is raised for what is wrong with a sample."""
    start = time.perf_counter()
    events = 0
    try:
        sample = read(folder)
        events = len(sample.events)
        problems = recorded(sample, seconds).compare()
        others = list(_unit_tested(sample, seconds))
        if not (problems or others):
            others += claims.problems(sample, seconds)
        problems += [_placed(problem, folder) for problem in others]
    except SampleError as broken:
        problems = [_placed(problem, folder) for problem in broken.problems]
    return Verdict(
        id="/".join(folder.parts[-2:]),
        problems=problems,
        events=events,
        seconds=time.perf_counter() - start,
    )


def verify_all(
    folders: Iterable[Path], jobs: int | None = None
) -> Iterator[Verdict]:
    """The verdict on each sample, in order, `jobs` at a time (by default as
    many as there are processors)."""
    process.preload(PRELOAD)
    with ThreadPoolExecutor(jobs or os.cpu_count()) as pool:
        yield from pool.map(verify, folders)


def update(
    folder: Path, seconds: float = process.SECONDS
) -> tuple[list[str], list[Problem]]:
    """Rewrite recorded/: the files that changed, and the problems.

    Where there is any problem (an app that does not load, an event that does
    not fit, an error that its event does not announce), nothing is written.
    """
    try:
        sample = read(folder)
    except SampleError as broken:
        return [], [_placed(problem, folder) for problem in broken.problems]
    try:
        return recorded(sample, seconds).rewrite(), []
    except SampleError as broken:
        return [], broken.problems


def recorded(sample: Sample, seconds: float = process.SECONDS) -> Trial[Record]:
    """The trial of a sample, whose record is its folder recorded/."""
    return Trial(
        sample.id,
        sample.folder / record.FOLDER,
        functools.partial(_replayed, sample, seconds),
    )


def _placed(problem: Problem, folder: Path) -> Problem:
    """The problem with its file named from the repository's root."""
    return replace(problem, file=f"{placed(folder)}/{problem.file}")


# --- Levels 1 and 2 -------------------------------------------------------


def _replayed(sample: Sample, seconds: float) -> Record:
    """What recorded/ is to hold. Raises CaseError for what is wrong with the
    sample."""
    script, events = sample.folder / APP, sample.folder / "events"
    outcome = environments.run(
        environments.App(
            str(sample.folder),
            events={event.name: event.content for event in sample.events},
            seconds=seconds,
        )
    )
    if "ended" in outcome:
        raise CaseError([*cases.of_outcome(outcome, script, events)])
    if "error" in outcome:
        raise CaseError([cases.not_loaded(outcome["error"], script)])
    functions = outcome["functions"]
    if not functions:
        what = "the worker finds no function in it"
        raise CaseError([Problem(placed(script), 1, what)])
    problems = [
        _placed(problem, sample.folder)
        for problem in _indexing_problems(sample, functions)
    ]
    records: Record = {"functions": functions}
    for event in sample.events:
        path = events / f"{event.name}.json"
        answer = outcome["replays"][event.name]
        if "error" in answer:
            unfit = [cases.not_loaded(answer["error"], script)]
        else:
            unfit = [*cases.of_event(answer, path)]
        if not unfit:
            unfit = [*cases.unannounced(answer, event.content, path)]
        if not unfit:
            records[f"events/{event.name}"] = answer
        problems += unfit
    if problems:
        raise CaseError(problems, records)
    return records


def _indexing_problems(
    sample: Sample, functions: list[FunctionJson]
) -> Iterator[Problem]:
    emitted = [b for function in functions for b in function["bindings"]]
    for binding in emitted:
        for key in parameters.unknown_keys(binding):
            yield Problem(
                APP,
                line_of(sample.code, f"{key}="),
                f"{key!r} is no key of a {binding['type']} binding",
                "a decorator passes unknown keywords into function.json",
            )
    settings = app.settings_of(sample.folder)
    for missing in missing_settings(emitted, settings):
        yield Problem(
            "local.settings.json",
            line_of(sample.text("local.settings.json"), '"Values"'),
            f"has no setting {missing[2]!r}, which {missing[1]!r} of the "
            f"{missing[0]['type']} binding names",
            "every connection and %setting% has an entry",
        )
    yield from _host_json_problems(sample)


def _host_json_problems(sample: Sample) -> Iterator[Problem]:
    from jsonschema.exceptions import best_match

    text = sample.text("host.json")
    error = best_match(_host_json_validator().iter_errors(json.loads(text)))
    if error:
        keys = [part for part in error.absolute_path if isinstance(part, str)]
        line = line_of(text, f'"{keys[-1]}"') if keys else 1
        where = ".".join(keys) or "host.json"
        yield Problem("host.json", line, f"{where}: {error.message}")


@functools.cache
def _host_json_validator() -> Validator:
    """A validator of host.json's published schema."""
    from jsonschema import validators

    schema = published_schema("https://json.schemastore.org/host.json")
    made: Validator = validators.validator_for(schema)(schema)
    return made


@functools.cache
def published_schema(address: str) -> dict[str, object]:
    """A schema of schemastore.org, from its copy in data/. Raises OSError
    where there is none."""
    name = address.rpartition("/")[2].removesuffix(".json")
    text = (DATA / f"{name}.schema.json").read_text("utf-8")
    schema: dict[str, object] = json.loads(text)
    return schema


class Tested(TypedDict):
    """What became of a sample's own test: pytest's exit code and output, the
    line of the first failure, the lines of the app that were not reached."""

    exit: int
    output: str
    line: int
    missing: list[int]


# --- Level 3 --------------------------------------------------------------


def _unit_tested(sample: Sample, seconds: float) -> Iterator[Problem]:
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name).resolve()
        for file in kept(sample.folder):
            (copy / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(sample.folder / file, copy / file)
        try:
            outcome: Tested = process.call(
                _run_test, str(copy), seconds=seconds
            )
        except process.Ended as ended:
            yield Problem(TEST, 1, f"running it: {ended}")
            return
    if outcome["exit"] != 0:
        output = outcome["output"].replace(f"{copy}/", "").strip()
        yield Problem(
            TEST,
            outcome["line"],
            "fails:\n"
            + "\n".join(f"      {line}" for line in output.splitlines()[-40:]),
        )
    elif outcome["missing"]:
        lines = ", ".join(map(str, outcome["missing"]))
        yield Problem(
            APP,
            outcome["missing"][0],
            f"lines that {TEST} does not reach: {lines}",
            "test every effect of the app",
        )


def _run_test(folder: str) -> Tested:
    """In a process of its own: pytest on the copied sample, with coverage."""
    import contextlib

    import coverage
    import pytest

    path = Path(folder)
    for name in [n for n in os.environ if n.startswith("PYTEST")]:
        del os.environ[name]
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.chdir(path)
    sys.path[:] = [folder, *app.foreign_paths()]
    app.make_way(path)  # a sample's test gets no help of ours
    sys.dont_write_bytecode = True
    measure = coverage.Coverage(data_file=None, include=[str(path / APP)])
    output = io.StringIO()
    places = _FailureLines()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        measure.start()
        code = pytest.main(
            [
                "-q",
                "--no-header",
                "-p",
                "no:cacheprovider",
                f"--rootdir={folder}",
                TEST,
            ],
            plugins=[places],
        )
        measure.stop()
        missing = measure.analysis2(str(path / APP))[3] if code == 0 else []
    return {
        "exit": int(code),
        "output": output.getvalue(),
        "line": places.line or 1,
        "missing": missing,
    }


class _FailureLines:
    """A pytest plugin that remembers the line of the first failure."""

    line: int | None = None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and self.line is None:
            self.line = (report.location[1] or 0) + 1
