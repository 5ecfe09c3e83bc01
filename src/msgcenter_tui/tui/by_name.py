"""What the palette offers: every action that is live here, and every place of staff, each once and by name."""

from __future__ import annotations

from collections.abc import Iterator, Set
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import SystemCommand
from textual.screen import Screen

from msgcenter_tui.tui import keys
from msgcenter_tui.tui.actions import Action
from msgcenter_tui.tui.screen import CenterScreen

if TYPE_CHECKING:
    from msgcenter_tui.tui.app import MessageCenterApp


def commands(app: MessageCenterApp, screen: Screen[Any]) -> Iterator[SystemCommand]:
    """What can be done on this screen first, then where it leads beside that."""
    live = {one.binding.id or "": one for one in reversed(screen.active_bindings.values()) if one.enabled}
    for name, active in live.items():  # each once, by the first of its keys
        if (action := keys.BY_ID.get(name)) is not None and action.palette and action.leads_to != app.current_mode:
            key = keys.label(active.binding.key)
            run = partial(app.call_later, app.run_action, action.method, active.node)
            yield SystemCommand(action.named, f"{key}   {action.help or action.group}", run)
    if isinstance(screen, CenterScreen) and screen.leads_elsewhere:
        yield from _ways(app, screen, set(live))


def _ways(app: MessageCenterApp, screen: CenterScreen[Any], live: Set[str]) -> Iterator[SystemCommand]:
    """Those to which no key leads now; from what lies over a place to that one, too."""
    place = app.screen_stack[0]
    for action in keys.BY_ID.values():
        is_here = action.leads_to == app.current_mode and place is screen
        if action.leads_to and action.id not in live and not is_here and place.check_action(action.method, ()):
            yield SystemCommand(action.named, action.help, partial(app.call_later, _leave_for, app, action))


def _leave_for(app: MessageCenterApp, action: Action) -> None:
    """As an act of the place, which stays: where something cannot be kept that is told, and nothing is left."""
    if isinstance(place := app.screen_stack[0], CenterScreen):
        place.do(_lead(app, action), group="leave", exclusive=True)


async def _lead(app: MessageCenterApp, action: Action) -> None:
    for over in reversed(app.screen_stack[1:]):
        if isinstance(over, CenterScreen):
            await over.give_way()
    await app.run_action(action.method, app.screen)
