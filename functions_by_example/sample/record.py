"""What came back from the worker, kept in a sample's recorded/ folder.

`compare` reads, `write` rewrites; nothing else touches the folder, and no
hand does.
"""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from functions_by_example.sample.read import Problem

Json = Any

FOLDER = "recorded"
FUNCTIONS = f"{FOLDER}/functions.json"
REMEDY = "if the change is meant, run `nox -s update` and read the difference"


def event_file(name: str) -> str:
    """Where the record of events/<name>.json stands."""
    return f"{FOLDER}/events/{name}.json"


def text_of(value: Json) -> str:
    """A record as it is written."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def load(folder: Path, file: str) -> Json:
    """One record of the sample in this folder."""
    return json.loads((folder / file).read_text(encoding="utf-8"))


def compare(folder: Path, file: str, value: Json) -> Iterator[Problem]:
    """A problem where the record is missing, or is not what came back now."""
    try:
        recorded = (folder / file).read_text(encoding="utf-8")
    except FileNotFoundError:
        yield Problem(file, 1, "is missing", "run `nox -s update`")
        return
    except (OSError, UnicodeDecodeError) as error:
        yield Problem(file, 1, f"cannot be read: {error}", REMEDY)
        return
    current = text_of(value)
    if recorded == current:
        return
    before, after = recorded.splitlines(), current.splitlines()
    same = next(
        (
            n
            for n, (a, b) in enumerate(zip(before, after, strict=False))
            if a != b
        ),
        min(len(before), len(after)),
    )
    changes = list(
        difflib.unified_diff(before, after, "recorded", "now", "", "", 1, "")
    )
    difference = "\n".join(f"      {line}" for line in changes[2:42])
    yield Problem(
        file,
        min(same + 1, max(len(before), 1)),
        f"is not what came back:\n{difference or '      (white space)'}",
        REMEDY,
    )


def left_over(folder: Path, files: Mapping[str, Json]) -> list[Path]:
    """Files below recorded/ that none of these records is."""
    kept = {folder / file for file in files}
    return sorted(
        path
        for path in (folder / FOLDER).rglob("*")
        if path.is_file() and path not in kept
    )


def rewrite(path: Path, value: Json) -> bool:
    """Make the file hold this record, in one step; whether it changed."""
    text = text_of(value)
    try:
        if path.read_text(encoding="utf-8") == text:
            return False
    except (OSError, UnicodeDecodeError):
        pass
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    draft.write_text(text, encoding="utf-8", newline="\n")
    os.replace(draft, path)
    return True


def write(folder: Path, files: Mapping[str, Json]) -> list[str]:
    """Make recorded/ hold these records and nothing else; what changed."""
    changed = [
        file for file, value in files.items() if rewrite(folder / file, value)
    ]
    for path in left_over(folder, files):
        path.unlink()
        changed.append(path.relative_to(folder).as_posix())
    return changed
