"""`msgcenter deliver`: the notifier without screens, and how the ledger stands."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import asdict
from datetime import datetime
from functools import partial
from time import monotonic

from msgcenter_tui.center import deliveries
from msgcenter_tui.cli import ending, logs, progress
from msgcenter_tui.cli.notifying import Carriers, caught, configured, most_lines
from msgcenter_tui.cli.output import Answer, Paper, iso, local
from msgcenter_tui.cli.progress import Watcher
from msgcenter_tui.cli.session import Session
from msgcenter_tui.delivery.notifier import Notifier
from msgcenter_tui.delivery.tally import Tally
from msgcenter_tui.domain import DeliveryState, LedgerStatus, Reason
from msgcenter_tui.errors import BadConfig, StoreUnavailable
from msgcenter_tui.rules.waiting import CHANNEL_WORDS
from msgcenter_tui.store import clerk, ledger_views
from msgcenter_tui.store.clerk import Clerk
from msgcenter_tui.store.front import Front
from msgcenter_tui.store.store import Store

log = logging.getLogger(__name__)

_TOLD = 5
"""So many reasons of what failed are told, the most frequent."""
_POLL = 0.5
_LOOK = 20.0
_AFTER_TROUBLE = 2.0


def deliver(session: Session) -> Answer:
    args = session.args
    if args.status:
        failed = session.run(deliveries.reasons, state=DeliveryState.FAILED, everything=True, limit=_TOLD)
        return _status(session.run(deliveries.status, everything=True), failed)
    config = session.config
    gc.freeze()  # what is loaded by now stays: going through it would also make each process's copy of it its own
    keeping = clerk.hired(config.database, lambda: Store(config.database, policy=config.policy))
    # The clerk first: it is not forked off beside a thread, such as that which says the warnings.
    with keeping as keeper, progress.warnings() as warn, logs.told(warn):
        session.warned = warn
        with _carriers(session) as carriers:
            if not carriers.transports and not args.once:
                what = f"{config.path}: smtp.host is missing"
                raise BadConfig(what, "nothing can be sent without an account", "add [smtp] or [sms] to the file")
            for channel, why in carriers.missing.items():
                log.warning("%s is not sent: %s", CHANNEL_WORDS[channel], why)
            tally, stopped = asyncio.run(_run(session, carriers, keeper))
    status = session.store.run(ledger_views.status, None)

    def text(paper: Paper) -> None:
        nothing = f"nothing has left, {status.waiting:,} waiting" if status.waiting else "nothing was due"
        paper.say(progress.words(asdict(tally)) or nothing)
        _say_paused(paper, status)

    return Answer(asdict(tally), text, ending=stopped)


def _carriers(session: Session) -> AbstractContextManager[Carriers]:
    demonstration = session.demonstration
    return nullcontext(configured(session.config)) if demonstration is None else caught(demonstration)


async def _run(session: Session, carriers: Carriers, keeper: Clerk | None) -> tuple[Tally, bool]:
    """Notify until nothing is due, or until a signal says to stop; then what is in flight is finished.

    Gives also whether it was told to stop.
    """
    stopping = asyncio.Event()
    front = Front(session.store, keeper)
    watcher = progress.watcher(quiet=session.json)

    def stop() -> None:
        if not stopping.is_set():
            stopping.set()
            watcher.say("stopping: what is in flight is finished first")

    ending.heed(asyncio.get_running_loop(), stop)
    work = _Work(front, carriers, session, watcher)
    status = partial(front.run, ledger_views.status, None)
    looking = asyncio.create_task(progress.look(watcher, status, everything=session.args.now))
    try:
        if session.args.once:
            tally = await work.once(stopping)
        else:
            watcher.say("notifying; ctrl+c ends it")
            tally = await (work.at_once(stopping) if session.args.now else work.until(stopping))
        return tally, stopping.is_set()
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
        watcher.close()
        await front.close()


class _Work:
    """The ways to notify."""

    def __init__(self, front: Front, carriers: Carriers, session: Session, watcher: Watcher) -> None:
        self._front = front
        self._carriers = carriers
        self._connections = most_lines(carriers.transports)
        self._now: bool = session.args.now
        self._watcher = watcher

    def _notifier(self) -> Notifier:
        return Notifier(
            self._front,
            self._carriers.transports,
            missing=self._carriers.missing,
            connections=self._connections,
            listen=self._watcher.hear,
        )

    async def until(self, stopping: asyncio.Event) -> Tally:
        notifier = self._notifier().start()
        await stopping.wait()
        await notifier.stop()
        return notifier.tally

    async def once(self, stopping: asyncio.Event) -> Tally:
        return await self._to_the_end(self._notifier(), stopping)

    async def _to_the_end(self, notifier: Notifier, stopping: asyncio.Event) -> Tally:
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
            notifier = self._notifier()
            try:
                token = await self._front.changed()
                await self._to_the_end(notifier, stopping)
                until = monotonic() + _LOOK
                while not stopping.is_set() and monotonic() < until and await self._front.changed() == token:
                    await _rest(stopping, _POLL)
            except StoreUnavailable as error:
                log.warning("the notifier waits: %s", error)
                await _rest(stopping, _AFTER_TROUBLE)
            done.update(asdict(notifier.tally))
        return Tally(**done)


async def _rest(stopping: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stopping.wait(), seconds)


def _status(status: LedgerStatus, reasons: Sequence[Reason]) -> Answer:
    figures = {
        "waiting": status.waiting,
        "due": status.due,
        "sending": status.sending,
        "retrying": status.retrying,
        "unknown": status.unknown,
        "held": status.held,
        "failed": status.failed,
    }
    paused = [
        {"channel": channel.value, "why": why, "until": iso(status.until.get(channel))}
        for channel, why in status.paused
    ]

    def text(paper: Paper) -> None:
        paper.facts((name, f"{number:,}") for name, number in figures.items())
        if status.next_at is not None:
            paper.facts((("next", local(status.next_at)),))
        for reason in reasons:
            paper.say(f"{reason.count:,} failed: {reason.words or 'nothing was said'}", "bad", indent="  ")
        _say_paused(paper, status)

    failed = [{"why": reason.words, "count": reason.count} for reason in reasons]
    return Answer({**figures, "reasons": failed, "paused": paused, "next_at": iso(status.next_at)}, text)


def _say_paused(paper: Paper, status: LedgerStatus) -> None:
    for channel, why in status.paused:
        paper.say(f"{channel.value}: {why}{_tried(status.until.get(channel))}", "warn")


def _tried(until: datetime | None) -> str:
    return "" if until is None else f" (tries again at {until.astimezone():%H:%M:%S})"
