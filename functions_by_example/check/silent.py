"""What the worker stays silent about: it loads, and then bites."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from azure.functions import FunctionApp, FunctionRegister
from azure.functions.decorators.function_app import (
    FunctionBuilder,
)

from functions_by_example.check import settings
from functions_by_example.check.functions import (
    Loaded,
    Registered,
)
from functions_by_example.check.problems import coded
from functions_by_example.check.source import (
    Source,
    definitions,
    line_with,
    name_of,
)
from functions_by_example.protocol.problem import Problem

# What the SDK's decorators are called.
DECORATORS = frozenset(
    name for name in dir(FunctionApp) if not name.startswith("_")
)


def setting_problems(
    functions: list[Loaded], known: Mapping[str, str] | None
) -> Iterator[Problem]:
    """Connections and %settings% without an entry; `known` is None where
    there is no local.settings.json: one problem says so."""
    missing = [
        (loaded, binding, key, name)
        for loaded in functions
        for binding, key, name in settings.missing_settings(
            loaded.bindings, known or {}
        )
    ]
    if known is None and missing:
        names = {name for *_, name in missing if not settings.is_value(name)}
        yield at(
            missing[0][0],
            "no-settings-file",
            f"there is no {settings.SETTINGS}, and the functions need "
            f"{', '.join(sorted(names)) or 'one'}",
            missing[0][3],
            missing[0][1]["name"],
        )
    for loaded, binding, key, name in missing:
        about = f"{key!r} of {binding['name']} in function {loaded.name}"
        if settings.is_value(name):
            code = "connection-setting"
            message = f"{about} is a value; it is to be the name of a setting"
        elif known is None:
            continue
        elif (key, name) in settings.expressions(binding):
            code = "missing-setting"
            message = f"{about} holds %{name}%, which is no setting"
        else:
            code = "connection-setting"
            message = f"{about} names {name!r}, which is no setting"
        yield at(loaded, code, message, name, f"%{name}%", binding["name"])


def unregistered(
    registered: Registered, app: FunctionRegister, source: Source
) -> Iterator[Problem]:
    """Blueprints (and second apps) with functions that the app has not: not
    registered, not even imported, or registered too early."""
    theirs = app._function_builders
    for container, place in registered.containers:
        missing = [b for b in container._function_builders if b not in theirs]
        if container is app or not missing or not place:
            continue
        names = ", ".join(_name(builder) for builder in missing)
        if len(missing) < len(container._function_builders):
            how = "was registered before these functions were defined"
        elif isinstance(container, FunctionRegister):
            how = "is a second app, and the worker indexes one"
        else:
            how = "is never registered"
        yield coded(
            "unregistered-blueprint",
            f"this {type(container).__name__} {how}: {names} will not run",
            place.file,
            place.line,
        )
    for file in source.files():
        if file not in source.modules:
            yield from _unimported(source.tree(file), file)


def _unimported(tree: ast.Module | None, file: str) -> Iterator[Problem]:
    """The blueprints with functions in a file that nothing imports."""
    for node in tree.body if tree else ():
        match node:
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.Call(
                    func=ast.Name(id="Blueprint")
                    | ast.Attribute(attr="Blueprint"),
                    args=[],
                ),
            ):
                names = [
                    inner.name
                    for inner in definitions(tree)
                    if _is_of(name, inner.decorator_list)
                ]
                if names:
                    yield coded(
                        "unregistered-blueprint",
                        f"nothing imports this file, so {name} is never "
                        f"registered: {', '.join(names)} will not run",
                        file,
                        node.lineno,
                    )


def _is_of(blueprint: str, decorators: list[ast.expr]) -> bool:
    for node in decorators:
        owner, _, attr = name_of(node).rpartition(".")
        if owner == blueprint and attr in DECORATORS:
            return True
    return False


def legacy_folders(folder: Path) -> list[str]:
    """The folders of the legacy model: those with a function.json."""
    return sorted(path.parent.name for path in folder.glob("*/function.json"))


def mixed_models(folder: Path) -> Iterator[Problem]:
    """Legacy functions beside the app's file: the worker does not look."""
    for name in legacy_folders(folder):
        yield coded(
            "mixed-models",
            f"function {name} is described in function.json: beside "
            "function_app.py that is not indexed, and it will not run",
            f"{name}/function.json",
            1,
        )


def _name(builder: FunctionBuilder) -> str:
    return str(builder._function.get_function_name())


def at(loaded: Loaded, code: str, message: str, *values: object) -> Problem:
    """A problem of one function, on the line of its decorators that holds
    the first of these values, or else on that of its `def`."""
    place = loaded.place
    if not place:
        return coded(code, message)
    line = None
    if loaded.definition and values:
        line = line_with(loaded.definition, *values)
    return coded(code, message, place.file, line or place.line)
