"""The client portal from the staff's side: signing in as a client, and looking without touching (P1..P3)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from msgcenter_tui.center import finding, identity
from msgcenter_tui.domain import NOBODY, Actor, Eyes, PersonId, PersonKind, Role, Status, WorkspaceId
from msgcenter_tui.errors import Ask, Refused, not_found
from msgcenter_tui.rules import signing_in
from msgcenter_tui.store import clientele, conversations, demonstration, past, places
from msgcenter_tui.store.audit import record
from msgcenter_tui.store.ids import is_id
from msgcenter_tui.store.tables import WORKSPACE
from msgcenter_tui.store.tx import Tx, act, look
from msgcenter_tui.store.visibility import visible, visible_to_client
from msgcenter_tui.text import clean_line, clean_name

NEW_CLIENT = "New Client"
"""The name of an imagined client, where none is given."""


@act
def sign_in(tx: Tx, actor: Actor, client: str, *, yes: bool = False) -> Actor:
    """The client's Actor, with the member of staff kept beside it: the audit names both from here on (P3).

    Raises Refused, with why, where the client could not sign in (P2); Ask in a real store, unless `yes`.
    """
    row = finding.the_client(tx, actor, client)
    if tx.login is not None:
        raise Refused(
            f"you cannot sign in as {row.name}",
            f"you are signed in to the server with the role {tx.login.role}, which is yours",
            "look at their portal without touching it, or have a login added for them",
        )
    portal = identity.as_client(row, by=actor.person)
    if not yes and not demonstration.is_marked(tx):
        raise Ask(
            f"sign in as {row.name}?",
            "what you read there counts as read by them, and what you write is theirs; the audit names you both",
            "to look without touching, view their portal instead",
        )
    record(tx, portal, "portal.sign_in", row.id)
    return portal


@look
def view_as(
    tx: Tx,
    actor: Actor,
    client: str,
    *,
    at: datetime | None = None,
    status: Status | None = None,
    portal: bool | None = None,
    workspace: str | None = None,
) -> Actor:
    """An Actor that sees the client's portal, marks nothing read and can write nothing (P3).

    `at` is a time in the past as of which everything is seen; `status`, `portal` and `workspace` (the id of one of the
    actor's) take the place of what the client's are. `not_kept` tells what of that time cannot be known.

    Raises Refused, with why, where there is nothing to see since the client could not sign in (P2), nobody can know
    it yet, or the actor may not see that place (S4).
    """
    row = finding.the_client(tx, actor, client)
    if at is None and status is None and portal is None and workspace is None:
        signed_in = identity.as_client(row, by=actor.person)
        return Actor(signed_in.person, signed_in.kind, signed_in.name, by=actor.person, viewing=True)
    _refuse_future(tx, at)
    if workspace is not None and not is_id(WORKSPACE, workspace):
        raise not_found("workspace", workspace)
    eyes = Eyes(at, status, portal, None if workspace is None else WorkspaceId(workspace))
    looking = Actor(PersonId(row.id), PersonKind.CLIENT, row.name, by=actor.person, viewing=True, eyes=eyes)
    then = conversations.standing_row(tx, looking)
    if then is None:
        since = clientele.history_rows(tx, looking.person)[0].at
        raise Refused(
            f"there is no portal of {row.name} to see",
            f"they became a client after that, on {since.astimezone():%Y-%m-%d at %H:%M}",
            "choose a later time, or look as a client who joins today",
        )
    if then.workspace_id != row.workspace_id and not _reaches_there(tx, actor, row, then.workspace_id):
        if workspace is not None:
            raise not_found("workspace", workspace)
        raise Refused(
            f"you cannot see this portal of {row.name}",
            "then they were in a workspace that is not yours",
            "choose a later time",
        )
    possible = then.portal and not (portal and row.email is None)  # P2: without an address none could be enabled
    why = signing_in.why_not(portal=possible, email=row.email, erased=row.erased_at is not None)
    if why is not None and at is not None and not then.portal:
        why = "their client portal was not enabled then", "choose another time, or look as if it had been on"
    if why is not None:
        raise Refused(f"{row.name} {'cannot' if at is None else 'could not'} sign in", *why)
    return looking


def _reaches_there(tx: Tx, actor: Actor, client: Row[Any], workspace: WorkspaceId) -> bool:
    """Whether the actor would reach the client in another workspace, too (A4)."""
    role = places.role_of(tx, workspace, actor.person)
    assigned = any(one.id == actor.person for one in clientele.assigned_to(tx, client.id))
    return role is not None and (role is not Role.PARTICIPANT or assigned)


@look
def view_as_new(
    tx: Tx,
    actor: Actor,
    workspace: str,
    *,
    name: str = "",
    status: Status = Status.LEAD,
    portal: bool = True,
    at: datetime | None = None,
) -> Actor:
    """An Actor that sees the portal of an imagined client who has just been added to the workspace, an id (V2, P3).

    `name` fills the merge fields. Raises as `view_as` does.
    """
    finding.the_role(tx, actor, workspace)
    _refuse_future(tx, at)
    if not portal:
        raise Refused("a client without a portal sees nothing", "", "look with the portal on")
    eyes = Eyes(at, status, portal, WorkspaceId(workspace))
    name = clean_name(name) if clean_line(name) else NEW_CLIENT
    return Actor(NOBODY, PersonKind.CLIENT, name, by=actor.person, viewing=True, eyes=eyes)


def _refuse_future(tx: Tx, at: datetime | None) -> None:
    if at is not None and at > tx.now:
        raise Refused(
            "nobody can look at a portal of the future",
            "what will be sent until then is not known",
            "look as of now, also as a client who joins today: whoever joins tomorrow sees that, and what comes",
        )


@look
def not_kept(tx: Tx, actor: Actor) -> tuple[str, ...]:
    """What of the time as of which this view is cannot be known, as clauses for people; () for one of now."""
    at = actor.at
    if at is None:
        return ()
    told = ["what was read then is not kept", "names and field values are today's"]
    renamed, taken_back = past.lost(tx, at, visible(actor), visible_to_client(actor.person, actor.eyes))
    if renamed:
        told.append(f"{renamed} of the subjects {'was' if renamed == 1 else 'were'} changed since")
    if taken_back:
        told.append(f"{taken_back} {'message' if taken_back == 1 else 'messages'} shown then {_WERE[taken_back == 1]}")
    return tuple(told)


_WERE = {True: "was taken back since and is gone", False: "were taken back since and are gone"}


@look
def why_not(tx: Tx, actor: Actor, client: PersonId | str) -> str | None:
    """Why the client cannot sign in, and what would help, as one clause; None where they can (P2)."""
    row = finding.the_client(tx, actor, client)
    reason = signing_in.why_not(portal=row.portal, email=row.email, erased=row.erased_at is not None)
    return None if reason is None else "; ".join(reason)
