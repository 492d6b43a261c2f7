"""What came back from the worker, kept as JSON: in a sample's recorded/ folder,
and wherever something else is recorded. No hand writes it.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

FOLDER = "recorded"
FUNCTIONS = f"{FOLDER}/functions.json"
REMEDY = "if the change is meant, run `nox -s update` and read the difference"


def event_file(name: str) -> str:
    """Where the record of events/<name>.json stands."""
    return f"{FOLDER}/events/{name}.json"


def text_of(value: object) -> str:
    """A record as it is written."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def load(folder: Path, file: str) -> Any:
    """One record of the sample in this folder, of the type that was written.
    Raises OSError, ValueError."""
    return json.loads((folder / file).read_text(encoding="utf-8"))


def rewrite(path: Path, value: object) -> bool:
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
