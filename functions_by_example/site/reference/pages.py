"""The facts of each decorator, for its entry in the API reference.

Binding type and direction are what the decorator emits when it is applied;
the samples are those whose code uses it. A griffe extension makes each name's
entry; mkdocstrings puts it below the name's heading.
"""

from __future__ import annotations

import builtins
import contextlib
import functools
import importlib.util
import inspect
import re
from collections.abc import Iterable
from operator import attrgetter
from pathlib import Path

import azure.functions as func
import griffe
from markupsafe import Markup

from functions_by_example.sample.read import Sample, SampleError, find
from functions_by_example.sample.recorded import load
from functions_by_example.sdk import parameters
from functions_by_example.sdk.releases import DECORATORS
from functions_by_example.site import html
from functions_by_example.site.navigation import anchor, place, title
from functions_by_example.site.parts import releases as history
from functions_by_example.site.reference import entry
from functions_by_example.site.reference.prose import line

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


def users(samples: Iterable[Sample]) -> dict[str, list[Sample]]:
    """The samples that use each name of the SDK."""
    found: dict[str, list[Sample]] = {}
    for sample in samples:
        for name in sorted(sample.uses):
            found.setdefault(name, []).append(sample)
    return found


def links(samples: Iterable[Sample]) -> list[Markup]:
    """Links to the pages of these samples."""
    return [line(f"[{s.title}][{anchor(s.id)}]") for s in samples]


def shown(name: str, found: entry.Entry, samples: Iterable[Sample]) -> Markup:
    """An entry below its facts: what a decorator adds, its other names; the
    samples that use it, its own first, the others folded away where they are
    many; from which release on it is there."""
    decorator = name.removeprefix(DECORATORS)
    is_decorator = decorator != name
    used = links(sorted(samples, key=lambda sample: sample.name != decorator))
    facts = []
    if is_decorator and (same := aliases(decorator)):
        facts.append(("Also called", html.macro("macros.html", "codes", same)))
    if is_decorator or used:
        first = len(used) if len(used) <= MANY else 1
        in_samples = html.macro(entry.MACROS, "samples", used, first)
        facts.append(("In samples", in_samples))
    since = Markup(history.of_name(name))
    if since:
        facts.append(("Since", since))
    return html.render(
        "reference/entry.html",
        bindings=bindings_of(decorator) if is_decorator else (),
        entry=found,
        facts=facts,
        is_decorator=is_decorator,
    )


def by_page(folder: Path) -> dict[str, list[str]]:
    """The names that have an entry, by page, in the order of the
    navigation."""
    return {
        page: re.findall(rf"^::: {re.escape(SDK)}([\w.]+)", text, re.MULTILINE)
        for page, text in _texts(folder).items()
    }


def _texts(folder: Path) -> dict[str, str]:
    pages = {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in folder.rglob("*.md")
    }
    order = sorted(pages, key=lambda page: place(page, pages[page]))
    return {page: pages[page] for page in order}


def overview(folder: Path, samples: list[Sample]) -> Markup:
    """Each page of the reference, as Markdown, with its decorators, each with
    the sample that has its name, and its other names."""
    homes = {sample.name: [sample] for sample in samples}
    texts = _texts(folder)
    pages = [
        {
            "address": page,
            "id": Path(page).stem,
            "title": title(texts[page]),
            "decorators": [
                _row(name, homes.get(name.removeprefix(DECORATORS), []))
                for name in names
                if name.startswith(DECORATORS)
            ],
            "others": [
                line(f"[`{name}`][{SDK}{name}]")
                for name in names
                if not name.startswith(DECORATORS)
            ],
        }
        for page, names in by_page(folder).items()
        if names
    ]
    return html.render("reference/overview.md", pages=pages)


def _row(name: str, samples: list[Sample]) -> list[Markup]:
    decorator = name.removeprefix(DECORATORS)
    adds = (f"`{kind}`, {way}" for kind, way in bindings_of(decorator))
    return [
        line(f"[`{decorator}`][{SDK}{name}]"),
        line("; ".join(adds)),
        Markup(", ").join(links(samples)),
    ]


class Facts(griffe.Extension):
    """Makes the entries of the SDK's public names. `samples` is the folder of
    the samples."""

    def __init__(self, samples: str) -> None:
        self._folder = Path(samples).absolute()

    def on_package(self, *, pkg: griffe.Module, **_: object) -> None:
        """Called when `azure`, a namespace package, is loaded."""
        if pkg.path != "azure" or "functions" not in pkg.members:
            return
        sdk = pkg["functions"]
        used = users(_read(self._folder))
        things = {
            name: member.final_target
            for name, member in sdk.members.items()
            if member.is_alias and entry.is_public(name)
        }
        module = sdk["decorators.function_app"]
        for cls in DECORATOR_CLASSES:
            for name, method in module[cls].functions.items():
                if not name.startswith("_"):
                    things[DECORATORS + name] = method
        for name, thing in things.items():
            using = used.get(name.removeprefix(DECORATORS), [])
            text = shown(name, entry.of(name, thing), using)
            thing.extra["mkdocstrings"]["template"] = "entry.html.jinja"
            thing.extra["functions_by_example"]["entry"] = text


def _read(folder: Path) -> list[Sample]:
    """The samples; of one that is broken, whoever renders its page reports
    it."""
    samples = []
    for path in find(folder):
        with contextlib.suppress(SampleError):
            samples.append(load(path).sample)
    return samples
