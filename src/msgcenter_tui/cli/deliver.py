"""`msgcenter deliver`: the notifier without screens, and how the ledger stands."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections import Counter
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import asdict
from time import monotonic

from msgcenter_tui.center import deliveries
from msgcenter_tui.cli import logs
from msgcenter_tui.cli.notifying import Transports, caught, configured, most_lines
from msgcenter_tui.cli.output import Answer, Paper, iso, local
from msgcenter_tui.cli.session import Session
from msgcenter_tui.delivery.notifier import Notifier, Tally
from msgcenter_tui.domain import LedgerStatus
from msgcenter_tui.errors import BadConfig
from msgcenter_tui.store import channels
from msgcenter_tui.store.front import Front

_EVERY = 1.0
"""Seconds between two lines of progress, at least."""
_POLL = 0.5
_LOOK = 20.0


def deliver(session: Session) -> Answer:
    args = session.args
    if args.status:
        return _status(session.run(deliveries.status, everything=True))
    logs.to_stream(_ToStandardError())
    with _transports(session) as transports:
        if not transports and not args.once:
            what = f"{session.config.path}: smtp.host is missing"
            raise BadConfig(what, "nothing can be sent without an account", "add [smtp] or [sms] to the file")
        tally = asyncio.run(_run(session, transports))
    stopped = session.store.run(channels.stopped)

    def text(paper: Paper) -> None:
        paper.say(_words(tally))
        for channel, why in stopped:
            paper.say(f"{channel.value}: {why}", "warn")

    return Answer(asdict(tally), text)


def _transports(session: Session) -> AbstractContextManager[Transports]:
    demonstration = session.demonstration
    return nullcontext(configured(session.config)) if demonstration is None else caught(demonstration)


async def _run(session: Session, transports: Transports) -> Tally:
    """Notify until nothing is due, or until a signal says to stop; then what is in flight is finished."""
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    front = Front(session.store)
    work = _Work(front, transports, session)
    try:
        if session.args.once:
            return await work.once(stopping)
        if not session.json:
            print("notifying; ctrl+c ends it", flush=True)
        if session.args.now:
            return await work.at_once(stopping)
        return await work.until(stopping)
    finally:
        await front.close()


class _Work:
    """The ways to notify."""

    def __init__(self, front: Front, transports: Transports, session: Session) -> None:
        self._front = front
        self._transports = transports
        self._connections = most_lines(transports)
        self._now: bool = session.args.now
        self._progress = _Progress(quiet=session.json)

    def _notifier(self) -> Notifier:
        return Notifier(self._front, self._transports, connections=self._connections, listen=self._progress.hear)

    async def until(self, stopping: asyncio.Event) -> Tally:
        notifier = self._notifier().start()
        await stopping.wait()
        await notifier.stop()
        return notifier.tally

    async def once(self, stopping: asyncio.Event) -> Tally:
        notifier = self._notifier()
        work = asyncio.create_task(notifier.once(now=self._now))
        told = asyncio.create_task(stopping.wait())
        await asyncio.wait({work, told}, return_when=asyncio.FIRST_COMPLETED)
        told.cancel()
        if not work.done():
            await notifier.stop()
        return await work

    async def at_once(self, stopping: asyncio.Event) -> Tally:
        """Until stopped, and nothing waits for its quiet period."""
        done: Counter[str] = Counter()
        while not stopping.is_set():
            token = await self._front.changed()
            done.update(asdict(await self.once(stopping)))
            until = monotonic() + _LOOK
            while not stopping.is_set() and monotonic() < until and await self._front.changed() == token:
                with suppress(TimeoutError):
                    await asyncio.wait_for(stopping.wait(), _POLL)
        return Tally(**done)


class _Progress:
    """Says how far it is, now and then: what was sent, to whoever watches or keeps the log."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._last = -_EVERY

    def hear(self, tally: Tally) -> None:
        if self._quiet or monotonic() - self._last < _EVERY:
            return
        self._last = monotonic()
        try:
            print(_words(tally), flush=True)
        except BrokenPipeError:
            self._quiet = True  # nobody watches any more; the work goes on


class _ToStandardError(logging.Handler):
    """Writes to what standard error is by then."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)

    def emit(self, record: logging.LogRecord) -> None:
        print(self.format(record), file=sys.stderr, flush=True)


def _words(tally: Tally) -> str:
    parts = [f"{number:,} {name.replace('_', ' ')}" for name, number in asdict(tally).items() if number]
    return ", ".join(parts) or "nothing was due"


def _status(status: LedgerStatus) -> Answer:
    figures = {
        "waiting": status.waiting,
        "due": status.due,
        "sending": status.sending,
        "retrying": status.retrying,
        "unknown": status.unknown,
        "held": status.held,
        "failed": status.failed,
    }
    paused = [{"channel": channel.value, "why": why} for channel, why in status.paused]

    def text(paper: Paper) -> None:
        paper.facts((name, f"{number:,}") for name, number in figures.items())
        if status.next_at is not None:
            paper.facts((("next", local(status.next_at)),))
        for channel, why in status.paused:
            paper.say(f"{channel.value}: {why}", "warn")

    return Answer({**figures, "paused": paused, "next_at": iso(status.next_at)}, text)
