"""The beginnings of a sample: every file that one has, ready to be edited."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

from functions_by_example.paths import DATA

# The files that are the same, or nearly, in every sample.
COPIED = (
    "host.json",
    "local.settings.json",
    "requirements.txt",
    ".funcignore",
)
COPIED_FROM = "http/route"

BEGINNING = DATA / "beginning.toml"


def create(samples: Path, name: str) -> Path:
    """Make the folder `samples`/service/name, a complete small sample.

    Raises ValueError for a name that is not service/name in lower case, and
    for a folder that exists.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*/[a-z][a-z0-9_]*", name):
        raise ValueError(
            f"{name}: a sample is named service/name in lower case, such as "
            "queue/queue_trigger"
        )
    folder = samples / name
    if folder.exists():
        raise ValueError(f"{folder}: exists already")
    (folder / "events").mkdir(parents=True)
    for file in COPIED:
        shutil.copyfile(samples / COPIED_FROM / file, folder / file)
    for file, text in tomllib.loads(BEGINNING.read_text("utf-8")).items():
        (folder / file).write_text(text, encoding="utf-8", newline="\n")
    return folder
