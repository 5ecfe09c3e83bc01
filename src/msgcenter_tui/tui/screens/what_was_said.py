"""What the app has said, read again: the newest first, each with its time."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from msgcenter_tui.tui import render
from msgcenter_tui.tui.said import MOST, Saying
from msgcenter_tui.tui.screens.reading_matter import ReadingMatter
from msgcenter_tui.tui.services import Services

SIGNS = {"information": ("  ", ""), "warning": ("! ", "bold $warning"), "error": ("✗ ", "bold $error")}
NOTHING = f"Nothing yet. Answers and refusals are kept here, the last {MOST} of them, until you leave."


class WhatWasSaid(ReadingMatter):
    def __init__(self, sayings: Sequence[Saying], services: Services) -> None:
        lines = [_told(one, services) for one in sayings]
        matter = Content("\n").join(lines) if lines else Content.styled(NOTHING, "$muted")
        super().__init__("What was said, the newest first", matter)


def _told(saying: Saying, services: Services) -> Content:
    """The time, how it was meant, the words; further lines of them stand below the first."""
    at = render.moment(saying.at, services.clock(), services.zone)
    times = f"  ({render.number(saying.times)} times)" if saying.times > 1 else ""
    words = saying.words.replace("\n", f"\n{' ' * (len(at) + 4)}")
    return Content.assemble((f"{at}  ", "$muted"), SIGNS[saying.severity], render.block(words), (times, "$muted"))
