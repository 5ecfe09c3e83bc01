"""E-mail by SMTP: aiosmtplib connects, secures and logs in; the letters go phase by phase on the same connection.

The library's helpers are not used where they blur what happened: its login tries a wrong password three times, its
data() cannot tell a line lost before the 354 from one lost after the dot (a timeout there may mean that the message
arrived). So it opens the connection, and `smtp_line.py` does the rest.
"""

from __future__ import annotations

import asyncio
import ssl

from aiosmtplib import SMTP, SMTPException, SMTPResponseException
from aiosmtplib.errors import SMTPConnectResponseError

from msgcenter_tui.clear import why_no_mail
from msgcenter_tui.delivery.accounts import Security, SmtpAccount, fingerprint, word_for
from msgcenter_tui.delivery.compose import Press, domain_of, mailable
from msgcenter_tui.delivery.replies import Phase, judge
from msgcenter_tui.delivery.smtp_line import LOST, Patience, SmtpLine
from msgcenter_tui.delivery.transport import CannotCompose, Line, Reply, Trouble, Verdict
from msgcenter_tui.delivery.wire import ROOM, Wire
from msgcenter_tui.domain import Channel

__all__ = ["Patience", "SmtpTransport"]

# A literal that tells the server nothing about this machine, as mail programs send it; the library's own choice asks
# the name service, which may take many seconds.
_HELLO = "[127.0.0.1]"

_ADDRESS = "set another one, then start again"


class SmtpTransport:
    """The e-mail channel by one mail account. `tls` replaces the machine's own trust (tests)."""

    channel = Channel.EMAIL

    def __init__(
        self,
        account: SmtpAccount,
        *,
        patience: Patience = Patience(),  # noqa: B008  frozen
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.account = account
        self.patience = patience
        self.lines = max(1, account.connections)
        self.per_minute = account.per_minute
        self.known_as = word_for(account.host.lower(), account.port, account.username or account.sender_address)
        self.domain = domain_of(account)
        self.press = Press(account)
        self._tls = tls
        self._room = memoryview(bytearray(ROOM))

    def fingerprint(self, salt: str) -> str:
        account = self.account
        facts = account.host, account.port, account.security, account.username, account.sender, account.reply_to
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
            extensions = frozenset(client.esmtp_extensions)
            self._refuse_addresses(extensions)
        except BaseException:
            _abort(client)
            raise
        wire = _taken_over(client, self._room)
        return SmtpLine(wire, self.press, self.account.sender_address, self.patience, extensions)

    async def _trust(self) -> ssl.SSLContext | None:
        if self._tls is None and self.account.security is not Security.NONE:
            self._tls = await asyncio.to_thread(ssl.create_default_context)
        return self._tls

    def _refuse_the_unsafe(self) -> None:
        account = self.account
        if account.security is not Security.NONE:
            return
        login = account.password is not None or account.username != ""
        if why := why_no_mail(account.host, login=login, forced=account.force_insecure):
            cure = "set security of [smtp] to starttls or tls, then start again"
            raise _trouble(Verdict.ACCOUNT, f"{why}; {cure}")

    def _refuse_addresses(self, extensions: frozenset[str]) -> None:
        """An address of the account that does not serve stops it: else every letter would fail for it."""
        account, takes_utf8 = self.account, "smtputf8" in extensions
        ours = {"from": account.sender_address, "reply_to": account.reply_address or account.sender_address}
        for key, address in ours.items():
            try:
                _, utf8 = mailable(address)
            except CannotCompose:
                raise _trouble(Verdict.ACCOUNT, f"`{key}` of [smtp] is no e-mail address; {_ADDRESS}") from None
            if utf8 and not takes_utf8:
                what = f"`{key}` of [smtp] has such letters before the @ as not every server takes"
                raise _trouble(Verdict.ACCOUNT, f"{what}; {_ADDRESS}")
            takes_utf8 = utf8  # it is asked for only where the sender's own needs it

    async def _prepare(self, client: SMTP) -> None:
        where = f"{self.account.host}, port {self.account.port}"
        phase = Phase.GREETING
        try:
            await self._connect(client)
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
            raise _explained(error, where, phase) from None

    async def _connect(self, client: SMTP) -> None:
        try:
            await client.connect(timeout=self.patience.connect)
        except UnicodeError:  # a name that cannot be asked for
            why = f"{self.account.host} is no name of a mail server; set host of [smtp] right, then start again"
            raise _trouble(Verdict.ACCOUNT, why) from None

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


async def _hello(client: SMTP) -> None:
    try:
        await client.ehlo()
    except SMTPResponseException as error:
        if error.code // 100 != 5 or not client.is_connected:
            raise
        await client.helo()  # a server without extensions


def _taken_over(client: SMTP, room: memoryview) -> Wire:
    """The client's connection as a wire of ours; the client has done its part."""
    transport = client.transport
    if not isinstance(transport, asyncio.Transport):
        raise _trouble(Verdict.LINE, LOST)
    wire = Wire(transport, room)
    transport.set_protocol(wire)
    return wire


def _abort(client: SMTP) -> None:
    transport = client.transport
    client.close()
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()  # close() alone would still send what is buffered


def _trouble(verdict: Verdict, why: str) -> Trouble:
    return Trouble(Reply(verdict, why, ends_line=True))


def _explained(error: BaseException, where: str, phase: Phase) -> Trouble:
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
    if phase is not Phase.GREETING:
        return _trouble(Verdict.LINE, f"the mail server at {where} ended the connection during {phase.value}")
    return _trouble(Verdict.LINE, f"the mail server at {where} cannot be reached")
