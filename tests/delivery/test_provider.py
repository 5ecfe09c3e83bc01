"""SMS through a real conversation with a provider: what each answer means, and silence (N3, N8, N12; hazards 55)."""

from __future__ import annotations

import logging
import socket
import ssl
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from tests.delivery.authority import Authority
from tests.delivery.office import Office
from tests.delivery.provider import ACCOUNT, NUMBER, PASSWORD, TAKEN, Provider, Request, answer, refusal
from tests.delivery.scripted import DROP, HANG

from msgcenter_tui.center import audit, clients, deliveries
from msgcenter_tui.delivery import twilio
from msgcenter_tui.delivery.accounts import Secret, SmsAccount
from msgcenter_tui.delivery.twilio_replies import judge
from msgcenter_tui.domain import Channel, Client, Consent, DeliveryState
from msgcenter_tui.store import channels

S = DeliveryState
PHONE = "+12015550123"


def by_sms(office: Office, *names: str, **more: Any) -> list[Client]:
    """Clients whom SMS alone reaches, each with a number of their own."""
    first = len(office.clients)
    return [
        office.add(name, email=None, phone=f"+1 201 555 {123 + first + n:04d}", consent=Consent.ACTIVE, **more)[0]
        for n, name in enumerate(names)
    ]


def paused(office: Office) -> str:
    return dict(office.world.run(deliveries.status, office.me).paused).get(Channel.SMS, "")


def due(office: Office, body: str = "We open on Monday.") -> None:
    office.broadcast(body)
    office.due()


# -- what goes over the line ------------------------------------------------------------------------------------------


async def test_a_text_goes_to_the_number_in_e164_by_the_account(office: Office) -> None:  # N3, N7
    by_sms(office, "Ana", "Bea")
    due(office, "Grüße & 100 % = €")
    async with Provider() as provider:
        assert (await office.send(provider.transport())).sent == 2
    assert [request.form["To"] for request in provider.requests] == ["+12015550123", "+12015550124"]
    request = provider.requests[0]
    assert (request.method, request.path) == ("POST", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json")
    assert request.login == f"{ACCOUNT}:{PASSWORD}"
    assert request.form["From"] == NUMBER
    assert request.form["Body"].startswith("Bright Beginnings: Grüße & 100 % = €")
    assert {one.connection for one in provider.requests} == {1}  # a kept connection


async def test_a_messaging_service_and_a_key_of_the_account(sqlite_office: Office) -> None:
    by_sms(sqlite_office, "Ana")
    due(sqlite_office)
    service = "MG" + "a" * 32
    async with Provider() as provider:
        url = f"http://127.0.0.1:{provider.port}/compatible/"
        transport = provider.transport(url=url, sender=service, username="SK1", account="AC9")
        assert (await sqlite_office.send(transport)).sent == 1
    (request,) = provider.requests
    assert (request.form["MessagingServiceSid"], "From" in request.form) == (service, False)
    assert request.path == "/compatible/2010-04-01/Accounts/AC9/Messages.json"
    assert request.login == f"SK1:{PASSWORD}"


async def test_the_first_sms_says_how_to_stop_and_the_second_does_not(office: Office) -> None:  # N3
    (ana,) = by_sms(office, "Ana")
    due(office, "We open on Monday.")
    async with Provider() as provider:
        await office.send(provider.transport())
        due(office, "We close on Friday.")
        await office.send(provider.transport())
        office.world.change(ana, phone="+1 201 555 0177")  # another telephone has not been told
        due(office, "We moved.")
        await office.send(provider.transport())
    assert provider.texts == [
        (PHONE, "Bright Beginnings: We open on Monday.\nReply STOP to stop."),
        (PHONE, "Bright Beginnings: We close on Friday."),
        ("+12015550177", "Bright Beginnings: We moved.\nReply STOP to stop."),
    ]


async def test_one_that_was_refused_has_told_nobody_how_to_stop(sqlite_office: Office) -> None:  # N3
    by_sms(sqlite_office, "Ana")
    due(sqlite_office, "First.")
    async with Provider(refusal(400, 30007)) as provider:
        assert (await sqlite_office.send(provider.transport())).failed == 1
        provider.step = TAKEN
        due(sqlite_office, "Second.")
        await sqlite_office.send(provider.transport())
    assert provider.texts[1][1] == "Bright Beginnings: Second.\nReply STOP to stop."


async def test_nobody_is_told_to_reply_to_a_name(sqlite_office: Office) -> None:  # N3
    by_sms(sqlite_office, "Ana")
    due(sqlite_office, "word " * 400)
    async with Provider() as provider:
        await sqlite_office.send(provider.transport(sender="Beginnings"))
    assert provider.texts[0][1].endswith("word...\nTo stop, tell us.")  # whatever else has no room


# -- what an answer means ---------------------------------------------------------------------------------------------

ANSWERS: list[tuple[bytes, DeliveryState, str, str]] = [
    (answer(200, sid="SM1"), S.SENT, "", ""),
    (answer(201, sid="SM1", status="accepted"), S.SENT, "", ""),
    (answer(201, sid="SM1", status="sending"), S.SENT, "", ""),
    (answer(201, "<html>"), S.UNKNOWN, "cannot be read", ""),
    (answer(201, "[" * 5000), S.UNKNOWN, "cannot be read", ""),
    (answer(201, "x" * 70_000), S.UNKNOWN, "cannot be read", ""),
    (answer(201, status="dreaming"), S.UNKNOWN, "does not say", ""),
    (answer(500, code=20500, message="Internal"), S.UNKNOWN, "status 500", ""),
    (answer(503, "<html>"), S.UNKNOWN, "status 503", ""),
    (b"nonsense\r\n\r\n", S.UNKNOWN, "lost", ""),
    (b"HTTP/1.1 201 Thus\r\nConnection: close\r\nContent-Length: 99\r\n\r\n{", S.UNKNOWN, "lost", ""),
    (refusal(400, 21211), S.FAILED, "cannot text this number", ""),
    (refusal(400, 21614), S.FAILED, "cannot text this number", ""),
    (refusal(400, 21408), S.FAILED, "cannot text this number", ""),
    (refusal(400, 60205), S.FAILED, "cannot text this number", ""),
    (refusal(400, 21610), S.FAILED, "opted out", ""),
    (refusal(400, 30007), S.FAILED, "refused it", ""),
    (answer(201, status="failed", error_code=30006, error_message=None), S.FAILED, "cannot text", ""),
    (answer(201, status="undelivered", error_code="21610"), S.FAILED, "opted out", ""),
    (answer(201, status="failed", error_code=30001), S.WAITING, "", "no more for now"),
    (answer(201, status="failed", error_code=30002), S.WAITING, "", "settle it with the provider"),
    (refusal(429, 20429), S.WAITING, "", "no more for now"),
    (answer(429, "<html>"), S.WAITING, "", "no more for now"),
    (refusal(401, 20003), S.WAITING, "", "username and password of [sms]"),
    (answer(403, "no"), S.WAITING, "", "username and password of [sms]"),
    (refusal(404, 20404), S.WAITING, "", "url and account of [sms]"),
    (answer(404, "<html>"), S.WAITING, "", "url and account of [sms]"),
    (answer(400, "<html>"), S.WAITING, "", "url and account of [sms]"),
    (refusal(400, 21606), S.WAITING, "", "`from` of [sms]"),
    (refusal(400, 21212), S.WAITING, "", "`from` of [sms]"),
    (refusal(400, 21659), S.WAITING, "", "`from` of [sms]"),
    (refusal(403, 20005), S.WAITING, "", "settle it with the provider"),
]


@pytest.mark.parametrize(("step", "state", "why", "stopped"), ANSWERS)
async def test_each_answer_has_its_meaning(
    sqlite_office: Office, step: bytes, state: DeliveryState, why: str, stopped: str
) -> None:  # N8
    by_sms(sqlite_office, "Ana")
    due(sqlite_office)
    async with Provider(step) as provider:
        await sqlite_office.send(provider.transport())
        assert len(provider.requests) == 1
    row = sqlite_office.row()
    assert row.state is state
    assert why in row.reason
    assert (stopped in paused(sqlite_office)) if stopped else not paused(sqlite_office)
    assert row.attempts == (0 if state is S.WAITING else 1)  # what is no fault of theirs is no attempt of theirs
    said = row.reason + paused(sqlite_office)
    assert not any(secret in said for secret in ("555", "ana@", PASSWORD, ACCOUNT))


def test_words_of_the_provider_are_one_short_clean_line() -> None:
    message = "No\x1b[2J\n " + "x" * 5000
    reply = judge(400, answer(400, code=99999, message=message).partition(b"\r\n\r\n")[2])
    assert "\x1b" not in reply.why
    assert "\n" not in reply.why
    assert len(reply.why) < 300
    assert reply.policy  # a row of them stops the channel


# -- silence ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [HANG, DROP])
async def test_what_may_have_been_taken_is_unknown_and_never_repeated(office: Office, step: object) -> None:  # N8
    by_sms(office, "Ana")
    due(office)
    async with Provider(step) as provider:
        assert (await office.send(provider.transport(answer=0.3))).unknown == 1
        provider.step = TAKEN
        office.due(days=2)
        assert (await office.send(provider.transport())).sent == 0
        assert len(provider.requests) == 1
        office.world.run(deliveries.resolve, office.me, arrived=False, ids=[_id(office)])
        assert (await office.send(provider.transport())).sent == 1
    assert provider.texts[0] == provider.texts[1]  # N14: word for word, how to stop included


def _id(office: Office) -> Any:
    return office.world.run(deliveries.list_deliveries, office.me).items[0].id


async def test_a_provider_that_leaves_texts_unanswered_gets_no_more_for_a_while(sqlite_office: Office) -> None:  # N8
    by_sms(sqlite_office, *"ABCDEFGH")
    due(sqlite_office)
    async with Provider(answer(500, "")) as provider:
        await sqlite_office.send(provider.transport(connections=2))
        assert sqlite_office.states()["unknown"] <= 4
        assert "without an answer" in paused(sqlite_office)
        provider.step = TAKEN
        sqlite_office.due(minutes=6)
        await sqlite_office.send(provider.transport())
    states = sqlite_office.states()
    assert states["unknown"] + states["sent"] == 8
    assert len(provider.requests) == 8  # each was asked for once


async def test_no_connection_no_attempt_and_it_leaves_later(sqlite_office: Office) -> None:  # N8
    by_sms(sqlite_office, "Ana", "Bea")
    due(sqlite_office)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    account = SmsAccount(f"http://127.0.0.1:{port}", NUMBER, ACCOUNT)
    assert (await sqlite_office.send(twilio.transport(account))).failed == 0
    assert "cannot be reached" in paused(sqlite_office)
    assert [row.attempts for row in sqlite_office.rows()] == [0, 0]
    async with Provider() as provider:
        sqlite_office.due(seconds=6)
        await sqlite_office.send(provider.transport())
    assert sqlite_office.states() == {"sent": 2}


async def test_a_provider_that_is_busy_is_left_alone_as_long_as_it_asks(sqlite_office: Office) -> None:
    by_sms(sqlite_office, "Ana")
    due(sqlite_office)
    async with Provider(answer(429, code=20429, headers="Retry-After: 600\r\n")) as provider:
        await sqlite_office.send(provider.transport())
    with sqlite_office.store.read() as tx:
        assert channels.paused(tx) == {Channel.SMS: sqlite_office.clock.now + timedelta(seconds=600)}


async def test_a_provider_that_becomes_busy_is_asked_nothing_more(sqlite_office: Office) -> None:
    by_sms(sqlite_office, *"ABCD")
    due(sqlite_office)
    steps = iter([TAKEN, TAKEN])
    async with Provider(lambda _: next(steps, answer(429, code=20429))) as provider:
        await sqlite_office.send(provider.transport(connections=1))
        assert len(provider.requests) == 3
    assert sqlite_office.states() == {"sent": 2, "waiting": 2}


async def test_a_drip_of_an_answer_ends(sqlite_office: Office) -> None:  # N8
    by_sms(sqlite_office, "Ana")
    due(sqlite_office)
    began = time.monotonic()
    async with Provider(HANG) as provider:
        patience = twilio.Patience(answer=30, whole=0.3)
        await sqlite_office.send(twilio.transport(provider.account(), patience=patience))
    assert sqlite_office.state() is S.UNKNOWN
    assert time.monotonic() - began < 20


# -- who opted out ----------------------------------------------------------------------------------------------------


async def test_who_opted_out_with_the_provider_has_declined(office: Office) -> None:  # N3, S2
    ana, bea = by_sms(office, "Ana", "Bea")
    due(office, "One.")

    def stopped(request: Request) -> bytes:
        return refusal(400, 21610) if request.form["To"] == ana.phone_number else TAKEN

    async with Provider(stopped) as provider:
        tally = await office.send(provider.transport())
        assert (tally.sent, tally.failed) == (1, 1)
        due(office, "Two.")
        assert (await office.send(provider.transport())).sent == 1
    assert [request.form["To"] for request in provider.requests].count(PHONE) == 1
    assert office.world.run(clients.get, office.me, ana.id).consent is Consent.DECLINED
    assert office.world.run(clients.get, office.me, bea.id).consent is Consent.ACTIVE
    change = office.world.run(clients.history, office.me, ana.id)[-1]
    assert (change.by, change.consent) == ("the provider", Consent.DECLINED)
    assert change.how == f"the provider says that they opted out ({office.clock.now:%Y-%m-%d})"
    newest = next(one for one in office.world.run(audit.list_records, office.me).items if one.what == ana.id)
    assert (newest.act, newest.fields) == ("client.change", ("consent", "how"))


async def test_what_waited_for_who_opted_out_is_suppressed(sqlite_office: Office) -> None:  # N12
    (ana,) = by_sms(sqlite_office, "Ana")
    sqlite_office.direct(ana, "One.")
    sqlite_office.due()
    async with Provider(refusal(400, 21610)) as provider:
        sqlite_office.direct(ana, "Two.")
        await sqlite_office.send(provider.transport())
        sqlite_office.due()
        assert (await sqlite_office.send(provider.transport())).suppressed == 1
        assert len(provider.requests) == 1


async def test_a_new_number_has_not_opted_out(sqlite_office: Office) -> None:  # N3
    (ana,) = by_sms(sqlite_office, "Ana")
    due(sqlite_office)

    def move(request: Request) -> bytes:
        sqlite_office.world.change(ana, phone="+1 201 555 0177")
        return refusal(400, 21610)

    async with Provider(move) as provider:
        assert (await sqlite_office.send(provider.transport())).failed == 1
    assert sqlite_office.world.run(clients.get, sqlite_office.me, ana.id).consent is Consent.ACTIVE


# -- safety -----------------------------------------------------------------------------------------------------------


async def test_a_redirect_is_not_followed(sqlite_office: Office) -> None:
    by_sms(sqlite_office, "Ana")
    due(sqlite_office)
    async with Provider() as elsewhere:
        there = f"Location: http://127.0.0.1:{elsewhere.port}/\r\n"
        async with Provider(answer(307, "", headers=there)) as provider:
            await sqlite_office.send(provider.transport())
        assert not elsewhere.requests
    assert "another address" in paused(sqlite_office)
    assert sqlite_office.state() is S.WAITING


@pytest.mark.parametrize("url", ["http://192.0.2.1", "http://sms.example", "http://127.0.0.1.example"])
async def test_neither_password_nor_text_goes_in_the_clear(sqlite_office: Office, url: str) -> None:
    by_sms(sqlite_office, "Ana")
    due(sqlite_office)
    account = SmsAccount(url, NUMBER, ACCOUNT, Secret(PASSWORD))
    await sqlite_office.send(twilio.transport(account))
    assert "in the clear" in paused(sqlite_office)
    assert sqlite_office.row().attempts == 0


async def test_an_account_without_a_name_says_what_is_missing(sqlite_office: Office) -> None:  # S1
    by_sms(sqlite_office, "Ana")
    due(sqlite_office)
    await sqlite_office.send(twilio.transport(SmsAccount("https://sms.example", NUMBER)))
    assert "set username of [sms]" in paused(sqlite_office)


async def test_the_certificate_is_checked(sqlite_office: Office, authority: Authority) -> None:
    by_sms(sqlite_office, "Ana")
    due(sqlite_office)
    shown, trust = authority.sign("IP:127.0.0.1").context, authority.trust
    async with Provider(tls=shown) as provider:
        await sqlite_office.send(provider.transport(tls=ssl.create_default_context()))
        assert "certificate" in paused(sqlite_office)
        assert not provider.requests
        sqlite_office.due(hours=1)  # the same account, mended at the provider: it is tried once more
        assert (await sqlite_office.send(provider.transport(tls=trust))).sent == 1


@pytest.fixture
def everything_logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        yield caplog


async def test_no_log_holds_password_number_or_text(
    sqlite_office: Office, everything_logged: pytest.LogCaptureFixture
) -> None:
    by_sms(sqlite_office, "Ana", "Bea", "Cal")
    due(sqlite_office, "Strictly between us.")
    steps = iter([TAKEN, refusal(400, 21211), DROP])
    async with Provider(lambda request: next(steps)) as provider:
        account = provider.account()
        await sqlite_office.send(provider.transport())
    login = provider.requests[0].headers["authorization"]
    for shown in (everything_logged.text, repr(account), repr(twilio.transport(account))):
        assert not any(secret in shown for secret in (PASSWORD, login, "5550123", "Strictly"))
