"""Exporting threads as somebody sees them, all from one state of the store (V, T5, M2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any

from sqlalchemy import Row

from msgcenter_tui.center import rendering, standing
from msgcenter_tui.center.thread_sheets import Head, Sheet
from msgcenter_tui.domain import (
    Actor,
    MessageId,
    MessageVersion,
    Person,
    ThreadId,
    WorkspaceId,
)
from msgcenter_tui.store import conversations, exporting
from msgcenter_tui.store.tx import Tx, look

_BATCH = 100


@dataclass(frozen=True, slots=True)
class Exported:
    """How much was written."""

    threads: int
    messages: int


@look
def export_threads(
    tx: Tx, actor: Actor, sheet: Sheet, *, threads: Sequence[ThreadId] = (), workspace: str | None = None
) -> Exported:
    """Write what the actor sees of these threads, or of all, or of a workspace (its id), the oldest thread first.

    To staff texts are as written, with their former ones; to a client as their portal shows them (M2, T5, V). What is
    deleted is in no list, and not in this. Raises NotFound for a thread that the actor does not see.
    """
    for thread in threads:
        standing.the_thread(tx, actor, thread)
    if actor.is_client:
        standing.the_portal_client(tx, actor)
    values = rendering.reader_values(tx, actor)
    sheet.begin(tx.now, Person(actor.person, actor.name, actor.kind))
    count = written = 0
    which = exporting.seen_by(actor, None if workspace is None else WorkspaceId(workspace), list(threads))
    for page in exporting.thread_pages(tx, *which):
        ids = [row.id for row in page]
        people = conversations.participants_of(tx, ids)
        messages = groupby(exporting.message_rows(tx, ids), key=lambda message: message.thread_id)
        here = next(messages, None)
        for row in page:
            sheet.thread(_head(row, people.get(row.id, ())))
            count += 1
            if here is None or here[0] != row.id:
                continue
            for batch in batched(here[1]):
                former = {} if actor.is_client else former_texts(tx, batch)
                for one in batch:
                    sheet.message(rendering.message(one, actor, values), former.get(one.id, ()))
                    written += 1
            here = next(messages, None)
    sheet.end()
    return Exported(count, written)


def batched(rows: Iterable[Row[Any]]) -> Iterator[Sequence[Row[Any]]]:
    """A hundred at a time, so that what belongs to each is read for all of them at once."""
    each = iter(rows)
    while batch := list(islice(each, _BATCH)):
        yield batch


def _head(row: Row[Any], people: Sequence[Person]) -> Head:
    by = Person(row.created_by, row.begun_by, row.begun_by_kind)
    return Head(row.id, row.kind, row.workspace_name, row.subject, row.locked, row.created_at, by, tuple(people))


def former_texts(tx: Tx, rows: Sequence[Row[Any]]) -> dict[MessageId, list[MessageVersion]]:
    """Of those of these messages that were changed (M2)."""
    found: dict[MessageId, list[MessageVersion]] = defaultdict(list)
    changed = [row.id for row in rows if row.version > 1]
    for one in exporting.former_texts(tx, changed) if changed else ():
        found[one.message_id].append(MessageVersion(one.version, one.at, "", one.body))
    return found
