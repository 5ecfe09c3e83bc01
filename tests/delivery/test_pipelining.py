"""Letters ahead of answers (RFC 2920): the same promises, in fewer round trips (N8, N14)."""

from __future__ import annotations

import asyncio
import socket

import pytest
from tests.delivery.office import PATIENT, Office, account
from tests.delivery.scripted import DROP, HANG, Action, Scripted, Session, first

from msgcenter_tui.center import messages, threads
from msgcenter_tui.delivery.notifier import Notifier
from msgcenter_tui.delivery.smtp import SmtpTransport
from msgcenter_tui.domain import Channel, DeliveryState
from msgcenter_tui.store.front import Front

S = DeliveryState
AHEAD = ("PIPELINING",)


async def test_each_goes_once_whatever_the_number_of_lines(office: Office) -> None:
    office.broadcast_to(40)
    async with Scripted(extensions=AHEAD) as server:
        assert (await office.send_to(server, connections=3)).sent == 40
        assert len(server.received) == len({mail.to for mail in server.mails}) == 40
        assert 1 < len(server.sessions) <= 3
    assert office.states() == {"sent": 40}
    assert {row.address for row in office.rows()} == {mail.to for mail in server.mails}


async def test_the_next_is_offered_together_with_the_body_before_it(sqlite_office: Office) -> None:
    office = sqlite_office
    office.broadcast_to(3)
    pieces: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hello\r\n")
        await reader.readline()
        writer.write(b"250-hello\r\n250 PIPELINING\r\n")
        while piece := await reader.read(100_000):
            pieces.append(piece)
            answers = [b"250 queued"] if b"\r\n.\r\n" in piece else []
            answers += [b"250 ok", b"250 ok", b"354 go"] if b"DATA\r\n" in piece else []
            answers += [b"221 bye"] if b"QUIT" in piece else []
            writer.write(b"".join(answer + b"\r\n" for answer in answers))
        writer.close()

    listening = socket.create_server(("127.0.0.1", 0))
    server = await asyncio.start_server(talk, sock=listening)
    async with server:
        port = listening.getsockname()[1]
        tally = await office.send(SmtpTransport(account(port), patience=PATIENT), connections=1)
    assert tally.sent == 3
    shapes = [(b"\r\n.\r\n" in piece, piece.count(b"MAIL FROM"), b"QUIT" in piece) for piece in pieces]
    assert shapes == [(False, 1, False), (True, 1, False), (True, 1, False), (True, 0, False), (False, 0, True)]


@pytest.mark.parametrize("lenient", [False, True])
async def test_a_refused_recipient_costs_only_themselves(sqlite_office: Office, lenient: bool) -> None:
    sqlite_office.broadcast_to(6)

    def rcpt(session: Session, rest: str) -> Action:
        return "550 5.1.1 no such mailbox" if "002" in rest or "005" in rest else "250 ok"

    async with Scripted(extensions=AHEAD, rcpt=rcpt, lenient=lenient) as server:
        tally = await sqlite_office.send_to(server, connections=1)
        assert (tally.sent, tally.failed) == (4, 2)
        assert len(server.received) == 4
        assert len(server.sessions) == 1
    assert sqlite_office.states() == {"sent": 4, "failed": 2}


async def test_a_line_lost_after_the_dot_leaves_one_unknown_and_nothing_else(sqlite_office: Office) -> None:
    sqlite_office.broadcast_to(5)
    async with Scripted(extensions=AHEAD, dot=first(1, DROP, "250 ok")) as server:
        tally = await sqlite_office.send_to(server, connections=1)
        assert (tally.unknown, tally.sent) == (1, 4)
        assert len(server.received) == 5
    # The one that was offered behind it had not left: nothing counts against it.
    assert {row.attempts for row in sqlite_office.rows()} == {1}


async def test_a_line_that_the_server_ends_is_made_anew(sqlite_office: Office) -> None:  # hazards 22
    sqlite_office.broadcast_to(7)

    def two_each(session: Session, rest: str) -> Action:
        return "421 4.7.0 two a connection" if session.mails == 2 else "250 ok"

    async with Scripted(extensions=AHEAD, mail=two_each) as server:
        assert (await sqlite_office.send_to(server, connections=1)).sent == 7
        assert len(server.sessions) == 4
    assert {row.attempts for row in sqlite_office.rows()} == {1}


async def test_what_is_deleted_meanwhile_does_not_leave(sqlite_office: Office) -> None:  # V4, N14
    office = sqlite_office
    thread = office.broadcast_to(9)

    def delete(name: str) -> None:
        if name == "after_data" and office.states().get("cancelled", 0) == 0:
            office.world.run(threads.delete, office.me, thread)

    async with Scripted(extensions=AHEAD) as server:
        await office.send_to(server, connections=1, at=delete)
        assert 1 <= len(server.received) <= 2  # the second one's fence may have been first
    states = office.states()
    assert states == {"sent": len(server.received), "cancelled": 9 - len(server.received)}


async def test_an_edit_meanwhile_counts_for_all_that_has_not_left(sqlite_office: Office) -> None:  # N14
    office = sqlite_office
    thread = office.broadcast_to(6)
    (message,) = office.world.run(threads.open_thread, office.me, thread).messages
    edited: list[str] = []

    def edit(name: str) -> None:
        if name == "after_data" and not edited:
            office.world.run(messages.edit, office.me, message.id, "We open on Tuesday.")
            edited.append(name)

    async with Scripted(extensions=AHEAD) as server:
        assert (await office.send_to(server, connections=1, at=edit)).sent == 6
    old = [mail for mail in server.mails if b"Monday" in mail.content]
    assert 1 <= len(old) <= 2
    assert sum(b"Tuesday" in mail.content for mail in server.mails) == 6 - len(old)


async def test_stopped_while_the_server_hangs_one_is_unknown_and_the_offered_one_waits(sqlite_office: Office) -> None:
    sqlite_office.broadcast_to(4)
    front = Front(sqlite_office.store)
    async with Scripted(extensions=AHEAD, dot=HANG) as server:
        transport = SmtpTransport(account(server.port), patience=PATIENT)
        notifier = Notifier(front, {Channel.EMAIL: transport}, connections=1).start()
        await asyncio.wait_for(server.dotted.wait(), 20)
        await notifier.stop(patience=0.05)
    await front.close()
    assert sqlite_office.states() == {"unknown": 1, "waiting": 3}
    waiting = [row for row in sqlite_office.rows() if row.state is S.WAITING]
    assert {(row.attempts, row.fenced_at, row.claimed_by) for row in waiting} == {(0, None, None)}  # N5: never left


@pytest.mark.parametrize("extensions", [(), AHEAD], ids=["one at a time", "ahead"])
async def test_at_no_moment_more_than_two_of_a_line_are_without_a_result(
    sqlite_office: Office, extensions: tuple[str, ...]
) -> None:  # N8
    office = sqlite_office
    office.broadcast_to(30)
    most = 0

    def look(name: str) -> None:
        nonlocal most
        most = max(most, office.states().get("sending", 0))

    async with Scripted(extensions=extensions) as server:
        assert (await office.send_to(server, connections=1, at=look)).sent == 30
    assert 1 <= most <= 2


async def test_refusals_about_the_sender_in_a_row_stop_the_account(sqlite_office: Office) -> None:
    sqlite_office.broadcast_to(20)
    async with Scripted(extensions=AHEAD, dot="550 5.7.1 looks like spam to us") as server:
        await sqlite_office.send_to(server, connections=1)
        assert 5 <= len(server.received) <= 6  # one was offered by then
    assert sqlite_office.states() == {"failed": len(server.received), "waiting": 20 - len(server.received)}
