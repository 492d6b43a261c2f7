"""What a sample folder holds: title, summary, steps, files, events, SDK names.

Reading needs nothing but the files: no SDK, no worker. A folder that cannot
be read raises SampleError, which carries every problem found, not the first.
"""

from __future__ import annotations

import ast
import fnmatch
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from functions_by_example.protocol.problem import Problem as Problem

APP = "function_app.py"
README = "README.md"
TEST = "test_function_app.py"
CLAIMS = "claims.toml"
REQUIRED = (
    README,
    APP,
    "host.json",
    "local.settings.json",
    "requirements.txt",
    ".funcignore",
    TEST,
)
SUMMARY_LENGTH = 70
# What of a folder a reader does not keep: what the gallery adds to a sample,
# and what tools and emulators leave there.
NOT_KEPT = (
    "events",
    "recorded",
    CLAIMS,
    ".*",
    "__*__",
    "__azurite_*",
    "*.egg-info",
    "*.log",
    "*.py[cod]",
    "env",
    "htmlcov",
    "node_modules",
    "venv",
    # keys and certificates
    "*.cer",
    "*.key",
    "*.p12",
    "*.pem",
    "*.pfx",
)
KEPT = (".funcignore", "__init__.py")
_LEFT = re.compile("|".join(map(fnmatch.translate, NOT_KEPT)))
# Samples that are about no single decorator live here, under any name.
FREE_SERVICES = ("patterns",)


class SampleError(Exception):
    """A folder that is no complete sample. `problems` says why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True)
class Step:
    """One numbered sentence of README.md and the line of code it is about.

    `function` is set where the README groups its steps by function; `text`
    is the step's Markdown, beginning with the code span.
    """

    number: int
    function: str | None
    span: str
    text: str
    line: int


@dataclass(frozen=True)
class Event:
    """One file of events/: a situation."""

    name: str
    about: str
    content: dict[str, object]


@dataclass(frozen=True)
class Sample:
    """One folder of samples/."""

    folder: Path
    title: str
    summary: str
    intro: str
    steps: list[Step]
    sections: dict[str, str]
    events: list[Event]
    code: str
    uses: frozenset[str] = field(default_factory=frozenset)

    @property
    def service(self) -> str:
        return self.folder.parent.name

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def id(self) -> str:
        """service/name: the folder, the address and the test's id."""
        return f"{self.service}/{self.name}"

    def text(self, file: str) -> str:
        return (self.folder / file).read_text(encoding="utf-8")


def find(root: Path) -> list[Path]:
    """The sample folders below `root`: <service>/<name>, in order."""
    return sorted(
        folder
        for folder in root.glob("*/*")
        if folder.is_dir()
        and not any(p.startswith((".", "_")) for p in folder.parts[-2:])
    )


def kept(folder: Path) -> list[Path]:
    """The files of a sample that a reader keeps, relative to its folder."""
    found = []
    for where, folders, files in folder.walk():
        folders[:] = [name for name in folders if _is_kept(name)]
        found += [
            (where / name).relative_to(folder)
            for name in files
            if _is_kept(name) and not (where / name).is_symlink()
        ]
    return sorted(found)


def _is_kept(name: str) -> bool:
    return name in KEPT or not _LEFT.match(name)


def read(folder: Path) -> Sample:
    """The sample in this folder. Raises SampleError."""
    problems: list[Problem] = []
    texts = {name: _text(folder / name, problems) for name in REQUIRED}
    events = list(_events(folder, problems))
    code, readme = texts[APP], texts[README]
    tree = _tree(code, APP, problems)
    _tree(texts[TEST], TEST, problems)
    for name in ("host.json", "local.settings.json"):
        _json(texts[name], name, problems)
    summary = _summary(tree, problems) if tree else ""
    uses = frozenset(_uses(tree)) if tree else frozenset()
    if tree and folder.parent.name not in FREE_SERVICES:
        _check_home(folder.name, uses, problems)
    page = _Page(readme, problems) if readme is not None else None
    steps = page.steps(code, tree, problems) if page and code and tree else []
    if problems:
        raise SampleError(sorted(problems))
    assert page and code is not None
    return Sample(
        folder=folder,
        title=page.title,
        summary=summary,
        intro=page.intro,
        steps=steps,
        sections=page.sections,
        events=events,
        code=code,
        uses=uses,
    )


def line_of(text: str, needle: str) -> int:
    """The first line (from 1) of `text` that holds `needle`; 1 if none does."""
    for number, line in enumerate(text.splitlines(), 1):
        if needle in line:
            return number
    return 1


# --- Files ----------------------------------------------------------------


def _text(path: Path, problems: list[Problem]) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        problems.append(
            Problem(path.name, 1, "is missing", "every sample has one: add it")
        )
    except OSError as error:
        problems.append(
            Problem(path.name, 1, f"cannot be read: {error.strerror}")
        )
    except UnicodeDecodeError as error:
        problems.append(
            Problem(path.name, 1, f"is not UTF-8: {error}", "save it as UTF-8")
        )
    return None


def _tree(
    code: str | None, name: str, problems: list[Problem]
) -> ast.Module | None:
    if code is None:
        return None
    try:
        return ast.parse(code, name)
    except SyntaxError as error:
        problems.append(Problem(name, error.lineno or 1, f"{error.msg}"))
    except ValueError as error:  # null bytes
        problems.append(Problem(name, 1, str(error)))
    return None


def _json(
    text: str | None, name: str, problems: list[Problem]
) -> dict[str, object] | None:
    if text is None:
        return None
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        problems.append(
            Problem(name, error.lineno, f"is not JSON: {error.msg}")
        )
        return None
    if not isinstance(content, dict):
        problems.append(Problem(name, 1, "is not a JSON object"))
        return None
    return content


def _events(folder: Path, problems: list[Problem]) -> Iterator[Event]:
    paths = sorted((folder / "events").glob("*.json"))
    if len(paths) < 2:
        problems.append(
            Problem(
                "events",
                1,
                f"has {len(paths)} event files",
                "a sample has at least two: an ordinary event and an awkward "
                "one",
            )
        )
    for path in paths:
        name = f"events/{path.name}"
        found = len(problems)
        text = _text(path, problems)
        if len(problems) > found:
            last = problems.pop()
            problems.append(Problem(name, last.line, last.what, last.remedy))
        content = _json(text, name, problems)
        if content is None:
            continue
        about = content.get("about")
        if not isinstance(about, str) or not about.strip():
            problems.append(
                Problem(
                    name,
                    1,
                    'has no "about"',
                    "say in one sentence what happens: it is the caption",
                )
            )
            continue
        yield Event(path.stem, about, content)


# --- Code -----------------------------------------------------------------


def _summary(tree: ast.Module, problems: list[Problem]) -> str:
    lines = (ast.get_docstring(tree) or "").splitlines()
    summary = lines[0].strip() if lines else ""
    if not summary:
        problems.append(
            Problem(
                APP,
                1,
                "has no docstring",
                "its first line is the sentence under the title and on the "
                "card",
            )
        )
    elif len(summary) > SUMMARY_LENGTH:
        problems.append(
            Problem(
                APP,
                1,
                f"the docstring's first line has {len(summary)} characters",
                f"say it in {SUMMARY_LENGTH}",
            )
        )
    return summary


def _uses(tree: ast.Module) -> Iterator[str]:
    """The SDK's names in the code: `func.X` as X, and what is called on an
    app or blueprint as a decorator."""
    modules, names = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules |= {
                alias.asname or alias.name
                for alias in node.names
                if alias.name == "azure.functions"
            }
        elif (
            isinstance(node, ast.ImportFrom)
            and node.module == "azure.functions"
        ):
            names |= {alias.name for alias in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            if ast.unparse(node.value) in modules:
                names.add(node.attr)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for decorator in node.decorator_list:
                called = decorator
                if isinstance(called, ast.Call):
                    called = called.func
                if isinstance(called, ast.Attribute):
                    names.add(called.attr)
    yield from names


def _check_home(
    name: str, uses: frozenset[str], problems: list[Problem]
) -> None:
    if name not in {_snake(used) for used in uses}:
        problems.append(
            Problem(
                APP,
                1,
                f"does not use {name}, whose home this folder is",
                "a folder outside patterns/ bears the name of the decorator "
                "or class that it shows",
            )
        )


def _snake(name: str) -> str:
    """AsgiFunctionApp -> asgi_function_app."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _scope(tree: ast.Module, function: str) -> tuple[int, int] | None:
    """First and last line of a function with its decorators."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and node.name == function
        ):
            lines = [node.lineno, *(d.lineno for d in node.decorator_list)]
            return min(lines), node.end_lineno or node.lineno
    return None


# --- README.md ------------------------------------------------------------


def _span(token: Token) -> tuple[int, int]:
    """The lines of a block, from 0: its first, and the one behind its last."""
    assert token.map
    return token.map[0], token.map[1]


class _Page:
    """README.md, cut into title, introduction, steps and sections."""

    def __init__(self, text: str, problems: list[Problem]) -> None:
        self._lines = text.splitlines()
        self._tokens = MarkdownIt().parse(text)
        self._position = {id(t): n for n, t in enumerate(self._tokens)}
        top = [token for token in self._tokens if token.level == 0]
        headings = [t for t in top if t.type == "heading_open"]
        self._title = headings[0] if headings else None
        if not self._title or self._title.tag != "h1":
            problems.append(
                Problem(README, 1, "does not begin with a title (`# ...`)")
            )
        starts = [t for t in headings[1:] if t.tag == "h2"]
        self._first_section = (
            _span(starts[0])[0] if starts else len(self._lines)
        )
        self._starts = starts
        self._top = top

    @property
    def title(self) -> str:
        assert self._title
        return self._inline_after(self._title).content

    @property
    def sections(self) -> dict[str, str]:
        """The text under each `##`, by its heading."""
        bounds = [_span(t)[0] for t in self._starts] + [len(self._lines)]
        return {
            self._inline_after(start).content: "\n".join(
                self._lines[_span(start)[1] : end]
            ).strip()
            for start, end in zip(self._starts, bounds[1:], strict=True)
        }

    @property
    def intro(self) -> str:
        """What stands between the title and the first step."""
        assert self._title
        ends = [_span(t)[0] for t in self._lists()]
        bold = [_span(t)[0] for t in self._top if self._bold(t)]
        end = min([*ends, *bold, self._first_section])
        return "\n".join(self._lines[_span(self._title)[1] : end]).strip()

    def steps(
        self, code: str, tree: ast.Module, problems: list[Problem]
    ) -> list[Step]:
        """The numbered steps before the first `##`, tied to their lines."""
        steps: list[Step] = []
        function: str | None = None
        for token in self._top:
            if not token.map or token.map[0] >= self._first_section:
                continue
            bold = self._bold(token)
            if bold:
                function = bold
                if not _scope(tree, bold):
                    problems.append(
                        Problem(
                            README,
                            _span(token)[0] + 1,
                            f"the steps under **{bold}** have no code: "
                            f"{APP} defines no {bold}",
                        )
                    )
            elif token.type == "ordered_list_open":
                scope = (function and _scope(tree, function)) or None
                for item in self._items(token):
                    step = self._step(
                        item, len(steps) + 1, function, scope, code, problems
                    )
                    if step:
                        steps.append(step)
        if not steps and not problems:
            problems.append(
                Problem(
                    README,
                    1,
                    "has no steps",
                    "the first numbered list, before the first `##`, walks "
                    "through the code",
                )
            )
        return steps

    def _step(
        self,
        item: Token,
        number: int,
        function: str | None,
        scope: tuple[int, int] | None,
        code: str,
        problems: list[Problem],
    ) -> Step | None:
        line = _span(item)[0] + 1
        inline = self._inline_after(item)
        first = next(iter(inline.children or ()), None)
        if first is None or first.type != "code_inline":
            problems.append(
                Problem(
                    README,
                    line,
                    "the step does not begin with a code span",
                    "begin it with the `code` that it explains",
                )
            )
            return None
        span = first.content
        begin, end = scope or (1, len(code.splitlines()))
        inside = code.splitlines()[begin - 1 : end]
        count = "\n".join(inside).count(span)
        where = f"{function} of {APP}" if function else APP
        if count != 1:
            problems.append(
                Problem(
                    README,
                    line,
                    f"the step's `{span}` stands {count} times in {where}"
                    if count
                    else f"the step's `{span}` is not in {where}",
                    "name a piece of code that stands there exactly once",
                )
            )
            return None
        return Step(
            number=number,
            function=function,
            span=span,
            text=inline.content,
            line=begin + line_of("\n".join(inside), span) - 1,
        )

    def _lists(self) -> list[Token]:
        return [
            token
            for token in self._top
            if token.type == "ordered_list_open"
            and _span(token)[0] < self._first_section
        ]

    def _items(self, list_open: Token) -> Iterator[Token]:
        start = self._position[id(list_open)] + 1
        for token in self._tokens[start:]:
            if token.type == "ordered_list_close" and token.level == 0:
                return
            if token.type == "list_item_open" and token.level == 1:
                yield token

    def _bold(self, token: Token) -> str | None:
        """The name, where the paragraph is nothing but **name**."""
        if token.type != "paragraph_open":
            return None
        match = re.fullmatch(
            r"\*\*`?(\w+)`?\*\*", self._inline_after(token).content
        )
        return match[1] if match else None

    def _inline_after(self, token: Token) -> Token:
        start = self._position[id(token)]
        return next(t for t in self._tokens[start:] if t.type == "inline")
