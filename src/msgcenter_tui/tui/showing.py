"""Puts the app on this terminal, and waits until it is left."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from msgcenter_tui.tui import collecting
from msgcenter_tui.tui.services import THEME, Opening, Start

if TYPE_CHECKING:
    from msgcenter_tui.tui.app import MessageCenterApp
    from msgcenter_tui.tui.terminal import Terminal

Tell = Callable[[str], None]

_TURN = 0.001
"""Seconds that the threads of the store may keep the interpreter to themselves while a key waits for it."""


def show(opened: Callable[[Tell], Start], *, keymap: Mapping[str, str], theme: str = THEME, terminal: Terminal) -> int:
    """Show the first frame, open the store in a thread by `opened`, go on until it is left; gives the exit status.

    `opened` is given what tells, in a few words, why it takes its time. The libraries of the store are best imported
    by it, too: they take longer than the first frame. Raises what `opened` raises, once the terminal is as it was.
    """
    collecting.wait()
    from msgcenter_tui.tui.app import MessageCenterApp

    def begin(tell: Tell) -> Start:
        start = opened(tell)
        start.services.when_it_stands = collecting.when_it_stands
        start.services.when_still = collecting.when_still
        collecting.begin()
        return start

    sys.setswitchinterval(_TURN)
    app = MessageCenterApp(Opening(lambda tell: asyncio.to_thread(begin, tell), keymap, theme, terminal))
    asyncio.run(_show(app))
    if app.failure is not None:
        raise app.failure
    return app.return_code or 0


async def _show(app: MessageCenterApp) -> None:
    try:
        await app.run_async()
    finally:
        if app.is_open:
            if app.services.when_left is not None:
                await app.services.when_left()
            await app.services.front.close()
