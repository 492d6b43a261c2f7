"""The one way in which something is run, recorded, compared and rewritten.

A trial is a function with the decorator `trial`, in a module of this folder:
it runs something and returns what its record is to hold. The record is one
file or, where its path is a folder, a file for each key. Nothing else writes
records.
"""

from __future__ import annotations

import difflib
import functools
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from functions_by_example import paths
from functions_by_example.processes.process import Ended
from functions_by_example.protocol.problem import Problem
from functions_by_example.sample.read import SampleError
from functions_by_example.sample.record import REMEDY, rewrite, text_of

LONGEST = 40  # lines of a difference that are shown


class CaseError(SampleError):
    """A case that is not what it announces. `problems` says why; `record` is
    what there is of the record besides, to be compared and not written."""

    def __init__(self, problems: list[Problem], record: object = None) -> None:
        super().__init__(problems)
        self.record = record


def nothing() -> str:
    """Of a trial that needs nothing special: what is missing."""
    return ""


def everything(record: object) -> object:
    """Of a trial whose record is compared as it is: the part compared."""
    return record


@dataclass(frozen=True)
class Trial[Record]:
    """Something that is run and recorded.

    `path` is the record's file, or the folder of its files. `run` gives the
    record; it raises CaseError for a case that is not what it announces.
    `missing` says what it needs and is not there, with the remedy, or "".
    `compared` is the part of a record that is the same on every machine.
    `by_hand` is the remedy where `update` leaves the record alone unless the
    trial is named.
    """

    name: str
    path: Path
    run: Callable[[], Record]
    missing: Callable[[], str] = nothing
    compared: Callable[..., object] = everything
    by_hand: str = ""

    def load(self) -> Record:
        """The record as it was last written. Raises OSError, SampleError."""
        if self.path.suffix:
            return cast(Record, _read(self.path))
        files = sorted(self.path.rglob("*.json"))
        return cast(Record, {self._key(file): _read(file) for file in files})

    def compare(self) -> list[Problem]:
        """What is wrong with a case, and where the record is not what comes
        back now."""
        missing = self.missing()
        if missing:
            return [Problem(placed(self.path), 1, f"not compared: {missing}")]
        try:
            record: object = self.run()
        except CaseError as error:
            return [*error.problems, *self._differences(error.record)]
        except SampleError as broken:
            return broken.problems
        except Ended as ended:
            return [Problem(placed(self.path), 1, f"not compared: {ended}")]
        return self.differences(record)

    def differences(self, record: object) -> list[Problem]:
        """Where the files are not this record."""
        return [*self._differences(record), *self._left_over(record)]

    def _differences(self, record: object) -> Iterator[Problem]:
        remedy = self.by_hand or REMEDY
        for path, value in self._files(record):
            yield from difference(path, value, remedy, self.compared)

    def _left_over(self, record: object) -> Iterator[Problem]:
        for path in self._others(record):
            yield Problem(
                placed(path),
                1,
                "is the record of nothing that is run",
                "run `nox -s update`, which removes it",
            )

    def rewrite(self) -> list[str]:
        """Run, and write the record: the files that changed. Raises
        SampleError, and writes nothing, where a case is not what it
        announces or something that is needed is missing."""
        missing = self.missing()
        if missing:
            problem = Problem(placed(self.path), 1, f"is kept: {missing}")
            raise SampleError([problem])
        try:
            record = self.run()
        except Ended as ended:
            problem = Problem(placed(self.path), 1, f"is kept: {ended}")
            raise SampleError([problem]) from None
        return self.write(record)

    def write(self, record: object) -> list[str]:
        """Make this the record: the files that changed."""
        changed = [
            path for path, value in self._files(record) if rewrite(path, value)
        ]
        for path in self._others(record):
            path.unlink()
            changed.append(path)
        return list(map(placed, changed))

    def _files(self, record: object) -> Iterator[tuple[Path, object]]:
        if self.path.suffix:
            if record is not None:
                yield self.path, record
        elif isinstance(record, Mapping):
            for key, value in record.items():
                yield self.path / f"{key}.json", value

    def _others(self, record: object) -> list[Path]:
        """The files below the folder that are not of this record."""
        ours = {path for path, _ in self._files(record)}
        found = self.path.rglob("*") if not self.path.suffix else ()
        return sorted(p for p in found if p.is_file() and p not in ours)

    def _key(self, file: Path) -> str:
        return file.relative_to(self.path).with_suffix("").as_posix()


def trial[Record](
    name: str,
    path: Path,
    *,
    missing: Callable[[], str] = nothing,
    compared: Callable[..., object] = everything,
    by_hand: str = "",
) -> Callable[[Callable[[], Record]], Trial[Record]]:
    """Make a function, which gives what a record is to hold, the trial of
    this name; see Trial."""

    def register(run: Callable[[], Record]) -> Trial[Record]:
        made = Trial(name, path, run, missing, compared, by_hand)
        _registered[name] = made
        return made

    return register


_registered: dict[str, Trial[object]] = {}


def every() -> Mapping[str, Trial[object]]:
    """Every trial by its name."""
    from functions_by_example import trials

    paths.import_all(trials)
    return _registered


def placed(path: Path) -> str:
    """A path from the repository's root, or as it is where it is elsewhere."""
    path = path.resolve()
    if path.is_relative_to(paths.ROOT):
        path = path.relative_to(paths.ROOT)
    return path.as_posix()


def difference(
    path: Path,
    value: object,
    remedy: str = REMEDY,
    compared: Callable[..., object] = everything,
) -> Iterator[Problem]:
    """A problem where a file is missing, or does not hold this value."""
    file = placed(path)
    try:
        recorded = path.read_text(encoding="utf-8")
        if compared is not everything:
            recorded = text_of(compared(json.loads(recorded)))
    except FileNotFoundError:
        yield Problem(file, 1, "is missing", "run `nox -s update`")
        return
    except (OSError, ValueError) as error:
        yield Problem(file, 1, f"cannot be read: {error}", remedy)
        return
    current = text_of(compared(value))
    if recorded == current:
        return
    before, after = recorded.splitlines(), current.splitlines()
    pairs = enumerate(zip(before, after, strict=False), 1)
    shorter = min(len(before), len(after)) + 1
    line = next((n for n, (a, b) in pairs if a != b), shorter)
    changes = list(
        difflib.unified_diff(before, after, "recorded", "now", "", "", 1, "")
    )[2 : 2 + LONGEST]
    shown = "\n".join(f"      {change}" for change in changes)
    yield Problem(
        file,
        min(line, max(len(before), 1)),
        f"is not what came back:\n{shown or '      (white space)'}",
        remedy,
    )


def _read(path: Path) -> object:
    return _parsed(path, path.stat().st_mtime_ns)


@functools.lru_cache
def _parsed(path: Path, changed: int) -> object:
    try:
        return json.loads(path.read_text("utf-8"))
    except ValueError as error:
        line = getattr(error, "lineno", 1)
        problem = Problem(placed(path), line, f"is not JSON: {error}", REMEDY)
        raise SampleError([problem]) from None
