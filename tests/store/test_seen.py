"""What tells a notifier that nobody has touched what its letters are made of (tx.py: `seen`; N14)."""

from __future__ import annotations

from tests.store import rows

from msgcenter_tui.domain import Channel
from msgcenter_tui.store import claims, notifiers
from msgcenter_tui.store.store import Store, open_store
from msgcenter_tui.store.tx import Tx, act, ledger_act


@ledger_act
def seen(tx: Tx) -> object:
    return tx.seen


@ledger_act
def touching(tx: Tx) -> None:
    tx.touched()


@act
def another(tx: Tx) -> None:
    rows.staff(tx)


def test_ledger_acts_leave_it_as_it_was(sqlite_store: Store) -> None:
    before = sqlite_store.run(seen)
    assert before is not None
    sqlite_store.run(notifiers.heartbeat, "one")
    sqlite_store.run(claims.claim, "one", [Channel.EMAIL], 10)
    assert sqlite_store.run(seen) == before


def test_any_other_act_changes_it(sqlite_store: Store) -> None:
    before = sqlite_store.run(seen)
    sqlite_store.run(another)
    assert sqlite_store.run(seen) != before


def test_a_ledger_act_that_touches_more_says_so(sqlite_store: Store) -> None:
    before = sqlite_store.run(seen)
    sqlite_store.run(touching)
    assert sqlite_store.run(seen) != before


def test_what_another_program_writes_changes_it(sqlite_store: Store, sqlite_url: str) -> None:
    before = sqlite_store.run(seen)
    other = open_store(sqlite_url)
    other.run(another)
    other.close()
    assert sqlite_store.run(seen) != before


def test_on_postgresql_nothing_is_known_and_so_all_is_read_again(postgresql_store: Store) -> None:
    assert postgresql_store.run(seen) is None


def test_commits_of_the_ledger_are_told_from_others(sqlite_store: Store, sqlite_url: str) -> None:
    sqlite_store.run(notifiers.heartbeat, "one")
    before = sqlite_store.commits
    sqlite_store.run(notifiers.heartbeat, "one")
    after = sqlite_store.commits
    assert after.of_ledger == before.of_ledger + 1
    assert after.others == before.others
    for work in (another, touching):
        sqlite_store.run(work)
        assert sqlite_store.commits.of_ledger == after.of_ledger
        assert sqlite_store.commits.others > after.others
        after = sqlite_store.commits
    other = open_store(sqlite_url)
    try:
        other.run(notifiers.heartbeat, "two")
    finally:
        other.close()
    sqlite_store.run(notifiers.heartbeat, "one")  # finds that another program was there
    assert sqlite_store.commits.others > after.others
