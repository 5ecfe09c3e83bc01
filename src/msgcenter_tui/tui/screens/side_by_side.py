"""Side by side: the inbox on the left, clients' portals beside it, a client's mailbox where there is room for it.

Each side is a screen that could as well have the terminal to itself, reads for itself and hears of what the others
do: what is sent, edited, locked, deleted or read on one side shows on the other at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingsMap
from textual.containers import Horizontal
from textual.dom import DOMNode
from textual.geometry import Region
from textual.screen import Screen
from textual.widget import Widget

from msgcenter_tui.domain import Actor
from msgcenter_tui.tui import acts, keys, render_clients
from msgcenter_tui.tui.events import StoreChanged
from msgcenter_tui.tui.screen import CenterScreen
from msgcenter_tui.tui.screens.client_portal import ClientPortal, entered
from msgcenter_tui.tui.screens.finder import Finder, Match
from msgcenter_tui.tui.widgets.side import Side

LEAST = 48
"""Cells that a side has at least; where there are fewer, only those are shown that have room, first the one with the
keys."""
WITH_MAILBOX = 180
"""Columns from which on the client's mailbox is a third side (in the demonstration)."""
FOUND = 50
"""So many clients are offered."""

NOBODY = "No client with a portal is called like that."
NONE_YET = "No client with a portal to list: type a name. Among the clients {clients.switch-portal} turns a portal on."


async def beside(screen: CenterScreen[Any], client: Actor | None = None) -> None:
    """Show the inbox and a client's portal side by side; where that is so already, the inbox alone."""
    if screen.host is not None:
        leave(screen)
    elif client is not None or (client := await _whose(screen)) is not None:
        known = await screen.perform(acts.clients.get, screen.center.actor, client.person)
        await screen.app.push_screen(SideBySide.of(screen, client, mailbox=known.email or client.name))


def leave(screen: CenterScreen[Any]) -> None:
    """Show one side alone again."""
    shown = next((one for one in screen.app.screen_stack if isinstance(one, SideBySide)), None)
    if shown is not None:
        shown.do(shown.close(), group="leave", exclusive=True)


async def _whose(screen: CenterScreen[Any]) -> Actor | None:
    """Have a client chosen, and enter their portal as them (P3)."""

    async def search(typed: str) -> Sequence[Match]:
        page = await screen.perform(
            acts.clients.list_clients, screen.center.actor, portal=True, search=typed, limit=FOUND
        )
        return [Match(one.id, one.name, render_clients.STATUS_WORDS[one.status]) for one in page.items]

    finder = Finder("Whose portal beside it?", search, NOBODY, screen.in_keys(NONE_YET))
    chosen = await screen.app.push_screen_wait(finder)
    return None if chosen is None else await entered(screen, chosen)


class SideBySide(CenterScreen[None]):
    """Screens beside each other; one of them has the keys, and is the one that anything else asks for."""

    BINDINGS = keys.bindings("beside")

    def __init__(self, shown: Sequence[CenterScreen[Any]]) -> None:
        super().__init__()
        self._first = [Side(one) for one in shown]
        self._side = self._first[0]

    @classmethod
    def of(cls, screen: CenterScreen[Any], client: Actor, *, mailbox: str) -> SideBySide:
        """The inbox and this client's portal; where there is room, what has come into a `mailbox`, too."""
        from msgcenter_tui.tui.screens.inbox import Inbox
        from msgcenter_tui.tui.screens.mailbox import MailboxScreen

        shown: list[CenterScreen[Any]] = [Inbox(), ClientPortal(client)]
        if screen.services.mailbox is not None and screen.app.size.width >= WITH_MAILBOX:
            shown.append(MailboxScreen(of=mailbox))
        return cls(shown)

    def compose(self) -> ComposeResult:
        with Horizontal(id="sides"):
            yield from self._first

    def on_mount(self) -> None:
        self._to(self._side)

    # -- which has the keys --------------------------------------------------------------------------------------------

    @property
    def sides(self) -> list[Side]:
        return [side for side in self.query(Side) if not side.goes]

    @property
    def acting(self) -> Screen[Any]:
        return self._side.shown

    @property
    def shows(self) -> list[Screen[Any]]:
        return [side.shown for side in self.sides]

    @property
    def focused(self) -> Widget | None:
        return self._side.shown.focused

    @focused.setter
    def focused(self, widget: Widget | None) -> None:
        """Each side has a focus of its own."""

    @property
    def _binding_chain(self) -> list[tuple[DOMNode, BindingsMap]]:
        return self._side.bindings_of_shown

    def _to(self, side: Side) -> None:
        """The keys are for this side now."""
        if side is not self._side and self._side.shown.is_attached:
            self._side.shown.give_keys()
        for one in self.sides:
            one.has_keys = one is side
            one.set_class(one is side, "-with-keys")
        self._side = side
        if side.shown.is_mounted:
            side.shown.take_keys()
        self._share_out(self.size.width)
        side.shown.refresh_bindings()

    def action_beside_next(self) -> None:
        sides = self.sides
        if len(sides) > 1:
            self.center.answers_are_past()
            self._to(sides[(sides.index(self._side) + 1) % len(sides)])

    def _share_out(self, width: int) -> None:
        """The one with the keys is shown wherever there is room for few."""
        sides, room = self.sides, max(1, width // LEAST)
        shown = [self._side, *(one for one in sides if one is not self._side)][:room]
        for one in sides:
            one.display = one in shown

    def on_resize(self, event: events.Resize) -> None:
        self._share_out(event.size.width)

    # -- more and fewer ------------------------------------------------------------------------------------------------

    def action_beside_add(self) -> None:
        if (len(self.sides) + 1) * LEAST > self.size.width:
            self.center.say(f"There is no room for another side: each has {LEAST} columns at least")
        else:
            self.do(self._add(), group="choose", exclusive=True)

    async def _add(self) -> None:
        client = await _whose(self)
        if client is not None:
            await self.show_also(client)

    async def show_also(self, client: Actor) -> None:
        """Show one more portal."""
        added = Side(ClientPortal(client))
        await self.query_one("#sides").mount(added)
        self._to(added)

    @on(Side.Left)
    async def _side_left(self, event: Side.Left) -> None:
        """Its screen was left: of the others the first has the keys; nothing is left beside a single one."""
        event.stop()
        left = [side for side in self.sides if side is not event.side]
        if len(left) > 1 or (left and isinstance(left[0].shown, ClientPortal)):
            await self._settle(event.side)
            self._to(left[0])
            await event.side.remove()
        else:
            await self.close()

    async def close(self) -> None:
        await self.settle()
        self.dismiss(None)

    async def settle(self) -> None:
        for side in self.sides:
            await self._settle(side)

    async def _settle(self, side: Side) -> None:
        if isinstance(shown := side.shown, CenterScreen):
            await shown.settle()

    # -- what reaches the sides by way of this screen ------------------------------------------------------------------

    @on(StoreChanged)
    def _tell_sides(self, event: StoreChanged) -> None:
        for side in self.sides:
            side.shown.post_message(StoreChanged(only_ledger=event.only_ledger))

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        for side in self.sides:
            if isinstance(shown := side.shown, CenterScreen) and shown.is_mounted:
                shown.reread_soon()

    def _side_at(self, x: int, y: int) -> Side | None:
        return next((side for side in self.sides if side.display and side.region.contains(x, y)), None)

    def get_widget_at(self, x: int, y: int) -> tuple[Widget, Region]:
        """The widget of the side, so that a press and a release on two of its widgets are no click."""
        if (side := self._side_at(x, y)) is None:
            return super().get_widget_at(x, y)
        widget, region = side.shown.get_widget_at(x - side.region.x, y - side.region.y)
        return widget, region.translate(side.region.offset)

    def _forward_event(self, event: events.Event) -> None:
        if not isinstance(event, events.MouseEvent):
            super()._forward_event(event)
            return
        held = self.app.mouse_captured
        side = next((one for one in self.sides if held is not None and held.screen is one.shown), None)
        side = side or self._side_at(event.x, event.y)
        if side is None:
            super()._forward_event(event)
            return
        if isinstance(event, events.MouseDown) and side is not self._side:
            self._to(side)
        side.pass_on(event)
