"""The indexes of words: made of what an older store holds, made anew by a rescue, kept below whoever writes."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text, update
from tests.store import rows
from tests.store.older import of_version

from msgcenter_tui.rules.sought import INDEXED, bare
from msgcenter_tui.store import search_index, searching, tables
from msgcenter_tui.store.rescue import rescue
from msgcenter_tui.store.store import Store, open_store
from msgcenter_tui.store.tx import Tx

BEFORE = "0006", "0012", "0013"  # before there was an index, base letters in it of names, and of texts


def filled(store: Store) -> None:
    with store.write() as tx:
        maya, team = rows.staff(tx), rows.team(tx)
        ana = rows.client(tx, team, "Ana Peña", email="ana@mail.example", email_key="ana@mail.example")
        lucja = rows.client(tx, team, "Łucja")
        rows.client(tx, team, "Ben", phone="+12125550188", phone_number="+12125550188")
        thread = rows.thread(tx, team, maya, subject="Holiday schedule, Århus Straße")
        rows.message(tx, thread, 1, maya, "We are closed in Łódź")
        rows.message(tx, thread, 2, ana, "What a pity")
        rows.message(tx, thread, 3, ana, "Hidden words", deleted_at=tx.now)
        rows.message(tx, thread, 4, lucja, "Thanks")


def threads_of(tx: Tx, *words: str) -> Sequence[int]:
    found = searching.threads_with(tx, words)
    return [] if found is None else tx.conn.scalars(found.ids).all()


def finds_it_all(store: Store) -> None:
    with store.read() as tx:
        for words in (
            ("hol", "sched"),
            ("closed", "pity"),
            ("ana",),
            ("pena", "maya"),
            ("łuc", "luc"),
            ("lodz", "łódź"),
            ("strass", "STRASSE"),
            ("straße", "arh"),
        ):
            assert len(threads_of(tx, *words)) == 1, words
        assert threads_of(tx, "hidden") == threads_of(tx, "ben") == []
        for word in ("ana", "exam", "ben", "0188", "2125", "luc"):
            assert len(tx.conn.scalars(searching.clients_with(tx, [word]).ids).all()) == 1, word


@pytest.mark.parametrize("before", BEFORE)
def test_what_an_older_store_holds_is_found_after_the_upgrade(new_url: str, before: str) -> None:
    with of_version(before, new_url) as store:
        filled(store)
    store = open_store(new_url)
    finds_it_all(store)
    store.close()


def test_a_rescue_makes_them_anew_and_keeps_them_from_then_on(sqlite_store: Store, tmp_path: Path) -> None:
    filled(sqlite_store)
    sqlite_store.close()
    assert sqlite_store.file is not None
    with closing(sqlite3.connect(sqlite_store.file.path)) as there:
        there.execute("INSERT INTO search_threads (search_threads) VALUES ('delete-all')")
        there.commit()
    rescued = rescue(str(sqlite_store.file.path), str(tmp_path / "new.db"))
    assert {table.table for table in rescued.tables if table.lost} <= {"members", "staff"}  # here nobody owns the team
    store = open_store(str(rescued.path))
    finds_it_all(store)
    with store.write() as tx:
        tx.conn.execute(update(tables.messages).values(body="Apples"))
        assert len(threads_of(tx, "apples")) == 1
        assert threads_of(tx, "closed") == []
    store.close()


def test_whoever_writes_below_the_acts_is_found(store: Store) -> None:
    filled(store)
    finds_it_all(store)
    with store.write() as tx:
        for statement in (
            "DELETE FROM messages WHERE number = 1", "UPDATE messages SET deleted_at = NULL WHERE number = 3",
            "UPDATE threads SET subject = NULL", "UPDATE clients SET email_key = NULL",
            "UPDATE people SET name = 'Zoe', name_key = 'zoe' WHERE kind = 'client'",
        ):  # fmt: skip
            tx.conn.execute(text(statement))
        assert threads_of(tx, "closed") == threads_of(tx, "hol") == threads_of(tx, "ana") == []
        assert threads_of(tx, "lodz") == threads_of(tx, "łódź") == threads_of(tx, "strasse") == []
        assert len(threads_of(tx, "hidden", "pity", "zoe")) == 1
        assert tx.conn.scalars(searching.clients_with(tx, ["exam"]).ids).all() == []
        assert len(tx.conn.scalars(searching.clients_with(tx, ["zoe"]).ids).all()) == 3
        tx.conn.execute(text("UPDATE people SET name_key = 'xenia' WHERE kind = 'client'"))
        assert len(threads_of(tx, "zoe", "xenia")) == 1


def test_what_is_taken_back_leaves_nothing(sqlite_store: Store) -> None:
    filled(sqlite_store)
    with sqlite_store.write() as tx:
        tx.conn.execute(text("DELETE FROM messages"))
        tx.conn.execute(text("UPDATE threads SET subject = NULL"))
        assert tx.conn.execute(text("SELECT term FROM search_vocabulary")).all() == []


def test_a_store_filled_with_the_indexes_aside_has_them_whole(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        connection = tx.conn.connection.driver_connection
        assert isinstance(connection, sqlite3.Connection)
        with search_index.aside(connection):
            maya, team = rows.staff(tx), rows.team(tx)
            rows.message(tx, rows.thread(tx, team, maya), 1, maya, "We are closed")
            assert threads_of(tx, "closed") == []
        assert len(threads_of(tx, "closed", "maya")) == 1


def asked_for() -> list[str]:
    """Letters that a search asks an index for."""
    letters = (chr(code) for code in range(0xAC00))
    return sorted(letter for letter in letters if INDEXED.fullmatch(letter) and INDEXED.fullmatch(bare(letter)))


def test_a_file_folds_words_as_the_program_does(sqlite_store: Store) -> None:
    letters = asked_for()
    with sqlite_store.write() as tx:
        maya, team = rows.staff(tx, "9"), rows.team(tx)
        thread = rows.thread(tx, team, maya, subject=" ".join(f"b{letter}a" for letter in letters))
        rows.message(tx, thread, 1, maya, " ".join(f"a{letter}b" for letter in letters))
        held = set(tx.conn.scalars(text("SELECT term FROM search_vocabulary")))
    asked = {bare(word) for letter in letters for word in (f"a{letter}b", f"b{letter}a")}
    assert held == asked | {"\ue0001"}  # and the number of Maya


def test_a_server_folds_words_as_the_program_does(postgresql_store: Store) -> None:
    letters = asked_for()
    with postgresql_store.read() as tx:
        folded = tx.conn.execute(
            text("SELECT search_fold(a), search_words(a)::text FROM unnest(cast(:all AS text[])) AS a"),
            {"all": [f"a{letter}b" for letter in letters]},
        ).all()
    assert [row[0] for row in folded] == [bare(f"a{letter}b") for letter in letters]
    assert [row[1] for row in folded] == [f"'{bare(f'a{letter}b')}'" for letter in letters]
