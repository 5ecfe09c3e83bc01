"""The keys of the configuration and what each may be, from TOML's types or from the text of a variable."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final, NamedTuple
from urllib.parse import urlsplit

_LONGEST: Final = 7 * 24 * 3600
_LONGEST_PAUSE: Final = 24 * 60
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_NO_TEXT = re.compile(r"[\ud800-\udfff]")
"""What stands for bytes of a variable or an option that are not in its encoding."""


class Kind(NamedTuple):
    """How a value is checked, and made from a variable's text; both raise ValueError with what is wrong.

    What they say never holds the value: it may be a password.
    """

    read: Callable[[object], object]
    from_text: Callable[[str], object] = str


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a text in quotation marks is needed")
    if not value.strip():
        raise ValueError("it is empty")
    if _NO_TEXT.search(value):
        raise ValueError("it is not in UTF-8")
    if _CONTROL.search(value):
        raise ValueError("it holds control characters")
    return value


def _address(value: object) -> str:
    from email.utils import parseaddr

    text = _text(value)
    name, address = parseaddr(text)
    local, at, domain = address.rpartition("@")
    if not (at and local and domain) or re.search(r"\s", address) or (not name and address != text.strip("<> ")):
        raise ValueError('an e-mail address is needed, as in "Bright Beginnings <office@example.org>"')
    return text


def _number(low: int, high: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ValueError(f"a whole number from {low} to {high} is needed")
        return value

    return read


def _seconds(value: object) -> timedelta:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LONGEST:
        raise ValueError(f"a number of seconds from 0 to {_LONGEST} is needed")
    return timedelta(seconds=value)


def _minutes(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LONGEST_PAUSE:
        raise ValueError(f"a number of minutes from 0 (never) to {_LONGEST_PAUSE} is needed")
    return float(value)


def _one_of(*words: str) -> Callable[[object], str]:
    def read(value: object) -> str:
        if value not in words:
            raise ValueError(f"it is one of {', '.join(words)}")
        return str(value)

    return read


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false is needed")
    return value


def _url(value: object) -> str:
    text = _text(value)
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or re.search(r"\s", text):
        raise ValueError("an address that begins with https:// is needed")
    return text


def _unsubscribe_url(value: object) -> str:
    """RFC 8058 wants https; a header of a mail takes only ASCII, and nothing that would end the address in it."""
    text = _text(value)
    try:
        host = urlsplit(text).hostname
    except ValueError:
        host = None
    if not re.fullmatch(r"https://[!-;=?-~]{1,500}", text) or not host:
        raise ValueError("an address that begins with https:// is needed, in ASCII and of at most 500 characters")
    if set(re.findall(r"{[^{}]*}", text)) - {"{address}", "{message_id}"}:
        raise ValueError("only {address} and {message_id} can stand in braces")
    return text


# As the providers know senders: a number, a short code, a messaging service, or a name of at most eleven characters.
_SMS_SENDER = re.compile(r"\+[1-9][0-9]{6,14}|[0-9]{3,8}|MG[0-9a-fA-F]{32}|(?=.*[A-Za-z])[A-Za-z0-9 &_+-]{1,11}")


def _sms_sender(value: object) -> str:
    text = _text(value).strip()
    if text.startswith("+"):
        text = re.sub(r"[ ()./-]", "", text)  # as people write numbers
    if not _SMS_SENDER.fullmatch(text):
        raise ValueError("a number as in +12015550123, a name of at most 11 letters or a messaging service is needed")
    return text


def _command(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        words = tuple(shlex.split(value))  # raises ValueError where a quotation mark is open
    else:
        words = tuple(_text(word) for word in value) if isinstance(value, list) else ()
    if not words:
        raise ValueError("a command line, or a list of its words, is needed")
    return words


_OF_A_KEYMAP = '"thread.search" = "s,slash"'


def _keys(value: object) -> Mapping[str, str]:
    if not isinstance(value, dict):
        raise ValueError(f"a table is needed, as in [ui.keymap] {_OF_A_KEYMAP}")
    for action, key in value.items():
        if isinstance(key, dict):  # without them the dot makes it a table to TOML
            raise ValueError(f"an action goes in quotation marks, too, as in {_OF_A_KEYMAP}")
        try:
            _text(key)
        except ValueError as error:
            raise ValueError(f"{action}: {error}") from None
    return MappingProxyType(dict(value))


def _as_number(text: str) -> object:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        raise ValueError("a number is needed") from None


def _as_flag(text: str) -> object:
    return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(text.strip().lower())


def _only_in_a_file(text: str) -> object:
    raise ValueError("it can only be set in a file")


SECRETS: Final = ("password", "password_command", "keyring")
"""Where a password comes from; one of them is given."""

_SECRET: Final = {"password": Kind(_text), "password_command": Kind(_command), "keyring": Kind(_text)}

KINDS: Final[Mapping[str, Mapping[str, Kind]]] = {
    "": {"db": Kind(_text), "as": Kind(_text)},
    "smtp": {
        "host": Kind(_text),
        "port": Kind(_number(1, 65535), _as_number),
        "security": Kind(_one_of("starttls", "tls", "none")),
        "force_insecure": Kind(_flag, _as_flag),
        "username": Kind(_text),
        **_SECRET,
        "from": Kind(_address),
        "reply_to": Kind(_address),
        "connections": Kind(_number(1, 64), _as_number),
        "per_minute": Kind(_number(1, 1_000_000), _as_number),
        "unsubscribe_url": Kind(_unsubscribe_url),
    },
    "sms": {
        "url": Kind(_url),
        "from": Kind(_sms_sender),
        "account": Kind(_text),
        "username": Kind(_text),
        **_SECRET,
        "connections": Kind(_number(1, 64), _as_number),
    },
    "notify": {"quiet_period": Kind(_seconds, _as_number), "reply_gather": Kind(_seconds, _as_number)},
    "portal": {"url": Kind(_url)},
    "log": {
        "file": Kind(_text),
        "level": Kind(_one_of("debug", "info", "warning", "error")),
        "format": Kind(_one_of("json", "text")),
    },
    "ui": {
        "theme": Kind(_text),
        "keymap": Kind(_keys, _only_in_a_file),
        "ascii": Kind(_flag, _as_flag),
        "motion": Kind(_one_of("full", "none")),
        "plain": Kind(_flag, _as_flag),
        "lock_after": Kind(_minutes, _as_number),
    },
}
"""Every key by its section, "" for those above the first one."""
