"""The ledger for people: what became of every notification, and what a person decides about it (N8, N13, N14, S4)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row

from msgcenter_tui.center.finding import require, require_staff
from msgcenter_tui.center.pauses import resume
from msgcenter_tui.domain import (
    Actor,
    Delivery,
    DeliveryId,
    DeliveryState,
    LedgerStatus,
    Page,
    Person,
    PersonId,
    Progress,
    Reason,
    RunId,
    ThreadId,
)
from msgcenter_tui.errors import BadInput, Refused, not_found
from msgcenter_tui.rules import roles
from msgcenter_tui.rules.states import AGAIN
from msgcenter_tui.store import decisions, ledger_views, notifiers
from msgcenter_tui.store.audit import record
from msgcenter_tui.store.cursors import checked_limit, number_key, page
from msgcenter_tui.store.keys import among, id_of, key_of
from msgcenter_tui.store.progress import of_thread
from msgcenter_tui.store.reasons import said
from msgcenter_tui.store.tables import PERSON
from msgcenter_tui.store.tx import Tx, act, look

_S = DeliveryState
_IDS_KEPT = 100  # of a decision about many, in its audit record

_UNKNOWN = frozenset({_S.UNKNOWN})
_HELD = frozenset({_S.HELD})

Condition = ColumnElement[bool]

__all__ = ["how_many", "list_deliveries", "progress", "reasons", "release", "resolve", "resume", "retry", "status"]


# -- looking ----------------------------------------------------------------------------------------------------------


@look
def list_deliveries(
    tx: Tx,
    actor: Actor,
    *,
    thread: ThreadId | None = None,
    state: DeliveryState | None = None,
    reason: str | None = None,
    whole: bool = False,
    ids: Sequence[DeliveryId] | None = None,
    limit: int = 50,
    after: str | None = None,
) -> Page[Delivery]:
    """A page of the deliveries of threads that the actor sees, or decides about as an Owner; the newest runs first.

    `reason`: those of which something with these words was said, or just this (`whole`: the words of `reasons`);
    `ids`: those of these that there are. To others than Owners only those to staff and to clients whom they reach
    (A4, S4).
    """
    require_staff(tx, actor)
    limit = checked_limit(limit)
    which: list[Condition] = []
    if thread is not None:
        _the_thread(tx, actor, thread)
        which.append(ledger_views.runs_of(thread))
    if state is not None:
        which.append(notifiers.in_state(state))
    if reason is not None:
        which.append(said(tx, reason, whole=whole))
    if ids is not None:
        which.append(among(key_of(id) for id in ids))
    cursor = None
    if after is not None:
        run, person = number_key(after, PERSON)
        cursor = RunId(f"r{run}"), person
    rows = ledger_views.delivery_page(tx, actor, *which, limit=limit + 1, after=cursor)
    keys = [(int(row.run_id[1:]), str(row.person_id)) for row in rows]
    return page([_delivery(row) for row in rows], keys, limit)


@look
def status(tx: Tx, actor: Actor, *, thread: ThreadId | None = None, everything: bool = False) -> LedgerStatus:
    """How much waits, is under way, and needs somebody; which channels send nothing, and why (N13). For staff.

    The figures are those of the actor's own list (S4), with `thread` as it is narrowed to that; with `everything` those
    of the whole ledger, for whoever runs the notifier: they are numbers only.
    """
    require_staff(tx, actor)
    if thread is not None:
        _the_thread(tx, actor, thread)
    return ledger_views.status(tx, None if everything else actor, thread)


@look
def reasons(
    tx: Tx,
    actor: Actor,
    *,
    thread: ThreadId | None = None,
    state: DeliveryState | None = None,
    everything: bool = False,
    limit: int = 50,
) -> tuple[Reason, ...]:
    """What was said of deliveries in this state, or in all that want somebody or come back, with how often.

    Of the actor's own list (S4), or of the whole ledger as in `status`.
    """
    require_staff(tx, actor)
    which: list[Condition] = []
    if thread is not None:
        _the_thread(tx, actor, thread)
        which.append(ledger_views.runs_of(thread))
    states = notifiers.STUCK if state is None else (state,)
    return ledger_views.reasons(tx, None if everything else actor, states, *which, limit=limit)


@look
def progress(tx: Tx, actor: Actor, thread: ThreadId) -> Progress | None:
    """How far the sending of a thread is, as `Thread.progress`, and nothing else: for a screen that follows it live."""
    require_staff(tx, actor)
    _the_thread(tx, actor, thread)
    return of_thread(tx, thread)


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        id=id_of(row.run_id, row.person_id),
        thread=row.thread_id,
        subject=row.subject,
        recipient=Person(row.person_id, row.name, row.person_kind),
        channel=row.channel,
        address=row.address,
        state=row.state,
        attempts=row.attempts,
        next_at=row.next_at,
        why=row.reason,
        messages=row.messages,
        settled_at=row.settled_at,
        decides=bool(row.decides),
        sees_thread=bool(row.sees_thread),
    )


# -- deciding ---------------------------------------------------------------------------------------------------------


@look
def how_many(
    tx: Tx,
    actor: Actor,
    *states: DeliveryState,
    thread: ThreadId | None = None,
    reason: str | None = None,
    whole: bool = False,
) -> int:
    """How many an act below would change, for the question before it: of those in these states, as they are named."""
    which = _chosen(tx, actor, "", frozenset(states), (), thread, reason, whole=whole, everything=True)
    return decisions.how_many(tx, which)


@act
def retry(
    tx: Tx,
    actor: Actor,
    *,
    ids: Sequence[DeliveryId] = (),
    thread: ThreadId | None = None,
    state: DeliveryState | None = None,
    reason: str | None = None,
    whole: bool = False,
) -> int:
    """Try what failed again, with the present text and address (N14), and do not wait longer with what retries.

    By ids, by thread, or by state: failed or retrying, in all workspaces that the actor owns; of these, those with
    this reason only (see `list_deliveries`). Returns how many.
    """
    if state is not None and state not in AGAIN:
        raise BadInput(f"what is {state.value} is not tried again", "", "choose failed or retrying")
    states = AGAIN if state is None else frozenset({state})
    which = _chosen(tx, actor, "tried again", states, ids, thread, reason, whole=whole, everything=state is not None)
    return _decide(tx, actor, "deliveries.retry", decisions.try_again, which, ids, thread)


@act
def resolve(
    tx: Tx,
    actor: Actor,
    *,
    arrived: bool,
    ids: Sequence[DeliveryId] = (),
    thread: ThreadId | None = None,
    reason: str | None = None,
    whole: bool = False,
) -> int:
    """Say of unknown ones that they arrived, or have them sent again just as they were (N8, N14). Returns how many."""
    which = _chosen(tx, actor, "resolved", _UNKNOWN, ids, thread, reason, whole=whole)
    if arrived:
        return _decide(tx, actor, "deliveries.arrived", decisions.has_arrived, which, ids, thread)
    return _decide(tx, actor, "deliveries.resend", decisions.send_as_it_was, which, ids, thread)


@act
def release(
    tx: Tx,
    actor: Actor,
    *,
    ids: Sequence[DeliveryId] = (),
    thread: ThreadId | None = None,
    everything: bool = False,
) -> int:
    """Let go what was held: by ids, of a thread, or in all workspaces that the actor owns (N13). Returns how many."""
    which = _chosen(tx, actor, "released", _HELD, ids, thread, everything=everything)
    return _decide(tx, actor, "deliveries.release", decisions.release, which, ids, thread)


def _decide(
    tx: Tx,
    actor: Actor,
    deed: str,
    change: Callable[[Tx, Condition], int],
    which: Condition,
    ids: Sequence[DeliveryId],
    thread: ThreadId | None,
) -> int:
    changed = change(tx, which)
    if changed:
        record(tx, actor, deed, thread or "", f"count={changed}", *ids[:_IDS_KEPT])
    return changed


def _chosen(
    tx: Tx,
    actor: Actor,
    deed: str,
    states: frozenset[DeliveryState],
    ids: Sequence[DeliveryId],
    thread: ThreadId | None,
    reason: str | None = None,
    *,
    whole: bool = False,
    everything: bool = False,
) -> Condition:
    """Of `deliveries`: those that are meant, in these states, all of them the actor's to decide about (S4)."""
    require_staff(tx, actor)
    if not ids and thread is None and not everything:
        raise BadInput("nothing was chosen", "", "give ids, a thread, or a state")
    which = notifiers.in_states(states)
    if ids:
        _check(tx, actor, deed, states, ids)
        which &= among([key_of(id) for id in ids])
    if thread is not None:
        row = _the_thread(tx, actor, thread)
        if not row.decides:
            require(tx, actor, row.workspace_id, roles.Deed.RESOLVE)
        which &= decisions.of_thread(thread)
    if not ids and thread is None:
        which &= decisions.of_theirs(actor)
    if reason is not None:
        which &= said(tx, reason, whole=whole)
    return which


def _check(tx: Tx, actor: Actor, deed: str, states: frozenset[DeliveryState], ids: Sequence[DeliveryId]) -> None:
    found = {id_of(RunId(row.run_id), PersonId(row.person_id)): row for row in _seen(tx, actor, ids)}
    for id in ids:
        row = found.get(id)
        if row is None:
            raise not_found("delivery", id)
        if not row.decides:
            require(tx, actor, row.workspace_id, roles.Deed.RESOLVE)
        if row.state not in states:
            which = " or ".join(sorted(state.value for state in states))
            raise Refused(f"delivery {id} cannot be {deed}", f"it is {row.state.value}", f"only what is {which} can")


def _seen(tx: Tx, actor: Actor, ids: Sequence[DeliveryId]) -> Sequence[Row[Any]]:
    return decisions.found(tx, actor, [key_of(id) for id in ids])


def _the_thread(tx: Tx, actor: Actor, thread: ThreadId) -> Row[Any]:
    row = ledger_views.thread_row(tx, actor, thread)
    if row is None:
        raise not_found("thread", thread)
    return row
