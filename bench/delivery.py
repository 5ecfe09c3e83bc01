"""Messages a second: the notifier from a SQLite ledger, every step durable, beside aiosmtplib with ready bytes.

Both into the same sink, in a process of its own, on as many connections, in one run: python -m bench.delivery [MAILS].
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from aiosmtplib import SMTP
from tests.conftest import Clock
from tests.delivery.office import SENDER, Office
from tests.world import World

from msgcenter_tui.delivery.accounts import Security, SmtpAccount
from msgcenter_tui.delivery.notifier import Notifier
from msgcenter_tui.delivery.smtp import SmtpTransport
from msgcenter_tui.domain import Channel, Policy
from msgcenter_tui.store.front import Front
from msgcenter_tui.store.store import open_store

CONNECTIONS = 8
BODY = "We open on Monday at nine, and there is cake for everybody who comes before ten.\n" * 24  # 2 kB


@contextmanager
def sink(folder: Path) -> Iterator[int]:
    root = Path(__file__).parents[1]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root / "src"), str(root)])}
    command = [sys.executable, "-m", "tests.soak.sink", str(folder / "caught")]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


async def plain(port: int, mails: int) -> float:
    """aiosmtplib alone: nothing remembered, the bytes made before."""
    content = f"From: {SENDER}\r\nSubject: Opening\r\nMessage-ID: <x@y>\r\n\r\n".encode() + BODY.encode()
    left = iter(range(mails))

    async def line() -> None:
        client = SMTP(hostname="127.0.0.1", port=port, start_tls=False, local_hostname="[127.0.0.1]")
        await client.connect()
        for number in left:
            await client.sendmail("office@bright.example", [f"c{number}@mail.example"], content)
        await client.quit()

    began = time.perf_counter()
    await asyncio.gather(*(line() for _ in range(CONNECTIONS)))
    return mails / (time.perf_counter() - began)


async def notifier(port: int, mails: int, folder: Path) -> tuple[float, float]:
    """From the ledger to the sink; the fence committed before each dot, each result before its line goes on."""
    store = open_store(str(folder / "store.db"), policy=Policy(quiet_period=timedelta()))
    office = Office(World(store, Clock()), Clock())
    office.crowd(mails)
    office.broadcast(BODY)
    front = Front(store)
    account = SmtpAccount("127.0.0.1", port, SENDER, Security.NONE, connections=CONNECTIONS)
    began, processor = time.perf_counter(), time.process_time()
    tally = await Notifier(front, {Channel.EMAIL: SmtpTransport(account)}, connections=CONNECTIONS).once()
    took, worked = time.perf_counter() - began, time.process_time() - processor
    assert tally.sent == mails
    await front.close()
    store.close()
    return mails / took, worked / mails


def main(mails: int = 2000) -> None:
    with tempfile.TemporaryDirectory() as name, sink(Path(name)) as port:
        alone = asyncio.run(plain(port, mails))
        ours, worked = asyncio.run(notifier(port, mails, Path(name)))
    print(f"delivery: {mails} mails of {len(BODY)} bytes, {CONNECTIONS} connections, one sink")
    print(f"  aiosmtplib, ready bytes, nothing kept   {alone:7.0f} messages/s  1.00")
    print(f"  the notifier, from the ledger, durable  {ours:7.0f} messages/s  {ours / alone:.2f}")
    print(f"  processor time of the notifier          {worked * 1000:7.2f} ms a message")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
