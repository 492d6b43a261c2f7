"""data/expressions.toml has a rule for each text of each decorator, and the
page shows it."""

import enum
import inspect
import typing
from collections.abc import Iterator

import azure.functions as func
import pytest

from functions_by_example.check.settings import missing_settings
from functions_by_example.site.parts import expressions

DATA = expressions.load()
DECORATORS = DATA["decorators"]


def texts(decorator: str) -> list[str]:
    """The parameters of a decorator that hold text, as the SDK declares
    them."""
    found = getattr(func.FunctionApp, decorator)
    hints = typing.get_type_hints(found)
    return [
        parameter
        for parameter in inspect.signature(found).parameters
        if parameter not in DATA["left_out"]["parameters"]
        and (
            parameter in DATA["left_out"]["open"]
            or is_text(hints.get(parameter))
        )
    ]


def is_text(annotation: object) -> bool:
    """Whether it takes a str, and no member of an enumeration instead."""
    options = typing.get_args(annotation) or (annotation,)
    return str in options and not any(
        isinstance(option, type) and issubclass(option, enum.Enum)
        for option in options
    )


def of_the_sdk() -> Iterator[str]:
    """The decorators of an app that take a text."""
    for name, found in inspect.getmembers(func.FunctionApp, callable):
        left_out = name in DATA["left_out"]["decorators"]
        if not (name.startswith("_") or left_out) and texts(name):
            assert callable(found)
            yield name


@pytest.mark.parametrize("name", sorted({*of_the_sdk(), *DECORATORS}))
def test_every_text_of_a_decorator_has_one_rule(name: str) -> None:
    assert name in DECORATORS, "read the extension's source, and add it"
    ruled = [p for listed in DECORATORS[name]["takes"].values() for p in listed]
    assert sorted(ruled) == sorted(texts(name))


def test_every_rule_is_explained() -> None:
    used = {rule for found in DECORATORS.values() for rule in found["takes"]}
    assert used == set(DATA["rules"])


@pytest.mark.parametrize(
    ("decorator", "parameter"),
    [
        (decorator, parameter)
        for decorator, found in DECORATORS.items()
        for parameter in found["takes"].get("name", ())
    ],
)
def test_the_check_knows_each_name_of_a_setting(
    decorator: str, parameter: str
) -> None:
    first, *rest = parameter.split("_")
    key = first + "".join(part.capitalize() for part in rest)
    missing = missing_settings([{"type": "x", key: "Shop"}], [])
    assert [name for _, _, name in missing] == ["Shop"], decorator


def test_the_tables_show_every_decorator_once() -> None:
    tables = expressions.tables()
    for decorator in DECORATORS:
        assert tables.count(f"`@app.{decorator}`, by [") == 1, decorator
