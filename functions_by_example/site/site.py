"""What a page may know of the whole site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from functions_by_example.paths import DOCS, ROOT
from functions_by_example.sample.read import Sample
from functions_by_example.sample.recorded import Entry


@dataclass(frozen=True)
class Playground:
    """Where the editor's parts are, seen from the site's root."""

    loader: str
    engine: str
    ui: str
    style: str


@dataclass(frozen=True)
class Site:
    """The samples and pages of one build, and what is known of where it will
    be published."""

    root: Path = ROOT
    docs: Path = DOCS
    entries: tuple[Entry, ...] = ()
    ids: frozenset[str] = frozenset()  # service/name of each sample
    # The names below azure.functions that the reference has an entry for.
    documented: frozenset[str] = frozenset()
    # What samples are verified with, as a sentence's object.
    versions: str = ""
    # What each sample was run with besides.
    ran: Mapping[str, str] = field(default_factory=dict)
    # Where the repository is, and where its files are browsed.
    repository: str | None = None
    source: str | None = None
    playground: Playground | None = None

    @property
    def samples(self) -> list[Sample]:
        return [entry.sample for entry in self.entries]
