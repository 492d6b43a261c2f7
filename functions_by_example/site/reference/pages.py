"""The facts of each decorator, for its entry in the API reference.

Binding type and direction are what the decorator emits when it is applied;
the samples are those whose code uses it. A griffe extension puts both into
the docstring, which mkdocstrings renders.
"""

from __future__ import annotations

import builtins
import functools
import importlib.util
import inspect
import re
from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path
from typing import Any

import azure.functions as func
import griffe

from functions_by_example.sample.read import Sample, SampleError, find
from functions_by_example.sample.recorded import load
from functions_by_example.sdk import parameters
from functions_by_example.site.navigation import anchor, place
from functions_by_example.site.parts import releases as history
from functions_by_example.site.reference import entry

# The classes whose methods are the decorators of an app.
DECORATOR_CLASSES = ("DecoratorApi", "TriggerApi", "BindingApi", "SettingsApi")
SDK = "azure.functions."
# As many samples as an entry names without folding them away.
MANY = 3
# Where an error may come from that a page names without its package.
PACKAGES = ("azure.functions", "azure_functions_runtime")
STANDARD_ERRORS = ("JSONDecodeError", "CancelledError")


def exists(name: str) -> bool:
    """Whether azure.functions has this dotted name."""
    try:
        attrgetter(name)(func)
    except AttributeError:
        return False
    return True


@functools.cache
def is_error(name: str) -> bool:
    """Whether there is an error of this name: Python's, or a class that the
    SDK or the worker's library defines (which are read, not imported)."""
    if not name.endswith(("Error", "Exception")):
        return False
    if hasattr(builtins, name) or name in STANDARD_ERRORS:
        return True
    return any(
        re.search(rf"^class {re.escape(name)}\b", text, re.MULTILINE)
        for text in _sources()
    )


@functools.cache
def _sources() -> list[str]:
    return [
        path.read_text("utf-8")
        for package in PACKAGES
        if (spec := importlib.util.find_spec(package))
        for folder in spec.submodule_search_locations or ()
        for path in sorted(Path(folder).rglob("*.py"))
    ]


def documented(folder: Path) -> list[str]:
    """The names below azure.functions that the pages in this folder have an
    entry for (`::: azure.functions.NAME`), in the order of the navigation."""
    return [name for names in by_page(folder).values() for name in names]


def bindings_of(decorator: str) -> tuple[tuple[str, str], ...]:
    """Type and direction ("in", "out") of each binding that a decorator adds,
    trigger first; nothing for one that adds none. The type is "any" where the
    caller gives it."""
    emitted = parameters.bindings(decorator)
    return tuple((binding.type, binding.direction) for binding in emitted)


def aliases(decorator: str) -> list[str]:
    """The other names under which FunctionApp has the same decorator."""
    same = getattr(func.FunctionApp, decorator)
    return [
        name
        for name, value in inspect.getmembers(func.FunctionApp)
        if value is same and name != decorator
    ]


def users(samples: list[Sample]) -> dict[str, list[Sample]]:
    """The samples that use each name of the SDK."""
    found: dict[str, list[Sample]] = {}
    for sample in samples:
        for name in sorted(sample.uses):
            found.setdefault(name, []).append(sample)
    return found


def links(samples: list[Sample]) -> str:
    """Links to the pages of these samples."""
    return ", ".join(f"[{s.title}][{anchor(s.id)}]" for s in samples)


def facts(decorator: str, samples: list[Sample]) -> str:
    """The facts of a decorator: what it adds, its other names, the samples
    that use it."""
    others = [("In samples", _used_in(decorator, samples))]
    also = ", ".join(f"`{name}`" for name in aliases(decorator))
    if also:
        others.insert(0, ("Also called", entry.inline(also)))
    others += _since(f"FunctionApp.{decorator}")
    return entry.facts(bindings_of(decorator), others)


def _used_in(name: str, samples: list[Sample]) -> str:
    """Links to the samples that use a name, the one that bears it first;
    where they are many, the others are folded away."""
    first = sorted(samples, key=lambda sample: sample.name != name)
    if not first:
        return "none yet"
    if len(first) <= MANY:
        return entry.inline(links(first))
    return (
        entry.inline(links(first[:1]))
        + f"<details><summary>and {len(first) - 1} more</summary>"
        + f"{entry.inline(links(first[1:]))}</details>"
    )


def by_page(folder: Path) -> dict[str, list[str]]:
    """The names that have an entry, by page, in the order of the
    navigation."""
    pages = {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in folder.rglob("*.md")
    }
    return {
        page: re.findall(
            rf"^::: {re.escape(SDK)}([\w.]+)", pages[page], re.MULTILINE
        )
        for page in sorted(pages, key=lambda page: place(page, pages[page]))
    }


def overview(folder: Path, samples: list[Sample]) -> str:
    """Each page of the reference with its decorators, each with the sample
    that bears its name, and its other names."""
    homes = {sample.name: [sample] for sample in samples}
    parts = []
    for page, names in by_page(folder).items():
        if not names:
            continue
        text = (folder / page).read_text("utf-8")
        title = re.findall(r"^# (.+)$", text, re.MULTILINE)[0]
        decorators = [n for n in names if n.startswith("FunctionApp.")]
        rows = [
            entry.row(
                entry.inline(f"[`{name.partition('.')[2]}`][{SDK}{name}]"),
                entry.inline(_adds(name.partition(".")[2])),
                entry.inline(links(homes.get(name.partition(".")[2], []))),
            )
            for name in decorators
        ]
        head = ["Decorator", "Binding, direction", "Sample"]
        others = " ".join(
            entry.inline(f"[`{name}`][{SDK}{name}]")
            for name in names
            if name not in decorators
        )
        parts.append(f"## [{title}]({page}) {{ #{Path(page).stem} }}")
        parts.append(entry.table(f"Decorators: {title}", head, rows))
        if others:
            parts.append(f'<p class="api">{others}</p>')
    return "\n\n".join(filter(None, parts))


def _adds(decorator: str) -> str:
    return "; ".join(
        f"`{kind}`, {direction}" for kind, direction in bindings_of(decorator)
    )


class Facts(griffe.Extension):
    """Adds facts and samples to the docstrings of the SDK's public names."""

    def __init__(self, samples: str) -> None:
        self._folder = samples

    def on_package(self, *, pkg: griffe.Module, **_: Any) -> None:
        """Called when `azure`, a namespace package, is loaded."""
        if pkg.path != "azure" or "functions" not in pkg.members:
            return
        sdk = pkg["functions"]
        used = users(list(_read(self._folder)))
        for name, member in sdk.members.items():
            if member.is_alias and entry.is_public(name):
                thing = member.final_target
                _set(thing, _about(name, thing, used.get(name, [])))
        module = sdk["decorators.function_app"]
        for cls in DECORATOR_CLASSES:
            for method in module[cls].functions.values():
                if not method.name.startswith("_"):
                    samples = used.get(method.name, [])
                    text = entry.decorator(method.name, entry.is_public)
                    head = facts(method.name, samples)
                    _set(method, f"{head}\n\n{text}")


def _about(name: str, thing: griffe.Object, samples: list[Sample]) -> str:
    if thing.is_class:
        text = entry.a_class(name, thing)
    else:
        text = entry.function(name)
    others = [("In samples", _used_in(name, samples))] if samples else []
    shown = entry.facts([], [*others, *_since(name)])
    return f"{shown}\n\n{text}"


def _since(name: str) -> list[tuple[str, str]]:
    """From which release on a name is there, for its facts."""
    found = history.of_name(name)
    return [("Since", found)] if found else []


def _set(thing: griffe.Object, text: str) -> None:
    thing.docstring = griffe.Docstring(text, parent=thing)


def _read(folder: str) -> Iterator[Sample]:
    for path in find(Path(folder).absolute()):
        try:
            yield load(path).sample
        except SampleError:  # whoever renders its page reports it
            continue
