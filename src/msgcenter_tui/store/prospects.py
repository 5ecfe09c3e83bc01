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
    and_,
    case,
    false,
    func,
    select,
    type_coerce,
)

from msgcenter_tui.domain import CURRENT, Channel, PersonId, RunKind, Status, ThreadId, ThreadKind
from msgcenter_tui.rules.states import NOT_LEFT
from msgcenter_tui.store.audience import in_portal
from msgcenter_tui.store.recipients import Recipient, number
from msgcenter_tui.store.runs import open_run
from msgcenter_tui.store.sheets import Run, Sheet, Text
from msgcenter_tui.store.spans import carries, of_run_kind
from msgcenter_tui.store.tables import clients, deliveries, messages, people
from msgcenter_tui.store.texting import first_sms
from msgcenter_tui.store.tx import Tx
from msgcenter_tui.store.visibility import reached_by

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
    author = people.alias("author")
    mine = and_(deliveries.c.run_id == run, deliveries.c.person_id == client, deliveries.c.state.in_(NOT_LEFT))
    owed = (
        select(messages, author.c.name.label("author"))
        .join(author, author.c.id == messages.c.author_id)
        .join(deliveries, mine)
        .where(
            messages.c.thread_id == thread,
            carries(messages.c.number),
            messages.c.deleted_at.is_(None),
            messages.c.author_id != client,
            of_run_kind(kind),
        )
        .order_by(messages.c.number)
    )
    return tuple(Text.of(row, row.author) for row in tx.conn.execute(owed))


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
