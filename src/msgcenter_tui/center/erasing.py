"""Erasing what is stored of a client, at their request (S2, S4, N12). How is said in store/erasing.py."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from msgcenter_tui.center import finding
from msgcenter_tui.domain import Actor, Erased, PersonId
from msgcenter_tui.errors import Ask
from msgcenter_tui.rules import asking
from msgcenter_tui.store import erasing
from msgcenter_tui.store.audit import record
from msgcenter_tui.store.ids import is_id
from msgcenter_tui.store.tables import PERSON
from msgcenter_tui.store.tx import Tx, act


@act
def erase(tx: Tx, actor: Actor, client: str, *, yes: bool = False) -> Erased:
    """Erase a client for good: an administrator's act, of any client in any workspace (S4). Asks first.

    Who is erased already stays so, and that is no refusal. Raises NotFound, or Refused where an address is that of
    several clients (S5).
    """
    finding.require_all_of_it(tx, actor)
    row = _anyone(tx, client)
    person = PersonId(row.id)
    if row.erased_at is not None:
        return Erased(person, row.erased_at, 0, 0, new=False)
    if not yes:
        raise Ask(asking.to_erase(row.name, row.workspace_name, *erasing.weigh(tx, person)))
    done = erasing.erase(tx, person, actor.person)
    if done is None:
        return Erased(person, tx.now, 0, 0, new=False)
    written, suppressed = done
    record(tx, actor, "client.erase", person, f"messages={written}", f"suppressed={suppressed}")
    return Erased(person, tx.now, written, suppressed, new=True)


def _anyone(tx: Tx, client: str) -> Row[Any]:
    """An administrator is asked by somebody whose workspace they may not know: by id, erased or not, or by address."""
    row = erasing.row_of(tx, client) if is_id(PERSON, client) else None
    if row is not None:
        return row
    return finding.any_client(tx, client)
