"""Whose work is shipped to readers who press Run, and on what terms.

    python -m functions_by_example.playground.licences

writes `data/licences.json` from the packages as they are installed; a test
compares. The page docs/about/licences.md shows it.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from importlib import metadata
from pathlib import Path

from functions_by_example.paths import DATA
from functions_by_example.playground import library
from functions_by_example.playground.bundle import bundled as bundle
from functions_by_example.sample import record

RECORD = DATA / "licences.json"
SCRIPTS = ("ui.js", "worker.js")
# Packages whose licence stands elsewhere than in the package. Their homes say
# it: the repository that pyodide's package.json names, and Python's own page,
# which also names what is built into it.
MPL = "https://www.mozilla.org/en-US/MPL/2.0/"
PYTHON = {
    "name": "CPython",
    "licence": "PSF-2.0",
    "source": "in Pyodide",
    "home": "https://docs.python.org/3.13/license.html",
    "text": "https://docs.python.org/3.13/license.html",
}
# What packages call the same licence -> SPDX.
SPDX = {"MIT License": "MIT"}


def collected(modules: Path) -> list[dict[str, str]]:
    """Every package that is shipped: "name", "version", "licence" (SPDX),
    "source" (the registry), "home", and "text", the licence's own text or an
    address where it stands."""
    shipped = [_of_npm(modules / name) for name in bundled(modules)]
    shipped += [_of_pypi(name) for name in library.PACKAGES]
    version = json.loads(
        (modules / "pyodide" / "pyodide-lock.json").read_text("utf-8")
    )["info"]["python"]
    shipped.append(PYTHON | {"version": version})
    return sorted(shipped, key=lambda package: package["name"].casefold())


def bundled(modules: Path) -> list[str]:
    """The npm packages that are in the scripts."""
    names = set()
    for script in SCRIPTS:
        with tempfile.TemporaryDirectory() as folder:
            meta = Path(folder) / "meta.json"
            out = f"--outfile={folder}/out.js"
            bundle(modules, script, {}, f"--metafile={meta}", out)
            inputs = json.loads(meta.read_text("utf-8"))["inputs"]
        for path in inputs:
            _, found, inside = path.rpartition("node_modules/")
            if found:
                parts = inside.split("/")
                names.add("/".join(parts[: 1 + parts[0].startswith("@")]))
    return sorted(names)


def _of_npm(folder: Path) -> dict[str, str]:
    package = json.loads((folder / "package.json").read_text("utf-8"))
    given = package.get("repository") or {}
    address = given if isinstance(given, str) else given.get("url", "")
    texts = sorted(folder.glob("LICEN[CS]E*"))
    return {
        "name": package["name"],
        "version": package["version"],
        "licence": package["license"],
        "source": "npm",
        "home": address.removeprefix("git+").removesuffix(".git"),
        "text": texts[0].read_text("utf-8").strip() if texts else MPL,
    }


def _of_pypi(name: str) -> dict[str, str]:
    about = metadata.metadata(name)
    texts = [
        path.read_text("utf-8").strip()
        for path in metadata.files(name) or ()
        if ".dist-info/" in path.as_posix()
        and path.name.upper().startswith(("LICENSE", "LICENCE"))
    ]
    licence = (
        about.get("License-Expression")
        or about.get("License")
        or _classified(about.get_all("Classifier") or [])
    )
    return {
        "name": about["Name"],
        "version": about["Version"],
        "licence": SPDX.get(licence, licence),
        "source": "PyPI",
        "home": f"https://pypi.org/project/{about['Name']}/",
        "text": "\n\n".join(texts) or f"https://pypi.org/project/{name}/",
    }


def _classified(classifiers: list[str]) -> str:
    licences = [c for c in classifiers if c.startswith("License :: ")]
    return licences[0].rpartition(" :: ")[2] if licences else ""


def main() -> int:
    """Write the data anew."""
    record.rewrite(RECORD, collected(Path(os.environ["PLAYGROUND_MODULES"])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
