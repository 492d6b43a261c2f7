"""Records that are not there or cannot be read."""

import shutil
from pathlib import Path

import pytest

from functions_by_example.paths import SAMPLES
from functions_by_example.sample import recorded as shown
from functions_by_example.sample.read import SampleError


def test_a_missing_record_is_reported_with_its_remedy(tmp_path: Path) -> None:
    here = SAMPLES / "queue/queue_trigger"
    folder = tmp_path / "queue" / "queue_trigger"
    shutil.copytree(here, folder, ignore=lambda *_: ["recorded"])
    with pytest.raises(SampleError) as caught:
        shown.load(folder)
    first = caught.value.problems[0]
    assert first.file == "samples/queue/queue_trigger/recorded/functions.json"
    assert "nox -s update" in first.remedy


def test_a_record_that_is_no_json_is_reported(tmp_path: Path) -> None:
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
