"""What servers do, and what becomes of the letter, fault by fault."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update
from tests.delivery.office import PATIENT, SENDER, Office, account, closed_port, transport
from tests.delivery.scripted import DROP, HANG, Action, Scripted, Session, first

from msgcenter_tui.center import deliveries
from msgcenter_tui.delivery import pace
from msgcenter_tui.delivery.accounts import Secret, Security, SmtpAccount
from msgcenter_tui.delivery.notifier import Notifier
from msgcenter_tui.delivery.smtp import Patience, SmtpTransport
from msgcenter_tui.domain import Channel, DeliveryState, LedgerStatus
from msgcenter_tui.errors import StoreUnavailable
from msgcenter_tui.store import tables
from msgcenter_tui.store.front import Front

S = DeliveryState


def status(office: Office) -> LedgerStatus:
    return office.world.run(deliveries.status, office.me)


def paused(office: Office) -> str:
    """Why e-mail sends nothing; empty where it does."""
    return dict(status(office).paused).get(Channel.EMAIL, "")


def scripted(step: str, action: Action) -> Scripted:
    server = Scripted()
    server.steps[step] = action
    return server


# -- no line ----------------------------------------------------------------------------------------------------------


async def test_a_refused_connection_is_tried_later_and_charged_to_nobody(sqlite_office: Office) -> None:  # hazards 1
    sqlite_office.broadcast_to(3)
    tally = await sqlite_office.send(SmtpTransport(account(closed_port()), patience=PATIENT))
    assert tally.failed == tally.retrying == tally.unknown == 0
    assert {(row.state, row.attempts, row.claimed_by) for row in sqlite_office.rows()} == {(S.WAITING, 0, None)}
    assert "cannot be reached" in paused(sqlite_office)
    async with Scripted() as server:
        assert (await sqlite_office.send_to(server)).sent == 3
    assert paused(sqlite_office) == ""


async def test_an_unknown_host_likewise(sqlite_office: Office) -> None:  # hazards 1
    sqlite_office.broadcast_to(1)
    nowhere = SmtpAccount("no.such.host.invalid", 25, SENDER, Security.NONE, force_insecure=True)
    await sqlite_office.send(SmtpTransport(nowhere, patience=PATIENT))
    assert (sqlite_office.state(), sqlite_office.row().attempts) == (S.WAITING, 0)
    assert "cannot be reached" in paused(sqlite_office)


@pytest.mark.parametrize("host", ["mail..example", f"{'a' * 64}.example", "\u2028"])
async def test_a_host_that_nobody_can_be_asked_for_stops_the_account(sqlite_office: Office, host: str) -> None:
    sqlite_office.broadcast_to(1)
    await sqlite_office.send(SmtpTransport(replace(account(587), host=host, security=Security.STARTTLS)))
    assert (sqlite_office.state(), sqlite_office.row().attempts) == (S.WAITING, 0)
    assert "set host of [smtp] right" in paused(sqlite_office)


@pytest.mark.parametrize("takes_utf8", [False, True], ids=["plain", "SMTPUTF8"])
@pytest.mark.parametrize(
    ("addresses", "why"),
    [
        ({"sender": "Büro <büro@bright.example>"}, "such letters"),
        ({"reply_to": "büro@bright.example"}, "such letters"),
        ({"sender": "büro@bright.example", "reply_to": "büro@bright.example"}, "such letters"),
        ({"sender": "office@-bright.example"}, "`from` of [smtp] is no e-mail address"),
        ({"reply_to": "a..b@bright.example"}, "`reply_to` of [smtp] is no e-mail address"),
    ],
)
async def test_an_address_of_our_own_that_does_not_serve_fails_nobody(
    sqlite_office: Office, addresses: dict[str, Any], why: str, takes_utf8: bool
) -> None:
    sqlite_office.broadcast_to(2)
    async with Scripted(extensions=("SMTPUTF8",) if takes_utf8 else ()) as server:
        by = SmtpTransport(replace(account(server.port), **addresses), patience=PATIENT)
        await sqlite_office.send(by)
    if takes_utf8 and "büro" in addresses.get("sender", ""):
        assert sqlite_office.states() == {"sent": 2}
    else:
        assert sqlite_office.states() == {"waiting": 2}
        assert why in paused(sqlite_office)


async def test_an_address_of_our_own_is_mended_by_another_one(sqlite_office: Office) -> None:
    sqlite_office.broadcast_to(1)
    async with Scripted() as server:
        for reply_to, state in (("a..b@bright.example", S.WAITING), ("desk@bright.example", S.SENT)):
            await sqlite_office.send(transport(server, reply_to=reply_to))
            assert sqlite_office.state() is state


async def test_a_pause_for_a_while_ends_by_itself(sqlite_office: Office, caplog: pytest.LogCaptureFixture) -> None:
    sqlite_office.broadcast_to(1)
    await sqlite_office.send(SmtpTransport(account(closed_port()), patience=PATIENT))
    assert paused(sqlite_office)
    assert "e-mail rests for 5 seconds: " in caplog.text
    sqlite_office.due(seconds=6)
    assert not paused(sqlite_office)


@pytest.mark.parametrize("greeting", ["421 4.3.2 too busy", "421 go away", "450 4.7.0 slow down"])
async def test_a_server_that_is_busy_rests_the_channel(sqlite_office: Office, greeting: str) -> None:  # hazards 2
    sqlite_office.broadcast_to(3)
    async with Scripted(greeting=greeting) as server:
        await sqlite_office.send_to(server)
        assert len(server.sessions) <= 2  # one for each line
    assert sqlite_office.states() == {"waiting": 3}
    assert greeting[:3] in paused(sqlite_office)


async def test_a_server_that_will_not_have_us_stops_the_account(
    sqlite_office: Office, caplog: pytest.LogCaptureFixture
) -> None:  # hazards 3
    sqlite_office.broadcast_to(2)
    async with Scripted(greeting="554 5.7.1 no service for you") as server:
        await sqlite_office.send_to(server, connections=1)
        assert len(server.sessions) == 1
    assert sqlite_office.states() == {"waiting": 2}
    sqlite_office.due(hours=3)
    assert "no service for you" in paused(sqlite_office)  # until somebody mends it
    assert "e-mail rests until its account is mended: " in caplog.text


async def test_a_greeting_that_never_comes_ends_the_wait(sqlite_office: Office) -> None:  # hazards 4
    sqlite_office.broadcast_to(1)
    async with Scripted(greeting=HANG) as server:
        transport = SmtpTransport(account(server.port), patience=Patience(connect=0.2))
        await asyncio.wait_for(sqlite_office.send(transport), 10)
    assert sqlite_office.state() is S.WAITING
    assert "does not answer" in paused(sqlite_office)


async def test_without_starttls_no_password_is_sent(sqlite_office: Office) -> None:  # hazards 5
    sqlite_office.broadcast_to(1)
    secured = {"security": Security.STARTTLS, "username": "office", "password": Secret("pa55")}
    async with Scripted(extensions=("AUTH PLAIN LOGIN",)) as server:
        await sqlite_office.send(transport(server, **secured))
        assert not any(line.startswith("AUTH") for session in server.sessions for line in session.said)
    assert sqlite_office.state() is S.WAITING
    assert "STARTTLS" in paused(sqlite_office)
    assert "pa55" not in paused(sqlite_office)


async def test_a_wrong_password_is_tried_once_and_stops_the_account(sqlite_office: Office) -> None:  # hazards 7
    sqlite_office.broadcast_to(4)
    login = {"username": "office", "password": Secret("wrong")}
    async with Scripted(extensions=("AUTH CRAM-MD5 PLAIN LOGIN",), auth="535 5.7.8 bad credentials") as server:
        await sqlite_office.send(transport(server, **login), connections=1)
        tries = [line for session in server.sessions for line in session.said if line.startswith("AUTH")]
        assert len(tries) == 1
    assert sqlite_office.states() == {"waiting": 4}
    assert "username and password" in paused(sqlite_office)


async def test_a_line_that_is_lost_during_the_login_is_no_server_that_is_away(sqlite_office: Office) -> None:
    sqlite_office.broadcast_to(1)
    login = {"username": "office", "password": Secret("wrong")}
    async with Scripted(extensions=("AUTH PLAIN",), auth=DROP) as server:
        await sqlite_office.send(transport(server, **login), connections=1)
    assert sqlite_office.state() is S.WAITING
    assert "ended the connection during the login" in paused(sqlite_office)


async def test_a_password_never_goes_over_a_network_in_the_clear(sqlite_office: Office) -> None:
    sqlite_office.broadcast_to(1)
    far = SmtpAccount("192.0.2.1", 25, SENDER, Security.NONE, "office", Secret("pa55"), force_insecure=True)
    await sqlite_office.send(SmtpTransport(far, patience=PATIENT))
    assert sqlite_office.state() is S.WAITING
    assert "in the clear" in paused(sqlite_office)


# -- before anything has left -----------------------------------------------------------------------------------------


async def test_a_refused_sender_stops_the_account_and_keeps_every_row(sqlite_office: Office) -> None:  # hazards 8
    sqlite_office.broadcast_to(3)
    async with Scripted(mail="550 5.1.8 sender unknown") as server:
        await sqlite_office.send_to(server, connections=1)
        assert not server.received
    assert sqlite_office.states() == {"waiting": 3}
    assert "`from`" in paused(sqlite_office)


async def test_a_greylisting_server_gets_it_later(sqlite_office: Office) -> None:  # hazards 9
    sqlite_office.broadcast_to(1)
    async with Scripted(rcpt=first(1, "451 4.7.1 greylisted, come back", "250 ok")) as server:
        assert (await sqlite_office.send_to(server)).retrying == 1
        row = sqlite_office.row()
        assert (row.state, row.attempts) == (S.RETRYING, 1)
        assert (row.next_at - sqlite_office.clock.now).total_seconds() == 300
        assert "greylisted" in row.reason
        assert (await sqlite_office.send_to(server)).sent == 0  # not before its time
        sqlite_office.due(seconds=301)
        assert (await sqlite_office.send_to(server)).sent == 1
    assert (sqlite_office.state(), sqlite_office.row().attempts) == (S.SENT, 2)


def test_retries_are_spaced_out_and_end_after_five_days() -> None:  # hazards 9
    waits = [pace.wait_before(attempt).total_seconds() for attempt in range(1, pace.MOST_ATTEMPTS)]
    assert waits[:6] == [300, 600, 1200, 2400, 4000, 4000]
    assert 5 <= sum(waits) / 86400 < 5.1
    assert pace.retry_after(1, lambda: 0.0).total_seconds() == 270
    assert pace.retry_after(1, lambda: 1.0).total_seconds() == 330


async def test_given_up_after_the_last_attempt(sqlite_office: Office) -> None:  # hazards 9
    sqlite_office.broadcast_to(1)
    with sqlite_office.store.write() as tx:
        tx.conn.execute(update(tables.deliveries).values(attempts=pace.MOST_ATTEMPTS - 1))
    async with Scripted(rcpt="450 4.2.1 not now") as server:
        await sqlite_office.send_to(server)
    assert sqlite_office.state() is S.FAILED
    assert "given up" in sqlite_office.row().reason


async def test_an_address_that_does_not_exist_fails_and_is_marked(sqlite_office: Office) -> None:  # hazards 10
    sqlite_office.broadcast_to(1)
    async with Scripted(rcpt="550 5.1.1 <client.000@mail.example>: no such user") as server:
        assert (await sqlite_office.send_to(server)).failed == 1
    row = sqlite_office.row()
    assert (row.state, row.settled_at) == (S.FAILED, sqlite_office.clock.now)
    assert "no such user" in row.reason
    assert "client.000@" not in row.reason  # it is a reason, not a place for addresses
    from msgcenter_tui.center import clients

    assert "no such user" in (sqlite_office.world.run(clients.get, sqlite_office.me, row.person_id).email_problem or "")


async def test_a_full_mailbox_is_tried_once_more(sqlite_office: Office) -> None:  # hazards 11
    sqlite_office.broadcast_to(1)
    async with Scripted(rcpt="552 5.2.2 over quota") as server:
        await sqlite_office.send_to(server)
        assert sqlite_office.state() is S.RETRYING
        sqlite_office.due(seconds=301)
        await sqlite_office.send_to(server)
    assert sqlite_office.state() is S.FAILED


async def test_each_recipient_by_themselves(sqlite_office: Office) -> None:  # hazards 12
    sqlite_office.broadcast_to(6)

    def answer(session: Session, rest: str) -> Action:
        return {"1": "550 5.1.1 no", "2": "451 4.2.0 later"}.get(rest.partition("@")[0][-1], "250 ok")

    async with Scripted(rcpt=answer) as server:
        await sqlite_office.send_to(server, connections=1)
        assert len(server.sessions) == 1  # the line is kept
        assert all(session.said.count("DATA") == session.mails for session in server.sessions)
    assert sqlite_office.states() == {"sent": 4, "failed": 1, "retrying": 1}


async def test_refusals_about_the_sender_in_a_row_stop_the_account(sqlite_office: Office) -> None:
    sqlite_office.broadcast_to(20)
    async with Scripted(dot="550 5.7.1 looks like spam to us") as server:
        await sqlite_office.send_to(server, connections=1)
        assert len(server.received) == 5
    assert sqlite_office.states() == {"failed": 5, "waiting": 15}
    assert "in a row" in paused(sqlite_office)


@pytest.mark.parametrize("phase", ["mail", "rcpt"])
async def test_a_server_that_hangs_before_anything_has_left_costs_nothing(sqlite_office: Office, phase: str) -> None:
    # hazards 13
    sqlite_office.broadcast_to(1)
    async with scripted(phase, HANG) as server:
        await sqlite_office.send_to(server)
    assert (sqlite_office.state(), sqlite_office.row().attempts) == (S.WAITING, 0)
    async with Scripted() as server:
        assert (await sqlite_office.send_to(server)).sent == 1


@pytest.mark.parametrize("step", ["mail", "rcpt"])
async def test_a_line_lost_before_anything_has_left_costs_nothing(sqlite_office: Office, step: str) -> None:
    sqlite_office.broadcast_to(1)
    async with scripted(step, DROP) as server:
        await sqlite_office.send_to(server)
    assert (sqlite_office.state(), sqlite_office.row().attempts) == (S.WAITING, 0)


async def test_a_line_lost_before_the_354_is_tried_again(sqlite_office: Office) -> None:  # hazards 14
    sqlite_office.broadcast_to(1)
    async with Scripted(data=first(1, DROP, "354 go")) as server:
        await sqlite_office.send_to(server)
        assert sqlite_office.state() is S.RETRYING
        sqlite_office.due(seconds=301)
        assert (await sqlite_office.send_to(server)).sent == 1


@pytest.mark.parametrize(
    ("answer", "state"), [("451 4.3.0 later", S.RETRYING), ("554 5.5.1 no", S.FAILED), ("250 eh?", S.RETRYING)]
)
async def test_a_refused_data_command(sqlite_office: Office, answer: str, state: DeliveryState) -> None:
    sqlite_office.broadcast_to(1)
    async with Scripted(data=answer) as server:
        await sqlite_office.send_to(server)
        assert not server.received
    assert sqlite_office.state() is state


async def test_a_421_in_the_middle_opens_a_new_line(sqlite_office: Office) -> None:  # hazards 22
    sqlite_office.broadcast_to(6)

    def two_each(session: Session, rest: str) -> Action:
        return "421 4.7.0 two a connection" if session.mails == 2 else "250 ok"

    async with Scripted(mail=two_each) as server:
        assert (await sqlite_office.send_to(server, connections=1)).sent == 6
        assert len(server.sessions) == 3
    assert {row.attempts for row in sqlite_office.rows()} == {1}


async def test_a_server_that_takes_one_line_at_a_time_gets_one(sqlite_office: Office) -> None:
    sqlite_office.broadcast_to(8)

    def greet(session: Session, rest: str) -> Action:
        return "220 hello" if session.number == 1 else "421 4.7.0 one connection at a time"

    async with Scripted(greeting=greet) as server:
        assert (await sqlite_office.send_to(server, connections=3)).sent == 8


@pytest.mark.parametrize("garbage", [b"what?\r\n", b"x" * 70_000, b"250" + b"-x" * 40_000 + b"\r\n", b"\xff\xfe\r\n"])
@pytest.mark.parametrize("step", ["greeting", "rcpt"])
async def test_a_senseless_answer_ends_the_line(sqlite_office: Office, garbage: bytes, step: str) -> None:  # hazards 23
    sqlite_office.broadcast_to(1)
    async with scripted(step, garbage) as server:
        await asyncio.wait_for(sqlite_office.send_to(server), 10)
    assert (sqlite_office.state(), sqlite_office.row().attempts) == (S.WAITING, 0)
    assert len(paused(sqlite_office)) < 400


# -- after the dot ----------------------------------------------------------------------------------------------------


async def test_a_line_lost_in_the_body_is_unknown(sqlite_office: Office) -> None:  # hazards 15
    sqlite_office.broadcast_to(1)
    async with Scripted(body=DROP) as server:
        assert (await sqlite_office.send_to(server)).unknown == 1
    assert sqlite_office.state() is S.UNKNOWN


async def test_a_line_lost_after_the_dot_is_unknown_and_nothing_sends_it_again(sqlite_office: Office) -> None:
    # hazards 16
    sqlite_office.broadcast_to(3)
    async with Scripted(dot=first(1, DROP, "250 ok")) as server:
        tally = await sqlite_office.send_to(server)
        assert (tally.unknown, tally.sent) == (1, 2)
        sqlite_office.due(hours=30)
        assert (await sqlite_office.send_to(server)).sent == 0  # N8
        assert len(server.received) == 3
    assert sqlite_office.states() == {"sent": 2, "unknown": 1}


async def test_no_answer_after_the_dot_is_unknown_after_the_wait(sqlite_office: Office) -> None:  # hazards 17
    sqlite_office.broadcast_to(1)
    async with Scripted(dot=HANG) as server:
        await sqlite_office.send_to(server)
    assert sqlite_office.state() is S.UNKNOWN
    assert "did not answer" in sqlite_office.row().reason


def test_the_wait_is_ten_minutes() -> None:  # hazards 17
    assert SmtpTransport(account(25)).patience.dot == 600


async def test_a_refusal_at_the_dot_is_kept_whatever_rset_does(sqlite_office: Office) -> None:  # hazards 18
    sqlite_office.broadcast_to(1)
    async with Scripted(dot="554 5.6.0 not this", rset=HANG, quit=HANG) as server:
        await sqlite_office.send_to(server)
    assert sqlite_office.state() is S.FAILED
    assert "not this" in sqlite_office.row().reason


@pytest.mark.parametrize("answer", ["451 4.3.0 disk full", "421 4.3.2 shutting down"])
async def test_a_refusal_for_now_at_the_dot_is_tried_again(sqlite_office: Office, answer: str) -> None:  # hazards 19
    sqlite_office.broadcast_to(1)
    async with Scripted(dot=first(1, answer, "250 ok")) as server:
        await sqlite_office.send_to(server)
        assert sqlite_office.state() is S.RETRYING
        sqlite_office.due(seconds=301)
        assert (await sqlite_office.send_to(server)).sent == 1
        assert len({mail.message_id for mail in server.received}) == 1  # N14: the same text keeps its id


@pytest.mark.parametrize("answer", ["200 fine", "250 ok", "299 2.0.0 strange but ok"])
async def test_any_success_at_the_dot_is_sent(sqlite_office: Office, answer: str) -> None:  # hazards 20
    sqlite_office.broadcast_to(1)
    async with Scripted(dot=answer) as server:
        assert (await sqlite_office.send_to(server)).sent == 1
        assert len(server.mails) == 1


@pytest.mark.parametrize("action", [HANG, DROP, "500 no"])
async def test_what_happens_to_the_goodbye_does_not_matter(sqlite_office: Office, action: Action) -> None:  # hazards 21
    sqlite_office.broadcast_to(1)
    async with Scripted(quit=action) as server:
        assert (await sqlite_office.send_to(server)).sent == 1
    assert sqlite_office.state() is S.SENT


async def test_garbage_after_the_dot_is_unknown(sqlite_office: Office) -> None:
    sqlite_office.broadcast_to(1)
    async with Scripted(dot=b"yes, why not\r\n") as server:
        await sqlite_office.send_to(server)
    assert sqlite_office.state() is S.UNKNOWN


@pytest.mark.parametrize(
    "reply", [b"550 5.1.1 Bo\xeete inconnue \x1b]0;pwned\x07\x9b31m\r\n", b"550 \x00\xff\xfe\x80 nul\r\n"]
)
async def test_a_reply_is_stored_as_text_that_is_safe(office: Office, reply: bytes) -> None:  # hazards 24
    office.broadcast_to(1)
    async with Scripted(rcpt=reply) as server:
        await office.send_to(server)
    reason = office.row().reason
    assert office.state() is S.FAILED
    assert not any(ord(letter) < 32 or 0x7F <= ord(letter) < 0xA0 for letter in reason)
    assert reason.encode()  # no halves of surrogates


async def test_cancelled_after_the_dot_it_is_unknown_and_the_line_is_closed(sqlite_office: Office) -> None:
    # hazards 25
    sqlite_office.broadcast_to(1)
    front = Front(sqlite_office.store)
    async with Scripted(dot=HANG) as server:
        slow = SmtpTransport(account(server.port))
        notifier = Notifier(front, {Channel.EMAIL: slow}).start()
        await asyncio.wait_for(server.dotted.wait(), 10)
        await notifier.stop(patience=0.05)
        assert sqlite_office.state() is S.UNKNOWN
        assert "stopped" in sqlite_office.row().reason
        assert len(server.sessions) == 1
    await front.close()


async def test_a_cancelled_notifier_is_as_good_as_a_stopped_one(sqlite_office: Office) -> None:
    sqlite_office.broadcast_to(1)
    front = Front(sqlite_office.store)
    async with Scripted(dot=HANG) as server:
        notifier = Notifier(front, {Channel.EMAIL: SmtpTransport(account(server.port))})
        notifier._patience = 0.05
        running = asyncio.create_task(notifier.once())
        await asyncio.wait_for(server.dotted.wait(), 10)
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
    assert sqlite_office.state() is S.UNKNOWN
    await front.close()


async def test_a_result_that_cannot_be_kept_ends_as_unknown(sqlite_office: Office) -> None:  # hazards 32
    sqlite_office.broadcast_to(1)
    store = sqlite_office.store
    usual = store.run
    loop, refused = asyncio.get_running_loop(), asyncio.Event()

    def run(act: object, *args: object, **kwargs: object) -> object:
        if getattr(act, "__name__", "") == "mark" and (args[2] or args[3]):  # a result
            loop.call_soon_threadsafe(refused.set)
            raise StoreUnavailable("the store cannot be used", "the disk is full", "free some space")
        return usual(act, *args, **kwargs)  # type: ignore[arg-type]

    front = Front(store)
    async with Scripted() as server:
        store.run = run  # type: ignore[method-assign, assignment]
        notifier = Notifier(front, {Channel.EMAIL: transport(server)}).start()
        await asyncio.wait_for(server.dotted.wait(), 10)
        await asyncio.wait_for(refused.wait(), 10)
        await notifier.stop(patience=0.05)
        store.run = usual  # type: ignore[method-assign]
        assert sqlite_office.state() is S.SENDING  # N8: not forgotten, not sent again
        sqlite_office.due(minutes=5)
        assert (await sqlite_office.send_to(server)).sent == 0
        assert len(server.received) == 1
    await front.close()
    assert sqlite_office.state() is S.UNKNOWN
