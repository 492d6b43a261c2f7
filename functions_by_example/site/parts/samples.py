"""Parts about the samples as a whole, and about the section that a page is
in."""

from __future__ import annotations

import posixpath

from mkdocs.utils import meta

from functions_by_example.site import editable, gallery, html, markup
from functions_by_example.site import playground as editor
from functions_by_example.site.navigation import place, title
from functions_by_example.site.parts import part
from functions_by_example.site.reference import pages as reference
from functions_by_example.site.site import Site


@part("cards")
def cards(*, site: Site) -> str:
    """The gallery: every sample, by service."""
    return gallery.cards(site.entries)


@part("filters")
def filters(*, site: Site) -> str:
    """What the gallery can be filtered by."""
    return gallery.filters(site.entries)


@part("decorators")
def decorators(*, site: Site) -> str:
    """Every decorator, by page of the reference."""
    return reference.overview(site.docs / "reference", site.samples)


@part("result")
def result(sample: str, event: str, *, site: Site) -> str:
    """What came back for an event of a sample. Raises KeyError."""
    entry = {entry.sample.id: entry for entry in site.entries}[sample]
    return html.render("result.html", result=markup.result(entry, event))


@part("versions")
def versions(*, site: Site) -> str:
    """What the samples are verified with."""
    return site.versions


@part("playground")
def playground(*, site: Site) -> str:
    """The button of the page that starts from any sample."""
    if not site.playground:
        return (
            "This copy of the site was built without the playground: "
            "`nox -s docs` builds it.\n{: .note }"
        )
    root = posixpath.relpath(".", posixpath.dirname(editable.PAGE))
    data = {"samples": f"{root}/{editable.SAMPLES}", "open": ""}
    run = editor.button(editable.PAGE, data, site.playground)
    return html.render("playground.html", run=run)


@part("pages")
def pages(section: str, *, site: Site) -> str:
    """The pages of a section of docs/ but for its index.md, in the order of
    the navigation, each with its description. Raises LookupError where there
    is none."""
    texts = {
        path.relative_to(site.docs).as_posix(): path.read_text("utf-8")
        for path in sorted((site.docs / section).glob("*.md"))
        if path.name != "index.md"
    }
    if not texts:
        raise LookupError(f"docs/{section} has no pages")
    lines = []
    for page in sorted(texts, key=lambda page: place(page, texts[page])):
        about = meta.get_data(texts[page])[1].get("description", "")
        name = posixpath.basename(page)
        lines.append(f"- [{title(texts[page])}]({name})  \n  {about}")
    return "\n".join(lines)
