"""Reading what deliveries carry at this moment: the recipient, the thread, and the messages (N1, N14)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, case, exists, func, select

from msgcenter_tui.domain import Channel, MessageId, RunId
from msgcenter_tui.rules.states import PENDING
from msgcenter_tui.store.keys import AMONG_KEYS, Key
from msgcenter_tui.store.tables import (
    clients,
    deliveries,
    gaps,
    messages,
    people,
    reads,
    runs,
    staff,
    threads,
    versions,
    workspaces,
)
from msgcenter_tui.store.texting import first_sms
from msgcenter_tui.store.tx import Tx
from msgcenter_tui.store.visibility import in_audience, of_run_kind, visible_to_client


@dataclass(frozen=True, slots=True)
class Text:
    """One message that a delivery carries, in the version that counts."""

    message: MessageId
    version: int
    number: int
    author: str
    at: datetime
    body: str
    facts: Mapping[str, str] | None


def delivery_rows(tx: Tx, notifier: str, keys: Iterable[Key]) -> Sequence[Row[Any]]:
    """Of these deliveries those that the notifier has claimed and that are pending, locked.

    Each with all that decides about it but the messages; their runs are closed.
    """
    return tx.conn.execute(_delivery_query(), {"keys": list(keys), "notifier": notifier}).all()


# Built once: putting such a statement together takes longer than the store takes to answer it.
@cache
def _delivery_query() -> Select[Any]:
    recipient = people.alias("recipient")
    client = clients.alias("client")  # the expressions of visibility.py have `clients` to themselves
    person: Any = deliveries.c.person_id
    listens = exists().where(clients.c.person_id == person, in_audience(threads.c.workspace_id))
    listens = listens.correlate_except(clients)
    return (
        select(
            deliveries,
            func.coalesce(deliveries.c.last, runs.c.last).label("until"),
            runs.c.channel,
            runs.c.kind.label("run_kind"),
            runs.c.thread_id,
            threads.c.kind.label("thread_kind"),
            threads.c.state.label("thread_state"),
            threads.c.subject,
            threads.c.locked,
            recipient.c.name,
            recipient.c.kind.label("person_kind"),
            recipient.c.erased_at,
            client.c.email.label("client_email"),
            client.c.email_muted,
            client.c.phone,
            client.c.phone_number,
            client.c.consent,
            staff.c.email.label("staff_email"),
            workspaces.c.name.label("workspace_name"),
            reads.c.up_to,
            listens.label("in_audience"),
            visible_to_client(person).label("in_portal"),
            case((runs.c.channel == Channel.SMS, first_sms(person, client.c.phone_number)), else_=False).label(
                "first_sms"
            ),
        )
        .join(runs, runs.c.id == deliveries.c.run_id)
        .join(threads, threads.c.id == runs.c.thread_id)
        .join(workspaces, workspaces.c.id == threads.c.workspace_id)
        .join(recipient, recipient.c.id == person)
        .outerjoin(client, client.c.person_id == person)
        .outerjoin(staff, staff.c.person_id == person)
        .outerjoin(reads, and_(reads.c.thread_id == threads.c.id, reads.c.person_id == person))
        .where(AMONG_KEYS, deliveries.c.claimed_by == bindparam("notifier"), deliveries.c.state.in_(PENDING))
        .order_by(deliveries.c.run_id, deliveries.c.person_id)
        .with_for_update(of=deliveries)
    )


def texts(tx: Tx, rows: Sequence[Row[Any]]) -> dict[Key, list[Text]]:
    """What each of these rows carries, in the order of the numbers (M5); empty where nothing of it stands.

    One that is sent again as it was (its letter is kept) carries the versions that left (N14), else the present ones.
    """
    standing = _standing(tx, {row.run_id for row in rows if row.letter is None})
    missing = _gaps(tx, {row.run_id for row in rows})
    former = _former(tx, {part[0] for row in rows if row.letter is not None for part in row.letter["parts"]})
    found: dict[Key, list[Text]] = {}
    for row in rows:
        if row.letter is not None:
            found[row.run_id, row.person_id] = _own(row, former)
            continue
        holes = missing.get((row.run_id, row.person_id), ())
        found[row.run_id, row.person_id] = [
            text
            for author, text in standing.get(row.run_id, ())
            if row.first <= text.number <= row.until
            and author != row.person_id
            and not any(first <= text.number <= last for first, last in holes)
        ]
    return found


_TEXT = (messages.c.id, messages.c.version, messages.c.number, messages.c.at, messages.c.body, messages.c.facts)


def _text(row: Row[Any], author: str) -> Text:
    return Text(MessageId(row.id), row.version, row.number, author, row.at, row.body, row.facts)


def _standing(tx: Tx, of: set[RunId]) -> dict[RunId, list[tuple[str, Text]]]:
    """The messages of each run that are not deleted, with the ids of their authors (N1, N5, M5)."""
    found: dict[RunId, list[tuple[str, Text]]] = defaultdict(list)
    for row in tx.conn.execute(_standing_query(), {"runs": list(of)}) if of else ():
        found[row.run_id].append((row.author_id, _text(row, row.author)))
    return found


@cache
def _standing_query() -> Select[Any]:
    author = people.alias("author")
    return (
        select(runs.c.id.label("run_id"), *_TEXT, messages.c.author_id, author.c.name.label("author"))
        .select_from(runs)
        .join(
            messages,
            and_(
                messages.c.thread_id == runs.c.thread_id,
                messages.c.number.between(runs.c.first, runs.c.last),
                messages.c.deleted_at.is_(None),
                of_run_kind(runs.c.kind),
            ),
        )
        .join(author, author.c.id == messages.c.author_id)
        .where(runs.c.id.in_(bindparam("runs", expanding=True)))
        .order_by(runs.c.id, messages.c.number)
    )


_GAPS = select(gaps).where(gaps.c.run_id.in_(bindparam("runs", expanding=True)))


def _gaps(tx: Tx, of: set[RunId]) -> dict[Key, list[tuple[int, int]]]:
    found: dict[Key, list[tuple[int, int]]] = defaultdict(list)
    for gap in tx.conn.execute(_GAPS, {"runs": list(of)}):
        found[gap.run_id, gap.person_id].append((gap.first, gap.last))
    return found


def _former(tx: Tx, ids: set[MessageId]) -> dict[tuple[MessageId, int], Row[Any]]:
    """Every version there is of these messages."""
    if not ids:
        return {}
    now: Select[Any] = select(*_TEXT, messages.c.deleted_at).where(messages.c.id.in_(ids))
    then: Select[Any] = (
        select(
            messages.c.id,
            versions.c.version,
            messages.c.number,
            messages.c.at,
            versions.c.body,
            versions.c.facts,
            messages.c.deleted_at,
        )
        .join(versions, versions.c.message_id == messages.c.id)
        .where(messages.c.id.in_(ids))
    )
    return {(MessageId(row.id), row.version): row for query in (then, now) for row in tx.conn.execute(query)}


def _own(row: Row[Any], former: Mapping[tuple[MessageId, int], Row[Any]]) -> list[Text]:
    found = [(former.get((id, version)), author) for id, version, author in row.letter["parts"]]
    if all(message is None or message.deleted_at is not None for message, _ in found):
        return []
    return [_text(message, author) for message, author in found if message is not None]
