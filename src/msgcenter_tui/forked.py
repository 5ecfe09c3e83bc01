"""Processes that are forked off, and how both sides speak: what is said is pickled, with its length before it."""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import socket
import struct
import threading
from collections.abc import Callable
from typing import Any, Final

LENGTH: Final = struct.Struct("!I")
"""Before each thing that is said."""


def can_be() -> bool:
    """Whether a process can be forked off here, and this machine has a processor for it.

    Not beside threads: it would have what they hold, and not them to let go of it.
    """
    return hasattr(os, "fork") and _processors() > 1 and threading.active_count() == 1


def begun(work: Callable[[socket.socket], None]) -> tuple[socket.socket, int]:
    """Fork off a process that does `work` with its end of a line, and ends; gives this end, and its number.

    It has nothing to do with the terminal. Only where it `can_be`, and while no database is open: the locks of one are
    of a process.
    """
    ours, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:
        status = 1
        with contextlib.suppress(BaseException):  # whoever sent it sees that it is gone
            ours.close()
            _leave_the_terminal()
            work(theirs)
            status = 0
        os._exit(status)
    theirs.close()
    return ours, child


def _processors() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _leave_the_terminal() -> None:
    """Nothing that happens here is for the screen, and no key is for this process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)


def packed(what: object) -> bytes:
    """What is said, as it goes over a line."""
    data = pickle.dumps(what, pickle.HIGHEST_PROTOCOL)
    return LENGTH.pack(len(data)) + data


def say(line: socket.socket, what: object) -> None:
    line.sendall(packed(what))


def heard(line: socket.socket) -> Any:
    """What the other side says, waited for; None once it is gone."""
    with line.makefile("rb", buffering=0) as stream:
        head = _whole(stream, LENGTH.size)
        data = None if head is None else _whole(stream, LENGTH.unpack(head)[0])
    return None if data is None else pickle.loads(data)


def _whole(stream: socket.SocketIO, length: int) -> bytes | None:
    """So many bytes, in however many pieces they come; None where they end before."""
    data = bytearray()
    while len(data) < length and (part := stream.read(length - len(data))):
        data += part
    return bytes(data) if len(data) == length else None
