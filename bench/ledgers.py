"""Stores to be measured: a practice, its clients, and a broadcast that is due, made by sets in a second or two."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

from tests.conftest import Clock
from tests.delivery.office import Office, account
from tests.delivery.scripted import Scripted
from tests.world import World

from msgcenter_tui.delivery.notifier import Notifier
from msgcenter_tui.delivery.smtp import SmtpTransport
from msgcenter_tui.domain import Channel, Policy
from msgcenter_tui.store.front import Front
from msgcenter_tui.store.store import Store, open_store

BODY = "We open on Monday at nine, and there is cake for everybody who comes before ten.\n" * 6
"""As a mail, with its headers and in both forms, 2.1 kB."""

AT_ONCE = Policy(quiet_period=timedelta())


def office_of(url: str) -> Office:
    """A practice in a new store; what it sends leaves at once."""
    clock = Clock()  # nothing here turns it: the store goes by the machine's
    return Office(World(open_store(url, policy=AT_ONCE), clock), clock)


def due(path: Path, mails: int) -> Path:
    """A store with so many mails that are due."""
    office = office_of(str(path))
    office.crowd(mails)
    office.broadcast(BODY)
    office.store.close()
    return path


def one_mail(path: Path) -> bytes:
    """One of the mails of such a ledger, as it is sent: for the peers to send the very same."""
    store: Store = open_store(str(due(path, 1)))

    async def caught() -> bytes:
        front = Front(store)
        async with Scripted() as server:
            await Notifier(front, {Channel.EMAIL: SmtpTransport(account(server.port))}).once()
        await front.close()
        return server.mails[0].content

    try:
        return asyncio.run(caught())
    finally:
        store.close()
