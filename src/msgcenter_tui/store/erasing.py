"""Erasing a client: their words and addresses are replaced wherever they stand, what the ledger says of them stays.

That they were there, wrote, and were notified, with ids and times, others' counts rest on; whose it was cannot be told
any more. What waits for them is suppressed (N12), and what is being handed over may still become sent.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    case,
    delete,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    update,
)

from msgcenter_tui.domain import Consent, DeliveryState, PersonId, Status
from msgcenter_tui.rules.states import NOT_LEFT
from msgcenter_tui.store import clientele, decisions, notifiers, posting, staff
from msgcenter_tui.store.results import ERASED
from msgcenter_tui.store.tables import (
    assignments,
    client_history,
    clients,
    deliveries,
    drafts,
    logins,
    messages,
    people,
    reads,
    runs,
    threads,
    versions,
)
from msgcenter_tui.store.tx import Tx

WORDS = "(erased)"
"""What stands where a message of theirs stood: a body is never empty (M3)."""

_S = DeliveryState
_OURS = ("", decisions.ARRIVED, notifiers.LOST)
"""What the program itself says of a delivery that left: nobody's words, and no address."""
_ANSWERED = (_S.SENDING, _S.SENT, _S.FAILED, _S.UNKNOWN)


def row_of(tx: Tx, client: str) -> Row[Any] | None:
    """A client, erased or not: id, name, email, workspace_name, erased_at."""
    found = clientele.client_rows(tx, people.c.id == client)
    return found[0] if found else None


def weigh(tx: Tx, client: PersonId) -> tuple[int, int]:
    """How many texts of theirs would be replaced, and how many notifications to them suppressed."""
    texts = select(func.count()).select_from(messages).where(_written_by(client), messages.c.deleted_at.is_(None))
    waiting = select(func.count()).select_from(deliveries).where(_to(client), deliveries.c.state.in_(NOT_LEFT))
    return tx.conn.scalar(texts) or 0, tx.conn.scalar(waiting) or 0


def erase(tx: Tx, client: PersonId, by: PersonId) -> tuple[int, int] | None:
    """Replace all that is theirs: how many messages, and how many notifications are suppressed.

    None where somebody else has erased them meanwhile.
    """
    # In the order in which a send takes them: threads, the audience, people. Who writes as this client is waited for,
    # or waits and then finds nobody (clientele.stays).
    _lock_threads(tx, client)
    name = f"Erased client {client}"
    if not _empty_client(tx, client):
        return None
    tx.conn.execute(select(people.c.id).where(people.c.id == client).with_for_update())
    _lock_threads(tx, client)
    written = _replace_words(tx, client)
    suppressed = _suppress(tx, client)
    _forget_addresses(tx, client)
    _reword_letters(tx, client, name)
    staff.rename_people(tx, {client: name})
    tx.conn.execute(update(people).where(people.c.id == client).values(erased_at=tx.now))
    for table, whose in ((drafts, drafts.c.person_id), (reads, reads.c.person_id)):
        tx.conn.execute(delete(table).where(whose == client))
    tx.conn.execute(delete(assignments).where(assignments.c.client_id == client))
    tx.conn.execute(delete(logins).where(logins.c.person_id == client))
    clientele.add_history(tx, by, {client: ""})
    notifiers.settle_runs(tx)
    return written, suppressed


def _lock_threads(tx: Tx, client: PersonId) -> None:
    """Nobody else changes or deletes a message of theirs meanwhile, which keeps its former text."""
    for thread in tx.conn.scalars(_threads_of(client).order_by(threads.c.id)).all():
        posting.lock_thread(tx, thread)


def _threads_of(client: PersonId) -> Select[Any]:
    return select(threads.c.id).where(
        or_(threads.c.created_by == client, threads.c.id.in_(select(messages.c.thread_id).where(_written_by(client))))
    )


def _written_by(client: PersonId) -> ColumnElement[bool]:
    return messages.c.author_id == client


# -- who they were ----------------------------------------------------------------------------------------------------


def _empty_client(tx: Tx, client: PersonId) -> bool:
    there = exists().where(people.c.id == clients.c.person_id, people.c.erased_at.is_(None))
    emptied = (
        update(clients)
        .where(clients.c.person_id == client, there)
        .values(
            status=Status.COMPLETE,
            portal=False,
            email=None,
            email_key=None,
            email_muted=False,
            email_problem=None,
            phone=None,
            phone_number=None,
            consent=Consent.NOT_ASKED,  # it was given for a number that nobody knows any more
            note="",
        )
    )
    # Also how they consented: staff have written that down in their own words.
    tx.conn.execute(update(client_history).where(client_history.c.client_id == client).values(how=""))
    return bool(tx.conn.execute(emptied).rowcount)


# -- what they wrote --------------------------------------------------------------------------------------------------


def _replace_words(tx: Tx, client: PersonId) -> int:
    theirs = select(messages.c.id).where(_written_by(client))
    tx.conn.execute(update(versions).where(versions.c.message_id.in_(theirs)).values(body=WORDS, facts=null()))
    tx.conn.execute(update(threads).where(threads.c.created_by == client).values(subject=None))
    standing = update(messages).where(_written_by(client), messages.c.deleted_at.is_(None))
    return tx.conn.execute(standing.values(body=WORDS, facts=null())).rowcount


# -- what was sent to them --------------------------------------------------------------------------------------------


def _to(client: PersonId) -> ColumnElement[bool]:
    """Of `deliveries`: theirs. By way of all runs: there is an index by run and person, and none by person."""
    return and_(deliveries.c.person_id == client, deliveries.c.run_id.in_(select(runs.c.id)))


def _suppress(tx: Tx, client: PersonId) -> int:
    """N12. A claim is taken away with it: the notifier that holds it finds its fence refused."""
    if not tx.sqlite:
        each = select(deliveries.c.run_id).where(_to(client)).order_by(deliveries.c.run_id).with_for_update()
        tx.conn.execute(select(func.count()).select_from(each.subquery()))
    waiting = and_(_to(client), deliveries.c.state.in_(NOT_LEFT))
    suppressed = update(deliveries).where(waiting, deliveries.c.state.in_(notifiers.sources(_S.SUPPRESSED)))
    values = {"state": _S.SUPPRESSED, "reason": ERASED, "settled_at": tx.now, "claimed_by": None, "next_at": None}
    return tx.conn.execute(suppressed.values(values)).rowcount


def _forget_addresses(tx: Tx, client: PersonId) -> None:
    """Also what servers said, who like to quote an address; and the Message-ID, which is made of it, too."""
    said = and_(deliveries.c.state.in_(_ANSWERED), deliveries.c.reason.not_in(_OURS))
    tx.conn.execute(
        update(deliveries)
        .where(_to(client))
        .values(
            address=None,
            message_id=None,
            letter=null(),
            reason=case((said, literal(ERASED)), else_=deliveries.c.reason),
        )
    )


def _reword_letters(tx: Tx, client: PersonId, name: str) -> None:
    """Letters to others that are kept, to be sent again as they were, name who wrote and what the subject was."""
    here = _threads_of(client).subquery()
    theirs = set(tx.conn.scalars(select(messages.c.id).where(_written_by(client))))
    kept = (
        select(deliveries.c.run_id, deliveries.c.person_id, deliveries.c.letter, threads.c.created_by)
        .join(runs, runs.c.id == deliveries.c.run_id)
        .join(threads, threads.c.id == runs.c.thread_id)
        .where(runs.c.thread_id.in_(select(here.c.id)), deliveries.c.letter.is_not(None))
        .order_by(deliveries.c.run_id, deliveries.c.person_id)
        .with_for_update(of=deliveries)
    )
    for row in tx.conn.execute(kept).all():
        letter = dict(row.letter)
        letter["parts"] = [[id, version, name if id in theirs else author] for id, version, author in letter["parts"]]
        if row.created_by == client:
            letter["subject"] = None
        this = deliveries.c.run_id == row.run_id, deliveries.c.person_id == row.person_id
        tx.conn.execute(update(deliveries).where(*this).values(letter=letter))
