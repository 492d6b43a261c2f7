"""The beginnings of a sample."""

import shutil
from pathlib import Path

import pytest

from functions_by_example.paths import SAMPLES
from functions_by_example.trials import new
from functions_by_example.trials import samples as levels


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    shutil.copytree(SAMPLES / new.COPIED_FROM, tmp_path / new.COPIED_FROM)
    return tmp_path


def test_a_new_sample_is_whole_but_for_its_records(samples: Path) -> None:
    folder = new.create(samples, "patterns/greeting")
    changed, problems = levels.update(folder)
    assert problems == []
    assert len(changed) == 3
    assert levels.verify(folder).problems == []


def test_a_new_sample_knows_what_it_is_the_home_of(samples: Path) -> None:
    folder = new.create(samples, "blob/blob_trigger")
    problems = levels.verify(folder).problems
    assert [problem.what for problem in problems] == [
        "does not use blob_trigger, whose home this folder is"
    ]


def test_a_new_sample_overwrites_nothing(samples: Path) -> None:
    with pytest.raises(ValueError, match="exists already"):
        new.create(samples, "http/route")


@pytest.mark.parametrize(
    "name", ["route", "HTTP/route", "http/../route", "http/a/b", "../x/y", ""]
)
def test_a_name_is_service_and_name(samples: Path, name: str) -> None:
    with pytest.raises(ValueError, match="service/name in lower case"):
        new.create(samples, name)
