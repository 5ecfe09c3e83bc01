"""What was said can be read again, by whom it was said to and by nobody else."""

from __future__ import annotations

from tests.hostile import HOSTILE, unsafe_in
from tests.tui.conftest import Driven, Run
from tests.tui.practice import Practice
from textual.screen import Screen

from msgcenter_tui.center import portal
from msgcenter_tui.domain import Actor, PersonKind
from msgcenter_tui.errors import Refused
from msgcenter_tui.tui.said import MOST, Said, Saying
from msgcenter_tui.tui.screens.audience import Audience
from msgcenter_tui.tui.screens.client_portal import ClientPortal
from msgcenter_tui.tui.screens.inbox import Inbox
from msgcenter_tui.tui.screens.new_thread import NewThreadScreen
from msgcenter_tui.tui.screens.what_was_said import WhatWasSaid
from msgcenter_tui.tui.switching import become


async def test_the_newest_stands_first_with_its_time_and_how_it_was_meant(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        driven.app.say("It is done")
        practice.world.clock.advance(minutes=2)
        driven.app.refuse(Refused("this cannot be done", "it is locked", "ask its owner"))
        await driven.press("N")
        await driven.until(lambda: isinstance(driven.screen, WhatWasSaid))
        text = driven.text
        assert text.index("today 09:38  ! This cannot be done.") < text.index("today 09:36    It is done")
        assert "Because it is locked." in text
        await driven.press("N")  # it does not open over itself
        assert sum(isinstance(screen, WhatWasSaid) for screen in driven.app.screen_stack) == 1
        await driven.press("escape")
        await driven.until(lambda: not driven.screen.is_modal)


async def test_an_answer_does_not_outlive_its_place_but_one_to_the_key_that_leaves_does(
    practice: Practice, run: Run
) -> None:
    async with run(practice.actor) as driven:
        await driven.press("n")
        await driven.until(lambda: isinstance(driven.screen, NewThreadScreen))
        await driven.press("enter", "enter", "enter")
        await driven.type("Hello")
        driven.app.say("An answer of this place")
        await driven.until(lambda: "An answer of this place" in driven.text)
        await driven.press("escape", "escape")
        await driven.until(lambda: isinstance(driven.screen, Inbox) and "Your draft is kept" in driven.text)
        await driven.press("a")
        await driven.until(lambda: isinstance(driven.screen, Audience))
        driven.app.say("An answer of this place")
        await driven.until(lambda: "An answer of this place" in driven.text)
        await driven.press("escape")
        await driven.until(lambda: isinstance(driven.screen, Inbox))
        assert driven.toasts == []


async def test_nothing_that_was_said_lies_beside_a_dialog(practice: Practice, run: Run) -> None:
    async with run(practice.actor, size=(80, 24)) as driven:
        driven.app.say("An answer of this place")
        await driven.until(lambda: "An answer of this place" in driven.text)
        await driven.press("S")
        await driven.until(lambda: "Empty takes the subject away" in driven.text)
        await driven.still()
        assert "An answer" not in driven.text


async def test_before_anything_was_said_it_says_what_is_kept(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        driven.app.said.forget()
        await driven.press("f10")
        await driven.until(lambda: "Nothing yet." in driven.text)


async def test_foreign_words_are_shown_and_not_obeyed(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        for words in HOSTILE:
            driven.app.notify(words, markup=False)
        await driven.press("N")
        await driven.until(lambda: isinstance(driven.screen, WhatWasSaid))
        assert not unsafe_in(driven.text)


async def read_in_portal_of(name: str, driven: Driven, practice: Practice) -> None:
    """Nothing is read there that was said elsewhere; what is said there is."""
    actor = practice.world.run(portal.sign_in, practice.actor, practice.clients[name].id, yes=True)
    driven.app.push_screen(ClientPortal(actor))
    await driven.until(lambda: isinstance(driven.screen, ClientPortal))
    await driven.press("N")
    await driven.until(lambda: "Nothing yet." in driven.text)
    await driven.press("escape")
    await driven.until(lambda: isinstance(driven.screen, ClientPortal))
    driven.app.say(f"Said to {name}")
    await driven.press("N")
    await driven.until(lambda: f"Said to {name}" in driven.text)
    driven.screen.dismiss()
    await driven.until(lambda: isinstance(driven.screen, ClientPortal))
    driven.screen.dismiss()
    await driven.until(lambda: not isinstance(driven.screen, ClientPortal))


async def test_what_a_portal_says_is_read_in_no_other(practice: Practice, run: Run) -> None:  # P1
    async with run(practice.actor) as driven:
        driven.app.say("For staff only")
        await read_in_portal_of("Ana Flores", driven, practice)
        await read_in_portal_of("Cora Lin", driven, practice)
        await driven.press("N")
        await driven.until(lambda: "For staff only" in driven.text)
        assert "Said to" not in driven.text


async def test_who_acts_next_reads_nothing_of_it(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        driven.app.say("For Maya only")
        await become(driven.app, Actor(practice.leo.id, PersonKind.STAFF, practice.leo.name))
        await driven.still()
        await driven.press("N")
        await driven.until(lambda: "You are Leo Brandt now" in driven.text)
        assert "For Maya only" not in driven.text


def test_the_last_hundred_are_kept_and_what_is_said_again_is_counted(practice: Practice) -> None:
    said, reader = Said(), Screen[None]()
    at = practice.world.clock.now
    for number in range(MOST + 5):
        said.note(reader, Saying(str(number), "information", at))
        said.note(reader, Saying(str(number), "information", at))
    kept = said.to(reader)
    assert [one.words for one in kept] == [str(number) for number in range(MOST + 4, 4, -1)]
    assert {one.times for one in kept} == {2}
    assert said.to(Screen[None]()) == []
