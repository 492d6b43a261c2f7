"""What proves the errors and facts that a sample's README.md states.

claims.toml in the sample's folder holds a `[[claim]]` for each: what to change
in the app, and what then comes. `says` holds the first words of the passage
that the claim proves; an error that the passage quotes needs none.

    [[claim]]
    says = "`set` replaces what you set before."
    event = "two-readings"
    replace = {"return func" = "events.set(['last']); return func"}
    gives.outputs.events = {json = ["last"]}

    [[claim]]
    error = "TypeError: issubclass() arg 1 must be a class"
    replace = {"func.QueueMessage" = "List[func.QueueMessage]"}

The folder is read here; trials/claims.py runs what it says.
"""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import cast

from markdown_it import MarkdownIt
from markdown_it.token import Token

from functions_by_example.sample.read import (
    CLAIMS,
    README,
    Problem,
    Sample,
    SampleError,
)

# The section that only a Functions host can run.
NOT_RUN = "Run it"
# The section in which each passage needs a claim or a source.
FACTS = "Good to know"
# A code span that quotes an error: an exception's name and a colon, or three
# words in a row.
_ERROR = re.compile(r"^\w+(Error|Exception): |[A-Za-z']+( [A-Za-z']+){2}")
# What a claim may say of the result.
RESULTS = (
    "error", "binding", "gives", "lacks", "logs", "host", "settings",
    "expression",
)  # fmt: skip


@dataclass(frozen=True)
class Claim:
    """One `[[claim]]`.

    The app is loaded with `replace` applied to its code and `event`, if any,
    sent to it: the name of one of the sample's own, or an event. `cases`
    repeats the claim with each text in the place of `$case`; `spans`, a
    regular expression, with each code span of the passage that it matches.
    """

    line: int
    says: str = ""
    replace: Mapping[str, str] = field(default_factory=dict)
    event: str | Mapping[str, object] = ""
    cases: Sequence[str] = ()
    spans: str = ""
    # A part of "Type: message", of loading, of the event or of `expression`.
    error: str = ""
    # Every binding with this `function`, `type` and `name` has the other keys.
    binding: Mapping[str, object] = field(default_factory=dict)
    # A part of the result, as recorded/events/ has it.
    gives: Mapping[str, object] = field(default_factory=dict)
    # Keys that are absent or null: of the bindings, or of the result.
    lacks: Sequence[str] = ()
    # As many messages are logged, and each holds its text.
    logs: Sequence[str] | None = None
    # Parts of host.json, and of the settings in local.settings.json.
    host: Mapping[str, object] = field(default_factory=dict)
    settings: Mapping[str, object] = field(default_factory=dict)
    # Python that is true, or raises `error`, where `func`, `azure` and
    # `inspect` are imported.
    expression: str = ""


_KINDS: Mapping[str, tuple[type, ...]] = {
    "says": (str,),
    "replace": (dict,),
    "event": (str, dict),
    "cases": (list,),
    "spans": (str,),
    "error": (str,),
    "binding": (dict,),
    "gives": (dict,),
    "lacks": (list,),
    "logs": (list,),
    "host": (dict,),
    "settings": (dict,),
    "expression": (str,),
}


_BEGINNING = re.compile(r"\s*\[\[\s*claim\s*\]\]")


@dataclass(frozen=True)
class Passage:
    """A paragraph or list item of README.md. `spans` are its code spans, but
    for those that are the text of a link; `sourced`: it has a link to an
    outside source."""

    line: int
    section: str
    text: str
    spans: tuple[str, ...]
    sourced: bool


def read(folder: Path) -> list[Claim]:
    """The claims of a sample's folder; none where it has no claims.toml.
    Raises SampleError."""
    path = folder / CLAIMS
    if not path.exists():
        return []
    try:
        text = path.read_text("utf-8")
        given = tomllib.loads(text)
    except (OSError, ValueError) as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found[1]) if found else 1
        problem = Problem(CLAIMS, line, f"is not TOML: {error}")
        raise SampleError([problem]) from None
    tables = given.pop("claim", [])
    if not isinstance(tables, list) or not all(
        isinstance(table, dict) for table in tables
    ):
        problem = Problem(CLAIMS, 1, "has no [[claim]]", "begin each with it")
        raise SampleError([problem])
    lines = [
        number
        for number, line in enumerate(text.splitlines(), 1)
        if _BEGINNING.match(line)
    ]
    lines += [1] * (len(tables) - len(lines))  # written as a list of tables
    problems = [
        Problem(CLAIMS, 1, f"unknown key {key!r}", "it holds [[claim]] only")
        for key in given
    ]
    for line, table in zip(lines, tables, strict=False):
        problems += _wrong(line, table)
    if problems:
        raise SampleError(problems)
    return [
        Claim(line, **table) for line, table in zip(lines, tables, strict=False)
    ]


def _wrong(line: int, table: Mapping[str, object]) -> Iterator[Problem]:
    for key, value in table.items():
        if key not in _KINDS:
            yield Problem(
                CLAIMS,
                line,
                f"unknown key {key!r}",
                f"a claim has {', '.join(_KINDS)}",
            )
        elif not isinstance(value, _KINDS[key]):
            kinds = " or ".join(kind.__name__ for kind in _KINDS[key])
            yield Problem(CLAIMS, line, f"{key!r} is no {kinds}")
        elif key in RESULTS and not value:
            yield Problem(CLAIMS, line, f"{key!r} is empty: nothing can fail")
    cases = table.get("cases", [])
    if isinstance(cases, list) and not all(
        isinstance(case, str) for case in cases
    ):
        yield Problem(CLAIMS, line, "'cases' are texts")
    try:
        re.compile(str(table.get("spans", "")))
    except re.error as error:
        yield Problem(CLAIMS, line, f"'spans' is no pattern: {error}")
    if {"gives", "logs", "lacks"} & table.keys() and not (
        table.get("event") or table.get("binding")
    ):
        yield Problem(
            CLAIMS,
            line,
            "says what comes back, and sends nothing",
            "name an event, or a binding",
        )
    if table.keys().isdisjoint(RESULTS):
        yield Problem(
            CLAIMS,
            line,
            "says nothing of the result",
            f"say it by one of {', '.join(RESULTS)}",
        )
    if not (table.get("says") or table.get("error")):
        yield Problem(
            CLAIMS,
            line,
            "proves no passage of README.md",
            "`says` holds the first words of the passage",
        )


# --- README.md ------------------------------------------------------------


def passages(readme: str) -> Iterator[Passage]:
    """Those of README.md, without the section "Run it"."""
    section = ""
    for opening, token in itertools.pairwise(MarkdownIt().parse(readme)):
        if token.type != "inline":
            continue
        if opening.type == "heading_open":
            section = token.content
        elif section != NOT_RUN:
            spans, links = _spans_and_links(token.children or [])
            yield Passage(
                line=(token.map or [0])[0] + 1,
                section=section,
                text=token.content,
                spans=tuple(spans),
                sourced=any(link.startswith("https://") for link in links),
            )


def _spans_and_links(children: list[Token]) -> tuple[list[str], list[str]]:
    spans, links, inside = [], [], False
    for child in children:
        if child.type in ("link_open", "link_close"):
            inside = child.type == "link_open"
        if child.type == "link_open":
            links.append(str(child.attrs["href"]))
        if child.type == "code_inline" and not inside:
            spans.append(child.content)
    return spans, links


def proved(claim: Claim, found: Sequence[Passage]) -> list[Passage]:
    """The passages that a claim is about: one, if all is well."""
    if claim.says:
        return [p for p in found if p.text.startswith(claim.says)]
    return [p for p in found if claim.error in p.spans]


def unproved(sample: Sample, claims: Sequence[Claim]) -> Iterator[Problem]:
    """Errors that README.md quotes and no claim provokes, facts with neither
    claim nor source, claims about no passage."""
    found = list(passages(sample.text(README)))
    own = "".join(
        path.read_text("utf-8")
        for path in sample.folder.rglob("*")
        if path.suffix in (".py", ".json", ".txt")
    )
    provoked = {claim.error for claim in claims}
    held = [passage for claim in claims for passage in proved(claim, found)]
    for passage in found:
        for span in passage.spans:
            if _ERROR.search(span) and span not in own and span not in provoked:
                yield Problem(
                    README,
                    passage.line,
                    f"quotes `{span}`, which no claim provokes",
                    f"correct it, provoke it in {CLAIMS}, or make it the text "
                    "of a link to its source",
                )
        if (
            passage.section == FACTS
            and not passage.sourced
            and passage not in held
        ):
            yield Problem(
                README,
                passage.line,
                f'"{passage.text[:60]}..." has neither claim nor source',
                f"prove it in {CLAIMS}, link to an outside source, or delete "
                "it",
            )
    for claim in claims:
        yield from _misplaced(claim, proved(claim, found))


def _misplaced(claim: Claim, about: Sequence[Passage]) -> Iterator[Problem]:
    words = f"begin with {claim.says!r}" if claim.says else "quote its `error`"
    if not about or (claim.says and len(about) > 1):
        yield Problem(
            CLAIMS,
            claim.line,
            f"{len(about)} passages of {README} {words}",
            "a claim is about one: correct it or README.md",
        )
        return
    for value in claim.settings.values():
        if value not in about[0].spans:
            yield Problem(
                CLAIMS,
                claim.line,
                f"the passage does not quote the setting's value {value!r}",
            )


def cases(claim: Claim, found: Sequence[Passage]) -> list[Claim]:
    """The claim as often as it is to be run, with its cases in their places."""
    texts = list(claim.cases)
    if claim.spans:
        spans = [s for p in proved(claim, found) for s in p.spans]
        texts += [s for s in spans if re.fullmatch(claim.spans, s)]
    if not (claim.cases or claim.spans):
        return [claim]
    places = [f.name for f in fields(claim) if f.name in _KINDS]
    return [
        replace(
            claim,
            **{name: _with(getattr(claim, name), text) for name in places},
        )
        for text in texts
    ]


def _with[T](value: T, text: str) -> T:
    """A value with a text in the place of each `$case`."""
    made: object = value
    if isinstance(value, str):
        made = value.replace("$case", text)
    elif isinstance(value, dict):
        made = {_with(k, text): _with(v, text) for k, v in value.items()}
    elif isinstance(value, list):
        made = [_with(item, text) for item in value]
    return cast("T", made)
