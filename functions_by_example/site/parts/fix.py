"""The parts of the pages in docs/fix: broken apps, what is said of them, and
their remedies, from data/fix.toml and data/fix.json."""

from __future__ import annotations

import ast
import difflib
import functools
import inspect
import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from importlib import metadata

import azure.functions as func

from functions_by_example.paths import DATA
from functions_by_example.protocol.problem import ProblemJson
from functions_by_example.sdk import former
from functions_by_example.site import markdown, markup
from functions_by_example.site.parts import part
from functions_by_example.site.parts.shown import worded
from functions_by_example.trials.troubles import (
    Case,
    Said,
    cases,
    recorded,
)


@part("trouble")
def trouble(name: str) -> str:
    """The app that provokes a trouble; what worker and check say of it.
    Raises KeyError."""
    case, said = cases()[name], recorded()[name]["wrong"]
    lines: dict[str, list[int]] = {}
    for problem in said["check"]:
        if problem["file"] and problem["line"]:
            lines.setdefault(problem["file"], []).append(problem["line"])
    files = [
        _file(file, case.wrong[file], lines.get(file, ()))
        for file in case.shown["wrong"]
    ]
    return "\n\n".join([*files, *_said(case, said)])


@part("remedy")
def remedy(name: str) -> str:
    """What is to be changed in the app, file by file, and what comes back
    then. Raises KeyError."""
    case, said = cases()[name], recorded()[name]["right"]
    right = case.right or {}
    files = [
        _change(file, case.wrong.get(file), right[file])
        for file in case.shown["right"]
    ]
    return "\n\n".join([*files, *_result(said)])


def _change(name: str, before: str | None, after: str) -> str:
    """A file as it is to be: its difference, or all of it where that reads
    better."""
    if before is None or before == after:
        return _file(name, after)
    lines = list(
        difflib.unified_diff(
            before.splitlines(), after.splitlines(), lineterm="", n=1
        )
    )[2:]
    shown = [line for line in lines if not line.startswith("@@")]
    if (
        len(shown) > 0.6 * len(after.splitlines())
        or len(shown) < len(lines) - 2
    ):
        return _file(name, after)
    return markdown.block("\n".join(shown), "diff", name)


def message(name: str) -> str | None:
    """The worker's error for a case, as one text; None where it has none."""
    said = recorded()[name]["wrong"]
    error = said.get("error") or said.get("result", {}).get("error")
    return worded(error) if error else None


@part("refused")
def refused() -> str:
    """Each annotation that keeps an app from loading, with its error."""
    found = []
    for name, case in cases().items():
        if "why" not in case.shown:
            continue
        wrong, right = _difference(case)
        used = re.findall(r"@app\.(\w+)", case.shown["decorators"])
        found += [
            f"### `{wrong}` {{ #{name} }}",
            f"On `@app.{used[-1]}`:",
            markdown.wrapped(message(name) or "", "The worker says"),
            f"Write `{right}`. {case.shown['why']}",
        ]
    return "\n\n".join(found)


def _difference(case: Case) -> tuple[str, str]:
    """The parameter, or else the return, whose annotation differs: as it is
    and as it is to be."""
    wrong, right = (
        ast.parse(f"def f({case.shown[key]}: ...").body[0]
        for key in ("wrong", "right")
    )
    assert isinstance(wrong, ast.FunctionDef)
    assert isinstance(right, ast.FunctionDef)
    pairs = zip(wrong.args.args, right.args.args, strict=True)
    for before, after in pairs:
        if ast.dump(before) != ast.dump(after):
            return ast.unparse(before), ast.unparse(after)
    assert wrong.returns and right.returns
    return (
        f"-> {ast.unparse(wrong.returns)}",
        f"-> {ast.unparse(right.returns)}",
    )


@part("renamed")
def renamed() -> str:
    """The decorators of previews with today's names. Raises LookupError for
    one that is there, or is not, against what the data file says."""
    rows = []
    for old, new in former.tables()["decorators"].items():
        if hasattr(func.FunctionApp, old) or not hasattr(func.FunctionApp, new):
            raise LookupError(f"{old} or {new}")
        rows.append((f"`{old}`", f"`{new}`"))
    return markdown.table(("Then", "Today"), rows)


@part("cosmos")
def cosmos() -> str:
    """The parameters of the Cosmos DB decorators then and today, and which
    of the decorators take them. Raises LookupError where none does."""
    tables = former.tables()
    names = [
        name
        for name in tables["decorators"].values()
        if name.startswith(former.COSMOS)
    ]
    rows = []
    for old, new in tables["cosmos"].items():
        before = [name for name in names if _takes(f"{name}_v3", old)]
        today = [name for name in names if _takes(name, new)]
        if not before or (new and not today):
            raise LookupError(f"{old} or {new}")
        if old != new and any(_takes(name, old) for name in names):
            raise LookupError(f"{old}, which is still there")
        of = ", ".join(name.rpartition("_")[2] for name in today or before)
        rows.append((f"`{old}`", f"`{new}`" if today else "gone", of))
    return markdown.table(("Then", "Today", "Of"), rows)


def _takes(decorator: str, parameter: str) -> bool:
    signature = inspect.signature(getattr(func.FunctionApp, decorator))
    return parameter in signature.parameters


@part("python-versions")
def python_versions() -> str:
    """Which Python the installed packages ask for, by their own metadata."""
    rows = []
    for name in ("azure-functions", "azure-functions-runtime"):
        about = metadata.metadata(name)
        rows.append((f"`{name}`", about["Version"], about["Requires-Python"]))
    return markdown.table(("Package", "Release", "Needs Python"), rows)


@functools.cache
def repositories() -> dict[str, str]:
    """The repositories of public threads, by the letters of their ids."""
    return tomllib.loads((DATA / "repositories.toml").read_text("utf-8"))


@part("threads")
def threads(*ids: str) -> str:
    """Links to public threads: W1262 is issue or discussion 1262 of the
    worker. Raises KeyError."""
    links = []
    for name in ids:
        letters = name.rstrip("0123456789")
        number = name.removeprefix(letters)
        repository = repositories()[letters]
        about = repository.partition("/")[2].removeprefix("azure-functions-")
        address = f"https://github.com/{repository}/issues/{number}"
        links.append(f"[{about} {number}]({address})")
    return f"People who had this: {', '.join(links)}."


def _file(name: str, text: str, marked: Iterable[int] = ()) -> str:
    return markdown.block(text, markup.language(name), name, marked)


def _said(case: Case, said: Said) -> Iterator[str]:
    error = message(case.id)
    listed = said.get("functions")
    if "result" in said:
        yield f"The app loads. {(case.event or {})['about']}"
        yield from _result(said)
    elif error:
        yield markdown.wrapped(error, "The worker says")
    elif "ended" in said:
        yield f"The worker never answers: {said['ended']}."
    elif listed == []:
        yield "The worker says nothing, and lists no functions."
    elif listed:
        names = markdown.codes(listed)
        yield f"The worker says nothing, and lists {names}."
    told: set[str] = set()
    for problem in said["check"]:
        if problem["code"] in told:
            continue
        told.add(problem["code"])
        words = problem["message"]
        same = error and words.startswith(error[:60])
        yield _check_says(problem, None if same else words)


def _check_says(problem: ProblemJson, words: str | None) -> str:
    where = f" in {problem['file']}" if problem["file"] else ""
    if problem["line"]:
        where += f", line {problem['line']}"
    kind = "a warning" if problem["severity"] == "warning" else "an error"
    text = (
        f"The check reports `{problem['code']}`, {kind}{where}: "
        f"{problem['hint']}"
    )
    if words:
        text += f"\n\n{markdown.wrapped(words, 'The check says')}"
    return text


def _result(said: Said) -> Iterator[str]:
    if "result" not in said:
        return
    result = said["result"]
    if "error" in result:
        yield markdown.wrapped(worded(result["error"]), "The worker says")
        return
    shown = {
        "return": result.get("return"),
        "outputs": result.get("outputs"),
        "log": [line["message"] for line in result.get("log", ())],
    }
    shown = {key: value for key, value in shown.items() if value}
    text = json.dumps(shown, indent=2, ensure_ascii=False)
    yield markdown.block(text, "json", "What comes back")
