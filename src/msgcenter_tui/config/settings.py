"""The configuration as the program uses it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

from msgcenter_tui.domain import Policy

THEME: Final = "harbour"


@dataclass(frozen=True, slots=True)
class Ui:
    theme: str = THEME
    keymap: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Action id -> key, or several separated by commas."""
    ascii: bool | None = None
    """Signs and lines in ASCII; None: where the terminal has no more."""
    motion: str = "full"
    """full or none."""
    plain: bool = False
    """A dialogue of lines instead of screens."""
    lock_after: float = 0.0
    """Minutes without a key after which the screen is locked; 0: never."""


@dataclass(frozen=True, slots=True)
class Log:
    """`[log]`: where events are written, by ids only; None: nowhere."""

    file: str | None = None
    level: str = "info"
    """debug, info, warning or error."""
    format: str = "json"
    """json or text."""


@dataclass(frozen=True, slots=True)
class Password:
    """Where a password comes from; it is fetched when an account is used, not before, and never shown."""

    source: str
    """One of SECRETS."""
    value: str | tuple[str, ...] = field(repr=False)
    where: str


@dataclass(frozen=True, slots=True)
class Smtp:
    """`[smtp]`: a mail account. `sender` and `reply_to` are addresses, with or without a name before them."""

    host: str
    port: int
    security: str
    """starttls, tls or none."""
    sender: str
    force_insecure: bool = False
    username: str = ""
    password: Password | None = None
    reply_to: str = ""
    connections: int = 8
    per_minute: int | None = None
    unsubscribe_url: str = ""
    """Where one click takes a client off the list: {address} and {message_id} in it are the mail's."""


@dataclass(frozen=True, slots=True)
class Sms:
    """`[sms]`: an account with a provider. `sender` is the number, the name or the messaging service of its texts."""

    url: str
    sender: str
    username: str = ""
    password: Password | None = None
    account: str = ""
    """Where it is not the username."""
    connections: int = 4


@dataclass(frozen=True, slots=True)
class Config:
    """What the file, the variables and the options say together."""

    path: Path
    """The file, whether it is there or not."""
    database: str
    """The store: a path or a URL."""
    acts_as: str | None = None
    smtp: Smtp | None = None
    sms: Sms | None = None
    policy: Policy = field(default_factory=Policy)
    ui: Ui = field(default_factory=Ui)
    log: Log = field(default_factory=Log)
