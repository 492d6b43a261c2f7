"""What functions and bindings may be called."""

from __future__ import annotations

import re
from collections.abc import Iterator

from functions_by_example.host.rules.rule import Finding, Source, Told, rule

_FUNCTION = re.compile(
    r"(?!host$)[a-z][a-z0-9_-]{0,127}$", re.IGNORECASE | re.ASCII
)


def is_function_name(name: str) -> bool:
    return bool(_FUNCTION.match(name))


@rule(
    "function-name",
    remedy=(
        "Rename the function, or give it a name with @app.function_name: a "
        "letter, then up to 127 letters, digits, _ or -; not host."
    ),
    source=Source(
        "Azure/azure-functions-host",
        "src/WebJobs.Script/Utility.cs",
        "2024-10-24",
        ("https://github.com/Azure/azure-functions-host/pull/10764",),
    ),
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
