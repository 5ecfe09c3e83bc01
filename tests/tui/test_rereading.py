"""What is read and drawn again when somebody commits, and what is not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from tests.conftest import Clock
from tests.tui.conftest import Driven, Run
from tests.tui.practice import Practice
from textual.content import Content

from msgcenter_tui.center import threads
from msgcenter_tui.domain import ThreadRow
from msgcenter_tui.store import notifiers
from msgcenter_tui.tui.widgets.composer import Composer
from msgcenter_tui.tui.widgets.thread_list import ThreadList


async def at_rest(driven: Driven) -> None:
    await driven.until(
        lambda: "Dear ‹first name›," in driven.text and "notified" in driven.screen.pane.composer.reach_words
    )
    await driven.still()
    driven.front.asked.clear()


async def test_the_inbox_is_not_read_for_where_deliveries_stand(practice: Practice, run: Run) -> None:
    async with run(practice.actor, size=(120, 36)) as driven:
        await at_rest(driven)
        await driven.press("end")  # a thread that nothing counts down for
        await driven.until(
            lambda: driven.screen.pane.thread is not None and driven.screen.pane.thread.countdown is None
        )
        await driven.still()
        driven.front.asked.clear()
        driven.app.announce_change(only_ledger=True)
        await driven.until(lambda: "status" in driven.front.asked)
        await driven.still()
        assert "list_threads" not in driven.front.asked
        driven.app.announce_change()
        await driven.until(lambda: "list_threads" in driven.front.asked)


async def test_a_look_that_the_list_overtook_is_taken_where_the_cursor_is_now(practice: Practice, run: Run) -> None:
    async with run(practice.actor, size=(120, 36)) as driven:
        await at_rest(driven)
        rows = driven.screen.threads.rows
        driven.screen.threads.cursor = 1  # by hand: it will be looked at in a moment
        driven.screen.threads.show(rows, choose=rows[2].id)
        await driven.until(lambda: driven.screen.thread_id == rows[2].id)


async def test_under_a_dialog_nothing_is_read_until_it_is_left(practice: Practice, run: Run) -> None:
    async with run(practice.actor, size=(120, 36)) as driven:
        await at_rest(driven)
        await driven.press("question_mark")
        await driven.still()
        driven.front.asked.clear()
        driven.app.announce_change()
        await driven.until(lambda: "status" in driven.front.asked)
        await driven.still()
        assert "list_threads" not in driven.front.asked
        await driven.press("escape")
        await driven.until(lambda: "list_threads" in driven.front.asked)


async def test_it_is_when_what_can_be_taken_back_is_about_to_leave(  # N5
    practice: Practice, run: Run, clock: Clock
) -> None:
    async with run(practice.actor) as driven:
        await at_rest(driven)
        leaves_at = driven.screen.pane.thread.countdown.leaves_at
        clock.now = leaves_at - timedelta(seconds=20)
        assert not driven.screen.shows_ledger
        clock.now = leaves_at - timedelta(seconds=2)
        assert driven.screen.shows_ledger
        driven.app.announce_change(only_ledger=True)
        await driven.until(lambda: "open_thread" in driven.front.asked)


async def test_it_is_not_where_nothing_can_leave(practice: Practice, run: Run, clock: Clock) -> None:  # N13
    async with run(practice.actor) as driven:
        await at_rest(driven)
        countdown = driven.screen.pane.thread.countdown
        clock.now = countdown.leaves_at
        assert driven.screen.shows_ledger
        driven.screen.pane.stopped(dict.fromkeys(countdown.channels, "no account"))
        assert not driven.screen.shows_ledger


async def test_the_deliveries_are_read_for_where_they_stand(practice: Practice, run: Run) -> None:
    async with run(practice.actor, start="deliveries") as driven:
        await driven.until(lambda: bool(driven.screen.ledger.rows))
        await driven.still()
        driven.front.asked.clear()
        driven.app.announce_change(only_ledger=True)
        await driven.until(lambda: "list_deliveries" in driven.front.asked)


async def test_the_last_commit_of_a_notifier_is_followed_by_a_reading_of_everything(
    practice: Practice, run: Run
) -> None:  # somebody else may have committed after it
    async with run(practice.actor) as driven:
        await at_rest(driven)
        await driven.press("end")
        await driven.still()
        driven.front.asked.clear()
        await driven.front.run(notifiers.heartbeat, "one")
        await driven.until(lambda: "list_threads" in driven.front.asked)


async def test_a_list_of_the_same_rows_is_not_drawn_anew(
    practice: Practice, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    draw = ThreadList.draw

    def noted(self: ThreadList, row: ThreadRow, width: int, chosen: bool) -> Sequence[Content]:
        drawn.append(row.id)
        return draw(self, row, width, chosen)

    monkeypatch.setattr(ThreadList, "draw", noted)
    async with run(practice.actor) as driven:
        await at_rest(driven)
        drawn.clear()
        driven.app.announce_change()
        await driven.until(lambda: "list_drafts" in driven.front.asked)
        await driven.still()
        assert drawn == []
        changed = driven.screen.threads.rows[1].id
        practice.world.run(threads.rename, practice.actor, changed, "A new name")
        await driven.until(lambda: "A new name" in driven.text)
        assert set(drawn) == {changed}


async def test_the_border_of_the_composer_is_set_where_it_says_something_new(
    practice: Practice, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with run(practice.actor) as driven:
        await at_rest(driven)
        await driven.press("r")
        await driven.until(lambda: driven.screen.pane.composer.writing)
        await driven.type("x")
        titles: list[object] = []
        monkeypatch.setattr(Composer, "border_title", property(lambda _: "", lambda _, title: titles.append(title)))
        await driven.type("yz")
        assert titles == []
        driven.screen.pane.composer.title_words = "Reply to somebody else"
        await driven.still()
        assert len(titles) == 1
