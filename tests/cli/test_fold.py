"""`msgcenter fold`: says what it would do, asks, and does it."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from tests.cli.conftest import Shell

from msgcenter_tui.domain import DeliveryState
from msgcenter_tui.store import tables
from msgcenter_tui.store.store import open_store


@pytest.fixture
def settled(shell: Shell, broadcast: str) -> str:
    """The thread of a broadcast that was sent."""
    store = open_store(shell.database)
    with store.write() as tx:
        sent = {"state": DeliveryState.SENT, "fenced_at": tx.now, "settled_at": tx.now}
        tx.conn.execute(update(tables.deliveries).values(**sent))
        tx.conn.execute(update(tables.runs).values(closed_at=tx.now, settled_at=tx.now, last=1))
    store.close()
    return broadcast


def test_it_says_what_it_would_do_asks_and_does_it(shell: Shell, settled: str) -> None:
    # S4, N8
    figures = shell.ask("fold", "--older-than", "0", "--dry-run")
    assert (figures["runs"], figures["deliveries"], figures["by_state"]) == (1, 1, {"sent": 1})
    asked = shell.fail(1, "fold", "--older-than", "0")
    assert asked.startswith("Keep of 1 delivery in 1 run only how each ended?")
    before = shell.ask("audience", settled)
    assert "1 delivery in 1 run" in shell.say("fold", "--older-than", "0", "--yes", "--compact")
    after = shell.ask("audience", settled)
    assert after["counts"] == before["counts"]
    assert [row["notified"] for row in after["clients"]] == ["notified"]
    assert shell.ask("deliveries")["deliveries"] == []
    assert "1 more folded: figures only" in shell.say("deliveries", "--thread", settled)
    assert "nothing to fold" in shell.say("fold", "--older-than", "0")


def test_what_cannot_be_is_refused(shell: Shell) -> None:
    assert "give a number of days" in shell.fail(2, "fold", "--older-than", "-1")
    assert "is no time" in shell.fail(2, "fold", "--before", "long ago")
    assert "still to come" in shell.fail(1, "fold", "--before", "9000-01-01", "--yes")
    shell.fail(2, "fold")
