"""The parts of pages: `<!-- gallery: NAME ARGUMENT ... -->` in a page is
replaced by what the function of that name returns.

A part is a function in a module of this folder, with the decorator `part`. It
takes the arguments as texts, and `site` by keyword where it needs to know the
other pages. It raises LookupError for arguments that it does not know.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Mapping

from functions_by_example import paths
from functions_by_example.sample.read import Problem, SampleError
from functions_by_example.site.site import Site

Part = Callable[..., str]

_registered: dict[str, Part] = {}
_MARK = re.compile(r"<!-- gallery: (.+?) -->")


def part[P: Part](name: str) -> Callable[[P], P]:
    """Register a function as the part of this name."""

    def register(function: P) -> P:
        _registered[name] = function
        return function

    return register


def every() -> Mapping[str, Part]:
    """Every part by its name."""
    paths.import_all(sys.modules[__name__])
    return _registered


def filled(
    markdown: str,
    site: Site,
    file: str,
    parts: Mapping[str, Part] | None = None,
) -> str:
    """A page with each mark replaced by its part; `parts` are all unless
    others are given.

    Raises SampleError, with `file` and the line of each part that there is
    not, and of those whose arguments it does not take or know (TypeError,
    LookupError).
    """
    known = every() if parts is None else parts
    problems: list[Problem] = []

    def replaced(match: re.Match[str]) -> str:
        name, *arguments = match[1].split()
        try:
            function = known[name]
            if "site" in inspect.signature(function).parameters:
                return function(*arguments, site=site)
            return function(*arguments)
        except (LookupError, TypeError) as error:
            problems.append(
                Problem(
                    file,
                    markdown.count("\n", 0, match.start()) + 1,
                    f"`{match[1]}` cannot be filled in: "
                    f"{type(error).__name__}: {error}",
                    f"there is {', '.join(sorted(known))}",
                )
            )
            return ""

    text = _MARK.sub(replaced, markdown)
    if problems:
        raise SampleError(problems)
    return text
