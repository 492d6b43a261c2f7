"""What the library of the older model answers; run in processes."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from compiled import compiled

from functions_by_example.processes import legacy
from functions_by_example.protocol import messages
from functions_by_example.worker import app

Json = Any


def listed(folder: str) -> dict[str, Json]:
    """The library's answer when the host asks for the functions."""

    class Asked(legacy.LegacyApp):
        @classmethod
        async def loaded(cls, listed: Any, *_: Any) -> list[Any]:
            cls.answer = {
                "use_default_metadata_indexing": (
                    listed.use_default_metadata_indexing
                ),
                "functions": list(listed.function_metadata_results),
            }
            return []

    app.enter(Path(folder))
    asyncio.run(Asked.load(Path(folder)))
    return Asked.answer


def each(folder: str) -> dict[str, str]:
    """Each function by itself: what the library says when it is to load it,
    nothing where it does."""
    said = {}

    class One(legacy.LegacyApp):
        @classmethod
        async def loaded(cls, listed: Any, *_: Any) -> list[Any]:
            for name, described in legacy.descriptions(path):
                answer = await cls.ask(
                    messages,
                    function_load_request=messages.FunctionLoadRequest(
                        function_id=name,
                        metadata=legacy._metadata(
                            path / name, described, messages
                        ),
                    ),
                )
                said[name] = answer.result.exception.message
            return []

    path = Path(folder)
    app.enter(path)
    asyncio.run(One.load(path))
    return said


def replay(folder: str, event: Mapping[str, Json]) -> dict[str, Json]:
    """What `legacy.replay` gives with the compiled messages."""
    return app.replay(folder, event, compiled(), legacy.LegacyApp)
