"""What a rule is given, what it finds, and which rules there are."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from functions_by_example import paths
from functions_by_example.host import rules
from functions_by_example.protocol.answers import FunctionJson

# The setting of this name and a path of keys replaces a value of host.json.
# Source: https://learn.microsoft.com/azure/azure-functions/functions-host-json#override-hostjson-values
_OVERRIDES = "AzureFunctionsJobHost"


@dataclass(frozen=True)
class Source:
    """Where a rule was read: a file of a repository on GitHub, and the date of
    the commit. `threads` are later issues and pull requests that show the rule
    at work; a rule without one is reported as a warning when its source is
    older than a year."""

    repository: str
    file: str
    date: str
    threads: tuple[str, ...] = ()


@dataclass(frozen=True)
class Told:
    """What the host knows of an app: the functions, in the order in which the
    worker announces them; host.json, None where there is none; settings; and
    whether the app brings extensions that are installed one by one."""

    functions: Sequence[FunctionJson]
    host_json: Mapping[str, object] | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    has_extensions: bool = False

    def configured(self, *keys: str) -> object:
        """The value at a path of keys in host.json, or of the setting that
        replaces it; letter case is ignored. None where neither is there."""
        path = [key.casefold() for key in keys]
        for name, value in self.settings.items():
            parts = name.replace("__", ":").casefold().split(":")
            if parts[0] == _OVERRIDES.casefold():
                if parts[1:] == path:
                    return value
                if parts[1 : len(path) + 1] == path:
                    return {parts[len(path) + 1]: value}
        found: object = self.host_json
        for key in path:
            if not isinstance(found, Mapping):
                return None
            names = {str(name).casefold(): name for name in found}
            if key not in names:
                return None
            found = found[names[key]]
            if found is None:
                return ""  # as .NET's configuration has it
        return found


@dataclass(frozen=True)
class Finding:
    """What the host says about one function. `values` are what to look for
    in its decorators, to point at a line."""

    function: str
    what: str
    values: tuple[object, ...] = ()


Find = Callable[[Told], Iterator[Finding]]


@dataclass(frozen=True)
class Rule:
    """A rule: the code of its problem, what to do about it, where it was
    read, and whether it is an error. `since` is the version of the host from
    which it holds, where that is known."""

    code: str
    remedy: str
    source: Source
    is_error: bool
    since: str | None
    find: Find


_registered: dict[str, Rule] = {}


def rule(
    code: str,
    *,
    remedy: str,
    source: Source,
    error: bool,
    since: str | None = None,
) -> Callable[[Find], Find]:
    """Register the function that finds what a rule is against."""

    def register(find: Find) -> Find:
        _registered[code] = Rule(code, remedy, source, error, since, find)
        return find

    return register


@functools.cache
def every() -> Mapping[str, Rule]:
    """Every rule, by its code."""
    paths.import_all(rules)
    return _registered


def remedies(error: bool) -> dict[str, str]:
    """What to do, by code: of the rules that are errors, or of the others."""
    return {
        code: rule.remedy
        for code, rule in every().items()
        if rule.is_error is error
    }
