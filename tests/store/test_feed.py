"""What others commit is heard from a PostgreSQL server, and known again after a gap in which nobody listened."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from time import monotonic, sleep

import psycopg
import pytest
from tests.conftest import Clock
from tests.line import Line
from tests.store.rows import put

from msgcenter_tui.errors import StoreUnavailable
from msgcenter_tui.store import feed, notifiers
from msgcenter_tui.store.store import Store, open_store
from msgcenter_tui.store.tx import Tx, ledger_act

PATIENCE = 30.0


@pytest.fixture
def other(line: Line, clock: Clock) -> Iterator[Store]:
    """Another terminal, which listens."""
    joint = "&" if "?" in line.url else "?"
    store = open_store(f"{line.url}{joint}connect_timeout=2", clock=clock)
    store.changed()
    yield store
    store.close()


def until(true: Callable[[], object]) -> None:
    end = monotonic() + PATIENCE
    while not true():
        assert monotonic() < end, "it never came to be"
        sleep(0.005)


def connections(url: str) -> int:
    with psycopg.connect(url) as admin:
        found = admin.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'msgcenter'").fetchone()
        return 0 if found is None else int(found[0])


def test_of_which_kind_the_commits_of_others_are(postgresql_store: Store, other: Store) -> None:
    before = other.commits
    postgresql_store.run(notifiers.heartbeat, "one")
    until(lambda: other.commits.of_ledger == before.of_ledger + 1)
    assert other.commits.others == before.others
    postgresql_store.run(put, "key", "value")
    until(lambda: other.commits.others == before.others + 1)
    assert other.commits.of_ledger == before.of_ledger + 1


def test_a_ledger_act_that_touched_more_is_told_as_any_other(postgresql_store: Store, other: Store) -> None:
    before = other.commits

    @ledger_act
    def touching(tx: Tx) -> None:
        tx.touched()

    postgresql_store.run(touching)
    postgresql_store.run(notifiers.heartbeat, "one")
    until(lambda: other.commits.others > before.others)


def test_one_knows_of_ones_own_commits_at_once_and_is_not_told_again(postgresql_store: Store, other: Store) -> None:
    before = other.commits.others
    other.run(put, "key", "value")
    assert other.commits.others == before + 1
    postgresql_store.run(put, "other", "value")  # told after one's own
    until(lambda: other.commits.others > before + 1)
    assert other.commits.others == before + 2


def test_what_is_rolled_back_is_told_to_nobody(postgresql_store: Store, other: Store) -> None:
    before = other.commits
    with postgresql_store.write() as tx:
        put(tx, "key", "value")
        tx.conn.rollback()
        tx.conn.begin()
    postgresql_store.run(notifiers.heartbeat, "one")
    until(lambda: other.commits.of_ledger > before.of_ledger)
    assert other.commits.others == before.others


def test_many_ledger_acts_are_told_together_and_the_last_one_surely(
    postgresql_store: Store, other: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = other.commits.of_ledger
    for _ in range(50):
        postgresql_store.run(notifiers.heartbeat, "one")
    until(lambda: other.commits.of_ledger > before)
    postgresql_store.close()  # tells what is still to be told
    assert 1 <= other.commits.of_ledger - before < 50


def test_who_tells_the_last_at_the_end_ends_at_once(
    postgresql_store: Store, other: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = other.commits.of_ledger
    monkeypatch.setattr(feed, "_BETWEEN", 3e9)  # until the end nothing is told
    postgresql_store.changed()
    postgresql_store.run(notifiers.heartbeat, "one")
    mine = [thread for thread in threading.enumerate() if thread.name == "store-feed"]
    postgresql_store.close()
    assert sum(thread.is_alive() for thread in mine) == len(mine) - 1
    until(lambda: other.commits.of_ledger == before + 1)


def test_after_a_gap_everything_may_have_changed(postgresql_store: Store, other: Store, line: Line) -> None:
    token = other.changed()
    with line.down():
        until(lambda: not told(other))
        postgresql_store.run(put, "key", "value")
    until(lambda: told(other))
    assert other.changed() != token


def test_a_silent_server_is_noticed(other: Store, line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "_PING", 0.05)
    monkeypatch.setattr(feed, "_ANSWER", 0.5)
    line.cut()  # from now on it has less patience
    with line.hanging():
        until(lambda: not told(other))
    until(lambda: told(other))


def test_what_nobody_told_of_is_found_in_the_end(
    postgresql_store: Store, postgresql_url: str, other: Store, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "_PING", 0.05)
    monkeypatch.setattr(feed, "_LOOK", 0.1)
    calls = line.calls
    line.cut()
    until(lambda: line.calls > calls and told(other))
    token = told(other)
    with psycopg.connect(postgresql_url) as stranger:
        stranger.execute("INSERT INTO meta (key, value) VALUES (%s, %s)", ["stranger", "value"])
    until(lambda: told(other) not in ("", token))


def test_listening_takes_one_connection_and_only_where_somebody_listens(
    postgresql_store: Store, postgresql_url: str
) -> None:
    postgresql_store.run(put, "key", "value")
    before = connections(postgresql_url)
    postgresql_store.changed()
    postgresql_store.run(notifiers.heartbeat, "one")
    postgresql_store.changed()
    assert connections(postgresql_url) == before + 1


def told(store: Store) -> object:
    """What it tells; empty while it hears nothing."""
    try:
        return store.changed()
    except StoreUnavailable:
        return ""
