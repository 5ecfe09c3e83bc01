"""Reading whom deliveries are for, as they are at this moment, in the store's own plain values (N12, N14)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    or_,
    select,
    true,
    type_coerce,
)

from msgcenter_tui.domain import Channel, RunKind
from msgcenter_tui.rules.states import PENDING
from msgcenter_tui.store import given
from msgcenter_tui.store.keys import Numbers
from msgcenter_tui.store.prepared import Prepared
from msgcenter_tui.store.tables import clients, deliveries, people, reads, runs, staff, threads
from msgcenter_tui.store.texting import first_sms
from msgcenter_tui.store.tx import Tx
from msgcenter_tui.store.visibility import in_audience, visible_to_client


class Recipient(NamedTuple):
    """A delivery and whoever it is for, in the store's own plain values: times in microseconds, truths as 0 and 1."""

    person: int
    attempts: int
    fenced_at: int | None
    address: str | None
    message_id: str | None
    letter: Any
    name: str
    client_email: str | None
    phone: str | None
    phone_number: str | None
    staff_email: str | None
    before: str | None

    # From here on it is the same for most recipients of a run (`alike`).
    run: int
    first: int
    until: int
    person_kind: str
    erased_at: int | None
    email_muted: bool
    consent: str
    up_to: int | None
    in_audience: bool
    in_portal: bool
    first_sms: bool


_ALIKE = slice(Recipient._fields.index("run"), None)


def alike(row: Recipient) -> tuple[Any, ...]:
    """What a recipient has in common with many: what follows from it is found once."""
    return tuple.__getitem__(row, _ALIKE)


def recipients(tx: Tx, notifier: str, keys: Collection[Numbers]) -> Sequence[Recipient]:
    """Of these deliveries those that the notifier has claimed and that are pending, with their recipients.

    In a writing transaction their rows are locked. What they carry is read after that: an edit that waited for them,
    or that they waited for, is in it.
    """
    variant = {"locked": tx.writes, "portal": bool(tx.policy.portal_url)}
    found: list[Recipient] = []
    for places, wanted in given.batches(tx.sqlite, "keys", sorted(keys)):
        rows = _recipients.rows(tx, wanted | {"notifier": notifier}, places=places, **variant)
        found += map(Recipient._make, rows)
    return found


@Prepared
def _recipients(sqlite: bool, *, places: int, locked: bool, portal: bool) -> Select[Any]:
    wanted = given.keys(places)
    recipient = people.alias("recipient")
    client = clients.alias("client")  # the expressions of visibility.py have `clients` to themselves
    person: Any = deliveries.c.person_id
    first = first_sms(person, client.c.phone_number)
    # Of the one column, here as in visible_to_client: a notifier on a server may not read all of a client's.
    listens = exists(clients.c.person_id).where(clients.c.person_id == person, in_audience(threads.c.workspace_id))
    query = (
        select(
            number(person, "person"),
            deliveries.c.attempts,
            number(deliveries.c.fenced_at, "fenced_at"),
            deliveries.c.address,
            deliveries.c.message_id,
            deliveries.c.letter,
            recipient.c.name,
            client.c.email.label("client_email"),
            client.c.phone,
            client.c.phone_number,
            staff.c.email.label("staff_email"),
            case((runs.c.first > 1, _before())).label("before"),
            number(deliveries.c.run_id, "run"),
            deliveries.c.first,
            func.coalesce(deliveries.c.last, runs.c.last).label("until"),
            type_coerce(recipient.c.kind, String).label("person_kind"),
            number(recipient.c.erased_at, "erased_at"),
            client.c.email_muted,
            type_coerce(client.c.consent, String).label("consent"),
            reads.c.up_to,
            case((runs.c.kind == RunKind.REPLY, listens.correlate_except(clients)), else_=true()).label("in_audience"),
            (visible_to_client(person) if portal else false()).label("in_portal"),
            case((runs.c.channel == Channel.SMS, first), else_=false()).label("first_sms"),
        )
        .select_from(wanted)
        .join(deliveries, and_(deliveries.c.run_id == wanted.c.run, person == wanted.c.person))
        .join(runs, runs.c.id == deliveries.c.run_id)
        .join(threads, threads.c.id == runs.c.thread_id)
        .join(recipient, recipient.c.id == person)
        .outerjoin(client, client.c.person_id == person)
        .outerjoin(staff, staff.c.person_id == person)
        .outerjoin(reads, and_(reads.c.thread_id == threads.c.id, reads.c.person_id == person))
        .where(func.coalesce(deliveries.c.claimed_by, "") == bindparam("notifier", ""), pending())
        .order_by(deliveries.c.run_id, person)
    )
    return query.with_for_update(of=deliveries) if locked else query


def pending() -> ColumnElement[bool]:
    """Of `deliveries`: those that wait or retry, in a form that can be prepared."""
    return or_(*(deliveries.c.state == state for state in sorted(PENDING)))


def number(column: Any, name: str) -> Any:
    """The store's own number: ids and times by the thousand are not turned into the words of the domain."""
    return type_coerce(column, BigInteger).label(name)


def _before() -> Any:
    """The Message-ID of the last mail of the same thread to the same recipient."""
    other, its_run = deliveries.alias("other"), runs.alias("other_run")
    return (
        select(other.c.message_id)
        .join(its_run, its_run.c.id == other.c.run_id)
        .where(
            other.c.person_id == deliveries.c.person_id,
            its_run.c.id < deliveries.c.run_id,
            other.c.fenced_at.is_not(None),
            its_run.c.channel == runs.c.channel,
            its_run.c.thread_id == runs.c.thread_id,
        )
        .order_by(its_run.c.id.desc())
        .limit(1)
        .correlate(deliveries, runs)
        .scalar_subquery()
    )
