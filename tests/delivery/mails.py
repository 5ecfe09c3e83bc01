"""Letters to be made into mails, and mails as their readers see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_string, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from html.parser import HTMLParser
from typing import Any, ClassVar

from tests.delivery.office import account

from msgcenter_tui.delivery.accounts import SmtpAccount
from msgcenter_tui.delivery.compose import Press
from msgcenter_tui.domain import Channel, DeliveryId, RunKind, ThreadId
from msgcenter_tui.store.letters import Edition, Fenced, Letter, Passage

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OFFICE = account(25, reply_to="desk@bright.example")
MESSAGE_ID = "<abc.def@bright.example>"

CLIENT = {
    "client.name": "Ana Lee",
    "client.first_name": "Ana",
    "client.email": "ana@mail.example",
    "client.phone": "+1 201 555 0123",
}
FACTS = {
    "sender.name": "Maya Ortiz",
    "sender.first_name": "Maya",
    "sender.email": "maya@bright.example",
    "workspace.name": "Bright Beginnings",
}

EDITION = Edition(
    channel=Channel.EMAIL,
    kind=RunKind.BROADCAST,
    thread=ThreadId("t1"),
    direct=False,
    sender="Bright Beginnings",
    subject="Opening",
    passages=(Passage("Maya", AT, "We open on Monday.", None),),
    follows=False,
    locked=True,
)
LETTER = Letter(EDITION, DeliveryId("r1p1"), "ana@mail.example", "Ana", {}, "", "", 0, False)


def saying(*bodies: str, facts: Mapping[str, str] | None = None, **more: Any) -> Edition:
    """An edition of these messages, each by its own author, an hour apart."""
    authors = ["Maya", "Lee", "Søren"]
    passages = [Passage(authors[n % 3], AT.replace(hour=9 + n % 12), body, facts) for n, body in enumerate(bodies)]
    return replace(EDITION, passages=tuple(passages), **more)


def fenced(edition: Edition = EDITION, message_id: str = MESSAGE_ID, date: datetime = AT, **own: Any) -> Fenced:
    return Fenced(LETTER._replace(edition=edition, **own), message_id, date)


def mail(edition: Edition = EDITION, by: SmtpAccount = OFFICE, **own: Any) -> bytes:
    """From a press that has made nothing before."""
    return Press(by, UTC).mail(fenced(edition, **own))


def read(content: bytes) -> EmailMessage:
    return message_from_string(content.decode(), policy=policy.default)


def name_in(content: bytes, header: str) -> str:
    """The name before an address. The newer interface puts spaces between the encoded words of a long one."""
    name, _ = parseaddr(str(message_from_string(content.decode())[header]))
    return str(make_header(decode_header(name)))


HEADERS = ["From", "To", "Subject", "Date", "Message-ID", "Reply-To", "References", "Content-Type", "MIME-Version"]
BULK = ["Precedence", "List-Unsubscribe"]


def check(content: bytes, address: str = "ana@mail.example", more: list[str] = BULK) -> EmailMessage:
    """What holds for every mail, whatever is in it."""
    message = read(content)
    assert sorted(message.keys()) == sorted(HEADERS + more)
    assert [one.addr_spec for one in message["To"].addresses] == [address]
    assert [one.addr_spec for one in message["From"].addresses] == ["office@bright.example"]
    assert [one.addr_spec for one in message["Reply-To"].addresses] == ["desk@bright.example"]
    assert content.isascii() or not address.isascii()
    lines = content.split(b"\r\n")
    assert all(len(line) <= 998 for line in lines)
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert not any(line.startswith((b".", b"From ")) for line in lines)
    assert not message.defects
    plain, html = message.iter_parts()
    for part, kind in ((plain, "text/plain"), (html, "text/html")):
        assert part.get_content_type() == kind
        assert sorted(part.keys()) == ["Content-Transfer-Encoding", "Content-Type"]
        assert not part.defects
    assert message.preamble is None or not message.preamble.strip()
    assert message.epilogue == ""
    return message


def part(content: bytes, kind: str) -> str:
    """A form of a mail as it was before it was encoded, with newlines."""
    found = read(content).get_body((kind,))
    assert found is not None
    payload = found.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode().replace("\r\n", "\n")


def plain(content: bytes) -> str:
    return part(content, "plain")


class Browser(HTMLParser):
    """Shows the body of a page as text; knows every tag and attribute that a mail of ours may have."""

    KNOWN: ClassVar[dict[str, set[str]]] = {
        "html": set(), "head": set(), "meta": {"charset", "name", "content"}, "title": set(), "body": {"style"},
        "p": {"dir"}, "br": set(), "hr": set(), "strong": {"dir"}, "a": {"dir", "href"},
    }  # fmt: skip

    def __init__(self, page: str) -> None:
        super().__init__()
        self.shown = ""
        self.title = ""
        self.links: list[str] = []
        self.linked: list[str] = []
        self._inside: list[str] = []
        self.feed(page)
        self.close()
        assert self._inside == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert {name for name, _ in attrs} <= self.KNOWN[tag]
        if tag in {"br", "hr"}:
            self.shown += {"br": "\n", "hr": "----\n\n"}[tag]
        elif tag != "meta":
            self._inside.append(tag)
        if tag == "a":
            self.links.append(dict(attrs)["href"] or "")
            self.linked.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._inside.pop() == tag
        if tag == "p":
            self.shown += "\n\n"

    def handle_data(self, data: str) -> None:
        data = data.replace("\n", "")  # no more than a space to a browser, and only ever after a tag
        if "title" in self._inside:
            self.title += data
        else:
            self.shown += data
        if "a" in self._inside:
            self.linked[-1] += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError("a comment")

    def handle_decl(self, decl: str) -> None:
        assert decl == "DOCTYPE html"

    def handle_pi(self, data: str) -> None:
        raise AssertionError("an instruction")

    def unknown_decl(self, data: str) -> None:
        raise AssertionError("a declaration")


def page(content: bytes) -> Browser:
    return Browser(part(content, "html"))


def words(text: str) -> str:
    """A text without what HTML does not keep: kinds of spaces, and those that end a line."""
    spaced = text.replace("\t", "    ").replace("\xa0", " ")
    return "\n".join(line.rstrip() for line in spaced.split("\n")).rstrip("\n")
