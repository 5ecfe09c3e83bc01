"""The inbox by keys: listing, opening, reading, searching, the acts on a thread."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest
from sqlalchemy import update
from tests.tui.conftest import Driven, HeldBack, Run
from tests.tui.practice import ALL_CLIENTS, Practice, direct

from msgcenter_tui.center import messages, reading, teams, threads
from msgcenter_tui.domain import DeliveryState, ThreadState
from msgcenter_tui.errors import StoreUnavailable
from msgcenter_tui.store import tables
from msgcenter_tui.tui import correspondence
from msgcenter_tui.tui.correspondence import REST as TWO_SECONDS
from msgcenter_tui.tui.screens import inbox_list
from msgcenter_tui.tui.widgets.thread_heading import ThreadHeading


async def test_it_opens_with_the_threads_newest_first(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await driven.until(lambda: "Holiday schedule" in driven.text and "Dear ‹first name›," in driven.text)
        rows = [row.id for row in driven.screen.threads.rows]
        listed = practice.world.run(threads.list_threads, practice.actor)
        assert rows == [row.id for row in listed.items]
        assert "● 2 unread" in driven.text
        assert "⌂ All Clients  ▣ locked" in driven.text
        assert "10 clients: 7 see it in a portal" in driven.text
        assert "(No Subject)" in driven.text  # M1


async def test_nothing_is_read_by_opening_the_app(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await driven.until(lambda: "Dear ‹first name›," in driven.text)
        assert practice.world.run(reading.badge, practice.actor).threads == 2


async def test_a_rest_of_the_cursor_reads_what_is_shown(practice: Practice, run: Run) -> None:  # R2
    async with run(practice.actor) as driven:
        await driven.press("down")
        await driven.until(lambda: "Thank you! One more thing" in driven.screen.pane.conversation.messages[-1].body)
        await driven.until(lambda: practice.world.run(reading.badge, practice.actor).threads == 1)
        await driven.until(lambda: "● 1 unread" in driven.text)
        assert "New" in driven.text  # the line stays where the reader found it


async def test_what_the_cursor_passes_is_not_read_but_what_is_replied_to(
    practice: Practice, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:  # R2
    assert TWO_SECONDS == 2
    monkeypatch.setattr(correspondence, "REST", 3600)
    async with run(practice.actor) as driven:
        for key, words in (("down", "One more thing"), ("up", "Warmly,"), ("down", "One more thing")):
            await driven.press(key)
            await driven.until(partial(_ends_with, driven, words))
        assert practice.world.run(reading.badge, practice.actor).threads == 2
        await driven.press("r")
        await driven.type("It is.")
        await driven.press("ctrl+s")
        await driven.until(lambda: practice.world.run(reading.badge, practice.actor).threads == 1)


async def test_what_is_below_the_window_is_not_read_until_it_is_shown(practice: Practice, run: Run) -> None:  # R2
    ana = practice.world.portal(practice.clients["Ana Flores"])
    for number in range(30):
        practice.reply("ana", ana, f"Line number {number}")
    async with run(practice.actor) as driven:
        before = practice.world.run(reading.badge, practice.actor).messages
        await driven.press("enter")
        await driven.until(lambda: practice.world.run(reading.badge, practice.actor).messages < before)
        await driven.still()
        assert practice.world.run(reading.badge, practice.actor).threads == 2
        await driven.press("end")
        await driven.until(lambda: practice.world.run(reading.badge, practice.actor).threads == 1)


def _ends_with(driven: Driven, words: str) -> bool:
    return words in driven.screen.pane.conversation.messages[-1].body


async def test_enter_opens_and_escape_goes_back_at_80_columns(practice: Practice, run: Run) -> None:
    async with run(practice.actor, size=(80, 24)) as driven:
        await driven.until(lambda: "Holiday schedule" in driven.text)
        assert "Write a reply" not in driven.text
        await driven.press("down", "enter")
        await driven.until(lambda: "Write a reply" in driven.text)
        assert "Holiday schedule" not in driven.text
        await driven.press("escape")
        assert "Holiday schedule" in driven.text
        assert practice.world.run(reading.badge, practice.actor).threads == 1  # R2: Enter reads


async def test_tabs_narrow_the_list(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await driven.press("2")
        await driven.until(lambda: len(driven.screen.threads.rows) == 2)
        await driven.press("3")
        await driven.until(lambda: len(driven.screen.threads.rows) == 3)
        await driven.press("4")
        await driven.until(lambda: len(driven.screen.threads.rows) == 2)
        await driven.press("5")
        await driven.until(lambda: "No drafts." in driven.text)
        await driven.press("right_square_bracket")
        await driven.until(lambda: "Nothing is deleted." in driven.text)


async def test_search_filters_as_one_types_and_escape_ends_it(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await driven.press("slash")
        await driven.type("parking")
        await driven.until(
            lambda: [row.subject for row in driven.screen.threads.rows] == ["Childbirth class, Saturday"]
        )
        await driven.press("enter", "escape")
        await driven.until(lambda: len(driven.screen.threads.rows) == 5)


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_what_a_search_has_found_stays_chosen_when_it_ends(
    practice: Practice, run: Run, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    monkeypatch.setattr(inbox_list, "PAGE", 2)
    monkeypatch.setattr(inbox_list, "MOST_REREAD", 2)  # it stands beyond the first two pages
    found = practice.threads["class"]
    async with run(practice.actor, size=size) as driven:
        await driven.press("slash")
        await driven.type("parking")
        await driven.until(lambda: [row.id for row in driven.screen.threads.rows] == [found])
        await driven.press("enter", "enter", "escape", "escape")
        await driven.until(lambda: not driven.screen.has_class("-searching") and len(driven.screen.threads.rows) > 3)
        await driven.until(lambda: driven.screen.threads.chosen.id == found == driven.screen.thread_id)
        await driven.press("up")
        await driven.until(lambda: driven.screen.thread_id == driven.screen.threads.chosen.id != found)


async def test_set_unread_is_not_undone_by_being_in_view(practice: Practice, run: Run) -> None:  # R2
    async with run(practice.actor) as driven:
        await driven.press("down")
        await driven.until(lambda: practice.world.run(reading.badge, practice.actor).threads == 1)
        await driven.press("u")
        await driven.until(lambda: practice.world.run(reading.badge, practice.actor).threads == 2)
        practice.reply("about", practice.actor, "Something else happens.")
        await driven.until(lambda: driven.screen.threads.rows[0].id == practice.threads["about"])
        assert practice.world.run(reading.badge, practice.actor).threads == 2


async def test_delete_asks_and_restore_brings_back(practice: Practice, run: Run) -> None:  # V4
    world, thread = practice.world, practice.threads["holiday"]
    async with run(practice.actor) as driven:
        await driven.until(lambda: driven.screen.thread_id == thread)
        await driven.press("delete")
        await driven.until(lambda: "Delete “Holiday schedule”?" in driven.text)
        await driven.press("enter")  # the focus is on "no": no blind yes
        assert world.run(threads.open_thread, practice.actor, thread).thread.state is ThreadState.LIVE
        await driven.press("delete")
        await driven.until(lambda: "are cancelled" in driven.text)
        await driven.press("y")
        await driven.until(lambda: thread not in [row.id for row in driven.screen.threads.rows])
        await driven.press("6")
        await driven.until(lambda: driven.screen.thread_id == thread)
        await driven.until(lambda: "✗ deleted" in driven.text and "nobody sees it" in driven.text)
        assert "read by" not in driven.text
        await driven.press("R")
        await driven.until(lambda: "Nothing is deleted." in driven.text)
        assert world.run(threads.open_thread, practice.actor, thread).thread.state is ThreadState.LIVE


async def test_unlocking_says_who_learns_whose_name(practice: Practice, run: Run) -> None:  # L3
    thread = practice.threads["holiday"]
    async with run(practice.actor) as driven:
        await driven.until(lambda: driven.screen.thread_id == thread)
        await driven.press("l")
        await driven.until(lambda: driven.screen.is_modal)
        assert "7" in driven.text
        await driven.press("y")
        await driven.until(lambda: not driven.screen.is_modal and not driven.screen.pane.thread.locked)
        await driven.press("l")
        await driven.until(lambda: driven.screen.is_modal)
        await driven.press("y")
        await driven.until(lambda: not driven.screen.is_modal and driven.screen.pane.thread.locked)  # L2


async def test_rename_keeps_what_is_typed_when_refused(practice: Practice, run: Run) -> None:  # M1, S1
    async with run(practice.actor) as driven:
        await driven.until(lambda: driven.screen.thread_id == practice.threads["holiday"])
        await driven.press("S")
        await driven.until(lambda: driven.screen.is_modal)
        await driven.type(" {{")
        await driven.type(" client.name }}")
        await driven.press("ctrl+s")
        await driven.until(lambda: "merge field" in driven.text)
        assert "Holiday schedule {{ client.name }}" in driven.text
        field = driven.screen.query_one("ComposerText")
        field.load_text("Closed in winter")
        await driven.press("ctrl+s")
        await driven.until(lambda: not driven.screen.is_modal and "Closed in winter" in driven.text)


async def test_what_another_terminal_does_appears_and_the_cursor_stays(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await driven.press("down")
        await driven.until(lambda: driven.screen.thread_id == practice.threads["ana"])
        other = practice.clients["王小明"]
        practice.start("wang", direct(other.id), "A new thread from another terminal", subject="From elsewhere")
        await driven.until(lambda: "From elsewhere" in driven.text)
        assert driven.screen.threads.chosen.id == practice.threads["ana"]
        assert driven.screen.thread_id == practice.threads["ana"]


def begin(practice: Practice, *numbers: int) -> None:
    """A thread with a client for each of these numbers, a second apart."""
    for number in numbers:
        practice.world.clock.advance(seconds=1)
        ana = practice.clients["Ana Flores"].id
        practice.start(f"x{number}", direct(ana), f"Text {number}", subject=f"Thread {number}")


async def test_many_threads_come_in_pages(practice: Practice, run: Run) -> None:
    begin(practice, *range(120))
    async with run(practice.actor) as driven:
        await driven.until(lambda: len(driven.screen.threads.rows) == 50)
        await driven.press("end")
        await driven.until(lambda: len(driven.screen.threads.rows) == 125)
        await driven.press("end")
        await driven.until(lambda: driven.screen.threads.cursor == 124)


async def test_pages_that_come_while_the_list_is_read_again_stay(
    practice: Practice, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(practice, *range(95))
    async with run(practice.actor) as driven:
        screen = driven.screen
        assert isinstance(screen, inbox_list.InboxList)
        await driven.until(lambda: len(screen.threads.rows) == 50)
        held = HeldBack(screen, threads.list_threads, monkeypatch, lambda asked: "after" not in asked)
        again = asyncio.create_task(screen.read_list())
        await held.has_come.wait()
        await driven.press("end")
        await driven.until(lambda: len(screen.threads.rows) == 100)
        await driven.press("end")
        chosen = screen.threads.chosen
        held.may_go.set()
        await again
        assert (len(screen.threads.rows), screen.threads.chosen) == (100, chosen)


async def test_the_cursor_stays_on_the_last_thread_when_a_new_one_comes(practice: Practice, run: Run) -> None:
    begin(practice, *range(52))
    async with run(practice.actor) as driven:
        screen = driven.screen
        assert isinstance(screen, inbox_list.InboxList)
        await driven.until(lambda: len(screen.threads.rows) == 50)
        while screen.threads.more:
            await driven.press("end")
        await driven.press("end")
        chosen = screen.threads.chosen
        begin(practice, 52)
        await screen.read_list()
        assert (len(screen.threads.rows), screen.threads.chosen) == (58, chosen)


async def test_a_page_of_another_tab_that_comes_late_is_not_shown(
    practice: Practice, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(practice, *range(120))
    async with run(practice.actor) as driven:
        screen = driven.screen
        assert isinstance(screen, inbox_list.InboxList)
        await driven.until(lambda: len(screen.threads.rows) == 50)
        further = HeldBack(screen, threads.list_threads, monkeypatch, lambda asked: "after" in asked)
        first = HeldBack(screen, threads.list_threads, monkeypatch, lambda asked: "after" not in asked)
        screen.threads.action_list_last()
        await further.has_come.wait()
        screen.action_view_direct()
        await first.has_come.wait()
        further.may_go.set()
        await screen.app.workers.wait_for_complete([one for one in screen.app.workers if one.group == "more"])
        assert not screen.threads.rows
        first.may_go.set()
        await driven.still()
        assert screen.threads.rows
        assert not any(row.kind.broadcast for row in screen.threads.rows)


async def test_a_long_conversation_is_a_window_that_grows_upwards(practice: Practice, run: Run) -> None:
    for number in range(130):
        practice.world.clock.advance(minutes=7)
        practice.reply("ana", practice.actor, f"Line number {number}")
    async with run(practice.actor) as driven:
        await driven.until(lambda: "Line number 129" in driven.text)
        view = driven.screen.pane.conversation
        assert len(view.messages) == 50
        await driven.press("enter", "home")
        await driven.until(lambda: len(view.messages) == 100)
        await driven.press("home")
        await driven.until(lambda: len(view.messages) == 132)
        await driven.press("end")
        await driven.until(lambda: "Line number 129" in driven.text)
        assert [message.number for message in view.messages] == list(range(1, 133))  # M5


async def test_below_40_by_12_it_asks_for_room(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await driven.until(lambda: "Holiday schedule" in driven.text)
        await driven.pilot.resize_terminal(38, 20)
        await driven.until(lambda: "A little more room" in driven.text)
        await driven.pilot.resize_terminal(100, 30)
        await driven.until(lambda: "Holiday schedule" in driven.text)


async def test_a_message_is_edited_and_deleted_by_its_author(practice: Practice, run: Run) -> None:  # M2
    thread = practice.threads["ana"]
    async with run(practice.actor) as driven:
        await driven.press("down", "enter", "up")
        await driven.until(lambda: driven.screen.message is not None and driven.screen.message.mine)
        await driven.press("e")
        await driven.until(lambda: "this changes the portal only" in driven.text)  # its notification has left
        await driven.type(" Bring tea.")
        await driven.press("ctrl+s")
        await driven.until(lambda: "Bring tea.  (edited)" in driven.text)
        await driven.press("v")
        await driven.until(lambda: "Version 2" in driven.text and "Version 1" in driven.text)
        await driven.press("escape")
        await driven.press("D")
        await driven.until(lambda: "Delete this message?" in driven.text)
        assert "stays as it was" in driven.text
        await driven.press("y")
        await driven.until(lambda: "message deleted" in driven.text)
    opened = practice.world.run(threads.open_thread, practice.actor, thread)
    assert opened.messages[0].deleted
    assert len(practice.world.run(messages.versions, practice.actor, opened.messages[0].id)) == 2


async def test_while_its_notification_waits_an_edit_is_in_it_and_nothing_stays(practice: Practice, run: Run) -> None:
    # M2, N5
    practice.reply("ana", practice.actor, "At ten.")
    async with run(practice.actor) as driven:
        await driven.press("enter")
        await driven.until(lambda: driven.screen.message is not None and driven.screen.message.body == "At ten.")
        await driven.press("e")
        await driven.until(lambda: "it goes out as you leave it here" in driven.text)
        await driven.press("escape", "D")
        await driven.until(lambda: "Delete this message?" in driven.text)
        assert "stays as it was" not in driven.text


async def test_the_workspace_can_be_chosen(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await driven.until(lambda: len(driven.screen.threads.rows) == 5)
        await driven.press("w")
        await driven.until(lambda: "Show the threads of" in driven.text)
        await driven.type("personal")
        await driven.press("enter")
        await driven.until(lambda: driven.screen.workspace == practice.world.personal(practice.maya).id)
        await driven.until(lambda: not driven.screen.threads.rows and "No threads yet." in driven.text)
        assert "adds a client" not in driven.text


async def test_the_personal_workspace_has_one_name(practice: Practice, run: Run) -> None:
    personal = practice.world.personal(practice.maya)
    practice.world.client("Gus Own", personal, email="gus@mail.example")
    practice.world.run(
        messages.start, practice.actor, ALL_CLIENTS, personal.id, "Mondays are yours.", subject="Mondays", yes=True
    )
    async with run(practice.actor, size=(200, 60)) as driven:
        await driven.until(lambda: "Mondays are yours." in driven.text and "0 see it in a portal" in driven.text)
        await driven.until(lambda: "⌂ All Clients, Personal clients" in driven.text)
        assert "Personal clients · 1 client" in driven.text
        await driven.press("p")
        await driven.until(lambda: "Gus Own" in driven.text)
        assert "Personal clients" in next(line for line in driven.text.splitlines() if "Gus Own" in line)


async def test_f2_makes_one_somebody_else_in_the_demonstration(practice: Practice, run: Run) -> None:
    async with run(practice.actor, demonstration=True) as driven:
        await driven.until(lambda: "Maya Ortiz" in driven.text)
        await driven.press("f2")
        await driven.until(lambda: "Act as" in driven.text)
        await driven.type("leo")
        await driven.press("enter")
        await driven.until(lambda: driven.app.actor.name == "Leo Brandt" and "Leo Brandt" in driven.text.split("\n")[0])
        listed = practice.world.run(threads.list_threads, practice.world.actor(practice.leo))
        await driven.until(lambda: [r.id for r in driven.screen.threads.rows] == [r.id for r in listed.items])


async def test_outside_the_demonstration_nobody_is_switched(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await driven.press("f2")
        await driven.until(lambda: any("demonstration" in toast for toast in driven.toasts))


async def test_people_are_added_to_a_direct_thread_after_the_question(practice: Practice, run: Run) -> None:  # A5
    thread = practice.threads["ana"]
    async with run(practice.actor) as driven:
        await driven.press("down")
        await driven.until(lambda: driven.screen.thread_id == thread)
        await driven.press("P")
        await driven.until(lambda: "People in this thread" in driven.text)
        await driven.press("enter")
        await driven.until(lambda: "Add to this thread" in driven.text and "Pia Berg" in driven.text)
        await driven.type("pia")
        await driven.until(lambda: "Cora Lin  client" not in driven.text)
        await driven.press("enter")
        await driven.until(lambda: type(driven.screen).__name__ == "Confirm")
        await driven.press("y")
        await driven.until(lambda: "with Ana Flores, Pia Berg" in driven.text)


async def test_an_idle_app_asks_for_nothing_but_changes(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await driven.press("down", "enter")
        await driven.until(lambda: "● 1 unread" in driven.text)
        since = driven.front.polls

        def idle_for_four_polls() -> bool:
            nonlocal since
            if driven.front.asked:  # what the reading itself has changed comes to its end first
                driven.front.asked.clear()
                since = driven.front.polls
            return driven.front.polls >= since + 4

        await driven.until(idle_for_four_polls)


async def test_a_refusal_from_the_store_is_a_toast_and_the_app_goes_on(practice: Practice, run: Run) -> None:  # S1
    async with run(practice.actor) as driven:
        await driven.until(lambda: driven.screen.thread_id == practice.threads["holiday"])
        driven.front.refusal = StoreUnavailable("the store cannot be read", "the disk is full", "make room")
        await driven.press("down")
        await driven.until(lambda: any("the disk is full" in toast for toast in driven.toasts))
        driven.front.refusal = None
        await driven.press("up", "down")
        await driven.until(lambda: driven.screen.thread_id == practice.threads["ana"])


async def test_a_message_is_copied_to_the_clipboard(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await driven.until(lambda: "Dear ‹first name›," in driven.text)
        await driven.press("enter", "y")
        await driven.until(lambda: driven.toasts)
        text = driven.app.clipboard
        assert text == driven.screen.pane.conversation.clean_text(driven.screen.message)
        assert text.startswith("Dear ‹first name›,\n")
        assert driven.toasts == [f"Copied: {len(text)} characters"]


async def test_what_the_mouse_selects_is_copied_by_its_key(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await driven.until(lambda: "Dear ‹first name›," in driven.text)
        view = driven.screen.pane.conversation
        await driven.pilot.mouse_down(view, offset=(1, 4))
        await driven.pilot.hover(view, offset=(4, 4))
        await driven.pilot.mouse_up(view, offset=(4, 4))
        await driven.press("ctrl+c")
        await driven.until(lambda: driven.toasts == ["Copied: 4 characters"])
        assert driven.app.clipboard == "Dear"


async def test_of_the_tabs_one_gives_way_where_there_is_a_little_too_little_room(practice: Practice, run: Run) -> None:
    async with run(practice.actor, size=(100, 30)) as driven:
        await driven.until(lambda: "Unread 2" in driven.text)
        line = next(line for line in driven.text.splitlines() if "Unread 2" in line)
        assert all(word in line for word in ("All", "Bro", "… Direct", "Drafts", "Deleted"))


LONG = "About the holidays " * 10


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_long_subject_can_be_read_to_its_end(practice: Practice, run: Run, size: tuple[int, int]) -> None:
    # M1
    thread = practice.threads["holiday"]
    async with run(practice.actor, size=size) as driven:
        await driven.press("enter")
        await driven.until(lambda: "Dear ‹first name›," in driven.text)
        heading = driven.screen.query_one(ThreadHeading)
        assert heading.size.height == 2
        practice.world.run(threads.rename, practice.actor, thread, LONG)
        await driven.until(lambda: LONG.strip() in " ".join(heading.render().plain.split()))
        await driven.until(lambda: heading.size.height > 3)
        assert "▣ locked" in heading.render().plain
        practice.world.run(threads.rename, practice.actor, thread, "Holidays")
        await driven.until(lambda: heading.size.height == 2)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_long_workspace_gives_way_to_who_is_in_a_thread(
    practice: Practice, run: Run, size: tuple[int, int]
) -> None:  # U1
    name = "Centre for the care of families before and after a birth, of the northern and western districts"
    practice.world.run(teams.change, practice.actor, practice.team.id, name=name)
    async with run(practice.actor, size=size) as driven:
        await driven.press("enter")
        await driven.until(lambda: "Centre for the" in driven.text and "see it in a portal" in driven.text)
        await driven.press("escape", "down", "enter")
        await driven.until(lambda: "Centre for the" in driven.text and "… · with Ana Flores" in driven.text)


async def test_what_is_just_being_handed_over_stays_as_it_was(practice: Practice, run: Run) -> None:  # M2, N14
    with practice.world.store.write() as tx:
        tx.conn.execute(update(tables.deliveries).values(state=DeliveryState.SENDING, fenced_at=tx.now))
    async with run(practice.actor) as driven:
        await driven.until(lambda: "Dear ‹first name›," in driven.text)
        await driven.press("enter")
        await driven.press("e")
        await driven.until(lambda: "Edit message" in driven.text)
        assert "stays as it was" in driven.text
