"""Parts of docs/migrate/versions.md: which versions the samples were run
with, and what differs, from the record."""

from __future__ import annotations

from typing import NamedTuple

from functions_by_example.site import html
from functions_by_example.site.navigation import anchor
from functions_by_example.site.parts import part
from functions_by_example.trials import versions
from functions_by_example.trials.models import NEW
from functions_by_example.trials.versions import Column


class Difference(NamedTuple):
    """What differs in a sample, with these SDKs on this Python."""

    id: str
    name: str
    sdks: str
    python: str
    text: str


def _title(column: Column) -> str:
    return f"{column['sdk']} on Python {column['python']}"


@part("version-columns")
def version_columns() -> str:
    """What the samples were run with, and how far."""
    columns = [
        {
            "title": _title(column),
            "requires": column["requires"],
            "worker": column["worker"],
            "invoked": column["level"] == versions.INVOKED,
        }
        for column in versions.load()["columns"]
    ]
    return html.render("versions/columns.html", columns=columns, worker=NEW)


@part("version-samples")
def version_samples() -> str:
    """The samples in each column; those that fare alike share a row, and what
    differs comes first."""
    recorded = versions.load()
    alike: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for name in recorded["digests"]:
        words = tuple(_cell(c, name) for c in recorded["columns"])
        alike.setdefault(words, []).append((anchor(name), name))
    rows = [(samples, words) for words, samples in alike.items()]
    return html.render(
        "versions/samples.html",
        alike=sorted(rows, key=lambda row: len(row[0])),
        titles=list(map(_title, recorded["columns"])),
    )


def _cell(column: Column, sample: str) -> str:
    differences = column["samples"][sample]
    if differences is None:
        return "not run"
    if differences:
        return "differs"
    return "holds" if column["level"] == versions.INVOKED else "listed"


@part("version-differences")
def version_differences() -> str:
    """What differs, word for word; what is alike is told once."""
    columns = versions.load()["columns"]
    alike: dict[tuple[str, str, str], list[str]] = {}
    for column in columns:
        for name, cell in column["samples"].items():
            if cell:
                place = name, column["python"], "\n".join(cell)
                alike.setdefault(place, []).append(column["sdk"])
    tried = list(dict.fromkeys(column["sdk"] for column in columns))
    differences = [
        Difference(anchor(name), name, versions.span(sdks, tried), python, text)
        for (name, python, text), sdks in alike.items()
    ]
    return html.render("versions/differences.md", differences=differences)


@part("version-missing")
def version_missing() -> str:
    """The Pythons that were not found where the record was made."""
    missing = versions.load()["missing"]
    if not missing:
        return ""
    names = " and ".join(missing)
    return (
        f"Python {names}: not run, because it was not on the machine that "
        "ran the others."
    )
