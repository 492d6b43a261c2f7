"""The zip file of a sample: one folder, that starts, and nothing else."""

import io
import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from functions_by_example.paths import SAMPLES
from functions_by_example.processes import process
from functions_by_example.sample import read as sample
from functions_by_example.sample import record
from functions_by_example.sample.read import (
    APP,
    README,
    REQUIRED,
    Sample,
    SampleError,
)
from functions_by_example.site import zips as downloads
from functions_by_example.trials import samples as verify
from functions_by_example.worker import app

SAMPLES = {s.id: s for s in map(sample.read, sample.find(SAMPLES))}
SETTINGS = "local.settings.json"


@pytest.fixture(scope="module", autouse=True)
def _preloaded() -> Iterator[None]:
    process.preload(verify.PRELOAD)
    yield


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of a sample, to be changed."""
    copy = tmp_path / "samples" / "queue" / "queue_trigger"
    shutil.copytree(SAMPLES["queue/queue_trigger"].folder, copy)
    return copy


def names(made: Sample) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(downloads.archive(made))) as archive:
        return archive.namelist()


@pytest.fixture(params=SAMPLES)
def unpacked(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The folder that a sample's zip file unpacks to."""
    content = downloads.archive(SAMPLES[request.param])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(tmp_path)
    (folder,) = tmp_path.iterdir()
    assert folder.name == SAMPLES[request.param].name
    return folder


def test_what_is_downloaded_starts(
    unpacked: Path, request: pytest.FixtureRequest
) -> None:
    id = request.node.callspec.params["unpacked"]
    indexed = process.call(app.index, str(unpacked))
    recorded = record.load(SAMPLES[id].folder, record.FUNCTIONS)
    assert indexed["functions"] == recorded
    assert set(REQUIRED) <= {path.name for path in unpacked.iterdir()}
    settings = json.loads((unpacked / SETTINGS).read_text("utf-8"))
    assert settings["Values"]["FUNCTIONS_WORKER_RUNTIME"] == "python"


def test_a_download_is_what_level_3_copies_and_tests(
    unpacked: Path, request: pytest.FixtureRequest
) -> None:
    folder = SAMPLES[request.node.callspec.params["unpacked"]].folder
    files = [p for p in unpacked.rglob("*") if p.is_file()]
    assert {p.relative_to(unpacked): p.read_bytes() for p in files} == {
        path: (folder / path).read_bytes() for path in sample.kept(folder)
    }


def test_a_download_holds_no_event_record_or_claim(unpacked: Path) -> None:
    assert not [p.name for p in unpacked.iterdir() if p.is_dir()]
    assert not (unpacked / sample.CLAIMS).exists()


def test_the_bytes_depend_on_the_files_alone(folder: Path) -> None:
    here = downloads.archive(sample.read(folder))
    for path in folder.iterdir():
        os.utime(path, (1, 1))
        path.chmod(0o700)
    assert downloads.archive(sample.read(folder)) == here
    assert downloads.archive(SAMPLES["queue/queue_trigger"]) == here


@pytest.mark.parametrize(
    "left",
    [
        ".coverage",
        ".env",
        ".git/config",
        ".pytest_cache/README.md",
        ".python_packages/lib/x.py",
        ".venv/lib/x.py",
        ".vscode/settings.json",
        "__azurite_db_queue__.json",
        "__blobstorage__/x",
        "__pycache__/function_app.cpython-313.pyc",
        "events/secret.json",
        "func.log",
        "function_app.pyc",
        "key.pem",
        "node_modules/x.js",
        "recorded/functions.json",
        "venv/lib/x.py",
    ],
)
def test_what_tools_leave_is_not_kept(folder: Path, left: str) -> None:
    before = names(sample.read(folder))
    (folder / left).parent.mkdir(parents=True, exist_ok=True)
    (folder / left).write_text('{"about": "x"}')
    assert names(sample.read(folder)) == before


def test_a_link_out_of_the_folder_is_not_kept(folder: Path) -> None:
    before = names(sample.read(folder))
    secret = folder.parents[2] / "secret.txt"
    secret.write_text("x")
    (folder / "secret.txt").symlink_to(secret)
    assert names(sample.read(folder)) == before


@pytest.mark.parametrize(
    "file", ["orders.py", "api/__init__.py", "templates/order.html"]
)
def test_what_belongs_to_the_app_is_kept(folder: Path, file: str) -> None:
    (folder / file).parent.mkdir(exist_ok=True)
    (folder / file).write_text("")
    assert f"queue_trigger/{file}" in names(sample.read(folder))


@pytest.mark.parametrize(
    ("file", "line"),
    [
        (SETTINGS, '"A": "AccountName=a;AccountKey=c2VjcmV0;"'),
        (SETTINGS, '"A": "Endpoint=sb://x/;SharedAccessKey=c2VjcmV0"'),
        (SETTINGS, '"A": "https://x.blob.core.windows.net/c?sv=1&sig=c2Vj"'),
        (SETTINGS, '"A": "Server=x;User ID=sa;Password=c2VjcmV0"'),
        (SETTINGS, '"OPENAI_API_KEY": "sk-0123456789abcdef"'),
        (README, "curl 'http://x/?sig=c2VjcmV0'"),
        (APP, "# AccountKey=c2VjcmV0"),
    ],
)
def test_a_secret_is_refused(folder: Path, file: str, line: str) -> None:
    read = sample.read(folder)
    path = folder / file
    path.write_text(f"{path.read_text('utf-8')}{line}\n", "utf-8")
    number = len(path.read_text("utf-8").splitlines())
    with pytest.raises(SampleError) as caught:
        downloads.archive(read)
    assert str(caught.value).startswith(
        f"samples/queue/queue_trigger/{file}:{number}: holds what looks like"
    )


@pytest.mark.parametrize(
    "line",
    [
        f'"A": "AccountKey={downloads.PUBLIC_KEYS[0]};"',
        f'"A": "AccountKey={downloads.PUBLIC_KEYS[1]};"',
        '"A": "Endpoint=sb://x/;SharedAccessKey=<the key of your policy>"',
        '"OPENAI_API_KEY": "<the key of your resource>"',
    ],
)
def test_public_keys_and_placeholders_are_none(folder: Path, line: str) -> None:
    read = sample.read(folder)
    path = folder / SETTINGS
    path.write_text(f"{path.read_text('utf-8')}{line}\n", "utf-8")
    assert downloads.archive(read)
