"""From the preview's names to today's: what changes, and what must not."""

import contextlib
import io
import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import azure.functions as func
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions_by_example import __main__ as command
from functions_by_example import migrate
from functions_by_example.migrate import files
from functions_by_example.paths import ROOT
from functions_by_example.processes import process
from functions_by_example.sdk import former
from functions_by_example.site.parts import migrate_names as parts
from functions_by_example.trials import names
from functions_by_example.trials import samples as verify
from functions_by_example.worker import app

SNIPPETS = sorted((ROOT / "tests" / "preview").glob("*.py"))
HEAD = "import azure.functions as func\n\napp = func.FunctionApp()\n\n\n"
SCRIPT = "function_app.py"
FLAVOURS = ("v4", "v3")
QUEUE = '@app.on_queue_change("msg", "orders", "STORE")\n'


@pytest.fixture(scope="module", autouse=True)
def _processes() -> None:
    process.preload(verify.PRELOAD)


def written(folder: Path, **sources: str) -> Path:
    """An app's folder with these files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in sources.items():
        path = folder.joinpath(*name.split("__")).with_suffix(".py")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def after(tmp_path: Path, text: str, cosmos: Any = "v4") -> str:
    """What becomes of an app of one file."""
    planned = migrate.plan(written(tmp_path, function_app=text), cosmos)
    assert not planned.refused, planned.remarks
    for file in planned.files:
        return file.after.decode()
    return text


def said(planned: migrate.Plan, *kinds: str) -> list[str]:
    """The remarks of these kinds, each without the folder."""
    return [
        f"{Path(remark.file).name}:{remark.line}: {remark.text}"
        for remark in planned.remarks
        if remark.kind in kinds
    ]


def functions(folder: Path) -> list[dict[str, Any]]:
    """What the worker finds in an app. Raises AssertionError where it
    refuses the app."""
    answer = process.call(app.index, str(folder.resolve()))
    assert "functions" in answer, answer
    return list(answer["functions"])


def gallery(*arguments: object, cwd: Path) -> tuple[int, str, str]:
    """Exit status, standard output, standard error of the command."""
    out, err = io.StringIO(), io.StringIO()
    with (
        contextlib.chdir(cwd),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            status = command.main(["migrate", *map(str, arguments)])
        except SystemExit as ended:
            status = int(ended.code or 0)
    return status, out.getvalue(), err.getvalue()


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


# --- The table ---------------------------------------------------------------


@pytest.mark.parametrize("old", former.tables()["decorators"])
def test_a_decorator_that_is_renamed_was_and_is_no_more(old: str) -> None:
    assert not hasattr(func.FunctionApp, old)
    assert former.history()[old][0].first in ("1.10.1", "1.11.1")


@pytest.mark.parametrize("cosmos", FLAVOURS)
@pytest.mark.parametrize("old", former.renames())
def test_each_parameter_of_then_is_known_today(old: str, cosmos: Any) -> None:
    rename = former.renames(cosmos)[old]
    assert hasattr(func.FunctionApp, rename.new)
    for parameter in rename.before:
        wrapped = rename.wrapped.get(parameter)
        name = rename.renamed.get(parameter, parameter)
        assert name == "" or name in rename.after or wrapped, parameter
        assert not wrapped or wrapped.parameter in rename.after


@pytest.mark.parametrize("old", former.tables()["cosmos"])
def test_each_cosmos_parameter_of_the_table_was_one(old: str) -> None:
    assert any(
        old in was.parameters
        for name, found in former.history().items()
        if "cosmos" in name
        for was in found
    )


def test_then_is_what_the_sdk_still_has_as_v3() -> None:
    """An independent record of what was: the decorators that were kept."""
    for old, rename in former.renames("v3").items():
        if rename.new.endswith("_v3"):
            assert rename.before == rename.after, old


def test_the_constructor_has_todays_names() -> None:
    table = former.tables()["application"]
    (was,) = former.history()[former.APPLICATION]
    assert set(table) <= set(was.parameters)
    func.FunctionApp(**{table["auth_level"]: func.AuthLevel.ANONYMOUS})
    for key in ("wsgi_app", "asgi_app"):
        assert table[key] in former.apps()


def test_data_types_and_usual_names_are_the_sdks() -> None:
    from functions_by_example.migrate import decorators, source

    assert set(decorators.DATA_TYPES) == {kind.name for kind in func.DataType}
    assert {"FunctionApp", "Blueprint"} <= former.classes()
    assert "Blueprint" not in former.apps()
    assert func.__name__ == source.SDK


# --- The wiki ----------------------------------------------------------------


@pytest.mark.parametrize("cosmos", FLAVOURS)
@pytest.mark.parametrize("path", SNIPPETS, ids=lambda path: path.stem)
def test_a_snippet_of_the_wiki_comes_out_as_an_app_of_today(
    path: Path, cosmos: Any, tmp_path: Path
) -> None:
    text = path.read_text("utf-8")
    written(tmp_path, function_app=text)
    planned = migrate.plan(tmp_path, cosmos)
    assert said(planned, "error", "left") == []
    migrate.apply(planned)
    (function,) = functions(tmp_path)
    assert len(function["bindings"]) == text.count("arg_name=")
    again = migrate.plan(tmp_path, cosmos)
    assert (again.files, again.remarks) == ((), ())


def test_the_wikis_snippets_are_five() -> None:
    assert [path.stem for path in SNIPPETS] == [
        "cosmos_db",
        "event_hub",
        "queue",
        "service_bus_queue",
        "service_bus_topic",
    ]


@pytest.mark.parametrize("path", SNIPPETS, ids=lambda path: path.stem)
def test_without_it_todays_sdk_refuses_the_snippet(
    path: Path, tmp_path: Path
) -> None:
    written(tmp_path, function_app=path.read_text("utf-8"))
    answer = process.call(app.index, str(tmp_path))
    assert answer["error"]["type"] == "AttributeError"


def test_the_two_service_bus_snippets_together_are_said_to_clash(
    tmp_path: Path,
) -> None:
    queue, topic = (
        path.read_text("utf-8")
        for path in SNIPPETS
        if path.stem.startswith("service_bus")
    )
    text = queue + topic.split("FunctionApp()\n", 1)[1]
    planned = migrate.plan(written(tmp_path, function_app=text))
    (line,) = said(planned, "left")
    assert "the function's name `ServiceBusFunc` is that of line 12" in line


# --- Every decorator ---------------------------------------------------------


def calls(by_position: bool) -> str:
    """An app that uses every decorator of then with every parameter."""
    text = HEAD
    renames = former.renames()
    for number, (old, rename) in enumerate(renames.items()):
        if rename.still and not rename.then_only:
            continue
        # of two orders, that of then is not to be told from today's
        in_order = by_position and not (rename.still and "cosmos" in old)
        values = {name: value_of(name, rename) for name in rename.before}
        given = ", ".join(
            value if in_order else f"{name}={value}"
            for name, value in values.items()
        )
        lines = [f"@app.{old}({given})"]
        if not old.startswith("on_") and not old.endswith(("trigger", "route")):
            lines.insert(0, '@app.schedule("timer", "0 0 * * * *")')
        is_http = old == "route"
        parameters = {"req"} if is_http else {values["arg_name"].strip('"')}
        if len(lines) > 1:
            parameters.add("timer")
        names = ", ".join(sorted(parameters))
        text += "\n".join(lines) + f"\ndef f{number}({names}): ...\n\n\n"
    return text


def value_of(name: str, rename: former.Rename) -> str:
    if name in rename.booleans:
        return "True"
    return {
        "arg_name": '"x"',
        "trigger_arg_name": '"req"',
        "binding_arg_name": '"$return"',
        "methods": '["GET"]',
        "auth_level": "func.AuthLevel.ANONYMOUS",
        "data_type": "func.DataType.STRING",
        "trigger_arg_data_type": "func.DataType.STRING",
        "output_arg_data_type": '"BINARY"',
        "access_rights": "func.AccessRights.LISTEN",
        "cardinality": "func.Cardinality.ONE",
    }.get(name, f'"{name}"')


@pytest.mark.parametrize("cosmos", FLAVOURS)
def test_every_decorator_of_then_loads_today_however_it_was_called(
    cosmos: Any, tmp_path: Path
) -> None:
    found = []
    for by_position in (False, True):
        folder = tmp_path / str(by_position)
        text = after(folder, calls(by_position), cosmos)
        written(folder, function_app=text)
        found.append(functions(folder))
    assert found[0] == found[1]
    assert len(found[0]) == 19


def test_a_data_type_of_route_stays_in_the_binding(tmp_path: Path) -> None:
    text = after(
        tmp_path,
        HEAD + "@app.route(trigger_arg_data_type=func.DataType.STRING,\n"
        '           output_arg_data_type="BINARY")\ndef f(req): ...\n',
    )
    written(tmp_path, function_app=text)
    (function,) = functions(tmp_path)
    kinds = [binding["dataType"] for binding in function["bindings"]]
    assert kinds == ["STRING", "BINARY"]


# --- What becomes of a call --------------------------------------------------

COSMOS_THEN = 'database_name="d", collection_name="c"'
COSMOS_TODAY = 'database_name="d", container_name="c"'


@pytest.mark.parametrize(
    ("before", "then"),
    [
        (
            '@app.on_blob_change("b", "p", "C", func.DataType.STRING)',
            '@app.blob_trigger("b", "p", "C", data_type=func.DataType.STRING)',
        ),
        (
            '@app.write_event_grid("e", "u", "k", "STRING")',
            '@app.event_grid_output("e", "u", "k", data_type="STRING")',
        ),
        (
            "@app.on_queue_change(**common)",
            "@app.queue_trigger(**common)",
        ),
        (
            '@app.route("a", "req", "$return", None, None, ["GET"])',
            None,
        ),
        (
            '@app.route("a", "req", "$return", ["GET"])',
            '@app.route("a", "req", "$return", ["GET"])',
        ),
        (
            f'@app.cosmos_db_trigger(arg_name="x", {COSMOS_THEN},\n'
            '    connection_string_setting="C", checkpoint_interval=3,\n'
            ")",
            f'@app.cosmos_db_trigger(arg_name="x", {COSMOS_TODAY},\n'
            '    connection="C",\n)',
        ),
        (
            f'@app.cosmos_db_output(arg_name="x", {COSMOS_THEN},\n'
            '    connection_string_setting="C",\n'
            "    use_multiple_write_locations=True,\n"
            "    create_if_not_exists='TRUE')",
            f'@app.cosmos_db_output(arg_name="x", {COSMOS_TODAY},\n'
            '    connection="C",\n'
            "    create_if_not_exists=True)",
        ),
        (
            f'@app.cosmos_db_input("x", "C", {COSMOS_TODAY})',
            f'@app.cosmos_db_input("x", "C", {COSMOS_TODAY})',
        ),
        (
            '@app.cosmos_db_input("x", "C", "d", "c")',
            None,
        ),
        (
            '@app.read_cosmos_db_documents("x", "d", "c", "C", "1")',
            '@app.cosmos_db_input("x", database_name="d", '
            'container_name="c", connection="C", id="1")',
        ),
        (
            '@app.read_cosmos_db_documents("x", "d", "c", "C", "1", '
            "sql_query=(\n"
            '    "SELECT *"  # all\n))  # here',
            '@app.cosmos_db_input("x", database_name="d", '
            'container_name="c", connection="C", id="1", sql_query=(\n'
            '    "SELECT *"  # all\n))  # here',
        ),
        (
            "@app.schedule('t', '* * * * * *')",
            "@app.schedule('t', '* * * * * *')",
        ),
    ],
)
def test_a_call_becomes(before: str, then: str | None, tmp_path: Path) -> None:
    """None: it is left as it is, and listed."""
    text = f"{HEAD}common = {{}}\n\n\n{before}\ndef f(x): ...\n"
    folder = written(tmp_path, function_app=text)
    planned = migrate.plan(folder)
    assert len(said(planned, "left")) == (then is None), planned.remarks
    made = [file.after.decode() for file in planned.files] or [text]
    assert made == [text.replace(before, then or before)]


@pytest.mark.parametrize(
    ("before", "then"),
    [
        (
            "func.FunctionApp(auth_level=A)",
            "func.FunctionApp(http_auth_level=A)",
        ),
        (
            "func.FunctionApp(wsgi_app = web, auth_level = A)",
            "func.WsgiFunctionApp(app = web, http_auth_level = A)",
        ),
        ("func.FunctionApp(asgi_app=web)", "func.AsgiFunctionApp(app=web)"),
        (
            "func.FunctionApp(None, web, {}, A)",
            "func.AsgiFunctionApp(app=web, http_auth_level=A)",
        ),
        ("func.FunctionApp(http_auth_level=A)", None),
        ("func.FunctionApp(func.AuthLevel.ADMIN)", None),
        ("func.FunctionApp()", None),
    ],
)
def test_a_constructor_becomes(
    before: str, then: str | None, tmp_path: Path
) -> None:
    """None: it is today's."""
    text = f"import azure.functions as func\n\nA = web = None\napp = {before}\n"
    made = after(tmp_path, text)
    assert made == text.replace(before, then or before)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("func.FunctionApp(web)", "its first argument was `wsgi_app`"),
        (
            "func.FunctionApp(wsgi_app=web, asgi_app=web)",
            "one of WSGI and ASGI",
        ),
        (
            'func.FunctionApp(wsgi_app=web, app_kwargs={"methods": []})',
            "`app_kwargs` is gone",
        ),
        ("func.FunctionApp(**web)", "what its stars bring"),
    ],
)
def test_a_constructor_that_is_not_to_be_decided_is_left(
    call: str, text: str, tmp_path: Path
) -> None:
    source = f"import azure.functions as func\n\nweb = None\napp = {call}\n"
    planned = migrate.plan(written(tmp_path, function_app=source))
    (line,) = said(planned, "left")
    assert line.startswith("function_app.py:4: ")
    assert text in line
    assert not planned.files


@pytest.mark.parametrize(
    ("decorator", "text"),
    [
        ("on_cosmos_db_update(**common)", "what `**` brings"),
        ("cosmos_db_trigger(**common)", "what `**` brings"),
        ("on_cosmos_db_update(*common)", "what `*` brings"),
        (
            'cosmos_db_trigger("x", "C", "d", "c")',
            "argument 2 was `database_name` up to 1.13.3 and is `connection`",
        ),
        (
            'on_cosmos_db_update("x", "d", "c", "C", connection="D")',
            "`connection` would be there twice",
        ),
        ('on_cosmos_db_update("x", "d", "c")', "needs `connection`"),
        ('on_queue_change("x", "q", "c", "STRING", 5)', "no more than 4"),
        (
            'on_cosmos_db_update("x", "d", "c", "C",\n'
            "    checkpoint_interval=3,  # seconds\n)",
            "`checkpoint_interval` is gone, and a comment stands beside it",
        ),
        ("route('a', 'req', '$return', kinds)", "argument 4 was"),
    ],
)
def test_a_call_that_is_not_to_be_decided_is_left_and_the_rest_is_not(
    decorator: str, text: str, tmp_path: Path
) -> None:
    source = f"{HEAD}common = kinds = []\n\n\n@app.{decorator}\ndef f(x): ...\n"
    source += f"\n\n{QUEUE}def g(msg): ...\n"
    planned = migrate.plan(written(tmp_path, function_app=source))
    (line,) = said(planned, "left")
    assert line.startswith("function_app.py:9: `app.")
    assert text in line
    (file,) = planned.files
    new = QUEUE.replace("on_queue_change", "queue_trigger")
    assert file.after.decode() == source.replace(QUEUE, new)


def test_todays_cosmos_keys_with_v3_are_left(tmp_path: Path) -> None:
    call = "on_cosmos_db_update('x', 'd', container_name='c', connection='C')"
    source = f"{HEAD}@app.{call}\ndef f(x): ...\n"
    planned = migrate.plan(written(tmp_path, function_app=source), "v3")
    (line,) = said(planned, "left")
    assert "`cosmos_db_trigger_v3` has no `container_name`" in line


def test_what_is_dropped_or_mended_is_told(tmp_path: Path) -> None:
    source = (
        f'{HEAD}@app.cosmos_db_output(arg_name="x", {COSMOS_THEN},\n'
        '    connection_string_setting="C",\n'
        "    use_multiple_write_locations=True,\n"
        "    create_if_not_exists='false')\ndef f(x): ...\n"
    )
    planned = migrate.plan(written(tmp_path, function_app=source))
    assert said(planned, "note") == [
        "function_app.py:6: `cosmos_db_output`: version 4 of the extension "
        "makes no `id`: give each document one",
        "function_app.py:8: `use_multiple_write_locations` is dropped: "
        "`cosmos_db_output` has none",
        "function_app.py:9: `create_if_not_exists='false'` is a bool now: "
        "False",
    ]


# --- Under other names -------------------------------------------------------

ALIASED = [
    ("import azure.functions as f", "f.FunctionApp(auth_level=A)"),
    ("import azure.functions", "azure.functions.FunctionApp(auth_level=A)"),
    ("from azure import functions", "functions.FunctionApp(auth_level=A)"),
    (
        "from azure.functions import FunctionApp",
        "FunctionApp(auth_level=A)",
    ),
    (
        "from azure.functions import FunctionApp as Shop",
        "Shop(auth_level=A)",
    ),
    ("from azure.functions import *", "FunctionApp(auth_level=A)"),
]


@pytest.mark.parametrize(("statement", "made"), ALIASED)
def test_a_name_is_followed_to_its_import(
    statement: str, made: str, tmp_path: Path
) -> None:
    source = f"{statement}\n\nA = None\nshop = {made}\n\n\n"
    source += QUEUE.replace("app.", "shop.") + "def g(msg): ...\n"
    assert after(tmp_path, source) == source.replace(
        "auth_level", "http_auth_level"
    ).replace("on_queue_change", "queue_trigger")


def test_an_alias_is_told_with_its_line(tmp_path: Path) -> None:
    source = HEAD.replace("func", "f").replace(".fs", ".functions")
    source = source.replace("azure.ftions", "azure.functions")
    planned = migrate.plan(
        written(tmp_path, function_app=f"{source}{QUEUE}def g(msg): ...\n")
    )
    assert said(planned, "note") == [
        "function_app.py:1: `f` is `azure.functions` here, and was read so"
    ]


def test_a_class_that_is_new_is_imported(tmp_path: Path) -> None:
    source = (
        "from azure.functions import FunctionApp\n\nweb = None\n"
        "app = FunctionApp(wsgi_app=web)\n"
    )
    assert after(tmp_path, source) == source.replace(
        "FunctionApp(wsgi_app=", "WsgiFunctionApp(app="
    ).replace("import FunctionApp", "import WsgiFunctionApp, FunctionApp")


def test_what_the_wiki_forgot_to_import_is_imported(tmp_path: Path) -> None:
    source = (
        '"""Orders."""\n\napp = func.FunctionApp()\n\n\n'
        f"{QUEUE}def g(msg: func.QueueMessage) -> None:\n"
        "    logging.info(json.dumps(1))\n"
    )
    made = after(tmp_path, source)
    assert made.startswith('"""Orders."""\n')
    for statement in (
        "import azure.functions as func\n",
        "import json\n",
        "import logging\n",
    ):
        assert statement in made
    written(tmp_path, function_app=made)
    assert functions(tmp_path)


@pytest.mark.parametrize(
    "source",
    [
        "from flask import Flask\n\nweb = Flask()\n\n\n"
        "@web.route('/', 'req', 'x', str)\ndef f(): ...\n",
        "import shop\n\nstore = shop.Store()\nstore.read_blob('a')\n",
        "def f(client):\n    client.write_queue('a')\n",
        "def func(auth_level): ...\n\n\nfunc(auth_level=1)\n",
    ],
)
def test_what_is_not_the_sdks_stays(source: str, tmp_path: Path) -> None:
    written(tmp_path, function_app=HEAD, other=source)
    planned = migrate.plan(tmp_path)
    assert (planned.files, planned.remarks) == ((), ())


def test_blueprints_and_apps_of_other_files_are_followed(
    tmp_path: Path,
) -> None:
    written(
        tmp_path,
        function_app="from shop.orders import bp\n" + HEAD,
        shop____init__="",
        shop__orders="import azure.functions as func\n\n"
        "bp = func.Blueprint()\n\n\n"
        + QUEUE.replace("app", "bp")
        + "def g(msg): ...\n",
        shop__more="from .orders import bp as more\n"
        "from function_app import app\n\n\n"
        + QUEUE.replace("app", "more")
        + "def h(msg): ...\n\n\n"
        + QUEUE
        + "def i(msg): ...\n",
    )
    planned = migrate.plan(tmp_path)
    assert said(planned, "error", "left") == []
    assert {file.path.name: file.changes for file in planned.files} == {
        "orders.py": 1,
        "more.py": 2,
    }


@pytest.mark.parametrize(
    "body",
    [
        f"def add(app: func.FunctionApp):\n    {QUEUE}    def g(msg): ...\n",
        "class Shop(func.FunctionApp):\n    pass\n\n\nshop = Shop()\n\n\n"
        + QUEUE.replace("app", "shop")
        + "def g(msg): ...\n",
        "other = app\n\n\n" + QUEUE.replace("app", "other") + "def g(m): ...\n",
        "def work(msg): ...\n\n\napp.on_queue_change('m', 'q', 'C')(work)\n",
    ],
)
def test_an_app_is_known_by(body: str, tmp_path: Path) -> None:
    assert after(tmp_path, HEAD + body) == (HEAD + body).replace(
        "on_queue_change", "queue_trigger"
    )


# --- Bad input ---------------------------------------------------------------

LOOP = f"for q in ('a', 'b'):\n\n    {QUEUE}    def g(msg): ...\n"
BAD: list[tuple[str, int, str]] = [
    ("def f(:\n", 1, "does not parse: invalid syntax"),
    ("x = 'abc\n", 1, "does not parse: unterminated string literal"),
    (HEAD + "\0", 1, "does not parse: source code string cannot contain null"),
    (f"import azure.functions as func\n\n\n{QUEUE}def g(msg): ...\n", 4,
     "there is no `app` here: begin the file with"),
    ("import azure.functions as func\n", 1, "there is no app in this folder"),
    ("", 1, "there is no app in this folder"),
    (HEAD + LOOP, 8, "stands in a loop: write `queue_trigger` by hand"),
    (f"{HEAD}[app.on_queue_change(q)(q) for q in 'ab']\n", 6, "in a loop"),
    (f"{HEAD}for name in ('on_queue_change',):\n    getattr(app, name)\n", 7,
     "the decorator's name is computed in a loop"),
    (f"{HEAD}getattr(app, 'on_queue_change')\n", 6, "`getattr` of 'on_queue"),
    (f"{HEAD}listen = app.on_queue_change\n", 6, "is not called here: write"),
    (f"{HEAD}app = object\n{QUEUE}def g(msg): ...\n", 7,
     "`app` stands for more than one thing (lines 3 and 6)"),
    (f"{HEAD}def func(): ...\n\n\n{QUEUE}def g(msg): ...\n", 9,
     "`func` stands for more than one thing (lines 1 and 6)"),
    (f"{HEAD}def add(app):\n    {QUEUE}    def g(msg): ...\n", 7,
     "`app` is a parameter: annotate it"),
    (f"from shared import bp\n{HEAD}{QUEUE.replace('app', 'bp')}def g(): ...\n",
     7, "`bp` comes from `shared`, which is not below the path given"),
    (f"{HEAD}bp = make()\n{QUEUE.replace('app', 'bp')}def g(msg): ...\n", 7,
     "`bp` is what `make()` returns"),
    (f"from shop import *\nimport azure.functions as func\n{QUEUE}def g(): .."
     ".\n", 3, "`app` may come from `from shop import *`"),
    (f"{HEAD}class Shop(func.FunctionApp):\n    def __init__(self):\n"
     "        super().__init__(auth_level='ADMIN')\n", 8,
     "change its arguments by hand"),
    ("import azure.functions as func\n\nApp = func.FunctionApp\n"
     "app = App(auth_level=1)\n", 4, "`App(...)` stands for"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "line", "text"), BAD)
def test_bad_input_is_told_with_its_line_and_nothing_is_written(
    source: str, line: int, text: str, tmp_path: Path
) -> None:
    fine = f"{HEAD}{QUEUE}def g(msg): ...\n".replace("app", "bp")
    fine = fine.replace("FunctionApp", "Blueprint")
    folder = written(tmp_path / "app", function_app=source, fine=fine)
    before = contents(folder)
    status, out, err = gallery("app", "--write", cwd=tmp_path)
    assert (status, out) == (1, "")
    assert f"app/{SCRIPT}:{line}: error: " in err
    assert text in err
    assert err.endswith("nothing is written\n")
    assert contents(folder) == before


def test_a_file_in_another_encoding_than_it_says_does_not_parse(
    tmp_path: Path,
) -> None:
    (tmp_path / SCRIPT).write_bytes(b"# \xe9\n" + HEAD.encode())
    (line,) = said(migrate.plan(tmp_path), "error")
    assert line.startswith(f"{SCRIPT}:1: does not parse: ")


def test_a_read_only_file_is_told_and_nothing_is_written(
    tmp_path: Path,
) -> None:
    text = f"{HEAD}{QUEUE}def g(msg): ...\n"
    folder = written(tmp_path / "app", function_app=text, other=text)
    (folder / "other.py").chmod(0o444)
    before = contents(folder)
    status, _, err = gallery("app", "--write", cwd=tmp_path)
    assert status == 1
    assert "app/other.py:6: error: is read-only" in err
    assert contents(folder) == before


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("nowhere", "nowhere: there is no such file or folder"),
        ("notes.txt", "notes.txt: is neither a folder nor a .py file"),
        ("link.py", "link.py: is a symbolic link: name what it leads to"),
    ],
)
def test_a_wrong_path_is_wrong_usage(
    path: str, text: str, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("")
    (tmp_path / "link.py").symlink_to(tmp_path / "notes.txt")
    assert gallery(path, cwd=tmp_path) == (2, "", f"{text}\n")


@pytest.mark.parametrize(
    "arguments", [(), (".", "--cosmos", "v5"), (".", "-x")]
)
def test_wrong_arguments_are_wrong_usage(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    assert gallery(*arguments, cwd=tmp_path)[0] == 2


# --- What is written, and what is kept ---------------------------------------

OLD = f"{HEAD}{QUEUE}def g(msg): ...\n"
NEW = OLD.replace("on_queue_change", "queue_trigger")


def test_without_write_a_diff_is_printed_and_nothing_is_written(
    tmp_path: Path,
) -> None:
    folder = written(tmp_path / "app", function_app=OLD)
    status, out, err = gallery("app", cwd=tmp_path)
    assert status == 0
    assert out.splitlines()[:2] == [f"--- app/{SCRIPT}", f"+++ app/{SCRIPT}"]
    assert '-@app.on_queue_change("msg", "orders", "STORE")\n' in out
    assert '+@app.queue_trigger("msg", "orders", "STORE")\n' in out
    assert err == (
        "1 change in 1 file, 0 places left alone\n"
        "nothing is written without --write\n"
    )
    assert contents(folder) == {SCRIPT: OLD.encode()}


def test_the_shell_sees_the_same(tmp_path: Path) -> None:
    """With CRLF, and a letter that the shell cannot show."""
    (tmp_path / SCRIPT).write_bytes(
        OLD.replace("orders", "Größe").replace("\n", "\r\n").encode()
    )
    done = subprocess.run(
        [sys.executable, "-m", "functions_by_example", "migrate", SCRIPT],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"},
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr
    assert b'+@app.queue_trigger("msg", "Gr\\xf6\\xdfe", "STORE")\r\n' in (
        done.stdout
    )
    assert done.stderr.startswith(b"1 change in 1 file, 0 places left alone")


def test_with_write_a_second_run_changes_nothing(tmp_path: Path) -> None:
    folder = written(tmp_path / "app", function_app=OLD)
    status, _, err = gallery("app", "--write", cwd=tmp_path)
    assert status == 0
    assert f"app/{SCRIPT}: rewritten, was kept as {SCRIPT}.bak" in err
    kept = {SCRIPT: NEW.encode(), f"{SCRIPT}.bak": OLD.encode()}
    assert contents(folder) == kept
    assert gallery("app", "--write", cwd=tmp_path) == (
        0,
        "",
        "nothing to change, 0 places left alone\n",
    )
    assert contents(folder) == kept


def test_what_is_left_is_1(tmp_path: Path) -> None:
    text = OLD + "\n\n@app.on_cosmos_db_update(**{})\ndef h(x): ...\n"
    folder = written(tmp_path / "app", function_app=text)
    status, _, err = gallery("app", "--write", cwd=tmp_path)
    assert status == 1
    assert f"app/{SCRIPT}:10: left alone: `app.on_cosmos_db_update`: " in err
    assert NEW in (folder / SCRIPT).read_text("utf-8")


def test_the_flavour_is_an_option(tmp_path: Path) -> None:
    shutil.copy(SNIPPETS[0], tmp_path / "app.py")
    for flavour, name in (("v4", "cosmos_db_trigger("), ("v3", "trigger_v3(")):
        _, out, _ = gallery("app.py", "--cosmos", flavour, cwd=tmp_path)
        assert name in out


def test_an_earlier_backup_stays(tmp_path: Path) -> None:
    folder = written(tmp_path, function_app=OLD)
    (folder / f"{SCRIPT}.bak").write_text("first")
    (folder / f"{SCRIPT}.bak2").write_text("second")
    assert migrate.apply(migrate.plan(folder)) == {
        str(folder / SCRIPT): f"{SCRIPT}.bak3"
    }
    assert contents(folder) == {
        SCRIPT: NEW.encode(),
        f"{SCRIPT}.bak": b"first",
        f"{SCRIPT}.bak2": b"second",
        f"{SCRIPT}.bak3": OLD.encode(),
    }


@pytest.mark.parametrize("mode", [0o644, 0o755, 0o600])
def test_a_files_mode_stays(mode: int, tmp_path: Path) -> None:
    folder = written(tmp_path, function_app=OLD)
    (folder / SCRIPT).chmod(mode)
    migrate.apply(migrate.plan(folder))
    for name in (SCRIPT, f"{SCRIPT}.bak"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == mode


@pytest.mark.parametrize(
    ("encoding", "newline", "first"),
    [
        ("utf-8", "\r\n", ""),
        ("utf-8-sig", "\n", "# Größe\n"),
        ("latin-1", "\n", "# -*- coding: latin-1 -*-\n# Größe\n"),
        ("utf-8-sig", "\r\n", "#!/usr/bin/env python\n# Größe\n"),
        ("utf-8", "\n", "# a form feed\n\f\n"),
    ],
)
def test_bytes_besides_the_names_stay(
    encoding: str, newline: str, first: str, tmp_path: Path
) -> None:
    end = "x = '''\n\t'''\nif x :\n\ty = [1,\n  2 ] ;  z = 3  # end"
    path = tmp_path / SCRIPT
    before, then = (
        (first + text + end).replace("\n", newline).encode(encoding)
        for text in (OLD, NEW)
    )
    path.write_bytes(before)
    migrate.apply(migrate.plan(tmp_path))
    assert path.read_bytes() == then


def test_mixed_line_ends_stay(tmp_path: Path) -> None:
    path = tmp_path / SCRIPT
    before = b"\r\n# one\n" + OLD.encode() + b"# two\r\n\x0c\r\n"
    path.write_bytes(before)
    migrate.apply(migrate.plan(tmp_path))
    assert path.read_bytes() == before.replace(
        b"on_queue_change", b"queue_trigger"
    )


def test_a_file_without_a_word_of_the_sdk_has_to_parse_all_the_same(
    tmp_path: Path,
) -> None:
    written(tmp_path, function_app=OLD, fine="x = 1\n", other="x = (\n")
    assert said(migrate.plan(tmp_path), "error") == [
        "other.py:1: does not parse: '(' was never closed"
    ]


def test_only_the_apps_own_files_are_taken(tmp_path: Path) -> None:
    outside = written(tmp_path / "outside", other=OLD)
    folder = written(tmp_path / "app", function_app=OLD, shop__orders=OLD)
    others = [
        ".venv/lib/a.py",
        ".python_packages/lib/site-packages/a.py",
        "__pycache__/a.py",
        "env/lib/a.py",
        "node_modules/a.py",
    ]
    for name in others:
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(OLD)
    (folder / "env" / "pyvenv.cfg").write_text("")
    (folder / "linked.py").symlink_to(outside / "other.py")
    (folder / "links").symlink_to(outside)
    planned = migrate.plan(folder)
    assert [file.path.name for file in planned.files] == [SCRIPT, "orders.py"]
    migrate.apply(planned)
    assert contents(outside) == {"other.py": OLD.encode()}


@pytest.mark.parametrize("failing", ["os.replace", "backup", "draft"])
def test_after_a_failure_every_file_is_as_it_was(
    failing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = written(tmp_path, function_app=OLD, one=OLD, two=OLD)
    (folder / "one.py").chmod(0o640)
    before = contents(folder)
    planned = migrate.plan(folder)
    count = 0

    def second_fails(function: Any) -> Any:
        def called(*arguments: Any) -> Any:
            nonlocal count
            count += 1
            if count == 2:
                raise OSError(28, "No space left on device", "two.py")
            return function(*arguments)

        return called

    target, name = {
        "os.replace": (files.os, "replace"),
        "backup": (files, "_backup"),
        "draft": (files, "_draft"),
    }[failing]
    monkeypatch.setattr(target, name, second_fails(getattr(target, name)))
    with pytest.raises(migrate.NotWritten, match="No space left"):
        migrate.apply(planned)
    assert count >= 2
    assert contents(folder) == before
    assert stat.S_IMODE((folder / "one.py").stat().st_mode) == 0o640


def test_a_file_that_changed_in_the_meantime_is_not_replaced(
    tmp_path: Path,
) -> None:
    folder = written(tmp_path, function_app=OLD, two=OLD)
    planned = migrate.plan(folder)
    (folder / "two.py").write_text("# mine\n")
    before = contents(folder)
    with pytest.raises(migrate.NotWritten, match="was changed in the meantime"):
        migrate.apply(planned)
    assert contents(folder) == before


def test_a_plan_with_errors_is_not_applied(tmp_path: Path) -> None:
    planned = migrate.plan(written(tmp_path, function_app="def f(:"))
    with pytest.raises(ValueError, match="not to be written"):
        migrate.apply(planned)


# --- Nothing else changes ----------------------------------------------------

GAP = st.sampled_from(["", " ", "  ", "\n    ", "  # why?\n\n\t", "\\\n "])
ARGUMENTS = {
    "arg_name": "arg_name",
    "database_name": "database_name",
    "collection_name": "container_name",
    "connection_string_setting": "connection",
    "lease_collection_prefix": "lease_container_prefix",
    "max_items_per_invocation": "max_items_per_invocation",
}


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(
    order=st.permutations(list(ARGUMENTS)),
    gaps=st.lists(GAP, min_size=26, max_size=26),
    trailing=st.booleans(),
)
def test_only_names_change_whatever_stands_between_them(
    tmp_path_factory: pytest.TempPathFactory,
    order: list[str],
    gaps: list[str],
    trailing: bool,
) -> None:
    def text(decorator: str, names: Mapping[str, str]) -> str:
        gap: Iterator[str] = iter(gaps)
        inside = (next(gap) + ",").join(
            f"{next(gap)}{names[name]}{next(gap)}={next(gap)}'{name}'"
            for name in order
        )
        end = next(gap) + "," * trailing
        return f"{HEAD}@app.{decorator}({inside}{end}\n)\ndef f(x): ...\n"

    before = text("on_cosmos_db_update", {name: name for name in ARGUMENTS})
    folder = tmp_path_factory.mktemp("app")
    made = after(folder, before)
    assert made == text("cosmos_db_trigger", ARGUMENTS)
    assert after(folder, made) == made


def test_the_wikis_snippets_change_in_their_decorators_only(
    tmp_path: Path,
) -> None:
    for path in SNIPPETS:
        shutil.copy(path, tmp_path / SCRIPT)
        text = migrate.diff(migrate.plan(tmp_path))
        lines = re.findall(r"^[-+](?![-+])(.*)$", text, re.M)
        assert lines
        assert all(line.startswith("@app.") for line in lines), path


# --- The page ----------------------------------------------------------------

PAGE = ROOT / "docs" / "migrate" / "names.md"


def test_the_example_of_the_page_loads_when_migrated(tmp_path: Path) -> None:
    text = former.tables()["example"]["app"].lstrip()
    planned = migrate.plan(written(tmp_path, function_app=text))
    assert planned.decided
    migrate.apply(planned)
    names = [function["name"] for function in functions(tmp_path)]
    assert names == ["print_receipt", "log_orders"]


def test_the_page_shows_what_the_command_prints(tmp_path: Path) -> None:
    text = former.tables()["example"]["app"].lstrip()
    written(tmp_path / "shop", function_app=text)
    status, out, err = gallery("shop", cwd=tmp_path)
    shown = parts.example()
    changed = re.findall(r"^[-+](?![-+]).*$", out, re.M)
    assert status == 0
    assert [line for line in changed if f"{line}\n" not in shown] == []
    assert err.replace("nothing is written without --write\n", "") in (
        shown.replace("\n```", "\n")
    )


@pytest.mark.parametrize("path", SNIPPETS, ids=lambda path: path.stem)
def test_an_error_of_the_page_is_the_workers(
    path: Path, tmp_path: Path
) -> None:
    written(tmp_path, function_app=path.read_text("utf-8"))
    error = process.call(app.index, str(tmp_path))["error"]
    said = f"{error['type']}: {error['message']}"
    assert said in names.load()["decorators"].values()


def test_an_old_argument_by_position_loads_often_without_an_error(
    tmp_path: Path,
) -> None:
    written(
        tmp_path,
        function_app=HEAD + '@app.cosmos_db_trigger("x", "shop", "orders", "C")'
        "\ndef f(x): ...\n\n\n"
        '@app.blob_trigger("x", "p", "C", "STRING")\ndef g(x): ...\n',
    )
    trigger, blob = (found["bindings"][0] for found in functions(tmp_path))
    assert trigger["connection"] == "shop"
    assert blob["source"] == "STRING"


def test_the_page_names_the_releases_of_the_old_cosmos_names() -> None:
    was = former.history()["cosmos_db_trigger"][-1]
    text = (PAGE.parents[1] / "fix" / "renamed.md").read_text("utf-8")
    assert f"In `azure-functions` {was.first} to {was.last}, " in text
    assert f"or of the releases up to {was.last}" in PAGE.read_text("utf-8")


def test_schedule_is_another_name_of_timer_trigger() -> None:
    assert func.FunctionApp.schedule is func.FunctionApp.timer_trigger
