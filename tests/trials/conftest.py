"""What the tests of trials share: the server that processes come from, and
each trial, run once."""

import functools

import pytest

from functions_by_example.processes import environments, process
from functions_by_example.trials import trial


@pytest.fixture(scope="session", autouse=True)
def server() -> None:
    process.preload(environments.PRELOAD)


@pytest.fixture(scope="session")
def now(server: None):
    """What the record of a trial of this name is to hold, run once for all
    tests of a session."""
    return functools.cache(lambda name: trial.every()[name].run())
