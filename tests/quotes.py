"""What tests say that they hold: the comments within them."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

TESTS = Path(__file__).parent


class Quote(NamedTuple):
    """A comment in a test, or beside its decorators."""

    room: str
    """The folder of the test: "center"; its module where it is in none."""
    test: str
    comment: str


def quotes(source: str, room: str) -> Iterator[Quote]:
    """Those of the tests in this module that `make test` runs."""
    found = {
        token.start[0]: token.string
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT and not token.string.startswith("# noqa")
    }
    for node in ast.parse(source).body:  # pytest finds no test within a function
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or not node.name.startswith("test_"):
            continue
        if any(ast.unparse(one) == "pytest.mark.soak" for one in node.decorator_list):
            continue
        begin = min([node.lineno, *(one.lineno for one in node.decorator_list)])
        for line in range(begin, (node.end_lineno or begin) + 1):
            if line in found:
                yield Quote(room, node.name, found[line])


@cache
def all_quotes() -> frozenset[Quote]:
    """Those of all tests."""
    modules = sorted(TESTS.rglob("test_*.py"))
    return frozenset(
        found
        for module in modules
        for found in quotes(module.read_text(encoding="utf-8"), module.relative_to(TESTS).parts[0])
    )
