"""What the SDK's docstrings say, what they leave out, and our words for it.

Our words are in data/sdk/words.toml.
"""

from __future__ import annotations

import functools
import inspect
import re
import textwrap
import tomllib
from dataclasses import dataclass

import azure.functions as func
import griffe

from functions_by_example.paths import DATA
from functions_by_example.sdk import parameters

WORDS = DATA / "sdk" / "words.toml"
# Where our words are for every entry that has the part.
EVERY = "*"


@dataclass(frozen=True)
class Correction:
    """Words of the SDK that are wrong, and ours. `part` is a parameter or a
    member; empty, it is the text of the entry."""

    entry: str
    part: str
    says: str
    ours: str


@dataclass(frozen=True)
class Words:
    """Ours: what the SDK lacks, by entry and part, and what it has wrong."""

    lacks: dict[tuple[str, str], str]
    wrong: list[Correction]

    def beside(self, entry: str, part: str, theirs: str) -> str:
        """Our words about a part of which the SDK says `theirs`."""
        corrections = [
            wrong.ours
            for wrong in self.wrong
            if (wrong.entry, wrong.part) == (entry, part)
        ]
        lacking = "" if theirs else self.lacks.get((entry, part), "")
        if not theirs and not lacking:
            lacking = self.lacks.get((EVERY, part), "")
        return " ".join(filter(None, [lacking, *corrections]))


@functools.cache
def words() -> Words:
    """What data/sdk/words.toml holds."""
    data = tomllib.loads(WORDS.read_text("utf-8"))
    return Words(
        lacks={
            (entry, part): text
            for entry, parts in data["lacks"].items()
            for part, text in parts.items()
        },
        wrong=[Correction(**wrong) for wrong in data["wrong"]],
    )


@dataclass(frozen=True)
class Said:
    """A docstring: its text, what it says of each parameter, and what of
    errors."""

    text: str
    parameters: dict[str, str]
    raises: list[tuple[str, str]]


def said(docstring: str | None) -> Said:
    """A docstring, in Sphinx's, NumPy's or Google's style."""
    source = inspect.cleandoc(docstring or "")
    style: griffe.Parser = griffe.Parser.sphinx
    if re.search(r"^\s*-{4,}$", source, re.MULTILINE):
        style = griffe.Parser.numpy
    elif re.search(r"^(Args|Attributes):$", source, re.MULTILINE):
        style = griffe.Parser.google
    sections = griffe.Docstring(source).parse(style, warnings=False)
    text: list[str] = []
    about: dict[str, str] = {}
    raises: list[tuple[str, str]] = []
    for section in sections:
        if isinstance(section, griffe.DocstringSectionText):
            text.append(section.value)
        elif section.title == "Example":
            example = textwrap.indent(section.value.contents, "    ")
            text.append(f"Example:\n\n{example}")
        elif isinstance(section, griffe.DocstringSectionParameters):
            about |= {p.name: p.description for p in section.value}
        elif isinstance(section, griffe.DocstringSectionRaises):
            raises += [
                (str(r.annotation), r.description) for r in section.value
            ]
    # The SDK heads a NumPy section with a colon: no parser knows it.
    whole = re.split(r"(?m)^\s*Returns?:?\s*\n\s*-{4,}", "\n\n".join(text))[0]
    whole = re.split(r"(?m)^\s*:(?:attribute|param\b|return)", whole)[0]
    return Said(whole.strip(), about, raises)


def one_line(text: str) -> str:
    """The text without its line breaks."""
    return " ".join(text.split())


def doc(cls: type, name: str) -> str | None:
    """The docstring of a member, its own or that of the base that it fills
    in."""
    for base in cls.__mro__:
        if name in vars(base) and vars(base)[name].__doc__:
            return str(vars(base)[name].__doc__)
    return None


def own_parts(cls: type) -> dict[str, object]:
    """The public members of a class, its own and those of its bases within
    the SDK, without the decorators: those have entries of their own."""
    skipped = set()
    if issubclass(cls, func.DecoratorApi):
        skipped = {*parameters.decorators(), "schedule"}
    found: dict[str, object] = {}
    for base in cls.__mro__:
        if base.__module__.startswith("azure.functions"):
            for name, value in vars(base).items():
                if not name.startswith("_") and name not in skipped:
                    found.setdefault(name, value)
    return {
        name: value
        for name, value in found.items()
        if isinstance(value, property | classmethod | staticmethod)
        or inspect.isfunction(value)
    }


def constructor(cls: type) -> inspect.Signature | None:
    """The signature with which a class is called; None where it is not."""
    own = inspect.isfunction(getattr(cls, "__init__"))  # noqa: B009
    if inspect.isabstract(cls) or not own or issubclass(cls, type):
        return None
    return inspect.signature(cls)


def about_arguments(cls: type, theirs: Said) -> dict[str, str]:
    """What the SDK says of the constructor's parameters; of one that it does
    not explain, what it says of the attribute of that name."""
    own = said(doc(cls, "__init__"))
    return {
        part: one_line(said(doc(cls, part)).text)
        for part, value in own_parts(cls).items()
        if isinstance(value, property)
    } | {
        part: text
        for part, text in (theirs.parameters | own.parameters).items()
        if text
    }
