"""SMS by HTTP, as Twilio and the services compatible with it take them: one request a text, on kept connections.

A request is made once. What failed before anything of it was written is not sent; what got no answer afterwards is
*unknown* (N8): the provider keeps no word of a text by which it would know it again.
"""

from __future__ import annotations

import asyncio
import ssl
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from msgcenter_tui.clear import why_no_texts
from msgcenter_tui.delivery.accounts import SmsAccount, fingerprint
from msgcenter_tui.delivery.sms import SmsTransport
from msgcenter_tui.delivery.transport import Reply, Verdict
from msgcenter_tui.delivery.twilio_replies import judge
from msgcenter_tui.rules.sms import REPLY_STOP, TELL_US

if TYPE_CHECKING:
    import httpx  # it takes long to load, and most practices have no such account

_BIGGEST = 64 * 1024
"""Bytes of an answer that are read; one has a few hundred."""
_SILENT = 3
"""Texts in a row without an answer, after which the channel rests: else all that waits would become unknown."""
_HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "msgcenter"}


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait: for a connection, for each step of the answer, and for all of it."""

    connect: float = 15
    answer: float = 60
    whole: float = 120
    kept: float = 5
    """A connection without a request is kept so long: one that the provider ends just then would make an unknown."""


def how_to_stop(account: SmsAccount) -> str:
    """What the first SMS to somebody says at its end (N3)."""
    return REPLY_STOP if account.answerable else TELL_US


def transport(
    account: SmsAccount, *, patience: Patience = Patience(), tls: ssl.SSLContext | None = None
) -> SmsTransport:
    """The SMS channel by this account. `tls` replaces the machine's own trust (tests)."""
    import httpx  # noqa: F401  now, where an account is made ready, and not between two texts

    provider = Twilio(account, patience=patience, tls=tls)
    facts = account.url, account.sender, account.username, account.account

    def known(salt: str) -> str:
        return fingerprint(salt, *facts, secret=account.password)

    return SmsTransport(
        provider.hand, account.connections, end=provider.close, how_to_stop=how_to_stop(account), fingerprint=known
    )


class Twilio:
    """An account with a provider. To be closed; it opens again by itself."""

    def __init__(self, account: SmsAccount, *, patience: Patience, tls: ssl.SSLContext | None = None) -> None:
        self._account = account
        self._patience = patience
        self._tls = tls
        self._client: httpx.AsyncClient | None = None
        self._silent = 0
        self._one_by_one = asyncio.Lock()

    async def hand(self, number: str, text: str, key: str) -> Reply:
        """Send one text to a number in E.164. The key is of no use to a provider that knows none."""
        if trouble := _not_safe(self._account):
            return Reply(Verdict.ACCOUNT, trouble)
        async with self._one_by_one if self._silent else nullcontext():
            if self._silent >= _SILENT:
                self._silent -= 1  # after the rest one text finds out whether it answers again
                why = f"the provider has left {_SILENT} texts in a row without an answer"
                return Reply(Verdict.LINE, why)
            reply = await self._asked(self._form(number, text))
            self._silent = self._silent + 1 if reply.verdict is Verdict.UNKNOWN else 0
            return reply

    async def close(self) -> None:
        """Close the kept connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    def _form(self, number: str, text: str) -> dict[str, str]:
        sender = "MessagingServiceSid" if self._account.messaging_service else "From"
        return {"To": number, sender: self._account.sender, "Body": text}

    async def _asked(self, form: dict[str, str]) -> Reply:
        import httpx

        where = urlsplit(self._account.url).hostname
        try:
            client = self._client or await self._opened()
            async with asyncio.timeout(self._patience.whole):
                return await self._answer(client, form)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
            return _unreached(error, f"the provider of SMS at {where}")
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            return Reply(Verdict.ACCOUNT, "url of [sms] is no address of a provider; set it right")
        except (httpx.TimeoutException, TimeoutError):
            return Reply(Verdict.UNKNOWN, "the provider did not answer after it had the text")
        except (httpx.HTTPError, httpx.StreamError, OSError):
            return Reply(Verdict.UNKNOWN, "the connection to the provider was lost before it answered")

    async def _opened(self) -> httpx.AsyncClient:
        import httpx

        if self._tls is None:
            self._tls = await asyncio.to_thread(ssl.create_default_context)
        if self._client is None:  # another line may have been faster
            account, patience = self._account, self._patience
            password = account.password.reveal() if account.password else ""
            self._client = httpx.AsyncClient(
                auth=httpx.BasicAuth(account.username, password) if account.username else None,
                verify=self._tls,
                headers=_HEADERS,
                timeout=httpx.Timeout(patience.answer, connect=patience.connect, pool=patience.connect),
                limits=httpx.Limits(
                    max_connections=account.connections,
                    max_keepalive_connections=account.connections,
                    keepalive_expiry=patience.kept,
                ),
                trust_env=not account.local,  # what goes to this machine goes by no proxy
            )
        return self._client

    async def _answer(self, client: httpx.AsyncClient, form: dict[str, str]) -> Reply:
        place = f"{self._account.url.rstrip('/')}/2010-04-01/Accounts/{quote(self._account.sid, safe='')}/Messages.json"
        async with client.stream("POST", place, data=form, follow_redirects=False) as response:
            content = bytearray()
            async for piece in response.aiter_raw():
                content += piece
                if len(content) > _BIGGEST:
                    return Reply(Verdict.UNKNOWN, "the provider's answer cannot be read")
            return judge(response.status_code, bytes(content), response.headers.get("Retry-After", ""))


def _not_safe(account: SmsAccount) -> str:
    """Why nothing may be sent by this account, "" where all is well: no text and no password goes in the clear."""
    if not account.sid:
        return "no account with the provider is named; set username of [sms], then start again"
    why = why_no_texts(account.url)
    return f"{why}; begin url of [sms] with https://" if why else ""


def _unreached(error: BaseException, where: str) -> Reply:
    """Why there was no connection; the causes hold what the library's words leave out."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            why = f"the certificate of {where} is not valid ({cause.verify_message.rstrip('.')}), so nothing was sent"
            return Reply(Verdict.ACCOUNT, f"{why}; see that url of [sms] names the provider's own host")
        cause = cause.__cause__ or cause.__context__
    return Reply(Verdict.LINE, f"{where} cannot be reached")
