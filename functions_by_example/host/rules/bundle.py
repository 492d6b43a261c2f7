"""What needs an extension bundle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from functions_by_example.host.rules.names import is_told
from functions_by_example.host.rules.rule import Finding, Source, Told, rule

# The host registers these itself; the others come with an extension. Source:
# https://github.com/Azure/azure-functions-host,
# src/WebJobs.Script/ScriptHostBuilderExtensions.cs, 24 October 2024.
_BUILT_IN = frozenset(
    ("httptrigger", "http", "timertrigger", "manualtrigger", "warmuptrigger")
)


@rule(
    "no-bundle",
    remedy=(
        'Add to host.json: "extensionBundle": {"id": '
        '"Microsoft.Azure.Functions.ExtensionBundle", '
        '"version": "[4.*, 5.0.0)"}.'
    ),
    source=Source(
        "Azure/azure-functions-host",
        "src/WebJobs.Script/Description/FunctionDescriptorProvider.cs",
        "2024-10-24",
        (
            "https://github.com/microsoft/agent-framework-durable-extension/issues/77",
        ),
    ),
    error=True,
)
def no_bundle(told: Told) -> Iterator[Finding]:
    """Bindings of an extension without any extension: the host does not run
    the function. Where there is no host.json, the host writes one that names
    a bundle. The thread has the words in a log of May 2026."""
    bundle = told.configured("extensionBundle")
    if told.host_json is None or told.has_extensions:
        return
    if isinstance(bundle, Mapping) and bundle:
        return
    for function in told.functions:
        types = dict.fromkeys(str(b["type"]) for b in function["bindings"])
        unknown = [t for t in types if t.casefold() not in _BUILT_IN]
        if unknown and is_told(function):
            yield Finding(
                function["name"],
                f"The binding type(s) '{', '.join(unknown)}' are not "
                "registered. Please ensure the type is correct and the "
                "binding extension is installed.",
            )
