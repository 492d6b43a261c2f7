"""One call in a process of its own."""

import copy
import operator
import os
import pickle
import signal
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import hostile
import pytest

from functions_by_example.paths import ROOT
from functions_by_example.processes import process
from functions_by_example.worker import KEPT_VARIABLES


def test_it_gives_what_the_function_returns() -> None:
    assert process.call(divmod, 17, 5) == [3, 2]


def test_it_is_a_process_of_its_own() -> None:
    assert process.call(os.getpid) != os.getpid()
    assert process.call(os.getpid) != process.call(os.getpid)


def test_it_stops_after_its_time() -> None:
    start = time.perf_counter()
    with pytest.raises(process.TimedOut, match=r"not finish within 0\.3 s"):
        process.call(time.sleep, 60, seconds=0.3)
    assert time.perf_counter() - start < 5


def test_it_says_with_which_exit_code_it_ended() -> None:
    with pytest.raises(process.Ended, match="with exit code 7"):
        process.call(os._exit, 7)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_it_says_which_signal_killed_it(number: int) -> None:
    with pytest.raises(process.Ended, match=r"killed|code"):
        process.call(signal.raise_signal, number)


def test_what_the_function_raises_is_said() -> None:
    with pytest.raises(process.Ended, match="ValueError: invalid literal"):
        process.call(int, "three")
    with pytest.raises(process.Ended, match="SystemExit: 3"):
        process.call(sys.exit, 3)


def test_a_large_result_comes_whole() -> None:
    assert len(process.call(operator.mul, "x", 10_000_000)) == 10_000_000


@pytest.mark.parametrize(
    "value", [None, "Bücher \ud800", {"a": [1, 2.5, True]}, float("inf")]
)
def test_a_result_is_what_json_has(value: object) -> None:
    assert process.call(copy.copy, value) == value


def test_a_result_that_json_does_not_have_is_an_error() -> None:
    with pytest.raises(process.Ended, match="TypeError: Object of type bytes"):
        process.call(bytes, 3)


def test_it_does_not_inherit_standard_output(
    capfd: pytest.CaptureFixture[str],
) -> None:
    process.call(os.write, 1, b"noise")
    assert capfd.readouterr().out == ""


@pytest.mark.skipif(
    not hasattr(os, "killpg"), reason="there are no process groups here"
)
def test_who_kills_the_process_group_kills_only_its_own() -> None:
    with pytest.raises(process.Ended, match="killed by signal 9"):
        process.call(os.killpg, 0, signal.SIGKILL)


# --- What an app may do -------------------------------------------------------


class Trap:
    """What does something as soon as it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str, ...]]:
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize(
    "sent",
    [
        b"\0\0\x03\xe8",
        b"\xff",
        b"null",
        b"[]",
        b"{}",
        b'{"returned": 1',
        b'{"returned": 1}{"returned": 2}',
        b'{"returned": 1, "raised": "no"}',
        b'{"raised": 1}',
        b'{"returned": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"returned": ' + b"9" * 10_000 + b"}",
    ],
    ids=range(11),
)
def test_an_answer_that_is_not_valid_is_refused(sent: bytes) -> None:
    with pytest.raises(process.Unreadable, match="answer that is not valid"):
        process.call(hostile.send, sent)


def test_what_a_process_sends_is_not_unpickled(tmp_path: Path) -> None:
    trap = pickle.dumps(("returned", Trap(tmp_path / "unpickled")))
    size = len(trap).to_bytes(4, "big")
    with pytest.raises(process.Unreadable):
        process.call(hostile.send, size + trap)
    assert not (tmp_path / "unpickled").exists()


@pytest.mark.parametrize("sent", [b"\0\0\x03\xe8", b'{"returned": 1}'])
def test_an_answer_without_an_end_is_waited_for_until_its_time(
    sent: bytes,
) -> None:
    start = time.perf_counter()
    with pytest.raises(process.TimedOut):
        process.call(hostile.send_and_wait, sent, seconds=0.5)
    assert time.perf_counter() - start < 5


def test_an_answer_that_comes_slowly_is_waited_for_until_its_time() -> None:
    with pytest.raises(process.TimedOut):
        process.call(hostile.send_slowly, seconds=0.5)


def test_an_answer_is_read_up_to_a_size() -> None:
    tracemalloc.start()
    try:
        with pytest.raises(process.Unreadable, match="more than 16777216"):
            process.call(hostile.send_without_end, seconds=20)
        assert tracemalloc.get_traced_memory()[1] < 3 * process.LARGEST
    finally:
        tracemalloc.stop()


def test_a_process_may_close_everything() -> None:
    with pytest.raises(process.Ended, match="with exit code 1"):
        process.call(hostile.close_all)
    with pytest.raises(process.TimedOut):
        process.call(hostile.close_all_and_wait, seconds=0.3)


def test_a_process_holds_nothing_but_its_channel() -> None:
    """The listing itself is the fifth."""
    assert len(process.call(hostile.descriptors)) == 5


def test_nobody_waits_for_what_a_process_has_started() -> None:
    assert process.call(hostile.leave_a_child, None, seconds=2) == "left"
    with pytest.raises(process.Ended, match="exit code 7"):
        process.call(hostile.leave_a_child, 7, seconds=2)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_a_server_that_is_ended_or_stopped_is_replaced(
    number: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_FORKING", 1.0)
    monkeypatch.setattr(process, "_ENDING", 0.5)
    monkeypatch.setenv("SECRET_TOKEN", "hunter2")
    assert process.call(hostile.signal_the_server, number) == number.name
    for names in process.call(hostile.environments):
        assert set(names) <= set(KEPT_VARIABLES)


def test_a_process_starts_with_the_kept_variables_alone() -> None:
    program = (
        "from functions_by_example.processes import process; import hostile; "
        + ("print(process.call(hostile.environments))")
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ
        | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}
        | {"SECRET_TOKEN": "hunter2"},
        capture_output=True,
        text=True,
        check=True,
    )
    kept = sorted(set(KEPT_VARIABLES) & set(os.environ))
    assert run.stdout.strip() == str([kept, kept])


# --- Where there is no forking ------------------------------------------------


def test_without_forking_it_is_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(process, "_CAN_FORK", False)
    monkeypatch.setenv("SECRET_TOKEN", "hunter2")
    assert process.call(divmod, 17, 5) == [3, 2]
    assert set(process.call(hostile.environments)[0]) <= set(KEPT_VARIABLES)
    with pytest.raises(process.Ended, match="with exit code 7"):
        process.call(os._exit, 7)
    with pytest.raises(process.TimedOut):
        process.call(time.sleep, 60, seconds=0.3)
