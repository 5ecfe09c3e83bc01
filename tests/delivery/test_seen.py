"""The ledger for people: how far a send is, why some failed, who decides about many at once (N8, N13, S2, S4)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update
from tests.delivery.office import Office

from msgcenter_tui.center import audit, deliveries, threads
from msgcenter_tui.domain import Channel, DeliveryState, Reason, Role, ThreadId
from msgcenter_tui.errors import BadInput, NotFound, Refused
from msgcenter_tui.store import channels, tables

S = DeliveryState
REFUSED = "the mail server refused the recipient: 550 5.1.1 <...> No such mailbox (id {}F)"
FULL = "the mail server refused the message: 552 5.2.2 Mailbox full"
LOST = "the connection to the mail server was lost before it answered"


def put(office: Office, state: DeliveryState, *reasons: str, of: ThreadId | None = None) -> None:
    """As many of the waiting deliveries as there are reasons come into this state, the first ones first."""
    waiting = [row for row in office.rows() if row.state is S.WAITING]
    if of is not None:
        mine = {one.id for one in office.world.run(deliveries.list_deliveries, office.me, thread=of, limit=500).items}
        waiting = [row for row in waiting if f"{row.run_id}{row.person_id}" in mine]
    table = tables.deliveries
    with office.store.write() as tx:
        for row, reason in zip(waiting, reasons, strict=False):
            tx.conn.execute(
                update(table)
                .where(table.c.run_id == row.run_id, table.c.person_id == row.person_id)
                .values(state=state, reason=reason, fenced_at=tx.now, settled_at=None if state is S.UNKNOWN else tx.now)
            )


def test_how_far_a_send_is(office: Office) -> None:  # N8
    thread = office.broadcast_to(12)
    put(office, S.SENT, *[""] * 5)
    put(office, S.FAILED, REFUSED.format(1), FULL, REFUSED.format(2))
    progress = office.world.run(deliveries.progress, office.me, thread)
    assert progress is not None
    assert (progress.total, progress.by_state) == (12, {S.WAITING: 4, S.SENT: 5, S.FAILED: 3})
    assert progress.failed == (
        Reason(S.FAILED, "550 5.1.1 No such mailbox", 2),
        Reason(S.FAILED, "552 5.2.2 Mailbox full", 1),
    )
    assert office.world.run(threads.open_thread, office.me, thread).thread.progress == progress
    stranger = office.world.actor(office.world.staff("Stranger"))
    with pytest.raises(NotFound):
        office.world.run(deliveries.progress, stranger, thread)


def test_the_figures_count_what_the_list_holds(office: Office) -> None:  # N8
    office.broadcast_to(20)
    put(office, S.SENT, *[""] * 4)
    put(office, S.FAILED, FULL, FULL)
    put(office, S.UNKNOWN, *[LOST] * 3)
    put(office, S.HELD, "late")
    put(office, S.RETRYING, "451 later")
    status = office.world.run(deliveries.status, office.me)
    assert (status.failed, status.unknown, status.held, status.retrying, status.waiting) == (2, 3, 1, 1, 9)
    for state in (S.FAILED, S.UNKNOWN, S.HELD, S.RETRYING, S.WAITING):
        listed = office.world.run(deliveries.list_deliveries, office.me, state=state).items
        assert len(listed) == getattr(status, state.value)


def test_the_ledger_is_grouped_and_narrowed_by_what_was_said(office: Office) -> None:  # N8
    office.broadcast_to(12)
    put(office, S.FAILED, *(REFUSED.format(n) for n in range(4)), FULL, FULL)
    put(office, S.UNKNOWN, LOST)
    run = office.world.run
    assert run(deliveries.reasons, office.me) == (
        Reason(S.FAILED, "550 5.1.1 No such mailbox", 4),
        Reason(S.FAILED, "552 5.2.2 Mailbox full", 2),
        Reason(S.UNKNOWN, LOST, 1),
    )
    assert [one.words for one in run(deliveries.reasons, office.me, state=S.UNKNOWN)] == [LOST]
    assert len(run(deliveries.reasons, office.me, limit=1)) == 1
    found = run(deliveries.list_deliveries, office.me, reason="550 5.1.1 No such mailbox", whole=True, limit=3)
    assert len(found.items) == 3
    rest = run(
        deliveries.list_deliveries, office.me, reason="550 5.1.1 No such mailbox", whole=True, limit=3, after=found.next
    )
    assert (len(rest.items), rest.next) == (1, None)
    assert len(run(deliveries.list_deliveries, office.me, reason="MAILBOX").items) == 6
    assert run(deliveries.list_deliveries, office.me, reason="mailbox", whole=True).items == ()
    assert run(deliveries.list_deliveries, office.me, reason="_00%").items == ()


def test_what_failed_for_one_reason_is_tried_again(office: Office) -> None:  # N14
    office.broadcast_to(8)
    put(office, S.FAILED, *(REFUSED.format(n) for n in range(3)), FULL)
    run, words = office.world.run, "550 5.1.1 No such mailbox"
    assert run(deliveries.how_many, office.me, S.FAILED, reason=words, whole=True) == 3
    assert run(deliveries.retry, office.me, state=S.FAILED, reason=words, whole=True) == 3
    assert office.states() == {"waiting": 7, "failed": 1}
    with pytest.raises(BadInput, match="nothing was chosen"):
        run(deliveries.retry, office.me, reason=words)


def test_the_unknown_of_a_thread_are_judged_in_one_answer(office: Office) -> None:  # N8
    office.add("Ana", "Ben", "Cora")
    first, second = office.broadcast("One"), office.broadcast("Two")
    put(office, S.UNKNOWN, *[LOST] * 3, of=first)
    put(office, S.UNKNOWN, *[LOST] * 2, of=second)
    run = office.world.run
    assert run(deliveries.reasons, office.me, thread=first, state=S.UNKNOWN) == (Reason(S.UNKNOWN, LOST, 3),)
    assert run(deliveries.how_many, office.me, S.UNKNOWN, thread=first) == 3
    assert run(deliveries.resolve, office.me, arrived=True, thread=first) == 3
    assert run(deliveries.resolve, office.me, arrived=False, thread=second, reason="nobody said this") == 0
    assert run(deliveries.resolve, office.me, arrived=False, thread=second) == 2
    assert office.states() == {"sent": 3, "waiting": 3}


def test_only_an_owner_decides_about_many(office: Office) -> None:  # S4
    thread = office.broadcast_to(3)
    put(office, S.FAILED, FULL)
    leo = office.world.staff("Leo Brandt")
    office.world.member(office.team, leo, Role.CONTRIBUTOR)
    actor = office.world.actor(leo)
    assert office.world.run(deliveries.how_many, actor, S.FAILED) == 0
    assert office.world.run(deliveries.retry, actor, state=S.FAILED) == 0
    with pytest.raises(Refused, match="Maya Ortiz"):
        office.world.run(deliveries.how_many, actor, S.FAILED, thread=thread)


def test_a_paused_channel_is_resumed_once_its_account_is_mended(office: Office) -> None:  # N13
    run = office.world.run
    run(channels.pause, Channel.EMAIL, "the login was refused", None)
    run(channels.pause, Channel.SMS, "the provider does not answer", timedelta(minutes=2))
    status = run(deliveries.status, office.me)
    assert dict(status.paused) == {
        Channel.EMAIL: "the login was refused",
        Channel.SMS: "the provider does not answer",
    }
    assert status.until == {Channel.SMS: office.clock.now + timedelta(minutes=2)}
    assert run(deliveries.resume, office.me, channel=Channel.SMS) == (Channel.SMS,)
    assert run(deliveries.resume, office.me) == (Channel.EMAIL,)
    assert run(deliveries.status, office.me).paused == ()
    assert office.world.administrator is not None
    done = [record.act for record in run(audit.list_records, office.world.actor(office.world.administrator)).items]
    assert done.count("channels.resume") == 2  # S2
    with pytest.raises(Refused, match="no channel is paused"):
        run(deliveries.resume, office.me)


def test_a_channel_without_an_account_cannot_be_resumed(office: Office) -> None:  # N13
    with office.store.write() as tx:
        channels.configure(tx, {Channel.EMAIL: str})
    with pytest.raises(Refused, match=r"SMS is not configured; set \[sms\]"):
        office.world.run(deliveries.resume, office.me, channel=Channel.SMS)


def test_who_may_resume_a_channel(office: Office) -> None:  # S4
    world = office.world
    leo, noor = world.staff("Leo Brandt"), world.staff("Noor Haddad")
    world.member(office.team, leo, Role.CONTRIBUTOR)
    world.team("Harbor", owner=noor)
    world.run(channels.pause, Channel.EMAIL, "the login was refused", None)
    with pytest.raises(Refused, match="you cannot let a channel send again"):
        world.run(deliveries.resume, world.actor(leo))
    assert world.run(deliveries.resume, world.actor(noor)) == (Channel.EMAIL,)
