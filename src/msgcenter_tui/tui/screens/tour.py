"""The guided tour: its steps are done for real, beside them stands who sees what of it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from msgcenter_tui.domain import Actor
from msgcenter_tui.tui import keys, render
from msgcenter_tui.tui.screens.client_portal import ClientPortal
from msgcenter_tui.tui.screens.inbox import Inbox
from msgcenter_tui.tui.screens.mailbox import MailboxScreen
from msgcenter_tui.tui.screens.side_by_side import WITH_MAILBOX, SideBySide
from msgcenter_tui.tui.tour import Scene, Tour
from msgcenter_tui.tui.widgets.side import Side


class TourScreen(SideBySide):
    """The inbox, what a step is about beside it, and the step's words below."""

    BINDINGS = keys.bindings("beside", "tour")

    def __init__(self, tour: Tour) -> None:
        super().__init__([Inbox()])
        self._tour = tour
        self._step = -1
        self._scene: Scene | None = None

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield Static(id="tour")

    def on_mount(self) -> None:
        self.action_tour_next()

    def action_tour_next(self) -> None:
        if self._step + 1 < len(self._tour.titles):
            self.do(self._play(), group="act", exclusive=True)
        else:
            self.do(self.close(), group="leave", exclusive=True)

    def action_tour_leave(self) -> None:
        self.do(self.close(), group="leave", exclusive=True)

    async def _play(self) -> None:
        scene = await self._tour.play(self._step + 1)
        self._step += 1
        self._scene = scene
        self._tell()
        await self._show(scene)
        self.center.announce_change()

    async def _show(self, scene: Scene) -> None:
        inbox = self.sides[0]
        if isinstance(inbox.shown, Inbox) and scene.thread is not None:
            inbox.shown.expect(scene.thread)
        self._to(inbox)
        wanted = list(scene.portals)
        for side in self.sides[1:]:
            if not isinstance(side.shown, ClientPortal) or not self._takes(wanted, side.shown.actor):
                await side.remove()
        with_mailbox = bool(scene.mailbox) and self.size.width >= WITH_MAILBOX
        added = [Side(ClientPortal(one)) for one in wanted]
        if (with_mailbox or not scene.portals) and scene.mailbox:
            added.append(Side(MailboxScreen(of=scene.mailbox)))
        await self.query_one("#sides").mount_all(added)
        self._share_out(self.size.width)
        if scene.opened and scene.thread is not None:
            for side in self.sides:
                if isinstance(side.shown, ClientPortal):
                    side.shown.open_thread(scene.thread)

    @staticmethod
    def _takes(wanted: list[Actor], shown: Actor) -> bool:
        """Whether somebody whose portal is there already is among those that are wanted; they are so no more."""
        found = next((one for one in wanted if one.person == shown.person), None)
        if found is not None:
            wanted.remove(found)
        return found is not None

    def _tell(self) -> None:
        if (scene := self._scene) is None:
            return
        number, last = self._step, len(self._tour.titles) - 1
        keys_now = keys.effective(self.services.keymap)
        key = {name: keys.label(keys_now[name][0]) for name in ("tour.next", "tour.leave", "beside.next")}
        head = Content.assemble(
            (f" {number} of {last} " if number else " The tour ", "bold $accent"),
            (f" {scene.title}", "bold"),
            "   ",
            (key["tour.next"], "bold $footer-key-foreground"),
            (" Go on  " if number < last else " Done  ", "$muted"),
            (key["beside.next"], "bold $footer-key-foreground"),
            (" Other side  ", "$muted"),
            (key["tour.leave"], "bold $footer-key-foreground"),
            (" End the tour", "$muted"),
        )
        self.query_one("#tour", Static).update(Content("\n").join([head, render.block(scene.words)]))
