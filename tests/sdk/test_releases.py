"""The SDK's releases: the record, what follows from it, and its pages."""

from __future__ import annotations

import hashlib
import inspect
import json
import re
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import azure.functions as func
import pytest

from functions_by_example import __main__
from functions_by_example.paths import ROOT
from functions_by_example.sample import (
    read as sample,
)
from functions_by_example.sample import (
    record,
)
from functions_by_example.sample import (
    recorded as shown,
)
from functions_by_example.sdk import former, parameters, releases, wheels
from functions_by_example.sdk.releases import Release, Thing
from functions_by_example.site import addresses
from functions_by_example.site import sample as page
from functions_by_example.site.parts import releases as history
from functions_by_example.site.site import Site

RECORDED = releases.load()
NEWEST = releases.newest(RECORDED)
APP = "FunctionApp."


# --- Wheels made here -------------------------------------------------------

INIT = """
from .decorators.function_app import FunctionApp
from ._kinds import Level, Message

__all__ = ("FunctionApp", "Level", "Message", "Missing")
"""
KINDS = """
import typing
from enum import Enum

class Level(Enum):
    LOW = "low"
{level}

class Base:
    @property
    def id(self) -> typing.Optional[str]: ...

class Message(Base):
    def __init__(self, body: "typing.Union[str, bytes]" = b'') -> None: ...
    def get_body(self) -> bytes: ...
"""
CONSTANTS = 'QUEUE = "queue"\nQUEUE_TRIGGER = "queueTrigger"\n'
CORE = "class Trigger: ...\nclass OutputBinding: ...\n"
BINDINGS = """
from .constants import QUEUE, QUEUE_TRIGGER
from .core import OutputBinding, Trigger

class QueueTrigger(Trigger):
    @staticmethod
    def get_binding_name():
        return QUEUE_TRIGGER

class QueueOutput(OutputBinding):
    @staticmethod
    def get_binding_name():
        return QUEUE
"""
FUNCTION_APP = """
from typing import Any, Callable, Optional
from .bindings import QueueOutput, QueueTrigger

class TriggerApi:
{triggers}

class BindingApi:
{outputs}

class FunctionApp(TriggerApi, BindingApi):
    def __init__(self, {level}: str = "low"): ...
    def get_functions(self) -> list: ...
    def _private(self) -> Callable[..., Any]: ...
"""


def decorator(name: str, listed: str, made: str) -> str:
    return (
        f"    def {name}(self, {listed}) -> Callable[..., Any]:\n"
        f"        def wrap(fb):\n"
        f"            binding = {made}(name=arg_name)\n"
        f"            return fb\n"
        f"        return wrap\n"
    )


@dataclass
class Made:
    """What a wheel made here has."""

    triggers: list[tuple[str, str]] = field(
        default_factory=lambda: [("on_queue", "arg_name: str, queue: str")]
    )
    outputs: list[tuple[str, str]] = field(
        default_factory=lambda: [("write_queue", "arg_name: str, queue: str")]
    )
    more: str = "    pass"
    level: str = "level"
    member: str = ""

    def write(self, folder: Path, version: str) -> Path:
        files = {
            "__init__.py": INIT,
            "_kinds.py": KINDS.format(level=self.member),
            "decorators/__init__.py": "",
            "decorators/constants.py": CONSTANTS,
            "decorators/core.py": CORE,
            "decorators/bindings.py": BINDINGS,
            "decorators/function_app.py": FUNCTION_APP.format(
                triggers="\n".join(
                    decorator(*each, "QueueTrigger") for each in self.triggers
                )
                + self.more,
                outputs="\n".join(
                    decorator(*each, "QueueOutput") for each in self.outputs
                ),
                level=self.level,
            ),
        }
        path = folder / f"azure_functions-{version}-py3-none-any.whl"
        with zipfile.ZipFile(path, "w") as archive:
            for name, text in files.items():
                archive.writestr(f"azure/functions/{name}", text)
        return path


def names_of(made: Made, folder: Path) -> dict[str, Thing]:
    return wheels.of_wheel(made.write(folder, "1.11.0"))


def changed(before: Made, after: Made, folder: Path) -> releases.Changes:
    return releases.between(names_of(before, folder), names_of(after, folder))


def test_a_wheel_is_read_and_not_imported(tmp_path: Path) -> None:
    made = Made(more="\nraise SystemExit('imported')\n")
    assert names_of(made, tmp_path) == {
        "FunctionApp": Thing(
            "class",
            parameters={"level": "str = 'low'"},
            members={"get_functions": "() -> list"},
        ),
        "FunctionApp.on_queue": Thing(
            "decorator",
            parameters={"arg_name": "str", "queue": "str"},
            adds=("queueTrigger in",),
        ),
        "FunctionApp.write_queue": Thing(
            "decorator",
            parameters={"arg_name": "str", "queue": "str"},
            adds=("queue out",),
        ),
        "Level": Thing("enum", members={"LOW": "'low'"}),
        "Message": Thing(
            "class",
            parameters={"body": "str | bytes = b''"},
            members={"id": "str | None", "get_body": "() -> bytes"},
        ),
    }


def test_nothing_changes_between_equal_wheels(tmp_path: Path) -> None:
    assert changed(Made(), Made(), tmp_path) == releases.Changes()


def test_a_decorator_and_a_member_come(tmp_path: Path) -> None:
    more = Made(
        outputs=[
            *Made().outputs,
            ("table_output", "arg_name: str, table: str"),
        ],
        member='    HIGH = "high"',
    )
    found = changed(Made(), more, tmp_path)
    assert found.came == ("FunctionApp.table_output",)
    assert found.parts["Level"].came == {".HIGH": "'high'"}
    assert not (found.gone or found.renamed)


def test_a_decorator_goes(tmp_path: Path) -> None:
    less = Made(outputs=[("put", "at: int, to: int, by: int")])
    found = changed(Made(), less, tmp_path)
    assert found.gone == ("FunctionApp.write_queue",)
    assert found.came == ("FunctionApp.put",)
    assert not found.renamed


def test_a_decorator_is_renamed_by_its_binding_and_parameters(
    tmp_path: Path,
) -> None:
    """Both go and both come with the same parameters: the binding tells which
    is which."""
    new = Made(
        triggers=[("queue_trigger", "arg_name: str, queue: str, **kwargs")],
        outputs=[("queue_output", "arg_name: str, queue: str, **kwargs")],
    )
    found = changed(Made(), new, tmp_path)
    assert found.renamed == (
        ("FunctionApp.on_queue", "FunctionApp.queue_trigger"),
        ("FunctionApp.write_queue", "FunctionApp.queue_output"),
    )
    assert not (found.came or found.gone)


def test_a_decorator_is_renamed_where_its_old_name_is_an_alias(
    tmp_path: Path,
) -> None:
    new = Made(
        triggers=[("queue_trigger", "arg_name: str, queue: str")],
        more="    on_queue = queue_trigger\n",
    )
    found = changed(Made(), new, tmp_path)
    assert found.renamed == (
        ("FunctionApp.on_queue", "FunctionApp.queue_trigger"),
    )
    assert names_of(new, tmp_path)["FunctionApp.on_queue"].same_as == (
        "queue_trigger"
    )


def test_a_decorator_is_renamed_where_its_old_name_has_a_new_meaning(
    tmp_path: Path,
) -> None:
    new = Made(
        triggers=[
            ("on_queue", "arg_name: str, stream: str"),
            ("on_queue_v3", "arg_name: str, queue: str"),
        ]
    )
    found = changed(Made(), new, tmp_path)
    assert found.renamed == (
        ("FunctionApp.on_queue", "FunctionApp.on_queue_v3"),
    )


def test_parameters_come_go_change_and_are_renamed(tmp_path: Path) -> None:
    new = Made(
        triggers=[
            ("on_queue", "arg_name: str, queue_name: str, many: bool = False")
        ],
        outputs=[("write_queue", "arg_name: Optional[str] = None")],
        level="http_level",
    )
    found = changed(Made(), new, tmp_path).parts
    trigger = found["FunctionApp.on_queue"]
    assert trigger.renamed == (("queue", "queue_name"),)
    assert trigger.came == {"many": "bool = False"}
    output = found["FunctionApp.write_queue"]
    assert output.changed == {"arg_name": ("str", "str | None = None")}
    assert output.gone == ("queue",)
    assert found["FunctionApp"].renamed == (("level", "http_level"),)


@pytest.mark.parametrize(
    ("annotation", "spelling"),
    [
        ("Optional[str]", "str | None"),
        ("typing.Union[None, str,\n   bytes]", "str | bytes | None"),
        ("None | DataType | str", "DataType | str | None"),
        ("'Optional[DataType]'", "DataType | None"),
        ("typing.List['func.Out']", "List[Out]"),
        ("Callable[..., Union[int, None]]", "Callable[..., int | None]"),
        ("Callable[[str], None]", "Callable[[str], None]"),
        (None, ""),
    ],
)
def test_an_annotation_has_one_spelling(
    annotation: str | None, spelling: str
) -> None:
    assert wheels.annotated(annotation) == spelling


# --- The record -------------------------------------------------------------


def test_the_record_agrees_with_the_installed_release() -> None:
    version, names = wheels.of_installed()
    assert version in RECORDED, "run `nox -s releases -- --write`"
    kept = RECORDED[version].names
    assert sorted(names) == sorted(kept)
    different = {n: (kept[n], names[n]) for n in names if names[n] != kept[n]}
    assert not different


def test_the_record_is_as_it_is_written() -> None:
    text = releases.RECORD.read_text("utf-8")
    assert text == record.text_of(releases.dumped(RECORDED))


def test_the_record_holds_final_releases_from_the_preview_on() -> None:
    assert next(iter(RECORDED)) == str(wheels.FIRST)
    assert all(map(wheels.is_final, RECORDED))


def test_the_record_has_the_decorators_that_the_sdk_has() -> None:
    recorded = {
        n.removeprefix(APP): thing.same_as
        for n, thing in NEWEST.names.items()
        if n.startswith(APP)
    }
    own = [name for name, same_as in recorded.items() if not same_as]
    assert sorted(own) == sorted(parameters.decorators())
    for name, same_as in recorded.items():
        if same_as:
            assert getattr(func.FunctionApp, name) is getattr(
                func.FunctionApp, same_as
            )


@pytest.mark.parametrize("name", list(parameters.decorators()))
def test_a_decorator_is_read_as_python_sees_it(name: str) -> None:
    thing = NEWEST.names[f"{APP}{name}"]
    seen = {
        {p.VAR_KEYWORD: "**", p.VAR_POSITIONAL: "*"}.get(p.kind, "") + p.name
        for p in parameters.signature(name).parameters.values()
    }
    assert set(thing.parameters) == seen
    if name not in parameters.DURABLE:
        emitted = parameters.bindings(name)
        adds = tuple(f"{b.type} {b.direction}" for b in emitted)
        assert thing.adds == adds


def test_what_the_record_calls_an_enum_is_one_with_these_members() -> None:
    enums = {n: t for n, t in NEWEST.names.items() if t.kind == "enum"}
    assert "HttpMethod" in enums
    for name, thing in enums.items():
        members = getattr(func, name).__members__
        assert set(thing.members) == set(members), name


@pytest.mark.parametrize(
    "name", ["QueueMessage", "FunctionApp", "HttpResponse"]
)
def test_a_constructor_is_read_as_python_sees_it(name: str) -> None:
    seen = inspect.signature(getattr(func, name)).parameters
    recorded = NEWEST.names[name].parameters
    assert {p.lstrip("*") for p in recorded} == set(seen)


@pytest.mark.parametrize(
    ("version", "before"),
    [
        ("1.10.1", ""),
        ("1.11.0", "1.10.1"),
        ("1.12.0", "1.11.2"),  # 1.11.3 was withdrawn
        ("1.25.0", "1.24.0"),
        ("1.26.0", "1.25.0"),
        ("2.0.0", "1.24.0"),  # older than 1.25.0
        ("2.3.0", "2.2.0"),
    ],
)
def test_a_release_is_compared_with_the_one_that_was_out(
    version: str, before: str
) -> None:
    assert RECORDED[version].after == before


def test_two_lines_go_on_side_by_side() -> None:
    heads = [line[-1] for line in releases.lines(RECORDED)]
    assert [head.version.partition(".")[0] for head in heads] == ["1", "2"]
    assert [head.python for head in heads] == ["<3.13,>=3.10", ">=3.13"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{\n"1.0": ', "kept.json:2: is not JSON: "),
        ("[]", "kept.json:1: is no record of releases: AttributeError"),
        ('{"1.0": {}}', "kept.json:1: is no record of releases: KeyError"),
    ],
)
def test_a_broken_record_names_file_and_remedy(
    text: str, message: str, tmp_path: Path
) -> None:
    (tmp_path / "kept.json").write_text(text, "utf-8")
    with pytest.raises(sample.SampleError, match=re.escape(message)) as error:
        releases.read(tmp_path / "kept.json")
    assert "run `nox -s releases -- --all`" in str(error.value)


def test_a_missing_record_is_made_anew(index: Index) -> None:
    releases.RECORD.unlink()
    with pytest.raises(sample.SampleError, match="json:1: cannot be read"):
        releases.read(releases.RECORD)
    assert run() == 2
    assert run("--all") == 0
    assert list(releases.read(releases.RECORD)) == ["1.10.1"]


# --- What follows from it ---------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "version"),
    [
        ("on_queue_change", "queue_trigger", "1.11.0"),
        ("on_blob_change", "blob_trigger", "1.11.0"),
        ("on_event_hub_message", "event_hub_message_trigger", "1.11.0"),
        ("on_service_bus_queue_change", "service_bus_queue_trigger", "1.11.0"),
        ("on_service_bus_topic_change", "service_bus_topic_trigger", "1.11.0"),
        ("on_cosmos_db_update", "cosmos_db_trigger", "1.11.0"),
        ("write_queue", "queue_output", "1.12.0"),
        ("write_event_hub_message", "event_hub_output", "1.12.0"),
        ("write_service_bus_queue", "service_bus_queue_output", "1.12.0"),
        ("write_service_bus_topic", "service_bus_topic_output", "1.12.0"),
        ("read_blob", "blob_input", "1.12.0"),
        ("write_blob", "blob_output", "1.12.0"),
        ("read_cosmos_db_documents", "cosmos_db_input", "1.12.0"),
        ("write_cosmos_db_documents", "cosmos_db_output", "1.12.0"),
        ("write_event_grid", "event_grid_output", "1.12.0"),
        ("schedule", "timer_trigger", "1.13.3"),
        ("cosmos_db_trigger", "cosmos_db_trigger_v3", "1.14.0"),
        ("cosmos_db_input", "cosmos_db_input_v3", "1.14.0"),
        ("cosmos_db_output", "cosmos_db_output_v3", "1.14.0"),
    ],
)
def test_a_decorator_was_renamed(old: str, new: str, version: str) -> None:
    assert (f"{APP}{old}", f"{APP}{new}") in RECORDED[version].changes.renamed


def test_no_decorator_went_without_a_new_name() -> None:
    """Of the releases so far; a new one may break this."""
    gone = {
        name
        for release in RECORDED.values()
        for name in release.changes.gone
        if name.startswith(APP)
    }
    assert not gone


def test_the_old_names_that_the_site_explains_are_those_of_the_record() -> None:
    told = former.tables()
    for old, new in told["decorators"].items():
        names = releases.former_names(RECORDED, f"{APP}{new}")
        assert f"{APP}{old}" in {name for name, _ in names}
    gone: dict[str, tuple[str, str]] = {}
    for name in ("trigger", "input", "output"):
        gone |= releases.parts_gone(RECORDED, f"{APP}cosmos_db_{name}")
    explained = {o: n for o, n in told["cosmos"].items() if o != n}
    assert {old: new for old, (_, new) in gone.items()} == explained


def test_the_page_of_old_names_says_until_when_they_held() -> None:
    (last,) = [
        RECORDED[release.after].version
        for release in RECORDED.values()
        if (f"{APP}cosmos_db_trigger", f"{APP}cosmos_db_trigger_v3")
        in release.changes.renamed
    ]
    text = (ROOT / "docs/fix/renamed.md").read_text("utf-8")
    assert f"1.11.0 to {last}, `cosmos_db_trigger` takes the old names" in text


@pytest.mark.parametrize(
    ("name", "part", "since", "missing"),
    [
        ("FunctionApp.route", "", ("1.10.1",), ()),
        ("FunctionApp.queue_trigger", "", ("1.11.0",), ()),
        ("FunctionApp.blob_trigger", "source", ("1.20.0",), ()),
        ("FunctionApp.cosmos_db_trigger", "", ("1.11.0",), ()),
        ("FunctionApp.cosmos_db_trigger", "connection", ("1.14.0",), ()),
        ("FunctionApp.mcp_tool", "", ("1.25.0", "2.0.0"), ()),
        ("CosmosDBChangeFeedMode", "", ("2.3.0",), ("1.26.0",)),
        ("HttpMethod", ".QUERY", ("2.3.0",), ("1.26.0",)),
        ("SqlRow", "", ("1.13.2",), ()),  # also in 1.11.1, not in 1.11.2
        ("FunctionApp.on_queue_change", "", (), ("1.26.0", "2.3.0")),
    ],
)
def test_since(
    name: str, part: str, since: tuple[str, ...], missing: tuple[str, ...]
) -> None:
    found = releases.span(RECORDED, [(name, part)])
    assert (found.since, found.missing) == (since, missing)


@pytest.mark.parametrize(
    ("code", "since"),
    [
        ("app = func.FunctionApp()", "1.10.1"),
        ("app = func.FunctionApp(http_auth_level=0)", "1.11.0"),
        ("@app.queue_trigger(arg_name='m')\ndef f(m): ...", "1.11.0"),
        ("@app.queue_output(arg_name='m')\ndef f(m): ...", "1.12.0"),
        ("@app.blob_trigger(source=1)\ndef f(m): ...", "1.20.0"),
        (
            "@app.cosmos_db_trigger(container_name='m')\ndef f(m): ...",
            "1.14.0",
        ),
        ("@app.function_name('f')\n@app.mcp_tool()\ndef f(): ...",
         "1.25.0 and 2.0.0"),
        ("method = func.HttpMethod.QUERY", "2.3.0"),
        ("func.BlobSource\nfunc.AuthLevel", "1.20.0"),
        ("@functools.wraps(f)\ndef g(): ...", "1.10.1"),
        ("def f(m: func.QueueMessage): m.to_json()", "2.3.0"),
        ("def f(m: func.QueueMessage): m.id", "1.10.1"),
        ("order.retry()", "1.10.1"),
        ("", "1.10.1"),
    ],
)  # fmt: skip
def test_since_when_code_is_possible(code: str, since: str) -> None:
    code = f"import azure.functions as func\n{code}\n"
    assert str(releases.since(code)) == since


@pytest.mark.parametrize(
    ("name", "because"),
    [
        ("cosmos_db/cosmos_db_input", "`func.DocumentList.to_json`"),
        ("queue/queue_trigger", "`@app.queue_trigger`"),
        ("http/route", ""),
    ],
)
def test_a_sample_says_what_keeps_it_from_older_releases(
    name: str, because: str
) -> None:
    told = history.of_sample(shown.load(SAMPLES[name]).sample)
    assert told.partition(", because of ")[2] == because + "." * bool(because)


def test_a_parameter_that_is_younger_than_its_decorator_is_the_reason() -> None:
    code = "@app.blob_trigger(source=1)\ndef f(): ..."
    assert releases.reasons(code) == [("FunctionApp.blob_trigger", "source")]


@pytest.mark.parametrize(
    "imported", ["import azure.functions", "from azure import functions as af"]
)
def test_the_sdk_may_be_imported_in_other_ways(imported: str) -> None:
    name = "af" if "as af" in imported else "azure.functions"
    code = f"{imported}\n{name}.BlobSource"
    assert str(releases.since(code)) == "1.20.0"


def test_names_that_are_imported_by_themselves_count() -> None:
    code = (
        "from azure.functions import BlobSource as B\nB.LOGS_AND_CONTAINER_SCAN"
    )
    found = releases.used(code)
    assert ("BlobSource", ".LOGS_AND_CONTAINER_SCAN") in found
    assert str(releases.since(code)) == "1.20.0"


SAMPLES = {"/".join(f.parts[-2:]): f for f in sample.find(ROOT / "samples")}


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_says_since_when_it_is_possible(name: str) -> None:
    entry = shown.load(SAMPLES[name])
    (version, *_) = releases.since(entry.sample.code).since
    text = page.render(entry, Site(ids=frozenset(SAMPLES))).markdown
    link = f"[{version}](../../releases/{version}.md)"
    assert f"in its code are in azure-functions since {link}" in text


def test_a_part_that_changed_says_when() -> None:
    name = "FunctionApp.event_grid_output"
    assert releases.changed(RECORDED, name, "topic_endpoint_uri") == ["1.21.0"]
    assert history.of_part(name, "topic_endpoint_uri") == "changed in 1.21.0"


def test_a_part_as_old_as_its_name_says_nothing() -> None:
    assert history.of_part("FunctionApp.queue_trigger", "arg_name") == ""


def test_a_part_that_had_another_name_says_which() -> None:
    told = history.of_part("FunctionApp.cosmos_db_trigger", "container_name")
    assert told == "since 1.14.0, was collection_<wbr>name"


def test_an_entry_says_since_when_and_under_which_names() -> None:
    link = '<autoref identifier="release-1.11.0">1.11.0</autoref>'
    assert history.of_name("FunctionApp.queue_trigger") == (
        f"{link}; before: <code>on_queue_change</code>"
    )
    assert history.of_name("FunctionApp.route").endswith(" or earlier")
    assert history.of_name("CosmosDBChangeFeedMode").endswith(", not in 1.26.0")
    assert history.of_name("FunctionApp.no_such") == ""


def test_an_entry_says_what_is_gone() -> None:
    told = history.parts_gone("FunctionApp.route")
    assert "<code>trigger_arg_data_type</code> since 1.11.0" in told
    told = history.parts_gone("FunctionApp")
    assert "<code>auth_level</code> since 1.11.0 (now <code>http" in told
    assert history.parts_gone("FunctionApp.queue_trigger") == ""


# --- Its pages --------------------------------------------------------------

PAGES = history.pages(RECORDED, frozenset({"FunctionApp.queue_trigger"}))


def test_every_release_has_a_page_and_an_address() -> None:
    assert len(PAGES) == len(RECORDED)
    assert {addresses.of(page) for page in PAGES} <= addresses.current()


@pytest.mark.parametrize("version", RECORDED)
def test_the_page_of_a_release_names_all_that_changed(version: str) -> None:
    text = PAGES[history.address(version)]
    missing = [
        name
        for name in RECORDED[version].changes.names
        if f"`{history.called(name)}`" not in text
    ]
    assert not missing
    assert RECORDED[version].date in text


def test_a_page_links_to_the_entries_that_there_are() -> None:
    text = PAGES["releases/1.11.0.md"]
    link = "[`@app.queue_trigger`][azure.functions.FunctionApp.queue_trigger]"
    assert f"`@app.on_queue_change` is {link}" in text
    assert "`@app.on_blob_change` is `@app.blob_trigger`" in text


def test_a_withdrawn_release_says_so() -> None:
    assert RECORDED["1.16.0"].withdrawn
    assert "**Withdrawn**" in PAGES["releases/1.16.0.md"]
    assert "**Withdrawn**" not in PAGES["releases/1.17.0.md"]


def test_every_release_stands_in_one_column_of_the_matrix() -> None:
    columns = history.columns(RECORDED)
    listed = [release.version for run in columns for release in run]
    there = [v for v, release in RECORDED.items() if not release.withdrawn]
    assert sorted(listed) == sorted(there)
    for run in columns:
        offered = {
            json.dumps(
                {
                    n: dict(sorted(t.parameters.items()))
                    for n, t in release.names.items()
                    if n.startswith(APP)
                }
            )
            for release in run
        }
        assert len(offered) == 1, [release.version for release in run]


def test_the_matrix_has_a_row_for_every_decorator_there_ever_was() -> None:
    rows = re.findall("<tr>.*?</tr>", history.matrix())[1:]
    ever = {
        name.removeprefix(APP)
        for release in RECORDED.values()
        for name in release.names
        if name.startswith(APP)
    }
    named = [re.sub(r"<[^>]+>", "", row.partition("</th>")[0]) for row in rows]
    assert sorted(named) == sorted(ever)
    (old,) = [row for row in rows if ">on_<wbr>queue_<wbr>change<" in row]
    assert "1.10.1 until 1.11.0; today <code>queue_trigger</code>" in old
    assert old.count("●") == 1


def test_the_list_of_releases_begins_with_the_youngest() -> None:
    text = history.overview()
    versions = re.findall(r'<a href="([\d.]+)/">', text)
    dates = [RECORDED[version].date for version in versions]
    assert len(versions) == len(RECORDED)
    assert dates == sorted(dates, reverse=True)


def test_what_the_list_says_of_the_two_lines_is_so() -> None:
    text = (ROOT / "docs/releases/index.md").read_text("utf-8")
    for version, other in re.findall(r"(\d\S+) with (\d\S+), not", text):
        assert RECORDED[version].after == other
    (younger,) = re.findall(r"not with (\S+), which is younger", text)
    assert RECORDED[younger].date > RECORDED["2.0.0"].date
    assert hasattr(func, "__version__")


# --- PyPI against the record ------------------------------------------------


class Index(ThreadingHTTPServer):
    """An index of this machine: PEP 691, with the wheels of a folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), partial(Answer, self))
        self.folder = folder
        self.fetched: list[str] = []
        self.withdrawn: set[str] = set()
        self.digest: dict[str, str] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/simple/"

    def page(self) -> Any:
        paths = sorted(self.folder.glob("*.whl"))
        return {
            "meta": {"api-version": "1.1"},
            "name": "azure-functions",
            "versions": [path.name.split("-")[1] for path in paths],
            "files": [
                {
                    "filename": path.name,
                    "url": f"/files/{path.name}",
                    "hashes": {
                        "sha256": self.digest.get(path.name)
                        or hashlib.sha256(path.read_bytes()).hexdigest()
                    },
                    "size": path.stat().st_size,
                    "upload-time": f"2022-03-{number:02}T10:00:00.000000Z",
                    "requires-python": ">=3.13",
                    "yanked": path.name.split("-")[1] in self.withdrawn,
                }
                for number, path in enumerate(paths, 1)
            ],
        }


class Answer(BaseHTTPRequestHandler):
    def __init__(self, index: Index, *arguments: Any) -> None:
        self.index = index
        super().__init__(*arguments)

    def do_GET(self) -> None:
        name = self.path.rpartition("/")[2]
        if self.path == "/simple/azure-functions/":
            body = json.dumps(self.index.page()).encode()
            kind = "application/vnd.pypi.simple.v1+json"
        else:
            self.index.fetched.append(name.split("-")[1])
            body = (self.index.folder / name).read_bytes()
            kind = "application/octet-stream"
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    """An index with 1.10.1 and pre-releases, and an empty record."""
    (tmp_path / "wheels").mkdir()
    server = Index(tmp_path / "wheels")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    for version in ("1.9.0", "1.10.1", "1.11.0b1"):
        Made().write(server.folder, version)
    kept = tmp_path / "releases.json"
    kept.write_text("{}\n", "utf-8")
    monkeypatch.setattr(releases, "RECORD", kept)
    monkeypatch.setenv("PIP_INDEX_URL", server.url)
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def run(*arguments: str) -> int:
    return __main__.main(["releases", *arguments])


def test_final_releases_are_taken_into_the_record(
    index: Index, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--all") == 0
    assert "1 releases read anew" in capsys.readouterr().out
    kept = releases.read(releases.RECORD)
    assert list(kept) == ["1.10.1"]
    assert kept["1.10.1"].python == ">=3.13"
    assert index.fetched == ["1.10.1"]


def test_nothing_new_is_said_and_no_wheel_fetched(
    index: Index, capsys: pytest.CaptureFixture[str]
) -> None:
    run("--all")
    index.fetched.clear()
    assert run() == 0
    assert "Nothing new: PyPI has 1 final release" in capsys.readouterr().out
    assert index.fetched == []


def test_a_new_release_is_told_by_what_it_touches(
    index: Index, capsys: pytest.CaptureFixture[str]
) -> None:
    same = "arg_name: str, queue: str"
    Made(triggers=[("queue_trigger", same)]).write(index.folder, "1.10.1")
    run("--all")
    index.fetched.clear()
    before = releases.RECORD.read_bytes()
    new = [("queue_trigger", f"{same}, size: int = 1"), ("lake_trigger", "at")]
    Made(triggers=new).write(index.folder, "1.12.0")
    assert run() == 1
    said = capsys.readouterr().out
    assert "azure-functions 1.12.0 is not in the record" in said
    assert "Came\n  - `@app.lake_trigger`: `queueTrigger`, in" in said
    assert "`@app.queue_trigger`\n      - new: `size: int = 1`" in said
    assert "samples/queue/queue_trigger: @app.queue_trigger" in said
    assert "docs/reference/queue.md: @app.queue_trigger" in said
    assert "docs/reference/: no entry for @app.lake_trigger" in said
    assert index.fetched == ["1.12.0"]
    assert releases.RECORD.read_bytes() == before


def test_a_new_release_is_added_once(
    index: Index, capsys: pytest.CaptureFixture[str]
) -> None:
    run("--all")
    Made(member='    HIGH = "high"').write(index.folder, "1.12.0")
    assert run("--write") == 0
    kept = releases.read(releases.RECORD)
    assert kept["1.12.0"].changes.parts["Level"].came == {".HIGH": "'high'"}
    assert run() == 0
    assert "Nothing new" in capsys.readouterr().out
    assert index.fetched == ["1.10.1", "1.12.0"]


def test_a_release_that_is_withdrawn_later_is_told(
    index: Index, capsys: pytest.CaptureFixture[str]
) -> None:
    Made().write(index.folder, "1.12.0")
    run("--all")
    index.withdrawn.add("1.12.0")
    assert run() == 1
    assert "azure-functions 1.12.0 is withdrawn" in capsys.readouterr().out
    assert run("--write") == 0
    assert releases.read(releases.RECORD)["1.12.0"].withdrawn


def test_a_release_that_leaves_pypi_stays_as_withdrawn(index: Index) -> None:
    path = Made().write(index.folder, "1.12.0")
    run("--all")
    path.unlink()
    assert run() == 1
    assert run("--write") == 0
    assert releases.read(releases.RECORD)["1.12.0"].withdrawn
    assert run() == 0


def test_a_wheel_that_is_not_the_announced_one_is_refused(
    index: Index, capsys: pytest.CaptureFixture[str]
) -> None:
    (path,) = index.folder.glob("*-1.10.1-*")
    index.digest[path.name] = "0" * 64
    assert run("--all") == 1
    assert "DigestMismatchError" in capsys.readouterr().out
    assert releases.RECORD.read_text("utf-8") == "{}\n"


def test_a_wheel_that_is_no_sdk_is_named(
    index: Index, capsys: pytest.CaptureFixture[str]
) -> None:
    (path,) = index.folder.glob("*-1.10.1-*")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("azure/functions/__init__.py", "__all__ = ()")
    assert run("--all") == 1
    assert f"{path.name} is not the SDK as" in capsys.readouterr().out
    assert releases.RECORD.read_text("utf-8") == "{}\n"


def test_without_pypi_what_is_stored_is_used(
    index: Index,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run("--all")
    before = releases.RECORD.read_bytes()
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple/")
    capsys.readouterr()
    assert run() == 0
    said = capsys.readouterr().out
    assert said.startswith("PyPI is out of reach: ConnectionError")
    assert "What is stored is used: 1 releases, up to 1.10.1." in said
    assert run("--write") == run("--all") == 1
    assert releases.RECORD.read_bytes() == before


def test_a_release_knows_no_younger_one() -> None:
    """1.2 came after 2.0: neither is compared with the other."""
    empty = partial(Release, python="", withdrawn=False, names={})
    found = releases.ordered(
        [
            empty("2.0", "2026-02-01"),
            empty("1.2", "2026-03-01"),
            empty("1.10", "2026-04-01"),
            empty("1.1", "2026-01-01"),
        ]
    )
    assert list(found) == ["1.1", "1.2", "1.10", "2.0"]
    assert [r.after for r in found.values()] == ["", "1.1", "1.2", "1.1"]


def test_a_late_patch_of_an_old_release_is_no_line() -> None:
    empty = partial(Release, python="", withdrawn=False, names={})
    found = releases.ordered(
        [
            empty("1.0.0", "2026-01-01"),
            empty("1.1.0", "2026-02-01"),
            empty("1.0.1", "2026-03-01"),
            empty("2.0.0", "2026-04-01"),
        ]
    )
    (line,) = releases.lines(found)
    assert [r.version for r in line] == ["1.0.0", "1.1.0", "2.0.0"]
