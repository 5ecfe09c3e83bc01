"""The demonstration's switch: act as another member of staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgcenter_tui.domain import Actor, PersonKind, Staff
from msgcenter_tui.tui import acts, render

if TYPE_CHECKING:
    from msgcenter_tui.tui.app import MessageCenterApp


async def switch_actor(app: MessageCenterApp) -> None:
    """Let the reader choose whom to act as, and start every place anew for them."""
    from msgcenter_tui.tui.screens.choose import Choice, Choose

    accounts = await app.services.front.run(acts.identity.accounts)
    choices = [Choice(staff, render.line(staff.name), render.line(_about(staff), "$muted")) for staff in accounts]
    current = next((i for i, staff in enumerate(accounts) if staff.id == app.actor.person), 0)
    chosen = await app.push_screen_wait(Choose("Act as", choices, current))
    if isinstance(chosen, Staff) and chosen.id != app.actor.person:
        await app.settle()
        await become(app, Actor(chosen.id, PersonKind.STAFF, chosen.name))


def _about(staff: Staff) -> str:
    return f"{staff.email}, administrator" if staff.administrator else staff.email


async def become(app: MessageCenterApp, actor: Actor, place: str = "inbox") -> None:
    """Act as somebody from now on; every place is made anew."""
    app.services.actor = actor
    await app.restart_places(place)
    await app.refresh_status()
    app.say(f"You are {actor.name} now")
