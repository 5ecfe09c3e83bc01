"""A backup, asked for on the screens: a file is named, and the store is copied into it while one goes on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual.content import Content

from msgcenter_tui.errors import BadInput
from msgcenter_tui.tui import acts, exporting, render
from msgcenter_tui.tui.screens.form_dialog import FormDialog
from msgcenter_tui.tui.widgets.form import Line, Values

if TYPE_CHECKING:
    from msgcenter_tui.tui.app import MessageCenterApp

_ABOUT = (
    "All of the store, as it is at this moment, in one file that only you can read. Keep it on another disk. "
    "`msgcenter restore FILE` puts it back."
)


class BackupForm(FormDialog):
    """Where the copy is to go."""


async def back_up(app: MessageCenterApp) -> None:
    """Ask for the name of the new file; copy; tell what came of it."""
    actor, front = app.actor, app.services.front
    await front.run(acts.backups.may_back_up, actor)
    named: list[Path] = []

    async def save(values: Values) -> None:
        path = exporting.place(values["file"])
        if path.exists():
            raise BadInput(f"{path} exists", "", "name a new file: what is there is not overwritten")
        named.append(path)

    title = Content.assemble(("Back up the store", "bold"), "\n", render.block(_ABOUT, "$muted"))
    today = render.local(app.services.clock(), app.services.zone)
    lines = [Line("file", "New file", exporting.proposed(f"msgcenter-{today:%Y-%m-%d}.db"))]
    if await app.push_screen_wait(BackupForm(title, lines, save)):
        (path,) = named
        app.say(f"Backing up into {path} ...")
        made = await front.apart(lambda store: acts.backups.make(store, actor, str(path)))
        app.say(f"Backed up into {made.path}, {render.counted(made.size, 'byte')}")
