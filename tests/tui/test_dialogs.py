"""Questions at every size: their answers are always on the screen, and nothing runs over its edge."""

from __future__ import annotations

import pytest
from tests.tui.conftest import Driven, Run
from tests.tui.practice import Practice

from msgcenter_tui.tui.screens.confirm import Confirm
from msgcenter_tui.tui.screens.inbox import Inbox
from msgcenter_tui.tui.screens.last_look import LastLook
from msgcenter_tui.tui.screens.new_thread import NewThreadScreen
from msgcenter_tui.tui.widgets.choice import Choice

SIZES = [(120, 36), (80, 24), (60, 20), (42, 14)]


def inside(driven: Driven) -> bool:
    """Whether the dialog is on the screen with all of its edge."""
    dialog = driven.screen.query_one("#dialog").region
    return dialog in driven.screen.region and dialog.width <= driven.app.size.width


async def written_to_all(driven: Driven, text: str) -> None:
    await driven.press("n")
    await driven.until(lambda: isinstance(driven.screen, NewThreadScreen) and driven.screen._loaded.is_set())
    await driven.press("enter", "enter")
    driven.screen.composer.insert(text)
    await driven.press("ctrl+s")
    await driven.until(lambda: isinstance(driven.screen, LastLook))
    await driven.still()


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_last_look_always_shows_its_answers(
    practice: Practice, run: Run, size: tuple[int, int]
) -> None:  # S3, N4
    for count in range(20):
        practice.world.client(f"Unreached {count:02}", practice.team, email=None)
    async with run(practice.actor, size=size) as driven:
        await written_to_all(driven, "\n".join(f"line {number}" for number in range(30)))
        assert inside(driven)
        assert "y Send" in driven.text
        assert "n Go back" in driven.text
        assert "Unreached 19" not in driven.text
        seen = driven.text
        for _ in range(12):
            await driven.press("pagedown")
            seen += driven.text
        assert "Unreached 19" in driven.text  # all of it can be reached by keys
        assert "y Send" in driven.text
        assert seen.index("line 1") < seen.index("Not notified")  # the message before the list
        await driven.press("up")
        await driven.press("y")
        await driven.until(lambda: isinstance(driven.screen, Inbox))


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_a_long_question_stays_on_the_screen(practice: Practice, run: Run, size: tuple[int, int]) -> None:
    async with run(practice.actor, size=size) as driven:
        await driven.press("enter", "l")
        await driven.until(lambda: isinstance(driven.screen, Confirm))
        await driven.still()
        assert inside(driven)
        assert "y Yes" in driven.text
        await driven.press("n")
        await driven.press("q")
        await driven.until(lambda: isinstance(driven.screen, Confirm))
        await driven.still()
        assert inside(driven)
        assert "y Quit" in driven.text
        await driven.press("left", "right", "enter")  # to the other answer and back: nothing is done
        await driven.until(lambda: isinstance(driven.screen, Inbox))


async def test_the_last_look_at_named_people_names_them(practice: Practice, run: Run) -> None:  # L3
    async with run(practice.actor, size=(80, 24)) as driven:
        await driven.press("n")
        await driven.until(lambda: isinstance(driven.screen, NewThreadScreen) and driven.screen._loaded.is_set())
        for name in ("cora", "pia"):
            await driven.type(name)
            await driven.until(lambda: driven.screen.addressing.field._list.option_count == 1)
            await driven.press("enter")
        await driven.press("enter", "enter")
        await driven.type("Thursday?")
        await driven.press("ctrl+s")
        await driven.until(lambda: isinstance(driven.screen, LastLook))
        assert "Cora Lin, Pia Berg" in driven.text
        assert "Thursday?" in driven.text


async def test_a_follow_up_is_asked_about_with_its_text(practice: Practice, run: Run) -> None:  # S3
    async with run(practice.actor, size=(80, 24)) as driven:
        await driven.press("enter", "r")
        await driven.type("One more thing.")
        await driven.press("ctrl+s")
        await driven.until(lambda: isinstance(driven.screen, Confirm))
        assert "One more thing." in driven.text
        assert "y Send" in driven.text


async def test_leaving_closes_the_unfolded_list_first(practice: Practice, run: Run) -> None:
    async with run(practice.actor, size=(80, 24)) as driven:
        await driven.press("n")
        await driven.until(lambda: isinstance(driven.screen, NewThreadScreen) and driven.screen._loaded.is_set())
        await driven.press("ctrl+o")
        await driven.until(lambda: any("Nobody is chosen yet" in toast for toast in driven.toasts))
        await driven.press("enter")
        await driven.until(lambda: "people will be notified" in driven.text)
        driven.screen.addressing.figures.toggle()
        await driven.until(lambda: "Rosa Díaz" in driven.text)
        await driven.press("escape")
        await driven.until(lambda: "Rosa Díaz" not in driven.text)
        assert isinstance(driven.screen, NewThreadScreen)


@pytest.mark.parametrize("size", [(80, 24), (60, 20)], ids=str)
async def test_the_first_step_fits_and_always_answers(practice: Practice, run: Run, size: tuple[int, int]) -> None:
    async with run(practice.actor, size=size) as driven:
        await driven.press("n")
        await driven.until(lambda: isinstance(driven.screen, NewThreadScreen) and driven.screen._loaded.is_set())
        await driven.press("enter")
        await driven.until(lambda: "Lead" in driven.text)  # all of the audience can be read, over two lines
        assert "Active" in driven.text
        await driven.type("zzz")
        await driven.until(lambda: "Nobody like that" in driven.text)


async def test_the_tabs_of_the_ledger_are_whole_words(practice: Practice, run: Run) -> None:  # N8
    async with run(practice.actor, start="deliveries", size=(80, 24)) as driven:
        await driven.until(lambda: "Waiting 9" in driven.text)
        tabs = next(line for line in driven.text.splitlines() if "Waiting 9" in line)
        assert tabs.split("  ")[1:] == ["All", "Waiting 9", "Sent", "Read first", "Suppressed", "Cancelled"]
        assert "9 waiting" in driven.text
        assert "Nothing waits" not in driven.text


async def test_what_an_act_asks_is_in_sentences(practice: Practice, run: Run) -> None:  # S1
    async with run(practice.actor, start="portal", size=(80, 24)) as driven:
        await driven.until(lambda: driven.screen.clients.rows)
        await driven.type("cora")
        await driven.until(lambda: len(driven.screen.clients.rows) == 1)
        await driven.press("enter")
        await driven.until(lambda: isinstance(driven.screen, Confirm))
        assert "Sign in as Cora Lin?" in driven.text
        assert "What you read there counts as read by them" in driven.text
        assert "view their portal instead." in driven.text


async def test_why_nothing_is_counted_is_a_sentence(practice: Practice, run: Run) -> None:  # S1
    alone = practice.world.actor(practice.world.staff("Rosa Berg"))  # in no team
    async with run(alone, size=(80, 24)) as driven:
        await driven.press("n")
        await driven.until(lambda: isinstance(driven.screen, NewThreadScreen) and driven.screen._loaded.is_set())
        await driven.press("down", "enter")
        await driven.until(lambda: "A personal workspace has no team members" in driven.text)


async def test_a_portal_keeps_its_count_while_its_client_writes(practice: Practice, run: Run) -> None:  # R1
    who = practice.clients["Zoë Åkesson"].id
    async with run(practice.actor, start="portal", portal_client=who, demonstration=True, size=(80, 24)) as driven:
        await driven.until(lambda: "● 2 unread" in driven.text)
        await driven.press("n")
        await driven.until(lambda: isinstance(driven.screen, NewThreadScreen) and "● 2 unread" in driven.text)


async def test_the_choice_of_a_portal_says_what_enter_does(practice: Practice, run: Run) -> None:
    async with run(practice.actor, start="portal", size=(80, 24)) as driven:
        await driven.until(lambda: "⏎ Sign in" in driven.text and "^o View as" in driven.text)


async def test_a_choice_is_made_by_typing_its_words(practice: Practice, run: Run) -> None:  # screens: typing filters
    async with run(practice.actor, start="templates") as driven:
        await driven.press("n", "tab", "tab")
        choice = driven.screen.focused
        assert isinstance(choice, Choice)
        await driven.press("b")
        await driven.until(lambda: "Bright Beginnings: every member uses it" in driven.text)
        await driven.press("enter")
        assert choice.picked != ""
        await driven.press("b", "y", "o", "u", "r", "enter")  # nothing is called so, and what is typed then begins anew
        assert choice.picked == ""


async def test_a_filter_that_fits_nothing_says_so_and_gives_all_back(practice: Practice, run: Run) -> None:
    async with run(practice.actor, start="clients", size=(80, 24)) as driven:
        await driven.until(lambda: driven.screen.listed.rows)
        await driven.press("s")
        await driven.until(lambda: "stops seeing broadcasts" in driven.text)
        await driven.type("w")
        await driven.until(lambda: "Nothing fits" in driven.text and "stops seeing" not in driven.text)
        await driven.press("enter")
        await driven.until(lambda: "Nothing is chosen: type less, or esc goes back" in driven.toasts)
        await driven.press("backspace")
        await driven.until(lambda: "stops seeing broadcasts" in driven.text and "Nothing fits" not in driven.text)
