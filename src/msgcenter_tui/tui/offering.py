"""Templates for a shortcut that is being typed in place (T2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgcenter_tui.rules import completion
from msgcenter_tui.tui import acts
from msgcenter_tui.tui.widgets.field_text import FieldText
from msgcenter_tui.tui.widgets.offers import MOST

if TYPE_CHECKING:
    from msgcenter_tui.tui.screen import CenterScreen


async def offer_templates(screen: CenterScreen[Any], field: FieldText, typed: str) -> None:
    """Answer a `FieldText.TemplatesWanted`."""
    found = await screen.perform(acts.templates.list_templates, screen.actor, typed)
    field.offer(typed, completion.templates_for(typed, found)[:MOST])
