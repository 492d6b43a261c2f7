"""Runs small apps: each call in a process of its own, in an environment.

An environment is an interpreter with its packages, and the library that loads
an app there. `run` gives what became of an app here: its functions, and what
came back for each of its events. `elsewhere` has another interpreter run a
function of this package.

The other interpreter needs the SDK and nothing else: what this module imports
at its top is the standard library and `process`.
"""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import platform
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, TypedDict, cast

from functions_by_example.paths import ROOT
from functions_by_example.processes import process
from functions_by_example.protocol.answers import (
    Indexed,
    Replayed,
)

SCRIPT = "function_app.py"
# What the processes of apps need; imported once, in the server they come from.
PRELOAD = (
    "azure.functions",
    "functions_by_example.processes.check",
    "_strptime",
)
WORKER = "azure_functions_runtime"
# What loads an app: today's worker library, that of the older model, or the
# SDK by itself, which lists the functions of an app and delivers no events.
Library = Literal["worker", "legacy", "sdk"]
type Event = Mapping[str, object]


@dataclass(frozen=True)
class App:
    """An app: its `folder`, or the `files` of one that is written for it; the
    events by their names.

    `to_first`: an event goes to the app's first function, whatever it says.
    `seconds` is what each process may take.
    """

    folder: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    events: Mapping[str, Event] = field(default_factory=dict)
    to_first: bool = False
    encoding: str = "utf-8"
    seconds: float = process.SECONDS

    @contextlib.contextmanager
    def placed(self) -> Iterator[Path]:
        """The app's folder, while this lasts."""
        if self.folder:
            yield Path(self.folder).resolve()
        else:
            with written(self.files, self.encoding) as folder:
                yield folder


class Delivered(Replayed, total=False):
    """What becomes of an event; or `ended`, what became of its process."""

    ended: str


class Outcome(Indexed, total=False):
    """What becomes of an app: `functions`, or the `error` with which it is
    refused, or `ended`, what became of its process; for each event, what came
    back."""

    ended: str
    replays: dict[str, Delivered]


class Versions(TypedDict):
    """What an interpreter has: the SDK, the worker library or None, its own
    version, and the Python that the SDK asks for."""

    sdk: str
    worker: str | None
    python: str
    requires: str


# --- Here -----------------------------------------------------------------


@contextlib.contextmanager
def written(
    files: Mapping[str, str], encoding: str = "utf-8"
) -> Iterator[Path]:
    """A folder with these files, while this lasts."""
    with TemporaryDirectory() as name:
        folder = Path(name).resolve()
        for file, text in files.items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_text(text, encoding)
        yield folder


def run(app: App, library: Library = "worker") -> Outcome:
    """What becomes of an app, and of each of its events where it has
    functions."""
    with app.placed() as folder:
        return run_in(folder, app, library)


def run_in(folder: Path, app: App, library: Library = "worker") -> Outcome:
    """`run`, for an app that is in this folder already."""
    index, replay = _calls(library)
    try:
        loaded: Indexed = process.call(index, str(folder), seconds=app.seconds)
    except process.Ended as ended:
        return {"ended": str(ended)}
    outcome = cast(Outcome, dict(loaded))
    functions = outcome.get("functions")
    if not functions or not app.events or not replay:
        return outcome
    first = {"function": functions[0]["name"]} if app.to_first else {}
    outcome["replays"] = {}
    for name, event in app.events.items():
        try:
            delivered: Delivered = process.call(
                replay, str(folder), {**event, **first}, seconds=app.seconds
            )
        except process.Ended as ended:
            delivered = {"ended": str(ended)}
        outcome["replays"][name] = delivered
    return outcome


def run_all(
    apps: Iterable[App], library: Library = "worker"
) -> Iterator[Outcome]:
    """What becomes of each app, in their order, as many at a time as there
    are processors."""
    process.preload(PRELOAD)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(lambda app: run(app, library), apps)


def _calls(
    library: Library,
) -> tuple[Callable[[str], object], Callable[[str, Event], object] | None]:
    """What loads an app, and what delivers an event, in a process of their
    own."""
    if library == "sdk":
        return listed, None
    if library == "legacy":
        from functions_by_example.processes import legacy

        return legacy.index, legacy.replay
    return _index, _replay


# --- In a process of its own ------------------------------------------------


def _index(folder: str) -> object:
    _give_register()
    from functions_by_example.worker import app

    return app.index(folder)


def _replay(folder: str, event: Event) -> object:
    _give_register()
    from functions_by_example.worker import app

    return app.replay(folder, event)


def _give_register() -> None:
    """Give an old SDK the one name of today's that the worker library asks
    for."""
    import azure.functions as func

    if not hasattr(func, "FunctionRegister"):
        setattr(func, "FunctionRegister", func.FunctionApp)  # noqa: B010


def deliver(folder: str, events: list[Event]) -> object:
    """Load the app and deliver the events one after the other: the results,
    or {"error": ...} where the worker refuses the app."""
    import asyncio
    import io

    from functions_by_example.worker import app

    async def work() -> object:
        try:
            loaded = await app.App.load(Path(folder))
        except app.LoadError as refused:
            return {"error": f"{refused}"}
        results = []
        for event in events:
            function = loaded.function(None)
            sent = loaded.expand(event)
            results.append((await loaded.invoke(function, sent)).described())
        return results

    app.enter(Path(folder))
    with contextlib.redirect_stdout(io.StringIO()):
        return asyncio.run(work())


def listed(folder: str) -> Indexed:
    """Name and bindings of each function, by the SDK alone; the error with
    which the app or the SDK ends it."""
    import importlib

    import azure.functions as func

    settings = json.loads(Path(folder, "local.settings.json").read_text())
    os.environ.update(settings["Values"])
    os.chdir(folder)
    sys.path.insert(0, folder)
    sys.dont_write_bytecode = True
    try:
        module = importlib.import_module(Path(SCRIPT).stem)
        (app,) = (
            value
            for value in vars(module).values()
            if isinstance(value, func.FunctionRegister)
        )
        return {
            "functions": [
                {
                    "name": str(function.get_function_name()),
                    "bindings": list(
                        map(json.loads, function.get_raw_bindings())
                    ),
                }
                for function in app.get_functions()
            ]
        }
    except Exception as error:
        kind = type(error).__name__
        return {
            "error": {
                "type": kind,
                "message": str(error),
                "file": None,
                "line": None,
            }
        }


# --- In another interpreter -------------------------------------------------


def elsewhere[Answer](
    function: Callable[..., Answer],
    *arguments: object,
    python: str = sys.executable,
    packages: str = "",
) -> Answer:
    """What `function(*arguments)` returns in another interpreter, or in this
    one with the folder `packages` before all else on its import path.

    Function and arguments travel by pickle, so that they are to be known to
    both (a Path is not), and the answer as JSON. Raises
    RuntimeError, with the last line of the traceback, where there is no
    answer; OSError where there is no such interpreter.
    """
    paths = [packages, str(ROOT)] if packages else [str(ROOT)]
    done = subprocess.run(
        [python, "-m", "functions_by_example.processes.elsewhere"],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
        input=pickle.dumps((function, arguments), protocol=4),
        capture_output=True,
    )
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise RuntimeError(f"{python} gave no answer: {' '.join(last)}")
    answer: Answer = json.loads(done.stdout)
    return answer


class Ran(TypedDict):
    """What an interpreter has, and what becomes of the apps there."""

    versions: Versions
    outcomes: list[Outcome]


def ran(apps: Iterable[App]) -> Ran:
    """What becomes of the apps in this interpreter, with its worker library
    or, where it has none, by its SDK alone."""
    library: Library = "worker" if has_worker() else "sdk"
    return {"versions": versions(), "outcomes": [*run_all(apps, library)]}


def has_worker() -> bool:
    """Whether this interpreter has the worker library."""
    return find_spec(WORKER) is not None


def versions() -> Versions:
    """What this interpreter has."""
    sdk = "azure-functions"
    return {
        "sdk": metadata.version(sdk),
        "worker": metadata.version(WORKER) if has_worker() else None,
        "python": ".".join(platform.python_version_tuple()[:2]),
        "requires": metadata.metadata(sdk)["Requires-Python"],
    }
