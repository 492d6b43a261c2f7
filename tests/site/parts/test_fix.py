"""How the pages of docs/fix show troubles and remedies, and that they quote
nothing that was not said."""

import itertools
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from functions_by_example.check.problems import HINTS
from functions_by_example.paths import DOCS
from functions_by_example.sdk import former
from functions_by_example.site import parts
from functions_by_example.site.navigation import place
from functions_by_example.site.parts import fix as pages
from functions_by_example.site.parts import fix_index as index
from functions_by_example.site.site import Site
from functions_by_example.trials import troubles as fix

FOLDER = DOCS / "fix"
PAGES = sorted(FOLDER.glob("*.md"))
CASES = list(fix.cases())

# Public threads of people who had a trouble, and where it is settled.
THREADS = {
    "index.md": "W1262 W1338 H9458",
    "functions.md": "H8201 D118272 W1395 W1562 W1624",
    "http.md": "W1310 W1614 H3153 D117242 D119141 W911 W1460 W1539",
    "settings.md": "D101571 AF1874 D122934 W1572 W1603",
    "renamed.md": "D123840 AF2569 W1386",
    "messages.md": (
        "W699 W1524 W418 AF1091 L79 D85087 W1022 W1291 W1249 W1211 D114700"
    ),
    "timer.md": "W1253 L200 H5246 H9203 D96158",
    "logging.md": "W1342 W1870 W236 W675",
    "testing.md": "D116484",
    "imports.md": "W1588 W1701 W1801",
    "annotations.md": "DP468",
    "durable.md": "DP471 DP487 DP496 DP284 DP590 AF2619",
}


def headings() -> Iterator[index.Heading]:
    for path in PAGES:
        yield from index.headings(path)


# --- Completeness -------------------------------------------------------------


def test_every_code_of_the_check_is_a_heading() -> None:
    anchors = {heading.anchor for heading in headings()}
    assert set(HINTS) - anchors == set()


def test_every_code_is_provoked_below_its_heading() -> None:
    shown = {
        heading.anchor: {
            problem["code"]
            for name in heading.cases
            for problem in fix.recorded()[name]["wrong"]["check"]
        }
        for heading in headings()
    }
    missing = [code for code in HINTS if code not in shown[code]]
    assert missing == []


def test_every_anchor_is_there_once() -> None:
    for path in PAGES:
        anchors = Counter(h.anchor for h in index.headings(path) if h.anchor)
        assert [name for name, count in anchors.items() if count > 1] == []
    codes = Counter(h.anchor for h in headings() if h.anchor in HINTS)
    assert set(codes.values()) == {1}


def test_every_case_is_shown_once() -> None:
    shown = Counter(name for heading in headings() for name in heading.cases)
    listed = [n for n, case in fix.cases().items() if "why" in case.shown]
    assert shown + Counter(listed) == Counter(CASES)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_page_links_the_threads_that_it_settles(path: Path) -> None:
    text = parts.filled(path.read_text("utf-8"), Site(), path.name)
    for thread in THREADS[path.name].split():
        letters = thread.rstrip("0123456789")
        address = (
            f"https://github.com/{pages.repositories()[letters]}/issues/"
            f"{thread.removeprefix(letters)}"
        )
        assert f"({address})" in text, thread


def test_the_tree_leads_to_every_cause() -> None:
    tree = index.tree(site=Site())
    for heading in index.headings(FOLDER / "index.md"):
        if heading.level == 3:
            assert f"[{heading.text}](#{heading.anchor})" in tree


def test_the_other_troubles_are_listed() -> None:
    listed = index.troubles(site=Site())
    for path in PAGES:
        if path.name != "index.md":
            for heading in index.headings(path):
                assert heading.level != 2 or heading.link in listed


# --- Nothing is quoted that was not said -------------------------------------

# Errors that other tests provoke.
CODE = ("azurite ", "from ", "func ")  # three words in a row, and no error
ELSEWHERE = {
    "Cannot import Azure Monitor distro.",
    "ASGI middleware startup failed.",
}
# Parts of headings that begin with a small letter and are no quotation, or
# are one from a source that stands below them.
OUR_WORDS = {
    "missing argument",
    "host.json cannot be read",
    "local.settings.json cannot be read",
    "python exited with code 139",
    "cosmos_db_trigger() missing 'connection' and 'container_name'",
    "v1 and v2 mixed up: function.json beside function_app.py",
}


def said() -> str:
    """All that worker and check said, in every case."""
    return json.dumps(fix.recorded(), ensure_ascii=False).replace('\\"', '"')


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_an_error_that_is_quoted_was_said(path: Path) -> None:
    """An error in a code span is recorded, stands in a fence that is run, or
    is the text of a link to its source."""
    error = re.compile(r"^\w+(Error|Exception): |[A-Za-z']+( [A-Za-z']+){2}")
    known = said()
    for token in MarkdownIt().parse(path.read_text("utf-8")):
        inside = False
        for child in token.children or ():
            if child.type in ("link_open", "link_close"):
                inside = child.type == "link_open"
            text = child.content
            quoted = child.type == "code_inline" and error.search(text)
            if quoted and not inside and not text.startswith(CODE):
                assert text in known or text in ELSEWHERE, text


def test_a_heading_that_quotes_an_error_quotes_what_was_said() -> None:
    """Those that begin with a small letter or a quotation mark; each part of
    it between commas."""
    known = said() + "".join(
        token.content
        for path in PAGES
        for token in MarkdownIt().parse(path.read_text("utf-8"))
        if token.type == "fence"
    )
    quoted = [
        (heading, part)
        for heading in headings()
        if re.match(r"[a-z']", heading.text)
        for part in heading.text.split(", ")
    ]
    assert [
        f"{heading.page}: {part}"
        for heading, part in quoted
        if part not in known and part not in OUR_WORDS
    ] == []


def test_a_wrong_name_in_the_tables_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(
        former.tables()["decorators"], "queue_trigger", "queue_output"
    )
    with pytest.raises(LookupError):
        pages.renamed()
    renamed = former.tables()["cosmos"]
    monkeypatch.setitem(renamed, "collection_name", "nonesuch")
    with pytest.raises(LookupError):
        pages.cosmos()


def test_a_heading_without_an_anchor_fails(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("# Title\n\n## Trouble\n")
    with pytest.raises(ValueError, match=r"page\.md: `Trouble` has no anchor"):
        index.headings(tmp_path / "page.md")


def test_lines_that_the_check_names_are_marked() -> None:
    assert '```python title="function_app.py" hl_lines="7"' in pages.trouble(
        "no-trigger"
    )


def test_a_remedy_is_a_difference_where_that_is_short() -> None:
    short, long = pages.remedy("argument"), pages.remedy("two-triggers")
    assert short.splitlines()[0] == '```diff title="function_app.py"'
    assert long.splitlines()[0] == '```python title="function_app.py"'


def test_pages_are_numbered_in_their_order() -> None:
    orders = [
        place(path.name, path.read_text("utf-8"))[1]
        for path in index._pages(FOLDER)
    ]
    assert all(a < b for a, b in itertools.pairwise(orders))
    assert max(orders) < 1000
