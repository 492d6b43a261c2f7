"""What functions and bindings may be called."""

from __future__ import annotations

import re
from collections.abc import Iterator

from functions_by_example.host.rules.rule import Finding, Source, Told, rule
from functions_by_example.protocol.answers import FunctionJson

_FUNCTION = re.compile(
    r"(?!host$)[a-z][a-z0-9_-]{0,127}$", re.IGNORECASE | re.ASCII
)
_BINDING = re.compile(r"(?!.*__)([A-Za-z_][A-Za-z0-9_]{0,127}|\$return)$")


def is_function_name(name: str) -> bool:
    return bool(_FUNCTION.match(name))


def is_binding_name(name: str) -> bool:
    return bool(_BINDING.match(name))


def is_told(function: FunctionJson) -> bool:
    """Whether the names leave the function to the host's other rules."""
    names = [str(binding["name"]) for binding in function["bindings"]]
    return is_function_name(function["name"]) and all(
        map(is_binding_name, names)
    )


_UTILITY = Source(
    "Azure/azure-functions-host",
    "src/WebJobs.Script/Utility.cs",
    "2024-10-24",
    ("https://github.com/Azure/azure-functions-host/pull/10764",),
)


@rule(
    "function-name",
    remedy=(
        "Rename the function, or give it a name with @app.function_name: a "
        "letter, then up to 127 letters, digits, _ or -; not host."
    ),
    source=_UTILITY,
    error=True,
)
def function_names(told: Told) -> Iterator[Finding]:
    """Names that the host refuses: it drops the function. The pull request of
    January 2025 changes the line below and leaves this rule as it is."""
    for function in told.functions:
        name = function["name"]
        if not is_function_name(name):
            what = f"'{name}' is not a valid function name."
            yield Finding(name, what, (name,))


@rule(
    "binding-name",
    remedy=(
        "Rename the parameter, in the decorator too: a letter or _, then up "
        "to 127 letters of A to Z, digits or _, without two _ in a row."
    ),
    source=_UTILITY,
    error=True,
    since="4.1038",
)
def binding_names(told: Told) -> Iterator[Finding]:
    """Names of bindings that the host refuses: it drops the function. As the
    pull request of January 2025 has it; a host before it takes no _ at all."""
    for function in told.functions:
        for binding in function["bindings"]:
            name = str(binding["name"])
            if not is_binding_name(name):
                yield Finding(
                    function["name"],
                    f"The binding name {name} is invalid. Please assign a "
                    "valid name to the binding.",
                    (name,),
                )
                break  # the host stops at the first
