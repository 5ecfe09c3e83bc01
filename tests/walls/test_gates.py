"""What a client writes through the gates in their wall leaves the same behind as what the center itself writes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

import pytest
from sqlalchemy import select
from tests.center.practice import Practice
from tests.conftest import Clock
from tests.walls.conftest import Walled
from tests.world import World

from msgcenter_tui.center import messages
from msgcenter_tui.domain import Channel, MessageId, Policy, Sent
from msgcenter_tui.errors import Refused
from msgcenter_tui.store import notifiers, tables
from msgcenter_tui.store.store import Store

WRITTEN = ("threads", "participants", "messages", "versions", "marks", "runs", "deliveries", "gaps", "drafts", "audit")


def said(sent: Sent) -> MessageId:
    assert sent.message is not None
    return sent.message


def everything_a_client_does(practice: Practice) -> None:
    """Clients reply, begin, edit, delete and take back, while others come and go (N1, N5, N9, N10, M2, R1)."""
    world, run, clock = practice.world, practice.store.run, practice.clock
    ana = practice.client("Ana", phone="+1 212 555 0111", consent="active")
    ben = practice.client("Ben", phone="+1 212 555 0122", consent="active")
    cem = practice.client("Cem", portal=False)
    open_to_all = practice.broadcast(locked=False)
    first = said(practice.reply(ana, open_to_all))
    world.change(cem, status="inactive")
    clock.advance(seconds=20)
    practice.reply(ben, open_to_all, "From Ben")
    world.change(cem, status="active")  # missed one: a gap
    practice.client("Dora", portal=False)  # joins the run that is open
    clock.advance(seconds=20)
    third = said(practice.reply(ana, open_to_all, "Once more"))
    private = practice.direct(practice.maya, ana, ben, practice.lee, body="You two")
    practice.reply(ben, private, "Hello both")
    clock.advance(seconds=30)
    practice.reply(ana, private, "Hello")
    clock.advance(minutes=20)
    practice.reply(ben, private, "Still here")
    own = practice.direct(ana, practice.maya, body="A question")
    world.run(messages.edit, practice.who(ana), first, "Many thanks")
    world.run(messages.edit, practice.who(ana), first, "Many, many thanks")
    world.run(messages.delete_message, practice.who(ana), third)
    world.run(messages.delete_message, practice.who(ana), third)
    alone = practice.direct(ben, practice.maya, body="Never mind")
    world.run(messages.undo, practice.who(ben), alone)
    practice.reply(ana, own, "And another")
    world.run(messages.undo, practice.who(ana), own)
    last = said(practice.reply(ben, open_to_all, "The last"))
    world.run(messages.delete_message, practice.who(ben), last)
    with pytest.raises(Refused, match="somebody has answered"):
        run(messages.undo, practice.who(ana), private)
    run(notifiers.close_due, list(Channel), True)
    late = said(practice.reply(ana, own, "Overdue"))
    clock.advance(days=2)
    assert run(notifiers.begin, "late", {Channel.EMAIL: str})  # holds it (N13)
    run(notifiers.retire, "late")  # and settles its run
    world.run(messages.delete_message, practice.who(ana), late)


def left_behind(store: Store) -> dict[str, list[Any]]:
    with store.read() as tx:
        return {
            name: sorted(map(repr, tx.conn.execute(select(tables.metadata.tables[name])).all())) for name in WRITTEN
        }


def played(walled: Walled, over: Callable[[Walled], Store]) -> dict[str, list[Any]]:
    clock = Clock()
    walled.begin(clock)
    walled.owner.policy = Policy(quiet_period=timedelta(seconds=90), reply_gather=timedelta(minutes=30))
    try:
        everything_a_client_does(Practice(World(over(walled), clock)))
    finally:
        walled.owner.policy = Policy()
    return left_behind(walled.owner)


def test_gates_write_what_the_center_writes(walled_store: Walled) -> None:  # N1, N5, N9, N10, M2, M5, R1
    by_the_center = played(walled_store, lambda walled: walled.owner)
    through_gates = played(walled_store, lambda walled: cast("Store", walled))
    assert all(by_the_center.values())
    for name in WRITTEN:
        assert through_gates[name] == by_the_center[name], name
