"""The base of every screen: how it reaches the center, and what becomes of a refusal or an error.

    class Clients(CenterScreen[None]):
        BINDINGS = keys.bindings("clients", "places")

        async def reread(self) -> None:            # on show, and whenever somebody committed (StoreChanged)
            page = await self.perform(acts.clients.list_clients, self.actor)
            self.query_one(ClientList).show(page)

        def action_client_portal(self) -> None:
            self.do(self.switch_portal())          # a guarded worker: refusals become toasts, nothing crashes

        async def switch_portal(self) -> None:
            done = await self.confirmed(lambda yes: self.perform(acts.portal.sign_in, self.actor, who, yes=yes))

Writes are never cancelled half-way (the front shields them), and reading again never overlaps itself.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, ParamSpec, TypeVar, cast

from textual import on
from textual._context import active_app
from textual.await_complete import AwaitComplete
from textual.events import Key, Mount
from textual.geometry import Size
from textual.reactive import Reactive
from textual.screen import ModalScreen, Screen
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, TextArea
from textual.worker import Worker

from msgcenter_tui.errors import Ask, StoreDamaged
from msgcenter_tui.tui import actions, acts, keys, render
from msgcenter_tui.tui.compositor import PatchCompositor
from msgcenter_tui.tui.events import StoreChanged
from msgcenter_tui.tui.frames import Frames
from msgcenter_tui.tui.guard import Guarded, Work
from msgcenter_tui.tui.hosted import Hosted
from msgcenter_tui.tui.rereading import Rereading
from msgcenter_tui.tui.trouble import as_here
from msgcenter_tui.tui.typing_order import Listing, writes

if TYPE_CHECKING:
    from msgcenter_tui.domain import Actor
    from msgcenter_tui.store.tx import Act
    from msgcenter_tui.tui.app import MessageCenterApp
    from msgcenter_tui.tui.services import Services

P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R")


# Below 40x12 a screen says kindly that it needs more room; one pane below 100 columns. A flat one has no air to spare:
# there is room for what one writes, and for what stands at its foot.
_WIDTHS = [(0, "-tiny"), (40, "-narrow"), (100, "-wide"), (160, "-broad")]
_HEIGHTS = [(0, "-short"), (12, "-flat"), (18, "-low"), (30, "-high")]


ACTS = frozenset({"act", "send", "undo", "withdraw", "discard", "leave", "save", "keep", "insert", "picker", "choose"})
"""The groups of workers that change something, or ask for what is to be changed: the next key comes after them."""


class CenterScreen(Hosted[R], Listing):
    """A screen over the center."""

    HORIZONTAL_BREAKPOINTS = _WIDTHS
    VERTICAL_BREAKPOINTS = _HEIGHTS

    READS_AT_ONCE: ClassVar[bool] = False
    """It reads while Textual lays it out, and not only when it is in front: nothing it reads asks for a size."""

    OF_CLIENT: ClassVar[bool] = False
    """What is said on it is a client's: nobody else reads it again."""

    # Textual draws all of a screen anew when another widget gets the focus; the two of them see to themselves.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    _frames: Frames | None = None
    _reads_already = False
    _heard_size = False
    _left = False
    _leaving: tuple[R | None] | None = None

    def __init__(self, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(name, id, classes)
        self._compositor = PatchCompositor()
        self._exclusive: dict[str, Guarded] = {}
        self._rereading = Rereading(
            self,
            self.read_again,
            run=lambda work: self.do(work, group="reread"),
            last_key=lambda: self.center.last_key,
            turn=lambda: self.center.turn,
        )
        # Textual would parse all style sheets anew, twice, for a place that is first shown: they are the app's, and
        # known already.
        app = active_app.get(None)
        self._css_update_count = getattr(app, "style_count", -1)
        # The size is known, too: Textual would tell it to a screen that is laid out, and lay it out and draw it again.
        if app is not None:
            self.add_class(*self._get_breakpoint_classes(app.size.width, self.HORIZONTAL_BREAKPOINTS))
            self.add_class(*self._get_breakpoint_classes(app.size.height, self.VERTICAL_BREAKPOINTS))

    @property
    def center(self) -> MessageCenterApp:
        return cast("MessageCenterApp", self.app)

    @property
    def services(self) -> Services:
        return self.center.services

    @property
    def actor(self) -> Actor:
        """Who acts on this screen; a portal's screen answers with its client."""
        return self.center.actor

    @property
    def now(self) -> datetime:
        return self.services.clock()

    async def perform(self, act: Act[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """One act of the center, off the event loop; refusals are raised, with what would work here."""
        try:
            return await self.services.front.run(act, *args, **kwargs)
        except StoreDamaged as error:
            raise as_here(error, self.services.keymap) from error

    async def confirmed(
        self,
        attempt: Callable[[bool], Awaitable[T]],
        asking: Callable[[Ask], Awaitable[Screen[bool]]] | None = None,
    ) -> T | None:
        """Try an act; where it asks (S3, L3, A5, P3), put the question and try with the answer. None: not wanted.

        `asking` makes the dialog, where the question alone does not say enough.
        """
        try:
            return await attempt(False)
        except Ask as question:
            from msgcenter_tui.tui.screens.confirm import Confirm

            stopped = dict(self.center.status.stopped)
            dialog = Confirm.of(question, stopped) if asking is None else await asking(question)
            if not await self.app.push_screen_wait(dialog):
                return None
            return await attempt(True)

    def do(self, work: Work, *, group: str = "act", exclusive: bool = False) -> Worker[None]:
        """Run a coroutine as a worker of this screen: a refusal becomes a toast, an error is logged, none crashes."""
        sink = self.center.guarded if group in ACTS else self.center.guarded_aside
        guarded = Guarded(work, sink, lambda: self.is_attached and not self._pruning)
        if exclusive:
            if group in self._exclusive:
                self._exclusive[group].drop()
            self._exclusive[group] = guarded
        worker = self.run_worker(guarded, group=group, exclusive=exclusive, exit_on_error=False)
        if group in ACTS:
            self.center.goes_first(worker, self)
        return worker

    # -- leaving -------------------------------------------------------------------------------------------------------

    def dismiss(self, result: R | None = None) -> AwaitComplete:
        """Leave with a result, once. With something over it (help, the palette) or another place shown: after that.

        Textual would take away what is on top instead, or answer twice.
        """
        if self._left:
            return AwaitComplete()
        if self.host is not None:
            self.host.leave()
            return AwaitComplete()
        if not self.is_active:
            self._leaving = (result,)
            return AwaitComplete()
        self._left = True
        self.center.answers_are_past()
        return super().dismiss(result)

    @on(Mount)
    def _opened_over(self) -> None:
        """What was said before is past: it must not lie over a new screen, least of all over a client's portal."""
        self.center.clear_notifications()
        self.screen_layout_refresh_signal.subscribe(self, lambda _screen: self.center.place_toasts())
        if self.READS_AT_ONCE or self.host is not None:
            self._reads_already = True
            self.reread_soon()

    def _screen_resized(self, size: Size) -> None:
        heard, self._heard_size = self._heard_size, True
        if heard or size != self.size:  # the first time it has just been laid out so, and only hears of it
            super()._screen_resized(size)

    @property
    def _update_timer(self) -> Timer:
        if self._frames is None:
            self._frames = Frames(self, self._on_timer_update)
            self._timers.add(self._frames)
        return self._frames

    def set_focus(self, widget: Widget | None, scroll_visible: bool = True, from_app_focus: bool = False) -> None:
        super().set_focus(widget, scroll_visible, from_app_focus)
        if self._frames is not None:
            self._frames.follow_the_focus()

    def _on_timer_update(self) -> None:
        if self._repaint_required and self.is_current and not self.center.draws_later:
            # Textual takes it that all of the screen is to be painted then, and forgets what else is. But it may be a
            # part that a screen under it had drawn anew.
            self._compositor.update_widgets(self._dirty_widgets)
        super()._on_timer_update()

    def _compositor_refresh(self) -> None:
        super()._compositor_refresh()
        if self.host is None and self.app.screen is not self:
            # Under a dialog it has just had that drawn anew, which shows it. Textual would have it do so again at
            # whatever comes next, be it a message that changes nothing.
            self._repaint_required = False

    def paint(self, *widgets: Widget) -> None:
        """Paint what changed of these at once, and not when all has been heard of that the same key sets off."""
        laid_out_anew = self._layout_required or self._scroll_required or self.host is not None
        if self.is_active and not laid_out_anew and not self.center.draws_later:
            self._compositor.update_widgets(self._dirty_widgets.union(widgets))
            self._compositor_refresh()

    def action_copy_text(self) -> None:
        """What the mouse selected, to the clipboard; where it selected nothing the key is somebody else's."""
        super().action_copy_text()
        self.say_copied()

    def say_copied(self) -> None:
        self.center.say(f"Copied: {render.counted(len(self.app.clipboard), 'character')}")

    def unanswered(self, key: str) -> None:
        """A key that does nothing here and now says so: one of this screen why, any other where the keys are told."""
        if (action := self._action_of(key)) is not None:
            self.center.say(self.why_not(action.method) or f"{action.words}: not possible here")
        elif self.center.is_open and not self.is_modal and keys.is_plain(key):
            writing = isinstance(self.focused, Input | TextArea)
            all_keys = keys.first("app.help", self.services.keymap, writing=writing)
            self.center.say(f"{keys.label(key)} does nothing here: {all_keys} shows what can be done")

    def awaits(self, key: str) -> bool:
        """Whether a key that did nothing here will do something soon, or would by now."""
        action = self._action_of(key)
        return action is not None and (self.coming or self.check_action(action.method, ()) is True)

    @property
    def coming(self) -> bool:
        """What the keys are about is on its way here: one that finds nothing to act on waits for it (typing_order)."""
        return False

    @property
    def behind(self) -> bool:
        """What is listed is not yet what was typed, or narrowed to: the keys that are about it wait (typing_order)."""
        return False

    def is_behind(self, event: Key) -> bool:
        return self.behind and not writes(self.focused, event) and self.is_of_list(event.key)

    def is_of_list(self, key: str) -> bool:
        """Whether a key is about what is listed here."""
        if (action := self._action_of(key)) is not None:
            return action.of_list
        of_app = (keys.effective(self.services.keymap)[one.id] for one in actions.ACTIONS if one.place == "app")
        return not any(key in its_keys for its_keys in of_app)

    def _action_of(self, key: str) -> actions.Action | None:
        """The action of this screen that a key is for."""
        ids = {binding.id for bindings in self._bindings.key_to_bindings.values() for binding in bindings}
        effective = keys.effective(self.services.keymap).items()
        return next((keys.BY_ID[name] for name, its_keys in effective if name in ids and key in its_keys), None)

    def why_not(self, action: str) -> str:
        """Why an action of this screen cannot be done now, a sentence for people."""
        return ""

    # -- reading again -------------------------------------------------------------------------------------------------

    async def reread(self) -> None:
        """Read again what is shown; called when the screen comes to the front and after every commit of anybody."""

    async def read_again(self) -> None:
        """A reread, and what is to be said where it is refused."""
        await self.reread()

    def key_of(self, action: str) -> str:
        """The first key of an action (by its id), as people read it."""
        return keys.first(action, self.services.keymap)

    def in_keys(self, words: str) -> str:
        """Words of ours in which ids of actions stand for their keys (keys.filled)."""
        return keys.filled(words, self.services.keymap)

    @property
    def enter_means(self) -> str:
        """What Enter does in the text field that has the focus, for the footer; empty: nothing to be said."""
        return ""

    def offers(self, action: str) -> bool:
        """Whether the footer offers an action (by its id) that is live; where not, its key says why."""
        return True

    def foremost(self, action: str) -> bool:
        """Whether the footer names an action (by its id) among the first, however little room there is."""
        return False

    def words_for(self, action: str) -> str | None:
        """The footer's words for an action (by its id) where they depend on what is shown; None: the table's."""
        return None

    async def settle(self) -> None:
        """Store what is being written; awaited before the app ends."""

    @property
    def shows_ledger(self) -> bool:
        """What is shown depends on where deliveries stand: it is read again for that alone."""
        return True

    async def has_read(self) -> None:
        """Returns when what is shown here has been read for the first time."""
        await self._rereading.has_read.wait()

    def reread_soon(self) -> None:
        """Ask for a reread; several at once become one, and one that is under way is followed by another."""
        self._rereading.soon()

    @on(StoreChanged)
    def _store_changed(self, event: StoreChanged) -> None:
        # One that lies under a dialog reads again when it is on top: whatever changes on it has the dialog drawn anew.
        if self.is_active and (not event.only_ledger or self.shows_ledger):
            self._rereading.when_still()

    def on_screen_suspend(self) -> None:
        self._reads_already = False
        self.query("Footer").set(visible=False)  # its keys do not work under a dialog

    def on_screen_resume(self) -> None:
        if self._leaving is not None:
            self.dismiss(*self._leaving)
            return
        self.query("Footer").set(visible=True)
        if not self._reads_already:
            self.reread_soon()
        self._reads_already = True  # Textual says it twice of a place that is shown for the first time

    # -- to the other places of staff ("places" in actions.py) ---------------------------------------------------------

    @property
    def leads_elsewhere(self) -> bool:
        """The palette leads to every place of staff, also where a text has the letters, or this lies over a place."""
        return False

    async def give_way(self) -> None:
        """Keep what was begun, and close: this lies over a place, and another is about to be shown."""
        await self.settle()
        self.dismiss(None)

    async def action_places_inbox(self) -> None:
        await self.center.go("inbox")

    async def action_places_portal(self) -> None:
        await self.center.go("portal")

    async def action_places_deliveries(self) -> None:
        await self.center.go("deliveries")

    async def action_places_clients(self) -> None:
        await self.center.go("clients")

    async def action_places_templates(self) -> None:
        await self.center.go("templates")

    def action_places_audit(self) -> None:
        self.do(self._to_audit(), group="choose", exclusive=True)

    async def _to_audit(self) -> None:
        """Whoever may not read it is told who could, and stays here (S4)."""
        await self.perform(acts.audit.may_read, self.actor)
        await self.center.go("audit")

    def action_places_beside(self) -> None:
        from msgcenter_tui.tui.screens.side_by_side import beside

        self.do(beside(self), group="choose", exclusive=True)

    async def action_places_mailbox(self) -> None:
        if self.services.mailbox is None:
            self.center.say("There is a mailbox only in the demonstration: msgcenter demo")
        else:
            await self.center.go("mailbox")


class CenterModal(CenterScreen[R], ModalScreen[R]):
    """A screen that floats over another."""
