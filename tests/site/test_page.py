"""What page.py makes of samples and their records."""

import dataclasses
import json
from html import unescape
from pathlib import Path

import pytest

from functions_by_example.paths import SAMPLES
from functions_by_example.sample import recorded as shown
from functions_by_example.sample.read import Event, Sample, SampleError, Step
from functions_by_example.site import gallery, markup, names, navigation
from functions_by_example.site import sample as page
from functions_by_example.site.parts import filled, samples
from functions_by_example.site.site import Site

CODE = '''"""Greet."""

import azure.functions as func

app = func.FunctionApp()


@app.queue_trigger(arg_name="message", queue_name="q", connection="C")
def greet(message: func.QueueMessage) -> None:
    print(message.id, "<b>")
'''


def sample(id: str = "queue/queue_trigger", **changes: object) -> Sample:
    service, name = id.split("/")
    made = Sample(
        folder=Path("samples") / service / name,
        title="Greet a message",
        summary="Greet each message.",
        intro="A greeter, see [the other](../queue_output/README.md).",
        steps=[
            Step(1, None, "@app.queue_trigger", "`@app.queue_trigger` x", 8),
            Step(2, None, 'queue_name="q"', '`queue_name="q"` y', 8),
            Step(3, None, "message.id", "`message.id` z", 10),
        ],
        sections={"Good to know": "- Look at [host.json](host.json)."},
        events=[
            Event("fails", "It fails.", {}),
            Event("works", "It `works`.", {}),
        ],
        code=CODE,
        uses=frozenset({"FunctionApp", "QueueMessage", "queue_trigger"}),
    )
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]


def entry(result: object = None, **changes: object) -> shown.Entry:
    replay = {"function": "greet", "sent": {"inputs": {}}}
    error = {
        "type": "KeyError",
        "message": "'id'",
        "file": "function_app.py",
        "line": 9,
    }
    files = dict.fromkeys(shown.SHOWN_FILES, "{}\n")
    files |= {
        f"events/{n}.json": '{"message": {}}\n' for n in ("works", "fails")
    }
    return shown.Entry(
        sample=sample(**changes),
        functions=[
            {
                "name": "greet",
                "bindings": [
                    {
                        "type": "queueTrigger",
                        "name": "message",
                        "direction": "IN",
                    },
                    {"type": "queue", "name": "out", "direction": "OUT"},
                ],
            }
        ],
        replays={
            "works": replay | {"result": result or {}},
            "fails": replay | {"result": {"error": error}},
        },
        files=files,
    )


SITE = Site(
    ids=frozenset({"queue/queue_trigger", "queue/queue_output"}),
    documented=frozenset({"FunctionApp", "FunctionApp.queue_trigger"}),
    versions="azure-functions 2.3.0",
)


def html_of(made: shown.Entry, site: Site = SITE) -> str:
    rendered = page.render(made, site)
    return rendered.complete(rendered.markdown)


def code_of(html: str) -> str:
    """What a reader copies from the code block: its text."""
    import html as entities
    import re

    block = html.split('id="code"')[1].split("<code>")[1].split("</code>")[0]
    return entities.unescape(re.sub(r"<[^>]+>", "", block))


# --- The page of a sample ---


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
    assert "KeyError: 'id'" in unescape(html)
    assert '<a href="#L9">function_app.py, line 9</a>' in html
    assert 'id="L9"' in html


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ({}, "Nothing comes back"),
        ({"log": [{"level": "INFO", "message": "<hi>"}]}, "INFO</span> &lt;hi"),
        ({"outputs": {"out": {"string": "text"}}}, "<code>out</code> (queue)"),
        ({"return": {"string": "text"}}, "Return value"),
        (
            {"return": {"http": {"status": 404, "body": "no"}}},
            "<b>404 Not Found</b>",
        ),
        (
            {"return": {"http": {"status": 299, "headers": {"a": "b"}}}},
            "<b>299 </b>",
        ),
        (
            {"return": {"http": {"cookies": [{"name": "c"}]}}},
            '<span class="nt">"name"</span>',
        ),
        ({"outputs": {"out": None}}, "None"),
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


def test_a_missing_record_is_reported_with_its_remedy(tmp_path: Path) -> None:
    import shutil

    here = SAMPLES / "queue/queue_trigger"
    folder = tmp_path / "queue" / "queue_trigger"
    shutil.copytree(here, folder, ignore=lambda *_: ["recorded"])
    with pytest.raises(SampleError) as caught:
        shown.load(folder)
    first = caught.value.problems[0]
    assert first.file == "samples/queue/queue_trigger/recorded/functions.json"
    assert "nox -s update" in first.remedy


def test_a_record_that_is_no_json_is_reported(tmp_path: Path) -> None:
    import shutil

    here = SAMPLES / "queue/queue_trigger"
    folder = tmp_path / "queue" / "queue_trigger"
    shutil.copytree(here, folder)
    (folder / "recorded").mkdir(exist_ok=True)
    (folder / "recorded/functions.json").write_text("[\n{")
    with pytest.raises(SampleError) as caught:
        shown.load(folder)
    problem = caught.value.problems[0]
    assert problem.file.endswith("recorded/functions.json")
    assert problem.line == 2


# --- Cards and navigation ---


def test_cards_stand_under_their_service_in_the_gallerys_order() -> None:
    ids = ["timer/timer_trigger", "http/route", "queue/queue_trigger"]
    cards = gallery.cards([entry(id=id) for id in ids])
    titles = ["HTTP", "Timer", "Queue Storage"]
    places = [cards.index(f": {title} {{") for title in titles]
    assert places == sorted(places)
    assert "[Greet a message](samples/http/route.md)" in cards


def test_a_card_has_the_attributes_by_which_it_is_found() -> None:
    cards = gallery.cards([entry()])
    assert '`queue_trigger`\n  {: data-service="queue"' in cards


def test_within_a_service_triggers_come_first() -> None:
    ids = ["queue/queue_output", "queue/queue_input", "queue/queue_trigger"]
    (group,) = navigation.by_service([sample(id) for id in ids]).values()
    assert [s.id for s in group] == ids[::-1]


def test_an_unknown_service_gets_a_title_of_its_own() -> None:
    assert navigation.service("carrier_pigeon").title == "Carrier pigeon"


def test_the_navigation_follows_from_the_folders() -> None:
    pages = [
        "index.md",
        "reference/timer.md",
        "reference/app.md",
        "reference/index.md",
        "reference/http.md",
        "zebra/index.md",
        "about/index.md",
        "start/index.md",
    ]
    assert navigation.navigation(dict.fromkeys(pages, ""), [sample()]) == [
        {
            "Samples": [
                {"All samples": "index.md"},
                {"Queue Storage": ["samples/queue/queue_trigger.md"]},
            ]
        },
        {"Get started": ["start/index.md"]},
        {
            "Reference": [
                "reference/index.md",
                "reference/http.md",
                "reference/timer.md",
                "reference/app.md",
            ]
        },
        {"About": ["about/index.md"]},
        {"Zebra": ["zebra/index.md"]},
    ]


def test_pages_of_a_section_come_by_order_then_by_title() -> None:
    pages = {
        "learn/a.md": "# Zebras",
        "learn/b.md": "---\ndescription: x\n---\n\n# Apes { #x }",
        "learn/c.md": "---\norder: 20\n---\n\n# C",
        "learn/d.md": "---\ndescription: x\norder: 3\n---\n\n# D",
        "learn/index.md": "# Learn",
    }
    (_, section) = navigation.navigation(pages, [])
    assert section["Learn"] == [f"learn/{n}.md" for n in ["index", *"dcba"]]


def test_an_order_in_the_text_is_none() -> None:
    pages = {"learn/a.md": "# A\n\n---\norder: late\n---\n"}
    assert navigation.navigation(pages, [])[1] == {"Learn": ["learn/a.md"]}


def test_an_order_that_is_no_number_is_reported() -> None:
    with pytest.raises(SampleError) as caught:
        navigation.navigation({"learn/a.md": "---\na: b\norder: x\n---\n"}, [])
    assert str(caught.value).startswith("docs/learn/a.md:3: has the order 'x'")


# --- Code as HTML ---


def test_a_coloured_span_never_crosses_a_line() -> None:
    html = markup.highlighted('x = """a\nb"""\n', "python")
    assert html.split("\n") == [
        'x = <span class="s">"""a</span>',
        '<span class="s">b"""</span>',
        "",
    ]


def test_text_without_a_lexer_is_only_escaped() -> None:
    assert markup.highlighted("a < b", "text") == "a &lt; b"


def test_no_line_of_code_can_be_taken_for_a_fence() -> None:
    assert "`" not in markup.highlighted("'''\n```\n'''", "python")


@pytest.mark.parametrize(
    "value",
    [
        {"a": [1, 2, {"b": "x" * 70}], "c": None, "ä": "\n"},
        [],
        "x" * 100,
        [["x" * 50, "y" * 50], {"k" * 70: {}}],
    ],
)
def test_compact_json_is_the_same_json(value: object) -> None:
    assert json.loads(markup.compact(value)) == value


def test_compact_json_puts_on_one_line_what_fits() -> None:
    assert markup.compact({"a": [1, 2]}) == '{"a": [1, 2]}'
    long = markup.compact({"a": "x" * 58, "b": [1, 2]})
    assert long.splitlines()[2] == '  "b": [1, 2]'


# --- Pages of docs/ ---


def test_a_page_is_filled_in() -> None:
    parts = {"greet": lambda name="you": f"Hello {name}"}
    text = "<!-- gallery: greet -->, <!-- gallery: greet Ada -->"
    assert filled(text, SITE, "docs/x.md", parts) == "Hello you, Hello Ada"


@pytest.mark.parametrize("marker", ["unknown", "greet too many", "greet"])
def test_what_cannot_be_filled_in_is_reported(marker: str) -> None:
    def greet(name: str) -> str:
        return {}[name]

    with pytest.raises(SampleError) as caught:
        text = f"# T\n\n<!-- gallery: {marker} -->"
        filled(text, SITE, "docs/x.md", {"greet": greet})
    (problem,) = caught.value.problems
    assert str(problem).startswith("docs/x.md:3: ")
    assert "greet" in problem.remedy


def test_the_result_of_an_event_is_found_by_name() -> None:
    entries = [entry({"log": [{"level": "INFO", "message": "hi"}]})]
    site = Site(entries=tuple(entries))
    html = samples.result("queue/queue_trigger", "works", site=site)
    assert "hi" in html
    for pair in [("x/y", "works"), ("queue/queue_trigger", "x")]:
        with pytest.raises(KeyError):
            samples.result(*pair, site=site)


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("[a](../samples/queue/queue_trigger.md)", False),
        ("[a](../samples/queue/queue_peek.md#x)", True),
        ("`@app.queue_trigger` and `func.Out[str]`", False),
        ("`@app.on_queue_change`", True),
        ("`func.QueueMassage`", True),
        ("::: azure.functions.FunctionApp.route", False),
        ("::: azure.functions.FunctionApp.rout", True),
        ("[x][azure.functions.Nothing]", True),
        ("[x](../reference/queue.md#azure.functions.Out)", False),
        ("[x](../reference/queue.md#azure.functions.Ouch)", True),
        ("[x]: ../samples/queue/queue_peek.md", True),
        ("`@bp.on_queue_change`", True),
        ("`KeyError: 'x'` and `JSONDecodeError`.", False),
        ("`KeyErorError: 'x'`", True),
        ("`some_package.KeyErorError`", False),
    ],
)
def test_names_that_do_not_exist_are_reported(line: str, wrong: bool) -> None:
    known = {"FunctionApp.queue_trigger", "FunctionApp.route", "Out"}
    problems = names.wrong(
        f"# T\n\n{line}",
        "docs/x.md",
        frozenset({"queue/queue_trigger"}),
        known.__contains__,
        {"KeyError", "JSONDecodeError"}.__contains__,
    )
    assert [p.line for p in problems] == ([3] if wrong else [])


def test_versions_are_those_installed() -> None:
    from importlib.metadata import version

    assert f"azure-functions {version('azure-functions')}" in page.versions()
