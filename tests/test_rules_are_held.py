"""Every rule of the product is held by a test that quotes it: `# V3` in the test of it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tests.quotes import all_comments, comments

LAST = {"A": 6, "V": 9, "R": 4, "N": 14, "L": 4, "M": 6, "T": 8, "P": 3, "S": 5}
"""The rules are A1 to A6, V1 to V9, and so on."""

NOT_YET: dict[str, str] = {}
"""Rules that the program does not keep yet, and why."""

RULES = {f"{letter}{number}" for letter, last in LAST.items() for number in range(1, last + 1)}
QUOTED = re.compile(rf"(?<![\w.])[{''.join(LAST)}][0-9]{{1,2}}(?![\w.]*\w)")


def quotes(comments: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """(name of a test, rule) for each rule that a comment quotes."""
    return {(name, rule) for name, comment in comments for rule in QUOTED.findall(comment)}


def test_every_rule_is_quoted_by_a_test() -> None:
    held = {rule for _, rule in quotes(all_comments())}
    assert RULES - NOT_YET.keys() - held == set(), "no test says that it holds these rules"
    assert held & NOT_YET.keys() == set(), "these are held by now: take them off the list"


def test_what_is_quoted_is_a_rule() -> None:
    assert {(name, rule) for name, rule in quotes(all_comments()) if rule not in RULES} == set()


def test_a_quote_is_a_comment_within_a_test() -> None:
    source = '''
# A1
@decorated  # A2
def test_one():
    # A3, A4: both, not A15s or x.A6
    """A5"""
    string = "# V1"

def helper():
    # V2
    pass
'''
    assert sorted(quotes(comments(source))) == [("test_one", "A2"), ("test_one", "A3"), ("test_one", "A4")]
