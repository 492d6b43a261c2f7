"""What the host refuses of an app that the worker loads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from functions_by_example.check.functions import Loaded
from functions_by_example.check.settings import read_host
from functions_by_example.check.silent import at
from functions_by_example.host.rules.rule import Told, every
from functions_by_example.protocol.problem import Problem

# What `func extensions install` leaves in an app's folder.
_EXTENSIONS = ("extensions.csproj", "bin/extensions.json")


def problems(
    functions: list[Loaded], folder: Path, known: Mapping[str, str] | None
) -> Iterator[Problem]:
    """What the rules of `host/` find, each on a line of its function. None
    where host.json cannot be read, which is a problem of its own."""
    host_json, unread = read_host(folder)
    if unread:
        return
    announced = {loaded.name: loaded for loaded in functions if loaded.info}
    told = Told(
        [
            {"name": name, "bindings": loaded.bindings}
            for name, loaded in announced.items()
        ],
        host_json,
        known or {},
        any((folder / file).exists() for file in _EXTENSIONS),
    )
    for rule in every().values():
        for finding in rule.find(told):
            yield at(
                announced[finding.function],
                rule.code,
                f"{finding.what} (function {finding.function})",
                *finding.values,
            )
