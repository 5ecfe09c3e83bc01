"""What a server's replies do to the pace, the lines and the account (N8, N13)."""

from __future__ import annotations

import asyncio
import base64
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from tests.delivery.mails import LETTER
from tests.delivery.office import PATIENT, Office, account, transport
from tests.delivery.scripted import Action, Scripted, Session, first

from msgcenter_tui.center import deliveries
from msgcenter_tui.delivery import outcome, pace
from msgcenter_tui.delivery.accounts import Secret
from msgcenter_tui.delivery.lines import Lines, NoLine
from msgcenter_tui.delivery.notifier import Notifier
from msgcenter_tui.delivery.own_accounts import OwnAccounts
from msgcenter_tui.delivery.passage import Means
from msgcenter_tui.delivery.post import Post
from msgcenter_tui.delivery.sms import SmsTransport
from msgcenter_tui.delivery.smtp import SmtpTransport
from msgcenter_tui.delivery.transport import Line, Reply, Transport, Trouble, Verdict
from msgcenter_tui.domain import Channel, DeliveryState
from msgcenter_tui.errors import StoreUnavailable
from msgcenter_tui.store import channels, notifiers
from msgcenter_tui.store.front import Front
from msgcenter_tui.store.paces import Places
from msgcenter_tui.store.results import Result
from msgcenter_tui.store.tx import Tx

S = DeliveryState


def paused(office: Office) -> str:
    return dict(office.world.run(deliveries.status, office.me).paused).get(Channel.EMAIL, "")


def by_account(server: Scripted, password: str) -> SmtpTransport:
    login = account(server.port, username="office", password=Secret(password))
    return SmtpTransport(login, patience=PATIENT)


# -- the account ------------------------------------------------------------------------------------------------------


async def test_a_refused_login_is_not_tried_again_however_often_a_notifier_starts(office: Office) -> None:  # hazards 7
    office.broadcast_to(3)
    async with Scripted(extensions=("AUTH PLAIN",), auth="535 5.7.8 wrong") as server:
        for _ in range(4):
            await office.send(by_account(server, "old"))
            office.due(minutes=10)
        assert len(server.sessions) == 1  # else a service that starts again and again is locked out
        assert "username and password" in paused(office)
        assert office.states() == {"waiting": 3}  # every row is kept
        server.steps["auth"] = "235 2.7.0 ok"
        assert (await office.send(by_account(server, "new"))).sent == 3
    assert paused(office) == ""


async def test_nobody_who_writes_waits_for_a_fingerprint(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    usual, waits, made = channels.configure, [False], list[bool]()

    def configure(tx: Tx, *given: Any, alone: bool) -> None:
        waits[0] = True
        usual(tx, *given, alone=alone)
        waits[0] = False

    class Watched(SmtpTransport):
        def fingerprint(self, salt: str) -> str:
            made.append(waits[0])
            return super().fingerprint(salt)

    office.broadcast_to(1)
    async with Scripted(extensions=("AUTH PLAIN",), auth="535 5.7.8 wrong") as server:
        await office.send(by_account(server, "same"))
        monkeypatch.setattr(channels, "configure", configure)
        await office.send(Watched(account(server.port, username="office", password=Secret("same"))))
        assert len(server.sessions) == 1
    assert made == [False]


async def test_the_same_account_is_tried_once_more_after_an_hour(office: Office) -> None:
    office.broadcast_to(1)
    async with Scripted(extensions=("AUTH PLAIN",), auth=first(1, "535 5.7.8 wrong", "235 2.7.0 ok")) as server:
        await office.send(by_account(server, "same"))
        office.due(minutes=61)
        assert (await office.send(by_account(server, "same"))).sent == 1


async def test_somebody_may_resume_it_at_once(office: Office) -> None:
    office.broadcast_to(1)
    async with Scripted(extensions=("AUTH PLAIN",), auth=first(1, "535 5.7.8 wrong", "235 2.7.0 ok")) as server:
        await office.send(by_account(server, "same"))
        office.store.run(channels.resume, Channel.EMAIL)
        assert (await office.send(by_account(server, "same"))).sent == 1


async def test_the_store_does_not_tell_the_password(office: Office) -> None:
    office.broadcast_to(1)
    async with Scripted(extensions=("AUTH PLAIN",), auth="535 5.7.8 wrong") as server:
        await office.send(by_account(server, "hunter2"))
        sender = by_account(server, "hunter2")
    with office.store.read() as tx:
        kept = str(tx.conn.exec_driver_sql("SELECT account FROM channels WHERE channel = 'email'").scalar_one())
    salt, _, print_ = kept.partition(".")
    assert "hunter2" not in kept
    assert sender.fingerprint(salt) == print_ != by_account(server, "hunter3").fingerprint(salt)
    assert sender.fingerprint("other") != print_


# -- two accounts -----------------------------------------------------------------------------------------------------


@asynccontextmanager
async def at_work(office: Office, transport: SmtpTransport) -> AsyncIterator[Notifier]:
    """A notifier that runs meanwhile."""
    front = Front(office.store)
    notifier = Notifier(front, {Channel.EMAIL: transport}, connections=1).start()
    try:
        yield notifier
    finally:
        await notifier.stop()
        await front.close()


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not true():  # noqa: ASYNC110  nobody tells of a commit
            await asyncio.sleep(0.01)


def passwords(server: Scripted) -> list[str]:
    """By which it was logged in to, in the order of the sessions."""
    said = [line.split() for session in server.sessions for line in session.said if line.startswith("AUTH")]
    return [base64.b64decode(words[-1]).decode().split("\0")[-1] for words in said]


def knows(password: str) -> Callable[[Session, str], Action]:
    """Lets in only who has this password."""

    def auth(_: Session, rest: str) -> Action:
        given = base64.b64decode(rest.split()[-1]).decode().split("\0")[-1]
        return "235 2.7.0 ok" if given == password else "535 5.7.8 wrong"

    return auth


def refused(transport: SmtpTransport) -> str:
    """What a pause remembers of its account."""
    salt = "0123456789abcdef"
    return f"{salt}.{transport.fingerprint(salt)}"


async def test_an_old_password_in_one_place_stops_no_other_account(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:  # hazards 7, 8
    async with Scripted(extensions=("AUTH PLAIN",), auth=knows("new")) as server:
        office.broadcast_to(2)
        await office.send(by_account(server, "old"))
        assert paused(office)
        assert (await office.send(by_account(server, "new"))).sent == 2
        office.broadcast()
        office.due()
        caplog.clear()
        assert (await office.send(by_account(server, "old"))).sent == 0
        (said,) = caplog.messages
        assert said.startswith("e-mail by the account here is refused: the mail server refused the login")
        assert "refused the login" in paused(office)  # nobody else was at work
        assert (await office.send(by_account(server, "new"))).sent == 2
        assert passwords(server).count("old") == 1  # it is not tried again


async def test_of_several_refused_accounts_none_is_tried_again(office: Office) -> None:  # hazards 7
    office.broadcast_to(1)
    async with Scripted(extensions=("AUTH PLAIN",), auth=knows("new")) as server:
        for word in ("old", "older", "old", "older"):
            await office.send(by_account(server, word))
        assert passwords(server) == ["old", "older"]
        assert paused(office)
        assert (await office.send(by_account(server, "new"))).sent == 1


async def test_a_notifier_at_work_takes_up_what_is_stopped_for_another_account(office: Office) -> None:
    async with Scripted(extensions=("AUTH PLAIN",), auth=knows("new")) as server:
        async with at_work(office, by_account(server, "new")) as service:
            await until(lambda: office.store.run(notifiers.at_work))
            old = refused(by_account(server, "old"))
            office.store.run(channels.pause, Channel.EMAIL, "the login was refused", None, old)
            office.broadcast_to(2)
            await until(lambda: office.states() == {"sent": 2})
            assert (paused(office), service.status) == ("", "")
        assert set(passwords(server)) == {"new"}


async def test_who_has_the_refused_account_says_so_where_others_send(office: Office) -> None:
    front = Front(office.store)
    async with Scripted() as server:
        old, new = (OwnAccounts(front, {Channel.EMAIL: by_account(server, word)}) for word in ("old", "new"))
        await old.pause(Channel.EMAIL, "the login was refused")
        assert (old.serving, old.trouble) == ([], "")  # the banner says it to all
        await new.look()
        await old.look()
        assert (new.serving, new.trouble) == ([Channel.EMAIL], "")
        assert (old.serving, old.trouble) == ([], "e-mail by the account here is refused: the login was refused")
        assert paused(office) == ""
    await front.close()


async def test_all_who_have_the_refused_account_wait_until_somebody_resumes_it(office: Office) -> None:
    async with Scripted(extensions=("AUTH PLAIN",), auth=knows("same")) as server:
        same = by_account(server, "same")
        async with at_work(office, same):
            office.store.run(channels.pause, Channel.EMAIL, "the login was refused", None, refused(same))
            office.broadcast_to(2)
            accounts = OwnAccounts(front := Front(office.store), {Channel.EMAIL: same})
            await accounts.look()
            await front.close()
            assert (accounts.serving, accounts.trouble) == ([], "")  # the banner says it to all
            assert "refused" in paused(office)
            assert passwords(server) == []
            office.store.run(channels.resume, Channel.EMAIL)
            await until(lambda: office.states() == {"sent": 2})


async def test_who_starts_with_the_same_account_after_an_hour_lets_the_others_try_it_too(office: Office) -> None:
    auth = first(1, "535 5.7.8 wrong", "235 2.7.0 ok")
    async with (
        Scripted(extensions=("AUTH PLAIN",), auth=auth) as server,
        at_work(office, by_account(server, "same")) as terminal,
    ):
        office.broadcast_to(1)
        await until(lambda: paused(office))
        office.due(minutes=61)
        await office.send(by_account(server, "same"))
        assert paused(office) == ""
        office.broadcast()
        office.due()
        await until(lambda: office.states() == {"sent": 2})
        assert terminal.status == ""


async def test_a_rest_of_the_server_does_not_make_the_refused_account_forgotten(office: Office) -> None:
    run = office.store.run
    async with Scripted(extensions=("AUTH PLAIN",), auth=knows("new")) as server:
        old, new = by_account(server, "old"), by_account(server, "new")
        run(channels.pause, Channel.EMAIL, "the login was refused", None, refused(old))
        await office.send(new)
        run(channels.pause, Channel.EMAIL, "the mail server does not answer", timedelta(seconds=5))
        office.broadcast_to(1)
        await office.send(old)
        assert passwords(server) == []
        assert (await office.send(new)).sent == 1


def test_a_pause_that_is_over_does_not_hide_that_nobody_has_an_account(office: Office) -> None:  # N13
    run = office.store.run
    run(channels.pause, Channel.EMAIL, "the mail server does not answer", timedelta(seconds=5))
    office.due(seconds=6)
    run(notifiers.begin, "one", {})
    assert Channel.EMAIL in run(channels.not_configured)


def test_a_rest_of_the_server_does_not_hide_that_nobody_has_an_account(office: Office) -> None:  # N13
    run = office.store.run
    run(channels.pause, Channel.EMAIL, "the mail server does not answer", timedelta(seconds=5))
    run(notifiers.begin, "one", {}, None, {Channel.EMAIL: "the password store is locked"})
    office.due(seconds=6)
    assert paused(office) == "the password store is locked"


@pytest.mark.parametrize("missing", [{}, {Channel.EMAIL: "the password store is locked"}], ids=["none", "locked"])
async def test_who_slept_while_another_started_without_an_account_goes_on(
    office: Office, missing: Mapping[Channel, str]
) -> None:  # N13
    async with Scripted() as server, at_work(office, transport(server)):
        await until(lambda: office.store.run(notifiers.at_work))
        office.due(seconds=40)  # its lease is over
        office.store.run(notifiers.begin, "other", {}, None, missing)
        assert paused(office)
        office.broadcast_to(2)
        await until(lambda: office.states() == {"sent": 2} and paused(office) == "")


@pytest.mark.parametrize("killed", [False, True], ids=["ended", "killed"])
async def test_the_banner_is_back_where_only_those_with_the_refused_account_are_left(
    office: Office, killed: bool
) -> None:  # N13
    run = office.store.run
    async with Scripted(extensions=("AUTH PLAIN",), auth=knows("new")) as server:
        old, new = by_account(server, "old"), by_account(server, "new")
        for _ in range(2):
            run(notifiers.begin, "sender", {Channel.EMAIL: new.fingerprint})
            run(notifiers.begin, "other", {Channel.EMAIL: old.fingerprint})
            run(channels.pause, Channel.EMAIL, "the login was refused", None, refused(old))
            run(channels.take_up, Channel.EMAIL, refused(old))
            assert paused(office) == ""
            if killed:
                office.due(seconds=20)
                run(notifiers.heartbeat, "other")
                office.due(seconds=20)
                run(notifiers.heartbeat, "other")
            else:
                run(notifiers.retire, "sender")
            assert paused(office) == "the login was refused"


def test_a_heartbeat_leaves_alone_what_was_taken_up_while_nobody_has_ended(office: Office) -> None:  # N13
    run = office.store.run
    for name in ("service", "terminal"):
        run(notifiers.begin, name, {Channel.EMAIL: str})
    run(channels.pause, Channel.EMAIL, "the login was refused", None, "salt.print")
    run(channels.take_up, Channel.EMAIL, "salt.print")
    run(notifiers.heartbeat, "service")
    assert paused(office) == ""


@pytest.mark.parametrize(("hours", "says"), [(23, "the login was refused"), (25, "")])
def test_what_was_taken_up_a_day_ago_is_past(office: Office, hours: int, says: str) -> None:
    """By then the account may have been mended."""
    run = office.store.run
    run(notifiers.begin, "service", {Channel.EMAIL: str})
    run(channels.pause, Channel.EMAIL, "the login was refused", None, "salt.print")
    run(channels.take_up, Channel.EMAIL, "salt.print")
    office.due(hours=hours)
    run(notifiers.heartbeat, "service")
    run(notifiers.begin, "terminal", {Channel.SMS: str})
    run(notifiers.retire, "service")
    assert paused(office) == says


async def test_the_banner_is_back_where_who_starts_alone_has_the_refused_account(office: Office) -> None:  # N13
    run = office.store.run
    async with Scripted(extensions=("AUTH PLAIN",), auth=knows("new")) as server:
        old, new = by_account(server, "old"), by_account(server, "new")
        run(channels.pause, Channel.EMAIL, "the login was refused", None, refused(old))
        await office.send(new)
        run(channels.pause, Channel.EMAIL, "the mail server does not answer", timedelta(seconds=5))
        office.due(seconds=6)
        assert paused(office) == ""
        async with at_work(office, old):
            await until(lambda: paused(office))
            assert paused(office) == "the account was refused; set it right, then start again"
        office.broadcast_to(1)
        assert (await office.send(new)).sent == 1
        assert set(passwords(server)) == {"new"}


async def test_a_refused_login_is_not_tried_again_where_the_store_fails_to_keep_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:  # hazards 7
    monkeypatch.setattr("msgcenter_tui.delivery.notifier._AFTER_TROUBLE", 0.01)
    usual, failures = Front.run, [StoreUnavailable("the store cannot be used", "it is busy", "wait")] * 3

    async def run(front: Front, act: Any, *args: Any, **more: Any) -> Any:
        if act is channels.pause and failures:
            raise failures.pop()
        return await usual(front, act, *args, **more)

    monkeypatch.setattr(Front, "run", run)
    office.broadcast_to(2)
    async with Scripted(extensions=("AUTH PLAIN",), auth=knows("new")) as server:
        async with at_work(office, by_account(server, "old")):
            await until(lambda: paused(office))
        assert passwords(server) == ["old"]
        assert office.states() == {"waiting": 2}


async def test_a_channel_that_is_full_does_not_keep_one_asking_that_has_nothing(office: Office) -> None:
    office.broadcast_to(120)
    front = Front(office.store)
    async with Scripted() as server:
        mail = transport(server, per_minute=1)
        by: Mapping[Channel, Transport] = {Channel.EMAIL: mail, Channel.SMS: SmsTransport(nobody)}
        notifier = Notifier(front, by, connections=1)
        await notifier._begin()
        try:
            went_on = [await notifier._advance() for _ in range(10)]
            assert notifier._in_hand
            assert went_on.count(True) <= 2
        finally:
            await notifier._end(asyncio.create_task(asyncio.sleep(0)))
    await front.close()


# -- domains ----------------------------------------------------------------------------------------------------------


async def test_a_domain_that_asks_to_slow_down_rests_alone(sqlite_office: Office) -> None:
    office = sqlite_office
    names = [f"c{n}" for n in range(4)]
    office.add(*(f"Slow {name}" for name in names))
    for name in names:
        office.add(f"Quick {name}", email=f"{name}@other.example")
    office.broadcast()
    office.due()
    asked: list[str] = []

    def rcpt(session: Session, rest: str) -> Action:
        asked.append(rest)
        return "450 4.7.28 too fast for us" if "mail.example" in rest else "250 ok"

    async with Scripted(rcpt=rcpt) as server:
        assert (await office.send_to(server, connections=1)).sent == 4
    assert sum("mail.example" in one for one in asked) == 1  # the others were not even asked about
    slow = [row for row in office.rows() if row.state is S.RETRYING]
    assert sorted(row.attempts for row in slow) == [0, 0, 0, 1]  # nor charged with it
    assert sum("asked to slow down" in row.reason for row in slow) == 3


async def test_a_domain_that_greylists_each_of_its_people_does_not_rest(sqlite_office: Office) -> None:  # hazards 9
    office = sqlite_office
    office.broadcast_to(6)
    known: set[str] = set()

    def rcpt(_: Session, rest: str) -> Action:
        new = rest not in known
        known.add(rest)
        return "450 4.7.1 <x@mail.example>: Recipient address rejected: Greylisted for 5 minutes" if new else "250 ok"

    async with Scripted(rcpt=rcpt) as server:
        assert (await office.send_to(server)).retrying == 6
        assert {row.attempts for row in office.rows()} == {1}
        office.due(minutes=6)
        assert (await office.send_to(server)).sent == 6


def test_a_rest_doubles_until_something_is_taken() -> None:
    now = 0.0
    rests = pace.Rests(lambda: now)
    assert not rests
    spans = []
    for _ in range(3):
        rests.slower("mail.example")
        rests.slower("mail.example")  # of several letters that heard so at once the first counts
        left = rests.left("mail.example")
        assert left is not None
        spans.append(left.total_seconds())
        now += spans[-1]
        assert rests.left("mail.example") is None
    assert spans == [30, 60, 120]
    assert rests.left("other.example") is None
    rests.accepted("mail.example")
    assert not rests


async def test_a_letter_that_is_put_off_takes_no_place_in_the_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("msgcenter_tui.delivery.post.monotonic", lambda: 0.0)
    put_off: list[Result] = []
    marks: Any = SimpleNamespace(settle=put_off.append)
    door = Door(1)
    door.per_minute = 1
    post = Post(door, Means(marks, str, lambda: 0.5, lambda _: None), 1, stopped, lambda: None, unpaced)
    post._rests.slower("slow.example")
    slow, quick, later = (LETTER._replace(address=f"ana@{at}.example") for at in ("slow", "quick", "quick"))
    post._rate.given(1, 0)
    post._letters.append(slow)
    assert post._following() is None
    # What rests together does not come back together, and nothing of it before its rest has ended.
    assert [(one.state, one.after) for one in put_off] == [(S.RETRYING, timedelta(seconds=30 * 1.5))]
    post._letters.extend([quick, later])
    assert post._following() is quick
    assert post._following() is None
    assert post._letters == deque([later])


async def test_a_letter_for_which_there_is_no_line_takes_no_place_in_the_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("msgcenter_tui.delivery.post.monotonic", lambda: 1000.0)
    door = Door(0)
    door.per_minute = 1
    settled: list[Result] = []
    marks: Any = SimpleNamespace(settle=settled.append)
    post = Post(door, Means(marks, str, lambda: 0.5, lambda _: None), 1, rests, lambda: None, one_place)
    post._letters.append(LETTER)
    assert await post._next() is LETTER
    assert post._rate.spent
    assert await post._opened(LETTER) is None
    assert ([one.state for one in settled], post._rate.wait()) == ([S.WAITING], 0)


async def one_place(by: Transport, letters: int) -> Places:
    return Places(1, timedelta())


async def unpaced(by: Transport, letters: int) -> Places:
    raise AssertionError("this account takes as many as there are")


async def rests(channel: Channel, why: str, span: timedelta | None) -> None:
    """As a notifier does."""


async def test_what_was_claimed_before_the_channel_stopped_goes_back_and_is_not_tried() -> None:  # hazards 7
    kept, settled = asyncio.Event(), list[Result]()
    marks: Any = SimpleNamespace(settle=settled.append)

    async def slowly(channel: Channel, why: str, span: timedelta | None) -> None:
        await kept.wait()

    post = Post(Door(1), Means(marks, str, lambda: 0.5, lambda _: None), 1, slowly, lambda: None, unpaced)
    post._letters.append(LETTER)
    stopping = asyncio.create_task(post._stop(Reply(Verdict.ACCOUNT, "a wrong password")))
    await asyncio.sleep(0)
    await post.put([LETTER])
    assert ([one.state for one in settled], post.in_hand, post.lines) == ([S.WAITING] * 2, 0, 0)
    kept.set()
    await stopping


async def test_what_is_sent_fast_is_claimed_by_the_larger_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("msgcenter_tui.delivery.post.monotonic", lambda: now)
    marks: Any = SimpleNamespace()
    post = Post(Door(0), Means(marks, str, lambda: 0.5, lambda _: None), 4, stopped, lambda: None, unpaced)
    post._closing = True  # nobody sends here: what is put is gone
    at_first = post.most
    for seconds, most in [(5, at_first), (0.02, 200), (0.001, 256), (0.0, 256), (2, at_first)]:
        now += seconds
        await post.put([LETTER] * 20)
        post._letters.clear()
        assert post.room == post.most == most


async def stopped(channel: Channel, why: str, span: timedelta | None) -> None:
    raise AssertionError("nothing is stopped")


# -- lines ------------------------------------------------------------------------------------------------------------


class Door:
    """A transport whose server lets in so many at a time."""

    channel = Channel.EMAIL
    lines = 9
    domain = "x.example"
    per_minute: int | None = None
    known_as = "door"

    def __init__(self, room: int) -> None:
        self.room = room

    def fingerprint(self, salt: str) -> str:
        return salt

    async def open(self) -> Line:
        if self.room <= 0:
            raise Trouble(Reply(Verdict.LINE, "no more", ends_line=True))
        self.room -= 1
        return await SmsTransport(nobody).open()


async def nobody(number: str, text: str, key: str) -> Reply:
    raise AssertionError("nothing is sent")


async def test_lines_grow_while_the_server_takes_letters() -> None:
    lines = Lines(Door(99), 5)
    seen = [lines.allowed]
    for _ in range(5):
        lines.accepted()
        seen.append(lines.allowed)
    assert seen == [2, 3, 4, 5, 5, 5]


async def test_a_server_that_takes_no_more_lines_is_asked_again_much_later() -> None:
    door = Door(3)
    lines = Lines(door, 6)
    for _ in range(9):
        lines.accepted()
    assert [isinstance(await lines.opened(), Reply) for _ in range(3)] == [False] * 3
    assert await lines.opened() is NoLine.FULL
    assert lines.allowed == 3
    assert sum(lines.accepted() for _ in range(100)) == 1
    assert lines.allowed == 4


async def test_too_much_at_once_halves_the_lines() -> None:
    lines = Lines(Door(8), 8)
    for _ in range(9):
        lines.accepted()
    for _ in range(8):
        await lines.opened()
    lines.slower()
    assert lines.allowed == 4


@pytest.mark.parametrize("room", [2, 1], ids=["let in", "kept out"])
async def test_a_line_that_opens_while_the_channel_is_stopped_is_not_used(room: int) -> None:
    class Slow(Door):
        opening = asyncio.Event()

        async def open(self) -> Line:
            await self.opening.wait()
            return await super().open()

    door = Slow(room)
    lines = Lines(door, 4)
    door.opening.set()
    assert not isinstance(await lines.opened(), NoLine)
    door.opening.clear()
    second = asyncio.create_task(lines.opened())
    await asyncio.sleep(0)
    lines.stopped()
    door.opening.set()
    assert await second is NoLine.STOPPED


async def test_a_server_that_refuses_the_account_is_not_asked_by_who_waited_for_a_line(
    sqlite_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:  # hazards 7
    third_waits = asyncio.Event()
    opened, asked, usual = Counter[str](), Counter[str](), Lines.opened

    async def counted(lines: Lines) -> Any:
        asked["lines"] += 1
        if asked["lines"] == 3:
            third_waits.set()
        return await usual(lines)

    class Refusing(SmtpTransport):
        async def open(self) -> Line:
            opened["lines"] += 1
            if opened["lines"] == 1:
                return await super().open()
            await third_waits.wait()
            raise Trouble(Reply(Verdict.ACCOUNT, "535 5.7.8 locked out"))

    monkeypatch.setattr(Lines, "opened", counted)
    sqlite_office.broadcast_to(40)
    async with Scripted() as server:
        by = Refusing(account(server.port), patience=PATIENT)
        sent = (await asyncio.wait_for(sqlite_office.send(by, connections=3), 20)).sent
        assert sent == len(server.received)
    assert opened["lines"] == 2
    assert sqlite_office.states() == {"sent": sent, "waiting": 40 - sent}


# -- what becomes of a letter -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("verdict", [Verdict.LINE, Verdict.ACCOUNT])
async def test_what_is_not_about_the_recipient_costs_them_nothing(office: Office, verdict: Verdict) -> None:
    from tests.center.sending import ME, claimed

    from msgcenter_tui.store import notifiers

    office.broadcast_to(1)
    office.store.run(notifiers.begin, ME, {Channel.EMAIL: str})
    office.store.run(notifiers.close_due, [Channel.EMAIL])
    (letter,) = claimed(office.store, [Channel.EMAIL])
    result = outcome.of(letter, Reply(verdict, "no"), lambda: 0.5, fenced=True)
    assert (result.state, result.after) == (S.WAITING, None)
    stands = outcome.of(letter, replace(Reply(verdict, "no"), over_it=True), lambda: 0.5, fenced=True)
    assert (stands.state, stands.charged) == (S.RETRYING, True)  # else one letter could stop all behind it
