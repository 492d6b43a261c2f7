"""The playground in Firefox and in WebKitGTK, whose engine is Safari's:
`nox -s other_browsers`, `-- --write` records the result.

Each is opened from the command line, as installed; in the page, others.js
does what a reader does, and tells the server of every step.
"""

from __future__ import annotations

import datetime
import json
import os
import queue
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from served import SAMPLE, build, hosted, running
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from functions_by_example.sample import record
from functions_by_example.site.parts import browsers as tried

Json = Any

SCRIPT = Path(__file__).with_suffix(".js")
METHOD = r'^  async "?([\w ]+)"?\(\)'
STEPS = re.findall(METHOD, SCRIPT.read_text("utf-8"), re.M)
PATIENCE = 120  # seconds for one step
MINIBROWSER = "/usr/lib/*/webkit2gtk-4.1/MiniBrowser"
PREFERENCES = {  # or Firefox opens pages of its own
    "browser.aboutwelcome.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
}


@dataclass(frozen=True)
class Browser:
    """A browser, the Debian package that it is in, and how it is opened."""

    name: str
    package: str
    program: str
    arguments: tuple[str, ...]

    @property
    def display(self) -> tuple[str, ...]:
        """What shows it, where it does not do without a screen."""
        there = "--headless" in self.arguments
        return () if there else ("xvfb-run", "--auto-servernum")

    def version(self) -> str:
        """As it says itself."""
        asked = [*self.display, self.program, "--version"]
        done = subprocess.run(asked, capture_output=True, text=True)
        (found,) = re.findall(r"\d+(?:\.\d+)+", done.stdout)[:1]
        return str(found)

    def opened(self, home: Path, url: str) -> subprocess.Popen[bytes]:
        """Open the page, with nothing left from before."""
        lines = [
            f"user_pref({json.dumps(name)}, {json.dumps(value)});\n"
            for name, value in PREFERENCES.items()
        ]
        (home / "user.js").write_text("".join(lines), "utf-8")
        arguments = [a.format(home=home) for a in self.arguments]
        return subprocess.Popen(
            [*self.display, self.program, *arguments, url],
            env=os.environ | {"HOME": str(home), "XDG_RUNTIME_DIR": str(home)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )


def browsers() -> list[Browser]:
    """Those that are tried. Exits where one is not installed."""
    minis = sorted(Path("/").glob(MINIBROWSER[1:]))
    found = [
        Browser(
            "Firefox",
            "firefox-esr",
            shutil.which("firefox") or shutil.which("firefox-esr") or "",
            ("--headless", "--no-remote", "--profile", "{home}"),
        ),
        Browser(
            "WebKitGTK",
            "libwebkit2gtk-4.1-0",
            str(minis[0]) if minis and shutil.which("xvfb-run") else "",
            (),
        ),
    ]
    for browser in found:
        if not browser.program:
            sys.exit(
                f"{browser.name} is not there: install Debian's "
                f"{browser.package} and xvfb, or what has them elsewhere"
            )
    return found


def main(arguments: list[str]) -> int:
    """Try every browser; 1 where a step fails."""
    rows, failed = [], False
    found = browsers()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
            build(folder, url)
            page = folder / SAMPLE / "index.html"
            script = f'<script type="module" src="/{SCRIPT.name}"></script>'
            text = page.read_text("utf-8").replace("</body>", script, 1)
            page.write_text(text, "utf-8")
            shutil.copy(SCRIPT, folder)
            told: queue.Queue[Json] = queue.Queue()
            asked: list[str] = []
            with running(listening(hosted(folder), told, asked), listener):
                for browser in found:
                    steps = tried_in(browser, url + SAMPLE, told, asked)
                    failed |= list(steps) != STEPS or any(steps.values())
                    rows.append(
                        {"name": browser.name}
                        | said(browser)
                        | {"steps": STEPS}
                    )
    if "--write" in arguments and not failed:
        record.rewrite(tried.RECORD, rows)
    return int(failed)


def said(browser: Browser) -> Json:
    """What is recorded of a browser in which everything went well."""
    return {
        "name": browser.name,
        "version": browser.version(),
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "steps": STEPS,
    }


def tried_in(
    browser: Browser, url: str, told: queue.Queue[Json], asked: list[str]
) -> dict[str, str]:
    """Each step that was told of, and its error."""
    print(f"{browser.name} {browser.version()}", flush=True)
    steps: dict[str, str] = {}
    seconds: dict[str, float] = {}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        process = browser.opened(Path(home), url)
        try:
            for name in STEPS:
                asked.clear()
                step = told.get(timeout=PATIENCE)
                seconds[name], error = step["seconds"], step["error"]
                if name == STEPS[-1]:  # the first two once more
                    error = error or wrong_again(seconds, asked)
                steps[step["name"]] = error
                print(f"  {name} {step['seconds']:.1f} s {error}", flush=True)
        except queue.Empty:
            print(f"  {name}: nothing heard within {PATIENCE} s", flush=True)
        finally:
            os.killpg(process.pid, 15)
            process.wait()
    return steps


def wrong_again(seconds: dict[str, float], asked: list[str]) -> str:
    """What is wrong with the second start, or nothing."""
    parts = [path for path in asked if path.endswith(".bin")]
    if parts:
        return f"downloaded again: {parts}"
    if seconds[STEPS[-1]] > seconds[STEPS[0]] + seconds[STEPS[1]]:
        return "slower than at first: does what was stopped go on?"
    return ""


def listening(
    site: ASGIApp, told: queue.Queue[Json], asked: list[str]
) -> ASGIApp:
    """The site, and where the page tells of its steps."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/told" and scope["method"] == "POST":
            told.put(json.loads(await Request(scope, receive).body()))
            await Response()(scope, receive, send)
        else:
            asked.append(scope["path"])
            await site(scope, receive, send)

    return app


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
