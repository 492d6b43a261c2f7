"""What leads to the troubles of docs/fix: its questions, pages and codes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from functions_by_example.check.problems import HINTS, severity
from functions_by_example.check.warnings.warning import every
from functions_by_example.site import markdown
from functions_by_example.site.navigation import place
from functions_by_example.site.parts import part
from functions_by_example.site.parts.fix import message
from functions_by_example.site.site import Site
from functions_by_example.trials.troubles import recorded

# As much of an error as is shown of it.
LONGEST = 75
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
    places = {
        heading.anchor: heading
        for path in (folder / "index.md", *_pages(folder))
        for heading in headings(path)
    }
    every()
    rows = [(f"`{code}`", severity(code), places[code].link) for code in HINTS]
    return markdown.table(("Code", "Is", "Settled by"), rows)


def _pages(folder: Path) -> list[Path]:
    """The pages but for index.md, in the order of the navigation."""
    pages = [p for p in folder.glob("*.md") if p.name != "index.md"]
    return sorted(pages, key=lambda p: place(p.name, p.read_text("utf-8")))
