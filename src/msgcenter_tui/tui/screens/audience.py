"""Who got it and who gets it: the audience of a thread, with the catch-up, and of a message before it is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from textual.content import Content

from msgcenter_tui.domain import (
    Ahead,
    Among,
    AudienceRow,
    Page,
    Prospect,
    Reach,
    Recipients,
    ThreadId,
    WorkspaceId,
)
from msgcenter_tui.rules import waiting
from msgcenter_tui.tui import acts, keys, render, render_audience, render_sending
from msgcenter_tui.tui.screens.audience_room import AudienceRoom
from msgcenter_tui.tui.widgets.audience_list import AudienceList, ProspectList


class Audience(AudienceRoom):
    """Everybody of a thread: what they see, how they were notified, and what they have read."""

    BINDINGS = keys.bindings("audience", "of-thread", "room")
    PLACE = "Audience"
    WORDS = render_audience.AMONG_WORDS
    SPARING = (Among.UNDER_WAY, Among.NOT_REACHED, Among.TO_CATCH_UP)

    def __init__(self, thread: ThreadId, heading: str, *, may_catch_up: bool) -> None:
        super().__init__(heading)
        self._thread = thread
        self._may_catch_up = may_catch_up
        self._caught_up = False
        """A catch-up was begun here: the footer says how it is taken back."""

    def make_list(self) -> AudienceList:
        return AudienceList(clock=self.services.clock, zone=self.services.zone)

    async def page_of(self, limit: int, after: str | None) -> Page[AudienceRow]:
        return await self.perform(
            acts.audience.list_audience,
            self.actor,
            self._thread,
            among=self.only,
            search=self.searched,
            limit=limit,
            after=after,
        )

    async def counts(self, search: str) -> Mapping[Among, int]:
        return await self.perform(acts.audience.audience_counts, self.actor, self._thread, search=search)

    def figures(self, counts: Mapping[Among, int]) -> Sequence[Content]:
        return render_audience.figures(counts)

    def about(self, row: AudienceRow) -> Content:
        return render_audience.detail(row, self.now, self.services.zone)

    def sheet(self, rows: Sequence[AudienceRow] | None) -> str:
        sheets = acts.audience_sheet
        return sheets.head(sheets.AUDIENCE) if rows is None else sheets.audience_lines(rows)

    @property
    def file_name(self) -> str:
        return f"audience-{self._thread}.csv"

    def offers(self, action: str) -> bool:
        if action == "audience.catch-up":
            return self._may_catch_up
        if action == "audience.undo":
            return self._caught_up
        return True

    # -- to the ledger -------------------------------------------------------------------------------------------------

    async def action_audience_deliveries(self) -> None:
        from msgcenter_tui.tui.screens.deliveries import Deliveries

        self.dismiss(None)
        await self.center.go("deliveries")
        if isinstance(self.center.screen, Deliveries):
            self.center.screen.look_at(self._thread)

    # -- catching up (N11) ---------------------------------------------------------------------------------------------

    def action_audience_catch_up(self) -> None:
        self.do(self._catch_up())

    async def _catch_up(self) -> None:
        async def attempt(yes: bool) -> Reach:
            return await self.perform(acts.catching_up.catch_up, self.actor, self._thread, yes=yes)

        done = await self.confirmed(attempt)
        if done is None:
            return
        if not done.people:
            self.center.say("Nobody is left to notify: who sees it was notified, or has read it")
            return
        self._caught_up = True
        self.center.announce_change()
        self.refresh_bindings()
        waits = waiting.waits_for(dict(self.center.status.stopped), waiting.channels(done))
        when = "" if waits else " when it has been quiet"
        words = render_sending.notified(done, waits)
        self.center.say(f"{words}{when}; {self.key_of('audience.undo')} takes it back")

    def action_audience_undo(self) -> None:
        self.do(self._take_back())

    async def _take_back(self) -> None:
        cancelled = await self.perform(acts.catching_up.take_back, self.actor, self._thread)
        self._caught_up = False
        self.center.announce_change()
        self.refresh_bindings()
        notifications = render.counted(cancelled, "notification")
        self.center.say(f"Taken back: {notifications} {'does' if cancelled == 1 else 'do'} not leave")


class Prospects(AudienceRoom):
    """Everybody whom a message to come could concern: how it would reach them, or why it would not (N4)."""

    BINDINGS = keys.bindings("audience", "room")
    PLACE = "Who gets it"
    WORDS = render_audience.AHEAD_WORDS

    def __init__(
        self,
        heading: str,
        *,
        thread: ThreadId | None = None,
        recipients: Recipients | None = None,
        workspace: WorkspaceId | None = None,
    ) -> None:
        super().__init__(heading)
        self._meant: dict[str, Any] = {"thread": thread, "recipients": recipients, "workspace": workspace}

    @property
    def shows_ledger(self) -> bool:
        return False

    def make_list(self) -> ProspectList:
        return ProspectList()

    async def page_of(self, limit: int, after: str | None) -> Page[Prospect]:
        return await self.perform(
            acts.audience.list_prospects,
            self.actor,
            **self._meant,
            ahead=self.only,
            search=self.searched,
            limit=limit,
            after=after,
        )

    async def counts(self, search: str) -> Mapping[Ahead, int]:
        return await self.perform(acts.audience.prospect_counts, self.actor, **self._meant, search=search)

    def figures(self, counts: Mapping[Ahead, int]) -> Sequence[Content]:
        return render_audience.prospect_figures(counts)

    def about(self, row: Prospect) -> Content:
        return render_audience.prospect_detail(row)

    def sheet(self, rows: Sequence[Prospect] | None) -> str:
        sheets = acts.audience_sheet
        return sheets.head(sheets.PROSPECTS) if rows is None else sheets.prospect_lines(rows)

    @property
    def file_name(self) -> str:
        return "who-gets-it.csv"
