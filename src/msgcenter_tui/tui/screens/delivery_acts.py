"""What a person decides about deliveries, one key each: of one, of many, of a thread; and resuming a channel."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from textual.content import Content

from msgcenter_tui.domain import Channel, Delivery, DeliveryId, DeliveryState, ThreadId
from msgcenter_tui.errors import Refused
from msgcenter_tui.rules.states import AGAIN, SETTLED
from msgcenter_tui.rules.waiting import CHANNEL_WORDS
from msgcenter_tui.tui import acts, render, render_ledger
from msgcenter_tui.tui.screens.confirm import Confirm
from msgcenter_tui.tui.screens.paged import PagedRoom
from msgcenter_tui.tui.screens.several import Several
from msgcenter_tui.tui.widgets.delivery_list import DeliveryList

_S = DeliveryState

DECIDING: Mapping[str, frozenset[DeliveryState]] = {
    "deliveries.retry": AGAIN,
    "deliveries.arrived": frozenset({_S.UNKNOWN}),
    "deliveries.resend": frozenset({_S.UNKNOWN}),
    "deliveries.arrived-thread": frozenset({_S.UNKNOWN}),
    "deliveries.resend-thread": frozenset({_S.UNKNOWN}),
    "deliveries.release": frozenset({_S.HELD}),
}
"""What only an Owner decides (S4), and about deliveries in which states."""

GO_THROUGH = "{deliveries.previous} and {deliveries.next} go through the states"

MOST_FOLLOWED = 50
"""Of so many that a person has sent again, what became of them is told."""


class DeliveryActs(PagedRoom, Several):
    """An Owner's acts on the deliveries that are marked, under the cursor, or shown."""

    def __init__(self) -> None:
        super().__init__()
        self.only_thread: ThreadId | None = None
        self.only_reason: str | None = None
        self._followed: set[DeliveryId] = set()

    @property
    def ledger(self) -> DeliveryList:
        return self.query_one(DeliveryList)

    @property
    def only_state(self) -> DeliveryState | None:
        raise NotImplementedError

    @property
    def narrowed_to(self) -> dict[str, Any]:
        """By what the list is narrowed besides its state, as the center is asked for it."""
        return {"thread": self.only_thread, "reason": self.only_reason, "whole": True}

    @property
    def unmarks(self) -> str:
        return "room.back"

    @property
    def marked_or_chosen(self) -> list[Delivery]:
        """What is marked, scrolled away or not; nothing marked: what is under the cursor."""
        marked, chosen = list(self.ledger.marked.values()), self.ledger.chosen
        return marked or ([chosen] if chosen is not None else [])

    def _meant(self, action: str) -> list[Delivery]:
        """The marked ones that an action is about; nothing marked: the one under the cursor."""
        states = DECIDING[action]
        meant = [row for row in self.marked_or_chosen if row.state in states]
        if not meant:
            self._none_chosen(" or ".join(sorted(render_ledger.STATE_WORDS[state] for state in states)))
        return meant

    def _none_chosen(self, words: str) -> None:
        self.center.warn(self.in_keys(f"Nothing {words} is chosen: {{deliveries.mark}} marks, {GO_THROUGH}"))

    # -- of those marked, or the one under the cursor ------------------------------------------------------------------

    def action_deliveries_retry(self) -> None:
        if meant := self._meant("deliveries.retry"):
            self.do(self._retry(meant))

    async def _retry(self, meant: list[Delivery]) -> None:
        async def again(ids: Sequence[DeliveryId]) -> int:
            count: int = await self.perform(acts.deliveries.retry, self.actor, ids=ids)
            self._follow(ids)
            return count

        self._followed.clear()
        await self._act_on(meant, again, "to be tried again", doing="Trying again", deed="tried again")

    def action_deliveries_arrived(self) -> None:
        if meant := self._meant("deliveries.arrived"):
            self.do(self._settle(meant, arrived=True))

    def action_deliveries_resend(self) -> None:
        if meant := self._meant("deliveries.resend"):
            self.do(self._resend(meant))

    async def _resend(self, meant: list[Delivery]) -> None:
        question = f"Send {render.counted(len(meant), 'notification')} again?"
        figures = f"To {render.names([row.recipient.name for row in meant])}.\nWhoever has it already gets it twice."
        if await self.app.push_screen_wait(Confirm(question, figures, yes="Send again")):
            await self._settle(meant, arrived=False)

    async def _settle(self, meant: list[Delivery], *, arrived: bool) -> None:
        async def settle(ids: Sequence[DeliveryId]) -> int:
            count: int = await self.perform(acts.deliveries.resolve, self.actor, arrived=arrived, ids=ids)
            if not arrived:
                self._follow(ids)
            return count

        if not arrived:
            self._followed.clear()
        words = "settled: arrived" if arrived else "to be sent again"
        await self._act_on(meant, settle, words, doing="Settling", deed="settled" if arrived else "sent again")

    # -- of a whole thread, of all that is shown -----------------------------------------------------------------------

    def action_deliveries_arrived_thread(self) -> None:
        self.do(self._settle_thread(arrived=True))

    def action_deliveries_resend_thread(self) -> None:
        self.do(self._settle_thread(arrived=False))

    async def _settle_thread(self, *, arrived: bool) -> None:
        """The unknown ones of the thread under the cursor, of the reason that is shown where one is, in one answer."""
        chosen = self.ledger.chosen
        if chosen is None or chosen.state is not _S.UNKNOWN:
            self._none_chosen("unknown")
            return
        narrow = {**self.narrowed_to, "thread": chosen.thread}
        count = await self.perform(acts.deliveries.how_many, self.actor, _S.UNKNOWN, **narrow)
        about = render_ledger.of_thread(chosen, self.only_reason)
        notifications = render.counted(count, "notification")
        if arrived:
            question, figures, yes = f"Did {notifications} arrive?", "They are settled as sent.", "They arrived"
        else:
            question, figures, yes = (
                f"Send {notifications} again?",
                "Whoever has it already gets it twice.",
                "Send again",
            )
        if await self.app.push_screen_wait(Confirm(question, figures, yes=yes, about=about)):
            await self._act(
                lambda: self.perform(acts.deliveries.resolve, self.actor, arrived=arrived, **narrow),
                "settled: arrived" if arrived else "to be sent again",
            )

    def action_deliveries_retry_all(self) -> None:
        self.do(self._retry_all())

    async def _retry_all(self) -> None:
        """All that failed, or retries, as the list is narrowed: far more than are loaded, perhaps."""
        state = self.only_state or _S.FAILED
        states = DECIDING["deliveries.retry"]
        count = 0
        if state in states:
            count = await self.perform(acts.deliveries.how_many, self.actor, state, **self.narrowed_to)
        if not count:
            self.center.warn(self.in_keys(f"Nothing that is shown failed or retries: {GO_THROUGH}"))
            return
        question = f"Try {render.counted(count, 'notification')} again?"
        figures = "Each with its present text and address. What was mended meanwhile arrives; the rest fails again."
        by = render_ledger.narrowed(self.only_reason, self.services.keymap, one_thread=self.only_thread is not None)
        about = Content("\n").join(by) if by else None
        if await self.app.push_screen_wait(Confirm(question, figures, yes="Try again", about=about)):
            await self._act(
                lambda: self.perform(acts.deliveries.retry, self.actor, state=state, **self.narrowed_to),
                "to be tried again",
            )

    def action_deliveries_release(self) -> None:
        self.do(self._release())

    async def _release(self) -> None:
        thread = self.only_thread
        status = await self.perform(acts.deliveries.status, self.actor, thread=thread)
        if not status.held:
            self.center.say("Nothing is held" if thread is None else "Nothing of this thread is held")
            return
        where = "of this thread" if thread is not None else "of every thread"
        question = f"Release what is held {where}?"
        if await self.app.push_screen_wait(Confirm(question, "It leaves now, late as it is.", yes="Release")):
            await self._act(
                lambda: self.perform(acts.deliveries.release, self.actor, thread=thread, everything=thread is None),
                "released",
            )

    def action_deliveries_resume(self) -> None:
        self.do(self._resume())

    async def _resume(self) -> None:
        resumed: tuple[Channel, ...] = await self.perform(acts.deliveries.resume, self.actor)
        words = " and ".join(CHANNEL_WORDS[channel] for channel in resumed)
        self.center.say(f"Sending by {words} again: what waits leaves now")
        self.center.announce_change()

    # -- what became of it ---------------------------------------------------------------------------------------------

    def _follow(self, ids: Sequence[DeliveryId]) -> None:
        """Once they are to be sent again: before that what is read of them is how they stood."""
        self._followed.update(ids[: MOST_FOLLOWED - len(self._followed)])

    async def tell_what_became(self) -> None:
        """Of those that were sent again: which have left now, and which have not, and why."""
        if not self._followed:
            return
        ids = list(self._followed)
        page = await self.perform(acts.deliveries.list_deliveries, self.actor, ids=ids, limit=MOST_FOLLOWED)
        settled = [row for row in page.items if row.state in SETTLED]
        self._followed.difference_update(row.id for row in settled)
        if len(settled) == 1:
            self.center.say(render_ledger.became(settled[0]))
        elif settled:
            self.center.say(render_ledger.became_of_many(settled))

    async def _act(self, deed: Callable[[], Awaitable[int]], words: str) -> None:
        count = await deed()
        self.ledger.unmark_all()
        self.center.say(_told(count, words))
        self.reread_soon()

    async def _act_on(
        self,
        rows: list[Delivery],
        act: Callable[[Sequence[DeliveryId]], Awaitable[int]],
        words: str,
        *,
        doing: str,
        deed: str,
    ) -> None:
        """All in one go; where that is refused for one of them, each by itself."""
        try:
            await self._act(lambda: act([row.id for row in rows]), words)
        except Refused:
            if len(rows) == 1:
                raise
            outcome = await self.to_each(
                rows, lambda row: act([row.id]), name=lambda row: render.plain(row.recipient.name), doing=doing
            )
            self.tell_outcome(outcome, _told(outcome.done, words), deed)


def _told(count: int, words: str) -> str:
    return f"{render.counted(count, 'delivery', 'deliveries')} {words}"
