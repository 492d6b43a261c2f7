"""What is said of a file besides: nothing of it changes a call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import libcst as cst

from functions_by_example.migrate.calls import Kind, Plan, Remark, in_loop
from functions_by_example.migrate.decorators import spell
from functions_by_example.migrate.source import SDK, USUAL, Source, written
from functions_by_example.sdk import former


def computed(
    source: Source,
    call: cst.Call,
    renames: Mapping[str, former.Rename],
    plan: Plan,
) -> None:
    """A decorator that is fetched by its name's text."""
    if written(call.func) != "getattr" or len(call.args) < 2:
        return
    if not source.receiver(call.args[0].value).ours:
        return
    name = call.args[1].value
    line = source.line(call)
    if isinstance(name, cst.SimpleString):
        rename = renames.get(str(name.evaluated_value))
        if rename and not rename.still:
            text = f"`getattr` of {name.value}: {spell(rename)}"
            plan.say(line, "error", text)
        return
    repeated = in_loop(source, call)
    kind: Kind = "error" if repeated else "left"
    where = " in a loop" if repeated else ""
    text = f"the decorator's name is computed{where}: see to it by hand"
    plan.say(line, kind, text)


def same_names(source: Source) -> Iterator[Remark]:
    """Functions of one name: 1.10.1 took the last, today's SDK refuses."""
    first: dict[str, cst.Name] = {}
    for function in source.nodes(cst.FunctionDef):
        name = _name_of(source, function)
        if name is None:
            continue
        if name in first:
            yield Remark(
                source.line(function.name),
                "left",
                f"the function's name `{name}` is that of line "
                f"{source.line(first[name])}, too, which today's SDK refuses: "
                "give it another",
            )
        first.setdefault(name, function.name)


def _name_of(source: Source, function: cst.FunctionDef) -> str | None:
    """The name that an app knows a function by; None where it is none of an
    app's, or not to be seen."""
    name, ours = function.name.value, False
    for decorator in function.decorators:
        call = decorator.decorator
        if not isinstance(call, cst.Call) or not isinstance(
            call.func, cst.Attribute
        ):
            continue
        if not source.receiver(call.func.value).ours:
            continue
        ours = True
        if call.func.attr.value == "function_name" and call.args:
            value = call.args[0].value
            if not isinstance(value, cst.SimpleString):
                return None
            name = str(value.evaluated_value)
    return name if ours else None


def aliases(source: Source, plan: Plan) -> Iterator[Remark]:
    """Under which other names the file has the SDK's, where it changes."""
    if not plan.calls:
        return
    for alias in source.nodes(cst.ImportAlias):
        statement = source.parents[alias]
        dotted, name = written(alias.name), alias.evaluated_alias
        if isinstance(statement, cst.ImportFrom):
            name = name or dotted
            module = written(statement.module) if statement.module else ""
            dotted = f"{module}.{dotted}"
        if not name or (dotted, name) == (SDK, USUAL):
            continue
        if dotted == SDK or dotted.startswith(f"{SDK}."):
            yield Remark(
                source.line(statement),
                "note",
                f"`{name}` is `{dotted}` here, and was read so",
            )
