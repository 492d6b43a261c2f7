"""A sample and its record -> Markdown; cards; navigation.

Pure functions of text: what they are given they turn into text, and the site
generator that renders it is none of their business. Prose comes out as
Markdown; code and results come out as finished HTML, for which a comment
holds the place. Put in after the Markdown is rendered and the search index is
made, they cost a tenth of what code fences cost.
"""

from __future__ import annotations

import functools
import html
import json
import math
import platform
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

from functions_by_example.sample.read import (
    APP,
    README,
    Problem,
    Sample,
    SampleError,
    line_of,
)
from functions_by_example.sample.recorded import SHOWN_FILES, Entry
from functions_by_example.site import editable, markup
from functions_by_example.site import zips as downloads
from functions_by_example.site.parts import releases as history

Json = Any

DISCUSSION = (
    "https://github.com/Azure/azure-functions-python-worker/discussions/959"
)
ABOUT = "about/index.md"
VERSIONS = "migrate/versions.md"
PACKAGES = ("azure-functions", "azure-functions-runtime")


@dataclass(frozen=True)
class Service:
    """What a folder of samples is called on a page, and its icon."""

    title: str
    icon: str


# In the order of the gallery. A folder that is not here comes after these,
# under its own name.
SERVICES = {
    "http": Service("HTTP", "material-web"),
    "timer": Service("Timer", "material-timer-outline"),
    "event_hub": Service("Event Hubs", "material-broadcast"),
    "queue": Service("Queue Storage", "material-tray-full"),
    "service_bus": Service(
        "Service Bus", "material-transit-connection-variant"
    ),
    "cosmos_db": Service("Cosmos DB", "material-orbit"),
    "blob": Service("Blob Storage", "material-file-multiple-outline"),
    "table": Service("Table Storage", "material-table"),
    "event_grid": Service("Event Grid", "material-lightning-bolt-outline"),
    "sql": Service("Azure SQL", "material-database-outline"),
    "mysql": Service("MySQL", "material-database-outline"),
    "kafka": Service("Kafka", "material-graph-outline"),
    "durable": Service("Durable Functions", "material-sitemap-outline"),
    "mcp": Service("MCP", "material-toy-brick-outline"),
    "openai": Service("OpenAI", "material-creation-outline"),
    "dapr": Service("Dapr", "material-hexagon-multiple-outline"),
    "connector": Service("Connectors", "material-power-plug-outline"),
    "generic": Service("Generic bindings", "material-puzzle-outline"),
    "app": Service("The app", "material-application-brackets-outline"),
    "patterns": Service("Patterns", "material-view-quilt-outline"),
}
# The sections of docs/, in the order of the navigation.
SECTIONS = {
    "playground": "Playground",
    "start": "Get started",
    "learn": "Learn",
    "fix": "Fix",
    "reference": "Reference",
    "migrate": "Migrate",
    "releases": "Releases",
    "about": "About",
}


@dataclass(frozen=True)
class Playground:
    """Where the editor's parts stand, seen from the site's root."""

    loader: str
    engine: str
    ui: str
    style: str


@dataclass(frozen=True)
class Site:
    """What a page must know of the others."""

    samples: frozenset[str] = frozenset()
    documented: frozenset[str] = frozenset()
    versions: str = ""
    source: str | None = None
    # What each sample was run with besides.
    ran: Mapping[str, str] = field(default_factory=dict)
    playground: Playground | None = None


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


# --- Addresses and navigation ---------------------------------------------


def address(sample_id: str) -> str:
    """Where the page of a sample stands among the Markdown files."""
    return f"samples/{sample_id}.md"


def anchor(sample_id: str) -> str:
    """The id of the sample's title, which cross references use."""
    return "sample-" + sample_id.replace("/", "-")


def service(name: str) -> Service:
    """Title and icon of a service's folder."""
    fallback = Service(
        name.replace("_", " ").capitalize(), "material-folder-outline"
    )
    return SERVICES.get(name, fallback)


def by_service(samples: Iterable[Sample]) -> dict[str, list[Sample]]:
    """The samples by service, in the order of the gallery."""
    groups: dict[str, list[Sample]] = {}
    for sample in sorted(samples, key=_place):
        groups.setdefault(sample.service, []).append(sample)
    return groups


def _place(sample: Sample) -> tuple[tuple[int, str], bool, bool, str]:
    """Within a service triggers come first and outputs last."""
    name = sample.name
    inputs, outputs = name.endswith("_input"), name.endswith("_output")
    return _rank(SERVICES, sample.service), outputs, inputs, name


def _rank(order: Mapping[str, Any], name: str) -> tuple[int, str]:
    names = list(order)
    return (names.index(name) if name in names else len(names), name)


def navigation(
    pages: Mapping[str, str], samples: Iterable[Sample]
) -> list[Json]:
    """The navigation, from the Markdown files of docs/ (path -> text) and
    the samples.

    The gallery comes first, then a section for each folder of docs/; a
    section begins with its index.md. Raises SampleError for an `order` that
    is no number.
    """
    gallery: list[Json] = [{"All samples": "index.md"}]
    for name, group in by_service(samples).items():
        gallery.append({service(name).title: [address(s.id) for s in group]})
    folders: dict[str, list[str]] = {}
    for page in pages:
        folder, _, rest = page.partition("/")
        if rest:
            folders.setdefault(folder, []).append(page)
    sections = [
        {
            SECTIONS.get(name, name.capitalize()): sorted(
                folders[name], key=lambda page: place(page, pages[page])
            )
        }
        for name in sorted(folders, key=functools.partial(_rank, SECTIONS))
    ]
    return [{"Samples": gallery}, *sections]


def place(page: str, text: str) -> tuple[bool, float, int, str]:
    """Orders the pages of a section: index.md; those whose front matter has
    an `order`, by it; services; the others by title."""
    stem = posixpath.splitext(posixpath.basename(page))[0]
    rank, _ = _rank(SERVICES, stem)
    return stem != "index", _order(page, text), rank, _title(text) or stem


def _order(page: str, text: str) -> float:
    front = re.match(r"---\n(.*?)^---$", text, re.DOTALL | re.MULTILINE)
    match = front and re.search(r"^order:\s*(.*?)\s*$", front[1], re.MULTILINE)
    if not match:
        return math.inf
    try:
        return float(match[1])
    except ValueError:
        raise SampleError(
            [
                Problem(
                    f"docs/{page}",
                    line_of(text, "order:"),
                    f"has the order {match[1]!r}, which is no number",
                    "pages of a section are numbered 10, 20, 30",
                )
            ]
        ) from None


def _title(text: str) -> str:
    match = re.search(r"^# (.+?)(?: \{.*\})?$", text, re.MULTILINE)
    return match[1] if match else ""


def contents(docs: Path, section: str) -> str:
    """The pages of a section of docs/ but for its index.md, in the order of
    the navigation, each with its description. Raises LookupError where there
    is none."""
    texts = {
        path.relative_to(docs).as_posix(): path.read_text("utf-8")
        for path in sorted((docs / section).glob("*.md"))
        if path.name != "index.md"
    }
    if not texts:
        raise LookupError(f"docs/{section} has no pages")
    lines = []
    for page in sorted(texts, key=lambda page: place(page, texts[page])):
        about = re.search(r"^description: (.+)$", texts[page], re.MULTILINE)
        said = about[1].strip("\"'") if about else ""
        name = posixpath.basename(page)
        lines.append(f"- [{_title(texts[page])}]({name})  \n  {said}")
    return "\n".join(lines)


def cards(
    samples: Iterable[Sample], attributes: Mapping[str, str] | None = None
) -> str:
    """The gallery: a heading for each service, a card for each sample, with
    the attributes by which it is found."""
    attributes = attributes or {}
    parts = []
    for name, group in by_service(samples).items():
        about = service(name)
        items = [
            f"- [{sample.title}]({address(sample.id)})\n"
            f"  <span>{html.escape(sample.summary)}</span>\n"
            f"  `{sample.name}`"
            + (
                f"\n  {{: {given} }}"
                if (given := attributes.get(sample.id))
                else ""
            )
            for sample in group
        ]
        parts += [
            '<section class="service" markdown>',
            f"## :{about.icon}: {about.title} {{ #{name} }}",
            "\n".join(items),
            "</section>",
        ]
    return "\n\n".join(parts)


# --- The page of a sample -------------------------------------------------


def render(entry: Entry, site: Site) -> Rendered:
    """The page of a sample. Raises SampleError for a README.md that links to
    nothing."""
    sample = entry.sample
    blocks = {
        "<!-- actions -->": _actions(sample, site),
        "<!-- code -->": '<div class="walk">' + markup.code(entry) + "<div>",
        "<!-- /code -->": "</div></div>",
        "<!-- files -->": markup.tabs(entry),
    }
    parts = [
        _front_matter(sample),
        f"# {sample.title} {{ #{anchor(sample.id)} }}",
        f"{sample.summary}\n{{: .lead }}",
        _verified(entry, site),
        "<!-- actions -->",
        _linked(sample.intro, sample, site),
        "<!-- code -->",
        *_steps(sample, site),
        "<!-- /code -->",
        "## What arrives and what comes back { #events }",
    ]
    for event in entry.events:
        comment = f"<!-- {event.name} -->"
        blocks[comment] = markup.event(entry, event.name)
        parts += [f"### {event.about} {{ #event-{event.name} }}", comment]
    parts += ["## Settings, host.json and test { #files }", "<!-- files -->"]
    for heading, text in sample.sections.items():
        parts += [f"## {heading}", _linked(text, sample, site)]
    parts += ["## The API behind it { #api }", _api(sample, site)]
    return Rendered("\n\n".join(parts) + "\n", blocks)


def _front_matter(sample: Sample) -> str:
    description = json.dumps(sample.summary, ensure_ascii=False)
    return f"---\ndescription: {description}\nhide: [toc]\n---"


def _verified(entry: Entry, site: Site) -> str:
    about = posixpath.relpath(
        ABOUT, posixpath.dirname(address(entry.sample.id))
    )
    count = len(entry.replays)
    ran = site.ran.get(entry.sample.id, "").partition(";")
    versions = posixpath.relpath(
        VERSIONS, posixpath.dirname(address(entry.sample.id))
    )
    return (
        f"[Indexed]({about}#indexed), "
        f"[{count} events invoked]({about}#invoked), "
        f"[unit-tested]({about}#unit-tested) with {site.versions}. "
        + (f"[{ran[0]}]({versions}){ran[1]}{ran[2]}. " if ran[0] else "")
        + f"[No Functions host runs here.]({about}#not-verified)\n"
        "{: .verified }"
    )


def _actions(sample: Sample, site: Site) -> str:
    source = (
        f'<a href="{html.escape(site.source)}samples/{sample.id}">Source</a>'
        if site.source
        else ""
    )
    run = _run(sample, site.playground) if site.playground else ""
    return (
        f'<div class="actions">{run}<button type="button" '
        'data-clipboard-target="#code pre > code">Copy</button>'
        f'<a href="{downloads.file_name(sample)}" download>Download</a>{source}'
        f'<a href="{DISCUSSION}">Discuss</a></div>'
    )


def _run(sample: Sample, playground: Playground) -> str:
    why_not = editable.hindrance(sample)
    if why_not:
        return (
            '<button type="button" data-testid="run" disabled>'
            f"Does not run in a browser: {html.escape(why_not)}</button>"
        )
    data = {"sample": editable.DATA}
    return run_button(address(sample.id), data, playground)


def run_button(
    page: str, data: Mapping[str, str], playground: Playground
) -> str:
    """The button that opens the editor, on the page of this address, and the
    script behind it; `data` says what is edited."""
    root = posixpath.relpath(".", posixpath.splitext(page)[0])
    if page.endswith("index.md"):
        root = posixpath.relpath(".", posixpath.dirname(page))
    parts = {
        "root": f"{root}/",
        "engine": f"{root}/{playground.engine}",
        "ui": f"{root}/{playground.ui}",
        "style": f"{root}/{playground.style}",
        **data,
    }
    attributes = "".join(
        f' data-{name}="{html.escape(value)}"' for name, value in parts.items()
    )
    return (
        f'<button type="button" class="run" data-testid="run"{attributes}>Run'
        f'</button><script type="module" src="{root}/{playground.loader}">'
        "</script>"
    )


def playground(site: Site) -> str:
    """The button of the page that starts from any sample."""
    if not site.playground:
        return (
            "This copy of the site was built without the playground: "
            "`nox -s docs` builds it.\n{: .note }"
        )
    root = posixpath.relpath(".", posixpath.dirname(editable.PAGE))
    data = {"samples": f"{root}/{editable.SAMPLES}", "open": ""}
    button = run_button(editable.PAGE, data, site.playground)
    return (
        f'<div class="actions">{button}</div>'
        "<noscript><p>The playground needs JavaScript.</p></noscript>"
    )


def choices(entries: Iterable[Entry]) -> list[Json]:
    """What the playground can start from, by service, and where on the site
    that stands."""
    samples = [e.sample for e in entries if not editable.hindrance(e.sample)]
    return [
        {"id": "", "title": editable.EMPTY_TITLE, "data": editable.EMPTY},
        *(
            {
                "id": sample.id,
                "title": sample.title,
                "group": service(name).title,
                "data": f"samples/{sample.id}/{editable.DATA}",
            }
            for name, group in by_service(samples).items()
            for sample in group
        ),
    ]


def _steps(sample: Sample, site: Site) -> Iterator[str]:
    function = None
    items: list[str] = []
    for step in sample.steps:
        if step.function != function:
            yield "\n".join(items)
            yield f"`{step.function}`\n{{: .function }}"
            function, items = step.function, []
        text = _linked(step.text, sample, site).replace("\n", "\n    ")
        number = step.number
        label = f"Step {number}: line {step.line} of the code"
        items.append(
            f"1. [](#L{step.line})"
            f'{{ .n data-n="{number}" aria-label="{label}" }} {text}\n'
            f"    {{: #step-{number} }}"
        )
    yield "\n".join(items)


def _api(sample: Sample, site: Site) -> str:
    names = sorted(sample.uses, key=lambda name: (name[0].isupper(), name))
    shown = [
        (f"@app.{name}", f"FunctionApp.{name}")
        if f"FunctionApp.{name}" in site.documented
        else (f"func.{name}", name)
        for name in names
    ]
    return (
        " ".join(
            f"[`{text}`][azure.functions.{name}]"
            if name in site.documented
            else f"`{text}`"
            for text, name in shown
        )
        + "\n{: .api }\n\n"
        + history.of_sample(sample)
    )


def _linked(markdown: str, sample: Sample, site: Site) -> str:
    """README.md's Markdown with its links to files made links to pages."""

    def replaced(match: re.Match[str]) -> str:
        target, fragment = match["target"], match["fragment"] or ""
        if ":" in target:
            return match[0]
        page = _page_of(target, sample, site)
        if page is None:
            raise SampleError(
                [
                    Problem(
                        f"samples/{sample.id}/{README}",
                        line_of(sample.text(README), match[0]),
                        f"links to {target}, which is no page",
                        "link to a file that the page shows, or to the "
                        "README.md of a sample",
                    )
                ]
            )
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
    if file == README and linked in site.samples:
        return posixpath.relpath(address(linked), here)
    if path.startswith("docs/") and path.endswith(".md"):
        return posixpath.relpath(path.removeprefix("docs/"), here)
    return None


# --- Pages of docs/ -------------------------------------------------------


def filled(
    markdown: str, parts: Mapping[str, Callable[..., str]], file: str
) -> str:
    """A page with each `<!-- gallery: name argument ... -->` replaced by what
    the part of that name makes of the arguments.

    Raises SampleError for a part that there is not, and for arguments that
    it does not take or know (TypeError and LookupError).
    """

    def part(match: re.Match[str]) -> str:
        name, *arguments = match[1].split()
        try:
            return parts[name](*arguments)
        except (LookupError, TypeError) as error:
            raise SampleError(
                [
                    Problem(
                        file,
                        line_of(markdown, match[0]),
                        f"`{match[1]}` cannot be filled in: "
                        f"{type(error).__name__}: {error}",
                        f"there is {', '.join(sorted(parts))}",
                    )
                ]
            ) from None

    return re.sub(r"<!-- gallery: (.+?) -->", part, markdown)


def result_of(entries: Iterable[Entry], sample: str, event: str) -> str:
    """What came back for an event of a sample. Raises KeyError."""
    entry = {entry.sample.id: entry for entry in entries}[sample]
    return f"<div>{markup.result(entry, event)}</div>"
