"""Pictures of screens for syrupy: `assert driven.picture() == svg` with the fixture `svg` of conftest.

The clock of the tests stands still, ids and zone are fixed, cursors do not blink; what Textual puts into an SVG that
differs from run to run (an id made of its contents) is taken out, so that a picture changes only when the screen does.
"""

from __future__ import annotations

import re

from syrupy.extensions.image import SVGImageSnapshotExtension
from textual.app import App

_UNIQUE = re.compile(r"terminal-\d+")
_FONTS = re.compile(r"@font-face \{.*?\}", re.DOTALL)


class Picture(SVGImageSnapshotExtension):
    """SVG files in `__snapshots__`, one a test."""


def picture(app: App[None], title: str = "Message Center") -> str:
    """The screen as SVG, without what changes by itself."""
    svg = app.export_screenshot(title=title)
    return _FONTS.sub("", _UNIQUE.sub("terminal", svg))
