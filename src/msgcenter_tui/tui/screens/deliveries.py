"""The ledger: what left, what waits and what failed, with the reason, and what a person can do about it (N8, N13)."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from msgcenter_tui.domain import Delivery, DeliveryState, LedgerStatus, Page, Reason, ThreadId
from msgcenter_tui.tui import acts, keys, render_ledger
from msgcenter_tui.tui.screens.choose import LEFT, Choice, Choose
from msgcenter_tui.tui.screens.delivery_acts import DECIDING, GO_THROUGH, DeliveryActs
from msgcenter_tui.tui.widgets.delivery_list import DeliveryList
from msgcenter_tui.tui.widgets.figures_line import FiguresLine
from msgcenter_tui.tui.widgets.marking import MarkedLine
from msgcenter_tui.tui.widgets.row_list import RowList
from msgcenter_tui.tui.widgets.table_list import TableHead
from msgcenter_tui.tui.widgets.view_tabs import ViewTabs

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

WITH_REASONS = (DeliveryState.FAILED, DeliveryState.UNKNOWN, DeliveryState.HELD, DeliveryState.RETRYING)
"""In these states something was said of each."""

NOTHING = "Nothing here: what you send to people with e-mail or SMS shows up in this ledger."
NONE_SO = f"Nothing like that: {GO_THROUGH}, {{room.back}} shows everything."


class Deliveries(DeliveryActs):
    """The deliveries of the threads that the actor sees."""

    BINDINGS = keys.bindings("deliveries", "room", "places")
    PLACE = "Deliveries"
    SEARCH = ""

    def __init__(self) -> None:
        super().__init__()
        self._status: LedgerStatus | None = None
        self._said: dict[ThreadId, tuple[Reason, ...]] = {}
        """What was said of the unknown ones of a thread, since the last reading."""

    def compose_head(self) -> ComposeResult:
        yield Static(id="deliveries--banner")
        yield FiguresLine(id="deliveries--counts")
        words = ["All", *(render_ledger.STATE_WORDS[state].capitalize() for state in FILTERS if state)]
        yield ViewTabs(words, sparing=[place for place, state in enumerate(FILTERS) if state in COUNTED])

    def compose_list(self) -> ComposeResult:
        yield TableHead(DeliveryList.COLUMNS)
        yield DeliveryList(clock=self.services.clock, zone=self.services.zone)
        yield MarkedLine()

    def on_mount(self) -> None:
        self.set_interval(1, self._age)
        self.watch(self.app, "status", self._trouble_changed, init=False)

    def _trouble_changed(self) -> None:
        if self._status is not None:
            self._say_what_stops(self._status)

    def _age(self) -> None:
        """A pause for a while runs out before one's eyes."""
        if self.is_active and self._status is not None and self._status.until:
            self._say_what_stops(self._status)

    def _say_what_stops(self, status: LedgerStatus) -> None:
        banner = render_ledger.banner(status, self.now, self.services.keymap, self.center.status.trouble)
        self.query_one("#deliveries--banner", Static).update(banner)
        self.query_one("#deliveries--banner").display = bool(banner)

    # -- reading -------------------------------------------------------------------------------------------------------

    async def reread(self) -> None:
        keymap = self.services.keymap
        status = await self.perform(acts.deliveries.status, self.actor, thread=self.only_thread)
        self._status = status
        self.ledger.stopped = dict(status.paused)
        self._say_what_stops(status)
        counts = render_ledger.summary(status, self.now, self.services.zone)
        narrowed = render_ledger.narrowed(self.only_reason, keymap, one_thread=self.only_thread is not None)
        self.query_one("#deliveries--counts", FiguresLine).show([*narrowed, *counts])
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
        if not await self.read_list():
            return
        self.ledger.empty = Content(self.in_keys(NONE_SO) if any(self.narrowing) else NOTHING)
        self.ledger.by_thread = self.only_state is DeliveryState.UNKNOWN
        self.show_list()
        self._said.clear()
        self._show_detail()
        await self.tell_what_became()

    @property
    def narrowing(self) -> tuple[object, ...]:
        return self.only_state, self.only_thread, self.only_reason

    async def page_of(self, limit: int, after: str | None) -> Page[Delivery]:
        return await self.perform(
            acts.deliveries.list_deliveries,
            self.actor,
            state=self.only_state,
            limit=limit,
            after=after,
            **self.narrowed_to,
        )

    @on(RowList.Moved)
    def _show_detail(self) -> None:
        chosen = self.ledger.chosen
        if chosen is None:
            self.detail(Content.styled("Nothing is chosen.", "$muted"))
        else:
            said = self._said.get(chosen.thread) if chosen.state is DeliveryState.UNKNOWN else None
            zone, keymap = self.services.zone, self.services.keymap
            self.detail(render_ledger.detail(chosen, self.now, zone, self.ledger.stopped, keymap, said))
            if chosen.state is DeliveryState.UNKNOWN and said is None:
                self.do(self._read_said(chosen.thread), group="said", exclusive=True)
        self.refresh_bindings()

    async def _read_said(self, thread: ThreadId) -> None:
        """Unknown ones are judged by thread: how many there are, and what was said last of each (N8)."""
        unknown = DeliveryState.UNKNOWN
        said = await self.perform(acts.deliveries.reasons, self.actor, thread=thread, state=unknown)
        self._said[thread] = tuple(one for one in said if self.only_reason in (None, one.words))
        chosen = self.ledger.chosen
        if chosen is not None and chosen.thread == thread:
            self._show_detail()

    def offers(self, action: str) -> bool:
        """The footer offers what can be done here; the key of the rest says why not, and who could (S4)."""
        if action == "deliveries.resume":
            return self._status is not None and render_ledger.resumable(self._status)
        if action == "deliveries.reason":
            return self.only_state in (None, *WITH_REASONS)
        if action == "deliveries.retry-all":
            return self.only_state in DECIDING["deliveries.retry"] and bool(self.ledger.rows)
        if action not in DECIDING:
            return True
        return any(row.decides and row.state in DECIDING[action] for row in self.marked_or_chosen)

    @property
    def only_state(self) -> DeliveryState | None:
        return FILTERS[self.query_one(ViewTabs).active]

    # -- narrowing -----------------------------------------------------------------------------------------------------

    def look_at(self, thread: ThreadId, state: DeliveryState | None = None) -> None:
        """Narrow it to this thread, and to this state, for somebody who comes from there."""
        self.close_detail()
        self.only_thread, self.only_reason = thread, None
        self.query_one(ViewTabs).active = FILTERS.index(state)
        self.reread_soon()

    def action_deliveries_next(self) -> None:
        self.query_one(ViewTabs).step(1)

    def action_deliveries_previous(self) -> None:
        self.query_one(ViewTabs).step(-1)

    @on(ViewTabs.Chosen)
    def _narrow(self) -> None:
        if self.only_state is not self._state_of_reason:
            self.only_reason = None
        self.reread_soon()

    def action_deliveries_reason(self) -> None:
        self.do(self._choose_reason())

    async def _choose_reason(self) -> None:
        """What was said, with how often; the one chosen narrows the list to it, and to its state."""
        state = self.only_state if self.only_state in WITH_REASONS else None
        reasons = await self.perform(acts.deliveries.reasons, self.actor, thread=self.only_thread, state=state)
        if not reasons:
            self.center.say("Nothing failed, is unknown, held or to be tried again: there is no reason to tell")
            return
        choices = [Choice(None, Content("Every reason"))]
        choices += [Choice(one, render_ledger.reason_count(one), render_ledger.reason(one)) for one in reasons]
        current = next((at for at, one in enumerate(reasons, 1) if one.words == self.only_reason), 0)
        dialog = Choose("Why", choices, current, left=LEFT)
        chosen: Reason | object | None = await self.app.push_screen_wait(dialog)
        if chosen is LEFT:
            return
        if isinstance(chosen, Reason):
            self.only_reason, self._state_of_reason = chosen.words, chosen.state
            self.query_one(ViewTabs).active = FILTERS.index(chosen.state)
        else:
            self.only_reason = None
        self.reread_soon()

    _state_of_reason: DeliveryState | None = None

    def action_deliveries_thread(self) -> None:
        chosen = self.ledger.chosen
        if self.only_thread is not None:
            self.only_thread = None
        elif chosen is not None:
            self.only_thread = chosen.thread
        self.reread_soon()

    async def action_room_back(self) -> None:
        if not self.opened and self.ledger.marked:
            self.ledger.unmark_all()
        elif not self.opened and self.only_reason is not None:
            self.only_reason = None
            self.reread_soon()
        elif not self.opened and (self.only_thread or self.only_state):
            self.only_thread = None
            self.query_one(ViewTabs).active = 0
            self.reread_soon()
        else:
            await super().action_room_back()

    # -- marking -------------------------------------------------------------------------------------------------------

    def action_deliveries_mark(self) -> None:
        self.ledger.action_list_mark()

    def action_deliveries_mark_to_here(self) -> None:
        self.ledger.mark_to_here()

    def action_deliveries_next_thread(self) -> None:
        """The first row of the next thread: its unknown ones are judged together."""
        rows, cursor = self.ledger.rows, self.ledger.cursor
        here = rows[cursor].thread if rows else None
        self.ledger.cursor = next((at for at in range(cursor, len(rows)) if rows[at].thread != here), cursor)

    def action_deliveries_mark_all(self) -> None:
        self.ledger.action_list_mark_all()
