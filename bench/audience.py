"""What a person waits for who asks who got it, beside bare statements on the same store.

python -m bench.audience [CLIENTS [URL]]

A page must cost the same however many clients there are; figures may take their time, nobody waits for them.
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

from bench import ledgers
from bench.keys import surroundings
from sqlalchemy import func, select

from msgcenter_tui.center import audience
from msgcenter_tui.domain import Among, Recipients, ThreadKind
from msgcenter_tui.store.store import Store
from msgcenter_tui.store.tables import clients, deliveries, people

if TYPE_CHECKING:
    from tests.e2e.terminal import Terminal

ROUNDS = 7
PAGE = 100
STILL = 0.4
"""Seconds without a paint after which all has come that a key shows."""
PATIENCE = 20.0


def milliseconds(work: Callable[[], object]) -> float:
    """The best of some rounds: what the machine does besides is nobody's matter here."""
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times) * 1000


def bare_page(store: Store, first: int) -> None:
    """A hundred rows by primary key, as nothing reads them faster."""
    with store.read() as tx:
        tx.conn.execute(select(people).where(people.c.id > f"p{first}").order_by(people.c.id).limit(PAGE)).all()


def bare_count(store: Store) -> None:
    """All clients and all deliveries, counted."""
    with store.read() as tx:
        tx.conn.scalar(select(func.count()).select_from(clients))
        tx.conn.scalar(select(func.count()).select_from(deliveries))


def main(clients: int = 100_000, url: str = "") -> None:
    with tempfile.TemporaryDirectory() as folder:
        office = ledgers.office_of(url or str(Path(folder) / "store.db"))
        store, me = office.store, office.me
        office.crowd(clients)
        thread = office.broadcast()
        middle = middle_of(store)
        to = Recipients(ThreadKind.ALL_CLIENTS)
        team = office.team.id
        page = milliseconds(lambda: bare_page(store, clients // 2))
        count = milliseconds(lambda: bare_count(store))
        print(f"audience: {clients} clients, pages of {PAGE}, the best of {ROUNDS}")
        print(f"  {'a bare page by primary key':44}{page:9.1f} ms")
        print(f"  {'a bare COUNT of clients and deliveries':44}{count:9.1f} ms")
        reads: dict[str, tuple[Callable[[], object], float]] = {
            "the first page": (lambda: store.run(audience.list_audience, me, thread, limit=PAGE), page),
            "a page in the middle": (
                lambda: store.run(audience.list_audience, me, thread, limit=PAGE, after=middle),
                page,
            ),
            "the first page before a send": (
                lambda: store.run(audience.list_prospects, me, recipients=to, workspace=team, limit=PAGE),
                page,
            ),
            "the first page of a filter that finds nobody": (
                lambda: store.run(audience.list_audience, me, thread, among=Among.NOTIFIED, limit=PAGE),
                count,
            ),
            "a search that finds nobody": (
                lambda: store.run(audience.list_audience, me, thread, search="nobody", limit=PAGE),
                count,
            ),
            "the figures": (lambda: store.run(audience.audience_counts, me, thread), count),
            "the figures before a send": (
                lambda: store.run(audience.prospect_counts, me, recipients=to, workspace=team),
                count,
            ),
        }
        for words, (read, beside) in reads.items():
            took = milliseconds(read)
            print(f"  {words:44}{took:9.1f} ms{took / beside:9.1f} times")
        if not url and importlib.util.find_spec("pexpect") and importlib.util.find_spec("pyte"):
            opening, paging = on_a_terminal(Path(folder), office.maya.email)
            print(f"  {'from `a` to the first page on the screen':44}{opening:9.1f} ms")
            print(f"  {'from page down to its rows, 95 of 100':44}{paging:9.1f} ms")
        store.close()


def on_a_terminal(folder: Path, who: str) -> tuple[float, float]:
    """Milliseconds from a key to what it shows: the screen opened (median), and page by page (95 of 100)."""
    from tests.e2e.terminal import message_center

    terminal = message_center(
        "--db", str(folder / "store.db"), "--as", who, columns=120, rows=36, environment=surroundings(folder)
    )
    try:
        terminal.wait("Opening").settle()
        openings = []
        for _ in range(7):
            openings.append(until(terminal, "a", lambda: "Sees it" in terminal.text and "waiting" in terminal.text))
            terminal.settle().press("esc").wait_gone("Sees it").settle()
        terminal.press("a").wait("Sees it", "waiting").settle()
        pages = []
        for _ in range(60):
            before = terminal.text
            pages.append(until(terminal, "pagedown", lambda before=before: terminal.text != before))  # type: ignore[misc]
        return median(openings), quantiles(pages, n=20)[18]
    finally:
        terminal.kill()


def until(terminal: Terminal, key: str, true: Callable[[], bool]) -> float:
    """Milliseconds until a key has shown something. What comes is looked at later: that takes longer than the paint."""
    began = time.perf_counter()
    terminal.press(key)
    came: list[tuple[float, bytes]] = []
    while not came or time.perf_counter() - came[-1][0] < STILL:
        if new := terminal.take(STILL):
            came.append((terminal.arrived, new))
        assert time.perf_counter() - began < PATIENCE, f"{key} showed nothing; the screen:\n{terminal.text}"
    shown = 0.0
    for arrived, new in came:
        terminal.show(new)
        if not shown and true():
            shown = arrived
    assert shown, f"{key} did not show it; the screen:\n{terminal.text}"
    return (shown - began) * 1000


def middle_of(store: Store) -> str:
    """The cursor behind half of the people."""
    from msgcenter_tui.store.cursors import cursor

    with store.read() as tx:
        half = (tx.conn.scalar(select(func.count()).select_from(people)) or 0) // 2
        found = select(people.c.name_key, people.c.id).order_by(people.c.name_key, people.c.id).offset(half).limit(1)
        row = tx.conn.execute(found).one()
    return cursor(row.name_key, row.id)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, *sys.argv[2:])
