"""The site and a Chromium for every test in this folder.

`nox -s browser` installs what this needs: Playwright, and from npm, in the
folder that NODE_MODULES names, axe and Lighthouse. What is missing ends the
session as a failure; nothing is skipped.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browser.served import DESK, MissingError, Site, chromium, served
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    sync_playwright,
)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    try:
        with served(tmp_path_factory.mktemp("site")) as site:
            yield site
    except MissingError as missing:
        pytest.exit(str(missing), returncode=1)


@pytest.fixture(scope="session")
def address(site: Site) -> str:
    """Where the site is served, ending in a slash."""
    return site.url


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chrome(playwright: Playwright) -> str:
    """The path of Chromium."""
    try:
        return chromium(playwright.chromium.executable_path)
    except MissingError as missing:
        pytest.exit(str(missing), returncode=1)


@pytest.fixture(scope="session")
def browser(playwright: Playwright, chrome: str) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=chrome)
    yield browser
    browser.close()


@pytest.fixture
def context(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    """A new visitor, at a desk."""
    context = browser.new_context(
        base_url=site.url,
        viewport=DESK,
        bypass_csp=True,  # Playwright's wait_for_function evaluates text
        permissions=["clipboard-read", "clipboard-write"],
    )
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Lighthouse measures first, while no other browser is open."""
    items.sort(key=lambda item: "audited" not in item.fixturenames)
