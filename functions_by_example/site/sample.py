"""The page of a sample: README.md, code, events, results, files.

Prose becomes Markdown; code and results become finished HTML, for which a
comment holds the place. Put in after the Markdown is rendered and the search
index is made, they cost a tenth of what code fences cost.
"""

from __future__ import annotations

import functools
import itertools
import platform
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import metadata

from functions_by_example.sample.read import (
    APP,
    README,
    Problem,
    Sample,
    SampleError,
    Step,
    line_of,
)
from functions_by_example.sample.recorded import SHOWN_FILES, Entry
from functions_by_example.site import editable, html, markup, playground, zips
from functions_by_example.site.navigation import address, anchor
from functions_by_example.site.parts import releases
from functions_by_example.site.site import Site

DISCUSSION = (
    "https://github.com/Azure/azure-functions-python-worker/discussions/959"
)
ABOUT = "about/index.md"
VERSIONS = "migrate/versions.md"
PACKAGES = ("azure-functions", "azure-functions-runtime")


@dataclass(frozen=True)
class Rendered:
    """A page: Markdown, and the HTML of each comment that holds a place."""

    markdown: str
    blocks: Mapping[str, str]

    @property
    def anchors(self) -> set[str]:
        """The ids in the HTML, to which the Markdown may link."""
        return set(re.findall(r'\bid="([^"]+)"', "".join(self.blocks.values())))

    def complete(self, rendered: str) -> str:
        """The rendered Markdown with the HTML put in."""
        for comment, block in self.blocks.items():
            rendered = rendered.replace(comment, block, 1)
        return rendered


@functools.cache
def versions() -> str:
    """The installed versions that samples are verified with, as a sentence's
    object: read from the packages, not written down."""
    packages = " and ".join(
        f"{name} {metadata.version(name)}" for name in PACKAGES
    )
    return (
        f"{packages} on Python {'.'.join(platform.python_version_tuple()[:2])}"
    )


def render(entry: Entry, site: Site) -> Rendered:
    """The page of a sample. Raises SampleError for a README.md that links to
    nothing."""
    sample = entry.sample
    here = posixpath.dirname(address(sample.id))
    blocks = {
        "<!-- actions -->": _actions(sample, site),
        "<!-- code -->": markup.code(entry),
        "<!-- /code -->": html.render("sample_code_end.html"),
        "<!-- files -->": markup.tabs(entry),
    } | {
        f"<!-- {event.name} -->": markup.event(entry, event.name)
        for event in entry.events
    }
    markdown = html.render(
        "sample.md",
        about=posixpath.relpath(ABOUT, here),
        anchor=anchor(sample.id),
        api=list(_api(sample, site)),
        count=len(entry.replays),
        events=entry.events,
        intro=_linked(sample.intro, sample, site),
        ran=site.ran.get(sample.id, "").partition(";"),
        sample=sample,
        sections=[
            (heading, _linked(text, sample, site))
            for heading, text in sample.sections.items()
        ],
        since=releases.of_sample(sample),
        site=site,
        steps=_steps(sample, site),
        versions=posixpath.relpath(VERSIONS, here),
    )
    return Rendered(markdown, blocks)


def _actions(sample: Sample, site: Site) -> str:
    run = ""
    if site.playground:
        data = {"sample": editable.DATA}
        why_not = editable.hindrance(sample)
        run = playground.button(
            address(sample.id), data, site.playground, why_not
        )
    return html.render(
        "sample_actions.html",
        discussion=DISCUSSION,
        download=zips.file_name(sample),
        run=run,
        source=site.source and f"{site.source}samples/{sample.id}",
    )


def _steps(sample: Sample, site: Site) -> list[tuple[str | None, list[Step]]]:
    """The steps by the function that they are grouped under, if any."""
    steps = [
        replace(s, text=_linked(s.text, sample, site).replace("\n", "\n    "))
        for s in sample.steps
    ]
    groups = itertools.groupby(steps, key=lambda step: step.function)
    return [(function, list(group)) for function, group in groups]


def _api(sample: Sample, site: Site) -> Iterator[tuple[str, str]]:
    """The names of the SDK that the code uses, decorators first: as the code
    has them, and the entry of the reference ("" where there is none)."""
    for name in sorted(sample.uses, key=lambda n: (n[0].isupper(), n)):
        decorator = f"FunctionApp.{name}"
        if decorator in site.documented:
            yield f"@app.{name}", f"azure.functions.{decorator}"
        elif name in site.documented:
            yield f"func.{name}", f"azure.functions.{name}"
        else:
            yield f"func.{name}", ""


def _linked(markdown: str, sample: Sample, site: Site) -> str:
    """README.md's Markdown with its links to files made links to pages."""

    def replaced(match: re.Match[str]) -> str:
        target, fragment = match["target"], match["fragment"] or ""
        if ":" in target:
            return match[0]
        page = _page_of(target, sample, site)
        if page is None:
            problem = Problem(
                f"samples/{sample.id}/{README}",
                line_of(sample.text(README), match[0]),
                f"links to {target}, which is no page",
                "link to a file that the page shows, or to the README.md of "
                "a sample",
            )
            raise SampleError([problem])
        return f"]({page}{fragment})"

    return _LINK.sub(replaced, markdown)


_LINK = re.compile(r"\]\((?P<target>[^)\s#]+)(?P<fragment>#[^)\s]*)?\)")


def _page_of(target: str, sample: Sample, site: Site) -> str | None:
    """The page, seen from the sample's, on which a linked file is shown."""
    if target == APP:
        return "#code"
    if target in SHOWN_FILES:
        return f"#{markup.slug(target)}"
    path = posixpath.normpath(posixpath.join("samples", sample.id, target))
    folder, _, file = path.rpartition("/")
    here = posixpath.dirname(address(sample.id))
    linked = folder.removeprefix("samples/")
    if file == README and linked in site.ids:
        return posixpath.relpath(address(linked), here)
    if path.startswith("docs/") and path.endswith(".md"):
        return posixpath.relpath(path.removeprefix("docs/"), here)
    return None
