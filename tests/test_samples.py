"""Every sample, held to its levels. One test a sample, named as its folder.

The samples that were selected are verified side by side while the tests wait
for their own.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from os import cpu_count
from pathlib import Path

import pytest

from functions_by_example.paths import SAMPLES
from functions_by_example.processes import process
from functions_by_example.sample import read as sample
from functions_by_example.trials import samples

FOLDERS = {
    "/".join(folder.parts[-2:]): folder for folder in sample.find(SAMPLES)
}


@pytest.fixture(scope="session")
def verdicts(
    request: pytest.FixtureRequest,
) -> Iterator[dict[str, Future[samples.Verdict]]]:
    selected = [
        item.callspec.params["name"]
        for item in request.session.items
        if isinstance(item, pytest.Function)
        and item.originalname == "test_sample"
    ]
    process.preload(samples.PRELOAD)
    with ThreadPoolExecutor(cpu_count()) as pool:
        yield {
            name: pool.submit(samples.verify, FOLDERS[name])
            for name in selected
        }


@pytest.mark.parametrize("name", FOLDERS)
def test_sample(
    name: str, verdicts: dict[str, Future[samples.Verdict]]
) -> None:
    verdict = verdicts[name].result()
    if verdict.problems:
        pytest.fail(str(verdict), pytrace=False)


def test_there_are_samples() -> None:
    assert len(FOLDERS) >= 13
    assert all(Path(folder).is_dir() for folder in FOLDERS.values())
