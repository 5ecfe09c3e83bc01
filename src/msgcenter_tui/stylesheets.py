"""Where the style sheets are: inside an installed package, or beside src/ in an editable copy."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def folder() -> Path:
    """The folder of the style sheets, app.tcss and one for each screen."""
    shipped = _PACKAGE / "styles"
    return shipped if shipped.is_dir() else _PACKAGE.parents[1] / "styles"
