"""The rules of the host, with where each was read."""

from __future__ import annotations

import datetime

from functions_by_example.check.problems import severity
from functions_by_example.host.rules.rule import Rule, every
from functions_by_example.site import markdown
from functions_by_example.site.parts import part


@part("rules")
def rules() -> str:
    """A table of every rule: its code, what it is, the file of its source and
    the date of the commit, the later threads."""
    head = ("Code", "Is", "Read in", "Commit of", "Seen in")
    return markdown.table(head, map(_row, every().values()))


def _row(rule: Rule) -> tuple[str, ...]:
    source = rule.source
    file = source.file.rpartition("/")[2]
    day = datetime.date.fromisoformat(source.date)
    return (
        f"`{rule.code}`",
        severity(rule.code),
        f"[{file}](https://github.com/{source.repository}/blob/dev/"
        f"{source.file})",
        f"{day.day} {day:%B %Y}",
        ", ".join(map(_link, source.threads)),
    )


def _link(address: str) -> str:
    """A link to an issue or a pull request, in the words of its address."""
    *_, repository, _, number = address.split("/")
    return f"[{repository} {number}]({address})"
