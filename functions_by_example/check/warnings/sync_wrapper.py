"""A wrapper that does not await what it wraps."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from functions_by_example.check.functions import Loaded
from functions_by_example.check.silent import at
from functions_by_example.check.source import Source
from functions_by_example.check.warnings.warning import warning
from functions_by_example.protocol.problem import Problem

# What a wrapper calls that runs a coroutine to its end.
_RUNS = {"run", "run_until_complete", "run_coroutine_threadsafe", "Runner"}


@warning(
    {
        "sync-wrapper": (
            "Make the wrapper an async def that awaits the function."
        ),
    }
)
def sync_wrapper(loaded: Loaded, source: Source) -> Iterator[Problem]:
    """A plain function around an async one: the worker calls it without
    awaiting what it returns, and cannot send a coroutine."""
    function = loaded.builder._function.get_user_function()
    inner = inspect.unwrap(function)
    code = getattr(function, "__code__", None)
    if (
        code
        and inspect.iscoroutinefunction(inner)
        and not inspect.iscoroutinefunction(function)
        and not _RUNS & set(code.co_names)
    ):
        yield at(
            loaded,
            "sync-wrapper",
            f"function {loaded.name} is an async def inside a wrapper that "
            "is not: the worker does not await it, and its calls fail",
        )
