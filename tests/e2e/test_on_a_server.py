"""The main job once more on a PostgreSQL server, in a real terminal, and what is to be seen of others and of faults."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from tests.conftest import Clock
from tests.e2e.terminal import message_center
from tests.world import World

from msgcenter_tui.center import messages, threads
from msgcenter_tui.domain import Actor, Recipients, ThreadKind
from msgcenter_tui.store.store import Store, open_store


@pytest.fixture
def store(postgresql_url: str) -> Iterator[Store]:
    store = open_store(postgresql_url)
    yield store
    store.close()


def test_the_main_job_on_a_server(
    store: Store, postgresql_url: str, clock: Clock
) -> None:  # A1, V2, N5, M4, hazards 39
    world = World(store, clock)
    maya, lee = world.staff("Maya Ortiz", "maya@practice.example"), world.staff("Lee Park")
    team = world.team("Bright Beginnings", owner=maya, contributor=lee)
    world.client("Ana Flores", team, email="ana@mail.example", portal=True)
    me, them = world.actor(maya), world.actor(lee)
    first = store.run(messages.start, me, Recipients(ThreadKind.DIRECT, (lee.id,)), team.id, "Good morning.")
    assert first.thread is not None
    with message_center("--db", postgresql_url, "--as", "maya@practice.example", columns=120) as terminal:
        terminal.wait("Lee Park", "Good morning.")
        store.run(messages.reply, them, first.thread, "Good morning to you.")
        terminal.wait("Good morning to you.")  # the server told it

        terminal.press("n").wait("All Clients", "Choose whom it goes to")
        terminal.press("enter").wait("goes on", "1 client: 1 Active")
        terminal.press("enter").wait("Subject (optional)", "Write your message")
        terminal.settle().press("tab").settle().type("We open on Monday.").wait("We open on Monday.").settle()
        with psycopg.connect(postgresql_url, autocommit=True) as admin:  # in the middle of writing
            ours = "application_name = 'msgcenter' AND pid <> pg_backend_pid()"
            admin.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {ours}")
        terminal.press("ctrl+s").wait("Send to All Clients of Bright Beginnings?")
        terminal.press("y").wait("We open on Monday.", "takes it back")
        assert _bodies(store, me) == ["We open on Monday."]

        terminal.press("p").wait("whose portal?")
        terminal.press("enter").wait("Sign in as Ana Flores?")  # P3
        terminal.press("y").wait("Client portal of Ana Flores", "signed in as")
        terminal.press("enter").wait("We open on Monday.", "Replies are off")


def _bodies(store: Store, actor: Actor) -> list[str]:
    """Of the broadcasts there are."""
    rows = store.run(threads.list_threads, actor, show=threads.Show.BROADCASTS).items
    return [message.body for row in rows for message in store.run(threads.open_thread, actor, row.id).messages]
