"""In which browsers the playground was tried besides Chromium: what
`nox -s other_browsers -- --write` has recorded."""

from __future__ import annotations

import json
from pathlib import Path

RECORD = Path(__file__).parents[1] / "data" / "browsers.json"


def sentence() -> str:
    """Each browser with its version, and when."""
    rows = json.loads(RECORD.read_text("utf-8"))
    named = [f"{row['name']} {row['version']} on {row['date']}" for row in rows]
    return " and in ".join(named)
