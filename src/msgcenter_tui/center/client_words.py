"""The words of client lists: which headings mean which fact, and what stands for a status, a portal, a consent."""

from __future__ import annotations

import enum
from collections.abc import Mapping

from msgcenter_tui.domain import Consent, Status
from msgcenter_tui.errors import BadInput
from msgcenter_tui.text import clean_line, fold


class Fact(enum.StrEnum):
    """What a column holds; the FIELD of --map."""

    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    STATUS = "status"
    PORTAL = "portal"
    SMS = "sms"
    NOTE = "note"


LEFT_OUT = "-"
"""`--map HEADING=-`: the column is known and not wanted."""

HEADINGS: Mapping[Fact, tuple[str, ...]] = {
    Fact.NAME: ("name", "client", "client name", "full name", "display name", "contact name"),
    Fact.EMAIL: ("e-mail", "e-mail address", "mail", "mail address", "client e-mail"),
    Fact.PHONE: ("phone", "phone number", "mobile", "mobile phone", "mobile number", "cell", "cell phone", "telephone"),
    Fact.STATUS: ("status", "client status"),
    Fact.PORTAL: ("portal", "portal enabled", "portal access", "client portal"),
    Fact.SMS: ("SMS", "SMS opt-in", "SMS consent", "text opt-in", "text consent"),
    Fact.NOTE: ("note", "notes", "comment", "comments", "remarks"),
}

STATUSES: Mapping[str, Status] = {
    **{status.value: status for status in Status},
    "completed": Status.COMPLETE,
    "archived": Status.INACTIVE,
}
_YES, _NO = ("yes", "true", "1", "y", "on"), ("no", "false", "0", "n", "off")
PORTALS: Mapping[str, bool] = {**dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)}
CONSENTS: Mapping[str, Consent] = {
    **{consent.value: consent for consent in Consent},
    "not asked": Consent.NOT_ASKED,
    **dict.fromkeys(_YES, Consent.ACTIVE),
    **dict.fromkeys((*_NO, "stop"), Consent.DECLINED),
}
# Words that do not say of themselves what they are taken for: a warning says it once.
INTERPRETED: Mapping[tuple[Fact, str], str] = {
    (Fact.STATUS, "archived"): "is taken as Inactive",
    **{(Fact.SMS, word): "is taken as consent declined" for word in _NO},
}


def heading_key(heading: str) -> str:
    """Headings are the same whatever their case, blanks and punctuation: E-Mail, e_mail, "Email "."""
    return "".join(letter for letter in fold(clean_line(heading)) if letter.isalnum())


MEANING: Mapping[str, Fact] = {
    heading_key(heading): fact for fact, headings in HEADINGS.items() for heading in headings
}


def named_fact(heading: str, word: str) -> Fact | None:
    if word.strip() == LEFT_OUT:
        return None
    try:
        return Fact(fold(word))
    except ValueError:
        fields = ", ".join(Fact)
        raise BadInput(
            f"{heading[:40]!r} cannot be mapped to {word[:40]!r}", f"a field is one of {fields}", "or - to leave it out"
        ) from None


def more_rows(times: int) -> str:
    """The end of a finding that is true of `times` rows and is said at the first."""
    return f", here and in {times - 1} more row{'s' if times > 2 else ''}" if times > 1 else ""
