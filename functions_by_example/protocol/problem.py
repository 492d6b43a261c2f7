"""The one Problem: what is wrong, where, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict


class ProblemJson(TypedDict):
    """A problem of an app as `check` reports it, in JSON."""

    severity: str
    code: str
    message: str
    hint: str
    file: str | None
    line: int | None


@dataclass(frozen=True, order=True)
class Problem:
    """What is wrong with a file, and the remedy.

    `file` is relative to what was looked at (an app's folder, a sample's, the
    repository), with forward slashes; None where there is no such thing.
    `line` counts from 1. `code` names the kind where the kinds are listed, and
    the list has a remedy for each, which `remedy` replaces.
    """

    file: str | None
    line: int | None
    what: str
    remedy: str = ""
    code: str = ""

    def __str__(self) -> str:
        hint = f"\n    {self.remedy}" if self.remedy else ""
        return f"{self.file}:{self.line}: {self.what}{hint}"
