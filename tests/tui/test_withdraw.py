"""The panic key: at once, on the thread that is meant, and on no other (V4, S4)."""

from __future__ import annotations

from tests.tui.conftest import Run
from tests.tui.practice import ALL_CLIENTS, Practice
from tests.tui.test_sending_place import Slow

from msgcenter_tui.center import threads
from msgcenter_tui.domain import ThreadId, ThreadState


def state(practice: Practice, name: str) -> ThreadState:
    thread: ThreadId = practice.threads[name]
    return practice.world.run(threads.open_thread, practice.actor, thread).thread.state


async def test_one_key_stops_it_and_says_what_had_left(practice: Practice, run: Run) -> None:  # V4
    async with run(practice.actor) as driven:
        await driven.until(lambda: driven.screen.thread_id == practice.threads["holiday"])
        await driven.press("exclamation_mark")
        await driven.until(lambda: any("Withdrawn “Holiday schedule”" in toast for toast in driven.toasts))
        assert "none of 9 notifications had left; 9 were cancelled; gone from 7 portals. R among" in driven.toasts[-1]
        assert state(practice, "holiday") is ThreadState.DELETED
        await driven.press("6")
        await driven.until(lambda: driven.screen.thread_id == practice.threads["holiday"])
        assert "▣ locked" in driven.text
        await driven.press("R")
        await driven.until(lambda: state(practice, "holiday") is ThreadState.LIVE)


async def test_pressed_in_panic_again_and_again_it_takes_no_other_thread(practice: Practice, run: Run) -> None:  # V4
    async with run(practice.actor) as driven:
        await driven.until(lambda: driven.screen.thread_id == practice.threads["holiday"])
        await driven.pilot.press(*["exclamation_mark"] * 3)
        await driven.until(lambda: driven.screen.thread_id == practice.threads["ana"])  # it moved under the cursor
        await driven.press("exclamation_mark", "exclamation_mark")
        assert "Withdrawn already. To withdraw another thread, too, choose it first" in driven.toasts
        assert [state(practice, name) for name in ("holiday", "ana", "class")] == [
            ThreadState.DELETED, ThreadState.LIVE, ThreadState.LIVE,
        ]  # fmt: skip
        await driven.press("down", "up")  # chosen by hand
        await driven.until(lambda: driven.screen.thread_id == practice.threads["ana"])
        await driven.press("exclamation_mark")
        await driven.until(lambda: state(practice, "ana") is ThreadState.DELETED)


async def test_it_acts_on_the_thread_that_is_meant_however_late_it_is_shown(practice: Practice, run: Run) -> None:
    # V4
    async with run(practice.actor) as driven:
        await driven.until(lambda: driven.screen.thread_id == practice.threads["holiday"])
        slow = Slow(driven, practice.threads["ana"])
        await driven.pilot.press("down", "exclamation_mark")
        await driven.until(lambda: slow.waiting)
        assert state(practice, "holiday") is state(practice, "ana") is ThreadState.LIVE
        slow.gate.set()
        await driven.until(lambda: state(practice, "ana") is ThreadState.DELETED)
        assert state(practice, "holiday") is ThreadState.LIVE


async def test_a_new_thread_above_it_does_not_come_under_the_key(practice: Practice, run: Run) -> None:  # V4
    async with run(practice.actor) as driven:
        await driven.until(lambda: driven.screen.thread_id == practice.threads["holiday"])
        practice.world.clock.advance(minutes=1)
        practice.start("newest", ALL_CLIENTS, "Just now", subject="Just now")
        driven.app.announce_change()
        await driven.until(lambda: "Just now" in driven.text)
        await driven.press("exclamation_mark")
        await driven.until(lambda: state(practice, "holiday") is ThreadState.DELETED)
        assert state(practice, "newest") is ThreadState.LIVE


async def test_others_are_told_who_could(practice: Practice, run: Run) -> None:  # S4
    async with run(practice.world.actor(practice.leo)) as driven:
        await driven.until(lambda: driven.screen.thread_id == practice.threads["holiday"])
        await driven.press("exclamation_mark")
        await driven.until(lambda: any("only for the thread's owner" in toast for toast in driven.toasts))
        assert state(practice, "holiday") is ThreadState.LIVE
