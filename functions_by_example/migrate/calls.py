"""What becomes of a file's calls, as a plan.

Only when the plan stands does the tree change, so that a call is migrated
whole or left as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import libcst as cst

from functions_by_example.migrate.source import Source

Kind = Literal["error", "left", "note"]

LOOPS = (
    cst.For,
    cst.While,
    cst.GeneratorExp,
    cst.ListComp,
    cst.SetComp,
    cst.DictComp,
)


@dataclass(frozen=True, order=True)
class Remark:
    """What is to be said of a line. An "error" keeps everything from being
    written, "left" is a place left as it is, "note" is for information."""

    line: int
    kind: Kind
    text: str


class Left(Exception):  # noqa: N818 (a place, not a fault)
    """A call is left as it is; `str()` says why."""


@dataclass(frozen=True)
class Argument:
    """What becomes of one argument: its keyword ("" for by position), the
    text of its value (None for as it is), the key that it is wrapped in."""

    keyword: str
    value: str | None = None
    wrapped: str = ""
    dropped: bool = False


@dataclass(frozen=True)
class Call:
    """What becomes of one call: today's name, "" for the one that it has,
    and its arguments."""

    name: str
    arguments: tuple[Argument, ...]


@dataclass
class Plan:
    """What becomes of a file: calls, imports (module, name, alias), what is
    to be said, and the classes of the SDK that it makes objects of."""

    calls: dict[cst.Call, Call] = field(default_factory=dict)
    imports: set[tuple[str, str | None, str | None]] = field(
        default_factory=set
    )
    remarks: list[Remark] = field(default_factory=list)
    makes: set[str] = field(default_factory=set)

    def say(self, line: int, kind: Kind, text: str) -> None:
        self.remarks.append(Remark(line, kind, text))


def in_loop(source: Source, node: cst.CSTNode) -> bool:
    """Whether a node stands in a loop or a comprehension."""
    return any(isinstance(outer, LOOPS) for outer in source.up(node))


def has_comment(node: cst.CSTNode) -> bool:
    """Whether a comment stands inside of a node."""
    return isinstance(node, cst.Comment) or any(map(has_comment, node.children))
