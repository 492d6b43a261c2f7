"""The wheel in an environment that has what locks/wheel.txt names and nothing
else: the commands work there, without a checkout."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "functions_by_example"
SAMPLE = ROOT / "samples" / "queue" / "queue_trigger"
FOLDERS = {
    "check",
    "data",
    "host",
    "migrate",
    "processes",
    "protocol",
    "sample",
    "sdk",
    "worker",
}
MODULES = {"__init__.py", "__main__.py", "paths.py"}
# One that is installed, and one of its own that has the name of a folder of
# the checkout.
APP = """
import azure.functions as func
import tests
import yaml

app = func.FunctionApp()


@app.queue_trigger(arg_name="message", queue_name="x", connection="Y")
def shop(message: func.QueueMessage) -> None:
    assert yaml.safe_load("a: 1") == {"a": 1}
    assert tests.OURS
"""
OLD_APP = """
import azure.functions as func

app = func.FunctionApp()


@app.on_queue_change(arg_name="message", queue_name="x", connection="Y")
def shop(message: func.QueueMessage) -> None: ...
"""


def uv(*arguments: object) -> None:
    done = subprocess.run(
        [shutil.which("uv") or "uv", *map(str, arguments)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    uv("build", "--wheel", "--python", sys.executable, "-o", folder, ROOT)
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def python(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment with the wheel and its lock."""
    folder = tmp_path_factory.mktemp("environment") / "venv"
    uv("venv", "--python", sys.executable, folder)
    scripts = "Scripts" if os.name == "nt" else "bin"
    python = folder / scripts / "python"
    install = ("pip", "install", "--python", python)
    lock = ROOT / "locks" / "wheel.txt"
    uv(*install, "--require-hashes", "-r", lock)
    uv(*install, "--no-deps", "--no-index", built)
    uv("pip", "check", "--python", python)
    return python


def command(
    python: Path, *arguments: object, cwd: Path, also: Path | None = None
) -> tuple[int, str, str]:
    """Exit status, standard output, standard error of the installed command;
    `also` is a folder with more packages."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PYTHON")
    }
    if also:
        environment["PYTHONPATH"] = str(also)
    done = subprocess.run(
        [python.parent / "functions-by-example", *map(str, arguments)],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """An app outside the checkout."""
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "function_app.py").write_text(APP)
    (folder / "tests.py").write_text("OURS = True\n")
    shutil.copy(SAMPLE / "host.json", folder)
    (folder / "local.settings.json").write_text('{"Values": {"Y": "y"}}')
    (tmp_path / "event.json").write_text('{"message": {"body": "x"}}')
    return folder


def files(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    prefix = f"{PACKAGE.name}/"
    return {n.removeprefix(prefix) for n in names if n.startswith(prefix)}


def test_the_wheel_has_the_folders_that_the_commands_need(built: Path) -> None:
    there = files(built)
    assert {name.split("/")[0] for name in there if "/" in name} == FOLDERS
    assert {name for name in there if name and "/" not in name} == MODULES


def test_the_wheel_has_all_modules_of_its_folders(built: Path) -> None:
    modules = {
        path.relative_to(PACKAGE).as_posix()
        for folder in FOLDERS
        for path in (PACKAGE / folder).rglob("*.py")
    }
    assert modules <= files(built)


def test_its_data_are_the_facts_about_the_sdk(built: Path) -> None:
    data = {name for name in files(built) if name.startswith("data/")}
    facts = {
        f"data/sdk/{path.name}" for path in (PACKAGE / "data/sdk").iterdir()
    }
    assert {name for name in data if not name.endswith("/")} == facts


def test_help_names_the_commands(python: Path, tmp_path: Path) -> None:
    status, out, _ = command(python, "--help", cwd=tmp_path)
    assert status == 0
    assert {"check", "run", "migrate"} <= set(out.split())
    assert "verify" not in out


def test_an_app_that_imports_a_package_loads(
    python: Path, shop: Path, tmp_path: Path
) -> None:
    status, out, _ = command(python, "check", "--json", shop, cwd=tmp_path)
    (verdict,) = json.loads(out)
    assert verdict["problems"] == []
    assert [function["name"] for function in verdict["functions"]] == ["shop"]
    assert status == 0


def test_an_event_reaches_it(python: Path, shop: Path, tmp_path: Path) -> None:
    arguments = ("run", shop, "event.json")
    status, out, err = command(python, *arguments, cwd=tmp_path)
    assert status == 0, err
    answer = json.loads(out)
    assert answer["function"] == "shop"
    assert "error" not in answer["result"]


def test_a_sample_gives_what_is_recorded(python: Path, tmp_path: Path) -> None:
    event = SAMPLE / "events" / "one-receipt.json"
    status, out, _ = command(python, "run", SAMPLE, event, cwd=tmp_path)
    recorded = SAMPLE / "recorded" / "events" / event.name
    assert status == 0
    assert json.loads(out) == json.loads(recorded.read_text("utf-8"))


def test_what_does_not_load_exits_with_1(
    python: Path, shop: Path, tmp_path: Path
) -> None:
    (shop / "function_app.py").write_text("import nothing_of_this_name\n")
    status, out, _ = command(python, "check", shop, cwd=tmp_path)
    assert status == 1
    assert "nothing_of_this_name" in out


@pytest.mark.parametrize("arguments", [(), ("check",), ("verify",)])
def test_wrong_usage_exits_with_2(
    python: Path, arguments: tuple[str, ...], tmp_path: Path
) -> None:
    assert command(python, *arguments, cwd=tmp_path)[0] == 2


def test_migrate_says_what_to_install(
    python: Path, shop: Path, tmp_path: Path
) -> None:
    status, out, err = command(python, "migrate", shop, cwd=tmp_path)
    assert (status, out) == (2, "")
    assert err == (
        "migrate needs libcst, which is not installed here: run "
        "`python -m pip install libcst packaging`\n"
    )


def test_migrate_works_with_it(
    python: Path, shop: Path, tmp_path: Path
) -> None:
    packages = tmp_path / "packages"
    install = ("pip", "install", "--python", python, "--target", packages)
    lock = ROOT / "locks" / "extra.txt"
    uv(*install, "--require-hashes", "-r", lock)
    (shop / "function_app.py").write_text(OLD_APP)
    given = command(python, "migrate", shop, cwd=tmp_path, also=packages)
    status, out, err = given
    assert status == 0, err
    assert "+@app.queue_trigger(" in out
