"""A letter as a mail: headers that nothing can break out of, and the whole message as text (N2, N7; RFC 5322, 3834).

Auto-Submitted stands on what the program writes by itself: gathered replies (N9), and the notice to owners that a
client replied (N10). A broadcast or a direct message is somebody's own and carries none (RFC 3834, section 5).
"""

from __future__ import annotations

from datetime import datetime, tzinfo
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import HeaderParser
from email.utils import format_datetime
from typing import TypeAlias

from msgcenter_tui.delivery.accounts import SmtpAccount
from msgcenter_tui.delivery.transport import CannotCompose
from msgcenter_tui.domain import RunKind
from msgcenter_tui.rules.sms import read_on
from msgcenter_tui.store.leaving import Letter
from msgcenter_tui.text import LONGEST_LINE, clean, clean_line

# Seven bits and lines of at most 78: no server needs an extension for the body, and nothing on the way rewraps it.
_MAIL = policy.SMTP.clone(cte_type="7bit")
_MAIL_UTF8 = policy.SMTPUTF8.clone(cte_type="7bit")
_READ = HeaderParser(policy=policy.default)
_Form: TypeAlias = "policy.EmailPolicy[EmailMessage]"

_LONGEST_LINE = 998  # RFC 5322, 2.1.1
_AUTOMATIC = frozenset({RunKind.REPLY, RunKind.OWNER})


def mailable(address: str) -> tuple[str, bool]:
    """The address as servers take it, its domain in ASCII, and whether SMTPUTF8 is needed for what is before the @.

    Raises CannotCompose for what is no address.
    """
    if address.isascii() and address.count("@") == 1 and all(part.isalnum() or part in ".-_+@" for part in address):
        return address, False
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


def compose(letter: Letter, account: SmtpAccount, zone: tzinfo | None = None) -> bytes:
    """The mail of a fenced letter, lines ended by CRLF, not yet dot-stuffed. The same letter gives the same bytes.

    `zone` is for the times in a mail of several messages; None: the machine's. Raises CannotCompose.
    """
    address, utf8 = mailable(letter.address)
    form = _MAIL_UTF8 if utf8 else _MAIL
    # The library's folding is open on several versions of Python (CVE-2024-6923 among others): what was written is
    # read back. Names that do not survive it are left out.
    for named in (True, False):
        try:
            message = _headers(letter, account, address, named, form)
            message.set_content(body(letter, zone), charset="utf-8")
            content = message.as_bytes(policy=form)
        except (ValueError, MessageError, LookupError, IndexError, AttributeError):
            continue
        if _reads_back(content, message.keys(), address, account):
            return content
    raise CannotCompose("its headers cannot be written safely")


def _headers(letter: Letter, account: SmtpAccount, address: str, named: bool, form: _Form) -> EmailMessage:
    if letter.date is None:
        raise CannotCompose("the letter was not fenced")
    message = EmailMessage(policy=form)
    sender, _ = mailable(account.sender_address)
    message["From"] = Address(header_text(letter.sender) if named else "", addr_spec=sender)
    local, _, domain = address.rpartition("@")
    message["To"] = Address(header_text(letter.recipient) if named else "", username=local, domain=domain)
    message["Subject"] = subject(letter)
    message["Date"] = format_datetime(letter.date)
    message["Message-ID"] = letter.message_id
    if account.reply_address:
        message["Reply-To"] = Address("", addr_spec=mailable(account.reply_address)[0])
    if letter.kind in _AUTOMATIC:
        message["Auto-Submitted"] = "auto-generated"
    return message


def header_text(text: str) -> str:
    """Foreign text for a header: one line, no controls, nothing that reads as an encoded word, and not too long."""
    return clean_line(text).replace("=?", "= ?")[:LONGEST_LINE].rstrip()


def subject(letter: Letter) -> str:
    """The thread's subject; a thread without one says whom the mail is from."""
    if not letter.subject:
        return header_text(f"Message from {letter.sender}")
    return header_text(f"Re: {letter.subject}" if letter.follows else letter.subject)


def _reads_back(content: bytes, names: list[str], address: str, account: SmtpAccount) -> bool:
    head = content.partition(b"\r\n\r\n")[0]
    if any(len(line) > _LONGEST_LINE for line in head.split(b"\r\n")):
        return False
    read = _READ.parsestr(head.decode("utf-8", "replace") + "\r\n\r\n", headersonly=True)
    # What the library adds for the body comes after ours; nothing else may be there, nor anything twice.
    if [name.lower() for name in read] != [name.lower() for name in names]:
        return False
    found = {
        name: [one.addr_spec for one in read[name].addresses] for name in ("From", "To", "Reply-To") if name in read
    }
    expected = {"From": [mailable(account.sender_address)[0]], "To": [address]}
    if account.reply_address:
        expected["Reply-To"] = [mailable(account.reply_address)[0]]
    return found == expected


# -- the words --------------------------------------------------------------------------------------------------------


def body(letter: Letter, zone: tzinfo | None = None) -> str:
    """All messages of the letter in their order, and where to read on (N2)."""
    if len(letter.parts) == 1:
        text = clean(letter.parts[0].text).rstrip()
        if letter.kind is not RunKind.BROADCAST:
            text += f"\n\n{_by(letter, letter.parts[0].author)}"
    else:
        text = "\n\n----\n\n".join(
            f"{clean_line(part.author)}, {_time(part.at, zone)}:\n\n{clean(part.text).rstrip()}"
            for part in letter.parts
        )
    if link := portal_line(letter):
        text += f"\n\n{link}"
    return f"{text}\n"


def portal_line(letter: Letter) -> str:
    """Where to read, and to reply where that is possible; empty for whoever has no portal (N2)."""
    return read_on(letter.portal, locked=letter.locked)


def _by(letter: Letter, author: str) -> str:
    author, sender = clean_line(author), clean_line(letter.sender)
    return author if author == sender else f"{author}, {sender}"


def _time(at: datetime, zone: tzinfo | None) -> str:
    local = at.astimezone(zone)
    return f"{local.day} {local:%B %Y, %H:%M} {local.tzname()}"
