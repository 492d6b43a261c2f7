"""One call in a process of its own."""

import os
import signal
import sys
import time

import pytest

from functions_by_example.processes import process


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
    assert len(process.call(bytes, 20_000_000)) == 20_000_000


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
