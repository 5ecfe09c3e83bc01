"""What servers say, without what differs from one recipient to the next."""

from __future__ import annotations

import pytest

from msgcenter_tui.rules.reasons import LONGEST, common

SAID = {
    "the mail server refused the recipient: 550 5.1.1 <...> No such mailbox": "550 5.1.1 No such mailbox",
    "the mail server refused the recipient: 550 5.1.1 <...>: Recipient address rejected: User unknown":
        "550 5.1.1 Recipient address rejected: User unknown",
    "the mail server refused the message: 552 5.2.2 Mailbox full, quota is 1024 MB (4fz3kq2x.17)":
        "552 5.2.2 Mailbox full, quota is … MB",
    "the mail server refused the recipient: 451 4.7.1 Greylisted, please try again in 287 seconds":
        "451 4.7.1 Greylisted, please try again in … seconds",
    "the mail server answered the message with something senseless: 299 ok 12":
        "299 ok",
    "550-5.1.1 The email account that you tried to reach does not exist. d9443c01a7336-2a1b2c3d4e5f si123 - gsmtp":
        "550-5.1.1 The email account that you tried to reach does not exist … gsmtp",
    "the line was lost after the last dot": "the line was lost after the last dot",
    "mailbox ana.flores@mail.example is unavailable": "mailbox … is unavailable",
    "550": "550",
    "": "",
}  # fmt: skip


@pytest.mark.parametrize("said", SAID)
def test_what_differs_is_taken_out(said: str) -> None:  # N8
    assert common(said) == SAID[said]


def test_it_is_the_same_for_everybody() -> None:
    said = "550 5.7.1 <p{0}@mail.example>: rejected, see https://list.example/?ip=192.0.2.{0} (id 4A{0}F)"
    assert {common(said.format(n)) for n in range(50)} == {"550 5.7.1 rejected, see"}


def test_it_is_short_and_stays_as_it_is() -> None:
    long = common("550 " + "no " * 200)
    assert len(long) <= LONGEST
    for words in SAID.values():
        assert common(words) == words
