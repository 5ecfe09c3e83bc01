"""What walls cost on PostgreSQL: the same looks and acts with and without: python -m bench.walls [CLIENTS THREADS].

One team. One thread in a hundred is a broadcast, the others are direct, each of Maya with a client of its own.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from bench.claiming import server
from sqlalchemy import make_url, text
from tests.conftest import Clock
from tests.world import World

from msgcenter_tui.center import clients, messages, reading, threads, walls
from msgcenter_tui.domain import Actor, PersonId, PersonKind, Recipients, ThreadKind, WorkspaceId
from msgcenter_tui.store.store import Store, open_store

ROUNDS = 9

FILL = """
    INSERT INTO people (id, kind, name, name_key, created_at)
    SELECT 100 + n, 'client', 'Client ' || n, 'client ' || lpad(n::text, 8, '0'), 0 FROM generate_series(1, :clients) n;
    INSERT INTO clients (person_id, workspace_id, status, portal, email, email_key, consent)
    SELECT 100 + n, :team, 'active', true, n || '@mail.example', n || '@mail.example', 'not-asked'
    FROM generate_series(1, :clients) n;
    INSERT INTO client_history (client_id, at, status, portal, workspace_id, consent)
    SELECT person_id, 0, status, portal, workspace_id, consent FROM clients;
    INSERT INTO threads (id, workspace_id, kind, state, locked, owner_id, created_by, created_at, last_number, last_at)
    SELECT n, :team, CASE WHEN n % 100 = 0 THEN 'all-clients' ELSE 'direct' END, 'live', n % 100 = 0,
        CASE WHEN n % 100 = 0 THEN NULL ELSE :maya END, :maya, n, 1, n FROM generate_series(1, :threads) n;
    INSERT INTO participants (thread_id, person_id, added_at)
    SELECT id, :maya, 0 FROM threads WHERE kind = 'direct'
    UNION ALL SELECT id, 100 + 1 + id % :clients, 0 FROM threads WHERE kind = 'direct';
    INSERT INTO messages (thread_id, number, author_id, run_kind, at, body)
    SELECT id, 1, :maya, CASE kind WHEN 'direct' THEN 'other' ELSE 'broadcast' END, id,
        'Appointment ' || id || CASE WHEN id % 1000 = 0 THEN ' zeppelin' ELSE ' monday' END FROM threads;
    SELECT setval('people_id_seq', 100 + :clients); SELECT setval('threads_id_seq', :threads)"""


def filled(url: str, number: int, many: int) -> tuple[Actor, Actor, WorkspaceId]:
    """Maya, one of the clients, and the team."""
    store = open_store(url)
    world = World(store, Clock())
    maya = world.staff("Maya Ortiz")
    team = world.team("Bright Beginnings", owner=maya)
    given = {"clients": number, "threads": many, "team": int(team.id[1:]), "maya": int(maya.id[1:])}
    with store.write() as tx:
        tx.conn.execute(text("SET LOCAL statement_timeout = 0"))
        for statement in FILL.split(";"):
            names = {name: value for name, value in given.items() if f":{name}" in statement}
            tx.conn.execute(text(statement), names)
    with store.write() as tx:
        tx.conn.execute(text("ANALYZE"))
    store.close()
    return world.actor(maya), Actor(PersonId("p142"), PersonKind.CLIENT, "Client 42"), team.id


def milliseconds(work: Callable[[], object]) -> float:
    """The median, after one that warms up."""
    times = []
    work()
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return median(times) * 1000


def measured(staff: Store, portal: Store, maya: Actor, client: Actor, team: WorkspaceId) -> dict[str, float]:
    direct = staff.run(threads.list_threads, maya, show=threads.Show.DIRECT).items[0].id

    theirs = portal.run(threads.list_threads, client, show=threads.Show.DIRECT).items[0].id

    def look(store: Store, act: Any, *args: Any, **more: Any) -> float:
        return milliseconds(lambda: store.run(act, *args, **more))

    def send() -> None:
        staff.run(messages.start, maya, Recipients(ThreadKind.ALL_CLIENTS), team, "To all", yes=True)

    began = time.perf_counter()
    send()
    sent = (time.perf_counter() - began) * 1000
    return {
        "staff: threads": look(staff, threads.list_threads, maya),
        "staff: one thread": look(staff, threads.open_thread, maya, direct),
        "staff: badge": look(staff, reading.badge, maya),
        "staff: search, rare": look(staff, threads.list_threads, maya, search="zeppelin"),
        "staff: search, frequent": look(staff, threads.list_threads, maya, search="monday"),
        "staff: clients": look(staff, clients.list_clients, maya),
        "staff: clients, search": look(staff, clients.list_clients, maya, search="client 4242"),
        "portal: threads": look(portal, threads.list_threads, client),
        "portal: badge": look(portal, reading.badge, client),
        "portal: search": look(portal, threads.list_threads, client, search="zeppelin"),
        "portal: reply": look(portal, messages.reply, client, theirs, "Thanks"),
        "broadcast to all": sent,
    }


def main(number: int = 100_000, many: int = 100_000) -> None:
    with server() as url:
        maya, client, team = filled(url, number, many)
        owner = open_store(url)
        bare = measured(owner, owner, maya, client, team)
        owner.run(walls.put_up, maya)
        logins = [owner.run(walls.add_login, maya, one.person) for one in (maya, client)]
        stores = []
        for one in logins:
            signed_in = make_url(url).set(username=one.login.role, password=one.password)
            stores.append(open_store(signed_in.render_as_string(hide_password=False)))
        walled = measured(stores[0], stores[1], maya, client, team)
        for store in (*stores, owner):
            store.close()
    print(f"{number:,} clients, {many:,} threads, milliseconds: without walls, behind them")
    for name, without in bare.items():
        print(f"  {name:26}{without:9.1f}{walled[name]:9.1f}  x{walled[name] / without:.1f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
