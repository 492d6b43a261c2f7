"""The addresses that the site has published, each of which stays: `update`
adds new pages to the list and removes none."""

from __future__ import annotations

import posixpath
from pathlib import Path

from functions_by_example.paths import ROOT, TESTS
from functions_by_example.sample.read import find
from functions_by_example.sdk import releases
from functions_by_example.site import release_pages as history

PUBLISHED = TESTS / "addresses.txt"
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
