"""E-mail addresses and phone numbers: kept as entered, known again by their normal form (S5, N3)."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msgcenter_tui.center import finding
from msgcenter_tui.center.addresses import email_address, phone_number, region_code
from msgcenter_tui.errors import BadInput


@pytest.mark.parametrize(
    ("written", "shown", "key"),
    [
        ("ann@example.org", "ann@example.org", "ann@example.org"),
        ("  Ann.Lee@EXAMPLE.org\n", "Ann.Lee@EXAMPLE.org", "ann.lee@example.org"),
        ("ann+news@example.org", "ann+news@example.org", "ann+news@example.org"),  # a mailbox of its own
        ("info@Bücher.example", "info@Bücher.example", "info@bücher.example"),
        ("info@xn--bcher-kva.example", "info@xn--bcher-kva.example", "info@bücher.example"),
        ("почта@пример.example", "почта@пример.example", "почта@пример.example"),
        ("ÉLODIE@example.org", "ÉLODIE@example.org", "élodie@example.org"),
        ("E\u0301lodie@example.org", "E\u0301lodie@example.org", "élodie@example.org"),
        ("ann@practice.test", "ann@practice.test", "ann@practice.test"),
    ],
)
def test_an_address_is_kept_as_entered_with_the_key_it_is_known_by(written: str, shown: str, key: str) -> None:
    assert email_address(written) == (shown, key)
    assert email_address(shown) == (shown, key)


@pytest.mark.parametrize(
    "written",
    [
        "", " ", "ann", "ann@", "@example.org", "a@b@example.org", "ann@example..org", "ann@exam ple.org", "ann@-a.org",
        "Ann <ann@example.org>", "ann@example.org\r\nBcc: evil@example.org", "ann@example.org, b@example.org",
        "ann@localhost", "a" * 65 + "@example.org", "ann@" + "a" * 300 + ".org", "ann@[127.0.0.1]",
        "\ud800@example.org", '"quoted"@example.org',
    ],
)  # fmt: skip
def test_what_is_no_address_says_why_and_how_to_write_one(written: str) -> None:  # N3, S1
    with pytest.raises(BadInput, match=r"write it as name@example\.org") as error:
        email_address(written)
    assert error.value.why
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("written", "region", "number"),
    [
        ("(212) 555-0188", "US", "+12125550188"),
        ("212.555.0188", "US", "+12125550188"),
        ("+49 30 3937993", "US", "+49303937993"),
        ("030 / 3937993", "DE", "+49303937993"),
        ("0049 30 3937993", "DE", "+49303937993"),
        ("+44 20 7946 0958", "DE", "+442079460958"),
        ("٠٣٠ ٣٩٣٧٩٩٣", "DE", "+49303937993"),
    ],
)
def test_a_number_without_a_country_is_of_the_region(written: str, region: str, number: str) -> None:
    assert phone_number(written, region) == number


@pytest.mark.parametrize(
    "written", ["", "12", "+1 999", "call me", "555-0188", "+999 1234567", "1" * 40, "212-555-0188 x12"]
)
def test_what_is_no_number_is_not_guessed(written: str) -> None:  # N3
    with pytest.raises(BadInput) as error:
        phone_number(written, "US")
    assert error.value.cure


def test_a_region_is_one_that_has_numbers() -> None:
    assert region_code(" de ") == "DE"
    for wrong in ("", "D", "Germany", "XX", "ZZ"):
        with pytest.raises(BadInput):
            region_code(wrong)


@given(st.from_regex(r"[A-Za-z0-9_+.-]{1,20}@[A-Za-z0-9.-]{1,30}\.[A-Za-z]{2,6}", fullmatch=True))
def test_somebody_is_found_by_the_key_that_they_are_kept_by(written: str) -> None:  # S5
    try:
        _, kept = email_address(written)
    except BadInput:
        return  # nobody is kept by such a one, so whatever is looked for is not there
    assert finding.email_key(written) == kept


def test_most_addresses_are_looked_for_without_the_library() -> None:
    code = """
import sys
from msgcenter_tui.center.finding import email_key
assert email_key("Ana.Flores+news@Mail.Example") == "ana.flores+news@mail.example"
assert email_key("nobody") is None
assert "email_validator" not in sys.modules
assert email_key("ana@xn--bcher-kva.example") == "ana@b\xfccher.example"
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
