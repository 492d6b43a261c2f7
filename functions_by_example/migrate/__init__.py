"""From the names of azure-functions 1.10.1 to 1.13.3 to today's.

`plan` reads a file or an app's folder and says what is to change; `apply`
changes it, all of it or nothing. No code of the app is run.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from functions_by_example.migrate import calls, files, rewrite, source
from functions_by_example.sdk import former

__all__ = [
    "NotWritten",
    "Plan",
    "Remark",
    "Unusable",
    "apply",
    "diff",
    "plan",
    "summary",
]

SCRIPT = "function_app.py"


class Unusable(Exception):  # noqa: N818 (wrong usage)
    """There is nothing to migrate at this path."""


class NotWritten(Exception):  # noqa: N818 (everything is as it was)
    """Nothing was written; `str()` names file and line, and says why."""


@dataclass(frozen=True)
class Remark:
    """What is to be said of a line of a file, under the name that the path
    was given with. An "error" keeps everything from being written, "left" is
    a place left as it is, "note" is for information."""

    file: str
    line: int
    kind: calls.Kind
    text: str

    def __str__(self) -> str:
        kind = "left alone" if self.kind == "left" else self.kind
        return f"{self.file}:{self.line}: {kind}: {self.text}"


@dataclass(frozen=True)
class File:
    """A file that changes: its name as given, what it holds and is to
    hold."""

    path: Path
    name: str
    before: bytes
    after: bytes
    encoding: str
    changes: int


@dataclass(frozen=True)
class Plan:
    """What is to change, and what is to be said; nothing has changed yet."""

    files: tuple[File, ...]
    remarks: tuple[Remark, ...]

    @property
    def refused(self) -> bool:
        """Whether an error keeps everything from being written."""
        return any(remark.kind == "error" for remark in self.remarks)

    @property
    def decided(self) -> bool:
        """Whether nothing is left to be seen to by hand."""
        return all(remark.kind == "note" for remark in self.remarks)


def plan(path: Path, cosmos: former.Cosmos = "v4") -> Plan:
    """What becomes of a Python file, or of all those of an app's folder.
    Raises Unusable where the path is neither."""
    if path.is_dir():
        root = path.resolve()
        try:
            found = list(files.python_files(root))
        except OSError as error:
            raise Unusable(f"{path}: {error.strerror}") from None
    elif path.is_symlink():
        raise Unusable(f"{path}: is a symbolic link: name what it leads to")
    elif path.is_file() and path.suffix == ".py":
        root, found = path.resolve().parent, [path.resolve()]
    elif path.exists():
        raise Unusable(f"{path}: is neither a folder nor a .py file")
    else:
        raise Unusable(f"{path}: there is no such file or folder")
    return _planned(path, root, found, cosmos)


def _planned(
    path: Path, root: Path, found: list[Path], cosmos: former.Cosmos
) -> Plan:
    sources = _Sources(root)
    remarks: list[Remark] = []
    changed: list[File] = []
    makes: set[str] = set()
    for file in found:
        name = _shown(path, root, file)
        try:
            data = sources.data(file)
            if not _may_concern(data):
                source.check(data)
                continue
            here = sources.load(file)
            result = rewrite.rewrite(here, cosmos)
        except source.Broken as broken:
            remarks.append(Remark(name, broken.line, "error", broken.why))
            continue
        except RecursionError:
            remarks.append(Remark(name, 1, "error", "is nested too deep"))
            continue
        except OSError as error:
            why = f"cannot be read: {error.strerror}"
            remarks.append(Remark(name, 1, "error", why))
            continue
        remarks += [
            Remark(name, r.line, r.kind, r.text) for r in result.remarks
        ]
        makes |= result.makes
        if result.data != data:
            remarks += _checked(name, result.data)
            encoding = here.module.encoding
            changed.append(
                File(file, name, data, result.data, encoding, result.changes)
            )
    if not any(r.kind == "error" for r in remarks):
        remarks += _without_app(path, found, makes)
    return Plan(tuple(changed), tuple(remarks))


def _may_concern(data: bytes) -> bool:
    """Whether a file can hold anything of the SDK, whatever it calls it: what
    an app has besides is not looked at any closer."""
    words = ("azure", "getattr", former.APPLICATION, *former.renames())
    return any(word.encode() in data for word in words)


def _checked(name: str, data: bytes) -> Iterator[Remark]:
    """An error where what came out is no Python: then the fault is ours."""
    try:
        source.check(data)
    except source.Broken as broken:
        why = f"comes out wrong, which is a fault of migrate: {broken.why}"
        yield Remark(name, broken.line, "error", why)


def _without_app(
    path: Path, found: list[Path], makes: set[str]
) -> Iterator[Remark]:
    """An error where nothing here makes an app; in a single file a blueprint
    will do."""
    apps = former.apps() | set(source.DURABLE[:1])
    if path.is_dir():
        if not makes & apps:
            script = path / SCRIPT
            what = "there is no app in this folder: "
            if not found:
                what = "there is no Python file in this folder: "
            text = f"{what}`app = func.FunctionApp()` belongs here"
            yield Remark(str(script), 1, "error", text)
    elif not makes and not _uses_sdk(path):
        text = "this file makes no app and no blueprint, and imports none"
        yield Remark(str(path), 1, "error", text)


def _uses_sdk(path: Path) -> bool:
    return source.SDK.encode() in path.read_bytes()


def _shown(path: Path, root: Path, file: Path) -> str:
    """A file's name, from what was given."""
    if path.is_dir():
        return os.path.join(path, file.relative_to(root))
    return str(path)


class _Sources:
    """The files of an app, each read and parsed once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._data: dict[Path, bytes] = {}
        self._loaded: dict[Path, source.Source] = {}

    def data(self, file: Path) -> bytes:
        if file not in self._data:
            self._data[file] = file.read_bytes()
        return self._data[file]

    def load(self, file: Path) -> source.Source:
        """Raises Broken and OSError."""
        if file not in self._loaded:
            self._loaded[file] = source.parse(
                file, self.data(file), self.module
            )
        return self._loaded[file]

    def module(self, dotted: str, seen_from: Path) -> source.Source | None:
        """The file of a module, looked for from the importing file's folder
        up to the root."""
        levels = len(dotted) - len(dotted.lstrip("."))
        parts = [part for part in dotted.split(".") if part]
        folders = [
            folder
            for folder in seen_from.parents
            if folder == self.root or self.root in folder.parents
        ]
        if levels:
            folders = folders[levels - 1 : levels]
        for folder in folders if parts or levels else []:
            base = folder.joinpath(*parts)
            for file in (base.with_name(f"{base.name}.py"), base / INIT):
                if file.is_file() and not file.is_symlink():
                    try:
                        return self.load(file)
                    except (source.Broken, OSError):
                        return None
        return None


INIT = "__init__.py"


def diff(planned: Plan) -> str:
    """The changes, as `diff -u` writes them."""
    lines: list[str] = []
    for file in planned.files:
        before, after = (
            data.decode(file.encoding).splitlines(keepends=True)
            for data in (file.before, file.after)
        )
        for line in difflib.unified_diff(before, after, file.name, file.name):
            lines.append(line)
            if not line.endswith(("\n", "\r")):
                lines.append("\n\\ No newline at end of file\n")
    return "".join(lines)


def apply(planned: Plan) -> dict[str, str]:
    """Write what is planned; the backup of each file. Raises NotWritten, with
    every file as it was; ValueError for a plan with errors."""
    if planned.refused:
        raise ValueError("a plan with errors is not to be written")
    by_path = {str(file.path): file for file in planned.files}
    try:
        backups = files.replace(
            {file.path: file.after for file in planned.files},
            {file.path: file.before for file in planned.files},
        )
    except OSError as error:
        file = by_path.get(str(error.filename), planned.files[0])
        why = f"{file.name}:{_first(file)}: error: {error.strerror}"
        raise NotWritten(why) from error
    return {file.name: backups[file.path].name for file in planned.files}


def _first(file: File) -> int:
    """The first line that changes."""
    pairs = zip(file.before.splitlines(), file.after.splitlines(), strict=False)
    return next((n for n, (a, b) in enumerate(pairs, 1) if a != b), 1)


def summary(planned: Plan) -> str:
    """How much there is to do, in a sentence."""
    count = sum(file.changes for file in planned.files)
    left = sum(remark.kind == "left" for remark in planned.remarks)
    if planned.refused:
        errors = sum(remark.kind == "error" for remark in planned.remarks)
        return f"{_counted(errors, 'error')}: nothing is written"
    text = "nothing to change"
    if planned.files:
        where = _counted(len(planned.files), "file")
        text = f"{_counted(count, 'change')} in {where}"
    return f"{text}, {_counted(left, 'place')} left alone"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
