"""A notifier in a process of its own, to be killed: python victim.py STORE PORT AHEAD [POINT TIMES SIGNAL].

Its clock is the machine's, AHEAD seconds on. At the TIMES-th passing of POINT it sends itself SIGNAL; with `full` in
its place, its disk is full from there on. Says when it is at work, and how many it sent.

Its ledger is kept by a clerk, as that of `msgcenter deliver` is, but where its own disk is to be full.
"""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

from tests import disk
from tests.delivery.office import account

from msgcenter_tui.delivery.notifier import Notifier
from msgcenter_tui.delivery.smtp import SmtpTransport
from msgcenter_tui.domain import Channel
from msgcenter_tui.store import clerk
from msgcenter_tui.store.clerk import Clerk
from msgcenter_tui.store.front import Front
from msgcenter_tui.store.store import Store


def main(url: str, port: str, ahead: str, point: str = "", times: str = "1", signal: str = "9") -> None:
    def opened() -> Store:
        return Store(url, clock=lambda: datetime.now(UTC) + timedelta(seconds=float(ahead)))

    with nullcontext() if signal == "full" else clerk.hired(url, opened) as keeper:
        asyncio.run(work(opened(), keeper, port, point, times, signal))


async def work(store: Store, keeper: Clerk | None, port: str, point: str, times: str, signal: str) -> None:
    left = int(times)

    def at(name: str) -> None:
        nonlocal left
        if name == point:
            left -= 1
            if not left and signal == "full":
                disk.fill()
            elif not left:
                os.kill(os.getpid(), int(signal))

    store.migrate()
    front = Front(store, keeper)
    notifier = Notifier(front, {Channel.EMAIL: SmtpTransport(account(int(port)))}, connections=2, at=at)
    print("at work", flush=True)
    tally = await notifier.once()
    print(tally.sent, flush=True)
    await front.close()
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
