"""`?`: everything that can be done on the screen below, grouped, from the one table of actions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from textual.app import ComposeResult, RenderResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from msgcenter_tui.tui import keys
from msgcenter_tui.tui.actions import ACTIONS, Action
from msgcenter_tui.tui.screen import CenterModal
from msgcenter_tui.tui.widgets.footer import Footer

_KEYS = 12
"""Cells for the keys, at the right of which their words begin."""
_WORDS = 20
"""Cells that the words have at least."""
_FURTHER = ("list", "marks", "room"), ("app", "places")


class _Lines(Widget):
    """Keys and what they do, an action a line; words that take more stay below their own."""

    def __init__(self, lines: Sequence[tuple[str, Content]]) -> None:
        super().__init__(classes="keys")
        self._actions = lines

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._wrapped(width))

    def render(self) -> RenderResult:
        return Content("\n").join(self._wrapped(self.content_size.width))

    def _wrapped(self, width: int) -> list[Content]:
        lines = []
        for shown, words in self._actions:
            keyed = max(_KEYS, len(shown)) + 2
            first, *more = words.wrap(max(_WORDS, width - keyed))
            lines.append(Content.assemble((f"{shown:>{_KEYS}}  ", "$accent"), first))
            lines += [Content.assemble(" " * keyed, line) for line in more]
        return lines


class Help(CenterModal[None]):
    BINDINGS = keys.bindings("help")

    def __init__(self, below: Screen[Any]) -> None:
        super().__init__()
        live = {active.binding.id for active in below.active_bindings.values()}
        # The widgets of a screen have keys of their own that count here even while another has the focus.
        for widget in below.query("*"):
            live |= {binding.id for binding in _own(widget)}
        self.actions = sorted((one for one in ACTIONS if one.id in live), key=_how_far)

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="dialog"):
            yield Static(Content.styled("What can be done here", "bold"), id="question")
            for group, actions in keys.grouped(self.actions).items():
                yield Static(Content.styled(group, "bold $accent"), classes="group")
                yield _Lines([self._line(action) for action in actions])
        yield Footer()

    def _line(self, action: Action) -> tuple[str, Content]:
        live = keys.effective(self.services.keymap)[action.id]
        aside = Content.styled(f"  {action.help}" if action.help else "", "$muted")
        return "  ".join(keys.label(key) for key in live), Content.assemble(action.words, aside)

    def on_mount(self) -> None:
        self.set_focus(self.query_one(VerticalScroll))

    def action_help_close(self) -> None:
        self.dismiss(None)


def _how_far(action: Action) -> int:
    """What is of this screen alone comes first, then what is of any list, then what is everywhere."""
    return next((number for number, places in enumerate(_FURTHER, 1) if action.place in places), 0)


def _own(widget: Widget) -> Iterator[Binding]:
    for kind in type(widget).__mro__:
        yield from (binding for binding in getattr(kind, "BINDINGS", ()) if isinstance(binding, Binding))
