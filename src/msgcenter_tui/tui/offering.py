"""Templates for a shortcut that is being typed in place, and what is remembered of those that are inserted (T2)."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from msgcenter_tui.domain import TemplateId
from msgcenter_tui.errors import MessageCenterError
from msgcenter_tui.tui import acts
from msgcenter_tui.tui.widgets.field_text import FieldText
from msgcenter_tui.tui.widgets.offers import MOST

if TYPE_CHECKING:
    from msgcenter_tui.tui.screen import CenterScreen


async def offer_templates(screen: CenterScreen[Any], field: FieldText, typed: str) -> None:
    """Answer a `FieldText.TemplatesWanted`."""
    found = await screen.perform(acts.templates.offered, screen.actor, typed, MOST)
    field.offer(typed, found)


def remember(screen: CenterScreen[Any], template: TemplateId) -> None:
    """A template was inserted: it stands further ahead from now on. Nobody waits for it, and nobody misses it."""

    async def remembering() -> None:
        with suppress(MessageCenterError):
            await screen.perform(acts.templates.used, screen.actor, template)

    screen.app.run_worker(remembering(), group="remember", exit_on_error=False)
