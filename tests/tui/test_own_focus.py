"""Lists and conversations show the focus by themselves: no rule of the style sheets may be about it."""

from __future__ import annotations

import pytest
from tests.tui.conftest import Run
from tests.tui.practice import Practice

from msgcenter_tui.tui.widgets.own_focus import OwnFocus

PLACES = pytest.mark.parametrize("place", ["inbox", "portal", "clients", "templates", "deliveries", "audit", "mailbox"])


@PLACES
async def test_the_focus_changes_no_style_of_them(practice: Practice, run: Run, place: str) -> None:
    async with run(practice.actor) as driven:
        await driven.app.go(place)
        await driven.still()
        for widget in driven.screen.query(OwnFocus):
            parts = [widget, *widget.walk_children()]
            for focused in (True, False, True):
                widget.set_reactive(OwnFocus.has_focus, focused)
                before = [one.styles.base.get_rules() for one in parts]
                looks = {name: widget.get_visual_style(name) for name in widget.COMPONENT_CLASSES}
                widget.update_node_styles(animate=False)
                assert [one.styles.base.get_rules() for one in parts] == before
                assert {name: widget.get_visual_style(name) for name in widget.COMPONENT_CLASSES} == looks
