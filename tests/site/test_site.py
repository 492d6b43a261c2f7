"""The site, built once as `nox -s docs` builds it, and what must hold of it.

PLAYGROUND_MODULES names what the playground on it is made of.
"""

import json
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from sites import ROOT, Parsed, build

from functions_by_example.sample import read as sample
from functions_by_example.sample import recorded as shown
from functions_by_example.site import sample as page
from functions_by_example.site.navigation import anchor
from functions_by_example.site.reference import pages as reference

SAMPLES = {s.id: s for s in map(sample.read, sample.find(ROOT / "samples"))}


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, Parsed]:
    """The pages by address: "" for the first, "about/", "404.html"."""
    return {
        re.sub(
            r"(^|/)index\.html$", r"\1", path.relative_to(site).as_posix()
        ): Parsed(path.read_text("utf-8"))
        for path in sorted(site.rglob("*.html"))
    }


def _address(id: str) -> str:
    return f"samples/{id}/"


def _article(parsed: Parsed) -> str:
    return parsed.text.split("<article")[1].split("</article>")[0]


# --- Samples ---


@pytest.mark.parametrize("id", SAMPLES)
def test_a_sample_has_a_page(pages: dict[str, Parsed], id: str) -> None:
    text = pages[_address(id)].text
    assert f">{SAMPLES[id].title}<a" in text
    assert SAMPLES[id].summary in text.replace("&quot;", '"')


@pytest.mark.parametrize("id", SAMPLES)
def test_a_sample_has_a_card(pages: dict[str, Parsed], id: str) -> None:
    article = _article(pages[""])
    link = f'<a href="{_address(id)}">{SAMPLES[id].title}</a>'
    assert article.count(link) == 1


@pytest.mark.parametrize("id", SAMPLES)
def test_a_sample_is_in_the_navigation(
    pages: dict[str, Parsed], id: str
) -> None:
    (active,) = re.findall(
        r'<a href="\./" class="md-nav__link md-nav__link--active">(.*?)</a>',
        pages[_address(id)].text,
        re.DOTALL,
    )
    assert re.sub("<[^>]+>", "", active).strip() == SAMPLES[id].title


@pytest.mark.parametrize("id", SAMPLES)
def test_the_code_on_a_page_is_the_file(
    pages: dict[str, Parsed], id: str
) -> None:
    assert _code(pages[_address(id)], "code") == SAMPLES[id].code


@pytest.mark.parametrize("id", SAMPLES)
def test_steps_are_tied_to_the_code(pages: dict[str, Parsed], id: str) -> None:
    parsed = pages[_address(id)]
    for step in SAMPLES[id].steps:
        assert f"step-{step.number}" in parsed.ids
        assert f"#step-{step.number}" in parsed.links
        assert f"#L{step.line}" in parsed.links


@pytest.mark.parametrize("id", SAMPLES)
def test_every_event_is_on_the_page(pages: dict[str, Parsed], id: str) -> None:
    parsed = pages[_address(id)]
    texts = _codes(parsed)
    for event in SAMPLES[id].events:
        assert f"event-{event.name}" in parsed.ids
        assert SAMPLES[id].text(f"events/{event.name}.json") in texts


@pytest.mark.parametrize("id", SAMPLES)
def test_every_file_is_on_the_page(pages: dict[str, Parsed], id: str) -> None:
    texts = _codes(pages[_address(id)])
    for file in shown.SHOWN_FILES:
        assert SAMPLES[id].text(file).rstrip("\n") in texts


def _codes(parsed: Parsed) -> list[str]:
    import html

    return [
        html.unescape(re.sub(r"<[^>]+>", "", block))
        for block in re.findall(
            r"<pre><code>(.*?)</code></pre>", parsed.text, re.DOTALL
        )
    ]


def _code(parsed: Parsed, id: str) -> str:
    after = parsed.text.split(f'id="{id}"')[1]
    return _codes(Parsed(after.split("</pre>")[0] + "</pre>"))[0]


# --- Every page ---


def test_every_page_links_to_the_discussion(pages: dict[str, Parsed]) -> None:
    for address, parsed in pages.items():
        assert page.DISCUSSION in parsed.links, address


def test_every_page_says_whose_work_it_is(pages: dict[str, Parsed]) -> None:
    for address, parsed in pages.items():
        footer = parsed.text.split("<footer")[1]
        assert "Independent work, not Microsoft's" in footer, address


def test_every_page_has_a_description(pages: dict[str, Parsed]) -> None:
    for address, parsed in pages.items():
        assert parsed.meta.get("description"), address


def test_no_page_fetches_from_another_host(
    site: Path, pages: dict[str, Parsed]
) -> None:
    for address, parsed in pages.items():
        for url in parsed.fetched:
            assert not urlsplit(url).netloc, (address, url)
    for sheet in (site / "assets").glob("*.css"):
        text = sheet.read_text("utf-8")
        assert not re.search(r"(@import|url\()\s*[\"']?(https?:)?//", text)


def test_no_id_stands_twice_on_a_page(pages: dict[str, Parsed]) -> None:
    for address, parsed in pages.items():
        twice = {id for id in parsed.ids if parsed.ids.count(id) > 1}
        assert not twice, address


def test_every_internal_link_and_anchor_resolves(
    site: Path, pages: dict[str, Parsed]
) -> None:
    broken = [
        f"{address}: {link}"
        for address, parsed in pages.items()
        for link in {*parsed.links, *parsed.fetched}
        if not _resolves(site, pages, address, link)
    ]
    assert not broken


def _resolves(
    site: Path, pages: dict[str, Parsed], address: str, link: str
) -> bool:
    url = urlsplit(link)
    if url.scheme or url.netloc:
        return True
    path = unquote(url.path)
    path = "/" if path == "/." else path
    if address == "404.html" and path.startswith("/"):
        target = path.lstrip("/")  # served from anywhere, so from the root
    else:
        target = posixpath.normpath(
            posixpath.join(posixpath.dirname(address), path)
        )
        target = "" if target == "." else target
        if path.endswith(("/", "/.", "..")) or path in ("", "."):
            target = f"{target}/" if target else ""
    if not path:
        target = address
    if target not in pages:
        return (site / target).is_file() and not url.fragment
    return not url.fragment or unquote(url.fragment) in pages[target].ids


def test_the_theme_is_not_published(site: Path) -> None:
    assert not (site / "theme").exists()


def test_there_is_a_page_for_what_is_not_found(
    pages: dict[str, Parsed],
) -> None:
    assert "There is no such page" in pages["404.html"].text


# --- The reference ---


def _decorators() -> Iterator[str]:
    for entry in reference.documented(ROOT / "docs/reference"):
        name = entry.removeprefix("FunctionApp.")
        if name != entry and reference.bindings_of(name):
            yield name


@pytest.mark.parametrize("name", list(_decorators()))
def test_a_decorator_is_on_one_page_with_its_facts(
    pages: dict[str, Parsed], name: str
) -> None:
    id = f"azure.functions.FunctionApp.{name}"
    (address,) = [a for a, parsed in pages.items() if id in parsed.ids]
    entry = pages[address].text.split(f'id="{id}"')[1]
    entry = entry.split('<div class="doc doc-object')[0]
    for kind, direction in reference.bindings_of(name):
        assert re.search(
            rf"<td><code>{kind}</code></td>\s*<td>{direction}</td>", entry
        )
    users = [s for s in SAMPLES.values() if name in s.uses]
    for used_in in users:
        link = rf'href="[./]+{_address(used_in.id)}#{anchor(used_in.id)}"'
        assert re.search(link, entry), used_in.id
    assert users or "none yet" in entry


@pytest.mark.parametrize("id", SAMPLES)
def test_a_sample_links_to_its_decorators(
    pages: dict[str, Parsed], id: str
) -> None:
    documented = reference.documented(ROOT / "docs/reference")
    for name in SAMPLES[id].uses:
        entry = f"FunctionApp.{name}"
        if entry in documented:
            end = f"#azure.functions.{entry}"
            assert any(li.endswith(end) for li in pages[_address(id)].links)


# --- Search ---


def test_search_finds_samples_and_decorators(site: Path) -> None:
    index = json.loads((site / "search/search_index.json").read_text("utf-8"))
    titles = {entry["title"] for entry in index["docs"]}
    assert titles >= {s.title for s in SAMPLES.values()}
    assert {"queue_trigger", "cosmos_db_input", "HttpRequest"} <= {
        re.sub("<[^>]+>", "", title).strip() for title in titles
    }


# --- Where it will live ---


def test_two_builds_are_equal(site: Path, tmp_path: Path) -> None:
    build(ROOT, tmp_path)
    first, second = (
        {
            path.relative_to(root): path.read_bytes()
            for path in root.rglob("*")
            if path.is_file()
        }
        for root in (site, tmp_path)
    )
    assert first == second


def test_addresses_are_not_invented(
    site: Path, pages: dict[str, Parsed]
) -> None:
    for address, parsed in pages.items():
        assert 'rel="edit"' not in parsed.text, address
        assert 'rel="canonical"' not in parsed.text, address
        assert ">Source<" not in parsed.text, address
    # A sitemap and its like hold addresses and nothing else.
    assert not list(site.glob("sitemap.xml*"))
