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

    alive, ahead = True, 2
    in_time = may_go = True
    hearer: Hearer

    def __init__(self, number: int, *, pipelines: bool = False) -> None:
        self.letters = [LETTER._replace(id=DeliveryId(f"r1p{n}")) for n in range(1, number + 1)]
        self.pipelines = pipelines
        self.said: list[str] = []
        """What the server was told."""
        self.fences: list[Asker] = []
        self.settled: list[tuple[str, str]] = []
        self.out_of_hand = 0
        self._left = self.letters[1:]

    def begin(self) -> tuple[Passage, asyncio.Task[Reply | None]]:
        """Send them all, the first is begun."""
        told: Any = self
        means = Means(told, lambda: "1", lambda: 0.5, lambda _: None, lambda: self.in_time)
        source = Source(self._following, lambda _: self.may_go, lambda *_: None, self._done)
        passage = Passage(told, "bright.example", means, source)
        return passage, asyncio.create_task(passage.send(self.letters[0]))

    def fenced(self, number: int) -> None:
        """The store says yes to this fence, counted from 1 as they were asked for."""
        self.fences[number - 1].fenced(Fenced(self.letters[number - 1], MESSAGE_ID, AT))

    def envelope(self, letter: Letter) -> Envelope:
        return letter.id.encode(), b""

    def offer(self, envelope: Envelope) -> bool:
        self.said.append(f"offer {envelope[0].decode()}")
        return False

    def written(self, fenced: Fenced) -> bytes:
        return fenced.letter.id.encode()

    def hand_over(self, written: bytes) -> None:
        self.said.append(f"body {written.decode()}")

    def take_back(self) -> None:
        self.said.append("take back")

    def abort(self) -> None:
        self.alive = False

    def flush(self) -> None: ...

    def fence(self, letter: Letter, unique: str, domain: str, asker: Asker) -> None:
        self.fences.append(asker)

    def settle(self, result: Result) -> None:
        self.settled.append((result.id, result.state.value))

    def _following(self) -> Letter | None:
        return self._left.pop(0) if self._left else None

    def _done(self) -> None:
        self.out_of_hand += 1


async def ended(sending: asyncio.Task[Reply | None]) -> Reply | None:
    """What it gives; it has nothing to wait for any more."""
    await asyncio.sleep(0)
    assert sending.done()
    return await sending


async def test_one_that_was_denied_is_not_settled_it_may_be_on_its_way_again() -> None:  # N8
    # Denied, it is given back with that commit. By the time that the line is free the same notifier may have claimed,
    # fenced and handed it over anew: then that it "did not leave" is not true of it.
    told = Told(2)
    passage, sending = told.begin()
    await asyncio.sleep(0)
    passage.taken()
    told.fenced(1)  # it is handed over, the next asks for its fence
    told.fences[1].fenced(None)
    passage.answered(Reply(Verdict.ACCEPTED))
    await ended(sending)
    assert told.settled == [("r1p1", "sent")]


@pytest.mark.parametrize("refusal", [None, Reply(Verdict.REFUSED, "no such mailbox")], ids=["taken", "refused"])
async def test_nor_where_the_server_answers_the_offer_after_that(refusal: Reply | None) -> None:  # N8
    told = Told(2)
    passage, sending = told.begin()
    await asyncio.sleep(0)
    passage.taken()
    told.fenced(1)
    passage.answered(Reply(Verdict.ACCEPTED))
    assert told.said[-1] == "offer r1p2"
    told.fences[1].fenced(None)
    if refusal:
        passage.refused(refusal)
    else:
        passage.taken()
    await ended(sending)
    assert told.settled == [("r1p1", "sent")]
    assert told.out_of_hand == 2
    assert told.said.count("take back") == (refusal is None)


async def test_a_line_that_is_lost_while_the_store_is_asked_leaves_nothing_unknown() -> None:  # N8
    told = Told(1)
    passage, sending = told.begin()
    await asyncio.sleep(0)
    passage.taken()
    told.alive = False  # nothing was asked of the server: it has nothing to refuse
    told.fenced(1)
    reply = await ended(sending)
    assert told.settled == [("r1p1", "waiting")]
    assert reply is not None
    assert (reply.verdict, reply.ends_line) == (Verdict.LINE, True)
    assert told.said == ["offer r1p1"]


@pytest.mark.parametrize("pipelines", [False, True])
async def test_nothing_is_fenced_for_a_line_that_ended_with_the_answer(pipelines: bool) -> None:  # N8
    told = Told(3, pipelines=pipelines)
    told.ahead = 1
    passage, sending = told.begin()
    await asyncio.sleep(0)
    if pipelines:
        told.fenced(1)
        passage.taken()
    else:
        passage.taken()
        told.fenced(1)
    told.alive = False
    passage.answered(reply := Reply(Verdict.UNKNOWN, "lost", ends_line=True))
    assert await ended(sending) is reply
    assert len(told.fences) == 1
    assert told.settled == [("r1p1", "unknown")]


async def test_what_goes_out_with_the_body_before_it_is_fenced_once_and_before_it_is_offered() -> None:  # N14
    told = Told(3, pipelines=True)
    passage, sending = told.begin()
    await asyncio.sleep(0)
    assert (told.said, len(told.fences)) == ([], 1)
    told.fenced(1)
    assert told.said == ["offer r1p1"]
    passage.taken()
    assert told.said == ["offer r1p1", "body r1p1", "offer r1p2"]
    assert len(told.fences) == 2
    told.fences[1].fenced(None)  # it is offered: the line is given up for it
    passage.answered(Reply(Verdict.ACCEPTED))
    passage.taken()
    assert len(told.fences) == 3
    told.fenced(3)
    await ended(sending)
    assert not told.alive
    assert told.settled == [("r1p1", "sent"), ("r1p3", "waiting")]
    assert told.said[-1] == "offer r1p2"


async def test_one_that_was_denied_in_time_is_not_offered_and_costs_no_line() -> None:  # N14
    told = Told(3, pipelines=True)
    passage, sending = told.begin()
    await asyncio.sleep(0)
    told.fenced(1)
    passage.taken()
    passage.answered(Reply(Verdict.ACCEPTED))
    assert len(told.fences) == 3
    told.fences[2].fenced(None)
    told.fenced(2)
    passage.taken()
    assert told.said == ["offer r1p1", "body r1p1", "offer r1p2", "body r1p2"]
    passage.answered(Reply(Verdict.ACCEPTED))
    await ended(sending)
    assert told.alive
    assert told.settled == [("r1p1", "sent"), ("r1p2", "sent")]


@pytest.mark.parametrize("pipelines", [False, True])
async def test_one_that_may_not_go_any_more_is_not_offered(pipelines: bool) -> None:
    told = Told(2, pipelines=pipelines)
    passage, sending = told.begin()
    await asyncio.sleep(0)
    if pipelines:
        told.may_go = False
        told.fenced(1)
        told.fenced(2)
        assert await ended(sending) is None
        assert (told.said, told.settled) == ([], [("r1p1", "waiting"), ("r1p2", "waiting")])
        return
    passage.taken()
    told.fenced(1)
    told.fenced(2)
    told.may_go = False
    passage.answered(Reply(Verdict.ACCEPTED))
    await ended(sending)
    assert told.said == ["offer r1p1", "body r1p1"]
    assert told.settled == [("r1p1", "sent"), ("r1p2", "waiting")]


async def test_what_the_store_answers_too_late_for_is_taken_back_and_the_line_stays() -> None:  # N8
    told = Told(1)
    passage, sending = told.begin()
    await asyncio.sleep(0)
    passage.taken()
    told.in_time = False
    told.fenced(1)
    assert await ended(sending) is None
    assert told.alive
    assert told.said == ["offer r1p1", "take back"]
    assert told.settled == [("r1p1", "waiting")]


@pytest.mark.parametrize("verdict", [Verdict.ACCOUNT, Verdict.LINE])
async def test_after_a_refusal_about_no_recipient_nothing_else_is_offered(
    verdict: Verdict,
) -> None:  # hazards 7
    told = Told(3)
    passage, sending = told.begin()
    await asyncio.sleep(0)
    passage.refused(reply := Reply(verdict, "not by this account"))
    assert await ended(sending) is reply
    assert told.said == ["offer r1p1"]
    assert told.settled == [("r1p1", "waiting")]


async def test_a_line_that_was_lost_before_anything_was_said_is_no_letters_but_is_told() -> None:
    told = Told(1)
    told.alive = False
    _, sending = told.begin()
    reply = await ended(sending)
    assert reply is not None
    assert reply.verdict is Verdict.LINE  # else another would be opened at once, again and again
    assert told.settled == [("r1p1", "waiting")]


class Stumbled(Exception):
    pass


@pytest.mark.parametrize("over", ["the body", "the fence", "what was heard"])
async def test_where_the_program_stumbles_the_line_ends_and_nothing_hangs(over: str) -> None:  # N8
    told = Told(2)
    passage, sending = told.begin()
    await asyncio.sleep(0)
    passage.taken()

    def stumble(written: bytes) -> None:
        raise Stumbled

    if over == "the body":
        told.hand_over = stumble  # type: ignore[method-assign]
        told.fenced(1)
    elif over == "the fence":
        told.fences[0].failed(Stumbled())
    else:
        passage.broken(Stumbled())
        passage.broken(Stumbled())  # it may be told twice
    with pytest.raises(Stumbled):
        await ended(sending)
    assert not told.alive
    assert told.settled == [("r1p1", "unknown" if over == "the body" else "waiting")]
    assert told.out_of_hand == 1
    assert not told.fences[0].needed or over == "the body"


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
