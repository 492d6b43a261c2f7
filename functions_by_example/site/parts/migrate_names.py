"""Parts of docs/migrate/names.md: what `migrate` prints, and the errors that
old names raise, from the record of trials/names.py."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import azure.functions as func

from functions_by_example.sample.read import APP
from functions_by_example.sdk import former
from functions_by_example.site import html, markdown
from functions_by_example.site.parts import part
from functions_by_example.trials import names


@part("migrate-example")
def example() -> str:
    """The example's difference, and what is printed besides."""
    printed = names.load()["example"]
    changed = "\n".join(
        line
        for line in printed["diff"].splitlines()
        if not line.startswith(("---", "+++", "@@"))
    )
    diff = markdown.block(changed, "diff", APP)
    return f"{diff}\n\n{markdown.wrapped(printed['text'], 'It says')}"


@part("migrate-decorators")
def decorators() -> str:
    """The decorators that are removed: in which releases they were, today's
    name, and the error that each raises. Raises LookupError for a record that
    is not of these decorators."""
    errors = names.load()["decorators"]
    rows = [
        (old, _releases(old), new, errors[old])
        for old, new in former.tables()["decorators"].items()
    ]
    return html.render("names/decorators.html", decorators=rows)


@part("migrate-arguments")
def arguments() -> str:
    """The arguments that are removed, but for those of Cosmos DB: the call,
    what becomes of it, the error that it raises."""
    found = names.load()["arguments"]
    return html.render("names/arguments.html", arguments=found)


@part("migrate-positions")
def positions() -> str:
    """Where an argument by position is another one today."""
    return html.render("names/positions.html", positions=list(_positions()))


def _positions() -> Iterator[tuple[str, int, str, str, str]]:
    """Name, number of the argument, what it was in which releases, what it
    is."""
    for old, rename in former.renames().items():
        pairs = zip(rename.before, rename.still, strict=False)
        for number, (then, today) in enumerate(pairs, 1):
            if then != today:
                yield old, number, then, _releases(old), today
                break
    name = former.APPLICATION
    (was,) = former.history()[name]
    (today,) = former.parameters(func.FunctionApp.__init__)
    yield name, 1, was.parameters[0], was.first, today


@part("migrate-left")
def left(kind: Literal["undecided", "refused"]) -> str:
    """What is undecided or refused, each with the reason."""
    word = names.LEFT[kind]
    blocks = [
        f"**{case['about']}**\n\n{markdown.block(case['code'], 'python')}\n\n"
        f"> {word}: {case['reason']}"
        for case in names.load()[kind]
    ]
    return "\n\n".join(blocks)


def _releases(name: str) -> str:
    was = former.history()[name]
    first, last = was[0].first, was[-1].last
    return first if first == last else f"{first} to {last}"
