"""What the pages of docs/learn show of their small apps: code, what the worker
and the check say, what came back. The record is that of trials/apps.py."""

from __future__ import annotations

import functools
import html
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from functions_by_example.paths import DOCS
from functions_by_example.site import markup
from functions_by_example.trials.apps import APPS, LEARN, record_file

Json = Any

# Where the name of a case's folder stands in what the check says.
FOLDER = "app"


# The keys of a binding that are shown without their names.
_FIRST = ("direction", "type", "name")


def parts(learn: Path = LEARN) -> dict[str, Callable[..., str]]:
    """The parts for `<!-- gallery: NAME case ... -->`: `code` and a file of
    the case, `worker`, `checked`, `answer` and an event; `drawing` and a file
    of docs/assets. They raise KeyError for what there is not."""
    return {
        "code": functools.partial(code, learn),
        "worker": functools.partial(worker, learn),
        "checked": functools.partial(checked, learn),
        "answer": functools.partial(answer, learn),
        "drawing": drawing,
    }


def code(learn: Path, name: str, file: str = "function_app.py") -> str:
    """A file of the case, with its name above it."""
    path = learn / APPS / name / file
    if not path.is_file():
        raise KeyError(f"{name}/{file}")
    text = path.read_text("utf-8").rstrip("\n")
    shown = markup.highlighted(text, markup.language(file))
    return _block(file, markup.pre(shown))


def worker(learn: Path, name: str) -> str:
    """What the worker says of the case: each function with its bindings, or
    why it refuses the app."""
    said = _record(learn, name)
    if "error" in said:
        error = said["error"]
        text = f"{error['type']}: {error['message']}"
        return _said("The worker refuses the app", text)
    if not said["functions"]:
        return _said("The worker finds", "0 functions, and no error")
    return _said("The worker finds", "\n".join(_functions(said["functions"])))


def checked(learn: Path, name: str) -> str:
    """What `nox -s check` says of the case."""
    found = _record(learn, name)["check"]
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


def answer(learn: Path, name: str, event: str) -> str:
    """What came back for an event of the case, as a sample's page shows it."""
    replay = _record(learn, name)["replays"][event]
    shown = "".join(markup.parts(replay["result"], {}))
    # the lines of code are anchors on a sample's page only
    shown = re.sub(r'<a href="#L\d+">(.*?)</a>', r"\1", shown)
    return f"<div>{shown}</div>"


def drawing(name: str, assets: Path = DOCS / "assets") -> str:
    """An SVG of docs/assets as part of the page, so that it takes the colours
    of the page's scheme. Raises KeyError."""
    path = assets / f"{name}.svg"
    if not path.is_file():
        raise KeyError(name)
    svg = " ".join(path.read_text("utf-8").split("\n"))
    return f'<figure class="drawing">{svg.strip()}</figure>'


def _record(learn: Path, name: str) -> Json:
    path = learn / record_file(name)
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


def _said(label: str, text: str) -> str:
    """A block whose lines break where the page ends: what is said is long,
    and must be read, not scrolled."""
    return _block(
        label,
        '<div class="highlight"><pre style="white-space: pre-wrap"><code>'
        f"{markup._escaped(text)}</code></pre></div>",
    )


def _block(label: str, content: str) -> str:
    name = html.escape(label)
    return (
        f'<div style="margin: 1em 0"><p class="file">{name}</p>{content}</div>'
    )
