"""One build of the site: what MkDocs is given, and what is made of the pages
that it makes.

The methods are called by `hook.py` in their order. What is wrong with samples,
records and pages is reported together, as one SampleError, before any page is
written.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.utils import meta

from functions_by_example.paths import ROOT
from functions_by_example.sample import recorded
from functions_by_example.sample.read import Problem, SampleError, find
from functions_by_example.sample.recorded import Entry
from functions_by_example.sdk import releases as sdk_releases
from functions_by_example.site import (
    names,
    playground,
    policy,
    release_pages,
    sample,
    search,
    text,
    zips,
)
from functions_by_example.site.navigation import (
    Nav,
    address,
    navigation,
    place,
)
from functions_by_example.site.parts import filled
from functions_by_example.site.reference import pages as reference
from functions_by_example.site.site import Site
from functions_by_example.trials import versions

# The files of each sample, with the time of their last change.
Seen = dict[Path, frozenset[tuple[Path, int]]]


class Build:
    """The samples as they are now, and the pages of one build."""

    def __init__(self, config: MkDocsConfig) -> None:
        """Read the samples; make their pages and fill in the others; derive
        the navigation. Raises SampleError with every problem of all of them,
        BuildError for the playground."""
        self.config = config
        self.docs = Path(config.docs_dir)
        self.root = self.docs.parent
        self.problems: list[Problem] = []
        folders = find(self.root / "samples")
        self.entries = self._entries(folders)
        self.manifest = playground.made()
        documented = frozenset(reference.documented(self.docs / "reference"))
        self.releases = release_pages.pages(sdk_releases.load(), documented)
        self.pages = {
            path.relative_to(self.docs).as_posix(): path.read_text("utf-8")
            for path in sorted(self.docs.rglob("*.md"))
        }
        repository = config.repo_url or None
        self.site = Site(
            root=self.root,
            docs=self.docs,
            entries=tuple(self.entries),
            ids=frozenset("/".join(folder.parts[-2:]) for folder in folders),
            documented=documented,
            versions=sample.versions(),
            ran=versions.lines(versions.load()),
            repository=repository,
            source=repository
            and f"{repository.rstrip('/')}/{config.extra['source_uri']}",
            playground=(
                playground.parts(self.manifest) if self.manifest else None
            ),
        )
        if not repository:
            config.edit_uri = None
        self.rendered: dict[str, sample.Rendered] = {}
        self.archives: dict[str, bytes] = {}
        self.filled: dict[str, str] = {}
        self.texts: dict[str, tuple[Page, str]] = {}
        self._make()
        if self.problems:
            raise SampleError(sorted(set(self.problems)))
        config.nav = navigation(self.pages | self.releases, self.site.samples)

    def _make(self) -> None:
        """What may fail of the pages. Those of docs/, which may show what a
        sample recorded, are filled in where all samples can be shown."""
        self._check_names()
        for name, markdown in self.pages.items():
            with self._collecting():
                place(name, markdown)
        for entry in self.entries:
            shown = entry.sample
            with self._collecting():
                page = sample.render(entry, self.site)
                self.rendered[address(shown.id)] = page
            with self._collecting():
                self.archives[zips.address(shown)] = zips.archive(shown)
        if len(self.entries) < len(self.site.ids):
            return
        for name, markdown in self.pages.items():
            with self._collecting():
                made = filled(markdown, self.site, f"docs/{name}")
                self.filled[name] = made

    @contextlib.contextmanager
    def _collecting(self) -> Iterator[None]:
        try:
            yield
        except SampleError as error:
            self.problems += error.problems

    def _entries(self, folders: list[Path]) -> list[Entry]:
        """The samples that can be shown."""
        entries: list[Entry] = []
        for folder in folders:
            with self._collecting():
                entries.append(recorded.load(folder))
        return entries

    def files(self, files: Files) -> Files:
        """Add a page and a zip file for each sample, a page for each release
        of the SDK, and the playground."""
        for entry in self.entries:
            id = entry.sample.id
            page = self.rendered[address(id)]
            file = self._generated(address(id), page.markdown)
            if self.config.edit_uri:
                file.edit_uri = f"../samples/{id}/README.md"
            files.append(file)
        for name, archive in self.archives.items():
            files.append(self._generated(name, archive))
        recorded_in = sdk_releases.RECORD.relative_to(ROOT).as_posix()
        for name, content in self.releases.items():
            file = self._generated(name, content)
            if self.config.edit_uri:
                file.edit_uri = f"../{recorded_in}"
            files.append(file)
        if self.manifest:
            for name, path in playground.files(self.manifest):
                made = File.generated(self.config, name, abs_src_path=str(path))
                files.append(made)
            fetched = playground.fetched(self.entries, self.root / "samples")
            for name, content in fetched.items():
                files.append(self._generated(name, content))
        return files

    def markdown(self, markdown: str, page: Page) -> str:
        """Fill in what the machine knows."""
        made = self.filled.get(page.file.src_uri)
        return markdown if made is None else meta.get_data(made)[0]

    def content(self, html: str, page: Page) -> str:
        """Tell MkDocs which anchors a sample's HTML brings; keep what becomes
        the page's text."""
        rendered = self.rendered.get(page.file.src_uri)
        if rendered and page.present_anchor_ids is not None:
            page.present_anchor_ids |= rendered.anchors
        complete = rendered.complete(html) if rendered else html
        self.texts[page.file.src_uri] = page, complete
        return html

    def page(self, output: str, page: Page) -> str:
        """Put a sample's HTML in its places."""
        rendered = self.rendered.get(page.file.src_uri)
        return rendered.complete(output) if rendered else output

    def finish(self, serving: bool) -> None:
        """Tune the search index; write the site as text, and the policies."""
        folder = Path(self.config.site_dir)
        index = folder / "search" / "search_index.json"
        if index.is_file():  # unless no search is configured
            search.tune(index, self.entries)
        self._write_texts(folder)
        policy.write(folder, serving)

    def _write_texts(self, folder: Path) -> None:
        """llms.txt and llms-full.txt; a sitemap only where the site's address
        is known, for it may hold nothing else."""
        pages = []
        for section, source in _in_order(self.config.nav or []):
            page, html = self.texts[source]
            pages.append(
                text.Page(
                    section=section,
                    address=page.canonical_url or page.url or "./",
                    title=str(page.title),
                    description=page.meta.get("description", ""),
                    html=html,
                )
            )
        about = (self.config.site_name, self.config.site_description or "")
        for name, made in (
            (text.INDEX, text.index(*about, pages)),
            (text.FULL, text.full(*about, pages)),
        ):
            (folder / name).write_text(made, "utf-8", newline="\n")
        if not self.config.site_url:
            for name in ("sitemap.xml", "sitemap.xml.gz"):
                (folder / name).unlink(missing_ok=True)

    def _generated(self, name: str, content: str | bytes) -> File:
        return File.generated(self.config, name, content=content)

    def _check_names(self) -> None:
        """No page may speak of a sample, SDK name or error that does not
        exist."""
        texts = {page: (f"docs/{page}", md) for page, md in self.pages.items()}
        for entry in self.entries:
            file = f"samples/{entry.sample.id}/README.md"
            md = entry.sample.text("README.md")
            texts[address(entry.sample.id)] = file, md
        for file, md in texts.values():
            self.problems += names.wrong(
                md, file, self.site.ids, reference.exists, reference.is_error
            )
        names.locate(texts)


def _in_order(
    nav: Sequence[Nav], section: str = ""
) -> Iterator[tuple[str, str]]:
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


def seen(samples: Path) -> Seen:
    """The files of each sample as they are now."""
    return {
        folder: frozenset(
            (path, path.stat().st_mtime_ns)
            for path in folder.rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        )
        for folder in find(samples)
    }


def verify(folders: list[Path], root: Path) -> subprocess.Popen[bytes]:
    """Hold samples to their levels in a process beside this one: it runs the
    machinery as it is saved."""
    command = [sys.executable, "-m", "functions_by_example", "verify"]
    return subprocess.Popen([*command, *map(str, folders)], cwd=root)
