"""Several style sheets for one screen."""

from __future__ import annotations

from pathlib import PurePath

from msgcenter_tui import stylesheets


def sheets(*names: str) -> list[str | PurePath]:
    """The style sheets of these names, for a screen's CSS_PATH."""
    return [stylesheets.folder() / f"{name}.tcss" for name in names]
