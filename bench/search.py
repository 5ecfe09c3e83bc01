"""Searching as one types, letter by letter: python -m bench.search FILE, a store as bench.practice makes it.

Each key is a page of the list that the screen would show. Beside it what the index alone needs for its first fifty
hits, and what a comparison of every text would take, which is how it was done before there was an index.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from statistics import median

from sqlalchemy import select, text

from msgcenter_tui.center import clients, threads
from msgcenter_tui.domain import Actor, PersonId, PersonKind
from msgcenter_tui.store import searching, tables
from msgcenter_tui.store.store import Store, open_store
from msgcenter_tui.store.tx import Tx, look
from msgcenter_tui.store.visibility import visible

ROUNDS = 5
LIMIT = 100.0
"""Milliseconds a key."""
INBOX = ("holiday", "zeppelin", "maya plan", "a b c d", "holiday appointment", "no such words")
PORTAL = ("holiday", "zeppelin")
CLIENTS = ("ana", "zoe", "benuva", "mail.example", "wanda ul", "nobody like that")


def milliseconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The median."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return median(times) * 1000


@look
def compared(tx: Tx, actor: Actor, words: str) -> Sequence[object]:
    """The threads in which the words stand, by comparing every text of theirs."""
    found = select(tables.threads.c.id).where(visible(actor), searching.written(tx, actor, words))
    return tx.conn.execute(found.order_by(tables.threads.c.last_at.desc()).limit(50)).all()


@look
def looked_up(tx: Tx, index: str, words: str) -> Sequence[object]:
    """The first fifty hits of the index, whoever may see them."""
    wanted = " ".join(f'"{word}"*' for word in words.replace(".", " ").split())
    return tx.conn.execute(text(f"SELECT rowid FROM {index} WHERE {index} MATCH :w LIMIT 50"), {"w": wanted}).all()


def typed(store: Store, find: Callable[[str], object], index: str, words: str) -> None:
    beginnings = [words[:end] for end in range(1, len(words) + 1) if words[end - 1] != " "]
    ours = [milliseconds(partial(find, one)) for one in beginnings]
    bare = [milliseconds(partial(store.run, looked_up, index, one)) for one in beginnings]
    worst = max(ours)
    at = beginnings[ours.index(worst)]
    verdict = "" if worst < LIMIT else "  OVER"
    print(
        f"  {words:24}{median(ours):8.1f} ms a key, {worst:7.1f} at the worst ({at!r}); the index alone "
        f"{median(bare):6.1f} and {max(bare):6.1f}{verdict}"
    )


def main(file: str | None = None) -> None:
    if file is None:
        print("searching: name a store, as python -m bench.practice makes it")
        return
    store = open_store(file)
    with store.read() as tx:
        owner = tx.conn.scalar(text("SELECT min(person_id) FROM staff"))
        client = tx.conn.scalar(text("SELECT max(person_id) FROM clients WHERE portal AND status = 'active'"))
        counts = [tx.conn.scalar(text(f"SELECT count(*) FROM {name}")) for name in ("threads", "messages", "clients")]
    me = Actor(PersonId(f"p{owner}"), PersonKind.STAFF, "Maya")
    theirs = Actor(PersonId(f"p{client}"), PersonKind.CLIENT, "Client", by=me.person, viewing=True)
    print("searching: {} threads, {} messages, {} clients; median of {}".format(*counts, ROUNDS))

    def threads_of(actor: Actor, words: str) -> object:
        return store.run(threads.list_threads, actor, search=words)

    def clients_of(words: str) -> object:
        return store.run(clients.list_clients, me, search=words)

    print("the inbox")
    for words in INBOX:
        typed(store, partial(threads_of, me), "search_threads", words)
    print("a portal")
    for words in PORTAL:
        typed(store, partial(threads_of, theirs), "search_threads", words)
    print("clients")
    for words in CLIENTS:
        typed(store, clients_of, "search_clients", words)
    print("by comparing every text, once")
    for words in ("zeppelin", "no such words"):
        print(f"  {words:24}{milliseconds(partial(store.run, compared, me, words), 1):8.1f} ms")
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
