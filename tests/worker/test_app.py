"""An app inside the worker library: what comes back, and what is kept out."""

import json
from pathlib import Path
from typing import Any

import pytest

from functions_by_example.processes import process
from functions_by_example.trials import samples as verify
from functions_by_example.worker import app

HEADER = "import azure.functions as func, json, logging, os, sys\n"
REQUEST = {"about": "A request.", "request": {"url": "/api/x"}}


@pytest.fixture(scope="module", autouse=True)
def server() -> None:
    process.preload(verify.PRELOAD)


def write(folder: Path, body: str, **files: str) -> str:
    """An app with one HTTP function whose body this is."""
    code = (
        f"{HEADER}app = func.FunctionApp()\n\n"
        '@app.route(route="x")\n'
        "def answer(req: func.HttpRequest) -> func.HttpResponse:\n"
        f"    {body}\n"
    )
    (folder / "function_app.py").write_text(code, "utf-8")
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, "utf-8")
    return str(folder)


def answer(folder: Path, body: str, **files: str) -> Any:
    path = write(folder, body, **files)
    return process.call(app.replay, path, REQUEST)


def text(folder: Path, expression: str, **files: str) -> str:
    """What the expression is worth inside a function, as JSON."""
    body = f"return func.HttpResponse(json.dumps({expression}))"
    result = answer(folder, body, **files)["result"]
    return json.loads(result["return"]["http"]["body"])


def test_a_function_is_described_as_the_host_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, "return 'ok'")
    assert process.call(app.index, path) == {
        "functions": [
            {
                "name": "answer",
                "bindings": [
                    {
                        "direction": "IN",
                        "type": "httpTrigger",
                        "name": "req",
                        "route": "x",
                        "authLevel": "FUNCTION",
                    },
                    {"direction": "OUT", "type": "http", "name": "$return"},
                ],
            }
        ]
    }


def test_log_records_of_the_app_are_kept(tmp_path: Path) -> None:
    body = (
        "logging.info('in %s', 'order'); logging.debug('no'); "
        "logging.getLogger('shop').warning('bad %s'); "
        "logging.getLogger('azure.functions').error('not ours')\n"
        "    try:\n        1 / 0\n"
        "    except ZeroDivisionError:\n        logging.exception('oh')\n"
        "    return 'ok'"
    )
    assert answer(tmp_path, body)["result"]["log"] == [
        {"level": "INFO", "message": "in order"},
        {"level": "WARNING", "message": "bad %s"},
        {
            "level": "ERROR",
            "message": "oh",
            "exception": "ZeroDivisionError: division by zero",
        },
    ]


def test_an_error_names_its_line(tmp_path: Path) -> None:
    body = "return json.loads('no')"
    assert answer(tmp_path, body)["result"]["error"] == {
        "type": "JSONDecodeError",
        "message": "Expecting value: line 1 column 1 (char 0)",
        "file": "function_app.py",
        "line": 6,
    }


def test_an_error_names_the_module_that_it_is_in(tmp_path: Path) -> None:
    shop = "def sell():\n    raise KeyError('teapot')\n"
    error = answer(tmp_path, "import shop; shop.sell()", shop__py=shop)[
        "result"
    ]["error"]
    assert (error["file"], error["line"]) == ("shop.py", 2)


def test_an_app_that_is_refused_says_why(tmp_path: Path) -> None:
    (tmp_path / "function_app.py").write_text("x = \n")
    assert process.call(app.index, str(tmp_path)) == {
        "error": {
            "type": "SyntaxError",
            "message": "invalid syntax (function_app.py, line 1)",
            "file": "function_app.py",
            "line": 1,
        }
    }


def test_an_app_without_file_has_no_functions(tmp_path: Path) -> None:
    assert process.call(app.index, str(tmp_path)) == {"functions": []}


def test_the_environment_is_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OF_THIS_MACHINE", "1")
    settings = '{"Values": {"SHOP": "tea", "NUMBER": 5}}'
    (tmp_path / "local.settings.json").write_text(settings)
    expression = (
        "[os.environ['SHOP'], os.environ['NUMBER'], "
        "'OF_THIS_MACHINE' in os.environ, os.environ['TZ']]"
    )
    assert text(tmp_path, expression) == ["tea", "5", False, "UTC"]


def test_the_folder_is_where_the_app_runs(tmp_path: Path) -> None:
    assert text(tmp_path, "[os.getcwd(), sys.path[0]]") == [
        str(tmp_path),
        str(tmp_path),
    ]


def test_an_apps_own_modules_win(tmp_path: Path) -> None:
    result = text(
        tmp_path,
        "[__import__('functions_by_example').OURS, __import__('tests').OURS]",
        functions_by_example__py="OURS = 1\n",
        tests__py="OURS = 2\n",
    )
    assert result == [1, 2]


def test_the_route_prefix_is_host_jsons(tmp_path: Path) -> None:
    host = '{"extensions": {"http": {"routePrefix": "shop"}}}'
    path = write(tmp_path, "return 'ok'", host__json=host)
    refused = process.call(app.replay, path, REQUEST)
    assert refused["refused"].endswith("the function's route /shop/x")
    event = {"request": {"url": "/shop/x"}}
    assert "result" in process.call(app.replay, path, event)


def test_what_is_printed_is_not_in_our_way(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    body = "print('a'); os.write(1, b'b'); os.system('echo c'); return 'ok'"
    assert "return" in answer(tmp_path, body)["result"]
    assert capfd.readouterr().out == ""


def test_nothing_is_written_to_the_app(tmp_path: Path) -> None:
    answer(tmp_path, "import shop; return 'ok'", shop__py="A = 1\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "function_app.py",
        "shop.py",
    ]


def test_an_async_function_runs(tmp_path: Path) -> None:
    path = write(tmp_path, "import asyncio; await asyncio.sleep(0)")
    file = tmp_path / "function_app.py"
    file.write_text(
        file.read_text().replace("def answer", "async def answer")
        + "    return 'awaited'\n"
    )
    result = process.call(app.replay, path, REQUEST)["result"]
    assert result == {"return": {"string": "awaited"}}


def test_the_context_is_the_same_every_time(tmp_path: Path) -> None:
    path = write(tmp_path, "return context.invocation_id")
    file = tmp_path / "function_app.py"
    file.write_text(
        file.read_text().replace(
            "req: func.HttpRequest", "req, context: func.Context"
        )
    )
    result = process.call(app.replay, path, REQUEST)["result"]
    assert result == {"return": {"string": app.INVOCATION_ID}}


def test_several_functions_need_a_name(tmp_path: Path) -> None:
    path = write(tmp_path, "return 'ok'")
    file = tmp_path / "function_app.py"
    file.write_text(
        file.read_text() + "\n@app.route()\ndef other(req): return ''\n"
    )
    assert process.call(app.replay, path, REQUEST) == {
        "refused": "the app has several functions: name one with "
        '"function": answer, other',
        "key": None,
    }
    event = {"function": "other", "request": {"url": "/api/other"}}
    assert process.call(app.replay, path, event)["function"] == "other"


def test_bytes_come_back_as_text_or_base64(tmp_path: Path) -> None:
    for body, expected in ((b"\xc3\xa9", "é"), (b"\xff", {"base64": "/w=="})):
        result = answer(tmp_path, f"return func.HttpResponse({body!r})")
        assert result["result"]["return"]["http"]["body"] == expected


@pytest.mark.parametrize(
    ("path", "inside"),
    [
        ("{app}/shop/orders.py", "shop/orders.py"),
        ("{other}/shop/orders.py", "shop/orders.py"),
        ("{app}/../app/shop/orders.py", "shop/orders.py"),
        ("{app}/.venv/lib/orders.py", None),
        ("{app}/.python_packages/lib/orders.py", None),
        ("{app}2/orders.py", None),
        ("<frozen importlib._bootstrap>", None),
    ],
)
@pytest.mark.parametrize("named", ["app", "other"])
def test_a_file_of_the_apps_own_code_is_known_by_any_name(
    tmp_path: Path, path: str, inside: str | None, named: str
) -> None:
    """The same folder by its name, and by a link to it."""
    names = {name: tmp_path / name for name in ("app", "other")}
    names["app"].mkdir()
    names["other"].symlink_to(names["app"])
    given = path.format_map(names)
    assert app.relative(given, names[named]) == inside
