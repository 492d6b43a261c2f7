"""The site's own search, asked as readers ask: what is found first?"""

from __future__ import annotations

import html
from collections.abc import Callable

import pytest
from browser.served import ROOT, Site
from playwright.sync_api import Browser

from functions_by_example.sample import read as sample
from functions_by_example.sample import recorded as texts
from functions_by_example.site.reference import pages as reference

SAMPLES = [sample.read(f) for f in sample.find(ROOT / "samples")]
HOMES = {s.name: f"samples/{s.id}/" for s in SAMPLES}
NAMES = reference.documented(ROOT / "docs/reference")
DECORATORS = [name for name in NAMES if name.startswith("FunctionApp.")]
CLASSES = [name for name in NAMES if "." not in name]
ERRORS = {
    f"{error['type']}: {error['message']}"
    for folder in sample.find(ROOT / "samples")
    for replay in texts.load(folder).replays.values()
    if (error := replay["result"].get("error"))
}
# What people look for, and the page that they must be led to.
TASKS = {
    "0 functions loaded": "fix/",
    "401 unauthorized": "fix/http/",
    "FastAPI or Flask beside other triggers": "fix/http/",
    "No job functions found": "fix/",
    "OpenTelemetry": "fix/logging/",
    "annotations that stop an app from loading": "fix/annotations/",
    "answer an http request": "samples/http/route/",
    "binding expressions": "learn/expressions/",
    "blueprints not found": "fix/",
    "cosmos db parameters renamed": "fix/renamed/",
    "does not have a unique function name": "fix/",
    "duplicate logs": "fix/logging/",
    "host.json": "learn/host-json/",
    "identity-based connections": "learn/connections/",
    "local.settings.json": "start/run-locally/",
    "metadata is None": "fix/messages/",
    "more than one output message": "fix/messages/",
    "no attribute 'on_queue_change'": "fix/renamed/",
    "overlapping routes": "fix/http/",
    "past due": "fix/timer/",
    "python 3.14": "fix/imports/",
    "route prefix": "fix/http/",
    "session id": "fix/messages/",
    "streaming responses": "fix/http/",
    "sync functions block each other": "learn/sync-and-async/",
    "time zone": "fix/timer/",
    "unit tests of decorated functions": "fix/testing/",
    "v1 and v2 mixed up": "fix/functions/",
    "what is a trigger": "learn/bindings/",
    "where do %X% and {name} work": "fix/settings/",
    "your own decorators have no effect": "fix/functions/",
    "run on a schedule": "samples/timer/timer_trigger/",
    "run every five minutes": "samples/timer/timer_trigger/",
    "process a queue message": "samples/queue/queue_trigger/",
    "send a message to a queue": "samples/queue/queue_output/",
    "put messages on a queue": "samples/queue/queue_output/",
    "batch of events": "samples/event_hub/event_hub_message_trigger/",
    "send events to an event hub": "samples/event_hub/event_hub_output/",
    "publish to a topic": "samples/service_bus/service_bus_topic_output/",
    "read a document from cosmos db": "samples/cosmos_db/cosmos_db_input/",
    "save a document in cosmos db": "samples/cosmos_db/cosmos_db_output/",
    "react to changed documents": "samples/cosmos_db/cosmos_db_trigger/",
    "dequeue_count": "samples/queue/queue_trigger/",
    "use_monitor": "reference/timer/",
    "what is not verified": "about/",
}
# Texts of errors, which are quoted on the pages that are found.
QUOTED = {
    "issubclass() arg 1 must be a class",
    "TypeError: issubclass() arg 1 must be a class",
    *ERRORS,
}
RESULTS = ".md-search-result__list > .md-search-result__item"
META = "document.querySelector('.md-search-result__meta').textContent"

Search = Callable[[str], list[str]]


@pytest.fixture(scope="module")
def search(browser: Browser, site: Site) -> Search:
    """The addresses that a query finds, best first: of each page its best
    section, or the page itself."""
    page = browser.new_page(base_url=site.url, bypass_csp=True)
    page.goto("/")
    field = page.get_by_role("textbox", name="Search")
    field.focus()

    def ask(query: str, expected: str) -> None:
        field.fill(query)
        field.press("End")  # the search listens for keys
        page.wait_for_function(f"{expected}.test({META})")

    def search(query: str) -> list[str]:
        ask("", "/Type to start/")
        ask(query, "/matching document/")
        found = page.locator(RESULTS).evaluate_all(
            """items => items.map(
              item => [...item.querySelectorAll(":scope > a")].map(a => a.href)
            )"""
        )
        return [_address((best or [of])[0], site) for of, *best in found]

    return search


def _address(url: str, site: Site) -> str:
    """Seen from the site, without what is to be highlighted."""
    path, _, fragment = url.removeprefix(site.url).partition("#")
    path = path.partition("?")[0]
    return f"{path}#{fragment}" if fragment else path


@pytest.mark.parametrize("name", DECORATORS)
def test_a_decorator_finds_its_reference_or_its_sample(
    search: Search, name: str
) -> None:
    decorator = name.removeprefix("FunctionApp.")
    homes = {HOMES.get(decorator), f"#azure.functions.{name}"}
    first, *_ = search(decorator)
    assert first in homes or f"#{first.partition('#')[2]}" in homes


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_finds_its_reference_among_the_first(
    search: Search, name: str
) -> None:
    fragments = [found.partition("#")[2] for found in search(name)]
    assert f"azure.functions.{name}" in fragments[:5]


@pytest.mark.parametrize("query", TASKS)
def test_a_task_finds_its_page(search: Search, query: str) -> None:
    assert search(query)[0].partition("#")[0] == TASKS[query]


@pytest.mark.parametrize("query", sorted(QUOTED))
def test_an_error_finds_a_page_that_quotes_it(
    search: Search, site: Site, query: str
) -> None:
    address = search(query)[0].partition("#")[0]
    text = (site.folder / address / "index.html").read_text("utf-8")
    assert query in html.unescape(text)


@pytest.mark.parametrize(
    ("query", "name"),
    [("@app.queue_trigger", "FunctionApp.queue_trigger"),
     ("func.QueueMessage", "QueueMessage")],
)  # fmt: skip
def test_a_name_may_be_written_as_in_code(
    search: Search, query: str, name: str
) -> None:
    assert search(query)[0].endswith(f"#azure.functions.{name}")


def test_a_file_is_looked_for_by_its_whole_name(search: Search) -> None:
    """host.json is not whatever speaks of a host or of JSON."""
    assert "event-" not in search("host.json")[0]


def test_what_is_nowhere_finds_nothing(search: Search) -> None:
    assert search("xyzzyplugh") == []
