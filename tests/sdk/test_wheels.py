"""Wheels of the SDK: read without importing them, and the command `releases`,
which compares an index with the record."""

from __future__ import annotations

import hashlib
import json
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from functions_by_example import __main__
from functions_by_example.sample.read import SampleError
from functions_by_example.sdk import changes, releases, wheels
from functions_by_example.sdk.releases import Thing

# --- Wheels made here -------------------------------------------------------

INIT = """
from .decorators.function_app import FunctionApp
from ._kinds import Level, Message

__all__ = ("FunctionApp", "Level", "Message", "Missing")
"""
KINDS = """
import typing
from enum import Enum

class Level(Enum):
    LOW = "low"
{level}

class Base:
    @property
    def id(self) -> typing.Optional[str]: ...

class Message(Base):
    def __init__(self, body: "typing.Union[str, bytes]" = b'') -> None: ...
    def get_body(self) -> bytes: ...
"""
CONSTANTS = 'QUEUE = "queue"\nQUEUE_TRIGGER = "queueTrigger"\n'
CORE = "class Trigger: ...\nclass OutputBinding: ...\n"
BINDINGS = """
from .constants import QUEUE, QUEUE_TRIGGER
from .core import OutputBinding, Trigger

class QueueTrigger(Trigger):
    @staticmethod
    def get_binding_name():
        return QUEUE_TRIGGER

class QueueOutput(OutputBinding):
    @staticmethod
    def get_binding_name():
        return QUEUE
"""
FUNCTION_APP = """
from typing import Any, Callable, Optional
from .bindings import QueueOutput, QueueTrigger

class TriggerApi:
{triggers}

class BindingApi:
{outputs}

class FunctionApp(TriggerApi, BindingApi):
    def __init__(self, level: str = "low"): ...
    def get_functions(self) -> list: ...
    def _private(self) -> Callable[..., Any]: ...
"""
SAME = "arg_name: str, queue: str"


def decorator(name: str, listed: str, made: str) -> str:
    return (
        f"    def {name}(self, {listed}) -> Callable[..., Any]:\n"
        f"        def wrap(fb):\n"
        f"            binding = {made}(name=arg_name)\n"
        f"            return fb\n"
        f"        return wrap\n"
    )


@dataclass
class Made:
    """What a wheel made here has."""

    triggers: list[tuple[str, str]] = field(
        default_factory=lambda: [("on_queue", SAME)]
    )
    more: str = "    pass"
    member: str = ""

    def write(self, folder: Path, version: str) -> Path:
        files = {
            "__init__.py": INIT,
            "_kinds.py": KINDS.format(level=self.member),
            "decorators/__init__.py": "",
            "decorators/constants.py": CONSTANTS,
            "decorators/core.py": CORE,
            "decorators/bindings.py": BINDINGS,
            "decorators/function_app.py": FUNCTION_APP.format(
                triggers="\n".join(
                    decorator(*each, "QueueTrigger") for each in self.triggers
                )
                + self.more,
                outputs=decorator("write_queue", SAME, "QueueOutput"),
            ),
        }
        path = folder / f"azure_functions-{version}-py3-none-any.whl"
        with zipfile.ZipFile(path, "w") as archive:
            for name, text in files.items():
                archive.writestr(f"azure/functions/{name}", text)
        return path


def names_of(made: Made, folder: Path) -> dict[str, Thing]:
    return wheels.of_wheel(made.write(folder, "1.11.0"))


# --- Reading ----------------------------------------------------------------


def test_a_wheel_is_read_and_not_imported(tmp_path: Path) -> None:
    made = Made(more="\nraise SystemExit('imported')\n")
    assert names_of(made, tmp_path) == {
        "FunctionApp": Thing(
            "class",
            parameters={"level": "str = 'low'"},
            members={"get_functions": "() -> list"},
        ),
        "FunctionApp.on_queue": Thing(
            "decorator",
            parameters={"arg_name": "str", "queue": "str"},
            adds=("queueTrigger in",),
        ),
        "FunctionApp.write_queue": Thing(
            "decorator",
            parameters={"arg_name": "str", "queue": "str"},
            adds=("queue out",),
        ),
        "Level": Thing("enum", members={"LOW": "'low'"}),
        "Message": Thing(
            "class",
            parameters={"body": "str | bytes = b''"},
            members={"id": "str | None", "get_body": "() -> bytes"},
        ),
    }


def test_parameters_keep_their_order_defaults_and_stars(tmp_path: Path) -> None:
    listed = "queue: str, arg_name: Optional[str] = None, **kwargs"
    names = names_of(Made(triggers=[("on_queue", listed)]), tmp_path)
    assert list(names["FunctionApp.on_queue"].parameters.items()) == [
        ("queue", "str"),
        ("arg_name", "str | None = None"),
        ("**kwargs", ""),
    ]


def test_another_name_of_a_decorator_is_known_as_such(tmp_path: Path) -> None:
    new = Made(
        triggers=[("queue_trigger", SAME)],
        more="    on_queue = queue_trigger\n",
    )
    names = names_of(new, tmp_path)
    assert names["FunctionApp.on_queue"].same_as == "queue_trigger"
    assert names["FunctionApp.queue_trigger"].same_as == ""


@pytest.mark.parametrize(
    ("annotation", "spelling"),
    [
        ("Optional[str]", "str | None"),
        ("typing.Union[None, str,\n   bytes]", "str | bytes | None"),
        ("None | DataType | str", "DataType | str | None"),
        ("'Optional[DataType]'", "DataType | None"),
        ("typing.List['func.Out']", "List[Out]"),
        ("Callable[..., Union[int, None]]", "Callable[..., int | None]"),
        ("Callable[[str], None]", "Callable[[str], None]"),
        (None, ""),
    ],
)
def test_an_annotation_has_one_spelling(
    annotation: str | None, spelling: str
) -> None:
    assert wheels.annotated(annotation) == spelling


# --- An index against the record --------------------------------------------


class Index(ThreadingHTTPServer):
    """An index of this machine: PEP 691, with the wheels of a folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), partial(Answer, self))
        self.folder = folder
        self.fetched: list[str] = []
        self.withdrawn: set[str] = set()
        self.digest: dict[str, str] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/simple/"

    def page(self) -> dict[str, object]:
        paths = sorted(self.folder.glob("*.whl"))
        return {
            "meta": {"api-version": "1.1"},
            "name": "azure-functions",
            "versions": [path.name.split("-")[1] for path in paths],
            "files": [
                {
                    "filename": path.name,
                    "url": f"/files/{path.name}",
                    "hashes": {
                        "sha256": self.digest.get(path.name)
                        or hashlib.sha256(path.read_bytes()).hexdigest()
                    },
                    "size": path.stat().st_size,
                    "upload-time": f"2022-03-{number:02}T10:00:00.000000Z",
                    "requires-python": ">=3.13",
                    "yanked": path.name.split("-")[1] in self.withdrawn,
                }
                for number, path in enumerate(paths, 1)
            ],
        }


class Answer(BaseHTTPRequestHandler):
    def __init__(self, index: Index, *arguments: object) -> None:
        self.index = index
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        name = self.path.rpartition("/")[2]
        if self.path == "/simple/azure-functions/":
            body = json.dumps(self.index.page()).encode()
            kind = "application/vnd.pypi.simple.v1+json"
        else:
            self.index.fetched.append(name.split("-")[1])
            body = (self.index.folder / name).read_bytes()
            kind = "application/octet-stream"
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    """An index with 1.10.1 and pre-releases, and a record without releases."""
    (tmp_path / "wheels").mkdir()
    server = Index(tmp_path / "wheels")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    for version in ("1.9.0", "1.10.1", "1.11.0b1"):
        Made().write(server.folder, version)
    kept = tmp_path / "releases.json"
    kept.write_text('{"releases": {}, "names": {}}\n', "utf-8")
    monkeypatch.setattr(releases, "RECORD", kept)
    monkeypatch.setenv("PIP_INDEX_URL", server.url)
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def run(*arguments: str) -> int:
    return __main__.main(["releases", *arguments])


def kept() -> dict[str, releases.Release]:
    return releases.read(releases.RECORD)


def test_final_releases_are_taken_into_the_record(
    index: Index, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--all") == 0
    assert "1 releases read anew" in capsys.readouterr().out
    assert list(kept()) == ["1.10.1"]
    assert kept()["1.10.1"].python == ">=3.13"
    assert index.fetched == ["1.10.1"]
    assert run() == 0
    assert "Nothing new: PyPI has 1 final release" in capsys.readouterr().out
    assert index.fetched == ["1.10.1"]


def test_a_missing_record_is_made_anew(index: Index) -> None:
    releases.RECORD.unlink()
    with pytest.raises(SampleError, match="json:1: cannot be read"):
        kept()
    assert run() == 2
    assert run("--all") == 0
    assert list(kept()) == ["1.10.1"]


def test_a_new_release_is_told_by_what_it_touches(
    index: Index, capsys: pytest.CaptureFixture[str]
) -> None:
    old = [("queue_trigger", SAME), ("pond_trigger", "at")]
    Made(triggers=old).write(index.folder, "1.10.1")
    run("--all")
    index.fetched.clear()
    before = releases.RECORD.read_bytes()
    new = [("queue_trigger", f"{SAME}, size: int = 1"), ("lake_trigger", "at")]
    Made(triggers=new).write(index.folder, "1.12.0")
    assert run() == 1
    said = capsys.readouterr().out
    assert "azure-functions 1.12.0 is not in the record" in said
    assert "Came\n  - `@app.lake_trigger`: `queueTrigger`, in" in said
    assert "`@app.queue_trigger`\n      - new: `size: int = 1`" in said
    assert "samples/queue/queue_trigger: @app.queue_trigger" in said
    assert "docs/reference/queue.md: @app.queue_trigger" in said
    assert "docs/reference/: no entry for @app.lake_trigger" in said
    assert (
        "data/sdk/former.toml: what replaced @app.pond_trigger belongs" in said
    )
    assert index.fetched == ["1.12.0"]
    assert releases.RECORD.read_bytes() == before


def test_a_new_release_is_added_once(
    index: Index, capsys: pytest.CaptureFixture[str]
) -> None:
    run("--all")
    Made(member='    HIGH = "high"').write(index.folder, "1.12.0")
    assert run("--write") == 0
    change = changes.of(kept(), kept()["1.12.0"])
    assert change.parts["Level"].came == {".HIGH": "'high'"}
    assert run() == 0
    assert "Nothing new" in capsys.readouterr().out
    assert index.fetched == ["1.10.1", "1.12.0"]


def test_a_release_that_is_withdrawn_later_is_told(
    index: Index, capsys: pytest.CaptureFixture[str]
) -> None:
    Made().write(index.folder, "1.12.0")
    run("--all")
    index.withdrawn.add("1.12.0")
    assert run() == 1
    assert "azure-functions 1.12.0 is withdrawn" in capsys.readouterr().out
    assert run("--write") == 0
    assert kept()["1.12.0"].withdrawn


def test_a_release_that_leaves_pypi_stays_as_withdrawn(index: Index) -> None:
    path = Made().write(index.folder, "1.12.0")
    run("--all")
    path.unlink()
    assert run() == 1
    assert run("--write") == 0
    assert kept()["1.12.0"].withdrawn
    assert run() == 0


@pytest.mark.parametrize("other", ["DigestMismatchError", "is not the SDK as"])
def test_a_wheel_that_is_not_as_announced_is_refused(
    other: str, index: Index, capsys: pytest.CaptureFixture[str]
) -> None:
    (path,) = index.folder.glob("*-1.10.1-*")
    if other == "DigestMismatchError":
        index.digest[path.name] = "0" * 64
    else:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("azure/functions/__init__.py", "__all__ = ()")
        other = f"{path.name} {other}"
    before = releases.RECORD.read_bytes()
    assert run("--all") == 1
    assert other in capsys.readouterr().out
    assert releases.RECORD.read_bytes() == before


def test_without_pypi_what_is_stored_is_used(
    index: Index,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run("--all")
    before = releases.RECORD.read_bytes()
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple/")
    capsys.readouterr()
    assert run() == 0
    said = capsys.readouterr().out
    assert said.startswith("PyPI is out of reach: ConnectionError")
    assert "What is stored is used: 1 releases, up to 1.10.1." in said
    assert run("--write") == run("--all") == 1
    assert releases.RECORD.read_bytes() == before
