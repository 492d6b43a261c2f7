"""Which files an app has, and how all of them change or none does."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

BACKUP = ".bak"
CHANGED = "was changed in the meantime"
# Folders that hold other people's code.
OTHERS = ("__pycache__", "node_modules", "site-packages")
ENVIRONMENT = "pyvenv.cfg"


def python_files(folder: Path) -> Iterator[Path]:
    """Every Python file below a folder, but those of virtual environments,
    of .python_packages and other hidden folders, and what symbolic links
    lead to. Raises OSError for a folder that cannot be read."""
    for name, folders, files in os.walk(folder, onerror=_raise):
        here = Path(name)
        folders[:] = sorted(
            below
            for below in folders
            if below not in OTHERS
            and not below.startswith(".")
            and not (here / below / ENVIRONMENT).exists()
        )
        for file in sorted(files):
            path = here / file
            if path.suffix == ".py" and not path.is_symlink():
                yield path


def _raise(error: OSError) -> None:
    raise error


def is_read_only(path: Path) -> bool:
    """Whether a file's mode lets nobody write it; whoever asks: the
    superuser, too, is to respect it."""
    return not path.stat().st_mode & 0o222 or not os.access(path, os.W_OK)


def replace(
    changed: Mapping[Path, bytes], before: Mapping[Path, bytes]
) -> dict[Path, Path]:
    """Give files new contents, all of them or none; the backup of each.

    `before` is what was read: a file that is something else by now stops
    everything. What is new stands in files of its own, and the backups are
    made, before the first file is replaced. Raises OSError, with every file
    as it was.
    """
    drafts: dict[Path, Path] = {}
    backups: dict[Path, Path] = {}
    replaced: list[Path] = []
    try:
        for path, data in changed.items():
            if is_read_only(path):
                raise OSError(errno.EACCES, "is read-only", str(path))
            if path.read_bytes() != before[path]:
                raise OSError(errno.EBUSY, CHANGED, str(path))
            drafts[path] = _draft(path, data)
        for path in changed:
            backups[path] = _backup(path, before[path])
        for path, draft in drafts.items():
            replaced.append(path)
            os.replace(draft, path)
    except BaseException:
        for path in replaced:
            if path.read_bytes() != before[path]:
                os.replace(_draft(path, before[path], backups[path]), path)
        for left in (*drafts.values(), *backups.values()):
            with contextlib.suppress(OSError):
                left.unlink(missing_ok=True)
        raise
    return backups


def _draft(path: Path, data: bytes, like: Path | None = None) -> Path:
    """A file beside this one, with other contents and the same mode."""
    number, name = tempfile.mkstemp(".new", f".{path.name}.", path.parent)
    draft = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _like(draft, like or path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return draft


def _like(path: Path, other: Path) -> None:
    """Give a file another's mode and owner."""
    about = other.stat()
    if hasattr(os, "chown") and (about.st_uid, about.st_gid) != (
        path.stat().st_uid,
        path.stat().st_gid,
    ):
        os.chown(path, about.st_uid, about.st_gid)
    os.chmod(path, stat.S_IMODE(about.st_mode))


def _backup(path: Path, data: bytes) -> Path:
    """A copy of a file beside it, under a name that is free."""
    number = 1
    while True:
        ending = BACKUP if number == 1 else f"{BACKUP}{number}"
        backup = path.with_name(path.name + ending)
        try:
            with backup.open("xb") as file:
                file.write(data)
        except FileExistsError:
            number += 1
            continue
        shutil.copystat(path, backup)
        return backup
