"""Whom an unsent message would reach: one client as a delivery would find them, and all of them in turn (T6).

What is read of one client has the form of what the ledger reads of a recipient, so that the same judgement and the
same letter are made of it (leaving.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    case,
    false,
    func,
    select,
    true,
    type_coerce,
)

from msgcenter_tui.domain import CURRENT, Channel, MessageId, PersonId, RunKind, Status, ThreadId, ThreadKind
from msgcenter_tui.rules.states import NOT_LEFT
from msgcenter_tui.store.audience import in_portal
from msgcenter_tui.store.recipients import Recipient, number
from msgcenter_tui.store.runs import open_run
from msgcenter_tui.store.sheets import Run, Sheet, Text
from msgcenter_tui.store.tables import clients, deliveries, gaps, messages, people
from msgcenter_tui.store.texting import first_sms
from msgcenter_tui.store.tx import Tx
from msgcenter_tui.store.visibility import of_run_kind, reached_by

Condition = ColumnElement[bool]


# -- one of them ------------------------------------------------------------------------------------------------------


class Met(NamedTuple):
    """A client as a delivery would find them, and whether they see the thread in their portal."""

    row: Recipient
    sees: bool


def met(tx: Tx, which: Condition, kind: ThreadKind, client: PersonId) -> Met | None:
    """This one of the clients, as a delivery would find them now; None where they are not among them.

    Their run, their messages and the state of their delivery are those of nobody.
    """
    found = tx.conn.execute(
        select(
            number(clients.c.person_id, "person"),
            people.c.name,
            number(people.c.erased_at, "erased_at"),
            clients.c.email,
            clients.c.email_muted,
            clients.c.phone,
            clients.c.phone_number,
            type_coerce(clients.c.consent, String).label("consent"),
            in_portal(kind).label("sees"),
            first_sms(clients.c.person_id, clients.c.phone_number).label("first_sms"),
        )
        .join(people, people.c.id == clients.c.person_id)
        .where(which, clients.c.person_id == client)
    ).one_or_none()
    if found is None:
        return None
    row = Recipient(
        run=0,
        person=found.person,
        first=0,
        until=0,
        attempts=0,
        fenced_at=None,
        address=None,
        message_id=None,
        letter=None,
        name=found.name,
        person_kind="client",
        erased_at=found.erased_at,
        client_email=found.email,
        email_muted=found.email_muted,
        phone=found.phone,
        phone_number=found.phone_number,
        consent=found.consent,
        staff_email=None,
        up_to=None,
        in_audience=True,
        in_portal=bool(tx.policy.portal_url) and found.sees,
        before=None,
        first_sms=found.first_sms,
    )
    return Met(row, found.sees)


def waiting(tx: Tx, thread: ThreadId, kind: RunKind, channel: Channel, client: PersonId) -> tuple[Text, ...]:
    """What the client is owed already by the thread's open run: what is sent now leaves together with it (N1, N5)."""
    run = open_run(tx, thread, kind, channel)
    if run is None:
        return ()
    mine = deliveries.c.run_id == run, deliveries.c.person_id == client
    owed = tx.conn.execute(
        select(deliveries.c.first, deliveries.c.last).where(*mine, deliveries.c.state.in_(NOT_LEFT))
    ).one_or_none()
    if owed is None:
        return ()
    missed = (
        select(gaps.c.run_id)
        .where(
            gaps.c.run_id == run,
            gaps.c.person_id == client,
            messages.c.number.between(gaps.c.first, gaps.c.last),
        )
        .correlate_except(gaps)
        .exists()
    )
    author = people.alias("author")
    found = tx.conn.execute(
        select(messages, author.c.name.label("author"))
        .join(author, author.c.id == messages.c.author_id)
        .where(
            messages.c.thread_id == thread,
            messages.c.number >= owed.first,
            true() if owed.last is None else messages.c.number <= owed.last,
            messages.c.deleted_at.is_(None),
            messages.c.author_id != client,
            of_run_kind(kind),
            ~missed,
        )
        .order_by(messages.c.number)
    )
    return tuple(
        Text(
            MessageId(row.id),
            row.version,
            row.number,
            row.author,
            row.at,
            row.body,
            None if row.facts is None else tuple(sorted(row.facts.items())),
        )
        for row in found
    )


def sheet(
    channel: Channel,
    run_kind: RunKind,
    kind: ThreadKind,
    texts: tuple[Text, ...],
    *,
    subject: str | None,
    locked: bool,
    workspace: str,
) -> Sheet:
    """What would carry these messages, the same for all who are owed just them."""
    run = Run(
        run=0,
        first=texts[0].number,
        channel=channel.value,
        kind=run_kind.value,
        thread=0,
        thread_kind=kind.value,
        thread_state="live",
        subject=subject,
        locked=locked,
        workspace=workspace,
        carries=None,
        has_gaps=False,
    )
    return Sheet.of(run, texts, None)


# -- all of them ------------------------------------------------------------------------------------------------------


class InTurn(NamedTuple):
    """One of many, in the store's own plain values."""

    person: int
    name: str
    email: str | None
    phone: str | None
    by_email: bool
    by_sms: bool
    in_portal: bool
    first_sms: bool


def statuses(kind: ThreadKind) -> tuple[Status, ...]:
    """Which clients can be in an audience, by status: in the order in which `prospects` goes through them (A1)."""
    return tuple(sorted(CURRENT if kind is ThreadKind.ALL_CLIENTS else Status))


def prospects(
    tx: Tx, which: Condition, kind: ThreadKind, status: Status, after: PersonId | None, limit: int
) -> Iterator[InTurn]:
    """These clients of one status in the order of their ids, from the one after `after`.

    Of one status: so an index gives them in their order, and no part of the way is gone twice.
    """
    on = [which, clients.c.status == status]
    if after is not None:
        on.append(clients.c.person_id > after)
    query = _prospects(kind).where(*on).order_by(clients.c.person_id).limit(limit)
    return map(InTurn._make, tx.conn.execute(query).all())


@cache
def _prospects(kind: ThreadKind) -> Select[Any]:
    by_sms = reached_by(Channel.SMS)
    first = case((by_sms, first_sms(clients.c.person_id, clients.c.phone_number)), else_=false())
    return select(
        number(clients.c.person_id, "person"),
        people.c.name,
        clients.c.email,
        clients.c.phone,
        reached_by(Channel.EMAIL).label("by_email"),
        by_sms.label("by_sms"),
        in_portal(kind).label("in_portal"),
        first.label("first_sms"),
    ).join(people, people.c.id == clients.c.person_id)


def how_many(tx: Tx, which: Condition) -> int:
    return tx.conn.scalar(select(func.count()).select_from(clients).where(which)) or 0
