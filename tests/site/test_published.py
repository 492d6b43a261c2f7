"""The site as it is published: with an address of its own, and a repository.

What must hold of it wherever it is built is in test_site.py.
"""

import io
import re
import subprocess
import zipfile
from pathlib import Path
from urllib.parse import urljoin
from xml.etree import ElementTree

import pytest
from selectolax.lexbor import LexborHTMLParser
from sites import ROOT, Parsed, build, copied

from functions_by_example.sample import read as sample
from functions_by_example.sample import recorded as shown
from functions_by_example.site import addresses
from functions_by_example.site import text as llms
from functions_by_example.site import zips as downloads

SITE = "https://site.test/functions/"
CODE = "https://code.test/team/examples"
ENTRIES = {
    made.sample.id: made
    for made in map(shown.load, sample.find(ROOT / "samples"))
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("published")
    build(ROOT, target, SITE_URL=SITE, REPO_URL=CODE)
    return target


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, Parsed]:
    """The pages by address, the page for lost ones aside."""
    return {
        f"/{path.parent.relative_to(site).as_posix()}/".replace(
            "/./", "/"
        ): Parsed(path.read_text("utf-8"))
        for path in sorted(site.rglob("index.html"))
    }


# --- Addresses ---


@pytest.mark.parametrize("address", addresses.published())
def test_a_published_address_is_still_there(site: Path, address: str) -> None:
    file = site / address.lstrip("/")
    assert (file / "index.html").is_file() or file.is_file(), (
        f"{address} was published: write a page there, if only one that says "
        "where its content is now"
    )


def test_the_list_holds_the_pages_of_the_site(pages: dict[str, Parsed]) -> None:
    assert set(pages) == addresses.current() - set(addresses.FILES)


def test_every_page_names_its_own_address(pages: dict[str, Parsed]) -> None:
    for address, parsed in pages.items():
        assert parsed.canonical == urljoin(SITE, address.lstrip("/"))


def test_the_sitemap_lists_every_page_and_nothing_else(
    site: Path, pages: dict[str, Parsed]
) -> None:
    tree = ElementTree.parse(site / "sitemap.xml")
    listed = [e.text for e in tree.iter() if e.tag.endswith("}loc")]
    assert sorted(filter(None, listed)) == sorted(
        urljoin(SITE, address.lstrip("/")) for address in pages
    )


# --- Source ---


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
    site: Path, pages: dict[str, Parsed], id: str
) -> None:
    name = downloads.file_name(ENTRIES[id].sample)
    assert pages[f"/samples/{id}/"].links.count(name) == 1
    content = (site / "samples" / id / name).read_bytes()
    assert content == downloads.archive(ENTRIES[id].sample)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None


# --- The site as text ---


def test_llms_txt_links_to_every_page(
    site: Path, pages: dict[str, Parsed]
) -> None:
    text = (site / "llms.txt").read_text("utf-8")
    links = re.findall(r"^- \[.+?\]\((.+?)\): \S", text, re.MULTILINE)
    assert sorted(links) == sorted(
        urljoin(SITE, address.lstrip("/")) for address in pages
    )


@pytest.mark.parametrize("id", ENTRIES)
def test_the_full_text_holds_a_sample_whole(site: Path, id: str) -> None:
    made = ENTRIES[id]
    text = (site / "llms-full.txt").read_text("utf-8")
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
    site: Path, pages: dict[str, Parsed]
) -> None:
    text = (site / "llms-full.txt").read_text("utf-8")
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


def test_whoever_is_lost_can_search(site: Path) -> None:
    text = (site / "404.html").read_text("utf-8")
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


def test_the_filters_are_no_words_to_search_for(site: Path) -> None:
    index = (site / "search/search_index.json").read_text("utf-8")
    assert "queueTrigger (" not in index


# --- Broken input ---


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of what the site is made of, to be broken."""
    return copied(tmp_path)


def _changed(tree: Path, file: str, old: str, new: str) -> int:
    """Put `new` where `old` stands first; the line of it."""
    path = tree / file
    before, found, after = path.read_text("utf-8").partition(old)
    assert found
    path.write_text(before + new + after, "utf-8")
    return before.count("\n") + 1


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (
            "docs/start/index.md",
            "A **function app**",
            "`NoSuchError: x`. A **function app**",
            "names the error NoSuchError, which does not exist",
        ),
        (
            "samples/queue/queue_trigger/README.md",
            "`message.get_json()` raises",
            "`message.get_json()` raises `JSONDecodingError` and",
            "names the error JSONDecodingError",
        ),
        (
            "docs/learn/testing.md",
            "samples/http/route.md#files",
            "samples/http/route.md#flies",
            "Doc file 'learn/testing.md' contains a link",
        ),
        (
            "docs/about/index.md",
            "https://json.schemastore.org/host.json",
            "nowhere.md",
            "Doc file 'about/index.md' contains a link",
        ),
        (
            "samples/queue/queue_trigger/local.settings.json",
            '"UseDevelopmentStorage=true"',
            '"AccountName=a;AccountKey=c2VjcmV0"',
            "holds what looks like a secret",
        ),
        (
            "docs/about/index.md",
            "description:",
            "order: last\ndescription:",
            "has the order 'last', which is no number",
        ),
    ],
)
def test_what_is_broken_fails_the_build_with_file_and_line(
    tree: Path, file: str, old: str, new: str, expected: str
) -> None:
    line = _changed(tree, file, old, new)
    with pytest.raises(subprocess.CalledProcessError) as caught:
        build(tree, tree / "site")
    output = str(caught.value.stdout)
    assert f"{file}:{line}: {expected}" in output
    assert "Traceback" not in output
