"""Parts of pages of docs/migrate/: what both models gave and which versions
the samples were run with, from the records; each property of a function.json
with the decorator's parameter behind it, from the SDK.

`<!-- gallery: NAME ARGUMENTS -->` on the page is filled in with what the
function of that name gives. Each raises LookupError for what there is not.
"""

from __future__ import annotations

import html
import inspect
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import azure.functions as func

from functions_by_example.paths import DOCS
from functions_by_example.sample.read import APP
from functions_by_example.sdk import parameters
from functions_by_example.site import markup
from functions_by_example.site.navigation import anchor
from functions_by_example.site.parts import part
from functions_by_example.site.parts.apps import file_of
from functions_by_example.site.reference import entry
from functions_by_example.site.reference.pages import by_page
from functions_by_example.site.reference.prose import line
from functions_by_example.trials import (
    samples as verify,
)
from functions_by_example.trials import (
    versions,
)
from functions_by_example.trials.models import (
    CASES,
    FOLDER,
    LEGACY,
    NEW,
    OLD,
    TWIN,
    differences,
    load,
    without_place,
)

Json = Any

REFERENCE = DOCS / "reference"
SCHEMA = "https://json.schemastore.org/function.json"


@part("model-file")
def model_file(case: str, file: str) -> str:
    """A file of one of the apps, with its name above it."""
    return file_of(FOLDER / "apps" / case, file)


@part("model-versions")
def model_versions() -> str:
    """The packages that were run, as a sentence's object."""
    *most, last = (f"{n} {v}" for n, v in load()["packages"].items())
    return f"{', '.join(most)} and {last}"


@part("model-event")
def model_event(name: str) -> str:
    """An event, and what came back for it from both."""
    recorded = load()
    answers = recorded["replays"][name]
    old, new = answers[LEGACY], answers[TWIN]
    if without_place(old) != without_place(new):
        raise LookupError(f"the two models do not give the same for {name}")
    file = f"events/{name}.json"
    text = markup.highlighted((FOLDER / file).read_text("utf-8"), "json")
    functions = recorded["loaded"][TWIN][NEW]["functions"]
    kinds = {b["name"]: b["type"] for f in functions for b in f["bindings"]}
    # the place of an error is in the one app's file or the other's
    result = json.loads(json.dumps(new["result"]))
    error = result.get("error", {})
    if error:
        places = [
            f"{answer['result']['error']['file']}, line "
            f"{answer['result']['error']['line']}"
            for answer in (old, new)
        ]
        error |= {"file": None, "line": None}
        error["message"] += f"\n{places[0]}\n{places[1]}"
    shown = "".join(markup.parts(result, kinds))
    return (
        f'<div class="sides"><div><p class="file">{file}</p>'
        f"{_pre(text)}</div><div>{shown}</div></div>"
    )


@part("model-differences")
def model_differences() -> str:
    """Where the two function.json part."""
    rows = [
        entry.row(*map(_code, texts))
        for texts in dict.fromkeys(
            (key, _json(one), _json(other))
            for _, key, one, other in differences(load())
        )
    ]
    return entry.table(
        "Properties whose values differ",
        ("Property", "In the function.json you wrote", "From the decorators"),
        rows,
    )


@part("model-cases")
def model_cases() -> str:
    """What each library makes of each folder, and which the proxy picks."""
    loaded = load()["loaded"]
    rows = {}
    for name, about in CASES.items():
        picked = NEW if (FOLDER / "apps" / name / APP).is_file() else OLD
        cells = []
        for library in (OLD, NEW):
            choice = "<br>the proxy picks it" if library == picked else ""
            cells.append(f"{_outcome(loaded[name][library])}{choice}")
        rows[str(line(about))] = cells
    return wide("The app's folder holds", map(_code, (OLD, NEW)), rows)


@part("model-retry")
def model_retry() -> str:
    """The properties of `retry` and their parameters."""
    known = inspect.signature(func.FunctionApp.retry).parameters
    rows = []
    for name, about in schema()["properties"]["retry"]["properties"].items():
        parameter = snake(name)
        if parameter not in known:
            raise LookupError(f"@app.retry has no parameter {parameter}")
        values = ", ".join(
            f"{_code(value)} becomes {_code(snake(value))}"
            for value in about.get("enum", ())
        )
        rows.append(entry.row(_code(name), _code(parameter), values))
    head = ("Property of `retry`", "Parameter", "Values")
    return entry.table("<code>retry</code>", map(line, head), rows)


@part("model-keys")
def model_keys(reference: Path = REFERENCE) -> str:
    """For each service, each property of a function.json of its bindings and
    the decorator's parameter behind it."""
    blocks = []
    for page, names in by_page(reference).items():
        decorators = [
            name.partition(".")[2]
            for name in names
            if name.startswith("FunctionApp.")
        ]
        tables = [
            _table(kind, direction, bindings)
            for (kind, direction), bindings in _by_type(decorators).items()
        ]
        if tables:
            text = (reference / page).read_text("utf-8")
            title = re.findall(r"^# (.+)$", text, re.MULTILINE)[0]
            slug = Path(page).stem
            blocks.append(
                f"### {title} {{ #properties-{slug} }}\n\n{''.join(tables)}"
            )
    return "\n\n".join(blocks)


@part("model-others")
def model_others() -> str:
    """The types of the published schema that no decorator adds."""
    known = {
        binding.type
        for decorator in parameters.decorators()
        for binding in parameters.bindings(decorator)
    }
    (listed,) = (
        part["properties"]["type"]["not"]["enum"]
        for name, part in schema()["definitions"].items()
        if name == "dynamicBinding"
    )
    return ", ".join(f"`{kind}`" for kind in listed if kind not in known)


def schema() -> Json:
    """The published schema of function.json, from the copy that the
    `schemastore` package carries."""
    return verify.published_schema(SCHEMA)


def snake(name: str) -> str:
    """maxRetryCount -> max_retry_count."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _by_type(
    decorators: list[str],
) -> dict[tuple[str, str], dict[str, parameters.Binding]]:
    """The bindings that these decorators add, by type and direction."""
    found: dict[tuple[str, str], dict[str, parameters.Binding]] = {}
    for decorator in decorators:
        for binding in parameters.bindings(decorator):
            place = binding.type, binding.direction
            found.setdefault(place, {})[decorator] = binding
    return found


def _table(
    kind: str, direction: str, bindings: dict[str, parameters.Binding]
) -> str:
    """The properties of one type of binding."""
    link = "[`{0}`][azure.functions.FunctionApp.{0}]"
    linked = ", ".join(link.format(decorator) for decorator in bindings)
    name = "any type" if kind == parameters.ANY_TYPE else f"`{kind}`"
    keys: dict[str, dict[str, parameters.Key]] = {}
    for decorator, binding in bindings.items():
        for key in binding.keys:
            keys.setdefault(key.name, {})[decorator] = key
    rows = [
        entry.row(_code(name), _taken(of, bindings))
        for name, of in keys.items()
        if name != parameters.ANY
    ]
    if parameters.ANY in keys:
        rows.append(
            entry.row("any other", _taken(keys[parameters.ANY], bindings))
        )
    title = line(f"{name}, {direction}: {linked}")
    return (
        f"<p>{title}</p>"
        f"{entry.table(line(name), ('Property', 'Parameter'), rows)}"
    )


def _taken(of: Mapping[str, parameters.Key], decorators: Iterable[str]) -> str:
    """What takes a property: the parameters, and whose they are where these
    decorators do not all have the same."""
    said: dict[str, list[str]] = {}
    for decorator, key in of.items():
        said.setdefault(_parameters(key), []).append(decorator)
    if list(said.values()) == [list(decorators)]:
        return next(iter(said))
    return "<br>".join(
        f"{text} of {', '.join(map(_code, names))}"
        for text, names in said.items()
    )


def _parameters(key: parameters.Key) -> str:
    """The parameters behind a key; where there are none, where its value
    comes from."""
    if key.name == parameters.ANY:
        return " or ".join(
            "a keyword of its name in <code>snake_case</code>"
            if name == "kwargs"
            else f"{_code(name)}, a dictionary"
            for name in key.parameters
        )
    if key.parameters:
        return ", ".join(map(_code, key.parameters))
    if key.value is None:
        return "none: taken from the function"
    return f"none: always {_code(_json(key.value))}"


# --- Which versions -----------------------------------------------------------


@part("version-columns")
def version_columns() -> str:
    """What the samples were run with, and how far."""
    rows = {}
    for column in versions.load()["columns"]:
        invoked = column["level"] == versions.INVOKED
        rows[f"{column['sdk']} on Python {column['python']}"] = (
            html.escape(column["requires"]),
            column["worker"] or "none",
            "indexed, invoked" if invoked else "listed",
        )
    titles = "It asks for Python", _code(NEW), "Samples are"
    return wide(_code("azure-functions"), titles, rows)


@part("version-samples")
def version_samples() -> str:
    """The samples in each column; those that fare alike share a row, and what
    differs comes first."""
    recorded = versions.load()
    columns = recorded["columns"]
    alike: dict[tuple[str, ...], list[str]] = {}
    for name in recorded["digests"]:
        cells = tuple(_cell(c, c["samples"][name]) for c in columns)
        alike.setdefault(cells, []).append(_sample(name))
    rows = {
        "<br>".join(names): cells
        for cells, names in sorted(alike.items(), key=lambda row: len(row[1]))
    }
    titles = [f"{c['sdk']} on Python {c['python']}" for c in columns]
    return wide("Sample", titles, rows)


def _sample(name: str) -> str:
    """A link to a sample, which may break where its name has joints."""
    link = str(line(f"[{name}][{anchor(name)}]"))
    broken = name.replace("_", "_<wbr>").replace("/", "/<wbr>")
    return link.replace(f">{name}<", f">{broken}<")


def _cell(column: Json, cell: Json) -> str:
    if cell is None:
        return "not run"
    if cell:
        return '<span class="bad">differs</span>'
    return "holds" if column["level"] == versions.INVOKED else "listed"


@part("version-differences")
def version_differences() -> str:
    """What differs, word for word; what is alike is told once."""
    alike: dict[tuple[str, str, str], list[str]] = {}
    for column in versions.load()["columns"]:
        for name, cell in column["samples"].items():
            if cell:
                place = name, column["python"], "\n".join(cell)
                alike.setdefault(place, []).append(column["sdk"])
    parts = [
        f"{_sample(name)} with {_span(sdks)} on Python {python}:"
        f"\n\n```text\n{text}\n```"
        for (name, python, text), sdks in alike.items()
    ]
    return "\n\n".join(parts) or "Nothing."


def _span(sdks: list[str]) -> str:
    columns = versions.load()["columns"]
    return versions.span(sdks, list(dict.fromkeys(c["sdk"] for c in columns)))


@part("version-missing")
def version_missing() -> str:
    """The Pythons that were not found where the record was made."""
    missing = versions.load()["missing"]
    if not missing:
        return ""
    names = " and ".join(missing)
    return (
        f"Python {names}: not run, because it was not on the machine that "
        "ran the others."
    )


# --- HTML ---------------------------------------------------------------------


def wide(
    first: str, titles: Iterable[str], rows: Mapping[str, Iterable[str]]
) -> str:
    """A table, in HTML, of rows by their heads. On a narrow page its cells
    stand one below the other, so each says once more what it is of."""
    titles = list(titles)
    head = "".join(f'<th scope="col">{title}</th> ' for title in titles)
    body = "".join(
        f'<tr><th scope="row">{name}</th> '
        + " ".join(
            f'<td><span class="under">{title}</span> {cell}</td>'
            for title, cell in zip(titles, cells, strict=True)
        )
        + " </tr>"
        for name, cells in rows.items()
    )
    return (
        f'<table class="outcomes wide"><thead><tr><th scope="col">{first}</th> '
        f"{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _outcome(loaded: Json) -> str:
    """What a library makes of a folder."""
    if "error" in loaded:
        error = loaded["error"]
        return _code(f"{error['type']}: {error['message']}")
    names = [function["name"] for function in loaded["functions"]]
    return ", ".join(map(_code, names)) or "0 functions, and no error"


def _json(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


def _code(text: str) -> str:
    return f"<code>{html.escape(text)}</code>"


def _pre(content: str, kind: str = "") -> str:
    return str(markup.pre(content, kind))
