"""One function app after another inside a browser's Python.

Runs in Pyodide, in a Web Worker: worker.js calls `call`. An app is judged by
`check` and its events are delivered by `worker`, as in the tests; where these
take a fresh process for each, the interpreter here is set back to what it was
before (`Baseline`). After an answer the app is loaded anew, and waits for the
next event (`make_ready`).
"""

from __future__ import annotations

import contextlib
import encodings
import gc
import importlib
import io
import json
import logging
import os
import shutil
import sys
import time
import zipimport
from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import TypedDict

from functions_by_example.check.judging import judge
from functions_by_example.check.problems import (
    ERRORS,
    coded,
    described,
    worded,
)
from functions_by_example.host.events.event import EventError
from functions_by_example.playground.browser import absent
from functions_by_example.playground.browser.baseline import Baseline
from functions_by_example.playground.browser.cut import cut
from functions_by_example.protocol import came_back
from functions_by_example.protocol.answers import (
    ErrorJson,
    FunctionJson,
    LoadedJson,
    Replay,
    Verdict,
)
from functions_by_example.protocol.came_back import Part
from functions_by_example.protocol.problem import ProblemJson
from functions_by_example.worker import app as worker

# Where the app lies in Azure, too.
ROOT = Path("/home/site/wwwroot")
# What loading and invoking an app imports: once, or each does anew.
_SOON = ("_strptime", "hashlib", "importlib.metadata")


class Judged(TypedDict):
    """What `functions-by-example check` says of an app; `text` is its
    function.json. `notes` say what was too long and is cut."""

    functions: list[LoadedJson]
    problems: list[ProblemJson]
    text: str
    printed: str
    notes: list[str]
    seconds: float


class Unfit(TypedDict):
    """Why an event does not fit the app, and the key of it that is at
    fault."""

    message: str
    key: str | None


class Answer(TypedDict):
    """What comes of an event: `text`, what recorded/events holds of it, as it
    is written there, or nothing. Then `refused` says why the event does not
    fit, or `error` why the app does not load. `parts` are what is shown;
    `spent` is whether Python has no memory left."""

    text: str
    parts: list[Part]
    refused: Unfit | None
    error: ErrorJson | None
    explanation: str | None
    printed: str
    notes: list[str]
    seconds: float
    spent: bool


class _Said(TypedDict):
    """What of a verdict may be too long."""

    functions: list[LoadedJson]
    problems: list[ProblemJson]
    printed: str


class _Came(TypedDict):
    """What of an answer may be too long."""

    record: Replay | None
    refused: Unfit | None
    error: ErrorJson | None
    printed: str


async def call(operation: str, arguments: str) -> str:
    """One of OPERATIONS with these arguments, a JSON array; its answer as
    JSON. Nothing is raised for what an app does.

    "missed" is whether a module was asked for that may be in the rest of the
    standard library, which is not there yet: ask again when it is.
    """
    MISSING.asked = False
    answer = dict(await OPERATIONS[operation](*json.loads(arguments)))
    answer["missed"] = MISSING.asked and not MISSING.nothing
    return json.dumps(answer, ensure_ascii=False)


async def index(files: Mapping[str, str]) -> Judged:
    """What `functions-by-example check` says of the app of these files."""
    start = time.perf_counter()
    notes: list[str] = []
    printed = io.StringIO()
    verdict = await _verdict(files, printed)
    refused = verdict["refused"]
    if refused:
        verdict = await _verdict(files, io.StringIO(), explain=True)
        codes = {p["code"] for p in verdict["problems"]} & set(ERRORS)
        if codes <= {"host-json", "settings-file"}:
            verdict["problems"].insert(0, refused)
    for problem in verdict["problems"]:
        problem["hint"] = (
            absent.explanation(problem["message"]) or problem["hint"]
        )
    if verdict["functions"] and not refused:
        WARM.wanted = files
    said: _Said = {
        "functions": verdict["functions"],
        "problems": verdict["problems"],
        "printed": printed.getvalue(),
    }
    said = cut(said, notes)
    return {
        **said,
        "text": _function_json(said["functions"]),
        "notes": notes,
        "seconds": time.perf_counter() - start,
    }


def _function_json(functions: list[LoadedJson]) -> str:
    found: list[FunctionJson] = [
        {"name": each["name"], "bindings": each["bindings"]}
        for each in functions
    ]
    return came_back.function_json(found) if found else ""


async def _verdict(
    files: Mapping[str, str], printed: io.StringIO, explain: bool = False
) -> Verdict:
    """What `judge` gives; a problem where the app keeps even that from its
    work, or a file cannot be."""
    try:
        with _app(printed):
            _write(files)
            return await judge(ROOT, explain)
    except Exception as error:
        problem = described(coded("refused", worded(error)))
        return {"functions": [], "problems": [problem], "refused": None}


async def send(files: Mapping[str, str], event: str) -> Answer:
    """Deliver one event, as its file would hold it, to the app of these
    files."""
    notes: list[str] = []
    came: _Came = {
        "record": None,
        "refused": None,
        "error": None,
        "printed": "",
    }
    types: Mapping[str, str] = {}
    seconds = 0.0
    instance = WARM.taken(files)
    try:
        content = _event(event)
        app = instance.app or await instance.load()
        function = app.function(worker.function_of(content))
        types = came_back.types_of(function.bindings)
        sent = app.expand(content)
        start = time.perf_counter()
        result = await app.invoke(function, sent)
        seconds = time.perf_counter() - start
        came["record"] = {
            "function": function.name,
            "sent": worker.described(sent),
            "result": result.described(),
        }
        WARM.wanted = files
    except worker.LoadError as refused:
        came["error"] = refused.error.described()
    except EventError as unfit:
        came["refused"] = {"message": str(unfit), "key": unfit.key}
    except Exception as other:  # of a file's name, settings, the app's
        error = worker.Error(type(other).__name__, str(other))
        came["error"] = error.described()
    finally:
        BASELINE.restore()
    came["printed"] = instance.printed.getvalue()
    return _answer(cut(came, notes), types, notes, seconds)


def _answer(
    came: _Came, types: Mapping[str, str], notes: list[str], seconds: float
) -> Answer:
    record, error = came["record"], came["error"]
    text, parts = "", []
    if record:
        text = json.dumps(record, indent=2, ensure_ascii=False) + "\n"
        parts = came_back.parts(record["result"], types)
        error = record["result"].get("error")
    elif error:
        parts = came_back.parts({"error": error}, types)
    said = f"{error['type']}: {error['message']}" if error else ""
    return {
        "text": text,
        "parts": parts,
        "refused": came["refused"],
        "error": error,
        "explanation": absent.explanation(said),
        "printed": came["printed"],
        "notes": notes,
        "seconds": seconds,
        "spent": error is not None and error["type"] == "MemoryError",
    }


def _event(text: str) -> dict[str, object]:
    """The object in an event's file. Raises EventError."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise EventError(f"the event is not JSON: {error}") from None
    if not isinstance(content, dict):
        raise EventError("the event is not a JSON object")
    return content


async def memory() -> Mapping[str, int]:
    """How many objects there are, to see that they do not grow."""
    gc.collect()
    return {"objects": len(gc.get_objects()), "modules": len(sys.modules)}


OPERATIONS: Mapping[str, Callable[..., Awaitable[Mapping[str, object]]]] = {
    "index": index,
    "send": send,
    "memory": memory,
}


async def make_ready() -> None:
    """After an answer: load its app anew, so that the next event finds it
    loaded, and as new."""
    await WARM.load()


class _Instance:
    """An app in the interpreter, loaded and as new: until the next is, or
    the interpreter is set back."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = files
        self.printed = io.StringIO()
        self.app: worker.App | None = None

    async def load(self) -> worker.App:
        """Raises LoadError, and what `_write` raises."""
        sys.stdout = sys.stderr = self.printed
        _write(self.files)
        worker.enter(ROOT)
        self.app = await worker.App.load(ROOT)
        return self.app


class _Warm:
    """The instance that waits for an event; `wanted` is what to load next.
    While none waits, the interpreter is as it was."""

    def __init__(self) -> None:
        self.wanted: Mapping[str, str] | None = None
        self._instance: _Instance | None = None

    async def load(self) -> None:
        """Load what is wanted, if anything is. An app that does not load says
        so when it is asked."""
        if self.wanted is None:
            return
        instance, self.wanted = _Instance(self.wanted), None
        try:
            await instance.load()
        except Exception:
            BASELINE.restore()
        else:
            self._instance = instance

    def taken(self, files: Mapping[str, str]) -> _Instance:
        """The instance of these files that waits; one to load, if none."""
        if not self._instance or self._instance.files != files:
            self.leave()
            return _Instance(files)
        instance, self._instance = self._instance, None
        return instance

    def leave(self) -> None:
        """Have nothing wait."""
        if self._instance:
            self._instance = None
            BASELINE.restore()


@contextlib.contextmanager
def _app(printed: io.StringIO) -> Iterator[None]:
    """While this lasts, what an app prints is kept. Afterwards everything is
    set back."""
    WARM.leave()
    sys.stdout = sys.stderr = printed
    try:
        yield
    finally:
        BASELINE.restore()


def _write(files: Mapping[str, str]) -> None:
    """Make these the app's folder. Raises ValueError for a file that has no
    place there, OSError for one that cannot be."""
    for name in files:
        parts = name.split("/")
        if not all(parts) or {".", ".."} & set(parts) or "\0" in name:
            raise ValueError(f"{name!r} lies outside of the app's folder")
    os.chdir("/")
    shutil.rmtree(ROOT, ignore_errors=True)
    ROOT.mkdir(parents=True)
    for name, text in files.items():
        path = ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


class _Missing:
    """The last finder on the import path: notes that a module was asked for
    which no other has."""

    asked = False
    nothing = False  # since the whole standard library is there

    def find_spec(self, *_: object) -> None:
        self.asked = True


def complete() -> None:
    """Once the whole standard library is there."""
    MISSING.nothing = True
    vars(encodings)["_cache"].clear()  # names of encodings without a module
    for importer in sys.path_importer_cache.values():
        if isinstance(importer, zipimport.zipimporter):
            importer.invalidate_caches()
            importer.find_spec("_")  # reads what there is, while nobody waits


def prepare() -> None:
    """Once, before the first call."""
    global BASELINE
    absent.install()
    for name in _SOON:
        importlib.import_module(name)
    sys.dont_write_bytecode = True
    sys.meta_path.append(MISSING)
    logging.getLogger().addHandler(logging.NullHandler())
    BASELINE = Baseline()
    gc.collect()
    gc.freeze()  # what is there now is looked at no more
    gc.enable()


BASELINE: Baseline
MISSING = _Missing()
WARM = _Warm()
