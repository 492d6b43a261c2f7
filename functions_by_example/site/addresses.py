"""The addresses that the site has published, and where old ones lead.

An address once published stays: as a page, or as a redirect that stands
under `extra.redirects` in mkdocs.yml. `update` adds new pages to the list and
takes nothing away.
"""

from __future__ import annotations

import html
import posixpath
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from functions_by_example.paths import ROOT, TESTS
from functions_by_example.sample.read import Problem, SampleError, find, line_of
from functions_by_example.sdk import releases
from functions_by_example.site import release_pages as history

PUBLISHED = TESTS / "addresses.txt"
CONFIG = "mkdocs.yml"
# What is published beside the pages.
FILES = ("/llms-full.txt", "/llms.txt", "/sitemap.xml")


def of(page: str) -> str:
    """The address of a Markdown file, from the root of the site."""
    stem = page.removesuffix(".md")
    if posixpath.basename(stem) == "index":
        stem = posixpath.dirname(stem)
    return f"/{stem}/" if stem else "/"


def current(root: Path = ROOT) -> set[str]:
    """The addresses that the site of this tree has."""
    docs = root / "docs"
    pages = {p.relative_to(docs).as_posix() for p in docs.rglob("*.md")}
    samples = find(root / "samples")
    pages |= {"/".join(("samples", *s.parts[-2:])) + ".md" for s in samples}
    recorded = root / releases.RECORD.relative_to(ROOT)
    if recorded.is_file():
        pages |= {history.address(v) for v in releases.read(recorded)}
    return {of(page) for page in pages} | set(FILES)


def published(file: Path = PUBLISHED) -> list[str]:
    """The list as it is kept."""
    return file.read_text("utf-8").splitlines() if file.is_file() else []


def update(file: Path = PUBLISHED, root: Path = ROOT) -> list[str]:
    """Add the pages that are not in the list yet; what was added."""
    before = set(published(file))
    added = sorted(current(root) - before)
    if added:
        lines = sorted(before | set(added))
        file.write_text("\n".join(lines) + "\n", "utf-8", newline="\n")
    return added


def redirects(
    table: Mapping[str, str], pages: Iterable[str], config: str
) -> dict[str, str]:
    """The pages that lead from old addresses to new ones: file -> HTML.

    Takes the table (old -> new, both from the root of the site), the
    addresses of the pages, and the text of mkdocs.yml. Raises SampleError for
    what leads nowhere or stands in the way of a page.
    """
    known = set(pages)
    problems = list(_wrong(table, known, config))
    if problems:
        raise SampleError(problems)
    return {
        f"{old.strip('/')}/index.html": _page(posixpath.relpath(new, old) + "/")
        for old, new in table.items()
    }


def _wrong(
    table: Mapping[str, str], known: set[str], config: str
) -> Iterator[Problem]:
    for old, new in table.items():
        line = line_of(config, f"{old}:")
        if old in known:
            yield Problem(
                CONFIG,
                line,
                f"redirects {old}, which is a page",
                "take the line out",
            )
        if not (old.startswith("/") and old.endswith("/")):
            yield Problem(
                CONFIG,
                line,
                f"redirects {old}, which is no address of a page",
                "an address begins and ends with a slash",
            )
        if new not in known:
            yield Problem(
                CONFIG,
                line,
                f"redirects {old} to {new}, which is no page",
                "name the page's address from the root, such as /about/",
            )


def _page(target: str) -> str:
    target = html.escape(target)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        "<title>This page has moved</title>"
        '<meta name="robots" content="noindex">'
        '<meta name="description" content="This page has moved.">'
        f'<script>location.replace("{target}" + location.hash)</script>'
        f'<noscript><meta http-equiv="refresh" content="0; url={target}">'
        "</noscript></head>"
        f'<body><main><h1>This page has moved</h1><p><a href="{target}">'
        "Go to its new address</a></p></main></body></html>\n"
    )
