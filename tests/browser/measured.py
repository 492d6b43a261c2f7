"""How fast the playground is and how much it takes: `nox -s bench -- browser`.

Chromium reads the site from the loopback, and does what a reader does; times
are taken in the page, from the reader's act to what is shown.
"""

from __future__ import annotations

import gzip
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from browser.served import DESK, ROOT, SAMPLE, Site, chromium, served
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from functions_by_example.playground import build

Report = Callable[[str, float, float, str], bool]

TIMES = int(os.environ.get("TIMES", 10))
MB = 1_000_000
CORE = ("pyodide.asm.js", "pyodide.asm.wasm", *build.STDLIB)
LINE = 10_000_000 / 8  # bytes a second
RECORDED = '"receipts"'
LOOP = "while True: pass\n"
# Runs an act in the page, and gives the milliseconds until something holds:
# from the beginning of the act, or from its end. (textContent, for innerText
# would make the page lay itself out at every look.)
TIMED = """([act, holds, limit, fromEnd]) => new Promise((resolve, reject) => {
  const test = (id) =>
    document.querySelector(`[data-testid="${id}"]`)?.textContent ?? "";
  const check = new Function("test", `return ${holds}`);
  let began = performance.now();
  const look = () => {
    if (check(test)) resolve(performance.now() - began);
    else if (performance.now() - began > limit) reject(new Error(holds));
    else setTimeout(look, 2);
  };
  new Function("test", act)(test);
  if (fromEnd) began = performance.now();
  look();
})"""


def run(report: Report) -> bool:
    """Measure everything; whether every limit is met."""
    with (
        tempfile.TemporaryDirectory() as name,
        served(Path(name)) as site,
        sync_playwright() as playwright,
    ):
        path = chromium(playwright.chromium.executable_path)
        browser = playwright.chromium.launch(executable_path=path)
        met = [
            *_starts(browser, site, report),
            *_work(browser, site, report),
            *_sizes(site, report),
        ]
        browser.close()
    return all(met)


def _starts(browser: Browser, site: Site, report: Report) -> Iterator[bool]:
    """From Run to the first function.json."""
    cold, slow, cached = [], [], []
    for _ in range(TIMES):
        with visitor(browser, site) as context:
            cold.append(_first(context.new_page()))
    for _ in range(TIMES):
        with visitor(browser, site) as context:
            page = context.new_page()
            page.goto(SAMPLE, wait_until="networkidle")
            throttled(page)
            slow.append(_first(page, opened=True))
    with visitor(browser, site) as context:
        page = context.new_page()
        _first(page)
        kept(page)
        for _ in range(TIMES):
            page.close()
            page = context.new_page()
            cached.append(_first(page))
    for what, figures, limit in (
        ("nothing cached", cold, 2.0),
        ("nothing cached, 10 Mbit/s", slow, 8.0),
        ("cached", cached, 1.2),
    ):
        yield report(
            f"seconds from Run to the first function.json, {what}",
            median(figures) / 1e3,
            limit,
            spread(figures),
        )


def _work(browser: Browser, site: Site, report: Report) -> Iterator[bool]:
    """Edits, events, Stop, and what they leave in memory."""
    with visitor(browser, site) as context:
        page = context.new_page()
        _first(page)
        kept(page)
        edits = [_edit(page, n) for n in range(TIMES + 2)][2:]
        yield report(
            "ms from the end of typing to the new function.json",
            median(edits),
            100,
            spread(edits),
        )
        sends = [_send(page) for _ in range(TIMES + 2)][2:]
        yield report(
            "ms from Send to the result, the function's own time included",
            median(sends),
            20,
            spread(sends),
        )
        before = memory()
        for number in range(100):
            _edit(page, number)
            _send(page)
        page.wait_for_timeout(2000)
        after = memory()
        yield report(
            "memory of all of Chromium after 100 edits and 100 sends / before",
            after / before,
            1.2,
            f"{before / 2**20:.0f} MiB and {after / 2**20:.0f} MiB",
        )
        stops = [_stop(page) for _ in range(TIMES)]
        yield report("ms from Stop to ready", median(stops), 200, spread(stops))


def _sizes(site: Site, report: Report) -> Iterator[bool]:
    manifest = build.current()
    assert manifest
    sizes = {name: file["size"] for name, file in manifest["files"].items()}
    for name in manifest["entries"].values():
        content = (build.OUT / name).read_bytes()
        sizes[name] = len(gzip.compress(content))
    state = (site.folder / SAMPLE / "playground.json").read_bytes()
    sizes["playground.json"] = len(gzip.compress(state))
    ours = {name: size for name, size in sizes.items() if name not in CORE}
    for what, counted, limit in (
        ("in all", sizes, 7.5),
        ("besides Pyodide's core and standard library", ours, 0.6),
    ):
        detail = ", ".join(f"{n} {s / 1e3:.0f} kB" for n, s in counted.items())
        yield report(
            f"MB downloaded, compressed, {what}",
            sum(counted.values()) / MB,
            limit,
            detail,
        )


# --- What a reader does ----------------------------------------------------


@contextmanager
def visitor(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    """Somebody who has never been here. The page's policy is off, or nothing
    could be asked of it here; the engine's own frame keeps its own."""
    context = browser.new_context(
        base_url=site.url, viewport=DESK, bypass_csp=True
    )
    yield context
    context.close()


def timed(
    page: Page, act: str, holds: str, limit: int = 120_000, end: bool = False
) -> float:
    return float(page.evaluate(TIMED, [act, holds, limit, end]))


def throttled(page: Page) -> None:
    """From now on, what the page downloads comes over a slow line."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": 0,
            "downloadThroughput": LINE,
            "uploadThroughput": LINE,
        },
    )


def _first(page: Page, opened: bool = False) -> float:
    if not opened:
        page.goto(SAMPLE, wait_until="networkidle")
    act = "document.querySelector('[data-testid=run]').click()"
    return timed(page, act, f"test('functions').includes('{RECORDED}')")


def kept(page: Page) -> None:
    """Wait until the spare worker is ready and everything is cached."""
    page.evaluate(
        """async () => {
          const cache = await caches.open("functions-by-example-playground");
          for (let found = 0; found < 2; ) {
            await new Promise((resolve) => setTimeout(resolve, 50));
            const names = (await cache.keys()).map((request) => request.url);
            found = names.filter((n) => n.includes("compiled-")).length;
          }
        }"""
    )
    page.wait_for_timeout(1000)


def _written(text: str) -> str:
    """Put a text in place of the editor's, as if typed."""
    return f"""
      const content = document.querySelector(
        '[data-testid=editor] .cm-content');
      content.focus();
      document.execCommand("selectAll");
      document.execCommand("insertText", false, {text!r});
    """


def _edit(page: Page, number: int) -> float:
    code = (ROOT / SAMPLE / "function_app.py").read_text("utf-8")
    text = code.replace("receipts", f"receipts{number % 7}{number}")
    name = f"receipts{number % 7}{number}"
    holds = f"test('functions').includes('{name}')"
    return timed(page, _written(text), holds, end=True)


def _send(page: Page) -> float:
    """The verdict is "Running..." or stale until the answer is shown, so the
    result is emptied first."""
    act = """
      window.shown = false;
      const result = document.querySelector('[data-testid=result]');
      new MutationObserver((_, observer) => {
        window.shown = true;
        observer.disconnect();
      }).observe(result, { childList: true, subtree: true,
                           characterData: true });
      document.querySelector('[data-testid=send]').click();
    """
    return timed(page, act, "window.shown && test('status') === 'ready'")


def _stop(page: Page) -> float:
    timed(page, _written(LOOP), "test('status') === 'running'")
    act = "document.querySelector('[data-testid=stop]').click()"
    took = timed(page, act, "test('status') === 'ready'")
    text = (ROOT / SAMPLE / "function_app.py").read_text("utf-8")
    holds = f"test('functions').includes('{RECORDED}')"
    timed(page, _written(text), holds)
    page.wait_for_timeout(4000)  # the next spare gets ready
    return took


# --- Figures ---------------------------------------------------------------


def spread(figures: list[float]) -> str:
    low, high = min(figures), max(figures)
    return f"median of {len(figures)}, {low:.0f} to {high:.0f} ms"


def memory() -> int:
    """Bytes that the processes which this one has started hold, what they
    share counted once (Linux)."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(entry.name)] = int(stat[1])
    ours = {os.getpid()}
    while more := {p for p, parent in parents.items() if parent in ours} - ours:
        ours |= more
    total = 0
    for process in ours - {os.getpid()}:
        rollup: Any = Path(f"/proc/{process}/smaps_rollup")
        try:
            lines = rollup.read_text().splitlines()
        except OSError:
            continue
        for line in lines:
            if line.startswith("Pss:"):
                total += int(line.split()[1]) * 1024
    return total
