"""What tests say that they hold: the comments within them."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

TESTS = Path(__file__).parent


def comments(source: str) -> Iterator[tuple[str, str]]:
    """(name of a test, comment) for each comment in a test, or beside its decorators."""
    found = {
        token.start[0]: token.string
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT and not token.string.startswith("# noqa")
    }
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            begin = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            for line in range(begin, (node.end_lineno or begin) + 1):
                if line in found:
                    yield node.name, found[line]


@cache
def all_comments() -> frozenset[tuple[str, str]]:
    """Those of all tests."""
    sources = (path.read_text(encoding="utf-8") for path in sorted(TESTS.rglob("test_*.py")))
    return frozenset(found for source in sources for found in comments(source))
