"""E-mail by SMTP: kept connections by aiosmtplib, driven phase by phase so that every answer has its meaning.

The library's helpers are not used where they blur what happened: its login tries a wrong password three times, its
data() cannot tell a line lost before the 354 from one lost after the dot (hazards: a timeout there may mean that the
message arrived).
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
from dataclasses import dataclass
from datetime import tzinfo

from aiosmtplib import SMTP, SMTPException, SMTPResponseException
from aiosmtplib.errors import SMTPConnectResponseError

from msgcenter_tui.delivery.accounts import Security, SmtpAccount
from msgcenter_tui.delivery.compose import Press, domain_of, mailable
from msgcenter_tui.delivery.replies import Phase, judge
from msgcenter_tui.delivery.transport import CannotCompose, Line, Reply, Trouble, Verdict
from msgcenter_tui.domain import Channel
from msgcenter_tui.store.letters import Fenced, Letter

# A literal that tells the server nothing about this machine, as mail programs send it; the library's own choice asks
# the name service, which may take many seconds.
_HELLO = "[127.0.0.1]"
_DOTS = re.compile(rb"^\.", re.MULTILINE)
_LINE_ENDS = re.compile(rb"\r\n|\r|\n")

_GO_AHEAD = {Phase.MAIL: 250, Phase.RCPT: 250, Phase.DATA: 354}
_LOST = "the connection to the mail server was lost"


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait for each answer (RFC 5321, 4.5.3.2, shorter where nothing can be sent twice by it)."""

    connect: float = 30
    command: float = 120
    dot: float = 600
    """After the last dot: giving up early is what sends a message twice."""
    goodbye: float = 2


class SmtpTransport:
    """The e-mail channel by one mail account. `tls` replaces the machine's own trust (tests)."""

    channel = Channel.EMAIL

    def __init__(
        self,
        account: SmtpAccount,
        *,
        patience: Patience = Patience(),
        tls: ssl.SSLContext | None = None,
        zone: tzinfo | None = None,
    ) -> None:
        self.account = account
        self.patience = patience
        self.press = Press(account, zone)
        self.lines = max(1, account.connections)
        self.domain = domain_of(account)
        self._tls = tls

    async def open(self) -> Line:
        """Connect, secure, log in. Raises Trouble; a password never goes over a network in the clear."""
        self._refuse_the_unsafe()
        client = SMTP(
            hostname=self.account.host,
            port=self.account.port,
            local_hostname=_HELLO,
            timeout=self.patience.command,
            use_tls=self.account.security is Security.TLS,
            start_tls=False,
            tls_context=await self._trust(),
        )
        try:
            await self._prepare(client)
        except BaseException:
            _abort(client)
            raise
        return SmtpLine(client, self)

    async def _trust(self) -> ssl.SSLContext | None:
        if self._tls is None and self.account.security is not Security.NONE:
            self._tls = await asyncio.to_thread(ssl.create_default_context)
        return self._tls

    def _refuse_the_unsafe(self) -> None:
        account = self.account
        if account.security is not Security.NONE or account.local:
            return
        cure = "set security of [smtp] to starttls or tls, then start again"
        if account.password is not None or account.username:
            raise _trouble(Verdict.ACCOUNT, f"the password would go to {account.host} in the clear; {cure}")
        if not account.force_insecure:
            raise _trouble(Verdict.ACCOUNT, f"mail would go to {account.host} in the clear; {cure}")

    async def _prepare(self, client: SMTP) -> None:
        where = f"{self.account.host}, port {self.account.port}"
        phase = Phase.GREETING
        try:
            await client.connect(timeout=self.patience.connect)
            phase = Phase.HELLO
            await _hello(client)
            if self.account.security is Security.STARTTLS:
                phase = Phase.TLS
                await self._starttls(client)
                await _hello(client)
            if self.account.username:
                phase = Phase.LOGIN
                await self._login(client)
        except SMTPConnectResponseError as error:
            raise Trouble(judge(Phase.GREETING, error.code, error.message)) from None
        except SMTPResponseException as error:
            raise Trouble(judge(phase, error.code, error.message)) from None
        except (SMTPException, OSError) as error:
            raise _explained(error, where) from None

    async def _starttls(self, client: SMTP) -> None:
        if not client.supports_extension("starttls"):
            raise _trouble(
                Verdict.ACCOUNT,
                f"{self.account.host} offers no encryption (STARTTLS), so nothing was sent;"
                " set security of [smtp] to tls if it listens on another port for it, and see that nobody is between",
            )
        await client.starttls(timeout=self.patience.connect)

    async def _login(self, client: SMTP) -> None:
        """One try by the best mechanism both know: every further one counts towards a lock-out."""
        user, password = self.account.username, self.account.password.reveal() if self.account.password else ""
        offered = client.server_auth_methods
        if "plain" in offered:
            await client.auth_plain(user, password)
        elif "login" in offered:
            await client.auth_login(user, password)
        elif "cram-md5" in offered:
            await client.auth_crammd5(user, password)
        else:
            raise _trouble(
                Verdict.ACCOUNT,
                f"{self.account.host} offers no login that is known here;"
                " leave username and password of [smtp] empty if it needs none",
            )


class SmtpLine:
    """One connection; a letter is offered, then handed over or taken back."""

    def __init__(self, client: SMTP, transport: SmtpTransport) -> None:
        self._client = client
        self._transport = transport
        self._patience = transport.patience

    @property
    def alive(self) -> bool:
        return self._client.is_connected

    async def offer(self, letter: Letter) -> Reply | None:
        address, utf8 = mailable(letter.address)
        sender, sender_utf8 = mailable(self._transport.account.sender_address)
        options: list[bytes] = []
        if utf8 or sender_utf8:
            if not self._client.supports_extension("smtputf8"):
                return Reply(Verdict.REFUSED, "the mail server takes no address with such letters before the @")
            options = [b"SMTPUTF8"]
        commands = (
            (Phase.MAIL, (b"MAIL", f"FROM:<{sender}>".encode(), *options)),
            (Phase.RCPT, (b"RCPT", f"TO:<{address}>".encode())),
        )
        for phase, command in commands:
            if refusal := await self._ask(phase, *command):
                return refusal
        return None

    async def _ask(self, phase: Phase, *command: bytes) -> Reply | None:
        """One command before anything is sent: None on success, else what the answer means, the line in order."""
        try:
            answer = await self._client.execute_command(*command, timeout=self._patience.command)
            code, text = answer.code, answer.message
        except SMTPResponseException as error:
            code, text = error.code, error.message
        except ValueError:
            raise CannotCompose("the address is no e-mail address") from None
        except (SMTPException, OSError):
            self.abort()
            return Reply(Verdict.LINE, _LOST, ends_line=True)
        if code == _GO_AHEAD[phase] or (phase is not Phase.DATA and code // 100 == 2):
            return None
        reply = judge(phase, code, text)
        if reply.ends_line:
            self.abort()
        else:
            await self.take_back()
        return reply

    async def hand_over(self, fenced: Fenced) -> Reply:
        content = self._transport.press.wire(fenced)
        try:
            if refusal := await self._ask(Phase.DATA, b"DATA"):
                return refusal
            return await self._dot(content)
        except BaseException:
            self.abort()  # a late answer would be taken for the next letter's
            raise

    async def _dot(self, content: bytes) -> Reply:
        protocol = self._client.protocol
        try:
            if protocol is None:
                raise ConnectionError
            protocol.write(content)
        except (SMTPException, OSError):
            self.abort()
            return Reply(Verdict.LINE, f"{_LOST} before the message was sent", ends_line=True)
        try:
            answer = await protocol.read_response(timeout=self._patience.dot)
            reply = judge(Phase.DOT, answer.code, answer.message)
        except SMTPResponseException as error:
            reply = judge(Phase.DOT, error.code, error.message)
        except TimeoutError:
            reply = Reply(Verdict.UNKNOWN, "the mail server did not answer after the message", ends_line=True)
        except (SMTPException, OSError):
            reply = Reply(Verdict.UNKNOWN, f"{_LOST} before it answered", ends_line=True)
        if reply.ends_line:
            self.abort()
        return reply

    async def take_back(self) -> None:
        try:
            await self._client.rset(timeout=min(self._patience.command, 30))
        except (SMTPException, OSError):
            self.abort()

    async def close(self) -> None:
        with contextlib.suppress(SMTPException, OSError):
            await self._client.quit(timeout=self._patience.goodbye)
        self.abort()

    def abort(self) -> None:
        _abort(self._client)


def dotted(content: bytes) -> bytes:
    """The content as it goes over the line: CRLF ends each line, a dot that begins one is doubled, and the last dot."""
    content = _DOTS.sub(b"..", _LINE_ENDS.sub(b"\r\n", content))
    return content + (b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n")


async def _hello(client: SMTP) -> None:
    try:
        await client.ehlo()
    except SMTPResponseException as error:
        if error.code // 100 != 5 or not client.is_connected:
            raise
        await client.helo()  # a server without extensions


def _abort(client: SMTP) -> None:
    transport = client.transport
    client.close()
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()  # close() alone would still send what is buffered


def _trouble(verdict: Verdict, why: str) -> Trouble:
    return Trouble(Reply(verdict, why, ends_line=True))


def _explained(error: BaseException, where: str) -> Trouble:
    """Why no line could be opened; the causes hold what the library's words leave out."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _trouble(
                Verdict.ACCOUNT,
                f"the certificate of the mail server at {where} is not valid ({cause.verify_message.rstrip('.')}),"
                " so nothing was sent; see that host of [smtp] is the server's own name",
            )
        if isinstance(cause, ssl.SSLError):
            return _trouble(
                Verdict.ACCOUNT,
                f"the mail server at {where} and this program agree on no encryption, so nothing was sent;"
                " see that port and security of [smtp] belong together",
            )
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, TimeoutError):
        return _trouble(Verdict.LINE, f"the mail server at {where} does not answer")
    return _trouble(Verdict.LINE, f"the mail server at {where} cannot be reached")
