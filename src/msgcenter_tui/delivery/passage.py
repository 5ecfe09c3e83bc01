"""The passage of letters over one line, in the order that loses nothing and sends nothing twice.

    recipient taken -> fence committed -> handed over -> answer -> result in the next commit

A passage waits for nothing: it is called when the server or the store has answered, and does all that can be done then.

While a letter is on its way the fence of the next is asked for, so that no line waits for a commit that could have been
under way; on a line that pipelines it is also offered. The order for each stays the same. A fence is asked for no
sooner than the result of the last letter but one, and commits go in the order they were asked for: so of a line at most
two letters are fenced without a result in the store (`Line.ahead`; of SMS one). That many a kill can make unknown.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from msgcenter_tui.delivery import outcome
from msgcenter_tui.delivery.marks import Marks
from msgcenter_tui.delivery.transport import CannotCompose, Envelope, Line, Reply, Verdict, own_error
from msgcenter_tui.origin import Origin
from msgcenter_tui.store.letters import Fenced, Letter

log = logging.getLogger(__name__)

STOPPED = "the notifier was stopped after handing it over, before the server answered"

_ENDS = (Verdict.LINE, Verdict.ACCOUNT)
_LOST = Reply(Verdict.LINE, "the connection was lost before it was handed over", ends_line=True)


@dataclass(frozen=True, slots=True)
class Means:
    """What a passage is given from outside: the ledger, and all that is not the same twice."""

    marks: Marks
    ids: Callable[[], str]
    random: Callable[[], float]
    at: Callable[[str], None]
    """Hears the name of each point where a crash would hurt (tests)."""
    in_time: Callable[[], bool] = lambda: True
    """Whether what was fenced may still leave: not once somebody else may have found it unknown, and decided on it."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a passage gets its letters from, and what it tells there."""

    following: Callable[[], Letter | None]
    """The next letter, None where there is none now."""
    may_go: Callable[[Letter], bool]
    """Whether a letter that was given may still be offered, after what was learned meanwhile."""
    learn: Callable[[Letter, Reply], None]
    """Hears what the server said about a letter."""
    done: Callable[[], None]
    """Hears that a letter is out of hand."""


@dataclass(eq=False, slots=True)
class _Held:
    """A letter on its way to the server, and how far it is; it waits for its fence (`marks.Asker`)."""

    passage: Passage
    letter: Letter
    envelope: Envelope
    offered: bool = False
    heard: bool = False
    """The server has answered the offer."""
    refusal: Reply | None = None
    asked: bool = False
    """Its fence is asked for."""
    answered: bool = False
    leaving: Fenced | None = None
    """As it leaves, once its fence is committed; None where it may not leave as it is."""
    needed: bool = True

    @property
    def denied(self) -> bool:
        return self.answered and self.leaving is None

    def fenced(self, leaving: Fenced | None) -> None:
        self.answered, self.leaving = True, leaving
        self.passage.fenced(leaving)

    def failed(self, error: Exception) -> None:
        self.passage.broken(error)


class Passage:
    """One line, and the letters that pass over it. It is told what the server says (`transport.Hearer`)."""

    def __init__(self, line: Line, domain: str, means: Means, source: Source) -> None:
        line.hearer = self
        self.line = line
        self.judged = 0
        """Letters about which the server said something on this line."""
        self._domain = domain
        self._means = means
        self._source = source
        self._handed: Letter | None = None
        """Handed over, and not answered."""
        self._held: deque[_Held] = deque()
        """Those behind it, in their order."""
        self._last: Reply | None = None
        self._end: asyncio.Future[Reply | None]

    async def send(self, letter: Letter) -> Reply | None:
        """Send the letter, and those that follow. Gives the last reply, if there was any.

        Cancelled, it drops the line: what was handed over is unknown, the rest goes back.
        """
        self._end = asyncio.get_running_loop().create_future()
        self._last = None
        try:
            self._hold(letter)
            self._proceed()
            self.line.flush()
            return await self._end
        finally:
            self._leave()

    # -- what it hears ------------------------------------------------------------------------------------------------

    def taken(self) -> None:
        self._is_taken(self._held[0])
        self._proceed()

    def refused(self, reply: Reply) -> None:
        present = self._held[0]
        present.heard, present.refusal = True, reply
        self._proceed()

    def answered(self, reply: Reply) -> None:
        letter, self._handed = self._handed, None
        assert letter is not None
        self._means.at("after_data")
        self._settle(letter, reply, fenced=True)
        if self._over():
            self._finish()
        else:
            self._look_ahead()
            self._proceed()

    def fenced(self, leaving: Fenced | None) -> None:
        """The store has answered for one of the letters."""
        try:
            if leaving is not None:
                self._means.at("after_fence")
            if self._handed is None:
                self._proceed()
                self.line.flush()
        except Exception as error:  # noqa: BLE001  it ends this line, not the marks of all
            self.broken(error)

    def broken(self, error: Exception) -> None:
        if not self._end.done():
            self._end.set_exception(error)
        self._leave()

    # -- the way of a letter ------------------------------------------------------------------------------------------

    def _proceed(self) -> None:
        """Do all that can be done now, until the server or the store has to answer."""
        while self._handed is None and not self._end.done():
            if self._held:
                if not self._further(self._held[0]):
                    return
            elif self._over() or not self._hold_next():
                self._finish()

    def _further(self, present: _Held) -> bool:
        """Take the letter a step further; False where it waits."""
        if not present.offered:
            return self._to_server(present)
        if not present.heard:
            return False
        if not present.asked and present.refusal is None:
            self._ask(present)
        if present.asked and not present.answered:
            return False
        self._decide(present)
        return True

    def _to_server(self, present: _Held) -> bool:
        # Such an offer is not taken back without losing the line: one that goes out by itself is fenced first.
        if self.line.pipelines and not present.answered:
            if not present.asked:
                self._ask(present)
            return False
        if self._over():
            self._finish()
        elif self._unfit(present):
            self._back(self._held.popleft())
        else:
            self._offer(present)
        return True

    def _decide(self, present: _Held) -> None:
        """The server has answered the offer, and the store for the fence, if it was asked."""
        leaves = present.refusal is None and self.line.alive and self._means.in_time()
        if leaves and present.leaving is not None:
            self._hand_over(present.leaving)
            return
        self._held.popleft()
        if not present.denied and (present.refusal is not None or not self.line.alive):
            self._settle(present.letter, present.refusal or _LOST, fenced=present.asked)
            return
        self._back(present)  # it was denied, or is too late
        if present.refusal is None:
            self._take_back()

    def _hand_over(self, leaving: Fenced) -> None:
        try:
            written = self.line.written(leaving)
        except Exception as error:  # noqa: BLE001  it is this letter's
            self._held.popleft()
            self._settle(leaving.letter, _not_composed(error), fenced=True)
            self._take_back()
        else:
            self._held.popleft()
            self._handed = leaving.letter
            self.line.hand_over(written)
            self._look_ahead()

    def _look_ahead(self) -> None:
        """Ask for the fences of those that follow, as many as may be; offer the next where the line pipelines."""
        if self._held and self._unfit(self._held[0]):
            self._back(self._held.popleft())
        most = self.line.ahead - (self._handed is not None)
        while len(self._held) < most and self._hold_next():
            self._ask(self._held[-1])
        if self._handed is not None and self.line.pipelines and self._held:
            self._offer(self._held[0])

    def _unfit(self, held: _Held) -> bool:
        """Whether it is not to be offered any more, after what was learned since its fence was asked for."""
        if held.offered:
            return False
        return held.denied or not self._source.may_go(held.letter) or not self._means.in_time()

    # -- steps --------------------------------------------------------------------------------------------------------

    def _over(self) -> bool:
        """Whether nothing more can be sent over the line now."""
        return not self.line.alive or (self._last is not None and self._last.verdict in _ENDS)

    def _hold(self, letter: Letter) -> bool:
        try:
            envelope = self.line.envelope(letter)
        except Exception as error:  # noqa: BLE001  it is this letter's
            self._settle(letter, _not_composed(error), fenced=False)
            return False
        self._held.append(_Held(self, letter, envelope))
        return True

    def _hold_next(self) -> bool:
        while (letter := self._source.following()) is not None:
            if self._hold(letter):
                return True
        return False

    def _offer(self, held: _Held) -> None:
        held.offered = True
        if self.line.offer(held.envelope):
            self._is_taken(held)

    def _is_taken(self, held: _Held) -> None:
        held.heard = True
        self._means.at("after_rcpt")

    def _ask(self, held: _Held) -> None:
        held.asked = True
        self._means.marks.fence(held.letter, self._means.ids(), self._domain, held)

    def _take_back(self) -> None:
        """The server waits for a letter that does not come."""
        if self.line.pipelines:
            self.line.abort()
        else:
            self.line.take_back()

    def _settle(self, letter: Letter, reply: Reply, *, fenced: bool) -> None:
        """What the server said goes into the next commit; the letter is out of hand."""
        self._last = reply
        self._source.done()
        self._means.at("before_commit")
        self._means.marks.settle(outcome.of(letter, reply, self._means.random, fenced=fenced))
        if reply.verdict not in _ENDS:
            self.judged += 1
            self._source.learn(letter, reply)

    def _back(self, held: _Held) -> None:
        """The letter did not leave, through no fault of its own; it may be fenced, or be about to be.

        One that was denied is given back already: by now it may be on its way again, over another line.
        """
        held.needed = False
        self._source.done()
        if not held.denied:
            self._means.marks.settle(outcome.as_before(held.letter, fenced=held.asked))

    def _finish(self) -> None:
        if not self._end.done():
            self._end.set_result(self._last if self._last is not None or self.line.alive else _LOST)
        self._leave()

    def _leave(self) -> None:
        """Let go of what is not settled. An answer that comes late would be taken for the next letter's."""
        if self._handed is not None or any(held.offered for held in self._held):
            self.line.abort()
        if self._handed is not None:
            letter, self._handed = self._handed, None
            self._settle(letter, Reply(Verdict.UNKNOWN, STOPPED), fenced=True)
        while self._held:
            self._back(self._held.popleft())


def _not_composed(error: Exception) -> Reply:
    """What a letter has from it that it could not be put into the form of the channel."""
    if isinstance(error, CannotCompose):
        return Reply(Verdict.REFUSED, str(error))
    log.error("a letter could not be composed: %s", Origin.of(error))
    return Reply(Verdict.LATER, own_error(error), own=True)
