"""Below 40x12: a kind word in place of a broken screen."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from msgcenter_tui.tui.compositor import PatchCompositor

LEAST = (40, 12)


class TooSmall(ModalScreen[None]):
    def __init__(self) -> None:
        super().__init__()
        self._compositor = PatchCompositor()  # what lies under it is drawn by it, too

    def compose(self) -> ComposeResult:
        yield Static(Content.styled("A little more room, please:\n40 columns by 12 lines\nare enough.", "$muted"))
