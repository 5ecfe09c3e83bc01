"""From the configuration to the accounts that a notifier sends by; passwords are fetched here, and only now."""

from __future__ import annotations

import subprocess

from msgcenter_tui.config import Password, Sms, Smtp
from msgcenter_tui.delivery.accounts import Secret, Security, SmsAccount, SmtpAccount
from msgcenter_tui.errors import ServerUnavailable

_PATIENCE = 60.0  # seconds: somebody may have to unlock a password store


def smtp_account(smtp: Smtp, *, secret: bool = True) -> SmtpAccount:
    """The mail account, ready to be used; not for use, but to be looked at, where its `secret` is left out.

    Raises ServerUnavailable where its password cannot be had.
    """
    return SmtpAccount(
        host=smtp.host,
        port=smtp.port,
        sender=smtp.sender,
        security=Security(smtp.security),
        username=smtp.username,
        password=_secret(smtp.password, smtp.username) if secret else None,
        reply_to=smtp.reply_to,
        connections=smtp.connections,
        per_minute=smtp.per_minute,
        unsubscribe_url=smtp.unsubscribe_url,
        force_insecure=smtp.force_insecure,
    )


def sms_account(sms: Sms, *, secret: bool = True) -> SmsAccount:
    """The account with a provider of SMS, ready to be used; `secret` and what it raises as of `smtp_account`."""
    return SmsAccount(
        url=sms.url,
        sender=sms.sender,
        username=sms.username,
        password=_secret(sms.password, sms.username) if secret else None,
        account=sms.account,
        connections=sms.connections,
    )


def _secret(password: Password | None, username: str) -> Secret | None:
    if password is None:
        return None
    if isinstance(password.value, tuple):
        return Secret(_from_command(password.value, password.where))
    if password.source == "keyring":
        return Secret(_from_keyring(password.value, username, password.where))
    return Secret(password.value)


def _from_command(words: tuple[str, ...], where: str) -> str:
    """The first line of what the command writes. Its errors are not repeated: they may hold what nobody should see."""
    what = f"the password that {where} should give cannot be had"
    try:
        done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        raise ServerUnavailable(what, f"the command gave none in {_PATIENCE:.0f} seconds", "try it by hand") from None
    except OSError as error:
        raise ServerUnavailable(what, (error.strerror or "it cannot be run").lower(), "name another command") from None
    except ValueError:
        raise ServerUnavailable(what, "it holds a character that no command takes", "name another command") from None
    if done.returncode != 0:
        raise ServerUnavailable(what, f"the command ended with status {done.returncode}", "try it by hand")
    line = done.stdout.partition(b"\n")[0].rstrip(b"\r")
    try:
        password = line.decode()
    except UnicodeDecodeError:
        password = ""
    if not password:
        raise ServerUnavailable(what, "the command wrote no line of text", "try it by hand")
    return password


def _from_keyring(service: str, username: str, where: str) -> str:
    what = f"the password that {where} names cannot be had"
    try:
        import keyring
    except ModuleNotFoundError:
        cure = "install the program with its extra, msgcenter-tui[keyring], or use password_command"
        raise ServerUnavailable(what, "the keyring's library is not installed", cure) from None
    try:
        password = keyring.get_password(service, username)
    except Exception as error:  # noqa: BLE001  a store of passwords fails in ways of its own
        raise ServerUnavailable(what, f"the keyring answers {type(error).__name__}", "unlock it") from None
    if not password:
        cure = f"store it with `keyring set {service} {username}`"
        raise ServerUnavailable(what, "the keyring holds none", cure)
    return password
