"""What can be read off the source of the package."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterable
from pathlib import Path

_DOCUMENTED = (
    ast.Module,
    ast.ClassDef,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
)
_TAG = re.compile(r"(?<!\?P)</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>")


def lines(paths: Iterable[Path]) -> int:
    """The lines of these files."""
    return sum(len(path.read_text("utf-8").splitlines()) for path in paths)


def tags(source: str) -> int:
    """The lines of a module on which a text, no docstring, holds an HTML tag;
    `<string>` and `<module>` are Python's own."""
    found = set()
    tree = ast.parse(source)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(
            node,
            ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef,
        )
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = re.sub("<(?:string|module)>", "", node.value)
            if id(node) not in docstrings and _TAG.search(text):
                found.add(node.lineno)
    return len(found)


def any_uses(path: Path, source: str) -> int:
    """How often a module names typing.Any, or an alias of it such as
    `Json`."""
    if path.name == "messages.py":
        return 0
    names = {"Any"} | set(re.findall(r"^(\w+) = Any$", source, re.MULTILINE))
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return sum(t.type == tokenize.NAME and t.string in names for t in tokens)
