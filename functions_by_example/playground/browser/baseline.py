"""The interpreter, set back after each app.

The tests take a fresh process for each app; here there is one interpreter for
all of them.
"""

from __future__ import annotations

import asyncio
import gc
import linecache
import logging
import os
import sys
import types

from azure_functions_runtime import handle_event
from azure_functions_runtime.bindings import meta
from azure_functions_runtime.functions import Registry

# What is never set back: the interpreter's and Pyodide's own.
_OWN = (
    "pyodide",
    "_pyodide",
    "functions_by_example",
    "importlib",
    "_frozen_importlib",
)
_OWN_MODULES = ("__main__", "sys", "builtins", "js", "pyodide_js", "gc")
# Classes that an app may have changed.
_SDK = ("azure.functions", "azure_functions_runtime")


class Baseline:
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
