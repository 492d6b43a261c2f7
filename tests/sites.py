"""The site built for a test, what the tests ask of its pages, and a copy of
what it is made of."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).parents[1]
# Attributes whose address a browser fetches with the page.
FETCHED = {
    ("script", "src"),
    ("img", "src"),
    ("iframe", "src"),
    ("source", "src"),
    ("video", "src"),
    ("audio", "src"),
    ("object", "data"),
}
FETCHING_LINKS = {"stylesheet", "icon", "preload", "preconnect", "manifest"}


@dataclass
class Parsed(HTMLParser):
    """What the tests ask of a page."""

    text: str
    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    meta: dict[str, str] = field(default_factory=dict)
    canonical: str | None = None

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.text)

    def handle_starttag(
        self, tag: str, attrs: list[tuple[str, str | None]]
    ) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "meta" and "name" in given:
            self.meta[given["name"]] = given.get("content", "")
        if tag == "link":
            rel = set(given.get("rel", "").split())
            if rel & FETCHING_LINKS:
                self.fetched.append(given["href"])
            if "canonical" in rel:
                self.canonical = given["href"]
        self.fetched += [
            value for name, value in given.items() if (tag, name) in FETCHED
        ]


def build(root: Path, target: Path, **environment: str) -> str:
    """Build the site of this tree; what MkDocs said. Raises
    CalledProcessError."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("SITE_URL", "REPO_URL", "EDIT_URI")
    }
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "-d", str(target)],
        cwd=root,
        env=kept
        | {
            "SOURCE_DATE_EPOCH": "1770000000",
            "NO_MKDOCS_2_WARNING": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        | environment,
        check=True,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    return done.stdout


def copied(folder: Path) -> Path:
    """A copy of what the site is made of, to be broken, in this folder."""
    for name in ("docs", "functions_by_example", "samples", "tests"):
        shutil.copytree(
            ROOT / name,
            folder / name,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
    for name in ("README.md", "mkdocs.yml", "noxfile.py"):
        shutil.copy(ROOT / name, folder)
    return folder
