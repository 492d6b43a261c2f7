"""Which function.json keys a decorator emits, and which parameter each key
follows.

Found by applying the decorator: a parameter is given two sentinels in turn,
and the keys whose values differ are its own. Nothing here is a table kept by
hand; the durable decorators, which need a package of their own, are recorded.
"""

from __future__ import annotations

import enum
import functools
import inspect
import itertools
import json
import types
import typing
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

import azure.functions as func

from functions_by_example.paths import DATA

# The decorators that `azure-functions-durable` makes.
DURABLE = (
    "orchestration_trigger",
    "entity_trigger",
    "activity_trigger",
    "durable_client_input",
)
RECORD = DATA / "sdk" / "durable.json"
# Keys that every binding has, whatever its class.
COMMON_KEYS = frozenset({"name", "type", "direction", "dataType"})
# Under which parameter the keys of `**kwargs` and of the extra fields stand.
ANY = "*"
# The type of a generic binding.
ANY_TYPE = "any"
_EXTRA = "sentinel_field", "sentinelField"

# A binding as the SDK emits it.
type Emitted = dict[str, object]


@dataclass(frozen=True)
class Key:
    """One key of an emitted binding.

    `parameters` are those that its value follows. `value` is what is emitted
    when only what must be given is given, or None when the key is then left
    out. Where the key follows no parameter, None says that its value is taken
    from the decorated function.
    """

    name: str
    parameters: Sequence[str]
    value: object = None


@dataclass(frozen=True)
class Binding:
    """What a decorator adds to a function: "in" or "out", and its keys.

    The type is ANY_TYPE where the caller gives it. A key named ANY stands for
    those of `**kwargs` or of a dictionary.
    """

    type: str
    direction: str
    keys: Sequence[Key]

    def of(self, parameter: str) -> list[str]:
        """The keys that follow a parameter."""
        return [k.name for k in self.keys if parameter in k.parameters]


def signature(decorator: str) -> inspect.Signature:
    """A decorator's signature, without `self`."""
    return _signature(getattr(func.FunctionApp, decorator))


@functools.cache
def _signature(method: Callable[..., object]) -> inspect.Signature:
    found = inspect.signature(method)
    return found.replace(parameters=list(found.parameters.values())[1:])


@functools.cache
def bindings(decorator: str) -> tuple[Binding, ...]:
    """The bindings that a decorator adds, trigger first; none for one that
    adds none by itself."""
    if decorator not in DURABLE:
        return probed(decorator)
    return tuple(
        Binding(b["type"], b["direction"], [Key(**key) for key in b["keys"]])
        for b in json.loads(RECORD.read_text("utf-8"))[decorator]
    )


def probed(decorator: str) -> tuple[Binding, ...]:
    """The same, by applying the decorator. Raises what the decorator raises
    for want of its package."""
    required = _required(decorator)
    bare = _completed(decorator, required)
    follow: list[dict[str, list[str]]] = [{key: [] for key in b} for b in bare]
    for parameter in signature(decorator).parameters.values():
        one, other = (_given(parameter, each) for each in _sentinels(parameter))
        # A parameter that must be given has its first sentinel in `bare`.
        given = required | one
        first = bare if given == required else _completed(decorator, given)
        second = _completed(decorator, required | other)
        for keys, *versions in zip(follow, first, second, strict=True):
            for key in dict.fromkeys(k for v in versions for k in v):
                if len({json.dumps(v.get(key)) for v in versions}) > 1:
                    name = ANY if key == _EXTRA[1] else key
                    keys.setdefault(name, []).append(parameter.name)
    described = _completed(decorator, required, _described)
    return tuple(
        Binding(
            type=str(_plain(binding["type"]) or ANY_TYPE),
            direction=str(binding["direction"]).lower(),
            keys=tuple(
                Key(
                    key,
                    tuple(names),
                    _plain(binding.get(key))
                    if binding.get(key) == other.get(key)
                    else None,  # what the function is called or says
                )
                for key, names in keys.items()
                if key not in ("type", "direction") or names
            ),
        )
        for binding, keys, other in zip(bare, follow, described, strict=True)
    )


def _required(decorator: str) -> dict[str, object]:
    """The parameters that must be given, with a value that they take."""
    return {
        p.name: _sentinels(p)[0]
        for p in signature(decorator).parameters.values()
        if p.default is p.empty and p.kind is not p.VAR_KEYWORD
    }


def enums(annotation: object) -> list[type[enum.Enum]]:
    """The enums in an annotation."""
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return [annotation]
    return [e for a in typing.get_args(annotation) for e in enums(a)]


def update() -> list[str]:
    """Write the record of the durable decorators anew; the files written.
    Needs `azure-functions-durable`."""
    found = recorded()
    RECORD.parent.mkdir(exist_ok=True)
    RECORD.write_text(json.dumps(found, indent=2) + "\n", "utf-8")
    return ["functions_by_example/data/sdk/durable.json"]


def recorded() -> dict[str, list[dict[str, object]]]:
    """What the record must hold."""
    return {
        decorator: [asdict(binding) for binding in probed(decorator)]
        for decorator in DURABLE
    }


def _given(parameter: inspect.Parameter, value: object) -> dict[str, object]:
    if parameter.kind is parameter.VAR_KEYWORD and isinstance(value, dict):
        return dict(value)
    return {parameter.name: value}


def _sentinels(parameter: inspect.Parameter) -> Sequence[object]:
    """Two values, told apart from each other, that the parameter takes."""
    annotation = parameter.annotation
    if parameter.kind is parameter.VAR_KEYWORD or _mentions(annotation, dict):
        return [{_EXTRA[0]: text} for text in ("sentinel 1", "sentinel 2")]
    members = [list(found)[:2] for found in enums(annotation)][:1]
    if members and _mentions(annotation, typing.Iterable):
        return [[member] for member in members[0]]
    if members:
        return members[0]
    if _mentions(annotation, func.PromptArgument):
        return [[func.PromptArgument(name)] for name in ("one", "two")]
    return [f"sentinel {number} {parameter.name}" for number in (1, 2)]


def _mentions(annotation: object, wanted: object) -> bool:
    origins = {annotation, typing.get_origin(annotation)}
    return bool(origins & {wanted, typing.get_origin(wanted)} - {None}) or any(
        _mentions(argument, wanted) for argument in typing.get_args(annotation)
    )


def _bare() -> None: ...


def _described(text: str) -> None:
    """A function of another name, with a docstring and a parameter."""


def _emitted(
    decorator: str,
    arguments: Mapping[str, object],
    function: Callable[..., object],
) -> list[Emitted]:
    copy = types.FunctionType(
        function.__code__, {}, function.__name__, function.__defaults__
    )
    copy.__doc__ = function.__doc__
    copy.__annotations__ = function.__annotations__
    made = getattr(func.FunctionApp(), decorator)(**arguments)(copy)
    inner = getattr(made, "_function", None)
    if inner is None:  # no function builder: it only notes something
        return []
    return [json.loads(text) for text in inner.get_raw_bindings()]


def _completed(
    decorator: str,
    arguments: Mapping[str, object],
    function: Callable[..., object] = _bare,
) -> list[Emitted]:
    """The bindings emitted; where the SDK refuses the arguments, with the
    fewest optional ones added that it does not refuse."""
    others = [
        p
        for p in signature(decorator).parameters.values()
        if p.name not in arguments
        and p.kind is not p.VAR_KEYWORD
        and p.default is None
    ]
    refusal = ValueError()
    for count in range(3):
        for added in itertools.combinations(others, count):
            more = {p.name: _sentinels(p)[0] for p in added}
            try:
                return _emitted(decorator, {**arguments, **more}, function)
            except ValueError as error:
                refusal = error
    raise refusal


def _plain(value: object) -> object:
    """The value, unless it is a sentinel that had to be given."""
    is_ours = isinstance(value, str) and value.startswith("sentinel ")
    return None if is_ours else value


def decorators() -> Iterator[str]:
    """The public decorators of FunctionApp, in the order of the SDK; an alias
    is not one of its own."""
    for cls in (
        func.TriggerApi,
        func.BindingApi,
        func.SettingsApi,
        func.DecoratorApi,
    ):
        for name, value in vars(cls).items():
            if (
                inspect.isfunction(value)
                and value.__name__ == name
                and not name.startswith("_")
            ):
                yield name


@functools.cache
def values(decorator: str, parameter: str) -> Mapping[str, str]:
    """What each member of a parameter's enum is emitted as; nothing for a
    parameter that takes no enum or reaches no key."""
    found = signature(decorator).parameters
    required = _required(decorator)
    many = _mentions(found[parameter].annotation, typing.Iterable)
    known = bindings(decorator)
    sent: dict[str, str] = {}
    for member in [m for e in enums(found[parameter].annotation) for m in e]:
        given = {parameter: [member] if many else member}
        emitted = _completed(decorator, required | given)
        for number, binding in enumerate(known):
            for key in binding.of(parameter):
                value = emitted[number].get(key)
                sent[member.name] = str(
                    value[0] if isinstance(value, list) else value
                )
    return sent


@functools.cache
def sent(cls: type[enum.Enum]) -> Mapping[str, str]:
    """What each member of an enum is emitted as by the first decorator that
    emits it; nothing where none does."""
    for decorator in decorators():
        for parameter in signature(decorator).parameters.values():
            if cls in enums(parameter.annotation):
                found = values(decorator, parameter.name)
                if found:
                    return found
    return {}


@functools.cache
def known_keys() -> Mapping[tuple[str, str], frozenset[str]]:
    """function.json keys by binding type and direction ("in" or "out"), of
    all decorators that emit this type.

    The generic bindings, whose type and keys the caller gives, are left out.
    """
    known: dict[tuple[str, str], frozenset[str]] = defaultdict(frozenset)
    for decorator in decorators():
        for binding in bindings(decorator):
            if binding.type != ANY_TYPE:
                names = {key.name for key in binding.keys} - {ANY}
                known[binding.type, binding.direction] |= names | COMMON_KEYS
    return known


def unknown_keys(binding: Mapping[str, object]) -> list[str]:
    """The keys of an emitted binding that follow no parameter: a decorator
    passes on whatever else it is given, so a misspelt keyword ends up in
    function.json.

    None for a type that the SDK does not know: that came from a generic
    decorator, where the caller gives every key.
    """
    place = str(binding["type"]), str(binding["direction"]).lower()
    known = known_keys().get(place)
    return [key for key in binding if known and key not in known]
