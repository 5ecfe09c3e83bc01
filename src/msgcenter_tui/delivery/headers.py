"""Headers of a mail that nothing can break out of (N7; RFC 2047, 2369, 3834, 5322, 8058).

They are written here from an alphabet that cannot make a header: the standard library's own writing is open on several
versions of Python (CVE-2024-6923 among others). What holds foreign words is read back all the same before it is used.
"""

from __future__ import annotations

import hashlib
import re
import textwrap
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from email import policy
from email.errors import MessageError
from email.parser import HeaderParser
from email.utils import format_datetime
from functools import lru_cache
from typing import Final
from urllib.parse import quote

from msgcenter_tui.delivery.accounts import SmtpAccount
from msgcenter_tui.delivery.addresses import mailable
from msgcenter_tui.delivery.transport import CannotCompose
from msgcenter_tui.domain import RunKind
from msgcenter_tui.rules.plain_address import PLAIN, is_plain
from msgcenter_tui.store.letters import Edition
from msgcenter_tui.text import LONGEST_LINE, clean_line

_READ = HeaderParser(policy=policy.default)
_LONGEST = 998  # RFC 5322, 2.1.1
_LONGEST_URL = 950  # what leaves room for the name of its header
_CRLF = "\r\n"
_WIDTH = 76  # RFC 2047, 2
_LONGEST_USUAL = _WIDTH - len("To:  <>")  # a name and an address that fit on one line

# Auto-Submitted stands on what the program writes by itself: gathered replies (N9), and the notice to owners that a
# client replied (N10). A broadcast or a direct message is somebody's own and carries none (RFC 3834, section 5).
_AUTOMATIC: Final = frozenset({RunKind.REPLY, RunKind.OWNER})
_BULK: Final = frozenset({RunKind.BROADCAST, RunKind.CATCH_UP, RunKind.REPLY})

_ATOM = "[A-Za-z0-9!#$%&'*+/^_`{|}~-]++"
_ATOMS = re.compile(f"{_ATOM}(?: {_ATOM})*+")
_PLAIN_NAME = re.compile(r"[\w'.-]+(?: [\w'.-]+)*")
_MESSAGE_ID = re.compile(r"<([A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,250}+)@[A-Za-z0-9.-]{1,253}+>")
# No part of it takes a line's end or an angle bracket, so that none can reach into the next.
_USUAL = re.compile(rf"To: {_ATOMS.pattern} <{PLAIN}>\r\nDate: [^\r\n]++\r\nMessage-ID: {_MESSAGE_ID.pattern}\r\n")
_HTTPS = re.compile(r"https://[!-;=?-~]+")


# -- words and names --------------------------------------------------------------------------------------------------


def header_text(text: str) -> str:
    """Foreign text for a header: one line, no controls, nothing that reads as an encoded word, and not too long."""
    return clean_line(text).replace("=?", "= ?")[:LONGEST_LINE].rstrip()


def subject(edition: Edition) -> str:
    """The thread's subject; a thread without one says whom the mail is from."""
    if not edition.subject:
        return header_text(f"Message from {edition.sender}")
    return header_text(f"Re: {edition.subject}" if edition.follows else edition.subject)


def _unstructured(name: str, text: str) -> str:
    """A header of words, folded where they part."""
    if not text.isascii():
        return f"{name}: {_encoded(text)}"
    wrapped = textwrap.wrap(
        text, _WIDTH, initial_indent=f"{name}: ", subsequent_indent=" ", break_long_words=False, break_on_hyphens=False
    )
    return "\r\n".join(wrapped) or f"{name}: "


def _mailbox(header: str, name: str, address: str) -> str:
    """A header with one address. `name` is a header text."""
    if not name:
        return f"{header}: {address}"
    if not name.isascii():
        phrase = _encoded(name)
    elif _ATOMS.fullmatch(name):
        phrase = name
    else:
        phrase = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return _named(header, phrase, address)


def _named(header: str, phrase: str, address: str) -> str:
    fold = " " if len(header) + len(phrase) + len(address) + 5 <= _WIDTH else "\r\n "
    return f"{header}: {phrase}{fold}<{address}>"


def _encoded(text: str) -> str:
    """As encoded words of whole characters, each on a line of its own (RFC 2047)."""
    words, word = [], b""
    for character in text:
        added = character.encode()
        if len(word) + len(added) > 39:  # what fits beside the longest name of a header
            words.append(word)
            word = b""
        word += added
    return "\r\n ".join(f"=?utf-8?b?{b64encode(word).decode()}?=" for word in [*words, word])


# -- what an edition shares -------------------------------------------------------------------------------------------


def shared(edition: Edition, account: SmtpAccount, *, staff: bool) -> str:
    """The headers that all mails of an edition carry, each ended by CRLF. Raises CannotCompose."""
    sender = mailable(account.sender_address)[0]
    expected: dict[str, list[str] | None] = {"From": [sender], "Subject": None}
    rest = ""
    if account.reply_address:
        reply = mailable(account.reply_address)[0]
        expected["Reply-To"] = [reply]
        rest += f"Reply-To: {reply}\r\n"
    for name, value in _kind_of_mail(edition.kind, staff=staff).items():
        expected[name] = None
        rest += f"{name}: {value}\r\n"
    words = _unstructured("Subject", subject(edition))
    for name in (header_text(edition.sender), ""):  # one that does not survive it is left out
        head = f"{_mailbox('From', name, sender)}\r\n{words}\r\n{rest}"
        if _reads_back(head, expected):
            return head
    raise CannotCompose("its headers cannot be written safely")


def _kind_of_mail(kind: RunKind, *, staff: bool) -> dict[str, str]:
    found = {}
    if kind in _AUTOMATIC:
        found["Auto-Submitted"] = "auto-generated"
    if is_bulk(kind, staff=staff):
        found["Precedence"] = "bulk"  # no answers that somebody is on holiday
    found["MIME-Version"] = "1.0"
    return found


def is_bulk(kind: RunKind, *, staff: bool) -> bool:
    """Whether clients get it as one of many, and may say that they want no more of it."""
    return kind in _BULK and not staff


def root_of(thread: str, domain: str) -> str:
    """The Message-ID, of no mail, under which the mails of a thread are together; tells nobody the thread's number."""
    digest = hashlib.sha256(f"{thread}@{domain}".encode("utf-8", "surrogatepass")).hexdigest()
    return f"<thread.{digest[:24]}@{domain}>"


# -- what is the recipient's own --------------------------------------------------------------------------------------


def own(name: str, address: str, at: datetime, message_id: str) -> tuple[str, str, bool]:
    """To the one recipient (N7): To, Date and Message-ID, each ended by CRLF.

    With them what is before the @ of the Message-ID, and whether SMTPUTF8 is needed. Raises CannotCompose.
    """
    # Of nearly every letter one look tells that nothing in it has a meaning in a header, encoded or decoded.
    usual = f"To: {name} <{address}>\r\n{date(at)}\r\nMessage-ID: {message_id}\r\n"
    if len(name) + len(address) <= _LONGEST_USUAL and (found := _USUAL.fullmatch(usual)):
        return usual, found[1], False
    address, utf8 = mailable(address)
    local = local_part(message_id)
    if local is None:
        raise CannotCompose("the letter was not fenced")
    return f"{_to(name, address)}\r\n{date(at)}\r\nMessage-ID: {message_id}\r\n", local, utf8


def _to(name: str, address: str) -> str:
    if len(name) <= LONGEST_LINE and is_plain(address) and (_ATOMS.fullmatch(name) or _PLAIN_NAME.fullmatch(name)):
        return _mailbox("To", name, address)
    return _read_to(name, address)


@lru_cache(4096)
def _read_to(name: str, address: str) -> str:
    for named in (header_text(name), ""):  # one that does not survive it is left out
        head = _mailbox("To", named, address)
        if _reads_back(head, {"To": [address]}):
            return head
    raise CannotCompose("its headers cannot be written safely")


@lru_cache(64)
def date(at: datetime) -> str:
    """In UTC, so that the same moment is always the same text (N14)."""
    return f"Date: {format_datetime(at.astimezone(UTC))}"


def local_part(message_id: str) -> str | None:
    """What is before the @ in a Message-ID; None for what is none."""
    found = _MESSAGE_ID.fullmatch(message_id)
    return None if found is None else found[1]


def threading(root: str, before: str, *, follows: bool) -> str:
    """What mail programs put a thread together by (RFC 5322, 3.6.4), each header ended by CRLF."""
    if local_part(before):
        return f"In-Reply-To: {before}\r\nReferences: {root}\r\n {before}\r\n"
    # Without one that could be answered to, the root alone holds it together: nothing is lost but an order.
    return f"In-Reply-To: {root}\r\nReferences: {root}\r\n" if follows else f"References: {root}\r\n"


class Unsubscribing:
    """How a recipient says that they want no more: by a mail always, by one click where an address takes it."""

    def __init__(self, account: SmtpAccount) -> None:
        address = quote(mailable(account.reply_address or account.sender_address)[0], safe="@+")
        self._mailto = f"<mailto:{address}?subject=unsubscribe>"
        self.by_mail = f"List-Unsubscribe: {self._mailto}\r\n"
        """The header where there is no click, the same for every recipient."""
        self.by_click = account.unsubscribe_url
        if self.by_click and not _HTTPS.fullmatch(self.by_click):
            raise CannotCompose("unsubscribe_url of [smtp] is no address that begins with https://")

    def headers(self, address: str, message_id: str) -> str:
        """RFC 2369 and 8058, each header ended by CRLF."""
        if self.by_click:
            url = self.by_click.replace("{address}", quote(address, safe=""))
            url = url.replace("{message_id}", quote(message_id, safe=""))
            if len(url) <= _LONGEST_URL:
                return (
                    f"List-Unsubscribe: <{url}>,\r\n {self._mailto}\r\n"
                    "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
                )
        return self.by_mail


# -- reading back -----------------------------------------------------------------------------------------------------


def _reads_back(head: str, expected: Mapping[str, list[str] | None]) -> bool:
    """Whether a reader finds exactly these headers in this order, and in them these addresses (None: no addresses)."""
    lines = head.split("\r\n")
    if any(len(line.encode()) > _LONGEST or "\r" in line or "\n" in line for line in lines):
        return False
    try:
        read = _READ.parsestr(f"{head.removesuffix(_CRLF)}{_CRLF}{_CRLF}", headersonly=True)
        return read.keys() == list(expected) and all(
            [one.addr_spec for one in read[name].addresses] == addresses
            for name, addresses in expected.items()
            if addresses is not None
        )
    except (ValueError, MessageError, LookupError, AttributeError):
        return False
