"""What of the playground lies on the site: the built folder, the service
worker, and the samples that the editor fetches."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from functions_by_example.playground import build
from functions_by_example.sample.recorded import Entry
from functions_by_example.site import editable
from functions_by_example.site import sample as page

Json = Any

# Where the built folder lies, from the site's root.
ASSETS = "assets/playground/"
# At the root, since a service worker answers for what lies beside it.
SERVICE = "service.js"
# The folder into which the packages from npm are installed.
MODULES = "PLAYGROUND_MODULES"

log = logging.getLogger("mkdocs.hooks.playground")


def made() -> dict[str, Json] | None:
    """The manifest of the playground's built folder; None where it is not
    built, and cannot be since there is nothing from npm. Raises BuildError."""
    modules = os.environ.get(MODULES)
    if modules:
        return build.build(Path(modules))
    manifest = build.current()
    if not manifest:
        log.info(
            "The playground is not built, and samples have no Run button: "
            "`nox -s docs` builds it."
        )
    return manifest


def files(manifest: dict[str, Json]) -> Iterator[tuple[str, Path]]:
    """Each file of the playground: its address on the site, and where it
    lies."""
    yield SERVICE, build.SCRIPTS / SERVICE
    names = [file["address"] for file in manifest["files"].values()]
    for name in sorted([*names, *manifest["entries"].values()]):
        yield ASSETS + name, build.OUT / name


def parts(manifest: dict[str, Json]) -> page.Playground:
    """Where the editor's parts stand on the site."""
    names = ("loader.js", "engine.js", "ui.js", "playground.css")
    return page.Playground(*(ASSETS + manifest["entries"][n] for n in names))


def fetched(entries: Sequence[Entry], samples: Path) -> dict[str, str]:
    """What the editor fetches, by address: each sample, an empty app, and what
    there is to choose."""
    values = {
        f"samples/{entry.sample.id}/{editable.DATA}": editable.data(entry)
        for entry in entries
    }
    values[editable.EMPTY] = editable.empty(samples)
    chosen: Json = page.choices(entries)
    values[editable.SAMPLES] = chosen
    return {name: editable.written(value) for name, value in values.items()}
