"""Whose work is shipped to readers who press Run, and on what terms, from
data/licences.json."""

from __future__ import annotations

import json
from typing import TypedDict

from functions_by_example.paths import DATA
from functions_by_example.site import html, markdown
from functions_by_example.site.parts import part

RECORD = DATA / "licences.json"


class Package(TypedDict):
    """A package that is shipped: its licence (SPDX), the registry that it is
    from (`source`), and the licence's own text or its address."""

    name: str
    version: str
    licence: str
    source: str
    home: str
    text: str


@part("licences")
def licences() -> str:
    """What is shipped, and the texts of its licences."""
    packages: list[Package] = json.loads(RECORD.read_text("utf-8"))
    rows = [
        (f"[{p['name']}]({p['home']})", p["version"], p["licence"], p["source"])
        for p in packages
    ]
    return html.render(
        "licences.md",
        table=markdown.table(("Package", "Version", "Licence", "From"), rows),
        texts=[p for p in packages if not p["text"].startswith("https://")],
    )
