"""A send under way in the conversation: bar, pace, time left, why some failed, and what became of it (N8)."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update
from syrupy.assertion import SnapshotAssertion
from tests.conftest import Clock
from tests.tui.conftest import Run
from tests.tui.practice import ALL_CLIENTS, Practice

from msgcenter_tui.domain import DeliveryState
from msgcenter_tui.store import tables
from msgcenter_tui.tui.screens.deliveries import Deliveries

S = DeliveryState
TABLE = tables.deliveries


def settle(practice: Practice, state: DeliveryState, how_many: int, reason: str = "") -> None:
    """So many of the waiting ones come into this state, as a notifier would bring them there."""
    with practice.world.store.write() as tx:
        waiting = select(TABLE.c.run_id, TABLE.c.person_id).where(TABLE.c.state == S.WAITING).limit(how_many)
        for run, person in tx.conn.execute(waiting).all():
            tx.conn.execute(
                update(TABLE)
                .where(TABLE.c.run_id == run, TABLE.c.person_id == person)
                .values(state=state, reason=reason, fenced_at=tx.now, settled_at=tx.now)
            )


async def test_a_send_is_followed_live(practice: Practice, run: Run, clock: Clock) -> None:  # N8
    async with run(practice.actor) as driven:
        await driven.until(lambda: "0 of 9 sent" in driven.text and "9 waiting" in driven.text)
        clock.advance(seconds=1)
        settle(practice, S.SENT, 2)
        await driven.until(lambda: "2 of 9 sent" in driven.text)
        clock.advance(seconds=1)
        settle(practice, S.SENT, 1)
        settle(practice, S.FAILED, 1, "the mail server refused the recipient: 550 5.1.1 <...> No such mailbox 4F7")
        await driven.until(lambda: "3 of 9 sent" in driven.text and "2 a second" in driven.text)
        await driven.until(lambda: "3 s left" in driven.text and "1 failed" in driven.text)
        assert "1 failed: 550 5.1.1 No such mailbox" in driven.text
        settle(practice, S.SENT, 5)
        await driven.until(lambda: "8 of 9 sent" in driven.text and "d to look and decide" in driven.text)
        assert "a second" not in driven.text
        await driven.press("d")
        await driven.until(lambda: "Failed 1" in driven.text)


async def test_what_is_to_be_decided_is_looked_at_alone_by_the_key_of_the_keymap(practice: Practice, run: Run) -> None:
    # N8
    settle(practice, S.FAILED, 2, "550 5.1.1 No such mailbox")
    settle(practice, S.UNKNOWN, 1, "the line was lost")
    settle(practice, S.SENT, 6)
    practice.start("later", ALL_CLIENTS, "And one thing more.", subject="Later")
    settle(practice, S.UNKNOWN, 9, "the line was lost")
    holiday = practice.threads["holiday"]
    async with run(practice.actor, keymap={"places.deliveries": "O"}) as driven:
        await driven.press("down")
        await driven.until(lambda: driven.screen.thread_id == holiday and "O to look and decide" in driven.text)
        await driven.press("O")
        await driven.until(lambda: isinstance(driven.screen, Deliveries) and driven.screen.ledger.rows)
        await driven.still()
        assert [(row.thread, row.state) for row in driven.screen.ledger.rows] == [(holiday, S.UNKNOWN)]
        await driven.press("escape")
        await driven.until(lambda: {row.thread for row in driven.screen.ledger.rows} >= set(practice.threads.values()))


async def test_a_reading_of_everything_takes_no_newer_count_back(practice: Practice, run: Run, clock: Clock) -> None:
    async with run(practice.actor) as driven:
        await driven.until(lambda: "0 of 9 sent" in driven.text)
        before = driven.screen.pane.opened
        clock.advance(seconds=1)
        settle(practice, S.SENT, 4)
        await driven.until(lambda: "4 of 9 sent" in driven.text)
        await driven.screen.pane.show(before, reader=practice.maya.id)  # begun before, come after
        await driven.still()
        assert "4 of 9 sent" in driven.text


async def test_a_send_under_way_is_counted_and_nothing_else(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await driven.until(lambda: "0 of 9 sent" in driven.text)
        driven.front.asked.clear()
        settle(practice, S.SENT, 1)
        await driven.until(lambda: "progress" in driven.front.asked)
        assert driven.front.asked.index("progress") <= 1  # beside the badge, and before the list and the thread


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
async def test_its_picture(
    practice: Practice, run: Run, clock: Clock, svg: SnapshotAssertion, size: tuple[int, int]
) -> None:
    async with run(practice.actor, size=size) as driven:
        if size[0] < 100:
            await driven.press("enter")
        await driven.until(lambda: "0 of 9 sent" in driven.text)
        clock.advance(seconds=2)
        settle(practice, S.FAILED, 1, "550 5.1.1 No such mailbox")
        settle(practice, S.RETRYING, 1, "451 4.7.1 Greylisted")
        settle(practice, S.SENT, 3)
        await driven.until(lambda: "3 of 9 sent" in driven.text and "2 a second" in driven.text)
        await driven.until(lambda: "1 failed" in driven.screen.query_one("TopLine").render().plain)
        await driven.until(lambda: "Undo send" not in driven.text)  # all else has been read again, too
        await driven.still()
        assert driven.picture() == svg
