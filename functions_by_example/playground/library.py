"""What Python in the browser has to import, as zip files: the standard library
in two pieces, the packages, this package's own modules."""

from __future__ import annotations

import functools
import importlib.util
import io
import marshal
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

from functions_by_example.paths import PACKAGE
from functions_by_example.playground.bundle import BuildError
from functions_by_example.sample import zips

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
    "host/rules/*.py",
    "paths.py",
    "playground/__init__.py",
    "playground/browser/*.py",
    "protocol/*.py",
    "worker/*.py",
)
# Modules of the standard library that are imported before the first app is
# judged come compiled, and first: compiling takes most of the start.
STARTING = Path(__file__).parent / "starting.txt"
zipped = functools.partial(zips.stored, folders=True)


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
