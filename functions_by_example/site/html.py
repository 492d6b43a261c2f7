"""The one Jinja2 environment: Python makes values, templates make HTML.

Templates are in `templates/`. They escape what they are given, unless it is
HTML already (`Markup`) or passes the filter `markdown`. In a template that
makes HTML, a line's end and the indent after it are nothing, so that a
template may be laid out as it reads best, within `<pre>` and in Markdown too.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup

TEMPLATES = Path(__file__).parent / "templates"


class _Lines(Extension):
    """Joins the lines of `*.html`; of any other template, removes the end of
    a line after a block, as `trim_blocks` does."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        joins = (stream.name or "").endswith(".html")
        after_block = False
        for token in stream:
            if token.type == "data":
                text = token.value
                if joins:
                    text = re.sub(r"\n\s*", "", text)
                elif after_block:
                    text = text.removeprefix("\n")
                yield Token(token.lineno, token.type, text)
            else:
                yield token
            after_block = token.type == "block_end"


@functools.cache
def environment() -> Environment:
    """The environment that all templates share."""
    made = Environment(
        auto_reload=False,  # each build has an environment of its own
        autoescape=True,
        extensions=[_Lines],
        loader=FileSystemLoader(TEMPLATES),
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    made.filters["markdown"] = Markup
    return made


def render(template: str, **values: object) -> Markup:
    """What a template makes of these values."""
    return Markup(environment().get_template(template).render(values))


def macro(template: str, name: str, *arguments: object) -> Markup:
    """What a macro of a template makes of these arguments."""
    module = environment().get_template(template).module
    return Markup(getattr(module, name)(*arguments))
