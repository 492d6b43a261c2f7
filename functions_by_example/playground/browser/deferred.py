"""Modules that are executed when something of theirs is asked for.

Of werkzeug the SDK uses headers, and a parser for forms; it imports a server,
a test client and much else besides, which takes a third of a start. These
modules are shipped and executed as they stand, but later, or not at all.
"""

from __future__ import annotations

import importlib.util
import re
import sys
import types
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from importlib.abc import InspectLoader

MODULES = (
    "werkzeug",
    "werkzeug.datastructures",
    "werkzeug.formparser",
    "werkzeug.http",
)


class Deferred(types.ModuleType):
    """A module that waits."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        loader = cast("InspectLoader", self.__loader__)
        # What a package only passes on comes from where it is.
        source = loader.get_source(self.__name__) or ""
        passed_on = rf"^from (\.\w+) import {name} as {name}$"
        if found := re.search(passed_on, source, re.MULTILINE):
            module = importlib.import_module(found[1], self.__name__)
            return cast(object, getattr(module, name))
        if hasattr(self, "__path__"):
            submodule = f"{self.__name__}.{name}"
            if importlib.util.find_spec(submodule):
                return importlib.import_module(submodule)
        loader.exec_module(self)
        try:
            return cast(object, vars(self)[name])
        except KeyError:
            raise AttributeError(
                f"module {self.__name__!r} has no attribute {name!r}",
                name=name,
                obj=self,
            ) from None


def install() -> None:
    """Have these modules wait, from their first import on."""
    for name in MODULES:
        spec = importlib.util.find_spec(name)
        assert spec
        module = importlib.util.module_from_spec(spec)
        module.__class__ = Deferred
        sys.modules[name] = module
