"""What a reader does with a page: tabs, copying, the scheme, the keyboard,
links between steps and lines, print."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from browser.served import PHONE, REFERENCE, ROOT, SAMPLE, Site
from playwright.sync_api import Browser, Page, expect

FOLDER = ROOT / SAMPLE
SCHEME = "document.body.dataset.mdColorScheme"
BACKGROUND = "getComputedStyle(document.body).backgroundColor"
COPIED = "navigator.clipboard.readText()"
# What the keyboard has reached: a name, and whether one can see it.
FOCUSED = """() => {
  const e = document.activeElement;
  // A radio button is not to be seen; what stands for it is.
  const next = e.nextElementSibling;
  const label = next?.matches("label:not([hidden])") ? next : e.labels?.[0];
  const seen = e.type === "radio" ? label : e;
  const style = getComputedStyle(seen);
  const box = seen.getBoundingClientRect();
  return {
    name: (e.getAttribute("aria-label") || e.id || e.textContent || "").trim(),
    target: e.dataset.clipboardTarget || e.getAttribute("href") || e.id,
    outlined: style.outlineStyle !== "none" && style.outlineWidth !== "0px",
    visible: box.width > 0 && box.bottom > 0 && box.top < innerHeight,
  };
}"""


# --- Tabs ---


def test_a_tab_shows_its_file_and_hides_the_others(page: Page) -> None:
    page.goto(SAMPLE)
    blocks = page.locator(".tabbed-block")
    labels = page.locator(".tabbed-labels > label")
    expect(labels).to_have_count(blocks.count())
    for number in reversed(range(labels.count())):
        labels.nth(number).click()
        for other in range(blocks.count()):
            expect(blocks.nth(other)).to_be_visible(visible=other == number)


def test_the_host_json_tab_shows_host_json(page: Page) -> None:
    page.goto(SAMPLE)
    page.locator(".tabbed-labels > label", has_text="host.json").click()
    text = (FOLDER / "host.json").read_text("utf-8").rstrip("\n")
    shown = page.locator(".tabbed-block:visible pre > code")
    assert shown.text_content() == text


# --- Copying ---


@pytest.mark.parametrize("id", [SAMPLE, "samples/cosmos_db/cosmos_db_output/"])
def test_copy_gives_the_file_without_step_numbers(page: Page, id: str) -> None:
    page.goto(id)
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.get_by_text("Copied to clipboard")).to_be_visible()
    file = (ROOT / id / "function_app.py").read_text("utf-8")
    assert page.evaluate(COPIED) == file.rstrip("\n")


def test_every_copy_button_copies_its_own_code(page: Page) -> None:
    page.goto(SAMPLE)
    buttons = page.locator("pre > .copy")
    assert buttons.count() > 8
    code = page.locator("pre:has(> .copy) > code")
    wanted = code.evaluate_all(
        """all => all.map(code => {
          const copy = code.cloneNode(true);
          copy.querySelectorAll(".n:has(a)").forEach(n => n.remove());
          return copy.textContent;
        })"""
    )
    for number, text in enumerate(wanted):
        buttons.nth(number).dispatch_event("click")
        page.wait_for_function(
            f"async text => await {COPIED} === text", arg=text.rstrip("\n")
        )


# --- Light and dark ---


@pytest.mark.parametrize(
    ("asked", "scheme"), [("light", "default"), ("dark", "slate")]
)
def test_the_first_visit_follows_the_system(
    browser: Browser, site: Site, asked: str, scheme: str
) -> None:
    page = browser.new_page(base_url=site.url, color_scheme=asked)
    page.goto(SAMPLE)
    assert page.evaluate(SCHEME) == scheme
    page.close()


def test_the_switch_changes_the_scheme_and_is_remembered(page: Page) -> None:
    page.goto(SAMPLE)
    light = page.evaluate(BACKGROUND)
    page.get_by_title("Use the dark scheme").click()
    assert page.evaluate(SCHEME) == "slate"
    assert page.evaluate(BACKGROUND) != light
    page.goto(REFERENCE)
    assert page.evaluate(SCHEME) == "slate"
    page.get_by_title("Use the light scheme").click()
    assert page.evaluate(SCHEME) == "default"
    assert page.evaluate(BACKGROUND) == light


# --- The keyboard ---


def _path(page: Page, most: int = 200) -> Iterator[dict[str, object]]:
    """What Tab reaches, one after the other, until it is the page again."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            return
        yield page.evaluate(FOCUSED)
    raise AssertionError(f"Tab does not come to an end after {most} times")


def test_the_first_stop_skips_to_the_content(page: Page) -> None:
    page.goto(SAMPLE)
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="Skip to content")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"#sample-queue-queue_trigger$"))
    page.keyboard.press("Tab")
    inside = "document.activeElement.closest('article') !== null"
    assert page.evaluate(inside)


def test_everything_on_a_page_is_reached_and_seen(page: Page) -> None:
    page.goto(SAMPLE)
    stops = list(_path(page))
    assert not [stop for stop in stops if not stop["visible"]]
    assert not [stop for stop in stops if not stop["outlined"]]
    reached = {stop["target"] for stop in stops}
    assert "#code pre > code" in reached  # the button that copies the file
    numbers = page.locator(".walk li > .n, .code .n a").evaluate_all(
        "all => all.map(a => a.getAttribute('href'))"
    )
    assert len(numbers) > 4
    assert set(numbers) <= reached
    assert "function-json" in reached  # the tabs


def test_arrow_keys_go_from_tab_to_tab(page: Page) -> None:
    page.goto(SAMPLE)
    page.locator("#function-json").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#host-json")).to_be_checked()
    expect(page.locator(".tabbed-block").nth(1)).to_be_visible()
    expect(page.locator(".tabbed-block").nth(0)).to_be_hidden()


def test_arrow_keys_change_the_scheme(page: Page) -> None:
    page.goto(SAMPLE)
    page.locator("#__palette_0").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate(SCHEME) == "slate"


def test_a_key_copies(page: Page) -> None:
    page.goto(SAMPLE)
    page.get_by_role("button", name="Copy", exact=True).focus()
    page.keyboard.press("Enter")
    file = (FOLDER / "function_app.py").read_text("utf-8")
    page.wait_for_function(
        f"async text => await {COPIED} === text", arg=file.rstrip("\n")
    )


@pytest.mark.parametrize("key", ["/", "s", "f"])
def test_a_key_opens_the_search_and_escape_closes_it(
    page: Page, key: str
) -> None:
    page.goto(SAMPLE)
    page.keyboard.press(key)
    field = page.get_by_role("textbox", name="Search")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(field).not_to_be_focused()


def test_the_search_is_walked_with_keys_alone(page: Page) -> None:
    page.goto("")
    page.keyboard.press("/")
    page.keyboard.type("queue_output")
    expect(page.locator(".md-search-result__link").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("queue"))


# --- Steps and lines ---


def test_steps_and_lines_link_to_each_other(page: Page) -> None:
    page.goto(SAMPLE)
    step = page.locator(".walk li").first
    line = page.locator(step.locator("> .n").get_attribute("href") or "")
    plain = line.evaluate("e => getComputedStyle(e).backgroundColor")

    step.locator("> .n").click()
    expect(line).to_be_in_viewport()
    assert line.evaluate("e => getComputedStyle(e).backgroundColor") != plain
    span = step.locator("code").first.inner_text()
    assert span.lstrip("@") in line.inner_text()

    line.locator(".n a").first.click()
    expect(page).to_have_url(re.compile(r"#step-1$"))
    expect(step).to_be_in_viewport()
    marked = step.evaluate("e => getComputedStyle(e).backgroundColor")
    assert marked != plain


def test_an_error_links_to_its_line(page: Page) -> None:
    page.goto(SAMPLE)
    link = page.locator(".error code a").first
    link.click()
    expect(page.locator(link.get_attribute("href") or "")).to_be_in_viewport()


def test_a_fragment_that_is_not_there_shows_the_page(page: Page) -> None:
    page.goto(f"{SAMPLE}#nothing-of-that-name")
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport()


# --- Motion, print, no JavaScript ---


def test_reduced_motion_is_respected(browser: Browser, site: Site) -> None:
    moving = """() => [...document.querySelectorAll("*")].filter(e => {
      const style = getComputedStyle(e);
      return parseFloat(style.transitionDuration) > 0
        || style.animationName !== "none" || style.scrollBehavior === "smooth";
    }).length"""
    counts = {}
    for motion in ("no-preference", "reduce"):
        page = browser.new_page(base_url=site.url, reduced_motion=motion)
        page.goto(SAMPLE)
        counts[motion] = page.evaluate(moving)
        page.close()
    assert counts["no-preference"] > 0
    assert counts["reduce"] == 0


def test_print_keeps_the_content_and_leaves_the_frame(page: Page) -> None:
    page.goto(SAMPLE)
    page.get_by_title("Use the dark scheme").click()
    page.emulate_media(media="print")
    for frame in (".md-header", ".md-sidebar--primary", ".actions", ".copy"):
        expect(page.locator(frame).first).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("#code pre > code")).to_be_visible()
    for block in page.locator(".tabbed-block").all():
        expect(block).to_be_visible()
    paper = "getComputedStyle(document.querySelector('{}')).{}"
    assert page.evaluate(paper.format("body", "backgroundColor")) in (
        "rgb(255, 255, 255)",
        "rgba(0, 0, 0, 0)",
    )
    ink = page.evaluate(paper.format("h1", "color"))
    assert sum(map(int, re.findall(r"\d+", ink)[:3])) < 300, ink


def test_a_printed_line_of_code_is_not_cut_off(page: Page) -> None:
    page.goto(SAMPLE)
    page.set_viewport_size({"width": 700, "height": 1000})  # A4
    page.emulate_media(media="print")
    cut = page.locator("pre > code").evaluate_all(
        "all => all.filter(e => e.scrollWidth > e.clientWidth + 1).length"
    )
    assert cut == 0


def test_a_page_is_complete_without_javascript(
    browser: Browser, site: Site
) -> None:
    context = browser.new_context(
        base_url=site.url, viewport=PHONE, java_script_enabled=False
    )
    page = context.new_page()
    page.goto("")
    page.locator(f'article a[href="{SAMPLE}"]').click()
    expect(page.locator("#code pre > code")).to_be_visible()
    page.locator(".tabbed-labels > label", has_text="host.json").click()
    expect(page.locator(".tabbed-block").nth(1)).to_be_visible()
    context.close()


# --- What is not found ---


def test_an_unknown_address_shows_the_404_page_with_search(
    page: Page, site: Site
) -> None:
    answer = page.goto("samples/queue/no_such_sample/")
    assert answer and answer.status == 404
    expect(page.get_by_text("There is no such page")).to_be_visible()
    field = page.get_by_role("textbox", name="Search")
    field.focus()
    page.keyboard.type("queue_trigger")
    first = page.locator(".md-search-result__link").first
    expect(first).to_be_visible()
    assert (first.get_attribute("href") or "").startswith(site.url)
