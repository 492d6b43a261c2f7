"""What blocks: calls that come at once, through the worker library's own
threads and event loop, measured.

The measurement is kept in data/blocking.json with the machine it ran on. Times
differ from machine to machine; what runs at the same time as what does not, and
that is what is compared.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import platform
import time
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TypedDict

from functions_by_example.paths import DATA
from functions_by_example.processes import process
from functions_by_example.processes.environments import SCRIPT, written
from functions_by_example.trials.trial import trial
from functions_by_example.worker import app

SETTING = "PYTHON_THREADPOOL_THREAD_COUNT"
CALLS = 4
WAIT = 0.25  # seconds that each call waits, or computes

# Waiting and computing, as `def` and as `async def`; each call says from when
# to when it ran.
CODE = f"""import asyncio
import time

import azure.functions as func

app = func.FunctionApp()


@app.route("sleep")
def sleep(req: func.HttpRequest) -> str:
    start = time.perf_counter()
    time.sleep({WAIT})
    return f"{{start}} {{time.perf_counter()}}"


@app.route("async_sleep")
async def async_sleep(req: func.HttpRequest) -> str:
    start = time.perf_counter()
    await asyncio.sleep({WAIT})
    return f"{{start}} {{time.perf_counter()}}"


@app.route("blocking_async")
async def blocking_async(req: func.HttpRequest) -> str:
    start = time.perf_counter()
    time.sleep({WAIT})
    return f"{{start}} {{time.perf_counter()}}"


@app.route("async_to_thread")
async def async_to_thread(req: func.HttpRequest) -> str:
    start = time.perf_counter()
    await asyncio.to_thread(time.sleep, {WAIT})
    return f"{{start}} {{time.perf_counter()}}"


@app.route("compute")
def compute(req: func.HttpRequest) -> str:
    start = time.perf_counter()
    end = time.thread_time() + {WAIT}
    while time.thread_time() < end:
        pass
    return f"{{start}} {{time.perf_counter()}}"
"""


@dataclass(frozen=True)
class Case:
    """One function, called CALLS times at once, or several that are called
    once each; `threads` is the setting, None where it is not set."""

    function: str
    threads: int | None

    @property
    def calls(self) -> list[str]:
        """The functions to call, in this order and without a pause."""
        names = self.function.split(", ")
        return names * CALLS if len(names) == 1 else names


CASES = (
    Case("sleep", 1),
    Case("sleep", CALLS),
    Case("sleep", None),
    Case("async_sleep", 1),
    Case("blocking_async", CALLS),
    Case("blocking_async, sleep", CALLS),
    Case("async_to_thread", 1),
    Case("compute", CALLS),
)


class Measured(TypedDict):
    """The seconds that passed, the seconds that the process had a processor,
    and how many calls ran at a time at most."""

    seconds: float
    processor_seconds: float
    at_once: int


class Row(Measured):
    """A case, measured."""

    function: str
    threads: int | None
    calls: int


class Blocking(TypedDict):
    """The machine in words, and the cases."""

    machine: str
    cases: list[Row]


def measure(case: Case) -> Measured:
    """Calls that come at once, in a process of their own."""
    with written({SCRIPT: CODE}) as folder:
        measured: Measured = process.call(
            _measure, str(folder), case.calls, case.threads
        )
        return measured


def _measure(folder: str, calls: list[str], threads: int | None) -> Measured:
    path = Path(folder)
    settings = {} if threads is None else {SETTING: str(threads)}

    async def work() -> Measured:
        loaded = await app.App.load(path)
        ready = [
            (
                loaded.function(name),
                loaded.expand(
                    {"function": name, "request": {"url": f"/api/{name}"}}
                ),
            )
            for name in calls
        ]
        busy, started = time.process_time(), time.perf_counter()
        results = await asyncio.gather(
            *(loaded.invoke(function, sent) for function, sent in ready)
        )
        seconds = time.perf_counter() - started
        return {
            "seconds": seconds,
            "processor_seconds": time.process_time() - busy,
            "at_once": _most_at_once(
                [str((r.returned or {})["string"]) for r in results]
            ),
        }

    app.enter(path, settings)
    with contextlib.redirect_stdout(io.StringIO()):
        return asyncio.run(work())


def _most_at_once(spans: list[str]) -> int:
    """The greatest number of "start end" spans that share a moment."""
    pairs = [tuple(map(float, span.split())) for span in spans]
    return max(
        sum(start <= moment < end for start, end in pairs)
        for moment, _ in pairs
    )


def machine() -> str:
    """What is measured on, in words."""
    return (
        f"{os.cpu_count()} processors ({platform.machine()}), "
        f"{platform.system()}, Python {platform.python_version()}, "
        f"azure-functions-runtime {metadata.version('azure-functions-runtime')}"
    )


def order(record: Blocking) -> list[dict[str, object]]:
    """What is the same on every machine: whether calls overlap, and whether
    together they take as long as one after the other."""
    return [
        {
            "function": row["function"],
            "threads": row["threads"],
            "calls": row["calls"],
            "overlap": row["at_once"] > 1,
            "as one after the other": (
                row["seconds"] >= 0.95 * row["calls"] * WAIT
            ),
        }
        for row in record["cases"]
    ]


@trial(
    "blocking",
    DATA / "blocking.json",
    compared=order,
    by_hand="to measure on this machine, run `nox -s update -- blocking`",
)
def outcome() -> Blocking:
    """Every case, measured one after the other."""
    return {"machine": machine(), "cases": list(map(_row, CASES))}


load = outcome.load


def _row(case: Case) -> Row:
    measured = measure(case)
    return {
        "function": case.function,
        "threads": case.threads,
        "calls": len(case.calls),
        "seconds": round(measured["seconds"], 3),
        "processor_seconds": round(measured["processor_seconds"], 3),
        "at_once": measured["at_once"],
    }
