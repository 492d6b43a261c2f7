"""The facts of each decorator, for its entry in the API reference.

Binding type and direction are what the decorator emits when it is applied;
the samples are those whose code uses it. A griffe extension puts both into
the docstring, which mkdocstrings renders.
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Iterable, Iterator
from operator import attrgetter
from pathlib import Path
from typing import Any

import azure.functions as func
import griffe

from gallery.page import anchor, load, place
from gallery.sample import Sample, SampleError, find

# The classes whose methods are the decorators of an app.
DECORATOR_CLASSES = ("DecoratorApi", "TriggerApi", "BindingApi", "SettingsApi")
SDK = "azure.functions."


def exists(name: str) -> bool:
    """Whether azure.functions has this dotted name."""
    try:
        attrgetter(name)(func)
    except AttributeError:
        return False
    return True


def documented(folder: Path) -> list[str]:
    """The names below azure.functions that the pages in this folder have an
    entry for (`::: azure.functions.NAME`), in the order of the navigation."""
    pages = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*.md")}
    return [
        name
        for page in sorted(pages, key=place)
        for name in re.findall(
            rf"^::: {re.escape(SDK)}([\w.]+)",
            pages[page].read_text("utf-8"),
            re.MULTILINE,
        )
    ]


@functools.cache
def bindings_of(decorator: str) -> tuple[tuple[str, str], ...]:
    """Type and direction ("in", "out") of each binding that a decorator adds,
    trigger first; nothing for one that adds none, or that cannot be applied
    (the durable ones need their own package)."""

    def function() -> None: ...

    apply = getattr(func.FunctionApp(), decorator)
    required = {
        parameter.name: "x"
        for parameter in inspect.signature(apply).parameters.values()
        if parameter.default is parameter.empty
        and parameter.kind is not parameter.VAR_KEYWORD
    }
    try:
        builder = apply(**required)(function)
        emitted = [
            binding.get_dict_repr()
            for binding in builder._function.get_bindings()
        ]
    except Exception:
        return ()
    return tuple((b["type"], str(b["direction"]).lower()) for b in emitted)


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
    """The facts of a decorator as a Markdown table."""
    rows = [
        f"| `{kind}` | {direction} |"
        for kind, direction in bindings_of(decorator)
    ]
    parts = []
    if rows:
        parts.append(
            "\n".join(["| Binding type | Direction |", "|---|---|", *rows])
        )
    also = ", ".join(f"`{name}`" for name in aliases(decorator))
    if also:
        parts.append(f"Also called {also}.")
    parts.append(_used_in(samples))
    return "\n\n".join(parts)


def table(documented: Iterable[str], samples: list[Sample]) -> str:
    """The decorators that have an entry, each with the sample that bears its
    name."""
    homes = {sample.name: [sample] for sample in samples}
    rows = ["| Decorator | Binding | Direction | Sample |", "|---|---|---|---|"]
    for entry in documented:
        decorator = entry.removeprefix("FunctionApp.")
        emitted = bindings_of(decorator) if decorator != entry else ()
        if emitted:
            rows.append(
                f"| [`{decorator}`][{SDK}{entry}] "
                f"| {', '.join(f'`{kind}`' for kind, _ in emitted)} "
                f"| {', '.join(direction for _, direction in emitted)} "
                f"| {links(homes.get(decorator, []))} |"
            )
    return "\n".join(rows)


def _used_in(samples: list[Sample]) -> str:
    return f"In samples: {links(samples) or 'none yet'}."


def readable(docstring: str) -> str:
    """The SDK's docstring without Sphinx roles and underlined headings, its
    reference as a link."""
    text = re.sub(
        r":(?:class|meth|func|attr|exc):`~?([^`]+)`", r"`\1`", docstring
    )
    text = re.sub(r"(?m)^([ \t]*)(\w.*)\n[ \t]*-{3,}$", r"\1**\2**\n", text)
    return re.sub(
        r"(?m)^[ \t]*Ref: (https?://\S+)", r"[Microsoft's reference](\1)", text
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
        for thing in _with_docstrings(sdk):
            assert thing.docstring
            thing.docstring.value = readable(thing.docstring.value)
        used = users(list(_read(self._folder)))
        for name, member in sdk.members.items():
            if member.is_alias and name in used and member.is_class:
                _add(member.final_target, _used_in(used[name]))
        module = sdk["decorators.function_app"]
        for name in DECORATOR_CLASSES:
            for method in module[name].functions.values():
                if not method.name.startswith("_"):
                    _add(method, facts(method.name, used.get(method.name, [])))


def _with_docstrings(parent: griffe.Object) -> Iterator[griffe.Object]:
    for member in parent.members.values():
        if isinstance(member, griffe.Object):
            if member.docstring:
                yield member
            yield from _with_docstrings(member)


def _add(thing: griffe.Object, facts: str) -> None:
    if thing.docstring:
        thing.docstring.value = with_facts(thing.docstring.value, facts)
    else:
        thing.docstring = griffe.Docstring(facts, parent=thing)


def with_facts(docstring: str, facts: str) -> str:
    """The facts between a docstring's text and its parameters."""
    head, separator, tail = docstring.partition(":param")
    return f"{head.rstrip()}\n\n{facts}\n\n{separator}{tail}"


def _read(folder: str) -> Iterator[Sample]:
    for path in find(Path(folder).absolute()):
        try:
            yield load(path).sample
        except SampleError:  # whoever renders its page reports it
            continue
