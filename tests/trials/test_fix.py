"""The pages of docs/fix: each trouble is provoked, each remedy is one.

The apps are in data/fix.toml; what worker and check say of them is recorded in
fix.json.
"""

import ast
import inspect
import itertools
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import azure.functions as func
import pytest
from azure_functions_runtime.utils.threadpool import _get_max_workers
from markdown_it import MarkdownIt

from functions_by_example.check.problems import HINTS
from functions_by_example.paths import DOCS, SAMPLES
from functions_by_example.processes import process
from functions_by_example.sdk import former
from functions_by_example.site import parts
from functions_by_example.site.parts import fix as pages
from functions_by_example.site.site import Site
from functions_by_example.trials import troubles as fix
from functions_by_example.worker import app

Json = Any

FOLDER = DOCS / "fix"
PAGES = sorted(FOLDER.glob("*.md"))
CASES = list(fix.cases())
SAMPLES = SAMPLES

# Public threads of people who had a trouble, and where it is settled.
THREADS = {
    "index.md": "W1262 W1338 H9458",
    "functions.md": "H8201 D118272 W1395 W1562 W1624",
    "http.md": "W1310 W1614 H3153 D117242 D119141 W911 W1460 W1539",
    "settings.md": "D101571 AF1874 D122934 W1572 W1603",
    "renamed.md": "D123840 AF2569 W1386",
    "messages.md": (
        "W699 W1524 W418 AF1091 L79 D85087 W1022 W1291 W1249 W1211 D114700"
    ),
    "timer.md": "W1253 L200 H5246 H9203 D96158",
    "logging.md": "W1342 W1870 W236 W675",
    "testing.md": "D116484",
    "imports.md": "W1588 W1701 W1801",
    "annotations.md": "DP468",
    "durable.md": "DP471 DP487 DP496 DP284 DP590 AF2619",
}


def filled(path: Path) -> str:
    """A page as the site has it, before it is rendered."""
    return parts.filled(path.read_text("utf-8"), Site(), path.name)


def headings() -> Iterator[pages.Heading]:
    for path in PAGES:
        yield from pages.headings(path)


# --- What worker and check say ------------------------------------------------


def test_nothing_else_is_recorded() -> None:
    assert list(fix.recorded()) == CASES


# --- Completeness -------------------------------------------------------------


def test_every_code_of_the_check_is_a_heading() -> None:
    anchors = {heading.anchor for heading in headings()}
    assert set(HINTS) - anchors == set()


def test_every_code_is_provoked_below_its_heading() -> None:
    shown = {
        heading.anchor: {
            problem["code"]
            for name in heading.cases
            for problem in fix.recorded()[name]["wrong"]["check"]
        }
        for heading in headings()
    }
    missing = [code for code in HINTS if code not in shown[code]]
    assert missing == []


def test_every_anchor_is_there_once() -> None:
    for path in PAGES:
        anchors = Counter(h.anchor for h in pages.headings(path) if h.anchor)
        assert [name for name, count in anchors.items() if count > 1] == []
    codes = Counter(h.anchor for h in headings() if h.anchor in HINTS)
    assert set(codes.values()) == {1}


def test_every_case_is_shown_once() -> None:
    shown = Counter(name for heading in headings() for name in heading.cases)
    listed = [n for n, case in fix.cases().items() if "why" in case.shown]
    assert shown + Counter(listed) == Counter(CASES)


def test_every_remedy_is_shown() -> None:
    text = "".join(path.read_text("utf-8") for path in PAGES)
    for name, case in fix.cases().items():
        if case.right and "why" not in case.shown:
            shown = f"<!-- gallery: remedy {name} -->" in text
            assert shown or name == "unreadable", name


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_page_links_the_threads_that_it_settles(path: Path) -> None:
    text = filled(path)
    for thread in THREADS[path.name].split():
        letters = thread.rstrip("0123456789")
        address = (
            f"https://github.com/{pages.REPOSITORIES[letters]}/issues/"
            f"{thread.removeprefix(letters)}"
        )
        assert f"({address})" in text, thread


def test_the_tree_leads_to_every_cause() -> None:
    tree = pages.tree(site=Site())
    for heading in pages.headings(FOLDER / "index.md"):
        if heading.level == 3:
            assert f"[{heading.text}](#{heading.anchor})" in tree


def test_the_other_troubles_are_listed() -> None:
    listed = pages.troubles(site=Site())
    for path in PAGES:
        if path.name != "index.md":
            for heading in pages.headings(path):
                assert heading.level != 2 or heading.link in listed


# --- Nothing is quoted that was not said -------------------------------------

# Errors that other tests provoke.
CODE = ("azurite ", "from ", "func ")  # three words in a row, and no error
ELSEWHERE = {
    "Cannot import Azure Monitor distro.",
    "ASGI middleware startup failed.",
}


# Parts of headings that begin with a small letter and are no quotation, or
# are one from a source that stands below them.
OUR_WORDS = {
    "missing argument",
    "host.json cannot be read",
    "local.settings.json cannot be read",
    "python exited with code 139",
    "cosmos_db_trigger() missing 'connection' and 'container_name'",
    "v1 and v2 mixed up: function.json beside function_app.py",
}


def said() -> str:
    """All that worker and check said, in every case."""
    return json.dumps(fix.recorded(), ensure_ascii=False).replace('\\"', '"')


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_an_error_that_is_quoted_was_said(path: Path) -> None:
    """An error in a code span is recorded, stands in a fence that is run, or
    is the text of a link to its source."""
    error = re.compile(r"^\w+(Error|Exception): |[A-Za-z']+( [A-Za-z']+){2}")
    known = said()
    for token in MarkdownIt().parse(path.read_text("utf-8")):
        inside = False
        for child in token.children or ():
            if child.type in ("link_open", "link_close"):
                inside = child.type == "link_open"
            text = child.content
            quoted = child.type == "code_inline" and error.search(text)
            if quoted and not inside and not text.startswith(CODE):
                assert text in known or text in ELSEWHERE, text


def test_a_heading_that_quotes_an_error_quotes_what_was_said() -> None:
    """Those that begin with a small letter or a quotation mark; each part of
    it between commas."""
    known = said() + "".join(
        token.content
        for path in PAGES
        for token in MarkdownIt().parse(path.read_text("utf-8"))
        if token.type == "fence"
    )
    quoted = [
        (heading, part)
        for heading in headings()
        if re.match(r"[a-z']", heading.text)
        for part in heading.text.split(", ")
    ]
    assert [
        f"{heading.page}: {part}"
        for heading, part in quoted
        if part not in known and part not in OUR_WORDS
    ] == []


def _configured(folder: str) -> list[str]:
    import asyncio
    import logging

    lines: list[str] = []

    class Kept(logging.Handler):
        def emit(self, entry: logging.LogRecord) -> None:
            lines.append(entry.getMessage())

    app.enter(Path(folder))
    logging.getLogger("azure.functions").addHandler(Kept())
    asyncio.run(app.App.load(Path(folder)))
    return lines


def test_an_app_without_azure_monitor_loads_and_says_so(
    tmp_path: Path,
) -> None:
    values = {"PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY": "true"}
    settings = json.dumps({"Values": values})
    (tmp_path / "local.settings.json").write_text(settings)
    right = fix.cases()["no-trigger"].right
    assert right
    (tmp_path / fix.APP).write_text(right[fix.APP])
    lines = process.call(_configured, str(tmp_path))
    assert any("Cannot import Azure Monitor distro." in line for line in lines)


def test_an_asgi_app_that_does_not_start_up_fails() -> None:
    case = fix.cases()["asgi-beside"]
    assert case.right
    silent = case.right | {
        "shop.py": "async def web(scope, receive, send): ...\n"
    }
    answer = fix.tried(case, silent)
    assert answer["result"]["error"]["message"] == (
        "ASGI middleware startup failed."
    )


# --- What the pages say besides -----------------------------------------------


def test_the_attributes_that_are_none_are_those_of_the_sample() -> None:
    """Where a test of the sample runs each of them."""

    def listed(path: Path, beginning: str) -> set[str]:
        lines = path.read_text("utf-8").splitlines()
        (line,) = (one for one in lines if one.startswith(beginning))
        return set(re.findall(r"`([a-z_]+)`", line))

    readme = SAMPLES / "service_bus/service_bus_queue_trigger/README.md"
    on_page = listed(FOLDER / "messages.md", "- **Service Bus**")
    assert on_page == listed(readme, "- `time_to_live`, ")


def test_register_functions_and_register_blueprint_do_the_same() -> None:
    shop, names = func.FunctionApp(), []
    for register in (shop.register_functions, shop.register_blueprint):
        blueprint = func.Blueprint()
        name = f"f{len(names)}"
        blueprint.function_name(name)(blueprint.route()(lambda req: "24"))
        register(blueprint)
        names.append(name)
    assert [f.get_function_name() for f in shop.get_functions()] == names


@pytest.mark.parametrize(
    ("decorator", "parameter"),
    [
        ("service_bus_queue_trigger", "is_sessions_enabled"),
        ("timer_trigger", "run_on_startup"),
        ("route", "trigger_arg_name"),
        ("route", "methods"),
    ],
)
def test_a_parameter_that_the_pages_name_exists(
    decorator: str, parameter: str
) -> None:
    signature = inspect.signature(getattr(func.FunctionApp, decorator))
    assert parameter in signature.parameters


def test_the_levels_of_the_table_are_all_there_are() -> None:
    text = (FOLDER / "http.md").read_text("utf-8")
    rows = re.findall(r"^\| `([A-Z]+)`", text, re.M)
    assert set(rows) == {level.name for level in func.AuthLevel}


def loads(app: str) -> bool:
    """Whether the worker loads this app."""
    case = fix.cases()["no-trigger"]
    return "functions" in fix.tried(case, {fix.APP: app})


@pytest.mark.parametrize(
    "name", [n for n, case in fix.cases().items() if "why" in case.shown]
)
def test_without_its_annotations_the_app_loads(name: str) -> None:
    tree = ast.parse(fix.cases()[name].wrong[fix.APP])
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
        elif isinstance(node, ast.arg):
            node.annotation = None
    assert loads(ast.unparse(tree))


# Trigger, as the table of batches calls it -> its decorator.
TRIGGERS = {
    "Event Hubs": 'event_hub_message_trigger("m", "c", "h"{})',
    "Service Bus": 'service_bus_queue_trigger("m", "c", "q"{})',
    "Kafka": 'kafka_trigger("m", topic="t", broker_list="b"{})',
    "Queue Storage": 'queue_trigger("m", "q", "c")',
    "Event Grid": 'event_grid_trigger("m")',
    "Cosmos DB": 'cosmos_db_trigger("m", "c", "d", "c")',
}


def batches() -> list[list[str]]:
    """The table of messages.md: trigger, one a call, many a call."""
    text = (FOLDER / "messages.md").read_text("utf-8")
    rows = [line.strip("| ").split(" | ") for line in text.splitlines()]
    start = rows.index(["Trigger", "One a call", "Many a call"])
    table = itertools.takewhile(lambda row: len(row) == 3, rows[start + 2 :])
    return list(table)


def test_the_table_of_batches_has_every_trigger() -> None:
    assert [row[0] for row in batches()] == list(TRIGGERS)


@pytest.mark.parametrize("row", batches(), ids=lambda row: row[0])
def test_the_table_of_batches_is_true(row: list[str]) -> None:
    trigger, one, many = (cell.strip("`") for cell in row)
    head = "import typing\nimport azure.functions as func\n"
    head += "app = func.FunctionApp()\n"
    for annotation, cardinality in ((one, "ONE"), (many, "MANY")):
        if annotation == "no":
            continue
        about = f", cardinality=func.Cardinality.{cardinality}"
        decorator = TRIGGERS[trigger].format(about)
        assert loads(f"{head}@app.{decorator}\ndef f(m: {annotation}): ...\n")
    decorator = TRIGGERS[trigger].format("")
    other = "func.Document" if one == "no" else f"typing.List[{one}]"
    if "no" in (one, many):
        assert not loads(f"{head}@app.{decorator}\ndef f(m: {other}): ...\n")


def test_an_asgi_response_is_collected() -> None:
    case = fix.cases()["asgi-beside"]
    assert case.right
    shop = case.right["shop.py"].replace(
        '\n    await send({"type": "http.response.body", "body": answer})',
        '\n    part = {"type": "http.response.body", "body": b"tea"}'
        '\n    await send(part | {"more_body": True})'
        "\n    await send(part)",
    )
    assert shop != case.right["shop.py"]
    answer = fix.tried(case, case.right | {"shop.py": shop})
    assert answer["result"]["return"]["http"]["body"] == "teatea"


def test_an_asgi_app_is_one_function_for_all_that_asks_for_a_key() -> None:
    async def web(scope: Any, receive: Any, send: Any) -> None: ...

    (function,) = func.AsgiFunctionApp(app=web).get_functions()
    trigger = function.get_trigger().get_dict_repr()
    assert function.get_function_name() == "http_app_func"
    assert trigger["route"] == "/{*route}"
    assert trigger["authLevel"] is func.AuthLevel.FUNCTION
    assert {method.value for method in func.HttpMethod} == {
        method.value for method in trigger["methods"]
    }


def test_retry_is_announced_whatever_the_trigger(tmp_path: Path) -> None:
    (tmp_path / fix.APP).write_text(
        "import azure.functions as func\n"
        "app = func.FunctionApp()\n"
        '@app.retry("fixed_delay", "3", delay_interval="00:00:10")\n'
        '@app.queue_trigger("m", "q", "c")\n'
        "def f(m): ...\n"
    )
    (function,) = process.call(app.index, str(tmp_path))["functions"]
    assert function["retry"]["maxRetryCount"] == 3


def test_threads_are_as_many_as_python_thinks_fit() -> None:
    assert _get_max_workers() is None


def test_a_wrong_name_in_the_tables_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(
        former.tables()["decorators"], "queue_trigger", "queue_output"
    )
    with pytest.raises(LookupError):
        pages.renamed()
    renamed = former.tables()["cosmos"]
    monkeypatch.setitem(renamed, "collection_name", "nonesuch")
    with pytest.raises(LookupError):
        pages.cosmos()


def test_a_heading_without_an_anchor_fails(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("# Title\n\n## Trouble\n")
    with pytest.raises(ValueError, match=r"page\.md: `Trouble` has no anchor"):
        pages.headings(tmp_path / "page.md")


@pytest.mark.parametrize("part", ["trouble", "remedy"])
def test_a_case_that_there_is_not_fails(part: str) -> None:
    with pytest.raises(KeyError):
        parts.every()[part]("nonesuch")


def test_lines_that_the_check_names_are_marked() -> None:
    assert '```python title="function_app.py" hl_lines="7"' in pages.trouble(
        "no-trigger"
    )


def test_a_remedy_is_a_difference_where_that_is_short() -> None:
    short, long = pages.remedy("argument"), pages.remedy("two-triggers")
    assert short.splitlines()[0] == '```diff title="function_app.py"'
    assert long.splitlines()[0] == '```python title="function_app.py"'


def test_pages_come_in_the_order_that_they_state() -> None:
    orders = [pages._order(path) for path in pages._pages(FOLDER)]
    assert orders == sorted(orders)
    assert len({number for number, _ in orders}) == len(orders)
    assert all(a < b for a, b in itertools.pairwise(orders))
