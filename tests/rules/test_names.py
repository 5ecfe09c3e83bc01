"""How somebody is addressed (T4)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.hostile import HOSTILE

from msgcenter_tui.rules.names import first_name
from msgcenter_tui.text import clean_name, is_blank


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Ana Flores", "Ana"),
        ("  Ana   Flores", "Ana"),
        ("Ana", "Ana"),
        ("Jean-Luc O'Neill", "Jean-Luc"),
        ("Галактион Трофимович Никитин", "Галактион"),
        ("भरत गुहाजी", "भरत"),
        # titles, with and without a full stop
        ("pani Ewa Krężołek", "Ewa"),
        ("Dr Marion Cameron", "Marion"),
        ("Dr. Sarah Drewes", "Sarah"),
        ("Yrd. Doç. Seler Yıldırım", "Seler"),
        ("Univ.Prof. Meike Sölzer B.A.", "Meike"),
        ("MR JOHN DOE", "JOHN"),
        ("السيد محمد علي", "محمد"),
        # what is left of a title and one word is no first name
        ("Mr Smith", "Mr Smith"),
        ("Dr. Drewes", "Dr. Drewes"),
        ("Dr", "Dr"),
        # initials
        ("J. Robert Oppenheimer", "Robert"),
        ("J. R. Smith", "J. R. Smith"),
        # the family name first, by a comma or by the script
        ("Smith, Bob", "Bob"),
        ('Smith, Bob "B"', "Bob"),
        ("Bob Smith, PhD", "Bob"),
        ("Smith,", "Smith"),
        ("高橋 太郎", "高橋 太郎"),
        ("高橋\u3000太郎", "高橋 太郎"),
        ("陈秀珍", "陈秀珍"),
        ("김철수", "김철수"),
        ('"Bob" Ross', "Bob"),
        ("\u3164 Ana", "\u3164 Ana"),  # a letter that is drawn as nothing
        ("4711", "4711"),
        ("4711 / 12", "4711 / 12"),
    ],
)
def test_somebody_is_addressed_as_they_would_be(name: str, first: str) -> None:  # T4
    assert first_name(name) == first


@pytest.mark.parametrize("name", [name for name in HOSTILE.values() if not is_blank(name) and len(name) < 150])
def test_a_difficult_name_has_a_first_name(name: str) -> None:  # T4
    assert not is_blank(first_name(clean_name(name)))


@given(
    st.text(min_size=1, max_size=40)
    | st.lists(st.sampled_from(["Dr.", "Mr", ",", "Ana", "(", ".", "J.", "漢"])).map(" ".join)
)
def test_a_first_name_is_never_empty(name: str) -> None:  # T4
    if not is_blank(name):
        assert not is_blank(first_name(name))
