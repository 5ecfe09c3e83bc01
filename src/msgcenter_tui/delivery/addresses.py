"""E-mail addresses as servers take them (RFC 5321, 6531)."""

from __future__ import annotations

import re
from functools import lru_cache

from msgcenter_tui.delivery.accounts import SmtpAccount
from msgcenter_tui.delivery.transport import CannotCompose

_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_PLAIN = re.compile(rf"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@{_LABEL}(?:\.{_LABEL})*")
_LONGEST = 254  # RFC 5321, 4.5.3.1.3, without the angle brackets


@lru_cache(1024)
def is_plain(address: str) -> bool:
    """Whether it is an address of letters, digits and a few signs, which is written the same everywhere."""
    return len(address) <= _LONGEST and _PLAIN.fullmatch(address) is not None


def mailable(address: str) -> tuple[str, bool]:
    """The address as servers take it, its domain in ASCII, and whether SMTPUTF8 is needed for what is before the @.

    Raises CannotCompose for what is no address.
    """
    return (address, False) if is_plain(address) else _validated(address)


@lru_cache(1024)
def _validated(address: str) -> tuple[str, bool]:
    from email_validator import EmailNotValidError, validate_email

    try:
        valid = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise CannotCompose("the address is no e-mail address") from None
    if valid.ascii_email is not None:
        return valid.ascii_email, False
    return f"{valid.local_part}@{valid.ascii_domain}", True


def domain_of(account: SmtpAccount) -> str:
    """The right side of Message-IDs: the sender's domain."""
    try:
        return mailable(account.sender_address)[0].rpartition("@")[2]
    except CannotCompose:
        return "localhost"
