"""The site as text, for language models: llms.txt, which lists the pages, and
llms-full.txt, which holds them all.

The text comes from the finished HTML of a page, whoever made it, so that
nothing that a reader sees is left out. Source of the form of llms.txt:
https://llmstxt.org
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser

INDEX = "llms.txt"
FULL = "llms-full.txt"


@dataclass(frozen=True)
class Page:
    """A page: its section in the navigation, its address (absolute where
    the site's is known), and its content as HTML."""

    section: str
    address: str
    title: str
    description: str
    html: str


def index(name: str, about: str, pages: Iterable[Page]) -> str:
    """llms.txt: a line for each page, under its section."""
    parts = [
        f"# {name}",
        f"> {about}",
        f"The text of all pages is in one file: {FULL}",
    ]
    sections: dict[str, list[str]] = {}
    for page in pages:
        sections.setdefault(page.section, []).append(
            f"- [{page.title}]({page.address}): {page.description}"
        )
    for section, lines in sections.items():
        parts += [f"## {section}", "\n".join(lines)]
    return "\n\n".join(parts) + "\n"


def full(name: str, about: str, pages: Iterable[Page]) -> str:
    """llms-full.txt: the text of each page, in the order of the
    navigation."""
    parts = [f"# {name}", f"> {about}"]
    for page in pages:
        parts += ["---", f"Page: {page.address}", text_of(page.html)]
    return "\n\n".join(parts) + "\n"


def text_of(html: str) -> str:
    """The HTML of a page as Markdown: headings, paragraphs, lists, tables,
    and code in fences. Links lead out of the site or are plain text."""
    reader = _Reader()
    reader.feed(_INLINE.sub("", html))
    reader.close()
    return reader.text()


_SKIPPED = frozenset({"button", "form", "script", "style", "svg"})
_SKIPPED_CLASSES = frozenset({"actions", "headerlink", "md-button"})
_VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "source", "wbr"})
_BLOCKS = frozenset(
    {"article", "aside", "blockquote", "dd", "details", "div", "dl", "dt"}
    | {"figcaption", "figure", "main", "nav", "p", "section", "summary"}
)
# Tags that say nothing: most of them are the colours of code.
_INLINE = re.compile(r"</?(?:b|em|i|mark|span|strong)\b[^>]*>")
_HEADING = re.compile("h[1-6]")


class _Reader(HTMLParser):
    """Collects blocks of text as the tags go by."""

    def __init__(self) -> None:
        super().__init__()
        self._blocks: list[tuple[str, bool]] = []  # and whether it is an item
        self._line = ""  # of the block under way
        self._prefix = ""  # what the block under way begins with
        self._skipped: list[str] = []  # tags whose content is not text
        self._lists: list[str] = []  # the markers of the lists around
        self._code: str | None = None  # of the <pre> under way
        self._rows: list[list[str]] | None = None  # of the table under way
        self._links: list[str] = []  # addresses of the links around
        self._language = ""
        self._tabs: list[str] = []  # names of the tabs to come

    def text(self) -> str:
        self._end()
        text, was_item = "", False
        for block, is_item in self._blocks:
            if text:
                text += "\n" if was_item and is_item else "\n\n"
            text, was_item = text + block, is_item
        return text

    # --- What HTMLParser calls ---

    def handle_starttag(
        self, tag: str, attrs: list[tuple[str, str | None]]
    ) -> None:
        given: Mapping[str, str] = {name: value or "" for name, value in attrs}
        classes = given.get("class", "").split()
        if self._skipped:
            if tag not in _VOID:
                self._skipped.append(tag)
        elif tag in _SKIPPED or _SKIPPED_CLASSES.intersection(classes):
            self._skipped.append(tag)
        elif tag == "pre":
            self._end()
            self._code = ""
        elif self._code is not None:
            self._code += "\n" if tag == "br" else ""
        elif _HEADING.fullmatch(tag):
            self._end("#" * int(tag[1]) + " ")
        elif tag in ("ul", "ol"):
            self._end()
            self._lists.append("1." if tag == "ol" else "-")
        elif tag == "li":
            marker = self._lists[-1] if self._lists else "-"
            self._end("  " * (len(self._lists) - 1) + marker + " ")
        elif tag == "table":
            self._end()
            self._rows = []
        elif tag == "tr" and self._rows is not None:
            self._rows.append([])
        elif tag in ("td", "th"):
            self._line = ""
        elif tag == "a":
            self._links.append(given.get("href", ""))
            self._line += "[" if _is_out(self._links[-1]) else ""
        elif tag == "code":
            self._line += "`"
        elif tag == "br":
            self._line += " "
        elif tag == "label":
            self._line = ""
        elif tag in _BLOCKS and self._rows is None:
            self._block(classes)

    def handle_endtag(self, tag: str) -> None:
        if self._skipped:
            if tag in self._skipped:
                while self._skipped.pop() != tag:
                    pass
        elif tag == "pre" and self._code is not None:
            code = self._code.strip("\n")
            fence = "````" if "```" in code else "```"
            self._add(f"{fence}{self._language}\n{code}\n{fence}")
            self._code, self._language = None, ""
        elif self._code is not None:
            return
        elif tag in ("ul", "ol"):
            self._end()
            self._lists[-1:] = []
        elif tag in ("td", "th") and self._rows:
            cell = " ".join(self._line.split()).replace("|", "\\|")
            self._rows[-1].append(cell)
            self._line = ""
        elif tag == "table" and self._rows is not None:
            self._add(_table(self._rows))
            self._rows = None
        elif tag == "a" and self._links:
            link = self._links.pop()
            self._line += f"]({link})" if _is_out(link) else ""
        elif tag == "code":
            self._line += "`"
        elif tag == "label":
            self._tabs.append(self._line.strip())
            self._line = ""
        elif self._rows is None and (
            tag == "li" or tag in _BLOCKS or _HEADING.fullmatch(tag)
        ):
            self._end()

    def handle_data(self, data: str) -> None:
        if self._skipped:
            return
        if self._code is not None:
            self._code += data
        else:
            self._line += data

    # --- Blocks ---

    def _block(self, classes: list[str]) -> None:
        """A block begins. A paragraph that a list item begins with goes on
        with the item's line."""
        if self._line.strip() or not self._prefix:
            self._end()
        for name in classes:
            if name.startswith("language-"):
                self._language = name.removeprefix("language-")
        if "tabbed-block" in classes and self._tabs:
            self._add(f"{self._tabs.pop(0)}:")

    def _add(self, block: str) -> None:
        self._blocks.append((block, False))

    def _end(self, prefix: str = "") -> None:
        line = " ".join(self._line.split())
        if line:
            indent = "" if self._prefix else "  " * len(self._lists)
            is_item = bool(self._lists and self._prefix)
            self._blocks.append((indent + self._prefix + line, is_item))
        self._line, self._prefix = "", prefix


def _is_out(link: str) -> bool:
    return link.startswith(("http://", "https://"))


def _table(rows: Iterable[list[str]]) -> str:
    lines = [f"| {' | '.join(row)} |" for row in rows if row]
    if lines:
        columns = lines[0].count(" | ") + 1
        lines.insert(1, "|" + "---|" * columns)
    return "\n".join(lines)
