"""What an SMS provider's answer means: this recipient, this moment, or the account (Twilio's API of 2010-04-01).

Sending is not idempotent there: whatever leaves it open whether the text was taken is *unknown* (N8), and only what
says that it was not taken may be tried again.
"""

from __future__ import annotations

import json
import re
from datetime import timedelta

from msgcenter_tui.delivery.transport import Reply, Verdict
from msgcenter_tui.text import clean_line

_TAKEN = frozenset({"accepted", "scheduled", "queued", "sending", "sent", "delivered", "receiving", "received", "read"})
_NOT_TAKEN = frozenset({"failed", "undelivered", "canceled"})

_OPTED_OUT = frozenset({21610})
_BAD_NUMBER = frozenset({21211, 21214, 21217, 21408, 21612, 21614, 30005, 30006})
_LOOKED_UP = range(60000, 61000)
"""The number was looked up, and is none that takes texts."""
_BUSY = frozenset({14107, 20429, 21611, 30001, 30022, 63038})

_LOGIN = "see that username and password of [sms] are right, then start again"
_SENDER = "see that `from` of [sms] is a number, or a messaging service, that this account may send from"
_PLACE = "see that url and account of [sms] are right, then start again"
_SUSPENDED = "settle it with the provider, then start again"

_CURES = {
    **dict.fromkeys((20003, 20004, 20006, 20008, 20101, 20403), _LOGIN),
    **dict.fromkeys((20005, 30002, 90010), _SUSPENDED),
    **dict.fromkeys((21212, 21603, 21606, 21607, 21618, 21659, 21660, 21661, 30032, 30034), _SENDER),
    **dict.fromkeys((21701, 21702, 21703, 21704, 21705, 21706), _SENDER),
    20404: _PLACE,
}
"""What nobody can be texted with until somebody mends it, by the provider's code."""
_CURES_BY_STATUS = {401: _LOGIN, 403: _LOGIN, 404: _PLACE, 405: _PLACE, 407: _PLACE, 410: _PLACE}

# Anything that could be somebody's number, address or the account's name is left out of what is repeated.
_PERSONAL = re.compile(r"<?[^\s<>\"]+@[^\s<>\"]+>?|\+?\d(?:[ ()./-]*\d){5,}|\b[A-Z]{2}[0-9a-fA-F]{32}\b")
_LONGEST = 200
_LONGEST_REST = timedelta(hours=1)


def judge(status: int, content: bytes, retry_after: str = "") -> Reply:
    """What a complete answer to a send means; `retry_after` is the header of this name, if there is one."""
    answer = _read(content)
    if 200 <= status < 300:
        return _sent(answer)
    if 300 <= status < 400:
        why = "the provider sends this program to another address, where it does not go with a password"
        return Reply(Verdict.ACCOUNT, f"{why}; {_PLACE}")
    if not 400 <= status < 500:
        return Reply(Verdict.UNKNOWN, f"the provider met an error of its own (status {status})")
    code = _code(answer.get("code") if answer else None)
    words = _said(answer.get("message") if answer else None, code or status)
    if status in (408, 429) or code in _BUSY:
        why = f"the provider takes no more for now: {words}"
        return Reply(Verdict.LINE, why, rest=_rest(retry_after))
    if answer is None and status not in _CURES_BY_STATUS:
        return Reply(Verdict.ACCOUNT, f"no provider of SMS answers there (status {status}); {_PLACE}")
    return _refused(code, words, _CURES_BY_STATUS.get(status, ""))


def _sent(answer: dict[str, object] | None) -> Reply:
    if answer is None:
        return Reply(Verdict.UNKNOWN, "the provider's answer cannot be read")
    state = answer.get("status")
    if state in _NOT_TAKEN:
        code = _code(answer.get("error_code"))
        words = _said(answer.get("error_message"), code)
        if code in _BUSY:
            return Reply(Verdict.LINE, f"the provider takes no more for now: {words}")
        return _refused(code, words)
    if state in _TAKEN or (state is None and isinstance(answer.get("sid"), str)):
        return Reply(Verdict.ACCEPTED, str(state or "accepted"))
    return Reply(Verdict.UNKNOWN, "the provider's answer does not say what became of the text")


def _refused(code: int, words: str, cure: str = "") -> Reply:
    if code in _OPTED_OUT:
        return Reply(Verdict.REFUSED, f"they have opted out of SMS: {words}", declined=True)
    if code in _BAD_NUMBER or code in _LOOKED_UP:
        return Reply(Verdict.REFUSED, f"the provider cannot text this number: {words}", bad_address=True)
    if cure := _CURES.get(code, cure):
        return Reply(Verdict.ACCOUNT, f"the provider refuses this account: {words}; {cure}")
    # A filter, a trial that texts known numbers only, what is not known here: a row of it is not about recipients.
    return Reply(Verdict.REFUSED, f"the provider refused it: {words}", policy=True)


def _read(content: bytes) -> dict[str, object] | None:
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def _code(value: object) -> int:
    """A code of the provider's, 0 where there is none."""
    return int(value) if isinstance(value, int | str) and re.fullmatch("[0-9]{1,6}", str(value)) else 0


def _said(value: object, code: int) -> str:
    """What the provider said, for people: one clean line, cut, without numbers and addresses."""
    words = value if isinstance(value, str) else ""
    words = _PERSONAL.sub("…", clean_line(words[: 4 * _LONGEST]))[:_LONGEST].rstrip(" .")
    return f"{words} ({code})".strip() if code else words or "it does not say why"


def _rest(retry_after: str) -> timedelta | None:
    if not re.fullmatch("[0-9]{1,6}", retry_after.strip()):
        return None
    return min(timedelta(seconds=int(retry_after)), _LONGEST_REST)
