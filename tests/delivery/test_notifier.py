"""What leaves, when, to whom and with which words: N1 to N14 through a real conversation with a mail server."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from tests.conftest import Clock
from tests.delivery.office import Office, transport
from tests.delivery.scripted import Mail, Scripted
from tests.world import World

from msgcenter_tui.center import deliveries, messages, reading, threads
from msgcenter_tui.cli import events
from msgcenter_tui.delivery.notifier import Notifier
from msgcenter_tui.delivery.post import Post
from msgcenter_tui.delivery.sms import SmsTransport
from msgcenter_tui.delivery.tally import Tally
from msgcenter_tui.delivery.transport import Reply, Verdict
from msgcenter_tui.domain import (
    Channel,
    Client,
    Consent,
    DeliveryState,
    Policy,
    Recipients,
    Status,
    ThreadId,
    ThreadKind,
)
from msgcenter_tui.store import claims, notifiers
from msgcenter_tui.store.front import Front
from msgcenter_tui.store.store import open_store
from msgcenter_tui.store.tx import Tx, act, look

S = DeliveryState


def read(mail: Mail) -> EmailMessage:
    return message_from_bytes(mail.content, policy=policy.default)


def text(mail: Mail) -> str:
    plain = read(mail).get_body(("plain",))
    assert plain is not None
    return str(plain.get_content()).replace("\r\n", "\n")


# -- when (N5) --------------------------------------------------------------------------------------------------------


async def test_nothing_leaves_in_the_quiet_period(office: Office) -> None:  # N5
    office.add("Ana")
    office.broadcast()
    async with Scripted() as server:
        assert await office.send_to(server) == Tally()
        office.due(seconds=59)
        assert await office.send_to(server) == Tally()
        office.due(seconds=2)
        assert await office.send_to(server) == Tally(sent=1)
        assert await office.send_to(server) == Tally()
    row = office.row()
    assert (row.state, row.attempts, row.claimed_by, row.letter) == (S.SENT, 1, None, None)
    assert row.run_settled == office.clock.now


async def test_now_does_not_wait_for_the_quiet_period(office: Office) -> None:
    office.add("Ana")
    office.broadcast()
    async with Scripted() as server:
        assert (await office.send_to(server, now=True)).sent == 1


async def test_messages_of_a_quiet_period_are_one_notification(office: Office) -> None:  # N5
    office.add("Ana")
    thread = office.broadcast("First of all.")
    office.due(seconds=30)
    office.world.run(messages.reply, office.me, thread, "And then.", yes=True)
    office.due(seconds=40)
    async with Scripted() as server:
        assert await office.send_to(server) == Tally()  # the second message began the wait anew
        office.due(seconds=21)
        await office.send_to(server)
    (mail,) = server.mails
    assert text(mail).index("First of all.") < text(mail).index("And then.")  # M5
    assert "Maya Ortiz, 2 March 2026" in text(mail)


async def test_editing_before_it_leaves_changes_it_and_deleting_takes_it_out(office: Office) -> None:  # N5
    office.add("Ana")
    thread = office.broadcast("We open on Mundey.")
    sent = office.world.run(messages.reply, office.me, thread, "Bring cake.", yes=True)
    assert sent.message is not None
    first = office.world.run(threads.open_thread, office.me, thread).messages[0]
    office.world.run(messages.edit, office.me, first.id, "We open on Monday.")
    office.world.run(messages.delete_message, office.me, sent.message)
    office.due()
    async with Scripted() as server:
        await office.send_to(server)
    (mail,) = server.mails
    assert "Monday" in text(mail)
    assert "Mundey" not in text(mail)
    assert "cake" not in text(mail)


async def test_what_is_all_deleted_does_not_leave(office: Office) -> None:  # N5
    office.add("Ana", "Bea")
    thread = office.broadcast()
    message = office.world.run(threads.open_thread, office.me, thread).messages[0]
    office.due()
    async with Scripted() as server:
        office.world.run(messages.delete_message, office.me, message.id)
        await office.send_to(server)
        assert not server.received
    assert office.states() == {"cancelled": 2}


async def test_a_deleted_thread_sends_nothing_even_if_it_was_claimed(office: Office) -> None:  # V4, N14
    office.add("Ana")
    thread = office.broadcast()
    office.due()

    def delete(name: str) -> None:
        if name == "after_rcpt":
            office.world.run(threads.delete, office.me, thread)

    async with Scripted() as server:
        await office.send_to(server, at=delete)
        assert not server.received
        assert "RSET" in server.sessions[0].said
    assert office.state() is S.CANCELLED


async def test_an_edit_after_the_recipient_was_named_still_counts(office: Office) -> None:  # N14
    office.add("Ana")
    thread = office.broadcast("Mundey")
    message = office.world.run(threads.open_thread, office.me, thread).messages[0]
    office.due()

    def edit(name: str) -> None:
        if name == "after_rcpt":
            office.world.run(messages.edit, office.me, message.id, "Monday")

    async with Scripted() as server:
        await office.send_to(server, at=edit)
    assert "Monday" in text(server.mails[0])


async def test_an_address_changed_meanwhile_is_the_one_that_counts(office: Office) -> None:  # N14, N12
    (ana,) = office.add("Ana")
    office.broadcast()
    office.due()
    changed: list[Client] = []

    def move(name: str) -> None:
        if name == "after_rcpt" and not changed:
            changed.append(office.world.change(ana, email="new@mail.example"))

    async with Scripted() as server:
        assert (await office.send_to(server, at=move)).sent == 1
    assert [mail.to for mail in server.mails] == ["new@mail.example"]
    assert office.row().address == "new@mail.example"


# -- to whom ----------------------------------------------------------------------------------------------------------


async def test_each_gets_a_mail_of_their_own(office: Office) -> None:  # N7
    office.add("Ana", "Bea", "Cal")
    office.broadcast()
    office.due()
    async with Scripted() as server:
        await office.send_to(server)
    assert sorted(mail.to for mail in server.mails) == ["ana@mail.example", "bea@mail.example", "cal@mail.example"]
    for mail in server.mails:
        assert read(mail)["To"].addresses[0].addr_spec == mail.to
        others = {"ana@", "bea@", "cal@"} - {mail.to[:4]}
        assert not any(other.encode() in mail.content for other in others)


async def test_who_joins_later_gets_none(office: Office) -> None:  # N1
    office.add("Ana")
    office.broadcast()
    office.add("Late")
    office.due()
    async with Scripted() as server:
        await office.send_to(server)
    assert [mail.to for mail in server.mails] == ["ana@mail.example"]


async def test_who_became_inactive_was_in_the_snapshot(office: Office) -> None:  # N12
    (ana,) = office.add("Ana")
    office.broadcast()
    office.world.change(ana, status=Status.INACTIVE)
    office.due()
    async with Scripted() as server:
        assert (await office.send_to(server)).sent == 1


async def test_mute_and_a_lost_address_are_looked_at_again(office: Office) -> None:  # N12
    ana, bea = office.add("Ana", "Bea")
    office.broadcast()
    office.world.change(ana, mute_email=True)
    office.world.change(bea, email="")
    office.due()
    async with Scripted() as server:
        assert (await office.send_to(server)).suppressed == 2
        assert not server.received
    assert [row.reason for row in office.rows()] == ["e-mail is muted", "no e-mail address"]


async def test_who_has_read_it_all_is_not_notified(office: Office) -> None:  # N6
    ana, bea = office.add("Ana", "Bea", portal=True)
    thread = office.broadcast()
    office.world.run(reading.read, office.world.portal(ana), thread, 1)
    office.world.run(messages.reply, office.me, thread, "And more.", yes=True)
    office.world.run(reading.read, office.world.portal(bea), thread, 2)
    office.due()
    async with Scripted() as server:
        assert await office.send_to(server) == Tally(sent=1, read_first=1)
    assert [mail.to for mail in server.mails] == ["ana@mail.example"]


def unlocked(office: Office) -> ThreadId:
    """A broadcast that left, and that clients may answer."""
    return office.broadcast(locked=False)


async def test_replies_are_gathered_and_leave_once_an_hour(office: Office) -> None:  # N9, N10
    ana, bea, _ = office.add("Ana", "Bea", "Cal", portal=True)
    thread = unlocked(office)
    office.due()
    async with Scripted() as server:
        await office.send_to(server)
        server.mails.clear()
        office.world.run(messages.reply, office.world.portal(ana), thread, "From Ana.")
        office.due(minutes=10)
        office.world.run(messages.reply, office.world.portal(bea), thread, "From Bea.")
        office.due(minutes=2)
        await office.send_to(server)
        assert {mail.to for mail in server.mails} == {"maya.ortiz@practice.example"}  # N10: its owner, by N5
        server.mails.clear()
        office.due(minutes=49)
        await office.send_to(server)
    got = {mail.to.partition("@")[0]: text(mail) for mail in server.mails}
    told = {name: ("From Ana." in words, "From Bea." in words) for name, words in got.items()}
    assert told == {"ana": (False, True), "bea": (True, False), "cal": (True, True)}  # the author excepted
    assert all(read(mail)["Auto-Submitted"] == "auto-generated" for mail in server.mails)


async def test_a_reply_does_not_go_to_who_is_no_longer_in_the_audience(office: Office) -> None:  # N9
    ana, bea = office.add("Ana", "Bea", portal=True)
    thread = unlocked(office)
    office.due()
    async with Scripted() as server:
        await office.send_to(server)
        server.mails.clear()
        office.world.run(messages.reply, office.world.portal(ana), thread, "From Ana.")
        office.world.change(bea, status=Status.COMPLETE)
        office.due(hours=2)
        assert (await office.send_to(server)).cancelled == 1
        assert "bea@mail.example" not in {mail.to for mail in server.mails}


# -- the words --------------------------------------------------------------------------------------------------------


async def test_the_whole_message_and_where_to_read_on(store_url: str, clock: Clock) -> None:  # N2
    store = open_store(store_url, clock=clock, policy=Policy(portal_url="https://portal.example/"), patience=5)
    office = Office(World(store, clock), clock)
    with_portal, without = office.add("Ana", portal=True)[0], office.add("Bea")[0]
    body = "Line one.\n\n" + "word " * 3000 + "\n\nThe end."
    office.broadcast(body)
    office.direct(with_portal)
    office.due()
    async with Scripted() as server:
        await office.send_to(server)
    store.close()
    got = {(mail.to, str(read(mail)["Subject"])): text(mail) for mail in server.mails}
    assert body.strip() in got["bea@mail.example", "Opening"]
    assert "portal.example" not in got["bea@mail.example", "Opening"]
    assert body.strip() in got["ana@mail.example", "Opening"]
    assert "Read it in your portal: https://portal.example/" in got["ana@mail.example", "Opening"]  # it is locked
    assert "Read and reply: https://portal.example/" in got["ana@mail.example", "You"]
    assert without.portal is False


async def test_fields_are_filled_for_clients(office: Office) -> None:  # T5, T8
    office.add("Ana María Lopez", email="ana@mail.example")
    office.add("Bob {{ client.email }}", email="bob@mail.example")
    office.broadcast('Dear {{ client.first_name }}, \\{{ is literal, {{ client.phone | default: "no phone" }}.')
    office.due()
    async with Scripted() as server:
        await office.send_to(server)
    got = {mail.to: text(mail) for mail in server.mails}
    assert "Dear Ana" in got["ana@mail.example"]
    assert "{{ is literal, no phone." in got["ana@mail.example"]
    assert "Dear Bob," in got["bob@mail.example"]
    assert "bob@" not in got["bob@mail.example"]  # a value is never expanded again


async def test_staff_who_are_in_the_thread_are_mailed_the_names_of_fields(office: Office) -> None:  # T5, N10
    ana = office.add("Ana Flores")[0]
    lee = office.world.staff("Lee Park", email="lee@practice.example")
    office.world.member(office.team, lee)
    both = Recipients(ThreadKind.DIRECT, (ana.id, lee.id))
    office.world.run(messages.start, office.me, both, office.team.id, "Dear {{ client.first_name }},", yes=True)
    office.due()
    async with Scripted() as server:
        await office.send_to(server)
    got = {mail.to: text(mail) for mail in server.mails}
    assert got.keys() == {"ana.flores@mail.example", "lee@practice.example"}
    assert "Dear Ana," in got["ana.flores@mail.example"]
    assert "Dear [first name]," in got["lee@practice.example"]


async def test_a_mail_says_whom_it_is_from_and_can_be_answered(office: Office) -> None:
    office.add("Ana")
    office.broadcast(subject=None)
    office.due()
    async with Scripted() as server:
        await office.send(transport(server, reply_to="Front desk <desk@bright.example>"))
    (mail,) = server.mails
    message = read(mail)
    assert mail.sender == "office@bright.example"
    assert str(message["From"]) == "Bright Beginnings <office@bright.example>"
    assert str(message["Reply-To"]) == "desk@bright.example"
    assert str(message["Subject"]) == "Message from Bright Beginnings"
    assert message["Date"].datetime == office.clock.now
    assert message["Message-ID"].endswith("@bright.example>")
    assert message["Auto-Submitted"] is None  # a person wrote it (RFC 3834)
    assert office.row().message_id == mail.message_id


async def test_a_direct_message_says_who_wrote_it(office: Office) -> None:  # N10
    (ana,) = office.add("Ana")
    office.direct(ana)
    office.due()
    async with Scripted() as server:
        await office.send_to(server)
    assert "Maya Ortiz, Bright Beginnings" in text(server.mails[0])


# -- channels ---------------------------------------------------------------------------------------------------------


async def test_a_channel_that_is_not_configured_keeps_its_runs_open(office: Office) -> None:  # N13
    office.add("Ana", phone="+1 201 555 0123", consent=Consent.ACTIVE)
    office.broadcast()
    office.due()
    async with Scripted() as server:
        assert (await office.send_to(server)).sent == 1
    sms = next(row for row in office.rows() if row.channel is Channel.SMS)
    assert sms.state is S.WAITING
    assert [one.state for one in office.rows() if one.channel is Channel.EMAIL] == [S.SENT]
    status = office.world.run(deliveries.status, office.me)
    assert "not configured" in dict(status.paused)[Channel.SMS]
    assert (status.waiting, status.due) == (1, 0)
    # It takes further messages, and they leave together once there is an account.
    thread = office.world.run(threads.list_threads, office.me).items[0].id
    office.world.run(messages.reply, office.me, thread, "And more.", yes=True)
    office.due(minutes=5)
    caught: list[tuple[str, str]] = []

    async def hand(number: str, words: str, key: str) -> Reply:
        caught.append((number, words))
        return Reply(Verdict.ACCEPTED)

    assert (await office.send(SmsTransport(hand))).sent == 1
    ((number, words),) = caught
    assert number == "+12015550123"
    assert words.index("We open on Monday.") < words.index("And more.")  # N1, N2


async def test_an_sms_that_may_have_been_accepted_is_unknown(office: Office) -> None:  # N8, hazards 55
    office.add("Ana", email=None, phone="+1 201 555 0123", consent=Consent.ACTIVE)
    office.broadcast()
    office.due()

    async def hand(number: str, words: str, key: str) -> Reply:
        return Reply(Verdict.UNKNOWN, "the provider did not answer")

    assert (await office.send(SmsTransport(hand))).unknown == 1
    assert (office.state(), office.row().reason) == (S.UNKNOWN, "the provider did not answer")


# -- running ----------------------------------------------------------------------------------------------------------


async def test_a_running_notifier_sends_what_becomes_due(sqlite_office: Office) -> None:
    sqlite_office.add("Ana")
    front = Front(sqlite_office.store)
    heard: asyncio.Queue[Tally] = asyncio.Queue()
    async with Scripted() as server:
        notifier = Notifier(front, {Channel.EMAIL: transport(server)}, listen=heard.put_nowait).start()
        sqlite_office.broadcast()
        sqlite_office.due()
        sqlite_office.broadcast("Another.")  # its commit is what the notifier notices
        assert (await asyncio.wait_for(heard.get(), 20)).sent == 1
        assert notifier.status == ""
        await notifier.stop()
    await front.close()
    assert sqlite_office.states() == {"sent": 1, "waiting": 1}
    with sqlite_office.store.read() as tx:
        from msgcenter_tui.store.tables import notifiers

        assert tx.conn.execute(notifiers.select()).all() == []


async def test_it_goes_on_when_the_store_cannot_be_used_for_a_while(sqlite_office: Office) -> None:  # hazards 33
    sqlite_office.broadcast_to(3)
    store = sqlite_office.store
    usual = store.run
    broken = iter(range(4))

    def run(act: object, *args: object, **kwargs: object) -> object:
        from msgcenter_tui.errors import StoreUnavailable

        if getattr(act, "__name__", "") == "mark" and next(broken, None) is not None:
            raise StoreUnavailable("the store cannot be used", "it is locked", "try again")
        return usual(act, *args, **kwargs)  # type: ignore[arg-type]

    store.run = run  # type: ignore[method-assign, assignment]
    async with Scripted() as server:
        assert (await asyncio.wait_for(sqlite_office.send_to(server), 30)).sent == 3
        assert len(server.received) == 3


async def test_a_broadcast_does_not_hold_up_one_persons_message(sqlite_office: Office) -> None:
    sqlite_office.broadcast_to(120)
    office = sqlite_office
    office.direct(office.add("Ana")[0])
    office.due()
    async with Scripted() as server:
        await office.send_to(server, connections=1)
    order = [str(read(mail)["Subject"]) for mail in server.mails]
    assert len(order) == 121
    assert order.index("You") < 60


async def test_waits_are_told_by_the_ledger(office: Office) -> None:
    office.add("Ana")
    assert office.store.run(claims.due, [Channel.EMAIL]) == claims.Due(False, None)
    office.broadcast()
    assert office.store.run(claims.due, [Channel.EMAIL]) == claims.Due(False, timedelta(seconds=60))
    office.due()
    assert office.store.run(claims.due, [Channel.EMAIL]).now
    assert not office.store.run(claims.due, [Channel.SMS]).now


async def test_what_goes_wrong_at_the_end_is_logged_and_hides_no_figures(
    sqlite_office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    theirs = "what Ana wrote"

    @act
    def broken(tx: Tx, notifier: str) -> None:
        raise RuntimeError(theirs)

    async def unclosed(self: Post, patience: float) -> None:
        raise OSError(theirs)

    sqlite_office.add("Ana")
    sqlite_office.broadcast()
    sqlite_office.due()
    monkeypatch.setattr(notifiers, "retire", broken)
    monkeypatch.setattr(Post, "close", unclosed)
    async with Scripted() as server:
        assert await sqlite_office.send_to(server) == Tally(sent=1)
    told = [events.facts(record) for record in caplog.records]
    assert [one["error"] for one in told] == ["OSError", "RuntimeError"]
    assert "in broken: raise RuntimeError" in caplog.text
    assert "Ana" not in caplog.text


async def test_an_error_in_a_round_is_logged_with_its_kind_and_place(
    sqlite_office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    theirs = "what Ana wrote"

    @look
    def broken(tx: Tx, *_: object) -> claims.Due:
        try:
            raise KeyError(theirs)
        except KeyError as error:
            raise RuntimeError(theirs) from error

    monkeypatch.setattr(claims, "due", broken)
    front = Front(sqlite_office.store)
    async with Scripted() as server:
        notifier = Notifier(front, {Channel.EMAIL: transport(server)})
        assert not await notifier._tried("round", notifier._round)
    await front.close()
    (record,) = caplog.records
    told: dict[str, Any] = dict(events.facts(record))
    assert (told["level"], told["room"], told["error"]) == ("error", "delivery.notifier", "RuntimeError")
    assert told["event"] == "something went wrong inside: %s"
    assert told["at"][0].startswith("notifier.py:")
    assert re.fullmatch(r"test_notifier\.py:\d+ in broken", told["at"][-1])
    (cause,) = told["because"]
    assert (cause["error"], cause["at"][-1].split()[-1]) == ("KeyError", "broken")
    assert "Ana" not in caplog.text + json.dumps(told)


async def test_a_heartbeat_that_goes_well_does_not_hide_the_trouble_of_a_round(
    sqlite_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails, beats = [True], asyncio.Queue[str]()
    usual, loop = notifiers.heartbeat, asyncio.get_running_loop()

    @look
    def due(tx: Tx, *_: object) -> claims.Due:
        if fails:
            raise KeyError
        return claims.Due(False, None)

    @act
    def heartbeat(tx: Tx, notifier: str) -> None:
        usual(tx, notifier)
        loop.call_soon_threadsafe(beats.put_nowait, notifier)

    monkeypatch.setattr(claims, "due", due)
    monkeypatch.setattr(notifiers, "heartbeat", heartbeat)
    monkeypatch.setattr("msgcenter_tui.delivery.notifier._HEARTBEAT", 0)
    front = Front(sqlite_office.store)
    async with Scripted() as server:
        notifier = Notifier(front, {Channel.EMAIL: transport(server)}).start()
        async with asyncio.timeout(20):
            while not notifier.status:
                await beats.get()
            for _ in range(3):
                await beats.get()
            assert "KeyError" in notifier.status
            fails.clear()
            notifier._wake.set()
            while notifier.status:
                await beats.get()
        await notifier.stop()
    await front.close()
