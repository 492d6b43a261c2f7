"""In which browsers the playground was tried besides Chromium: what
`nox -s other_browsers -- --write` has recorded."""

from __future__ import annotations

import json

from functions_by_example.paths import DATA
from functions_by_example.site.parts import part

RECORD = DATA / "browsers.json"


@part("browsers")
def sentence() -> str:
    """Each browser with its version, and when; and what was done there."""
    rows = json.loads(RECORD.read_text("utf-8"))
    named = [f"{row['name']} {row['version']} on {row['date']}" for row in rows]
    (steps,) = {tuple(row["steps"]) for row in rows}  # the same in all
    return f"{' and in '.join(named)}: {', '.join(steps)}"
