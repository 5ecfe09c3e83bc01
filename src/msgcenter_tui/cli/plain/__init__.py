"""The plain mode: the Message Center as a dialogue of lines, for screen readers, braille lines and dumb terminals.

No boxes, no colour, no repainting: words come below words, and the terminal's own cursor stands where one types.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from msgcenter_tui.cli.main import INTERRUPTED
from msgcenter_tui.cli.plain.background import Background
from msgcenter_tui.cli.plain.desk import Desk
from msgcenter_tui.cli.plain.dialogue import Dialogue
from msgcenter_tui.cli.plain.voice import Stopped, Voice
from msgcenter_tui.domain import Actor
from msgcenter_tui.errors import Refused
from msgcenter_tui.tui import acts
from msgcenter_tui.tui.services import Notifier, Services, Start

if TYPE_CHECKING:
    from msgcenter_tui.tui.showing import Tell

__all__ = ["show"]

_PATIENCE = 10
"""Seconds that what has been handed over may take when one leaves."""


def show(opened: Callable[[Tell], Start]) -> int:
    """Open the store by `opened` and talk until one leaves; gives the exit status.

    Stands where tui.showing.show does. Raises what `opened` raises, and Refused where nobody can act.
    """
    with Background() as background, Voice() as voice:
        start = opened(voice.say)
        services = start.services
        try:
            own = _whoever(start, voice, background)
            desk = Desk(services, own, voice, background)
            desk.notifier = background.run(_started(services))
            try:
                ended = Dialogue(desk).run()
            finally:
                background.run(_stopped(desk.notifier))
            return 0 if ended else INTERRUPTED
        finally:
            background.run(_closed(services))


def _whoever(start: Start, voice: Voice, background: Background) -> Actor:
    """Who acts: the client whose portal is entered, where one is (P3)."""
    services, actor = start.services, start.services.actor
    if actor is None:
        raise Refused("nobody can act", "the store has no staff yet", "add yourself with `staff add NAME --email E`")
    client = start.client
    if client is None:
        return actor
    desk = Desk(services, actor, voice, background)
    try:
        entered = desk.confirmed(lambda yes: desk.do(acts.portal.sign_in, client, yes=yes or services.demonstration))
    except Stopped:
        entered = None
    if entered is None:
        raise Refused("the portal was not opened", "it was not confirmed")
    return entered


async def _started(services: Services) -> Notifier | None:
    return services.start_notifier() if services.start_notifier is not None else None


async def _stopped(notifier: Notifier | None) -> None:
    if notifier is None:
        return
    with suppress(TimeoutError):  # what has not been answered by then is found out about at the next start (N8)
        await asyncio.wait_for(notifier.stop(), timeout=_PATIENCE)


async def _closed(services: Services) -> None:
    if services.when_left is not None:
        await services.when_left()
    await services.front.close()
