"""Who may back up a store, and put a backup in its place (S4). The files are the store's affair (store/backups.py)."""

from __future__ import annotations

from msgcenter_tui.center import finding
from msgcenter_tui.domain import Actor
from msgcenter_tui.store import staff
from msgcenter_tui.store.audit import record
from msgcenter_tui.store.tx import Tx, act, look


@act
def begin_backup(tx: Tx, actor: Actor) -> None:
    """A backup is about to be made, of all that is in the store; for administrators (S4)."""
    finding.require_administrator(tx, actor)
    record(tx, actor, "store.backup", "")


@look
def check_restore(tx: Tx, actor: Actor) -> None:
    """Refuse whoever may not replace all that is in the store: that is for administrators (S4)."""
    finding.require_administrator(tx, actor)


@look
def is_used(tx: Tx) -> bool:
    """Whether anybody is in the store: else there is nobody to ask."""
    return bool(staff.all_staff(tx))
