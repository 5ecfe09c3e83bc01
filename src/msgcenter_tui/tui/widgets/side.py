"""One side of several: a whole screen, drawn in a part of the terminal, and given what happens there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.theme import Theme
from textual.widget import Widget

from msgcenter_tui.tui.hosted import Bindings, Hosted


class Side(Widget):
    """The host of a screen. It gets the keys and the mouse by way of the screen that the side is on."""

    ALLOW_SELECT = False

    @dataclass
    class Left(Message):
        """Its screen has nothing more to show."""

        side: Side

    def __init__(self, shown: Hosted[Any]) -> None:
        super().__init__()
        self.shown = shown
        self.has_keys = False
        shown.host = self

    # -- as the host ---------------------------------------------------------------------------------------------------

    @property
    def is_shown(self) -> bool:
        return self.is_attached and self.screen.is_current

    @property
    def is_on_top(self) -> bool:
        return self.is_attached and self.screen.is_active

    @property
    def goes(self) -> bool:
        """It is being taken away."""
        return self._pruning

    @property
    def bindings_of_shown(self) -> list[Bindings]:
        return self.shown._binding_chain

    @property
    def bindings(self) -> Bindings:
        map_of_its = self.screen._bindings.copy()
        if keymap := self.app._keymap:
            map_of_its.apply_keymap(keymap)
        return self.screen, map_of_its

    def draw_anew(self, *regions: Region) -> None:
        if self.is_attached:
            self.refresh(*regions)

    def leave(self) -> None:
        self.post_message(self.Left(self))

    # -- its life ------------------------------------------------------------------------------------------------------

    def on_mount(self) -> None:
        self.app._register(self.app, self.shown)
        self.app.theme_changed_signal.subscribe(self, self._dress_anew)

    def _dress_anew(self, _: Theme) -> None:
        """Another theme: Textual tells the screen on the terminal, and those under it."""
        self.app.stylesheet.update(self.shown)
        self.shown.fit(self.size)

    async def on_unmount(self) -> None:
        if self.shown.is_attached:
            await self.shown.remove()

    def on_resize(self, event: events.Resize) -> None:
        self.shown.fit(event.size)

    # -- drawing -------------------------------------------------------------------------------------------------------

    def render_lines(self, crop: Region) -> list[Strip]:
        size = self.size
        if not self.shown.is_mounted or self.shown._compositor.size != size:  # it is not laid out yet
            return [Strip.blank(crop.width, self.rich_style)] * crop.height
        lines = self.shown._compositor.render_strips(size)
        return [line.crop(crop.x, crop.right) for line in lines[crop.y : crop.bottom]]

    # -- the mouse -----------------------------------------------------------------------------------------------------

    def pass_on(self, event: events.MouseEvent) -> None:
        """Give its screen what the mouse did here, counted from its own corner."""
        place = self.region.offset
        inside = event._apply_offset(-place.x, -place.y)
        inside._screen_x, inside._screen_y = event._screen_x - place.x, event._screen_y - place.y
        self.shown._forward_event(inside)
