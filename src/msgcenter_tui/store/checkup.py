"""A look at a store, all of it, that changes no row: its file, its schema, and what in it wants somebody.

It is for whoever runs the program: numbers only, nobody's words (S2).
"""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select, text

from msgcenter_tui.domain import Finding, Health
from msgcenter_tui.errors import MessageCenterError, StoreUnavailable
from msgcenter_tui.files import left_behind
from msgcenter_tui.store import audit_walk, channels, damage, identity, ledger_views, migrations, notifiers, tables
from msgcenter_tui.store.engine import place, sqlite_reader
from msgcenter_tui.store.faults import RESCUE, explained
from msgcenter_tui.store.files import FORMER, StoreFile, kept_beside, refuse_network
from msgcenter_tui.store.store import Store
from msgcenter_tui.store.tx import Tx, look

_G, _N, _W, _B = Health.GOOD, Health.NOTE, Health.WARNING, Health.BAD
_DECIDE = "decide on the Deliveries screen, or with `msgcenter deliveries`"
_OLD = timedelta(days=7)
"""A backup that is older is worth a word."""
_RECORDS = 10_000
"""So many of the newest audit records are walked, in a tenth of a second: a log of a million takes many."""


def of_store(url: str) -> Iterator[Finding]:
    """What there is to say of the store that `url` names; of one that cannot be used, why. Raises BadInput for none."""
    where = place(url)
    if isinstance(where, Path):
        yield from _former(where)
        if not where.exists():
            yield Finding("store", _N, f"there is none yet at {where}", "make it with `msgcenter init`")
            return
        try:
            yield from _of_file(where)
        except StoreUnavailable as error:
            yield out_of_order("store", error)
            return
    store = Store(url)
    try:
        yield from _within(store)
    finally:
        store.close()


def out_of_order(about: str, error: MessageCenterError) -> Finding:
    """What an error says, as a finding."""
    return Finding(about, _B, f"{error.what}: {error.why}" if error.why else error.what, error.cure)


# -- the file ---------------------------------------------------------------------------------------------------------


def _of_file(path: Path) -> Iterator[Finding]:
    refuse_network(path)
    size = path.stat().st_size
    yield Finding("store", _G, f"{path}, {size / 1e6:,.1f} MB")
    yield from _writing(path)
    yield from _rights(path)
    yield from _space(path, size)
    with explained(str(path)):
        if damage.found(StoreFile(path)) or not damage.whole(path):
            yield Finding("integrity", _B, "the file is damaged", RESCUE)
            return
        with closing(sqlite_reader(path)) as reader:
            broken = reader.execute("PRAGMA foreign_key_check").fetchall()
    if broken:
        what = f"{len(broken)} rows point to rows that are not there, the first in table {broken[0][0]}"
        yield Finding("integrity", _B, what, "restore a backup; see `msgcenter restore`")
    else:
        yield Finding("integrity", _G, "every page and every reference is whole")


def _writing(path: Path) -> Iterator[Finding]:
    """What keeps a store from being written that can be read: its folder counts, and what SQLite keeps beside it."""
    beside = (path.with_name(f"{path.name}{end}") for end in ("-wal", "-shm"))
    shut = [one for one in (path.parent, path, *beside) if one.exists() and not os.access(one, os.W_OK)]
    if not shut:
        return
    what = f"{', '.join(map(str, shut))} may not be written: nothing can be stored, and nothing leaves"
    if os.statvfs(path).f_flag & os.ST_RDONLY:
        yield Finding("writing", _B, what, "its disk can only be read: mount it to be written, or move the store")
    elif all(one.stat().st_uid == os.geteuid() for one in shut):
        yield Finding("writing", _B, what, shlex.join(("chmod", "u+w", *map(str, shut))))
    else:
        yield Finding("writing", _B, what, "run the program as the user who owns it, or have it given to you")


def _rights(path: Path) -> Iterator[Finding]:
    ends = ("", "-wal", "-shm", ".notifier")
    files = (path.with_name(f"{path.name}{end}") for end in ends)
    readable = [one for one in files if one.exists() and one.stat().st_mode & 0o077]
    if readable:
        names = ", ".join(one.name for one in readable)
        cure = " ".join(("chmod 600", *map(str, readable)))
        yield Finding("rights", _W, f"others on this machine may read {names}", cure)
    else:
        yield Finding("rights", _G, "nobody else on this machine may read it")


def _space(path: Path, size: int) -> Iterator[Finding]:
    free = shutil.disk_usage(path.parent).free
    if free < 2 * size:
        cure = "free some space: a backup, an upgrade and a restore take as much again"
        yield Finding("disk", _W, f"{free / 1e6:,.0f} MB are free, less than twice the store", cure)
    else:
        yield Finding("disk", _G, f"{free / 1e9:,.1f} GB are free")


def _former(path: Path) -> Iterator[Finding]:
    if kept := kept_beside(path, FORMER):
        what = f"before it replaces the store, a restore keeps it beside it: {', '.join(one.name for one in kept)}"
        cure = "see that the store is what you want; if the restore was broken off, it is as before: give it again"
        yield Finding("former", _N, what, f"{cure}. Delete what nobody misses: {shlex.join(('rm', *map(str, kept)))}")


def left(places: Iterable[Path]) -> Iterator[Finding]:
    """What there is in these folders of files that a killed program was making."""
    if found := sorted(one for place in places for one in left_behind(place)):
        names = ", ".join(map(str, found))
        what = f"a backup, copy, restore, rescue or export was killed, and left what it had copied: {names}"
        yield Finding("copies", _W, what, f"delete it: {shlex.join(('rm', '-r', *map(str, found)))}")


# -- what is in it ----------------------------------------------------------------------------------------------------


def _within(store: Store) -> Iterator[Finding]:
    try:
        with store.read() as tx:
            version = migrations.revision(tx.conn)
            if not tx.sqlite:
                server = tx.conn.scalar(text("SHOW server_version"))
                yield Finding("store", _G, f"{store.name}, version {server}")
        if version is None:
            yield Finding("schema", _N, "the database is empty", "make the store with `msgcenter init`")
            return
        if migrations.due(version, migrations.LINE):
            what = f"version {version}, and this program's is {migrations.LINE.newest}"
            yield Finding("schema", _W, what, "the next command upgrades it; `msgcenter backup` first")
            return
        yield Finding("schema", _G, f"version {version}, the newest")
        if (moved := identity.moved(store)) is not None:
            cure = "that is as it should be after a copy or a restore; nothing is sent twice so"
            yield Finding("home", _W, f"{moved}: the next notifier holds all that waits", cure)
        yield from store.run(_work)
    except MessageCenterError as error:
        yield out_of_order("store", error)


@look
def _work(tx: Tx) -> list[Finding]:
    return [*_deliveries(tx), *_backups(tx), _audit(tx)]


def _deliveries(tx: Tx) -> Iterator[Finding]:
    status = ledger_views.status(tx, None)
    unset = channels.not_configured(tx)
    for channel, why in status.paused:
        if channel in unset:
            continue  # the accounts are looked at by whoever has the configuration
        resting = channel in status.until
        cure = "it is tried again by itself" if resting else "mend it, then `msgcenter deliveries resume`"
        yield Finding("sending", _W if resting else _B, why, cure)
    wanting = [(status.unknown, "unknown"), (status.held, "held"), (status.failed, "failed")]
    if any(count for count, _ in wanting):
        said = ", ".join(f"{count:,} {word}" for count, word in wanting if count)
        yield Finding("deliveries", _W, f"{said}: a person has to decide", _DECIDE)
    at_work = notifiers.at_work(tx)
    if status.due and not at_work:
        cure = "open the Message Center, or run `msgcenter deliver`"
        yield Finding("notifier", _W, f"{status.due:,} due now, and none is at work", cure)
    else:
        yield Finding("notifier", _G, f"{at_work} at work" if at_work else "none is at work, and nothing is due")


def _backups(tx: Tx) -> Iterator[Finding]:
    if not tx.sqlite:
        return  # a server's are made by its own tools
    last = tx.conn.scalar(select(func.max(tables.audit.c.at)).where(tables.audit.c.act == "store.backed-up"))
    cure = "`msgcenter backup FILE`, to another disk"
    if last is None:
        yield Finding("backup", _W, "it knows of none that was made with `msgcenter backup`", cure)
    elif tx.now - last > _OLD:
        yield Finding("backup", _W, f"the last was made {(tx.now - last).days} days ago", cure)
    else:
        yield Finding("backup", _G, f"the last was made on {last:%Y-%m-%d}")


def _audit(tx: Tx) -> Finding:
    walk = audit_walk.begin(tx, newest=_RECORDS)
    before = walk.last.number
    while not walk.over:
        walk = audit_walk.further(tx, walk)
    if walk.flaw:
        return Finding("audit", _B, f"the log is not whole: {walk.flaw}", "see `msgcenter audit verify`")
    if before:
        what = f"the newest {walk.last.number - before:,} of {walk.last.number:,} records follow from each other"
        return Finding("audit", _G, f"{what}; `msgcenter audit verify` looks at all")
    return Finding("audit", _G, f"all {walk.last.number:,} records follow from each other")
