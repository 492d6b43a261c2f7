"""The built site, served on the loopback, and the Chromium to read it with."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

ROOT = Path(__file__).parents[2]
REPOSITORY = "https://code.test/team/examples"
NODE_MODULES = Path(
    os.environ.get("NODE_MODULES", ROOT / "tests/browser/node_modules")
)
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
PHONE = {"width": 360, "height": 780}
DESK = {"width": 1440, "height": 1000}
SAMPLE = "samples/queue/queue_trigger/"
REFERENCE = "reference/cosmos_db/"


@dataclass(frozen=True)
class Site:
    """Where the site is: its files, its first address, all its pages."""

    folder: Path
    url: str
    pages: tuple[str, ...]


class MissingError(Exception):
    """Something without which nothing can be tested."""


@contextlib.contextmanager
def served(folder: Path) -> Iterator[Site]:
    """Build the site into the folder as it is published, with its addresses,
    and serve it with gzip, as a static host does."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        build(folder, url)
        found = sorted(folder.rglob("*.html"))
        names = [path.relative_to(folder).as_posix() for path in found]
        pages = tuple(name.removesuffix("index.html") for name in names)
        with running(hosted(folder), listener):
            yield Site(folder, url, pages)


def build(folder: Path, url: str) -> None:
    """Build the site for an address. Raises MissingError."""
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", folder],
        cwd=ROOT,
        env=os.environ | {"SITE_URL": url, "REPO_URL": REPOSITORY},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise MissingError(f"the site does not build:\n{done.stderr}")


def hosted(folder: Path) -> ASGIApp:
    """The files of a folder, as a static host gives them."""
    files = StaticFiles(directory=folder, html=True)
    packed = GZipMiddleware(files, minimum_size=500)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        # What no host knows the kind of, none compresses.
        plain = scope.get("path", "").endswith(".bin")
        await (files if plain else packed)(scope, receive, send)

    return app


@contextlib.contextmanager
def running(app: ASGIApp, listener: socket.socket) -> Iterator[None]:
    """A server of this application, in a thread."""
    config = uvicorn.Config(app, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        while not server.started:
            if not thread.is_alive():
                raise MissingError("the server does not start")
            time.sleep(0.01)
        yield
    finally:
        server.should_exit = True
        thread.join()


def chromium(own: str) -> str:
    """The path of the Chromium to use: the one that CHROME_PATH names, the
    system's, or Playwright's own. Raises MissingError."""
    named = os.environ.get("CHROME_PATH")
    found = named or next(filter(None, map(shutil.which, CHROMIUM)), own)
    if not Path(found).exists():
        raise MissingError(
            f"no Chromium: {named or ', '.join(CHROMIUM)} is not there. "
            "Install your system's chromium, run `playwright install "
            "chromium`, or let CHROME_PATH name one."
        )
    return found


def module(path: str) -> Path:
    """A file of a package from npm. Raises MissingError."""
    file = NODE_MODULES / path
    if not file.is_file():
        raise MissingError(
            f"{file} is not there: run `nox -s browser`, which installs it"
        )
    return file
