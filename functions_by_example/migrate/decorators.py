"""What becomes of decorators, by what they took then and take today."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from functions_by_example.migrate.calls import (
    Argument,
    Call,
    Kind,
    Left,
    Plan,
    has_comment,
    in_loop,
)
from functions_by_example.migrate.source import SDK, Source, Verdict, written
from functions_by_example.sdk import former

DATA_TYPES = ("UNDEFINED", "STRING", "BINARY", "STREAM")
BOOLS = {"true": "True", "false": "False"}


def decorator(
    source: Source,
    attribute: cst.Attribute,
    rename: former.Rename,
    plan: Plan,
) -> None:
    """Plan what becomes of `app.on_queue_change`, wherever it stands."""
    call = source.parents[attribute]
    called = isinstance(call, cst.Call) and call.func is attribute
    verdict = source.receiver(attribute.value)
    if not _concerns(source, attribute, rename, verdict):
        return
    shown = f"`{written(attribute) or rename.old}`"

    def say(kind: Kind, text: str) -> None:
        plan.say(source.line(attribute.attr), kind, text)

    if not isinstance(call, cst.Call) or not called:
        if not rename.still:
            say("error", f"{shown} is not called here: {spell(rename)}")
        return
    try:
        if rename.still and not _is_of_then(source, call, rename):
            return
        if not verdict.known:
            say("error", f"{shown}: {verdict.why}")
            return
        if in_loop(source, call):
            say("error", f"{shown} stands in a loop: {spell(rename)}")
            return
        planned = Call(rename.new, tuple(_arguments(source, call, rename)))
    except Left as left:
        say("left", f"{shown}: {left}")
        return
    if planned.name == rename.old and planned.arguments == _as_it_is(call):
        return
    plan.calls[call] = planned
    if rename.beware:
        say("note", f"`{rename.new}`: {rename.beware}")
    for argument, new in zip(call.args, planned.arguments, strict=True):
        if new.dropped:
            text = f"`{new.keyword}` is dropped: `{rename.new}` has none"
            plan.say(source.line(argument), "note", text)
        if new.value:
            was = source.module.code_for_node(argument.value)
            text = f"`{new.keyword}={was}` is a bool now: {new.value}"
            plan.say(source.line(argument), "note", text)


def spell(rename: former.Rename) -> str:
    """What is left to do."""
    return f"write `{rename.new}` by hand"


def _as_it_is(call: cst.Call) -> tuple[Argument, ...]:
    return tuple(
        Argument(a.keyword.value if a.keyword else "") for a in call.args
    )


def _concerns(
    source: Source,
    attribute: cst.Attribute,
    rename: former.Rename,
    verdict: Verdict,
) -> bool:
    """Whether this may be a decorator of the SDK: other libraries, too, have
    a `route` and a `read_blob`."""
    if verdict.known:
        return verdict.ours
    call = source.parents[attribute]
    decorates = isinstance(source.parents[call], cst.Decorator)
    if rename.still:
        return decorates and rename.old.startswith(former.COSMOS)
    return decorates or rename.old.startswith("on_")


def _is_of_then(source: Source, call: cst.Call, rename: former.Rename) -> bool:
    """Whether a call of a name that is still there has the old parameters.
    Raises Left where that cannot be told."""
    keywords = {a.keyword.value for a in call.args if a.keyword}
    if keywords & rename.then_only:
        return True
    if keywords & rename.today_only:
        return False
    if any(a.star == "**" for a in call.args) and rename.then_only:
        raise Left(
            f"what `**` brings is not to be seen here, and "
            f"`{sorted(rename.then_only)[0]}` may be among it"
        )
    by_position = [a for a in call.args if not a.keyword]
    if any(a.star for a in by_position):
        if any(a.star == "*" for a in by_position):
            raise Left("what `*` brings is not to be seen here")
        return False
    if len(by_position) > len(rename.still):
        return True
    for argument, then, today in zip(
        by_position, rename.before, rename.still, strict=False
    ):
        if then == today:
            continue
        kind = _kind_of(source, argument.value)
        if "data_type" in then and kind:
            return kind == "data type"
        raise Left(
            f"argument {by_position.index(argument) + 1} was `{then}` up to "
            f"{former.history()[rename.old][-1].last} and is `{today}` today: "
            "write its keyword"
        )
    return False


def _kind_of(source: Source, value: cst.BaseExpression) -> str:
    """Whether a value is a data type, something else, or unknown ("")."""
    if isinstance(value, cst.SimpleString):
        is_one = value.evaluated_value in DATA_TYPES
        return "data type" if is_one else "other"
    if isinstance(value, cst.List | cst.Tuple | cst.Set | cst.Dict):
        return "other"
    found = source.qualified(value)
    if len(found) == 1 and (dotted := found.pop()).startswith(f"{SDK}."):
        return "data type" if ".DataType." in dotted else "other"
    return ""


def _arguments(
    source: Source, call: cst.Call, rename: former.Rename
) -> Iterator[Argument]:
    """What becomes of each argument. Raises Left."""
    given: set[str] = set()
    in_place, stars = True, False
    for place, argument in enumerate(call.args):
        if argument.star:
            if argument.star == "*" or not rename.keeps_keywords:
                raise Left(
                    f"what `{argument.star}` brings is not to be seen here: "
                    f"{spell(rename)}"
                )
            stars = True
            yield Argument("")
            continue
        if not argument.keyword and place >= len(rename.before):
            raise Left(f"it took no more than {len(rename.before)} arguments")
        new = _argument(argument, place, rename, in_place)
        in_place = in_place and not new.keyword
        name = new.keyword or rename.after[place]
        if name in given:
            raise Left(f"`{name}` would be there twice")
        if not new.dropped:
            given.add(name)
        yield new
    missing = [name for name in rename.after if name in rename.required - given]
    if missing and not stars:
        raise Left(f"`{rename.new}` needs `{missing[0]}`")


def _argument(
    argument: cst.Arg, place: int, rename: former.Rename, in_place: bool
) -> Argument:
    """What becomes of one argument; by position only where all before it
    are. Raises Left."""
    by_name = argument.keyword
    old = by_name.value if by_name else rename.before[place]
    new = rename.renamed.get(old, old)
    if not new:
        if has_comment(argument):
            raise Left(
                f"`{old}` is gone, and a comment stands beside it: "
                "take out both"
            )
        return Argument(old, dropped=True)
    wrapped = rename.wrapped.get(old)
    if wrapped:
        new = wrapped.parameter
    if new in rename.foreign:
        raise Left(f"`{rename.new}` has no `{new}`")
    stays = (
        in_place
        and not by_name
        and not wrapped
        and rename.after[place : place + 1] == (new,)
    )
    return Argument(
        "" if stays else new,
        value=_mended(argument.value, new, rename),
        wrapped=wrapped.key if wrapped else "",
    )


def _mended(
    value: cst.BaseExpression, parameter: str, rename: former.Rename
) -> str | None:
    """A bool for the text of one; None where the value is to stay."""
    if parameter not in rename.booleans:
        return None
    if not isinstance(value, cst.SimpleString) or value.lpar:
        return None
    text = value.evaluated_value
    return BOOLS.get(text.lower()) if isinstance(text, str) else None
