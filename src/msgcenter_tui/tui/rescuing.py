"""A damaged store, seen from the screens: what can be read is saved as a new one, on request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from msgcenter_tui.tui import render

if TYPE_CHECKING:
    from msgcenter_tui.tui.app import MessageCenterApp
    from msgcenter_tui.tui.services import Rescued
    from msgcenter_tui.tui.widgets.form import Values

_ABOUT = (
    "The file of the store is damaged. Nothing is written to it any more; what can be read is shown.\n\n"
    "If you have a backup: quit, and put it in the place of the file. If not: what can still be read is saved as a "
    "new store here, and the damaged file stays as it is."
)


async def rescue(app: MessageCenterApp) -> None:
    """Ask for the name of the new file, save, tell what came over."""
    from msgcenter_tui.tui.screens.form_dialog import FormDialog
    from msgcenter_tui.tui.screens.reading_matter import ReadingMatter
    from msgcenter_tui.tui.widgets.form import Line

    front = app.services.front
    done: list[Rescued] = []

    async def save(values: Values) -> None:
        app.say("Saving what can be read ...")
        done.append(await front.rescue(values["file"].strip()))

    title = Content.assemble(("Save what can be read as a new store", "bold"), "\n", render.block(_ABOUT, "$muted"))
    lines = [Line("file", "New file", f"{front.place.removesuffix('.db')}.rescued.db")]
    if await app.push_screen_wait(FormDialog(title, lines, save)):
        (rescued,) = done
        await app.push_screen_wait(ReadingMatter("A new store was saved", report(rescued)))


def report(rescued: Rescued) -> Content:
    """What came over, a table a line, and how to go on."""
    lost = any(one.lost for one in rescued.tables)
    width = max(len(one.table) for one in rescued.tables)
    rows = [
        Content.assemble(
            f"{one.table.replace('_', ' '):{width}}  {render.number(one.rows):>11}",
            ("   some are lost" if one.lost else "", "$error"),
        )
        for one in rescued.tables
        if one.rows or one.lost
    ]
    head = "Some rows could not be read, and are lost." if lost else "Every row could be read."
    ends = [f"Quit, and go on with it: msgcenter --db {rescued.path}"]
    if rescued.held:
        held = render.counted(rescued.held, "notification")
        ends.insert(0, f"{held} held or unknown there, for you to decide: they may have left already.")
    lines = [render.line(head), Content(""), *rows, Content(""), *(render.line(end) for end in ends)]
    return Content("\n").join(lines)
