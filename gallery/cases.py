"""Small apps that the pages of docs/learn show, and what became of them.

A case is a folder of docs/learn/apps: an app, perhaps with settings and
events. What the worker and the check say of it, and what came back for each
event, is recorded in docs/learn/recorded and shown from there. `recorded_now`
runs the cases; `update` rewrites the records; nothing else touches them.
"""

from __future__ import annotations

import functools
import html
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from gallery import markup, record
from gallery.sample import Problem

Json = Any

DOCS = Path(__file__).parents[1] / "docs"
LEARN = DOCS / "learn"
APPS, EVENTS = "apps", "events"
# Where the name of a case's folder stands in what the check says.
FOLDER = "app"
# The keys of a binding that are shown without their names.
_FIRST = ("direction", "type", "name")


def names(learn: Path = LEARN) -> list[str]:
    """The cases, in the order of the alphabet."""
    return sorted(p.name for p in (learn / APPS).iterdir() if p.is_dir())


def record_file(name: str) -> str:
    """Where the record of a case stands below docs/learn."""
    return f"{record.FOLDER}/{name}.json"


def recorded_now(name: str, learn: Path = LEARN) -> Json:
    """What the record of a case should hold: `functions`, or the `error` of
    an app that does not load; what the check finds; the result for each
    event. Each run has a process of its own."""
    from gallery import check, process
    from gallery.worker import app

    folder = learn / APPS / name
    answer = dict(process.call(app.index, str(folder.resolve())))
    (verdict,) = check.check([folder])
    answer["check"] = [
        {key: problem[key] for key in ("severity", "code", "message", "hint")}
        | {"file": problem["file"], "line": problem["line"]}
        for problem in verdict["problems"]
    ]
    replays = {
        path.stem: process.call(
            app.replay, str(folder.resolve()), json.loads(path.read_text())
        )
        for path in sorted((folder / EVENTS).glob("*.json"))
    }
    if replays:
        answer["replays"] = replays
    return answer


def stale(name: str, learn: Path = LEARN) -> Iterator[Problem]:
    """A problem where the record of a case is not what comes back now."""
    current = recorded_now(name, learn)
    yield from record.compare(learn, record_file(name), current)


def update(learn: Path = LEARN) -> list[str]:
    """Rewrite the records of all cases; the files that changed."""
    records = {
        record_file(name): recorded_now(name, learn) for name in names(learn)
    }
    return record.write(learn, records)


# --- What a page shows ----------------------------------------------------


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
