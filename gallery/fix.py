"""Troubles and remedies: what the worker says of apps that provoke them.

`data/fix.toml` holds the apps, written by hand; `data/fix.json` what the
worker and `gallery check` said of each, written by `update`. The parts that
the pages in docs/fix are filled in with come from these two files.
"""

from __future__ import annotations

import ast
import difflib
import functools
import inspect
import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import azure.functions as func

from gallery import former, record

Json = Any

DATA = Path(__file__).parent / "data"
CASES = "fix.toml"
OUTCOMES = "fix.json"
APP = "function_app.py"
SETTINGS = "local.settings.json"
SECONDS = 20.0
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
# What stands for the folder of an app in what is said of it.
FOLDER = "PATH"


@dataclass(frozen=True)
class Case:
    """An app that provokes a trouble, and the same app without it.

    `codes` are those that `gallery check` is to report; `event` is delivered
    to either app; `raises` is the error that the first answers it with.
    `worker` is false where the host stops before the worker is asked, `path`
    is what the check is given in place of the folder, and `encoding` that in
    which the first app is saved.
    """

    id: str
    codes: tuple[str, ...]
    wrong: Mapping[str, str]
    right: Mapping[str, str] | None = None
    event: Json = None
    raises: str | None = None
    worker: bool = True
    path: str = "."
    encoding: str = "utf-8"
    seconds: float = SECONDS
    shown: Mapping[str, Any] = field(default_factory=dict)


@functools.cache
def cases() -> dict[str, Case]:
    """The cases of the data file, in its order. An app without a
    local.settings.json of its own gets the common one."""
    data = _data()
    settings = {SETTINGS: data["settings"]}
    found = {
        name: _case(name, given, settings)
        for name, given in data["case"].items()
    }
    for name, given in data["annotation"].items():
        head = data["head"] + "\n\n" + given["decorators"]
        wrong, right = (
            {APP: f"{head}def {given['function']}({given[key]}: ...\n"}
            for key in ("wrong", "right")
        )
        found[name] = Case(
            name,
            ("annotation",),
            wrong | settings,
            right | settings,
            shown=given,
        )
    return found


@functools.cache
def _data() -> dict[str, Any]:
    return tomllib.loads((DATA / CASES).read_text("utf-8"))


def _case(name: str, given: Mapping[str, Any], settings: Json) -> Case:
    files = given.get("files", {})
    settings = {} if given.get("no_settings") else settings
    wrong = ({APP: given["app"]} if "app" in given else {}) | files
    right = wrong | given.get("fixed_files", {})
    if "fixed" in given:
        right = right | {APP: given["fixed"]}
    right = {file: text for file, text in right.items() if text}
    saved_anew = "encoding" in given
    return Case(
        id=name,
        codes=tuple(given.get("codes", [name])),
        wrong=settings | wrong,
        right=settings | right if right != wrong or saved_anew else None,
        event=given.get("event"),
        raises=given.get("raises"),
        worker=given.get("worker", True),
        path=given.get("path", "."),
        encoding=given.get("encoding", "utf-8"),
        seconds=given.get("seconds", SECONDS),
        shown={"wrong": list(wrong), "right": _changed(wrong, right)},
    )


def _changed(wrong: Mapping[str, str], right: Mapping[str, str]) -> list[str]:
    return [file for file in right if right[file] != wrong.get(file)]


# --- Running ----------------------------------------------------------------


def outcomes() -> dict[str, Json]:
    """What comes of each case, run anew in processes of its own."""
    from gallery import process, verify  # not needed to build a page

    process.preload(verify.PRELOAD)
    with ThreadPoolExecutor(2) as pool:
        return dict(
            zip(cases(), pool.map(_outcome, cases().values()), strict=True)
        )


def update() -> list[str]:
    """Rewrite the record; the files that changed. Raises ValueError where an
    app does not do what its case announces."""
    found = outcomes()
    wrong = list(unannounced(found))
    if wrong:
        raise ValueError("\n".join(wrong))
    changed = record.rewrite(DATA / OUTCOMES, found)
    return [f"gallery/data/{OUTCOMES}"] if changed else []


def unannounced(found: Mapping[str, Json]) -> Iterator[str]:
    """Where outcomes are not what their cases announce: a record must not
    turn a mistake into truth."""
    for name, case in cases().items():
        wrong, right = found[name]["wrong"], found[name].get("right")
        codes = {problem["code"] for problem in wrong["check"]}
        if codes != set(case.codes):
            yield f"{name}: the check reports {codes}, not {case.codes}"
        raised = wrong.get("result", {}).get("error", {}).get("type")
        if raised != case.raises:
            yield f"{name}: the event raises {raised}, not {case.raises}"
        if right and (
            right["check"] or "error" in right or not right["functions"]
        ):
            yield f"{name}: its remedy is none: {right}"
        if right and "error" in right.get("result", {}):
            yield f"{name}: its remedy fails: {right['result']['error']}"


def _outcome(case: Case) -> Json:
    found = {"wrong": _tried(case, case.wrong, case.worker, case.encoding)}
    if case.right:
        found["right"] = _tried(case, case.right, True)
    return found


def _tried(
    case: Case, files: Mapping[str, str], worker: bool, encoding: str = "utf-8"
) -> Json:
    """What worker and check say of an app with these files."""
    from gallery import check

    with TemporaryDirectory() as name:
        folder = Path(name).resolve()
        for file, text in files.items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_text(text, encoding=encoding)
        said = _asked(case, folder) if worker else {}
        (verdict,) = check.check([folder / case.path], case.seconds)
        said["check"] = verdict["problems"]
        return _anywhere(said, folder)


def _anywhere(said: Json, folder: Path) -> Json:
    """The same on any machine: without its folders."""
    text = json.dumps(said, ensure_ascii=False)
    text = text.replace(str(folder), FOLDER)
    return json.loads(re.sub(r'(Current sys\.path: )[^"]*', r"\1...", text))


def _asked(case: Case, folder: Path) -> Json:
    from gallery import process
    from gallery.worker import app

    path = str(folder)
    try:
        said = process.call(app.index, path, seconds=case.seconds)
        if case.event and "functions" in said:
            answer = process.call(
                app.replay, path, case.event, seconds=case.seconds
            )
            if "refused" in answer:
                raise ValueError(f"{case.id}: {answer['refused']}")
            said["result"] = answer["result"]
    except process.Ended as ended:
        return {"ended": str(ended)}
    if said.get("error", {}).get("type") == "SystemExit":
        return {"ended": "SystemExit passes through the worker, and ends it"}
    if "functions" in said:
        said["functions"] = [function["name"] for function in said["functions"]]
    return said


# --- Parts of pages ---------------------------------------------------------


@functools.cache
def recorded() -> dict[str, Json]:
    """The outcomes as recorded."""
    found: dict[str, Json] = record.load(DATA, OUTCOMES)
    return found


def parts(folder: Path) -> dict[str, Callable[..., str]]:
    """What the pages in this folder (docs/fix) are filled in with."""
    return {
        "trouble": trouble,
        "remedy": remedy,
        "refused": refused,
        "renamed": renamed,
        "cosmos": cosmos,
        "threads": threads,
        "python-versions": python_versions,
        "tree": functools.partial(tree, folder),
        "troubles": functools.partial(troubles, folder),
        "codes": functools.partial(codes, folder),
    }


def trouble(name: str) -> str:
    """The app that provokes a trouble; what worker and check say of it.
    Raises KeyError."""
    case, said = cases()[name], recorded()[name]["wrong"]
    lines: dict[str, list[int]] = {}
    for problem in said["check"]:
        if problem["line"]:
            lines.setdefault(problem["file"], []).append(problem["line"])
    files = [
        _file(file, case.wrong[file], lines.get(file, []))
        for file in case.shown["wrong"]
    ]
    return "\n\n".join([*files, *_said(case, said)])


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


def renamed() -> str:
    """The decorators of previews with today's names. Raises LookupError for
    one that is there, or is not, against what the data file says."""
    rows = ["| Then | Today |", "|---|---|"]
    for old, new in former.tables()["decorators"].items():
        if hasattr(func.FunctionApp, old) or not hasattr(func.FunctionApp, new):
            raise LookupError(f"{old} or {new}")
        rows.append(f"| `{old}` | `{new}` |")
    return "\n".join(rows)


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


def python_versions() -> str:
    """Which Python the installed packages ask for, by their own metadata."""
    rows = ["| Package | Release | Needs Python |", "|---|---|---|"]
    for name in ("azure-functions", "azure-functions-runtime"):
        about = metadata.metadata(name)
        rows.append(
            f"| `{name}` | {about['Version']} | {about['Requires-Python']} |"
        )
    return "\n".join(rows)


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
        yield f"The app loads. {case.event['about']}"
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


# --- The pages themselves ---------------------------------------------------

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


def tree(folder: Path) -> str:
    """The questions and causes of index.md as lists of links; each cause
    with the first words of the worker."""
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


def troubles(folder: Path) -> str:
    """The headings of the other pages, page by page."""
    lines = []
    for path in _pages(folder):
        title, *others = headings(path)
        lines.append(f"- [{title.text}]({path.name})")
        lines += [f"    - {h.link}" for h in others if h.level == 2]
    return "\n".join(lines)


def codes(folder: Path) -> str:
    """A table of every code of `gallery check`, each with the heading that
    bears it."""
    from gallery.check.problems import HINTS, Problem

    rows = ["| Code | Is | Settled by |", "|---|---|---|"]
    places = {
        heading.anchor: heading
        for path in (folder / "index.md", *_pages(folder))
        for heading in headings(path)
    }
    for code in HINTS:
        severity = Problem(code, "").severity
        rows.append(f"| `{code}` | {severity} | {places[code].link} |")
    return "\n".join(rows)


def _pages(folder: Path) -> list[Path]:
    """The pages but for index.md, by the `order` in their front matter."""
    pages = [p for p in folder.glob("*.md") if p.name != "index.md"]
    return sorted(pages, key=_order)


def _order(path: Path) -> tuple[int, str]:
    found = re.search(r"(?m)^order: (\d+)$", path.read_text("utf-8"))
    return int(found[1]) if found else 1000, path.name
