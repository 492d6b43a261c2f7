"""What the browser downloads to run a sample, made in one folder.

    python -m functions_by_example.playground.build

PLAYGROUND_MODULES names the folder into which what package-lock.json names is
installed; the SDK's and the worker's packages are those of this environment,
installed from the lock with their hashes. `nox -s docs` does both.

Files have their content's digest in their names, so that a copy never grows
old, and one that a browser keeps can be compared; `manifest.json` says which
is which. The same input makes the same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import NotRequired, TypedDict

from functions_by_example.paths import PACKAGE, ROOT
from functions_by_example.playground import library
from functions_by_example.playground.bundle import (
    SCRIPTS,
    BuildError,
    bundled,
    node,
)

HERE = Path(__file__).parent
OUT = Path(os.environ.get("PLAYGROUND_FOLDER", ROOT / "build" / "playground"))
MANIFEST = "manifest.json"
# Bundles for the page, each where it is there.
ENTRIES = ("engine.js", "loader.js", "playground.css", "ui.js")
# The import path, after the standard library.
LIBRARIES = ("packages.zip", "functions_by_example.zip")
# The standard library comes in two pieces of one zip file: what is imported
# before the first app is judged, and the rest.
STDLIB = ("stdlib-start.zip", "stdlib-rest.zip")
# What the page hands to worker.js, besides its script.
PARTS = ("pyodide.asm.wasm", *STDLIB, *LIBRARIES)
# The service worker has one address, for ever.
SERVICE = "service.js"


class File(TypedDict):
    """A part of Python: its address in the folder, its size there, and the
    names under which a browser keeps what it makes of it."""

    address: str
    size: int
    unpacked: str
    compiled: NotRequired[str]


class Manifest(TypedDict):
    """Parts of Python and bundles by their names in the sources; the digest
    of all that they are made from."""

    files: dict[str, File]
    entries: dict[str, str]
    digest: str


def build(modules: Path, out: Path = OUT) -> Manifest:
    """Make the folder, unless it holds what would be made; the manifest.

    `modules` is the node_modules folder. Raises BuildError.
    """
    manifest = current(out)
    if manifest:
        return manifest
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as name:
        made = Path(name) / "made"
        made.mkdir()
        try:
            manifest = _made(modules, made)
        except OSError as error:
            raise BuildError(f"{error}: run `nox -s docs`") from None
        text = json.dumps(manifest, indent=2) + "\n"
        (made / MANIFEST).write_text(text, "utf-8")
        if out.exists():
            os.replace(out, Path(name) / "old")
        os.replace(made, out)
    return manifest


def current(out: Path = OUT) -> Manifest | None:
    """The manifest of a folder that holds what would be made now, or None."""
    try:
        manifest: Manifest = json.loads((out / MANIFEST).read_text("utf-8"))
        names = [file["address"] for file in manifest["files"].values()]
        names += [*manifest["entries"].values(), SERVICE]
        if manifest["digest"] != digest():
            return None
    except (OSError, ValueError, KeyError):
        return None
    whole = all((out / name).is_file() for name in names)
    return manifest if whole else None


def digest() -> str:
    """Of everything that a build depends on; what comes from npm is in
    package-lock.json."""
    made = hashlib.sha256(sys.version.encode())
    for path in _sources():
        made.update(f"{path.relative_to(ROOT)}\0".encode())
        made.update(hashlib.sha256(path.read_bytes()).digest())
    for package in library.PACKAGES:
        made.update(f"{package} {metadata.version(package)}\n".encode())
    return made.hexdigest()


def _sources() -> list[Path]:
    folders = (HERE, SCRIPTS)
    files = {p for folder in folders for p in folder.iterdir() if p.is_file()}
    return sorted(files | {PACKAGE / name for name in library.our_names()})


def _made(modules: Path, out: Path) -> Manifest:
    pyodide = modules / "pyodide"
    start, rest, at = library.in_two(*library.stdlib_files(modules))
    defined: dict[str, object] = {
        "LIBRARIES": LIBRARIES,
        "LOCK": _lock_info(pyodide),
        "PARTS": PARTS,
        "REST_AT": at,
    }
    contents = {
        "pyodide.asm.js": (pyodide / "pyodide.asm.js").read_bytes(),
        "pyodide.asm.wasm": (pyodide / "pyodide.asm.wasm").read_bytes(),
        "worker.js": bundled(modules, "worker.js", defined),
        STDLIB[0]: start,
        STDLIB[1]: rest,
        "packages.zip": library.zipped(library.package_files()),
        "functions_by_example.zip": library.zipped(library.our_files()),
    }
    libraries = _compiled_libraries(modules, contents, start[:at] + rest)
    files: dict[str, File] = {}
    for name, content in contents.items():
        packed = gzip.compress(content, 9, mtime=0)
        address = _address(name, packed)
        (out / address).write_bytes(packed)
        files[name] = {
            "address": address,
            "size": len(packed),
            "unpacked": f"unpacked-{_address(name, content)}",
        }
        if name in libraries:
            address = _address(name, libraries[name])
            files[name]["compiled"] = f"compiled-{address}"
    defined["FILES"] = files
    entries = {}
    for name in ENTRIES:
        if (SCRIPTS / name).is_file():
            content = bundled(modules, name, defined)
            stem, _, ending = name.rpartition(".")
            entries[name] = f"{stem}-{_digest(content)}.{ending}"
            (out / entries[name]).write_bytes(content)
    (out / SERVICE).write_bytes(bundled(modules, SERVICE, defined))
    return {"files": files, "entries": entries, "digest": digest()}


def _compiled_libraries(
    modules: Path, contents: Mapping[str, bytes], stdlib: bytes
) -> dict[str, bytes]:
    """The libraries as a browser's Python compiles them for its next start,
    made by the same Python, in Node.js: another release of CPython makes other
    bytes. `stdlib` is its standard library. Raises BuildError."""
    script = bundled(modules, "compile.js", {"LIBRARIES": LIBRARIES})
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "compile.mjs").write_bytes(script)
        (folder / "python_stdlib.zip").write_bytes(stdlib)
        for each in LIBRARIES:
            (folder / each).write_bytes(contents[each])
        # Pyodide's folder, ending in a slash.
        home = os.path.join(modules.resolve() / "pyodide", "")
        done = subprocess.run(
            [node(), "compile.mjs", home], capture_output=True, cwd=folder
        )
        if done.returncode:
            raise BuildError(done.stderr.decode("utf-8", "replace")[-2000:])
        return {
            each: (folder / f"compiled-{each}").read_bytes()
            for each in LIBRARIES
        }


def _address(name: str, content: bytes) -> str:
    # No known ending: a server that knew it would unpack the file itself.
    return f"{name.replace('.', '-')}-{_digest(content)}.bin"


def _digest(content: bytes) -> str:
    """128 bits: nobody finds another content that has the same."""
    return hashlib.sha256(content).hexdigest()[:32]


def _lock_info(pyodide: Path) -> object:
    """What Pyodide wants to know of its packages; none of them is used."""
    lock = (pyodide / "pyodide-lock.json").read_text("utf-8")
    info: object = json.loads(lock)["info"]
    return info


def main() -> int:
    default = os.environ.get(
        "PLAYGROUND_MODULES", str(SCRIPTS / "node_modules")
    )
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--modules", type=Path, default=Path(default))
    parser.add_argument("--out", type=Path, default=OUT)
    given = parser.parse_args()
    try:
        manifest = build(given.modules, given.out)
    except (BuildError, OSError) as error:
        print(f"the playground cannot be built: {error}", file=sys.stderr)
        return 1
    for name, file in manifest["files"].items():
        print(f"{file['size']:>9,} {name}")
    for name, address in manifest["entries"].items():
        print(f"{(given.out / address).stat().st_size:>9,} {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
