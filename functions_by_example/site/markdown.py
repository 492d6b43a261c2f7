"""Tables and blocks of code in Markdown, for parts of pages."""

from __future__ import annotations

from collections.abc import Iterable


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table of cells that are Markdown."""
    titles = list(head)
    return "\n".join(map(_line, [titles, ["---"] * len(titles), *rows]))


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def block(
    text: str, language: str, title: str = "", marked: Iterable[int] = ()
) -> str:
    """A block of code with its title above it; `marked` are lines, from 1."""
    options = [f'title="{title}"'] if title else []
    lines = " ".join(map(str, marked))
    if lines:
        options.append(f'hl_lines="{lines}"')
    return f"```{' '.join([language, *options])}\n{text.rstrip()}\n```"


def wrapped(text: str, title: str) -> str:
    """A text that is read to its end, such as an error: its lines wrap."""
    return f'``` {{ .text .wrapped title="{title}" }}\n{text}\n```'


def codes(texts: Iterable[str]) -> str:
    """Texts as code, with commas between them."""
    return ", ".join(f"`{text}`" for text in texts)
