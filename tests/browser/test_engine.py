"""The playground's engine in Chromium: what the tests say of an app on
CPython, it says in the browser.

One page and one engine for all of it, as a reader would have them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from browser.served import SAMPLE, Site
from playwright.sync_api import Browser, Page

from functions_by_example.check.problems import HINTS
from functions_by_example.paths import DATA, SAMPLES
from functions_by_example.playground import build
from functions_by_example.protocol import came_back
from functions_by_example.sample import (
    read as sample,
)
from functions_by_example.sample import (
    record,
)
from functions_by_example.sample import (
    recorded as shown,
)
from functions_by_example.site import editable, playground
from functions_by_example.trials import troubles as fix

Json = Any

SAMPLES = [sample.read(folder) for folder in sample.find(SAMPLES)]
EVENTS = [(s, event) for s in SAMPLES for event in s.events]
START = """async ([entry, assets]) => {
  const { Engine } = await import(entry);
  window.states = [];
  window.steps = [];
  window.engine = new Engine({
    assets,
    onstatus: (status) => states.push(status),
    onprogress: (step) => steps.push(step),
  });
  await engine.start();
}"""
GET = '{"request": {"method": "GET", "url": "/api/price"}}'
APP = """
import azure.functions as func

app = func.FunctionApp()


@app.route(route="price")
def price(req: func.HttpRequest) -> str:
{body}
"""


def app(*body: str, above: str = "") -> dict[str, str]:
    """A function app with one function whose body has these lines."""
    text = APP.format(body="\n".join(f"    {line}" for line in body))
    return {"function_app.py": above + text}


def result_of(answer: Json) -> Json:
    """What came back, as recorded/ would hold it."""
    return json.loads(answer["text"])["result"]


class Engine:
    """The engine of a page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def index(self, files: dict[str, str]) -> Json:
        return self.page.evaluate("(files) => engine.index(files)", files)

    def returned(self, files: dict[str, str]) -> Json:
        """What the app's function returns for GET, with its kind as key."""
        return result_of(self.send(files))["return"]

    def send(self, files: dict[str, str], event: str = GET) -> Json:
        return self.page.evaluate(
            "([files, event]) => engine.send(files, event)",
            [files, event],
        )

    def stopped(self, call: str, *values: Json) -> str:
        """Start a call, stop it while it runs; what it rejects with."""
        text = self.page.evaluate(
            """async ([call, values]) => {
              const pending = engine[call](...values).catch((e) => e.name);
              await new Promise((done) => setTimeout(done, 300));
              await engine.stop();
              return await pending;
            }""",
            [call, values],
        )
        return str(text)


def engine_of(page: Page, site: Site) -> Engine:
    """The page's engine, started."""
    manifest = build.current()
    assert manifest, "the playground is not built: run `nox -s browser`"
    page.goto(SAMPLE)
    assets = site.url + playground.ASSETS
    entry = assets + manifest["entries"]["engine.js"]
    page.evaluate(START, [entry, assets])
    return Engine(page)


@pytest.fixture(scope="module")
def engine(browser: Browser, site: Site) -> Iterator[Engine]:
    context = browser.new_context(base_url=site.url)
    yield engine_of(context.new_page(), site)
    context.close()


def files_of(which: sample.Sample) -> dict[str, str]:
    return dict(editable.data(shown.load(which.folder))["files"])


@pytest.mark.parametrize("which", SAMPLES, ids=lambda s: s.id)
def test_a_sample_is_indexed_as_recorded(
    engine: Engine, which: sample.Sample
) -> None:
    indexed = engine.index(files_of(which))
    assert indexed["problems"] == []
    functions = [
        {"name": f["name"], "bindings": f["bindings"]}
        for f in indexed["functions"]
    ]
    recorded = record.load(which.folder, record.FUNCTIONS)
    bare = [{k: f[k] for k in ("name", "bindings")} for f in recorded]
    assert functions == bare
    assert indexed["text"] == came_back.function_json(bare)


@pytest.mark.parametrize(
    ("which", "event"), EVENTS, ids=lambda x: getattr(x, "id", None) or x.name
)
def test_an_event_gives_what_is_recorded(
    engine: Engine, which: sample.Sample, event: sample.Event
) -> None:
    text = which.text(f"events/{event.name}.json")
    answer = engine.send(files_of(which), text)
    file = which.folder / record.event_file(event.name)
    assert answer["text"] == file.read_text("utf-8")
    recorded = editable.data(shown.load(which.folder))["recorded"]
    parts = json.loads(editable.written(recorded["events"][event.name]))
    assert answer["parts"] == parts


# What cannot be provoked by files of text in one folder, and an endless loop,
# which Stop ends.
ELSEWHERE = {"no-folder", "not-a-folder", "unreadable", "timeout"}
TROUBLES = [case for case in fix.cases().values() if case.id not in ELSEWHERE]
SAID = json.loads((DATA / fix.OUTCOMES).read_text("utf-8"))


@pytest.mark.parametrize("case", TROUBLES, ids=lambda case: case.id)
def test_a_trouble_of_the_fix_pages_is_reported_as_there(
    engine: Engine, case: fix.Case
) -> None:
    files = dict(case.wrong)
    problems = engine.index(files)["problems"]
    for problem in problems:  # what is not there is not to be installed
        if problem["code"] == "missing-package":
            assert "is not available in the browser" in problem["hint"]
            problem["hint"] = HINTS["missing-package"]
    assert problems == SAID[case.id]["wrong"]["check"]
    if case.raises:
        answer = engine.send(files, json.dumps(case.event))
        assert answer["error"]["type"] == case.raises


def test_an_edit_of_a_decorator_changes_function_json(engine: Engine) -> None:
    files = app('return "24"')
    edited = {
        name: text.replace('route="price"', 'route="prices/{sku}"')
        for name, text in files.items()
    }
    for given, route in ((files, "price"), (edited, "prices/{sku}")):
        (function,) = engine.index(given)["functions"]
        assert function["bindings"][0]["route"] == route


def test_an_app_of_several_files_loads(engine: Engine) -> None:
    files = {
        "function_app.py": (
            "import azure.functions as func\n"
            "from shop.orders import blueprint\n"
            "app = func.FunctionApp()\n"
            "app.register_functions(blueprint)\n"
        ),
        "shop/__init__.py": "",
        "shop/orders.py": (
            "import azure.functions as func\n"
            "blueprint = func.Blueprint()\n"
            "@blueprint.route()\n"
            "def ask(req: func.HttpRequest) -> str:\n"
            '    return "24"\n'
        ),
    }
    assert [f["name"] for f in engine.index(files)["functions"]] == ["ask"]
    files["shop/orders.py"] = files["shop/orders.py"].replace("ask", "tell")
    assert [f["name"] for f in engine.index(files)["functions"]] == ["tell"]


@pytest.mark.parametrize(
    "name", ["../function_app.py", "/etc/function_app.py", "a/../../b.py"]
)
def test_a_file_outside_of_the_app_is_refused(
    engine: Engine, name: str
) -> None:
    answer = engine.index({name: ""})
    assert [p["code"] for p in answer["problems"]] == ["refused"]
    assert "outside" in answer["problems"][0]["message"]


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ('{"message": {"body": "text"}}', "message"),
        ('{"function": "nonesuch"}', "nonesuch"),
    ],
)
def test_an_event_that_does_not_fit_is_refused(
    engine: Engine, event: str, said: str
) -> None:
    answer = engine.send(app('return "24"'), event)
    assert not answer["text"]
    assert said in answer["refused"]["message"]


# --- What a browser lacks ----------------------------------------------------

LACKING = {
    "requests": ("import requests", "requests is not available"),
    "ssl": ("import ssl", "ssl is not available"),
    "js": ("import js", "js is not available"),
    "thread": (
        "import threading; threading.Thread(target=print).start()",
        "Threads are not available",
    ),
    "pool": (
        "from concurrent.futures import ThreadPoolExecutor as Pool; "
        "Pool().submit(print)",
        "Threads are not available",
    ),
    "socket": (
        'import socket; socket.create_connection(("localhost", 80))',
        "The network is not available",
    ),
    "http": (
        'import urllib.request as r; r.urlopen("http://localhost/")',
        "The network is not available",
    ),
    "https": (
        'import urllib.request as r; r.urlopen("https://localhost/")',
        "The network is not available",
    ),
    "subprocess": (
        'import subprocess; subprocess.run(["ls"])',
        "Other processes are not available",
    ),
    "multiprocessing": (
        "import multiprocessing; multiprocessing.Process().start()",
        "Other processes are not available",
    ),
    "system": ('import os; os.system("ls")', "Other processes are not"),
    "time zone": (
        'import zoneinfo; zoneinfo.ZoneInfo("Europe/Berlin")',
        "Time zones are not available",
    ),
    "asyncio.run": (
        "import asyncio; asyncio.run(asyncio.sleep(0))",
        "asyncio.run() is not available",
    ),
}


@pytest.mark.parametrize("what", LACKING)
def test_what_a_browser_lacks_is_said_in_a_sentence(
    engine: Engine, what: str
) -> None:
    code, sentence = LACKING[what]
    answer = engine.send(app(code, 'return "24"'))
    assert sentence in answer["explanation"]
    assert answer["error"]["file"] == "function_app.py"
    (problem,) = engine.index(app('return "24"', above=code))["problems"]
    assert sentence in problem["hint"]
    assert (problem["file"], problem["line"]) == ("function_app.py", 1)


def test_what_the_start_imports_of_the_library_comes_compiled(
    engine: Engine,
) -> None:
    """functions_by_example/playground/starting.txt names it."""
    answer = engine.send(
        app(
            "import sys",
            "modules = sys.modules.values()",
            "files = [getattr(m, '__file__', '') for m in modules]",
            "start = '/lib/python313.zip/'",
            "files = [f for f in files if f and f.startswith(start)]",
            "return ' '.join(f for f in files if not f.endswith('c'))",
        )
    )
    assert result_of(answer)["return"]["string"].split() == []


def test_a_package_that_waits_is_executed_when_it_is_asked(
    engine: Engine,
) -> None:
    files = app("import werkzeug", "return str(werkzeug.Request)")
    for _ in range(2):
        answer = engine.send(files)
        said = "<class 'werkzeug.wrappers.request.Request'>"
        assert result_of(answer)["return"] == {"string": said}
    files = app("import werkzeug", "return werkzeug.nonesuch")
    message = "module 'werkzeug' has no attribute 'nonesuch'"
    assert engine.send(files)["error"]["message"] == message


# --- Before the whole standard library is there -------------------------------


@pytest.fixture
def early(browser: Browser, site: Site) -> Iterator[Engine]:
    """An engine to which the rest of the library never comes, until the
    test unroutes it."""
    context = browser.new_context(base_url=site.url)
    context.route("**/stdlib-rest*", lambda route: route.abort())
    yield engine_of(context.new_page(), site)
    context.close()


def test_every_sample_runs_without_the_rest_of_the_library(
    early: Engine,
) -> None:
    """functions_by_example/playground/starting.txt names what they need."""
    for which in SAMPLES:
        files = files_of(which)
        assert early.index(files)["problems"] == []
        for event in which.events:
            text = which.text(f"events/{event.name}.json")
            assert early.send(files, text)["missed"] is False, which.id


def test_who_needs_the_rest_waits_for_it(early: Engine) -> None:
    code = "import statistics", "return str(statistics.mean([2, 4]))"
    files = app(code[1], above=code[0])
    said = early.page.evaluate(
        "(files) => engine.index(files).catch(String)", files
    )
    assert said == (
        "Error: stdlib-rest.zip could not be downloaded: "
        "the network does not answer."
    )
    assert early.page.evaluate("states.at(-1)") == "ready"
    early.page.context.unroute("**/stdlib-rest*")
    assert early.index(files)["problems"] == []
    assert early.returned(files) == {"string": "3"}


# --- Stop ---------------------------------------------------------------------

ENDLESS = {
    "in Python": "while True: pass",
    "in C": "import itertools; sum(itertools.count())",
    "in an expression": 'import re; re.match("(a|a)+$", "a" * 64 + "b")',
    "asleep": "import time; time.sleep(1000)",
}


@pytest.mark.parametrize("where", ENDLESS)
@pytest.mark.parametrize("call", ["index", "send"])
def test_an_endless_loop_is_stopped_and_the_engine_works_on(
    engine: Engine, call: str, where: str
) -> None:
    if call == "index":
        values: list[Json] = [app('return "24"', above=ENDLESS[where])]
    else:
        values = [app(ENDLESS[where], 'return "24"'), GET]
    assert engine.stopped(call, *values) == "StoppedError"
    assert engine.returned(app('return "24"')) == {"string": "24"}


def test_a_python_that_has_ended_is_replaced(engine: Engine) -> None:
    fatal = app("import ctypes; ctypes.memset(0, 0, 10**7)", 'return "24"')
    said = engine.page.evaluate(
        "([files, event]) => engine.send(files, event).catch(String)",
        [fatal, GET],
    )
    assert said.startswith("Error: Python has ended: ")
    assert engine.returned(app('return "24"')) == {"string": "24"}


# --- What one app leaves to the next ------------------------------------------

LEFT = {
    "the SDK": "func.FunctionApp.route = None",
    "a module of the SDK": "func.HttpRequest = None",
    "the worker": (
        "import azure_functions_runtime as r; r.invocation_request = None"
    ),
    "the standard library": "import json; json.dumps = None",
    "built-in functions": "import builtins; builtins.len = None",
    "the environment": 'import os; os.environ["PRICE"] = "25"',
    "the working folder": 'import os; os.chdir("/tmp")',
    "the import path": "import sys; sys.path.clear()",
    "modules": "import sys; sys.modules.clear()",
    "streams": "import sys; sys.stdout = sys.stderr = None",
    "logging": (
        "import logging; logging.disable(50); logging.root.handlers.clear(); "
        "logging.root.setLevel(50)"
    ),
    "a tracer": "import sys; sys.settrace(lambda *_: 1 / 0)",
    "tasks": ("import asyncio; asyncio.get_event_loop().call_later(0, exit)"),
}


@pytest.mark.parametrize("what", LEFT)
def test_an_app_leaves_nothing_to_the_next(engine: Engine, what: str) -> None:
    above = "import azure.functions as func\n" + LEFT[what] + "\n"
    engine.index(app('return "24"', above=above))
    engine.send(app(*LEFT[what].split("; "), 'return "24"'))
    files = app(
        "import logging, os",
        'logging.info("asked in %s", os.getcwd())',
        'return os.environ.get("PRICE", "24")',
    )
    assert engine.index(files)["problems"] == []
    answer = engine.send(files)
    assert result_of(answer)["return"] == {"string": "24"}
    assert result_of(answer)["log"] == [
        {"level": "INFO", "message": "asked in /home/site/wwwroot"}
    ]


def test_each_event_meets_the_app_as_new(engine: Engine) -> None:
    files = app("global asked", "asked += 1", "return str(asked)")
    files["function_app.py"] = "asked = 0\n" + files["function_app.py"]
    for _ in range(2):
        assert engine.returned(files) == {"string": "1"}


def test_a_hundred_edits_and_events_leave_no_objects(engine: Engine) -> None:
    count = """async ([files, event]) => {
      for (let i = 0; i < 100; i++) {
        await engine.index({ ...files, "extra.py": `x = ${i}` });
        await engine.send(files, event);
      }
      return (await engine.memory()).objects;
    }"""
    which = next(s for s in SAMPLES if s.id == "queue/queue_trigger")
    event = which.text(f"events/{which.events[0].name}.json")
    values = [files_of(which), event]
    engine.index(values[0])
    before = engine.page.evaluate("engine.memory()")["objects"]
    after = engine.page.evaluate(count, values)
    assert after < before * 1.2 + 100


# --- Much and strange text ----------------------------------------------------


def test_ten_megabytes_are_cut_with_a_note(engine: Engine) -> None:
    answer = engine.send(
        app(
            "import logging",
            "logging.info('x' * 10_000_000)",
            "print('y' * 10_000_000)",
            "return 'z' * 10_000_000",
        )
    )
    assert len(answer["text"]) < 300_000
    assert [note.split(" characters")[0] for note in answer["notes"]] == [
        "return.string has 10,000,000",
        "log.message has 10,000,000",
        "printed has 10,000,001",
    ]


NESTED = """
import json
import azure.functions as func

app = func.FunctionApp()


@app.queue_trigger("message", "orders", "AzureWebJobsStorage")
@app.cosmos_db_output("document", "shop", "orders", "COSMOS")
def keep(message: func.QueueMessage, document: func.Out[func.Document]) -> None:
    levels = json.loads("[" * 700 + "]" * 700)
    document.set(func.DocumentList([func.Document({"levels": levels})]))
"""


def test_what_is_nested_too_deep_is_left_out_with_a_note(
    engine: Engine,
) -> None:
    event = '{"message": {"body": "x"}}'
    answer = engine.send({"function_app.py": NESTED}, event)
    assert answer["notes"] == ["json.levels is shown to a depth of 100 levels"]
    (part,) = answer["parts"]
    assert "null" in came_back.text(part)


def test_text_comes_as_it_was_written(engine: Engine) -> None:
    strange = "<script>alert(1)</script>\x00\x1b[31m\u202e\u2028\U0001f9ff"
    answer = engine.send(app(f"print({strange!a})", f"return {strange!a}"))
    assert result_of(answer)["return"] == {"string": strange}
    assert answer["printed"] == strange + "\n"


# --- What a stranger's code can reach -----------------------------------------

REFUSED = {
    "stored databases": "indexedDB.open('x')",
    "caches": "caches.keys()",
    "files": "navigator.storage.getDirectory()",
    "service workers": "navigator.serviceWorker.ready",
    "the site": "fetch('{site}')",
    "the site by the real fetch": "scope.fetch.call(self, '{site}')",
    "the site by an older way": "new XMLHttpRequest().open('GET', '{site}')",
    "a socket": "new WebSocket('ws://127.0.0.1:9/')",
    "a script of the site": "importScripts('{site}assets/site.js')",
    "a worker without a fence": "new Worker(location.href)",
    "other pages of the site": "new BroadcastChannel('x').postMessage('x')",
    "the page": "postMessage({ ready: true })",
    "an address of a document": "URL.createObjectURL(new Blob(['x']))",
}


@pytest.mark.parametrize("what", REFUSED)
def test_even_javascript_in_the_worker_does_not_reach(
    engine: Engine, site: Site, what: str
) -> None:
    code = REFUSED[what].replace("{site}", site.url)
    outcome = engine.page.workers[-1].evaluate(
        f"""async () => {{
          const scope = Object.getPrototypeOf(Object.getPrototypeOf(self));
          try {{
            await ({code});
            return "reached";
          }} catch (error) {{
            return "refused: " + error.message;
          }}
        }}"""
    )
    assert outcome.startswith("refused: ")


# Whatever leads to the network, to storage, or to another worker.
WAYS_OUT = re.compile(
    r"fetch|XMLHttpRequest|WebSocket|WebTransport|EventSource|RTC|Request"
    r"|Worker$|importScripts|BroadcastChannel|caches|Cache|indexedDB|IDB"
    r"|[sS]torage|FileSystem|LockManager|get locks|postMessage|openDatabase"
    r"|[cC]ookie|Push|Notification|USB|HID|[sS]erial|GPU|ObjectURL"
)
# Those of a channel of one's own.
HARMLESS = {"postMessage"}
# Every object that one gets to from the global one, as code does: by
# properties, prototypes, and what attributes give. The browser's own functions
# among them.
REACHABLE = """() => {
  const seen = new Set();
  const found = new Set();
  const open = [globalThis];
  const meet = (value) => {
    if (Object(value) !== value || seen.has(value)) return;
    seen.add(value);
    if (!ArrayBuffer.isView(value)) open.push(value);
  };
  while (open.length) {
    const object = open.pop();
    if (typeof object === "function"
        && Function.prototype.toString.call(object).includes("[native code]"))
      found.add(object.name);
    for (let at = object; at; at = Object.getPrototypeOf(at)) {
      meet(at);
      for (const key of Reflect.ownKeys(at)) {
        const { get, set } = Reflect.getOwnPropertyDescriptor(at, key);
        [get, set].forEach(meet);
        try { meet(object[key]); } catch {}
      }
    }
  }
  return [...found];
}"""


def test_nothing_that_can_be_reached_there_leads_out(engine: Engine) -> None:
    found = set(engine.page.workers[-1].evaluate(REACHABLE))
    assert {"parseInt", "TextDecoder", "get url"} <= found  # it has looked
    assert {n for n in found if WAYS_OUT.search(n)} - HARMLESS == set()


def test_python_that_has_got_hold_of_javascript_runs_no_text(
    engine: Engine,
) -> None:
    code = "import pyodide.ffi as ffi; made = ffi.to_js([1]).constructor"
    answer = engine.send(app(code, "return made.constructor('return 1')()"))
    assert "Content Security Policy" in answer["error"]["message"]


# A way from Python to the worker's global object, which is then `scope`; and a
# document with which a reader who opens its address lets it into the site.
MINT = """
import asyncio

import azure.functions as func
from pyodide.ffi import create_proxy, to_js
from pyodide.webloop import scheduleCallback

app = func.FunctionApp()


async def reached():
    got = []
    callback = create_proxy(
        lambda this, *_: got.append(this), capture_this=True
    )
    scheduleCallback(callback, 30)  # by setTimeout
    while not got:
        await asyncio.sleep(0.01)
    return got[0]


@app.route(route="price")
async def price(req: func.HttpRequest) -> str:
    scope = await reached()
    blob = scope.Blob.new(to_js(["<script>top.pwned = 1</script>"]))
    try:
        return "minted " + scope.URL.createObjectURL(blob)
    except AttributeError as error:
        names = scope.Object.getOwnPropertyNames(scope.URL).to_py()
        return f"{error}: {sorted(names)}"
"""


def test_python_that_has_got_hold_of_the_worker_mints_no_address(
    engine: Engine,
) -> None:
    """A document at such an address is of the site's origin, and has none of
    its policy."""
    answer = engine.send({"function_app.py": MINT})
    assert not answer["error"]
    said = result_of(answer)["return"]["string"]
    assert said.startswith("createObjectURL: ['canParse', "), said
    assert "ObjectURL'" not in said
    assert engine.returned(app('return "24"')) == {"string": "24"}
