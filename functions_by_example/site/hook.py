"""What MkDocs calls; `build.py` does the work."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

if TYPE_CHECKING:
    from functions_by_example.site.build import Build, Seen

OURS = "functions_by_example"


class Hook:
    """One run of MkDocs: a build, or while serving a build after each save."""

    def __init__(self) -> None:
        self.serving = False
        self.seen: Seen = {}
        self.build: Build

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Called once, before the first build."""
        self.serving = command == "serve"

    def on_config(self, config: MkDocsConfig) -> None:
        """Begin a build, with the machinery as it is saved."""
        for name in list(sys.modules):
            if name.partition(".")[0] == OURS:
                del sys.modules[name]
        with _failing():
            from functions_by_example.site.build import Build

            self.build = Build(config)

    def on_files(self, files: Files, config: MkDocsConfig) -> Files:
        with _failing():
            return self.build.files(files)

    def on_page_markdown(self, markdown: str, page: Page, **_: Any) -> str:
        with _failing():
            return self.build.markdown(markdown, page)

    def on_page_content(self, html: str, page: Page, **_: Any) -> str:
        return self.build.content(html, page)

    def on_post_page(self, output: str, page: Page, **_: Any) -> str:
        return self.build.page(output, page)

    def on_post_build(self, config: MkDocsConfig) -> None:
        """While serving, verify the samples that were saved."""
        self.build.finish(self.serving)
        if not self.serving:
            return
        from functions_by_example.site.build import seen, verify

        before, self.seen = self.seen, seen(self.build.root / "samples")
        if not before:
            count = len(self.seen)
            print(
                f"Samples: {count}. Save one, and it is verified.", flush=True
            )
            return
        changed = [f for f in self.seen if self.seen[f] != before.get(f)]
        if changed:
            self.verifying = verify(changed, self.build.root)


@contextlib.contextmanager
def _failing() -> Iterator[None]:
    """What is wrong with a sample or a page ends the build with its text."""
    from functions_by_example.playground.bundle import BuildError
    from functions_by_example.sample.read import SampleError

    try:
        yield
    except (BuildError, SampleError) as error:
        raise PluginError(str(error)) from None


_hook = Hook()
on_startup, on_config = _hook.on_startup, _hook.on_config
on_files, on_page_markdown = _hook.on_files, _hook.on_page_markdown
on_page_content, on_post_page = _hook.on_page_content, _hook.on_post_page
on_post_build = _hook.on_post_build
