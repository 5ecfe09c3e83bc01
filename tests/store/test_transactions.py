"""One act, one transaction: committed whole or not at all, on either store."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from tests.conftest import Clock
from tests.store import rows

from msgcenter_tui.domain import Actor, Channel, PersonId, PersonKind, Policy
from msgcenter_tui.errors import Conflict, Refused
from msgcenter_tui.store import claims, ledger, notifiers
from msgcenter_tui.store.store import Store, open_store
from msgcenter_tui.store.tables import meta, runs
from msgcenter_tui.store.tx import Act, Tx, act, glance, ledger_act, look, passing


def test_what_an_act_wrote_is_there_afterwards(store: Store) -> None:
    assert store.run(rows.put, "key", "value") == "value"
    assert store.run(rows.get, "key") == "value"


def test_an_act_that_raises_leaves_nothing_behind(store: Store) -> None:
    @act
    def write_and_refuse(tx: Tx) -> None:
        rows.put(tx, "key", "value")
        raise Refused("no")

    with pytest.raises(Refused):
        store.run(write_and_refuse)
    assert store.run(rows.get, "key") is None


def test_only_a_claim_need_not_wait_for_the_disk(sqlite_store: Store) -> None:  # N8
    @ledger_act
    def flushes(tx: Tx) -> int:
        return int(tx.conn.exec_driver_sql("PRAGMA synchronous").scalar_one())

    @passing
    @ledger_act
    def refuses(tx: Tx) -> None:
        assert flushes(tx) == 1  # NORMAL: not before the next commit that does
        raise Refused("no")

    with pytest.raises(Refused):
        sqlite_store.run(refuses)
    assert sqlite_store.run(flushes) == 2  # FULL
    passed = [one for room in (claims, ledger, notifiers) for one in vars(room).values() if isinstance(one, Act)]
    assert {one for one in passed if not one.lasts} == {claims.claim, claims.take}


def test_a_look_cannot_write_and_its_fault_is_not_blamed_on_the_store(store: Store) -> None:
    @look
    def sneak(tx: Tx) -> None:
        rows.put(tx, "key", "value")

    with pytest.raises(DBAPIError, match=r"(?i)read.?only"):
        store.run(sneak)
    assert store.run(rows.get, "key") is None


def test_a_read_sees_one_state_of_the_store(store: Store) -> None:
    store.run(rows.put, "first", "1")
    with store.read() as tx:
        assert rows.get(tx, "first") == "1"
        store.run(rows.put, "second", "2")
        assert rows.get(tx, "second") is None
    assert store.run(rows.get, "second") == "2"


def test_who_looks_at_a_portal_writes_nothing_whatever_the_act(store: Store) -> None:  # P3
    viewer = Actor(PersonId("p1"), PersonKind.CLIENT, "Ana", by=PersonId("p2"), viewing=True)

    @act
    def write(tx: Tx, actor: Actor) -> None:
        rows.put(tx, "key", actor.name)

    @look
    def see(tx: Tx, actor: Actor) -> str:
        return actor.name

    for given in ({"args": (viewer,), "kwargs": {}}, {"args": (), "kwargs": {"actor": viewer}}):
        with pytest.raises(Refused, match="you only look at this portal"):
            store.run(write, *given["args"], **given["kwargs"])  # type: ignore[arg-type]
    assert store.run(rows.get, "key") is None
    assert store.run(see, viewer) == "Ana"


def test_the_time_of_a_transaction_is_the_clock_passed_in(store: Store, clock: Clock) -> None:
    with store.read() as tx:
        assert tx.now == clock.now == datetime(2026, 3, 2, 9, tzinfo=UTC)
    clock.advance(hours=1)
    with store.write() as tx:
        assert tx.now == clock.now


def test_without_a_clock_the_time_is_the_stores(store_url: str) -> None:
    store = open_store(store_url, policy=Policy(quiet_period=timedelta(0)))
    before = datetime.now(UTC)
    with store.write() as tx:
        assert before - timedelta(seconds=5) < tx.now < before + timedelta(seconds=5)
        assert tx.now.tzinfo is UTC
        assert tx.policy.quiet_period == timedelta(0)
    store.close()


def test_a_glance_cannot_write_either(store: Store) -> None:
    @glance
    def sneak(tx: Tx) -> None:
        rows.put(tx, "key", "value")

    with pytest.raises(DBAPIError, match=r"(?i)read.?only"):
        store.run(sneak)
    assert store.run(rows.get, "key") is None


def test_a_glance_is_one_statement_outside_of_any_transaction_of_a_server(postgresql_store: Store) -> None:
    @glance
    def state(tx: Tx) -> tuple[object, object]:
        asked = text("SELECT pg_current_xact_id_if_assigned() IS NULL, statement_timestamp() = transaction_timestamp()")
        nothing, same = tx.conn.execute(asked).one()
        return nothing, same

    assert postgresql_store.run(state) == (True, True)
    assert postgresql_store.run(state) == (True, True)  # the second would lie in the transaction of the first


def test_a_glance_without_a_clock_has_the_time_of_its_store(store_url: str) -> None:
    store = open_store(store_url)
    with store.write() as tx:
        thread = rows.thread(tx, rows.team(tx), rows.staff(tx))
        run = {"thread_id": thread, "channel": "email", "kind": "broadcast", "first": 1, "opened_at": tx.now}
        tx.conn.execute(insert(runs).values(**run, leaves_at=tx.now + timedelta(hours=1)))
    found = store.run(claims.due, [Channel.EMAIL])
    assert not found.now
    assert found.wait is not None
    assert timedelta(minutes=58) < found.wait <= timedelta(hours=1)
    with store.read() as tx:  # and within another transaction that of its begin
        assert claims.due(tx, [Channel.EMAIL]).wait == tx_wait(tx)
    with store.write() as tx:
        tx.conn.execute(update(runs).values(leaves_at=tx.now))
    assert store.run(claims.due, [Channel.EMAIL]).now
    store.close()


def tx_wait(tx: Tx) -> timedelta:
    leaves_at: datetime = tx.conn.execute(select(runs.c.leaves_at)).scalar_one()
    return leaves_at - tx.now


def test_two_acts_that_read_and_write_at_once_lose_no_update(store: Store) -> None:
    store.run(rows.put, "count", "0")

    @act
    def add(tx: Tx) -> None:
        row = select(meta.c.value).where(meta.c.key == "count").with_for_update()
        seen = int(tx.conn.execute(row).scalar_one())
        tx.conn.execute(update(meta).where(meta.c.key == "count").values(value=str(seen + 1)))

    def often() -> None:
        for _ in range(25):
            store.run(add)

    threads = [threading.Thread(target=often) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.run(rows.get, "count") == "100"


def test_of_two_acts_that_take_one_name_the_later_is_told_in_words(store: Store) -> None:  # S1
    both = threading.Barrier(2)
    tries: list[str] = []

    @act
    def take(tx: Tx) -> str:
        first = not tries.count(threading.current_thread().name)
        tries.append(threading.current_thread().name)
        if rows.get(tx, "name") is not None:
            raise Conflict("the name is taken")
        if first and not tx.sqlite:  # there both see that it is free
            both.wait(30)
        return rows.put(tx, "name", "mine")

    told: list[str] = []

    def run() -> None:
        try:
            told.append(store.run(take))
        except Conflict as error:
            told.append(str(error))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["mine", "the name is taken"]


def test_a_broken_deadlock_is_run_again(postgresql_store: Store) -> None:
    store = postgresql_store
    for key in ("a", "b"):
        store.run(rows.put, key, "")
    both = threading.Barrier(2)
    waited = threading.local()

    @act
    def mark(tx: Tx, first: str, second: str) -> None:
        tx.conn.execute(text("SET LOCAL deadlock_timeout = '20ms'"))
        for key in (first, second):
            tx.conn.execute(update(meta).where(meta.c.key == key).values(value=meta.c.value + first))
            if not hasattr(waited, "once"):
                waited.once = True
                both.wait(30)

    threads = [threading.Thread(target=store.run, args=(mark, *keys)) for keys in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {"".join(sorted(str(store.run(rows.get, key)))) for key in ("a", "b")} == {"ab"}


def test_a_constraint_that_holds_is_no_fault_of_the_store(store: Store) -> None:
    store.run(rows.put, "key", "1")
    with pytest.raises(IntegrityError):
        store.run(rows.put, "key", "2")
    assert store.run(rows.get, "key") == "1"


def test_words_of_people_are_in_no_error_text(store: Store) -> None:  # S2
    store.run(rows.put, "key", "first")
    with pytest.raises(IntegrityError) as caught:
        store.run(rows.put, "key", "secret words")
    assert "secret words" not in str(caught.value)


def test_changed_tells_of_every_commit_and_of_nothing_else(store: Store) -> None:
    quiet = store.changed()
    store.run(rows.get, "key")
    if store.file is not None:  # on PostgreSQL others on the server may be heard
        assert store.changed() == quiet
    seen = [quiet]
    for number in range(5):
        store.run(rows.put, str(number), "")
        seen.append(store.changed())
    assert len(set(seen)) == 6


def test_changed_notices_a_commit_that_began_before_and_ended_after_another(postgresql_store: Store) -> None:
    store = postgresql_store
    with store.write() as early:
        rows.put(early, "early", "")
        store.run(rows.put, "late", "")
        between = store.changed()
        assert store.changed() == between
    assert store.changed() != between


def test_a_closed_store_leaves_one_whole_file(sqlite_store: Store) -> None:
    sqlite_store.changed()
    sqlite_store.run(rows.put, "key", "value")
    sqlite_store.close()
    assert sqlite_store.file is not None
    path = sqlite_store.file.path
    assert sorted(found.name for found in path.parent.glob("store.db-*")) == []
