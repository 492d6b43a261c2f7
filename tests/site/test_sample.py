"""The page of a sample, from its files and records."""

import dataclasses
import html as entities
import re
from importlib.metadata import version
from pathlib import Path

import pytest
from made import CODE, SITE, entry

from functions_by_example.sample import recorded as shown
from functions_by_example.sample.read import SampleError, Step
from functions_by_example.site import sample as page
from functions_by_example.site.site import Site


def html_of(made: shown.Entry, site: Site = SITE) -> str:
    rendered = page.render(made, site)
    return rendered.complete(rendered.markdown)


def code_of(html: str) -> str:
    """What a reader copies from the code block: its text."""
    block = html.split('id="code"')[1].split("<code>")[1].split("</code>")[0]
    return entities.unescape(re.sub(r"<[^>]+>", "", block))


def test_the_code_on_the_page_is_the_file() -> None:
    assert code_of(html_of(entry())) == CODE


def test_steps_and_lines_link_both_ways() -> None:
    html = html_of(entry())
    assert '<a href="#step-3" data-n="3" aria-label="Step 3"></a>' in html
    link = '[](#L10){ .n data-n="3" aria-label="Step 3: line 10 of the code" }'
    assert link in html
    assert 'id="L10"' in html
    assert "{: #step-3 }" in html


def test_two_steps_may_stand_at_one_line() -> None:
    html = html_of(entry())
    assert html.count('id="L8"') == 1
    assert 'data-n="1"' in html
    assert 'data-n="2"' in html
    assert "marks-2" in html


def test_steps_of_several_functions_stand_under_their_names() -> None:
    steps = [
        Step(1, "greet", "message", "`message` x", 8),
        Step(2, "wave", "message.id", "`message.id` y", 10),
    ]
    markdown = page.render(entry(steps=steps), SITE).markdown
    greet, wave = (
        markdown.index(f"`{name}`\n{{: .function }}")
        for name in ("greet", "wave")
    )
    assert greet < markdown.index("(#L8)") < wave < markdown.index("(#L10)")


def test_the_page_says_how_it_was_verified_and_that_no_host_ran() -> None:
    markdown = page.render(entry(), SITE).markdown
    assert "[2 events invoked](../../about/index.md#invoked)" in markdown
    assert "azure-functions 2.3.0" in markdown
    assert "No Functions host runs here" in markdown


def test_what_goes_well_comes_before_what_fails() -> None:
    markdown = page.render(entry(), SITE).markdown
    assert markdown.index("#event-works") < markdown.index("#event-fails")


def test_an_error_links_to_its_line() -> None:
    html = html_of(entry())
    assert "KeyError: 'id'" in entities.unescape(html)
    assert '<a href="#L9">function_app.py, line 9</a>' in html
    assert 'id="L9"' in html


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ({}, "Nothing comes back"),
        ({"log": [{"level": "INFO", "message": "<hi>"}]}, "INFO</span> &lt;hi"),
        ({"outputs": {"out": {"string": "text"}}}, "<code>out</code> (queue)"),
        (
            {"return": {"http": {"status": 404, "body": "no"}}},
            "<b>404 Not Found</b>",
        ),
        (
            {"return": {"http": {"status": 299, "headers": {"a": "b"}}}},
            "<b>299</b>",
        ),
        (
            {"return": {"http": {"cookies": [{"name": "c"}]}}},
            '<span class="nt">"name"</span>',
        ),
    ],
)
def test_every_kind_of_result_is_shown(result: object, expected: str) -> None:
    assert expected in html_of(entry(result))


def test_there_are_links_to_the_source_only_with_a_repository() -> None:
    assert ">Source<" not in html_of(entry())
    site = dataclasses.replace(SITE, source="https://x.test/tree/main/")
    link = 'href="https://x.test/tree/main/samples/queue/queue_trigger"'
    assert link in html_of(entry(), site)


def test_links_between_readmes_become_links_between_pages() -> None:
    markdown = page.render(entry(), SITE).markdown
    assert "[the other](queue_output.md)" in markdown
    assert "[host.json](#host-json)" in markdown
    assert 'id="host-json"' in html_of(entry())


@pytest.mark.parametrize(
    "target", ["../queue_input/README.md", "nowhere.txt", "../../x.md"]
)
def test_a_link_to_nothing_is_reported_with_its_line(
    tmp_path: Path, target: str
) -> None:
    folder = tmp_path / "queue" / "queue_trigger"
    folder.mkdir(parents=True)
    (folder / "README.md").write_text(f"# T\n\n[x]({target})\n")
    with pytest.raises(SampleError) as caught:
        page.render(entry(folder=folder, intro=f"[x]({target})"), SITE)
    (problem,) = caught.value.problems
    assert problem.file == "samples/queue/queue_trigger/README.md"
    assert problem.line == 3
    assert target in problem.what


def test_the_api_is_linked_where_it_has_an_entry() -> None:
    markdown = page.render(entry(), SITE).markdown
    link = "[`@app.queue_trigger`][azure.functions.FunctionApp.queue_trigger]"
    assert link in markdown
    assert "[`func.FunctionApp`][azure.functions.FunctionApp]" in markdown
    assert "`func.QueueMessage`\n" in markdown


def test_a_reader_finds_the_ids_that_the_markdown_links_to() -> None:
    assert {"code", "host-json", "L10"} <= page.render(entry(), SITE).anchors


def test_versions_are_those_installed() -> None:
    assert f"azure-functions {version('azure-functions')}" in page.versions()
