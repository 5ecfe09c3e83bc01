"""Side by side: each side is live, has its own focus, and leaves by itself; one of them has the keys."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from tests.tui.conftest import Driven, Run
from tests.tui.practice import Practice
from textual.events import MouseDown, MouseUp

from msgcenter_tui.center import clients, messages, threads
from msgcenter_tui.domain import Actor
from msgcenter_tui.tui.screens.client_portal import ClientPortal
from msgcenter_tui.tui.screens.finder import Finder
from msgcenter_tui.tui.screens.inbox import Inbox
from msgcenter_tui.tui.screens.side_by_side import LEAST, SideBySide
from msgcenter_tui.tui.screens.tour import TourScreen
from msgcenter_tui.tui.tour import Scene

CORA = "Cora Lin"


def sides(driven: Driven) -> list[Any]:
    return [side.shown for side in driven.screen.sides if side.display]


def portal_side(driven: Driven) -> Any:
    return next(one for one in sides(driven) if isinstance(one, ClientPortal))


def left_and_right(driven: Driven) -> tuple[str, str]:
    """The text of either side."""
    at = driven.screen.sides[1].region.x
    lines = driven.text.splitlines()
    return "\n".join(line[:at] for line in lines), "\n".join(line[at:] for line in lines)


async def beside(driven: Driven, who: str = "cora") -> None:
    await driven.until(lambda: isinstance(driven.screen, Inbox) and driven.screen.pane.thread is not None)
    await driven.press("b")
    await driven.type(who)
    await driven.press("enter")
    await driven.until(lambda: isinstance(driven.screen, SideBySide) and len(sides(driven)) > 1)
    await driven.until(lambda: portal_side(driven).threads.rows and sides(driven)[0].threads.rows)


@asynccontextmanager
async def opened(run: Run, practice: Practice, size: tuple[int, int] = (160, 40)):  # type: ignore[no-untyped-def]
    async with run(practice.actor, size=size, demonstration=True) as driven:
        await beside(driven)
        yield driven


async def test_what_one_side_sends_shows_on_the_other(practice: Practice, run: Run) -> None:
    async with opened(run, practice) as driven:
        client = practice.world.portal(practice.clients[CORA])
        practice.world.run(messages.reply, client, practice.threads["class"], "I come by bus.", yes=True)
        driven.app.announce_change()
        await driven.until(lambda: all("I come by bus." in side for side in left_and_right(driven)))
        practice.world.run(threads.lock, practice.actor, practice.threads["class"])
        driven.app.announce_change()
        await driven.until(lambda: "▣" in left_and_right(driven)[1].split("I come by bus")[0].splitlines()[-1])
        practice.world.run(threads.delete, practice.actor, practice.threads["class"])
        driven.app.announce_change()
        await driven.until(lambda: not any("I come by bus." in side for side in left_and_right(driven)))  # V4


async def test_one_side_has_the_keys_and_says_which(practice: Practice, run: Run) -> None:
    async with opened(run, practice) as driven:
        inbox, portal = sides(driven)
        assert driven.app.acting is inbox
        assert inbox.focused is not None
        assert portal.focused is None
        rows = inbox.threads.cursor, portal.threads.cursor
        await driven.press("down")
        assert (inbox.threads.cursor, portal.threads.cursor) == (rows[0] + 1, rows[1])
        await driven.press("f6")
        assert driven.app.acting is portal
        assert inbox.focused is None
        await driven.press("down")
        assert (inbox.threads.cursor, portal.threads.cursor) == (rows[0] + 1, rows[1] + 1)
        left, right = (text.splitlines()[-1] for text in left_and_right(driven))
        assert "f6 Other side" not in left
        assert "f6 Other side" in right


async def test_letters_are_text_where_one_writes(practice: Practice, run: Run) -> None:
    async with opened(run, practice) as driven:
        await driven.press("f6", "down")
        await driven.until(lambda: portal_side(driven).pane.thread and portal_side(driven).pane.thread.can_write)
        await driven.press("r")
        await driven.type("bq6")
        assert portal_side(driven).pane.composer.text == "bq6"
        await driven.press("f6")
        assert isinstance(driven.app.acting, Inbox)
        await driven.press("f6")
        await driven.type("x")
        assert portal_side(driven).pane.composer.text == "bq6x"


async def test_a_click_gives_the_keys_and_does_what_it_does(practice: Practice, run: Run) -> None:
    async with opened(run, practice) as driven:
        portal = portal_side(driven)
        at = driven.screen.sides[1].region.offset + portal.threads.region.offset
        x, y = at.x + 4, at.y + 2  # its second row
        for kind in (MouseDown, MouseUp):
            event = kind(None, x, y, 0, 0, 1, False, False, False, screen_x=x, screen_y=y)
            driven.app.post_message(event)
        await driven.until(lambda: driven.app.acting is portal and portal.threads.cursor == 1)


async def test_the_portal_is_left_and_the_inbox_stays(practice: Practice, run: Run) -> None:
    async with opened(run, practice) as driven:
        await driven.press("f6", "escape")
        await driven.until(lambda: isinstance(driven.screen, Inbox))
        await driven.press("down")
        assert driven.screen.threads.has_focus


async def test_the_key_that_opened_it_ends_it(practice: Practice, run: Run) -> None:
    async with opened(run, practice) as driven:
        await driven.press("b")
        await driven.until(lambda: isinstance(driven.screen, Inbox))


async def test_two_portals_show_replies_among_clients(practice: Practice, run: Run) -> None:
    async with opened(run, practice, (200, 40)) as driven:
        await driven.press("f7")
        await driven.type("zo")
        await driven.press("enter")
        await driven.until(lambda: sum(isinstance(one, ClientPortal) for one in sides(driven)) == 2)
        client = practice.world.portal(practice.clients[CORA])
        practice.world.run(messages.reply, client, practice.threads["class"], "See you there!", yes=True)
        driven.app.announce_change()
        await driven.until(lambda: driven.text.count("See you there!") == 3)


async def test_where_there_is_little_room_the_side_with_the_keys_is_shown(practice: Practice, run: Run) -> None:
    async with opened(run, practice) as driven:
        await driven.press("f6")
        for width in (2 * LEAST - 1, 60, 300, 2 * LEAST):
            await driven.pilot.resize_terminal(width, 30)
            await driven.still()
            assert driven.app.acting in sides(driven)
            assert len(sides(driven)) == min(2, max(1, width // LEAST))
            for side in driven.screen.sides:
                assert not side.display or side.shown.size == side.size
        await driven.press("f7")
        await driven.until(lambda: any("no room" in toast for toast in driven.toasts))


async def test_a_dialog_of_one_side_lies_over_both(practice: Practice, run: Run) -> None:
    async with opened(run, practice) as driven:
        await driven.press("question_mark")
        await driven.until(lambda: "What can be done here" in driven.text and "Another portal" in driven.text)
        await driven.press("escape")
        assert isinstance(driven.screen, SideBySide)


async def test_under_a_dialog_each_side_keeps_its_own_size(practice: Practice, run: Run) -> None:
    async with opened(run, practice) as driven:
        beside = driven.screen
        await driven.press("question_mark")
        for width in (200, 120, 160):
            await driven.pilot.resize_terminal(width, 40)
            await driven.still()
            assert beside._compositor.size.width == width
        assert [side.shown._compositor.size for side in beside.sides] == [side.size for side in beside.sides]
        await driven.press("escape")


class Walk:
    """A tour of two steps over the practice."""

    titles: Sequence[str] = ("First", "Second")

    def __init__(self, practice: Practice, portal: Actor) -> None:
        self.practice, self.portal = practice, portal
        self.played: list[int] = []

    async def play(self, step: int) -> Scene:
        self.played.append(step)
        thread = self.practice.threads["class"]
        return Scene(self.titles[step], f"The words of step {step}.", thread, (self.portal,), opened=step == 1)


async def test_the_tour_does_its_steps_one_by_one_and_ends(practice: Practice, run: Run) -> None:
    walk = Walk(practice, practice.world.portal(practice.clients[CORA]))
    async with run(practice.actor, size=(160, 40), demonstration=True, tour=lambda: walk) as driven:
        await driven.press("f3")
        await driven.until(lambda: isinstance(driven.screen, TourScreen) and "The words of step 0." in driven.text)
        await driven.until(lambda: len(sides(driven)) == 2 and portal_side(driven).threads.rows)
        assert not portal_side(driven).has_class("-reading")
        await driven.press("f3")
        await driven.until(lambda: "1 of 1  Second" in driven.text and portal_side(driven).has_class("-reading"))
        assert walk.played == [0, 1]
        await driven.press("f3")
        await driven.until(lambda: isinstance(driven.screen, Inbox))


async def test_outside_the_demonstration_there_is_no_tour(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await driven.press("f3")
        await driven.until(lambda: any("msgcenter demo --tour" in toast for toast in driven.toasts))
        assert isinstance(driven.screen, Inbox)


async def test_whoever_has_a_portal_is_offered_however_many_have_none(
    practice: Practice, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("msgcenter_tui.tui.screens.side_by_side.FOUND", 1)
    for name, one in practice.clients.items():
        if name != CORA:
            practice.world.run(clients.change, practice.actor, one.id, portal=False)
    async with run(practice.actor, demonstration=True) as driven:
        await driven.until(lambda: isinstance(driven.screen, Inbox) and driven.screen.pane.thread is not None)
        await driven.press("b")
        await driven.until(lambda: isinstance(driven.screen, Finder) and CORA in driven.text)


async def test_where_nobody_has_a_portal_it_says_how_to_give_one(practice: Practice, run: Run) -> None:
    for one in practice.clients.values():
        practice.world.run(clients.change, practice.actor, one.id, portal=False)
    async with run(practice.actor, demonstration=True) as driven:
        await driven.until(lambda: isinstance(driven.screen, Inbox) and driven.screen.pane.thread is not None)
        await driven.press("b")
        await driven.until(lambda: "o turns a portal on." in driven.text)
        await driven.type("cora")
        await driven.until(lambda: "No client with a portal is called like that." in driven.text)
