"""The parts of the pages in docs/fix: broken apps, what is said of them, and
their remedies, from data/fix.toml and data/fix.json."""

from __future__ import annotations

import ast
import difflib
import inspect
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

import azure.functions as func

from functions_by_example.sdk import former
from functions_by_example.site.parts import part
from functions_by_example.site.site import Site
from functions_by_example.trials.troubles import (
    Case,
    cases,
    recorded,
)

Json = Any

LONGEST = 75


COSMOS = ("cosmos_db_trigger", "cosmos_db_input", "cosmos_db_output")


# The repositories of public threads, by the letters of their ids.
REPOSITORIES = {
    "W": "Azure/azure-functions-python-worker",
    "L": "Azure/azure-functions-python-library",
    "H": "Azure/azure-functions-host",
    "D": "MicrosoftDocs/azure-docs",
    "AF": "Azure/Azure-Functions",
    "DP": "Azure/azure-functions-durable-python",
    "CT": "Azure/azure-functions-core-tools",
}


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
        _file(file, case.wrong[file], lines.get(file, []))
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
        return _file(name, after, [])
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
        return _file(name, after, [])
    text = "\n".join(shown)
    return f'```diff title="{name}"\n{text}\n```'


def message(name: str) -> str | None:
    """The worker's error for a case, as one text; None where it has none."""
    said = recorded()[name]["wrong"]
    error = said.get("error") or said.get("result", {}).get("error")
    return f"{error['type']}: {error['message']}" if error else None


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
            _block("The worker says", message(name) or ""),
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
    rows = ["| Then | Today |", "|---|---|"]
    for old, new in former.tables()["decorators"].items():
        if hasattr(func.FunctionApp, old) or not hasattr(func.FunctionApp, new):
            raise LookupError(f"{old} or {new}")
        rows.append(f"| `{old}` | `{new}` |")
    return "\n".join(rows)


@part("cosmos")
def cosmos() -> str:
    """The parameters of the Cosmos DB decorators then and today, and which
    of the decorators take them. Raises LookupError where none does."""
    rows = ["| Then | Today | Of |", "|---|---|---|"]
    for old, new in former.tables()["cosmos"].items():
        before = [name for name in COSMOS if _takes(f"{name}_v3", old)]
        today = [name for name in COSMOS if _takes(name, new)]
        if not before or (new and not today):
            raise LookupError(f"{old} or {new}")
        if old != new and any(_takes(name, old) for name in COSMOS):
            raise LookupError(f"{old}, which is still there")
        if today:
            names = ", ".join(map(_role, today))
            rows.append(f"| `{old}` | `{new}` | {names} |")
        else:
            names = ", ".join(map(_role, before))
            rows.append(f"| `{old}` | gone | {names} |")
    return "\n".join(rows)


def _role(decorator: str) -> str:
    return decorator.rpartition("_")[2]


def _takes(decorator: str, parameter: str) -> bool:
    signature = inspect.signature(getattr(func.FunctionApp, decorator))
    return parameter in signature.parameters


@part("python-versions")
def python_versions() -> str:
    """Which Python the installed packages ask for, by their own metadata."""
    rows = ["| Package | Release | Needs Python |", "|---|---|---|"]
    for name in ("azure-functions", "azure-functions-runtime"):
        about = metadata.metadata(name)
        rows.append(
            f"| `{name}` | {about['Version']} | {about['Requires-Python']} |"
        )
    return "\n".join(rows)


@part("threads")
def threads(*ids: str) -> str:
    """Links to public threads: W1262 is issue or discussion 1262 of the
    worker. Raises KeyError."""
    links = []
    for name in ids:
        letters = name.rstrip("0123456789")
        number = name.removeprefix(letters)
        repository = REPOSITORIES[letters]
        about = repository.partition("/")[2].removeprefix("azure-functions-")
        links.append(
            f"[{about} {number}](https://github.com/{repository}/issues/{number})"
        )
    return "People who had this: " + ", ".join(links) + "."


def _file(name: str, text: str, lines: list[int]) -> str:
    language = {".py": "python", ".json": "json"}.get(Path(name).suffix, "text")
    marked = f' hl_lines="{" ".join(map(str, lines))}"' if lines else ""
    return f'```{language} title="{name}"{marked}\n{text.rstrip()}\n```'


def _block(title: str, text: str) -> str:
    return f'``` {{ .text .wrapped title="{title}" }}\n{text}\n```'


def _said(case: Case, said: Json) -> Iterator[str]:
    error = message(case.id)
    listed = said.get("functions")
    if "result" in said:
        yield f"The app loads. {(case.event or {})['about']}"
        yield from _result(said)
    elif error:
        yield _block("The worker says", error)
    elif "ended" in said:
        yield f"The worker never answers: {said['ended']}."
    elif listed == []:
        yield "The worker says nothing, and lists no functions."
    elif listed:
        names = ", ".join(f"`{name}`" for name in listed)
        yield f"The worker says nothing, and lists {names}."
    told: set[str] = set()
    for problem in said["check"]:
        if problem["code"] in told:
            continue
        told.add(problem["code"])
        words = problem["message"]
        same = error and words.startswith(error[:60])
        yield _check_says(problem, None if same else words)


def _check_says(problem: Json, words: str | None) -> str:
    where = f" in {problem['file']}" if problem["file"] else ""
    if problem["line"]:
        where += f", line {problem['line']}"
    kind = "a warning" if problem["severity"] == "warning" else "an error"
    text = (
        f"The check reports `{problem['code']}`, {kind}{where}: "
        f"{problem['hint']}"
    )
    return f"{text}\n\n{_block('The check says', words)}" if words else text


def _result(said: Json) -> Iterator[str]:
    result = said.get("result")
    if result is None:
        return
    error = result.get("error")
    if error:
        text = f"{error['type']}: {error['message']}"
        yield _block("The worker says", text)
        return
    shown = {key: result[key] for key in ("return", "outputs") if key in result}
    shown |= {"log": [e["message"] for e in result.get("log", [])]}
    shown = {key: value for key, value in shown.items() if value}
    text = json.dumps(shown, indent=2, ensure_ascii=False)
    yield f'```json title="What comes back"\n{text}\n```'


_HEADING = re.compile(r"^(#+) (.+?)(?: \{ #([\w-]+) \})?$")


_OF_A_FUNCTION = re.compile(
    r"^FunctionLoadError: cannot load the \w+ function: "
)


_TROUBLE = re.compile(r"<!-- gallery: trouble ([\w-]+) -->")


@dataclass
class Heading:
    """A heading of a page, with the cases that stand below it."""

    page: str
    level: int
    text: str
    anchor: str
    cases: list[str] = field(default_factory=list)

    @property
    def link(self) -> str:
        return f"[{self.text}]({self.page}#{self.anchor})"


def headings(path: Path) -> list[Heading]:
    """The headings of a page of docs/fix, each but the title with its
    anchor. Raises ValueError for one without."""
    found: list[Heading] = []
    fenced = False
    for line in path.read_text("utf-8").splitlines():
        fenced ^= line.startswith("```")
        heading = None if fenced else _HEADING.match(line)
        if heading:
            marks, text, anchor = heading.groups()
            if len(marks) > 1 and not anchor:
                raise ValueError(f"{path.name}: `{text}` has no anchor")
            found.append(Heading(path.name, len(marks), text, anchor or ""))
        for name in _TROUBLE.findall(line):
            found[-1].cases.append(name)
    return found


@part("tree")
def tree(*, site: Site) -> str:
    """The questions and causes of index.md as lists of links; each cause
    with the first words of the worker."""
    folder = site.docs / "fix"
    lines = []
    number = 0
    for heading in headings(folder / "index.md"):
        if heading.level == 2 and heading.text.endswith("?"):
            number += 1
            link = f"[{heading.text}](#{heading.anchor})"
            lines.append(f"\n**{number}. {link}** If not:\n")
        elif heading.level == 3:
            texts = dict.fromkeys(_first_words(name) for name in heading.cases)
            line = f"- [{heading.text}](#{heading.anchor})"
            lines.append(f"{line}: {', '.join(texts)}" if texts else line)
    return "\n".join(lines)


def _first_words(name: str) -> str:
    """As much of a case's error as tells it from others."""
    words = message(name)
    if words is None:
        said = recorded()[name]["wrong"]
        if "ended" in said:
            return "no answer"
        return "no error" if "functions" in said else "the worker is not asked"
    words = _OF_A_FUNCTION.sub("", words)
    if len(words) >= LONGEST:
        words = words[: LONGEST - 4].rsplit(" ", 1)[0] + " ..."
    return f"`{words}`"


@part("troubles")
def troubles(*, site: Site) -> str:
    """The headings of the other pages, page by page."""
    folder = site.docs / "fix"
    lines = []
    for path in _pages(folder):
        title, *others = headings(path)
        lines.append(f"- [{title.text}]({path.name})")
        lines += [f"    - {h.link}" for h in others if h.level == 2]
    return "\n".join(lines)


@part("codes")
def codes(*, site: Site) -> str:
    """A table of every code of the check, each with the heading that has
    it."""
    folder = site.docs / "fix"
    from functions_by_example.check.problems import HINTS, severity

    rows = ["| Code | Is | Settled by |", "|---|---|---|"]
    places = {
        heading.anchor: heading
        for path in (folder / "index.md", *_pages(folder))
        for heading in headings(path)
    }
    for code in HINTS:
        rows.append(f"| `{code}` | {severity(code)} | {places[code].link} |")
    return "\n".join(rows)


def _pages(folder: Path) -> list[Path]:
    """The pages but for index.md, by the `order` in their front matter."""
    pages = [p for p in folder.glob("*.md") if p.name != "index.md"]
    return sorted(pages, key=_order)


def _order(path: Path) -> tuple[int, str]:
    found = re.search(r"(?m)^order: (\d+)$", path.read_text("utf-8"))
    return int(found[1]) if found else 1000, path.name
