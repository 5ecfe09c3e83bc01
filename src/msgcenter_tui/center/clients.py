"""Clients: adding and changing them, finding them, and who of the staff is assigned to whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row

from msgcenter_tui.center import finding, standing
from msgcenter_tui.center.client_entry import Entry, how_of
from msgcenter_tui.domain import (
    Actor,
    Client,
    ClientChange,
    Consent,
    Page,
    Person,
    PersonId,
    PersonKind,
    Status,
    WorkspaceId,
)
from msgcenter_tui.errors import BadInput, NotFound, Refused
from msgcenter_tui.rules.roles import Deed
from msgcenter_tui.store import clientele, cursors, places
from msgcenter_tui.store import staff as people
from msgcenter_tui.store.audit import record
from msgcenter_tui.store.tables import PERSON
from msgcenter_tui.store.tx import Tx, act, look
from msgcenter_tui.store.visibility import nameable_by
from msgcenter_tui.text import clean_line, clean_name

# -- adding and changing ----------------------------------------------------------------------------------------------


@act
def add(
    tx: Tx,
    actor: Actor,
    name: str,
    workspace: str,
    *,
    email: str | None = None,
    phone: str | None = None,
    status: Status = Status.LEAD,
    portal: bool = False,
    note: str = "",
    consent: Consent = Consent.NOT_ASKED,
    how: str = "",
) -> Client:
    """Add a client to a workspace, given by its id (S4). `how` says how the consent was given (N3).

    Raises BadInput for an address or number that cannot be read, Conflict where the address is taken (S5), Refused
    for a portal without an address (P2).
    """
    finding.require(tx, actor, workspace, Deed.CLIENTS)
    home = WorkspaceId(workspace)
    entry = Entry(home, clean_name(name), how=how_of(how))
    entry.set(status=status, portal=portal, consent=consent, email_muted=False)
    entry.set_email(email or "")
    entry.set_phone(phone or "", places.region_of(tx, home))
    entry.set_note(note)
    entry.check(_holder(tx, entry))
    (client,) = write(tx, actor, [entry])
    return _client(tx, finding.the_client(tx, actor, client))


@act
def change(
    tx: Tx,
    actor: Actor,
    client: str,
    *,
    name: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    status: Status | None = None,
    portal: bool | None = None,
    consent: Consent | None = None,
    how: str = "",
    mute_email: bool | None = None,
    note: str | None = None,
    move_to: str | None = None,
) -> Client:
    """Change what is given of a client; an empty address, number or note takes it away.

    `how` says how a consent was given (N3). `move_to` is the id of another workspace in which the actor may add
    clients too; assignments to who is no member there are dropped. Raises as `add` does.
    """
    row = _to_change(tx, actor, client)
    entry = Entry(row.workspace_id, row.name, row, how=how_of(how))
    if move_to is not None:
        finding.require(tx, actor, move_to, Deed.CLIENTS)
        entry.set(workspace_id=WorkspaceId(move_to))
    if name is not None:
        entry.name = clean_name(name)
    if email is not None:
        entry.set_email(email)
    if phone is not None:
        entry.set_phone(phone, places.region_of(tx, entry.values["workspace_id"]))
    if note is not None:
        entry.set_note(note)
    given = {"status": status, "portal": portal, "consent": consent, "email_muted": mute_email}
    entry.set(**{column: value for column, value in given.items() if value is not None})
    entry.check(_holder(tx, entry))
    write(tx, actor, [entry])
    # A Participant never comes here, and both workspaces are the actor's: the client is still within reach.
    return _client(tx, finding.the_client(tx, actor, row.id))


def _to_change(tx: Tx, actor: Actor, client: str) -> Row[Any]:
    """The client, locked, whom the actor sees and may change."""
    found = finding.the_client(tx, actor, client)
    clientele.lock_clients(tx, [found.id])
    row = finding.the_client(tx, actor, found.id)
    finding.require(tx, actor, row.workspace_id, Deed.CLIENTS)
    return row


def _holder(tx: Tx, entry: Entry) -> Row[Any] | None:
    """Whose the address is that this client is about to have."""
    key = entry.will_be("email_key")
    return clientele.holders(tx, entry.values["workspace_id"], [key]).get(key) if key else None


def write(tx: Tx, actor: Actor, entries: Sequence[Entry]) -> Sequence[PersonId]:
    """Write clients, new ones and others as they are changed, none of them twice; gives their ids, in their order.

    It is known by then that each of them may be so (`Entry.check`), and that the actor may do it.
    """
    new = [entry for entry in entries if entry.row is None]
    added = iter(people.add_people(tx, PersonKind.CLIENT, [entry.name for entry in new]))
    written = {next(added) if entry.row is None else PersonId(entry.row.id): entry for entry in entries}
    clientele.add_clients(tx, {client: entry.values for client, entry in written.items() if entry.row is None})
    _change(tx, {client: entry for client, entry in written.items() if entry.row is not None})
    clientele.add_history(tx, actor.person, {client: entry.how for client, entry in written.items() if entry.kept})
    for client, entry in written.items():
        if entry.row is None:
            record(tx, actor, "client.add", client, *entry.fields)
        elif entry.fields:
            record(tx, actor, "client.change", client, *entry.fields)
    return list(written)


def _change(tx: Tx, entries: Mapping[PersonId, Entry]) -> None:
    people.rename_people(tx, {client: entry.name for client, entry in entries.items() if entry.renamed})
    clientele.change_clients(tx, {client: entry.changed for client, entry in entries.items()})
    for client, entry in entries.items():
        if "workspace_id" in entry.changed:
            places.lock_members(tx, entry.values["workspace_id"], shared=True)
            clientele.unassign_strangers(tx, client, entry.values["workspace_id"])


# -- assignments ------------------------------------------------------------------------------------------------------


@act
def assign(tx: Tx, actor: Actor, client: str, who: str) -> None:
    """Assign a member of the client's workspace to the client (A4, S4)."""
    row = _to_change(tx, actor, client)
    person = finding.the_staff(tx, who)
    places.lock_members(tx, row.workspace_id, shared=True)
    if places.role_of(tx, row.workspace_id, person.id) is None:
        raise Refused(
            f"{person.name} cannot be assigned to {row.name}",
            f"they are no member of {row.workspace_name}",
            "make them a member first",
        )
    if clientele.assign(tx, row.id, person.id):
        record(tx, actor, "client.assign", row.id, person.id)


@act
def unassign(tx: Tx, actor: Actor, client: str, who: str) -> None:
    """Take an assignment away; a Participant does not reach the client any more (A4)."""
    row = _to_change(tx, actor, client)
    person = finding.the_staff(tx, who)
    if not clientele.unassign(tx, row.id, person.id):
        raise NotFound(f"{person.name} is not assigned to {row.name}")
    record(tx, actor, "client.unassign", row.id, person.id)


# -- looking ----------------------------------------------------------------------------------------------------------


@look
def get(tx: Tx, actor: Actor, client: str) -> Client:
    """A client whom the actor reaches, by id or address, with who is assigned to them."""
    return _client(tx, finding.the_client(tx, actor, client))


@look
def list_clients(
    tx: Tx,
    actor: Actor,
    *,
    workspace: str | None = None,
    status: Status | None = None,
    portal: bool | None = None,
    search: str = "",
    limit: int = 50,
    after: str | None = None,
) -> Page[Client]:
    """A page, by name, of the clients whom the actor reaches (A4); `search`: words of name, address or number.

    `portal`: only those who have one (P1), or only those who have none.
    """
    finding.require_staff(tx, actor)
    if workspace is not None:
        finding.the_role(tx, actor, workspace)
    rows = clientele.clients_page(
        tx,
        actor.person,
        workspace=None if workspace is None else WorkspaceId(workspace),
        status=status,
        portal=portal,
        search=clean_line(search),
        limit=cursors.checked_limit(limit) + 1,
        after=None if after is None else cursors.text_key(after, PERSON),
    )
    keys = [(row.name_key, row.id) for row in rows]
    return cursors.page([_listed(row) for row in rows], keys, limit)


@look
def history(tx: Tx, actor: Actor, client: str) -> tuple[ClientChange, ...]:
    """The client's status, portal, consent and workspace since the beginning, oldest first (N3)."""
    row = finding.the_client(tx, actor, client)
    return tuple(
        ClientChange(
            at=one.at,
            by=one.by or "the provider",
            status=one.status,
            portal=one.portal,
            consent=one.consent,
            workspace=one.workspace_id,
            how=one.how,
        )
        for one in clientele.history_rows(tx, row.id)
    )


@look
def reachable(
    tx: Tx, actor: Actor, *, workspace: str | None = None, search: str = "", limit: int = 20
) -> tuple[Person, ...]:
    """Whom a new direct thread of the actor may name, clients first, each by name (A4).

    For staff: of `workspace`, an id. For a client `workspace` does not matter: the staff who can be written to.
    """
    cursors.checked_limit(limit)
    search = clean_line(search)
    if actor.is_client:
        home = standing.the_portal_client(tx, actor).workspace_id
        within = nameable_by(actor, home, None)
        return tuple(clientele.members_named(tx, home, search, limit, within))
    if workspace is None:
        raise BadInput("it is not said from where", "", "name a workspace")
    role = finding.the_role(tx, actor, workspace)
    here = WorkspaceId(workspace)
    within = nameable_by(actor, here, role)
    found = list(clientele.clients_named(tx, here, search, limit, within))
    if len(found) < limit:
        found += clientele.members_named(tx, here, search, limit - len(found), within)
    return tuple(found)


def _client(tx: Tx, row: Row[Any]) -> Client:
    return _listed(row, tuple(clientele.assigned_to(tx, row.id)))


def _listed(row: Row[Any], assigned: tuple[Person, ...] = ()) -> Client:
    return Client(
        id=PersonId(row.id),
        name=row.name,
        workspace=WorkspaceId(row.workspace_id),
        workspace_name=row.workspace_name,
        status=row.status,
        portal=row.portal,
        email=row.email,
        email_muted=row.email_muted,
        phone=row.phone,
        phone_number=row.phone_number,
        consent=row.consent,
        note=row.note,
        assigned=assigned,
        email_problem=row.email_problem,
    )
