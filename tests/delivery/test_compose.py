"""Mails that nothing can break out of, whatever the words; SMS that fit (N2, N7; hazards 40 to 45)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.delivery.office import SENDER, account
from tests.hostile import HOSTILE

from msgcenter_tui import text
from msgcenter_tui.delivery.accounts import Secret, SmtpAccount
from msgcenter_tui.delivery.compose import compose, mailable
from msgcenter_tui.delivery.sms import words
from msgcenter_tui.delivery.smtp import dotted
from msgcenter_tui.delivery.transport import CannotCompose
from msgcenter_tui.domain import Channel, DeliveryId, RunKind, ThreadId
from msgcenter_tui.rules.segments import fitted, size
from msgcenter_tui.store.leaving import Letter, Part

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OFFICE = account(25, reply_to="desk@bright.example")

LETTER = Letter(
    id=DeliveryId("r1p1"),
    channel=Channel.EMAIL,
    kind=RunKind.BROADCAST,
    thread=ThreadId("t1"),
    direct=False,
    address="ana@mail.example",
    recipient="Ana",
    sender="Bright Beginnings",
    subject="Opening",
    parts=(Part("Maya", AT, "We open on Monday."),),
    follows=False,
    locked=True,
    portal="",
    attempts=0,
    kept=False,
    message_id="<abc.def@bright.example>",
    date=AT,
)

HEADERS = [
    "From", "To", "Subject", "Date", "Message-ID", "Reply-To", "Content-Type", "Content-Transfer-Encoding",
    "MIME-Version",
]  # fmt: skip


def read(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)


def check(content: bytes, address: str = "ana@mail.example") -> EmailMessage:
    """What holds for every mail, whatever is in it."""
    message = read(content)
    assert sorted(message.keys()) == sorted(HEADERS)
    assert [one.addr_spec for one in message["To"].addresses] == [address]  # N7
    assert [one.addr_spec for one in message["From"].addresses] == ["office@bright.example"]
    assert content.isascii() or not address.isascii()
    assert all(len(line) <= 998 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"\r" not in content.replace(b"\r\n", b"")
    return message


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_hostile_words_in_headers_stay_words(words: str) -> None:  # hazards 40, 41
    hostile = replace(LETTER, subject=words, recipient=words, sender=words)
    message = check(compose(hostile, OFFICE, UTC))
    assert message["Bcc"] is None
    assert "evil.example" not in message["To"].addresses[0].addr_spec


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_hostile_words_in_a_body_arrive_as_written(words: str) -> None:
    body = text.clean(words)
    content = compose(replace(LETTER, parts=(Part("Maya", AT, body),)), OFFICE, UTC)
    got = str(check(content).get_content()).replace("\r\n", "\n")
    assert got.rstrip() == body.rstrip()


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=120), st.text(max_size=60), st.text(max_size=300))
def test_no_words_break_a_mail(subject: str, name: str, body: str) -> None:
    letter = replace(
        LETTER, subject=subject, recipient=name, sender=name[::-1], parts=(Part(name, AT, body), Part(name, AT, body))
    )
    check(compose(letter, OFFICE, UTC))


@pytest.mark.parametrize(
    "name",
    ["Smith, Bob", 'Bob "the <b@evil.example>" Smith', "Bob (comment)", "ana@evil.example,", "Søren, O’Neill 🎉"],
)
def test_a_name_is_one_recipient(name: str) -> None:  # hazards 42
    message = check(compose(replace(LETTER, recipient=name), OFFICE, UTC))
    assert message["To"].addresses[0].display_name == name


def test_the_same_letter_gives_the_same_bytes() -> None:  # N14
    letter = replace(LETTER, parts=(Part("Maya", AT, "Grüße " * 200), Part("Lee", AT, "x")))
    assert compose(letter, OFFICE, UTC) == compose(letter, OFFICE, UTC)


def test_a_domain_in_letters_of_its_own_is_written_in_ascii() -> None:  # hazards 43
    content = compose(replace(LETTER, address="ana@bücher.example"), OFFICE, UTC)
    check(content, "ana@xn--bcher-kva.example")


def test_an_address_in_letters_of_its_own_needs_smtputf8() -> None:  # hazards 44
    assert mailable("jörg@bücher.example") == ("jörg@xn--bcher-kva.example", True)
    assert "jörg@".encode() in compose(replace(LETTER, address="jörg@bücher.example"), OFFICE, UTC)


@pytest.mark.parametrize(
    "address",
    ["", "ana", "@e.com", "a@", "a@e.com\r\nRCPT TO:<x@y.z>", "a b@e.com", "a@e.com>", "<a@e.com", "a@@e.com"],
)
def test_what_is_no_address_is_refused_without_being_repeated(address: str) -> None:
    with pytest.raises(CannotCompose) as refusal:
        compose(replace(LETTER, address=address), OFFICE, UTC)
    assert not address or address not in str(refusal.value)


def test_long_lines_and_lone_dots_arrive() -> None:  # hazards 45
    body = "x" * 5000 + "\n.\n..\n.hidden\n\nend"
    content = compose(replace(LETTER, parts=(Part("Maya", AT, body),)), OFFICE, UTC)
    assert str(check(content).get_content()).replace("\r\n", "\n") == body + "\n"
    wire = dotted(content)
    assert wire.endswith(b"\r\n.\r\n")
    assert b"\r\n.\r\n" not in wire[:-5]


def test_dots_are_doubled_on_the_wire_only() -> None:
    assert dotted(b"a\n.b\r..c\r\n") == b"a\r\n..b\r\n...c\r\n.\r\n"
    assert dotted(b".") == b"..\r\n.\r\n"


def test_a_follow_up_says_so() -> None:
    assert read(compose(replace(LETTER, follows=True), OFFICE, UTC))["Subject"] == "Re: Opening"


def test_several_messages_are_told_apart() -> None:  # N5
    parts = (Part("Maya", AT, "One."), Part("Lee", AT.replace(hour=10), "Two."))
    body = str(read(compose(replace(LETTER, parts=parts), OFFICE, UTC)).get_content())
    assert (
        body.replace("\r\n", "\n")
        == "Maya, 2 March 2026, 09:00 UTC:\n\nOne.\n\n----\n\nLee, 2 March 2026, 10:00 UTC:\n\nTwo.\n"
    )


def test_a_password_is_nowhere_to_be_seen() -> None:
    secret = Secret("hunter2")
    shown = f"{secret} {secret!r} {SmtpAccount('h', 25, SENDER, username='u', password=secret)!r} {[secret]}"
    assert "hunter2" not in shown
    assert secret.reveal() == "hunter2"


# -- SMS --------------------------------------------------------------------------------------------------------------

SMS = replace(LETTER, channel=Channel.SMS, address="+12015550123")


@pytest.mark.parametrize(
    ("words", "segments"),
    [("a" * 160, 1), ("a" * 161, 2), ("é" * 160, 1), ("€" * 80, 1), ("€" * 81, 2), ("я" * 70, 1), ("я" * 71, 2),
     ("🎉" * 35, 1), ("🎉" * 36, 2), ("a" * 459, 3), ("a" * 460, 4)],
)  # fmt: skip
def test_segments(words: str, segments: int) -> None:
    assert size(words).segments == segments


def test_a_short_text_is_whole_with_its_link() -> None:  # N2
    linked = replace(SMS, portal="https://portal.example/")
    assert words(linked) == "Bright Beginnings: We open on Monday.\nRead it in your portal: https://portal.example/"
    assert words(SMS) == "Bright Beginnings: We open on Monday."


@settings(max_examples=200, deadline=None)
@given(st.text(min_size=1, max_size=900), st.booleans())
def test_a_long_text_is_cut_and_a_link_never(body: str, portal: bool) -> None:  # N2
    url = "https://portal.example/" if portal else ""
    sent = words(replace(SMS, portal=url, parts=(Part("Maya", AT, body),)))
    assert size(sent).segments <= 3
    assert ("https://" in sent) <= sent.endswith(url) if portal else "portal" not in sent or "portal" in body


def test_it_is_cut_between_words() -> None:
    assert fitted("word " * 200).endswith("word...")
    assert size(fitted("word " * 200)).segments == 3
