"""local.settings.json and host.json, and the settings that bindings name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from functions_by_example.check.problems import coded
from functions_by_example.protocol.problem import Problem

Binding = Mapping[str, object]

SETTINGS = "local.settings.json"
HOST = "host.json"

# The keys of function.json whose value is the name of a setting, besides
# those that end in _NAMES. Source: the SDK's docstrings ("the name of an app
# setting"); eventHubConnectionString is Kafka's, topicEndpointUri is Event
# Grid's.
_NAMING_KEYS = ("eventHubConnectionString", "topicEndpointUri")
_NAMES = ("connection", "connectionname", "setting")

# Where these name no connection, they use this one. Source:
# https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue-trigger#attributes
_STORAGE = "AzureWebJobsStorage"
_ON_STORAGE = ("queueTrigger", "queue", "blobTrigger", "blob", "table")

# %NAME%, in a query too: the host resolves it before the service sees it. But
# not in texts for people and models, where "%" is just a character.
_EXPRESSION = re.compile(r"%([A-Za-z_][\w.:-]*)%")
_TEXTS = ("description", "toolProperties")

# What the reader of the host and of Core Tools (Newtonsoft.Json) skips, each
# beside strings, which stay: comments, and the last comma of a list.
_COMMENT = re.compile(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
_LAST_COMMA = re.compile(r'("(?:\\.|[^"\\])*")|,(?=\s*[}\]])')


def missing_settings(
    bindings: Iterable[Binding], settings: Iterable[str]
) -> list[tuple[Binding, str, str]]:
    """The settings that these bindings name and that are not there.

    Takes function.json bindings as emitted, and the names under Values; gives
    (binding, key, name of the setting). A connection X is there where
    `X__...`, `AzureWebJobsX` or `AzureWebJobsX__...` is; letter case does not
    matter. Source: `GetWebJobsConnectionStringSection` of
    https://github.com/Azure/azure-webjobs-sdk, .NET's configuration keys.
    """
    known = {name.casefold() for name in settings}
    missing = []
    for binding in bindings:
        for key, name in connections(binding):
            if not _connects(name.casefold(), known):
                missing.append((binding, key, name))
        for key, name in expressions(binding):
            if name.casefold() not in known:
                missing.append((binding, key, name))
    return missing


def connections(binding: Binding) -> list[tuple[str, str]]:
    """(key, name) of each setting that the binding connects through."""
    named = [
        (key, value)
        for key, value in binding.items()
        if _names_setting(key)
        and isinstance(value, str)
        and value
        and not _EXPRESSION.search(value)
    ]
    if binding.get("type") in _ON_STORAGE and not binding.get("connection"):
        named.append(("connection", _STORAGE))
    return named


def expressions(binding: Binding) -> list[tuple[str, str]]:
    """(key, name) of each %name% in the binding's values."""
    return [
        (key, name)
        for key, value in binding.items()
        if isinstance(value, str) and key not in _TEXTS
        for name in _EXPRESSION.findall(value)
    ]


def is_value(name: str) -> bool:
    """Whether this is a connection string or an address, not a name."""
    return any(sign in name for sign in ("=", ";", "://"))


def read_settings(folder: Path) -> tuple[dict[str, str] | None, list[Problem]]:
    """The settings of local.settings.json: names and values, with those of
    `ConnectionStrings`; None where there is no such file. And what is wrong
    with it."""
    path = folder / SETTINGS
    if not path.exists():
        return None, []
    content, problem = _read(path, "settings-file")
    if problem:
        return {}, [problem]
    values = content.get("Values", {})
    if not isinstance(values, dict):
        line = _line_of(path, '"Values"')
        message = f'"Values" in {SETTINGS} is not an object'
        return {}, [coded("settings-file", message, SETTINGS, line)]
    strings = content.get("ConnectionStrings")
    more = strings if isinstance(strings, dict) else {}
    return {str(k): _text(v) for k, v in (more | values).items()}, []


def read_host(folder: Path) -> tuple[dict[str, object] | None, list[Problem]]:
    """What host.json holds, None where there is none; and what keeps it from
    being read."""
    path = folder / HOST
    if not path.exists():
        return None, []
    content, problem = _read(path, "host-json")
    return content, [problem] if problem else []


def _names_setting(key: str) -> bool:
    return key in _NAMING_KEYS or key.lower().endswith(_NAMES)


def _connects(name: str, known: set[str]) -> bool:
    return any(
        there == wanted or there.startswith((wanted + "__", wanted + ":"))
        for wanted in (name, "azurewebjobs" + name)
        for there in known
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _read(path: Path, code: str) -> tuple[dict[str, object], Problem | None]:
    """The object in a file, or what is wrong with it."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        message = f"{path.name} is not UTF-8: {error.reason}"
        return {}, coded(code, message, path.name, line)
    except OSError as error:
        message = f"{path.name} cannot be read: {error.strerror}"
        return {}, coded(code, message, path.name)
    try:
        content = json.loads(_LAST_COMMA.sub(_kept, _COMMENT.sub(_kept, text)))
    except json.JSONDecodeError as error:
        message = f"{path.name} is not JSON: {error.msg}"
        return {}, coded(code, message, path.name, error.lineno)
    except RecursionError:
        message = f"{path.name} is not JSON that can be read: it nests too deep"
        return {}, coded(code, message, path.name, 1)
    if not isinstance(content, dict):
        message = f"{path.name} is not a JSON object"
        return {}, coded(code, message, path.name, 1)
    return content, None


def _kept(found: re.Match[str]) -> str:
    """A string as it is; what is skipped as nothing but its line breaks."""
    return found[1] or "\n" * found[0].count("\n")


def _line_of(path: Path, text: str) -> int:
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    return next((n for n, line in enumerate(lines, 1) if text in line), 1)
