"""The ledger kept by a process of its own: it does what a thread would, and nothing depends on its life (N8, N14)."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import disk
from tests.conftest import Clock
from tests.delivery.office import Office, account
from tests.delivery.scripted import Scripted
from tests.world import World

from msgcenter_tui import forked
from msgcenter_tui.delivery.notifier import Notifier
from msgcenter_tui.delivery.smtp import SmtpTransport
from msgcenter_tui.delivery.tally import Tally
from msgcenter_tui.domain import Channel, Policy
from msgcenter_tui.errors import Conflict, StoreUnavailable
from msgcenter_tui.store import clerk, notifiers
from msgcenter_tui.store.audit import record
from msgcenter_tui.store.clerk import Clerk
from msgcenter_tui.store.front import Front
from msgcenter_tui.store.ledger import Marked
from msgcenter_tui.store.store import Store, open_store
from msgcenter_tui.store.tx import Tx, act, ledger_act, look

ROOT = Path(__file__).parents[2]
PATIENCE = 60
SOMEBODY = "Ana Novak"
AT_ONCE = Policy(quiet_period=timedelta())

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no process can be forked off here")


@ledger_act
def number(tx: Tx) -> int:
    """Of the process that does it."""
    return os.getpid()


@look
def number_of_reader(tx: Tx) -> int:
    return os.getpid()


@act
def refuses(tx: Tx) -> None:
    raise Conflict("nothing was changed", "Ana Novak was first", "look again")


@ledger_act
def declines(tx: Tx) -> None:
    record(tx, None, "client.change", "", "consent", "how")


@act
def stumbles(tx: Tx) -> None:
    raise KeyError(SOMEBODY)


@act
def fills_the_disk(tx: Tx) -> None:
    disk.fill()


@act
def stops(tx: Tx) -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


class Room:
    """An office of which the ledger is kept by a clerk."""

    def __init__(self, path: Path, clock: Clock, keeper: Clerk) -> None:
        self.keeper = keeper
        self.office = Office(World(open_store(str(path), policy=AT_ONCE, clock=clock), clock), clock)

    def broadcast_to(self, number: int) -> None:
        """That is due: the clerk's clock is its own, it is not turned."""
        self.office.crowd(number)
        self.office.broadcast()

    async def send_to(self, server: Scripted, at: Callable[[str], None] = lambda _: None) -> Tally:
        front = Front(self.office.store, self.keeper)
        by = SmtpTransport(account(server.port))
        try:
            return await Notifier(front, {Channel.EMAIL: by}, connections=2, at=at).once()
        finally:
            await front.close()


@contextmanager
def hired(path: Path, clock: Clock) -> Iterator[Room]:
    with clerk.hired(str(path), lambda: Store(str(path), policy=AT_ONCE, clock=clock)) as keeper:
        assert keeper is not None
        room = Room(path, clock, keeper)
        try:
            yield room
        finally:
            room.office.store.close()


@pytest.fixture
def room(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    monkeypatch.setattr(forked, "_processors", lambda: 2)
    monkeypatch.setattr(threading, "active_count", lambda: 1)  # whatever other tests have left
    with hired(tmp_path / "store.db", clock) as room:
        yield room


def gone(process: int) -> bool:
    try:
        os.waitpid(process, os.WNOHANG)
    except ChildProcessError:
        return True
    return False


# -- its work ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("extensions", [(), ("PIPELINING",)], ids=["one at a time", "ahead"])
async def test_it_keeps_the_ledger(room: Room, extensions: tuple[str, ...]) -> None:  # N8, N14
    room.broadcast_to(300)  # more than a statement has places for
    async with Scripted(extensions=extensions) as server:
        assert (await room.send_to(server)).sent == 300
        assert len({mail.to for mail in server.mails}) == len(server.mails) == 300
        named = {mail.to: mail.message_id for mail in server.mails}
    assert named == {row.address: row.message_id for row in room.office.rows()}
    assert room.office.states() == {"sent": 300}
    assert {row.claimed_by for row in room.office.rows()} == {None}
    assert gone(room.keeper.process)
    file = room.office.store.file
    assert file is not None
    assert json.loads(file.beside.read_text())["fences"] == 300  # N13: an older copy of the store is recognised


async def test_what_changes_the_ledger_and_what_it_reads_for_that_is_done_there(room: Room) -> None:
    front = Front(room.office.store, room.keeper)
    there = {await front.ledger.run(number), await front.ledger.run(number_of_reader)}
    assert there == {room.keeper.process} != {await front.run(number)}
    await front.close()


async def test_it_raises_what_a_thread_would(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(Conflict, match="nothing was changed: Ana Novak was first; look again"):
        await room.keeper.run(refuses)
    with pytest.raises(RuntimeError) as met:
        await room.keeper.run(stumbles)
    assert str(met.value).startswith("KeyError in")  # nobody's words go into a log
    assert await room.keeper.run(number) == room.keeper.process
    await room.keeper.close()


async def test_what_it_was_asked_is_done_whoever_stops_waiting(room: Room) -> None:
    beating = asyncio.create_task(room.keeper.run(notifiers.heartbeat, "somebody"))
    await asyncio.sleep(0)
    answer = asyncio.create_task(room.keeper.run(number))
    while not room.keeper._asked:  # noqa: ASYNC110  it is on its way
        await asyncio.sleep(0)
    beating.cancel()
    assert await answer == room.keeper.process  # and answers are not taken for those of others
    await room.keeper.close()
    with room.office.store.read() as tx:
        assert notifiers.alive(tx, "somebody")


@pytest.mark.parametrize("level", [logging.INFO, logging.WARNING])
async def test_what_it_notes_goes_into_the_log_of_whoever_asks(
    room: Room, caplog: pytest.LogCaptureFixture, level: int
) -> None:  # S2
    with caplog.at_level(level, "msgcenter_tui"):
        await room.keeper.run(declines)
        with pytest.raises(RuntimeError):
            await room.keeper.run(stumbles)
    told = [(record.name, record.levelname, str(record.msg)) for record in caplog.records]
    assert told[:-1] == ([("msgcenter_tui.store.audit", "INFO", "client.change")] if level == logging.INFO else [])
    assert told[-1][:2] == ("msgcenter_tui.store.clerk", "ERROR")
    assert "Ana" not in caplog.text
    await room.keeper.close()


# -- its life ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("point", ["after_claim", "after_rcpt", "after_fence", "after_data", "before_commit"])
@pytest.mark.parametrize("extensions", [(), ("PIPELINING",)], ids=["one at a time", "ahead"])
async def test_killed_it_is_not_missed(room: Room, point: str, extensions: tuple[str, ...]) -> None:  # N8
    room.broadcast_to(20)
    passed: Counter[str] = Counter()

    def at(name: str) -> None:
        passed[name] += 1
        if name == point and passed[name] == (1 if point == "after_claim" else 3):
            os.kill(room.keeper.process, signal.SIGKILL)

    async with Scripted(extensions=extensions) as server:
        tally = await asyncio.wait_for(room.send_to(server, at), PATIENCE)
        got = Counter(mail.to for mail in server.mails)
    assert passed[point] >= (1 if point == "after_claim" else 3)
    assert set(got.values()) == {1}  # nothing twice
    assert len(got) == 20  # nothing lost
    assert tally.unknown == 0  # who heard the answers was not killed
    assert room.office.states() == {"sent": 20}


@pytest.mark.parametrize("before", [1, 2, 3])
async def test_killed_before_it_can_say_what_it_committed(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, before: int
) -> None:  # N8, N14
    monkeypatch.setattr(forked, "_processors", lambda: 2)
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    say, marks = forked.say, 0

    def dying(line: socket.socket, what: object) -> None:
        nonlocal marks
        marks += isinstance(what, tuple) and isinstance(what[1], Marked)
        if marks == before:
            os.kill(os.getpid(), signal.SIGKILL)
        say(line, what)

    monkeypatch.setattr(forked, "say", dying)  # the clerk has it from its birth
    with hired(tmp_path / "store.db", clock) as room:
        room.broadcast_to(20)
        async with Scripted(extensions=("PIPELINING",)) as server:
            tally = await asyncio.wait_for(room.send_to(server), PATIENCE)
            got = Counter(mail.to for mail in server.mails)
        assert not room.keeper.alive
        assert set(got.values()) == {1}
        assert len(got) == 20
        assert room.office.states() == {"sent": 20}
        assert tally.unknown == 0  # what was fenced by a commit that nobody heard of did not leave


async def test_a_service_that_stops_does_not_end_it_before_the_notifier(room: Room) -> None:
    assert await room.keeper.run(number) == room.keeper.process
    for number_of_signal in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        os.kill(room.keeper.process, number_of_signal)
    assert await room.keeper.run(number) == room.keeper.process
    await room.keeper.close()


async def test_one_that_is_stopped_keeps_nobody_from_ending(room: Room) -> None:
    asked = asyncio.create_task(room.keeper.run(stops))
    await asyncio.to_thread(os.waitid, os.P_PID, room.keeper.process, os.WSTOPPED | os.WNOWAIT)
    await room.keeper.close(patience=0.01)
    with pytest.raises(StoreUnavailable, match="not known whether the ledger was written"):
        await asked
    assert not room.keeper.alive
    with pytest.raises(StoreUnavailable):
        await room.keeper.run(number)
    assert gone(room.keeper.process)


async def test_its_full_disk_is_said_as_a_threads_is(room: Room) -> None:  # hazards 32
    await room.keeper.run(number)
    await room.keeper.run(fills_the_disk)
    with pytest.raises(StoreUnavailable, match="look for a full or failing disk"):
        await room.keeper.run(notifiers.heartbeat, "somebody")
    await room.keeper.close()


def test_it_ends_with_whoever_asks(tmp_path: Path, clock: Clock) -> None:  # hazards 26
    # The pipe has an end once nobody holds it any more, neither the one that is killed nor its clerk.
    reader, writer = os.pipe()
    program = """
import asyncio, os, sys
from msgcenter_tui import forked
from msgcenter_tui.store import clerk
from msgcenter_tui.store.store import Store, open_store
from tests.store.test_clerk import number

forked._processors = lambda: 2
open_store(sys.argv[1]).close()

async def work(keeper):
    await keeper.run(number)
    os.kill(os.getpid(), 9)

with clerk.hired(sys.argv[1], lambda: Store(sys.argv[1])) as keeper:
    asyncio.run(work(keeper))
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    command = [sys.executable, "-c", program, str(tmp_path / "store.db")]
    ended = subprocess.run(command, env=environment, pass_fds=[writer], check=False, timeout=PATIENCE)
    os.close(writer)
    assert ended.returncode == -signal.SIGKILL
    with os.fdopen(reader, "rb") as pipe:
        assert pipe.read() == b""


def test_a_block_that_fails_is_rid_of_it(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forked, "_processors", lambda: 2)
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    with pytest.raises(ValueError, match="no account"), hired(tmp_path / "store.db", clock) as room:
        raise ValueError("no account")
    assert gone(room.keeper.process)


# -- where there is none ----------------------------------------------------------------------------------------------


def forbidden(*_: object) -> None:
    raise AssertionError("it was forked off")


@pytest.mark.parametrize(("processors", "threads"), [(1, 1), (2, 2)])
def test_none_where_it_would_gain_nothing_or_do_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, processors: int, threads: int
) -> None:
    monkeypatch.setattr(forked, "_processors", lambda: processors)
    monkeypatch.setattr(threading, "active_count", lambda: threads)
    monkeypatch.setattr(os, "fork", forbidden)
    with clerk.hired(str(tmp_path / "store.db"), forbidden) as keeper:  # type: ignore[arg-type]
        assert keeper is None


def test_none_on_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forked, "_processors", lambda: 2)
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    monkeypatch.setattr(os, "fork", forbidden)
    with clerk.hired("postgresql://somebody@nowhere/practice", forbidden) as keeper:  # type: ignore[arg-type]
        assert keeper is None


# -- how both speak ---------------------------------------------------------------------------------------------------


def test_what_is_said_arrives_whole_or_not_at_all() -> None:
    said = {"letters": ["x" * 100_000]}
    ours, theirs = socket.socketpair()
    with ours, theirs:
        talking = threading.Thread(target=forked.say, args=(ours, said))
        talking.start()
        assert forked.heard(theirs) == said
        talking.join()
        ours.sendall(forked.packed(said)[:1000])
        ours.close()
        assert forked.heard(theirs) is None


def test_what_comes_byte_by_byte_is_heard_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    read = socket.SocketIO.read
    monkeypatch.setattr(socket.SocketIO, "read", lambda stream, size: read(stream, min(size, 1)))
    ours, theirs = socket.socketpair()
    with ours, theirs:
        forked.say(ours, ["Ana", 1])
        assert forked.heard(theirs) == ["Ana", 1]


@given(st.lists(st.integers(0, 200_000), max_size=6), st.randoms(use_true_random=False))
def test_answers_are_heard_whole_however_they_come(lengths: list[int], chance: Random) -> None:
    answers = [bytes([number]) * length for number, length in enumerate(lengths)]
    heard: list[bytes] = []
    ear = clerk._Ear(lambda answer: heard.append(bytes(answer)), lambda: None)
    coming = b"".join(forked.LENGTH.pack(len(answer)) + answer for answer in answers)
    while coming:
        room = ear.get_buffer(-1)
        part = coming[: chance.choice([1, 3, 4, 5, 1000, len(room)])][: len(room)]
        assert part  # there is always room for more
        room[: len(part)] = part
        coming = coming[len(part) :]
        ear.buffer_updated(len(part))
    assert heard == answers


async def test_what_cannot_be_understood_ends_the_line(caplog: pytest.LogCaptureFixture) -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        keeper = Clerk(ours, os.getpid())
        asked = [asyncio.ensure_future(keeper.run(number)) for _ in range(2)]
        await asyncio.to_thread(forked.heard, theirs)
        theirs.sendall(forked.LENGTH.pack(3) + b"???")
        for answer in asked:  # nobody waits for what does not come
            with pytest.raises(StoreUnavailable, match="not known whether the ledger was written"):
                await answer
    assert not keeper.alive


async def test_what_cannot_be_said_is_an_error_of_whoever_said_it(room: Room) -> None:
    with pytest.raises((pickle.PicklingError, AttributeError)):
        await room.keeper.run(notifiers.heartbeat, lambda: None)  # type: ignore[arg-type]
    assert await room.keeper.run(number) == room.keeper.process
    await room.keeper.close()


def test_an_edition_that_comes_twice_is_the_same() -> None:
    from tests.delivery.mails import EDITION

    first, second = pickle.loads(pickle.dumps(EDITION)), pickle.loads(pickle.dumps(EDITION))
    assert first is second  # what is made of it once serves all its letters
    assert first.passages == EDITION.passages
