"""Packages that are executed when something of theirs is asked for.

werkzeug's own __init__ imports a server, a test client and wrappers, which
the SDK never uses and which take a fifth of a start. Its file is shipped and
executed as it stands, but only once a name that it defines is looked up; what
the SDK imports are submodules.
"""

from __future__ import annotations

import importlib.util
import sys
import types
from typing import Any

PACKAGES = ("werkzeug",)


class Deferred(types.ModuleType):
    """A package whose __init__ waits."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        submodule = f"{self.__name__}.{name}"
        if importlib.util.find_spec(submodule):
            return importlib.import_module(submodule)
        assert self.__spec__ and self.__spec__.loader
        self.__spec__.loader.exec_module(self)
        try:
            return vars(self)[name]
        except KeyError:
            raise AttributeError(
                f"module {self.__name__!r} has no attribute {name!r}",
                name=name,
                obj=self,
            ) from None


def install() -> None:
    """Have these packages wait, from their first import on."""
    for name in PACKAGES:
        spec = importlib.util.find_spec(name)
        assert spec
        package = importlib.util.module_from_spec(spec)
        package.__class__ = Deferred
        sys.modules[name] = package
