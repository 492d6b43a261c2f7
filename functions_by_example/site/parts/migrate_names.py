"""Parts of docs/migrate/names.md: what `migrate` does, by doing it, and the
names of then with the errors that they give today.

`<!-- gallery: NAME ARGUMENTS -->` on a page is filled in with what the
function of that name gives. Each raises LookupError for data that is wrong.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import azure.functions as func

from functions_by_example import migrate
from functions_by_example.sdk import former
from functions_by_example.site.parts import part

FOLDER = "shop"
HEAD = """\
import azure.functions as func

app = func.FunctionApp()
common, name, web, work = {}, "", None, None
"""


def planned(app: str, cosmos: former.Cosmos = "v4") -> tuple[str, str]:
    """The diff, and all that is said besides, of an app of one file."""
    with TemporaryDirectory() as name:
        folder = Path(name).resolve() / FOLDER
        folder.mkdir()
        (folder / migrate.SCRIPT).write_text(app, "utf-8")
        plan = migrate.plan(folder, cosmos)
        lines = [*map(str, plan.remarks), migrate.summary(plan)]
        shown = [migrate.diff(plan), "\n".join(lines)]
    diff, text = (part.replace(str(folder), FOLDER) for part in shown)
    return diff, text


@part("migrate-example")
def example(cosmos: former.Cosmos = "v4") -> str:
    """The example's difference, and what is said of it."""
    diff, text = planned(former.tables()["example"]["app"].lstrip(), cosmos)
    changed = "\n".join(
        line
        for line in diff.splitlines()
        if not line.startswith(("---", "+++", "@@"))
    )
    return (
        f'```diff title="{migrate.SCRIPT}"\n{changed}\n```\n\n'
        f'``` {{ .text .wrapped title="It says" }}\n{text}\n```'
    )


# --- Names --------------------------------------------------------------------


@part("migrate-decorators")
def decorators() -> str:
    """The decorators that are gone: then, in which releases, today, and the
    error that each gives. Raises LookupError for one that is still there."""
    rows = []
    for old, new in former.tables()["decorators"].items():
        app = func.FunctionApp()
        if hasattr(app, old) or not hasattr(app, new):
            raise LookupError(f"{old} or {new}")
        error = _raised(getattr, app, old)
        then = f"{_code(old)}<br>{_releases(old)}"
        rows.append((then, _code(new), _bad(error)))
    return _table(("Then", "Today", "The error"), rows)


@part("migrate-arguments")
def arguments() -> str:
    """The arguments that are gone, but for those of Cosmos DB: the call
    then, what becomes of it, the error that it gives."""
    rows = []
    for call in _calls():
        diff, _ = planned(f"{HEAD}{_decorating(call)}")
        became = _added(diff)
        error = _raised(eval, call, _names())
        rows.append((_code(call), _code(became), _bad(error)))
    return _table(("Then", "Today", "The error"), rows)


def _calls() -> Iterator[str]:
    """A call for each argument of then in the data."""
    for name in former.tables()["application"]:
        value = "func.AuthLevel.ADMIN" if name == "auth_level" else "web"
        yield f"func.FunctionApp({name}={value})"
    for name in former.tables()["route"]:
        yield f"app.route({name}=func.DataType.STRING)"
    was = former.renames()["cosmos_db_trigger"]
    given = ", ".join(f'{name}="..."' for name in was.before[:4])
    yield f"app.cosmos_db_trigger({given})"


def _decorating(call: str) -> str:
    if call.startswith("app."):
        return f"@{call}\ndef f(req): ...\n"
    return f"shop = {call}\n"


def _added(diff: str) -> str:
    (line,) = re.findall(r"^\+(?!\+\+)(?:@|shop = )(.*)$", diff, re.M)
    return str(line)


@part("migrate-positions")
def positions() -> str:
    """Where an argument by position is another today."""
    rows = []
    for old, rename in former.renames().items():
        pairs = zip(rename.before, rename.still, strict=False)
        for number, (then, today) in enumerate(pairs, 1):
            if then != today:
                rows.append(
                    (
                        f"{_code(old)}, argument {number}",
                        f"{_code(then)} ({_releases(old)})",
                        _code(today),
                    )
                )
                break
    (was,) = former.history()[former.APPLICATION]
    (today,) = former.parameters(func.FunctionApp.__init__)
    rows.append(
        (
            f"{_code(former.APPLICATION)}, argument 1",
            f"{_code(was.parameters[0])} ({was.first})",
            _code(today),
        )
    )
    return _table(("Of", "Then", "Today"), rows)


# --- What is not decided ------------------------------------------------------


@part("migrate-left")
def left(kind: str) -> str:
    """What is "undecided" or "refused", each with what is said of it. Raises
    LookupError where the data is wrong."""
    wanted = {"undecided": "left alone", "refused": "error"}[kind]
    blocks = []
    for case in former.cases(kind):
        _, text = planned(f"{HEAD}\n\n{_app_of(case['code'])}")
        said = re.findall(rf"^\S+: {wanted}: (.*)$", text, re.M)
        if len(said) != 1:
            raise LookupError(f"{case['code']}: {text}")
        blocks.append(
            f"**{case['about']}**\n\n```python\n{case['code']}\n```\n\n"
            f"> {wanted}: {said[0]}"
        )
    return "\n\n".join(blocks)


def _app_of(code: str) -> str:
    return f"{code}\ndef f(orders): ...\n" if code.startswith("@") else code


# --- HTML ------------------------------------------------------------


def _raised(provoke: Callable[..., Any], *given: Any) -> str:
    """The error that a call gives. Raises LookupError where it gives
    none."""
    try:
        provoke(*given)
    except (AttributeError, TypeError) as error:
        return f"{type(error).__name__}: {error}"
    raise LookupError(f"{given} raises nothing")


def _names() -> dict[str, Any]:
    return {"func": func, "app": func.FunctionApp(), "web": None}


def _releases(name: str) -> str:
    was = former.history()[name]
    first, last = was[0].first, was[-1].last
    return first if first == last else f"{first} to {last}"


def _code(text: str) -> str:
    return f"<code>{html.escape(text)}</code>"


def _bad(text: str) -> str:
    return f'<span class="bad">{_code(text)}</span>'


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table, whose cells are HTML; narrow, each says its column."""
    titles = "".join(f'<th scope="col">{title}</th>' for title in head)
    body = "".join(
        f'<tr><th scope="row">{first}</th>'
        + "".join(
            f'<td><span class="under">{title}</span> {cell}</td>'
            for title, cell in zip(head[1:], cells, strict=True)
        )
        + "</tr>"
        for first, *cells in rows
    )
    return (
        f'<table class="outcomes wide"><thead><tr>{titles}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )
