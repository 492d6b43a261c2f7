"""The pages of docs/: their Python is run, and so is what they say of it.

A fence is run in order with the others of its page. `#> ` under a print is
what it printed; `#! ` at the end is the error that the fence ends in. A fence
that is not run says why: ```python {data-unrun="needs Azure"}.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from markdown import Markdown
from markdown_it import MarkdownIt
from pytest_examples import CodeExample, EvalExample, find_examples

from functions_by_example.paths import DOCS

PAGES = sorted(DOCS.rglob("*.md"))
EXAMPLES = sorted(
    find_examples(*PAGES), key=lambda e: (str(e.path), e.start_line)
)
# The only reasons for which a fence may stay unrun, and how often each is
# given at present.
UNRUN = {
    "needs Azure": 0,
    "needs Core Tools": 0,
    "part of a tested file": 0,
}
RAISED = "#! "


def _reason(example: CodeExample) -> str | None:
    return example.prefix_settings().get("data-unrun")


def _name(page: Path) -> str:
    return page.relative_to(DOCS).as_posix()


def _fences(page: Path) -> Iterator[tuple[str, int]]:
    """Info string and line of each fence that is Python, however written."""
    for token in MarkdownIt().parse(page.read_text("utf-8")):
        if token.type == "fence" and re.search(
            r"^\W*(py|python|python3|pycon)\b", token.info
        ):
            assert token.map
            yield token.info, token.map[0] + 1


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if any(_fences(page))],
    ids=_name,
)
def test_python_does_what_the_page_says(
    page: Path, eval_example: EvalExample
) -> None:
    namespace: dict[str, Any] = {}
    eval_example.set_config(line_length=120)
    for example in EXAMPLES:
        if example.path != page or _reason(example):
            continue
        code, _, raised = example.source.rstrip().rpartition(f"\n{RAISED}")
        if code:
            with pytest.raises(Exception) as caught:
                exec(compile(code, str(page), "exec"), namespace)
            error = caught.value
            assert f"{type(error).__name__}: {error}" == raised, str(example)
        else:
            namespace |= eval_example.run_print_check(
                example, module_globals=namespace
            )


def test_no_python_fence_escapes() -> None:
    """pytest-examples passes over ~~~ fences and takes up pycon ones; what
    it finds must be what a Markdown parser finds."""
    for page in PAGES:
        found = [e.start_line for e in EXAMPLES if e.path == page]
        fences = list(_fences(page))
        assert found == [line for _, line in fences], page
        assert not [info for info, _ in fences if "pycon" in info], page
        text = page.read_text("utf-8")
        assert "--8<--" not in text, page


def test_unrun_fences_give_a_reason_of_the_list() -> None:
    # pytest-examples gives the info string in lower case
    reasons = Counter(_reason(example) for example in EXAMPLES)
    del reasons[None]
    assert reasons == Counter(
        {reason.lower(): count for reason, count in UNRUN.items() if count}
    )


def test_there_is_a_fence_that_prints_and_one_that_fails() -> None:
    sources = [example.source for example in EXAMPLES]
    assert any("\n#> " in source for source in sources)
    assert any(f"\n{RAISED}" in source for source in sources)


def test_the_reason_reaches_the_reader() -> None:
    html = _as_the_site_renders(
        '```python {data-unrun="needs Azure"}\nprint()\n```\n'
    )
    assert 'data-unrun="needs Azure"' in html
    css = (DOCS / "assets/site.css").read_text("utf-8")
    assert "attr(data-unrun)" in css


def _as_the_site_renders(markdown: str) -> str:
    """With the site's Markdown extensions, but those that draw icons."""

    class Loader(yaml.SafeLoader):
        pass

    Loader.add_multi_constructor("!", lambda *_: None)
    Loader.add_multi_constructor("tag:yaml.org,2002:python/", lambda *_: None)
    text = (DOCS.parent / "mkdocs.yml").read_text("utf-8")
    configured = yaml.load(text, Loader)["markdown_extensions"]
    extensions, options = [], {}
    for item in configured:
        name, option = (
            next(iter(item.items())) if isinstance(item, dict) else (item, {})
        )
        if "emoji" not in name:
            extensions.append(name)
            options[name] = option
    return Markdown(extensions=extensions, extension_configs=options).convert(
        markdown
    )


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_a_page_has_one_title_and_a_description(page: Path) -> None:
    text = page.read_text("utf-8")
    assert re.match(r"---\n.*?^description: \S.*?^---\n", text, re.M | re.S)
    body = text.split("\n---\n", 1)[1]
    titles = [
        token
        for token in MarkdownIt().parse(body)
        if token.type == "heading_open" and token.tag == "h1"
    ]
    assert len(titles) == 1
