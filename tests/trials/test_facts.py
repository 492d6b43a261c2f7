"""The facts in the samples' READMEs, as far as they can be run here.

A fact on a page has a test or a link to its source. So

- an error that a README quotes stands in ERRORS, which provokes it, or it is
  the text of a link to its source;
- a point of "Good to know" links to an outside source, quotes an error of
  ERRORS, or is held by a test: `@holds(sample, its first words)`.

A fact is run on the very sample that states it: a piece of its code is
exchanged, and the real worker library says what comes of it.
"""

import inspect
import itertools
import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import azure.functions as func
import azure.functions.queue
import azure.functions.servicebus
import azure.functions.timer
import compiled as protocol
import pytest
from markdown_it import MarkdownIt

from functions_by_example.paths import SAMPLES
from functions_by_example.processes import process
from functions_by_example.sample import read as sample
from functions_by_example.trials import samples as verify
from functions_by_example.worker import app

Json = Any
Changes = Mapping[str, str]

SAMPLES = SAMPLES
NAMES = ["/".join(folder.parts[-2:]) for folder in sample.find(SAMPLES)]

COSMOS_INPUT = "cosmos_db/cosmos_db_input"
COSMOS_OUTPUT = "cosmos_db/cosmos_db_output"
COSMOS_TRIGGER = "cosmos_db/cosmos_db_trigger"
EVENT_HUB_OUTPUT = "event_hub/event_hub_output"
EVENT_HUB_TRIGGER = "event_hub/event_hub_message_trigger"
HTTP = "http/route"
QUEUE_OUTPUT = "queue/queue_output"
QUEUE_TRIGGER = "queue/queue_trigger"
BUS_QUEUE_OUTPUT = "service_bus/service_bus_queue_output"
BUS_QUEUE_TRIGGER = "service_bus/service_bus_queue_trigger"
BUS_TOPIC_OUTPUT = "service_bus/service_bus_topic_output"
BUS_TOPIC_TRIGGER = "service_bus/service_bus_topic_trigger"
TIMER = "timer/timer_trigger"


# --- The errors that READMEs quote ----------------------------------------

# Under its old names, a Cosmos DB decorator lacks two of the new ones.
OLD_COSMOS_NAMES = {
    "container_name=": "collection_name=",
    "connection=": "connection_string_setting=",
}
NO_LIST_HERE = "TypeError: issubclass() arg 1 must be a class"
# How the worker refuses an annotation.
REFUSED = ("FunctionLoadError: cannot load the ", NO_LIST_HERE)


class Provoked(NamedTuple):
    """An error as a sample's README quotes it, and what provokes it: loading
    the sample's app with these changes or, where an event is named, sending
    that event to it."""

    sample: str
    text: str
    changes: Changes
    event: str | None = None


ERRORS = [
    Provoked(
        COSMOS_INPUT,
        "binding orders has invalid non-type annotation "
        "typing.Optional[azure.functions._cosmosdb.DocumentList]",
        {"func.DocumentList": "Optional[func.DocumentList]"},
    ),
    Provoked(
        COSMOS_INPUT,
        "the following parameters are declared as bindings but are not "
        "present in Python: {'req'}",
        {"req: func.HttpRequest, ": ""},
    ),
    Provoked(
        COSMOS_INPUT,
        "TypeError: BindingApi.cosmos_db_input() missing 2 required "
        "positional arguments: 'connection' and 'container_name'",
        OLD_COSMOS_NAMES,
    ),
    Provoked(
        COSMOS_OUTPUT,
        "TypeError: unable to encode outgoing TypedData: unsupported type "
        '"cosmosDB" for Python type "dict"',
        {"return func.Document(": "return dict("},
        "one-order",
    ),
    Provoked(
        COSMOS_OUTPUT,
        NO_LIST_HERE,
        {"func.Out[func.DocumentList]": "func.Out[List[func.Document]]"},
    ),
    Provoked(
        COSMOS_OUTPUT,
        "TypeError: BindingApi.cosmos_db_output() missing 2 required "
        "positional arguments: 'connection' and 'container_name'",
        OLD_COSMOS_NAMES,
    ),
    Provoked(
        COSMOS_TRIGGER,
        NO_LIST_HERE,
        {"func.DocumentList": "List[func.Document]"},
    ),
    Provoked(
        COSMOS_TRIGGER,
        "TypeError: TriggerApi.cosmos_db_trigger() missing 2 required "
        "positional arguments: 'connection' and 'container_name'",
        OLD_COSMOS_NAMES,
    ),
    Provoked(
        EVENT_HUB_TRIGGER,
        "binding events has invalid non-type annotation "
        "list[azure.functions._eventhub.EventHubEvent]",
        {"List[func.EventHubEvent]": "list[func.EventHubEvent]"},
    ),
    Provoked(
        EVENT_HUB_TRIGGER,
        "AttributeError: 'list' object has no attribute 'get_body'",
        {
            "List[func.EventHubEvent]": "func.EventHubEvent",
            "for event in events:": "for event in [events]:",
        },
        "two-readings",
    ),
    Provoked(
        EVENT_HUB_OUTPUT,
        "binding events has invalid non-type annotation "
        "azure.functions._abc.Out[list[str]]",
        {"List[str]": "list[str]"},
    ),
    Provoked(
        HTTP,
        "the following parameters are declared in Python but not in the "
        "function definition",
        {"req: func.HttpRequest": "request: func.HttpRequest"},
    ),
    Provoked(
        HTTP,
        'Python return annotation "dict" does not match binding type "http"',
        {"-> func.HttpResponse": "-> dict"},
    ),
    Provoked(
        HTTP,
        "KeyError: 'anonymous'",
        {"FunctionApp()": 'FunctionApp(http_auth_level="anonymous")'},
    ),
    Provoked(
        QUEUE_TRIGGER,
        NO_LIST_HERE,
        {"func.QueueMessage": "List[func.QueueMessage]"},
    ),
    Provoked(BUS_QUEUE_OUTPUT, NO_LIST_HERE, {"Out[str]": "Out[List[str]]"}),
    Provoked(BUS_TOPIC_OUTPUT, NO_LIST_HERE, {"Out[str]": "Out[List[str]]"}),
    Provoked(
        BUS_TOPIC_TRIGGER,
        "binding messages has invalid non-type annotation "
        "list[azure.functions._servicebus.ServiceBusMessage]",
        {"List[func.ServiceBusMessage]": "list[func.ServiceBusMessage]"},
    ),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.sample)
def test_the_error_comes_word_for_word(error: Provoked) -> None:
    raised = error_of(error.sample, error.changes, error.event)
    assert error.text in raised


# --- Running a sample with some of its code exchanged ---------------------


@pytest.fixture(scope="session", autouse=True)
def _forkserver() -> None:
    process.preload(verify.PRELOAD)


def run(name: str, changes: Changes, event: str | Json | None) -> Json:
    """What `app.index` gives or, with an event (or the name of one of the
    sample's own), `app.replay`; the worker may refuse the app, but no event
    may be refused."""
    if isinstance(event, str):
        path = SAMPLES / name / "events" / f"{event}.json"
        event = json.loads(path.read_text("utf-8"))
    with TemporaryDirectory() as folder:
        shutil.copytree(SAMPLES / name, folder, dirs_exist_ok=True)
        path = Path(folder, "function_app.py")
        path.write_text(changed(path.read_text("utf-8"), changes), "utf-8")
        arguments = (folder,) if event is None else (folder, event)
        how = "index" if event is None else "replay"
        answer = process.call(getattr(app, how), *arguments)
        compiled = process.call(getattr(protocol, how), *arguments)
    assert answer == compiled, "the compiled protocol gives something else"
    assert "refused" not in answer, answer
    return answer


def changed(code: str, changes: Changes) -> str:
    """The code with each key of `changes` replaced by its value."""
    for old, new in changes.items():
        assert old in code, f"the sample's code has no {old!r}: adapt the test"
        code = code.replace(old, new)
    return f"from typing import List, Optional\n\n{code}"


def error_of(
    name: str, changes: Changes, event: str | Json | None = None
) -> str:
    """The error, as "Type: message"; "" where there is none."""
    answer = run(name, changes, event)
    error = answer.get("error") or answer.get("result", {}).get("error")
    return f"{error['type']}: {error['message']}" if error else ""


def bindings(name: str, changes: Changes | None = None) -> list[Json]:
    """The bindings of the sample's functions, the triggers first."""
    answer = run(name, changes or {}, None)
    assert "error" not in answer, answer
    found = [b for f in answer["functions"] for b in f["bindings"]]
    return sorted(found, key=lambda b: not b["type"].endswith("Trigger"))


def result(
    name: str, event: str | Json, changes: Changes | None = None
) -> Json:
    """What the invocation gave back: return, outputs, log."""
    answer = run(name, changes or {}, event)
    assert "error" not in answer, answer
    assert "error" not in answer["result"], answer
    return answer["result"]


def status(name: str, event: str | Json) -> int:
    """That of the HTTP answer."""
    return result(name, event)["return"]["http"]["status"]


def logged(
    name: str, event: str | Json, changes: Changes | None = None
) -> list[str]:
    """The messages that the invocation logged."""
    return [e["message"] for e in result(name, event, changes)["log"]]


def host_json(name: str) -> Json:
    """The content of the sample's host.json."""
    return json.loads((SAMPLES / name / "host.json").read_text("utf-8"))


# --- What a README says ---------------------------------------------------


@dataclass(frozen=True)
class Passage:
    """A paragraph or list item of a README. `spans` are its code spans, but
    for those that are the text of a link; `sourced`: it has a link to an
    outside source."""

    where: str
    section: str
    text: str
    spans: tuple[str, ...]
    sourced: bool


def passages(name: str) -> Iterator[Passage]:
    """Those of the sample's README, without the section "Run it"."""
    section = ""
    path = SAMPLES / name / "README.md"
    tokens = MarkdownIt().parse(path.read_text("utf-8"))
    for opening, token in itertools.pairwise(tokens):
        if token.type != "inline":
            continue
        if opening.type == "heading_open":
            section = token.content
        elif section != "Run it":
            spans, links = _spans_and_links(token.children)
            yield Passage(
                where=f"samples/{name}/README.md:{token.map[0] + 1}",
                section=section,
                text=token.content,
                spans=tuple(spans),
                sourced=any(link.startswith("https://") for link in links),
            )


def _spans_and_links(children: list[Any]) -> tuple[list[str], list[str]]:
    spans, links, inside = [], [], False
    for child in children:
        if child.type in ("link_open", "link_close"):
            inside = child.type == "link_open"
        if child.type == "link_open":
            links.append(child.attrs["href"])
        if child.type == "code_inline" and not inside:
            spans.append(child.content)
    return spans, links


def quoted_errors(name: str, passage: Passage) -> list[str]:
    """The code spans that are neither names nor code: they begin with an
    exception's name and a colon or have three words in a row, and stand in
    none of the sample's own files."""
    own = "".join(
        path.read_text("utf-8")
        for path in (SAMPLES / name).rglob("*")
        if path.suffix in (".py", ".json", ".txt")
    )
    error = re.compile(r"^\w+(Error|Exception): |[A-Za-z']+( [A-Za-z']+){2}")
    return [s for s in passage.spans if error.search(s) and s not in own]


# (sample, the first words of a passage) -> the tests that hold it.
HELD: dict[tuple[str, str], list[str]] = {}


def holds[Test: Callable[..., None]](
    name: str, beginning: str
) -> Callable[[Test], Test]:
    """Marks a test: it holds the passage of the sample's README that begins
    with these words."""

    def mark(test: Test) -> Test:
        HELD.setdefault((name, beginning), []).append(test.__name__)
        return test

    return mark


@pytest.mark.parametrize("name", NAMES)
def test_every_quoted_error_is_provoked(name: str) -> None:
    provoked = {error.text for error in ERRORS if error.sample == name}
    _fail_with(
        f"{passage.where}: quotes `{error}`, which no test provokes: "
        "correct it, add it to ERRORS, or make it the text of a link to "
        "its source"
        for passage in passages(name)
        for error in quoted_errors(name, passage)
        if error not in provoked
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_good_to_know_has_a_test_or_a_source(name: str) -> None:
    provoked = {error.text for error in ERRORS if error.sample == name}
    held = tuple(text for sample_name, text in HELD if sample_name == name)
    _fail_with(
        f'{passage.where}: "{passage.text[:60]}..." has neither test nor '
        f"source: test it under @holds({name!r}, its first words), link to "
        "an outside source, or delete it"
        for passage in passages(name)
        if passage.section == "Good to know"
        and not passage.sourced
        and provoked.isdisjoint(passage.spans)
        and not passage.text.startswith(held)
    )


def test_every_provoked_error_is_quoted() -> None:
    _fail_with(
        f"samples/{error.sample}/README.md:1: does not quote `{error.text}`: "
        "take it out of ERRORS"
        for error in ERRORS
        if all(error.text not in p.spans for p in passages(error.sample))
    )


def test_every_held_passage_is_there_once() -> None:
    _fail_with(
        f'samples/{name}/README.md:1: {count} passages begin with "{text}": '
        "adapt the test's @holds"
        for name, text in HELD
        if (count := sum(p.text.startswith(text) for p in passages(name))) != 1
    )


def _fail_with(problems: Iterator[str]) -> None:
    found = "\n".join(problems)
    if found:
        pytest.fail(found, pytrace=False)


# --- HTTP -----------------------------------------------------------------

NO_LEVEL = {"    auth_level=func.AuthLevel.ANONYMOUS,\n": ""}


@holds(HTTP, '`route="quotes/{sku}"` sets the address')
def test_route_is_the_functions_name_unless_set() -> None:
    trigger, *_ = bindings(HTTP, {'    route="quotes/{sku}",\n': ""})
    assert trigger["route"] == "quote_price"


@holds(HTTP, "`auth_level=func.AuthLevel.ANONYMOUS` lets anyone call")
def test_auth_level_is_function_unless_set() -> None:
    assert bindings(HTTP)[0]["authLevel"] == "ANONYMOUS"
    assert bindings(HTTP, NO_LEVEL)[0]["authLevel"] == "FUNCTION"


@holds(HTTP, "A level for all functions goes to")
def test_auth_level_of_the_app_is_that_of_its_functions() -> None:
    level = "FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)"
    trigger, *_ = bindings(HTTP, NO_LEVEL | {"FunctionApp()": level})
    assert trigger["authLevel"] == "ANONYMOUS"


@holds(EVENT_HUB_OUTPUT, "In Azure, a call of this function needs a key.")
@holds(QUEUE_OUTPUT, "In Azure, a call of these functions needs a key.")
@pytest.mark.parametrize("name", [EVENT_HUB_OUTPUT, QUEUE_OUTPUT])
def test_functions_without_a_level_need_a_key(name: str) -> None:
    triggers = [b for b in bindings(name) if b["type"] == "httpTrigger"]
    assert {trigger["authLevel"] for trigger in triggers} == {"FUNCTION"}


@holds(HTTP, "`status_code=404` answers for a product")
def test_status_is_200_unless_set() -> None:
    assert func.HttpResponse("24").status_code == 200


@holds(HTTP, "`req.get_json()` raises `ValueError` when the body is not JSON")
def test_get_json_raises_value_error() -> None:
    request = func.HttpRequest("POST", "/api/quotes/teapot", body=b"three")
    with pytest.raises(ValueError):
        request.get_json()


@holds(HTTP, "`req.get_json()` raises `ValueError` when the body is not JSON")
@pytest.mark.parametrize("body", ["three", {}, [], "null", {"count": None}])
def test_a_body_without_a_count_is_answered_with_400(body: Json) -> None:
    request = {"method": "POST", "url": "/api/quotes/teapot", "body": body}
    assert status(HTTP, {"request": request}) == 400


@holds(HTTP, "The request arrives in a parameter called `req`.")
def test_trigger_arg_name_renames_the_request() -> None:
    renamed = {
        "req: func.HttpRequest": "request: func.HttpRequest",
        "route=": 'trigger_arg_name="request", route=',
    }
    assert bindings(HTTP, renamed)[0]["name"] == "request"


@holds(HTTP, "Return `func.HttpResponse` or `str`.")
def test_a_function_may_return_str() -> None:
    returned = result(
        HTTP,
        "three-teapots",
        {"-> func.HttpResponse:": '-> str:\n    return "24"'},
    )
    assert returned["return"] == {"string": "24"}


@holds(HTTP, "Return `func.HttpResponse` or `str`.")
def test_http_response_takes_text_or_bytes_and_is_text_plain() -> None:
    assert func.HttpResponse("24").get_body() == b"24"
    assert func.HttpResponse(b"24").mimetype == "text/plain"
    with pytest.raises(TypeError):
        func.HttpResponse({"total": 24})


# --- Outputs --------------------------------------------------------------

# The parameter that is an output, its annotation, an event that sets it.
OUTPUTS = {
    EVENT_HUB_OUTPUT: ("events", "List[str]", "two-readings"),
    QUEUE_OUTPUT: ("message", "str", "one-order"),
    BUS_QUEUE_OUTPUT: ("message", "str", "two-parcels"),
    BUS_TOPIC_OUTPUT: ("message", "str", "shipped"),
}
ORDER = {"sku": "teapot", "count": 3}


def annotated(name: str, annotation: str) -> Changes:
    """Gives the output of this sample the annotation func.Out[...]."""
    before = OUTPUTS[name][1]
    return {f"func.Out[{before}]": f"func.Out[{annotation}]"}


def sent(name: str, annotation: str, value: Json) -> Json:
    """What goes out under this annotation when the function, in the end,
    sets the output to this value."""
    parameter, _, event = OUTPUTS[name]
    end = "return func.HttpResponse("
    changes = {
        **annotated(name, annotation),
        end: f"{parameter}.set({value!r}); {end}",
    }
    return result(name, event, changes)["outputs"][parameter]


@holds(QUEUE_OUTPUT, "What is sent depends on the annotation")
def test_queue_sends_a_dict_under_str_as_json() -> None:
    assert sent(QUEUE_OUTPUT, "str", ORDER) == {"json": ORDER}


@holds(QUEUE_OUTPUT, "What is sent depends on the annotation")
@pytest.mark.parametrize("annotation", ["List[str]", "func.QueueMessage"])
def test_queue_sends_the_keys_of_a_dict_else(annotation: str) -> None:
    assert sent(QUEUE_OUTPUT, annotation, ORDER) == {"json": ["sku", "count"]}


@holds(QUEUE_OUTPUT, "`func.Out[List[func.QueueMessage]]` and")
@pytest.mark.parametrize("annotation", ["List[func.QueueMessage]", "list[str]"])
def test_queue_output_is_no_list_of_these(annotation: str) -> None:
    error = error_of(QUEUE_OUTPUT, annotated(QUEUE_OUTPUT, annotation))
    assert error.startswith(REFUSED)


@holds(QUEUE_OUTPUT, "Text that looks like a JSON array")
@holds(BUS_QUEUE_OUTPUT, "Text that is a JSON array becomes several")
@holds(BUS_TOPIC_OUTPUT, "Text that is a JSON array becomes several")
@pytest.mark.parametrize(
    "name", [QUEUE_OUTPUT, BUS_QUEUE_OUTPUT, BUS_TOPIC_OUTPUT]
)
def test_the_worker_leaves_a_json_array_whole(name: str) -> None:
    assert sent(name, "str", "[1, 2]") == {"string": "[1, 2]"}


@holds(QUEUE_OUTPUT, "`message.set(receipt_for(req.get_json()))` sets")
@holds(QUEUE_OUTPUT, "`[receipt_for(order) for order in req.get_json()]`")
@holds(EVENT_HUB_OUTPUT, "`float(celsius)` raises for anything")
@holds(BUS_QUEUE_OUTPUT, "`except (KeyError, TypeError, ValueError)` catches")
@holds(BUS_TOPIC_OUTPUT, "`except (KeyError, TypeError, ValueError)` catches")
@holds(COSMOS_OUTPUT, '`[new_order(body["id"], body) for body in')
@pytest.mark.parametrize(
    ("name", "event"),
    [
        (QUEUE_OUTPUT, "bad-json"),
        (QUEUE_OUTPUT, "one-order-of-two-is-incomplete"),
        (EVENT_HUB_OUTPUT, "bad-json"),
        (EVENT_HUB_OUTPUT, "not-a-number"),
        (BUS_QUEUE_OUTPUT, "bad-json"),
        (BUS_QUEUE_OUTPUT, "no-parcels"),
        (BUS_TOPIC_OUTPUT, "bad-json"),
        (BUS_TOPIC_OUTPUT, "no-status"),
        (COSMOS_OUTPUT, "bad-json"),
        (COSMOS_OUTPUT, "one-order-of-two-is-incomplete"),
    ],
)
def test_a_bad_request_sends_nothing_at_all(name: str, event: str) -> None:
    assert status(name, event) == 400
    assert "outputs" not in result(name, event)


@holds(EVENT_HUB_OUTPUT, "What is sent depends on the annotation")
def test_event_hub_sends_nothing_of_a_dict_under_list() -> None:
    assert sent(EVENT_HUB_OUTPUT, "List[str]", ORDER) is None


@holds(EVENT_HUB_OUTPUT, "What is sent depends on the annotation")
def test_event_hub_sends_a_dict_under_str_as_json() -> None:
    assert sent(EVENT_HUB_OUTPUT, "str", ORDER) == {"json": ORDER}


@holds(EVENT_HUB_OUTPUT, "`func.Out[List[str]]` is for several events")
def test_event_hub_sends_one_text_under_str() -> None:
    assert sent(EVENT_HUB_OUTPUT, "str", "21.5") == {"string": "21.5"}


@holds(EVENT_HUB_OUTPUT, "`set` replaces what you set before.")
def test_set_replaces_what_was_set_before() -> None:
    last = sent(EVENT_HUB_OUTPUT, "List[str]", ["the last"])
    assert last == {"json": ["the last"]}


@holds(BUS_QUEUE_OUTPUT, "`@app.service_bus_queue_output` ties")
def test_queues_and_topics_have_a_decorator_each() -> None:
    queue = inspect.signature(func.FunctionApp.service_bus_queue_output)
    topic = inspect.signature(func.FunctionApp.service_bus_topic_output)
    assert "queue_name" in queue.parameters
    assert "topic_name" in topic.parameters


@holds(BUS_QUEUE_OUTPUT, "`func.Out[str]` is for one message.")
@holds(BUS_TOPIC_OUTPUT, "`func.Out[str]` is for one message.")
@pytest.mark.parametrize("name", [BUS_QUEUE_OUTPUT, BUS_TOPIC_OUTPUT])
def test_service_bus_sends_bytes(name: str) -> None:
    assert sent(name, "bytes", b"paid") == {"bytes": "paid"}


@holds(BUS_QUEUE_OUTPUT, "`func.Out[str]` is for one message.")
@holds(BUS_TOPIC_OUTPUT, "`func.Out[str]` is for one message.")
@holds(BUS_QUEUE_OUTPUT, "`func.Out[List[str]]` keeps the app from loading")
@pytest.mark.parametrize("name", [BUS_QUEUE_OUTPUT, BUS_TOPIC_OUTPUT])
@pytest.mark.parametrize(
    "annotation", ["func.ServiceBusMessage", "dict", "int", "List[bytes]"]
)
def test_service_bus_output_is_str_or_bytes(name: str, annotation: str) -> None:
    assert error_of(name, annotated(name, annotation)).startswith(REFUSED)


@holds(BUS_QUEUE_OUTPUT, "A `dict` or a list under `func.Out[str]`")
@pytest.mark.parametrize("value", [ORDER, [ORDER, ORDER]])
def test_service_bus_sends_a_dict_or_list_as_json(value: Json) -> None:
    assert sent(BUS_QUEUE_OUTPUT, "str", value) == {"json": value}


@holds(BUS_QUEUE_OUTPUT, "An unknown keyword argument of the decorator")
def test_an_unknown_keyword_goes_into_the_binding() -> None:
    misspelt = {"queue_name=": 'sesion_id="A-17", queue_name='}
    emitted = bindings(BUS_QUEUE_OUTPUT, misspelt)
    assert "A-17" in [binding.get("sesionId") for binding in emitted]


@holds(BUS_TOPIC_OUTPUT, "The decorator takes a `subscription_name` too.")
def test_a_topic_output_needs_no_subscription() -> None:
    decorator = inspect.signature(func.FunctionApp.service_bus_topic_output)
    assert decorator.parameters["subscription_name"].default is None


# --- Cosmos DB ------------------------------------------------------------


@holds(COSMOS_INPUT, "`Optional[func.DocumentList]` keeps the app")
def test_an_input_is_no_document() -> None:
    error = error_of(COSMOS_INPUT, {"func.DocumentList": "func.Document"})
    assert error.startswith(REFUSED)


@holds(COSMOS_INPUT, '`partition_key="{order_id}"` says where the document')
def test_the_container_is_divided_by_id() -> None:
    read = next(b for b in bindings(COSMOS_INPUT) if "id" in b)
    saved = [b for b in bindings(COSMOS_OUTPUT) if b["type"] == "cosmosDB"]
    assert read["partitionKey"] == read["id"]
    assert {binding["partitionKey"] for binding in saved} == {"/id"}


@holds(COSMOS_INPUT, "`if not orders` is true when there is no such document")
def test_a_missing_document_is_none() -> None:
    is_none = {"if not orders:": "if orders is None:"}
    answer = result(COSMOS_INPUT, "unknown-order", is_none)["return"]
    assert answer["http"]["status"] == 404
    unchecked = {"if not orders:": "if False:"}
    error = error_of(COSMOS_INPUT, unchecked, "unknown-order")
    assert error.startswith("TypeError: 'NoneType' object")


@holds(COSMOS_INPUT, "`orders[0].to_json()` is the document")
def test_one_document_comes_in_a_list() -> None:
    whole_list = {"orders[0].to_json()": "orders.to_json()"}
    answer = result(COSMOS_INPUT, "known-order", whole_list)["return"]
    orders = json.loads(answer["http"]["body"])
    assert [order["id"] for order in orders] == ["A-17"]


@holds(COSMOS_INPUT, "`orders: func.DocumentList` is the type for one document")
def test_a_query_without_result_is_an_empty_list() -> None:
    answer = result(COSMOS_INPUT, "no-orders")["return"]
    assert json.loads(answer["http"]["body"]) == []


@holds(COSMOS_TRIGGER, "`create_lease_container_if_not_exists=True` makes")
def test_a_bool_stays_a_bool_and_a_text_a_text() -> None:
    key = "createLeaseContainerIfNotExists"
    as_text = {"if_not_exists=True": 'if_not_exists="true"'}
    assert bindings(COSMOS_TRIGGER)[0][key] is True
    assert bindings(COSMOS_TRIGGER, as_text)[0][key] == "true"


@holds(COSMOS_TRIGGER, "`func.DocumentList` is what arrives")
def test_one_changed_document_arrives_in_a_list() -> None:
    event = {"documents": [{"id": "A-17", "status": "new"}]}
    loop = "    for order in orders:"
    changes = {loop: f"    logging.info(type(orders).__name__)\n{loop}"}
    assert logged(COSMOS_TRIGGER, event, changes)[0] == "DocumentList"


# --- Event Hubs -----------------------------------------------------------


@holds(EVENT_HUB_TRIGGER, "`cardinality=func.Cardinality.MANY` asks for")
def test_cardinality_is_not_sent_unless_set() -> None:
    left_out = {"    cardinality=func.Cardinality.MANY,\n": ""}
    assert bindings(EVENT_HUB_TRIGGER)[0]["cardinality"] == "MANY"
    assert "cardinality" not in bindings(EVENT_HUB_TRIGGER, left_out)[0]


@holds(EVENT_HUB_TRIGGER, "`event.partition_key` is")
def test_each_event_has_its_own_partition_key_or_none() -> None:
    garbled = {"body": "4,5 C"}
    events = [{**garbled, "partition_key": "kiln"}, garbled]
    assert logged(EVENT_HUB_TRIGGER, {"events": events}) == [
        "Skipped event 0, partition key kiln",
        "Skipped event 1, partition key None",
    ]


@holds(EVENT_HUB_TRIGGER, "`event.metadata` is the metadata of the whole")
def test_metadata_is_that_of_the_whole_batch() -> None:
    numbers = 'event.metadata["SequenceNumberArray"]'
    changes = {"event.enqueued_time": numbers}
    log = logged(EVENT_HUB_TRIGGER, "two-readings", changes)
    assert [line.partition(" at ")[2] for line in log] == ["[7, 8]", "[7, 8]"]


# --- Queue ----------------------------------------------------------------


RECEIPT = {"order_id": "A-17", "sku": "teapot", "count": 3}


@holds(QUEUE_TRIGGER, "`message.dequeue_count` counts the tries, from 1.")
def test_the_last_try_is_the_one_that_host_json_says() -> None:
    last = host_json(QUEUE_TRIGGER)["extensions"]["queues"]["maxDequeueCount"]
    for tries, lines in ((last - 1, 1), (last, 2)):
        message = {"body": RECEIPT, "dequeue_count": tries}
        assert len(logged(QUEUE_TRIGGER, {"message": message})) == lines


@holds(QUEUE_TRIGGER, "`message.get_json()` raises when the body is not JSON")
def test_get_json_of_a_queue_message_raises() -> None:
    with pytest.raises(ValueError):
        func.QueueMessage(body="not json").get_json()


@holds(QUEUE_TRIGGER, "In a test, `func.QueueMessage(dequeue_count=5)` is")
def test_only_the_workers_queue_message_takes_a_dequeue_count() -> None:
    with pytest.raises(TypeError):
        func.QueueMessage(dequeue_count=5)
    message = azure.functions.queue.QueueMessage(dequeue_count=5)
    assert message.dequeue_count == 5


# --- Service Bus ----------------------------------------------------------


def attribute(name: str) -> Json:
    """This attribute of a message, as the sample could log it."""
    expression = {"message.message_id": f"repr(message.{name})"}
    log = logged(BUS_QUEUE_TRIGGER, "works-on-the-last-delivery", expression)
    return re.search("message (.*), in the queue since", log[0])[1]


SHIPMENT = {"order_id": "A-17", "parcels": 2}


@holds(BUS_QUEUE_TRIGGER, "`message.delivery_count` counts the deliveries")
def test_the_last_delivery_is_the_tenth() -> None:
    for delivery, lines in ((9, 1), (10, 2)):
        message = {"body": SHIPMENT, "delivery_count": delivery}
        assert len(logged(BUS_QUEUE_TRIGGER, {"message": message})) == lines


@holds(BUS_QUEUE_TRIGGER, "`json.loads(message.get_body())` raises when")
@holds(BUS_TOPIC_TRIGGER, "`json.loads(message.get_body())` raises when")
@pytest.mark.parametrize(
    ("name", "function"),
    [
        (BUS_QUEUE_TRIGGER, "pack_shipment"),
        (BUS_TOPIC_TRIGGER, "mail_customer"),
    ],
)
def test_a_body_that_is_not_json_raises(name: str, function: str) -> None:
    event = {"function": function, "message": {"body": "not json"}}
    assert error_of(name, {}, event).startswith("JSONDecodeError: ")


@holds(BUS_TOPIC_TRIGGER, "`message.message_id` says which message")
def test_each_message_of_a_batch_has_its_own_id() -> None:
    messages = [{"body": "x", "message_id": name} for name in ("m1", "m2")]
    event = {"function": "count_statuses", "messages": messages}
    skipped = ["Skipped message m1", "Skipped message m2"]
    assert logged(BUS_TOPIC_TRIGGER, event) == skipped


@holds(BUS_QUEUE_TRIGGER, "`message.enqueued_time_utc` is when")
def test_enqueued_time_carries_no_time_zone() -> None:
    assert attribute("enqueued_time_utc.tzinfo") == "None"


def never_sent() -> list[str]:
    """The attributes that the README says are always None."""
    return [
        span
        for passage in passages(BUS_QUEUE_TRIGGER)
        if passage.text.startswith("`time_to_live`, ")
        for span in passage.spans
        if span != "None"
    ]


@holds(BUS_QUEUE_TRIGGER, "`time_to_live`, ")
@pytest.mark.parametrize("name", never_sent())
def test_what_the_host_does_not_send_is_none(name: str) -> None:
    assert attribute(name) == "None"


@holds(BUS_QUEUE_TRIGGER, "`func.ServiceBusMessage` has no `get_json()`")
def test_a_service_bus_message_has_no_get_json() -> None:
    assert not hasattr(azure.functions.servicebus.ServiceBusMessage, "get_json")
    assert hasattr(func.QueueMessage, "get_json")


@holds(BUS_QUEUE_TRIGGER, "In a test, `func.ServiceBusMessage` takes a body")
def test_only_the_workers_service_bus_message_takes_metadata() -> None:
    of_app = inspect.signature(func.ServiceBusMessage)
    of_worker = azure.functions.servicebus.ServiceBusMessage
    metadata = {"delivery_count", "enqueued_time_utc", "message_id"}
    assert set(of_app.parameters) == {
        "body",
        "content_type",
        "correlation_id",
    }
    assert metadata < set(inspect.signature(of_worker).parameters)


# --- Timer ----------------------------------------------------------------


@holds(TIMER, "In a test, `func.TimerRequest(past_due=True)` makes a timer.")
def test_only_the_workers_timer_has_a_schedule_status() -> None:
    timer = func.TimerRequest(past_due=True)
    assert timer.past_due
    assert not hasattr(timer, "schedule_status")
    assert hasattr(azure.functions.timer.TimerRequest, "schedule_status")
    line = {'"The stock count starts late"': "type(timer).__module__"}
    assert logged(TIMER, "late", line)[0] == "azure.functions.timer"


# --- Settings and names ---------------------------------------------------


@holds(HTTP, "The `/api` in front of every route")
@holds(EVENT_HUB_TRIGGER, "`maxEventBatchSize` in [host.json](host.json)")
@holds(QUEUE_OUTPUT, "Messages go out in base64")
@holds(QUEUE_TRIGGER, "Between tries a message waits for `visibilityTimeout`")
@pytest.mark.parametrize(
    ("name", "extension", "key", "value"),
    [
        (HTTP, "http", "routePrefix", "api"),
        (EVENT_HUB_TRIGGER, "eventHubs", "maxEventBatchSize", 100),
        (QUEUE_OUTPUT, "queues", "messageEncoding", "base64"),
        (QUEUE_TRIGGER, "queues", "visibilityTimeout", "00:00:30"),
    ],
)
def test_host_json_says_so(
    name: str, extension: str, key: str, value: Json
) -> None:
    assert host_json(name)["extensions"][extension][key] == value


@holds(TIMER, '`schedule="%STOCK_COUNT_SCHEDULE%"` takes the schedule')
def test_the_schedule_is_a_setting_of_six_fields() -> None:
    assert bindings(TIMER)[0]["schedule"] == "%STOCK_COUNT_SCHEDULE%"
    schedule = app.settings_of(SAMPLES / TIMER)["STOCK_COUNT_SCHEDULE"]
    assert len(schedule.split()) == 6
    assert any(schedule in passage.spans for passage in passages(TIMER))


# Binding type -> the part of an identity's setting behind the connection.
IDENTITY = {
    "cosmosDB": "accountEndpoint",
    "eventHub": "fullyQualifiedNamespace",
    "serviceBus": "fullyQualifiedNamespace",
}


@pytest.mark.parametrize("name", NAMES)
def test_settings_without_a_secret_bear_the_connections_name(
    name: str,
) -> None:
    named = {s for p in passages(name) for s in p.spans if "__" in s}
    allowed = {
        f"{b['connection']}__{part}"
        for b in bindings(name)
        for kind, part in IDENTITY.items()
        if b["type"].removesuffix("Trigger") == kind
    }
    assert named <= allowed


@pytest.mark.parametrize(
    ("decorator", "parameters"),
    [
        ("cosmos_db_output", {"create_if_not_exists"}),
        ("cosmos_db_trigger", {"change_feed_mode", "lease_container_prefix"}),
        ("retry", set()),
        ("timer_trigger", {"run_on_startup", "use_monitor"}),
    ],
)
def test_parameters_that_only_the_text_names_exist(
    decorator: str, parameters: set[str]
) -> None:
    signature = inspect.signature(getattr(func.FunctionApp, decorator))
    assert parameters <= set(signature.parameters)
