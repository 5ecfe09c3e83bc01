"""Writing from behind walls: through the gates in them (store/walls/gates.py), which do the rest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, ColumnElement, Integer, Text, cast, func, literal, select

from msgcenter_tui.domain import MessageId, PersonId, ThreadId
from msgcenter_tui.store import given
from msgcenter_tui.store.chain import Record
from msgcenter_tui.store.tables import MESSAGE, PERSON, THREAD
from msgcenter_tui.store.tx import Tx
from msgcenter_tui.store.walls.plan import WALLS

_GATES: Any = getattr(func, WALLS)


def stay(tx: Tx) -> None:
    """Nobody erases the client who is signed in before this act ends."""
    tx.conn.execute(select(_GATES.stay()))


def note(tx: Tx, said: Iterable[Record]) -> ColumnElement[bool]:
    """Write audit records behind the last one; gives what holds once they are committed.

    Their time is the server's, and `by` is nobody: who is signed in behind walls is nobody else.
    """
    records = given.packed((one.who, one.act, one.what, one.fields) for one in said)
    noted = _GATES.note(cast(literal(records, Text), JSON)).table_valued("number", "hash")
    row = tx.conn.execute(select(noted.c.number, noted.c.hash)).one()
    there: ColumnElement[bool] = _GATES.noted(literal(row.number, BigInteger), row.hash, type_=Boolean())
    return there


def begin_thread(tx: Tx, owner: PersonId | None, subject: str | None) -> ThreadId:
    """A direct thread to this member of staff."""
    begun = _GATES.begin(literal(owner, PERSON), subject, type_=THREAD)
    return ThreadId(tx.conn.execute(select(begun)).scalar_one())


def put_in(tx: Tx, thread: ThreadId, people: Iterable[PersonId]) -> None:
    """Those whom the thread is to besides; in the order given."""
    for person in people:
        tx.conn.execute(select(_GATES.put(literal(thread, THREAD), literal(person, PERSON))))


def post(tx: Tx, thread: ThreadId, body: str) -> tuple[MessageId, int]:
    """A message with its number, marked for staff and enrolled for notification (N9, N10)."""
    periods = (int(span.total_seconds() * 1_000_000) for span in (tx.policy.quiet_period, tx.policy.reply_gather))
    posted = _GATES.post(literal(thread, THREAD), body, *periods).table_valued("id", "number")
    number, name = posted.c.number, func.concat(MESSAGE.prefix, posted.c.id)
    row = tx.conn.execute(select(name, number)).one()
    return MessageId(row[0]), row[1]


def rewrite(tx: Tx, message: MessageId, body: str) -> None:
    """Change one's own text; the former one is kept (M2)."""
    tx.conn.execute(select(_GATES.rewrite(literal(message, MESSAGE), body)))


def remove(tx: Tx, message: MessageId) -> None:
    """Delete one's own message, and take it out of what has not left (M2, N5)."""
    tx.conn.execute(select(_GATES.remove(literal(message, MESSAGE))))


def take_back(tx: Tx, message: MessageId) -> bool:
    """Take one's own newest message back; whether its thread has any left (N5)."""
    remains: bool = tx.conn.execute(select(_GATES.take_back(literal(message, MESSAGE), type_=Boolean()))).scalar_one()
    return remains


def anything_left(thread: ThreadId, number: int) -> ColumnElement[bool]:
    """Whether any notification of one's own message has left (N14)."""
    left: ColumnElement[bool] = _GATES.anything_left(literal(thread, THREAD), literal(number, Integer), type_=Boolean())
    return left
