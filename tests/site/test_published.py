"""The site as it is published: with an address of its own, and a repository.

What must hold of it wherever it is built is in test_site.py.
"""

import io
import re
import zipfile
from pathlib import Path
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree

import pytest
from selectolax.lexbor import LexborHTMLParser
from sites import CODE, ROOT, SITE, Parsed

from functions_by_example.sample import read as sample
from functions_by_example.sample import recorded as shown
from functions_by_example.site import addresses
from functions_by_example.site import text as llms
from functions_by_example.site import zips as downloads

ENTRIES = {
    made.sample.id: made
    for made in map(shown.load, sample.find(ROOT / "samples"))
}


@pytest.fixture(scope="module")
def pages(published: Path) -> dict[str, Parsed]:
    """The pages by address, without the one for what is not found."""
    return {
        f"/{path.parent.relative_to(published).as_posix()}/".replace(
            "/./", "/"
        ): Parsed(path.read_text("utf-8"))
        for path in sorted(published.rglob("index.html"))
    }


# --- Addresses ---


@pytest.mark.parametrize("address", addresses.published())
def test_a_published_address_is_still_there(
    published: Path, address: str
) -> None:
    file = published / address.lstrip("/")
    assert (file / "index.html").is_file() or file.is_file(), (
        f"{address} was published and is gone: put the page back"
    )


def test_the_list_holds_the_pages_of_the_site(pages: dict[str, Parsed]) -> None:
    assert set(pages) == addresses.current() - set(addresses.FILES)


def test_every_page_names_its_own_address(pages: dict[str, Parsed]) -> None:
    for address, parsed in pages.items():
        assert parsed.canonical == urljoin(SITE, address.lstrip("/"))


def test_the_sitemap_lists_every_page_and_nothing_else(
    published: Path, pages: dict[str, Parsed]
) -> None:
    tree = ElementTree.parse(published / "sitemap.xml")
    listed = [e.text for e in tree.iter() if e.tag.endswith("}loc")]
    assert sorted(filter(None, listed)) == sorted(
        urljoin(SITE, address.lstrip("/")) for address in pages
    )


def test_nothing_is_fetched_from_another_host(
    pages: dict[str, Parsed],
) -> None:
    for address, parsed in pages.items():
        for url in parsed.fetched:
            assert not urlsplit(url).netloc, address


# --- Source ---


def test_a_mistake_is_reported_to_the_repository(
    pages: dict[str, Parsed],
) -> None:
    for address, parsed in pages.items():
        assert f"{CODE}/issues" in parsed.links, address


def test_an_edit_link_opens_the_file_that_the_page_is_made_of(
    pages: dict[str, Parsed],
) -> None:
    for address, parsed in pages.items():
        edit = f"{CODE}/edit/main/"
        (link,) = [li for li in parsed.links if li.startswith(edit)]
        file = link.removeprefix(edit)
        assert (ROOT / file).is_file(), address
        if file.startswith("docs/"):
            assert addresses.of(file.removeprefix("docs/")) == address
        elif address.startswith("/releases/"):
            assert file == "functions_by_example/data/sdk/releases.json"
        else:
            assert file == f"{address.strip('/')}/README.md"


@pytest.mark.parametrize("id", ENTRIES)
def test_a_sample_links_to_its_folder(
    pages: dict[str, Parsed], id: str
) -> None:
    source = f"{CODE}/tree/main/samples/{id}"
    assert pages[f"/samples/{id}/"].links.count(source) == 1
    assert (ROOT / "samples" / id).is_dir()


@pytest.mark.parametrize("id", ENTRIES)
def test_a_samples_page_offers_its_zip_file(
    published: Path, pages: dict[str, Parsed], id: str
) -> None:
    name = downloads.file_name(ENTRIES[id].sample)
    assert pages[f"/samples/{id}/"].links.count(name) == 1
    content = (published / "samples" / id / name).read_bytes()
    assert content == downloads.archive(ENTRIES[id].sample)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None


# --- The site as text ---


def test_llms_txt_links_to_every_page(
    published: Path, pages: dict[str, Parsed]
) -> None:
    text = (published / "llms.txt").read_text("utf-8")
    links = re.findall(r"^- \[.+?\]\((.+?)\): \S", text, re.MULTILINE)
    assert sorted(links) == sorted(
        urljoin(SITE, address.lstrip("/")) for address in pages
    )


@pytest.mark.parametrize("id", ENTRIES)
def test_the_full_text_holds_a_sample_whole(published: Path, id: str) -> None:
    made = ENTRIES[id]
    text = (published / "llms-full.txt").read_text("utf-8")
    start = f"\nPage: {SITE}samples/{id}/\n"
    assert text.count(start) == 1
    text = text.split(start)[1].split("\nPage: ")[0]
    assert f"\n# {made.sample.title}\n" in text
    assert f"```\n{made.sample.code.rstrip()}\n```" in text
    for file in made.files.values():
        assert f"```\n{file.rstrip()}\n```" in text
    for replay in made.replays.values():
        for line in replay["result"].get("log", ()):
            assert f"{line['level']} {line['message']}" in text


def test_the_full_text_holds_all_that_a_page_shows(
    published: Path, pages: dict[str, Parsed]
) -> None:
    text = (published / "llms-full.txt").read_text("utf-8")
    marks = re.compile(r"[\s\\*`|]")
    for address, parsed in pages.items():
        part = text.split(f"\nPage: {urljoin(SITE, address[1:])}\n")[1]
        part = part.split("\nPage: ")[0]
        article = LexborHTMLParser(parsed.text).css_first("article")
        for selector in (*llms.SKIPPED, ".talk"):
            for tag in article.css(selector):
                tag.decompose()
        for heading in article.css("h1, h2, h3, h4, h5, h6"):
            words = " ".join(heading.text().split())
            assert f"# {words}\n" in part.replace("`", ""), address
        held = marks.sub("", part)
        for node in article.traverse(include_text=True):
            if node.is_text_node:
                shown = marks.sub("", node.text_content or "")
                assert shown in held, f"{address}: {node.text_content}"


# --- Lost ---


def test_whoever_is_lost_can_search(published: Path) -> None:
    text = (published / "404.html").read_text("utf-8")
    form = text.split('<form class="lost"')[1].split("</form>")[0]
    assert re.search(r'action="/functions/?\.?"', form)
    assert 'name="q"' in form


# --- Filters ---


@pytest.mark.parametrize("id", ENTRIES)
def test_without_javascript_every_sample_is_in_the_list(
    pages: dict[str, Parsed], id: str
) -> None:
    text = pages["/"].text
    (card,) = re.findall(rf'<li ([^>]*)><a href="samples/{id}/">', text)
    assert "hidden" not in card
    assert f'data-service="{id.split("/")[0]}"' in card


def test_the_filters_are_above_the_list(pages: dict[str, Parsed]) -> None:
    text = pages["/"].text
    assert 0 < text.find('<form class="filters"') < text.find("<li data-")


def test_the_filters_are_no_words_to_search_for(published: Path) -> None:
    index = (published / "search/search_index.json").read_text("utf-8")
    assert "queueTrigger (" not in index
