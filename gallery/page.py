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
import http
import json
import platform
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import Any

from pygments.lexer import Lexer
from pygments.lexers.data import JsonLexer
from pygments.lexers.python import PythonLexer
from pygments.token import Token

from gallery import record
from gallery.sample import (
    APP,
    README,
    TEST,
    Event,
    Problem,
    Sample,
    SampleError,
    line_of,
    read,
)

Json = Any

DISCUSSION = (
    "https://github.com/Azure/azure-functions-python-worker/discussions/959"
)
ABOUT = "about/index.md"
PACKAGES = ("azure-functions", "azure-functions-runtime")
# The files behind the tabs, after function.json, which is recorded.
SHOWN_FILES = ("host.json", "local.settings.json", "requirements.txt", TEST)
WIDTH = 60


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
    "start": "Start",
    "learn": "Learn",
    "fix": "Fix",
    "reference": "Reference",
    "migrate": "Migrate",
    "about": "About",
}


@dataclass(frozen=True)
class Entry:
    """A sample and everything else that its page shows."""

    sample: Sample
    functions: Json
    replays: Mapping[str, Json]
    files: Mapping[str, str]


@dataclass(frozen=True)
class Site:
    """What a page must know of the others."""

    samples: frozenset[str] = frozenset()
    documented: frozenset[str] = frozenset()
    versions: str = ""
    source: str | None = None


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
def load(folder: Path) -> Entry:
    """The sample in this folder with its records. Raises SampleError, whose
    problems name the files from the repository's root."""
    base = "/".join(("samples", *folder.parts[-2:]))
    try:
        sample = read(folder)
        records = [record.FUNCTIONS]
        records += [record.event_file(event.name) for event in sample.events]
        functions, *replays = _records(folder, records)
    except SampleError as broken:
        raise SampleError(
            [replace(p, file=f"{base}/{p.file}") for p in broken.problems]
        ) from None
    names = [event.name for event in sample.events]
    events = [f"events/{name}.json" for name in names]
    return Entry(
        sample=sample,
        functions=functions,
        replays=dict(zip(names, replays, strict=True)),
        files={name: sample.text(name) for name in (*SHOWN_FILES, *events)},
    )


def _records(folder: Path, files: Iterable[str]) -> list[Json]:
    found, problems = [], []
    for file in files:
        try:
            found.append(record.load(folder, file))
        except OSError as error:
            problems.append(
                Problem(
                    file,
                    1,
                    f"cannot be read: {error.strerror}",
                    "run `nox -s update`",
                )
            )
        except ValueError as error:
            problems.append(
                Problem(
                    file,
                    getattr(error, "lineno", 1),
                    f"is not JSON: {error}",
                    record.REMEDY,
                )
            )
    if problems:
        raise SampleError(problems)
    return found


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


def navigation(pages: Iterable[str], samples: Iterable[Sample]) -> list[Json]:
    """The navigation, from the Markdown files of docs/ and the samples.

    The gallery comes first, then a section for each folder of docs/; a
    section begins with its index.md.
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
                folders[name], key=place
            )
        }
        for name in sorted(folders, key=functools.partial(_rank, SECTIONS))
    ]
    return [{"Samples": gallery}, *sections]


def place(page: str) -> tuple[bool, tuple[int, str]]:
    """Orders the pages of a section: index.md, services, the others."""
    stem = posixpath.splitext(posixpath.basename(page))[0]
    return stem != "index", _rank(SERVICES, stem)


def cards(samples: Iterable[Sample]) -> str:
    """The gallery: a heading for each service, a card for each sample."""
    parts = []
    for name, group in by_service(samples).items():
        about = service(name)
        items = [
            f"- [{sample.title}]({address(sample.id)})\n"
            f"  <span>{html.escape(sample.summary)}</span>\n"
            f"  `{sample.name}`"
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
        "<!-- code -->": '<div class="walk">' + _code(entry) + "<div>",
        "<!-- /code -->": "</div></div>",
        "<!-- files -->": _tabs(entry),
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
    for event in sorted(sample.events, key=functools.partial(_trouble, entry)):
        comment = f"<!-- {event.name} -->"
        blocks[comment] = _event(entry, event.name)
        parts += [f"### {event.about} {{ #event-{event.name} }}", comment]
    parts += ["## Settings, host.json and test { #files }", "<!-- files -->"]
    for heading, text in sample.sections.items():
        parts += [f"## {heading}", _linked(text, sample, site)]
    parts += ["## The API behind it { #api }", _api(sample, site)]
    return Rendered("\n\n".join(parts) + "\n", blocks)


def _trouble(entry: Entry, event: Event) -> tuple[bool, int, int, str]:
    """Orders events: what goes well comes first and errors last, a short
    event before a long one."""
    result = entry.replays[event.name]["result"]
    status = ((result.get("return") or {}).get("http") or {}).get("status", 0)
    length = len(entry.files[f"events/{event.name}.json"])
    return "error" in result, status, length, event.name


def _front_matter(sample: Sample) -> str:
    description = json.dumps(sample.summary, ensure_ascii=False)
    return f"---\ndescription: {description}\nhide: [toc]\n---"


def _verified(entry: Entry, site: Site) -> str:
    about = posixpath.relpath(
        ABOUT, posixpath.dirname(address(entry.sample.id))
    )
    count = len(entry.replays)
    return (
        f"[Indexed]({about}#indexed), "
        f"[{count} events invoked]({about}#invoked), "
        f"[unit-tested]({about}#unit-tested) with {site.versions}. "
        f"[No Functions host runs here.]({about}#not-verified)\n"
        "{: .verified }"
    )


def _actions(sample: Sample, site: Site) -> str:
    source = (
        f'<a href="{html.escape(site.source)}samples/{sample.id}">Source</a>'
        if site.source
        else ""
    )
    return (
        '<div class="actions"><button type="button" '
        'data-clipboard-target="#code pre > code">Copy</button>'
        f'{source}<a href="{DISCUSSION}">Discuss</a></div>'
    )


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
        + "\n{: .api }"
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
        return f"#{_slug(target)}"
    path = posixpath.normpath(posixpath.join("samples", sample.id, target))
    folder, _, file = path.rpartition("/")
    here = posixpath.dirname(address(sample.id))
    linked = folder.removeprefix("samples/")
    if file == README and linked in site.samples:
        return posixpath.relpath(address(linked), here)
    if path.startswith("docs/") and path.endswith(".md"):
        return posixpath.relpath(path.removeprefix("docs/"), here)
    return None


# --- Code, events and files as HTML ---------------------------------------


def _code(entry: Entry) -> str:
    """function_app.py, a number on each line that a step is about."""
    marks: dict[int, list[int]] = {}
    for step in entry.sample.steps:
        marks.setdefault(step.line, []).append(step.number)
    errors = {
        error["line"]
        for replay in entry.replays.values()
        if (error := replay["result"].get("error")) and error["file"] == APP
    }
    lines = highlighted(entry.sample.code, "python").split("\n")
    for number in sorted(marks.keys() | errors):
        links = "".join(
            f'<a href="#step-{n}" data-n="{n}" aria-label="Step {n}"></a>'
            for n in marks.get(number, ())
        )
        marked = f'<span class="n">{links}</span>' if links else ""
        lines[number - 1] = (
            f'<mark id="L{number}">{marked}{lines[number - 1]}</mark>'
        )
    widest = max(map(len, marks.values()), default=1)
    return (
        f'<div class="code marks-{widest}" id="code"><p class="file">{APP}</p>'
        f"{_pre(chr(10).join(lines))}</div>"
    )


def _event(entry: Entry, name: str) -> str:
    replay = entry.replays[name]
    file = f"events/{name}.json"
    function = (
        f" <code>{html.escape(replay['function'])}</code>"
        if len(entry.functions) > 1
        else ""
    )
    sent = highlighted(compact(replay["sent"]), "json")
    kinds = _binding_types(entry.functions, replay["function"])
    back = "".join(_result(replay["result"], kinds))
    return (
        f'<div class="sides"><div><p class="file">{file}{function}</p>'
        f"{_pre(highlighted(entry.files[file], 'json'))}"
        "<details><summary>What the host sends</summary>"
        f"{_pre(sent)}</details></div>"
        f"<div>{back}</div></div>"
    )


def _binding_types(functions: Json, name: str) -> dict[str, str]:
    """The types of a function's bindings by their names."""
    (bindings,) = (f["bindings"] for f in functions if f["name"] == name)
    return {binding["name"]: binding["type"] for binding in bindings}


def _result(result: Json, kinds: Mapping[str, str]) -> Iterator[str]:
    """What came back, one block for each part of it."""
    returned = result.get("return")
    if returned and "http" in returned:
        yield _block("HTTP response", _http(returned["http"]))
    elif returned:
        yield _block("Return value", _value(returned))
    for name, value in result.get("outputs", {}).items():
        label = f"Output <code>{html.escape(name)}</code>"
        yield _block(f"{label} ({kinds.get(name, '')})", _value(value))
    if result.get("log"):
        yield _block("Log", "\n".join(_log_line(r) for r in result["log"]))
    error = result.get("error")
    if error:
        yield _block("Error", _error(error), "error")
    if not result:
        yield (
            '<p class="file">Nothing comes back</p>'
            '<p class="none">No return value, no output, no log.</p>'
        )


def _block(label: str, content: str, kind: str = "") -> str:
    return f'<p class="file {kind}">{label}</p>{_pre(content, kind)}'


def _http(answer: Json) -> str:
    status = answer.get("status", 200)
    try:
        phrase = http.HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    lines = [f"<b>{status} {phrase}</b>"]
    lines += [
        f'<span class="nt">{html.escape(name)}</span>: {html.escape(value)}'
        for name, value in answer.get("headers", {}).items()
    ]
    if answer.get("cookies"):
        lines.append(_value({"json": answer["cookies"]}))
    if answer.get("body") is not None:
        lines += ["", _value({"json": answer["body"]})]
    return "\n".join(lines)


def _value(value: Json) -> str:
    """A message of one key, its kind: text as it stands, the rest as JSON."""
    if not value:
        return "None"
    (content,) = value.values()
    if isinstance(content, str):
        return highlighted(content, "json" if content[:1] in "{[" else "text")
    return highlighted(compact(content), "json")


def _log_line(line: Json) -> str:
    level = line["level"]
    return (
        f'<span class="log-{level.lower()}">{level}</span> '
        f"{html.escape(line['message'])}"
    )


def _error(error: Json) -> str:
    text = f"{error['type']}: {error['message']}"
    place = f"{error['file']}, line {error['line']}"
    if error["file"] == APP:
        place = f'<a href="#L{error["line"]}">{place}</a>'
    return f"{html.escape(text)}\n{place if error['file'] else ''}".rstrip()


def _tabs(entry: Entry) -> str:
    """function.json and the files as tabs, in the markup of
    pymdownx.tabbed."""
    functions = entry.functions
    shown = functions[0] if len(functions) == 1 else functions
    texts = {"function.json": compact(shown)}
    texts |= {name: entry.files[name] for name in SHOWN_FILES}
    inputs = labels = blocks = ""
    for number, (name, text) in enumerate(texts.items()):
        slug = _slug(name)
        checked = "" if number else " checked"
        inputs += f'<input type="radio" name="files" id="{slug}"{checked}>'
        labels += f'<label for="{slug}">{name}</label>'
        code = highlighted(text.rstrip("\n"), _language(name))
        note = (
            '<p class="note">As the SDK emits it; you write no such file.</p>'
            if name == "function.json"
            else ""
        )
        blocks += f'<div class="tabbed-block">{note}{_pre(code)}</div>'
    return (
        '<div class="tabbed-set tabbed-alternate" '
        f'data-tabs="1:{len(texts)}">{inputs}'
        f'<div class="tabbed-labels">{labels}</div>'
        f'<div class="tabbed-content">{blocks}</div></div>'
    )


def _slug(file: str) -> str:
    return file.replace(".", "-").replace("_", "-")


def _language(file: str) -> str:
    return {"json": "json", "py": "python"}.get(file.rpartition(".")[2], "text")


def _pre(content: str, kind: str = "") -> str:
    extra = f" {kind}" if kind else ""
    return (
        f'<div class="highlight{extra}"><pre><code>{content}</code></pre></div>'
    )


def compact(value: Json, indent: str = "") -> str:
    """JSON, a line for whatever fits on one."""
    line = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(line) <= WIDTH or not isinstance(value, dict | list):
        return line
    deeper = indent + "  "
    if isinstance(value, dict):
        items = [
            f"{json.dumps(key, ensure_ascii=False)}: {compact(item, deeper)}"
            for key, item in value.items()
        ]
        return _joined("{", items, "}", indent)
    return _joined("[", [compact(item, deeper) for item in value], "]", indent)


def _joined(start: str, items: list[str], end: str, indent: str) -> str:
    body = ",\n".join(f"{indent}  {item}" for item in items)
    return f"{start}\n{body}\n{indent}{end}"


# --- Colour ---------------------------------------------------------------

_LEXERS: Mapping[str, Lexer] = {
    "python": PythonLexer(stripnl=False, ensurenl=False),
    "json": JsonLexer(stripnl=False, ensurenl=False),
}
# The kinds of token that get a colour; everything else is plain, which keeps
# a page small.
_CLASSES = {
    Token.Comment: "c",
    Token.Keyword: "k",
    Token.Keyword.Constant: "kc",
    Token.Literal.Number: "m",
    Token.Literal.String: "s",
    Token.Name.Class: "nc",
    Token.Name.Decorator: "nd",
    Token.Name.Function: "nf",
    Token.Name.Tag: "nt",
}


@functools.cache
def highlighted(text: str, language: str) -> str:
    """The text as HTML, coloured; a coloured span never crosses a line."""
    lexer = _LEXERS.get(language)
    if lexer is None:
        return _escaped(text)
    out: list[str] = []
    for name, value in _merged(lexer.get_tokens(text)):
        escaped = _escaped(value)
        if name:
            escaped = "\n".join(
                f'<span class="{name}">{line}</span>' if line else ""
                for line in escaped.split("\n")
            )
        out.append(escaped)
    return "".join(out)


def _escaped(text: str) -> str:
    """For HTML, and without a line that Markdown could take for a fence."""
    return html.escape(text, quote=False).replace("`", "&#96;")


def _merged(tokens: Iterable[tuple[Any, str]]) -> Iterator[tuple[str, str]]:
    """Class and text, neighbours of one class joined."""
    last, text = "", ""
    for token, value in tokens:
        name = _class(token)
        if name != last:
            yield last, text
            last, text = name, ""
        text += value
    yield last, text


@functools.cache
def _class(token: Any) -> str:
    while token is not None:
        if token in _CLASSES:
            return _CLASSES[token]
        token = token.parent
    return ""


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
    replay = entry.replays[event]
    kinds = _binding_types(entry.functions, replay["function"])
    return f"<div>{''.join(_result(replay['result'], kinds))}</div>"


def wrong_names(
    markdown: str,
    file: str,
    samples: frozenset[str],
    exists: Callable[[str], bool],
) -> Iterator[Problem]:
    """The samples and SDK names that a page speaks of and that do not exist.

    `exists` says whether azure.functions has a dotted name.
    """
    for number, line in enumerate(markdown.splitlines(), 1):
        for match in _SAMPLE_LINK.finditer(line):
            if match[1] not in samples:
                yield Problem(
                    file,
                    number,
                    f"names the sample {match[1]}, which does not exist",
                    f"the samples are {', '.join(sorted(samples))}",
                )
        for match in _SDK_NAME.finditer(line):
            decorator, name, dotted = match.groups()
            wanted = f"FunctionApp.{decorator}" if decorator else name or dotted
            if not exists(wanted):
                yield Problem(
                    file,
                    number,
                    f"names {match[0].strip('`[')}, which azure.functions "
                    "does not have",
                    "correct the name",
                )


_SAMPLE_LINK = re.compile(r"\]\((?:\.\./)*samples/([^)\s#]+)\.md")
_SDK_NAME = re.compile(
    r"`@app\.(\w+)|`func\.(\w+)|(?:^::: |\]\[)azure\.functions\.([\w.]+)"
)
