"""A function app of the older model inside its own worker library.

That library lists no functions. It tells the host to look for them; the host
reads the function.json of each folder and has the library load what they
name. What the host does there is done here.

Sources: HostFunctionMetadataProvider.cs and GrpcWorkerChannel.cs of
https://github.com/Azure/azure-functions-host
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import ClassVar, NotRequired, TypedDict

import azure_functions_runtime_v1

from functions_by_example.protocol import messages
from functions_by_example.protocol.answers import (
    Binding,
    Indexed,
    Replayed,
    Retry,
)
from functions_by_example.worker import app

DESCRIPTION = "function.json"


class Description(TypedDict):
    """A function.json of the older model."""

    bindings: list[Binding]
    retry: NotRequired[Retry]
    scriptFile: NotRequired[str]
    entryPoint: NotRequired[str]


class LegacyApp(app.App):
    """A loaded app of the older model. `functions` are in the order of their
    folders' names."""

    library: ClassVar[ModuleType] = azure_functions_runtime_v1

    @classmethod
    async def loaded(
        cls,
        listed: messages.FunctionMetadataResponse,
        folder: Path,
        protos: ModuleType,
    ) -> list[app.Function]:
        """What the host finds where the library leaves the looking to it,
        loaded by the library. Raises LoadError for the first function that
        it refuses, ValueError for a function.json that is none."""
        assert listed.use_default_metadata_indexing
        functions = []
        for name, described in descriptions(folder):
            answer = await cls.ask(
                protos,
                function_load_request=protos.FunctionLoadRequest(
                    function_id=name,
                    metadata=_metadata(folder / name, described, protos),
                ),
            )
            app.raise_for(answer.result, protos, folder)
            functions.append(
                app.Function(
                    name, name, described["bindings"], described.get("retry")
                )
            )
        return functions


def index(folder: str) -> Indexed:
    """What `app.index` gives, of an app of the older model."""
    return app.index(folder, kind=LegacyApp)


def replay(folder: str, event: Mapping[str, object]) -> Replayed:
    """What `app.replay` gives, of an app of the older model."""
    return app.replay(folder, event, kind=LegacyApp)


def descriptions(folder: Path) -> Iterator[tuple[str, Description]]:
    """Name and function.json of each function of the older model: the host
    looks into the folders below the app's, no deeper.

    Raises ValueError, with the file's name, for one that is no JSON object or
    has no bindings, which the host leaves out with an error."""
    for path in sorted(folder.glob(f"*/{DESCRIPTION}")):
        file = path.relative_to(folder).as_posix()
        try:
            described: Description = json.loads(path.read_text("utf-8-sig"))
        except ValueError as error:
            raise ValueError(f"{file}: {error}") from None
        if not isinstance(described, dict) or not described.get("bindings"):
            raise ValueError(f"{file}: at least one binding must be declared")
        yield path.parent.name, described


def _metadata(
    folder: Path, described: Description, protos: ModuleType
) -> messages.RpcFunctionMetadata:
    script = described.get("scriptFile", "__init__.py")
    made: messages.RpcFunctionMetadata = protos.RpcFunctionMetadata(
        name=folder.name,
        directory=str(folder),
        script_file=str(folder / script),
        entry_point=described.get("entryPoint", ""),
        bindings={
            binding["name"]: protos.BindingInfo(
                type=binding["type"],
                direction=binding["direction"],
                data_type=binding.get("dataType", "undefined"),
            )
            for binding in described["bindings"]
        },
    )
    return made
