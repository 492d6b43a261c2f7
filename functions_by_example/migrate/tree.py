"""The tree of a file, changed as planned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import libcst as cst

from functions_by_example.migrate.calls import Argument, Call


def changed(module: cst.Module, calls: Mapping[cst.Call, Call]) -> cst.Module:
    """The module with these calls as planned, all else as it is."""
    if not calls:
        return module
    made = module.visit(_Changer(calls))
    assert isinstance(made, cst.Module)
    return made


def with_imports(
    module: cst.Module, imports: set[tuple[str, str | None, str | None]]
) -> cst.Module:
    """The module with these imports (module, name, alias) added."""
    # seldom needed, and slow to import
    from libcst.codemod import CodemodContext
    from libcst.codemod.visitors import AddImportsVisitor

    context = CodemodContext()
    for name, member, alias in sorted(imports, key=str):
        AddImportsVisitor.add_needed_import(context, name, member, alias)
    return AddImportsVisitor(context).transform_module(module)


class _Changer(cst.CSTTransformer):
    def __init__(self, calls: Mapping[cst.Call, Call]) -> None:
        super().__init__()
        self.calls = calls

    def leave_Call(  # noqa: N802
        self, original_node: cst.Call, updated_node: cst.Call
    ) -> cst.BaseExpression:
        planned = self.calls.get(original_node)
        if planned is None:
            return updated_node
        return updated_node.with_changes(
            func=_renamed(updated_node.func, planned.name),
            args=_arguments(updated_node.args, planned.arguments),
        )


def _renamed(node: Any, name: str) -> Any:
    if not name:
        return node
    if isinstance(node, cst.Attribute):
        return node.with_changes(attr=node.attr.with_changes(value=name))
    return node.with_changes(value=name)


def _arguments(args: Any, planned: tuple[Argument, ...]) -> list[cst.Arg]:
    """The arguments, with the last one's white space before the bracket."""
    kept = [
        _argument(arg, new)
        for arg, new in zip(args, planned, strict=True)
        if not new.dropped
    ]
    if kept and planned[-1].dropped:
        last = args[-1]
        kept[-1] = kept[-1].with_changes(
            comma=last.comma, whitespace_after_arg=last.whitespace_after_arg
        )
    return kept


def _argument(arg: cst.Arg, new: Argument) -> cst.Arg:
    value = cst.parse_expression(new.value) if new.value else arg.value
    if new.wrapped:
        key = cst.SimpleString(f'"{new.wrapped}"')
        value = cst.Dict([cst.DictElement(key, value)])
    if arg.keyword:
        keyword = arg.keyword.with_changes(value=new.keyword)
        return arg.with_changes(keyword=keyword, value=value)
    if new.keyword:
        nothing = cst.SimpleWhitespace("")
        return arg.with_changes(
            keyword=cst.Name(new.keyword),
            value=value,
            equal=cst.AssignEqual(nothing, nothing),
        )
    return arg.with_changes(value=value)
