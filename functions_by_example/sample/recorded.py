"""A sample with its records: everything that is shown of it."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from functions_by_example.protocol.answers import FunctionJson, Replay
from functions_by_example.protocol.came_back import types_of
from functions_by_example.sample import record
from functions_by_example.sample.read import (
    TEST,
    Event,
    Problem,
    Sample,
    SampleError,
    read,
)

# The files behind the tabs, after function.json, which is recorded.
SHOWN_FILES = ("host.json", "local.settings.json", "requirements.txt", TEST)


@dataclass(frozen=True)
class Entry:
    """A sample and everything else that its page shows."""

    sample: Sample
    functions: list[FunctionJson]
    replays: Mapping[str, Replay]
    files: Mapping[str, str]

    @property
    def events(self) -> list[Event]:
        """What goes well comes first and errors last, a short event before a
        long one."""
        return sorted(self.sample.events, key=self._trouble)

    def types(self, event: str) -> dict[str, str]:
        """The types of the bindings, by their names, of the function to which
        this event was delivered."""
        name = self.replays[event]["function"]
        (bindings,) = (
            function["bindings"]
            for function in self.functions
            if function["name"] == name
        )
        return types_of(bindings)

    def _trouble(self, event: Event) -> tuple[bool, int, int, str]:
        result = self.replays[event.name]["result"]
        http = (result.get("return") or {}).get("http")
        status = http.get("status", 0) if isinstance(http, dict) else 0
        length = len(self.files[f"events/{event.name}.json"])
        return "error" in result, status, length, event.name


@functools.cache
def load(folder: Path) -> Entry:
    """The sample in this folder with its records. Raises SampleError, whose
    problems name the files from the repository's root."""
    base = "/".join(("samples", *folder.parts[-2:]))
    problems: list[Problem] = []
    replays: dict[str, Replay] = {}
    try:
        sample = read(folder)
        functions = _record(folder, record.FUNCTIONS, problems)
        for event in sample.events:
            file = record.event_file(event.name)
            replays[event.name] = _record(folder, file, problems)
        if problems:
            raise SampleError(problems)
    except SampleError as broken:
        raise SampleError(
            [replace(p, file=f"{base}/{p.file}") for p in broken.problems]
        ) from None
    files = (*SHOWN_FILES, *(f"events/{name}.json" for name in replays))
    return Entry(
        sample=sample,
        functions=functions,
        replays=replays,
        files={name: sample.text(name) for name in files},
    )


def _record(folder: Path, file: str, problems: list[Problem]) -> Any:
    """One record of a sample; None, and a problem, where it cannot be read."""
    try:
        return record.load(folder, file)
    except OSError as error:
        what, remedy = (
            f"cannot be read: {error.strerror}",
            "run `nox -s update`",
        )
        problems.append(Problem(file, 1, what, remedy))
    except ValueError as error:
        line = getattr(error, "lineno", 1)
        what = f"is not JSON: {error}"
        problems.append(Problem(file, line, what, record.REMEDY))
    return None
