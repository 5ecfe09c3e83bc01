"""A PostgreSQL server that is lost (hazards 39): it is found again, and no act is done twice or thought done."""

from __future__ import annotations

import threading
from time import monotonic, sleep
from typing import Any

import psycopg
import pytest
from tests.conftest import Clock
from tests.line import AtCommit, Line
from tests.store.rows import get, put
from tests.world import World

from msgcenter_tui.center import drafts, messages, threads
from msgcenter_tui.domain import Actor, Recipients, ThreadId, ThreadKind
from msgcenter_tui.errors import StoreInDoubt, StoreUnavailable
from msgcenter_tui.store import engine
from msgcenter_tui.store.store import Store
from msgcenter_tui.store.tx import Tx, act, look

PATIENCE = 30.0


@pytest.fixture
def here(postgresql_store: Store, clock: Clock) -> tuple[Actor, ThreadId]:
    """Somebody, and a thread to write in."""
    world = World(postgresql_store, clock)
    maya = world.staff("Maya Ortiz")
    team = world.team("Team", owner=maya)
    ben = world.staff("Ben")
    world.member(team, ben)
    me = world.actor(maya)
    sent = world.run(messages.start, me, Recipients(ThreadKind.DIRECT, (ben.id,)), team.id, "First.")
    assert sent.thread is not None
    return me, sent.thread


def until(true: Any) -> None:
    end = monotonic() + PATIENCE
    while not true():
        assert monotonic() < end, "it never came to be"
        sleep(0.005)


def bodies(store: Store, actor: Actor, thread: ThreadId) -> list[Any]:
    return [message.body for message in store.run(threads.open_thread, actor, thread).messages]


# -- commits in doubt -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fate", [AtCommit.LOST, AtCommit.UNANSWERED])
def test_a_reply_whose_commit_is_lost_is_sent_once(
    postgresql_store: Store, far: Store, line: Line, here: tuple[Actor, ThreadId], fate: AtCommit
) -> None:  # N8, M4
    me, thread = here
    draft = far.run(drafts.save, me, id=None, version=0, thread=thread, body="Once.")
    line.at_commit = fate
    sent = far.run(messages.reply, me, thread, "Once.", draft=draft)
    assert sent.message is not None
    assert len(bodies(postgresql_store, me, thread)) == 2
    assert postgresql_store.run(drafts.for_thread, me, thread) is None
    assert far.run(messages.reply, me, thread, "And on.").message is not None


def test_a_commit_that_arrives_late_is_not_done_beside_its_repetition(
    postgresql_store: Store, far: Store, line: Line, here: tuple[Actor, ThreadId], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("msgcenter_tui.store.doubt._ENDS_WITHIN", "50ms")
    me, thread = here
    line.at_commit = AtCommit.LATE
    far.run(messages.reply, me, thread, "Once.")  # what hangs is ended first
    line.late.set()
    assert line.arrived.wait(PATIENCE)
    assert len(bodies(postgresql_store, me, thread)) == 2


@pytest.mark.parametrize("fate", [AtCommit.LOST, AtCommit.UNANSWERED])
def test_a_draft_whose_commit_is_lost_is_kept_once(  # M4
    postgresql_store: Store, far: Store, line: Line, here: tuple[Actor, ThreadId], fate: AtCommit
) -> None:
    me, thread = here
    line.at_commit = fate
    saved = far.run(drafts.save, me, id=None, version=0, thread=thread, body="Begun")
    line.at_commit = fate
    saved = far.run(drafts.save, me, id=saved.id, version=saved.version, thread=thread, body="Begun, and on")
    assert postgresql_store.run(drafts.list_drafts, me) == (saved,)
    line.at_commit = fate
    far.run(drafts.discard, me, saved.id, saved.version)
    assert postgresql_store.run(drafts.list_drafts, me) == ()


@pytest.mark.parametrize("fate", [AtCommit.LOST, AtCommit.UNANSWERED])
def test_what_nobody_can_know_is_said_to_be_in_doubt(  # S1
    postgresql_store: Store, far: Store, line: Line, here: tuple[Actor, ThreadId], fate: AtCommit
) -> None:
    me, thread = here
    far.certain = 0.0
    line.at_commit, line.then_down = fate, True
    with pytest.raises(StoreInDoubt) as caught:
        far.run(messages.reply, me, thread, "Perhaps.")
    line.open = True
    assert str(caught.value).startswith("nobody knows whether this was done in the store tests")
    assert "look whether it is there before you do it again" in caught.value.cure
    assert len(bodies(postgresql_store, me, thread)) == (2 if fate is AtCommit.UNANSWERED else 1)


def test_what_is_in_doubt_is_settled_when_the_server_is_back(
    postgresql_store: Store, far: Store, line: Line, here: tuple[Actor, ThreadId]
) -> None:
    me, thread = here
    line.at_commit, line.then_down = AtCommit.UNANSWERED, True
    sent: list[Any] = []
    sending = threading.Thread(target=lambda: sent.append(far.run(messages.reply, me, thread, "Once.")))
    sending.start()
    until(lambda: len(bodies(postgresql_store, me, thread)) == 2)
    assert not sent
    line.open = True
    sending.join(PATIENCE)
    assert len(sent) == 1
    assert len(bodies(postgresql_store, me, thread)) == 2


def test_who_leaves_does_not_wait_for_the_server(far: Store, line: Line, here: tuple[Actor, ThreadId]) -> None:
    me, thread = here
    line.at_commit, line.then_down = AtCommit.LOST, True
    far.wait_no_more()
    with pytest.raises(StoreInDoubt):
        far.run(messages.reply, me, thread, "Perhaps.")


# -- lines that are lost ----------------------------------------------------------------------------------------------


def test_an_act_whose_connection_ends_in_the_middle_is_done_by_another_one(
    postgresql_store: Store, postgresql_url: str
) -> None:
    times = 0

    @act
    def cut_once(tx: Tx) -> None:
        nonlocal times
        times += 1
        put(tx, "key", "value")
        driver = tx.conn.connection.driver_connection
        if times == 1 and driver is not None:
            with psycopg.connect(postgresql_url, autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s)", [driver.info.backend_pid])
        put(tx, "other", "value")

    postgresql_store.run(cut_once)
    assert times == 2
    assert postgresql_store.run(get, "other") == "value"


def test_a_look_whose_connection_ends_in_the_middle_is_taken_again(far: Store, line: Line) -> None:
    far.run(put, "key", "value")
    times = 0

    @look
    def cut_once(tx: Tx) -> str | None:
        nonlocal times
        times += 1
        if times == 1:
            line.cut()
        return get(tx, "key")

    assert far.run(cut_once) == "value"
    assert times == 2


def test_a_server_that_is_gone_for_a_while_costs_only_that_while(far: Store, line: Line) -> None:  # S1
    far.run(put, "key", "value")
    with line.down():
        with pytest.raises(StoreUnavailable) as caught:
            far.run(put, "key", "other")
        assert caught.value.why == "the server cannot be reached"
    assert far.run(get, "key") == "value"


def test_a_server_that_does_not_answer_is_not_waited_for_without_end(  # S1
    postgresql_url: str, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("msgcenter_tui.store.server._MARGIN", 0.1)
    joint = "&" if "?" in line.url else "?"
    store = Store(f"{line.url}{joint}options=-c%20statement_timeout%3D100")
    store.run(put, "key", "value")
    with pytest.raises(StoreUnavailable) as caught, store.read() as tx, line.hanging():
        get(tx, "key")
    assert caught.value.why == "the server does not answer"
    assert store.run(get, "key") == "value"
    store.close()


def test_a_statement_that_takes_too_long_is_ended_and_named(postgresql_store: Store) -> None:  # S1
    @act
    def slow(tx: Tx) -> None:
        tx.conn.exec_driver_sql("SET LOCAL statement_timeout = 1")
        tx.conn.exec_driver_sql("SELECT pg_sleep(60)")

    with pytest.raises(StoreUnavailable) as caught:
        postgresql_store.run(slow)
    assert caught.value.why == "the server took too long"


def test_a_terminal_needs_few_connections(postgresql_store: Store) -> None:
    """Ten terminals and two notifiers: within the hundred that a server has unless told otherwise."""
    most = sum(engine._WORKING) + sum(engine._ALONE)
    assert 12 * most < 97
