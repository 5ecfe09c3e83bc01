"""Proofs: how a letter reads where it arrives, before anything is sent (T6).

The mail is made by the press that makes the real one, and read as its recipient's program reads it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy

from msgcenter_tui.delivery import sms
from msgcenter_tui.delivery.accounts import SmtpAccount
from msgcenter_tui.delivery.compose import Press, domain_of
from msgcenter_tui.delivery.transport import CannotCompose
from msgcenter_tui.domain import MailForm
from msgcenter_tui.errors import Refused
from msgcenter_tui.rules.sms import REPLY_STOP
from msgcenter_tui.store.letters import Fenced, Letter

_NO_ACCOUNT = SmtpAccount("", 0, "not-configured@mail.invalid")


class Proofs:
    """Proofs by these accounts; `how_to_stop` is what the account's first SMS says at its end.

    Without a mail account the sender's address is not known: the mail then names only whose it is.
    """

    def __init__(self, account: SmtpAccount | None = None, *, how_to_stop: str = REPLY_STOP) -> None:
        self.how_to_stop = how_to_stop
        self._has_account = account is not None
        self._press = Press(account or _NO_ACCOUNT)
        self._id = f"<proof@{domain_of(account or _NO_ACCOUNT)}>"

    def mail(self, letter: Letter) -> MailForm:
        """The mail. Raises Refused for what would not be sent."""
        try:
            made = self._press.mail(Fenced(letter, self._id, datetime.now(UTC)))
        except CannotCompose as error:
            raise _refused(error) from None
        read = message_from_bytes(made, policy=policy.default)
        plain, html = read.get_body(("plain",)), read.get_body(("html",))
        sender = read["From"].addresses[0]
        return MailForm(
            subject=str(read["Subject"]),
            sender=str(sender) if self._has_account else sender.display_name,
            to=str(read["To"]),
            text="" if plain is None else str(plain.get_content()).replace("\r\n", "\n"),
            html=html is not None,
        )

    def sms(self, letter: Letter) -> str:
        """The SMS. Raises Refused for what would not be sent."""
        try:
            return sms.words(letter, self.how_to_stop if letter.first_sms else "")
        except CannotCompose as error:
            raise _refused(error) from None


def _refused(error: CannotCompose) -> Refused:
    return Refused("this would not be sent", str(error))
