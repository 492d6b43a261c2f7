"""What the pages about the site say of the repository that they come from."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import functions_by_example
from functions_by_example.site import markdown
from functions_by_example.site.parts import part
from functions_by_example.site.site import Site


@part("commit")
def commit(*, site: Site) -> str:
    """The commit that the site is built from."""
    return commit_of(site.root, site.repository)


@part("modules")
def modules() -> str:
    """The folders of the package, from its docstring."""
    return folders(functions_by_example.__doc__ or "")


@part("sessions")
def sessions(*, site: Site) -> str:
    """The sessions of the noxfile."""
    return sessions_of((site.root / "noxfile.py").read_text("utf-8"))


@part("readme")
def readme(anchor: str, *, site: Site) -> str:
    """The text below a heading of README.md. Raises LookupError."""
    return section((site.root / "README.md").read_text("utf-8"), anchor)


def commit_of(root: Path, repository: str | None = None) -> str:
    """The commit that the folder is at, with a link where the repository is
    known, and whether files have changed since; or that there is none."""
    found = _git(root, "rev-parse", "--short=10", "HEAD")
    if found is None:
        return "no commit: these files were not taken from a git repository"
    name = f"`{found}`"
    if repository:
        name = f"[{name}]({repository.rstrip('/')}/commit/{found})"
    changed = _git(root, "status", "--porcelain", "--untracked-files=no")
    return f"{name}, with changes since" if changed else name


def _git(root: Path, *arguments: str) -> str | None:
    """What git prints; None where it fails or is not there."""
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments],
            capture_output=True,
            text=True,
        )
    except FileNotFoundError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def folders(docstring: str) -> str:
    """The folders and what each does, as a Markdown table, in the order of the
    docstring that lists them."""
    listed = docstring.rpartition(":\n\n")[2]
    found = re.findall(r"^(\w+) +(\S.+)$", listed, flags=re.MULTILINE)
    rows = [(f"`{name}`", what) for name, what in found]
    return markdown.table(("Folder", "Does"), rows)


def sessions_of(noxfile: str) -> str:
    """The sessions and what each does, as a Markdown table, from their
    docstrings. Those that `nox` alone runs are marked."""
    tree = ast.parse(noxfile)
    default = _default(tree)
    rows = [
        (f"`nox -s {name}`", what, "yes" if name in default else "")
        for name, what in _sessions(tree)
    ]
    return markdown.table(("Command", "Does", "`nox` alone runs it"), rows)


def _sessions(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and any(
            "nox.session" in ast.unparse(d) for d in node.decorator_list
        ):
            docstring = ast.get_docstring(node) or ""
            yield node.name, docstring.splitlines()[0]


def _default(tree: ast.Module) -> list[str]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and (
            ast.unparse(node.targets[0]) == "nox.options.sessions"
        ):
            return list(ast.literal_eval(node.value))
    return []


def section(markdown: str, anchor: str) -> str:
    """The text below the second-level heading with this anchor
    ("add-a-sample"). Raises LookupError."""
    for below in re.split(r"^## ", markdown, flags=re.MULTILINE)[1:]:
        title, _, text = below.partition("\n")
        if title.strip().lower().replace(" ", "-") == anchor:
            return text.strip()
    raise LookupError(f"README.md has no heading for #{anchor}")
