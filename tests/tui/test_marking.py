"""Several rows marked: by row, as a range, all; what is done to them, what is refused, what marks live through."""

from __future__ import annotations

from typing import Any

import pytest
from tests.tui.conftest import Driven, Run
from tests.tui.practice import Practice
from tests.tui.test_deliveries import arrive, count, put

from msgcenter_tui.center import deliveries, drafts, reading, threads
from msgcenter_tui.domain import DeliveryState, PersonId, Recipients, ThreadId, ThreadKind, ThreadState
from msgcenter_tui.tui.screens import several
from msgcenter_tui.tui.widgets.marking import MarkedLine

REFUSED = "550 5.1.1 no such mailbox"


def marked(driven: Driven) -> list[str]:
    return list(driven.screen.marking.marked)


def state(practice: Practice, name: str) -> ThreadState:
    return practice.world.run(threads.open_thread, practice.actor, practice.threads[name]).thread.state


def line(driven: Driven) -> str:
    found = driven.screen.query_one(MarkedLine)
    return str(found.visual) if found.display else ""


async def test_x_marks_and_goes_down_and_a_sign_tells_it(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        rows = [row.id for row in driven.screen.threads.rows]
        await driven.press("x", "x")
        assert marked(driven) == rows[:2]
        assert driven.screen.threads.cursor == 2
        assert driven.text.count("✓") == 3  # each of them, and the line at the foot
        assert "✓ 2 marked" in driven.text
        await driven.press("up", "x")
        assert marked(driven) == rows[:1]
        await driven.press("escape")
        assert marked(driven) == []
        assert "marked" not in driven.text


async def test_the_line_names_what_is_done_to_the_marked(practice: Practice, run: Run) -> None:
    practice.world.run(drafts.save, practice.actor, id=None, version=0, workspace=practice.team.id, body="Words")
    practice.world.run(threads.delete, practice.actor, practice.threads["ana"])
    async with run(practice.actor, size=(80, 24)) as driven:
        for tab, does in (
            ("1", "u unread  del deletes"),
            ("5", "del discards"),
            ("6", "R restores"),
        ):
            await driven.press(tab)
            await driven.until(lambda: driven.screen.listed.rows)
            await driven.press("x")
            await driven.until(lambda does=does: line(driven) == f" ✓ 1 marked  esc unmarks  {does}")  # type: ignore[misc]
            await driven.press("escape")


async def test_a_range_grows_and_shrinks_and_leaves_other_marks(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        rows = [row.id for row in driven.screen.threads.rows]
        await driven.press("x", "shift+down", "shift+down")
        assert marked(driven) == rows[:4]
        await driven.press("shift+up")
        assert marked(driven) == rows[:3]
        await driven.press("shift+up", "shift+up")  # over its beginning to a row that was marked without it
        assert set(marked(driven)) == set(rows[:2])
        await driven.press("down", "down", "down", "shift+down")  # another range
        assert set(marked(driven)) == {*rows[:2], rows[3], rows[4]}


async def test_all_that_are_loaded_are_marked_and_counted(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await driven.press("ctrl+a")
        assert len(marked(driven)) == 5
        assert "5 marked" in line(driven)
        assert "loaded" not in line(driven)
        driven.screen.threads.more = True
        await driven.press("ctrl+a", "ctrl+a")
        assert "5 marked, all that are loaded" in line(driven)
        await driven.press("ctrl+a")
        assert marked(driven) == []


async def test_several_threads_are_deleted_by_one_answer_and_restored(practice: Practice, run: Run) -> None:  # V4
    async with run(practice.actor) as driven:
        await driven.press("x", "x", "delete")
        await driven.until(lambda: "Delete 2 threads?" in driven.text and "“Holiday schedule”" in driven.text)
        await driven.press("enter")  # the focus is on "no"
        assert state(practice, "holiday") is ThreadState.LIVE
        assert len(marked(driven)) == 2
        await driven.press("delete", "y")
        await driven.until(lambda: len(driven.screen.threads.rows) == 3)
        assert (state(practice, "holiday"), state(practice, "ana")) == (ThreadState.DELETED, ThreadState.DELETED)
        assert any("2 threads deleted" in toast for toast in driven.toasts)
        assert marked(driven) == []
        await driven.press("6")
        await driven.until(lambda: len(driven.screen.threads.rows) == 2)
        await driven.press("ctrl+a", "u")
        await driven.until(lambda: any("the marked threads are deleted" in toast for toast in driven.toasts))
        await driven.press("R", "y")
        await driven.until(lambda: "Nothing is deleted." in driven.text)
        assert state(practice, "ana") is ThreadState.LIVE


async def test_one_that_is_not_mine_is_refused_with_the_reason(practice: Practice, run: Run) -> None:  # S4, S1
    leo = practice.world.actor(practice.leo)
    client = practice.clients["Cora Lin"].id
    mine = practice.start("leos", Recipients(ThreadKind.DIRECT, (PersonId(client),)), "By Leo.", by=leo, subject="Mine")
    async with run(leo) as driven:
        rows = [row.id for row in driven.screen.threads.rows]
        assert rows[:2] == [mine, practice.threads["holiday"]]
        await driven.press("x", "x", "delete")
        await driven.until(lambda: "Delete 2 threads?" in driven.text)
        await driven.press("y")
        await driven.until(lambda: any("1 thread deleted" in toast for toast in driven.toasts))
        told = driven.toasts[-1]
        assert "Not deleted, and still marked: “Holiday schedule”: only its owner can" in told
        await driven.until(lambda: mine not in [row.id for row in driven.screen.threads.rows])
        assert marked(driven) == [practice.threads["holiday"]]


async def test_several_are_set_unread_without_a_question(practice: Practice, run: Run) -> None:  # R2
    async with run(practice.actor) as driven:
        await driven.press("down")
        await driven.until(lambda: practice.world.run(reading.badge, practice.actor).threads == 1)
        places = {row.id: place for place, row in enumerate(driven.screen.threads.rows)}
        wanted = sorted(places[practice.threads[name]] for name in ("ana", "class"))
        await driven.press("home", *["down"] * wanted[0], "x", *["down"] * (wanted[1] - wanted[0] - 1), "x", "u")
        await driven.until(lambda: any("2 threads unread again" in toast for toast in driven.toasts))
        both = {practice.threads["ana"], practice.threads["class"]}
        await driven.until(lambda: both <= {row.id for row in driven.screen.threads.rows if row.unread})


@pytest.mark.parametrize("key", ["l", "S", "exclamation_mark"])
async def test_what_changes_one_thread_does_nothing_while_several_are_marked(
    practice: Practice, run: Run, key: str
) -> None:
    async with run(practice.actor) as driven:
        await driven.until(lambda: driven.screen.pane.thread is not None)
        await driven.press("x", "x", key)
        await driven.until(lambda: any(": one thread at a time" in toast for toast in driven.toasts))
        assert not driven.screen.is_modal
        assert all(state(practice, name) is ThreadState.LIVE for name in ("holiday", "ana", "class"))


async def test_in_a_thread_the_keys_are_about_that_one(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await driven.press("x", "x", "enter", "delete")
        await driven.until(lambda: driven.screen.is_modal)
        assert "Delete “" in driven.text
        assert "threads?" not in driven.text


async def test_marks_outlive_a_reread_and_not_another_tab(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await driven.press("x", "x")
        before = marked(driven)
        practice.reply("about", practice.actor, "Something else happens.")
        await driven.until(lambda: driven.screen.threads.rows[0].id == practice.threads["about"])
        assert marked(driven) == before
        assert driven.text.count("✓") == 3
        await driven.press("3")
        await driven.until(lambda: len(driven.screen.threads.rows) == 3)
        assert marked(driven) == []
        await driven.press("x", "slash")
        await driven.type("park")
        await driven.until(lambda: len(driven.screen.threads.rows) == 1)
        assert marked(driven) == []


async def test_among_the_unread_a_marked_one_stays_when_it_has_been_read(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await driven.press("2")
        await driven.until(lambda: len(driven.screen.threads.rows) == 2)
        first = driven.screen.threads.rows[0].id
        await driven.press("x")
        practice.world.run(reading.read, practice.actor, first, 99)
        await driven.until(lambda: driven.screen.threads.rows[0].unread == 0)
        assert marked(driven) == [first]
        await driven.press("escape")
        await driven.screen.read_list()
        assert first not in [row.id for row in driven.screen.threads.rows]


async def test_one_that_is_gone_is_unmarked_and_told(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await driven.press("x", "x")
        practice.world.run(threads.delete, practice.actor, practice.threads["holiday"])
        await driven.until(lambda: any("1 that was marked has left this list" in toast for toast in driven.toasts))
        assert marked(driven) == [practice.threads["ana"]]
        assert "1 marked" in line(driven)


async def test_what_stands_behind_the_rows_that_were_read_keeps_its_mark(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        listed = driven.screen.threads
        rows = list(listed.rows)
        await driven.press("ctrl+a")
        listed.show(rows[:3], more=True)
        assert len(marked(driven)) == 5  # the others may come yet
        listed.show([rows[0], rows[2]], more=True)
        assert [row.id for row in rows if row.id not in marked(driven)] == [rows[1].id]
        listed.show([rows[0], rows[2]], more=False)
        assert marked(driven) == [rows[0].id, rows[2].id]


async def test_drafts_are_discarded_together(practice: Practice, run: Run) -> None:  # M4
    for words in ("First words", "Second words", "Third words"):
        practice.world.run(drafts.save, practice.actor, id=None, version=0, workspace=practice.team.id, body=words)
    async with run(practice.actor) as driven:
        await driven.press("5")
        await driven.until(lambda: len(driven.screen.drafts.rows) == 3)
        await driven.press("x", "x")
        assert driven.text.count("✓") == 3
        await driven.press("delete")
        await driven.until(lambda: "Discard 2 drafts?" in driven.text)
        await driven.press("y")
        await driven.until(lambda: len(driven.screen.drafts.rows) == 1)
        assert len(practice.world.run(drafts.list_drafts, practice.actor)) == 1


async def test_a_marked_draft_that_changed_meanwhile_stays(practice: Practice, run: Run) -> None:  # M4
    save, run_act, team = drafts.save, practice.world.run, practice.team.id
    run_act(save, practice.actor, id=None, version=0, workspace=team, body="First words")
    kept = run_act(save, practice.actor, id=None, version=0, workspace=team, body="Second words")
    async with run(practice.actor) as driven:
        await driven.press("5")
        await driven.until(lambda: len(driven.screen.drafts.rows) == 2)
        await driven.press("x", "x", "delete")
        await driven.until(lambda: "Discard 2 drafts?" in driven.text)
        run_act(save, practice.actor, id=kept.id, version=kept.version, workspace=team, body="Other words")
        await driven.press("y")
        await driven.until(lambda: any("it was changed elsewhere" in toast for toast in driven.toasts))
        assert [one.body for one in practice.world.run(drafts.list_drafts, practice.actor)] == ["Other words"]


async def test_what_leaves_by_this_very_hand_is_told_by_its_outcome_alone(
    practice: Practice, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with run(practice.actor) as driven:
        screen = driven.screen
        perform = screen.perform

        async def seen_before_it_returns(act: Any, *args: Any, **kwargs: Any) -> Any:
            answer = await perform(act, *args, **kwargs)
            if act.function is threads.delete.function:  # the poll reads the list at this very moment
                screen.threads.show([row for row in screen.threads.rows if row.id != args[1]])
            return answer

        monkeypatch.setattr(screen, "perform", seen_before_it_returns)
        await driven.press("x", "delete", "y")
        await driven.until(lambda: any("1 thread deleted" in toast for toast in driven.toasts))
        await driven.still()
        assert ["1 thread deleted" in toast for toast in driven.toasts] == [True]
        assert not any("left this list" in said.words for said in driven.app.said.to(driven.app))


async def test_what_was_done_and_is_marked_again_is_missed_again(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await driven.press("down", "x", "u")
        await driven.until(lambda: not marked(driven) and driven.toasts)
        await driven.press("up", "x")
        (thread,) = marked(driven)
        practice.world.run(threads.delete, practice.actor, ThreadId(thread))
        await driven.until(lambda: any("1 that was marked has left this list" in toast for toast in driven.toasts))


async def test_what_takes_its_time_tells_how_far_it_is(
    practice: Practice, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(several, "UNTOLD", 0.0)
    monkeypatch.setattr(MarkedLine, "tell_progress", lambda _, words: told.append(words))
    async with run(practice.actor) as driven:
        await driven.press("x", "x", "delete", "y")
        await driven.until(lambda: len(driven.screen.threads.rows) == 3)
    assert told == ["Deleting 1 of 2 …", "Deleting 2 of 2 …"]


async def test_marked_deliveries_are_tried_again_but_for_what_another_hand_has(practice: Practice, run: Run) -> None:
    put(practice, DeliveryState.FAILED, REFUSED, how_many=3)
    async with run(practice.actor, start="deliveries") as driven:
        await arrive(driven)
        driven.screen.query_one("ViewTabs").active = 5
        await driven.until(lambda: len(driven.screen.ledger.rows) == 3)
        await driven.press("shift+down", "shift+down")
        assert "3 marked" in line(driven)
        first = driven.screen.ledger.rows[0]
        practice.world.run(deliveries.retry, practice.actor, ids=[first.id])
        driven.screen.action_deliveries_retry()  # before it was read again
        await driven.until(lambda: count(practice, DeliveryState.FAILED) == 0)
        await driven.until(lambda: any("2 deliveries to be tried again. Not tried" in toast for toast in driven.toasts))
        assert f"still marked: “{first.recipient.name}”: " in driven.toasts[0]
        await driven.until(lambda: not driven.screen.ledger.rows and not driven.screen.ledger.marked)
        assert "Not tried again" in driven.toasts[0]


async def test_ctrl_and_a_click_mark(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        second = driven.screen.threads.rows[1].id
        await driven.pilot.click("#threads", offset=(5, 2), control=True)
        await driven.still()
        assert marked(driven) == [second]
        assert driven.screen.threads.cursor == 0


async def test_what_is_for_threads_is_told_of_the_draft_of_a_new_one(practice: Practice, run: Run) -> None:
    practice.world.run(drafts.save, practice.actor, id=None, version=0, workspace=practice.team.id, body="Words")
    async with run(practice.actor) as driven:
        await driven.press("5")
        await driven.until(lambda: driven.screen.drafts.chosen)
        for key in ("r", "l", "a"):
            driven.app.clear_notifications()
            await driven.press(key)
            told = ["This is of no thread yet: ⏎ goes on with it, del discards it"]
            await driven.until(lambda told=told: driven.toasts == told)  # type: ignore[misc]
