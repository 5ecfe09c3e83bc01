"""Who may back up a store, and put a backup in its place (S4). How that is done is the store's affair."""

from __future__ import annotations

from contextlib import closing, suppress

from msgcenter_tui.center import finding, identity
from msgcenter_tui.domain import Actor
from msgcenter_tui.errors import Ask, MessageCenterError, StoreDamaged
from msgcenter_tui.store import backups, staff
from msgcenter_tui.store.audit import record
from msgcenter_tui.store.backups import Backup, Restored
from msgcenter_tui.store.engine import file_of, on_a_server
from msgcenter_tui.store.store import Store, open_store
from msgcenter_tui.store.tx import Tx, act, look


def back_up(database: str, target: str, *, who: str | None) -> Backup:
    """Copy all that is in the store that `database` names into the new file `target`: an administrator's act (S4).

    `who` names the actor (identity.who).
    """
    file_of(database)  # a server is not even asked
    with closing(open_store(database, new=False)) as store:
        return make(store, store.run(identity.who, who), target)


def make(store: Store, actor: Actor, target: str) -> Backup:
    """Copy the store, which is one in a file, into the new file `target`: two records in its log, and the copy between.

    The copy knows of the first. Only the second says that there is a backup.
    """
    store.run(_begin, actor)
    made = backups.back_up(store.name, target)
    with suppress(MessageCenterError):  # it is there all the same; `doctor` asks for one too many then, not too few
        store.run(_end, actor)
    return made


def restore(database: str, backup: str, *, who: str | None, yes: bool = False) -> Restored:
    """Put the file `backup` in the place of the store that `database` names.

    For administrators, and asked first, where there is a store that can say who they are (S4). Where there is none, or
    a damaged one, whoever may write its file may restore it.
    """
    path, _ = backups.named(database, backup)  # before anything is asked
    if path.exists() and path.stat().st_size > 1:  # else all is lost already
        _check(database, who)
        if not yes:
            why = "what was written since then is kept in a file beside it, and what waits to be sent is held"
            raise Ask(f"the store {path} becomes what it was when {backup} was made", why)
    return backups.restore(database, backup)


def _check(database: str, who: str | None) -> None:
    """Any other trouble than damage, such as a lock that somebody holds, opens nobody's way."""
    try:
        with closing(open_store(database)) as store:
            if store.run(_has_staff):
                store.run(_require_administrator, store.run(identity.who, who))
    except StoreDamaged:
        return


@look
def may_back_up(tx: Tx, actor: Actor) -> None:
    """Refused to whoever is no administrator, naming those who are (S4), and on a server."""
    finding.require_administrator(tx, actor)
    if not tx.sqlite:
        raise on_a_server()


@act
def _begin(tx: Tx, actor: Actor) -> None:
    finding.require_administrator(tx, actor)
    record(tx, actor, "store.backup", "")


@act
def _end(tx: Tx, actor: Actor) -> None:
    record(tx, actor, "store.backed-up", "")


@look
def _has_staff(tx: Tx) -> bool:
    return bool(staff.all_staff(tx))


@look
def _require_administrator(tx: Tx, actor: Actor) -> None:
    finding.require_administrator(tx, actor)
