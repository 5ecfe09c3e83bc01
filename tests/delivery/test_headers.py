"""Threads are threads in a client's mailbox, and announcements can be ended (RFC 5322, 2369, 8058)."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from tests.delivery.mails import BULK, OFFICE, check, mail, read, saying

from msgcenter_tui.delivery.transport import CannotCompose
from msgcenter_tui.domain import ThreadId

ROOT = re.compile(r"<thread\.[0-9a-f]{24}@bright\.example>")
BEFORE = "<before.1@bright.example>"


def test_every_mail_of_a_thread_is_under_its_root() -> None:
    first = read(mail(saying("One.")))
    second = read(mail(saying("Two.", follows=True), before=BEFORE))
    other = read(mail(saying("One.", thread=ThreadId("t2"))))
    assert ROOT.fullmatch(first["References"])
    assert first["In-Reply-To"] is None
    assert second["References"].split() == [first["References"], BEFORE]
    assert second["In-Reply-To"] == BEFORE
    assert other["References"] != first["References"]


def test_a_follow_up_to_who_got_no_mail_before_is_under_the_root() -> None:  # N1
    message = read(mail(saying("Two.", follows=True)))
    assert message["In-Reply-To"] == message["References"]


def test_the_root_differs_between_practices_and_does_not_tell_the_number() -> None:
    ours = read(mail(saying("x", thread=ThreadId("123456"))))["References"]
    theirs = read(mail(saying("x", thread=ThreadId("123456")), by=replace(OFFICE, sender="a@other.example")))[
        "References"
    ]
    assert ours.partition("@")[0] != theirs.partition("@")[0]
    assert "123456" not in ours


@pytest.mark.parametrize("before", ["x", "<a@b", "<a@b> <c@d>", "<a@b>\r\nBcc: evil@evil.example", "<a\n@b>", "<é@b>"])
def test_what_is_no_message_id_is_not_referred_to(before: str) -> None:
    message = check(mail(saying("x", follows=True), before=before), more=[*BULK, "In-Reply-To"])
    assert ROOT.fullmatch(message["In-Reply-To"])
    assert message["References"] == message["In-Reply-To"]


def test_an_announcement_can_be_ended_by_a_mail() -> None:
    assert read(mail())["List-Unsubscribe"] == "<mailto:desk@bright.example?subject=unsubscribe>"
    assert read(mail(by=replace(OFFICE, reply_to="")))["List-Unsubscribe"] == (
        "<mailto:office@bright.example?subject=unsubscribe>"
    )
    odd = replace(OFFICE, reply_to="a&b?c@bright.example")
    assert read(mail(by=odd))["List-Unsubscribe"] == "<mailto:a%26b%3Fc@bright.example?subject=unsubscribe>"


def test_an_announcement_can_be_ended_by_one_click_where_it_is_configured() -> None:
    account = replace(OFFICE, unsubscribe_url="https://x.example/u?who={address}&mail={message_id}")
    content = mail(by=account, address="a+{message_id}&b@mail.example")
    message = check(content, "a+{message_id}&b@mail.example", more=[*BULK, "List-Unsubscribe-Post"])
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    first, second = message["List-Unsubscribe"].split(", ")
    who, id = "a%2B%7Bmessage_id%7D%26b%40mail.example", "%3Cabc.def%40bright.example%3E"
    assert first == f"<https://x.example/u?who={who}&mail={id}>"
    assert second == "<mailto:desk@bright.example?subject=unsubscribe>"


def test_an_address_for_one_click_that_fits_no_line_is_left_out() -> None:
    account = replace(OFFICE, unsubscribe_url="https://x.example/" + "{address}" * 60)
    assert "https" not in read(mail(by=account))["List-Unsubscribe"]
    check(mail(by=account))


@pytest.mark.parametrize("url", ["http://x.example", "https://x.example/>\r\nBcc: evil@x", "https://x y", "https://ü"])
def test_no_address_for_one_click_breaks_out(url: str) -> None:
    with pytest.raises(CannotCompose):
        mail(by=replace(OFFICE, unsubscribe_url=url))
