"""The conversation drawn by lines: where the reader stands in it, what is painted, what a selection copies."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.hostile import HOSTILE, unsafe_in
from textual._compositor import CompositorUpdate
from textual.app import App, ComposeResult
from textual.content import Content
from textual.geometry import Region
from textual.pilot import Pilot
from textual.screen import Screen
from textual.strip import Strip

from msgcenter_tui import stylesheets
from msgcenter_tui.domain import (
    Conversation,
    Message,
    MessageId,
    Person,
    PersonId,
    PersonKind,
    Piece,
    PieceKind,
    Thread,
    ThreadId,
    ThreadKind,
    ThreadState,
    WorkspaceId,
)
from msgcenter_tui.tui.themes import HARBOUR, MORNING
from msgcenter_tui.tui.widgets.blocks import wrapped
from msgcenter_tui.tui.widgets.conversation import Conversation as View

NOW = datetime(2026, 3, 2, 9, 36, tzinfo=UTC)
ANA = Person(PersonId("c1"), "Ana Flores", PersonKind.CLIENT)
MAYA = Person(PersonId("p1"), "Maya Ortiz", PersonKind.STAFF)
LONG = "One two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen."
WIDTH, HEIGHT = 40, 12


def said(number: int, body: str = "", by: Person = ANA, **more: object) -> Message:
    words = body or f"Message {number}."
    at = NOW - timedelta(hours=1) + timedelta(seconds=number)
    message = Message(
        MessageId(f"m{number}"), number, by, None, at, words, (Piece(PieceKind.TEXT, words),), None, False, False, 1
    )
    return replace(message, **more)  # type: ignore[arg-type]


def opened(
    messages: Sequence[Message], *, thread: str = "t1", unread: int | None = None, more: bool = False
) -> Conversation:
    of = Thread(
        id=ThreadId(thread),
        kind=ThreadKind.DIRECT,
        workspace=WorkspaceId("w1"),
        workspace_name="Bright Beginnings",
        subject=None,
        locked=False,
        state=ThreadState.LIVE,
        unread=0,
        first_unread=unread,
        newest=messages[-1].number if messages else 0,
        people=(ANA, MAYA),
        owners=(MAYA,),
        is_owner=True,
        can_write=True,
        why_not="",
    )
    return Conversation(of, tuple(messages), more, None)


class Reading(App[None]):
    CSS_PATH = [stylesheets.folder() / "inbox.tcss"]  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[int] = []
        self.view = View(clock=lambda: NOW, zone=UTC)
        for theme in (HARBOUR, MORNING):
            self.register_theme(theme)
        self.theme = HARBOUR.name

        self.terminal = pyte.Screen(WIDTH, HEIGHT)
        """What a terminal would show of all that was painted."""
        self._stream = pyte.Stream(self.terminal)

    def compose(self) -> ComposeResult:
        yield self.view

    def _display(self, screen: Screen[object], renderable: object) -> None:
        super()._display(screen, renderable)  # type: ignore[arg-type]
        if isinstance(renderable, CompositorUpdate):
            self._stream.feed(renderable.render_segments(self.console))

    def on_conversation_older_wanted(self, event: View.OlderWanted) -> None:
        self.asked.append(event.before)


@dataclass
class Reader:
    """Who looks at a conversation."""

    app: Reading
    pilot: Pilot[None]

    @property
    def view(self) -> View:
        return self.app.view

    async def show(self, messages: Sequence[Message], **more: object) -> None:
        await self.view.show(opened(messages, **more))  # type: ignore[arg-type]
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def drag(self, start: tuple[int, int], end: tuple[int, int]) -> str | None:
        """Select by the mouse, from one cell of the view to another."""
        await self.pilot.mouse_down(self.view, offset=start)
        await self.pilot.hover(self.view, offset=end)
        await self.pilot.mouse_up(self.view, offset=end)
        await self.pilot.pause()
        return self.app.screen.get_selected_text()

    @property
    def strips(self) -> list[Strip]:
        return self.view.render_lines(Region(0, 0, *self.view.outer_size))

    @property
    def lines(self) -> list[str]:
        return [strip.text.rstrip() for strip in self.strips]

    def line_of(self, words: str) -> int:
        return next(y for y, line in enumerate(self.lines) if words in line)

    def at_end(self) -> bool:
        return self.view.scroll_offset.y == self.view.max_scroll_y


@pytest.fixture
async def reader() -> AsyncIterator[Reader]:
    async with reading() as reader:
        yield reader


@asynccontextmanager
async def reading() -> AsyncIterator[Reader]:
    app = Reading()
    async with app.run_test(size=(WIDTH, HEIGHT)) as pilot:
        yield Reader(app, pilot)


def noted(view: View, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Region, ...]]:
    """What is to be painted from now on."""
    painted: list[tuple[Region, ...]] = []
    refresh = view.refresh

    def note(*regions: Region, **how: bool) -> View:
        painted.append(regions)
        return refresh(*regions, **how)

    monkeypatch.setattr(view, "refresh", note)
    return painted


# -- the reader's place -----------------------------------------------------------------------------------------------


async def test_it_opens_at_the_end_and_stays_there_as_messages_come(reader: Reader) -> None:
    messages = [said(number) for number in range(1, 21)]
    await reader.show(messages)
    assert reader.at_end()
    assert "Message 20." in reader.lines[-1]
    await reader.show([*messages, said(21, LONG)])
    assert reader.at_end()
    assert reader.lines[-1].endswith("fifteen.")
    await reader.pilot.resize_terminal(30, 9)
    await reader.pilot.pause()
    assert reader.at_end()
    assert reader.lines[-1].endswith("fifteen.")


async def test_a_short_one_stands_at_the_top(reader: Reader) -> None:
    await reader.show([said(1)])
    assert reader.lines[1:5] == [reader.lines[1], "", reader.lines[3], "▌Message 1."]
    assert not any(reader.lines[5:])
    assert not reader.view.show_vertical_scrollbar


async def test_it_opens_at_new_where_that_is_higher_than_a_window(reader: Reader) -> None:
    messages = [said(number) for number in range(1, 21)]
    await reader.show(messages, unread=5)
    assert " New " in reader.lines[0]
    await reader.show(messages, thread="t2", unread=20)
    assert reader.at_end()
    assert any(" New " in line for line in reader.lines)


async def test_the_place_is_kept_as_messages_come(reader: Reader) -> None:
    messages = [said(number) for number in range(1, 21)]
    await reader.show(messages)
    await reader.press("pageup")
    before = reader.lines
    await reader.show([*messages, said(21)])
    assert reader.lines == before
    # ... and as one above grows, or what stands above is no more.
    await reader.show([said(1, LONG), *messages[1:]])
    assert reader.lines == before
    await reader.show([replace(messages[0], deleted=True), *messages[1:]])
    assert reader.lines == before


async def test_older_messages_come_on_top_of_what_one_looks_at(reader: Reader) -> None:
    messages = [said(number) for number in range(1, 61)]
    await reader.show(messages[40:], more=True)
    await reader.press("home")
    assert reader.app.asked == [41]
    shown = reader.line_of("Message 41.")
    await reader.view.show_older(opened(messages[20:40], more=True))
    await reader.pilot.pause()
    assert reader.line_of("Message 41.") == shown
    assert "Message 40." in reader.lines[shown - 2]
    await reader.press("home")
    assert reader.app.asked == [41, 21]


async def test_the_message_at_the_top_stays_there_when_the_width_changes(reader: Reader) -> None:
    messages = [said(number, f"Number {number}. {LONG}") for number in range(1, 31)]
    await reader.show(messages)
    await reader.press(*["pageup"] * 3)
    words = reader.lines[0].strip()
    assert words
    for width in (30, 61, 24, WIDTH):
        await reader.pilot.resize_terminal(width, HEIGHT)
        await reader.pilot.pause()
        assert set(words.split()) & set(reader.lines[0].split()), (words, reader.lines)


async def test_older_ones_are_asked_for_where_all_of_a_page_is_in_sight(reader: Reader) -> None:
    await reader.show([said(7)], more=True)
    assert reader.app.asked == [7]
    assert "↑ earlier messages" in reader.lines[1]


async def test_nothing_is_seen_of_what_is_not_shown(reader: Reader) -> None:  # R2
    await reader.show([said(number) for number in range(1, 21)])
    assert reader.view.shown_up_to() == 20
    await reader.press("home")
    seen = reader.view.shown_up_to()
    assert 0 < seen < 10
    assert any(f"Message {seen}." in line for line in reader.lines)
    reader.view.display = False
    await reader.pilot.pause()
    assert reader.view.shown_up_to() == 0


# -- choosing ---------------------------------------------------------------------------------------------------------


async def test_the_chosen_one_is_marked_while_the_keys_are_for_it(reader: Reader) -> None:
    reader.app.set_focus(None)
    await reader.show([said(1), said(2), said(3)])
    reader.view.focus()
    await reader.pilot.pause()
    assert reader.view.chosen == "m3"
    assert [line for line in reader.lines if line.startswith("▌")] == ["▌Message 3."]
    await reader.press("up")
    assert [line for line in reader.lines if line.startswith("▌")] == ["▌Message 2."]
    await reader.pilot.click(reader.view, offset=(3, reader.line_of("Message 1.")))
    assert reader.view.chosen == "m1"
    reader.app.set_focus(None)
    await reader.pilot.pause()
    assert not any(line.startswith("▌") for line in reader.lines)
    assert reader.view.chosen == "m1"


async def test_a_message_taller_than_the_window_is_scrolled_through(reader: Reader) -> None:
    tall = "\n".join(f"line {number}" for number in range(40))
    await reader.show([said(1), said(2, tall), said(3)])
    reader.view.focus()
    await reader.press("home", "down")
    assert reader.view.chosen == "m2"
    seen = set(reader.lines)
    for _ in range(20):
        await reader.press("down")
        seen |= set(reader.lines)
        if reader.view.chosen == "m3":
            break
    assert reader.view.chosen == "m3"
    assert reader.at_end()
    assert {f"▌line {number}" for number in range(40)} <= seen


async def test_whoever_is_there_before_the_messages_stands_at_the_newest_of_them(reader: Reader) -> None:
    assert reader.view.has_focus
    await reader.show([said(1), said(2)])
    assert reader.view.chosen == said(2).id
    await reader.show([said(1), said(2), said(3)])
    assert reader.view.chosen == said(2).id


async def test_a_chosen_message_that_is_gone_is_chosen_no_more(reader: Reader) -> None:
    await reader.show([said(1), said(2)])
    reader.view.chosen = "m2"
    await reader.show([said(1)])
    assert reader.view.chosen is None


# -- painting ---------------------------------------------------------------------------------------------------------


async def test_only_what_changed_is_painted(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    messages = [said(number) for number in range(1, 6)]
    await reader.show(messages)
    painted = noted(reader.view, monkeypatch)
    await reader.show(messages)
    assert painted == []
    edited = replace(messages[1], pieces=(Piece(PieceKind.TEXT, "Other words."),), edited_at=NOW)
    await reader.show([messages[0], edited, *messages[2:]])
    line = reader.line_of("Other words.  (edited)")
    assert painted == [(Region(0, line, reader.view.outer_size.width, 1),)]
    painted.clear()
    await reader.show([messages[0], replace(edited, deleted=True), *messages[2:]])
    assert reader.lines[line] == " message deleted"
    assert painted == [(Region(0, line, reader.view.outer_size.width, 1),)]


async def test_the_mark_goes_with_the_choice(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    reader.app.set_focus(None)
    await reader.show([said(1), said(2), said(3)])
    reader.view.focus()
    await reader.pilot.pause()
    painted = noted(reader.view, monkeypatch)
    await reader.press("up")
    first, last = reader.line_of("Message 2."), reader.line_of("Message 3.")
    assert painted == [(Region(0, first, reader.view.outer_size.width, last - first + 1),)]


@pytest.mark.parametrize("seed", range(4))
async def test_what_was_painted_bit_by_bit_is_what_there_is(reader: Reader, seed: int) -> None:
    chance = random.Random(seed)
    messages = [said(number, chance.choice(("", LONG, "a\n\nb"))) for number in range(1, 15)]
    await reader.show(messages)
    for _ in range(40):
        match chance.choice(("key", "key", "key", "edit", "new", "thread", "focus")):
            case "key":
                await reader.press(chance.choice(("up", "down", "pageup", "pagedown", "home", "end")))
            case "edit":
                at = chance.randrange(len(messages))
                messages[at] = replace(
                    messages[at], pieces=(Piece(PieceKind.TEXT, chance.choice(("x", LONG))),), edited_at=NOW
                )
                await reader.show(messages, thread=str(reader.view.thread))
            case "new":
                messages = [*messages, said(len(messages) + 1)]
                await reader.show(messages, thread=str(reader.view.thread))
            case "thread":
                messages = messages[: chance.randint(1, 20)]
                await reader.show(messages, thread=f"t{chance.random()}")
            case "focus":
                reader.app.set_focus(None if reader.view.has_focus else reader.view)
        await reader.pilot.pause()
        whole = pyte.Screen(WIDTH, HEIGHT)
        update = reader.app.screen._compositor.render_full_update()
        pyte.Stream(whole).feed(update.render_segments(reader.app.console))
        for y in range(HEIGHT):
            assert [reader.app.terminal.buffer[y][x] for x in range(WIDTH)] == [
                whole.buffer[y][x] for x in range(WIDTH)
            ], (y, reader.app.terminal.display, whole.display)


async def test_of_a_thousand_messages_only_those_in_sight_are_drawn(reader: Reader) -> None:
    messages = [said(number, LONG) for number in range(1, 1001)]
    await reader.show(messages)
    assert "thirteen fourteen fifteen." in reader.lines[-1]
    assert reader.view.virtual_size.height > 3000
    assert sum(len(block.drawn) for block in reader.view.blocks) <= HEIGHT
    reader.view.focus()
    await reader.press("home")
    assert reader.view.chosen == "m1"
    assert reader.lines[4].startswith("▌One two three")


async def test_another_theme_is_seen_at_once(reader: Reader) -> None:
    await reader.show([said(1, by=MAYA, mine=True)])
    before = [segment.style for strip in reader.strips for segment in strip]
    reader.app.theme = MORNING.name
    await reader.pilot.pause()
    assert not set(map(str, before)) & {str(segment.style) for strip in reader.strips for segment in strip}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
async def test_foreign_text_steers_nothing(text: str) -> None:  # M3
    async with reading() as reader:
        await reader.show([said(1, text, Person(PersonId("c2"), text, PersonKind.CLIENT))])
        assert not unsafe_in("".join(reader.lines))
        assert not unsafe_in(reader.view.clean_text(reader.view.messages[0]))


@given(st.text(alphabet=" \nabcü手🎈-", max_size=120), st.integers(2, 30))
def test_text_is_wrapped_as_everywhere(text: str, width: int) -> None:
    """The same lines as a Content has them in any other widget, but for the space at their ends."""
    assert [text[start:end].rstrip() for start, end in wrapped(text, width)] == [
        line.plain.rstrip() for line in Content(text).wrap(width)
    ]


# -- selecting and copying --------------------------------------------------------------------------------------------


async def test_a_selection_has_the_words_without_the_wraps_breaks(reader: Reader) -> None:
    await reader.show([said(1, f"{LONG}\n\nAnd   a new line.")])
    first, last = reader.line_of("One two"), reader.line_of("And   a new line.")
    assert last > first + 3
    assert await reader.drag((1, first), (30, last)) == f"{LONG}\n\nAnd   a new line."
    assert (
        await reader.drag((5, first), (3, first + 1))
        == LONG[4 : LONG.index(reader.lines[first + 1].strip("▌ ").split()[0]) + 3]
    )


async def test_a_selection_over_two_messages_has_no_rules_and_no_padding(reader: Reader) -> None:
    await reader.show([said(1, "Is it still on?"), said(2, "Yes, at nine.", MAYA, edited_at=NOW)])
    top, end = reader.line_of("Is it still"), reader.line_of("Yes, at nine.")
    assert await reader.drag((0, 0), (39, end)) == (
        "Ana Flores  Client  08:36\nIs it still on?\n\nMaya Ortiz  08:36\nYes, at nine."
    )
    assert await reader.drag((7, top), (3, end)) == "still on?\n\nMaya Ortiz  08:36\nYes"


async def test_it_is_seen_what_is_selected(reader: Reader) -> None:
    await reader.show([said(1, "Is it still on?")])
    line = reader.line_of("Is it still")
    plain = [segment.style for segment in reader.strips[line] if segment.text.strip()]
    await reader.drag((7, line), (11, line))
    marked = [segment.text for segment in reader.strips[line] if segment.text.strip() and segment.style not in plain]
    assert marked == ["still"]
    await reader.pilot.click(reader.view, offset=(2, line))
    assert reader.app.screen.get_selected_text() is None


async def test_what_is_selected_stays_so_when_older_messages_come(reader: Reader) -> None:
    messages = [said(number) for number in range(1, 61)]
    await reader.show(messages[40:], more=True)
    await reader.press("home")
    line = reader.line_of("Message 42.")
    assert await reader.drag((1, line), (7, line)) == "Message"
    await reader.view.show_older(opened(messages[20:40], more=True))
    assert reader.app.screen.get_selected_text() == "Message"
    await reader.pilot.resize_terminal(30, HEIGHT)
    assert reader.app.screen.get_selected_text() == "Message"
    await reader.show([said(42, "Something else")], thread="t2")
    assert reader.app.screen.get_selected_text() is None


async def test_the_text_of_a_message_is_what_its_reader_sees(reader: Reader) -> None:  # T5
    pieces = (Piece(PieceKind.TEXT, "Dear "), Piece(PieceKind.FIELD, "first name"), Piece(PieceKind.TEXT, ",\n\nYes."))
    message = said(1, "Dear {{ client.first_name }},\n\nYes.", pieces=pieces, edited_at=NOW)
    assert reader.view.clean_text(message) == "Dear ‹first name›,\n\nYes."
    reader.view.in_portal = True
    assert reader.view.clean_text(replace(message, body="Dear Ana,\n\nYes.")) == "Dear Ana,\n\nYes."
