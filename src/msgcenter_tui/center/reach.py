"""Whom an actor may write to by name (A4), and whom an address means (S5)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement

from msgcenter_tui.center import finding, standing
from msgcenter_tui.domain import Actor, Person, PersonId, Role, WorkspaceId
from msgcenter_tui.errors import NotFound
from msgcenter_tui.store import clientele, staff
from msgcenter_tui.store.tx import Tx, look
from msgcenter_tui.store.visibility import nameable_by

_TO_WRITE_TO = "here whom you could write to"


def named(tx: Tx, actor: Actor, workspace: WorkspaceId, role: Role | None, ids: Sequence[PersonId]) -> list[Person]:
    """The people of these ids, each once and in this order; NotFound if the actor may not write to one (A4, S4)."""
    wanted = list(dict.fromkeys(ids))
    found = clientele.people_by_id(tx, wanted, nameable_by(actor, workspace, role))
    for one in wanted:
        if one not in found:
            raise _nobody(one, _TO_WRITE_TO)
    return [found[one] for one in wanted]


@look
def whom(tx: Tx, actor: Actor, who: str, workspace: WorkspaceId) -> PersonId:
    """Whom `who` means in a new thread from there (see `meant`); a client's is from where they live."""
    if actor.is_client:
        return meant(tx, who, nameable_by(actor, standing.the_portal_client(tx, actor).workspace_id, None))
    return meant(tx, who, nameable_by(actor, workspace, finding.the_role(tx, actor, workspace)))


def meant(tx: Tx, who: str, which: ColumnElement[bool], where: str = _TO_WRITE_TO) -> PersonId:
    """Whom `who` means among these `people`: an id as it is, which whoever uses it judges, or an address.

    Raises Refused with the candidates where it is the address of two (S5), NotFound where of nobody, with `where` (S4).
    """
    key = finding.email_key(who)
    if key is None:
        return PersonId(who)
    rows = [staff.staff_by_email(tx, key), *clientele.clients_by_email(tx, key)]
    found = clientele.people_by_id(tx, [PersonId(row.id) for row in rows if row is not None], which)
    if not found:
        raise _nobody(who, where)
    if len(found) > 1:
        raise finding.ambiguous(who, [f"{one.name}, {one.kind.value} ({one.id})" for one in found.values()])
    return next(iter(found))


def _nobody(who: str, where: str) -> NotFound:
    return NotFound(f"there is no person {who[:80]!r} {where}")
