"""Where toasts lie: at the foot, over the keys; while one writes there, above what one writes in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from textual.content import Content
from textual.geometry import Region
from textual.notifications import Notification
from textual.screen import Screen
from textual.widgets import Input, TextArea
from textual.widgets._toast import ToastRack

from msgcenter_tui.tui.hosted import Hosted
from msgcenter_tui.tui.widgets.composer import Composer

_BESIDE = 3
"""Cells of a toast's width that hold no words: its bar, and the air on both sides."""


def place(screen: Screen[Any], toasts: Iterable[Notification]) -> None:
    """Put the toasts of a screen where they hide nothing of what is being written."""
    room = max(1, screen.size.width - _BESIDE)
    rows = sum(Content(one.message).get_height({}, room) + bool(one.title) for one in toasts)
    for rack in (child for child in screen.children if isinstance(child, ToastRack)):
        rack.styles.margin = (0, 0, _above_the_foot(screen, rows), 0)


def _above_the_foot(screen: Screen[Any], rows: int) -> int:
    """How many rows are left free below so many rows of toasts."""
    height = screen.size.height
    focused = screen.acting.focused if isinstance(screen, Hosted) else screen.focused
    if not isinstance(focused, Input | TextArea):
        return 0
    frame = next((one for one in focused.ancestors if isinstance(one, Composer)), focused)
    corner = _corner(focused.screen)
    written = frame.region.translate(corner.offset)
    if written.bottom <= height - rows:
        return 0
    if rows <= written.y:
        return height - written.y
    # There is no room but over what is written: then not over the line that the cursor is in.
    cursor = focused.cursor_screen_offset.y + corner.y
    return 0 if cursor < height - rows else max(0, height - rows)


def _corner(screen: Screen[Any]) -> Region:
    """Where a screen is shown on the terminal."""
    host = screen.host if isinstance(screen, Hosted) else None
    return host.region if host is not None else screen.region
