"""What is typed to search for, taken apart."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msgcenter_tui.rules.sought import INDEXED, Sought, bare, beginnings, sought


@pytest.mark.parametrize(
    ("typed", "words", "texts"),
    [
        ("", (), ()),
        ("  \t ", (), ()),
        ("ana holiday", ("ana", "holiday"), ()),
        ("(Holiday, ANA!)", ("Holiday", "ANA"), ()),
        ("ho holiday", ("holiday",), ()),
        ("check-in", ("check", "in"), ("check-in",)),
        ("ana@mail.example", ("ana", "mail", "example"), ("ana@mail.example",)),
        ('"birth plan" ana', ("birth", "plan", "ana"), ("birth plan",)),
        ('"birth pl', ("birth", "pl"), ("birth pl",)),
        ("„birth plan“", ("birth", "plan"), ("birth plan",)),
        ('"holiday"', ("holiday",), ()),
        ('"', (), ()),
        ('""', (), ()),
        ("...", (), ("...",)),
        ("*", (), ("*",)),
        ("C++", ("C",), ("c++",)),
        ("NEAR(a b) OR -x", ("NEAR", "a", "b", "OR", "x"), ("near(a",)),
        ("party🎉", ("party",), ("party🎉",)),
        ("明日 手机-case", ("case",), ("明日", "手机-case")),
        ("हिन्दी", (), ("हिन्दी",)),
        ("안녕 Straße ой", ("안녕", "Straße", "ой"), ()),
        ("Jose\u0301", ("José",), ()),
        ("a\x00b", ("ab",), ()),
    ],
)
def test_words_are_looked_up_and_everything_else_is_compared(
    typed: str, words: tuple[str, ...], texts: tuple[str, ...]
) -> None:
    assert sought(typed) == Sought(words, texts)


def test_the_first_two_hundred_characters_count() -> None:
    assert sought("x" * 10_000) == Sought(("x" * 100,), ())
    assert sum(map(len, sought("ab " * 5000).words)) == 2


@given(st.text())
def test_nothing_that_is_typed_is_an_error_or_asks_an_index_for_signs(typed: str) -> None:
    assert all(INDEXED.fullmatch(word) for word in sought(typed).words)


def test_what_is_asked_of_an_index_is_one_word_to_sqlite_and_folded_alike() -> None:
    letters = [chr(code) for code in range(0xAC00) if INDEXED.fullmatch(bare(chr(code)))] + ["각", "힣"]
    with closing(sqlite3.connect(":memory:")) as there:
        there.execute("CREATE VIRTUAL TABLE texts USING fts5(words, tokenize='unicode61 remove_diacritics 2')")
        there.execute("CREATE VIRTUAL TABLE words USING fts5vocab('texts', 'instance')")
        there.executemany(
            "INSERT INTO texts (rowid, words) VALUES (?, ?)", ((ord(one), f"a{bare(one)}b") for one in letters)
        )
        terms = there.execute("SELECT doc, term FROM words ORDER BY doc").fetchall()
    assert terms == [(ord(one), f"a{bare(one)}b") for one in sorted(letters)]


@pytest.mark.parametrize(
    ("words", "text", "found"),
    [
        ("jo", "José García", True),
        ("gar jose", "José García", True),
        ("arcia", "José García", False),
        ("a", "Jo_Ana", True),
        ("brien", "Pat O'Brien", True),
        ("οδος", "ΟΔΟΣ", True),
    ],
)
def test_beginnings_of_words_are_found_without_an_index_too(words: str, text: str, found: bool) -> None:
    assert beginnings(words)(text) is found
