"""A new thread by keys alone: recipients, workspace, lock, figures; then the message, the last look, the send."""

from __future__ import annotations

import pytest
from tests.hostile import HOSTILE, unsafe_in
from tests.tui.conftest import Driven, Run
from tests.tui.practice import ALL_CLIENTS, Practice, direct

from msgcenter_tui.center import clients, drafts, teams, threads
from msgcenter_tui.domain import Channel, Recipients, Role, Status, ThreadKind, ThreadRow
from msgcenter_tui.store import channels
from msgcenter_tui.store.store import Store
from msgcenter_tui.tui.screens.inbox import Inbox
from msgcenter_tui.tui.screens.last_look import LastLook
from msgcenter_tui.tui.screens.new_thread import NewThreadScreen
from msgcenter_tui.tui.widgets.figures_line import FiguresLine


def newest(practice: Practice) -> ThreadRow:
    return practice.world.run(threads.list_threads, practice.actor).items[0]


def figures(driven: Driven) -> str:
    line: FiguresLine = driven.screen.query_one(FiguresLine)
    return line.words


async def begin(driven: Driven) -> None:
    await driven.press("n")
    await driven.until(lambda: isinstance(driven.screen, NewThreadScreen) and driven.screen._loaded.is_set())
    await driven.still()


async def test_to_all_clients_by_keys_alone_ends_at_the_thread_and_its_countdown(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await begin(driven)
        await driven.press("enter")  # All Clients is marked
        await driven.until(lambda: "people will be notified" in figures(driven))
        await driven.press("enter")
        assert driven.screen.second
        await driven.type("Spring")
        await driven.press("enter")
        await driven.type("We open again.")
        await driven.press("ctrl+s")
        await driven.until(lambda: isinstance(driven.screen, LastLook))  # S3
        await driven.press("y")
        await driven.until(lambda: isinstance(driven.screen, Inbox) and driven.screen.thread_id == newest(practice).id)
        row = newest(practice)
        assert (row.kind, row.subject, row.locked) == (ThreadKind.ALL_CLIENTS, "Spring", True)  # A1, L2, M1
        await driven.until(lambda: "takes it back" in driven.text)  # N5: the countdown is the undo
        assert practice.world.run(drafts.list_drafts, practice.actor) == ()


async def test_the_line_of_figures_follows_and_unfolds_the_unreached_with_reasons(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await begin(driven)
        await driven.press("enter")
        await driven.until(lambda: "9 people will be notified (8 e-mail, 1 SMS)" in figures(driven))  # N3
        assert "1 is reached by nothing" in figures(driven)  # N4
        assert "Rosa Díaz" not in driven.text
        assert "10 clients: 8 Active, 2 Lead" in driven.text
        driven.screen.addressing.figures.toggle()
        await driven.until(lambda: "Rosa Díaz" in driven.text)
        assert "Rosa Díaz" in driven.text
        assert "no e-mail address" in driven.text


async def test_what_its_sms_take_is_said_while_it_is_written_and_asked_about(
    practice: Practice, run: Run
) -> None:  # S3
    async with run(practice.actor) as driven:
        await begin(driven)
        await driven.press("enter")
        await driven.until(lambda: "1 SMS" in figures(driven))
        await driven.press("enter", "enter")
        await driven.type("Caf\u00eb")
        await driven.until(lambda: "1 SMS of 1 segment (UCS-2 because of ‘ë’ at line 1)" in driven.text)
        await driven.press("ctrl+s")
        await driven.until(lambda: isinstance(driven.screen, LastLook))
        assert "1 SMS of 1 segment (UCS-2" in str(driven.screen.query_one("#figures").content)


async def test_the_figures_are_live(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await begin(driven)
        await driven.press("enter")
        await driven.until(lambda: "9 people will be notified" in figures(driven))
        practice.world.change(practice.clients["Ben Adeyemi"], status=Status.INACTIVE)
        await driven.until(lambda: "8 people will be notified" in figures(driven))


async def test_an_empty_audience_says_so_and_can_be_sent(practice: Practice, run: Run) -> None:  # A6
    async with run(practice.actor) as driven:
        await begin(driven)
        await driven.press("enter", "tab", "down", "up", "enter")  # from the personal workspace, which is empty
        await driven.until(lambda: "nobody is notified" in figures(driven))
        assert "later will see it" in figures(driven)
        await driven.press("enter", "enter")
        assert driven.screen.second


async def test_people_are_found_by_typing_and_backspace_takes_them_away(practice: Practice, run: Run) -> None:  # A4
    async with run(practice.actor) as driven:
        await begin(driven)
        await driven.type("cora")
        await driven.until(lambda: "Cora Lin" in driven.text)
        await driven.press("enter")
        await driven.type("pia")
        await driven.until(lambda: "Pia Berg" in driven.text)
        await driven.press("enter")
        screen = driven.screen
        assert [person.name for person in screen.addressing.people] == ["Cora Lin", "Pia Berg"]
        await driven.until(lambda: "will see each other's names" in driven.text)  # L3
        await driven.press("backspace")
        assert [person.name for person in screen.addressing.people] == ["Cora Lin"]
        assert not screen.addressing.locked
        assert "Locked" not in driven.text  # meaningless for named people


async def test_a_name_that_is_typed_and_not_taken_is_not_left_out_in_silence(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await begin(driven)
        await driven.type("Cora")
        await driven.press("enter")
        await driven.type("Pya")  # meant for Pia
        await driven.press("ctrl+s")
        assert not driven.screen.second
        await driven.until(lambda: "typed and not chosen yet" in driven.text)
        await driven.press("backspace", "backspace", "backspace", "ctrl+s")
        assert driven.screen.second
        assert "To Cora Lin" in driven.text


async def test_several_clients_in_one_thread_are_asked_about(practice: Practice, run: Run) -> None:  # L3
    async with run(practice.actor) as driven:
        await begin(driven)
        for name in ("cora", "pia"):
            await driven.type(name)
            await driven.until(lambda: driven.screen.addressing.field._list.option_count == 1)
            await driven.press("enter")
        await driven.press("enter", "enter")
        await driven.type("Thursday?")
        await driven.press("ctrl+s")
        await driven.until(lambda: isinstance(driven.screen, LastLook))
        assert "2 clients" in driven.text
        await driven.press("n")  # not wanted: everything stays as it was
        await driven.until(lambda: isinstance(driven.screen, NewThreadScreen))
        assert driven.screen.composer.text == "Thursday?"
        assert newest(practice).id == practice.threads["holiday"]


async def test_unlocked_shows_the_exposure(practice: Practice, run: Run) -> None:  # L2, L3
    async with run(practice.actor) as driven:
        await begin(driven)
        await driven.press("enter", "tab", "tab", "space")
        await driven.until(lambda: "Not locked: 9 clients and everyone who joins later" in driven.text)
        await driven.press("enter", "enter")
        await driven.type("Reply if you come.")
        await driven.press("ctrl+s")
        await driven.until(lambda: isinstance(driven.screen, LastLook))
        assert "Not locked" in driven.text
        await driven.press("ctrl+s")
        await driven.until(lambda: isinstance(driven.screen, Inbox))
        assert not newest(practice).locked


async def test_who_may_not_broadcast_is_told_who_could(practice: Practice, run: Run) -> None:  # A3
    world = practice.world
    actor = world.actor(practice.leo)
    async with run(actor) as driven:
        await begin(driven)
        offered = [workspace.role for workspace in driven.screen.addressing.workspaces]
        assert offered == [Role.OWNER, Role.CONTRIBUTOR]
        await driven.press("down", "enter")  # All Team Members: he owns no team
        await driven.until(lambda: "Maya Ortiz" in figures(driven))
        await driven.press("enter")
        assert not driven.screen.second


async def test_the_draft_is_stored_while_it_is_typed_and_comes_back(practice: Practice, run: Run) -> None:  # M4
    async with run(practice.actor) as driven:
        await begin(driven)
        await driven.press("enter", "enter")
        await driven.type("Half")
        await driven.press("enter")
        await driven.type("done")
        await driven.press("left")
        await driven.until(lambda: len(practice.world.run(drafts.list_drafts, practice.actor)) == 1)
        await driven.press("escape")
        await driven.press("escape")
        await driven.until(lambda: isinstance(driven.screen, Inbox))
        kept = practice.world.run(drafts.list_drafts, practice.actor)[0]
        assert (kept.subject, kept.body, kept.cursor, kept.locked) == ("Half", "done", 3, True)
        assert kept.recipients == Recipients(ThreadKind.ALL_CLIENTS)
        driven.app.push_screen(NewThreadScreen(draft=kept))
        await driven.until(lambda: isinstance(driven.screen, NewThreadScreen) and driven.screen.second)
        await driven.still()
        screen = driven.screen
        assert (screen.subject, screen.composer.text, screen.composer.field.cursor_index) == ("Half", "done", 3)
        assert screen.workspace == practice.team.id
        assert screen.addressing.locked


async def test_a_draft_of_two_terminals_becomes_two(practice: Practice, run: Run) -> None:  # M4
    world = practice.world
    async with run(practice.actor) as driven:
        await begin(driven)
        await driven.press("enter", "enter", "enter")
        await driven.type("mine")
        await driven.until(lambda: len(world.run(drafts.list_drafts, practice.actor)) == 1)
        first = world.run(drafts.list_drafts, practice.actor)[0]
        world.run(drafts.save, practice.actor, id=first.id, version=first.version, body="theirs")
        await driven.type("!")
        await driven.until(lambda: len(world.run(drafts.list_drafts, practice.actor)) == 2)
        assert {draft.body for draft in world.run(drafts.list_drafts, practice.actor)} == {"mine!", "theirs"}


async def test_where_it_is_narrow_what_is_said_of_a_field_is_said_to_its_end(practice: Practice, run: Run) -> None:
    async with run(practice.actor, size=(40, 24)) as driven:
        await begin(driven)
        await driven.press("enter")
        facts, workspace = (driven.screen.query_one(f"#to--{one}") for one in ("facts", "workspace"))
        await driven.until(lambda: facts.region.y > workspace.region.y)
        told = " ".join(driven.text.split())
        assert facts.content.plain in told
        assert "One-way: clients cannot reply" in told


async def test_discard_asks_and_is_for_good(practice: Practice, run: Run) -> None:  # M4
    async with run(practice.actor) as driven:
        await begin(driven)
        await driven.press("enter", "enter", "enter")
        await driven.type("nothing")
        await driven.until(lambda: practice.world.run(drafts.list_drafts, practice.actor))
        await driven.press("ctrl+r")
        await driven.until(lambda: "Discard this draft?" in driven.text)
        await driven.press("y")
        await driven.until(lambda: isinstance(driven.screen, Inbox))
        assert practice.world.run(drafts.list_drafts, practice.actor) == ()


async def test_what_another_terminal_made_of_a_draft_is_found_among_the_drafts(  # M4
    practice: Practice, run: Run
) -> None:
    world, actor = practice.world, practice.actor
    async with run(actor) as driven:
        await begin(driven)
        await driven.press("enter", "enter", "enter")
        await driven.type("nothing")
        await driven.until(lambda: world.run(drafts.list_drafts, actor))
        await driven.press("ctrl+r")
        await driven.until(lambda: "Discard this draft?" in driven.text)
        (mine,) = world.run(drafts.list_drafts, actor)
        world.run(drafts.save, actor, id=mine.id, version=mine.version, body="something")
        await driven.press("y")
        await driven.until(lambda: isinstance(driven.screen, Inbox))
        assert any("it was changed elsewhere" in toast for toast in driven.toasts)
        assert [draft.body for draft in world.run(drafts.list_drafts, actor)] == ["something"]


async def test_of_several_found_by_their_address_alone_enter_takes_none_unseen(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await begin(driven)
        field = driven.screen.addressing.field
        await driven.type("mail")
        await driven.until(lambda: "client, by address or number" in driven.text)
        await driven.press("enter")
        await driven.until(lambda: any("Nobody has such a name: ↓ chooses" in toast for toast in driven.toasts))
        assert field.recipients is None
        await driven.press("down", "enter")
        assert len(field.people) == 1  # by hand


async def test_who_has_such_a_name_comes_before_who_has_it_in_an_address(practice: Practice, run: Run) -> None:
    mailin = practice.world.client("Mailin Zorn", practice.team)
    async with run(practice.actor) as driven:
        await begin(driven)
        await driven.type("mail")
        await driven.press("enter")
        assert [person.id for person in driven.screen.addressing.field.people] == [mailin.id]


async def test_the_only_one_with_a_number_is_taken_by_it(practice: Practice, run: Run) -> None:
    zorn = practice.world.client("Mailin Zorn", practice.team, phone="+1 212 555 0199")
    async with run(practice.actor) as driven:
        await begin(driven)
        await driven.type("2125550199")
        await driven.press("enter")
        assert [person.id for person in driven.screen.addressing.field.people] == [zorn.id]


async def test_a_blank_or_an_unknown_field_is_marked_and_not_sent(practice: Practice, run: Run) -> None:  # T4, T7
    async with run(practice.actor) as driven:
        await begin(driven)
        await driven.press("enter", "enter", "enter")
        driven.screen.composer.insert("Dear {{ client.frist_name }}")
        await driven.until(lambda: "line 1, column 6" in driven.screen.composer.problem)
        await driven.press("ctrl+s")
        await driven.until(lambda: any("line 1, column 6" in toast for toast in driven.toasts))
        assert driven.screen.composer.text == "Dear {{ client.frist_name }}"  # S1
        assert newest(practice).id == practice.threads["holiday"]


async def test_a_subject_that_is_refused_is_gone_back_to(practice: Practice, run: Run) -> None:  # S1, T8
    async with run(practice.actor) as driven:
        await begin(driven)
        await driven.press("enter", "enter")
        await driven.type("For [[you]]")
        await driven.press("enter")
        await driven.type("We are closed on Monday.")
        await driven.press("ctrl+s")
        await driven.until(lambda: any("he subject holds" in toast for toast in driven.toasts))
        await driven.until(lambda: driven.screen.query_one("#new--subject").has_focus)
        assert driven.screen.composer.text == "We are closed on Monday."


async def test_the_picker_inserts_text_and_subject(practice: Practice, run: Run) -> None:  # T2
    async with run(practice.actor) as driven:
        await begin(driven)
        await driven.press("enter", "enter", "ctrl+t")
        await driven.until(lambda: "Holiday greetings" in driven.text)
        await driven.type("greet")
        await driven.press("enter")
        await driven.until(lambda: isinstance(driven.screen, NewThreadScreen))
        await driven.until(lambda: "quiet days" in driven.screen.composer.text)


async def test_a_refused_send_keeps_the_text(practice: Practice, run: Run) -> None:  # S1, A4
    world = practice.world
    async with run(practice.actor) as driven:
        await begin(driven)
        await driven.type("ben")
        await driven.until(lambda: driven.screen.addressing.field._list.option_count == 1)
        await driven.press("enter", "enter", "enter")
        await driven.type("Hello")
        world.run(
            clients.change, practice.actor, practice.clients["Ben Adeyemi"].id, move_to=world.personal(practice.maya).id
        )
        await driven.press("ctrl+s")
        await driven.until(lambda: any("could write to" in toast for toast in driven.toasts))
        assert driven.screen.composer.text == "Hello"


@pytest.mark.parametrize("name", ["click action", "closing tag of nothing", "title", "right-to-left override", "link"])
async def test_hostile_names_subjects_and_bodies_are_text(practice: Practice, run: Run, name: str) -> None:  # M3
    text = HOSTILE[name]
    world = practice.world
    world.client(f"Aaa {text}", practice.team, email="hostile@mail.example", portal=True)
    async with run(practice.actor) as driven:
        await begin(driven)
        await driven.type("aaa")
        await driven.until(lambda: "Aaa" in driven.text)
        await driven.press("enter", "enter")
        driven.screen.query_one("#new--subject").value = text
        driven.screen.composer.insert(text)
        await driven.still()
        assert not unsafe_in(driven.text)
        await driven.press("ctrl+s")
        await driven.until(lambda: isinstance(driven.screen, Inbox))
        await driven.still()
        assert not unsafe_in(driven.text)


async def test_where_it_is_broad_who_gets_it_stands_beside_both_steps(practice: Practice, run: Run) -> None:  # N4
    async with run(practice.actor, size=(200, 60)) as driven:
        await driven.press("n")
        await driven.until(lambda: isinstance(driven.screen, NewThreadScreen) and "Ana Flores" in driven.text)
        await driven.press("enter")
        await driven.until(lambda: driven.text.count("9 people will be notified") == 1 and "Rosa Díaz" in driven.text)
        await driven.press("ctrl+s")
        assert driven.screen.second
        assert driven.text.count("9 people will be notified") == 1
        assert "Rosa Díaz" in driven.text
        await driven.press("escape", "escape")
        assert not isinstance(driven.screen, NewThreadScreen)


async def test_what_waits_for_a_channel_is_not_promised(
    practice: Practice, practice_store: Store, run: Run
) -> None:  # N13
    with practice_store.write() as tx:
        channels.configure(tx, {Channel.SMS: str})
    async with run(practice.actor, size=(80, 24)) as driven:
        await driven.until(lambda: "e-mail not configured" in driven.text)
        await driven.press("n")
        await driven.until(lambda: isinstance(driven.screen, NewThreadScreen) and "Ana Flores" in driven.text)
        await driven.press("enter")
        await driven.until(lambda: "9 people to notify" in driven.text and "waits: e-mail is not" in driven.text)
        await driven.press("enter", "enter")
        await driven.type("Hello")
        await driven.until(lambda: "9 to notify, waits: e-mail is not configured" in driven.text)
        await driven.press("ctrl+s")
        await driven.until(lambda: isinstance(driven.screen, LastLook))
        assert "waits: e-mail is not" in driven.text
        assert "will be notified" not in driven.text


async def test_a_draft_stays_addressed_as_it_was(practice: Practice, run: Run) -> None:  # M4: not by itself
    world, ana, cora = practice.world, practice.clients["Ana Flores"], practice.clients["Cora Lin"]
    kept = world.run(
        drafts.save, practice.actor, id=None, version=0, recipients=direct(ana.id, cora.id), workspace=practice.team.id,
        body="For both", cursor=8,
    )  # fmt: skip
    elsewhere = world.run(teams.workspaces, practice.actor)[0].id
    assert elsewhere != practice.team.id
    world.run(clients.change, practice.actor, cora.id, move_to=elsewhere)  # and may come back
    async with run(practice.actor) as driven:
        driven.app.push_screen(NewThreadScreen(draft=world.run(drafts.get, practice.actor, kept.id)))
        await driven.until(lambda: any("cannot be written to any more" in toast for toast in driven.toasts))
        await driven.until(lambda: not driven.screen.second)  # to be looked at before it is sent to one of them
        driven.screen.composer.insert("!")
        await driven.until(lambda: world.run(drafts.get, practice.actor, kept.id).body == "For both!")
        assert world.run(drafts.get, practice.actor, kept.id).recipients == direct(ana.id, cora.id)
        await driven.press("ctrl+s")  # goes on with those who are there: the hand has said so
        await driven.until(lambda: driven.screen.second)
        driven.screen.composer.insert("!")
        await driven.until(lambda: world.run(drafts.get, practice.actor, kept.id).recipients == direct(ana.id))


async def test_a_draft_of_a_lost_workspace_goes_nowhere_else(practice: Practice, run: Run) -> None:  # M4, wishes 36
    world, leo = practice.world, practice.world.actor(practice.leo)
    kept = world.run(
        drafts.save,
        leo,
        id=None,
        version=0,
        recipients=ALL_CLIENTS,
        workspace=practice.team.id,
        body="To all",
        cursor=6,
    )
    async with run(leo) as driven:
        driven.app.push_screen(NewThreadScreen(draft=kept))
        await driven.until(lambda: any("from the workspace of this draft" in toast for toast in driven.toasts))
        await driven.until(lambda: not driven.screen.second)
        driven.screen.composer.insert("!")
        await driven.until(lambda: world.run(drafts.get, leo, kept.id).body == "To all!")
        assert world.run(drafts.get, leo, kept.id).workspace == practice.team.id


FLAT = [(40, 12), (60, 13), (80, 14), (80, 17)]


@pytest.mark.parametrize("size", FLAT)
async def test_a_flat_window_has_room_for_the_message_and_for_the_picker(
    practice: Practice, run: Run, size: tuple[int, int]
) -> None:
    async with run(practice.actor, size=size) as driven:
        await writes_to_all(driven, "Dear all")
        await driven.press("enter")
        await driven.type("see {{")
        await driven.type("x ")
        await driven.until(lambda: "is not closed" in flowing(driven))  # T4
        assert "Dear all" in driven.text
        assert "see {{x" in driven.text
        assert driven.text.splitlines()[-2].lstrip().startswith("╰")
        await picks(driven)


@pytest.mark.parametrize("size", FLAT)
async def test_a_flat_window_has_room_for_a_reply(practice: Practice, run: Run, size: tuple[int, int]) -> None:
    async with run(practice.actor, size=size) as driven:
        await driven.press("enter", "r")
        await driven.type("One")
        await driven.press("enter")
        await driven.type("two")
        await driven.until(lambda: "Follow-up to All Clients" in driven.text)
        assert "One" in driven.text
        assert "two" in driven.text
        assert driven.text.splitlines()[-2].lstrip().startswith("╰")
        await picks(driven)


async def writes_to_all(driven: Driven, words: str) -> None:
    """A new thread to All Clients, without a subject."""
    await begin(driven)
    await driven.press("enter", "enter", "enter")
    await driven.type(words)


def flowing(driven: Driven) -> str:
    """The screen without its lines and borders."""
    return " ".join(driven.text.replace("│", " ").split())


async def picks(driven: Driven) -> None:
    """The template picker opens, with its list and what its keys are."""
    await driven.press("ctrl+t")
    await driven.until(lambda: "Insert" in driven.text and driven.text.count("/") > 2)
    await driven.press("escape")


@pytest.mark.parametrize("size", FLAT)
async def test_a_flat_window_shows_the_preview_and_not_only_for_whom_it_is(
    practice: Practice, run: Run, size: tuple[int, int]
) -> None:
    # T6
    async with run(practice.actor, size=size) as driven:
        await writes_to_all(driven, "Dear all")
        await driven.press("ctrl+g", "tab")
        await driven.until(lambda: "Rosa Díaz" in driven.text and "no e-mail address" in driven.text)


async def test_a_choice_fits_into_a_narrow_window(practice: Practice, run: Run) -> None:
    async with run(practice.actor, size=(40, 12)) as driven:
        await driven.press("w")
        await driven.until(lambda: "Show the threads of" in driven.text)
        assert "╮" in driven.text


async def test_both_steps_stand_in_one_line_of_the_narrowest_terminal(practice: Practice, run: Run) -> None:
    async with run(practice.actor, size=(40, 24)) as driven:
        await driven.press("n")
        await driven.until(lambda: "New thread  1 Recipients  2 Message" in driven.text)
