"""Templates to choose from, in place and in the picker, and what is remembered of those that are inserted (T2)."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from msgcenter_tui.domain import TemplateId
from msgcenter_tui.errors import MessageCenterError
from msgcenter_tui.tui import acts
from msgcenter_tui.tui.widgets.field_text import FieldText
from msgcenter_tui.tui.widgets.offers import MOST

if TYPE_CHECKING:
    from msgcenter_tui.rules.shelf import Shelf
    from msgcenter_tui.tui.screen import CenterScreen
    from msgcenter_tui.tui.widgets.picker_list import PickerRow


class KeptShelf(NamedTuple):
    """A shelf that took long to make, and what `shelf_changed` said of it."""

    as_of: object
    shelf: Shelf[PickerRow]


async def shelf_at_hand(screen: CenterScreen[Any], sent: int) -> Shelf[PickerRow]:
    """All that may be inserted, arranged for now. Made once, for as long as nobody changes a template."""
    as_of = await screen.perform(acts.templates.shelf_changed, screen.actor)
    kept = screen.center.kept_shelf
    if kept is None or kept.as_of != as_of:
        kept = KeptShelf(as_of, await screen.perform(acts.templates.shelf, screen.actor))
        screen.center.kept_shelf = kept
    return await screen.perform(acts.templates.arranged, screen.actor, kept.shelf, sent=sent)


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
