"""Settled deliveries of old broadcasts become figures: whatever looks at them sees what it saw (N8, N11, S4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from tests.center.practice import Practice
from tests.center.sending import send_all_that_is_due

from msgcenter_tui.center import audience, audit, catching_up, comparing, deliveries, folding, revisions
from msgcenter_tui.domain import Among, DeliveryState, RunId, ThreadId
from msgcenter_tui.errors import NotFound, Refused
from msgcenter_tui.store import tables
from msgcenter_tui.store.folding import ranges
from msgcenter_tui.store.notifiers import settle_runs
from msgcenter_tui.store.tables import folded

S = DeliveryState
CONSENTING: dict[str, Any] = {"phone": "+1 212 555 0188", "consent": "active"}


@pytest.fixture
def old(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> ThreadId:
    """A broadcast of a year ago, with every end that a delivery can have, folded three at a time."""
    monkeypatch.setattr(folding, "STEP", 3)
    for name in ("Ana", "Ben", "Cleo"):
        practice.client(name, **CONSENTING)
    reader, muted = practice.client("Dora"), practice.client("Emil")
    practice.client("Ines", "inactive")
    fails = practice.client("Finn")
    thread = practice.broadcast("one")
    practice.read(reader, thread)
    practice.world.change(muted, mute_email=True)
    practice.clock.advance(minutes=2)
    send_all_that_is_due(practice.store)
    with practice.store.write() as tx:
        failed = tables.deliveries.c.person_id == fails.id
        tx.conn.execute(update(tables.deliveries).where(failed).values(state=S.FAILED, reason="550 no such mailbox"))
        settle_runs(tx)
    practice.clock.advance(days=365)
    return thread


def before(practice: Practice) -> Any:
    return practice.clock.now - timedelta(days=30)


def fold(practice: Practice, steps: int = 100) -> int:
    """How many were folded in at most so many steps."""
    done, at = 0, RunId("r0")
    for _ in range(steps):
        step = practice.store.run(folding.fold_some, practice.who(practice.maya), before(practice), at)
        if step is None:
            break
        at, done = step[0], done + step[1]
    return done


def rows_of(practice: Practice, thread: ThreadId) -> int:
    """How many deliveries of the thread are rows of their own."""
    with practice.store.read() as tx:
        mine = tables.deliveries.c.run_id.in_(select(tables.runs.c.id).where(tables.runs.c.thread_id == thread))
        return tx.conn.scalar(select(func.count()).select_from(tables.deliveries).where(mine)) or 0


def among(practice: Practice, thread: ThreadId) -> dict[Among, list[str]]:
    """Whom each filter of the audience shows."""
    run, maya = practice.store.run, practice.who(practice.maya)
    pages = {one: run(audience.list_audience, maya, thread, among=one) for one in Among}
    return {one: [row.person.name for row in page.items] for one, page in pages.items()}


def seen(practice: Practice, thread: ThreadId) -> dict[str, Any]:
    """What the screens and commands tell of it, but for what is not kept."""
    run, maya = practice.store.run, practice.who(practice.maya)
    people = run(audience.list_audience, maya, thread).items
    progress = run(deliveries.progress, maya, thread)
    assert progress is not None
    return {
        "counts": run(audience.audience_counts, maya, thread),
        "people": [(row.person.name, row.sees, row.notified, row.read) for row in people],
        "ends": [[(notice.id, notice.channel, notice.state) for notice in row.notices] for row in people],
        "progress": (progress.total, progress.by_state),
        "catch up": run(catching_up.catch_up, maya, thread, dry_run=True),
        "difference": run(comparing.since_last_broadcast, maya, practice.team.id),
    }


def test_whatever_looks_at_them_sees_what_it_saw(practice: Practice, old: ThreadId) -> None:
    # N8, N11: after each step, so that a fold may stop anywhere
    practice.client("Late")
    expected, all_of_them, filtered = seen(practice, old), rows_of(practice, old), among(practice, old)
    assert expected["progress"][1] == {S.SENT: 6, S.READ_FIRST: 1, S.SUPPRESSED: 1, S.FAILED: 1}
    weighed = practice.store.run(folding.weigh, practice.who(practice.maya), before(practice))
    assert (weighed.runs, weighed.deliveries, weighed.by_state) == (2, all_of_them, expected["progress"][1])
    left = all_of_them
    while step := fold(practice, steps=1):
        assert step <= 3
        left -= step
        assert rows_of(practice, old) == left
        assert seen(practice, old) == expected
    assert left == 0
    assert among(practice, old) == filtered
    with practice.store.read() as tx:
        assert tx.conn.scalar(select(func.count()).select_from(folded)) == 5
    row = practice.store.run(audience.list_audience, practice.who(practice.maya), old, search="finn").items[0]
    assert row.why_not == "failed: long ago: when, where to and why is not kept"
    progress = practice.store.run(deliveries.progress, practice.who(practice.maya), old)
    assert progress is not None
    assert (progress.folded, progress.failed) == (progress.by_state, ())


def test_a_catch_up_notifies_nobody_twice(practice: Practice, old: ThreadId) -> None:
    # N11: whom nothing reached, and nobody to whom it was sent
    practice.client("Late")
    fold(practice)
    practice.store.run(catching_up.catch_up, practice.who(practice.maya), old, yes=True)
    practice.clock.advance(minutes=2)
    assert sorted(name for name, *_ in send_all_that_is_due(practice.store)) == ["Finn", "Late"]


def test_a_follow_up_leaves_as_ever(practice: Practice, old: ThreadId) -> None:
    # N1, N5
    fold(practice)
    practice.reply(practice.maya, old, "two")
    practice.clock.advance(minutes=2)
    left = {(name, numbers) for name, channel, _, numbers in send_all_that_is_due(practice.store) if channel == "email"}
    assert left == {(name, (2,)) for name in ("Ana", "Ben", "Cleo", "Dora", "Finn")}
    row = practice.store.run(audience.list_audience, practice.who(practice.maya), old, search="ana").items[0]
    assert [notice.why == "" for notice in row.notices] == [True, True, False, False], "the newest run first"


def test_what_has_left_has_left(practice: Practice, old: ThreadId) -> None:
    # N5, N14: no undo, and what failed is not tried again
    fold(practice)
    with pytest.raises(Refused, match="begun to leave"):
        practice.store.run(revisions.undo, practice.who(practice.maya), old)
    assert practice.store.run(deliveries.retry, practice.who(practice.maya), thread=old) == 0
    row = practice.store.run(audience.list_audience, practice.who(practice.maya), old, search="finn").items[0]
    with pytest.raises(NotFound):
        practice.store.run(deliveries.retry, practice.who(practice.maya), ids=[row.notices[0].id])


@pytest.mark.parametrize("state", [S.UNKNOWN, S.HELD, S.SENDING])
def test_a_run_of_which_something_is_open_stays_whole(practice: Practice, old: ThreadId, state: DeliveryState) -> None:
    # N8: somebody is to decide about it, or it is still to leave
    with practice.store.write() as tx:
        a_sent_mail = select(tables.deliveries.c.person_id).where(tables.deliveries.c.state == S.SENT).limit(1)
        one = tx.conn.scalar(a_sent_mail)
        tx.conn.execute(update(tables.deliveries).where(tables.deliveries.c.person_id == one).values(state=state))
    assert fold(practice) == 0
    assert rows_of(practice, old) == 9


def test_what_stays_as_it_is(practice: Practice, old: ThreadId) -> None:
    # N1: young runs; who joined a run after its first message, or left before its last; catch-ups; direct threads
    ana = practice.client("Zoe")
    young = practice.broadcast("young")
    practice.direct(practice.maya, ana)
    practice.clock.advance(seconds=10)
    practice.world.change(ana, status="inactive")
    practice.client("Newcomer")
    practice.reply(practice.maya, young, "more")
    practice.clock.advance(minutes=2)
    send_all_that_is_due(practice.store)
    with practice.store.write() as tx:
        settle_runs(tx)
    of_young = rows_of(practice, young)
    assert fold(practice) == 9
    assert rows_of(practice, young) == of_young
    practice.clock.advance(days=365)
    assert fold(practice) == of_young - 2
    assert rows_of(practice, young) == 2
    with practice.store.read() as tx:
        assert tx.conn.scalar(select(func.count()).select_from(tables.deliveries)) == 3


def test_who_may_and_what_is_noted(practice: Practice, old: ThreadId) -> None:
    # S4, S2
    for person in (practice.lee, practice.kim):
        with pytest.raises(Refused, match="administrator"):
            practice.store.run(folding.weigh, practice.who(person), before(practice))
        with pytest.raises(Refused, match="administrator"):
            practice.store.run(folding.fold_some, practice.who(person), before(practice))
    with pytest.raises(Refused, match="still to come"):
        practice.store.run(folding.fold_some, practice.who(practice.maya), practice.clock.now + timedelta(seconds=1))
    fold(practice, steps=1)
    (record, *_) = practice.store.run(audit.list_records, practice.who(practice.maya)).items
    assert (record.act, record.what[0], record.fields) == ("deliveries.fold", "r", ("count=3",))


def test_ranges_have_everybody_once_and_nobody_else() -> None:
    ended = [(1, S.SENT), (2, S.SENT), (3, S.FAILED), (5, S.SENT), (6, S.SENT), (9, S.SENT)]
    assert ranges(ended) == [(1, 2, S.SENT), (3, 3, S.FAILED), (5, 6, S.SENT), (9, 9, S.SENT)]
    assert ranges([]) == []
