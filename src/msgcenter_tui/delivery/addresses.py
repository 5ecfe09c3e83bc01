"""E-mail addresses as servers take them (RFC 5321, 6531)."""

from __future__ import annotations

from functools import lru_cache

from msgcenter_tui.delivery.accounts import SmtpAccount
from msgcenter_tui.delivery.transport import CannotCompose
from msgcenter_tui.rules.plain_address import is_plain


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
