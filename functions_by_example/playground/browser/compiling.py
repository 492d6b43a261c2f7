"""The libraries with what a start imports of them, compiled.

Nothing imports this module at the start.
"""

from __future__ import annotations

import importlib.util
import marshal
import shutil
import zipfile
from pathlib import Path

from functions_by_example.playground.browser import engine


def compile_libraries(libraries: list[str]) -> None:
    """Beside each of these zip files on the import path, one named
    `compiled-...` that also has what the start has imported of it, compiled:
    for the next start. The same bytes each time: the page has their digest
    from the build."""
    for library in libraries:
        path = Path("/lib") / library
        copy = path.with_name(f"compiled-{library}")
        shutil.copyfile(path, copy)
        with zipfile.ZipFile(copy, "a") as archive:
            modules = engine.BASELINE.modules.values()
            names = {getattr(m, "__file__", None) or "" for m in modules}
            for file in sorted(names):
                if not file.startswith(f"{path}/") or not file.endswith(".py"):
                    continue
                inside = file.removeprefix(f"{path}/")
                source = archive.read(inside)
                info = zipfile.ZipInfo(f"{inside}c")  # of 1980
                archive.writestr(info, _compiled(source, file))


def _compiled(source: bytes, file: str) -> bytes:
    """A module's .pyc, which is not checked when it is imported (PEP 552)."""
    code = compile(source, file, "exec", dont_inherit=True)
    flags = (0b01).to_bytes(4, "little")
    digest = importlib.util.source_hash(source)
    return importlib.util.MAGIC_NUMBER + flags + digest + marshal.dumps(code)
