"""What a key does, it does to what the reader means: at once, however long the store takes to answer."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.tui.conftest import Driven, Run, WatchedFront
from tests.tui.practice import Practice
from tests.tui.test_sending_place import Slow, send_to_all
from textual import events
from textual.widgets import ContentSwitcher

from msgcenter_tui.center import threads
from msgcenter_tui.tui import acts, correspondence
from msgcenter_tui.tui.beginning import Question, first_questions
from msgcenter_tui.tui.screens.client_portal import ClientPortal
from msgcenter_tui.tui.screens.confirm import Confirm
from msgcenter_tui.tui.screens.edit_text import EditText
from msgcenter_tui.tui.screens.finder import Finder
from msgcenter_tui.tui.screens.help import Help
from msgcenter_tui.tui.screens.inbox import Inbox
from msgcenter_tui.tui.screens.new_thread import NewThreadScreen
from msgcenter_tui.tui.widgets.composer_text import ComposerText
from msgcenter_tui.tui.widgets.footer import Footer

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 36)])


def foot(driven_text: str) -> str:
    return driven_text.rstrip("\n").splitlines()[-1]


@SIZES
async def test_a_key_after_enter_is_the_threads(practice: Practice, run: Run, size: tuple[int, int]) -> None:
    async with run(practice.actor, size=size) as driven:
        await driven.until(lambda: driven.screen.thread_id == practice.threads["holiday"])
        slow = Slow(driven, practice.threads["ana"])
        await driven.pilot.press("down", "enter")
        await driven.until(lambda: slow.waiting)
        cursor = driven.screen.threads.cursor
        await driven.pilot.press("down")
        assert driven.screen.threads.cursor == cursor
        assert driven.screen.pane.conversation.has_focus
        assert driven.screen.pane.thread is None  # nothing of the one before can be meant
        slow.gate.set()
        await driven.until(lambda: driven.screen.thread_id == practice.threads["ana"])
        assert driven.screen.pane.conversation.has_focus


async def test_enter_is_one_paint_and_reads_after_it(
    practice: Practice, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with run(practice.actor) as driven:
        await driven.press("down")
        await driven.until(lambda: driven.screen.thread_id == practice.threads["ana"])
        assert "⏎ Open" in foot(driven.text)
        await driven.still()
        happened: list[object] = []
        display, asked, conversation = driven.app._display, driven.front.run, driven.screen.pane.conversation

        def displayed(screen: Any, update: Any) -> None:
            display(screen, update)
            if update is not None and any(conversation.region.overlaps(one.region) for one in update.update.patches):
                happened.append(foot(driven.text))

        async def noted(act: Any, *args: Any, **named: Any) -> Any:
            happened.append(act)
            return await asked(act, *args, **named)

        monkeypatch.setattr(driven.app, "_display", displayed)
        monkeypatch.setattr(driven.front, "run", noted)
        await driven.pilot.press("enter")
        await driven.until(lambda: threads.open_thread in happened)
        first, *_ = happened
        assert isinstance(first, str)  # nothing was read before it was painted
        assert "⏎ Open" not in first  # and with it came the keys of the messages
        assert first == foot(driven.text)


async def test_a_place_that_stands_is_drawn_at_once_and_none_is_seen_half_made(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        held_back: list[bool] = []
        for place in ("clients", "inbox"):
            coming = driven.app.switch_mode(place)
            held_back.append(driven.app.draws_later)
            await coming
            await driven.until(lambda: not driven.app.draws_later)
        assert held_back == [True, False]


async def test_after_another_program_had_the_terminal_all_is_written_again(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        compositor: Any = driven.screen._compositor
        heading = driven.screen.query_one("TopLine")

        def news() -> int:
            heading.refresh()
            compositor.update_widgets({heading})
            update: Any = driven.app._written.news(compositor.render_update())
            return len(update.update.patches)

        news()
        assert news() == 0
        driven.app.app_resume_signal.publish(driven.app)
        assert news() == 1


async def test_what_is_drawn_of_a_screen_below_takes_nothing_from_what_is_drawn_anew(
    practice: Practice, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with run(practice.actor) as driven:
        await driven.still()
        listed = driven.screen.threads
        painted: list[Any] = []
        monkeypatch.setattr(driven.app, "_display", lambda _, update: painted.append(update))
        listed.refresh()
        driven.screen._dirty_widgets.add(listed)  # as once its message is heard
        driven.screen.refresh(listed.region.shrink((3, 0, 0, 0)))  # by the screen below, in the same frame
        driven.screen._on_timer_update()
        (update,) = painted
        rows = {y for patch in update.update.patches for y in patch.region.line_range}
        assert rows >= set(listed.region.line_range)


async def test_whoever_has_gone_on_is_not_brought_back(
    practice: Practice, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(correspondence, "PAINTED", 0.2)
    async with run(practice.actor) as driven:
        await driven.press("down")
        await driven.until(lambda: driven.screen.thread_id == practice.threads["ana"])
        await driven.pilot.press("enter", "escape", "down")
        await driven.until(lambda: driven.screen.thread_id not in (None, practice.threads["ana"]))
        await driven.pilot.pause(0.4)
        assert driven.screen.thread_id != practice.threads["ana"]
        assert driven.screen.threads.chosen.id == driven.screen.thread_id


async def test_the_inbox_asks_first_what_is_read_ahead_for_it(practice: Practice, run: Run) -> None:
    asked: list[Question] = []

    class Front(WatchedFront):
        async def run(self, act: Any, *args: Any, **named: Any) -> Any:
            asked.append(Question(act, args, named))
            return await super().run(act, *args, **named)

    async with run(practice.actor, front=Front):
        told = [one._replace(act=one.act.act) for one in first_questions(practice.actor)]
        assert asked[: len(told)] == told


async def test_enter_right_after_an_arrow_opens_in_a_portal(practice: Practice, run: Run) -> None:
    who = practice.clients["Ana Flores"].id
    async with run(practice.actor, start="portal", portal_client=who, demonstration=True, size=(80, 24)) as driven:
        await driven.until(lambda: isinstance(driven.screen, ClientPortal) and driven.screen.threads.rows)
        await driven.pilot.press("down", "enter")
        await driven.pilot.pause(0.2)
        await driven.until(lambda: driven.screen.has_class("-reading") and driven.screen.pane.thread is not None)
        assert driven.screen.pane.conversation.has_focus


async def test_the_footer_names_the_way_to_the_list_where_there_is_one_pane(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await driven.press("enter")
        for narrow, wide in ((80, 120), (99, 160)):
            await driven.pilot.resize_terminal(narrow, 30)
            await driven.until(lambda: "esc To the list" in foot(driven.text))
            await driven.pilot.resize_terminal(wide, 30)
            await driven.until(lambda: "esc To the list" not in foot(driven.text))


async def test_the_footer_names_the_undo_while_one_writes_on(practice: Practice, run: Run) -> None:  # N5
    async with run(practice.actor) as driven:
        await driven.press("down")
        await driven.until(lambda: driven.screen.thread_id == practice.threads["ana"])
        await driven.press("r")
        assert "/ Search" not in foot(driven.text)  # a letter there
        await driven.type("Yes.")
        await driven.press("ctrl+s")
        await driven.until(lambda: "takes it back" in driven.text)
        assert driven.screen.pane.composer.writing
        await driven.until(lambda: "^z Undo send" in foot(driven.text))
        await driven.type("x")
        await driven.until(lambda: "^z" not in foot(driven.text))  # undoes what is written
        await driven.press("ctrl+z")
        await driven.until(lambda: driven.screen.pane.composer.text == "" and "^z Undo send" in foot(driven.text))
        await driven.press("ctrl+z")
        await driven.until(lambda: driven.screen.pane.composer.text == "Yes.")


async def test_undo_of_a_new_thread_opens_its_message_at_once(practice: Practice, run: Run) -> None:  # N5
    async with run(practice.actor) as driven:
        await driven.until(lambda: driven.screen.thread_id == practice.threads["holiday"])
        await send_to_all(driven, "Too early")
        await driven.until(lambda: isinstance(driven.screen, Inbox) and "takes it back" in driven.text)
        seen: list[str | None] = []
        compose = NewThreadScreen.on_mount

        def on_mount(screen: NewThreadScreen) -> None:
            seen.append(screen.query_one(ContentSwitcher).current)
            compose(screen)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(NewThreadScreen, "on_mount", on_mount)
            await driven.press("ctrl+z")
            await driven.until(lambda: isinstance(driven.screen, NewThreadScreen))
        assert seen == ["new--message"]
        await driven.until(lambda: driven.screen.composer.writing and "Bright Beginnings" in driven.text)


async def test_the_search_says_what_it_is_and_how_it_ends(practice: Practice, run: Run) -> None:
    async with run(practice.actor, size=(80, 24)) as driven:
        await driven.until(lambda: "Unread 2" in driven.text)
        width = driven.screen.threads.scrollable_content_region.width
        await driven.press("slash")
        await driven.type("holiday")
        await driven.until(lambda: len(driven.screen.threads.rows) == 1)
        assert "⌕" in driven.text
        assert driven.screen.threads.scrollable_content_region.width == width
        assert "⏎ To the list" in foot(driven.text)
        assert "esc End search" in foot(driven.text)


async def test_a_subject_is_one_line(practice: Practice, run: Run) -> None:  # M1
    async with run(practice.actor) as driven:
        await driven.until(lambda: driven.screen.thread_id == practice.threads["holiday"])
        await driven.press("S")
        await driven.until(lambda: isinstance(driven.screen, EditText))
        field = driven.screen.query_one(ComposerText)
        field.load_text("")
        driven.app.post_message(events.Paste("Closed\r\nfrom Monday\n"))
        await driven.until(lambda: field.text == "Closed from Monday")
        assert isinstance(driven.screen, EditText)
        await driven.press("enter")
        await driven.until(lambda: isinstance(driven.screen, Inbox))
        opened = practice.world.run(threads.open_thread, practice.actor, practice.threads["holiday"])
        assert opened.thread.subject == "Closed from Monday"


@pytest.mark.parametrize("key", ["question_mark", "w", "S", "delete", "ctrl+p", "P"])
async def test_under_a_dialog_no_keys_are_offered(practice: Practice, run: Run, key: str) -> None:
    async with run(practice.actor) as driven:
        await driven.press("down")
        await driven.until(lambda: driven.screen.thread_id == practice.threads["ana"])
        inbox = driven.screen
        await driven.pilot.press(key)
        await driven.until(lambda: driven.screen is not inbox and not inbox.query_one(Footer).visible)
        await driven.pilot.press("escape")
        await driven.until(lambda: driven.screen is inbox and inbox.query_one(Footer).visible)


def slowly(driven: Driven, act: object) -> None:
    """Answers of this act take a while."""
    front: Any = driven.front
    run = front.run

    async def late(asked: Any, *args: Any, **more: Any) -> Any:
        if asked is act:
            await asyncio.sleep(0.3)
        return await run(asked, *args, **more)

    front.run = late


async def test_enter_takes_the_client_who_was_typed(practice: Practice, run: Run) -> None:  # P3
    async with run(practice.actor, demonstration=True) as driven:
        await driven.press("p")
        await driven.until(lambda: "Zoë" in driven.text)
        slowly(driven, acts.clients.list_clients)
        await driven.pilot.press(*"cora", "enter")
        await driven.until(lambda: isinstance(driven.screen, ClientPortal))
        assert driven.screen.actor.person == practice.clients["Cora Lin"].id


async def test_enter_takes_the_person_who_was_typed(practice: Practice, run: Run) -> None:  # A5
    async with run(practice.actor) as driven:
        await driven.press("down")
        await driven.until(lambda: driven.screen.thread_id == practice.threads["ana"])
        await driven.press("P", "enter")
        await driven.until(lambda: isinstance(driven.screen, Finder) and driven.screen._listed == "")
        slowly(driven, acts.clients.reachable)
        await driven.pilot.press(*"pia", "enter")
        await driven.until(lambda: isinstance(driven.screen, Confirm) and driven.text)
        assert "Pia Berg" in driven.text


# -- leaving a screen -------------------------------------------------------------------------------------------------


async def test_what_ends_under_the_help_is_left_when_the_help_is(practice: Practice, run: Run) -> None:
    """A message that was sent while the help lay over it: Textual would take away the help, and keep the screen."""
    async with run(practice.actor) as driven:
        await driven.press("n")
        await driven.until(lambda: isinstance(driven.screen, NewThreadScreen))
        new = driven.screen
        await driven.press("f1")
        await driven.until(lambda: isinstance(driven.screen, Help))
        new.dismiss(None)
        await driven.still()
        assert isinstance(driven.screen, Help)
        await driven.press("escape")
        await driven.until(lambda: isinstance(driven.screen, Inbox))
        assert not driven.app.troubles


async def test_one_who_leaves_twice_has_left_once(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await driven.press("n")
        await driven.until(lambda: isinstance(driven.screen, NewThreadScreen))
        new = driven.screen
        new._end(None)
        new._end(None)
        await driven.until(lambda: isinstance(driven.screen, Inbox))
        assert not driven.app.troubles


async def test_the_palette_is_opened_once(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        for _ in range(3):
            driven.app.action_app_palette()
            await driven.pilot.press("f1")  # over it, where it is taken
            driven.app.action_app_palette()
            await driven.pilot.press("escape", "escape")
        await driven.until(lambda: isinstance(driven.screen, Inbox))
        assert not driven.app.troubles


async def test_a_client_sees_nothing_but_their_portal_to_the_end(practice: Practice, run: Run) -> None:  # P1
    client = practice.world.portal(practice.clients["Ana Flores"])
    async with run(client, start="portal") as driven:
        await driven.until(lambda: isinstance(driven.screen, ClientPortal) and driven.screen.threads.rows)
        await driven.pilot.press("escape")
        await driven.until(lambda: not driven.app.is_running or driven.app._exit)
        assert isinstance(driven.app.screen_stack[-1], ClientPortal)
