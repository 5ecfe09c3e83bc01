"""Setting the passphrase of one's screen, changing it, taking it away."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from msgcenter_tui.errors import BadInput, Refused
from msgcenter_tui.tui import acts, render
from msgcenter_tui.tui.screens.form_dialog import FormDialog
from msgcenter_tui.tui.widgets.form import Line, Values

if TYPE_CHECKING:
    from msgcenter_tui.tui.app import MessageCenterApp


class PassphraseForm(FormDialog):
    """Nothing that is typed here is kept when it is left."""

    def action_form_leave(self) -> None:
        self.dismiss(False)


async def change(app: MessageCenterApp) -> None:
    """Ask for the present one, where there is one, and twice for the new one; an empty new one takes it away."""
    actor, run = app.actor, app.services.front.run
    there = await run(acts.passphrases.is_set, actor)
    new = "Empty: the screen is not locked any more" if there else "Eight characters at least; take a few words"
    lines = [
        *([Line("present", "Present", secret=True)] if there else []),
        Line("new", "New", secret=True, hint=new),
        Line("again", "Once more", secret=True),
    ]
    gone = False

    async def save(values: Values) -> None:
        nonlocal gone
        if values["new"] != values["again"]:
            dialog.form.empty("new", "again")
            raise BadInput("the two are not the same", "", "type both again")
        if there:
            known = await run(acts.passphrases.begin_try, actor)
            if not await asyncio.to_thread(acts.passphrases.fits, known, values["present"]):
                dialog.form.empty("present")
                raise Refused("nothing was changed", "the present passphrase is another one")
            await run(acts.passphrases.it_fits, actor)
        gone = there and not values["new"]
        if gone:
            await run(acts.passphrases.remove, actor)
        else:
            await run(acts.passphrases.keep, actor, await asyncio.to_thread(acts.passphrases.hashed, values["new"]))

    dialog = PassphraseForm(render.line("Passphrase of your screen", "bold"), lines, save)
    if await app.push_screen_wait(dialog):
        app.say("You have no passphrase any more" if gone else "Your passphrase is set: it opens a locked screen")
