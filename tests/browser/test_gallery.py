"""The gallery's filters, the download, and the page for lost readers, as a
reader uses them.

`page` is a Playwright page, `address` where the site is served.
"""

import io
import zipfile
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

CARDS = ".service li"
FACETS = ["service", "trigger", "input", "output", "level"]
# Addresses that no link of ours leads to.
MALFORMED = [
    "?trigger=carrierPigeon",
    "?colour=blue",
    "?trigger",
    "?trigger=&service=",
    "?service=%ff%fe&trigger=%",
    "?q=%3Cb%3E&trigger=<b>",
    "?service=queue&service=carrier_pigeon#nowhere",
    "#%",
    "#no-such-heading",
    "#%27%22%3E<x",
]


def visible(page: Any) -> list[str]:
    """The titles of the cards that are shown."""
    return [
        text.splitlines()[0]
        for text in page.locator(f"{CARDS}:visible").all_inner_texts()
    ]


def status(page: Any) -> str:
    return page.locator(".filters [role=status]").inner_text()


def query(page: Any) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def select(page: Any, facet: str) -> Any:
    return page.locator(f".filters select[name={facet}]")


def choose(page: Any, facet: str, value: str) -> None:
    select(page, facet).select_option(value)


def values(page: Any, facet: str, enabled: bool = False) -> list[str]:
    """What can be chosen of a facet."""
    options = select(page, facet).locator("option").all()
    return [
        value
        for option in options
        if (value := option.get_attribute("value"))
        and not (enabled and option.is_disabled())
    ]


def expected(page: Any, facet: str, value: str) -> int:
    """How many cards bear a value, whether they are shown or not."""
    return page.locator(f'{CARDS}[data-{facet}~="{value}"]').count()


# --- Filters ---


def test_at_first_every_sample_is_shown(page: Any, address: str) -> None:
    page.goto(address)
    count = page.locator(CARDS).count()
    assert count > 1
    assert len(visible(page)) == count
    assert status(page) == f"{count} samples"
    assert not page.get_by_role("button", name="Show all").is_visible()


@pytest.mark.parametrize("facet", FACETS)
def test_a_filter_leaves_the_samples_that_fit(
    page: Any, address: str, facet: str
) -> None:
    page.goto(address)
    count = page.locator(CARDS).count()
    found = values(page, facet)
    assert found or facet == "input"
    for value in found:
        choose(page, facet, value)
        fitting = expected(page, facet, value)
        assert fitting
        assert len(visible(page)) == fitting
        assert status(page) == f"{fitting} of {count} samples"
        assert query(page) == {facet: [value]}


def test_filtering_loads_no_page(page: Any, address: str) -> None:
    page.goto(address)
    page.evaluate("window.mark = 1")
    requests: list[str] = []
    page.on(
        "request",
        lambda request: (
            requests.append(request.url)
            if request.is_navigation_request()
            else None
        ),
    )
    choose(page, "service", "queue")
    page.get_by_role("button", name="Show all").click()
    page.go_back()
    assert page.evaluate("window.mark") == 1
    assert not requests


def test_filters_narrow_each_other(page: Any, address: str) -> None:
    page.goto(address)
    choose(page, "trigger", "httpTrigger")
    choose(page, "output", "queue")
    both = f'{CARDS}[data-trigger~=httpTrigger][data-output~="queue"]'
    assert len(visible(page)) == page.locator(both).count() > 0
    assert "cosmosDB" not in values(page, "input", enabled=True)
    for value in values(page, "service", enabled=True):
        choose(page, "service", value)
        assert visible(page), value


def test_a_service_without_a_card_is_not_shown(page: Any, address: str) -> None:
    page.goto(address)
    assert page.locator(".service:visible").count() > 1
    choose(page, "service", "queue")
    assert page.locator(".service:visible h2").count() == 1
    assert page.locator("h2#queue").is_visible()


def test_an_address_opens_the_gallery_as_it_was(
    page: Any, address: str
) -> None:
    page.goto(address)
    choose(page, "trigger", "httpTrigger")
    choose(page, "service", "queue")
    shown, address = visible(page), page.url
    page.goto("about:blank")
    page.goto(address)
    assert visible(page) == shown
    assert select(page, "trigger").input_value() == "httpTrigger"
    page.reload()
    assert visible(page) == shown


def test_back_and_forward_go_through_the_filters(
    page: Any, address: str
) -> None:
    page.goto(address)
    everything = visible(page)
    choose(page, "service", "queue")
    queues = visible(page)
    choose(page, "service", "http")
    answers = visible(page)
    assert len({len(everything), *queues, *answers}) > 2
    for move, shown, value in [
        (page.go_back, queues, "queue"),
        (page.go_back, everything, ""),
        (page.go_forward, queues, "queue"),
    ]:
        move()
        assert visible(page) == shown
        assert select(page, "service").input_value() == value


def test_back_from_a_sample_leads_to_the_filtered_list(
    page: Any, address: str
) -> None:
    page.goto(f"{address}?service=queue")
    shown = visible(page)
    page.locator(f"{CARDS}:visible a").first.click()
    page.wait_for_url("**/samples/queue/**")
    page.go_back()
    page.wait_for_url("**?service=queue")
    assert visible(page) == shown


@pytest.mark.parametrize("malformed", MALFORMED)
def test_a_malformed_address_shows_the_page(
    page: Any, address: str, malformed: str
) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    answer = page.goto(f"{address}{malformed}")
    assert answer is None or answer.ok
    assert page.locator("h1").is_visible()
    assert visible(page)
    assert not errors


def test_filters_that_exclude_each_other_say_so(
    page: Any, address: str
) -> None:
    page.goto(f"{address}?service=timer&trigger=queueTrigger")
    assert visible(page) == []
    assert status(page).startswith("0 of ")
    page.get_by_role("button", name="Show all").click()
    assert len(visible(page)) == page.locator(CARDS).count()
    assert query(page) == {}


def test_the_filters_can_be_used_by_keyboard(page: Any, address: str) -> None:
    page.goto(address)
    select(page, "service").focus()
    page.keyboard.press("ArrowDown")
    first = values(page, "service")[0]
    assert query(page) == {"service": [first]}
    assert len(visible(page)) == expected(page, "service", first)
    focused = "document.activeElement.name || document.activeElement.type"
    for name in [*FACETS[1:], "reset"]:
        page.keyboard.press("Tab")
        assert page.evaluate(focused) == name
    page.keyboard.press("Enter")
    assert len(visible(page)) == page.locator(CARDS).count()
    assert page.evaluate(focused) == "service"


def test_a_screen_reader_hears_names_and_the_count(
    page: Any, address: str
) -> None:
    page.goto(address)
    form = page.get_by_role("form", name="Filter the samples")
    names = ["Service", "Trigger", "Input", "Output", "Level"]
    for name in names:
        assert form.get_by_role("combobox", name=name, exact=True).count() == 1
    choose(page, "service", "queue")
    assert "of" in form.get_by_role("status").inner_text()


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_the_filters_fit_any_width(page: Any, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{address}?trigger=serviceBusTrigger")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for facet in FACETS:
        box = page.locator(f"select[name={facet}]").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["height"] >= 24


def test_without_javascript_there_is_a_plain_list(
    page: Any, address: str
) -> None:
    context = page.context.browser.new_context(java_script_enabled=False)
    try:
        plain = context.new_page()
        plain.goto(f"{address}?service=queue")
        assert not plain.locator(".filters").is_visible()
        cards = plain.locator(CARDS)
        assert cards.count() > 1
        assert all(card.is_visible() for card in cards.all())
    finally:
        context.close()


# --- Download ---


def test_a_sample_can_be_downloaded(page: Any, address: str) -> None:
    page.goto(f"{address}samples/queue/queue_trigger/")
    with page.expect_download() as started:
        page.get_by_role("link", name="Download").click()
    download = started.value
    assert download.suggested_filename == "queue_trigger.zip"
    with open(download.path(), "rb") as file:
        archive = zipfile.ZipFile(io.BytesIO(file.read()))
    assert "queue_trigger/function_app.py" in archive.namelist()
    assert {name.split("/")[0] for name in archive.namelist()} == {
        "queue_trigger"
    }


# --- Lost ---


def test_a_lost_reader_searches_for_what_the_address_ends_in(
    page: Any, address: str
) -> None:
    page.goto(f"{address}404.html")
    box = page.get_by_role("searchbox", name="Search for")
    assert box.input_value() == "404"
    box.fill("queue_trigger")
    page.get_by_role("button", name="Search", exact=True).last.click()
    page.wait_for_selector(".md-search-result__link:visible")
    first = page.locator(".md-search-result__link").first
    assert "queue" in (first.get_attribute("href") or "")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("samples/queue/queue_triger/", "queue_triger"),
        ("reference/http.html", "http"),
        ("learn/how-to-test/index.html", "how to test"),
        ("%E0%A4%A/", "A"),
        ("", ""),
    ],
)
def test_the_words_come_from_the_address(
    page: Any, address: str, path: str, words: str
) -> None:
    """The server of the tests may answer a lost address with its own page,
    so this one is put there."""
    lost = page.request.get(f"{address}404.html").text()
    base = urlsplit(address).path
    page.route(
        f"{address}lost/**",
        lambda route: route.fulfill(body=lost, content_type="text/html"),
    )
    assert base.endswith("/")
    page.goto(f"{address}lost/{path}")
    box = page.get_by_role("searchbox", name="Search for")
    assert box.input_value() == (words or "lost")
