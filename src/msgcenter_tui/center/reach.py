"""Whom an actor may write to by name (A4)."""

from __future__ import annotations

from collections.abc import Sequence

from msgcenter_tui.domain import Actor, Person, PersonId, Role, WorkspaceId
from msgcenter_tui.errors import NotFound
from msgcenter_tui.store import clientele
from msgcenter_tui.store.tx import Tx
from msgcenter_tui.store.visibility import nameable_by


def named(tx: Tx, actor: Actor, workspace: WorkspaceId, role: Role | None, ids: Sequence[PersonId]) -> list[Person]:
    """The people of these ids, each once and in this order; NotFound if the actor may not write to one (A4, S4)."""
    wanted = list(dict.fromkeys(ids))
    found = clientele.people_by_id(tx, wanted, nameable_by(actor, workspace, role))
    for one in wanted:
        if one not in found:
            raise NotFound(f"there is no person {one!r} here whom you could write to")
    return [found[one] for one in wanted]
