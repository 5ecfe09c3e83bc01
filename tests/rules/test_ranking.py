"""How things answer what is typed: the best first, narrowing as one types on, typing errors last (T2)."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.hostile import HOSTILE

from msgcenter_tui.rules.letters import Alike, begins_of, leads, near, pairs_of, walk
from msgcenter_tui.rules.ranking import Entry, Fit, entry, fit, frecency, marks, sought
from msgcenter_tui.rules.shelf import Shelf, ranked
from msgcenter_tui.text import fold

words = st.text(alphabet="abcé -_.3", max_size=12) | st.sampled_from(["Holiday closing", "Straße", "ﬁrst", "İstanbul"])
entries = st.builds(entry, words, words, words)
anything = st.text(max_size=12) | st.sampled_from(list(HOSTILE.values()))


def how(typed: str, name: str, shortcut: str = "", content: str = "") -> Fit | None:
    return fit(sought(typed), entry(name, shortcut, content))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("holiday closing", Fit.NAME),
        ("/HOL", Fit.SHORTCUT),
        ("holi", Fit.NAME_BEGINS),
        ("clos", Fit.WORD_BEGINS),
        ("losi", Fit.IN_NAME),
        ("closing holiday", Fit.IN_NAME),
        ("hc", Fit.INITIALS),
        ("hoclo", Fit.INITIALS),
        ("monday", Fit.CONTENT),
        ("holiday monday", Fit.CONTENT),
        ("hldy", Fit.LETTERS),
        ("hlsg", None),  # too far apart to be meant
        ("olday", None),  # the first letter begins a word
        ("zebra", None),
    ],
)
def test_what_answers_and_how(typed: str, expected: Fit | None) -> None:  # T2
    assert how(typed, "Holiday closing", "hol", "We are closed on Monday") is expected


def test_shortcuts_answer_by_their_letters() -> None:  # T2
    assert how("clo", "Holiday", "closing") is Fit.SHORTCUT_BEGINS
    assert how("sing", "Holiday", "closing") is Fit.IN_SHORTCUT
    assert how("clsn", "Holiday", "closing") is Fit.LETTERS


@pytest.mark.parametrize("typed", ["holidya", "hoilday", "holixday", "hliday", "holyday closin", "cl9sing", "hollid"])
def test_one_wrong_letter_in_a_word_is_forgiven_where_nothing_answers(typed: str) -> None:  # T2
    shelf = Shelf([(entry("Welcome", "", ""), "other"), (entry("Holiday closing"), "meant")])
    assert shelf.find(typed) == ["meant"]
    shelf = Shelf([(entry("Welcome", "", typed), "says so"), (entry("Holiday closing"), "meant")])
    assert shelf.find(typed)[0] == "says so"


def test_two_wrong_letters_and_short_words_are_not_forgiven() -> None:  # T2
    for typed in ("hxlxday", "xx", "clx holiday"):
        assert Shelf([(entry("Holiday closing"), 1)]).find(typed) == []


@given(entries, st.integers(0, 12))
def test_every_beginning_of_a_name_finds_it(one: Entry, length: int) -> None:  # T2
    beginning = one.name[:length]
    if sought(beginning).whole:
        assert fit(sought(beginning), one) in (Fit.NAME, Fit.SHORTCUT, Fit.NAME_BEGINS) or beginning.startswith("/")


@given(words, words, words, words)
def test_what_answers_answered_each_beginning_of_the_search(typed: str, name: str, shortcut: str, says: str) -> None:
    one = entry(name, shortcut, says)  # T2
    whole = sought(typed).whole
    found = [fit(sought(whole[:n]), one) is not None for n in range(1, len(whole) + 1) if sought(whole[:n]).whole]
    assert found == sorted(found, reverse=True)


@given(st.lists(entries, max_size=6), st.lists(words, max_size=6))
def test_a_shelf_that_narrows_answers_as_each_thing_fits(things: list[Entry], typed: list[str]) -> None:  # T2
    numbered = list(enumerate(things))
    kept = Shelf([(one, number) for number, one in numbered])
    for search in typed:
        for end in (*range(len(search) + 1), len(search) // 2, len(search)):  # typed, wiped out a little, typed again
            found = kept.find(search[:end])
            assert found == ranked([(one, number) for number, one in numbered], search[:end])
            assert len(found) == len(set(found))
            ranks = (
                [fit(sought(search[:end]), things[number]) for number in found] if sought(search[:end]).whole else []
            )
            assert [(rank, number) for rank, number in zip(ranks, found, strict=False) if rank is not None] == sorted(
                (rank, number) for rank, number in zip(ranks, found, strict=False) if rank is not None
            )  # the better first, those alike as they stood


@given(st.lists(entries, max_size=6), st.lists(st.integers(0, 7), unique=True), st.lists(entries, max_size=3), words)
def test_an_arranged_shelf_answers_as_one_made_in_that_order(
    things: list[Entry], first: list[int], behind: list[Entry], typed: str
) -> None:  # T2
    shelf = Shelf([(one, number) for number, one in enumerate(things)])
    shelf.find(typed[:1])  # what was asked of it before is nothing to the other
    others = [(one, -number) for number, one in enumerate(behind, 1)]
    order = [*(one for one in first if one < len(things)), *(n for n in range(len(things)) if n not in first)]
    anew = Shelf([*((things[number], number) for number in order), *others])
    arranged = shelf.arranged(first, others)
    for end in range(len(typed) + 1):
        assert (arranged.find(typed[:end]), arranged.forgave) == (anew.find(typed[:end]), anew.forgave)


@given(st.text(alphabet="ab é-_1", min_size=1, max_size=5), st.text(alphabet="ab é-_1", max_size=20))
def test_whether_letters_lead_through_words_is_told_as_the_way_is(letters: str, there: str) -> None:  # T2
    way = walk(letters, there)
    assert leads(letters, there, begins_of(there)) == (None if way is None else way[1])


@given(st.text(alphabet="ab é-_1", min_size=2, max_size=2), st.text(alphabet="ab é-_1", max_size=20))
def test_where_two_letters_lead_is_known_before_they_are_typed(letters: str, there: str) -> None:  # T2
    close, led = pairs_of(there)
    way = walk(letters, there)
    assert (letters in led, letters in close) == (way is not None, way is not None and way[1])


@given(st.text(alphabet="abc", min_size=4, max_size=6), st.sets(st.text(alphabet="abc", min_size=1, max_size=7)))
def test_no_word_that_is_near_is_left_out(word: str, known: set[str]) -> None:  # T2
    assert sorted(near(word, Alike(known).to(word))) == sorted(near(word, known))


@given(anything, anything)
def test_any_search_of_anything_is_answered_and_marked(typed: str, shown: str) -> None:  # M3
    assert Shelf([(entry(shown, shown, shown), 1)]).find(typed) in ([], [1])
    assert all(0 <= at < len(shown) for at in marks(typed, shown))


@given(st.text(alphabet=string.ascii_letters + " é", max_size=12), st.integers(0, 12), st.integers(1, 6))
def test_marked_is_what_was_typed(shown: str, start: int, length: int) -> None:  # T2
    part = fold(shown[start : start + length])
    if part:
        marked = [shown[at] for at in sorted(marks(part, shown))]
        assert fold("".join(marked)).replace(" ", "") == part.replace(" ", "")


@pytest.mark.parametrize(
    ("typed", "shown", "marked"),
    [
        ("clo", "Disclose closing", "clo"),  # where a word begins
        ("hoclo", "Holiday closing", "Hoclo"),
        ("hldy", "Holiday", "Hldy"),
        ("closing holi", "Holiday closing", "Holiclosing"),
        ("strasse", "Die Straße", "Straße"),
        ("holidya", "Holiday closing", "Holiday"),
        ("monday", "Holiday", ""),
        ("/hol", "Holiday", "Hol"),
    ],
)
def test_the_letters_that_answer_are_marked(typed: str, shown: str, marked: str) -> None:  # T2
    assert "".join(shown[at] for at in sorted(marks(typed, shown, forgiving=True))) == marked


def test_what_is_no_typing_error_marks_nothing_that_is_only_near() -> None:  # T2
    shelf = Shelf([(entry("Holiday closing", "holiday"), 1)])
    assert (shelf.find("hocl"), shelf.forgave, marks("hocl", "holiday")) == ([1], False, frozenset())
    assert (shelf.find("holidya"), shelf.forgave) == ([1], True)


def test_often_and_recently_used_weighs_more() -> None:  # T2
    assert frecency(3, 0) > frecency(2, 0) > frecency(2, 1) > frecency(1, 5) > frecency(1, 500) > 0
    assert frecency(1, 0) > frecency(10, 60)
    assert frecency(1, -3) == frecency(1, 0)  # a clock that was put back
