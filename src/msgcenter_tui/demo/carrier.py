"""The real notifier at work inside the story: it delivers to the catchers, once, whenever the story lets it."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from contextlib import contextmanager

from msgcenter_tui.delivery.accounts import Security, SmtpAccount
from msgcenter_tui.delivery.catcher import Catcher
from msgcenter_tui.delivery.notifier import Notifier
from msgcenter_tui.delivery.smtp import SmtpTransport
from msgcenter_tui.delivery.transport import Transport
from msgcenter_tui.domain import Channel
from msgcenter_tui.store.front import Front
from msgcenter_tui.store.store import Store

LINES = 16
"""At once: the more lines, the more fences and results share a commit."""

SENDER = "Bright Beginnings <hello@brightbeginnings.example>"


def transports(catcher: Catcher, *, connections: int = 4) -> dict[Channel, Transport]:
    """Both channels into a catcher that was started."""
    return {Channel.EMAIL: SmtpTransport(catcher.account(SENDER, connections=connections)), Channel.SMS: catcher.sms()}


class Carrier:
    """Notifies synchronously, for a store whose clock stands still meanwhile. To be closed."""

    def __init__(self, store: Store, catcher: Catcher) -> None:
        self._runner = asyncio.Runner()
        self._front = Front(store)
        self._transports = transports(catcher, connections=LINES)
        self._numbers = itertools.count(1)

    def notify(self) -> None:
        """Start a notifier, let it send what is due, and end it."""
        self._runner.run(self._once())

    async def _once(self) -> None:
        notifier = Notifier(self._front, self._transports, connections=LINES, ids=self._id, random=lambda: 0.5)
        await notifier.once()

    def _id(self) -> str:
        return f"story-{next(self._numbers):06d}"

    @contextmanager
    def silence(self) -> Iterator[None]:
        """While it lasts the mail server takes a mail to its last dot, and then hangs up without an answer (N8)."""
        server = self._runner.run(_silent_server())
        port = server.sockets[0].getsockname()[1]
        usual = self._transports
        account = SmtpAccount("127.0.0.1", port, SENDER, Security.NONE)
        self._transports = {**usual, Channel.EMAIL: SmtpTransport(account)}
        try:
            yield
        finally:
            self._transports = usual
            self._runner.run(_closed(server))

    def close(self) -> None:
        self._runner.run(self._front.close())
        self._runner.close()


async def _silent_server() -> asyncio.Server:
    return await asyncio.start_server(_take_and_hang_up, "127.0.0.1", 0)


async def _closed(server: asyncio.Server) -> None:
    server.close()
    await server.wait_closed()


async def _take_and_hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        writer.write(b"220 silent.invalid\r\n")
        while (line := await reader.readline()) and not line.upper().startswith(b"DATA"):
            writer.write(b"250 ok\r\n")
        writer.write(b"354 go on\r\n")
        await reader.readuntil(b"\r\n.\r\n")
    except asyncio.IncompleteReadError:
        pass  # the other side was faster
    finally:
        writer.close()
