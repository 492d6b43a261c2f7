"""What a function sends: each output and return value, put through the
worker's own encoder with values as the function would send them."""

from __future__ import annotations

import ast
import contextlib
import inspect
import json
import types
import typing
from collections.abc import Iterator
from typing import Any

import azure.functions as func
from azure_functions_runtime.bindings.meta import to_outgoing_proto
from azure_functions_runtime.functions import ParamTypeInfo
from azure_functions_runtime.http_v2 import HttpV2Registry

from functions_by_example.check.functions import Loaded, annotation_of
from functions_by_example.check.problems import coded, worded
from functions_by_example.check.source import Definition, Source
from functions_by_example.check.warnings.warning import warning
from functions_by_example.protocol import messages
from functions_by_example.protocol.problem import Problem


class CannotTellError(Exception):
    """What is sent here cannot be told without running the function."""


@warning(
    {
        "output-annotation": (
            "Use an annotation that the binding encodes, such as func.Out[str]."
        ),
        "output-value": (
            "Send text: json.dumps(...) for one message, or a list of such "
            "texts under func.Out[typing.List[str]]."
        ),
        "return-value": (
            'Return nothing, or add an output binding with arg_name="$return".'
        ),
    }
)
def outputs(loaded: Loaded, source: Source) -> Iterator[Problem]:
    """The outputs of a function that load, and fail or send the wrong thing
    when they are encoded. At most one for each output."""
    if not loaded.info:
        return
    for name, kind in loaded.info.output_types.items():
        problem = _by_annotation(loaded, name, kind) or _by_value(
            loaded, name, kind, _set(loaded, name)
        )
        if problem:
            yield problem
    sent = loaded.info.return_type
    if not isinstance(sent, ParamTypeInfo):
        problem = _for_nobody(loaded)
    elif _sends_by_itself():
        problem = None
    else:
        problem = _by_value(loaded, "return value", sent, _returned(loaded))
    if problem:
        yield problem


def _sends_by_itself() -> bool:
    """Whether an extension of the SDK sends the responses of all functions."""
    return bool(HttpV2Registry.http_v2_enabled())  # type: ignore[no-untyped-call]


def _by_annotation(
    loaded: Loaded, name: str, kind: ParamTypeInfo
) -> Problem | None:
    """Whether a value of the very type that is annotated can be sent."""
    try:
        wrong = _complaint(kind, _example(kind.pytype))
    except CannotTellError:
        return None
    if wrong is None:
        return None
    return _problem(
        "output-annotation",
        f"{name} of function {loaded.name} is annotated "
        f"{annotation_of(loaded, name)}, and such a value {wrong}",
        loaded,
    )


def _by_value(
    loaded: Loaded, name: str, kind: ParamTypeInfo, values: Iterator[ast.expr]
) -> Problem | None:
    """Whether one of the values that the function is seen to send fails."""
    for node in values:
        try:
            value = _value(node, loaded)
            wrong = _complaint(kind, value)
        except CannotTellError:
            continue
        if wrong:
            return _problem(
                "output-value",
                f"{name} of function {loaded.name} is given a "
                f"{type(value).__name__}, which {wrong}",
                loaded,
                node.lineno,
            )
    return None


def _for_nobody(loaded: Loaded) -> Problem | None:
    """Whether a function without $return returns something: the worker lets
    it load, and fails each of its calls."""
    if not loaded.is_own:
        return None
    function = loaded.builder._function.get_user_function()
    annotated = typing.get_type_hints(function).get("return")
    nothing = (None, type(None), typing.NoReturn, typing.Never, typing.Any)
    line = None
    if annotated in nothing:
        annotated, line = _first_returned(loaded)
    if annotated is None:
        return None
    return _problem(
        "return-value",
        f"function {loaded.name} returns "
        f"{inspect.formatannotation(annotated)} and has no $return binding: "
        "its calls fail with RuntimeError",
        loaded,
        line,
    )


def _first_returned(loaded: Loaded) -> tuple[Any, int | None]:
    """The type and line of the first value that is seen to be returned."""
    for node in _returned(loaded):
        with contextlib.suppress(CannotTellError):
            return type(_value(node, loaded)), node.lineno
    return None, None


def _problem(
    code: str, message: str, loaded: Loaded, line: int | None = None
) -> Problem:
    place = loaded.place
    return coded(
        code,
        message,
        place.file if place else None,
        line or (place.line if place else None),
    )


def _complaint(kind: ParamTypeInfo, value: object) -> str | None:
    """What is wrong with what the worker makes of a value; None if nothing.

    A dict is iterable: where a converter takes any iterable, only the dict's
    keys go out.
    """
    try:
        data = to_outgoing_proto(
            kind.binding_name, value, pytype=kind.pytype, protos=messages
        )
    except Exception as error:
        return f"fails when it is encoded: {worded(error)}"
    if data is None:
        return "is encoded to nothing: nothing is sent, and nothing raised"
    if isinstance(value, dict) and data.json is not None:
        keys_alone = json.loads(data.json) == list(value)
        return "is sent as the list of its keys" if keys_alone else None
    return None


# --- Values -------------------------------------------------------------------

_EXAMPLES: dict[Any, Any] = {
    str: "text",
    bytes: b"bytes",
    dict: {"sku": "teapot"},
    int: 3,
    float: 4.5,
    func.HttpResponse: func.HttpResponse("text"),
    func.QueueMessage: func.QueueMessage(id="1", body=b"text"),
    func.Document: func.Document({"id": "1"}),
    func.DocumentList: func.DocumentList([func.Document({"id": "1"})]),
    func.SqlRow: func.SqlRow({"id": "1"}),
    func.SqlRowList: func.SqlRowList([func.SqlRow({"id": "1"})]),
    func.EventGridOutputEvent: func.EventGridOutputEvent(
        id="1",
        data={},
        subject="orders/1",
        event_type="ordered",
        event_time=None,
        data_version="1.0",
    ),
    func.MySqlRow: func.MySqlRow({"id": "1"}),
    func.MySqlRowList: func.MySqlRowList([func.MySqlRow({"id": "1"})]),
}


def _example(annotation: Any) -> Any:
    """A value of an annotated type. Raises CannotTellError."""
    with contextlib.suppress(TypeError):  # an annotation that has no hash
        if annotation in _EXAMPLES:
            return _EXAMPLES[annotation]
    origin = typing.get_origin(annotation)
    arguments = typing.get_args(annotation)
    if origin is dict:
        return _EXAMPLES[dict]
    if isinstance(origin, type) and issubclass(list, origin) and arguments:
        return [_example(arguments[0])]
    raise CannotTellError


def _set(loaded: Loaded, name: str) -> Iterator[ast.expr]:
    """What the function's code gives to `name.set(...)`."""
    if not loaded.definition or not loaded.is_own:
        return
    for node in ast.walk(loaded.definition):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=owner), attr="set"),
                args=[value],
            ) if owner == name:
                yield value


def _returned(loaded: Loaded) -> Iterator[ast.expr]:
    """What the function's code returns; nothing where a wrapper may turn it
    into something else."""
    if loaded.definition and loaded.is_own:
        for node in _own_nodes(loaded.definition):
            if isinstance(node, ast.Return) and node.value:
                yield node.value


def _own_nodes(definition: Definition) -> Iterator[ast.AST]:
    """The nodes of a function's body without those of functions inside."""
    waiting: list[ast.AST] = list(definition.body)
    while waiting:
        node = waiting.pop(0)
        yield node
        if not isinstance(node, (Definition, ast.Lambda, ast.ClassDef)):
            waiting.extend(ast.iter_child_nodes(node))


def _value(node: ast.expr, loaded: Loaded, depth: int = 0) -> Any:
    """A value such as an expression gives. Raises CannotTellError."""
    if depth > 5:
        raise CannotTellError
    match node:
        case ast.Constant(value=str() | bytes() | int() | float() as constant):
            return constant
        case ast.JoinedStr():
            return _EXAMPLES[str]
        case ast.Dict(keys=[_, *_]) | ast.DictComp():
            return _EXAMPLES[dict]
        case ast.List(elts=[_, *_] as items):
            return [_value(item, loaded, depth + 1) for item in items]
        case ast.Tuple(elts=[_, *_] as items):
            return tuple(_value(item, loaded, depth + 1) for item in items)
        case ast.ListComp(elt=item):
            return [_value(item, loaded, depth + 1)]
        case ast.Call(func=callee):
            return _result(_resolved(callee, loaded))
        case ast.Name(id=name):
            return _value(_assigned(name, loaded), loaded, depth + 1)
    raise CannotTellError


def _assigned(name: str, loaded: Loaded) -> ast.expr:
    """What a local name is bound to. Raises CannotTellError where that is
    not once."""
    assert loaded.definition
    bound = [
        node
        for node in ast.walk(loaded.definition)
        if isinstance(node, ast.Name)
        and node.id == name
        and isinstance(node.ctx, ast.Store)
    ]
    if len(bound) != 1:
        raise CannotTellError
    for node in ast.walk(loaded.definition):
        match node:
            case (
                ast.Assign(targets=[target], value=value)
                | ast.AnnAssign(target=target, value=ast.expr() as value)
            ) if target is bound[0]:
                return value
    raise CannotTellError


def _resolved(node: ast.expr, loaded: Loaded) -> Any:
    """The object that a dotted name stands for. Raises CannotTellError."""
    function = inspect.unwrap(loaded.builder._function.get_user_function())
    match node:
        case ast.Name(id=name):
            names = getattr(function, "__globals__", {})
            builtin = {"str": str, "dict": dict, "bytes": bytes}
            if name in names or name in builtin:
                return names.get(name, builtin.get(name))
        case ast.Attribute(value=ast.Name() as owner, attr=attr):
            module = _resolved(owner, loaded)
            if isinstance(module, types.ModuleType) and hasattr(module, attr):
                return getattr(module, attr)
    raise CannotTellError


def _result(callee: Any) -> Any:
    """A value such as a call gives. Raises CannotTellError."""
    if callee is json.dumps:
        return _EXAMPLES[str]
    if isinstance(callee, type):
        return _example(callee)
    if not isinstance(callee, types.FunctionType):
        raise CannotTellError
    if inspect.iscoroutinefunction(callee):
        raise CannotTellError
    try:
        return _example(typing.get_type_hints(callee).get("return"))
    except Exception:  # an annotation that names what is not there
        raise CannotTellError from None
