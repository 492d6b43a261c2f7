"""The site built for a test, and what the tests ask of its pages."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).parents[1]
# Where the site is published for a test, and its repository.
SITE = "https://site.test/functions/"
CODE = "https://code.test/team/examples"
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
    done = built(root, target, **environment)
    done.check_returncode()
    return done.stdout


def built(
    root: Path, target: Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Try to build the site of this tree; its output is what MkDocs said."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("SITE_URL", "REPO_URL", "EDIT_URI")
    }
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "-d", str(target)],
        cwd=root,
        env=kept
        | {
            "PYTHONPATH": str(ROOT),
            "SOURCE_DATE_EPOCH": "1770000000",
            "NO_MKDOCS_2_WARNING": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        | environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
