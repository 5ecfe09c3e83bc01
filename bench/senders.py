"""Who is compared with whom, each in a process of its own: python -m bench.senders NAME PORT CONNECTIONS WHAT MAILS.

WHAT is the file of a store for the notifier, of one mail for the others.
"""

from __future__ import annotations

import asyncio
import importlib.util
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from aiosmtplib import SMTP
from bench.apart import Figures, Watch
from bench.sinks import SMTP_SOURCE
from tests.delivery.office import account

from msgcenter_tui.delivery.notifier import Notifier
from msgcenter_tui.delivery.smtp import SmtpTransport
from msgcenter_tui.domain import Channel
from msgcenter_tui.store import clerk
from msgcenter_tui.store.clerk import Clerk
from msgcenter_tui.store.front import Front
from msgcenter_tui.store.store import Store, open_store

SENDER = "office@bright.example"


def notifier(port: int, connections: int, what: Path, mails: int) -> Figures:
    """From the ledger, as `msgcenter deliver` does: every fence and every result is durable before the next step."""

    async def send(keeper: Clerk | None) -> Figures:
        store = open_store(str(what))
        front = Front(store, keeper)
        by = SmtpTransport(account(port, connections=connections))
        watch = Watch(() if keeper is None else (keeper.process,))
        tally = await Notifier(front, {Channel.EMAIL: by}, connections=connections).once()
        figures = watch.figures(tally.sent)
        await front.close()
        store.close()
        return figures

    with clerk.hired(str(what), lambda: Store(str(what))) as keeper:
        return asyncio.run(send(keeper))


def aiosmtplib(port: int, connections: int, what: Path, mails: int) -> Figures:
    """One command at a time, ready bytes, connections kept, nothing remembered."""
    content = what.read_bytes()
    left = iter(range(mails))

    async def line() -> None:
        client = SMTP(hostname="127.0.0.1", port=port, start_tls=False, local_hostname="[127.0.0.1]")
        await client.connect()
        for number in left:
            await client.sendmail(SENDER, [f"client.{number}@mail.example"], content)
        await client.quit()

    async def send() -> Figures:
        watch = Watch()
        await asyncio.gather(*(line() for _ in range(connections)))
        return watch.figures(mails)

    return asyncio.run(send())


def django(port: int, connections: int, what: Path, mails: int) -> Figures:
    """Its backend keeps one connection for all messages of a call; it has no way to use several."""
    from django.conf import settings

    settings.configure(EMAIL_HOST="127.0.0.1", EMAIL_PORT=port, DEFAULT_CHARSET="utf-8", USE_I18N=False)
    from django.core.mail import EmailMessage, get_connection

    body = what.read_text("utf-8").partition("\n\n")[2]
    watch = Watch()
    made = [EmailMessage("Opening", body, SENDER, [f"client.{n}@mail.example"]) for n in range(mails)]
    sent = get_connection("django.core.mail.backends.smtp.EmailBackend").send_messages(made)
    return watch.figures(sent or 0)


def smtp_source(port: int, mails: int, size: int, connections: int) -> Figures:
    """Postfix's own load generator, written in C: connections kept, one command at a time, nothing remembered."""
    assert SMTP_SOURCE is not None
    command = [SMTP_SOURCE, "-d", "-s", connections, "-m", mails, "-l", size, "-f", "a@b.example", "-t", "c@d.example"]
    began = time.perf_counter()
    subprocess.run([*map(str, command), f"127.0.0.1:{port}"], check=True)
    return Figures(mails, time.perf_counter() - began)


SENDERS: dict[str, Callable[[int, int, Path, int], Figures]] = {
    "notifier": notifier,
    "aiosmtplib": aiosmtplib,
    "django": django,
}


def has_django() -> bool:
    return importlib.util.find_spec("django") is not None


if __name__ == "__main__":
    name, port, connections, what, mails = sys.argv[1:]
    SENDERS[name](int(port), int(connections), Path(what), int(mails)).tell()
