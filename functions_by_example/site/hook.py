"""MkDocs and the gallery: a thin adapter over `page.py`.

MkDocs calls the functions named on_*. A page that cannot be made ends the
build with its problems; nothing is traced back.
"""

from __future__ import annotations

import functools
import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

# What a rebuild imports anew, so that `mkdocs serve` runs the code as saved.
FRESH = (
    "site.parts.about",
    "site.addresses",
    "trials.apps",
    "site.parts.apps",
    "sdk.docstrings",
    "site.zips",
    "site.editable",
    "site.reference.entry",
    "site.parts.expressions",
    "site.gallery",
    "trials.troubles",
    "site.parts.fix",
    "sdk.former",
    "site.parts.releases",
    "site.parts.learn",
    "site.text",
    "site.markup",
    "site.parts.migrate_names",
    "trials.models",
    "site.parts.models",
    "site.names",
    "site.sample",
    "sdk.parameters",
    "playground.build",
    "playground.licences",
    "site.playground",
    "site.parts.browsers",
    "site.policy",
    "trials.preview",
    "sample.record",
    "site.reference.pages",
    "sdk.releases",
    "sample.read",
    "site.search",
    "sample.recorded",
    "site.parts.preview",
    "trials.versions",
)

_state: dict[str, Any] = {"serving": False, "seen": {}, "playground": None}


def on_startup(*, command: str, dirty: bool) -> None:
    """Called once, before the first build."""
    _state["serving"] = command == "serve"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Read the samples; derive the navigation."""
    for name in FRESH:
        sys.modules.pop(f"functions_by_example.{name}", None)
    page, reference = _module("site.sample"), _module("site.reference.pages")
    docs = Path(config.docs_dir)
    entries = _entries(_samples(config))
    pages = {
        path.relative_to(docs).as_posix(): path.read_text("utf-8")
        for path in sorted(docs.rglob("*.md"))
    }
    samples = [entry.sample for entry in entries]
    _state["documented"] = reference.documented(docs / "reference")
    _state["releases"] = _module("site.parts.releases").pages(
        _or_fail(_module("sdk.releases").load), frozenset(_state["documented"])
    )
    everything = pages | _state["releases"]
    config.nav = _or_fail(page.navigation, everything, samples)
    if not config.repo_url:
        config.edit_uri = None
    _check_names(pages, entries)
    _state["entries"] = entries
    _state["playground"] = _playground()
    _state["site"] = page.Site(
        samples=frozenset(entry.sample.id for entry in entries),
        documented=frozenset(_state["documented"]),
        versions=page.versions(),
        ran=_ran(),
        source=_below_repository(config, config.extra["source_uri"]),
        playground=_playground_parts(),
    )
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add a page and a zip file for each sample, a page for each release of
    the SDK, and the redirects."""
    page, downloads = _module("site.sample"), _module("site.zips")
    _state["parts"] = _parts(config)
    _state["rendered"], _state["texts"] = {}, {}
    for entry in _state["entries"]:
        sample = entry.sample
        address = page.address(sample.id)
        rendered = _or_fail(page.render, entry, _state["site"])
        _state["rendered"][address] = rendered
        file = File.generated(config, address, content=rendered.markdown)
        if config.edit_uri:
            file.edit_uri = f"../samples/{sample.id}/README.md"
        files.append(file)
        archive = _or_fail(downloads.archive, sample)
        files.append(
            File.generated(config, downloads.address(sample), content=archive)
        )
    for name, content in _state["releases"].items():
        file = File.generated(config, name, content=content)
        if config.edit_uri:
            file.edit_uri = "../functions_by_example/data/releases.json"
        files.append(file)
    for name, html in _redirects(files, config).items():
        files.append(File.generated(config, name, content=html))
    for file in _playground_files(config):
        files.append(file)
    return files


def on_page_markdown(
    markdown: str, page: Page, config: MkDocsConfig, **_: Any
) -> str:
    """Fill in what the machine knows."""
    texts, file = _module("site.sample"), f"docs/{page.file.src_uri}"
    return str(_or_fail(texts.filled, markdown, _state["parts"], file))


def on_page_content(html: str, page: Page, **_: Any) -> str:
    """Tell MkDocs which anchors a sample's HTML brings; keep what becomes
    the page's text."""
    rendered = _state["rendered"].get(page.file.src_uri)
    if rendered and page.present_anchor_ids is not None:
        page.present_anchor_ids |= rendered.anchors
    complete = rendered.complete(html) if rendered else html
    _state["texts"][page.file.src_uri] = page, complete
    return html


def on_post_page(output: str, page: Page, **_: Any) -> str:
    """Put a sample's HTML in its places."""
    rendered = _state["rendered"].get(page.file.src_uri)
    return str(rendered.complete(output)) if rendered else output


def on_post_build(config: MkDocsConfig) -> None:
    """Tune the search index; write the site as text. When serving, verify the
    samples that changed since the last build, in a process beside this one:
    it runs the machinery as it is saved."""
    index = Path(config.site_dir) / "search" / "search_index.json"
    if index.is_file():  # unless no search is configured
        _module("site.search").tune(index, _state["entries"])
    _write_texts(config)
    _module("site.policy").write(Path(config.site_dir), _state["serving"])
    if not _state["serving"]:
        return
    samples = _samples(config)
    changed = _changed(samples)
    if changed is None:
        count = len(_state["entries"])
        print(f"Samples: {count}. Save one, and it is verified.", flush=True)
    elif changed:
        command = [sys.executable, "-m", "functions_by_example", "verify"]
        command += map(str, changed)
        _state["verifying"] = subprocess.Popen(command, cwd=samples.parent)


def _parts(config: MkDocsConfig) -> dict[str, Any]:
    """What `<!-- gallery: NAME ... -->` in a page may name."""
    texts, facets = _module("site.sample"), _module("site.gallery")
    docs, entries = Path(config.docs_dir), _state["entries"]
    samples = [entry.sample for entry in entries]
    reference = _module("site.reference.pages")
    return {
        "cards": lambda: texts.cards(samples, facets.attributes(entries)),
        "filters": lambda: facets.form(entries),
        "decorators": lambda: reference.overview(docs / "reference", samples),
        "result": functools.partial(texts.result_of, entries),
        "versions": texts.versions,
        "playground": lambda: texts.playground(_state["site"]),
        "licences": _module("playground.licences").table,
        "browsers": _module("site.parts.browsers").sentence,
        "expressions": _module("site.parts.expressions").tables,
        **_module("site.parts.about").parts(config.repo_url),
        **_module("site.parts.apps").parts(),
        **_module("site.parts.learn").parts(),
        **_module("site.parts.models").parts(),
        **_module("site.parts.fix").parts(docs / "fix"),
        **_module("site.parts.releases").parts(),
        **_module("site.parts.migrate_names").parts(),
        **_module("site.parts.preview").parts(),
        "pages": functools.partial(texts.contents, docs),
    }


def _ran() -> dict[str, str]:
    versions = _module("trials.versions")
    return dict(versions.lines(versions.load()))


def _playground() -> Any:
    """The manifest of what runs samples in the browser, or None."""
    try:
        return _module("site.playground").made()
    except _module("playground.build").BuildError as error:
        raise PluginError(f"the playground cannot be built: {error}") from None


def _playground_parts() -> Any:
    """Where the editor's parts stand; None where they are not built."""
    if not _state["playground"]:
        return None
    return _module("site.playground").parts(_state["playground"])


def _playground_files(config: MkDocsConfig) -> Iterator[File]:
    """What runs samples in the browser, where it is built."""
    if not _state["playground"]:
        return
    site = _module("site.playground")
    for name, path in site.files(_state["playground"]):
        yield File.generated(config, name, abs_src_path=str(path))
    samples = _samples(config)
    for name, text in site.fetched(_state["entries"], samples).items():
        yield File.generated(config, name, content=text)


def _redirects(files: Files, config: MkDocsConfig) -> dict[str, str]:
    addresses = _module("site.addresses")
    pages = [addresses.of(f.src_uri) for f in files.documentation_pages()]
    text = Path(config.config_file_path).read_text("utf-8")
    table = config.extra.get("redirects") or {}
    return dict(_or_fail(addresses.redirects, table, pages, text))


def _write_texts(config: MkDocsConfig) -> None:
    """llms.txt and llms-full.txt; a sitemap only where the site's address is
    known, for it may hold nothing else."""
    llms, site = _module("site.text"), Path(config.site_dir)
    pages = []
    for section, source in _in_order(config.nav or []):
        page, html = _state["texts"][source]
        pages.append(
            llms.Page(
                section=section,
                address=page.canonical_url or page.url or "./",
                title=page.title,
                description=page.meta.get("description", ""),
                html=html,
            )
        )
    for name, make in ((llms.INDEX, llms.index), (llms.FULL, llms.full)):
        text = make(config.site_name, config.site_description, pages)
        (site / name).write_text(text, "utf-8", newline="\n")
    if not config.site_url:
        for name in ("sitemap.xml", "sitemap.xml.gz"):
            (site / name).unlink(missing_ok=True)


def _in_order(nav: Any, section: str = "") -> Iterator[tuple[str, str]]:
    """Section and file of each page, as the navigation has them."""
    for item in nav:
        if isinstance(item, str):
            yield section, item
            continue
        for title, below in item.items():
            if isinstance(below, str):
                yield section, below
            else:
                yield from _in_order(below, section or title)


def _samples(config: MkDocsConfig) -> Path:
    return Path(config.docs_dir).parent / "samples"


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"functions_by_example.{name}")


def _entries(samples: Path) -> list[Any]:
    """Every sample; or the problems of all that cannot be shown."""
    entries, problems = [], []
    for folder in _module("sample.read").find(samples):
        try:
            entries.append(_module("sample.recorded").load(folder))
        except _module("sample.read").SampleError as broken:
            problems += broken.problems
    if problems:
        raise PluginError("\n".join(map(str, problems)))
    return entries


def _check_names(pages: dict[str, str], entries: list[Any]) -> None:
    """No page may speak of a sample, SDK name or error that does not
    exist."""
    names, reference = _module("site.names"), _module("site.reference.pages")
    texts = {page: (f"docs/{page}", text) for page, text in pages.items()}
    for entry in entries:
        address = _module("site.sample").address(entry.sample.id)
        file = f"samples/{entry.sample.id}/README.md"
        texts[address] = file, entry.sample.text("README.md")
    known = frozenset(entry.sample.id for entry in entries)
    problems = [
        problem
        for file, text in texts.values()
        for problem in names.wrong(
            text, file, known, reference.exists, reference.is_error
        )
    ]
    if problems:
        raise PluginError("\n".join(map(str, problems)))
    names.locate(texts)


def _or_fail(make: Any, *arguments: Any) -> Any:
    try:
        return make(*arguments)
    except _module("sample.read").SampleError as broken:
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
        for folder in _module("sample.read").find(samples)
    }
    _state["seen"] = now
    if not before:
        return None
    return [folder for folder in now if now[folder] != before.get(folder)]
