"""What the pages of docs/learn and docs/start say, as far as it can be run.

The small apps that the pages show are run anew and compared with what is
recorded. What the prose says of them is held by tests of its own: a record
that changes may be rewritten, a sentence is not.
"""

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import azure_functions_runtime
import pytest
from markdown_it import MarkdownIt

from functions_by_example.check.settings import missing_settings
from functions_by_example.paths import DOCS, SAMPLES
from functions_by_example.processes import process
from functions_by_example.site.reference import pages as reference
from functions_by_example.trials import apps as cases
from functions_by_example.trials import samples as verify
from functions_by_example.worker import app

Json = Any

OURS = (
    "programming-model",
    "invocation",
    "bindings",
    "expressions",
    "connections",
    "blueprints",
    "own-decorators",
    "host-json",
)
PAGES = [
    *(DOCS / "learn" / f"{name}.md" for name in ("index", *OURS)),
    *sorted(DOCS.glob("start/*.md")),
]
DRAWING = DOCS / "assets/life-of-an-invocation.svg"


@pytest.fixture(scope="module", autouse=True)
def _forkserver() -> None:
    process.preload(verify.PRELOAD)


def _name(path: Path) -> str:
    return path.relative_to(DOCS).as_posix()


def _recorded(name: str) -> Json:
    return json.loads((cases.LEARN / cases.record_file(name)).read_text())


def _result(name: str, event: str) -> Json:
    return _recorded(name)["replays"][event]["result"]


def _messages(name: str, event: str) -> list[str]:
    return [line["message"] for line in _result(name, event).get("log", ())]


# --- The cases ------------------------------------------------------------


def test_every_case_is_shown_or_asserted() -> None:
    """A case that no page shows and no test of this file names is dead."""
    shown = " ".join(path.read_text("utf-8") for path in PAGES)
    here = Path(__file__).read_text("utf-8")
    for name in cases.names():
        in_page = re.search(rf"<!-- gallery: \w+ {name}[ >]", shown)
        assert in_page or f'"{name}"' in here, f"docs/learn/apps/{name}"


# What the pages say of a case: the functions that the worker finds, or a part
# of its error; what the check warns of.
SAID: dict[str, tuple[list[str] | str, list[str]]] = {
    # programming-model.md
    "file-name": (["health"], []),
    "file-name-path": ("InvalidFileNameError: ", ["script-name"]),
    "file-name-missing": ([], ["no-app-file"]),
    "mixed-models": (["health"], ["mixed-models"]),
    # expressions.md
    "expressions": (["show_receipt"], []),
    "expressions-missing-setting": (
        ["show_receipt"],
        ["missing-setting", "connection-setting"],
    ),
    # blueprints.md
    "blueprint": (["show_order", "health"], []),
    "blueprint-unregistered": (["health"], ["unregistered-blueprint"]),
    "blueprint-nested": (
        "AttributeError: 'Blueprint' object has no attribute "
        "'register_functions'",
        ["unknown-decorator"],
    ),
    "blueprint-same-name": (
        "does not have a unique function name",
        ["duplicate-name"],
    ),
    "blueprint-twice": (
        "does not have a unique function name",
        ["duplicate-name"],
    ),
    # own-decorators.md
    "own-decorator-above": (["list_orders"], ["own-decorator"]),
    "own-decorator-async": (["list_orders"], ["sync-wrapper"]),
    "own-decorator-below": (["list_orders"], []),
    "own-decorator-between": ("does not have a trigger", ["no-trigger"]),
    "own-decorator-both": (["list_orders"], []),
    "own-decorator-without-wraps": (
        "cannot load the wrapper function",
        ["parameter"],
    ),
    # test.md
    "parameter-name": ("{'request'}", ["parameter"]),
}


@pytest.mark.parametrize("name", SAID)
def test_worker_and_check_say_what_the_pages_say(name: str) -> None:
    functions, warned = SAID[name]
    recorded = _recorded(name)
    if isinstance(functions, str):
        error = recorded["error"]
        assert functions in f"{error['type']}: {error['message']}"
    else:
        assert [f["name"] for f in recorded["functions"]] == functions
    assert [problem["code"] for problem in recorded["check"]] == warned


# --- invocation.md --------------------------------------------------------


def test_the_page_names_the_workers_requests() -> None:
    text = (DOCS / "learn/invocation.md").read_text("utf-8")
    named = set(re.findall(r"`(\w+_request)`", text))
    offered = {
        name for name in dir(azure_functions_runtime) if "_request" in name
    }
    assert named <= offered
    assert offered - named == {"function_environment_reload_request"}


def test_an_error_after_set_sends_nothing() -> None:
    result = _result("raise-after-set", "order")
    assert result["error"]["type"] == "RuntimeError"
    assert "outputs" not in result
    assert "return" not in result


def test_the_drawing_says_what_it_shows() -> None:
    root = ET.parse(DRAWING).getroot()
    svg = "{http://www.w3.org/2000/svg}"
    assert root.get("role") == "img"
    labels = root.get("aria-labelledby", "").split()
    texts = [root.find(f"{svg}title"), root.find(f"{svg}desc")]
    assert [t.get("id") for t in texts if t is not None] == labels
    numbers = [t.text for t in root.iter(f"{svg}text") if t.text]
    shown = [int(text) for text in numbers if text.isdigit()]
    assert shown == list(range(1, 11))
    description = texts[1].text if texts[1] is not None else None
    assert all(f"({number})" in str(description) for number in shown)


def test_the_drawing_has_no_colour_of_its_own() -> None:
    text = DRAWING.read_text("utf-8")
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgb|hsl", text)
    assert "currentColor" in text


# --- expressions.md -------------------------------------------------------


def test_the_worker_resolves_nothing() -> None:
    for name in ("expressions", "expressions-missing-setting"):
        bindings = _recorded(name)["functions"][0]["bindings"]
        (blob,) = (b for b in bindings if b["type"] == "blob")
        assert blob["path"] == "%RECEIPTS%/{order_id}.txt"
        assert blob["connection"] == "ShopStorage"


def test_code_reads_settings_from_the_environment() -> None:
    assert _result("settings", "ask")["return"] == {"string": "The Teapot"}


# --- connections.md -------------------------------------------------------


def test_the_local_values_are_those_of_the_samples() -> None:
    text = (DOCS / "learn/connections.md").read_text("utf-8")
    template, *_ = _json_fences(text)
    known = [
        app.settings_of(folder).items()
        for folder in SAMPLES.glob("*/*")
        if (folder / "local.settings.json").is_file()
    ]
    everything = {item for settings in known for item in settings}
    assert set(template["Values"].items()) <= everything


@pytest.mark.parametrize(
    ("settings", "satisfied"),
    [
        (["Shop"], True),
        (["Shop__queueServiceUri"], True),
        (["AzureWebJobsShop"], True),
        (["AzureWebJobsShop__queueServiceUri"], True),
        (["%Shop%"], False),
        (["Shopping"], False),
        ([], False),
    ],
)
def test_what_satisfies_a_connection(
    settings: list[str], satisfied: bool
) -> None:
    binding = {"type": "queueTrigger", "connection": "Shop"}
    assert (not missing_settings([binding], settings)) == satisfied


# --- blueprints.md --------------------------------------------------------


def test_a_registered_blueprint_is_part_of_the_app() -> None:
    assert _result("blueprint", "ask")["return"] == {"string": "A-17"}


def test_a_blueprint_takes_the_level_of_the_app() -> None:
    function, _ = _recorded("blueprint")["functions"]
    assert function["bindings"][0]["authLevel"] == "ANONYMOUS"
    text = (cases.LEARN / "apps/blueprint/orders.py").read_text("utf-8")
    assert "ANONYMOUS" not in text


def test_a_relative_import_fails(tmp_path: Path) -> None:
    folder = cases.LEARN / "apps/blueprint"
    for file in folder.glob("*.py"):
        text = file.read_text("utf-8")
        text = text.replace("import orders", "from . import orders")
        (tmp_path / file.name).write_text(text)
    error = process.call(app.index, str(tmp_path))["error"]
    quoted = "attempted relative import with no known parent package"
    assert error["type"] == "ImportError"
    assert error["message"].startswith(quoted)
    text = (DOCS / "learn/blueprints.md").read_text("utf-8")
    assert f"`ImportError: {quoted}`" in text


# --- own-decorators.md ----------------------------------------------------


@pytest.mark.parametrize("name", ["own-decorator-below", "own-decorator-both"])
def test_directly_above_def_it_takes_effect(name: str) -> None:
    assert _messages(name, "ask") == ["before list_orders"]


def test_above_the_sdks_it_is_left_out_without_an_error() -> None:
    assert _messages("own-decorator-above", "ask") == []
    result = _result("own-decorator-above", "ask")
    assert result == {"return": {"string": "A-17"}}


def test_a_sync_wrapper_of_an_async_def_fails_at_the_call() -> None:
    error = _result("own-decorator-async", "ask")["error"]
    assert error["message"].endswith('for Python type "coroutine"')


def test_the_worker_passes_arguments_by_name(tmp_path: Path) -> None:
    code = cases.LEARN / "apps/own-decorator-below/function_app.py"
    text = code.read_text("utf-8")
    old = '"before %s", function.__name__'
    assert old in text
    text = text.replace(old, '"%s %s", args, sorted(kwargs)')
    (tmp_path / "function_app.py").write_text(text)
    event = {"request": {"url": "/api/orders"}}
    answer = process.call(app.replay, str(tmp_path), event)
    assert answer["result"]["log"][0]["message"] == "() ['req']"


# --- test.md and bindings.md ----------------------------------------------


def test_context_needs_no_binding(tmp_path: Path) -> None:
    (tmp_path / "function_app.py").write_text(
        "import azure.functions as func\n"
        "app = func.FunctionApp()\n"
        '@app.route(route="health")\n'
        "def health(req: func.HttpRequest, context: func.Context) -> str:\n"
        "    return context.invocation_id\n"
    )
    event = {"request": {"url": "/api/health"}}
    answer = process.call(app.replay, str(tmp_path), event)
    assert answer["result"]["return"] == {"string": app.INVOCATION_ID}


def test_names_of_the_sdk_that_stand_within_code_exist() -> None:
    """The build looks at spans that begin with the name."""
    for path in PAGES:
        for dotted in re.findall(r"func\.([A-Z][\w.]*\w)", path.read_text()):
            assert reference.exists(dotted), f"{_name(path)}: func.{dotted}"


# --- host-json.md ---------------------------------------------------------


def _json_fences(text: str) -> list[Json]:
    return [
        json.loads(token.content)
        for token in MarkdownIt().parse(text)
        if token.type == "fence" and token.info.strip() == "json"
    ]


def test_every_host_json_satisfies_the_schema() -> None:
    fences = _json_fences((DOCS / "learn/host-json.md").read_text("utf-8"))
    assert fences
    for content in fences:
        errors = verify._host_json_validator().iter_errors(content)
        assert [error.message for error in errors] == [], content


def test_the_least_host_json_is_that_of_every_sample() -> None:
    least, *_ = _json_fences((DOCS / "learn/host-json.md").read_text("utf-8"))
    for path in SAMPLES.glob("*/*/host.json"):
        content = json.loads(path.read_text("utf-8"))
        assert least.items() <= content.items(), path


def test_the_queue_settings_are_those_of_the_sample() -> None:
    text = (DOCS / "learn/host-json.md").read_text("utf-8")
    shown = [f for f in _json_fences(text) if "queues" in str(f)]
    path = SAMPLES / "queue/queue_trigger/host.json"
    sample = json.loads(path.read_text("utf-8"))["extensions"]["queues"]
    assert sample.items() <= shown[0]["extensions"]["queues"].items()


# --- What cannot be run ---------------------------------------------------

# A command of a program that the tests do not have.
NOT_HERE = re.compile(r"`?(func (start|azure|init|new)|az |azd |brew |winget )")


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_what_is_not_run_is_said_to_be_not_run(path: Path) -> None:
    text = path.read_text("utf-8")
    commands = [
        line
        for line in text.splitlines()
        if NOT_HERE.match(line.lstrip("1234567890. ")) or ": `az" in line
    ]
    if commands:
        assert '!!! note "Not run here"' in text, commands


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_a_page_links_to_learn_without_a_language(path: Path) -> None:
    links = re.findall(r"https://learn\.microsoft\.com/\S+", path.read_text())
    assert not [link for link in links if "/en-us/" in link]


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_a_page_has_its_place_in_the_section(path: Path) -> None:
    head = path.read_text("utf-8").split("\n---\n")[0]
    assert re.search(r"^order: \d+$", head, re.M)
    (description,) = re.findall(r"^description: (.+)$", head, re.M)
    assert len(description) < 160


def test_the_first_function_takes_under_ten_steps() -> None:
    text = (DOCS / "start/first-function.md").read_text("utf-8")
    steps = re.findall(r"^(\d+)\. ", text, re.M)
    assert steps == [str(number + 1) for number in range(len(steps))]
    assert 1 < len(steps) < 10


def test_the_debug_configuration_is_complete() -> None:
    text = (DOCS / "start/vs-code.md").read_text("utf-8")
    (launch,) = _json_fences(text)
    (configuration,) = launch["configurations"]
    assert configuration["request"] == "attach"
    assert configuration["connect"]["port"] == 9091


def test_every_page_is_in_the_list_of_its_section() -> None:
    for path in PAGES:
        index = path.with_name("index.md").read_text("utf-8")
        if path.name != "index.md":
            assert f"]({path.name})" in index, path
