"""Many deliveries at once, by keys: by reason, by thread, all that are shown; a channel that is resumed (N8, N13)."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import update
from syrupy.assertion import SnapshotAssertion
from tests.tui.conftest import Driven, Run
from tests.tui.practice import ALL_CLIENTS, Practice
from tests.tui.test_deliveries import arrive, count, put

from msgcenter_tui.domain import Channel, DeliveryState
from msgcenter_tui.store import channels, tables

S = DeliveryState
LOST = "the connection to the mail server was lost before it answered"
REFUSED = "the mail server refused the recipient: 550 5.1.1 <...> No such mailbox"


async def to_state(driven: Driven, state: DeliveryState) -> None:
    while driven.screen.only_state is not state:
        await driven.press("right_square_bracket")
    await driven.until(
        lambda: driven.screen.ledger.rows and {row.state for row in driven.screen.ledger.rows} == {state}
    )


def said(driven: Driven, words: str) -> bool:
    return any(words in toast for toast in driven.toasts)


def two_threads_unknown(practice: Practice) -> None:
    practice.start("more", ALL_CLIENTS, "One more thing.", subject="One more thing")
    put(practice, S.UNKNOWN, LOST, how_many=1000)


async def test_a_reason_is_chosen_and_all_of_it_tried_again(practice: Practice, run: Run) -> None:  # N8, N14
    put(practice, S.FAILED, REFUSED, how_many=3)
    put(practice, S.FAILED, "552 5.2.2 Mailbox full", how_many=2)
    async with run(practice.actor, start="deliveries") as driven:
        await arrive(driven)
        await driven.press("w")
        await driven.until(lambda: "3 failed" in driven.text and "550 5.1.1 No such mailbox" in driven.text)
        await driven.type("full")
        await driven.press("enter")
        await driven.until(lambda: len(driven.screen.ledger.rows) == 2)
        assert "Why: 552 5.2.2 Mailbox full" in driven.text
        assert driven.screen.only_state is S.FAILED
        await driven.press("R")
        await driven.until(lambda: "Try 2 notifications again?" in driven.text and "Mailbox full" in driven.text)
        await driven.press("y")
        await driven.until(lambda: any("2 deliveries to be tried again" in toast for toast in driven.toasts))
        assert count(practice, S.FAILED) == 3
        await driven.press("escape")
        await driven.until(lambda: len(driven.screen.ledger.rows) == 3)  # every reason again
        await driven.press("w", "escape")
        await driven.still()
        assert len(driven.screen.ledger.rows) == 3


async def test_a_reason_belongs_to_its_state(practice: Practice, run: Run) -> None:
    put(practice, S.FAILED, REFUSED, how_many=3)
    put(practice, S.UNKNOWN, LOST, how_many=2)
    async with run(practice.actor, start="deliveries") as driven:
        await arrive(driven)
        await driven.press("w", "down", "enter")
        await driven.until(lambda: "Why: 550 5.1.1 No such mailbox" in driven.text)
        await driven.press("right_square_bracket")
        await driven.until(lambda: len(driven.screen.ledger.rows) == 2)
        assert "Why: 550" not in driven.text


async def test_the_unknown_of_a_thread_arrived_by_one_answer(practice: Practice, run: Run) -> None:  # N8
    two_threads_unknown(practice)
    unknown, before = count(practice, S.UNKNOWN), count(practice, S.SENT)
    assert unknown > 9
    async with run(practice.actor, start="deliveries") as driven:
        await arrive(driven)
        await to_state(driven, S.UNKNOWN)
        await driven.until(lambda: "unknown in this thread" in driven.text and LOST[:30] in driven.text)
        more = driven.screen.ledger.chosen.thread
        mine = sum(row.thread == more for row in driven.screen.ledger.rows)
        assert f"{mine} unknown in this thread" in driven.text
        await driven.press("Y")
        await driven.until(lambda: f"Did {mine} notifications arrive?" in driven.text and "One more" in driven.text)
        await driven.press("n")
        assert count(practice, S.UNKNOWN) == unknown  # asked, and answered with no
        await driven.press("Y", "y")
        await driven.until(lambda: count(practice, S.UNKNOWN) == unknown - mine)
        assert count(practice, S.SENT) == before + mine
        await driven.until(lambda: {row.thread for row in driven.screen.ledger.rows} == {practice.threads["holiday"]})


async def test_the_unknown_of_a_thread_are_sent_again_by_one_answer(practice: Practice, run: Run) -> None:  # N8
    two_threads_unknown(practice)
    async with run(practice.actor, start="deliveries") as driven:
        await arrive(driven)
        await to_state(driven, S.UNKNOWN)
        await driven.press("n")
        assert driven.screen.ledger.chosen.thread == practice.threads["holiday"]
        await driven.press("S")
        await driven.until(lambda: "Send 9 notifications again?" in driven.text and "gets it twice" in driven.text)
        await driven.press("y")
        await driven.until(lambda: count(practice, S.WAITING) == 9)


async def test_a_range_is_marked(practice: Practice, run: Run) -> None:
    put(practice, S.FAILED, REFUSED, how_many=6)
    async with run(practice.actor, start="deliveries") as driven:
        await arrive(driven)
        await to_state(driven, S.FAILED)
        await driven.press("down", "space", "down", "down", "v")
        assert len(driven.screen.ledger.marked) == 4
        await driven.press("r")
        await driven.until(lambda: count(practice, S.FAILED) == 2)


async def test_whole_threads_are_an_owners_matter(practice: Practice, run: Run) -> None:  # S4
    put(practice, S.UNKNOWN, LOST, how_many=3)
    async with run(practice.world.actor(practice.leo), start="deliveries") as driven:
        await arrive(driven)
        await to_state(driven, S.UNKNOWN)
        assert "all of them arrived" not in driven.text
        await driven.press("Y")
        await driven.until(lambda: any("Maya Ortiz" in toast for toast in driven.toasts))
        assert count(practice, S.UNKNOWN) == 3


async def test_keys_that_find_nothing_say_so(practice: Practice, run: Run) -> None:  # S1
    async with run(practice.actor, start="deliveries") as driven:
        await arrive(driven)
        for key, answer in (
            ("R", "Nothing that is shown failed or retries"),
            ("Y", "Nothing unknown is chosen"),
            ("S", "Nothing unknown is chosen"),
            ("w", "there is no reason to tell"),
            ("u", "no channel is paused"),
        ):
            await driven.press(key)
            await driven.until(partial(said, driven, answer))


async def test_a_paused_channel_says_what_to_do_and_is_resumed(practice: Practice, run: Run) -> None:  # N13
    practice.world.run(channels.pause, Channel.EMAIL, "the mail server refused the login", None)
    async with run(practice.actor, start="deliveries") as driven:
        await arrive(driven)
        await driven.until(lambda: "e-mail sends nothing now" in driven.text and "u resumes" in driven.text)
        await driven.press("u")
        await driven.until(lambda: "sends nothing now" not in driven.text)
        assert any("Sending by e-mail again" in toast for toast in driven.toasts)
        assert practice.world.run(channels.stopped) == ()


async def test_a_pause_for_a_while_runs_out_before_ones_eyes(practice: Practice, run: Run) -> None:  # N13
    world = practice.world
    with world.store.write() as tx:
        until = {"paused_at": tx.now, "until": world.clock.advance(minutes=2)}
        tx.conn.execute(tables.channels.insert().values(channel=Channel.EMAIL, why="it does not answer", **until))
    world.clock.advance(minutes=-2)
    async with run(practice.actor, start="deliveries") as driven:
        await arrive(driven)
        await driven.until(lambda: "Tries again in 2:00" in driven.text)
        world.clock.advance(seconds=50)
        await driven.until(lambda: "Tries again in 1:10" in driven.text)


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)], ids=["80x24", "120x36", "200x60"])
async def test_the_picture_of_what_is_unknown(
    practice: Practice, run: Run, svg: SnapshotAssertion, size: tuple[int, int]
) -> None:
    two_threads_unknown(practice)
    practice.world.run(channels.pause, Channel.EMAIL, "the mail server refused the login: 535 5.7.8 no", None)
    with practice.world.store.write() as tx:
        tx.conn.execute(update(tables.deliveries).values(settled_at=tx.now).where(tables.deliveries.c.state == S.SENT))
    async with run(practice.actor, start="deliveries", size=size) as driven:
        await arrive(driven)
        await to_state(driven, S.UNKNOWN)
        await driven.until(lambda: size[0] < 100 or "unknown in this thread" in driven.text)
        await driven.until(lambda: "e-mail paused" in driven.text)
        await driven.still()
        assert driven.picture() == svg
