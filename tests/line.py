"""A line to a PostgreSQL server that can be cut, can hang, and can lose what is said at a COMMIT."""

from __future__ import annotations

import contextlib
import enum
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import URL, make_url

_PIECE = 65536


class AtCommit(enum.Enum):
    """What becomes of the next COMMIT, once: of a transaction that had said `Line.of`."""

    PASSES = enum.auto()
    LOST = enum.auto()
    """It does not arrive: the line is cut before."""
    UNANSWERED = enum.auto()
    """It arrives and is done; the line is cut before the answer."""
    LATE = enum.auto()
    """It is kept back, and the terminal loses its line; it arrives when `late` is set."""


@dataclass
class _Call:
    """One connection through the line."""

    near: socket.socket
    far: socket.socket
    asked: bytes = b""
    """What the server was asked in this transaction."""
    answers: bool = True
    """What the server says is passed on."""
    threads: list[threading.Thread] = field(default_factory=list)

    def cut(self, *ends: socket.socket) -> None:
        for end in ends or (self.near, self.far):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


class Line:
    """`with Line(url) as line:` a store at `line.url` is that at `url`, reached over this line."""

    def __init__(self, url: str) -> None:
        self._to = make_url(url)
        self._calls: list[_Call] = []
        self._goes = threading.Event()
        self._goes.set()
        self.open = True
        """New connections are taken."""
        self.at_commit = AtCommit.PASSES
        self.of = b""
        """A piece of a statement."""
        self.then_down = False
        """Nobody answers after that COMMIT."""
        self.late = threading.Event()
        """Set it, and what was kept back arrives."""
        self.arrived = threading.Event()
        """What was kept back has."""

    def __enter__(self) -> Line:
        self._door = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._take, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._goes.set()
        self.late.set()
        with contextlib.suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self.cut()
        for call in self._calls:
            for thread in call.threads:
                thread.join(10)

    @property
    def url(self) -> str:
        port = self._door.getsockname()[1]
        query = {name: value for name, value in self._to.query.items() if name not in ("host", "port")}
        to: URL = self._to.set(host="127.0.0.1", port=port, query=query)
        return to.render_as_string(hide_password=False)

    @property
    def calls(self) -> int:
        """How many connections were ever made over it."""
        return len(self._calls)

    def cut(self) -> None:
        """End all connections that are open, as a restart of the server does."""
        for call in self._calls:
            call.cut()

    @contextlib.contextmanager
    def hanging(self) -> Iterator[None]:
        """Nothing passes for a while, nothing is refused, and nobody is told."""
        self._goes.clear()
        try:
            yield
        finally:
            self._goes.set()

    @contextlib.contextmanager
    def down(self) -> Iterator[None]:
        """All connections end, and nobody answers for a while."""
        self.open = False
        self.cut()
        try:
            yield
        finally:
            self.open = True

    # -- within -------------------------------------------------------------------------------------------------------

    def _take(self) -> None:
        while True:
            try:
                near, _ = self._door.accept()
            except OSError:
                return
            if not self.open:
                near.close()
                continue
            try:
                call = _Call(near, self._dialled())
            except OSError:
                near.close()
                continue
            for work in (self._out, self._back):
                call.threads.append(threading.Thread(target=work, args=(call,), daemon=True))
            self._calls.append(call)
            for thread in call.threads:
                thread.start()

    def _dialled(self) -> socket.socket:
        host = self._to.host or str(self._to.normalized_query.get("host", ("localhost",))[0])
        port = int(self._to.port or self._to.normalized_query.get("port", ("5432",))[0])
        if host.startswith("/"):
            far = socket.socket(socket.AF_UNIX)
            far.connect(f"{host}/.s.PGSQL.{port}")
            return far
        return socket.create_connection((host, port))

    def _out(self, call: _Call) -> None:
        while said := _heard(call.near):
            self._goes.wait()
            at = self.at_commit
            call.asked = said if b"BEGIN" in said else call.asked + said
            if at is not AtCommit.PASSES and b"COMMIT" in said and self.of in call.asked:
                self.at_commit = AtCommit.PASSES
                self.open = not self.then_down
                call.answers = False
                if at is AtCommit.LOST:
                    break
                if at is AtCommit.LATE:
                    call.cut(call.near)
                    self.late.wait()
            with contextlib.suppress(OSError):
                call.far.sendall(said)
            if at is AtCommit.LATE and not call.answers:
                self.arrived.set()
                return
        call.cut()

    def _back(self, call: _Call) -> None:
        while said := _heard(call.far):
            self._goes.wait()
            if not call.answers:
                break
            with contextlib.suppress(OSError):
                call.near.sendall(said)
        call.cut()
        call.near.close()
        call.far.close()


def _heard(end: socket.socket) -> bytes:
    try:
        return end.recv(_PIECE)
    except OSError:
        return b""
