"""The demonstration's catchers: a mail server on a free port of this machine, and an SMS provider that is a file.

What they receive is kept in a folder, readable by any mail program, and found again at the next start. Addresses
whose local part begins with "refused" are refused for good, those with "later" the first time, so that the
demonstration can show what becomes of such notifications through a server's real reply.
"""

from __future__ import annotations

import asyncio
import contextlib
import email
import itertools
import json
import os
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email import policy
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, cast

from msgcenter_tui.delivery.accounts import Security, SmtpAccount
from msgcenter_tui.delivery.sms import SmsTransport
from msgcenter_tui.delivery.transport import Reply, Verdict
from msgcenter_tui.domain import CaughtMail, CaughtText

if TYPE_CHECKING:
    from aiosmtpd.smtp import SMTP, Envelope, Session

_HOST = "127.0.0.1"
_ENVELOPE = b"Delivered-To: "
_READY = 10.0
_BIGGEST = 4 * 1024 * 1024  # a notification of the longest messages in the widest encoding stays below


def _now() -> datetime:
    return datetime.now(UTC)


class Catcher:
    """Catches mail and SMS into `folder`, which is made with access for its owner only.

    What was caught can be read without starting it.
    """

    def __init__(self, folder: Path, *, clock: Callable[[], datetime] = _now) -> None:
        self.folder = folder
        self.port = 0
        """The port that mail is taken on, once started."""
        self._clock = clock
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._numbers = itertools.count()
        for part in (self._mail, self._sms.parent):
            part.mkdir(mode=0o700, parents=True, exist_ok=True)

    @property
    def _mail(self) -> Path:
        return self.folder / "mail"

    @property
    def _sms(self) -> Path:
        return self.folder / "sms.jsonl"

    # -- running ------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Listen, in a thread of its own, until `stop`. Does nothing where it listens already."""
        if self._thread is not None:
            return
        # Named as TCP: of a socket without a protocol asyncio leaves Nagle's delay on, 40 ms an answer.
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.bind((_HOST, 0))
        self.port = listening.getsockname()[1]
        ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(listening, ready), name="catcher", daemon=True)
        self._thread.start()
        if not ready.wait(_READY):
            raise TimeoutError("the mail catcher did not start")

    def stop(self) -> None:
        """Take no more, and end."""
        if self._thread is None or self._loop is None:
            return
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_READY)
        self._thread = self._loop = None

    def __enter__(self) -> Catcher:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _serve(self, listening: socket.socket, ready: threading.Event) -> None:
        from aiosmtpd.smtp import SMTP

        loop = self._loop = asyncio.new_event_loop()
        handler = _Handler(self)

        def session() -> SMTP:
            return SMTP(handler, hostname="catcher.invalid", enable_SMTPUTF8=True, data_size_limit=_BIGGEST, loop=loop)

        server = loop.run_until_complete(loop.create_server(session, sock=listening))
        loop.call_soon(ready.set)
        try:
            loop.run_forever()
        finally:
            server.close()
            for task in asyncio.all_tasks(loop):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    loop.run_until_complete(task)
            loop.run_until_complete(server.wait_closed())
            loop.close()

    def account(self, sender: str, *, connections: int = 4) -> SmtpAccount:
        """The mail account to reach this catcher by, once it is started."""
        return SmtpAccount(_HOST, self.port, sender, Security.NONE, connections=connections)

    def sms(self) -> SmsTransport:
        """The SMS channel into this catcher; it needs no start."""
        return SmsTransport(self._hand)

    # -- catching -----------------------------------------------------------------------------------------------------

    def keep_mail(self, to: str, content: bytes) -> None:
        """Keep a mail: whole or not at all, on the disk before the server says that it has it."""
        stamp = int(self._clock().timestamp() * 1_000_000)
        name = f"{stamp:018d}.{next(self._numbers):06d}.{os.getpid()}.eml"
        partial = self._mail / f".{name}"
        _write(partial, _ENVELOPE + to.encode("utf-8", "surrogateescape") + b"\r\n" + content)
        partial.rename(self._mail / name)

    async def _hand(self, number: str, text: str, key: str) -> Reply:
        line = json.dumps({"at": self._clock().isoformat(), "to": number, "body": text, "key": key}) + "\n"
        await asyncio.to_thread(_write, self._sms, line.encode())
        return Reply(Verdict.ACCEPTED, "the catcher has it")

    # -- reading ------------------------------------------------------------------------------------------------------

    def mails(self, limit: int = 200) -> tuple[CaughtMail, ...]:
        """The newest mails, newest first."""
        names = sorted((path for path in self._mail.glob("[0-9]*.eml")), reverse=True)
        return tuple(_read_mail(path) for path in names[:limit])

    def texts(self, limit: int = 200) -> tuple[CaughtText, ...]:
        """The newest texts, newest first."""
        try:
            lines = self._sms.read_text("utf-8").splitlines()
        except FileNotFoundError:
            return ()
        found = (json.loads(line) for line in reversed(lines[-limit:]))
        return tuple(CaughtText(datetime.fromisoformat(one["at"]), one["to"], one["body"]) for one in found)

    def clear(self) -> None:
        """Throw away what was caught."""
        for path in self._mail.glob("*.eml"):
            path.unlink(missing_ok=True)
        self._sms.unlink(missing_ok=True)


class _Handler:
    """Answers aiosmtpd's questions."""

    def __init__(self, catcher: Catcher) -> None:
        self._catcher = catcher
        self._seen: set[str] = set()
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="catcher-disk")

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("refused"):
            return "550 5.1.1 No such mailbox here"
        if address.startswith("later") and address not in self._seen:
            self._seen.add(address)
            return "451 4.2.0 Not now, please try again later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Recipient ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = cast(bytes, envelope.original_content or envelope.content)
        loop = asyncio.get_running_loop()
        for to in envelope.rcpt_tos:
            await loop.run_in_executor(self._disk, self._catcher.keep_mail, to, content)
        return "250 2.0.0 Caught"


def _write(path: Path, content: bytes) -> None:
    """Append to a file that only its owner may read, through to the disk."""
    with os.fdopen(os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


@lru_cache(maxsize=1000)
def _read_mail(path: Path) -> CaughtMail:
    """A file once written never changes."""
    envelope, _, raw = path.read_bytes().partition(b"\r\n")
    message = email.message_from_bytes(raw, policy=policy.default)
    text = message.get_body(("plain",))
    return CaughtMail(
        at=datetime.fromtimestamp(int(path.name.split(".", 1)[0]) / 1_000_000, UTC),
        sender=str(message["From"] or ""),
        to=envelope.removeprefix(_ENVELOPE).decode("utf-8", "replace"),
        subject=str(message["Subject"] or ""),
        body=str(text.get_content()).replace("\r\n", "\n") if text is not None else "",
        headers=tuple((name, str(value)) for name, value in message.items()),
    )
