"""A sample with its records: everything that is shown of it."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from functions_by_example.sample import record
from functions_by_example.sample.read import (
    TEST,
    Event,
    Problem,
    Sample,
    SampleError,
    read,
)

Json = Any

# The files behind the tabs, after function.json, which is recorded.
SHOWN_FILES = ("host.json", "local.settings.json", "requirements.txt", TEST)


@dataclass(frozen=True)
class Entry:
    """A sample and everything else that its page shows."""

    sample: Sample
    functions: Json
    replays: Mapping[str, Json]
    files: Mapping[str, str]

    @property
    def events(self) -> list[Event]:
        """What goes well comes first and errors last, a short event before a
        long one."""
        return sorted(self.sample.events, key=self._trouble)

    def _trouble(self, event: Event) -> tuple[bool, int, int, str]:
        result = self.replays[event.name]["result"]
        http = (result.get("return") or {}).get("http") or {}
        length = len(self.files[f"events/{event.name}.json"])
        return "error" in result, http.get("status", 0), length, event.name


@functools.cache
def load(folder: Path) -> Entry:
    """The sample in this folder with its records. Raises SampleError, whose
    problems name the files from the repository's root."""
    base = "/".join(("samples", *folder.parts[-2:]))
    try:
        sample = read(folder)
        records = [record.FUNCTIONS]
        records += [record.event_file(event.name) for event in sample.events]
        functions, *replays = _records(folder, records)
    except SampleError as broken:
        raise SampleError(
            [replace(p, file=f"{base}/{p.file}") for p in broken.problems]
        ) from None
    names = [event.name for event in sample.events]
    events = [f"events/{name}.json" for name in names]
    return Entry(
        sample=sample,
        functions=functions,
        replays=dict(zip(names, replays, strict=True)),
        files={name: sample.text(name) for name in (*SHOWN_FILES, *events)},
    )


def _records(folder: Path, files: Iterable[str]) -> list[Json]:
    found, problems = [], []
    for file in files:
        try:
            found.append(record.load(folder, file))
        except OSError as error:
            problems.append(
                Problem(
                    file,
                    1,
                    f"cannot be read: {error.strerror}",
                    "run `nox -s update`",
                )
            )
        except ValueError as error:
            problems.append(
                Problem(
                    file,
                    getattr(error, "lineno", 1),
                    f"is not JSON: {error}",
                    record.REMEDY,
                )
            )
    if problems:
        raise SampleError(problems)
    return found
