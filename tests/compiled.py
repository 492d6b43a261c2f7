"""The compiled protocol, to hold the stand-in messages to.

`azure-functions-runtime-v1` ships it as tests/protos. It is loaded by path:
the wheel's `tests` is no package that one should import, and its package
file asks for grpc, which nothing here needs.
"""

import importlib
import sys
from importlib.metadata import distribution
from types import ModuleType
from typing import Any

from functions_by_example.worker import app

_NAME = "compiled_protocol"


def compiled() -> ModuleType:
    """A module that holds what a worker process hands the library."""
    if _NAME not in sys.modules:
        files = distribution("azure-functions-runtime-v1")
        package = ModuleType(_NAME)
        package.__path__ = [str(files.locate_file("tests/protos"))]
        sys.modules[_NAME] = package
        for name in ("FunctionRpc_pb2", "shared.NullableTypes_pb2"):
            module = importlib.import_module(f"{_NAME}.{name}")
            for message in module.DESCRIPTOR.message_types_by_name:
                setattr(package, message, getattr(module, message))
    return sys.modules[_NAME]


def index(folder: str) -> dict[str, Any]:
    """What `app.index` gives with the compiled messages."""
    return app.index(folder, compiled())


def replay(folder: str, event: dict[str, Any]) -> dict[str, Any]:
    """What `app.replay` gives with the compiled messages."""
    return app.replay(folder, event, compiled())
