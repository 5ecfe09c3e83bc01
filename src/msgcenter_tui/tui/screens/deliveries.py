"""The ledger: what left, what waits and what failed, with the reason, and what a person can do about it (N8, N13)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from msgcenter_tui.domain import Delivery, DeliveryId, DeliveryState, ThreadId
from msgcenter_tui.rules.states import SETTLED
from msgcenter_tui.tui import acts, keys, render, render_ledger
from msgcenter_tui.tui.screens.confirm import Confirm
from msgcenter_tui.tui.screens.room import Room
from msgcenter_tui.tui.widgets.delivery_list import DeliveryList
from msgcenter_tui.tui.widgets.row_list import RowList
from msgcenter_tui.tui.widgets.table_list import TableHead
from msgcenter_tui.tui.widgets.view_tabs import ViewTabs

PAGE = 100

FILTERS: tuple[DeliveryState | None, ...] = (
    None,
    DeliveryState.WAITING,
    DeliveryState.HELD,
    DeliveryState.SENDING,
    DeliveryState.RETRYING,
    DeliveryState.FAILED,
    DeliveryState.UNKNOWN,
    DeliveryState.SENT,
    DeliveryState.READ_FIRST,
    DeliveryState.SUPPRESSED,
    DeliveryState.CANCELLED,
)

COUNTED = frozenset(FILTERS[1:7])
"""What wants to leave or wants a person: shown as a tab while there is any."""

DECIDING: Mapping[str, frozenset[DeliveryState]] = {
    "deliveries.retry": frozenset({DeliveryState.FAILED, DeliveryState.RETRYING}),
    "deliveries.arrived": frozenset({DeliveryState.UNKNOWN}),
    "deliveries.resend": frozenset({DeliveryState.UNKNOWN}),
    "deliveries.release": frozenset({DeliveryState.HELD}),
}
"""What only an Owner decides (S4), and about deliveries in which states."""

MOST_FOLLOWED = 50
"""Of so many that a person has sent again, what became of them is told."""

NOTHING = "Nothing here: what you send to people with e-mail or SMS shows up in this ledger."
NONE_SO = "Nothing in this state: [ and ] go through the states."


class Deliveries(Room):
    """The deliveries of the threads that the actor sees."""

    BINDINGS = keys.bindings("deliveries", "room", "places")
    PLACE = "Deliveries"
    SEARCH = ""

    def __init__(self) -> None:
        super().__init__()
        self.only_thread: ThreadId | None = None
        self._next: str | None = None
        self._followed: dict[DeliveryId, ThreadId] = {}

    def compose_head(self) -> ComposeResult:
        yield Static(id="deliveries--banner")
        yield Static(id="deliveries--counts")
        words = ["All", *(render_ledger.STATE_WORDS[state].capitalize() for state in FILTERS if state)]
        yield ViewTabs(words, sparing=[place for place, state in enumerate(FILTERS) if state in COUNTED])

    def compose_list(self) -> ComposeResult:
        yield TableHead(DeliveryList.COLUMNS)
        yield DeliveryList()

    @property
    def ledger(self) -> DeliveryList:
        return self.query_one(DeliveryList)

    # -- reading -------------------------------------------------------------------------------------------------------

    async def reread(self) -> None:
        status = await self.perform(acts.deliveries.status, self.actor)
        self.ledger.stopped = dict(status.paused)
        banner = render_ledger.banner(status)
        self.query_one("#deliveries--banner", Static).update(banner)
        self.query_one("#deliveries--banner").display = bool(banner)
        counts = render_ledger.summary(status, self.now, self.services.zone)
        if self.only_thread is not None:
            counts = Content.assemble(("One thread only, f shows all", "$warning"), "   ", counts)
        self.query_one("#deliveries--counts", Static).update(counts)
        numbers = {
            DeliveryState.WAITING: status.waiting,
            DeliveryState.HELD: status.held,
            DeliveryState.SENDING: status.sending,
            DeliveryState.RETRYING: status.retrying,
            DeliveryState.FAILED: status.failed,
            DeliveryState.UNKNOWN: status.unknown,
        }
        for place, state in enumerate(FILTERS):
            self.query_one(ViewTabs).count(place, numbers.get(state, 0) if state else 0)
        narrowed = (self.only_state, self.only_thread)
        page = await self._page(min(max(PAGE, len(self.ledger.rows)), 1000), None)
        self._next = page.next
        self.narrowed_by(*narrowed)
        self.ledger.empty = Content(NONE_SO if self.only_state or self.only_thread else NOTHING)
        self.ledger.marked &= {delivery.id for delivery in page.items}
        self.ledger.show(page.items, more=page.next is not None)
        self._show_detail()
        await self._tell_what_became()

    async def _page(self, limit: int, after: str | None) -> Any:
        return await self.perform(
            acts.deliveries.list_deliveries,
            self.actor,
            thread=self.only_thread,
            state=self.only_state,
            limit=limit,
            after=after,
        )

    @on(RowList.MoreWanted)
    def _more(self) -> None:
        self.do(self._read_more(), group="more", exclusive=True)

    async def _read_more(self) -> None:
        if self._next is not None:
            page = await self._page(PAGE, self._next)
            self._next = page.next
            self.ledger.add(page.items, more=page.next is not None)

    @on(RowList.Moved)
    def _show_detail(self) -> None:
        chosen = self.ledger.chosen
        if chosen is None:
            self.detail(Content.styled("Nothing is chosen.", "$muted"))
        else:
            self.detail(render_ledger.detail(chosen, self.now, self.services.zone, self.ledger.stopped))
        self.refresh_bindings()

    def offers(self, action: str) -> bool:
        """The footer offers what can be done here; the key of the rest says why not, and who could (S4)."""
        if action not in DECIDING:
            return True
        rows = [row for row in self.ledger.rows if row.id in self.ledger.marked]
        if not rows and self.ledger.chosen is not None:
            rows = [self.ledger.chosen]
        return any(row.decides and row.state in DECIDING[action] for row in rows)

    @property
    def only_state(self) -> DeliveryState | None:
        return FILTERS[self.query_one(ViewTabs).active]

    # -- narrowing -----------------------------------------------------------------------------------------------------

    def action_deliveries_next(self) -> None:
        self.query_one(ViewTabs).step(1)

    def action_deliveries_previous(self) -> None:
        self.query_one(ViewTabs).step(-1)

    @on(ViewTabs.Chosen)
    def _narrow(self) -> None:
        self.reread_soon()

    def action_deliveries_thread(self) -> None:
        chosen = self.ledger.chosen
        if self.only_thread is not None:
            self.only_thread = None
        elif chosen is not None:
            self.only_thread = chosen.thread
        self.reread_soon()

    async def action_room_back(self) -> None:
        if not self.opened and (self.only_thread or self.only_state):
            self.only_thread = None
            self.query_one(ViewTabs).active = 0
            self.reread_soon()
        else:
            await super().action_room_back()

    # -- marking -------------------------------------------------------------------------------------------------------

    def action_deliveries_mark(self) -> None:
        chosen = self.ledger.chosen
        if chosen is not None:
            self.ledger.marked ^= {chosen.id}
            self.ledger.redraw()
            self.ledger.cursor += 1

    def action_deliveries_mark_all(self) -> None:
        everything = {delivery.id for delivery in self.ledger.rows}
        self.ledger.marked = set() if self.ledger.marked == everything else everything
        self.ledger.redraw()

    def _meant(self, *states: DeliveryState) -> list[DeliveryId]:
        """The marked ones in these states; nothing marked: the one under the cursor."""
        chosen = self.ledger.chosen
        rows: Sequence[Delivery] = [row for row in self.ledger.rows if row.id in self.ledger.marked]
        if not rows and chosen is not None:
            rows = [chosen]
        meant = [row.id for row in rows if row.state in states]
        if not meant:
            words = " or ".join(render_ledger.STATE_WORDS[state] for state in states)
            self.center.warn(f"Nothing {words} is chosen: space marks, [ and ] go through the states")
        return meant

    # -- acts ----------------------------------------------------------------------------------------------------------

    def action_deliveries_retry(self) -> None:
        if ids := self._meant(DeliveryState.FAILED, DeliveryState.RETRYING):
            self._follow(ids)
            self.do(self._act(lambda: self.perform(acts.deliveries.retry, self.actor, ids=ids), "to be tried again"))

    def action_deliveries_arrived(self) -> None:
        if ids := self._meant(DeliveryState.UNKNOWN):
            self.do(
                self._act(
                    lambda: self.perform(acts.deliveries.resolve, self.actor, arrived=True, ids=ids), "settled: arrived"
                )
            )

    def action_deliveries_resend(self) -> None:
        if ids := self._meant(DeliveryState.UNKNOWN):
            self.do(self._resend(ids))

    async def _resend(self, ids: list[DeliveryId]) -> None:
        question = f"Send {render.counted(len(ids), 'notification')} again?"
        figures = "Whoever has it already gets it twice."
        if await self.app.push_screen_wait(Confirm(question, figures, yes="Send again")):
            self._follow(ids)
            await self._act(
                lambda: self.perform(acts.deliveries.resolve, self.actor, arrived=False, ids=ids), "to be sent again"
            )

    def action_deliveries_release(self) -> None:
        self.do(self._release())

    async def _release(self) -> None:
        status = await self.perform(acts.deliveries.status, self.actor)
        if not status.held:
            self.center.say("Nothing is held")
            return
        thread = self.only_thread
        where = "of this thread" if thread is not None else "of every thread"
        question = f"Release what is held {where}?"
        if await self.app.push_screen_wait(Confirm(question, "It leaves now, late as it is.", yes="Release")):
            await self._act(
                lambda: self.perform(acts.deliveries.release, self.actor, thread=thread, everything=thread is None),
                "released",
            )

    def _follow(self, ids: Sequence[DeliveryId]) -> None:
        threads = {row.id: row.thread for row in self.ledger.rows}
        self._followed = {id: threads[id] for id in ids[:MOST_FOLLOWED] if id in threads}

    async def _tell_what_became(self) -> None:
        """Of those that were sent again: which have left now, and which have not, and why."""
        settled: list[Delivery] = []
        for thread in set(self._followed.values()):
            page = await self.perform(acts.deliveries.list_deliveries, self.actor, thread=thread, limit=500)
            settled += [row for row in page.items if row.id in self._followed and row.state in SETTLED]
        for row in settled:
            self._followed.pop(row.id, None)
        if len(settled) == 1:
            self.center.say(render_ledger.became(settled[0]))
        elif settled:
            self.center.say(render_ledger.became_of_many(settled))

    async def _act(self, deed: Callable[[], Awaitable[int]], words: str) -> None:
        count = await deed()
        self.ledger.marked.clear()
        self.center.say(f"{render.counted(count, 'delivery', 'deliveries')} {words}")
        self.reread_soon()
