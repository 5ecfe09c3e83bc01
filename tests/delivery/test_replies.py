"""What a server's reply means, by phase and code."""

from __future__ import annotations

import pytest
from tests.hostile import HOSTILE

from msgcenter_tui.delivery.replies import Phase, judge, said
from msgcenter_tui.delivery.transport import Verdict

V = Verdict


@pytest.mark.parametrize(
    ("phase", "code", "text", "verdict"),
    [
        (Phase.DOT, 250, "2.0.0 ok", V.ACCEPTED),
        (Phase.DOT, 200, "", V.ACCEPTED),
        (Phase.DOT, 354, "eh", V.UNKNOWN),
        (Phase.DOT, -1, "garbage", V.UNKNOWN),
        (Phase.DOT, 451, "4.3.0 later", V.LATER),
        (Phase.DOT, 421, "4.3.2 closing", V.LATER),
        (Phase.DOT, 554, "5.6.0 bad content", V.REFUSED),
        (Phase.DOT, 554, "5.7.1 spam", V.REFUSED),
        (Phase.RCPT, 450, "4.2.0 greylisted", V.LATER),
        (Phase.RCPT, 550, "5.1.1 unknown", V.REFUSED),
        (Phase.RCPT, 550, "4.2.1 try later", V.LATER),  # the enhanced class wins
        (Phase.RCPT, 450, "5.1.1 unknown", V.REFUSED),
        (Phase.RCPT, 550, "2.1.5 what", V.REFUSED),  # no class of a failure
        (Phase.RCPT, 530, "5.7.0 authentication required", V.ACCOUNT),
        (Phase.RCPT, 421, "too many", V.LINE),
        (Phase.RCPT, 999, "?", V.LINE),
        (Phase.MAIL, 550, "5.1.8 sender", V.ACCOUNT),
        (Phase.MAIL, 552, "5.3.4 too big", V.REFUSED),
        (Phase.MAIL, 452, "4.3.1 no space", V.LINE),
        (Phase.MAIL, 530, "5.7.0 must issue STARTTLS", V.ACCOUNT),
        (Phase.LOGIN, 535, "5.7.8 bad", V.ACCOUNT),
        (Phase.LOGIN, 454, "4.7.0 temporary", V.LINE),
        (Phase.GREETING, 554, "no", V.ACCOUNT),
        (Phase.GREETING, 421, "busy", V.LINE),
        (Phase.DATA, 451, "4.3.0", V.LATER),
        (Phase.DATA, 554, "5.5.1 no valid recipients", V.REFUSED),
    ],
)
def test_verdicts(phase: Phase, code: int, text: str, verdict: Verdict) -> None:
    reply = judge(phase, code, text)
    assert reply.verdict is verdict
    assert reply.why


def test_only_what_says_so_marks_an_address() -> None:
    assert judge(Phase.RCPT, 550, "5.1.1 unknown user").bad_address
    assert not judge(Phase.RCPT, 550, "unknown user").bad_address
    assert not judge(Phase.RCPT, 550, "5.2.1 disabled").bad_address
    assert not judge(Phase.DOT, 550, "5.1.1 unknown user").bad_address


def test_account_trouble_says_what_to_do() -> None:  # S1
    for phase in (Phase.GREETING, Phase.HELLO, Phase.TLS, Phase.LOGIN, Phase.MAIL):
        assert "[smtp]" in judge(phase, 550, "5.7.0 no").why


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_what_a_server_said_is_one_safe_line_without_addresses(words: str) -> None:
    line = said(550, f"<ana@mail.example>: {words} ana.b+c@mail.example")
    assert len(line) <= 210
    assert "ana" not in line
    assert not any(ord(letter) < 32 or 0x7F <= ord(letter) < 0xA0 for letter in line)
    assert line.encode()
