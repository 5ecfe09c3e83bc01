"""How the app draws: in which theme, by which filters, and what of it goes to the terminal, and when."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from time import sleep
from typing import Any

from rich.console import RenderableType
from textual import on
from textual._compositor import CompositorUpdate
from textual.app import App
from textual.events import Mount
from textual.filter import LineFilter, Monochrome, NoColor
from textual.screen import Screen
from textual.widget import AwaitMount

from msgcenter_tui.tui import themes
from msgcenter_tui.tui.gate import NoControls
from msgcenter_tui.tui.kept_stylesheet import KeptStylesheet
from msgcenter_tui.tui.lean_strips import use_lean_strips
from msgcenter_tui.tui.terminal import Terminal
from msgcenter_tui.tui.written import Written

_GIVE_WAY = 0.0002
"""Seconds: a thread that waits for the interpreter has it within these."""


class Drawing(App[None], inherit_bindings=False):
    """An app with our themes, that writes what is new, at once, and nothing that steers a terminal."""

    stands = False
    """The first place is there, and all that it began with."""
    _is_made = False
    """The place that is switched to is shown for the first time, and after another."""
    _fitting: Sequence[LineFilter] = ()

    def __init__(self) -> None:
        super().__init__()
        use_lean_strips()
        self.stylesheet = KeptStylesheet(variables=self.get_css_variables())
        self._gate = NoControls()
        self._written = Written()
        self.painted = asyncio.Event()
        """Something is on the terminal."""
        for theme in themes.THEMES:
            self.register_theme(theme)

    @on(Mount)
    def _hear_of_others(self) -> None:
        # At once: somebody else had the terminal meanwhile, and the next paint is of what that left.
        self.app_resume_signal.subscribe(self, lambda _: self._written.forget(), immediate=True)

    def show_on(self, terminal: Terminal, theme: str) -> None:
        """Draw for a terminal that can show so much, in a theme or what comes next to it there."""
        self._fitting = terminal.line_filters()
        self.theme = themes.fitting(theme, terminal, self.available_themes)

    def get_line_filters(self) -> Sequence[LineFilter]:
        # Without colours Textual would still write greys.
        usual = (one for one in super().get_line_filters() if not isinstance(one, Monochrome | NoColor))
        return [*usual, self._gate, *self._fitting]

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        update: Any = renderable
        if isinstance(update, CompositorUpdate) and not self.draws_later:
            update = self._written.news(update)
        elif update is not None:
            self._written.forget()
        super()._display(screen, update)
        if update is not None and not self.draws_later:
            self.painted.set()
        if not self.is_headless:
            # Textual's own thread brings it to the terminal: at once, and not when this one has nothing else to do.
            sleep(_GIVE_WAY)

    @property
    def draws_later(self) -> bool:
        """Several changes are being made of which only the last is to be seen (`batch_update`)."""
        return self._batch_count > 0

    def switch_mode(self, mode: str) -> AwaitMount:
        self._is_made = self.stands and mode not in self._screen_stacks
        return super().switch_mode(mode)

    def delay_update(self, delay: float = 0.05) -> None:
        """Textual draws nothing for so long when the place changes: so that one which is made is not seen half made."""
        if self._is_made:
            super().delay_update(delay)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return themes.defaults(self.current_theme.dark)

    @property
    def style_count(self) -> int:
        """How often the style changed, as Textual counts it; -1 until the first screen stands."""
        return self._css_update_count if self.stands else -1
