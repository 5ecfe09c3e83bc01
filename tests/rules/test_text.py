"""The door in and the gate out of foreign text (M1, M3)."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.hostile import HOSTILE, unsafe_in

from msgcenter_tui.errors import BadInput
from msgcenter_tui.text import (
    LONGEST_BODY,
    LONGEST_LINE,
    clean,
    clean_body,
    clean_line,
    clean_name,
    clean_subject,
    fold,
    is_blank,
    name_key,
    preview,
    shown,
    shown_line,
)

# Any text, surrogates included, with what is dangerous much more often than chance would have it.
DANGEROUS = (
    "\x00\x07\x08\t\n\x0b\x0c\r\x1b\x7f\x80\x85\x9b\x9d\x9f\u00ad\u061c\u200b\u200c\u200d\u200e\u2028\u2029\u202e\u2066"
)
DANGEROUS += "\u034f\u3164\ufeff\ufe0f\u0301\u20dd\ud800\udc00\U000e0041\U000e007f\U0001f3f4\U0001f468aé漢ا "
texts = st.text(st.one_of(st.sampled_from(DANGEROUS), st.characters(exclude_categories=())))

everything_hostile = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)

PILE = re.compile("(?:[\u0300-\u036f]\u200d?){31}")


# -- clean ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("one\r\ntwo\rthree\u2028four\u2029five", "one\ntwo\nthree\nfour\nfive"),
        ("one\x0btwo\x0cthree\x85four", "one\ntwo\nthree\nfour"),
        ("a\tb", "a\tb"),
        ("a\x1b]0;PWNED\x07b", "a]0;PWNEDb"),
        ("a\x9b31mb\x7f", "a31mb"),
        ("before\x00after", "beforeafter"),
        ("a\ud800b", "a\ufffdb"),
        ("\ud83d\ude00", "\U0001f600"),
        ("photo_\u202egnp.exe", "photo_\u202egnp.exe"),  # bidirectional controls are kept
        ("  as written  ", "  as written  "),
        ("[Urgent] {{x}} [/]", "[Urgent] {{x}} [/]"),  # nothing is markup
        ("👨‍👩‍👧‍👦 می\u200cخواهم", "👨‍👩‍👧‍👦 می\u200cخواهم"),
    ],
)
def test_text_is_kept_as_written_but_for_controls(written: str, kept: str) -> None:  # M3
    assert clean(written) == kept


@everything_hostile
def test_difficult_text_can_be_stored(text: str) -> None:  # M3, hazards 48
    assert_storable(clean(text))


@given(texts)
def test_any_text_can_be_stored_and_is_cleaned_once(text: str) -> None:  # M3
    once = clean(text)
    assert_storable(once)
    assert clean(once) == once


@given(st.text(st.characters(exclude_categories=("C", "M", "Zl", "Zp")) | st.sampled_from("\n\t\u200d\u202e")))
def test_text_without_controls_is_not_touched(text: str) -> None:  # M3
    assert clean(text) == text


def assert_storable(text: str) -> None:
    text.encode("utf-8")
    assert not [c for c in text if unicodedata.category(c) == "Cc" and c not in "\n\t"]
    assert not PILE.search(text)


def test_a_pile_of_marks_is_cut_where_no_language_is_hurt() -> None:  # M3, hazards 49
    assert clean("e" + "\u0301" * 10_000 + "!") == "e" + "\u0301" * 30 + "!"
    assert clean("é" * 40 + "\u0301" * 30) == "é" * 40 + "\u0301" * 30
    assert clean("ก็" * 100) == "ก็" * 100
    assert clean("👍🏽" * 100 + "❤️" * 100) == "👍🏽" * 100 + "❤️" * 100


def test_one_line_is_one_line() -> None:
    assert clean_line("  Hello\r\nBcc:\tevil@evil.example\n\n") == "Hello Bcc: evil@evil.example"
    assert clean_line("Bonjour\u00a0!") == "Bonjour\u00a0!"


@given(texts)
def test_any_line_is_one_line(text: str) -> None:
    line = clean_line(text)
    assert len(line.splitlines()) <= 1
    assert line == line.strip()


# -- bodies, names, subjects ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", " ", "\n\t \n", "\u00a0\u3000", "\x00\x1b", "\u200b\u2060", "\u3164", "\ufe0f"])
def test_a_body_that_says_nothing_is_refused(text: str) -> None:  # M3
    assert is_blank(text)
    with pytest.raises(BadInput, match="the message is empty"):
        clean_body(text)


@pytest.mark.parametrize("text", [".", "👍", "e\u0301", "漢", "ㅤ.", "\ue000"])
def test_a_body_that_says_little_is_taken(text: str) -> None:  # M3
    assert clean_body(text) == text


def test_a_body_has_at_most_20_000_characters() -> None:  # M3
    assert LONGEST_BODY == 20_000
    assert clean_body("é" * 20_000 + "\x00") == "é" * 20_000
    with pytest.raises(BadInput, match="20,001 characters, the most is 20,000"):
        clean_body("é" * 20_001)


def test_a_body_keeps_its_space() -> None:  # M3
    assert clean_body("\n  poem\n    indented\n") == "\n  poem\n    indented\n"


def test_a_name_is_one_line_of_1_to_200_characters() -> None:
    assert clean_name(" Ana\n Flores ") == "Ana Flores"
    assert clean_name("x" * LONGEST_LINE) == "x" * LONGEST_LINE
    with pytest.raises(BadInput, match="the name is too long"):
        clean_name("Too " + "long " * 80)
    for nothing in ("", " ", "\u200b", "\x1b"):
        with pytest.raises(BadInput, match="the name is empty"):
            clean_name(nothing)


def test_a_subject_is_optional() -> None:  # M1
    assert clean_subject(None) is None
    assert clean_subject(" \n") is None
    assert clean_subject("Hello\r\nBcc: evil@evil.example") == "Hello Bcc: evil@evil.example"
    with pytest.raises(BadInput, match="the subject is too long"):
        clean_subject("x" * (LONGEST_LINE + 1))


# -- shown ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stored", "seen"),
    [
        ("a\x1b]0;x\x07b", "a␛]0;x␇b"),
        ("a\x9b31mb", "a‹9B›31mb"),
        ("a\x7fb\x00c", "a␡b␀c"),
        ("one\r\ntwo", "one\ntwo"),
        ("harmless\rEVIL", "harmless␍EVIL"),
        ("one\u2028two", "one\ntwo"),
        ("photo_\u202egnp.exe", "photo_‹RLO›gnp.exe"),
        ("a\tb", "a   b"),
        ("\tb\nabc\td", "    b\nabc d"),
        ("a\ud800b", "a\ufffdb"),
        ("pay\u200bpal\ufeff", "paypal"),
        ("pay\u200dpal", "paypal"),
        ("\u200dx", "x"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("می\u200c\u200c\u200cخواهم", "می\u200cخواهم"),
        ("👨‍👩‍👧‍👦", "👨‍👩‍👧‍👦"),
        ("hi\U000e0049\U000e0067", "hi"),
        (HOSTILE["flags"], HOSTILE["flags"]),
        ("[/] [Urgent]", "[/] [Urgent]"),
    ],
)
def test_what_would_steer_a_terminal_is_seen_instead(stored: str, seen: str) -> None:  # M3, hazards 47
    assert shown(stored) == seen


@pytest.mark.parametrize("character", "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_each_bidirectional_control_is_made_visible(character: str) -> None:  # M3
    assert re.fullmatch("a‹[A-Z]{3}›b", shown(f"a{character}b"))


@everything_hostile
def test_nothing_difficult_reaches_a_terminal(text: str) -> None:  # M3
    assert unsafe_in(shown(text)) == []
    assert unsafe_in(shown(clean(text))) == []
    assert unsafe_in(shown_line(text)) == []
    assert "\n" not in shown_line(text)


@given(texts)
def test_nothing_at_all_reaches_a_terminal(text: str) -> None:  # M3
    seen = shown(text)
    assert unsafe_in(seen) == []
    assert not [c for c in seen if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") and c != "\n"]
    assert shown(seen) == seen
    assert "\n" not in shown_line(text)
    assert shown_line(shown_line(text)) == shown_line(text)


@given(st.text(" \t\n\r\x0b\u2028\u3000\u200ba", max_size=12))
def test_white_space_around_breaks_is_one_space(text: str) -> None:
    assert shown_line(text) == re.sub(r"\s*\n\s*", " ", shown(text)).strip()


@pytest.mark.parametrize("run", ["\t" * 500_000, " " * 500_000, "\n" + " " * 500_000], ids=["tabs", "spaces", "break"])
def test_a_long_run_of_white_space_is_gone_through_once(run: str) -> None:
    assert shown_line(f"a{run}b").startswith("a ")  # again from each of its characters, it would take hours


@given(st.text(st.characters(exclude_categories=("C", "M", "Zl", "Zp")) | st.just("\n")))
def test_plain_text_is_shown_as_written(text: str) -> None:  # M3
    assert shown(text) == text


# -- keys and previews ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ANA", "ana"),
        ("Straße", "STRASSE"),
        ("é", "e\u0301"),
        ("ＡＢＣ", "abc"),
        ("Ana  Flores ", " ana flores"),
        ("pay\u200bpal", "paypal"),
        ("\u202eana", "ana"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("Ana\nFlores", "ana flores"),
    ],
)
def test_what_looks_the_same_is_found_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("Jose", "José"), ("ana", "anna"), ("a b", "ab")])
def test_what_differs_is_told_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(texts)
def test_a_key_is_its_own_key(text: str) -> None:
    assert fold(fold(text)) == fold(text)


BY_NAME = [
    *("Aden", "Ægir", "Dora", "Đorđe", "Emil", "Émile", "Emily", "Jose", "José", "José Alba", "Jose Maria", "Łucja"),
    *("Lucy", "Ñandú", "Nora", "Ørsted", "Oz", "Strasse", "Thor", "Þóra", "Zoe", "Zoë", "Άννα", "Βάσω"),
    *("Елена", "Ёлка", "Жанна", "Иван", "Йод", "हिना", "हुमा", "가을", "김"),
]


def test_letters_with_marks_stand_with_their_base_letters() -> None:
    assert sorted(BY_NAME, key=name_key) == BY_NAME


@given(texts)
def test_the_key_of_a_name_holds_what_is_searched_for(text: str) -> None:
    assert fold(text) in name_key(text)


def test_a_preview_is_one_line_that_says_where_it_was_cut() -> None:
    assert preview("  We are closed\n\nfrom   Monday. ", 200) == "We are closed from Monday."
    assert preview("We are closed from Monday.", 14) == "We are closed…"
    assert preview("abcdef", 6) == "abcdef"
    assert preview("abcdefg", 6) == "abcde…"
    assert preview("ab" + "e\u0301" * 10, 6) == "abe\u0301…"
    assert preview("ab👨‍👩‍👧‍👦", 6) == "ab…"
    assert preview("a🇵🇱🇩🇪🇫🇷", 5) == preview("a🇵🇱🇩🇪🇫🇷", 4) == "a🇵🇱…"
    assert preview("x", 0) == ""


@given(texts, st.integers(0, 30))
def test_a_preview_is_never_longer(text: str, n: int) -> None:
    line = preview(text, n)
    assert len(line) <= n
    assert "\n" not in line
