"""The form by which a portal is looked at as it was at a time, or as it would be with other facts (P3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from msgcenter_tui.domain import Client, Status, Workspace
from msgcenter_tui.rules import times, views
from msgcenter_tui.tui import acts, render
from msgcenter_tui.tui.render_clients import STATUS_WORDS
from msgcenter_tui.tui.screen import CenterScreen
from msgcenter_tui.tui.screens.form_dialog import FormDialog
from msgcenter_tui.tui.views import View
from msgcenter_tui.tui.widgets.form import Line, Values

_AS_IT_IS = ("", "as it is, or was then")


class _Form(FormDialog):
    """Its key says what it does."""

    def words_for(self, action: str) -> str | None:
        return "Look" if action == "form.save" else super().words_for(action)


async def ask(
    screen: CenterScreen[Any], client: str, *, before: Values | None = None, kept: dict[str, Values] | None = None
) -> View | None:
    """Have the form filled in for a client, an id; None where it was left.

    It begins with what was asked `before`; in `kept` it stays when it is left.
    """
    client_now = await screen.perform(acts.clients.get, screen.center.actor, client)
    workspaces = await screen.perform(acts.teams.workspaces, screen.center.actor)
    made: list[View] = []

    async def look(values: Values) -> None:
        made.append(await _view(screen, client_now, workspaces, values))

    title = render.line(f"The portal of {render.plain(client_now.name)}, as it was or would be", "bold")
    form = _Form(title, _lines(client_now, workspaces, before or {}), look, kept=kept, name=f"view {client}")
    return made[-1] if await screen.app.push_screen_wait(form) else None


def _lines(client: Client, workspaces: Sequence[Workspace], before: Values) -> Sequence[Line]:
    statuses = tuple((status.value, words) for status, words in STATUS_WORDS.items())
    places = tuple((one.id, render.workspace_name(one)) for one in workspaces)
    lines = (
        Line("at", "Time", hint="Empty: now; 2026-03-01 09:00, yesterday 09:00"),
        Line("whose", "Whose", options=(("", render.plain(client.name)), ("new", "a client who joins today"))),
        Line("status", "Status", options=(_AS_IT_IS, *statuses)),
        Line("portal", "Portal", options=(_AS_IT_IS, ("on", "on"), ("off", "off"))),
        Line("place", "Workspace", options=(_AS_IT_IS, *places)),
        Line("name", "Name", hint="Of a client who joins today, in merge fields"),
    )
    return tuple(replace(line, value=before.get(line.key, line.value)) for line in lines)


async def _view(screen: CenterScreen[Any], client: Client, workspaces: Sequence[Workspace], values: Values) -> View:
    staff, zone = screen.center.actor, screen.services.zone
    at = times.moment(values["at"], screen.now, zone)
    status = Status(values["status"]) if values["status"] else None
    switch = values["portal"] == "on" if values["portal"] else None
    place = values["place"] or None
    if values["whose"]:
        looking = await screen.perform(
            acts.portal.view_as_new,
            staff,
            place or client.workspace,
            name=values["name"],
            status=status or Status.LEAD,
            portal=switch is not False,
            at=at,
        )
    else:
        looking = await screen.perform(
            acts.portal.view_as, staff, client.id, at=at, status=status, portal=switch, workspace=place
        )
    supposed = None if looking.eyes is None else looking.eyes.workspace
    named = "" if supposed is None else render.name_of_place(supposed, client.workspace_name, workspaces)
    when = "" if at is None else render.moment(at, screen.now, zone)
    not_kept = await screen.perform(acts.portal.not_kept, looking)
    return View(client.id, looking, views.called(looking, when, named), not_kept, values)
