"""One call in a process of its own, with a time limit.

The processes are forked from a server that has imported what the calls need,
which takes milliseconds; where there is no forking, they start from nothing.

A call may run code of a stranger: the app that is checked. What its process
sends is JSON text, read up to a time and a size, and nothing here waits for
that process or for the server without a limit. Processes and server start
with KEPT_VARIABLES alone, so that what else is in the caller's environment,
such as a password, is neither in theirs nor in that of the process above.
This is no wall: the app runs as the same user, who may read files, and on
Linux the first environment of the caller's own process.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import pickle
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from functions_by_example.processes.child import NUMBER
from functions_by_example.worker import KEPT_VARIABLES

SECONDS = 30.0
LARGEST = 2**24  # bytes of an answer; as values they take some 20 times that
# How long the server may take to import what it is to, how long it may take
# to fork, and how long a process that was killed may take to end.
_IMPORTING, _FORKING, _ENDING = 60.0, 10.0, 5.0

_CAN_FORK = hasattr(os, "fork") and hasattr(socket, "send_fds")


class Ended(Exception):  # noqa: N818 (an outcome)
    """The process gave no result. `str()` says what became of it."""


class TimedOut(Ended):
    """The process ran past its time limit and was stopped."""


class Unreadable(Ended):
    """What the process sent is not an answer."""


def preload(modules: Iterable[str]) -> None:
    """Start the server and have it import these, before the first call."""
    if _CAN_FORK:
        _server.start(list(modules))


def call(
    function: Callable[..., Any], *arguments: Any, seconds: float = SECONDS
) -> Any:
    """What `function(*arguments)` returns, run in a process of its own.

    Function and arguments travel by pickle, the result as JSON, of which it
    must be made: a tuple arrives as a list. Standard output and input are
    closed to it. Raises TimedOut after `seconds`, Ended where the process
    ends without a result, and what the function raises as Ended; Unreadable
    for an answer of more than LARGEST bytes, or of another shape.
    """
    request = pickle.dumps((os.getcwd(), _path()))
    request += pickle.dumps((function, arguments))
    process = _server.forked() if _CAN_FORK else _Spawned()
    try:
        deadline = time.monotonic() + seconds
        try:
            with contextlib.suppress(ConnectionError):  # it has ended already
                process.channel.settimeout(_left(deadline))
                process.channel.sendall(request)
            answer = _received(process, deadline)
            if not answer and not process.has_ended(_left(deadline)):
                _left(deadline)
        except TimeoutError:
            message = f"it did not finish within {seconds:g} s"
            raise TimedOut(message) from None
        if not answer:
            raise Ended(_fate(process.exitcode))
        return _result(answer)
    finally:
        process.close()


def _left(deadline: float) -> float:
    """The seconds until then. Raises TimeoutError where there are none."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return min(left, 3600.0)  # what a selector takes


def _received(process: _Forked | _Spawned, deadline: float) -> bytes:
    """What comes through the channel until it is closed, or the process has
    ended. Raises TimeoutError, and Unreadable for more than LARGEST bytes."""
    answer = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(process.channel, selectors.EVENT_READ)
        if process.report:
            selector.register(process.report, selectors.EVENT_READ)
        while True:
            ready = [key.fileobj for key, _ in selector.select(_left(deadline))]
            if process.channel in ready:
                try:
                    received = process.channel.recv(2**16)
                except ConnectionError:
                    received = b""
                if not received:
                    return bytes(answer)
                answer += received
                if len(answer) > LARGEST:
                    raise Unreadable(
                        f"its process sent more than {LARGEST} bytes"
                    )
            elif process.report in ready:
                if process.has_ended(0):
                    return bytes(answer)
                selector.unregister(process.report)  # the server has ended


def _result(answer: bytes) -> Any:
    """What was returned. Raises Ended with what was raised, and Unreadable
    for what `child.carry_out` does not write."""
    try:
        content = json.loads(answer.decode("ascii"))
    except (ValueError, RecursionError):
        content = None
    match content:
        case {"returned": value} if len(content) == 1:
            return value
        case {"raised": str(text)} if len(content) == 1:
            raise Ended(text)
    raise Unreadable("its process sent an answer that is not valid")


def _fate(exitcode: int | None) -> str:
    if exitcode is None:
        return "it ended its process"
    if exitcode < 0:
        return f"its process was killed by signal {-exitcode}"
    return f"it ended its process with exit code {exitcode}"


def _path() -> list[str]:
    return [path or os.getcwd() for path in sys.path]


def _interpreter(
    call: str, *inherited: socket.socket, stdin: int = subprocess.DEVNULL
) -> subprocess.Popen[bytes]:
    """An interpreter that makes this call of `child`."""
    program = (
        f"import sys; sys.path[:] = {_path()!a}; "
        f"from functions_by_example.processes import child; child.{call}"
    )
    options = ["-B"] if sys.dont_write_bytecode else []
    return subprocess.Popen(
        [sys.executable, *options, "-c", program],
        stdin=stdin,
        stdout=subprocess.DEVNULL,
        env={k: os.environ[k] for k in KEPT_VARIABLES if k in os.environ},
        pass_fds=[end.fileno() for end in inherited],
    )


# --- Processes that are forked ----------------------------------------------


@dataclass
class _Forked:
    """A process that the server has forked. `report` is the server's."""

    channel: socket.socket
    report: socket.socket
    pid: int
    exitcode: int | None = None

    def has_ended(self, seconds: float) -> bool:
        """Whether it has, or does within so many seconds; its exit code."""
        if self.exitcode is None:
            self.exitcode = _number(self.report, seconds)
        return self.exitcode is not None

    def close(self) -> None:
        """End it, whatever it does."""
        if not self.has_ended(0):
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            self.has_ended(_ENDING)
        self.channel.close()
        self.report.close()


def _number(report: socket.socket, seconds: float) -> int | None:
    """The next number that the server tells, if it does in so many seconds."""
    report.settimeout(seconds)
    with contextlib.suppress(OSError):  # among them that there is none yet
        told = report.recv(NUMBER.size, socket.MSG_WAITALL)
        if len(told) == NUMBER.size:  # less where the server has ended
            (number,) = NUMBER.unpack(told)
            return int(number)
    return None


class _Server:
    """The server, started when it is needed, and again where it is gone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._modules: list[str] = []
        self._process: subprocess.Popen[bytes] | None = None
        self._requests: socket.socket | None = None
        self._is_ready = False

    def start(self, modules: list[str]) -> None:
        """Start it, with these modules, unless it has some already."""
        with self._lock:
            if not self._modules:
                self._stop()
                self._modules = modules
                self._start()

    def forked(self) -> _Forked:
        """A new process. Raises Ended where there cannot be one."""
        for _ in range(2):  # an app may have stopped or killed the server
            channel, theirs = socket.socketpair()
            report, reports = socket.socketpair()
            with theirs, reports:
                asked = self._ask(theirs, reports)
            pid = _number(report, _FORKING)
            if pid is not None:
                return _Forked(channel, report, pid)
            channel.close()
            report.close()
            with self._lock:
                if self._process is asked:
                    self._stop()
        raise Ended("no process could be started for it")

    def close(self) -> None:
        """End it."""
        with self._lock:
            self._stop()

    def _ask(self, *ends: socket.socket) -> subprocess.Popen[bytes]:
        """Have it fork a process that has these; the server that was asked."""
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._stop()
                self._start()
            assert self._process and self._requests
            with contextlib.suppress(OSError):  # it ends just now
                if not self._is_ready:
                    self._is_ready = bool(self._requests.recv(1))
                numbers = [end.fileno() for end in ends]
                socket.send_fds(self._requests, [b"?"], numbers)
            return self._process

    def _start(self) -> None:
        self._is_ready = False
        self._requests, theirs = socket.socketpair()
        self._requests.settimeout(_IMPORTING)
        with theirs:
            call = f"serve({theirs.fileno()}, {self._modules!a})"
            self._process = _interpreter(call, theirs)

    def _stop(self) -> None:
        if self._requests:
            self._requests.close()
        if self._process:
            self._process.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_ENDING)
        self._process = self._requests = None


_server = _Server()
atexit.register(_server.close)


# --- Where there is no forking ----------------------------------------------


class _Spawned:
    """A process that starts from nothing. It has no report: its channel is
    closed when it ends."""

    report = None

    def __init__(self) -> None:
        self.channel, theirs = socket.socketpair()
        with theirs:
            if sys.platform == "win32":
                call = "carry_out(child.shared())"
                self._process = _interpreter(call, stdin=subprocess.PIPE)
                assert self._process.stdin
                with self._process.stdin as described:
                    described.write(theirs.share(self._process.pid))
            else:
                call = f"carry_out(child.inherited({theirs.fileno()}))"
                self._process = _interpreter(call, theirs)

    @property
    def exitcode(self) -> int | None:
        return self._process.returncode

    def has_ended(self, seconds: float) -> bool:
        """Whether it has, or does within so many seconds."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        return self._process.returncode is not None

    def close(self) -> None:
        """End it, whatever it does."""
        self._process.kill()
        self.has_ended(_ENDING)
        self.channel.close()
