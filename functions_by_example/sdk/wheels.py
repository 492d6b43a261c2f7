"""The SDK's wheels, read and not imported: griffe reads their source."""

from __future__ import annotations

import ast
import textwrap
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import griffe

from functions_by_example.sdk.releases import DECORATORS, Thing, spelt

MODULE = "azure.functions"
# The classes whose methods are the decorators of an app, and the class that
# had them before there were these.
DECORATOR_CLASSES = ("DecoratorApi", "TriggerApi", "BindingApi", "SettingsApi")
APP = "FunctionApp"
# How the SDK's classes of bindings say which way they go.
DIRECTIONS = {"Trigger": "in", "InputBinding": "in", "OutputBinding": "out"}
ANY = "any"


class UnreadableError(Exception):
    """A wheel that is not laid out as it must be; the text says which."""


def said(error: Exception) -> str:
    """An error in one line, without the causes that it repeats."""
    text = " ".join(str(error).split()).partition(" (Caused by")[0]
    return f"{type(error).__name__}: {text}"


def of_wheel(path: Path) -> dict[str, Thing]:
    """What the SDK offers in this wheel. Raises UnreadableError."""
    try:
        with TemporaryDirectory() as folder, zipfile.ZipFile(path) as archive:
            archive.extractall(folder)
            return offered(Path(folder))
    except (
        AssertionError,
        LookupError,
        SyntaxError,
        griffe.GriffeError,
        zipfile.BadZipFile,
    ) as error:
        raise UnreadableError(
            f"{path.name} is not the SDK as sdk/wheels.py knows it: "
            f"{said(error)}"
        ) from error


def offered(folder: Path) -> dict[str, Thing]:
    """What the SDK below this folder offers: decorators, and the classes,
    enums and functions that it exports and has (it exports some that it does
    not have)."""
    sdk = griffe.load(MODULE, search_paths=[folder], allow_inspection=False)
    assert isinstance(sdk, griffe.Module)
    decorators = _decorators(sdk)
    names = dict(_described(decorators))
    for exported in sorted({str(name) for name in sdk.exports or ()}):
        thing = _thing(_target(sdk.members.get(exported)), set(decorators))
        if thing:
            names[exported] = thing
    return dict(sorted(names.items()))


def _classes(cls: griffe.Class) -> list[griffe.Class]:
    """A class and its bases within the SDK, nearest first."""
    return [cls, *cls.mro()]


def _decorators(
    sdk: griffe.Module,
) -> dict[str, griffe.Function | griffe.Attribute]:
    """The decorators of FunctionApp; one that is another's name comes as an
    attribute, whose value is that other."""
    app = _target(sdk.members[APP])
    assert isinstance(app, griffe.Class)
    found: dict[str, griffe.Function | griffe.Attribute] = {}
    for cls in reversed(_classes(app)):
        is_api = cls.name in DECORATOR_CLASSES
        for name, member in cls.members.items():
            if name.startswith("_"):
                continue
            if isinstance(member, griffe.Attribute):
                if str(member.value) in found or (
                    is_api and str(member.value) in cls.members
                ):
                    found[name] = member
            elif isinstance(member, griffe.Function):
                returned = str(member.returns)
                if is_api or (cls is app and returned.startswith("Callable")):
                    found[name] = member
    return found


def _target(
    member: griffe.Object | griffe.Alias | None,
) -> griffe.Object | None:
    """What a name stands for, wherever in the SDK it was imported from; None
    for what comes from elsewhere."""
    if not isinstance(member, griffe.Alias):
        return member
    try:
        return member.final_target
    except (griffe.AliasResolutionError, griffe.CyclicAliasError):
        return None


def _described(
    decorators: Mapping[str, griffe.Function | griffe.Attribute],
) -> Iterator[tuple[str, Thing]]:
    for name, member in decorators.items():
        same_as = ""
        function = member
        if isinstance(member, griffe.Attribute):
            same_as = str(member.value)
            function = decorators[same_as]
        assert isinstance(function, griffe.Function)
        yield (
            f"{DECORATORS}{name}",
            Thing(
                "decorator",
                parameters=_parameters(function.parameters),
                adds=tuple(_added(function)),
                same_as=same_as,
            ),
        )


def _thing(target: griffe.Object | None, decorators: set[str]) -> Thing | None:
    if isinstance(target, griffe.Function):
        return Thing("function", parameters=_parameters(target.parameters))
    if not isinstance(target, griffe.Class):
        return None
    if any("Enum" in str(base) for c in _classes(target) for base in c.bases):
        members = {
            name: plain(str(member.value))
            for name, member in target.members.items()
            if isinstance(member, griffe.Attribute) and member.value is not None
        }
        return Thing("enum", members=members)
    members = {}
    for cls in reversed(_classes(target)):
        for name, member in cls.members.items():
            if name.startswith("_") or name in decorators:
                continue
            if isinstance(member, griffe.Function):
                members[name] = _call(member)
            elif isinstance(member, griffe.Attribute):
                members[name] = annotated(member.annotation)
    return Thing(
        "class", parameters=_parameters(target.parameters), members=members
    )


def _call(function: griffe.Function) -> str:
    """A method's signature: "(name: str) -> bytes"."""
    listed = ", ".join(
        spelt(name, text)
        for name, text in _parameters(function.parameters).items()
    )
    returned = annotated(function.returns)
    start = "async " if "async" in function.labels else ""
    return f"{start}({listed})" + (f" -> {returned}" if returned else "")


def _parameters(parameters: Iterable[griffe.Parameter]) -> dict[str, str]:
    """Each parameter with its annotation and default: "str = None"."""
    found = {}
    stars = {
        griffe.ParameterKind.var_positional: "*",
        griffe.ParameterKind.var_keyword: "**",
    }
    for parameter in parameters:
        if parameter.name in ("self", "cls", "mcs"):
            continue
        star = stars.get(parameter.kind, "") if parameter.kind else ""
        text = "" if star else annotated(parameter.annotation)
        if parameter.default is not None and not star:
            text = f"{text} = {plain(str(parameter.default))}".strip()
        found[star + parameter.name] = text
    return found


def plain(source: str) -> str:
    """An expression in one spelling, whatever its lines and quotes."""
    return ast.unparse(_expression(source))


def annotated(annotation: object) -> str:
    """An annotation in one spelling: unions with bars, None last, no names
    of modules. "" for none."""
    if annotation is None:
        return ""
    return " | ".join(_members(_expression(str(annotation))))


def _expression(source: str) -> ast.expr:
    return ast.parse(source.strip(), mode="eval").body


def _members(node: ast.expr) -> list[str]:
    """The members of a union; of what is none, itself."""
    match node:
        case ast.BinOp(op=ast.BitOr()):
            found = _members(node.left) + _members(node.right)
        case ast.Constant(value=str(text)):
            found = _members(_expression(text))
        case ast.Subscript(slice=inner):
            name = ast.unparse(node.value).rpartition(".")[2]
            listed = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            if name == "Union":
                found = [m for each in listed for m in _members(each)]
            elif name == "Optional":
                found = [*_members(inner), "None"]
            else:
                inside = ", ".join(" | ".join(_members(e)) for e in listed)
                found = [f"{name}[{inside}]"]
        case ast.List():
            inside = ", ".join(" | ".join(_members(e)) for e in node.elts)
            found = [f"[{inside}]"]
        case ast.Attribute():
            found = [node.attr]
        case _:
            found = [ast.unparse(node)]
    unique = list(dict.fromkeys(found))
    return sorted(unique, key=lambda member: member == "None")


def _added(decorator: griffe.Function) -> Iterator[str]:
    """The type and direction of each binding that a decorator's source
    makes, in its order."""
    for node in ast.walk(ast.parse(textwrap.dedent(decorator.source))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            target = _target(decorator.module.members.get(node.func.id))
            if isinstance(target, griffe.Class) and _direction(target):
                yield f"{_type(target)} {_direction(target)}"


def _type(cls: griffe.Class) -> str:
    """What the binding class says it is called."""
    named = cls.members.get("get_binding_name")
    if not isinstance(named, griffe.Function):
        return ANY
    for node in ast.walk(ast.parse(textwrap.dedent(named.source))):
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Name):
            constant = _constants(cls).members[node.value.id]
            assert isinstance(constant, griffe.Attribute)
            return str(ast.literal_eval(str(constant.value)))
        if isinstance(node, ast.Return) and isinstance(
            node.value, ast.Constant
        ):
            return str(node.value.value)
    return ANY


def _constants(cls: griffe.Class) -> griffe.Module:
    """The module beside the class's own in which the SDK keeps the types of
    bindings."""
    assert cls.module.parent
    found = cls.module.parent.members["constants"]
    assert isinstance(found, griffe.Module)
    return found


def _direction(cls: griffe.Class) -> str:
    """ "in" or "out"; "" for a class that is no binding."""
    for each in _classes(cls):
        for base in each.bases:
            name = str(base).rpartition(".")[2]
            if name in DIRECTIONS:
                return DIRECTIONS[name]
    return ""
