"""A docstring's text, and ours, as HTML.

The SDK writes reStructuredText, Markdown and neither; what is not known here
is shown as it is, escaped. Python-Markdown would take `**kwargs` for emphasis
and what is between angle brackets for HTML.
"""

from __future__ import annotations

import functools
import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from markupsafe import Markup

from functions_by_example.site import html
from functions_by_example.site.markup import highlighted

TEMPLATE = "reference/prose.html"
# A name of so many letters may break.
LONG = 24
_ROLE = re.compile(
    r":(?:class|meth|func|attr|exc|param):[`']~?(?P<role>[^`']+)[`']"
    r"|>>> (?P<prompt>\S+)"
    r"|''(?P<quoted>\w+)''"
)
_SPAN = re.compile(
    r"\[(?P<shown>[^\]]+)\]\((?P<url>(?:https?://)?[^):\s]+)\)"
    r"|\[(?P<name>[^\]]+)\]\[(?P<id>[\w.-]+)\]"
    r"|``?(?P<literal>[^`]+)``?"
    r"|\*\*(?P<bold>[^*]+)\*\*"
    r"|\*(?P<argument>\w+)\*"
)


@dataclass(frozen=True)
class Span:
    """A piece of a line: its kind is "", "code", "b", "strong", "link"
    (`target` is the address) or "reference" (`target` is the identifier)."""

    kind: str
    text: str | Markup
    target: str = ""


@dataclass(frozen=True)
class Paragraph:
    """The lines between two blank lines: the text, the items of a list, and
    the addresses that it refers to (`Ref: URL`)."""

    text: Markup
    items: list[Markup]
    links: list[str]


@functools.cache
def line(text: str) -> Markup:
    """A line of the SDK's or our text as HTML: code, links, emphasis."""
    return marked(spans(text))


def marked(spans: Iterable[Span]) -> Markup:
    """The pieces of a line as HTML."""
    return html.macro(TEMPLATE, "spans", list(spans))


@functools.cache
def name(text: str) -> Markup:
    """A name as code; a long one may break between its words."""
    pieces = [text]
    if len(text) >= LONG:
        pieces = re.split(r"(?<=_)(?=.)|(?=[A-Z])", text)
    return html.macro(TEMPLATE, "name", pieces)


def spans(text: str) -> Iterator[Span]:
    """The pieces of a line."""
    text = _ROLE.sub(lambda role: f"`{role[role.lastgroup or 0]}`", text)
    end = 0
    for match in _SPAN.finditer(text):
        yield Span("", text[end : match.start()])
        yield _span(match)
        end = match.end()
    yield Span("", text[end:])


def _span(match: re.Match[str]) -> Span:
    if match["shown"]:
        return Span("link", line(match["shown"]), match["url"])
    if match["name"]:
        return Span("reference", line(match["name"]), match["id"])
    if match["bold"]:
        return Span("strong", match["bold"])
    return Span("code", match["literal"] or match["argument"])


def described(text: str) -> Markup:
    """What the SDK says of one part: a line, and a list where it has one."""
    return html.macro(TEMPLATE, "described", paragraph(text))


def prose(text: str, end: str = "") -> Markup:
    """Paragraphs, lists and code of a docstring as HTML, each with this end;
    `Ref: URL` as a link."""
    return html.macro(TEMPLATE, "blocks", list(map(_block, blocks(text))), end)


def _block(text: str) -> Markup | Paragraph:
    if not text.startswith("    "):
        return paragraph(text)
    return highlighted(textwrap.dedent(text).replace(">>> ", ""), "python")


def blocks(text: str) -> Iterable[str]:
    """A docstring cut at blank lines, and where indented code begins and
    ends; code keeps its blank lines."""
    found: list[list[str]] = [[]]
    for each in text.strip().splitlines():
        block = found[-1]
        in_code = bool(block) and block[0].startswith("    ")
        in_list = any(other.startswith("- ") for other in block)
        indented = each.startswith("    ")
        if each.strip() and block and indented != in_code and not in_list:
            found.append([each])
        elif each.strip() or in_code:
            block.append(each)
        elif block:
            found.append([])
    return ["\n".join(block).rstrip() for block in found if block]


def paragraph(block: str) -> Paragraph:
    """The parts of a block that is not code."""
    text: list[str] = []
    items: list[str] = []
    links: list[str] = []
    for each in map(str.strip, block.splitlines()):
        reference = re.match(r"(?:Ref|See): (http\S+)", each)
        if reference:
            links.append(reference[1])
        elif each.startswith("- "):
            items.append(each[2:])
        elif each and items:
            items[-1] += f" {each}"
        elif each:
            text.append(each)
    return Paragraph(line(" ".join(text)), list(map(line, items)), links)
