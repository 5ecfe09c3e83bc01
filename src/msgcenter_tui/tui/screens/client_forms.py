"""The forms of a client, and from what was filled in to what the center is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from msgcenter_tui.domain import Client, Consent, CountedWorkspace, Status, WorkspaceId, WorkspaceKind
from msgcenter_tui.rules.roles import Deed, may
from msgcenter_tui.tui.render import workspace_name
from msgcenter_tui.tui.render_clients import CONSENT_WORDS, STATUS_WORDS
from msgcenter_tui.tui.widgets.form import Line, Values

Lines: TypeAlias = Sequence[Line]

STATUS_MEANS = {
    Status.LEAD: "current: gets broadcasts",
    Status.ACTIVE: "current: gets broadcasts",
    Status.INACTIVE: "stops seeing broadcasts",
    Status.COMPLETE: "stops seeing broadcasts",
}


def adding(workspaces: Sequence[CountedWorkspace], present: WorkspaceId | None) -> Lines:
    """The form of a new client, in one of `workspaces` (at least one); it starts at the name."""
    return (
        Line("name", "Name"),
        Line("email", "E-mail", hint="Needed for a portal"),
        Line("phone", "Phone"),
        Line("status", "Status", Status.LEAD.value, options=_options(STATUS_WORDS)),
        Line(
            "portal", "Portal", tick=True, follows="email", hint="They can sign in and see the broadcasts sent so far"
        ),
        _workspace(workspaces, present),
        Line("note", "Note", hint="For staff only"),
    )


def importing(workspaces: Sequence[CountedWorkspace], present: WorkspaceId | None) -> Lines:
    """The form that asks for a list of clients, and into which of `workspaces` (at least one) they come."""
    return (
        Line(
            "path",
            "From",
            "~/clients.csv",
            hint="What a spreadsheet saved as CSV; its first line names the columns",
            proposed=True,
        ),
        _workspace(workspaces, present),
    )


def _workspace(workspaces: Sequence[CountedWorkspace], present: WorkspaceId | None) -> Line:
    places = [w for w in workspaces if may(w.role, Deed.CLIENTS)] or list(workspaces)
    shown = next((w for w in places if w.id == present), None)
    start = shown or max(places, key=lambda one: (one.current, one.kind is WorkspaceKind.TEAM))
    return Line("workspace", "Workspace", start.id, options=tuple((w.id, workspace_name(w)) for w in places))


def to_add(values: Values) -> dict[str, Any]:
    return {
        "name": values["name"],
        "workspace": values["workspace"],
        "email": values["email"],
        "phone": values["phone"],
        "status": Status(values["status"]),
        "portal": bool(values["portal"]),
        "note": values["note"],
    }


def editing(client: Client, save: str) -> Lines:
    """`save` is the key that saves: in the note Enter begins a new line."""
    return (
        Line("name", "Name", client.name),
        Line("email", "E-mail", client.email or "", hint="Empty takes it away"),
        Line("phone", "Phone", client.phone or ""),
        Line("note", "Note", client.note, tall=True, hint=f"For staff only; {save} saves"),
    )


def to_change(client: Client, values: Values) -> dict[str, Any]:
    """Only what was changed."""
    before = {"name": client.name, "email": client.email or "", "phone": client.phone or "", "note": client.note}
    return {key: values[key] for key, value in before.items() if values[key] != value}


def consenting(client: Client) -> Lines:
    return (
        Line("consent", "Consent", client.consent.value, options=_options(CONSENT_WORDS)),
        Line("how", "How", hint="How they said it: on the phone, on the intake form"),
    )


def said(before: Client, after: Client, how: str = "") -> str:
    """What a one-key change did, for the answer on the screen; `how` a consent was given is kept, too."""
    name = after.name
    if after.workspace != before.workspace:
        return f"{name} moved to {after.workspace_name}"
    if after.portal != before.portal:
        return f"{name}: the portal is {'on' if after.portal else 'off'}"
    if after.status is not before.status:
        sees = "they get broadcasts" if after.status.current else "they stop seeing broadcasts"
        return f"{name} is {STATUS_WORDS[after.status]}: {sees}"
    if after.email_muted != before.email_muted:
        return f"{name}: e-mail is {'muted' if after.email_muted else 'not muted any more'}"
    if after.consent is not before.consent or how:
        lacks = after.consent is Consent.ACTIVE and after.phone_number is None
        return f"{name}: SMS consent {CONSENT_WORDS[after.consent]}{', and no number to text' if lacks else ''}"
    return f"{name}: nothing changed"


def _options(words: dict[Any, str]) -> tuple[tuple[str, str], ...]:
    return tuple((value.value, name) for value, name in words.items())
