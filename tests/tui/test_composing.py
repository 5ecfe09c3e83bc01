"""Writing: drafts that keep themselves, sending and its questions, the undo, templates at the cursor."""

from __future__ import annotations

import asyncio

import pytest
from tests.tui.conftest import HeldBack, Run
from tests.tui.practice import Practice, direct
from textual import events
from textual.geometry import Region
from textual.strip import Strip
from textual.widgets import Static

from msgcenter_tui.center import drafts, messages, threads
from msgcenter_tui.tui.drafting import DraftKeeper
from msgcenter_tui.tui.widgets import composer


def bodies(practice: Practice, thread: str) -> list[str]:
    opened = practice.world.run(threads.open_thread, practice.actor, practice.threads[thread])
    return [message.body for message in opened.messages]


async def test_a_reply_is_written_and_sent_by_keys(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await driven.press("down")
        await driven.until(lambda: driven.screen.thread_id == practice.threads["ana"])
        await driven.press("r")
        await driven.type("See you there.")
        await driven.press("ctrl+s")
        await driven.until(lambda: bodies(practice, "ana")[-1] == "See you there.")
        await driven.until(lambda: driven.screen.pane.composer.text == "")
        assert practice.world.run(drafts.list_drafts, practice.actor) == ()
        await driven.until(lambda: "See you there." in driven.text and "leaves in" in driven.text)


async def test_what_is_typed_is_stored_without_being_asked(practice: Practice, run: Run) -> None:  # M4
    async with run(practice.actor) as driven:
        await driven.press("down")
        await driven.until(lambda: driven.screen.thread_id == practice.threads["ana"])
        await driven.press("r")
        await driven.type("half a sen")

        def stored() -> bool:
            found = practice.world.run(drafts.for_thread, practice.actor, practice.threads["ana"])
            return found is not None and found.body == "half a sen" and found.cursor == 10

        await driven.until(stored)
        await driven.press("escape")
        await driven.until(lambda: "draft: half a sen" in driven.text)


async def test_a_save_that_nobody_waits_for_any_more_makes_no_second_draft(
    practice: Practice, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:  # M4
    """As where the window is closed twice over: the second end breaks off the first, which was storing the words."""
    async with run(practice.actor) as driven:
        screen = driven.screen
        held = HeldBack(screen, drafts.save, monkeypatch, lambda _: True)
        keeper = DraftKeeper(screen, thread=practice.threads["ana"])
        broken_off = asyncio.create_task(keeper.store(body="Words", cursor=5))
        await held.has_come.wait()
        broken_off.cancel()
        await asyncio.wait([broken_off])
        again = asyncio.create_task(keeper.store(body="Words", cursor=5))
        held.may_go.set()
        await again
        assert [draft.body for draft in practice.world.run(drafts.list_drafts, practice.actor)] == ["Words"]


async def test_a_save_that_fails_when_nobody_waits_for_it_any_more_is_in_the_log(
    practice: Practice, run: Run, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with run(practice.actor) as driven:
        held = HeldBack(driven.screen, drafts.save, monkeypatch, lambda _: True)
        keeper = DraftKeeper(driven.screen, thread="t999999")  # a thread that nobody sees
        broken_off = asyncio.create_task(keeper.store(body="Words", cursor=5))
        await held.has_come.wait()
        broken_off.cancel()
        held.may_go.set()
        await driven.until(lambda: "a draft that nobody waited for was not kept" in caplog.text)
        assert "NotFound" in caplog.text


def test_the_text_is_stored_within_a_second_of_a_key() -> None:  # M4
    assert composer.STILL <= composer.AT_MOST < 1


async def test_a_draft_comes_back_with_its_thread(practice: Practice, run: Run) -> None:  # M4
    practice.world.run(
        drafts.save, practice.actor, id=None, version=0, thread=practice.threads["ana"], body="one\ntwo", cursor=3
    )
    async with run(practice.actor) as driven:
        await driven.press("down")
        await driven.until(lambda: driven.screen.pane.composer.text == "one\ntwo")
        assert driven.screen.pane.composer.field.cursor_location == (0, 3)
        await driven.press("up")
        await driven.until(lambda: driven.screen.thread_id == practice.threads["holiday"])
        assert driven.screen.pane.composer.text == ""


async def test_changing_the_thread_keeps_what_is_written(practice: Practice, run: Run) -> None:  # M4
    async with run(practice.actor) as driven:
        await driven.press("down")
        await driven.until(lambda: driven.screen.thread_id == practice.threads["ana"])
        driven.screen.pane.composer.field.text = "not stored yet"
        await driven.press("up")
        await driven.until(lambda: driven.screen.thread_id == practice.threads["holiday"])
        found = practice.world.run(drafts.for_thread, practice.actor, practice.threads["ana"])
        assert found is not None
        assert found.body == "not stored yet"


async def test_two_terminals_make_two_drafts(practice: Practice, run: Run) -> None:  # M4
    thread = practice.threads["ana"]
    async with run(practice.actor) as driven:
        await driven.press("down", "r")
        await driven.type("mine")
        await driven.until(lambda: practice.world.run(drafts.for_thread, practice.actor, thread))
        draft = practice.world.run(drafts.for_thread, practice.actor, thread)
        assert draft is not None
        practice.world.run(drafts.save, practice.actor, id=draft.id, version=draft.version, body="theirs")
        await driven.type(" too")
        await driven.until(lambda: len(practice.world.run(drafts.list_drafts, practice.actor)) == 2)
        kept = {one.body for one in practice.world.run(drafts.list_drafts, practice.actor)}
        assert kept == {"theirs", "mine too"}
        await driven.until(lambda: any("second one" in toast for toast in driven.toasts))


async def test_a_follow_up_to_all_clients_asks_with_the_figures(practice: Practice, run: Run) -> None:  # S3
    async with run(practice.actor) as driven:
        await driven.until(lambda: driven.screen.thread_id == practice.threads["holiday"])
        await driven.press("r")
        await driven.type("We are back on the 3rd.")
        await driven.press("ctrl+s")
        await driven.until(lambda: driven.screen.is_modal)
        assert "Bright Beginnings" in driven.text
        await driven.press("escape")
        await driven.until(lambda: not driven.screen.is_modal)
        assert driven.screen.pane.composer.text == "We are back on the 3rd."
        assert len(bodies(practice, "holiday")) == 1
        await driven.press("ctrl+s")
        await driven.until(lambda: driven.screen.is_modal)
        await driven.press("y")
        await driven.until(lambda: len(bodies(practice, "holiday")) == 2)


async def test_a_refused_send_keeps_the_text_and_says_where(practice: Practice, run: Run) -> None:  # S1, T4
    async with run(practice.actor) as driven:
        await driven.press("down", "r")
        await driven.type("Dear {{")
        await driven.type(" client.nam }}")
        await driven.until(lambda: "client.nam" in driven.screen.pane.composer.problem)
        assert "line 1, column 6" in driven.text
        await driven.press("ctrl+s")
        await driven.until(lambda: any("line 1, column 6" in toast for toast in driven.toasts))
        assert driven.screen.pane.composer.text == "Dear {{ client.nam }}"
        draft = practice.world.run(drafts.for_thread, practice.actor, practice.threads["ana"])
        assert draft is not None


async def test_a_reply_that_meets_a_lock_stays_a_draft(practice: Practice, run: Run) -> None:  # L4
    world, thread = practice.world, practice.threads["class"]
    leo = world.actor(practice.leo)
    async with run(leo) as driven:
        await driven.until(lambda: any(row.id == thread for row in driven.screen.threads.rows))
        driven.screen.threads.cursor = driven.screen.threads.index_of(thread)
        await driven.until(lambda: driven.screen.thread_id == thread)
        await driven.press("r")
        await driven.type("I was writing")
        await driven.until(lambda: world.run(drafts.for_thread, leo, thread))
        world.run(threads.lock, practice.actor, thread)
        await driven.until(lambda: driven.screen.pane.composer.locked_out)
        assert "I was writing" in driven.text
        await driven.press("ctrl+s")
        await driven.until(lambda: driven.screen.is_modal or driven.toasts)
        draft = world.run(drafts.for_thread, leo, thread)
        assert draft is not None
        assert draft.body == "I was writing"


async def test_the_countdown_takes_the_message_back(practice: Practice, run: Run) -> None:  # N5
    async with run(practice.actor) as driven:
        await driven.press("down", "r")
        await driven.type("Too early")
        await driven.press("ctrl+s")
        await driven.until(lambda: bodies(practice, "ana")[-1] == "Too early" and "takes it back" in driven.text)
        await driven.press("ctrl+z")
        await driven.until(lambda: driven.screen.pane.composer.text == "Too early")
        assert "Too early" not in bodies(practice, "ana")
        assert driven.screen.pane.composer.writing


async def test_undo_of_a_first_message_opens_it_as_a_new_thread(practice: Practice, run: Run) -> None:  # N5
    practice.start("fresh", direct(practice.clients["Pia Berg"].id), "Sent too early", subject="Oh")
    async with run(practice.actor) as driven:
        await driven.until(lambda: driven.screen.thread_id == practice.threads["fresh"])
        await driven.until(lambda: "takes it back" in driven.text)
        await driven.press("ctrl+z")
        await driven.until(lambda: type(driven.screen).__name__ == "NewThreadScreen")
        await driven.until(lambda: "Pia Berg" in driven.text)


async def test_control_characters_are_taken_out_of_a_paste(practice: Practice, run: Run) -> None:  # M3, hazards 48
    async with run(practice.actor) as driven:
        await driven.press("down", "r")
        field = driven.screen.pane.composer.field
        driven.app.post_message(events.Paste("a\x1b]0;PWNED\x07b\r\nc\x00\x9b31m\ud800"))
        await driven.until(lambda: field.text)
        assert field.text == "a]0;PWNEDb\nc31m\ufffd"


async def test_picking_a_template_by_keys(practice: Practice, run: Run) -> None:  # T2
    async with run(practice.actor) as driven:
        await driven.press("down", "r")
        await driven.type("Hello. ")
        await driven.press("ctrl+t")
        await driven.until(lambda: "Holiday closing" in driven.text)
        await driven.type("sched")
        await driven.until(lambda: "Dear Ana," in driven.text)  # T5: filled for the recipient at hand
        assert "Holiday closing" not in driven.text
        await driven.press("enter")
        await driven.until(lambda: "your visit moves" in driven.screen.pane.composer.text)
        assert driven.screen.pane.composer.text.startswith("Hello. Dear {{ client.first_name }},")
        await driven.press("ctrl+z")
        await driven.until(lambda: driven.screen.pane.composer.text == "Hello. ")
        assert driven.screen.pane.composer.writing


async def test_the_picker_steps_through_clients_and_finds_words(practice: Practice, run: Run) -> None:  # T2
    async with run(practice.actor) as driven:
        await driven.until(lambda: driven.screen.thread_id == practice.threads["holiday"])
        await driven.press("r", "ctrl+t")
        await driven.type("payment")
        await driven.until(lambda: "Thank you, Ana Flores," in driven.text)
        await driven.press("tab")
        await driven.until(lambda: "Thank you, Ben Adeyemi," in driven.text)
        await driven.press("escape")
        assert driven.screen.pane.composer.text == ""


async def test_what_waits_to_be_drawn_comes_with_what_is_painted_at_once(
    practice: Practice, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with run(practice.actor) as driven:
        await driven.press("r", "ctrl+t")
        picker = driven.screen
        facts = picker.query_one("#picker-facts", Static)
        asked: list[Region] = []

        def noted(crop: Region) -> list[Strip]:
            asked.append(crop)
            return Static.render_lines(facts, crop)

        monkeypatch.setattr(facts, "render_lines", noted)
        facts.refresh()
        picker._dirty_widgets.add(facts)  # as it is when its message has come and the frame has not
        picker.paint(picker.filter)
        assert asked


async def test_recently_sent_texts_are_in_the_picker(practice: Practice, run: Run) -> None:  # M6
    async with run(practice.actor) as driven:
        await driven.press("down", "r", "ctrl+t")
        await driven.type("thursday")
        await driven.until(lambda: "↺ Would Thursday suit you both?" in driven.text)
        await driven.press("enter")
        await driven.until(lambda: driven.screen.pane.composer.text == "Would Thursday suit you both?")


async def test_discarding_a_draft_asks(practice: Practice, run: Run) -> None:  # M4
    async with run(practice.actor) as driven:
        await driven.press("down", "r")
        await driven.type("never mind")
        await driven.press("ctrl+r")
        await driven.until(lambda: "Discard what you have written?" in driven.text)
        await driven.press("y")
        await driven.until(lambda: driven.screen.pane.composer.text == "")
        assert practice.world.run(drafts.list_drafts, practice.actor) == ()


async def test_what_another_terminal_made_of_a_draft_is_not_discarded_with_it(  # M4
    practice: Practice, run: Run
) -> None:
    async with run(practice.actor) as driven:
        await driven.press("down", "r")
        await driven.type("never mind")
        await driven.until(lambda: practice.world.run(drafts.list_drafts, practice.actor) != ())
        (mine,) = practice.world.run(drafts.list_drafts, practice.actor)
        await driven.press("ctrl+r")
        await driven.until(lambda: "Discard what you have written?" in driven.text)
        more = practice.world.run(
            drafts.save, practice.actor, id=mine.id, version=mine.version, thread=mine.thread, body="do mind"
        )
        await driven.press("y")
        await driven.until(lambda: any("it was changed elsewhere" in toast for toast in driven.toasts))
        assert practice.world.run(drafts.list_drafts, practice.actor) == (more,)
        assert driven.screen.pane.composer.text == "do mind"  # what the next press would throw away
        await driven.press("ctrl+r")
        await driven.until(lambda: "Discard what you have written?" in driven.text)
        await driven.press("y")
        await driven.until(lambda: driven.screen.pane.composer.text == "")
        assert practice.world.run(drafts.list_drafts, practice.actor) == ()


async def test_a_draft_that_is_gone_already_is_discarded(practice: Practice, run: Run) -> None:  # M4
    async with run(practice.actor) as driven:
        await driven.press("down", "r")
        await driven.type("never mind")
        await driven.until(lambda: practice.world.run(drafts.list_drafts, practice.actor) != ())
        (mine,) = practice.world.run(drafts.list_drafts, practice.actor)
        practice.world.run(drafts.discard, practice.actor, mine.id, mine.version)
        await driven.press("ctrl+r")
        await driven.until(lambda: "Discard what you have written?" in driven.text)
        await driven.press("y")
        await driven.until(lambda: driven.screen.pane.composer.text == "")
        assert driven.toasts == ["Discarded"]


@pytest.mark.parametrize("length", [1, 12, 200])
async def test_the_composer_grows_to_a_third_and_no_further(practice: Practice, run: Run, length: int) -> None:
    async with run(practice.actor, size=(100, 36)) as driven:
        await driven.press("down", "r")
        field = driven.screen.pane.composer.field
        field.text = "\n".join("line" for _ in range(length))
        await driven.still()
        assert field.size.height == min(max(length, 2), 11)


async def test_the_store_sends_nothing_it_was_not_asked_to(practice: Practice, run: Run) -> None:  # S3
    async with run(practice.actor) as driven:
        await driven.until(lambda: driven.screen.thread_id == practice.threads["holiday"])
        await driven.press("r", "ctrl+s")
        await driven.until(lambda: any("Nothing is written yet" in toast for toast in driven.toasts))
        assert len(practice.world.run(messages.recently_sent, practice.actor)) == 5
