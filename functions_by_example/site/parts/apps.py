"""What the pages of docs/learn show of their small apps: code, what the worker
and the check say, what came back. The record is that of trials/apps.py."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from markupsafe import Markup

from functions_by_example.protocol.answers import (
    Binding,
    FunctionJson,
)
from functions_by_example.site import html
from functions_by_example.site.parts import part
from functions_by_example.site.parts.shown import (
    came_back,
    file_of,
    in_json,
    labelled,
    worded,
)
from functions_by_example.site.site import Site
from functions_by_example.trials.apps import APPS, Case, record_file

# What is shown for the folder of a case in what the check says.
FOLDER = "app"
# The keys of a binding that are shown without their names.
_FIRST = ("direction", "type", "name")


@part("code")
def code(name: str, file: str = "function_app.py", *, site: Site) -> str:
    """A file of the case, with its name above it."""
    return file_of(site.docs / "learn" / APPS / name, file)


@part("worker")
def worker(name: str, *, site: Site) -> str:
    """What the worker says of the case: each function with its bindings, or
    why it refuses the app."""
    said = _record(site, name)
    if "error" in said:
        return labelled("The worker refuses the app", worded(said["error"]))
    if not said["functions"]:
        return labelled("The worker finds", "0 functions, and no error")
    return labelled(
        "The worker finds", "\n".join(_functions(said["functions"]))
    )


@part("checked")
def checked(name: str, *, site: Site) -> str:
    """What `nox -s check` says of the case."""
    found = _record(site, name)["check"]
    if not found:
        return labelled("The check says", "no error and no warning")
    lines = []
    for problem in found:
        where = FOLDER
        if problem["file"]:
            where += f"/{problem['file']}"
        if problem["line"]:
            where += f":{problem['line']}"
        message = " ".join(problem["message"].split())
        lines += [
            f"{where}: {problem['severity']} {problem['code']}: {message}",
            f"  {problem['hint']}",
        ]
    return labelled("The check says", "\n".join(lines))


@part("answer")
def answer(name: str, event: str, *, site: Site) -> str:
    """What came back for an event of the case, as a sample's page shows it."""
    replay = _record(site, name)["replays"][event]
    return html.render("result.html", result=came_back(replay["result"]))


@part("drawing")
def drawing(name: str, *, site: Site) -> str:
    """An SVG of docs/assets as part of the page, so that it takes the colours
    of the page's scheme. Raises KeyError."""
    path = site.docs / "assets" / f"{name}.svg"
    if not path.is_file():
        raise KeyError(name)
    svg = " ".join(path.read_text("utf-8").split("\n"))
    return html.render("drawing.html", svg=Markup(svg.strip()))


def _record(site: Site, name: str) -> Case:
    path = site.docs / "learn" / record_file(name)
    if not path.is_file():
        raise KeyError(name)
    found: Case = json.loads(path.read_text("utf-8"))
    return found


def _functions(functions: Iterable[FunctionJson]) -> Iterator[str]:
    for function in functions:
        yield function["name"]
        yield from map(_binding, function["bindings"])


def _binding(binding: Binding) -> str:
    first = f"{binding['direction']} {binding['type']} {binding['name']}"
    others = ", ".join(
        f"{key}={in_json(value)}"
        for key, value in binding.items()
        if key not in _FIRST
    )
    return f"  {first} ({others})" if others else f"  {first}"
