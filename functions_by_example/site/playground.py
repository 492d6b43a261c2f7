"""What of the playground is on the site: the built folder, the service worker,
the samples that the editor fetches, and the button that opens it."""

from __future__ import annotations

import logging
import os
import posixpath
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from functions_by_example.paths import SAMPLES
from functions_by_example.playground import build
from functions_by_example.playground.bundle import BuildError
from functions_by_example.sample.recorded import Entry
from functions_by_example.site import editable, html
from functions_by_example.site.navigation import by_service, service
from functions_by_example.site.site import Playground

# Where the built folder is, from the site's root.
ASSETS = "assets/playground/"
# At the root, since a service worker answers for what is beside it.
SERVICE = build.SERVICE
# The folder into which the packages from npm are installed.
MODULES = "PLAYGROUND_MODULES"

log = logging.getLogger("mkdocs.hooks.playground")


def made() -> build.Manifest | None:
    """The manifest of the playground's built folder; None where it is not
    built, and cannot be since there is nothing from npm. Raises BuildError."""
    modules = os.environ.get(MODULES)
    if modules:
        try:
            return build.build(Path(modules))
        except BuildError as error:
            what = f"the playground cannot be built: {error}"
            raise BuildError(what) from None
    manifest = build.current()
    if not manifest:
        log.info(
            "The playground is not built, and samples have no Run button: "
            "`nox -s docs` builds it."
        )
    return manifest


def files(manifest: build.Manifest) -> Iterator[tuple[str, Path]]:
    """Each file of the playground: its address on the site, and its path."""
    yield SERVICE, build.OUT / SERVICE
    names = [file["address"] for file in manifest["files"].values()]
    for name in sorted([*names, *manifest["entries"].values()]):
        yield ASSETS + name, build.OUT / name


def parts(manifest: build.Manifest) -> Playground:
    """Where the editor's parts are on the site."""
    names = ("loader.js", "engine.js", "ui.js", "playground.css")
    return Playground(*(ASSETS + manifest["entries"][n] for n in names))


def fetched(
    entries: Iterable[Entry], samples: Path = SAMPLES
) -> dict[str, str]:
    """What the editor fetches, by address: each sample, an empty app, and what
    there is to choose."""
    entries = list(entries)
    values: dict[str, object] = {
        f"samples/{entry.sample.id}/{editable.DATA}": editable.data(entry)
        for entry in entries
    }
    values[editable.EMPTY] = editable.empty(samples)
    values[editable.SAMPLES] = choices(entries)
    return {name: editable.written(value) for name, value in values.items()}


def choices(entries: Iterable[Entry]) -> list[dict[str, str]]:
    """What the playground can start from, by service, and where on the site
    that is."""
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


def button(
    page: str, data: Mapping[str, str], parts: Playground, why_not: str = ""
) -> str:
    """The button that opens the editor, on the page of this address, and the
    script behind it; `data` says what is edited, `why_not` why nothing can
    be."""
    root = posixpath.relpath(".", posixpath.splitext(page)[0])
    if page.endswith("index.md"):
        root = posixpath.relpath(".", posixpath.dirname(page))
    return html.render(
        "run.html",
        data={
            "root": f"{root}/",
            "engine": f"{root}/{parts.engine}",
            "ui": f"{root}/{parts.ui}",
            "style": f"{root}/{parts.style}",
            **data,
        },
        loader=f"{root}/{parts.loader}",
        why_not=why_not,
    )
