"""The chain of the audit log: whole whoever writes at once, and broken by whatever is changed (S2)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from tests.center.at_once import in_between, together
from tests.damaging import garbage, pages_of
from tests.store import rows
from tests.store.older import of_version

from msgcenter_tui.domain import Actor, Head, Noted, PersonId, PersonKind, Walk
from msgcenter_tui.errors import Refused
from msgcenter_tui.store import audit_walk, chain, rescue, tables
from msgcenter_tui.store.audit import record
from msgcenter_tui.store.chain import Record
from msgcenter_tui.store.store import Store, open_store
from msgcenter_tui.store.tx import Tx, act, look

MAYA = Actor(PersonId("p1"), PersonKind.STAFF, "Maya")


@act
def note(tx: Tx, *what: str) -> None:
    for one in what:
        record(tx, None, "client.change", one, "name", "phone")


@act
def note_and_refuse(tx: Tx) -> None:
    record(tx, MAYA, "client.add", "p8")
    raise Refused("no")


@pytest.fixture
def five(store: Store) -> Store:
    """A log of five records."""
    return with_five(store)


def with_five(store: Store) -> Store:
    """By three acts, beside one that was taken back."""
    with store.write() as tx:
        rows.staff(tx)
        record(tx, MAYA, "staff.add", "p1", "name", "email")
    store.run(note, "p1", "p2", "p3")
    with pytest.raises(Refused):
        store.run(note_and_refuse)
    with store.write() as tx:
        record(tx, Actor(PersonId("p1"), PersonKind.CLIENT, "Ana", by=PersonId("p1")), "portal.sign_in", "p1")
    return store


def walked(store: Store, noted: Noted | None = None, newest: int | None = None) -> Walk:
    with store.read() as tx:
        walk = audit_walk.begin(tx, newest)
    while not walk.over:
        with store.read() as tx:
            walk = audit_walk.further(tx, walk, noted)
    return walk


@look
def log(tx: Tx) -> Sequence[Any]:
    return tx.conn.execute(select(tables.audit).order_by(tables.audit.c.number)).all()


def behind_its_back(store: Store, *changes: str) -> None:
    """What somebody does who can do with the database what they like: the triggers are no obstacle to them."""
    with store.write() as tx:
        if tx.sqlite:
            for event in ("update", "delete", "replace"):
                tx.conn.execute(text(f"DROP TRIGGER audit_no_{event}"))
        else:
            tx.conn.execute(text("SET LOCAL session_replication_role = replica"))
        for change in changes:
            tx.conn.execute(text(change))


# -- what it is -------------------------------------------------------------------------------------------------------


def test_the_form_that_is_hashed_is_fixed_for_ever() -> None:
    said = Record(1772442000000000, 1, None, "staff.add", "p1", ["name", "email"])
    first = chain.link(chain.BEGIN, 1, said)
    assert first == sha256(b'["",1,1772442000000000,1,null,"staff.add","p1",["name","email"]]').hexdigest()
    assert first == "4d2f3f3483ae5ddb4b5082d2d02720be64f3e6bd508427d8086614be03603691"
    second = chain.link(first, 2, said._replace(what="\xe4\u2603", fields=[]))
    line = f'["{first}",2,1772442000000000,1,null,"staff.add","\\u00e4\\u2603",[]]'
    assert second == sha256(line.encode()).hexdigest()


def test_an_auditor_comes_to_the_same_by_the_columns_alone(five: Store) -> None:
    hash, records = "", five.run(log)
    for number, row in enumerate(records, start=1):
        who, by = (None if one is None else int(one[1:]) for one in (row.who_id, row.by_id))
        at = round(row.at.timestamp() * 1_000_000)
        line = json.dumps([hash, number, at, who, by, row.act, row.what, row.fields], separators=(",", ":"))
        hash = sha256(line.encode()).hexdigest()
        assert (row.number, row.hash) == (number, hash)
    walk = walked(five)
    assert walk.whole
    assert walk.last == Head(5, hash)
    assert walk.began_at == walk.ended_at == records[0].at


def test_what_is_taken_back_is_in_no_chain(five: Store) -> None:  # a kill before the commit is the same
    with five.write() as tx, tx.attempt(keep=False):
        record(tx, MAYA, "client.add", "p7")
    with five.write() as tx:
        with pytest.raises(Refused), tx.attempt():
            note_and_refuse(tx)
        with tx.attempt():
            record(tx, MAYA, "client.add", "p9")
    assert [row.what for row in five.run(log)] == ["p1", "p1", "p2", "p3", "p1", "p9"]
    assert walked(five).last.number == 6


def test_who_only_reads_records_nothing(five: Store) -> None:
    with pytest.raises(ValueError, match="only reads"), five.read() as tx:
        record(tx, MAYA, "client.add", "p9")


def test_a_log_of_many_pages_is_walked_page_by_page(store: Store) -> None:
    assert walked(store) == Walk(over=True)
    many = 2 * audit_walk.PAGE + 3
    store.run(note, *(f"p{number}" for number in range(many)))
    walk = walked(store)
    assert walk.whole
    assert walk.last.number == walk.total == many
    with store.read() as tx:
        step = audit_walk.further(tx, audit_walk.begin(tx))
    assert (step.last.number, step.total, step.over) == (audit_walk.PAGE, many, False)
    newest = walked(store, newest=10)
    assert newest.whole
    assert newest.last == walk.last


# -- at once ----------------------------------------------------------------------------------------------------------


def test_of_two_first_records_at_once_neither_forks_the_chain(store: Store) -> None:
    outcome = in_between(
        store, "INSERT INTO audit_head", lambda: store.run(note, "p1"), lambda: store.run(note, "p2", "p3")
    )
    assert outcome == (None, None)
    assert {row.what for row in store.run(log)} == {"p1", "p2", "p3"}
    assert walked(store).last.number == 3


def test_who_comes_while_another_writes_goes_on_behind_them(five: Store) -> None:
    outcome = in_between(five, "UPDATE audit_head", lambda: five.run(note, "p6"), lambda: five.run(note, "p7"))
    assert outcome == (None, None)
    assert [row.what for row in five.run(log)][5:] == ["p6", "p7"]
    assert walked(five).whole


def test_writers_at_once_make_one_chain(store: Store, store_url: str) -> None:
    with closing(Store(store_url)) as other:

        def writing(by: Store, name: str) -> None:
            for number in range(8):
                by.run(note, f"{name}{number}")

        deeds = [
            partial(writing, by, name) for by, name in ((store, "p1"), (other, "p2"), (store, "p3"), (other, "p4"))
        ]
        assert together(*deeds) == [None] * 4
    walk = walked(store)
    assert walk.whole
    assert walk.last.number == 32


# -- broken -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "flaw"),
    [
        (["UPDATE audit SET what = 'p4' WHERE number = 3"], "record 3 of .* does not fit"),
        (["UPDATE audit SET fields = '[]' WHERE number = 2"], "record 2 of .* does not fit"),
        (["UPDATE audit SET at = at + 1 WHERE number = 4"], "record 4 of .* does not fit"),
        (["UPDATE audit SET who_id = NULL WHERE number = 1"], "record 1 of .* does not fit"),
        (["DELETE FROM audit WHERE number = 3"], "record 3 is missing before record 4"),
        (["DELETE FROM audit WHERE number < 3"], "records 1 to 2 are missing before record 3"),
        (
            [
                "DELETE FROM audit WHERE number = 3",
                "UPDATE audit SET number = 3 WHERE number = 4",
                "UPDATE audit SET number = 4 WHERE number = 5",
            ],
            "record 3 of .* does not fit",
        ),
        (
            [
                "UPDATE audit SET number = 9 WHERE number = 3",
                "UPDATE audit SET number = 3 WHERE number = 4",
                "UPDATE audit SET number = 4 WHERE number = 9",
            ],
            "record 3 of .* does not fit",
        ),
        (["DELETE FROM audit WHERE number > 3"], "records 4 to 5 are missing at the end of the log"),
        (["UPDATE audit SET at = 9000000000000000000 WHERE number = 2"], "record 2 does not fit"),
        (
            ["INSERT INTO audit (id, at, act, fields, number, hash) VALUES (99, 0, 'forged', '[]', 6, 'x')"],
            "record 6 of 1970-01-01 00:00 UTC does not fit",
        ),
        (["UPDATE audit_head SET hash = 'x'"], "ends with record 5, and its head says otherwise"),
    ],
    ids=["what", "fields", "at", "who", "deleted", "begin", "renumbered", "swapped", "tail", "time", "added", "head"],
)
def test_whatever_is_changed_is_found_and_named(five: Store, changes: list[str], flaw: str) -> None:
    behind_its_back(five, *changes)
    walk = walked(five)
    assert walk.over
    assert not walk.whole
    assert_matches(walk, flaw)


def assert_matches(walk: Walk, flaw: str) -> None:
    assert re.search(flaw, walk.flaw), walk.flaw


def test_a_file_that_holds_what_no_record_can_is_no_way_around(sqlite_store: Store) -> None:
    five = with_five(sqlite_store)
    behind_its_back(
        five,
        "PRAGMA ignore_check_constraints=ON",
        "INSERT INTO audit (id, at, act, fields, number, hash) VALUES (99, 0, 'forged', '[]', -3, 'x')",
    )
    assert_matches(walked(five), "the chain has 5 records, and the log 6: some stand beside it")
    with five.write() as tx:
        tx.conn.execute(text("UPDATE audit SET fields = 'no JSON', at = 'never' WHERE number = 2"))
    assert_matches(walked(five), "record 2 does not fit")
    with five.write() as tx:
        tx.conn.execute(text("UPDATE audit SET number = 'one' WHERE number = 1"))
    assert_matches(walked(five), "record 1 is missing before record 2")
    with five.write() as tx:
        tx.conn.execute(text("DELETE FROM audit WHERE number BETWEEN 2 AND 9"))
    assert_matches(walked(five), "record 0 of .* does not fit")


def test_a_tail_that_was_cut_off_with_care_is_found_by_what_was_noted(five: Store) -> None:
    noted = walked(five).last
    kept = five.run(log)[2]
    assert walked(five, Noted(noted.number, noted.hash)).met
    assert walked(five, Noted(None, kept.hash)).met
    behind_its_back(
        five, "DELETE FROM audit WHERE number > 3", f"UPDATE audit_head SET number = 3, hash = '{kept.hash}'"
    )
    assert walked(five).whole  # nothing within the database tells
    assert_matches(walked(five, Noted(5, noted.hash)), "record 5, which was noted, is missing: .* ends with record 3")
    assert_matches(walked(five, Noted(None, noted.hash)), "no record has the hash that was noted")
    five.run(note, "p6", "p7")
    assert walked(five).whole
    assert_matches(walked(five, Noted(5, noted.hash)), "record 5 of .* is not the one whose hash was noted")
    assert walked(five, Noted(3, kept.hash)).whole


# -- older stores, damaged ones ---------------------------------------------------------------------------------------


def of_before(url: str) -> None:
    """A store of the schema before the chain, with a log whose ids have gaps."""
    with of_version("0007", url) as store, store.write() as tx:
        rows.staff(tx)
        for id, act in ((2, "staff.add"), (5, "client.add"), (40, "thread.start")):
            values = f"({id}, {id * 1000}, 1, '{act}', 'p1', '[\"name\"]')"
            tx.conn.execute(text(f"INSERT INTO audit (id, at, who_id, act, what, fields) VALUES {values}"))
        if not tx.sqlite:
            tx.conn.execute(text("SELECT setval('audit_id_seq', 40)"))


def test_the_log_of_an_older_store_is_chained_by_its_upgrade(new_url: str) -> None:
    of_before(new_url)
    with closing(open_store(new_url)) as store:
        store.run(note, "p1")
        found = [(row.id, row.number, row.act, row.who_id, row.fields) for row in store.run(log)]
        assert found[:3] == [
            ("a2", 1, "staff.add", "p1", ["name"]),
            ("a5", 2, "client.add", "p1", ["name"]),
            ("a40", 3, "thread.start", "p1", ["name"]),
        ]
        assert found[3][:3] == ("a41", 4, "client.change")
        assert walked(store).whole
        behind_its_back(store, "UPDATE audit SET act = 'client.add' WHERE number = 3")  # the triggers are there again
        assert_matches(walked(store), "record 3 of")


def saved(path: Path) -> Store:
    return open_store(str(rescue.rescue(str(path), str(path.with_name("new.db"))).path))


def test_a_rescue_keeps_the_chain(sqlite_store: Store, sqlite_url: str) -> None:
    sqlite_store.run(note, "p1", "p2")
    end = walked(sqlite_store).last
    sqlite_store.close()
    with closing(saved(Path(sqlite_url))) as store:
        walk = walked(store, Noted(end.number, end.hash))
        assert walk.whole
        assert [row.act for row in store.run(log)] == ["client.change", "client.change", "store.rescue"]


def test_a_rescue_that_loses_records_says_so(sqlite_store: Store, sqlite_url: str) -> None:
    sqlite_store.run(note, *(f"p{number}" for number in range(400)))
    sqlite_store.close()
    leaves = [page for page in pages_of(Path(sqlite_url), "audit") if page.kind == "leaf"]
    garbage(Path(sqlite_url), leaves[1])
    with closing(saved(Path(sqlite_url))) as store:
        assert store.run(log)[-1].number == 401
        assert_matches(walked(store), r"records \d+ to \d+ are missing before record \d+")


def test_a_rescue_chains_the_log_of_an_older_store(tmp_path: Path) -> None:
    path = tmp_path / "before.db"
    of_before(str(path))
    rescued = rescue.rescue(str(path), str(tmp_path / "new.db"))
    assert ("audit", 3, False) in [(one.table, one.rows, one.lost) for one in rescued.tables]
    with closing(open_store(str(rescued.path))) as store:
        assert [(row.id, row.number) for row in store.run(log)] == [("a2", 1), ("a5", 2), ("a40", 3), ("a41", 4)]
        assert walked(store).whole
