"""One function app after another inside a browser's Python.

Runs in Pyodide, in a Web Worker: worker.js calls `call`. An app is judged by
`check` and its events are delivered by `worker`, as in the tests; where these
take a fresh process for each, the interpreter here is set back to what it was
before (`_Baseline`). After an answer the app is loaded anew, and waits for the
next event (`make_ready`).
"""

from __future__ import annotations

import asyncio
import contextlib
import encodings
import gc
import importlib.util
import io
import json
import linecache
import logging
import marshal
import os
import shutil
import sys
import time
import types
import zipimport
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from azure_functions_runtime import handle_event
from azure_functions_runtime.bindings import meta
from azure_functions_runtime.functions import Registry

from functions_by_example.check.judging import judge
from functions_by_example.check.problems import (
    ERRORS,
    coded,
    described,
    worded,
)
from functions_by_example.host.events.event import EventError
from functions_by_example.playground import absent
from functions_by_example.worker import app as worker

Json = Any

# Where the app lies in Azure, too.
ROOT = Path("/home/site/wwwroot")
# What is shown of one text, and of all texts of one answer.
LONGEST_TEXT = 100_000
LONGEST_ANSWER = 1_000_000
SHORT = 100  # is never cut
# What is never set back: the interpreter's and Pyodide's own.
_OWN = (
    "pyodide",
    "_pyodide",
    "functions_by_example",
    "importlib",
    "_frozen_importlib",
)
_OWN_MODULES = ("__main__", "sys", "builtins", "js", "pyodide_js", "gc")
# What loading and invoking an app imports: once, or each does anew.
_SOON = ("_strptime", "hashlib", "importlib.metadata")
# Classes that an app may have changed.
_SDK = ("azure.functions", "azure_functions_runtime")


async def call(operation: str, arguments: str) -> str:
    """One of OPERATIONS with these arguments, a JSON array; its answer as
    JSON. Nothing is raised for what an app does.

    "missed" is whether a module was asked for that may be in the rest of the
    standard library, which is not there yet: ask again when it is.
    """
    MISSING.asked = False
    answer = await OPERATIONS[operation](*json.loads(arguments))
    answer["missed"] = MISSING.asked and not MISSING.nothing
    return json.dumps(answer, ensure_ascii=False)


async def index(files: Mapping[str, str]) -> Json:
    """What `functions-by-example check` says of the app of these files:
    {"functions", "problems", "printed", "notes", "seconds"}."""
    start = time.perf_counter()
    notes: list[str] = []
    printed = io.StringIO()
    verdict = await _verdict(files, printed)
    refused = verdict.pop("refused", None)
    if refused:
        verdict = await _verdict(files, io.StringIO(), explain=True)
        codes = {p["code"] for p in verdict["problems"]} & set(ERRORS)
        if codes <= {"host-json", "settings-file"}:
            verdict["problems"].insert(0, refused)
    for problem in verdict["problems"]:
        problem["hint"] = (
            absent.explanation(problem["message"]) or (problem["hint"])
        )
    if verdict["functions"] and not refused:
        WARM.wanted = files
    return _cut(verdict | {"printed": printed.getvalue()}, notes) | {
        "notes": notes,
        "seconds": time.perf_counter() - start,
    }


async def _verdict(
    files: Mapping[str, str], printed: io.StringIO, explain: bool = False
) -> dict[str, Json]:
    """What `judge` gives; a problem where the app keeps even that from its
    work, or a file cannot be."""
    try:
        with _app(printed):
            _write(files)
            return dict(await judge(ROOT, explain))
    except Exception as error:
        problem = coded("refused", worded(error))
        return {"functions": [], "problems": [described(problem)]}


async def send(files: Mapping[str, str], event: str) -> Json:
    """Deliver one event, as its file would hold it, to the app of these files.

    "record" is what recorded/events holds of it, "text" the same as it is
    written there; or "record" is None, and "refused" says why the event does
    not fit the app, or "error" why the app does not load.
    """
    notes: list[str] = []
    answer: dict[str, Json] = {"record": None, "refused": None, "error": None}
    seconds = 0.0
    instance = WARM.taken(files)
    try:
        content = _event(event)
        app = instance.app or await instance.load()
        function = app.function(content.get("function"))
        sent = app.expand(content)
        start = time.perf_counter()
        result = await app.invoke(function, sent)
        seconds = time.perf_counter() - start
        answer["record"] = {
            "function": function.name,
            "sent": worker.described(sent),
            "result": result.described(),
        }
        WARM.wanted = files
    except worker.LoadError as refused:
        answer["error"] = asdict(refused.error)
    except EventError as unfit:
        answer["refused"] = {"message": str(unfit), "key": unfit.key}
    except Exception as other:  # of a file's name, settings, the app's
        answer["error"] = asdict(worker.Error(type(other).__name__, str(other)))
    finally:
        BASELINE.restore()
    printed = instance.printed.getvalue()
    answer = _cut(answer | {"printed": printed}, notes)
    record = answer["record"]
    came = record["result"] if record else {}
    error = came.get("error") or answer["error"]
    return answer | {
        "text": json.dumps(record, indent=2, ensure_ascii=False) + "\n",
        "result": came.get("return"),
        "outputs": came.get("outputs", {}),
        "log": came.get("log", []),
        "error": error,
        "explanation": absent.explanation(
            f"{error['type']}: {error['message']}" if error else ""
        ),
        "notes": notes,
        "seconds": seconds,
        "spent": bool(error) and error["type"] == "MemoryError",
    }


def _event(text: str) -> dict[str, Json]:
    """The object in an event's file. Raises EventError."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise EventError(f"the event is not JSON: {error}") from None
    if not isinstance(content, dict):
        raise EventError("the event is not a JSON object")
    return content


def compile_libraries(libraries: list[str]) -> None:
    """Beside each of these zip files on the import path, one named
    `compiled-...` that also has what the start has imported of it, compiled:
    for the next start. The same bytes each time: the page has their digest
    from the build."""
    import zipfile  # not at the start, which is to be quick

    for library in libraries:
        path = Path("/lib") / library
        copy = path.with_name(f"compiled-{library}")
        shutil.copyfile(path, copy)
        with zipfile.ZipFile(copy, "a") as archive:
            modules = BASELINE.modules.values()
            names = {getattr(m, "__file__", None) or "" for m in modules}
            for file in sorted(names):
                if not file.startswith(f"{path}/") or not file.endswith(".py"):
                    continue
                inside = file.removeprefix(f"{path}/")
                source = archive.read(inside)
                info = zipfile.ZipInfo(f"{inside}c")  # of 1980
                archive.writestr(info, _compiled(source, file))


def _compiled(source: bytes, file: str) -> bytes:
    """A module's .pyc, which is not checked when it is imported (PEP 552)."""
    code = compile(source, file, "exec", dont_inherit=True)
    flags = (0b01).to_bytes(4, "little")
    digest = importlib.util.source_hash(source)
    return importlib.util.MAGIC_NUMBER + flags + digest + marshal.dumps(code)


async def memory() -> Json:
    """How many objects there are, to see that they do not grow."""
    gc.collect()
    return {"objects": len(gc.get_objects()), "modules": len(sys.modules)}


OPERATIONS: Mapping[str, Callable[..., Any]] = {
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


class _Baseline:
    """The interpreter as it was when this was made: what an app's code may
    have changed in it is set back by `restore`."""

    def __init__(self) -> None:
        self.modules = dict(sys.modules)
        self.names = [
            (vars(module), dict(vars(module)))
            for name, module in self.modules.items()
            if isinstance(module, types.ModuleType)
            and name not in _OWN_MODULES
            and name.partition(".")[0] not in _OWN
        ]
        self.classes = [
            (cls, dict(vars(cls)))
            for cls in {
                value
                for names, _ in self.names
                for value in names.values()
                if isinstance(value, type) and value.__module__.startswith(_SDK)
            }
        ]
        self.builtins = dict(vars(sys.modules["builtins"]))
        self.path = list(sys.path)
        self.finders = list(sys.meta_path)
        self.importers = dict(sys.path_importer_cache)
        self.environment = dict(os.environ)
        self.streams = sys.stdout, sys.stderr, sys.stdin
        self.hooks = sys.excepthook, sys.displayhook, sys.unraisablehook
        self.recursion = sys.getrecursionlimit()
        self.loggers = dict(logging.root.manager.loggerDict)
        self.log_states = [
            (logger, dict(vars(logger)), list(logger.handlers))
            for logger in (logging.root, *self.loggers.values())
            if isinstance(logger, logging.Logger)
        ]

    def restore(self) -> None:
        """Make the interpreter what it was."""
        for task in asyncio.all_tasks():
            if task is not asyncio.current_task():
                task.cancel()
        sys.settrace(None)
        sys.setprofile(None)
        sys.setrecursionlimit(self.recursion)
        sys.stdout, sys.stderr, sys.stdin = self.streams
        sys.excepthook, sys.displayhook, sys.unraisablehook = self.hooks
        sys.path[:] = self.path
        sys.meta_path[:] = self.finders
        os.environ.clear()
        os.environ.update(self.environment)
        os.chdir("/")
        self._restore_modules()
        self._restore_logging()
        setattr(handle_event, "_functions", Registry())  # noqa: B010
        meta.DEFERRED_BINDING_REGISTRY = None
        meta._DEFERRED_BINDING_REGISTRY_LOADED = False
        sys.path_importer_cache.clear()
        sys.path_importer_cache.update(self.importers)
        linecache.clearcache()
        gc.collect()

    def _restore_modules(self) -> None:
        for name in set(sys.modules) - set(self.modules):
            del sys.modules[name]
        sys.modules.update(self.modules)
        builtins = vars(sys.modules["builtins"])
        for names, before in (*self.names, (builtins, self.builtins)):
            if names != before:
                names.clear()
                names.update(before)
        for cls, before in self.classes:
            now = vars(cls)
            if now != before:
                for name in set(now) - set(before):
                    delattr(cls, name)
                for name, value in before.items():
                    if now.get(name) is not value:
                        setattr(cls, name, value)

    def _restore_logging(self) -> None:
        logging.root.manager.loggerDict.clear()
        logging.root.manager.loggerDict.update(self.loggers)
        logging.root.manager.disable = 0
        for logger, state, handlers in self.log_states:
            vars(logger).update(state)
            logger.handlers[:] = handlers
            vars(logger)["_cache"].clear()


def _cut(value: Json, notes: list[str]) -> Json:
    """The same, with texts and lists that are too long to show cut, and a
    note of each."""
    left = LONGEST_ANSWER

    def cut(part: Json, where: tuple[str, ...]) -> Json:
        nonlocal left
        name = ".".join(where[-2:])
        if isinstance(part, str):
            longest = max(min(LONGEST_TEXT, left), SHORT)
            left -= min(len(part), longest)
            if len(part) > longest:
                notes.append(
                    f"{name} has {len(part):,} characters, of which the "
                    f"first {longest:,} are shown"
                )
            return part[:longest]
        if isinstance(part, list):
            kept: list[Json] = []
            for item in part:
                if left <= 0:
                    notes.append(
                        f"{name} has {len(part):,} entries, of which the "
                        f"first {len(kept):,} are shown"
                    )
                    break
                left -= SHORT
                kept.append(cut(item, where))
            return kept
        if isinstance(part, dict):
            return {key: cut(part[key], (*where, key)) for key in part}
        return part

    return cut(value, ())


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
    BASELINE = _Baseline()
    gc.collect()
    gc.freeze()  # what is there now is looked at no more
    gc.enable()


BASELINE: _Baseline
MISSING = _Missing()
WARM = _Warm()
