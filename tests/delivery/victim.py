"""A notifier in a process of its own, to be killed: python victim.py STORE PORT AHEAD [POINT TIMES SIGNAL].

Its clock is the machine's, AHEAD seconds on. At the TIMES-th passing of POINT it sends itself SIGNAL; with `full` in
its place, its disk is full from there on. Says when it is at work, and how many it sent.
"""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import UTC, datetime, timedelta

from tests import disk
from tests.delivery.office import account

from msgcenter_tui.delivery.notifier import Notifier
from msgcenter_tui.delivery.smtp import SmtpTransport
from msgcenter_tui.domain import Channel
from msgcenter_tui.store.front import Front
from msgcenter_tui.store.store import open_store


async def main(url: str, port: str, ahead: str, point: str = "", times: str = "1", signal: str = "9") -> None:
    left = int(times)

    def at(name: str) -> None:
        nonlocal left
        if name == point:
            left -= 1
            if not left and signal == "full":
                disk.fill()
            elif not left:
                os.kill(os.getpid(), int(signal))

    store = open_store(url, clock=lambda: datetime.now(UTC) + timedelta(seconds=float(ahead)))
    front = Front(store)
    notifier = Notifier(front, {Channel.EMAIL: SmtpTransport(account(int(port)))}, connections=2, at=at)
    print("at work", flush=True)
    tally = await notifier.once()
    print(tally.sent, flush=True)
    await front.close()
    store.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
