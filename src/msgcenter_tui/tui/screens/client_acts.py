"""What can be done with one client: status, portal, consent, mute, note, move, assignments, and going to them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from textual.content import Content

from msgcenter_tui.domain import (
    Client,
    Consent,
    CountedWorkspace,
    Erased,
    Person,
    PersonKind,
    Recipients,
    ThreadKind,
    Workspace,
)
from msgcenter_tui.tui import acts, keys, render, render_clients
from msgcenter_tui.tui.screens import client_forms
from msgcenter_tui.tui.screens.choose import Choice, Choose
from msgcenter_tui.tui.screens.form_dialog import FormDialog
from msgcenter_tui.tui.screens.paged import PagedRoom
from msgcenter_tui.tui.widgets.form import Values


class ClientActs(PagedRoom):
    """Staff's acts on the client under the cursor, one key each."""

    def __init__(self) -> None:
        super().__init__()
        self.workspaces: tuple[Workspace, ...] = ()
        self._unsaved: dict[str, Values] = {}

    @property
    def chosen(self) -> Client | None:
        raise NotImplementedError

    async def fill_in(
        self, title: str, name: str, lines: client_forms.Lines, save: Callable[[Values], Awaitable[object]]
    ) -> bool:
        dialog = FormDialog(render.line(title, "bold"), lines, save, kept=self._unsaved, name=name)
        saved: bool = await self.app.push_screen_wait(dialog)
        if saved:
            self.reread_soon()
        return saved

    def _chosen_or_say(self) -> Client | None:
        if self.chosen is None:
            self.center.warn(self.in_keys("Nobody is chosen: {clients.add} adds a client, {room.back} shows all"))
        return self.chosen

    def action_clients_edit(self) -> None:
        if client := self._chosen_or_say():
            self.do(self._edit(client))

    async def _edit(self, client: Client) -> None:
        async def save(values: Values) -> None:
            await self._change(client, **client_forms.to_change(client, values))

        lines = client_forms.editing(client, self.key_of("form.save"))
        await self.fill_in(f"Edit {client.name}", f"edit {client.id}", lines, save)

    async def _change(self, client: Client, **what: Any) -> Client:
        return self.placed(await self.perform(acts.clients.change, self.actor, client.id, **what))

    def placed(self, client: Client) -> Client:
        """The client with the name of their workspace as its members call it."""
        return render.placed(client, self.workspaces)

    async def _switch(self, client: Client, **what: Any) -> None:
        changed = await self._change(client, **what)
        self.center.say(client_forms.said(client, changed, what.get("how", "")))
        self.reread_soon()

    def action_clients_switch_portal(self) -> None:
        if client := self._chosen_or_say():
            self.do(self._switch(client, portal=not client.portal))

    def action_clients_mute(self) -> None:
        if client := self._chosen_or_say():
            self.do(self._switch(client, mute_email=not client.email_muted))

    def action_clients_status(self) -> None:
        if client := self._chosen_or_say():
            self.do(self._choose_status(client))

    async def _choose_status(self, client: Client) -> None:
        choices = [
            Choice(status, Content(render_clients.STATUS_WORDS[status]), Content.styled(about, "$muted"))
            for status, about in client_forms.STATUS_MEANS.items()
        ]
        current = list(client_forms.STATUS_MEANS).index(client.status)
        status = await self.app.push_screen_wait(Choose(f"Status of {client.name}", choices, current))
        if status is not None and status is not client.status:
            await self._switch(client, status=status)

    def action_clients_consent(self) -> None:
        if client := self._chosen_or_say():
            self.do(self._record_consent(client))

    async def _record_consent(self, client: Client) -> None:
        async def save(values: Values) -> None:
            await self._switch(client, consent=Consent(values["consent"]), how=values["how"])

        await self.fill_in(f"SMS to {client.name}", f"sms {client.id}", client_forms.consenting(client), save)

    def action_clients_move(self) -> None:
        if client := self._chosen_or_say():
            self.do(self._move(client))

    async def _move(self, client: Client) -> None:
        all_of_them = await self.perform(acts.teams.counted_workspaces, self.actor)
        elsewhere = [w for w in all_of_them if w.id != client.workspace]
        choices = [Choice(w.id, render.line(render.workspace_name(w)), about_workspace(w)) for w in elsewhere]
        if not choices:
            self.center.warn("There is no other workspace of yours to move to")
            return
        chosen = await self.app.push_screen_wait(Choose(f"Move {client.name} to", choices))
        if chosen is not None:
            await self._switch(client, move_to=chosen)

    def action_clients_assign(self) -> None:
        if client := self._chosen_or_say():
            self.do(self._assign(client))

    async def _assign(self, client: Client) -> None:
        full = await self.perform(acts.clients.get, self.actor, client.id)
        there = {person.id for person in full.assigned}
        members = await self.perform(acts.teams.members, self.actor, client.workspace)
        choices = [
            Choice(
                member.person,
                Content.assemble("✓ " if member.person in there else "  ", render.line(member.name)),
                Content.styled(f"{member.role.value}{', assigned' if member.person in there else ''}", "$muted"),
            )
            for member in members
        ]
        who = await self.app.push_screen_wait(Choose(f"Assign {client.name} to (again: not any more)", choices))
        if who is not None:
            deed = acts.clients.unassign if who in there else acts.clients.assign
            await self.perform(deed, self.actor, client.id, who)
            self.center.say("Not assigned any more" if who in there else "Assigned")
            self.reread_soon()

    # -- erasing -------------------------------------------------------------------------------------------------------

    def action_clients_erase(self) -> None:
        if client := self._chosen_or_say():
            self.do(self._erase(client))

    async def _erase(self, client: Client) -> None:
        async def attempt(yes: bool) -> Erased:
            return await self.perform(acts.erasing.erase, self.actor, client.id, yes=yes)

        done = await self.confirmed(attempt)
        if done is None:
            return
        self.close_detail()  # in a narrow terminal it would show somebody else
        self.reread_soon()
        self.center.say(f"{client.id} is erased: {render.counted(done.messages, 'message')} replaced")
        swept = await self.services.front.sweep()
        if swept is not None and not swept.clean:
            self.center.warn(f"Bytes of it are left in the store's -wal: msgcenter erase {client.id} clears them")
        if swept is not None and swept.copies:
            self.center.warn(
                f"Copies of the store beside it still hold it: {', '.join(one.name for one in swept.copies)}"
            )

    # -- with a client -------------------------------------------------------------------------------------------------

    def action_clients_write(self) -> None:
        if client := self._chosen_or_say():
            from msgcenter_tui.tui.screens.new_thread import NewThreadScreen

            person = Person(client.id, client.name, PersonKind.CLIENT)
            to = Recipients(ThreadKind.DIRECT, (client.id,))
            self.app.push_screen(NewThreadScreen(to=to, people=(person,), workspace=client.workspace))

    def action_clients_view(self) -> None:
        self._enter(viewing=True)

    def action_clients_otherwise(self) -> None:
        if client := self._chosen_or_say():
            from msgcenter_tui.tui.screens.client_portal import enter_otherwise

            self.do(enter_otherwise(self, client.id, self._unsaved))

    def is_of_list(self, key: str) -> bool:
        return super().is_of_list(key) or key in keys.effective(self.services.keymap)["places.portal"]

    async def action_places_portal(self) -> None:
        """Here the portal is that of the chosen client."""
        self._enter(viewing=False)

    def _enter(self, *, viewing: bool) -> None:
        if client := self._chosen_or_say():
            from msgcenter_tui.tui.screens.client_portal import enter

            self.do(enter(self, client.id, viewing=viewing))


def about_workspace(workspace: CountedWorkspace) -> Content:
    """Beside a workspace's name in a choice."""
    return Content.styled(render.counted(workspace.clients, "client"), "$muted")
