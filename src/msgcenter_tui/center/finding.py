"""From the words that name somebody to the one who is meant, or to "not found" and "which of them?" (S4, S5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row

from msgcenter_tui.center import addresses
from msgcenter_tui.domain import Actor, PersonKind, Role, WorkspaceId
from msgcenter_tui.errors import BadInput, Refused, not_found
from msgcenter_tui.rules import roles
from msgcenter_tui.rules.plain_address import is_plain
from msgcenter_tui.store import clientele, places, staff
from msgcenter_tui.store.ids import is_id
from msgcenter_tui.store.tables import WORKSPACE
from msgcenter_tui.store.tx import Tx


def require_staff(tx: Tx, actor: Actor) -> None:
    """Refuse whoever is not on the staff; a member of staff stays one as long as the store lives."""
    if actor.kind is not PersonKind.STAFF or staff.staff_by_id(tx, actor.person) is None:
        raise Refused("you cannot do this", "it is for staff", "act as a member of staff")


def require_administrator(tx: Tx, actor: Actor | None) -> None:
    """Refuse whoever is no administrator, naming those who are (S4)."""
    those = staff.administrators(tx)
    is_one = actor is not None and not actor.is_client and any(row.id == actor.person for row in those)
    roles.require(None, roles.Deed.ADMINISTER, administrator=is_one, who_could=[row.name for row in those])


def require_all_of_it(tx: Tx, actor: Actor) -> None:
    """For what has to reach all that is stored: an administrator, signed in so that no wall keeps anything back."""
    require_administrator(tx, actor)
    if tx.login is not None:
        raise Refused(
            "this reaches what is kept from you",
            f"your role {tx.login.role} sees its own workspaces only",
            "sign in with the role that owns the tables",
        )


def the_role(tx: Tx, actor: Actor, workspace: str) -> Role:
    """The actor's role in a workspace given by its id; NotFound for whoever is no member (S4)."""
    role = None
    if is_id(WORKSPACE, workspace) and not actor.is_client:
        role = places.role_of(tx, WorkspaceId(workspace), actor.person)
    if role is None:
        raise not_found("workspace", workspace)
    return role


def require(tx: Tx, actor: Actor, workspace: str, deed: roles.Deed) -> None:
    """Refuse what the actor's role in the workspace does not allow, naming the Owners (S4)."""
    role = the_role(tx, actor, workspace)
    if not roles.may(role, deed):
        owners = places.members_of(tx, WorkspaceId(workspace), Role.OWNER)
        roles.require(role, deed, who_could=[row.name for row in owners])


def staff_named(tx: Tx, who: str) -> Row[Any] | None:
    """The member of staff with this id or address, None where there is none: id, name, email, administrator."""
    row = staff.staff_by_id(tx, who)
    if row is None and (key := email_key(who)):
        row = staff.staff_by_email(tx, key)
    return row


def the_staff(tx: Tx, who: str) -> Row[Any]:
    """The same; NotFound where there is none."""
    row = staff_named(tx, who)
    if row is None:
        raise not_found("member of staff", who)
    return row


def clients_named(tx: Tx, client: str, *which: ColumnElement[bool]) -> Sequence[Row[Any]]:
    """The client with this id, or those with this address, one in each workspace at most (S5): of `which` clients."""
    row = clientele.client_by_id(tx, client, *which)
    if row is not None:
        return [row]
    key = email_key(client)
    return clientele.clients_by_email(tx, key, *which) if key else []


def the_client(tx: Tx, actor: Actor, client: str) -> Row[Any]:
    """The client with this id or address whom the actor reaches (A4): whom they do not reach is not there (S4)."""
    if actor.is_client:
        raise not_found("client", client)
    return _the_one(clients_named(tx, client, clientele.reached_by_staff(actor.person)), client)


def any_client(tx: Tx, client: str) -> Row[Any]:
    """The client with this id or address, whoever reaches them: for administrators (S4)."""
    return _the_one(clients_named(tx, client), client)


def _the_one(rows: Sequence[Row[Any]], client: str) -> Row[Any]:
    if not rows:
        raise not_found("client", client)
    if len(rows) > 1:
        candidates = [f"{row.name} in {row.workspace_name} ({row.id})" for row in rows]
        raise ambiguous(client, candidates)
    return rows[0]


def ambiguous(named: str, candidates: Sequence[str]) -> Refused:
    """The refusal that lists who could be meant (S5)."""
    more = f" and {len(candidates) - 10} more" if len(candidates) > 10 else ""
    listed = ", ".join(candidates[:10]) + more
    return Refused(f"{named[:80]!r} is not unambiguous", f"it could be {listed}", "give the id instead")


def email_key(text: str) -> str | None:
    """The key of what could be an address, None for anything else."""
    if "@" not in text:
        return None
    if is_plain(text) and "xn--" not in (key := text.lower()):  # as below, without the library: it takes longest of all
        return key
    try:
        return addresses.email_address(text)[1]
    except BadInput:
        return None
