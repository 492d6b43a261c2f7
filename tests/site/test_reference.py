"""The API reference holds everything public, and what it says is so."""

import functools
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import azure.functions as func
import griffe
import pytest
from azure.functions.decorators import function_app

from functions_by_example.paths import ROOT
from functions_by_example.sample import read as sample
from functions_by_example.sdk import docstrings, parameters
from functions_by_example.site.navigation import SERVICES
from functions_by_example.site.reference import entry, pages, prose, signatures

FOLDER = ROOT / "docs/reference"
PAGES = pages.by_page(FOLDER)
ENTRIES = pages.documented(FOLDER)
DECORATORS = list(parameters.decorators())
SAMPLES = [sample.read(folder) for folder in sample.find(ROOT / "samples")]
TRIGGER = next(s for s in SAMPLES if s.id == "queue/queue_trigger")
ALIASES = {a for d in DECORATORS for a in pages.aliases(d)}
WORDS = docstrings.words()
SDK = griffe.load("azure.functions", resolve_aliases=True)
# What the SDK exports and does not have: behind.md says so.
MISSING = {"WarmUpContext"}


@functools.cache
def of(name: str) -> entry.Entry:
    source = SDK if "." in name else SDK[name].final_target
    return entry.of(name, source)


@functools.cache
def _html(name: str) -> str:
    return str(pages.shown(name, of(name), []))


def html(name: str) -> str:
    """The entry of a name, without the places where a name may break."""
    return _html(name).replace("<wbr>", "")


def text_of(html: str) -> str:
    return re.sub(r"<[^>]+>", "", html)


def row(html: str, part: str) -> str:
    """The row of a parameter or member."""
    (found,) = [
        row
        for row in re.findall("<tr>.*?</tr>", html)
        if f'<th scope="row"><code>{part}</code>' in row
    ]
    return str(found)


# --- Nothing public is missing, nothing documented is gone -----------------


def test_everything_public_has_exactly_one_entry() -> None:
    exported = set(func.__all__) - MISSING
    decorators = {f"FunctionApp.{name}" for name in DECORATORS}
    assert sorted(ENTRIES) == sorted(exported | decorators)


@pytest.mark.parametrize("name", ENTRIES)
def test_an_entry_exists_in_the_sdk(name: str) -> None:
    assert pages.exists(name)


def test_everything_that_can_be_imported_is_exported() -> None:
    there = {
        name
        for name, value in vars(func).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }
    assert there <= set(func.__all__)
    assert {name for name in func.__all__ if not hasattr(func, name)} == MISSING


def test_the_decorators_are_the_methods_of_the_classes_behind_an_app() -> None:
    methods = [
        name
        for cls in pages.DECORATOR_CLASSES
        for name, value in vars(getattr(function_app, cls)).items()
        if inspect.isfunction(value) and value.__name__ == name
    ]
    public = [name for name in methods if not name.startswith("_")]
    assert sorted(public) == sorted(DECORATORS)


def test_every_public_method_of_an_app_is_a_decorator_or_in_its_entry() -> None:
    shown = html("FunctionApp")
    for name, _ in inspect.getmembers(func.FunctionApp):
        if not name.startswith("_") and name not in DECORATORS:
            assert name in ALIASES or name in shown, name


def test_each_page_is_a_service_or_one_of_two_others() -> None:
    stems = {Path(page).stem for page, names in PAGES.items() if names}
    assert stems - set(SERVICES) == {"behind"}


@pytest.mark.parametrize("read", SAMPLES, ids=lambda read: read.id)
def test_every_name_that_a_sample_uses_leads_to_an_entry(
    read: sample.Sample,
) -> None:
    for name in read.uses - ALIASES:
        full = f"FunctionApp.{name}" if name in DECORATORS else name
        assert full in ENTRIES


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("FunctionApp.queue_trigger", True),
        ("Out", True),
        ("FunctionApp.on_queue_change", False),
        ("", False),
    ],
)
def test_whether_a_name_exists(name: str, expected: bool) -> None:
    assert pages.exists(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("KeyError", True),
        ("JSONDecodeError", True),
        ("InvalidFileNameError", True),  # the worker library's
        ("KeyErorError", False),
        ("HttpRequest", False),
        ("", False),
    ],
)
def test_an_error_is_one_of_python_the_sdk_or_the_worker(
    name: str, expected: bool
) -> None:
    assert pages.is_error(name) == expected


# --- Facts ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("route", (("httpTrigger", "in"), ("http", "out"))),
        ("queue_trigger", (("queueTrigger", "in"),)),
        ("cosmos_db_input", (("cosmosDB", "in"),)),
        ("service_bus_topic_output", (("serviceBus", "out"),)),
        ("retry", ()),
        ("function_name", ()),
    ],
)
def test_bindings_of_a_decorator(
    name: str, expected: tuple[tuple[str, str], ...]
) -> None:
    assert pages.bindings_of(name) == expected


@pytest.mark.parametrize("name", DECORATORS)
def test_an_output_is_an_output_by_its_name(name: str) -> None:
    directions = [direction for _, direction in pages.bindings_of(name)]
    is_output = re.search("_output(_v3|_binding)?$", name)
    assert not directions or directions[0] == ("out" if is_output else "in")


def test_facts_name_binding_direction_other_names_and_samples() -> None:
    name = "FunctionApp.queue_trigger"
    shown = pages.shown(name, of(name), [TRIGGER])
    assert "<td><code>queueTrigger</code></td> <td>in</td>" in shown
    link = '<autoref identifier="sample-queue-queue_trigger">'
    assert f"{link}{TRIGGER.title}</autoref>" in shown
    assert pages.aliases("timer_trigger") == ["schedule"]
    assert "<code>schedule</code>" in html("FunctionApp.timer_trigger")
    assert "none yet" in html("FunctionApp.cosmos_db_trigger_v3")


def test_the_sample_that_has_the_name_is_the_first_of_many() -> None:
    name = "FunctionApp.route"
    shown = pages.shown(name, of(name), pages.users(SAMPLES)["route"])
    assert shown.index("sample-http-route") == shown.index("sample-")
    assert re.search(r"<summary>and \d+ more</summary>", shown)


def test_the_overview_holds_the_decorators_with_their_own_samples() -> None:
    text = pages.overview(FOLDER, [TRIGGER])
    queue = text.partition("## [Queue Storage](queue.md)")[2].partition("##")[0]
    rows = re.findall("<tr>.*?</tr>", queue)
    assert ["queue_trigger" in row for row in rows] == [False, True, False]
    assert "sample-queue-queue_trigger" in rows[1]
    assert "QueueMessage" in queue


# --- The SDK's words, and ours ----------------------------------------------


def silent() -> Iterator[tuple[str, str]]:
    """The entries and parts of which the SDK says nothing; the members of an
    enum need no words."""
    for full in ENTRIES:
        name = full.removeprefix("FunctionApp.")
        if isinstance(getattr(func, name, None), type(func.AuthLevel)):
            continue
        if not of(full).text:
            yield name, ""
        for table in of(full).tables:
            for part in table.rows:
                if part.part and not part.about:
                    yield name, part.part


SILENT = set(silent())


def test_every_part_of_which_the_sdk_says_nothing_has_our_words() -> None:
    for name, part in SILENT:
        assert WORDS.beside(name, part, ""), (name, part)


@pytest.mark.parametrize(("name", "part"), WORDS.lacks)
def test_our_words_are_still_needed(name: str, part: str) -> None:
    if name == docstrings.EVERY:
        assert any(lacking == part for _, lacking in SILENT)
    else:
        assert (name, part) in SILENT


def test_our_words_are_marked_and_beside_the_sdks() -> None:
    shown = row(html("FunctionApp.sql_trigger"), "arg_name")
    theirs, ours = shown.split('<p class="ours"><b>Our words:</b>')
    assert "represents a <code>SqlRowList</code>" in theirs
    assert "Annotate the parameter <code>str</code>" in ours


def test_what_the_sdk_documents_without_having_it_is_named() -> None:
    shown = html("FunctionApp.text_completion_input")
    assert "describes <code>model</code>, which the decorator does" in shown
    assert "which the decorator does not" not in html("FunctionApp.route")


# --- How an entry reads ----------------------------------------------------


@pytest.mark.parametrize("name", DECORATORS)
def test_a_row_says_what_is_required_and_what_is_sent(name: str) -> None:
    shown = html(f"FunctionApp.{name}")
    for parameter in parameters.signature(name).parameters.values():
        star = "**" if parameter.kind is parameter.VAR_KEYWORD else ""
        line = row(shown, star + parameter.name)
        no_default = parameter.default is parameter.empty and not star
        assert ("<b>required</b>" in line) == no_default
        for binding in parameters.bindings(name):
            for key in binding.of(parameter.name):
                text = "any other" if key == parameters.ANY else key
                assert text in line
        for found in parameters.enums(parameter.annotation):
            assert found.__name__ in ENTRIES or "Sent as" in line


def test_a_key_without_a_parameter_says_where_its_value_is_from() -> None:
    mcp_tool = html("FunctionApp.mcp_tool")
    assert "always <code>&#39;context&#39;</code>" in mcp_tool
    assert "from your function" in mcp_tool
    trigger = html("FunctionApp.mcp_tool_trigger")
    assert "<code>False</code>, else by keyword" in trigger


@pytest.mark.parametrize("name", ENTRIES)
def test_an_entry_has_no_markup_left_and_no_dead_reference(name: str) -> None:
    shown = html(name)
    text = text_of(re.sub(r"<(code|pre).*?</\1>", "", shown, flags=re.DOTALL))
    assert not re.search(r"`|:class:|:param|:return|\*\*\w|-----|Ref:", text)
    headings = (FOLDER / "index.md").read_text("utf-8")
    for target in re.findall(r'<autoref identifier="([^"]*)"', shown):
        documented = target.removeprefix(entry.SDK) in ENTRIES
        release = target.startswith("release-")
        assert documented or release or f"{{ #{target} }}" in headings


@pytest.mark.parametrize("page", [p for p in PAGES if PAGES[p]])
def test_a_page_stays_small(page: str) -> None:
    """The frame of a page is some 20 kB; 262 kB were too slow."""
    assert sum(len(html(name)) for name in PAGES[page]) < 60_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A :class:`~x.Thing`", "A <code>x.Thing</code>"),
        ("``a`` < `b`", "<code>a</code> &lt; <code>b</code>"),
        ("[t](u.md) **s**", '<a href="u.md">t</a> <strong>s</strong>'),
        (
            "[`Out`][azure.functions.Out]",
            '<autoref identifier="azure.functions.Out">'
            "<code>Out</code></autoref>",
        ),
        ("[filename]: [text] and", "[filename]: [text] and"),
        ("an ` odd * one_two_ **kwargs", "an ` odd * one_two_ **kwargs"),
        ("<b>&amp;</b>", "&lt;b&gt;&amp;amp;&lt;/b&gt;"),
        ("[t](javascript:x)", "[t](javascript:x)"),
    ],
)
def test_a_line_becomes_html_and_what_is_no_markup_stays(
    text: str, expected: str
) -> None:
    assert prose.line(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        (
            "Does:\n- one\n  thing\n- two\n\nRef: https://a.test/",
            "<p>Does:</p><ul><li>one thing</li><li>two</li></ul>"
            '<p><a href="https://a.test/">Microsoft\'s reference</a></p>',
        ),
        (
            "Example:\n    x = 1\n\n    y = 2\n\nText.",
            '<p>Example:</p><div class="highlight"><pre><code>x = '
            '<span class="m">1</span>\n\ny = <span class="m">2</span>'
            "</code></pre></div><p>Text.</p>",
        ),
    ],
)
def test_a_docstring_becomes_paragraphs_lists_and_code(
    text: str, expected: str
) -> None:
    assert prose.prose(text) == expected


def test_only_a_long_name_may_break() -> None:
    shown = _html("FunctionApp.cosmos_db_trigger")
    assert "<code>leases_<wbr>container_<wbr>throughput</code>" in shown
    assert "<code>leases<wbr>Container<wbr>Throughput</code>" in shown
    assert "<code>lease_connection</code>" in shown


def test_a_long_signature_has_a_line_for_each_parameter() -> None:
    found = parameters.signature("queue_trigger")
    shown = signatures.spelt("queue_trigger", found)
    assert "\n    data_type: DataType | None = None,\n" in shown


def test_an_enum_shows_what_is_sent() -> None:
    assert "<td><code>EventGrid</code></td>" in row(
        html("BlobSource"), "EVENT_GRID"
    )
    sent = row(html("AuthLevel"), "ANONYMOUS")
    assert "<td><code>ANONYMOUS</code></td>" in sent
    same = row(html("McpPropertyType"), "DATETIME")
    assert "<td><code>string</code></td>" in same
    assert "The same as <code>STRING</code>" in same


def test_inherited_attributes_bring_the_words_of_their_base() -> None:
    shown = html("QueueMessage")
    assert "to_json" in shown
    assert "NoneType" not in shown
    assert "None singleton" not in shown
