"""Threads as files: JSON for programs, mbox for mail programs, Markdown for people; no text breaks out of any."""

from __future__ import annotations

import json
import quopri
import re
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Protocol

from msgcenter_tui.domain import NO_SUBJECT, Message, MessageVersion, Person, ThreadId, ThreadKind

FORMAT = "msgcenter-threads/1"
"""Later versions only add keys; one that changes the meaning of one has another number."""

DELETED = "(message deleted)"
_HOST = "msgcenter.invalid"
"""No mail program can write to it (RFC 2606), and no address of anybody is told by it."""

Write = Callable[[bytes], object]


@dataclass(frozen=True, slots=True)
class Head:
    """A thread as it is written at the top of its messages."""

    id: ThreadId
    kind: ThreadKind
    workspace: str
    subject: str | None
    locked: bool
    begun_at: datetime
    begun_by: Person
    people: Sequence[Person]
    """Who is in a direct thread; of a broadcast nobody is named (V5)."""


class Sheet(Protocol):
    """What is written, thread by thread."""

    def begin(self, at: datetime, by: Person) -> None: ...

    def thread(self, head: Head) -> None: ...

    def message(self, message: Message, former: Sequence[MessageVersion]) -> None: ...

    def end(self) -> None: ...


# -- JSON -------------------------------------------------------------------------------------------------------------


class Json:
    """One document, a line for each message. In ASCII: every program reads it, and no terminal is steered by it."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._threads = self._messages = 0

    def begin(self, at: datetime, by: Person) -> None:
        head = {"format": FORMAT, "at": at.isoformat(), "by": person(by)}
        self._say(f'{json.dumps(head)[:-1]}, "threads": [')

    def thread(self, head: Head) -> None:
        self._close()
        facts = {
            "id": head.id,
            "kind": head.kind.value,
            "workspace": head.workspace,
            "subject": head.subject,
            "locked": head.locked,
            "begun_at": head.begun_at.isoformat(),
            "begun_by": person(head.begun_by),
            "people": [person(one) for one in head.people],
        }
        self._say(f'{"," if self._threads else ""}\n{json.dumps(facts)[:-1]}, "messages": [')
        self._threads += 1
        self._messages = 0

    def message(self, message: Message, former: Sequence[MessageVersion]) -> None:
        said = json.dumps(message_facts(message, former))
        self._say(f"{',' if self._messages else ''}\n{said}")
        self._messages += 1

    def end(self) -> None:
        self._close()
        self._say("\n]}\n")

    def _close(self) -> None:
        if self._threads:
            self._say("\n]}")

    def _say(self, text: str) -> None:
        self._write(text.encode("ascii"))


def person(one: Person) -> dict[str, object]:
    return {"id": one.id, "name": one.name, "kind": one.kind.value}


def message_facts(message: Message, former: Sequence[MessageVersion]) -> dict[str, object]:
    return {
        "id": message.id,
        "number": message.number,
        "author": person(message.author),
        "at": message.at.isoformat(),
        "body": message.body,
        "edited_at": None if message.edited_at is None else message.edited_at.isoformat(),
        "deleted": message.deleted,
        "former": [{"version": one.version, "at": one.at.isoformat(), "body": one.body} for one in former],
    }


# -- mbox -------------------------------------------------------------------------------------------------------------

_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/^_`{|}~-]+)*")
_PLAIN = re.compile(r"[ -~]*")


class Mbox:
    """RFC 4155, each message a mail that answers the one before it. Line ends are LF.

    A text is quoted-printable, so that it comes back as it was: no line of it can be one that parts two mails.
    """

    def __init__(self, write: Write) -> None:
        self._write = write
        self._head: Head | None = None
        self._before: list[str] = []

    def begin(self, at: datetime, by: Person) -> None: ...

    def thread(self, head: Head) -> None:
        self._head, self._before = head, []

    def message(self, message: Message, former: Sequence[MessageVersion]) -> None:
        head, author = self._head, message.author
        assert head is not None
        at = message.at.astimezone(UTC)
        this = f"<{head.id}.{message.id}.{at:%Y%m%d%H%M%S%f}@{_HOST}>"
        subject = f"{'Re: ' if self._before else ''}{head.subject or NO_SUBJECT}"
        lines = [
            f"From {author.id}@{_HOST} {at:%a %b} {at.day:2} {at:%H:%M:%S %Y}",
            f"From: {_mailbox(author)}",
            f"To: {_recipients(head, author)}",
            f"Subject: {_words(subject)}",
            f"Date: {format_datetime(at)}",
            f"Message-ID: {this}",
        ]
        if self._before:
            lines.append(f"In-Reply-To: {self._before[-1]}")
            lines.append("References: " + "\n ".join(self._before))
        lines += ["MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8"]
        lines += ["Content-Transfer-Encoding: quoted-printable", "", ""]
        text = DELETED if message.deleted else message.body
        self._write("\n".join(lines).encode("ascii") + _quoted(text) + b"\n\n")
        # The first and the last hold a thread together (RFC 5322, 3.6.4): a header does not grow without end.
        self._before = [*self._before[:1], this]

    def end(self) -> None: ...


def _quoted(text: str) -> bytes:
    """Its last line end is a soft one: the text ends where it ended."""
    return re.sub(rb"(?m)^From ", b"=46rom ", quopri.encodestring(text.encode())) + b"="


def _mailbox(one: Person) -> str:
    if _ATOMS.fullmatch(one.name) and "=?" not in one.name:
        return f"{one.name} <{one.id}@{_HOST}>"
    return f"{_encoded(one.name)} <{one.id}@{_HOST}>"


def _recipients(head: Head, author: Person) -> str:
    if head.kind.broadcast:
        return f"{_encoded(f'{head.kind.called} of {head.workspace}')}:;"
    others = [_mailbox(one) for one in head.people if one.id != author.id]
    return ",\n ".join(others) or "undisclosed-recipients:;"


def _words(text: str) -> str:
    return text if _PLAIN.fullmatch(text) and "=?" not in text else _encoded(text)


def _encoded(text: str) -> str:
    """As encoded words of whole characters, each on a line of its own (RFC 2047): nothing in them has a meaning."""
    words, word = [], b""
    for character in text:
        added = character.encode()
        if len(word) + len(added) > 39:
            words.append(word)
            word = b""
        word += added
    return "\n ".join(f"=?utf-8?b?{b64encode(one).decode()}?=" for one in [*words, word])


# -- Markdown ---------------------------------------------------------------------------------------------------------


class Markdown:
    """CommonMark: a heading for each thread and message, and each text as it was written, in a fence of its own."""

    def __init__(self, write: Write) -> None:
        self._write = write

    def begin(self, at: datetime, by: Person) -> None:
        self._say(f"Threads of {escaped(by.name)}, {at:%Y-%m-%d %H:%M} UTC.\n")

    def thread(self, head: Head) -> None:
        to = head.kind.called if head.kind.broadcast else ", ".join(one.name for one in head.people)
        self._say(f"\n# {escaped(head.subject or NO_SUBJECT)}\n")
        locked = ", locked" if head.locked else ""
        self._say(f"\n{escaped(to)}, {escaped(head.workspace)}{locked} ({head.id})\n")

    def message(self, message: Message, former: Sequence[MessageVersion]) -> None:
        edited = ", edited" if message.edited_at is not None and not message.deleted else ""
        at = message.at.astimezone(UTC)
        self._say(f"\n## {message.number}. {escaped(message.author.name)}, {at:%Y-%m-%d %H:%M} UTC{edited}\n\n")
        self._say(f"*{DELETED}*\n" if message.deleted else fenced(message.body))

    def end(self) -> None: ...

    def _say(self, text: str) -> None:
        self._write(text.encode())


def escaped(line: str) -> str:
    """One line in which nothing is markup: CommonMark takes a backslash before any sign."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", line)


def fenced(text: str) -> str:
    """A block of code that ends where the text ends: its fence is longer than any in it."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}\n"


FORMATS: dict[str, Callable[[Write], Sheet]] = {"json": Json, "mbox": Mbox, "markdown": Markdown}
ENDINGS = {"json": "json", "mbox": "mbox", "markdown": "md"}
