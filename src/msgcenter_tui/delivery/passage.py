"""The passage of letters over one line, in the order that loses nothing and sends nothing twice.

    recipient taken -> fence committed -> handed over -> answer -> result in the next commit

On a line that pipelines, a letter is offered, and its fence asked for, when the one before it is handed over; the order
for each stays the same. A fence is asked for no sooner than the result of the last letter but one, and commits go in
the order they were asked for: so of a line at most one letter, or two where it pipelines, is fenced without a result in
the store. That many a kill can make unknown.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from msgcenter_tui.delivery import outcome
from msgcenter_tui.delivery.marks import Marks
from msgcenter_tui.delivery.transport import CannotCompose, Line, Reply, Verdict
from msgcenter_tui.store.ledger import Fence
from msgcenter_tui.store.letters import Fenced, Letter

STOPPED = "the notifier was stopped after handing it over, before the server answered"

_LOST = Reply(Verdict.LINE, "the connection was lost before it was handed over", ends_line=True)


@dataclass(frozen=True, slots=True)
class Means:
    """What a passage is given from outside: the ledger, and all that is not the same twice."""

    marks: Marks
    ids: Callable[[], str]
    random: Callable[[], float]
    at: Callable[[str], None]
    """Hears the name of each point where a crash would hurt (tests)."""


class _Offered(NamedTuple):
    """A letter that the server was offered, and its fence, which may not be committed yet."""

    letter: Letter
    fence: asyncio.Future[Fenced | None]


class Passage:
    """One line, and the letters that pass over it.

    `following` gives the next letter, None where there is none now; `learn` hears what the server said about a
    letter; `done` that a letter is out of hand.
    """

    def __init__(
        self,
        line: Line,
        domain: str,
        means: Means,
        *,
        following: Callable[[], Letter | None],
        learn: Callable[[Letter, Reply], None],
        done: Callable[[], None],
    ) -> None:
        self.line = line
        self.answered = 0
        """Letters about which the server said something on this line."""
        self._domain = domain
        self._means = means
        self._following = following
        self._learn = learn
        self._done = done

    async def send(self, letter: Letter) -> Reply | None:
        """Send the letter, where the line pipelines also those that follow. Gives the last reply, if there was any."""
        return await (self._ahead(letter) if self.line.pipelines else self._one(letter))

    # -- one at a time ------------------------------------------------------------------------------------------------

    async def _one(self, letter: Letter) -> Reply | None:
        try:
            self.line.offer(letter)
            refusal = None if self.line.taken() else await self.line.offered()
        except CannotCompose as error:
            return self._settled(letter, Reply(Verdict.REFUSED, str(error)), fenced=False)
        except BaseException:
            self.line.abort()
            self._back(letter, fenced=False)
            raise
        if refusal is not None:
            return self._settled(letter, refusal, fenced=False)
        self._means.at("after_rcpt")
        fenced = await self._fenced(letter, self._fence(letter))
        if fenced is None or (written := self._written(fenced)) is None:
            await self.line.take_back()
            return None
        self.line.hand_over(written)
        return await self._answer(letter, None)

    # -- ahead --------------------------------------------------------------------------------------------------------

    async def _ahead(self, letter: Letter | None) -> Reply | None:
        # The first is fenced before it is offered: where nothing of a thread may leave any more, no line is lost by it.
        while letter is not None:
            fence = self._fence(letter)
            if await self._fenced(letter, fence) is not None and self._offer(letter, fenced=True):
                return await self._one_after_the_other(_Offered(letter, fence))
            letter = self._following()
        return None

    async def _one_after_the_other(self, present: _Offered) -> Reply:
        line = self.line
        while True:
            letter, fence = present
            fenced = await self._fenced(letter, fence)
            if fenced is None:
                line.abort()  # the server waits for it
                return _LOST
            refusal = None if line.taken() else await self._refusal(present)
            if refusal is not None or not line.alive:
                reply = self._settled(letter, refusal or _LOST, fenced=True)
                following = self._next() if line.alive else None
            else:
                self._means.at("after_rcpt")
                written = self._written(fenced)
                if written is None:
                    line.abort()
                    return _LOST
                line.hand_over(written)
                following = self._next()
                reply = await self._answer(letter, following)
            if following is None:
                return reply
            if not line.alive:
                self._lose(following)
                return reply
            present = following

    async def _refusal(self, present: _Offered) -> Reply | None:
        try:
            return await self.line.offered()
        except BaseException:
            self._lose(present)
            raise

    def _next(self) -> _Offered | None:
        """The letter that follows: offered, its fence asked for."""
        while (letter := self._following()) is not None:
            if self._offer(letter, fenced=False):
                return _Offered(letter, self._fence(letter))
        return None

    def _offer(self, letter: Letter, *, fenced: bool) -> bool:
        try:
            self.line.offer(letter)
        except CannotCompose as error:
            self._settled(letter, Reply(Verdict.REFUSED, str(error)), fenced=fenced)
            return False
        return True

    def _lose(self, offered: _Offered) -> None:
        """It is not handed over any more, whether it is fenced or not."""
        self.line.abort()
        offered.fence.cancel()
        self._back(offered.letter, fenced=True)

    # -- steps --------------------------------------------------------------------------------------------------------

    def _fence(self, letter: Letter) -> asyncio.Future[Fenced | None]:
        return self._means.marks.fence(Fence(letter, self._means.ids(), self._domain))

    async def _fenced(self, letter: Letter, fence: asyncio.Future[Fenced | None]) -> Fenced | None:
        """The letter as it leaves; None where it may not leave as it is: then it is out of hand."""
        try:
            fenced = await fence
        except BaseException:
            self._lose(_Offered(letter, fence))
            raise
        if fenced is None:
            self._back(letter, fenced=True)
        else:
            self._means.at("after_fence")
        return fenced

    def _written(self, fenced: Fenced) -> bytes | None:
        try:
            return self.line.written(fenced)
        except CannotCompose as error:
            self._settled(fenced.letter, Reply(Verdict.REFUSED, str(error)), fenced=True)
            return None

    async def _answer(self, letter: Letter, following: _Offered | None) -> Reply:
        """What the server says to the letter that was handed over."""
        try:
            reply = await self.line.answer()
        except BaseException:
            self.line.abort()
            self._settled(letter, Reply(Verdict.UNKNOWN, STOPPED), fenced=True)
            if following is not None:
                self._lose(following)
            raise
        self._means.at("after_data")
        return self._settled(letter, reply, fenced=True)

    def _settled(self, letter: Letter, reply: Reply, *, fenced: bool) -> Reply:
        """What the server said goes into the next commit; the letter is out of hand."""
        self._done()
        self._means.at("before_commit")
        self._means.marks.settle(outcome.of(letter, reply, self._means.random, fenced=fenced))
        if reply.verdict not in (Verdict.LINE, Verdict.ACCOUNT):
            self.answered += 1
            self._learn(letter, reply)
        return reply

    def _back(self, letter: Letter, *, fenced: bool) -> None:
        """The letter did not leave, through no fault of its own."""
        self._done()
        self._means.marks.settle(outcome.as_before(letter, fenced=fenced))
