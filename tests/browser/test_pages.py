"""What must hold of every page, seen in Chromium: on a phone and at a desk,
light and dark. Each page is visited once; the tests look at what was seen."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from browser.served import DESK, PHONE, Site, module
from playwright.sync_api import Page, expect, sync_playwright

SCHEMES = {"light": "default", "dark": "slate"}
# A scheme changes colours and nothing else (test_reading.py holds the switch
# to that attribute), so the other rules are asked once a size.
EVERYTHING: dict[str, Any] = {}
BROWSERS = 2
STARTING = 60_000  # until Python has started
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}


@dataclass
class Visit:
    """What one visit to a page showed, each finding a line."""

    console: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    too_wide: list[str] = field(default_factory=list)
    axe: dict[str, list[str]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def visits(chrome: str, site: Site) -> dict[str, Visit]:
    """Several browsers, each of which reads its share of the pages."""
    shares = [site.pages[first::BROWSERS] for first in range(BROWSERS)]
    with ThreadPoolExecutor(BROWSERS) as pool:
        read = pool.map(partial(_read, chrome, site.url), shares)
    return {address: visit for seen in read for address, visit in seen.items()}


def _read(chrome: str, host: str, pages: tuple[str, ...]) -> dict[str, Visit]:
    seen: dict[str, Visit] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chrome)
        # Without transitions, so that no colour is met half way.
        context = browser.new_context(base_url=host, reduced_motion="reduce")
        context.add_init_script(path=module("axe-core/axe.min.js"))
        page = context.new_page()
        _listen(page, host, seen)
        for address in pages:
            seen[address] = Visit()
            _look(page, address, seen[address])
        browser.close()
    return seen


def _listen(page: Page, host: str, seen: dict[str, Visit]) -> None:
    """Note down what the page does, for the visit that began last."""

    def visit() -> Visit:
        return next(reversed(seen.values()))

    page.on(
        "console",
        lambda said: (
            said.type in ("error", "warning")
            and visit().console.append(said.text)
        ),
    )
    page.on("pageerror", lambda error: visit().console.append(str(error)))
    page.on("requestfailed", lambda asked: visit().failed.append(asked.url))
    page.on(
        "response",
        lambda given: (
            given.status >= 400
            and visit().failed.append(f"{given.status} {given.url}")
        ),
    )
    page.on(
        "request",
        lambda asked: (
            asked.url.startswith((host, "data:", "blob:"))
            or visit().foreign.append(asked.url)
        ),
    )


def _look(page: Page, address: str, visit: Visit) -> None:
    page.set_viewport_size(PHONE)
    page.goto(address)
    if page.locator("[data-testid=run][data-open]").count():
        status = page.get_by_test_id("status")
        expect(status).to_have_text("ready", timeout=STARTING)
    visit.too_wide = _too_wide(page)
    visit.axe["phone, dark"] = _violations(page, "dark", EVERYTHING)
    visit.axe["phone, light"] = _violations(page, "light", COLOURS)
    page.set_viewport_size(DESK)
    visit.axe["desk, light"] = _violations(page, "light", EVERYTHING)
    visit.axe["desk, dark"] = _violations(page, "dark", COLOURS)


def _too_wide(page: Page) -> list[str]:
    """The elements that make the page scroll sideways."""
    return page.evaluate("""() => {
      const width = document.documentElement.clientWidth;
      const scrolls = document.documentElement.scrollWidth - width;
      if (scrolls <= 0) return [];
      const wide = [...document.querySelectorAll("body *")]
        .filter(e => e.getBoundingClientRect().right > width + 1)
        .map(e => e.outerHTML.slice(0, 100));
      return [`by ${scrolls} px`, ...wide.slice(0, 5)];
    }""")


def _violations(page: Page, scheme: str, rules: dict[str, Any]) -> list[str]:
    found = page.evaluate(
        """([scheme, rules]) => {
          document.body.dataset.mdColorScheme = scheme;
          return axe.run({resultTypes: ["violations"], ...rules});
        }""",
        [SCHEMES[scheme], rules],
    )
    return [
        f"{violation['id']}: {node['target'][0]}: {node['html'][:120]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def _lines(visits: dict[str, Visit], kind: str) -> list[str]:
    return [
        f"{address or 'the first page'}: {finding}"
        for address, visit in visits.items()
        for finding in getattr(visit, kind)
    ]


def test_every_page_is_visited(visits: dict[str, Visit], site: Site) -> None:
    assert visits.keys() == set(site.pages)
    assert {"", "404.html", "about/", "samples/http/route/"} <= visits.keys()


def test_no_page_says_a_word_on_the_console(visits: dict[str, Visit]) -> None:
    assert not _lines(visits, "console")


def test_no_request_fails(visits: dict[str, Visit]) -> None:
    assert not _lines(visits, "failed")


def test_no_page_asks_another_host(visits: dict[str, Visit]) -> None:
    assert not _lines(visits, "foreign")


def test_no_page_scrolls_sideways_on_a_phone(visits: dict[str, Visit]) -> None:
    assert not _lines(visits, "too_wide")


@pytest.mark.parametrize("device", ["phone", "desk"])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing(
    visits: dict[str, Visit], device: str, scheme: str
) -> None:
    assert not [
        f"{address or 'the first page'}: {line}"
        for address, visit in visits.items()
        for line in visit.axe[f"{device}, {scheme}"]
    ]
