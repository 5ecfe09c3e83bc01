"""What the ids in audit records stand for, by name where whoever reads the log sees that thing at all (S4, V9, A4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, case, or_, select

from msgcenter_tui.domain import Actor, PersonKind, TemplateId, Thing, ThingKind
from msgcenter_tui.store import clientele, library, places, visibility
from msgcenter_tui.store.ids import is_id
from msgcenter_tui.store.tables import MESSAGE, PERSON, TEMPLATE, THREAD, WORKSPACE, clients, messages, people, threads
from msgcenter_tui.store.tx import Tx
from msgcenter_tui.store.types import Id


def seen(tx: Tx, reader: Actor, words: Iterable[str]) -> dict[str, Thing]:
    """Of these words those that are ids of things which the reader, one of staff, sees: a statement for each kind."""
    given = list(dict.fromkeys(words))

    def ids(kind: Id) -> list[str]:
        return [word for word in given if is_id(kind, word)]

    return {
        **_threads(tx, reader, ids(THREAD)),
        **_messages(tx, reader, ids(MESSAGE)),
        **_people(tx, reader, ids(PERSON)),
        **_workspaces(tx, reader, ids(WORKSPACE)),
        **_templates(tx, reader, ids(TEMPLATE)),
    }


def _threads(tx: Tx, reader: Actor, ids: Sequence[str]) -> dict[str, Thing]:
    if not ids:
        return {}
    found = _seen_threads(select(threads.c.id, threads.c.id.label("named")), reader).where(threads.c.id.in_(ids))
    return {row.named: Thing(ThingKind.THREAD, row.subject, row.live) for row in tx.conn.execute(found)}


def _messages(tx: Tx, reader: Actor, ids: Sequence[str]) -> dict[str, Thing]:
    if not ids:
        return {}
    joined = select(threads.c.id, messages.c.id.label("named")).join(messages, messages.c.thread_id == threads.c.id)
    found = _seen_threads(joined, reader).where(messages.c.id.in_(ids))
    return {row.named: Thing(ThingKind.MESSAGE, row.subject, row.live) for row in tx.conn.execute(found)}


def _seen_threads(found: Select[Any], reader: Actor) -> Select[Any]:
    """With the subject, and in `live` the id where it is not deleted: then it can be opened."""
    there = visibility.visible(reader)
    live = case((there, threads.c.id)).label("live")
    return found.add_columns(threads.c.subject, live).where(or_(there, visibility.found_deleted(reader)))


def _people(tx: Tx, reader: Actor, ids: Sequence[str]) -> dict[str, Thing]:
    if not ids:
        return {}
    reached = select(clients.c.person_id).where(clientele.reached_by_staff(reader.person))
    theirs = or_(people.c.kind == PersonKind.STAFF, people.c.id.in_(reached))
    found = select(people.c.id, people.c.name, people.c.kind).where(people.c.id.in_(ids), theirs)
    kinds = {PersonKind.STAFF: ThingKind.STAFF, PersonKind.CLIENT: ThingKind.CLIENT}
    return {row.id: Thing(kinds[row.kind], row.name) for row in tx.conn.execute(found)}


def _workspaces(tx: Tx, reader: Actor, ids: Sequence[str]) -> dict[str, Thing]:
    if not ids:
        return {}
    theirs = places.workspaces_of(tx, reader.person)
    return {row.id: Thing(ThingKind.WORKSPACE, row.name) for row in theirs if row.id in ids}


def _templates(tx: Tx, reader: Actor, ids: Sequence[str]) -> dict[str, Thing]:
    if not ids:
        return {}
    theirs = library.templates_by_id(tx, reader.person, [TemplateId(one) for one in ids])
    return {id: Thing(ThingKind.TEMPLATE, row.name) for id, row in theirs.items()}
