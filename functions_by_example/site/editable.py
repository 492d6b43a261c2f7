"""A sample as the editor in the browser takes it; and why one cannot.

What stands beside the page as JSON, fetched when a reader presses Run.
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NotRequired, TypedDict

from functions_by_example.protocol import came_back
from functions_by_example.protocol.came_back import Part
from functions_by_example.sample.read import APP, TEST, Sample, kept
from functions_by_example.sample.recorded import Entry
from functions_by_example.trials import new

DATA = "playground.json"
PAGE = "playground/index.md"
EMPTY = "playground/empty.json"
EMPTY_TITLE = "An empty app"
SAMPLES = "playground/samples.json"
# What an app may import there: the standard library without these, and the
# SDK. Source: https://pyodide.org/en/stable/usage/wasm-constraints.html
NOT_THERE = {
    "multiprocessing": "other processes",
    "socket": "the network",
    "subprocess": "other processes",
    "threading": "threads",
}
_SDK = "azure.functions"


class Recorded(TypedDict):
    """What is recorded of a sample, worded as the engine words what comes
    back in the browser: function.json, and the parts for each event."""

    functions: str
    events: dict[str, list[Part]]


class Editable(TypedDict):
    """An app for the editor, each file by its name as text."""

    id: str
    title: str
    name: str
    files: dict[str, str]
    events: dict[str, str]
    recorded: NotRequired[Recorded]


def data(entry: Entry) -> Editable:
    """A sample with its events and records."""
    sample = entry.sample
    names = [event.name for event in entry.events]
    return {
        "id": sample.id,
        "title": sample.title,
        "name": sample.name,
        "files": dict(_files(sample.folder)),
        "events": {name: entry.files[f"events/{name}.json"] for name in names},
        "recorded": {
            "functions": came_back.function_json(entry.functions),
            "events": {
                name: came_back.parts(
                    entry.replays[name]["result"], entry.types(name)
                )
                for name in names
            },
        },
    }


def empty(samples: Path) -> Editable:
    """An app without functions, with the settings that every app has."""
    files = {
        name: (samples / new.COPIED_FROM / name).read_text("utf-8")
        for name in new.COPIED
    }
    app = "import azure.functions as func\n\napp = func.FunctionApp()\n"
    return {
        "id": "",
        "title": EMPTY_TITLE,
        "name": "app",
        "files": {APP: app} | files,
        "events": {},
    }


def written(value: object) -> str:
    """As the file has it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def hindrance(sample: Sample) -> str:
    """Why the sample cannot run in a browser; empty where it can.

    It can where it imports the SDK, its own modules and what of the standard
    library works there.
    """
    own = {path.parts[0].removesuffix(".py") for path in kept(sample.folder)}
    for path in kept(sample.folder):
        if path.suffix != ".py" or path.name == TEST:
            continue
        tree = ast.parse((sample.folder / path).read_text("utf-8"))
        for name in _imported(tree):
            first = name.partition(".")[0]
            if first in NOT_THERE:
                return f"it needs {NOT_THERE[first]}"
            known = first in own or first in sys.stdlib_module_names
            if not known and f"{name}.".find(f"{_SDK}.") != 0:
                return f"it needs {name}"
    return ""


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module or ""


def _files(folder: Path) -> Iterator[tuple[str, str]]:
    """The files that a reader keeps, as far as they are text."""
    for path in kept(folder):
        try:
            yield path.as_posix(), (folder / path).read_text("utf-8")
        except UnicodeDecodeError:
            continue
