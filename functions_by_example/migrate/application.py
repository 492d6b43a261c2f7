"""What becomes of `FunctionApp(...)`."""

from __future__ import annotations

import libcst as cst

from functions_by_example.migrate.calls import (
    Argument,
    Call,
    Kind,
    Left,
    Plan,
    has_comment,
)
from functions_by_example.migrate.source import SDK, Source, Unclear, written
from functions_by_example.sdk import former


def constructor(source: Source, call: cst.Call, plan: Plan) -> None:
    """Plan what becomes of `FunctionApp(auth_level=...)`."""

    def say(kind: Kind, text: str) -> None:
        plan.say(source.line(call), kind, text)

    try:
        made = source.sdk_class(call.func)
    except Unclear as unclear:
        if _of_then(call):
            say("error", str(unclear))
        return
    if made:
        plan.makes.add(made)
    if made != former.APPLICATION and not _in_subclass(source, call):
        return
    try:
        planned = _application(source, call)
    except Left as left:
        say("left", f"`FunctionApp(...)`: {left}")
        return
    if planned is None:
        return
    if not source.is_direct(call.func):
        text = f"`{written(call.func) or 'super().__init__'}(...)` stands for "
        text += "`FunctionApp(...)`: change its arguments by hand"
        say("error", text)
        return
    if planned.name and isinstance(call.func, cst.Name):
        taken = source.globals[planned.name]
        if taken and SDK not in source.stars:
            own = {f"{SDK}.{planned.name}"}
            if source.qualified(cst.Name(planned.name)) != own:
                text = f"`{planned.name}` is something else in this file"
                say("left", text)
                return
        elif SDK not in source.stars:
            plan.imports.add((SDK, planned.name, None))
    plan.calls[call] = planned


def _of_then(call: cst.Call) -> bool:
    keywords = {a.keyword.value for a in call.args if a.keyword}
    return bool(keywords & set(former.tables()["application"]))


def _in_subclass(source: Source, call: cst.Call) -> bool:
    """Whether this is `super().__init__(...)` in a class made of
    FunctionApp."""
    if not (
        isinstance(call.func, cst.Attribute)
        and call.func.attr.value == "__init__"
        and isinstance(call.func.value, cst.Call)
        and written(call.func.value.func) == "super"
    ):
        return False
    for node in source.up(call):
        if isinstance(node, cst.ClassDef):
            return any(
                source.sdk_class(base.value) == former.APPLICATION
                for base in node.bases
            )
    return False


def _application(source: Source, call: cst.Call) -> Call | None:
    """What becomes of the call; None where it is today's. Raises Left."""
    table = former.tables()["application"]
    (was,) = former.history()[former.APPLICATION]
    if any(a.star for a in call.args):
        raise Left("what its stars bring is not to be seen here")
    by_position = [a for a in call.args if not a.keyword]
    then = _of_then(call) or len(by_position) > 1
    then |= any(
        a.keyword and a.keyword.value == "app_kwargs" for a in call.args
    )
    if by_position and not then:
        if not _is_level(source, by_position[0].value):
            raise Left(
                "its first argument was `wsgi_app` in 1.10.1 and is "
                "`http_auth_level` since: write its keyword"
            )
        return None
    if not then:
        return None
    new: list[Argument] = []
    name = former.APPLICATION
    for place, argument in enumerate(call.args):
        if argument.keyword:
            old = argument.keyword.value
        else:
            old = was.parameters[place]
        if _is_name(argument.value, "None") and old.endswith("gi_app"):
            new.append(Argument(old, dropped=True))
        elif old == "app_kwargs":
            if not (
                isinstance(argument.value, cst.Dict)
                and not argument.value.elements
            ):
                raise Left(
                    "`app_kwargs` is gone: of what it held, give "
                    "`http_auth_level`"
                )
            new.append(Argument(old, dropped=True))
        elif old.endswith("gi_app"):
            if name != former.APPLICATION:
                raise Left("today an app takes one of WSGI and ASGI")
            name = table[old]
            new.append(Argument("app"))
        else:
            new.append(Argument(table.get(old, old)))
    if any(
        argument.dropped and has_comment(given)
        for argument, given in zip(new, call.args, strict=True)
    ):
        raise Left("an argument is gone, and a comment stands beside it")
    kept = [a.keyword for a in new if not a.dropped]
    if len(set(kept)) != len(kept):
        raise Left("an argument would be there twice")
    return Call("" if name == former.APPLICATION else name, tuple(new))


def _is_level(source: Source, value: cst.BaseExpression) -> bool:
    if isinstance(value, cst.SimpleString):
        return True
    return any(".AuthLevel." in dotted for dotted in source.qualified(value))


def _is_name(node: cst.CSTNode, name: str) -> bool:
    return isinstance(node, cst.Name) and node.value == name
