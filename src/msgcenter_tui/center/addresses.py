"""E-mail addresses and phone numbers: what was entered, and the one form by which it is known again.

The two libraries are imported at first use: the table of the world's phone numbers takes longer to load than a
command takes to run.
"""

from __future__ import annotations

import unicodedata

from msgcenter_tui.errors import BadInput
from msgcenter_tui.text import clean_line

_AS = "write it as name@example.org"


def email_address(text: str) -> tuple[str, str]:
    """The address as entered, and its key: two addresses with one key are the same mailbox to this program (S5).

    The key is the address in Unicode's NFC, its local part case-folded (a server might tell `Ann@` from `ann@`; no
    practice does), its domain in lower-case letters of its own script, also where it was entered as punycode.
    No look-up is made: the domain need not exist. Raises BadInput.
    """
    from email_validator import EmailNotValidError, validate_email

    shown = clean_line(text)
    if "\ufffd" in shown:
        raise BadInput(f"{shown[:80]!r} is no e-mail address", "a character of it was lost on its way", _AS)
    try:
        # "test environment" admits the reserved domains of trials, .test among them; strict: no over-long local part.
        parts = validate_email(shown, check_deliverability=False, test_environment=True, strict=True)
    except EmailNotValidError as error:
        raise BadInput(f"{shown[:80]!r} is no e-mail address", str(error).rstrip("."), _AS) from None
    return shown, f"{_folded(parts.local_part)}@{parts.domain}"


def _folded(local_part: str) -> str:
    return unicodedata.normalize("NFC", local_part.casefold())


def phone_number(text: str, region: str) -> str:
    """The number in E.164 (`+4930123456`); one without a country code is of `region`, an ISO 3166 code.

    Raises BadInput for what cannot be read, and for a number that the numbering plan does not know as possible.
    """
    import phonenumbers

    shown = clean_line(text)
    try:
        number = phonenumbers.parse(shown, region)
    except phonenumbers.NumberParseException:
        raise _no_number(shown, "it cannot be read", region) from None
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise _no_number(shown, _IMPOSSIBLE.get(reason, "its length is wrong"), region)
    if number.extension:
        raise BadInput(f"{shown[:40]!r} cannot be kept", "an extension cannot be reached by SMS", "leave it out")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


# phonenumbers.ValidationResult, spelled out here so that the library stays unloaded.
_IMPOSSIBLE = {1: "no country has its country code", 2: "it is too short", 3: "it is too long"}


def _no_number(shown: str, why: str, region: str) -> BadInput:
    # Only now: to make the example takes as long as to read a number.
    return BadInput(
        f"{shown[:40]!r} is no phone number", why, f"write it with its country code, as in {_example(region)}"
    )


def _example(region: str) -> str:
    import phonenumbers

    number = phonenumbers.example_number(region)
    if number is None:
        return "+1 201 555 0123"
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL))


def region_code(text: str) -> str:
    """A region for phone numbers as its ISO 3166 code in capitals. Raises BadInput for one that has no numbers."""
    import phonenumbers

    code = clean_line(text).upper()
    if code not in phonenumbers.SUPPORTED_REGIONS:
        raise BadInput(f"{code[:20]!r} is no region", "", "give the two letters of a country, as in US or DE")
    return code
