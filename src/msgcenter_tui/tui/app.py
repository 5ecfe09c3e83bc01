"""The app: what it is given and how it opens, the live refresh, the in-app notifier, and its own keys."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import SystemCommand
from textual.binding import Binding
from textual.geometry import Size
from textual.reactive import reactive
from textual.screen import Screen

from msgcenter_tui.errors import MessageCenterError, StoreUnavailable
from msgcenter_tui.tui import acts, keys, places, themes
from msgcenter_tui.tui.events import StoreChanged
from msgcenter_tui.tui.guard import Guarded, Work
from msgcenter_tui.tui.locking import Locking
from msgcenter_tui.tui.rereading import LONGEST_REST, Rereading
from msgcenter_tui.tui.screen import CenterScreen
from msgcenter_tui.tui.services import Notifier, Opening, Services, Start
from msgcenter_tui.tui.sheets import every_sheet, first_sheet
from msgcenter_tui.tui.trouble import cure_of_damage, sentence
from msgcenter_tui.tui.watch import Watch

if TYPE_CHECKING:
    from msgcenter_tui.domain import Actor, Badge, Channel
    from msgcenter_tui.tui.offering import KeptShelf
    from msgcenter_tui.tui.tour import Tour

POLL_SECONDS = 0.35
"""What another terminal does is to be seen within half a second; each look wakes threads that rest."""
_FIRST = 1.0
"""Seconds in which the first frame is drawn, if there is anything to draw it on."""
_PAINTED = 0.03
"""Seconds after a key in which it is drawn."""


def _not_counted() -> Badge:
    from msgcenter_tui.domain import Badge

    return Badge(0, 0, known=False)


@dataclass(frozen=True, slots=True)
class Status:
    """What the top line tells staff: the unread badge, and how the mail does."""

    badge: Badge = field(default_factory=_not_counted)
    mail: str = ""
    attention: bool = False
    """Something failed, is unknown, held or paused."""
    stopped: tuple[tuple[Channel, str], ...] = ()
    """The channels that send nothing now, each with the reason (N13)."""
    trouble: str = ""
    """What keeps the notifier of this terminal from working."""
    damaged: bool = False
    """The store's file is damaged, and is only read."""
    away: bool = False
    """The store does not answer."""


class MessageCenterApp(Locking, inherit_bindings=False):
    """The Message Center on a terminal.

    `start` is the first place: "inbox", "portal" (then `portal_client` names whose) or "setup"; without an actor
    it is always the set-up. Where the store is yet to be opened, all this is told by the `Opening`.
    """

    TITLE = "Message Center"
    CSS_PATH: ClassVar[Any] = every_sheet()
    BINDINGS = keys.bindings("app")
    ENABLE_COMMAND_PALETTE = False  # opened by our own action, so that its key can be changed
    # Each is imported when it is first shown.
    MODES = places.MODES

    status: reactive[Status] = reactive(Status)

    portal_client: str | None = None

    def __init__(
        self, services: Services | Opening, *, start: str = "inbox", portal_client: str | None = None
    ) -> None:  # fmt: skip
        super().__init__()
        self._opening = services if isinstance(services, Opening) else None
        if self._opening is not None:
            self.css_path = [first_sheet()]  # all of them take a third of the time to the first frame
        self.failure: MessageCenterError | None = None
        """Why the store could not be opened."""
        self._exclusive: dict[str, Guarded] = {}
        self._notifier: Notifier | None = None
        self.turn = asyncio.Lock()
        """Held by what reads again while nobody waits for it."""
        self._rereading_status = Rereading(
            self,
            self.refresh_status,
            run=lambda work: self.do(work, group="status"),
            last_key=lambda: self.last_key,
            turn=lambda: self.turn,
            rests=(20, LONGEST_REST),  # the whole ledger is counted for it
        )
        self.kept_shelf: KeptShelf | None = None
        """The templates of the picker, for its next opening."""
        self.show_on(services.terminal, services.theme)
        if services.terminal.still:
            self.animation_level = "none"
        self.set_keymap({name: key for name, key in services.keymap.items() if name in keys.BY_ID})
        if not isinstance(services, Opening):
            self._is_given(Start(services, start, portal_client))

    @property
    def is_open(self) -> bool:
        """The store is open, and `services` are there."""
        return self._opening is None

    @property
    def is_away(self) -> bool:
        return self.status.away

    def _is_given(self, start: Start) -> None:
        self._opening = None
        start.services.blink = start.services.blink and not start.services.terminal.still
        self.services, self.portal_client = start.services, start.client
        self._tour_first = start.tour
        self._start = start.place if start.services.actor is not None else "setup"
        self._watch = Watch(start.services.front)

    # -- who and what --------------------------------------------------------------------------------------------------

    @property
    def actor(self) -> Actor:
        if self.services.actor is None:
            raise MessageCenterError("nobody is at work yet", "the set-up is not finished")
        return self.services.actor

    @property
    def acting(self) -> Screen[Any]:
        screen = self.screen
        return screen.acting if isinstance(screen, CenterScreen) else screen

    def get_key_display(self, binding: Binding) -> str:
        return keys.label(binding.key)

    # -- life ----------------------------------------------------------------------------------------------------------

    async def on_mount(self) -> None:
        if self._opening is None:
            await self._show_start()
            return
        self.add_mode("opening", places.opening)
        await self.switch_mode("opening")
        self.call_after_refresh(self._begin_to_open, self._opening)

    def _begin_to_open(self, opening: Opening) -> None:
        worker = self.run_worker(self._open(opening), group="open", exit_on_error=False)
        self.goes_first(worker, self.screen)  # what is typed ahead is meant for the place that comes

    async def _open(self, opening: Opening) -> None:
        opened = opening.begin(lambda words: self.call_from_thread(self._tell_opening, words))
        try:
            start, _ = await asyncio.gather(opened, self._make_ready())
        except MessageCenterError as error:
            self.failure = error
            self.exit(return_code=error.exit_status)
            return
        except Exception as error:  # noqa: BLE001  (there is no place yet where it could be shown)
            self._handle_exception(error)
            return
        self._is_given(start)
        await self._show_start()
        await self.remove_mode("opening")

    async def _make_ready(self) -> None:
        """What the first place takes, whoever acts: once the first frame is there, while the store is opened."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_FIRST):
                await self.painted.wait()
        self.stylesheet.read_all([PurePath(sheet) for sheet in every_sheet()])
        self.stylesheet.parse()
        places.load_first()

    def _tell_opening(self, words: str) -> None:
        from msgcenter_tui.tui.screens.opening import OpeningScreen

        if isinstance(self.screen, OpeningScreen):
            self.screen.say(words)

    async def _show_start(self) -> None:
        self.do(self._watch_store(), group="poll")  # before anything is read: what is committed from now on is told of
        await self.switch_mode(self._start)
        self.do(self._begin(self.screen), group="begin")
        if self._tour_first:
            self.action_app_tour()
        self._fit(self.size)

    def on_unmount(self) -> None:
        Guarded.drop_all()

    def do(self, work: Work, *, group: str, exclusive: bool = False) -> None:
        """Run a coroutine as a worker of the app, its errors caught."""
        sink = self.guarded if group in ("quit", "actor") else self.guarded_aside
        guarded = Guarded(work, sink, lambda: self.is_running)
        if exclusive:
            if group in self._exclusive:
                self._exclusive[group].drop()
            self._exclusive[group] = guarded
        worker = self.run_worker(guarded, group=group, exclusive=exclusive, exit_on_error=False)
        if group in ("quit", "actor"):
            self.goes_first(worker, self.screen)

    async def _begin(self, screen: Screen[Any]) -> None:
        """Whatever the first list need not wait for."""
        if isinstance(screen, CenterScreen):
            await screen.has_read()
        await asyncio.to_thread(self.services.load)
        if problems := keys.check(self.services.keymap):
            self.warn(f"The keymap: {'; '.join(f'{one.what}, {one.cure}' for one in problems)}")
        if self.services.start_notifier is not None:
            self._notifier = self.services.start_notifier()
        await self.begin_to_lock()
        await self.refresh_status()
        self.stands = True
        await asyncio.to_thread(places.load)
        await self._search_once()
        if self.services.when_it_stands is not None:
            self.services.when_it_stands()

    async def _search_once(self) -> None:
        """What a search takes to be put together for the first time is done before somebody types one."""
        if (actor := self.services.actor) is not None:
            with suppress(MessageCenterError):
                await self.services.front.run(acts.threads.list_threads, actor, search="a", limit=1)

    async def _watch_store(self) -> None:
        # One worker for all looks: to make one, and to hear of its end, takes longer than to look.
        while True:
            with self.guarded_aside():
                await self._look_for_changes()
                self._use_the_rest()
            await asyncio.sleep(POLL_SECONDS)

    def _use_the_rest(self) -> None:
        if self.services.when_still is not None and (still := monotonic() - self.last_key) > _PAINTED:
            self.services.when_still(still)
        if self.is_idle:
            self.do(self.lock(by_hand=False), group="lock", exclusive=True)

    async def _look_for_changes(self) -> None:
        try:
            change = await self._watch.look()
        except StoreUnavailable as error:
            if not self.status.away:
                self.status = replace(self.status, away=True)
                self.refuse(error)
            return
        if self.status.away:
            self.status = replace(self.status, away=False)
            self.say("The store answers again")
        self._tell_of_damage()
        if change is not None:
            self.announce_change(only_ledger=change.only_ledger)

    def _tell_of_damage(self) -> None:
        if self.services.front.damaged and not self.status.damaged:
            self.status = replace(self.status, damaged=True)
            cure = sentence(cure_of_damage(self.services.keymap))
            self.warn(f"The store's file is damaged: what can be read is shown, and nothing is kept.\n{cure}")

    def announce_change(self, *, only_ledger: bool = False) -> None:
        """Have every screen of this place read again what it shows; the poll calls it, and so may an act."""
        for screen in self.screen_stack:
            screen.post_message(StoreChanged(only_ledger=only_ledger))
        self._rereading_status.when_still()

    async def refresh_status(self) -> None:
        """Read the badge and the mail's state for the top line."""
        actor = self.services.actor
        if actor is None or actor.is_client:
            return
        badge = await self.services.front.run(acts.reading.badge, actor)
        ledger = await self.services.front.run(acts.deliveries.status, actor)
        from msgcenter_tui.tui import render

        trouble = self._notifier.status if self._notifier else ""
        words, attention = render.mail_words(ledger, in_trouble=trouble != "")
        self.status = replace(
            self.status, badge=badge, mail=words, attention=attention, stopped=ledger.paused, trouble=trouble
        )

    def on_resize(self, event: events.Resize) -> None:
        if self.is_open and not self.is_locked:
            self._fit(event.size)

    def _fit_again(self) -> None:
        self._fit(self.size)

    def _fit(self, size: Size) -> None:
        from msgcenter_tui.tui.screens.too_small import LEAST, TooSmall

        small = size.width < LEAST[0] or size.height < LEAST[1]
        shown = self._running and isinstance(self.screen, TooSmall)
        if small and not shown:
            self.push_screen(TooSmall())
        elif shown and not small:
            self.pop_screen()
        # Back at a size that is laid out already nothing would be drawn, and the terminal has shifted and cut it since.
        if self.screen_stack:
            self.screen.refresh()

    # -- actions -------------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return super().check_action(action, parameters) if self.is_open else action == "app_quit"

    def action_app_help(self) -> None:
        from msgcenter_tui.tui.screens.help import Help

        if not any(isinstance(screen, Help) for screen in self.screen_stack):
            self.push_screen(Help(self.acting))

    def action_app_palette(self) -> None:
        from msgcenter_tui.tui.screens.palette import Palette

        if not any(isinstance(screen, Palette) for screen in self.screen_stack):
            self.clear_notifications()
            self.push_screen(Palette())

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        from msgcenter_tui.tui import by_name

        yield from by_name.commands(self, screen)

    def action_app_theme(self) -> None:
        self.theme = themes.other(self.current_theme, self.services.terminal, self.available_themes)

    def action_app_said(self) -> None:
        from msgcenter_tui.tui.screens.what_was_said import WhatWasSaid

        if not any(isinstance(screen, WhatWasSaid) for screen in self.screen_stack):
            self.push_screen(WhatWasSaid(self.said.to(self._reader), self.services))

    def action_app_send_keys(self) -> None:
        from msgcenter_tui.tui.screens.send_keys import SendKeys

        if not any(isinstance(screen, SendKeys) for screen in self.screen_stack):
            self.push_screen(SendKeys())

    def action_app_lock(self) -> None:
        self.do(self.lock(by_hand=True), group="lock", exclusive=True)

    def action_app_passphrase(self) -> None:
        from msgcenter_tui.tui.passphrase import change

        self.do(change(self), group="passphrase", exclusive=True)

    def action_app_backup(self) -> None:
        from msgcenter_tui.tui.backing_up import BackupForm, back_up

        if not any(isinstance(screen, BackupForm) for screen in self.screen_stack):
            self.do(back_up(self), group="backup")

    def action_app_rescue(self) -> None:
        from msgcenter_tui.tui.rescuing import rescue

        if self.services.front.damaged:
            self.do(rescue(self), group="rescue", exclusive=True)
        else:
            self.say("The store is not damaged, as far as is known")

    def action_app_tour(self) -> None:
        from msgcenter_tui.tui.screens.tour import TourScreen

        if self.services.tour is None:
            self.say("The tour is for the demonstration: msgcenter demo --tour")
        elif not any(isinstance(screen, TourScreen) for screen in self.screen_stack):
            self.do(self._go_on_tour(self.services.tour()), group="actor", exclusive=True)

    async def _go_on_tour(self, tour: Tour) -> None:
        from msgcenter_tui.tui.screens.tour import TourScreen

        await self.go("inbox")
        await self.push_screen(TourScreen(tour))

    def action_app_actor(self) -> None:
        from msgcenter_tui.tui.switching import switch_actor

        if self.services.demonstration:
            self.do(switch_actor(self), group="actor", exclusive=True)
        else:
            self.say("Switching who acts is for the demonstration; start msgcenter with --as WHO")

    def action_app_quit(self) -> None:
        if not self.is_open:
            self.exit()
            return
        from msgcenter_tui.tui.quitting import leave

        self.do(leave(self, self._notifier), group="quit", exclusive=True)

    def on_closed(self) -> None:
        if not self.is_open:
            self.exit()
            return
        from msgcenter_tui.tui.quitting import close

        self.do(close(self, self._notifier), group="close", exclusive=True)

    async def _on_key(self, event: events.Key) -> None:
        """The end of a key's way: what nothing was bound to, the screen answers."""
        event.prevent_default()
        done = self.comes_too_soon(event) or await self._check_bindings(event.key)
        if done or not isinstance(screen := self.acting, CenterScreen):
            return
        if not (screen.awaits(event.key) and self.again(event)):
            screen.unanswered(event.key)

    def too_late(self) -> None:
        self.warn("The list is not read yet, so nothing was done: try again in a moment")

    async def action_quit(self) -> None:
        self.action_app_quit()

    async def go(self, place: str) -> None:
        """Show a place: a mode, kept as it was left; what was said at the former one is past."""
        await self.when_open()
        self.clear_notifications()
        await self.switch_mode(place)

    async def restart_places(self, place: str) -> None:
        """Make every place anew, for another actor, and show `place`."""
        await self.when_open()
        self.said.forget()
        self.add_mode("_between", Screen)
        await self.switch_mode("_between")
        for mode in self.MODES:
            await self.remove_mode(mode)
            self.add_mode(mode, self.MODES[mode])
        await self.switch_mode(place)
        await self.remove_mode("_between")

    async def settle(self) -> None:
        """Have every screen store what is being written."""
        for stack in list(self._screen_stacks.values()):
            for screen in stack:
                if isinstance(screen, CenterScreen):
                    await screen.settle()
