"""One SMTP connection and the letters that go over it, phase by phase, so that every answer has its meaning.

What is asked stands in a queue, and each reply answers the first of it. Where the server offers PIPELINING (RFC 2920),
the body of a letter and the envelope of the next go out in one piece: a round trip a letter instead of four.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from msgcenter_tui.delivery.compose import Press, mailable
from msgcenter_tui.delivery.replies import Phase, judge
from msgcenter_tui.delivery.transport import CannotCompose, Envelope, Hearer, Reply, Verdict
from msgcenter_tui.delivery.wire import Said, Wire
from msgcenter_tui.store.letters import Fenced, Letter

LOST = "the connection to the mail server was lost"


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait for each answer (RFC 5321, 4.5.3.2, shorter where nothing can be sent twice by it)."""

    connect: float = 30
    command: float = 120
    dot: float = 600
    """After the last dot: giving up early is what sends a message twice."""
    goodbye: float = 2


class _Asked(NamedTuple):
    """What the server is asked: how the usual answer begins, of which nothing more has to be read."""

    phase: Phase | None
    """None: whatever the answer is, it is about no letter."""
    usual: bytes = b""


_MAIL, _RCPT = _Asked(Phase.MAIL, b"250 "), _Asked(Phase.RCPT, b"250 ")
_DATA, _DOT = _Asked(Phase.DATA, b"354 "), _Asked(Phase.DOT, b"250 ")
_ENVELOPE = (_MAIL, _RCPT)
_RSET, _NOTHING, _QUIT = _Asked(None), _Asked(None), _Asked(None)
_ACCEPTED = Reply(Verdict.ACCEPTED)


class SmtpLine:
    """One connection. Commands are collected and go out in one piece, where it pipelines; else one at a time."""

    hearer: Hearer
    ahead = 2

    def __init__(self, wire: Wire, press: Press, sender: str, patience: Patience, extensions: frozenset[str]) -> None:
        wire.listener = self
        self._wire = wire
        self._press = press
        self._sender, self._sender_utf8 = mailable(sender)
        self._patience = patience
        self._smtputf8 = "smtputf8" in extensions
        self.pipelines = "pipelining" in extensions
        self._mail = f"MAIL FROM:<{self._sender}>\r\n".encode()
        self._asked: deque[_Asked] = deque()
        """What the server has not answered yet."""
        self._out: list[bytes] = []
        self._later: deque[tuple[_Asked, bytes]] = deque()
        """What is asked when the one before is answered, where they go one after the other."""
        self._content = b""
        """Handed over, and to go out when the server says so."""
        self._refusal: Reply | None = None
        """Of the offer that is being answered."""
        self._goodbye: asyncio.Future[None] | None = None

    @property
    def alive(self) -> bool:
        return self._wire.alive

    # -- saying -------------------------------------------------------------------------------------------------------

    def envelope(self, letter: Letter) -> Envelope:
        address, utf8 = mailable(letter.address)
        mail = self._mail
        if utf8 or self._sender_utf8:
            if not self._smtputf8:
                raise CannotCompose("the mail server takes no address with such letters before the @")
            mail = f"MAIL FROM:<{self._sender}> SMTPUTF8\r\n".encode()
        return mail, f"RCPT TO:<{address}>\r\n".encode()

    def offer(self, envelope: Envelope) -> bool:
        mail, rcpt = envelope
        if self.pipelines:
            self._asked += (_MAIL, _RCPT, _DATA)
            self._out += (mail, rcpt, b"DATA\r\n")
        else:
            self._ask(_MAIL, mail)
            self._later.append((_RCPT, rcpt))
        return False

    def written(self, fenced: Fenced) -> bytes:
        return self._press.wire(fenced)

    def hand_over(self, written: bytes) -> None:
        if self.pipelines:
            self._ask(_DOT, written)
        else:
            self._content = written
            self._ask(_DATA, b"DATA\r\n")

    def take_back(self) -> None:
        self._ask(_RSET, b"RSET\r\n")

    async def close(self) -> None:
        if self.alive:
            self._goodbye = asyncio.get_running_loop().create_future()
            self._ask(_QUIT, b"QUIT\r\n")
            self.flush()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._patience.goodbye):
                    await self._goodbye
        self.abort()

    def abort(self) -> None:
        self._asked.clear()
        self._later.clear()
        self._out.clear()
        self._wire.abort()

    def _ask(self, asked: _Asked, command: bytes) -> None:
        if self._asked and not self.pipelines:
            self._later.append((asked, command))
        else:
            self._asked.append(asked)
            self._out.append(command)

    def flush(self) -> None:
        if self._out:
            self._wire.write(b"".join(self._out))
            self._out.clear()
        if self._asked:
            self._wire.wait(self._patience_for(self._asked[0]))
        else:
            self._wire.rest()

    def _patience_for(self, asked: _Asked) -> float:
        if asked is _DOT:
            return self._patience.dot
        return min(self._patience.command, 30) if asked is _RSET else self._patience.command

    # -- hearing ------------------------------------------------------------------------------------------------------

    def heard(self, replies: Sequence[bytes]) -> None:
        try:
            asked = len(self._asked)
            senseless = len(replies) > asked
            if senseless:
                self._wire.abort()  # an answer to nothing would be taken for that to the next letter
            for reply in replies[:asked]:
                if not self._asked:  # what was heard has ended the line
                    break
                question = self._asked.popleft()
                # Of an envelope that goes out as a whole the usual is nothing yet.
                if not (self.pipelines and question in _ENVELOPE and reply.startswith(question.usual)):
                    self._hear(question, reply)
            if self._later and not self._asked:
                self._ask(*self._later.popleft())
            if senseless:
                self.lost(silent=False)
            else:
                self.flush()
        except Exception as error:  # noqa: BLE001  whoever sends is told
            self.hearer.broken(error)

    def lost(self, *, silent: bool) -> None:
        later = (asked for asked, _ in self._later)
        phases = [asked.phase for asked in (*self._asked, *later) if asked.phase is not None]
        self.abort()
        try:
            if self._goodbye is not None and not self._goodbye.done():
                self._goodbye.set_result(None)
            if phases:
                self._heard_nothing(phases[0], silent)
        except Exception as error:  # noqa: BLE001  whoever sends is told
            self.hearer.broken(error)

    def _hear(self, asked: _Asked, reply: bytes) -> None:
        usual = reply.startswith(asked.usual)
        if asked is _DOT:
            self._answered(_ACCEPTED if usual else judge(Phase.DOT, *Said.of(reply)))
        elif asked is _DATA:
            self._hear_data(None if usual else _objection(Phase.DATA, reply))
        elif asked.phase is not None:
            self._hear_envelope(asked, None if usual else _objection(asked.phase, reply))
        elif asked is _QUIT and self._goodbye is not None and not self._goodbye.done():
            self._goodbye.set_result(None)

    def _hear_envelope(self, asked: _Asked, objection: Reply | None) -> None:
        if self.pipelines and not (objection and objection.ends_line):
            self._refusal = self._refusal or objection  # all three are answered, whatever the first says (RFC 2920)
        elif objection is not None:
            self._refused(self._refusal or objection, ends_line=objection.ends_line)
        elif asked is _RCPT:
            self.hearer.taken()

    def _hear_data(self, objection: Reply | None) -> None:
        refusal = self._refusal or objection
        if not self.pipelines:
            self._hear_go_ahead(objection)
        elif refusal is None:
            self.hearer.taken()
        else:
            if objection is None:  # it waits for a mail to nobody: an empty one, which it has nobody to give to
                self._ask(_NOTHING, b".\r\n")
            self._refused(refusal, ends_line=objection is not None and objection.ends_line)

    def _hear_go_ahead(self, objection: Reply | None) -> None:
        content, self._content = self._content, b""
        if objection is None:
            self._ask(_DOT, content)
        else:
            if not objection.ends_line:
                self.take_back()
            self._answered(objection)

    def _refused(self, refusal: Reply, *, ends_line: bool) -> None:
        self._refusal = None
        if ends_line:
            self.abort()
        elif not self.pipelines:
            self._later.clear()
            self.take_back()
        self.hearer.refused(refusal)

    def _answered(self, reply: Reply) -> None:
        if reply.ends_line:
            self.abort()
        self.hearer.answered(reply)

    def _heard_nothing(self, phase: Phase, silent: bool) -> None:
        if phase is Phase.DOT:
            why = "the mail server did not answer after the message" if silent else f"{LOST} before it answered"
            self.hearer.answered(Reply(Verdict.UNKNOWN, why, ends_line=True))
            return
        reply = Reply(Verdict.LINE, LOST, over_it=phase is Phase.DATA, ends_line=True)
        if phase is Phase.DATA and not self.pipelines:
            self.hearer.answered(reply)
        else:
            self.hearer.refused(self._refusal or reply)


def _objection(phase: Phase, raw: bytes) -> Reply | None:
    """What the server has against going on, before anything is sent; None: nothing."""
    code, text = Said.of(raw)
    if code == 354 if phase is Phase.DATA else code // 100 == 2:
        return None
    return judge(phase, code, text)
