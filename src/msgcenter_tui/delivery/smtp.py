"""E-mail by SMTP: aiosmtplib connects, secures and logs in; the letters go phase by phase on the same connection.

The library's helpers are not used where they blur what happened: its login tries a wrong password three times, its
data() cannot tell a line lost before the 354 from one lost after the dot (a timeout there may mean that the message
arrived). Where the server offers PIPELINING (RFC 2920), the body of a letter and the envelope of the next go out in
one piece: a round trip a letter instead of four.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from dataclasses import dataclass
from datetime import tzinfo

from aiosmtplib import SMTP, SMTPException, SMTPResponseException
from aiosmtplib.errors import SMTPConnectResponseError

from msgcenter_tui.delivery.accounts import Security, SmtpAccount, fingerprint
from msgcenter_tui.delivery.compose import Press, domain_of, mailable
from msgcenter_tui.delivery.replies import Phase, judge
from msgcenter_tui.delivery.transport import CannotCompose, Line, Reply, Trouble, Verdict
from msgcenter_tui.delivery.wire import Said, Wire
from msgcenter_tui.domain import Channel
from msgcenter_tui.store.letters import Fenced, Letter

# A literal that tells the server nothing about this machine, as mail programs send it; the library's own choice asks
# the name service, which may take many seconds.
_HELLO = "[127.0.0.1]"
_DATA = b"DATA\r\n"
_USUAL = {Phase.MAIL: b"250 ", Phase.RCPT: b"250 ", Phase.DATA: b"354 ", Phase.DOT: b"250 "}
"""How the usual answer begins: nothing more has to be read of it."""
ACCEPTED = Reply(Verdict.ACCEPTED)
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
        self.lines = max(1, account.connections)
        self.per_minute = account.per_minute
        self.domain = domain_of(account)
        self.press = Press(account, zone)
        self._tls = tls

    def fingerprint(self, salt: str) -> str:
        account = self.account
        facts = account.host, account.port, account.security, account.username, account.sender
        return fingerprint(salt, *facts, secret=account.password)

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
        return SmtpLine(_taken_over(client), self, frozenset(client.esmtp_extensions))

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
    """One connection. Commands are collected and go out in one piece before an answer is waited for."""

    def __init__(self, wire: Wire, transport: SmtpTransport, extensions: frozenset[str]) -> None:
        self._wire = wire
        self._press = transport.press
        self._sender, self._sender_utf8 = mailable(transport.account.sender_address)
        self._patience = transport.patience
        self._smtputf8 = "smtputf8" in extensions
        self.pipelines = "pipelining" in extensions
        self._out: list[bytes] = []
        self._offer: tuple[bytes, bytes] | None = None
        """MAIL and RCPT, where they go one after the other."""
        self._refusal: Reply | None = None
        self._content = b""

    @property
    def alive(self) -> bool:
        return self._wire.alive

    def offer(self, letter: Letter) -> None:
        address, option = self._named(letter)
        mail, rcpt = f"MAIL FROM:<{self._sender}>{option}\r\n".encode(), f"RCPT TO:<{address}>\r\n".encode()
        if self.pipelines:
            self._out += (mail, rcpt, _DATA)
        else:
            self._offer = mail, rcpt

    def _named(self, letter: Letter) -> tuple[str, str]:
        """The address, and what MAIL needs for it."""
        address, utf8 = mailable(letter.address)
        if not (utf8 or self._sender_utf8):
            return address, ""
        if not self._smtputf8:
            raise CannotCompose("the mail server takes no address with such letters before the @")
        return address, " SMTPUTF8"

    async def offered(self) -> Reply | None:
        if self.pipelines:
            return await self._offered_ahead()
        assert self._offer is not None
        for phase, command in zip((Phase.MAIL, Phase.RCPT), self._offer, strict=True):
            self._out.append(command)
            if refusal := await self._asked(phase):
                if not refusal.ends_line:
                    await self.take_back()
                return refusal
        return None

    async def _offered_ahead(self) -> Reply | None:
        """All three are answered, whatever the first one says (RFC 2920, 3.1)."""
        refusal: Reply | None = None
        for phase in (Phase.MAIL, Phase.RCPT, Phase.DATA):
            found = await self._asked(phase)
            if found is not None and found.ends_line:
                return refusal or found
            refusal = refusal or found
            if phase is Phase.DATA and refusal is not None and found is None:
                await self._nothing_to_send()
        return refusal

    async def _nothing_to_send(self) -> None:
        """The server waits for a mail to nobody: it gets an empty one, which it has nobody to give to (RFC 2920)."""
        self._out.append(b".\r\n")
        try:
            await self._said(self._patience.command)
        except (OSError, TimeoutError):
            self.abort()

    async def _asked(self, phase: Phase) -> Reply | None:
        """What the server says to a command before anything is sent: None on success."""
        try:
            raw = await self._said(self._patience.command)
        except (OSError, TimeoutError):
            self.abort()
            return Reply(Verdict.LINE, _LOST, over_it=phase is Phase.DATA, ends_line=True)
        if raw.startswith(_USUAL[phase]):
            return None
        code, text = Said.of(raw)
        if code == 354 if phase is Phase.DATA else code // 100 == 2:
            return None
        reply = judge(phase, code, text)
        if reply.ends_line:
            self.abort()
        return reply

    async def _said(self, patience: float) -> bytes:
        if self._out:
            self._flush()
        return self._wire.said() or await self._wire.reply(patience)

    def _flush(self) -> None:
        if self._out:
            self._wire.write(b"".join(self._out))
            self._out.clear()

    def written(self, fenced: Fenced) -> bytes:
        return self._press.wire(fenced)

    def hand_over(self, written: bytes) -> None:
        if self.pipelines:
            self._out.append(written)
        else:
            self._content = written

    async def answer(self) -> Reply:
        try:
            if not self.pipelines:
                self._out.append(_DATA)
                if refusal := await self._asked(Phase.DATA):
                    if not refusal.ends_line:
                        await self.take_back()
                    return refusal
                self._out.append(self._content)
            return await self._dot()
        except BaseException:
            self.abort()  # a late answer would be taken for the next letter's
            raise

    async def _dot(self) -> Reply:
        try:
            self._flush()
        except OSError:
            return Reply(Verdict.LINE, f"{_LOST} before the message was sent", ends_line=True)
        try:
            raw = await self._said(self._patience.dot)
            if raw.startswith(_USUAL[Phase.DOT]):
                return ACCEPTED
            reply = judge(Phase.DOT, *Said.of(raw))
        except TimeoutError:
            reply = Reply(Verdict.UNKNOWN, "the mail server did not answer after the message", ends_line=True)
        except OSError:
            reply = Reply(Verdict.UNKNOWN, f"{_LOST} before it answered", ends_line=True)
        if reply.ends_line:
            self.abort()
        return reply

    async def take_back(self) -> None:
        self._out.append(b"RSET\r\n")
        try:
            await self._said(min(self._patience.command, 30))
        except (OSError, TimeoutError):
            self.abort()

    async def close(self) -> None:
        self._out.append(b"QUIT\r\n")
        with contextlib.suppress(OSError, TimeoutError):
            await self._said(self._patience.goodbye)
        self.abort()

    def abort(self) -> None:
        self._wire.abort()


async def _hello(client: SMTP) -> None:
    try:
        await client.ehlo()
    except SMTPResponseException as error:
        if error.code // 100 != 5 or not client.is_connected:
            raise
        await client.helo()  # a server without extensions


def _taken_over(client: SMTP) -> Wire:
    """The client's connection as a wire of ours; the client has done its part."""
    transport = client.transport
    if not isinstance(transport, asyncio.Transport):
        raise _trouble(Verdict.LINE, _LOST)
    wire = Wire(transport)
    transport.set_protocol(wire)
    return wire


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
