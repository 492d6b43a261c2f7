"""What several parts show alike: a file, an error, what came back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from markupsafe import Markup

from functions_by_example.protocol.answers import (
    ErrorJson,
    FunctionJson,
    Result,
)
from functions_by_example.protocol.came_back import types_of
from functions_by_example.site import html, markup


def file_of(folder: Path, file: str) -> Markup:
    """A file with its name above it. Raises KeyError."""
    path = folder / file
    if not path.is_file():
        raise KeyError(f"{folder.name}/{file}")
    text = path.read_text("utf-8").rstrip("\n")
    code = markup.highlighted(text, markup.language(file))
    return html.render("labelled.html", label=file, code=code, wraps=False)


def labelled(label: str, text: str) -> Markup:
    """A text that must be read, with its source above it."""
    code = markup.escaped(text)
    return html.render("labelled.html", label=label, code=code, wraps=True)


def came_back(result: Result, functions: Iterable[FunctionJson] = ()) -> Markup:
    """What came back for an event, of an app that is shown elsewhere: so no
    line is a link. `functions` give the outputs their types."""
    bindings = (each for function in functions for each in function["bindings"])
    return markup.parts(result, types_of(bindings), linked=False)


def worded(error: ErrorJson) -> str:
    """The type and the message of an error."""
    return f"{error['type']}: {error['message']}"


def in_json(value: object) -> str:
    """A value as JSON, on one line."""
    return json.dumps(value, ensure_ascii=False)
