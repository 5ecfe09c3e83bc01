"""Opens the Message Center on the demonstration, with catchers and a notifier in the same process."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from msgcenter_tui.demo.preparing import prepare
from msgcenter_tui.domain import Actor, Policy
from msgcenter_tui.tui.services import THEME, Services, Start
from msgcenter_tui.tui.terminal import Terminal

if TYPE_CHECKING:
    from msgcenter_tui.delivery.catcher import Catcher
    from msgcenter_tui.delivery.notifier import Notifier
    from msgcenter_tui.delivery.proofs import Proofs
    from msgcenter_tui.demo.place import DemoPlace
    from msgcenter_tui.store.front import Front
    from msgcenter_tui.store.store import Store
    from msgcenter_tui.tui.showing import Tell

POLICY = Policy(quiet_period=timedelta(seconds=20), reply_gather=timedelta(minutes=2))
"""Short enough to watch, long enough to take something back (N5, N9)."""


def run(
    *,
    reset: bool = False,
    folder: Path | None = None,
    who: str | None = None,
    theme: str | None = None,
    keymap: Mapping[str, str] | None = None,
    tour: bool = False,
    terminal: Terminal | None = None,
    say: Callable[[str], None] = lambda _: None,
    shown: Callable[[Callable[[Tell], Start]], int] | None = None,
) -> int:
    """Open the Message Center on the demonstration, as Maya or as `who`, until it is left; gives the exit status.

    `who` is an address of its staff; `shown` shows it in place of the screens. What waits when it is left leaves when
    it is opened again. Raises what `prepare` raises, and Refused for somebody who is not of the staff.
    """
    place = prepare(reset=reset, folder=folder, say=say)
    _log_to(place.log)
    stores: list[Store] = []

    def opened(_tell: Tell) -> Start:
        from msgcenter_tui.center import identity
        from msgcenter_tui.demo.people import MAYA, STAFF
        from msgcenter_tui.store.store import open_store

        store = open_store(str(place.database), policy=POLICY)
        stores.append(store)
        actor = store.run(identity.who, who or STAFF[MAYA])
        return Start(_services(store, actor, place, theme, keymap or {}, terminal or Terminal()), tour=tour)

    try:
        if shown is not None:
            return shown(opened)
        from msgcenter_tui.tui.showing import show

        return show(opened, keymap=keymap or {}, theme=theme or THEME, terminal=terminal or Terminal())
    finally:
        for store in stores:
            store.close()


def _services(
    store: Store, actor: Actor, place: DemoPlace, theme: str | None, keymap: Mapping[str, str], terminal: Terminal
) -> Services:
    from msgcenter_tui.delivery.catcher import Catcher
    from msgcenter_tui.demo.tour import Tour
    from msgcenter_tui.store.front import Front

    front, catcher = Front(store), Catcher(place.caught)
    notifying: list[Notifying] = []

    def start_notifier() -> Notifying:
        notifying.append(Notifying(front, catcher))
        return notifying[-1]

    async def when_left() -> None:
        for one in notifying:
            await one.stop()
        catcher.stop()

    services = Services(
        front,
        actor,
        policy=POLICY,
        demonstration=True,
        mailbox=catcher,
        start_notifier=start_notifier,
        when_left=when_left,
        tour=lambda: Tour(front, services.clock),
        proofs=proofs,
        keymap=keymap,
        theme=theme or THEME,
        terminal=terminal,
        log=place.log,
    )
    return services


def proofs() -> Proofs:
    """How a letter of the demonstration reads in the catchers."""
    from msgcenter_tui.delivery.accounts import SmtpAccount
    from msgcenter_tui.delivery.proofs import Proofs
    from msgcenter_tui.demo.carrier import SENDER

    return Proofs(SmtpAccount("", 0, SENDER))


class Notifying:
    """The notifier and the catcher it sends to, started while the first screen is already there."""

    def __init__(self, front: Front, catcher: Catcher) -> None:
        self._front = front
        self._catcher = catcher
        self._notifier: Notifier | None = None
        self._starting = asyncio.create_task(self._start(), name="demonstration-notifier")

    async def _start(self) -> None:
        from msgcenter_tui.delivery.notifier import Notifier
        from msgcenter_tui.demo.carrier import transports

        await asyncio.to_thread(self._catcher.start)
        self._notifier = Notifier(self._front, transports(self._catcher)).start()

    @property
    def status(self) -> str:
        return self._notifier.status if self._notifier is not None else ""

    async def stop(self) -> None:
        """Finish what has been handed over, give back the rest, and end."""
        await asyncio.gather(self._starting, return_exceptions=True)
        if self._notifier is not None:
            await self._notifier.stop()


def _log_to(path: Path) -> None:
    """Write what nobody expected into a file: on the terminal it would be lost among the screens."""
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    logging.basicConfig(filename=path, level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
