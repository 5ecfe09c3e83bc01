"""Letters as mails: what an edition's mails share is made once, what is a recipient's own is put between (N2, N7, N14).

A mail is multipart/alternative, plain text and HTML, in ASCII but for an address that cannot be.
"""

from __future__ import annotations

from datetime import tzinfo
from functools import lru_cache
from typing import NamedTuple

from msgcenter_tui.delivery import headers
from msgcenter_tui.delivery.accounts import SmtpAccount
from msgcenter_tui.delivery.addresses import domain_of, mailable
from msgcenter_tui.delivery.bodies import Bodies, bodies
from msgcenter_tui.delivery.transport import CannotCompose
from msgcenter_tui.store.letters import Edition, Fenced, Letter

__all__ = ["Press", "domain_of", "mailable"]

_KEPT = 16
"""Editions are sent one after the other; some recipients of a thread have others at the same time (N1)."""

_LAST_DOT = ".\r\n"


class _Plate(NamedTuple):
    """What the mails of an edition share that go to clients with the same portal, or to staff."""

    head: str
    ascii: bool
    """The head goes as it is to a recipient whose address is ASCII; a sender's own that is not asks for SMTPUTF8."""
    root: str
    unsubscribing: headers.Unsubscribing | None
    more: str | None
    """The headers behind the Message-ID for who has had no mail of the thread; None: they are not the same for all."""
    bodies: Bodies


class Press:
    """Makes the mails of one account: what an edition's mails share is made once.

    `zone` is for the times in a mail of several messages; None: the machine's.
    """

    def __init__(self, account: SmtpAccount, zone: tzinfo | None = None) -> None:
        self._account = account
        self._zone = zone
        self._domain = domain_of(account)
        self._plate = lru_cache(_KEPT)(self._made)

    def mail(self, fenced: Fenced) -> bytes:
        """The mail, its lines ended by CRLF, not dot-stuffed. The same letter gives the same bytes (N14).

        Raises CannotCompose.
        """
        return self.wire(fenced).removesuffix(_LAST_DOT.encode())

    def wire(self, fenced: Fenced) -> bytes:
        """The same as it goes over the line, with its last dot. Raises CannotCompose."""
        letter, message_id, date = fenced
        own, local, utf8 = headers.own(letter.recipient, letter.address, date, message_id)
        plate = self._plate(letter.edition, letter.values is None, letter.portal)
        if not (utf8 or plate.ascii):
            raise CannotCompose("reply_to of [smtp] has such letters before the @ as not every server takes")
        boundary = f"=_{local[:60]}"  # the letter's own (N14), and in no text: none holds "=_" (transfer.py)
        more = _more(plate, letter, message_id) if letter.before or plate.more is None else plate.more
        values = letter.values or {}
        # No line of a mail begins with a dot: no header does, and no text as transfer.py writes it.
        return (
            f'{plate.head}{own}{more}Content-Type: multipart/alternative; boundary="{boundary}"\r\n'
            f"\r\n--{boundary}\r\n{plate.bodies.plain.filled(values)}"
            f"\r\n--{boundary}\r\n{plate.bodies.html.filled(values)}"
            f"\r\n--{boundary}--\r\n{_LAST_DOT}"
        ).encode()

    def _made(self, edition: Edition, staff: bool, portal: str) -> _Plate:
        head = headers.shared(edition, self._account, staff=staff)
        root = headers.root_of(edition.thread, self._domain)
        threading = headers.threading(root, "", follows=edition.follows)
        bulk = headers.is_bulk(edition.kind, staff=staff)
        unsubscribing = headers.Unsubscribing(self._account) if bulk else None
        more = threading + (unsubscribing.by_mail if unsubscribing else "")
        return _Plate(
            head=head,
            ascii=head.isascii() or mailable(self._account.sender_address)[1],
            root=root,
            unsubscribing=unsubscribing,
            more=None if unsubscribing and unsubscribing.by_click else more,
            bodies=bodies(edition, staff=staff, portal=portal, title=headers.subject(edition), zone=self._zone),
        )


def _more(plate: _Plate, letter: Letter, message_id: str) -> str:
    threading = headers.threading(plate.root, letter.before, follows=letter.edition.follows)
    if plate.unsubscribing is None:
        return threading
    return threading + plate.unsubscribing.headers(mailable(letter.address)[0], message_id)
