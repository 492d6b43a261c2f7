"""What the pages of docs/learn show of their small apps: code, what the worker
and the check say, what came back. The record is that of trials/apps.py."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from markupsafe import Markup

from functions_by_example.site import html, markup
from functions_by_example.site.parts import part
from functions_by_example.site.site import Site
from functions_by_example.trials.apps import APPS, record_file

Json = Any

# What is shown for the folder of a case in what the check says.
FOLDER = "app"
# The keys of a binding that are shown without their names.
_FIRST = ("direction", "type", "name")


@part("code")
def code(name: str, file: str = "function_app.py", *, site: Site) -> str:
    """A file of the case, with its name above it."""
    return file_of(site.docs / "learn" / APPS / name, file)


def file_of(folder: Path, file: str) -> Markup:
    """A file with its name above it. Raises KeyError."""
    path = folder / file
    if not path.is_file():
        raise KeyError(f"{folder.name}/{file}")
    text = path.read_text("utf-8").rstrip("\n")
    shown = markup.highlighted(text, markup.language(file))
    return html.render("labelled.html", label=file, code=shown, wraps=False)


@part("worker")
def worker(name: str, *, site: Site) -> str:
    """What the worker says of the case: each function with its bindings, or
    why it refuses the app."""
    said = _record(site, name)
    if "error" in said:
        error = said["error"]
        text = f"{error['type']}: {error['message']}"
        return _said("The worker refuses the app", text)
    if not said["functions"]:
        return _said("The worker finds", "0 functions, and no error")
    return _said("The worker finds", "\n".join(_functions(said["functions"])))


@part("checked")
def checked(name: str, *, site: Site) -> str:
    """What `nox -s check` says of the case."""
    found = _record(site, name)["check"]
    if not found:
        return _said("The check says", "no error and no warning")
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
    return _said("The check says", "\n".join(lines))


@part("answer")
def answer(name: str, event: str, *, site: Site) -> str:
    """What came back for an event of the case, as a sample's page shows it."""
    replay = _record(site, name)["replays"][event]
    shown = "".join(markup.parts(replay["result"], {}))
    # the lines of code are anchors on a sample's page only
    shown = re.sub(r'<a href="#L\d+">(.*?)</a>', r"\1", shown)
    return html.render("result.html", result=Markup(shown))


@part("drawing")
def drawing(name: str, *, site: Site) -> str:
    """An SVG of docs/assets as part of the page, so that it takes the colours
    of the page's scheme. Raises KeyError."""
    path = site.docs / "assets" / f"{name}.svg"
    if not path.is_file():
        raise KeyError(name)
    svg = " ".join(path.read_text("utf-8").split("\n"))
    return html.render("drawing.html", svg=Markup(svg.strip()))


def _record(site: Site, name: str) -> Json:
    path = site.docs / "learn" / record_file(name)
    if not path.is_file():
        raise KeyError(name)
    return json.loads(path.read_text("utf-8"))


def _functions(functions: Json) -> Iterator[str]:
    for function in functions:
        yield function["name"]
        for binding in function["bindings"]:
            first = " ".join(str(binding[key]) for key in _FIRST)
            others = ", ".join(
                f"{key}={json.dumps(value, ensure_ascii=False)}"
                for key, value in binding.items()
                if key not in _FIRST
            )
            yield f"  {first}" + (f" ({others})" if others else "")


def _said(label: str, text: str) -> Markup:
    code = markup.escaped(text)
    return html.render("labelled.html", label=label, code=code, wraps=True)
