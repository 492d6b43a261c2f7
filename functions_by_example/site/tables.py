"""A Markdown extension: each cell of a table knows its column's title.

On a phone the cells of a row stand one below the other, and the title is
shown before each (docs/assets/site.css): no table scrolls sideways.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from markdown import Extension, Markdown
from markdown.treeprocessors import Treeprocessor


class _Labels(Treeprocessor):
    def run(self, root: Element) -> None:
        for table in root.iter("table"):
            titles = ["".join(th.itertext()) for th in table.iterfind(".//th")]
            for row in table.iterfind("./tbody/tr"):
                for title, cell in zip(titles, row, strict=True):
                    if title.strip():
                        cell.set("data-column", title.strip())


class Tables(Extension):
    """Give each `<td>` the attribute `data-column`: its column's title, as
    plain text. A column without a title gives none."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        # After the inline patterns (20), so that a title is text.
        md.treeprocessors.register(_Labels(md), "tables", 15)


def makeExtension(**options: object) -> Tables:  # noqa: N802
    """What Python-Markdown calls."""
    return Tables(**options)
