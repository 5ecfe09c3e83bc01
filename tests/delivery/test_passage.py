"""The next letter's fence while one is on its way, also where a server takes one command at a time (N8, N14)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

import pytest
from tests.delivery.mails import AT, LETTER, MESSAGE_ID
from tests.delivery.office import PATIENT, Office, account, transport
from tests.delivery.scripted import DROP, HANG, Action, Scripted, first

from msgcenter_tui.center import deliveries, messages, threads
from msgcenter_tui.delivery.compose import Press
from msgcenter_tui.delivery.marks import Asker
from msgcenter_tui.delivery.notifier import Notifier
from msgcenter_tui.delivery.passage import Means, Passage, Source
from msgcenter_tui.delivery.sms import SmsTransport
from msgcenter_tui.delivery.smtp import SmtpTransport
from msgcenter_tui.delivery.smtp_line import SmtpLine
from msgcenter_tui.delivery.transport import Envelope, Hearer, Reply, Verdict
from msgcenter_tui.delivery.wire import Wire
from msgcenter_tui.domain import Channel, Consent, DeliveryId, DeliveryState
from msgcenter_tui.store.front import Front
from msgcenter_tui.store.letters import Fenced, Letter
from msgcenter_tui.store.results import Result

S = DeliveryState
EITHER = pytest.mark.parametrize("extensions", [(), ("PIPELINING",)], ids=["one at a time", "ahead"])


# -- ahead, without being offered -------------------------------------------------------------------------------------


async def test_while_a_body_is_on_its_way_the_next_is_fenced_and_never_a_third(sqlite_office: Office) -> None:
    office = sqlite_office
    office.broadcast_to(5)
    front, fences, two = Front(office.store), 0, asyncio.Event()

    def at(name: str) -> None:
        nonlocal fences
        fences += name == "after_fence"
        if fences == 2:
            two.set()

    async with Scripted(dot=HANG) as server:
        by = SmtpTransport(account(server.port), patience=PATIENT)
        notifier = Notifier(front, {Channel.EMAIL: by}, connections=1, at=at).start()
        await asyncio.wait_for(two.wait(), 20)
        await asyncio.wait_for(server.dotted.wait(), 20)
        assert office.states() == {"sending": 2, "waiting": 3}
        assert sum(line.startswith("MAIL") for line in server.sessions[0].said) == 1  # it is not offered yet
        await notifier.stop(patience=0.05)
    await front.close()
    assert office.states() == {"unknown": 1, "waiting": 4}
    waiting = [row for row in office.rows() if row.state is S.WAITING]
    assert {(row.attempts, row.fenced_at, row.claimed_by) for row in waiting} == {(0, None, None)}  # N5: never left


async def test_a_line_lost_after_the_dot_gives_back_the_one_fenced_behind_it(sqlite_office: Office) -> None:
    sqlite_office.broadcast_to(5)
    async with Scripted(dot=first(1, DROP, "250 ok")) as server:
        tally = await sqlite_office.send_to(server, connections=1)
        assert (tally.unknown, tally.sent) == (1, 4)
        assert len(server.received) == 5
    assert {row.attempts for row in sqlite_office.rows()} == {1}


async def test_one_that_reads_otherwise_by_then_costs_no_line(sqlite_office: Office) -> None:  # N14
    office = sqlite_office
    thread = office.broadcast_to(6)
    (message,) = office.world.run(threads.open_thread, office.me, thread).messages
    edited: list[str] = []

    def edit(name: str) -> None:
        if name == "after_data" and not edited:
            office.world.run(messages.edit, office.me, message.id, "We open on Tuesday.")
            edited.append(name)

    async with Scripted() as server:
        assert (await office.send_to(server, connections=1, at=edit)).sent == 6
        assert len(server.sessions) == 1
    assert 1 <= sum(b"Monday" in mail.content for mail in server.mails) <= 2
    assert len({mail.to for mail in server.mails}) == len(server.received) == 6


async def test_a_text_is_not_fenced_before_its_turn(sqlite_office: Office) -> None:  # N8
    office = sqlite_office
    office.add(*(f"Client {n}" for n in range(4)))
    for number, client in enumerate(office.clients):
        office.world.change(client, phone=f"+1 201 555 010{number}", consent=Consent.ACTIVE, how="on paper")
    office.broadcast()
    office.due()
    under_way: list[int] = []

    async def hand(number: str, text: str, key: str) -> Reply:
        under_way.append(sum(row.state is S.SENDING for row in office.rows()))
        return Reply(Verdict.ACCEPTED)

    await office.send(SmsTransport(hand), connections=1)
    assert under_way == [1, 1, 1, 1]


class Told:
    """A line, the marks and the letters of a passage: what they are asked stays to be answered."""

    alive, pipelines, ahead = True, False, 2
    hearer: Hearer

    def __init__(self, *letters: Letter) -> None:
        self.left = list(letters)
        self.fences: list[Asker] = []
        self.settled: list[tuple[str, str]] = []

    def envelope(self, letter: Letter) -> Envelope:
        return b"", b""

    def offer(self, envelope: Envelope) -> bool:
        return False

    def written(self, fenced: Fenced) -> bytes:
        return b""

    def hand_over(self, written: bytes) -> None: ...

    def flush(self) -> None: ...

    def fence(self, letter: Letter, unique: str, domain: str, asker: Asker) -> None:
        self.fences.append(asker)

    def settle(self, result: Result) -> None:
        self.settled.append((result.id, result.state.value))

    def following(self) -> Letter | None:
        return self.left.pop(0) if self.left else None


async def test_one_that_was_denied_is_not_settled_it_may_be_on_its_way_again() -> None:  # N8
    # Denied, it is given back with that commit. By the time that the line is free the same notifier may have claimed,
    # fenced and handed it over anew: then that it "did not leave" is not true of it.
    first, second = (LETTER._replace(id=DeliveryId(id)) for id in ("r1p1", "r1p2"))
    told: Any = Told(second)
    means = Means(told, lambda: "1", lambda: 0.5, lambda _: None)
    source = Source(told.following, lambda _: True, lambda *_: None, lambda: None)
    passage = Passage(told, "bright.example", means, source)
    sending = asyncio.create_task(passage.send(first))
    await asyncio.sleep(0)
    passage.taken()
    told.fences[0].fenced(Fenced(first, MESSAGE_ID, AT))  # it is handed over, the next asks for its fence
    told.fences[1].fenced(None)
    passage.answered(Reply(Verdict.ACCEPTED))
    await sending
    assert told.settled == [("r1p1", "sent")]


# -- what ends a line -------------------------------------------------------------------------------------------------


@EITHER
async def test_an_answer_to_nothing_is_not_taken_for_the_next_one(
    sqlite_office: Office, extensions: tuple[str, ...]
) -> None:
    sqlite_office.broadcast_to(4)
    twice = b"250 queued\r\n250 queued\r\n"
    async with Scripted(extensions=extensions, dot=first(1, twice, "550 5.6.0 not this")) as server:
        tally = await sqlite_office.send_to(server, connections=1)
        assert len(server.received) == 4
    assert tally.sent == 1  # no other was called sent by the second answer
    assert sqlite_office.states().get("waiting", 0) == 0


@EITHER
@pytest.mark.parametrize("after", [DROP, HANG])
async def test_a_line_lost_while_an_offer_is_taken_back_is_made_anew(
    sqlite_office: Office, extensions: tuple[str, ...], after: Action
) -> None:
    sqlite_office.broadcast_to(4)
    refuse = first(1, "550 5.1.1 no such mailbox", "250 ok")
    async with Scripted(extensions=extensions, rcpt=refuse, rset=after, quit="221 bye") as server:
        tally = await asyncio.wait_for(sqlite_office.send(transport(server), connections=1), 30)
        assert (tally.failed, tally.sent) == (1, 3)
        assert len(server.received) == 3
    assert {row.attempts for row in sqlite_office.rows()} == {1}


@EITHER
@pytest.mark.parametrize("step", ["envelope", "wire"])
async def test_a_letter_that_the_program_stumbles_over_keeps_no_other_back(
    sqlite_office: Office, monkeypatch: pytest.MonkeyPatch, extensions: tuple[str, ...], step: str
) -> None:
    sqlite_office.broadcast_to(4)
    _stumbles(monkeypatch, step, over=lambda call: call == 2)
    async with Scripted(extensions=extensions) as server:
        assert (await sqlite_office.send_to(server, connections=1)).sent == 3
    (odd,) = (row for row in sqlite_office.rows() if row.state is not S.SENT)
    assert (odd.state, odd.attempts) == (S.RETRYING, 1)
    assert odd.reason == "an error of the program's own (RuntimeError); see the log"
    assert Channel.EMAIL not in _paused(sqlite_office)


@EITHER
@pytest.mark.parametrize("step", ["envelope", "wire"])
async def test_where_the_program_stumbles_over_every_letter_the_channel_rests(
    sqlite_office: Office, monkeypatch: pytest.MonkeyPatch, extensions: tuple[str, ...], step: str
) -> None:
    sqlite_office.broadcast_to(9)
    _stumbles(monkeypatch, step, over=lambda _: True)
    async with Scripted(extensions=extensions) as server:
        assert (await sqlite_office.send_to(server, connections=1)).sent == 0
        assert len(server.sessions) <= 5
    assert sqlite_office.states() == {"retrying": 5, "waiting": 4}
    assert "RuntimeError" in _paused(sqlite_office)[Channel.EMAIL]


def _paused(office: Office) -> dict[Channel, str]:
    return dict(office.world.run(deliveries.status, office.me).paused)


def _stumbles(monkeypatch: pytest.MonkeyPatch, step: str, over: Callable[[int], bool]) -> None:
    """An error of the program's own when it composes these letters, counted from 1."""
    owner: Any = {"envelope": SmtpLine, "wire": Press}[step]
    usual, calls = getattr(owner, step), count(1)

    def stumbling(self: object, letter: object) -> object:
        if over(next(calls)):
            raise RuntimeError
        return usual(self, letter)

    monkeypatch.setattr(owner, step, stumbling)


# -- replies ----------------------------------------------------------------------------------------------------------


class Ear:
    def __init__(self) -> None:
        self.replies: list[bytes] = []
        self.ended = False

    def heard(self, replies: Sequence[bytes]) -> None:
        self.replies += replies

    def lost(self, *, silent: bool) -> None:
        self.ended = True


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
async def test_replies_are_whole_however_they_come(size: int) -> None:
    said = b"250 queued\r\n250-a\r\n250-b\r\n250 c\r\n354 go\r\n550 n"
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0))
    wire, ear = Wire(transport, memoryview(bytearray(100))), Ear()  # type: ignore[arg-type]
    wire.listener = ear
    for at in range(0, len(said), size):
        piece = said[at : at + size]
        wire.get_buffer(-1)[: len(piece)] = piece
        wire.buffer_updated(len(piece))
        wire.get_buffer(-1)[:] = bytes(100)  # another connection has it now
    transport.close()
    assert ear.replies == [b"250 queued\r", b"250-a\r\n250-b\r\n250 c\r", b"354 go\r"]
    assert not ear.ended


@pytest.mark.parametrize("endless", [b"250 " + b"x" * 40_000, b"250-x\r\n" * 6_000])
async def test_an_endless_answer_ends_the_line(endless: bytes) -> None:  # hazards 23
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0))
    wire, ear = Wire(transport, memoryview(bytearray(50_000))), Ear()  # type: ignore[arg-type]
    wire.listener = ear
    for piece in (endless, b"\r\n250 ok\r\n"):  # its rest is no answer to what is asked next
        wire.get_buffer(-1)[: len(piece)] = piece
        wire.buffer_updated(len(piece))
    transport.close()
    assert len(ear.replies) == 1
    assert ear.ended
