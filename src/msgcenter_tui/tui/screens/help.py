"""`?`: everything that can be done on the screen below, grouped, from the one table of actions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from msgcenter_tui.tui import keys
from msgcenter_tui.tui.actions import ACTIONS, Action
from msgcenter_tui.tui.screen import CenterModal
from msgcenter_tui.tui.widgets.footer import Footer


class Help(CenterModal[None]):
    BINDINGS = keys.bindings("help")

    def __init__(self, below: Screen[Any]) -> None:
        super().__init__()
        live = {active.binding.id for active in below.active_bindings.values()}
        # The widgets of a screen have keys of their own that count here even while another has the focus.
        for widget in below.query("*"):
            live |= {binding.id for binding in _own(widget)}
        everywhere = ("app", "places")
        self.actions = sorted((one for one in ACTIONS if one.id in live), key=lambda one: one.place in everywhere)

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="dialog"):
            yield Static(Content.styled("What can be done here", "bold"), id="question")
            for group, actions in keys.grouped(self.actions).items():
                yield Static(Content.styled(group, "bold $accent"), classes="group")
                yield Static(Content("\n").join(self._line(action) for action in actions), classes="keys")
        yield Footer()

    def _line(self, action: Action) -> Content:
        live = keys.effective(self.services.keymap)[action.id]
        shown = "  ".join(keys.label(key) for key in live)
        return Content.assemble(
            Content.styled(f"{shown:>12}", "$accent"),
            f"  {action.words}",
            Content.styled(f"  {action.help}" if action.help else "", "$muted"),
        )

    def on_mount(self) -> None:
        self.set_focus(self.query_one(VerticalScroll))

    def action_help_close(self) -> None:
        self.dismiss(None)


def _own(widget: Widget) -> Iterator[Binding]:
    for kind in type(widget).__mro__:
        yield from (binding for binding in getattr(kind, "BINDINGS", ()) if isinstance(binding, Binding))
