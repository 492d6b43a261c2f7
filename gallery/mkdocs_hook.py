"""MkDocs and the gallery: a thin adapter over `page.py`.

MkDocs calls the functions named on_*. A page that cannot be made ends the
build with its problems; nothing is traced back.
"""

from __future__ import annotations

import functools
import importlib
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

# What a rebuild imports anew, so that `mkdocs serve` runs the code as saved.
FRESH = (
    "cases",
    "docstrings",
    "entry",
    "expressions",
    "fix",
    "learn",
    "page",
    "parameters",
    "record",
    "reference",
    "sample",
)

_state: dict[str, Any] = {"serving": False, "seen": {}}


def on_startup(*, command: str, dirty: bool) -> None:
    """Called once, before the first build."""
    _state["serving"] = command == "serve"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Read the samples; derive the navigation."""
    for name in FRESH:
        sys.modules.pop(f"gallery.{name}", None)
    page, reference = _module("page"), _module("reference")
    docs = Path(config.docs_dir)
    entries = _entries(page, _samples(config))
    pages = sorted(p.relative_to(docs).as_posix() for p in docs.rglob("*.md"))
    config.nav = page.navigation(pages, [entry.sample for entry in entries])
    if not config.repo_url:
        config.edit_uri = None
    _check_names(docs, entries)
    _state["entries"] = entries
    _state["documented"] = reference.documented(docs / "reference")
    _state["site"] = page.Site(
        samples=frozenset(entry.sample.id for entry in entries),
        documented=frozenset(_state["documented"]),
        versions=page.versions(),
        source=_below_repository(config, config.extra["source_uri"]),
    )
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add a page for each sample."""
    page = _module("page")
    _state["rendered"] = {}
    for entry in _state["entries"]:
        sample = entry.sample
        address = page.address(sample.id)
        rendered = _or_fail(page.render, entry, _state["site"])
        _state["rendered"][address] = rendered
        file = File.generated(config, address, content=rendered.markdown)
        if config.edit_uri:
            file.edit_uri = f"../samples/{sample.id}/README.md"
        files.append(file)
    return files


def on_page_markdown(
    markdown: str, page: Page, config: MkDocsConfig, **_: Any
) -> str:
    """Fill in what the machine knows."""
    texts, reference = _module("page"), _module("reference")
    entries = _state["entries"]
    samples = [entry.sample for entry in entries]
    parts = {
        "cards": lambda: texts.cards(samples),
        **_module("cases").parts(),
        "expressions": _module("expressions").tables,
        "decorators": lambda: reference.overview(
            Path(config.docs_dir) / "reference", samples
        ),
        "result": functools.partial(texts.result_of, entries),
        "versions": texts.versions,
        **_module("learn").parts(),
        **_module("fix").parts(Path(config.docs_dir) / "fix"),
    }
    file = f"docs/{page.file.src_uri}"
    return str(_or_fail(texts.filled, markdown, parts, file))


def on_page_content(html: str, page: Page, **_: Any) -> str:
    """Tell MkDocs which anchors a sample's HTML brings."""
    rendered = _state["rendered"].get(page.file.src_uri)
    if rendered and page.present_anchor_ids is not None:
        page.present_anchor_ids |= rendered.anchors
    return html


def on_post_page(output: str, page: Page, **_: Any) -> str:
    """Put a sample's HTML in its places."""
    rendered = _state["rendered"].get(page.file.src_uri)
    return str(rendered.complete(output)) if rendered else output


def on_post_build(config: MkDocsConfig) -> None:
    """When serving, verify the samples that changed since the last build, in
    a process beside this one: it runs the machinery as it is saved."""
    if not _state["serving"]:
        return
    samples = _samples(config)
    changed = _changed(samples)
    if changed is None:
        count = len(_state["entries"])
        print(f"Samples: {count}. Save one, and it is verified.", flush=True)
    elif changed:
        command = [sys.executable, "-m", "gallery", "verify"]
        command += map(str, changed)
        _state["verifying"] = subprocess.Popen(command, cwd=samples.parent)


def _samples(config: MkDocsConfig) -> Path:
    return Path(config.docs_dir).parent / "samples"


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"gallery.{name}")


def _entries(page: ModuleType, samples: Path) -> list[Any]:
    """Every sample; or the problems of all that cannot be shown."""
    entries, problems = [], []
    for folder in _module("sample").find(samples):
        try:
            entries.append(page.load(folder))
        except _module("sample").SampleError as broken:
            problems += broken.problems
    if problems:
        raise PluginError("\n".join(map(str, problems)))
    return entries


def _check_names(docs: Path, entries: list[Any]) -> None:
    """No page may speak of a sample or SDK name that does not exist."""
    texts = {
        f"docs/{path.relative_to(docs).as_posix()}": path.read_text("utf-8")
        for path in sorted(docs.rglob("*.md"))
    } | {
        f"samples/{entry.sample.id}/README.md": entry.sample.text("README.md")
        for entry in entries
    }
    known = frozenset(entry.sample.id for entry in entries)
    exists = _module("reference").exists
    problems = [
        problem
        for file, text in texts.items()
        for problem in _module("page").wrong_names(text, file, known, exists)
    ]
    if problems:
        raise PluginError("\n".join(map(str, problems)))


def _or_fail(make: Any, *arguments: Any) -> Any:
    try:
        return make(*arguments)
    except _module("sample").SampleError as broken:
        raise PluginError(str(broken)) from None


def _below_repository(config: MkDocsConfig, path: str) -> str | None:
    return f"{config.repo_url.rstrip('/')}/{path}" if config.repo_url else None


def _changed(samples: Path) -> list[Path] | None:
    """The samples with a file that changed since the last call; None at the
    first."""
    before = _state["seen"]
    now = {
        folder: frozenset(
            (path, path.stat().st_mtime_ns)
            for path in folder.rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        )
        for folder in _module("sample").find(samples)
    }
    _state["seen"] = now
    if not before:
        return None
    return [folder for folder in now if now[folder] != before.get(folder)]
