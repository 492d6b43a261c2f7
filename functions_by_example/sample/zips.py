"""Zip files whose bytes depend on the files alone: order, dates and permissions
are fixed, and nothing is compressed, since zlib's releases differ."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Mapping
from pathlib import PurePosixPath

DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip file can hold
UNIX = 3
FILE, FOLDER = stat.S_IFREG | 0o644, stat.S_IFDIR | 0o755


def stored(*parts: Mapping[str, bytes], folders: bool = False) -> bytes:
    """A zip file of files by name: of each part after the other, by name
    within one. With `folders`, their folders have entries too, which Python
    needs to import a package without an `__init__.py` from it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        there: set[str] = set()
        for files in parts:
            above = _above(files) if folders else set()
            for name in sorted({*files, *above} - there):
                info = zipfile.ZipInfo(name, DATE)
                info.create_system = UNIX
                mode = FOLDER if name in above else FILE
                info.external_attr = mode << 16
                archive.writestr(info, files.get(name, b""))
            there |= {*files, *above}
    return buffer.getvalue()


def _above(files: Mapping[str, bytes]) -> set[str]:
    return {
        f"{parent}/"
        for name in files
        for parent in PurePosixPath(name).parents
        if parent != PurePosixPath(".")
    }
