"""What an app may do to the process that it runs in; run in processes."""

import contextlib
import os
import signal
import stat
import time
from collections.abc import Iterator


def channels() -> Iterator[int]:
    """Whatever this process can write an answer to."""
    for number in range(3, 64):
        with contextlib.suppress(OSError):
            mode = os.fstat(number).st_mode
            if stat.S_ISSOCK(mode) or stat.S_ISFIFO(mode):
                yield number


def descriptors() -> list[int]:
    return [int(name) for name in os.listdir("/proc/self/fd")]


def environments() -> list[list[str]]:
    """The names in the first environment of this process, and of the one
    above it."""
    found = []
    for pid in (os.getpid(), os.getppid()):
        with open(f"/proc/{pid}/environ", "rb") as file:
            pairs = filter(None, file.read().split(b"\0"))
        found.append(sorted(os.fsdecode(p.partition(b"=")[0]) for p in pairs))
    return found


def send(data: bytes) -> None:
    """Answer this, and end before anything else is answered."""
    for number in channels():
        with contextlib.suppress(OSError):
            os.write(number, data)
    os._exit(0)


def send_and_wait(data: bytes) -> None:
    for number in channels():
        os.write(number, data)
    time.sleep(60)


def send_slowly() -> None:
    while True:
        for number in channels():
            os.write(number, b" ")
        time.sleep(0.01)


def send_without_end() -> None:
    while True:
        for number in channels():
            os.write(number, b"x" * 2**16)


def close_all() -> str:
    os.closerange(3, 64)
    return "closed"


def close_all_and_wait() -> None:
    os.closerange(3, 64)
    time.sleep(60)


def leave_a_child(exitcode: int | None) -> str:
    """It holds a copy of everything for a while."""
    if os.fork() == 0:
        time.sleep(3)
        os._exit(0)
    if exitcode is not None:
        os._exit(exitcode)
    return "left"


def signal_the_server(number: int) -> str:
    os.kill(os.getppid(), number)
    return signal.Signals(number).name
