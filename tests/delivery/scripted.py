"""A mail server of the tests' own that does what a script says, at any point of the conversation.

    async with Scripted(rcpt="451 4.2.0 later") as server: ...

A step of the script is an answer (a str is sent as a line, bytes as they are), DROP, HANG, or a function of the
session and the command's argument that gives one of these. What was accepted is in `server.mails`.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from tests.delivery.listening import Listening


class _Drop:
    """Close the connection without an answer."""


class _Hang:
    """Say nothing."""


DROP: Final = _Drop()
HANG: Final = _Hang()

Action = str | bytes | _Drop | _Hang
Step = Action | Callable[["Session", str], Action]


@dataclass
class Mail:
    sender: str
    to: str
    content: bytes

    @property
    def message_id(self) -> str:
        for line in self.content.split(b"\r\n\r\n", 1)[0].split(b"\r\n"):
            if line.lower().startswith(b"message-id: "):
                return line[12:].decode()
        raise AssertionError("no Message-ID")


@dataclass
class Session:
    """One connection: what it said so far."""

    number: int
    sender: str = ""
    to: str = ""
    said: list[str] = field(default_factory=list)
    mails: int = 0


class Ended(Exception):
    pass


class Scripted(Listening):
    """`steps` are by name: greeting, ehlo, starttls, auth, mail, rcpt, data, body, dot, rset, noop, quit.

    `body` is asked with each line of a body, and only an action that ends the connection counts there.
    """

    def __init__(
        self,
        *,
        extensions: tuple[str, ...] = (),
        tls: ssl.SSLContext | None = None,
        implicit: bool = False,
        lenient: bool = False,
        **steps: Step,
    ) -> None:
        super().__init__(tls if implicit else None)
        self.steps: dict[str, Step] = {
            "greeting": "220 scripted.invalid ESMTP",
            "ehlo": "\r\n".join([f"250-{line}" for line in ("scripted.invalid", *extensions)] + ["250 HELP"]),
            "helo": "250 scripted.invalid",
            "starttls": "220 go ahead",
            "auth": "235 2.7.0 ok",
            "mail": "250 2.1.0 ok",
            "rcpt": "250 2.1.5 ok",
            "data": "354 go ahead",
            "dot": "250 2.0.0 queued",
            "rset": "250 2.0.0 ok",
            "noop": "250 2.0.0 ok",
            "quit": "221 2.0.0 bye",
        }
        self.steps |= steps
        self.mails: list[Mail] = []
        """Accepted: a 2xx was sent after the dot."""
        self.received: list[Mail] = []
        """Received up to the dot, whatever the answer was."""
        self.sessions: list[Session] = []
        self.dotted = asyncio.Event()
        """A body has come."""
        self._tls = tls
        self._lenient = lenient  # DATA without a recipient is answered as with one (RFC 2920, 3.1)

    @property
    def hanging(self) -> set[str]:
        """The steps that get no answer."""
        return {name for name, step in self.steps.items() if isinstance(step, _Hang)}

    # -- a connection -------------------------------------------------------------------------------------------------

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = Session(len(self.sessions) + 1)
        self.sessions.append(session)
        try:
            await self._do(writer, session, "greeting", "")
            while line := (await reader.readline()).decode("utf-8", "surrogateescape").strip():
                session.said.append(line)
                verb, _, rest = line.partition(" ")
                await self._command(reader, writer, session, verb.lower(), rest)
        except (Ended, ConnectionError):
            pass
        finally:
            writer.transport.abort()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def _command(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, session: Session, verb: str, rest: str
    ) -> None:
        if verb == "mail":
            session.sender = rest.partition("<")[2].partition(">")[0]
            session.to = ""
        if verb == "data" and not session.to and not self._lenient:
            writer.write(b"503 5.5.1 to whom?\r\n")
            return
        said = await self._do(writer, session, verb, rest)
        if verb == "rcpt" and said.startswith("2"):
            session.to = rest.partition("<")[2].partition(">")[0]
        if verb == "data" and said.startswith("354"):
            await self._body(reader, writer, session)
        elif verb == "starttls" and said.startswith("220"):
            assert self._tls is not None
            await writer.start_tls(self._tls)
        elif verb == "quit":
            raise Ended

    async def _body(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, session: Session) -> None:
        lines: list[bytes] = []
        while (line := await reader.readline()) != b".\r\n":
            if not line:
                raise Ended
            lines.append(line.removeprefix(b"."))
            if "body" in self.steps:
                await self._do(writer, session, "body", line.decode("utf-8", "replace"))
        if not session.to:
            writer.write(b"554 5.5.1 to nobody\r\n")
            return
        mail = Mail(session.sender, session.to, b"".join(lines))
        self.received.append(mail)
        self.dotted.set()
        said = await self._do(writer, session, "dot", "", before=lambda said: self._accept(session, mail, said))
        assert said

    def _accept(self, session: Session, mail: Mail, said: str) -> None:
        if said.startswith("2"):
            session.mails += 1
            self.mails.append(mail)

    async def _do(
        self,
        writer: asyncio.StreamWriter,
        session: Session,
        step: str,
        rest: str,
        before: Callable[[str], None] = lambda _: None,
    ) -> str:
        chosen = self.steps.get(step, "502 5.5.2 what?")
        action = chosen(session, rest) if callable(chosen) else chosen
        if isinstance(action, _Drop):
            raise Ended
        if isinstance(action, _Hang):
            await asyncio.Event().wait()
        if action == "" and step == "body":
            return ""
        assert isinstance(action, str | bytes)
        content = action if isinstance(action, bytes) else f"{action}\r\n".encode()
        said = content.decode("utf-8", "replace")
        before(said)
        writer.write(content)
        await writer.drain()
        return said


def first(times: int, action: Action, then: Action) -> Callable[[Session, str], Action]:
    """Do `action` so many times, over all connections, then the other."""
    count = 0

    def step(session: Session, rest: str) -> Action:
        nonlocal count
        count += 1
        return action if count <= times else then

    return step
