"""The ledger by keys: counts, states, reasons, and what a person decides (N8, N13)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert, select, update
from tests.hostile import HOSTILE, unsafe_in
from tests.tui.conftest import Driven, Run
from tests.tui.practice import ALL_CLIENTS, Practice, direct

from msgcenter_tui.center import deliveries
from msgcenter_tui.domain import Channel, DeliveryState
from msgcenter_tui.store import tables
from msgcenter_tui.store.tx import Act
from msgcenter_tui.tui import acts
from msgcenter_tui.tui.said import Saying
from msgcenter_tui.tui.screens.deliveries import FILTERS, Deliveries


async def arrive(driven: Driven) -> None:
    await driven.until(lambda: isinstance(driven.screen, Deliveries) and driven.screen.ledger.rows)
    await driven.still()


def put(practice: Practice, state: DeliveryState, why: str = "", how_many: int = 2) -> None:
    """Bring some deliveries into a state, as a notifier would have left them."""
    world = practice.world
    with world.store.write() as tx:
        keys = tx.conn.execute(
            select(tables.deliveries.c.run_id, tables.deliveries.c.person_id)
            .where(tables.deliveries.c.state == DeliveryState.WAITING)
            .limit(how_many)
        ).all()
        for run, person in keys:
            tx.conn.execute(
                update(tables.deliveries)
                .where(tables.deliveries.c.run_id == run, tables.deliveries.c.person_id == person)
                .values(
                    state=state, reason=why, attempts=1, fenced_at=tx.now, settled_at=tx.now, address="x@mail.example"
                )
            )


def count(practice: Practice, state: DeliveryState) -> int:
    return len(practice.world.run(deliveries.list_deliveries, practice.actor, state=state).items)


async def test_it_lists_every_delivery_with_its_state(practice: Practice, run: Run) -> None:  # N8
    async with run(practice.actor, start="deliveries") as driven:
        await arrive(driven)
        page = practice.world.run(deliveries.list_deliveries, practice.actor)
        assert [row.id for row in driven.screen.ledger.rows] == [one.id for one in page.items]
        assert "waiting" in driven.text
        assert f"Waiting {count(practice, DeliveryState.WAITING)}" in driven.text


async def test_brackets_go_through_the_states_and_failed_ones_can_be_retried(practice: Practice, run: Run) -> None:
    put(practice, DeliveryState.FAILED, "550 5.1.1 no such mailbox")
    async with run(practice.actor, start="deliveries") as driven:
        await arrive(driven)
        await driven.press("right_square_bracket", "right_square_bracket")  # waiting, failed: the others are empty
        await driven.until(lambda: len(driven.screen.ledger.rows) == 2)
        await driven.until(lambda: "550 5.1.1 no such mailbox" in driven.text)
        assert "✗ failed" in driven.text
        assert "2 failed: a person has to decide" in driven.text
        await driven.press("a", "r")
        await driven.until(lambda: count(practice, DeliveryState.FAILED) == 0)
        await driven.until(lambda: any("2 deliveries to be tried again" in toast for toast in driven.toasts))


async def test_an_unknown_is_settled_by_a_person(practice: Practice, run: Run) -> None:  # N8
    put(practice, DeliveryState.UNKNOWN, "the line was lost after the last dot")
    async with run(practice.actor, start="deliveries") as driven:
        await arrive(driven)
        driven.screen.query_one("ViewTabs").active = 6
        await driven.until(lambda: len(driven.screen.ledger.rows) == 2)
        sent = count(practice, DeliveryState.SENT)
        await driven.press("y")
        await driven.until(lambda: count(practice, DeliveryState.UNKNOWN) == 1)
        assert count(practice, DeliveryState.SENT) == sent + 1
        await driven.until(lambda: len(driven.screen.ledger.rows) == 1)
        await driven.press("s")
        await driven.until(lambda: "again?" in driven.text and "gets it twice" in driven.text)
        await driven.press("y")
        await driven.until(lambda: count(practice, DeliveryState.UNKNOWN) == 0)


async def test_what_is_held_is_released_by_a_person(practice: Practice, run: Run) -> None:  # N13
    put(practice, DeliveryState.HELD, "overdue by more than a day")
    async with run(practice.actor, start="deliveries") as driven:
        await arrive(driven)
        await driven.press("h")
        await driven.until(lambda: "Release what is held" in driven.text)
        await driven.press("y")
        await driven.until(lambda: count(practice, DeliveryState.HELD) == 0)


async def test_a_channel_that_sends_nothing_is_on_a_banner(practice: Practice, run: Run) -> None:  # N13
    with practice.world.store.write() as tx:
        why = "535 5.7.1 relay not configured for this user"  # a server's words: it can be resumed
        tx.conn.execute(insert(tables.channels).values(channel=Channel.SMS, paused_at=tx.now, why=why))
    async with run(practice.actor, start="deliveries") as driven:
        await arrive(driven)
        await driven.until(lambda: "SMS sends nothing now" in driven.text)
        assert "relay not configured for this user" in driven.text
        assert "u Resume" in driven.text


class InTrouble:
    status = "e-mail by the account here is refused: 535 5.7.8 [wrong]; set username and password of [smtp] right"

    async def stop(self) -> None: ...


async def test_what_keeps_this_terminal_from_sending_is_told_whole(practice: Practice, run: Run) -> None:
    async with run(practice.actor, start="deliveries", size=(80, 24), start_notifier=InTrouble) as driven:
        await driven.until(lambda: "⚠ This terminal cannot send: e-mail by the account here is" in driven.text)
        assert "username and password of [smtp] right" in " ".join(driven.text.split())
        await driven.press("escape")
        await driven.until(lambda: "✉ cannot send here" in driven.text.splitlines()[0])


async def test_what_cannot_be_done_says_why(practice: Practice, run: Run) -> None:  # S1
    async with run(practice.actor, start="deliveries") as driven:
        await arrive(driven)
        await driven.press("r", "y", "s")
        await driven.until(lambda: any("Nothing unknown is chosen" in toast for toast in driven.toasts))
        await driven.press("h")
        await driven.until(lambda: any("Nothing is held" in toast for toast in driven.toasts))


async def test_one_thread_only(practice: Practice, run: Run) -> None:
    put(practice, DeliveryState.FAILED, "550 5.1.1 no such mailbox")
    practice.start("later", ALL_CLIENTS, "And one thing more.")
    async with run(practice.actor, start="deliveries") as driven:
        await arrive(driven)
        everything = len(driven.screen.ledger.rows)
        thread = driven.screen.ledger.chosen.thread
        await driven.press("f")
        await driven.until(lambda: {row.thread for row in driven.screen.ledger.rows} == {thread})
        assert "One thread only" in driven.text
        waiting = len(driven.screen.ledger.rows)
        assert f"Waiting {waiting}" in driven.text  # the figures are those of what is shown
        assert f"{waiting} waiting" in driven.text
        assert "Failed" not in driven.text
        await driven.press("f")
        await driven.until(lambda: "Failed 2" in driven.text)
        await driven.until(lambda: len(driven.screen.ledger.rows) == everything)


async def test_it_says_what_is_of_a_thread_that_one_is_not_in(practice: Practice, run: Run) -> None:  # V9, S4
    ana = practice.clients["Ana Flores"].id
    practice.start("leo", direct(ana), "Between the two of us.", by=practice.world.actor(practice.leo))
    put(practice, DeliveryState.HELD, "overdue by more than a day", how_many=1000)
    async with run(practice.actor, start="deliveries") as driven:
        await arrive(driven)
        driven.screen.ledger.cursor = next(at for at, row in enumerate(driven.screen.ledger.rows) if not row.subject)
        await driven.until(lambda: "1 of these in a thread you are not in" in driven.text)
        assert "(Not your th" in driven.text


async def test_what_an_empty_list_says_is_wrapped_where_there_is_little_room(practice: Practice, run: Run) -> None:
    put(practice, DeliveryState.FAILED)
    put(practice, DeliveryState.UNKNOWN)
    async with run(practice.actor, start="deliveries", size=(40, 12)) as driven:
        await arrive(driven)
        assert "a person has to decide" in " ".join(driven.text.split())
        driven.screen.query_one("ViewTabs").active = FILTERS.index(DeliveryState.SUPPRESSED)
        says = "Nothing like that: [ and ] go through the states, esc shows everything."
        await driven.until(lambda: says in " ".join(driven.text.split()))


async def test_one_pane_at_80_columns(practice: Practice, run: Run) -> None:
    async with run(practice.actor, start="deliveries", size=(80, 24)) as driven:
        await arrive(driven)
        assert "Attempts" not in driven.text
        await driven.press("enter")
        await driven.until(lambda: "Attempts" in driven.text)
        await driven.press("escape")
        await driven.until(lambda: "Attempts" not in driven.text)


async def test_at_80_columns_no_figure_is_broken_in_two(practice: Practice, run: Run) -> None:
    put(practice, DeliveryState.FAILED, "550 5.1.1 No such mailbox here, says the server", how_many=1)
    put(practice, DeliveryState.UNKNOWN, "the connection was lost", how_many=1)
    async with run(practice.actor, start="deliveries", size=(80, 24)) as driven:
        await arrive(driven)
        await driven.press("w", "down", "enter")
        await driven.until(lambda: driven.screen.only_reason)
        await driven.until(lambda: "1 failed, 1 unknown: a person has to decide" in driven.text)


@pytest.mark.parametrize("name", ["click action", "closing tag of nothing", "colour and clear", "isolates"])
async def test_a_servers_hostile_reply_is_text(practice: Practice, run: Run, name: str) -> None:  # M3
    text = HOSTILE[name]
    put(practice, DeliveryState.FAILED, f"550 {text}", how_many=1000)
    async with run(practice.actor, start="deliveries") as driven:
        await arrive(driven)
        await driven.until(lambda: "550" in driven.text)
        assert not unsafe_in(driven.text)


async def test_what_waits_for_a_channel_without_an_account_says_so(practice: Practice, run: Run) -> None:  # N13
    with practice.world.store.write() as tx:
        for channel in Channel:
            tx.conn.execute(insert(tables.channels).values(channel=channel, why="as an earlier version said it"))
    async with run(practice.actor, start="deliveries") as driven:
        await arrive(driven)
        await driven.until(lambda: "9 waiting: nothing leaves by e-mail or SMS now" in driven.text)
        assert "is not configured" in driven.screen.query_one("#room--text").content.plain
        assert "due" not in driven.text


async def test_the_footer_offers_only_what_can_be_decided_here(practice: Practice, run: Run) -> None:  # S4
    put(practice, DeliveryState.FAILED, "550 5.1.1 no such mailbox", how_many=1000)
    async with run(practice.actor, start="deliveries") as driven:
        await arrive(driven)
        await driven.until(lambda: "r Retry" in driven.text)
    async with run(practice.world.actor(practice.leo), start="deliveries") as driven:
        await arrive(driven)
        assert "r Retry" not in driven.text
        await driven.press("r")
        await driven.until(lambda: any("Maya Ortiz" in toast for toast in driven.toasts))  # who could


async def test_how_it_stood_before_is_not_told_as_what_became_of_it(
    practice: Practice, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(practice, DeliveryState.FAILED, "550 5.1.1 no such mailbox", how_many=1000)
    async with run(practice.actor, start="deliveries") as driven:
        await arrive(driven)
        screen, perform = driven.screen, driven.screen.perform
        meanwhile: list[Saying] = []

        async def read_meanwhile(act: Act[..., Any], *args: Any, **more: Any) -> Any:
            if act is acts.deliveries.retry:
                await screen.tell_what_became()
                meanwhile.extend(driven.app.said.to(driven.app))
            return await perform(act, *args, **more)

        monkeypatch.setattr(screen, "perform", read_meanwhile)
        await driven.press("r")
        await driven.until(lambda: any("1 delivery to be tried again" in toast for toast in driven.toasts))
        assert meanwhile == []


async def test_what_became_of_a_retry_is_told(practice: Practice, run: Run) -> None:
    put(practice, DeliveryState.FAILED, "550 5.1.1 no such mailbox", how_many=1000)
    async with run(practice.actor, start="deliveries") as driven:
        await arrive(driven)
        who = driven.screen.ledger.chosen.recipient.name
        await driven.press("r")
        await driven.until(lambda: any("1 delivery to be tried again" in toast for toast in driven.toasts))
        with practice.world.store.write() as tx:  # as a notifier that is refused once more
            again = tables.deliveries.c.state.in_((DeliveryState.WAITING, DeliveryState.RETRYING))
            tx.conn.execute(
                update(tables.deliveries)
                .where(again)
                .values(state=DeliveryState.FAILED, reason="550 still none", fenced_at=tx.now, settled_at=tx.now)
            )
        await driven.until(lambda: any(f"{who}: failed again: 550 still none" in toast for toast in driven.toasts))


@pytest.mark.parametrize("key", ["right_square_bracket", "f"])
async def test_a_list_that_is_narrowed_from_the_detail_is_seen(practice: Practice, run: Run, key: str) -> None:
    put(practice, DeliveryState.FAILED, "550 5.1.1 No such mailbox", how_many=2)
    async with run(practice.actor, start="deliveries", size=(80, 24)) as driven:
        await driven.until(lambda: driven.screen.ledger.rows)
        await driven.press("enter")
        await driven.until(lambda: driven.screen.opened)
        await driven.press(key)
        await driven.until(lambda: not driven.screen.opened and "When" in driven.text)
