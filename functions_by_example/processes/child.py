"""What the process of one call does, and the server that forks it.

The caller's side is `process.py`. Standard library only.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import pickle
import selectors
import signal
import socket
import struct
import sys
from typing import NoReturn

NUMBER = struct.Struct("!q")  # a process's id, or its exit code

# Made before an app is imported, which may change what `json` holds.
_encode = json.JSONEncoder().encode


def serve(descriptor: int, modules: list[str]) -> None:
    """Fork a process for each request, until nobody can send one any more.

    Requests come from the socket `descriptor`: a byte and two sockets. The
    first is the channel of `carry_out`. The second is written to here only:
    first the id of the process, then, when it has ended, its exit code.
    `modules` are imported first; one byte is sent when they are.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is the caller's
    for name in modules:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    requests = socket.socket(fileno=descriptor)
    woken, wakes = socket.socketpair()
    woken.setblocking(False)
    wakes.setblocking(False)
    signal.set_wakeup_fd(wakes.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    reports: dict[int, socket.socket] = {}
    selector = selectors.DefaultSelector()
    selector.register(requests, selectors.EVENT_READ)
    selector.register(woken, selectors.EVENT_READ)
    requests.send(b"!")
    while True:
        ready = [key.fileobj for key, _ in selector.select()]
        if woken in ready:
            woken.recv(4096)
            _report(reports)
        if requests not in ready:
            continue
        received, handed, *_ = socket.recv_fds(requests, 1, 2)
        if not received:
            break
        for number in handed:
            os.set_inheritable(number, False)
        channel, report = (socket.socket(fileno=number) for number in handed)
        try:
            pid = os.fork()
        except OSError:  # no more processes: the caller sees both closed
            channel.close()
            report.close()
            continue
        if pid == 0:
            try:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                signal.signal(signal.SIGINT, signal.default_int_handler)
                selector.close()
                ours = (requests, woken, wakes, report, *reports.values())
                for end in ours:
                    end.close()
                carry_out(channel)
            finally:
                os._exit(1)
        channel.close()
        reports[pid] = report
        _tell(report, pid)
    for pid in reports:
        os.kill(pid, signal.SIGKILL)


def _report(reports: dict[int, socket.socket]) -> None:
    """Tell the callers of the processes that have ended."""
    while reports:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        report = reports.pop(pid, None)
        if report:
            _tell(report, os.waitstatus_to_exitcode(status))
            report.close()


def _tell(report: socket.socket, number: int) -> None:
    with contextlib.suppress(OSError):  # nobody waits for it any more
        report.send(NUMBER.pack(number))


def carry_out(channel: socket.socket) -> NoReturn:
    """Do one call in this process, which is there for nothing else.

    The channel brings, by pickle, the working directory and import path of
    the caller, then function and arguments. It takes the answer, a JSON
    object: {"returned": value} or {"raised": text}.
    """
    if hasattr(os, "setpgrp"):
        os.setpgrp()  # whoever kills the process's group kills only that
    try:
        request = channel.makefile("rb")
        folder, sys.path[:] = pickle.load(request)
        os.chdir(folder)
        function, arguments = pickle.load(request)
        answer = _encode({"returned": function(*arguments)})
    except BaseException as error:  # whatever it is, the caller must hear
        answer = _encode({"raised": _worded(error)})
    try:
        channel.sendall(answer.encode("ascii"))
        # The answer ends here, whoever else holds a copy of the channel.
        channel.shutdown(socket.SHUT_WR)
        sys.stderr.flush()
    except OSError:  # it has been closed
        os._exit(1)
    os._exit(0)  # an app's threads and exit handlers shall not hold us up


def inherited(descriptor: int) -> socket.socket:
    """The channel that this process was started with."""
    return socket.socket(fileno=descriptor)


def shared() -> socket.socket:
    """The channel that standard input describes, where none is inherited."""
    if sys.platform == "win32":
        return socket.fromshare(sys.stdin.buffer.read())
    raise OSError("a process inherits its channel here")


def _worded(error: BaseException) -> str:
    try:
        text = str(error)
    except Exception:  # an exception of the app's own
        text = ""
    return f"{type(error).__name__}: {text}"
