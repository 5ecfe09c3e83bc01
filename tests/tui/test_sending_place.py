"""After a send, an undo or a discarded draft: the reader stands where it happened, never in somebody else's thread."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from tests.tui.conftest import Driven, Run
from tests.tui.practice import Practice, direct

from msgcenter_tui.center import drafts
from msgcenter_tui.domain import Channel
from msgcenter_tui.store import channels
from msgcenter_tui.store.store import Store
from msgcenter_tui.tui import acts
from msgcenter_tui.tui.screens.audience import Audience
from msgcenter_tui.tui.screens.deliveries import Deliveries
from msgcenter_tui.tui.screens.inbox import Inbox
from msgcenter_tui.tui.screens.new_thread import NewThreadScreen
from msgcenter_tui.tui.widgets.composer_text import ComposerText
from msgcenter_tui.tui.widgets.countdown import CountdownLine


class Slow:
    """Answers of one act for one thread wait until they are let go."""

    def __init__(self, driven: Driven, thread: str) -> None:
        self.gate = asyncio.Event()
        self.waiting = 0
        front: Any = driven.front
        run = front.run

        async def slowly(act: Any, *args: Any, **more: Any) -> Any:
            answer = await run(act, *args, **more)
            if act is acts.threads.open_thread and args[1] == thread:
                self.waiting += 1
                await self.gate.wait()
            return answer

        front.run = slowly


SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 36)])


async def send_to_all(driven: Driven, words: str) -> None:
    press = driven.pilot.press  # not driven.press: that waits for every reading, also one that a test holds up
    await press("n")
    await driven.until(lambda: isinstance(driven.screen, NewThreadScreen) and "All Clients  Lead" in driven.text)
    await press("enter", "ctrl+s")
    await driven.until(lambda: driven.screen.second)
    await press("enter", *("space" if letter == " " else letter for letter in words), "ctrl+s")
    await driven.until(lambda: driven.screen.is_modal)
    await driven.pilot.press("y")


@SIZES
async def test_an_answer_that_comes_late_does_not_bring_back_the_thread_before(
    practice: Practice, run: Run, size: tuple[int, int]
) -> None:
    async with run(practice.actor, size=size) as driven:
        await driven.press("enter")
        await driven.until(lambda: driven.screen.thread_id == practice.threads["holiday"])
        inbox = driven.screen
        slow = Slow(driven, practice.threads["holiday"])
        await send_to_all(driven, "Something new")
        driven.app.announce_change()
        await driven.until(lambda: driven.screen is inbox and "Something new" in driven.text)
        new = inbox.thread_id
        assert new not in practice.threads.values()
        slow.gate.set()
        await driven.still()
        assert inbox.thread_id == new
        assert inbox._keeper.place["thread"] == new
        assert "takes it back" in driven.text  # N5


@SIZES
async def test_until_the_new_thread_is_there_no_other_one_can_be_answered(
    practice: Practice, run: Run, size: tuple[int, int]
) -> None:
    async with run(practice.actor, size=size) as driven:
        await driven.press("enter")
        await driven.until(lambda: driven.screen.thread_id == practice.threads["holiday"])
        inbox = driven.screen
        inbox.expect("t9999")  # it was sent, and nothing of it has been read yet
        assert inbox.thread_id is None
        assert inbox.pane.has_class("-nothing")
        await driven.still()
        assert driven.toasts == []  # A thread that is not there is nobody's mistake


@SIZES
async def test_the_next_keys_are_never_written_in_a_field_that_is_not_seen(
    practice: Practice, run: Run, size: tuple[int, int]
) -> None:
    async with run(practice.actor, size=size) as driven:
        await driven.until(lambda: driven.screen.thread_id == practice.threads["holiday"])
        await send_to_all(driven, "Something new")
        await driven.until(lambda: isinstance(driven.screen, Inbox) and "takes it back" in driven.text)
        await driven.press("a")
        await driven.until(lambda: isinstance(driven.screen, Audience))
        await driven.press("escape")
        await driven.until(lambda: isinstance(driven.screen, Inbox))
        await driven.press("d")
        await driven.until(lambda: isinstance(driven.screen, Deliveries))


async def test_undo_of_a_new_thread_says_nothing_but_that(practice: Practice, run: Run) -> None:  # N5
    async with run(practice.actor) as driven:
        await driven.until(lambda: driven.screen.thread_id == practice.threads["holiday"])
        await send_to_all(driven, "Too early")
        await driven.until(lambda: isinstance(driven.screen, Inbox) and "takes it back" in driven.text)
        seen: list[str] = []
        notify = driven.app.notify

        def listening(message: str, **more: Any) -> None:
            seen.append(message)
            notify(message, **more)

        driven.app.notify = listening  # type: ignore[method-assign]
        inbox = driven.screen
        taken_back = inbox.thread_id
        await driven.press("ctrl+z")
        await driven.until(lambda: isinstance(driven.screen, NewThreadScreen))
        driven.app.announce_change()
        await driven.still()
        await driven.press("escape", "escape")
        await driven.until(lambda: driven.screen is inbox and inbox.thread_id not in (None, taken_back))
        assert not [words for words in seen if "no thread" in words]


@SIZES
async def test_a_discarded_reply_leads_back_to_the_drafts(
    practice: Practice, run: Run, size: tuple[int, int]
) -> None:  # S1
    world, actor = practice.world, practice.actor
    for name in ("ana", "about"):
        world.run(drafts.save, actor, id=None, version=0, thread=practice.threads[name], body=f"draft to {name}")
        world.clock.advance(minutes=1)
    async with run(actor, size=size) as driven:
        await driven.press("5")
        await driven.until(lambda: len(driven.screen.drafts.rows) == 2)
        await driven.press("enter")
        await driven.until(lambda: driven.screen.query_one(ComposerText).has_focus)
        assert driven.screen.pane.composer.text == "draft to about"
        await driven.press("ctrl+r")
        await driven.until(lambda: driven.screen.is_modal)
        await driven.press("y")
        await driven.until(lambda: [row.body for row in driven.screen.drafts.rows] == ["draft to ana"])
        await driven.still()
        assert driven.screen.drafts.has_focus
        await driven.until(lambda: "Discarded" in driven.toasts)
        await driven.press("x", "y", "z")
        await driven.still()
        assert [draft.body for draft in world.run(drafts.list_drafts, actor)] == ["draft to ana"]


async def test_after_a_reply_from_the_drafts_the_box_is_still_of_that_thread(practice: Practice, run: Run) -> None:
    world, actor = practice.world, practice.actor
    for name in ("ana", "about"):
        world.run(drafts.save, actor, id=None, version=0, thread=practice.threads[name], body=f"draft to {name}")
        world.clock.advance(minutes=1)
    async with run(actor, size=(80, 24)) as driven:
        await driven.press("5")
        await driven.until(lambda: len(driven.screen.drafts.rows) == 2)
        await driven.press("enter")
        await driven.until(lambda: driven.screen.query_one(ComposerText).has_focus)
        await driven.press("ctrl+s")
        await driven.until(lambda: len(world.run(drafts.list_drafts, actor)) == 1 or driven.screen.is_modal)
        if driven.screen.is_modal:
            await driven.press("y")
        await driven.until(lambda: driven.screen.thread_id == practice.threads["about"])
        await driven.still()
        assert driven.screen.thread_id == practice.threads["about"]
        assert driven.screen.pane.composer.text == ""


async def test_a_thread_that_goes_while_it_is_read_is_no_mistake(practice: Practice, run: Run) -> None:  # V9
    actor = practice.actor
    practice.start("new", direct(practice.clients["Ana Flores"].id), "Wrong person", by=actor)
    async with run(actor, size=(80, 24)) as driven:
        await driven.press("enter")
        await driven.until(lambda: driven.screen.thread_id == practice.threads["new"])
        practice.world.run(acts.messages.undo, actor, practice.threads["new"])
        await driven.until(lambda: driven.screen.thread_id != practice.threads["new"])
        await driven.still()
        assert driven.toasts == []
        assert driven.screen.list.has_focus


async def test_a_channel_that_is_not_configured_is_told_where_one_sends(
    practice: Practice, practice_store: Store, run: Run
) -> None:  # N13
    with practice_store.write() as tx:
        channels.configure(tx, {Channel.SMS: str})
    async with run(practice.actor, size=(80, 24)) as driven:
        await driven.until(lambda: "e-mail not configured" in driven.text)
        assert "Maya Ortiz" in driven.text.splitlines()[0]
        await driven.press("down", "enter", "r")
        await driven.until(lambda: "waits: e-mail is not configured" in driven.text)
        await driven.type("yes")
        await driven.press("ctrl+s")
        line = driven.screen.query_one(CountdownLine)
        await driven.until(lambda: "waits" in str(line._shown))
        assert "leaves in" not in driven.text
        assert line._ticking is None  # nothing is counted down, and an idle app is to do nothing
        practice.world.clock.now += timedelta(hours=1)
        driven.app.announce_change()
        await driven.until(lambda: "waits: e-mail is not configured" in driven.text)
