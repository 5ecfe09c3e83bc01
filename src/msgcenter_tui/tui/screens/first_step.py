"""The first step of a new thread: the people who can be named, and the live figures of what is chosen."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from textual import on

from msgcenter_tui.domain import Actor, CountedWorkspace, Draft, Outlook, Recipients, ThreadId, WorkspaceId
from msgcenter_tui.errors import MessageCenterError
from msgcenter_tui.rules.sought import holds, sought
from msgcenter_tui.tui import acts, render, render_sending
from msgcenter_tui.tui.screen import CenterScreen
from msgcenter_tui.tui.trouble import sentence
from msgcenter_tui.tui.widgets.addressing import Addressing
from msgcenter_tui.tui.widgets.composer import Composer
from msgcenter_tui.tui.widgets.outlook_line import OutlookLine
from msgcenter_tui.tui.widgets.portal_banner import PortalBanner
from msgcenter_tui.tui.widgets.recipient_field import NO_NAME, Found, RecipientField

FOUND = 20


class FirstStep(CenterScreen[ThreadId | None]):
    """The part of the new thread's screen that asks who and where from. A client names staff, nothing more (A4, V5)."""

    texts = False
    """What is written here goes by SMS, too."""

    def __init__(self, actor: Actor | None) -> None:
        super().__init__(classes="-portal" if actor is not None and actor.is_client else "")
        self._actor = actor
        self._loaded = asyncio.Event()

    @property
    def actor(self) -> Actor:
        return self._actor or self.center.actor

    @property
    def addressing(self) -> Addressing:
        return self.query_one(Addressing)

    @property
    def composer(self) -> Composer:
        return self.query_one(Composer)

    @property
    def workspace(self) -> WorkspaceId | None:
        chosen = self.addressing.workspace
        return chosen.id if chosen else None

    async def load_places(self) -> None:
        if not self.actor.is_client:
            workspaces = await self.perform(acts.teams.counted_workspaces, self.actor)
            self.addressing.offer_workspaces(workspaces)
        self._loaded.set()

    async def name_people(self, given: Draft) -> bool:
        """Of the people whom a draft names, those who may be written to now; the others are told, and a lost workspace.

        False: not all that the draft was addressed to is there, so that its writer has to look at it again (M4).
        """
        assert given.recipients is not None
        people = given.people
        if self.actor.is_client:  # a client's draft names no workspace, and so nobody in it
            found = await self.perform(acts.clients.reachable, self.actor, search="", limit=200)
            people = tuple(one for one in found if one.id in given.recipients.people)
            self.addressing.choose(given.recipients, people, None)
        missing = len(given.recipients.people) - len(people)
        if missing > 0:
            who = render.counted(missing, "person", "people")
            self.center.warn(f"{who} of this draft cannot be written to any more: choose again")
            return False
        if given.workspace is not None and not self.actor.is_client and self.workspace != given.workspace:
            self.center.warn("You cannot send from the workspace of this draft any more: choose another")
            return False
        return True

    # -- who -----------------------------------------------------------------------------------------------------------

    @on(RecipientField.Searched)
    def _searched(self, event: RecipientField.Searched) -> None:
        event.stop()
        self.do(self.find(event.text), group="find", exclusive=True)

    @on(RecipientField.TooSoon)
    def _too_soon(self) -> None:
        self.center.too_late()

    @on(RecipientField.NoName)
    def _no_name(self) -> None:
        self.center.say(self.in_keys(NO_NAME))

    async def find(self, typed: str) -> None:
        """Offer the people who fit: of the workspace chosen, and of the others while nobody is named yet."""
        try:
            self.addressing.field.offer(typed, await self._found(typed))
        except MessageCenterError:
            self.addressing.field.offer(typed, None)
            raise

    async def _found(self, typed: str) -> Sequence[Found]:
        await self._loaded.wait()
        if self.actor.is_client:
            people = await self.perform(acts.clients.reachable, self.actor, search=typed, limit=FOUND)
            return [Found(person, None) for person in people]
        here = self.addressing.workspace
        found: dict[str, Found] = {}
        wanted = sought(typed)
        for place in self._places(here):
            people = await self.perform(
                acts.clients.reachable, self.actor, workspace=place.id, search=typed, limit=FOUND
            )
            aside = "" if place is here else render.workspace_name(place)
            for person in people:
                found.setdefault(person.id, Found(person, place.id, aside, holds(wanted, person.name)))
        return list(found.values())[: 2 * FOUND]

    def _places(self, here: CountedWorkspace | None) -> list[CountedWorkspace]:
        others = [] if self.addressing.people else [one for one in self.addressing.workspaces if one is not here]
        return [here, *others] if here else others

    # -- what it means -------------------------------------------------------------------------------------------------

    async def count(self) -> None:
        """The figures for what is chosen, or why there are none (N4, A3, A6)."""
        if self.actor.is_client:
            return
        await self._loaded.wait()
        to, workspace, figures = self.addressing.recipients, self.workspace, self.query(OutlookLine)
        if to is None or workspace is None:
            for line in figures:
                line.hint("Choose whom it goes to: ⏎ takes what is marked, typing finds people")
            return
        try:
            outlook = await self.look_ahead(to, workspace)
        except MessageCenterError as error:
            for line in figures:
                line.explain(sentence(str(error)))
        else:
            stopped = dict(self.center.status.stopped)
            self.texts = bool(outlook.reach.sms)
            self.composer.note = render_sending.segments(outlook)
            self.addressing.show_audience(outlook)
            for line in figures:
                line.show(outlook, stopped)
            self.composer.reach_words = render_sending.reached(outlook.reach, stopped)

    async def look_ahead(self, to: Recipients, workspace: WorkspaceId) -> Outlook:
        """What sending would do; with what is written already, also what its SMS would take."""
        body = self.composer.text or None
        return await self.perform(
            acts.messages.outlook, self.actor, to, workspace, locked=self.addressing.locked, body=body
        )

    async def reread(self) -> None:
        for banner in self.query(PortalBanner):  # a client's own count stays true over what they write (R1)
            banner.badge = await self.perform(acts.reading.badge, self.actor)
        if self._loaded.is_set():
            await self.load_places()
            await self.count()

    def summary(self) -> str:
        """Whom it goes to, in words."""
        to = self.addressing.recipients
        names = tuple(person.name for person in self.addressing.people)
        return render_sending.recipients(to, names) if to else "nobody yet"
