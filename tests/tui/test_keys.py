"""The one table of actions: bindings, the check of a keymap, the help, docs/keys.md."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from tests.tui.conftest import Run
from tests.tui.practice import Practice
from tests.tui.test_deliveries import put
from textual.command import CommandList, CommandPalette
from textual.widgets import Static

from msgcenter_tui.center import drafts
from msgcenter_tui.domain import DeliveryState
from msgcenter_tui.errors import StoreUnavailable
from msgcenter_tui.tui import keys
from msgcenter_tui.tui.actions import ACTIONS
from msgcenter_tui.tui.screens.new_thread import NewThreadScreen
from msgcenter_tui.tui.screens.preview import PreviewScreen

PLACES = ("inbox", "deliveries", "clients", "templates")
ROOT = Path(__file__).parents[2]


def test_docs_keys_md_is_current() -> None:
    assert (ROOT / "docs/keys.md").read_text("utf-8") == keys.document(), "make it: python -m msgcenter_tui.tui.keys"


def test_the_defaults_have_no_clash() -> None:
    assert keys.check({}) == []


def test_every_action_has_a_name_of_its_own() -> None:
    assert len({action.id for action in ACTIONS}) == len({action.method for action in ACTIONS}) == len(ACTIONS)


@pytest.mark.parametrize(
    ("action", "key"),
    [
        ("thread.new", "n"), ("thread.reply", "r"), ("compose.template", "ctrl+t"), ("compose.send", "ctrl+s"),
        ("compose.send", "ctrl+enter"), ("thread.search", "slash"), ("places.portal", "p"), ("places.deliveries", "d"),
        ("places.clients", "c"), ("places.templates", "t"), ("thread.lock", "l"), ("thread.audience", "a"),
        ("thread.unread", "u"), ("thread.delete", "delete"), ("send.undo", "ctrl+z"), ("app.palette", "ctrl+p"),
        ("app.help", "question_mark"), ("app.help", "f1"), ("app.quit", "q"), ("compose.leave", "escape"),
    ],
)  # fmt: skip
def test_the_default_keys_are_those_of_the_command_line_s_document(action: str, key: str) -> None:
    assert key in keys.effective({})[action]


def test_the_first_key_of_an_action_is_that_of_the_keymap() -> None:
    assert keys.first("places.deliveries", {}) == "d"
    assert keys.first("places.deliveries", {"places.deliveries": "ctrl+d,O"}) == "^d"
    assert keys.first("places.deliveries", {"places.deliveries": ""}) == ""  # said at the start; nothing falls over it


def test_while_one_writes_a_letter_is_no_key() -> None:
    assert (keys.first("app.quit", {}), keys.first("app.quit", {}, writing=True)) == ("q", "^q")


def test_words_about_keys_name_those_of_the_keymap() -> None:
    words = "Nothing like that: {room.back} shows everything."
    assert keys.filled(words, {}) == "Nothing like that: esc shows everything."
    assert keys.filled(words, {"room.back": "f12"}) == "Nothing like that: f12 shows everything."


@pytest.mark.parametrize("path", sorted((ROOT / "src/msgcenter_tui/tui").rglob("*.py")), ids=lambda path: path.stem)
def test_words_about_keys_name_actions_that_there_are(path: Path) -> None:
    nodes = ast.walk(ast.parse(path.read_text("utf-8")))
    words = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    assert {name for one in words for name in keys._ID.findall(one)} <= set(keys.BY_ID)


def test_a_keymap_is_checked() -> None:
    problems = keys.check({"thread.nwe": "x", "thread.new": "r", "thread.search": " "})
    assert ("there is no action 'thread.nwe'", "did you mean thread.new?") in problems
    assert ("thread.search has no key", "give it one, or take the line out") in problems
    assert ("'r' is both thread.new and thread.reply", "give thread.new another key") in problems


def test_a_sign_is_the_same_key_as_its_name() -> None:
    assert keys.effective({"thread.lock": "/, L"})["thread.lock"] == ("slash", "L")
    assert [one.what for one in keys.check({"thread.lock": "/"})] == ["'slash' is both thread.search and thread.lock"]


@pytest.mark.parametrize("key", ["R", "?", "at", "minus", "f5", "alt+enter", "ctrl+shift+up", "ctrl+slash", "ö"])
def test_what_a_keyboard_sends_is_a_key(key: str) -> None:
    assert keys.check({"compose.editor": key}) == []


@pytest.mark.parametrize("key", ["ctr+x", "ctrl-x", "^s", "esc", "Enter", "F5", "shift+ctrl+up", "page_down", "ctrl+"])
def test_what_none_sends_is_said_to_be_no_key(key: str) -> None:
    (wrong,) = keys.check({"compose.editor": key})
    assert wrong.what == f"{key!r} of compose.editor is no key"


def test_all_keys_are_named_as_they_are_sent() -> None:
    assert [key for given in keys.effective({}).values() for key in given if not keys._is_key(key)] == []


def test_clashes_of_places_that_are_never_together_are_none() -> None:
    assert keys.check({"portal.reply": "n", "portal.new": "r"}) == []


async def test_a_changed_key_works_and_is_what_the_screen_says(practice: Practice, run: Run) -> None:
    async with run(practice.actor, keymap={"app.help": "f12", "thread.lock": "L"}) as driven:
        await driven.until(lambda: "L Unlock" in driven.text)
        await driven.until(lambda: re.search(r"f12 +Help", driven.text))
        await driven.press("f12")
        await driven.until(lambda: "What can be done here" in driven.text)


async def test_hints_name_the_keys_of_the_keymap(practice: Practice, run: Run) -> None:
    changed = {"compose.send": "f5", "compose.template": "f6", "confirm.yes": "j", "offers.take": "tab"}
    async with run(practice.actor, keymap=changed) as driven:
        await driven.press("r")
        await driven.until(lambda: "f5 send" in driven.text)
        assert "f6 template" in driven.text
        await driven.type("{{")
        await driven.until(lambda: "tab take" in driven.text)
        await driven.press("escape", "ctrl+r")
        await driven.until(lambda: "j Discard" in driven.text)


async def test_what_is_to_be_decided_is_said_with_the_keys_of_the_keymap(practice: Practice, run: Run) -> None:
    put(practice, DeliveryState.UNKNOWN)
    changed = {"arrived": "j", "resend": "T", "arrived-thread": "J", "resend-thread": "f5", "next-thread": "f6"}
    async with run(
        practice.actor, start="deliveries", keymap={f"deliveries.{one}": key for one, key in changed.items()}
    ) as driven:
        driven.screen.query_one("ViewTabs").active = 6
        await driven.until(lambda: "J all of them arrived" in driven.text)
        said = driven.screen.query_one("#room--text", Static).content.plain
        assert "ask them, then j it arrived, or T send again" in said
        assert said[said.index("J all") :].split("\n")[:3] == [
            "J all of them arrived", "f5 send all of them again", "f6 next thread"
        ]  # fmt: skip


async def test_a_wrong_keymap_is_said_at_start(practice: Practice, run: Run) -> None:
    async with run(practice.actor, keymap={"no.such": "x"}) as driven:
        await driven.until(lambda: any("no action 'no.such'" in toast for toast in driven.toasts))


async def test_the_help_lists_what_can_be_done_here(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await driven.press("question_mark")
        await driven.until(lambda: "What can be done here" in driven.text)
        listed = {action.id for action in driven.screen.actions}
        assert {"thread.new", "thread.reply", "list.open", "compose.send", "app.quit", "places.clients"} <= listed
        assert "clients.add" not in listed
        await driven.press("escape")
        await driven.until(lambda: "What can be done here" not in driven.text)


async def test_what_a_key_does_is_wrapped_below_its_words(practice: Practice, run: Run) -> None:
    async with run(practice.actor, size=(80, 24)) as driven:
        await driven.press("question_mark")
        await driven.until(lambda: "cancels what has not left" in driven.text)
        lines = driven.text.splitlines()
        withdraw = next(line for line in lines if "Withdraw" in line)
        rest = next(line for line in lines if "cancels what has not left" in line)
        words = rest.replace("│", " ")
        assert len(words) - len(words.lstrip()) == withdraw.index("Withdraw")


async def test_the_palette_names_each_action_once(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        titles = [command.title for command in driven.app.get_system_commands(driven.screen)]
    assert titles.count("Quit") == 1  # it has two keys
    assert len(titles) == len(set(titles)) > 10


@pytest.mark.parametrize("place", PLACES)
async def test_the_way_to_where_one_is_is_not_offered(practice: Practice, run: Run, place: str) -> None:
    async with run(practice.actor, start=place, size=(200, 60)) as driven:
        palette = [command.title for command in driven.app.get_system_commands(driven.screen)]
        offered = {place: f"Go to {place.capitalize()}" in palette for place in PLACES}
        assert offered == {other: other != place for other in PLACES}


WAYS = {f"Go to {place.capitalize()}" for place in (*PLACES, "portal", "audit")} | {"Go to Side by side"}


@pytest.mark.parametrize(
    ("start", "key"),
    [("inbox", "slash"), ("inbox", "r"), ("inbox", "a"), ("inbox", "n"), ("clients", "slash"), ("templates", "n")],
)
async def test_the_palette_leads_to_each_place_once_whatever_has_the_letters(
    practice: Practice, run: Run, start: str, key: str
) -> None:
    async with run(practice.actor, start=start) as driven:
        await driven.until(lambda: driven.app.status.mail)
        await driven.press(key)
        screen = driven.screen
        ways = [one.title for one in driven.app.get_system_commands(screen) if one.title.startswith("Go to ")]
        over = driven.app.screen_stack[0] is not screen
        expected = WAYS if over else WAYS - {f"Go to {start.capitalize()}"}
        assert sorted(ways) == sorted(expected)


@pytest.mark.parametrize(("key", "place"), [("a", "clients"), ("n", "clients"), ("n", "inbox")])
async def test_the_palette_leads_away_from_what_lies_over_a_place_and_keeps_it(
    practice: Practice, run: Run, key: str, place: str
) -> None:  # M4
    async with run(practice.actor) as driven:
        await driven.until(lambda: "Dear ‹first name›" in driven.text)
        await driven.press(key)
        if key == "n":
            await driven.press("enter", "enter", "enter")
            await driven.type("We are closed.")
            await driven.press("ctrl+g")
            await driven.until(lambda: isinstance(driven.screen, PreviewScreen))
        await driven.press("ctrl+p")
        await driven.type(f"go to {place}")
        await driven.pilot.press("enter")
        await driven.until(lambda: driven.app.current_mode == place and len(driven.app.screen_stack) == 1)
        kept = practice.world.run(drafts.list_drafts, practice.actor)
    assert [one.body for one in kept] == (["We are closed."] if key == "n" else [])


async def test_what_cannot_be_kept_is_not_left_by_the_palette(practice: Practice, run: Run) -> None:  # M4, S1
    async with run(practice.actor) as driven:
        await driven.until(lambda: "Dear ‹first name›" in driven.text)
        await driven.press("n", "enter", "enter", "enter")
        composer = driven.screen.composer
        await driven.press("ctrl+p")
        await driven.type("go to clients")
        composer.insert("We are closed.")
        driven.front.refusal = StoreUnavailable("the store cannot be used", "the disk is full", "free some space")
        await driven.pilot.press("enter")
        await driven.until(lambda: isinstance(driven.screen, NewThreadScreen))
        await driven.until(lambda: any("disk is full" in toast for toast in driven.toasts))
        await driven.still()
        assert driven.app.current_mode == "inbox"
        assert composer.text == "We are closed."
        driven.front.refusal = None


async def test_the_footer_of_deliveries_names_other_places_only(practice: Practice, run: Run) -> None:
    async with run(practice.actor, start="deliveries", size=(160, 45)) as driven:
        await driven.until(lambda: "c Clients" in driven.text)
        assert "d Deliveries" not in driven.text


async def test_the_palette_runs_an_action_by_name(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await driven.press("ctrl+p")
        await driven.type("broadcasts")
        await driven.pilot.press("enter")
        await driven.until(lambda: not isinstance(driven.app.screen, CommandPalette) and driven.screen.tabs.active == 2)


async def test_a_page_up_while_commands_are_being_found_is_no_fault(
    practice: Practice, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with run(practice.actor) as driven:
        await driven.press("ctrl+p")
        palette = driven.app.screen
        assert isinstance(palette, CommandPalette)
        commands = palette.query_one(CommandList)
        await driven.until(lambda: commands.option_count > 1)
        commands.highlighted = 1
        monkeypatch.setattr(commands, "_update_lines", lambda: None)  # it has no size yet: nothing is laid out
        commands._clear_caches()
        palette._action_command_list("page_up")
        await driven.press("escape")
        assert not driven.app.troubles


@pytest.mark.parametrize(("start", "key"), [("inbox", "z"), ("clients", "8"), ("templates", "f5"), ("deliveries", "Z")])
async def test_a_key_that_is_nobodys_says_where_the_keys_are(
    practice: Practice, run: Run, start: str, key: str
) -> None:  # screens: every key does something visible
    async with run(practice.actor, start=start) as driven:
        await driven.until(lambda: driven.screen.listed.known)
        await driven.press(key)
        await driven.until(lambda: driven.toasts == [f"{key} does nothing here: ? shows what can be done"])
