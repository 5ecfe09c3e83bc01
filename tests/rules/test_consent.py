"""Which channels reach a client, and why none does (N1, N3, N4, N12)."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from msgcenter_tui.domain import Channel, Consent
from msgcenter_tui.rules.consent import reason, why_none, why_not

MAIL = "ana@mail.example"
PHONE = "+15550100"


def channels(**facts: Any) -> tuple[Channel, ...]:
    return tuple(channel for channel in Channel if not why_not(channel, **facts))


def test_e_mail_needs_an_address_that_is_not_muted() -> None:  # N3
    assert channels(email=MAIL) == (Channel.EMAIL,)
    assert channels(email=MAIL, muted=True) == ()
    assert channels(email=None) == ()
    assert channels(email="") == ()


@pytest.mark.parametrize("consent", Consent)
def test_sms_needs_a_number_and_active_consent(consent: Consent) -> None:  # N3
    reached = consent is Consent.ACTIVE
    assert channels(email=None, phone=PHONE, consent=consent) == ((Channel.SMS,) if reached else ())
    assert channels(email=None, phone=None, consent=consent) == ()


def test_both_channels_reach_if_both_do() -> None:  # N1
    assert channels(email=MAIL, phone=PHONE, consent=Consent.ACTIVE) == (Channel.EMAIL, Channel.SMS)
    assert channels(email=MAIL, muted=True, phone=PHONE, consent=Consent.ACTIVE) == (Channel.SMS,)


def test_who_is_erased_is_not_reached() -> None:  # N12
    assert channels(email=MAIL, phone=PHONE, consent=Consent.ACTIVE, erased=True) == ()
    assert why_not(Channel.EMAIL, email=MAIL, erased=True) == "erased"
    assert reason(MAIL, False, PHONE, Consent.ACTIVE, portal=True, erased=True) == "is reached by nothing: erased"


@pytest.mark.parametrize(
    ("muted", "email", "phone", "consent", "why"),
    [
        (False, None, None, Consent.NOT_ASKED, "no e-mail address, no phone number"),
        (True, MAIL, None, Consent.ACTIVE, "e-mail is muted, no phone number"),
        (False, None, PHONE, Consent.NOT_ASKED, "no e-mail address, not asked for SMS consent"),
        (False, None, PHONE, Consent.PENDING, "no e-mail address, SMS consent is pending"),
        (True, MAIL, PHONE, Consent.DECLINED, "e-mail is muted, SMS declined"),
    ],
)
def test_who_is_not_reached_is_told_with_the_reason(
    muted: bool, email: str | None, phone: str | None, consent: Consent, why: str
) -> None:  # N4
    assert reason(email, muted, phone, consent, portal=True) == f"finds it in the portal only: {why}"
    assert reason(email, muted, phone, consent, portal=False) == f"is reached by nothing: {why}"


def test_a_reason_is_given_exactly_where_no_channel_reaches() -> None:  # N4
    for email, muted, phone, consent, portal, erased in itertools.product(
        (None, MAIL), (False, True), (None, PHONE), Consent, (False, True), (False, True)
    ):
        reached = channels(email=email, muted=muted, phone=phone, consent=consent, erased=erased)
        assert bool(reason(email, muted, phone, consent, portal, erased)) is not bool(reached)
        assert bool(why_none(email, muted, phone, consent, erased)) is not bool(reached)
