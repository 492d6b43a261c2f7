"""A reader runs and edits samples in the page: everything that the editor
does, and what it must withstand.

Most tests share one page on which Python has started, and put the sample back
before they begin; those about starting have a visitor of their own.
"""

from __future__ import annotations

import base64
import gzip
import io
import json
import random
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from browser.measured import kept
from browser.served import DESK, PHONE, ROOT, SAMPLE, Site, module
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    Route,
    expect,
)

from functions_by_example.check.problems import HINTS
from functions_by_example.playground import build
from functions_by_example.processes import check
from functions_by_example.sample import read as sample
from functions_by_example.sample import recorded as shown
from functions_by_example.site import editable
from functions_by_example.site import zips as downloads

Json = Any

expect.set_options(timeout=15_000)
STARTING = 60_000  # milliseconds until Python runs, on a machine in use
PLAYGROUND = "playground/"
FOLDER = ROOT / SAMPLE
CODE = (FOLDER / "function_app.py").read_text("utf-8")
ENTRIES = [shown.load(folder) for folder in sample.find(ROOT / "samples")]
QUEUE = next(e for e in ENTRIES if e.sample.id == "queue/queue_trigger")
RECORDED = json.dumps("receipts")
MISSING = "missing 1 required positional argument: 'queue_name'"
LOADER = 5_000  # bytes
# Elements that no text may become; CodeMirror has images of its own.
INTRUDERS = ".playground :is(img:not(.cm-widgetBuffer), script, iframe)"
BIDI = "\u202e"
MARKUP = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>'

HTTP = """import logging

import azure.functions as func

app = func.FunctionApp()


@app.route(route="hello")
def hello(req: func.HttpRequest) -> func.HttpResponse:
{body}
"""
GET = {"request": {"method": "GET", "url": "/api/hello"}}


def answering(*body: str) -> str:
    """An app with one function whose body has these lines."""
    return HTTP.format(body="\n".join(f"    {line}" for line in body))


@dataclass
class Editor:
    """The editor on a page, as its reader has it."""

    page: Page

    def __getattr__(self, name: str) -> Locator:
        return self.page.get_by_test_id(name.replace("_", "-"))

    def open(self, address: str = SAMPLE) -> Editor:
        self.page.goto(address)
        self.run.click()
        return self.started()

    def started(self) -> Editor:
        expect(self.status).to_have_text("ready", timeout=STARTING)
        return self

    def text(self, where: Locator) -> Locator:
        return where.locator(".cm-content")

    def write(self, text: str, where: Locator | None = None) -> Editor:
        """Put this text in place of all that is in an editor."""
        self.text(where or self.editor).focus()
        self.page.keyboard.press("ControlOrMeta+a")
        if text:
            self.page.keyboard.insert_text(text)
        else:
            self.page.keyboard.press("Delete")
        return self

    def write_event(self, event: Json) -> Editor:
        text = event if isinstance(event, str) else json.dumps(event)
        return self.write(text, self.event_editor)

    def tab(self, name: str) -> Locator:
        return self.page.get_by_role("tab", name=name, exact=True)

    def notice(self, name: str) -> Locator:
        return self.page.locator(f'[data-notice="{name}"]')

    def told(self) -> Locator:
        """What a screen reader hears."""
        return self.page.locator(".playground [role=status]")

    def sent(self) -> Editor:
        """Send, and wait for what comes of it."""
        self.send.click()
        expect(self.verdict).not_to_have_text("Running…")
        return self


def visitor(browser: Browser, site: Site, **more: Any) -> BrowserContext:
    context = browser.new_context(
        base_url=site.url,
        viewport=DESK,
        permissions=["clipboard-read", "clipboard-write"],
        **more,
    )
    context.set_default_timeout(10_000)
    return context


@pytest.fixture
def stranger(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    """A new visitor, for whom every policy holds."""
    context = visitor(browser, site)
    yield context
    context.close()


@pytest.fixture(scope="module")
def shared(browser: Browser, site: Site) -> Iterator[Editor]:
    """One page for many tests, on which Python has started."""
    context = visitor(browser, site, reduced_motion="reduce")
    context.add_init_script(path=module("axe-core/axe.min.js"))
    yield Editor(context.new_page()).open()
    context.close()


@pytest.fixture
def editor(shared: Editor) -> Iterator[Editor]:
    """The same page, as the sample has it; nothing may be said on its
    console."""
    said: list[str] = []
    shared.page.on("console", lambda message: said.append(message.text))
    shared.page.on("pageerror", lambda error: said.append(str(error)))
    shared.started()
    shared.reset.click()
    shared.event.select_option(index=0)
    expect(shared.functions).to_contain_text(RECORDED)
    yield shared
    assert not said
    assert shared.page.evaluate("window.pwned") is None


@pytest.fixture(scope="module")
def workshop(browser: Browser, site: Site) -> Iterator[Editor]:
    """The page that starts empty."""
    context = visitor(browser, site)
    page = context.new_page()
    page.goto(PLAYGROUND)
    yield Editor(page).started()
    context.close()


@pytest.fixture
def empty(workshop: Editor) -> Editor:
    """The same page, empty."""
    workshop.started()
    workshop.start.select_option("")
    workshop.reset.click()
    workshop.tab("function_app.py").click()
    expect(workshop.functions).to_be_empty()
    return workshop


# --- Before Run ---


def test_before_run_a_page_loads_the_loader_and_nothing_else(
    stranger: BrowserContext, site: Site
) -> None:
    page = stranger.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(SAMPLE, wait_until="networkidle")
    assets = [url for url in asked if "playground" in url or "service" in url]
    (loader,) = assets
    file = site.folder / loader.removeprefix(site.url)
    html = (site.folder / SAMPLE / "index.html").read_text("utf-8")
    (button,) = re.findall(r'<button[^>]*data-testid="run".*?</script>', html)
    assert file.stat().st_size + len(button) < LOADER
    assert not page.evaluate("navigator.serviceWorker.controller")


def test_a_sample_that_cannot_run_says_why_on_its_button() -> None:
    """There is none now: tests/test_editable.py makes one."""
    assert [e.sample.id for e in ENTRIES if editable.hindrance(e.sample)] == []


# --- Every sample ---


def test_every_event_of_every_sample_gives_what_is_recorded(
    workshop: Editor,
) -> None:
    for entry in ENTRIES:
        workshop.start.select_option(entry.sample.id)
        expect(workshop.page).to_have_url(re.compile(entry.sample.id))
        for event in entry.events:
            workshop.event.select_option(event.name)
            workshop.sent()
            expect(workshop.verdict).to_contain_text(
                "Same as the recorded result.",
            )
    workshop.start.select_option("")


# --- Editing ---


def test_an_edit_of_an_argument_changes_function_json(editor: Editor) -> None:
    editor.write(CODE.replace("receipts", "bills"))
    expect(editor.functions).to_contain_text('"queueName": "bills"')
    told = json.loads(editor.functions.inner_text())
    assert told["bindings"][0]["queueName"] == "bills"
    (marked,) = editor.functions.locator("mark").all_inner_texts()
    assert "bills" in marked


def test_typing_changes_function_json_too(editor: Editor) -> None:
    editor.editor.get_by_text("receipts").first.click()
    editor.page.keyboard.press("End")
    for _ in '",':
        editor.page.keyboard.press("ArrowLeft")
    editor.page.keyboard.type("-2026")
    expect(editor.functions).to_contain_text('"queueName": "receipts-2026"')


def test_a_wrong_edit_shows_the_error_at_its_line_with_its_hint(
    editor: Editor,
) -> None:
    wrong = CODE.replace("queue_name", "que_name")
    line = CODE[: CODE.index("@app.queue_trigger")].count("\n") + 1
    editor.write(wrong)
    problem = editor.problems.locator("li")
    expect(problem).to_contain_text(MISSING)
    expect(problem).to_contain_text(HINTS["argument"])
    expect(problem).to_contain_text("error")
    expect(editor.functions).to_be_empty()
    marker = editor.editor.locator(".cm-lint-marker-error")
    row = editor.editor.locator(
        ".cm-lineNumbers .cm-gutterElement"
    ).get_by_text(str(line), exact=True)
    box, at = marker.bounding_box(), row.bounding_box()
    assert box and at
    assert at["y"] <= box["y"] < at["y"] + at["height"]
    problem.get_by_role("button", name=f"function_app.py, line {line}").click()
    expect(editor.text(editor.editor)).to_be_focused()
    editor.write(CODE)
    expect(editor.problems).to_be_empty()
    expect(editor.functions).to_contain_text(RECORDED)


def test_a_warning_is_told_apart_from_an_error_by_its_word(
    editor: Editor,
) -> None:
    editor.write(CODE.replace("AzureWebJobsStorage", "Elsewhere"))
    expect(editor.problems.locator("li")).to_contain_text("warning")
    expect(editor.functions).to_contain_text('"connection": "Elsewhere"')


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("", "no-app"),
        ("import", "SyntaxError"),
        ("\0", "null bytes"),
        ("é" * 100, "NameError"),
        ("import nothing_of_that_name", "nothing_of_that_name"),
        ("raise SystemExit('over')", "SystemExit"),
        ("def f(): f()\nf()", "RecursionError"),
        (f"raise ValueError({MARKUP!r})", MARKUP),
        (f"raise ValueError('a{BIDI}b')", "a\\u{202e}b"),
        ("raise ValueError('x' * 10_000_000)", "x" * 100),
        ("app = 1", "FunctionApp"),
    ],
)  # fmt: skip
def test_code_that_does_not_load_says_so_and_the_page_works_on(
    editor: Editor, code: str, said: str
) -> None:
    editor.write(code)
    problems = editor.problems.locator("li.error")
    expected = "top level function app" if said == "no-app" else said
    expect(problems.first).to_contain_text(expected)
    assert editor.page.locator(INTRUDERS).count() == 0
    editor.write(CODE)
    expect(editor.functions).to_contain_text(RECORDED)
    expect(editor.problems).to_be_empty()


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ("", "is not JSON"),
        ("{'about': 1}", "is not JSON"),
        ("[]", "object"),
        ("null", "object"),
        ({}, "message"),
        ({"message": {}}, "body"),
        ({"message": {"body": "x"}, "colour": "blue"}, "colour"),
        ({MARKUP: 1}, MARKUP),
        ({"message": {"body": "x", "expiration_time": "soon"}}, "time"),
        ('{"message": {"body": "' + "x" * 1_000_000, "is not JSON"),
        ("[" * 50_000, "is not JSON"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_an_event_that_does_not_fit_says_why(
    editor: Editor, event: Json, said: str
) -> None:
    editor.write_event(event)
    editor.send.click()
    problem = editor.page.locator(".playground .event-problem").first
    expect(problem).to_be_visible()
    expect(problem).to_contain_text(said)
    expect(editor.status).to_have_text("ready")
    assert editor.page.locator(INTRUDERS).count() == 0


# --- Results ---


def test_a_result_is_the_recorded_one_and_is_said_to_be(editor: Editor) -> None:
    editor.event.select_option("not-json-last-try")
    editor.sent()
    expect(editor.verdict).to_contain_text("Same as the recorded result")
    expect(editor.result).to_contain_text("JSONDecodeError: Extra data")
    expect(editor.log).to_contain_text("WARNING Last try of message")


def test_what_differs_from_the_recorded_result_is_marked(
    editor: Editor,
) -> None:
    editor.write(CODE.replace("Receipt for order", "Bill of order"))
    editor.sent()
    expect(editor.verdict).to_contain_text("Differs from the recorded result")
    expect(editor.log.locator("ins")).to_have_text(
        re.compile(r"^\+ INFO Bill of order")
    )
    expect(editor.log.locator("del")).to_have_text(
        re.compile(r"^\u2212 INFO Receipt for order")
    )
    expect(editor.log).to_contain_text("differs")


def test_status_headers_and_body_are_shown(workshop: Editor) -> None:
    workshop.start.select_option("http/route")
    workshop.event.select_option("three-teapots")
    workshop.sent()
    lines = workshop.result.locator("pre").inner_text().splitlines()
    assert lines[0] == "200 OK"
    assert "content-type: application/json" in lines
    assert '"total": 72' in lines[-1]


def test_outputs_are_shown_by_binding(workshop: Editor) -> None:
    workshop.start.select_option("queue/queue_output")
    workshop.event.select_option("one-order")
    workshop.sent()
    labels = workshop.result.locator(".file").all_inner_texts()
    assert any(re.match(r"Output \w+ \(queue\)", label) for label in labels)


def test_an_app_that_does_not_load_receives_no_event(editor: Editor) -> None:
    editor.write(CODE.replace("queue_name", "que_name"))
    expect(editor.problems.locator("li")).to_be_visible()
    editor.sent()
    expect(editor.verdict).to_contain_text("The app does not load")


def test_what_a_browser_cannot_do_is_said_in_a_sentence(
    empty: Editor,
) -> None:
    empty.write(
        answering(
            "import threading",
            "threading.Thread(target=print).start()",
            'return func.HttpResponse("")',
        )
    )
    expect(empty.functions).to_contain_text("hello")
    empty.write_event(GET)
    empty.sent()
    expect(empty.verdict).to_contain_text(
        "Threads are not available in the browser"
    )


def test_what_is_sent_is_what_is_written_and_function_json_follows(
    editor: Editor,
) -> None:
    wrong = CODE.replace("receipts", "bills").replace("Receipt for", "Bill of")
    editor.write(wrong)
    editor.send.click()  # before the edit is looked at
    expect(editor.log).to_contain_text("Bill of order")
    expect(editor.functions).to_contain_text('"bills"')


# --- Stop ---


def test_a_loop_at_import_is_stopped_and_the_page_works_on(
    editor: Editor,
) -> None:
    editor.write("while True:\n    pass\n")
    expect(editor.status).to_have_text("running")
    editor.stop.click()
    editor.started()
    expect(editor.problems).to_contain_text("was stopped")
    editor.write(CODE)
    expect(editor.functions).to_contain_text(RECORDED)


def test_a_loop_in_a_function_is_stopped_and_the_page_works_on(
    editor: Editor,
) -> None:
    body = "receipt = message.get_json()"
    assert body in CODE
    editor.write(CODE.replace(body, f"while True: pass\n    {body}"))
    expect(editor.functions).to_contain_text(RECORDED)
    editor.send.click()
    expect(editor.status).to_have_text("running")
    editor.stop.click()
    editor.started()
    expect(editor.verdict).to_have_text("Stopped.")
    editor.write(CODE)
    editor.sent()
    expect(editor.verdict).to_contain_text("Same as the recorded result")


def test_stop_ends_what_is_to_be_sent_after_a_load_that_does_not_end(
    editor: Editor,
) -> None:
    editor.write("while True:\n    pass\n")
    expect(editor.status).to_have_text("running")
    editor.send.click()
    expect(editor.verdict).to_have_text("Running…")
    editor.stop.click()
    editor.started()
    expect(editor.verdict).to_have_text("Stopped.")


def test_an_edit_ends_a_load_that_does_not_end(editor: Editor) -> None:
    """Who types on is not held up by a loop that stood there for a moment,
    and what is sent then is sent."""
    editor.write("while True:\n    pass\n")
    expect(editor.status).to_have_text("running")
    editor.write(CODE)
    editor.send.click()
    expect(editor.verdict).to_contain_text("Same as the recorded result")
    expect(editor.functions).to_contain_text(RECORDED)


# --- Reset ---


def test_reset_brings_the_sample_back_and_can_be_undone(
    editor: Editor,
) -> None:
    editor.write(CODE.replace("receipts", "bills"))
    editor.write_event({"message": {"body": "mine"}})
    expect(editor.functions).to_contain_text('"bills"')
    editor.reset.click()
    expect(editor.functions).to_contain_text(RECORDED)
    first = editor.text(editor.event_editor)
    expect(first).to_contain_text(QUEUE.events[0].about)
    editor.notice("reset").get_by_role("button", name="Undo").click()
    expect(editor.functions).to_contain_text('"bills"')
    expect(first).to_contain_text("mine")


# --- Share ---


@pytest.fixture(scope="module")
def address(browser: Browser, site: Site) -> str:
    """What Share makes of an edited sample."""
    context = visitor(browser, site)
    page = context.new_page()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    editor = Editor(page).open()
    editor.write(CODE.replace("receipts", "bills"))
    editor.write_event({"about": "mine", "message": {"body": "7"}})
    editor.tab("host.json").click()
    editor.share.click()
    expect(editor.notice("share")).to_contain_text("is copied")
    copied = str(page.evaluate("navigator.clipboard.readText()"))
    assert page.url == copied
    assert copied.startswith(f"{site.url}{SAMPLE}#code=")
    assert not [url for url in sent if "#" in url]
    context.close()
    return copied


def test_a_shared_address_shows_the_same_in_a_fresh_profile(
    stranger: BrowserContext, address: str
) -> None:
    editor = Editor(stranger.new_page())
    asked: list[str] = []
    editor.page.on("request", lambda request: asked.append(request.url))
    editor.page.goto(address)
    expect(editor.notice("shared")).to_contain_text("press Run")
    expect(editor.tab("host.json")).to_have_attribute("aria-selected", "true")
    expect(editor.text(editor.event_editor)).to_contain_text('"mine"')
    editor.tab("function_app.py").click()
    expect(editor.text(editor.editor)).to_contain_text('"bills"')
    # It is shown, and does not run.
    expect(editor.functions).to_be_empty()
    expect(editor.send).to_be_disabled()
    assert not [url for url in asked if url.endswith(".bin")]
    editor.run.click()
    editor.started()
    expect(editor.functions).to_contain_text('"queueName": "bills"')


def test_code_from_an_address_does_not_replace_ones_own(
    stranger: BrowserContext, address: str
) -> None:
    editor = Editor(stranger.new_page())
    editor.page.goto(SAMPLE)
    editor.run.click()
    editor.write(CODE.replace("receipts", "mine"))
    editor.page.goto("about:blank")
    editor.page.goto(address)
    expect(editor.notice("shared")).to_be_visible()
    editor.tab("function_app.py").click()
    editor.write(CODE.replace("receipts", "theirs"))
    editor.page.reload()
    expect(editor.text(editor.editor)).to_contain_text("theirs")
    editor.page.goto("about:blank")
    editor.page.goto(SAMPLE)
    editor.run.click()
    expect(editor.text(editor.editor)).to_contain_text("mine")


def packed(state: Json) -> str:
    """The fragment of a state, as share.js makes it."""
    deflate = zlib.compressobj(wbits=-15)
    text = json.dumps(state).encode()
    content = deflate.compress(text) + deflate.flush()
    return "#code=" + base64.urlsafe_b64encode(content).decode().rstrip("=")


def state(**more: Json) -> Json:
    return {
        "v": 1,
        "of": "queue/queue_trigger",
        "base": "",
        "files": {},
        "gone": [],
        "event": {"name": "own", "text": "{}"},
    } | more


MALFORMED = {
    "nothing": "#code=",
    "no base64": "#code=%%%",
    "no deflate": "#code=AAAA",
    "cut off": packed(state())[:-9],
    "no JSON": "#code=AQAA__8",
    "null": packed(None),
    "a list": packed([]),
    "no event": packed(state(event=None)),
    "files are a list": packed(state(files=["a"])),
    "a file is a number": packed(state(files={"a.py": 1})),
    "a name leads out": packed(state(files={"../a.py": ""})),
    "a name is absolute": packed(state(files={"/etc/a.py": ""})),
    "a name is markup": packed(state(files={MARKUP: ""})),
    "a name turns round": packed(state(files={f"a{BIDI}.py": ""})),
    "a name is no name": packed(state(files={"__proto__": "", "": ""})),
    "a file and a folder": packed(state(files={"a": "", "a/b.py": ""})),
    "nothing is left": packed(state(gone=list(editable.data(QUEUE)["files"]))),
    "a version to come": packed(state(v=2)),
    "gigabytes": packed(state(files={"a.py": "x" * 50_000_000})),
    "too long": "#code=" + "A" * 300_000,
}  # fmt: skip


def test_a_malformed_address_shows_the_page_and_a_sentence(
    stranger: BrowserContext,
) -> None:
    page = stranger.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text))
    editor = Editor(page)
    for name, fragment in MALFORMED.items():
        page.goto("about:blank")
        page.goto(SAMPLE + fragment)
        expect(editor.notice("shared"), name).to_contain_text("address")
        expect(editor.text(editor.editor), name).to_contain_text("receipts")
        assert not errors, name
    assert page.evaluate("window.pwned") is None


def test_an_address_of_a_sample_that_has_changed_says_so(
    stranger: BrowserContext,
) -> None:
    editor = Editor(stranger.new_page())
    editor.page.goto(SAMPLE + packed(state(base="other")))
    expect(editor.notice("shared")).to_contain_text("has changed since")


def test_too_much_for_an_address_is_said_and_nothing_is_lost(
    editor: Editor,
) -> None:
    noise = random.Random(1).randbytes(40_000).hex()
    code = f"{CODE}\nNOISE = {noise!r}\n"
    before = editor.page.url
    editor.write(code)
    editor.share.click()
    expect(editor.notice("share")).to_contain_text("too much for an address")
    assert editor.page.url == before
    expect(editor.functions).to_contain_text(RECORDED)


# --- What is kept ---


def test_work_survives_a_reload(stranger: BrowserContext) -> None:
    editor = Editor(stranger.new_page())
    editor.page.goto(SAMPLE)
    editor.run.click()
    editor.write(CODE.replace("receipts", "kept"))
    editor.write_event({"message": {"body": "kept too"}})
    editor.page.reload()
    editor.run.click()
    expect(editor.notice("kept")).to_be_visible()
    expect(editor.text(editor.editor)).to_contain_text('"kept"')
    expect(editor.text(editor.event_editor)).to_contain_text("kept too")
    # It is this sample's work, and no other's.
    editor.page.goto("samples/queue/queue_output/")
    editor.run.click()
    expect(editor.text(editor.editor)).not_to_contain_text('"kept"')


@pytest.mark.parametrize(
    "refusal",
    [
        "Object.defineProperty(window, 'localStorage', {get() {"
        " throw new DOMException('no', 'SecurityError') }})",
        "Storage.prototype.setItem = () => {"
        " throw new DOMException('full', 'QuotaExceededError') }",
        "Storage.prototype.getItem = () => '{\"files\": 1}'",
    ],
    ids=["refused", "full", "broken"],
)
def test_without_storage_the_editor_works(
    stranger: BrowserContext, refusal: str
) -> None:
    page = stranger.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.add_init_script(refusal)
    editor = Editor(page)
    page.goto(SAMPLE)
    errors.clear()  # those of the site's theme
    editor.run.click()
    editor.write(CODE.replace("receipts", "unkept"))
    expect(editor.text(editor.editor)).to_contain_text("unkept")
    if "getItem" not in refusal:
        expect(editor.notice("unkept")).to_contain_text("does not keep")
    assert not errors


def cached(page: Page) -> int:
    """How many addresses the browser keeps of the site."""
    return int(
        page.evaluate("""async () => {
          let count = 0;
          for (const name of await caches.keys())
            count += (await (await caches.open(name)).keys()).length;
          return navigator.serviceWorker.controller ? count : 0;
        }""")
    )


def test_without_a_network_it_works_after_the_first_time(
    stranger: BrowserContext,
) -> None:
    editor = Editor(stranger.new_page()).open()
    files = len(json.loads((build.OUT / "manifest.json").read_text())["files"])
    for _ in range(100):
        if cached(editor.page) > files + 5:
            break
        editor.page.wait_for_timeout(50)
    editor.write(CODE.replace("receipts", "offline"))
    stranger.set_offline(True)
    editor.page.reload()
    editor.run.click()
    editor.started()
    expect(editor.functions).to_contain_text('"queueName": "offline"')
    editor.sent()
    expect(editor.verdict).to_contain_text("Same as the recorded result")


def test_the_next_start_takes_what_the_browser_has_compiled(
    stranger: BrowserContext,
) -> None:
    """Python's modules, and WebAssembly's machine code, which Chromium keeps
    only of what a service worker or a server answers."""
    editor = Editor(stranger.new_page()).open()
    kept(editor.page)
    editor.page.goto(PLAYGROUND)
    editor.started()
    editor.write(answering("return func.HttpResponse(func.__file__)"))
    editor.write_event(GET).sent()
    expect(editor.result).to_contain_text("azure/functions/__init__.pyc")
    fetched = editor.page.evaluate(
        "performance.getEntriesByType('resource').map(({ name }) => name)"
    )
    parts = [Path(name).name for name in fetched if name.endswith(".bin")]
    assert [name[:25] for name in parts] == ["unpacked-pyodide-asm-wasm"]


# --- What was changed where the browser keeps it ---

# Puts texts of the same length in place of others, in what the browser keeps
# under names with a part; how many entries that has changed.
POISON = """async ([part, changes]) => {
  const cache = await caches.open("functions-by-example-playground");
  let changed = 0;
  for (const request of await cache.keys()) {
    if (!request.url.includes(part)) continue;
    const response = await cache.match(request);
    const bytes = new Uint8Array(await response.arrayBuffer());
    const text = new TextDecoder("latin1").decode(bytes);
    let found = false;
    for (const [from, to] of Object.entries(changes))
      for (let at = -1; (at = text.indexOf(from, at + 1)) >= 0; found = true)
        bytes.set(new TextEncoder().encode(to), at);
    if (!found) continue;
    const { headers } = response;
    await cache.put(request, new Response(bytes, { headers }));
    changed += 1;
  }
  return changed;
}"""
# The names of what is kept, each with the digest of its content.
KEPT = """async () => {
  const cache = await caches.open("functions-by-example-playground");
  const found = {};
  for (const { url } of await cache.keys()) {
    const bytes = await (await cache.match(url)).arrayBuffer();
    const digest = await crypto.subtle.digest("SHA-256", bytes);
    found[url.split("/").at(-1)] = Array.from(
      new Uint8Array(digest), (b) => b.toString(16).padStart(2, "0"),
    ).join("").slice(0, 32);
  }
  return found;
}"""
CONTROLLED = """async () => {
  while (!navigator.serviceWorker.controller)
    await new Promise((resolve) => setTimeout(resolve, 50));
  const cache = await caches.open("functions-by-example-playground");
  const scripts = async () =>
    (await cache.keys()).filter(({ url }) => /\\.(js|css)$/.test(url));
  while ((await scripts()).length < 4)
    await new Promise((resolve) => setTimeout(resolve, 50));
}"""
POISONED_SCRIPTS = """async (name) => {
  const kept = await caches.open("functions-by-example-playground");
  const cache = await caches.open(name);
  for (const { url } of await kept.keys()) {
    if (!/\\.(js|css)$/.test(url)) continue;
    const script = url.endsWith("js");
    const text = script
      ? "document.title = 'POISONED';" : "body::before { content: 'POISONED' }";
    const type = script ? "text/javascript" : "text/css";
    await kept.delete(url);
    await cache.put(url, new Response(text, {headers: {"Content-Type": type}}));
  }
}"""
SHOWN = """() => document.title
  + getComputedStyle(document.body, "::before").content"""


def disagreeing(page: Page) -> list[str]:
    """What is kept under a name that is not that of its content."""
    found: dict[str, str] = page.evaluate(KEPT)
    return [name for name, digest in found.items() if digest not in name]


@pytest.mark.parametrize(
    "cache", ["functions-by-example-playground", "another-of-the-origin"]
)
def test_a_script_that_was_changed_in_a_cache_does_not_run(
    stranger: BrowserContext, cache: str
) -> None:
    editor = Editor(stranger.new_page()).open()
    kept(editor.page)
    editor.page.evaluate(CONTROLLED)
    editor.page.evaluate(POISONED_SCRIPTS, cache)
    editor.page.reload(wait_until="networkidle")
    assert "POISONED" not in editor.page.evaluate(SHOWN), "the loader"
    editor.run.click()
    editor.started()
    expect(editor.functions).to_contain_text(RECORDED)
    assert "POISONED" not in editor.page.evaluate(SHOWN), "the editor"
    assert disagreeing(editor.page) == []


# Of a library, of WebAssembly and of the worker's script.
POISON_TEXTS = {
    "threads are not available": "POISONS are not available",
    "division by zero": "division by ZERO",
    'languages:["en"]': 'languages:["zz"]',
}
# What is changed, in what, and whether the service worker answers.
CHANGED = {
    "compiled": ("compiled-", True),
    "unpacked": ("unpacked-functions", True),
    "the worker's script": ("unpacked-worker-js", True),
    "WebAssembly": ("unpacked-pyodide-asm-wasm", True),
    "WebAssembly, without service worker": ("unpacked-pyodide-asm-wasm", False),
}


@pytest.mark.parametrize("what", CHANGED)
def test_a_part_that_was_changed_in_the_cache_is_not_used(
    stranger: BrowserContext, what: str
) -> None:
    part, served = CHANGED[what]
    editor = Editor(stranger.new_page())
    editor.page.goto(PLAYGROUND)
    editor.started()
    kept(editor.page)
    editor.page.evaluate(CONTROLLED)
    assert editor.page.evaluate(POISON, [part, POISON_TEXTS]) == 1
    editor.page.evaluate(
        """async ([part, served]) => {
          const cache = await caches.open("functions-by-example-playground");
          if (part === "unpacked-functions")
            for (const { url } of await cache.keys())
              if (url.includes("compiled-")) await cache.delete(url);
          const { serviceWorker } = navigator;
          if (!served)
            for (const registration of await serviceWorker.getRegistrations())
              await registration.unregister();
        }""",
        [part, served],
    )
    editor.page.reload()
    assert served == editor.page.evaluate(
        "!!navigator.serviceWorker.controller"
    )
    editor.started()
    editor.write(
        answering(
            "import threading",
            "try:",
            "    1 / 0",
            "except ZeroDivisionError as error:",
            "    logging.info(str(error))",
            "threading.Thread(target=print).start()",
        )
    )
    editor.write_event(GET).sent()
    expect(editor.log).to_contain_text("division by zero")
    languages = editor.page.workers[-1].evaluate("navigator.languages")
    assert languages == ["en"]
    expect(editor.verdict).to_contain_text("Threads are not available")
    kept(editor.page)
    assert disagreeing(editor.page) == []


def test_a_failed_download_says_so_and_is_tried_again(
    stranger: BrowserContext,
) -> None:
    editor = Editor(stranger.new_page())
    failing = [True]

    def answer(route: Route) -> None:
        if failing[0]:
            route.abort()
        else:
            route.continue_()

    stranger.route("**/*.bin", answer)
    editor.page.goto(SAMPLE)
    editor.run.click()
    expect(editor.status).to_have_text("failed", timeout=STARTING)
    expect(editor.notice("failed")).to_contain_text("could not be loaded")
    editor.write(CODE.replace("receipts", "kept"))
    failing[0] = False
    editor.page.get_by_role("button", name="Retry").click()
    editor.started()
    expect(editor.notice("failed")).to_be_hidden()
    expect(editor.functions).to_contain_text('"queueName": "kept"')


@pytest.mark.parametrize(
    "part", ["engine-*.js", "ui-*.js", "playground-*.css", "*.json"]
)
def test_an_editor_that_does_not_load_can_be_tried_again(
    stranger: BrowserContext, part: str
) -> None:
    editor = Editor(stranger.new_page())
    stranger.route(f"**/{part}", lambda route: route.abort())
    editor.page.goto(SAMPLE)
    editor.run.click()
    failed = editor.page.locator(".playground-failed")
    expect(failed).to_contain_text("Press Run to try again")
    stranger.unroute(f"**/{part}")
    editor.run.click()
    expect(editor.editor).to_be_visible()
    expect(failed).to_be_hidden()


# --- Download ---


def test_the_download_starts_and_holds_what_the_samples_own_holds(
    editor: Editor, tmp_path: Path
) -> None:
    editor.write(CODE.replace("receipts", "bills"))
    with editor.page.expect_download() as started:
        editor.download.click()
    assert started.value.suggested_filename == "queue_trigger.zip"
    own = zipfile.ZipFile(io.BytesIO(downloads.archive(QUEUE.sample)))
    with zipfile.ZipFile(started.value.path()) as archive:
        assert sorted(archive.namelist()) == sorted(own.namelist())
        for name in set(own.namelist()) - {"queue_trigger/function_app.py"}:
            assert archive.read(name) == own.read(name)
        archive.extractall(tmp_path)
    (verdict,) = check.checked([tmp_path / "queue_trigger"])
    assert verdict["ok"]
    assert not verdict["problems"]
    (function,) = verdict["functions"]
    assert function["bindings"][0]["queueName"] == "bills"


# --- The playground's own page ---


def test_the_playground_starts_empty(empty: Editor) -> None:
    expect(empty.text(empty.editor)).to_contain_text("func.FunctionApp()")
    expect(empty.functions).to_be_empty()
    expect(empty.page.get_by_text("There is no function yet")).to_be_visible()


def test_a_blueprint_can_be_added_renamed_and_deleted(
    empty: Editor,
) -> None:
    empty.write(
        "import azure.functions as func\n"
        "from orders import bp\n\n"
        "app = func.FunctionApp()\n"
        "app.register_functions(bp)\n"
    )
    expect(empty.problems).to_contain_text("No module named 'orders'")
    empty.add.click()
    empty.name.fill("blueprint.py")
    empty.page.keyboard.press("Enter")
    expect(empty.text(empty.editor)).to_be_focused()
    blueprint = answering('return func.HttpResponse("hi")')
    empty.write(
        blueprint.replace("app = func.FunctionApp()", "bp = func.Blueprint()")
        .replace("@app.", "@bp.")
    )  # fmt: skip
    empty.rename.click()
    empty.name.fill("orders.py")
    empty.page.get_by_role("button", name="OK").click()
    expect(empty.tab("orders.py")).to_be_focused()
    expect(empty.functions).to_contain_text('"route": "hello"')
    empty.delete.click()
    expect(empty.problems).to_contain_text("No module named 'orders'")
    empty.notice("deleted").get_by_role("button", name="Undo").click()
    expect(empty.functions).to_contain_text('"route": "hello"')


@pytest.mark.parametrize(
    "name",
    ["", "../x.py", "/x.py", "a b.py", MARKUP, f"x{BIDI}.py", "x/../y.py",
     "function_app.py", "FUNCTION_APP.PY", "function_app.py/x.py", "__proto__",
     "x" * 200, "x\\y.py"],
    ids=repr,
)  # fmt: skip
def test_a_name_that_no_file_can_have_is_refused(
    workshop: Editor, name: str
) -> None:
    workshop.add.click()
    workshop.name.fill(name)
    workshop.page.keyboard.press("Enter")
    alert = workshop.page.locator(".naming [role=alert]")
    expect(alert).not_to_be_empty()
    expect(workshop.name).to_be_focused()
    workshop.page.keyboard.press("Escape")
    expect(workshop.name).to_be_hidden()


def test_each_start_keeps_its_own_work(workshop: Editor) -> None:
    workshop.start.select_option("http/route")
    expect(workshop.text(workshop.editor)).to_contain_text("quote_price")
    workshop.write("# mine")
    workshop.start.select_option("timer/timer_trigger")
    expect(workshop.text(workshop.editor)).to_contain_text("timer_trigger")
    workshop.start.select_option("http/route")
    expect(workshop.text(workshop.editor)).to_have_text("# mine")
    workshop.reset.click()
    workshop.start.select_option("")


def test_a_sample_leads_to_the_playground_with_its_work(
    stranger: BrowserContext,
) -> None:
    editor = Editor(stranger.new_page())
    editor.page.goto(SAMPLE)
    editor.run.click()
    editor.write(CODE.replace("receipts", "mine"))
    editor.page.get_by_role("link", name="Add files").click()
    expect(editor.start).to_have_value("queue/queue_trigger")
    expect(editor.text(editor.editor)).to_contain_text('"mine"')


# --- Nothing breaks out ---


def test_a_page_has_a_policy_that_lets_nothing_else_in(
    stranger: BrowserContext,
) -> None:
    page = stranger.new_page()
    for address in (SAMPLE, PLAYGROUND, "", "about/", "404.html"):
        page.goto(address)
        ran = page.evaluate("""async () => {
          for (const how of ["script", "handler"]) {
            const made = document.createElement(how === "script" ? how : "b");
            if (how === "script") made.textContent = "window.pwned = 1";
            else made.setAttribute("onclick", "window.pwned = 1");
            document.body.append(made);
            made.click?.();
          }
          try { await fetch("https://elsewhere.test/") } catch (error) {
            return [window.pwned, error.name];
          }
        }""")
        assert ran == [None, "TypeError"], address
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(SAMPLE)
    page.evaluate("fetch('https://elsewhere.test/').catch(() => 0)")
    assert [text for text in said if "Content Security Policy" in text]


def test_logs_bodies_headers_and_names_are_text(empty: Editor) -> None:
    empty.write(
        answering(
            f"text = {MARKUP!r} + '\\u202e\\x1b[31m\\x00'",
            "logging.warning(text)",
            "print(text)",
            'return func.HttpResponse(text, headers={"x-a": "<b>"})',
        ).replace('"hello"', '"hello", trigger_arg_name="req"')
    )
    expect(empty.functions).to_contain_text("hello")
    empty.write_event(GET)
    empty.sent()
    for part in (empty.result, empty.log):
        expect(part).to_contain_text(MARKUP)
        expect(part).to_contain_text("\\u{202e}")
        expect(part).to_contain_text("\\u{001b}[31m")
        assert BIDI not in part.inner_text()
    assert empty.page.locator(INTRUDERS).count() == 0
    assert empty.page.evaluate("window.pwned") is None


def test_a_functions_name_is_text(editor: Editor) -> None:
    route = f"@app.function_name({MARKUP!r})\n@app.queue_trigger("
    editor.write(CODE.replace("@app.queue_trigger(", route))
    expect(
        editor.functions.or_(editor.problems).filter(has_text="<img").first
    ).to_be_visible()
    assert editor.page.locator(INTRUDERS).count() == 0


def test_ten_megabytes_are_cut_and_said_to_be(empty: Editor) -> None:
    empty.write(
        answering(
            'logging.info("x" * 10_000_000)',
            'return func.HttpResponse("y\\n" * 5_000_000)',
        )
    )
    expect(empty.functions).to_contain_text("hello")
    empty.write_event(GET)
    empty.sent()
    for part in (empty.result, empty.log):
        expect(part.locator("pre")).to_be_visible()
        assert len(part.inner_text()) < 110_000
    expect(empty.page.locator(".playground .note").first).to_contain_text(
        re.compile("cut", re.IGNORECASE)
    )
    empty.started()


# What `part` makes of its arguments is a part of what came back.
FORGED = {
    "markup": (
        f"[part(kind='log', label={MARKUP!r}, pieces=[[{MARKUP!r}] * 2]), "
        f"part(kind={MARKUP!r}, pieces=[['json', '[' + {MARKUP!r}]]), "
        f"part(kind='error', name={MARKUP!r}, type={MARKUP!r})]"
    ),
    "a class": "[part(pieces=[['level', 'x md-overlay']])]",
    "a long text": "[part(pieces=[['text', 'x' * 10_000_000]])]",
    "many lines": "[part(pieces=[['status', '\\n' * 1_000_000]])]",
    "numbers": "[part(label=1, pieces=[[2, 3]])]",
    "no pieces": "[{'kind': 'http', '__proto__': {'label': 'x'}}]",
    "no part": "[None]",
    "no list": "1",
}


def test_a_forged_answer_does_not_break_the_page(
    stranger: BrowserContext,
) -> None:
    """Code that has got hold of what words a result says what it likes."""
    page = stranger.new_page()
    editor = Editor(page)
    page.goto(PLAYGROUND)
    editor.started()
    editor.write_event(GET)
    for kind, forged in FORGED.items():
        editor.write(
            answering(
                "import functions_by_example.protocol.came_back as worded",
                "part = lambda **of: dict(",
                "    kind='', label='', name='', type='', pieces=[]) | of",
                f"forged = {forged}",
                "worded.parts = lambda *_: forged",
                'return func.HttpResponse("hi")',
            )
        )
        expect(editor.functions).to_contain_text("hello")
        editor.sent()
        editor.started()
        expect(editor.verdict).not_to_have_text("Nothing has been sent yet.")
        assert page.locator(INTRUDERS).count() == 0, kind
        assert page.locator(".playground .md-overlay").count() == 0, kind
        for where in (editor.result, editor.log):
            assert len(where.inner_text()) < 110_000, kind
    assert page.evaluate("window.pwned") is None


def test_shared_code_reaches_neither_the_page_nor_the_network(
    stranger: BrowserContext,
) -> None:
    code = answering(
        "found = []",
        "try:",
        "    import js",
        "    found += [n for n in ('document', 'localStorage', 'caches')"
        " if hasattr(js, n)]",
        "except ImportError: pass",
        "return func.HttpResponse('found ' + repr(found))",
    )
    asked: list[str] = []
    page = stranger.new_page()
    page.on("request", lambda request: asked.append(request.url))
    editor = Editor(page)
    event = {"name": "own", "text": json.dumps(GET)}
    fragment = packed(state(files={"function_app.py": code}, event=event))
    page.goto(SAMPLE + fragment)
    editor.run.click()
    editor.started()
    editor.sent()
    expect(editor.result).to_contain_text("found []")


# --- Keyboard, screen readers, phones ---


def focused(page: Page) -> str:
    return str(
        page.evaluate("""() => {
          const e = document.activeElement;
          const near = e.closest("[data-testid]")?.dataset.testid;
          return e.dataset.file ?? near ?? e.classList[0];
        }""")
    )


def test_everything_is_done_by_keyboard_alone(
    stranger: BrowserContext,
) -> None:
    page = stranger.new_page()
    editor = Editor(page)
    page.goto(SAMPLE)
    editor.run.focus()
    page.keyboard.press("Enter")
    editor.started()
    assert focused(page) == "playground"
    page.keyboard.press("Tab")
    assert focused(page) == "function_app.py"
    page.keyboard.press("ArrowRight")
    assert focused(page) == "host.json"
    page.keyboard.press("End")
    assert focused(page) == "README.md"
    page.keyboard.press("ArrowRight")
    assert focused(page) == "function_app.py"
    page.keyboard.press("Tab")
    assert focused(page) == "editor"
    page.keyboard.press("ControlOrMeta+Home")
    page.keyboard.press("Tab")  # indents
    expect(editor.problems).to_contain_text("IndentationError")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert focused(page) == "problems"
    page.keyboard.press("Shift+Tab")
    assert focused(page) == "editor"
    page.keyboard.press("ControlOrMeta+z")
    expect(editor.problems).to_be_empty()
    reached = []
    page.keyboard.press("Escape")
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(focused(page))
        if reached[-1] == "event-editor":
            page.keyboard.press("Escape")
        if reached[-1] == "download":
            break
    for name in ("event", "event-editor", "send", "reset", "share", "download"):
        assert name in reached
    editor.text(editor.event_editor).focus()
    page.keyboard.press("ControlOrMeta+Enter")
    expect(editor.verdict).to_contain_text("Same as the recorded result")


def test_single_keys_do_not_open_the_search_while_one_types(
    editor: Editor,
) -> None:
    editor.text(editor.editor).focus()
    editor.page.keyboard.type("# s/f")
    expect(editor.text(editor.editor)).to_be_focused()


def test_a_screen_reader_is_told_what_happens(editor: Editor) -> None:
    label = editor.text(editor.editor).get_attribute("aria-label")
    assert label == "function_app.py, the code"
    help = editor.text(editor.editor).get_attribute("aria-describedby")
    expect(editor.page.locator(f"#{help}")).to_contain_text("press Escape")
    editor.sent()
    expect(editor.told()).to_contain_text("Same as the recorded result")
    editor.write(CODE.replace("queue_name", "que_name"))
    expect(editor.told()).to_contain_text("1 error")
    expect(editor.told()).to_contain_text(MISSING)
    editor.write(CODE)
    expect(editor.told()).to_have_text("0 errors, 0 warnings, 1 function")
    assert editor.told().evaluate("e => e.textContent.length") <= 300


@pytest.mark.parametrize("scheme", ["default", "slate"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing_while_it_is_open(
    editor: Editor, scheme: str, size: Any
) -> None:
    page = editor.page
    page.set_viewport_size(size)
    editor.write(CODE.replace("Receipt for", "Bill of"))
    editor.sent()
    editor.write(CODE.replace("queue_name", "que_name"))
    expect(editor.problems.locator("li")).to_be_visible()
    editor.write_event("{")
    editor.send.click()
    found = page.evaluate(
        """(scheme) => {
          document.body.dataset.mdColorScheme = scheme;
          return axe.run(".playground", {resultTypes: ["violations"]});
        }""",
        scheme,
    )
    page.evaluate("document.body.dataset.mdColorScheme = 'default'")
    page.set_viewport_size(DESK)
    assert not [
        f"{violation['id']}: {node['html'][:150]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def test_on_a_phone_it_is_one_column_with_targets_to_touch(
    editor: Editor,
) -> None:
    page = editor.page
    page.set_viewport_size(PHONE)
    editor.write(CODE.replace("Receipt for", "x" * 300))
    editor.sent()
    width = PHONE["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    boxes = page.locator(".playground :is(button, select)").evaluate_all(
        "all => all.filter(e => e.checkVisibility()).map(e => "
        "[e.textContent, e.clientWidth, e.offsetHeight])"
    )
    lefts = page.locator(".playground .side").evaluate_all(
        "all => all.map(e => Math.round(e.getBoundingClientRect().left))"
    )
    page.set_viewport_size(DESK)
    assert len(boxes) > 8
    assert not [box for box in boxes if box[1] < 24 or box[2] < 24]
    assert len(set(lefts)) == 1


def test_nothing_moves_for_who_wants_no_motion(editor: Editor) -> None:
    moving = """() => [...document.querySelectorAll(".playground *")]
      .filter(e => getComputedStyle(e).animationName !== "none"
        || getComputedStyle(e, "::before").animationName !== "none").length"""
    editor.write("while True: pass")
    expect(editor.status).to_have_text("running")
    assert editor.page.evaluate(moving) == 0
    editor.stop.click()
    editor.started()


def test_the_editor_is_light(site: Site) -> None:
    """What is not Python itself: the editor with its styles, the SDK, our
    modules."""
    manifest = json.loads((build.OUT / "manifest.json").read_text("utf-8"))
    entries = manifest["entries"]
    ours = list(entries.values())
    packages = sum(
        manifest["files"][name]["size"]
        for name in ("worker.js", "packages.zip", "functions_by_example.zip")
    )
    scripts = sum(
        len(
            gzip.compress(
                (site.folder / "assets/playground" / name).read_bytes()
            )
        )
        for name in ours
    )
    assert scripts + packages < 600_000
