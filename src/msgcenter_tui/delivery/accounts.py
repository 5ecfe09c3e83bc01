"""The accounts that the notifier sends by: plain facts, made from the configuration by whoever starts it."""

from __future__ import annotations

import enum
import hashlib
import json
import re
from dataclasses import dataclass
from email.utils import parseaddr
from urllib.parse import urlsplit

from msgcenter_tui.clear import on_this_machine


class Secret:
    """A password that no log, traceback or screen shows."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret(****)"

    __str__ = __repr__

    def __reduce__(self) -> str:
        raise TypeError("a secret is not pickled")


def fingerprint(salt: str, *facts: object, secret: Secret | None) -> str:
    """The same for the same facts and secret; too slow to make for guessing the secret from it (RFC 7914)."""
    told = json.dumps([str(fact) for fact in facts])
    known = f"{told} {secret.reveal() if secret is not None else ''}"
    return hashlib.scrypt(known.encode(), salt=salt.encode(), n=2**14, r=8, p=1, dklen=16).hex()


def word_for(*facts: object) -> str:
    """A short word for the account with these facts, none of them secret, that does not show them."""
    return hashlib.sha256(json.dumps([str(fact) for fact in facts]).encode()).hexdigest()[:16]


class Security(enum.StrEnum):
    """How the connection to the mail server is secured. `none` is for a server on this machine."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SmtpAccount:
    """A mail account. `sender` and `reply_to` are addresses, with or without a name before them."""

    host: str
    port: int
    sender: str
    security: Security = Security.STARTTLS
    username: str = ""
    password: Secret | None = None
    reply_to: str = ""
    connections: int = 4
    per_minute: int | None = None
    """How many mails a minute the provider allows; None: as many as it takes."""
    unsubscribe_url: str = ""
    """Takes a POST of mail programs (RFC 8058); {address} and {message_id} in it are the mail's."""
    force_insecure: bool = False
    """Mail, but never a password, may go over a network in the clear."""

    @property
    def sender_address(self) -> str:
        return parseaddr(self.sender)[1]

    @property
    def reply_address(self) -> str:
        return parseaddr(self.reply_to)[1]


@dataclass(frozen=True, slots=True)
class SmsAccount:
    """An account with a provider of SMS. `sender` is the number, the name or the messaging service of its texts."""

    url: str
    """What the provider's paths are below."""
    sender: str
    username: str = ""
    """The account's own id, or a key's."""
    password: Secret | None = None
    account: str = ""
    """The account's id where it is not the username."""
    connections: int = 4

    @property
    def sid(self) -> str:
        return self.account or self.username

    @property
    def messaging_service(self) -> bool:
        return re.fullmatch("MG[0-9a-fA-F]{32}", self.sender) is not None

    @property
    def answerable(self) -> bool:
        """Its texts come from a number, which can be answered to."""
        return self.messaging_service or re.fullmatch(r"\+?[0-9]+", self.sender) is not None

    @property
    def local(self) -> bool:
        """The provider is a program on this machine: nobody listens on the way."""
        return on_this_machine(urlsplit(self.url).hostname or "")
