"""The style sheets of all screens, in their order: of two rules that weigh the same the later one counts.

All belong to the app: for a sheet of a screen's own Textual would parse every sheet anew when that is first shown, and
no key is answered meanwhile.
"""

from __future__ import annotations

from pathlib import Path, PurePath

from msgcenter_tui import stylesheets

FIRST = "opening"
NAMES = (
    *(FIRST, "app", "new_thread", "inbox", "portal", "room", "deliveries", "audience", "templates", "setup", "beside"),
    *("dialogs", "preview"),
)


def first_sheet() -> Path:
    """What the first frame needs."""
    return stylesheets.folder() / f"{FIRST}.tcss"


def every_sheet() -> list[str | PurePath]:
    """For the app's CSS_PATH."""
    return [stylesheets.folder() / f"{name}.tcss" for name in NAMES]
