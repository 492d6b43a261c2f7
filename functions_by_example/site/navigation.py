"""Addresses, and the order of everything: services, samples, pages."""

from __future__ import annotations

import functools
import math
import posixpath
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mkdocs.utils import meta

from functions_by_example.paths import DATA
from functions_by_example.sample.read import (
    Problem,
    Sample,
    SampleError,
    line_of,
)

# A page, or a title with what is below it, as MkDocs has a navigation.
type Nav = str | Mapping[str, str | Sequence[Nav]]


@dataclass(frozen=True)
class Service:
    """What a folder of samples is called on a page, and its icon."""

    title: str
    icon: str


def _listed(name: str) -> dict[str, dict[str, str]]:
    """A table of data/services.toml, in its order."""
    text = (DATA / "services.toml").read_text("utf-8")
    found: dict[str, dict[str, str]] = tomllib.loads(text)[name]
    return found


# In the order of the gallery. A folder that is not here comes after these,
# under its own name.
SERVICES = {
    name: Service(given["title"], f"material-{given['icon']}")
    for name, given in _listed("services").items()
}
# The sections of docs/, in the order of the navigation.
SECTIONS = {name: given["title"] for name, given in _listed("sections").items()}


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


def _rank(order: Mapping[str, object], name: str) -> tuple[int, str]:
    names = list(order)
    return (names.index(name) if name in names else len(names), name)


def navigation(
    pages: Mapping[str, str], samples: Iterable[Sample]
) -> list[Nav]:
    """The navigation, from the Markdown files of docs/ (path -> text) and
    the samples.

    The gallery comes first, then a section for each folder of docs/; a
    section begins with its index.md. Raises SampleError for an `order` that
    is no number.
    """
    gallery: list[Nav] = [{"All samples": "index.md"}]
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
    return stem != "index", _order(page, text), rank, title(text) or stem


def _order(page: str, text: str) -> float:
    order = meta.get_data(text)[1].get("order", math.inf)
    if isinstance(order, int | float):
        return float(order)
    problem = Problem(
        f"docs/{page}",
        line_of(text, "order:"),
        f"has the order {order!r}, which is no number",
        "pages of a section are numbered 10, 20, 30",
    )
    raise SampleError([problem])


def title(text: str) -> str:
    """The heading of a page, without its id."""
    match = re.search(r"^# (.+?)(?: \{.*\})?$", text, re.MULTILINE)
    return match[1] if match else ""
