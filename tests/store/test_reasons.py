"""Reasons are grouped by the database just as the pure function does it."""

from __future__ import annotations

import random

from sqlalchemy import String, literal, select
from tests.rules.test_reasons import SAID

from msgcenter_tui.rules import reasons
from msgcenter_tui.store.reasons import common
from msgcenter_tui.store.store import Store

PIECES = (
    *("550", "421 4.7.0", "5.1.1", " ", "  ", "x", "No such mailbox", "<...>", "<a@b.example>", "a@b", "…", ".", ":"),
    *(", ", ";", "(", ")", "-", "id 4fz3", "é", "名", "\\1", "%", "_", "'", "the mail server refused the message: "),
)


def some() -> list[str]:
    chance = random.Random(20)
    return ["".join(chance.choices(PIECES, k=chance.randrange(9))) for _ in range(400)]


def test_both_databases_say_it_as_the_rule_does(store: Store) -> None:
    for words in (*SAID, *some()):
        with store.read() as tx:
            found = tx.conn.scalar(select(common(tx, literal(words, String))))
        assert found == reasons.common(words), words
