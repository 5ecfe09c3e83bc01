"""What a server's reply means: this recipient, this connection, or the whole account (RFC 5321, RFC 3463)."""

from __future__ import annotations

import enum
import re

from msgcenter_tui.delivery.transport import Reply, Verdict
from msgcenter_tui.text import clean_line

_ENHANCED = re.compile(r"\s*([245])\.(\d{1,3})\.(\d{1,3})(?=\s|$)")
_ADDRESS = re.compile(r"<?[^\s<>\"]+@[^\s<>\"]+>?")
_GREYLISTED = re.compile("gr[ae]y[ -]?list", re.IGNORECASE)
"""Each recipient is to come back once, whatever the pace (RFC 6647). Servers say so in words, under various codes."""
_LONGEST = 200


class Phase(enum.StrEnum):
    """Where in the conversation a reply came; its value completes "the mail server refused ..."."""

    GREETING = "the connection"
    HELLO = "the greeting"
    TLS = "encryption"
    LOGIN = "the login"
    MAIL = "the sender"
    RCPT = "the recipient"
    DATA = "the message before it was sent"
    DOT = "the message"


def said(code: int, text: str) -> str:
    """What the server said, for people: one clean line, cut, with every address taken out."""
    words = _ADDRESS.sub("<...>", clean_line(text[: 4 * _LONGEST]))
    return (f"{code} {words[:_LONGEST]}" if code > 0 else words[:_LONGEST]).strip()


def judge(phase: Phase, code: int, text: str) -> Reply:
    """What a complete reply means in this phase. The enhanced code's class wins where it contradicts the basic one.

    2xx at the dot is acceptance; elsewhere only what is no success is asked about.
    """
    enhanced = _ENHANCED.match(text)
    kind = code // 100
    subject, detail = (int(enhanced[2]), int(enhanced[3])) if enhanced else (0, 0)
    if enhanced and kind in (4, 5) and int(enhanced[1]) in (4, 5):
        kind = int(enhanced[1])
    why = f"the mail server refused {phase.value}: {said(code, text)}"
    if code == 421:
        return Reply(Verdict.LATER if phase is Phase.DOT else Verdict.LINE, why, slower=True, ends_line=True)
    if phase is Phase.DOT and kind == 2:
        return Reply(Verdict.ACCEPTED, said(code, text))
    if kind not in (4, 5):
        return _senseless(phase, code, text)
    if phase in (Phase.GREETING, Phase.HELLO, Phase.TLS, Phase.LOGIN, Phase.MAIL):
        return _before_recipient(phase, kind, subject, detail, why)
    if code in (530, 535, 534, 538) or (kind == 5 and subject == 7 and detail in (0, 8, 9, 11, 14)):
        return Reply(Verdict.ACCOUNT, f"{why}; see that username and password of [smtp] are right")
    if kind == 4:
        return Reply(Verdict.LATER, why, slower=subject == 7 and not _GREYLISTED.search(text))
    return Reply(
        Verdict.REFUSED,
        why,
        bad_address=phase is Phase.RCPT and subject == 1 and detail in (1, 2, 3, 6, 10),
        policy=subject == 7,
        once=(subject, detail) == (2, 2) or (code == 552 and not enhanced),
    )


_CURES = {
    Phase.GREETING: "see that host, port and security of [smtp] are right and that the server lets this machine in",
    Phase.HELLO: "see that host and port of [smtp] name a mail server",
    Phase.TLS: "see that security of [smtp] is what the server offers",
    Phase.LOGIN: "set username and password of [smtp] right, then start again",
    Phase.MAIL: "see that `from` of [smtp] is an address that this account may send as, then start again",
}


def _before_recipient(phase: Phase, kind: int, subject: int, detail: int, why: str) -> Reply:
    """Nothing here is about a recipient: the server cannot now, or the account is wrong."""
    if kind == 4:
        return Reply(Verdict.LINE, why, slower=subject == 7, ends_line=True)
    if phase is Phase.MAIL and (subject, detail) == (3, 4):  # too big for this server
        return Reply(Verdict.REFUSED, why)
    return Reply(Verdict.ACCOUNT, f"{why}; {_CURES[phase]}", ends_line=True)


def _senseless(phase: Phase, code: int, text: str) -> Reply:
    why = f"the mail server answered {phase.value} with something senseless: {said(code, text)}"
    verdict = Verdict.UNKNOWN if phase is Phase.DOT else Verdict.LINE
    return Reply(verdict, why, over_it=phase is Phase.DATA, ends_line=True)
