"""Notifiers as this program starts them: by the configured accounts, or into the demonstration's catchers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from types import MappingProxyType
from typing import NamedTuple
from uuid import uuid4

from msgcenter_tui.cli.accounts import sms_account, smtp_account
from msgcenter_tui.config import Config
from msgcenter_tui.delivery import twilio
from msgcenter_tui.delivery.accounts import SmtpAccount
from msgcenter_tui.delivery.alone import sent_alone
from msgcenter_tui.delivery.notifier import Notifier
from msgcenter_tui.delivery.proofs import Proofs
from msgcenter_tui.delivery.smtp import Patience, SmtpTransport
from msgcenter_tui.delivery.transport import CannotCompose, Reply, Transport, Trouble, Verdict
from msgcenter_tui.domain import Channel, DeliveryId, RunKind, ThreadId
from msgcenter_tui.errors import MessageCenterError, ServerUnavailable
from msgcenter_tui.store.front import Front
from msgcenter_tui.store.letters import Edition, Fenced, Letter, Passage

Transports = Mapping[Channel, Transport]

_LOOK_AT = "look at the account's server, port and password"
_TEST = Patience(connect=15, command=30, dot=60)


class Carriers(NamedTuple):
    """What a notifier sends by."""

    transports: Transports
    missing: Mapping[Channel, str] = MappingProxyType({})
    """Of channels that have an account, but whose password cannot be had: why."""


def configured(config: Config) -> Carriers:
    """For each channel that has an account. Raises ServerUnavailable where no password at all can be had."""
    transports: dict[Channel, Transport] = {}
    missing: dict[Channel, MessageCenterError] = {}
    for channel, made in _channels(config):
        try:
            transports[channel] = made()
        except MessageCenterError as error:  # the other channel works on
            missing[channel] = error
    if missing and not transports:
        raise next(iter(missing.values()))
    return Carriers(transports, {channel: str(error) for channel, error in missing.items()})


def _channels(config: Config) -> Iterator[tuple[Channel, Callable[[], Transport]]]:
    """The channels that have an account, each with what makes its transport."""
    if (smtp := config.smtp) is not None:
        yield Channel.EMAIL, lambda: SmtpTransport(smtp_account(smtp))
    if (sms := config.sms) is not None:
        yield Channel.SMS, lambda: twilio.transport(sms_account(sms))


def proofs(config: Config) -> Proofs:
    """What shows how a letter will read, by the accounts of the configuration; no password is fetched for it."""
    mail = None if config.smtp is None else smtp_account(config.smtp, secret=False)
    if config.sms is None:
        return Proofs(mail)
    return Proofs(mail, how_to_stop=twilio.how_to_stop(sms_account(config.sms, secret=False)))


def most_lines(transports: Transports) -> int:
    """How many lines a notifier may have to one server: each transport keeps to its own number."""
    return max((transport.lines for transport in transports.values()), default=1)


@contextmanager
def caught(folder: Path) -> Iterator[Carriers]:
    """Into the catchers of the demonstration in `folder`, which listen meanwhile."""
    from msgcenter_tui.delivery.catcher import Catcher
    from msgcenter_tui.demo import DemoPlace
    from msgcenter_tui.demo.carrier import transports

    with Catcher(DemoPlace(folder).caught) as catcher:
        yield Carriers(transports(catcher))


class InApp:
    """The notifier inside the app: started anew when the account has changed."""

    def __init__(self, front: Front, config: Config) -> None:
        self._front = front
        self._config = config
        self._trouble = ""
        self._notifier: Notifier | None = None
        self._starting: asyncio.Task[None] | None = None

    @property
    def status(self) -> str:
        """What keeps it from working; empty when all is well."""
        return self._trouble or (self._notifier.status if self._notifier is not None else "")

    def start(self) -> InApp:
        """Run on the present event loop. Fetching a password may take its time: nobody waits for it."""
        self._starting = asyncio.create_task(self._start())
        return self

    async def ready(self) -> None:
        """Wait until it is at work, or it is known why it cannot be."""
        if self._starting is not None:
            await asyncio.gather(self._starting, return_exceptions=True)

    async def stop(self) -> None:
        """Finish what has been handed over, give back the rest, and end. No password is waited for."""
        if self._starting is not None:
            self._starting.cancel()
        await self.ready()
        if self._notifier is not None:
            await self._notifier.stop()
            self._notifier = None

    async def restart(self, config: Config) -> None:
        self._config = config
        await self.stop()
        self.start()

    async def _start(self) -> None:
        transports: dict[Channel, Transport] = {}
        missing: dict[Channel, str] = {}
        self._trouble = ""
        for channel, made in _channels(self._config):
            try:
                transports[channel] = await _aside(made)
            except MessageCenterError as error:  # the other channel works on
                missing[channel] = str(error)
        self._trouble = "; ".join(missing.values())
        connections = most_lines(transports)
        self._notifier = Notifier(self._front, transports, missing=missing, connections=connections).start()


async def _aside(made: Callable[[], Transport]) -> Transport:
    """What is made, in a thread that holds nobody up who quits: a password store may wait for somebody to unlock it."""
    done = Future[Transport]()
    done.set_running_or_notify_cancel()

    def make() -> None:
        try:
            done.set_result(made())
        except BaseException as error:  # noqa: BLE001  whoever waits is told
            done.set_exception(error)

    Thread(target=make, name="account", daemon=True).start()
    return await asyncio.wrap_future(done)


async def try_account(account: SmtpAccount) -> None:
    """Connect, secure and log in, and send nothing. Raises ServerUnavailable with the server's reason."""
    try:
        line = await SmtpTransport(account, patience=_TEST).open()
    except Trouble as trouble:
        raise ServerUnavailable("the mail account cannot be used", trouble.reply.why, _LOOK_AT) from None
    await line.close()


async def send_test(account: SmtpAccount, to: str) -> None:
    """Send one mail to `to` by the account. Raises ServerUnavailable with the server's reason."""
    transport = SmtpTransport(account, patience=_TEST)
    mail = _test_mail(to, f"<test.{uuid4().hex}@{transport.domain}>")
    try:
        line = await transport.open()
        try:
            _accepted(await sent_alone(line, mail))
        finally:
            await line.close()
    except Trouble as trouble:
        raise _failed(trouble.reply) from None
    except CannotCompose as error:
        raise ServerUnavailable("the test mail was not sent", str(error)) from None


def _accepted(reply: Reply) -> None:
    if reply.verdict is not Verdict.ACCEPTED:
        raise _failed(reply)


def _failed(reply: Reply) -> ServerUnavailable:
    return ServerUnavailable("the test mail was not sent", reply.why, _LOOK_AT)


def _test_mail(to: str, message_id: str) -> Fenced:
    now = datetime.now(UTC)
    text = "This mail account works: the Message Center can notify your clients by it."
    edition = Edition(
        channel=Channel.EMAIL,
        kind=RunKind.OTHER,
        thread=ThreadId(""),
        direct=True,
        sender="Message Center",
        subject="Test of your mail account",
        passages=(Passage("Message Center", now, text, None),),
        follows=False,
        locked=False,
    )
    letter = Letter(edition, DeliveryId(""), to, "", None, "", "", 0, kept=False)
    return Fenced(letter, message_id, now)
