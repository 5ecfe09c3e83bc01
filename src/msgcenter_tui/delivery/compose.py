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
from msgcenter_tui.store.letters import Edition, Fenced

__all__ = ["Press", "domain_of", "mailable"]

_KEPT = 16
"""Editions are sent one after the other; some recipients of a thread have others at the same time (N1)."""


class _Plate(NamedTuple):
    """What the mails of an edition share that go to clients with the same portal, or to staff."""

    head: bytes
    ascii: bool
    """The head goes as it is to a recipient whose address is ASCII; a sender's own that is not asks for SMTPUTF8."""
    root: str
    threading: str
    """For those who have had no mail of the thread."""
    unsubscribing: headers.Unsubscribing | None
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
        letter, message_id, date = fenced
        edition = letter.edition
        address, utf8 = mailable(letter.address)
        plate = self._plate(edition, letter.values is None, letter.portal)
        local = headers.local_part(message_id)
        if local is None:
            raise CannotCompose("the letter was not fenced")
        if not (utf8 or plate.ascii):
            raise CannotCompose("reply_to of [smtp] has such letters before the @ as not every server takes")
        boundary = f"=_{local[:60]}"  # the letter's own (N14), and in no text: none holds "=_" (transfer.py)
        before = letter.before
        own = (
            f"{headers.to(letter.recipient, address)}\r\n"
            f"{headers.date(date)}\r\n"
            f"Message-ID: {message_id}\r\n"
            f"{headers.threading(plate.root, before, follows=edition.follows) if before else plate.threading}"
            f"{plate.unsubscribing.headers(address, message_id) if plate.unsubscribing else ''}"
            f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n'
        )
        values = letter.values or {}
        between = f"\r\n--{boundary}".encode()
        return b"".join(
            (
                plate.head,
                own.encode(),
                between,
                b"\r\n",
                plate.bodies.plain.filled(values),
                between,
                b"\r\n",
                plate.bodies.html.filled(values),
                between,
                b"--\r\n",
            )
        )

    def wire(self, fenced: Fenced) -> bytes:
        """The same as it goes over the line, with its last dot. Raises CannotCompose."""
        # No line of a mail begins with a dot: no header does, and no text as transfer.py writes it.
        return self.mail(fenced) + b".\r\n"

    def _made(self, edition: Edition, staff: bool, portal: str) -> _Plate:
        bulk = headers.is_bulk(edition.kind, staff=staff)
        head = headers.shared(edition, self._account, staff=staff).encode()
        root = headers.root_of(edition.thread, self._domain)
        return _Plate(
            head=head,
            ascii=head.isascii() or mailable(self._account.sender_address)[1],
            root=root,
            threading=headers.threading(root, "", follows=edition.follows),
            unsubscribing=headers.Unsubscribing(self._account) if bulk else None,
            bodies=bodies(edition, staff=staff, portal=portal, title=headers.subject(edition), zone=self._zone),
        )
