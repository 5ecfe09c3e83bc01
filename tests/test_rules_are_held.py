"""Every rule of the product is held by a test that quotes it: `# V3` in the test of it."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parent

LAST = {"A": 6, "V": 9, "R": 4, "N": 14, "L": 4, "M": 6, "T": 8, "P": 3, "S": 5}
"""The rules are A1 to A6, V1 to V9, and so on."""

NOT_YET = {
    "N11": "catch-up is an act of the audience list, which is still to come",
    "T6": "stepping through the clients before a send is still to come",
}
"""Rules that the program does not keep yet, and why."""

RULES = {f"{letter}{number}" for letter, last in LAST.items() for number in range(1, last + 1)}
QUOTED = re.compile(rf"(?<![\w.])[{''.join(LAST)}][0-9]{{1,2}}(?![\w.]*\w)")


def quotes(source: str) -> Iterator[tuple[str, str]]:
    """(name of a test, rule) for each rule that a comment in the test, or beside its decorators, quotes."""
    comments = {
        token.start[0]: token.string
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT and not token.string.startswith("# noqa")
    }
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            begin = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            for line in range(begin, (node.end_lineno or begin) + 1):
                for rule in QUOTED.findall(comments.get(line, "")):
                    yield node.name, rule


def all_quotes() -> set[tuple[str, str]]:
    return {found for path in sorted(TESTS.rglob("test_*.py")) for found in quotes(path.read_text(encoding="utf-8"))}


def test_every_rule_is_quoted_by_a_test() -> None:
    held = {rule for _, rule in all_quotes()}
    assert RULES - NOT_YET.keys() - held == set(), "no test says that it holds these rules"
    assert held & NOT_YET.keys() == set(), "these are held by now: take them off the list"


def test_what_is_quoted_is_a_rule() -> None:
    assert {(name, rule) for name, rule in all_quotes() if rule not in RULES} == set()


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
    assert sorted(quotes(source)) == [("test_one", "A2"), ("test_one", "A3"), ("test_one", "A4")]
