"""A screen that is shown beside others, in a part of the terminal: the same one that may have all of it.

Textual shows one screen at a time, and draws only that. A screen with a `host` is laid out in the size of its host
(widgets/side.py), which draws it; of several beside each other one has the keys.
"""

from __future__ import annotations

from typing import Any, Protocol, TypeAlias, TypeVar

from textual import on
from textual.binding import BindingsMap
from textual.dom import DOMNode
from textual.events import Mount, Resize
from textual.geometry import Region, Size
from textual.keys import key_to_character
from textual.screen import Screen
from textual.widget import Widget

R = TypeVar("R")
Bindings: TypeAlias = tuple[DOMNode, BindingsMap]


class Host(Protocol):
    """What a screen is shown in."""

    @property
    def size(self) -> Size: ...

    @property
    def region(self) -> Region:
        """Where that is on the terminal."""

    @property
    def is_shown(self) -> bool:
        """Nothing but dialogs lies over it."""

    @property
    def is_on_top(self) -> bool:
        """Nothing lies over it."""

    @property
    def has_keys(self) -> bool: ...

    @property
    def bindings(self) -> Bindings:
        """Its own, for the screen it shows has them, too."""

    def draw_anew(self, *regions: Region) -> None:
        """These regions of the screen have changed; all of it, where none is named."""

    def leave(self) -> None:
        """The screen has nothing more to show."""


class Hosted(Screen[R]):
    """A screen that may be shown beside others."""

    host: Host | None = None
    _kept_focus: Widget | None = None
    """Of one without the keys: what has the focus once it has them."""

    @property
    def size(self) -> Size:
        return super().size if self.host is None else self.host.size

    @property
    def is_current(self) -> bool:
        return super().is_current if self.host is None else self.host.is_shown

    @property
    def is_active(self) -> bool:
        return super().is_active if self.host is None else self.host.is_on_top

    @property
    def acting(self) -> Screen[Any]:
        """Who has the keys."""
        return self

    @property
    def shows(self) -> list[Screen[Any]]:
        """The screens that it is, or has beside each other."""
        return [self]

    @property
    def _binding_chain(self) -> list[Bindings]:
        chain = super()._binding_chain
        if self.host is None:
            return chain
        # First, for a text area has a meaning of its own for f6 and f7; but what writes a letter writes it.
        node, bindings = self.host.bindings
        for key in list(bindings.key_to_bindings):
            if self.focused is not None and self.focused.check_consume_key(key, key_to_character(key)):
                del bindings.key_to_bindings[key]
        return [(node, bindings), *chain]

    def _compositor_refresh(self) -> None:
        if self.host is None:
            super()._compositor_refresh()
        else:
            regions = tuple(self._compositor._dirty_regions)
            self._compositor._dirty_regions.clear()
            self._dirty_widgets.clear()
            self.host.draw_anew(*regions)

    def set_focus(self, widget: Widget | None, scroll_visible: bool = True, from_app_focus: bool = False) -> None:
        if self.host is None or self.host.has_keys:
            super().set_focus(widget, scroll_visible, from_app_focus)
        else:
            self._kept_focus = widget

    def _update_auto_focus(self) -> None:
        if self.host is None or self.host.has_keys:
            super()._update_auto_focus()

    @on(Mount)
    def _mounted_beside(self) -> None:
        if self.host is not None and not self.host.has_keys:
            self.query("Footer").set(visible=False)

    def take_keys(self) -> None:
        """The keys are for this screen now."""
        super().set_focus(self._kept_focus if self._kept_focus and self._kept_focus.is_attached else None)
        self.query("Footer").set(visible=True)

    def give_keys(self) -> None:
        """The keys are for another one."""
        self._kept_focus = self.focused
        super().set_focus(None)
        self.query("Footer").set(visible=False)

    async def _on_resize(self, event: Resize) -> None:
        if self.host is not None:
            # Its host has seen to it; Textual would lay out what lies under a dialog in the size of this side, too.
            event.stop()
            event.prevent_default()

    def fit(self, size: Size) -> None:
        """Lay it out in this size."""
        self.stack_updates += 1
        classes: dict[str, bool] = {}
        for dimension, breakpoints in (
            (size.width, self.HORIZONTAL_BREAKPOINTS),
            (size.height, self.VERTICAL_BREAKPOINTS),
        ):
            reached = self._get_breakpoint_classes(dimension, breakpoints or [])
            classes |= {name: name in reached for _, name in breakpoints or []}
        self.update_classes(classes, animate=False)
        self._size_updated(size, size, size, layout=False)
        if self.is_attached:
            self._refresh_layout(size)
