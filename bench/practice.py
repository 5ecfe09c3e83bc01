"""A practice of any size in a SQLite store, made by sets: python -m bench.practice FILE [THREADS CLIENTS MESSAGES].

Maya owns the team and is in every thread. One thread in a hundred is a broadcast, the others are direct, each with a
client of its own; their messages are written in rounds, as they come in life, so that those of one thread lie far
apart in the file. Every two-hundredth thread is unread.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from bench import ledgers
from sqlalchemy import text
from tests.delivery.office import Office

from msgcenter_tui.store import search_index
from msgcenter_tui.store.tx import Tx
from msgcenter_tui.store.types import microseconds
from msgcenter_tui.text import name_key

THREADS, CLIENTS, MESSAGES = 100_000, 1_000_000, 2_000_000
BROADCAST = 100
UNREAD = 200
SPAN = timedelta(days=730)
THEIR_WORDS = (
    "we you they class appointment monday tuesday friday morning evening please bring your plan birth baby breath call "
    "office number thank question answer holiday closed open week next last visit home hospital doctor midwife sleep "
    "feeding partner support group online room parking water walk rest exercise letter form insurance invoice paid "
    "receipt change move later earlier soon today tomorrow yes no maybe could would should have had will can "
    "about from with without after before until between course session notes list bag clothes blanket music light dark "
    "warm cold"
)
WORDS = THEIR_WORDS.split()
RARE = "zeppelin"
"""A word that is in one message of a thousand."""
THEIR_NAMES = (
    "Ana Bela Cora Dina Eva Fay Gita Hanna Ida Jana Kaya Lena Maya Nora Olga Pia Rosa Sara Tara Uma Vera Wanda Yara Zoe"
)
FIRST = THEIR_NAMES.split()
THEIR_SYLLABLES = "ba co da el fo gu ha ir jo ka li mo nu or pa qui ro sa ti ul va we xi yo za"
SYLLABLES = THEIR_SYLLABLES.split()


class Size(NamedTuple):
    threads: int = THREADS
    clients: int = CLIENTS
    messages: int = MESSAGES


def _batches(rows: Iterator[Sequence[Any]], many: int = 50_000) -> Iterator[list[Sequence[Any]]]:
    while batch := list(islice(rows, many)):
        yield batch


def _insert(tx: Tx, table: str, columns: str, rows: Iterator[Sequence[Any]]) -> None:
    """By the driver itself: a million rows through anything else take minutes."""
    cursor: Any = tx.conn.connection.cursor()
    places = ", ".join("?" * len(columns.split(",")))
    for batch in _batches(rows):
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", batch)


def name_of(number: int) -> str:
    """A name of two words, a different one for each number."""
    first, rest = FIRST[number % len(FIRST)], number // len(FIRST) + len(SYLLABLES)
    last = ""
    while rest:
        rest, one = divmod(rest, len(SYLLABLES))
        last += SYLLABLES[one]
    return f"{first} {last.capitalize()}"


def furnish(office: Office, size: Size) -> None:
    with office.store.write() as tx:
        first = int(tx.conn.execute(text("SELECT max(id) + 1 FROM people")).scalar_one())
        connection: Any = tx.conn.connection.driver_connection
        with search_index.aside(connection):
            _clients(tx, office, size, first)
            _threads(tx, office, size, first)
    with office.store.write() as tx:
        tx.conn.execute(text("ANALYZE"))


def _number(opaque: str) -> int:
    return int(opaque[1:])


def _clients(tx: Tx, office: Office, size: Size, first: int) -> None:
    now, team, maya = microseconds(tx.now - SPAN), _number(office.team.id), _number(office.maya.id)

    def person(n: int) -> Sequence[Any]:
        return first + n, "client", name_of(n), name_key(name_of(n)), now

    def client(n: int) -> Sequence[Any]:
        address = f"{name_of(n).replace(' ', '.').lower()}@mail.example"
        status = ("active", "active", "active", "lead", "inactive")[n % 5]
        return first + n, team, status, n % 10 != 7, address, address, "not-asked", ""

    def change(n: int) -> Sequence[Any]:
        return first + n, now, maya, client(n)[2], n % 10 != 7, team, "not-asked", "added"

    every = range(size.clients)
    _insert(tx, "people", "id, kind, name, name_key, created_at", map(person, every))
    _insert(
        tx, "clients", "person_id, workspace_id, status, portal, email, email_key, consent, note", map(client, every)
    )
    _insert(
        tx,
        "client_history",
        "client_id, at, by_id, status, portal, workspace_id, consent, how",
        map(change, every),
    )


def _threads(tx: Tx, office: Office, size: Size, first: int) -> None:
    chance = random.Random(5)
    team, maya = _number(office.team.id), _number(office.maya.id)
    began, span = microseconds(tx.now - SPAN), SPAN // timedelta(microseconds=1)
    rounds = max(1, size.messages // size.threads)
    step = span // (rounds * size.threads + 1)
    texts = [" ".join(chance.choices(WORDS, k=chance.randint(15, 65))).capitalize() + "." for _ in range(4_000)]

    def is_broadcast(n: int) -> bool:
        return n % BROADCAST == 0

    def with_client(n: int) -> int:
        return first + n * (size.clients // size.threads)

    def written(number: int, n: int) -> int:
        return began + ((number - 1) * size.threads + n + 1) * step

    def thread(n: int) -> Sequence[Any]:
        kind, owner = ("all-clients", None) if is_broadcast(n) else ("direct", maya)
        subject = " ".join(chance.choices(WORDS, k=3)).capitalize() if n % 3 else None
        return (
            n + 1,
            team,
            kind,
            "live",
            subject,
            is_broadcast(n),
            owner,
            maya,
            written(1, n),
            rounds,
            written(rounds, n),
        )

    def message(number: int, n: int) -> Sequence[Any]:
        of_client = not is_broadcast(n) and number % 2 == 0
        kind = "broadcast" if is_broadcast(n) else "other"
        body = chance.choice(texts)
        if chance.random() < 0.001:
            body += f" {RARE.capitalize()}."
        return n + 1, number, with_client(n) if of_client else maya, kind, written(number, n), body

    every = range(size.threads)
    _insert(
        tx,
        "threads",
        "id, workspace_id, kind, state, subject, locked, owner_id, created_by, created_at, last_number, last_at",
        map(thread, every),
    )
    people = ((n + 1, who, written(1, n)) for n in every if not is_broadcast(n) for who in (maya, with_client(n)))
    _insert(tx, "participants", "thread_id, person_id, added_at", people)
    in_rounds = (message(number, n) for number in range(1, rounds + 1) for n in every)
    _insert(tx, "messages", "thread_id, number, author_id, run_kind, at, body", in_rounds)
    unread = ((maya, n + 1, rounds) for n in every if n % UNREAD == 1)
    _insert(tx, "marks", "person_id, thread_id, from_number", unread)


def make(path: Path, size: Size = Size()) -> Office:  # noqa: B008 (a tuple of numbers)
    """The practice in a new file, which is left open."""
    office = ledgers.office_of(str(path))
    furnish(office, size)
    return office


if __name__ == "__main__":
    make(Path(sys.argv[1]), Size(*map(int, sys.argv[2:]))).store.close()
