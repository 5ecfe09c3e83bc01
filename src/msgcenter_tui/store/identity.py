"""Where a store is at home: recognises one that was copied or restored, whose past may have been sent already (N13).

A store remembers its home twice. In the database, under keys of `meta`: `home`, and on SQLite `fences`, how many
deliveries were ever fenced. Outside of what a copy or a backup takes along: on SQLite a small file beside the store,
`<file>.notifier`, with the same token, the file's inode and the number of fences; on PostgreSQL the cluster, its
timeline, and the numbers of the database and of a table in it.

    a copied file       has no such file beside it, or another inode than it says
    a restored file     has fewer fences than the file beside it counts
    a restored database has another home (a dump, point-in-time recovery, a standby that took over)

The notifier asks `moved` before it claims anything. Where it gets a reason, it holds what waits (N13) and calls
`settle_here` in the end; then the store is at home where it is. It calls `fences` in each transaction that fences.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Integer, Update, bindparam, cast, delete, insert, select, text, update
from sqlalchemy import Text as Words

from msgcenter_tui.errors import StoreUnavailable, reason
from msgcenter_tui.store.files import PRIVATE
from msgcenter_tui.store.prepared import Prepared
from msgcenter_tui.store.tables import meta
from msgcenter_tui.store.tx import Tx

if TYPE_CHECKING:
    from msgcenter_tui.store.store import Store

log = logging.getLogger(__name__)

HOME = "home"
FENCES = "fences"
_LENGTH = 120
"""Bytes of the file beside a store, filled up with blanks: room for the largest numbers."""


class _Beside(NamedTuple):
    """What the file beside a SQLite store says."""

    home: str
    inode: int
    fences: int


def moved(store: Store) -> str | None:
    """Why the store seems to be a copy or restored, a clause for people; None where it is at home.

    A store that never had a home is nobody's copy. Ask before anything is claimed; changes nothing.
    """
    # Read first: it follows the store, and another notifier may be fencing just now.
    beside = None if store.file is None else _read(store.file.beside)
    with store.read() as tx:
        home, fences = _value(tx, HOME), int(_value(tx, FENCES) or 0)
        if home is None:
            return None
        if not tx.sqlite:
            return None if home == _postgresql_home(tx) else "the database was restored, copied, or failed over"
    assert store.file is not None
    if beside is None or beside.home != home:
        return "the file was copied here, or renamed"
    if beside.inode != store.file.inode:
        return "the file was copied here, or restored from a backup"
    if fences < beside.fences:
        return "the file was restored from an older backup"
    return None


def settle_here(store: Store) -> None:
    """Make this place the store's home: from now on `moved` answers None, until it is copied or restored again.

    Raises StoreUnavailable where that cannot be remembered.
    """
    with store.write() as tx:
        home = secrets.token_hex(8) if tx.sqlite else _postgresql_home(tx)
        fences = int(_value(tx, FENCES) or 0)
        tx.conn.execute(delete(meta).where(meta.c.key == HOME))
        tx.conn.execute(insert(meta).values(key=HOME, value=home))
    if store.file is None:
        return
    try:
        _write(store.file.beside, _Beside(home, store.file.inode, fences))
    except OSError as error:
        what, why = f"{store.file.beside} cannot be written", reason(error)
        raise StoreUnavailable(what, why, "make its folder writable for you, and free some space") from error


def fences(tx: Tx, count: int) -> None:
    """Count `count` deliveries fenced in this transaction; once it is committed the file beside the store follows.

    PostgreSQL keeps no such count: its home tells.
    """
    if not tx.sqlite or not count:
        return
    counted = _count.rows(tx, {"count": count})
    now = counted[0][0] if counted else None
    if now is None:
        now = str(count)
        tx.conn.execute(insert(meta).values(key=FENCES, value=now))
    tx.conn.info[FENCES] = int(now)


@Prepared
def _count(sqlite: bool) -> Update:
    more = cast(cast(meta.c.value, Integer) + bindparam("count", 0, Integer), Words)
    return update(meta).where(meta.c.key == FENCES).values(value=more).returning(meta.c.value)


def note(store: Store, fences: int) -> None:
    """Write the count of fences, committed just now, beside the store; `Store.write` does it.

    A count that is behind only makes it less strict. So it is not flushed to the disk (it may be behind after a loss
    of power), and a failure to write it is logged: what was committed stands.
    """
    assert store.file is not None
    try:
        # In place, with as many bytes as before: a rename costs more than the commit that it follows.
        opened = os.open(store.file.beside, os.O_RDWR | os.O_CLOEXEC)
        try:
            beside = _parsed(os.read(opened, 2 * _LENGTH))
            if beside is not None and beside.fences < fences:
                os.pwrite(opened, _packed(beside._replace(fences=fences)), 0)
        finally:
            os.close(opened)
    except FileNotFoundError:
        return
    except OSError as error:
        log.warning("%s could not be written: %s", store.file.beside.name, error.strerror)


def _value(tx: Tx, key: str) -> str | None:
    found: str | None = tx.conn.execute(select(meta.c.value).where(meta.c.key == key)).scalar()
    return found


def _postgresql_home(tx: Tx) -> str:
    numbers = "SELECT oid::text || '/' || 'runs'::regclass::oid FROM pg_database WHERE datname = current_database()"
    home: str = tx.conn.execute(text(numbers)).scalar_one()
    control = "has_function_privilege('pg_control_system()', 'execute')"
    if tx.conn.execute(text(f"SELECT {control}")).scalar_one():
        cluster = "SELECT system_identifier || '/' || timeline_id FROM pg_control_system(), pg_control_checkpoint()"
        home = f"{tx.conn.execute(text(cluster)).scalar_one()}/{home}"
    return home


def _read(path: Path) -> _Beside | None:
    try:
        return _parsed(path.read_bytes())
    except OSError:
        return None


def _parsed(content: bytes) -> _Beside | None:
    try:
        return _Beside(**json.loads(content))
    except (ValueError, TypeError):
        return None  # none, or half of one: nothing is known, as after a copy


def _packed(beside: _Beside) -> bytes:
    return json.dumps(beside._asdict()).ljust(_LENGTH).encode()


def _write(path: Path, beside: _Beside) -> None:
    unfinished = path.with_name(f"{path.name}.{os.getpid()}-{secrets.token_hex(4)}")
    opened = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, PRIVATE)
    with os.fdopen(opened, "wb") as file:
        file.write(_packed(beside))
    unfinished.replace(path)
