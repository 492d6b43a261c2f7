"""One file, from the names of then to today's."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from functions_by_example.migrate import spoken, tree
from functions_by_example.migrate.application import constructor
from functions_by_example.migrate.calls import Plan, Remark
from functions_by_example.migrate.decorators import decorator
from functions_by_example.migrate.source import SDK, USUAL, Source
from functions_by_example.sdk import former

# What the wiki's snippets use and do not import.
MODULES = ("json", "logging")


@dataclass(frozen=True)
class Rewritten:
    """A file as it is to be, what is said of it, how many calls change, and
    whether it makes an app or a blueprint."""

    data: bytes
    remarks: tuple[Remark, ...]
    changes: int
    makes: frozenset[str]


def rewrite(source: Source, cosmos: former.Cosmos) -> Rewritten:
    """The file with today's names, as far as that can be decided."""
    plan = Plan()
    renames = former.renames(cosmos)
    for call in source.nodes(cst.Call):
        constructor(source, call, plan)
        spoken.computed(source, call, renames, plan)
    for attribute in source.nodes(cst.Attribute):
        rename = renames.get(attribute.attr.value)
        if rename:
            decorator(source, attribute, rename, plan)
    plan.remarks += spoken.same_names(source)
    plan.remarks += spoken.aliases(source, plan)
    if plan.calls or source.unimported:
        plan.imports |= {
            (name, None, None) for name in _modules_missing(source)
        }
        if source.unimported:
            plan.imports.add((SDK, None, USUAL))
    module = tree.changed(source.module, plan.calls)
    if plan.imports:
        module = tree.with_imports(module, plan.imports)
        for name, member, alias in sorted(plan.imports, key=str):
            text = f"`{member or alias or name}` is imported"
            plan.say(1, "note", text)
    return Rewritten(
        data=module.bytes,
        remarks=tuple(sorted(set(plan.remarks))),
        changes=len(plan.calls) + len(plan.imports),
        makes=frozenset(plan.makes),
    )


def _modules_missing(source: Source) -> set[str]:
    """Modules whose names are used and bound nowhere."""
    return {
        attribute.value.value
        for attribute in source.nodes(cst.Attribute)
        if isinstance(attribute.value, cst.Name)
        and attribute.value.value in MODULES
        and not source.scope(attribute)[attribute.value.value]
    }
