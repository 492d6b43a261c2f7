"""An app's functions: registered, and each judged by the worker's own code.

The worker stops at the first function that fails. Here every function is
built and indexed by itself.
"""

from __future__ import annotations

import ast
import contextlib
import inspect
import json
import sys
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from azure.functions import AuthLevel, FunctionRegister
from azure.functions.decorators.function_app import (
    DecoratorApi,
    Function,
    FunctionBuilder,
)
from azure_functions_runtime.functions import FunctionInfo, Registry
from azure_functions_runtime.loader import process_indexed_function

from functions_by_example.check.failures import refusal
from functions_by_example.check.problems import Place
from functions_by_example.check.source import Definition, Source
from functions_by_example.protocol import messages
from functions_by_example.protocol.answers import Binding, LoadedJson
from functions_by_example.protocol.problem import Problem
from functions_by_example.worker.app import relative

_ONCE = "Register its blueprint once."


@dataclass
class Registered:
    """What an app registered: functions (as the SDK's builders) and
    containers (apps and blueprints), each with its place."""

    folder: Path
    builders: list[tuple[FunctionBuilder, Place | None]] = field(
        default_factory=list
    )
    containers: list[tuple[DecoratorApi, Place | None]] = field(
        default_factory=list
    )

    def leave_out(self, first: int) -> None:
        """Forget the builders from this one on, in their containers too."""
        gone = [builder for builder, _ in self.builders[first:]]
        del self.builders[first:]
        for container, _ in self.containers:
            container._function_builders[:] = [
                b for b in container._function_builders if b not in gone
            ]

    def place_of(self, wanted: object) -> Place | None:
        """Where a builder was registered or a container made."""
        for made, place in (*self.builders, *self.containers):
            if made is wanted:
                return place
        return None


@dataclass(frozen=True)
class Loaded:
    """One function that was registered: what the worker made of it, and what
    keeps it from loading. `definition` is its `def`, where it has one in the
    app; `place` is the line of that `def`, or of the registration; `is_own` is
    whether the worker calls that `def` itself, not a wrapper around it."""

    name: str
    builder: FunctionBuilder
    place: Place | None
    definition: Definition | None
    is_own: bool = False
    function: Function | None = None
    info: FunctionInfo | None = None
    bindings: list[Binding] = field(default_factory=list)
    problems: tuple[Problem, ...] = ()

    def described(self) -> LoadedJson:
        """As JSON has it."""
        trigger = self.builder._function.get_trigger()
        return {
            "name": self.name,
            "trigger": str(trigger.type) if trigger else "",
            "bindings": self.bindings,
        }


def annotation_of(loaded: Loaded, name: str) -> str:
    """The annotation of a parameter, or of "return", as it is written."""
    written: ast.expr | None = None
    if loaded.definition:
        arguments = loaded.definition.args
        for argument in (*arguments.args, *arguments.kwonlyargs):
            if argument.arg == name:
                written = argument.annotation
        if name == "return":
            written = loaded.definition.returns
    return ast.unparse(written) if written else "as it is"


@contextlib.contextmanager
def recording(folder: Path) -> Iterator[Registered]:
    """Note what the app in this folder registers while this lasts."""
    registered = Registered(folder)
    files: dict[str, str | None] = {}

    def place() -> Place | None:
        frame = sys._getframe(2)
        while frame:
            path = frame.f_code.co_filename
            if path not in files:
                files[path] = relative(path, folder)
            file = files[path]
            if file:
                return Place(file, frame.f_lineno)
            frame = frame.f_back  # type: ignore[assignment]
        return None

    def noting(
        cls: type, made: list[tuple[Any, Place | None]]
    ) -> Callable[..., None]:
        real = cls.__init__  # type: ignore[misc]

        def noted(self: object, *args: object, **kwargs: object) -> None:
            real(self, *args, **kwargs)
            made.append((self, place()))

        return noted

    noted = (
        (FunctionBuilder, registered.builders),
        (DecoratorApi, registered.containers),
    )
    before = [(cls, cls.__init__) for cls, _ in noted]
    for cls, made in noted:
        setattr(cls, "__init__", noting(cls, made))  # noqa: B010 (for mypy)
    try:
        yield registered
    finally:
        for cls, real in before:
            setattr(cls, "__init__", real)  # noqa: B010


def container_of(module: types.ModuleType) -> FunctionRegister | None:
    """The app in a module, as the worker looks for it."""
    for value in list(vars(module).values()):
        if isinstance(value, FunctionRegister):
            return value
    return None


def judged(
    builders: list[FunctionBuilder],
    registered: Registered,
    source: Source,
    auth_level: AuthLevel | None,
) -> list[Loaded]:
    """Each of these functions, built and indexed by the worker's code by
    itself: the first failure of each is its problem."""
    functions = []
    for builder in builders:
        place, definition = _placed(builder, registered, source)
        loaded = Loaded(
            name=str(builder._function.get_function_name()),
            builder=builder,
            place=place,
            definition=definition,
            is_own=_is_own(builder, place, definition, source),
        )
        functions.append(_indexed(loaded, auth_level, source.folder))
    return _uniquely_named(functions)


def _indexed(
    loaded: Loaded, auth_level: AuthLevel | None, folder: Path
) -> Loaded:
    """The same, as far as the worker comes with it."""
    registry = Registry()
    try:
        loaded = replace(loaded, function=loaded.builder.build(auth_level))
        (metadata,), _ = process_indexed_function(
            messages, registry, [loaded.function], str(folder)
        )
    except BaseException as error:  # whatever an annotation may raise
        return replace(
            loaded, problems=(refusal(error, loaded.name, loaded.place),)
        )
    return replace(
        loaded,
        info=registry.get_function(metadata.function_id),
        # NaN and the like are texts here: JSON has no such numbers.
        bindings=[
            json.loads(text, parse_constant=str)
            for text in metadata.raw_bindings
        ],
    )


def _uniquely_named(functions: list[Loaded]) -> list[Loaded]:
    """The same, where all but the first of a name are duplicates."""
    names = cast(FunctionRegister, types.SimpleNamespace(functions_bindings={}))
    checked: list[Loaded] = []
    for loaded in functions:
        try:
            if loaded.function:
                FunctionRegister.validate_function_names(
                    names, [loaded.function]
                )
        except ValueError as error:
            problem = refusal(error, loaded.name, loaded.place)
            if any(loaded.builder is before.builder for before in checked):
                problem = replace(problem, remedy=_ONCE)
            loaded = replace(loaded, problems=(*loaded.problems, problem))
        checked.append(loaded)
    return checked


def _placed(
    builder: FunctionBuilder, registered: Registered, source: Source
) -> tuple[Place | None, Definition | None]:
    """The `def` of a registered function, and the line to name for it."""
    place = registered.place_of(builder)
    if place:
        definition = source.definition(place.file, place.line)
        if definition:
            return Place(place.file, definition.lineno), definition
    code = getattr(_unwrapped(builder), "__code__", None)
    file = code and relative(code.co_filename, source.folder)
    if code and file:
        definition = source.definition(file, code.co_firstlineno)
        if definition:
            return Place(file, definition.lineno), definition
    return place, None


def _is_own(
    builder: FunctionBuilder,
    place: Place | None,
    definition: Definition | None,
    source: Source,
) -> bool:
    """Whether the registered function is its `def`, without a wrapper.

    Its code says so. Its `__name__` does not: many wrappers set it to the
    name of what they wrap, and some of them leave out `__wrapped__`.
    """
    function = builder._function.get_user_function()
    return (
        place is not None
        and definition is not None
        and isinstance(function, types.FunctionType)
        and not hasattr(function, "__wrapped__")
        and source.is_code_of(function.__code__, place.file, definition)
    )


def _unwrapped(builder: FunctionBuilder) -> object:
    function = builder._function.get_user_function()
    try:
        return inspect.unwrap(function)
    except ValueError:  # it wraps itself
        return function
