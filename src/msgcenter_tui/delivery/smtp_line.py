"""One SMTP connection and the letters that go over it, phase by phase, so that every answer has its meaning.

Where the server offers PIPELINING (RFC 2920), the body of a letter and the envelope of the next go out in one piece: a
round trip a letter instead of four.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass

from msgcenter_tui.delivery.compose import Press, mailable
from msgcenter_tui.delivery.replies import Phase, judge
from msgcenter_tui.delivery.transport import CannotCompose, Reply, Verdict
from msgcenter_tui.delivery.wire import Said, Wire
from msgcenter_tui.store.letters import Fenced, Letter

LOST = "the connection to the mail server was lost"

_DATA = b"DATA\r\n"
_USUAL = {Phase.MAIL: b"250 ", Phase.RCPT: b"250 ", Phase.DATA: b"354 ", Phase.DOT: b"250 "}
"""How the usual answer begins: nothing more has to be read of it."""
_TAKEN = (_USUAL[Phase.MAIL], _USUAL[Phase.RCPT], _USUAL[Phase.DATA])
_ACCEPTED = Reply(Verdict.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait for each answer (RFC 5321, 4.5.3.2, shorter where nothing can be sent twice by it)."""

    connect: float = 30
    command: float = 120
    dot: float = 600
    """After the last dot: giving up early is what sends a message twice."""
    goodbye: float = 2


class SmtpLine:
    """One connection. Commands are collected and go out in one piece before an answer is waited for."""

    def __init__(self, wire: Wire, press: Press, sender: str, patience: Patience, extensions: frozenset[str]) -> None:
        self._wire = wire
        self._press = press
        self._sender, self._sender_utf8 = mailable(sender)
        self._patience = patience
        self._smtputf8 = "smtputf8" in extensions
        self.pipelines = "pipelining" in extensions
        self._mail = f"MAIL FROM:<{self._sender}>\r\n".encode()
        self._out: list[bytes] = []
        self._offer: tuple[bytes, bytes] | None = None
        """MAIL and RCPT, where they go one after the other."""
        self._refusal: Reply | None = None
        self._content = b""

    @property
    def alive(self) -> bool:
        return self._wire.alive

    def offer(self, letter: Letter) -> None:
        address, utf8 = mailable(letter.address)
        mail, rcpt = self._mail, f"RCPT TO:<{address}>\r\n".encode()
        if utf8 or self._sender_utf8:
            if not self._smtputf8:
                raise CannotCompose("the mail server takes no address with such letters before the @")
            mail = f"MAIL FROM:<{self._sender}> SMTPUTF8\r\n".encode()
        if self.pipelines:
            self._out += (mail, rcpt, _DATA)
        else:
            self._offer = mail, rcpt

    def taken(self) -> bool:
        return self.pipelines and self._wire.said(*_TAKEN)

    async def offered(self) -> Reply | None:
        if self.pipelines:
            return await self._offered_ahead()
        assert self._offer is not None
        for phase, command in zip((Phase.MAIL, Phase.RCPT), self._offer, strict=True):
            self._out.append(command)
            if refusal := await self._asked(phase):
                if not refusal.ends_line:
                    await self.take_back()
                return refusal
        return None

    async def _offered_ahead(self) -> Reply | None:
        """All three are answered, whatever the first one says (RFC 2920, 3.1)."""
        refusal: Reply | None = None
        for phase in (Phase.MAIL, Phase.RCPT, Phase.DATA):
            found = await self._asked(phase)
            if found is not None and found.ends_line:
                return refusal or found
            refusal = refusal or found
            if phase is Phase.DATA and refusal is not None and found is None:
                await self._nothing_to_send()
        return refusal

    async def _nothing_to_send(self) -> None:
        """The server waits for a mail to nobody: it gets an empty one, which it has nobody to give to (RFC 2920)."""
        self._out.append(b".\r\n")
        try:
            await self._said(self._patience.command)
        except (OSError, TimeoutError):
            self.abort()

    async def _asked(self, phase: Phase) -> Reply | None:
        """What the server says to a command before anything is sent: None on success."""
        try:
            raw = await self._said(self._patience.command)
        except (OSError, TimeoutError):
            self.abort()
            return Reply(Verdict.LINE, LOST, over_it=phase is Phase.DATA, ends_line=True)
        if raw.startswith(_USUAL[phase]):
            return None
        code, text = Said.of(raw)
        if code == 354 if phase is Phase.DATA else code // 100 == 2:
            return None
        reply = judge(phase, code, text)
        if reply.ends_line:
            self.abort()
        return reply

    def _said(self, patience: float) -> asyncio.Future[bytes]:
        """Say what is to be said, and the next answer."""
        self._flush()
        return self._wire.reply(patience)

    def _flush(self) -> None:
        if self._out:
            self._wire.write(b"".join(self._out))
            self._out.clear()

    def written(self, fenced: Fenced) -> bytes:
        return self._press.wire(fenced)

    def hand_over(self, written: bytes) -> None:
        if self.pipelines:
            self._out.append(written)
        else:
            self._content = written

    async def answer(self) -> Reply:
        try:
            if not self.pipelines:
                self._out.append(_DATA)
                if refusal := await self._asked(Phase.DATA):
                    if not refusal.ends_line:
                        await self.take_back()
                    return refusal
                self._out.append(self._content)
            reply = await self._dot()
        except BaseException:
            self.abort()  # a late answer would be taken for the next letter's
            raise
        if reply.ends_line:
            self.abort()
        return reply

    async def _dot(self) -> Reply:
        try:
            self._flush()
        except OSError:
            return Reply(Verdict.LINE, f"{LOST} before the message was sent", ends_line=True)
        try:
            raw = await self._wire.reply(self._patience.dot)
        except TimeoutError:
            return Reply(Verdict.UNKNOWN, "the mail server did not answer after the message", ends_line=True)
        except OSError:
            return Reply(Verdict.UNKNOWN, f"{LOST} before it answered", ends_line=True)
        return _ACCEPTED if raw.startswith(_USUAL[Phase.DOT]) else judge(Phase.DOT, *Said.of(raw))

    async def take_back(self) -> None:
        self._out.append(b"RSET\r\n")
        try:
            await self._said(min(self._patience.command, 30))
        except (OSError, TimeoutError):
            self.abort()

    async def close(self) -> None:
        self._out.append(b"QUIT\r\n")
        with contextlib.suppress(OSError, TimeoutError):
            await self._said(self._patience.goodbye)
        self.abort()

    def abort(self) -> None:
        self._wire.abort()
