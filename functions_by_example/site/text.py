"""The site as text, for language models: llms.txt, which lists the pages, and
llms-full.txt, which holds them all.

The text comes from the finished HTML of a page, whoever made it, so that
nothing that a reader sees is left out. Source of the form of llms.txt:
https://llmstxt.org
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from html_to_markdown import ConversionOptions, convert
from selectolax.lexbor import LexborHTMLParser

INDEX = "llms.txt"
FULL = "llms-full.txt"

# What is no text: what a reader presses, and pictures.
SKIPPED = (".actions", ".headerlink", ".md-button", "button", "form", "svg")
_LINKS_WITHIN = "a:not([href^='http://'], [href^='https://'])"
_OPTIONS = ConversionOptions(
    autolinks=False,
    bullets="-",
    compact_tables=True,
    extract_metadata=False,
    hidden_content="all",
    highlight_style="none",
)


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
    """The HTML of a page as Markdown. Links lead out of the site or are plain
    text; the name of a tab is a line above what it shows."""
    page = LexborHTMLParser(html)
    for selector in SKIPPED:
        for tag in page.css(selector):
            tag.decompose()
    page.unwrap_tags(["span"])  # the colours of code
    for link in page.css(_LINKS_WITHIN):
        link.unwrap()
    for block in page.css("div[class^='language-']"):
        for code in block.css("code"):
            code.attrs["class"] = block.attrs["class"]
    for tabs in page.css(".tabbed-set"):
        shown = tabs.css(".tabbed-block")
        for label, block in zip(tabs.css("label"), shown, strict=True):
            name = page.create_node("p")
            name.insert_child(f"{label.text()}:")
            block.insert_before(name)
            label.decompose()
    return (convert(page.html or "", _OPTIONS).content or "").strip()
