"""Whether a channel reaches somebody, and in words why not (N3, N4, N12)."""

from __future__ import annotations

from msgcenter_tui.domain import Channel, Consent

PORTAL_ONLY = "finds it in the portal only"
UNREACHABLE = "is reached by nothing"

_CONSENT = {
    Consent.NOT_ASKED: "not asked for SMS consent",
    Consent.PENDING: "SMS consent is pending",
    Consent.DECLINED: "SMS declined",
}


def why_not(
    channel: Channel,
    *,
    email: str | None,
    muted: bool = False,
    phone: str | None = None,
    consent: Consent = Consent.NOT_ASKED,
    erased: bool = False,
) -> str:
    """Why a channel does not reach somebody, "" where it does: the reason of a suppressed delivery (N12)."""
    if erased:
        return "erased"
    if channel is Channel.EMAIL:
        return "no e-mail address" if not email else "e-mail is muted" if muted else ""
    return "no phone number" if not phone else _CONSENT.get(consent, "")


def why_none(email: str | None, muted: bool, phone: str | None, consent: Consent, erased: bool = False) -> str:
    """Why no channel reaches a client, "" where one does (N3)."""
    whys = [
        why_not(channel, email=email, muted=muted, phone=phone, consent=consent, erased=erased) for channel in Channel
    ]
    return ", ".join(dict.fromkeys(whys)) if all(whys) else ""


def reason(
    email: str | None, muted: bool, phone: str | None, consent: Consent, portal: bool, erased: bool = False
) -> str:
    """Why no channel reaches a client and what that means for them, "" where one does (N4)."""
    why = why_none(email, muted, phone, consent, erased)
    if not why:
        return ""
    return f"{PORTAL_ONLY if portal and not erased else UNREACHABLE}: {why}"
