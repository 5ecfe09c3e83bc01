"""Leaving the app: what is being written is stored first, and what waits to leave is said (N13)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from msgcenter_tui.domain import LedgerStatus
from msgcenter_tui.errors import MessageCenterError
from msgcenter_tui.rules import waiting
from msgcenter_tui.tui import acts, render

if TYPE_CHECKING:
    from msgcenter_tui.tui.app import MessageCenterApp
    from msgcenter_tui.tui.services import Notifier, Services

_PATIENCE = 10.0  # seconds; the notifier has less itself


async def leave(app: MessageCenterApp, notifier: Notifier | None) -> None:
    """Settle, ask where something waits, end."""
    with app.guarded():
        if app.is_away:
            if not await _may_go_unsaved(app):
                return
        else:
            await app.settle()
            if not await _may_go(app):
                return
    await _end(app, notifier)


async def close(app: MessageCenterApp, notifier: Notifier | None) -> None:
    """Settle and end, for there is nobody to ask."""
    if app.is_away:
        app.services.front.give_up()
    with app.guarded():
        await app.settle()
    await _end(app, notifier)


async def _end(app: MessageCenterApp, notifier: Notifier | None) -> None:
    """Finish what is in flight, and end."""
    with app.guarded():
        if notifier is not None:
            await asyncio.wait_for(notifier.stop(), timeout=_PATIENCE)
    app.exit()


async def _may_go_unsaved(app: MessageCenterApp) -> bool:
    """Of a store that does not answer nothing can be asked, and nothing is kept."""
    from msgcenter_tui.tui.screens.confirm import Confirm

    what = (
        "What you wrote since is not stored.\nWhat was being sent may have been sent: look for it before you repeat it."
    )
    leaves = await app.push_screen_wait(Confirm("The store does not answer. Quit?", what, yes="Quit", no="Stay"))
    if leaves:
        app.services.front.give_up()
    return leaves is True


async def _may_go(app: MessageCenterApp) -> bool:
    from msgcenter_tui.tui.screens.confirm import Confirm

    actor = app.services.actor
    if actor is None or actor.is_client:
        return True
    try:
        status = await app.services.front.run(acts.deliveries.status, actor, everything=True)
    except MessageCenterError:
        return True
    waiting = question(status)
    if not waiting:
        return True
    answer = await app.push_screen_wait(Confirm(waiting, figures(app.services, status), yes="Quit", no="Stay"))
    return answer is True


def question(status: LedgerStatus) -> str:
    """How much waits to leave; empty where nothing does."""
    waiting = status.waiting + status.sending + status.retrying
    if not waiting:
        return ""
    return f"{render.counted(waiting, 'notification')} {'waits' if waiting == 1 else 'wait'} to leave."


def figures(services: Services, status: LedgerStatus) -> str:
    """What keeps it, when the next leaves, and what becomes of it once one has left (N13)."""
    lines = [f"It waits: {waiting.stopped_words(channel, why)}." for channel, why in status.paused]
    if not lines and status.next_at is not None:
        left = status.next_at - services.clock()
        if left.total_seconds() > 0:
            lines.append(f"The next leaves in {render.remaining(left)}.")
        elif status.due:
            lines.append("The next leaves now.")
    if services.start_notifier is not None:
        lines.append("Quit, and they leave when the Message Center, or msgcenter deliver, runs again;")
        lines.append("what is a day late by then waits until you release it.")
    else:
        lines.append(f"They leave whether this stays open or not, as long as {services.notified_by} runs.")
    return "\n".join(lines)
