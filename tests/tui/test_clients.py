"""The clients' room by keys: finding, adding, changing with one key, and that "added later" can be shown."""

from __future__ import annotations

import asyncio
import re
from functools import partial

import pytest
from tests.hostile import HOSTILE, unsafe_in
from tests.tui.conftest import Driven, HeldBack, Run
from tests.tui.practice import Practice

from msgcenter_tui.center import clients, threads
from msgcenter_tui.domain import Client, Consent, Status
from msgcenter_tui.errors import NotFound
from msgcenter_tui.tui.pages import Pages
from msgcenter_tui.tui.screens import paged
from msgcenter_tui.tui.screens.client_portal import ClientPortal
from msgcenter_tui.tui.screens.clients import Clients
from msgcenter_tui.tui.screens.confirm import Confirm
from msgcenter_tui.tui.screens.form_dialog import FormDialog
from msgcenter_tui.tui.screens.new_thread import NewThreadScreen
from msgcenter_tui.tui.widgets.table_list import Column, fit


async def arrive(driven: Driven) -> None:
    await driven.until(lambda: isinstance(driven.screen, Clients) and driven.screen.clients.rows)
    await driven.still()


async def choose(driven: Driven, name: str) -> None:
    """Put the cursor on a client by searching, and leave the search."""
    await driven.press("slash")
    await driven.type(name)
    await driven.until(lambda: len(driven.screen.clients.rows) == 1)
    await driven.press("enter")


def the(practice: Practice, name: str) -> Client:
    return practice.world.run(clients.get, practice.actor, practice.clients[name].id)


async def fill(driven: Driven, *values: str) -> None:
    """Type into one field after the other; Enter goes on."""
    for value in values:
        await driven.type(value)
        await driven.press("enter")


async def test_typing_filters_and_escape_shows_all(practice: Practice, run: Run) -> None:
    async with run(practice.actor, start="clients") as driven:
        await arrive(driven)
        everybody = len(driven.screen.clients.rows)
        await choose(driven, "cora")
        assert driven.screen.clients.chosen.name == "Cora Lin"
        await driven.press("escape")
        await driven.until(lambda: len(driven.screen.clients.rows) == everybody)
        await driven.press("f")
        await driven.until(lambda: {row.status for row in driven.screen.clients.rows} == {Status.LEAD})


async def test_who_was_found_stays_chosen_when_the_search_ends(practice: Practice, run: Run) -> None:
    async with run(practice.actor, start="clients") as driven:
        await arrive(driven)
        everybody = len(driven.screen.clients.rows)
        await choose(driven, "cora")
        await driven.press("escape", "x")  # it is about her still
        await driven.until(lambda: the(practice, "Cora Lin").email_muted)
        await driven.until(lambda: len(driven.screen.clients.rows) == everybody)
        assert driven.screen.clients.chosen.name == "Cora Lin"


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (120, 36), (200, 60)])
async def test_a_name_is_cut_only_where_no_other_column_can_give(
    practice: Practice, run: Run, size: tuple[int, int]
) -> None:
    practice.world.client("Aaron Featherstonehaugh", practice.team)
    async with run(practice.actor, start="clients", size=size) as driven:
        await arrive(driven)
        await driven.until(lambda: re.search(r"Aaron Featherstonehaugh +Active", driven.text))


def test_who_needs_more_than_its_share_of_a_line_comes_first() -> None:
    columns = (Column("mail", "E-mail"), Column("name", "Name", least=24))
    assert [given for _, given in fit(columns, 44)] == [16, 24]
    assert [given for _, given in fit(columns, 84)] == [40, 40]


async def test_erasing_asks_and_leaves_nobody(practice: Practice, run: Run) -> None:
    # S4, N12
    async with run(practice.actor, start="clients") as driven:
        await arrive(driven)
        await choose(driven, "cora")
        await driven.press("delete")
        await driven.until(lambda: isinstance(driven.screen, Confirm))
        assert "Cora Lin, client of Bright Beginnings, for good?" in driven.screen.question
        await driven.press("y")
        await driven.until(lambda: isinstance(driven.screen, Clients) and not driven.screen.clients.rows)
        await driven.until(lambda: any("is erased" in toast for toast in driven.toasts))
        with pytest.raises(NotFound):
            the(practice, "Cora Lin")


async def test_who_stood_behind_an_erased_one_is_not_shown_in_their_place(practice: Practice, run: Run) -> None:
    async with run(practice.actor, start="clients", size=(80, 24)) as driven:
        await arrive(driven)
        await driven.press("enter")
        await driven.until(lambda: "History" in driven.text)
        await driven.press("delete")
        await driven.until(lambda: isinstance(driven.screen, Confirm))
        await driven.press("y")
        await driven.until(lambda: isinstance(driven.screen, Clients) and not driven.screen.opened)


async def test_a_consent_without_a_number_is_said_and_so_is_how_alone(practice: Practice, run: Run) -> None:  # N3
    async with run(practice.actor, start="clients") as driven:
        await arrive(driven)
        await choose(driven, "rosa")
        await driven.press("y", "space", "down", "down", "enter", "ctrl+s")
        await driven.until(lambda: any("SMS consent active, and no number to text" in one for one in driven.toasts))
        await choose(driven, "sam hill")
        await driven.press("y", "enter")
        await driven.type("again on the phone")
        await driven.press("enter")
        await driven.until(lambda: any("Sam Hill: SMS consent active" in one for one in driven.toasts))


async def test_far_down_a_long_list_what_others_do_moves_nothing(
    practice: Practice, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paged, "Pages", partial(Pages, page=10, most=20))
    many = [practice.world.client(f"Zoe {number:03}", practice.team) for number in range(80)]

    def rename(client: str, name: str) -> None:
        practice.world.run(clients.change, practice.actor, client, name=name)

    async with run(practice.actor, start="clients", size=(100, 24)) as driven:
        await arrive(driven)
        rows = driven.screen.clients
        while rows.cursor < 60:
            before = rows.cursor
            await driven.press("pagedown")
            await driven.until(lambda before=before: rows.cursor > before)  # type: ignore[misc]
        chosen, place = rows.chosen, rows.scroll_offset.y
        rename(chosen.id, f"{chosen.name} Hart")
        await driven.until(lambda: rows.chosen.name.endswith("Hart"))
        rename(many[1].id, "Zoe 001 Lind")
        await driven.still()
        assert (rows.chosen.id, rows.scroll_offset.y) == (chosen.id, place)
        await driven.press("home")  # what was read long ago is read again when it is seen
        await driven.until(lambda: "Zoe 001 Lind" in driven.text)


async def test_added_later_sees_what_was_sent_before(practice: Practice, run: Run) -> None:  # V2
    async with run(practice.actor, start="clients") as driven:
        await arrive(driven)
        await driven.press("n")
        await driven.until(lambda: isinstance(driven.screen, FormDialog))
        await fill(driven, "Later Client", "later@mail.example", "", "")
        await driven.press("enter", "enter", "enter")  # portal, on by the address; workspace; note
        await arrive(driven)
        await driven.until(lambda: driven.screen.clients.chosen.name == "Later Client")
        added = driven.screen.clients.chosen
        assert added.portal
        assert added.status is Status.LEAD
        seen = practice.world.run(threads.list_threads, practice.world.portal(added)).items
        assert [row.subject for row in seen] == ["Holiday schedule", "Childbirth class, Saturday"]
        await driven.press("p")
        await driven.until(lambda: "Sign in as Later Client?" in driven.text)  # P3: a real store asks
        await driven.press("y")
        await driven.until(lambda: isinstance(driven.screen, ClientPortal) and "2 unread" in driven.text)  # R3


async def test_a_refused_client_keeps_every_letter_and_says_why(practice: Practice, run: Run) -> None:  # S1, S5, P2
    async with run(practice.actor, start="clients") as driven:
        await arrive(driven)
        await driven.press("n")
        await driven.until(lambda: isinstance(driven.screen, FormDialog))
        await fill(driven, "Second Ana", "ana@mail.example")
        await driven.press("ctrl+s")
        await driven.until(lambda: "is taken" in driven.text)
        assert driven.screen.form.values["name"] == "Second Ana"
        await driven.press("escape")
        await arrive(driven)
        await driven.press("n")
        await driven.until(lambda: isinstance(driven.screen, FormDialog))
        assert driven.screen.form.values["email"] == "ana@mail.example"  # esc goes back without loss


async def test_one_key_switches_the_portal(practice: Practice, run: Run) -> None:
    async with run(practice.actor, start="clients") as driven:
        await arrive(driven)
        await choose(driven, "ben")
        await driven.press("o")
        await driven.until(lambda: the(practice, "Ben Adeyemi").portal)
        await driven.until(lambda: "the portal is on" in " ".join(driven.toasts))
        await driven.press("o")
        await driven.until(lambda: not the(practice, "Ben Adeyemi").portal)


async def test_a_portal_without_an_address_is_refused_with_the_cure(practice: Practice, run: Run) -> None:  # P2
    async with run(practice.actor, start="clients") as driven:
        await arrive(driven)
        await choose(driven, "rosa")
        await driven.press("o")
        await driven.until(lambda: any("valid e-mail address" in toast for toast in driven.toasts))
        assert not the(practice, "Rosa Díaz").portal


async def test_status_consent_mute_and_note(practice: Practice, run: Run) -> None:  # N3, A1
    async with run(practice.actor, start="clients") as driven:
        await arrive(driven)
        await choose(driven, "ben")
        await driven.press("s", "down", "down", "enter")
        await driven.until(lambda: the(practice, "Ben Adeyemi").status is Status.INACTIVE)
        await driven.press("x")
        await driven.until(lambda: the(practice, "Ben Adeyemi").email_muted)
        await driven.press("y", "space", "down", "down", "enter", "enter")
        await driven.type("on the phone")
        await driven.press("enter")
        await driven.until(lambda: the(practice, "Ben Adeyemi").consent is Consent.ACTIVE)
        history = practice.world.run(clients.history, practice.actor, practice.clients["Ben Adeyemi"].id)
        assert history[-1].how == "on the phone"
        await driven.until(lambda: isinstance(driven.screen, Clients))
        await driven.press("e", "tab", "tab", "tab")
        await driven.type("Calls back late")
        await driven.press("ctrl+s")
        await driven.until(lambda: the(practice, "Ben Adeyemi").note == "Calls back late")
        await driven.until(lambda: "Calls back late" in driven.text and "(on the phone)" in driven.text)


async def test_assign_and_move(practice: Practice, run: Run) -> None:  # A4
    async with run(practice.actor, start="clients") as driven:
        await arrive(driven)
        await choose(driven, "ben")
        await driven.press("a")
        await driven.type("leo")
        await driven.press("enter")
        await driven.until(lambda: [p.name for p in the(practice, "Ben Adeyemi").assigned] == ["Leo Brandt"])
        await driven.until(lambda: isinstance(driven.screen, Clients))
        await driven.press("M", "enter")
        await driven.until(lambda: the(practice, "Ben Adeyemi").workspace != practice.team.id)


async def test_one_pane_at_80_columns(practice: Practice, run: Run) -> None:
    async with run(practice.actor, start="clients", size=(80, 24)) as driven:
        await arrive(driven)
        assert "History" not in driven.text
        await driven.press("enter")
        await driven.until(lambda: "History" in driven.text)
        assert "Portal  E-mail" not in driven.text
        await driven.press("escape")
        assert "History" not in driven.text


async def test_writing_to_a_client_starts_with_them_chosen(practice: Practice, run: Run) -> None:
    async with run(practice.actor, start="clients") as driven:
        await arrive(driven)
        await choose(driven, "cora")
        await driven.press("r")
        await driven.until(lambda: isinstance(driven.screen, NewThreadScreen) and driven.screen._loaded.is_set())
        assert [person.name for person in driven.screen.addressing.people] == ["Cora Lin"]
        assert driven.screen.workspace == practice.team.id


async def test_a_change_elsewhere_shows_without_moving_the_cursor(practice: Practice, run: Run) -> None:
    async with run(practice.actor, start="clients") as driven:
        await arrive(driven)
        await driven.press("down", "down")
        before = driven.screen.clients.chosen.name
        practice.world.client("Aaa First", practice.team)
        await driven.until(lambda: driven.screen.clients.rows[0].name == "Aaa First")
        assert driven.screen.clients.chosen.name == before


@pytest.mark.parametrize("name", ["click action", "closing tag of nothing", "clipboard", "isolates", "long line"])
async def test_hostile_names_and_notes_are_text(practice: Practice, run: Run, name: str) -> None:  # M3
    text = HOSTILE[name][:180]
    practice.world.client(f"Aaa {text}", practice.team, email="aaa@mail.example", note=text, portal=True)
    async with run(practice.actor, start="clients") as driven:
        await arrive(driven)
        await driven.until(lambda: "Note, for staff only" in driven.text)
        await driven.press("e")
        await driven.still()
        assert not unsafe_in(driven.text)
        await driven.press("escape")
        await driven.until(lambda: isinstance(driven.screen, Clients))
        await driven.press("o")
        await driven.until(lambda: any("the portal is off" in toast for toast in driven.toasts))
        assert not unsafe_in(driven.text)


def admit(practice: Practice, name: str) -> None:
    """Sixty clients of a name."""
    for number in range(60):
        practice.world.client(f"{name} Number {number:02d}", practice.team)


async def test_who_goes_down_while_the_list_is_read_again_stays_there(
    practice: Practice, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Clients, "SIZES", {"page": 25, "first": 20})
    admit(practice, "Zora")
    async with run(practice.actor, start="clients", size=(80, 24)) as driven:
        await arrive(driven)
        screen = driven.screen
        assert isinstance(screen, Clients)
        held = HeldBack(screen, clients.list_clients, monkeypatch, lambda asked: asked["after"] is None)
        again = asyncio.create_task(screen.reread())
        await held.has_come.wait()
        while screen.listed.more:
            await driven.press("end")
        await driven.press("end")
        chosen = screen.clients.chosen
        assert screen.clients.cursor > 60
        held.may_go.set()
        await again
        assert screen.clients.chosen == chosen


async def test_the_cursor_stays_on_its_client_where_new_ones_push_it_off_the_page(
    practice: Practice, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Clients, "SIZES", {"page": 25, "first": 20})
    admit(practice, "Zora")
    async with run(practice.actor, start="clients", size=(80, 24)) as driven:
        await arrive(driven)
        screen = driven.screen
        assert isinstance(screen, Clients)
        while screen.listed.more:
            await driven.press("end")
        screen.listed.cursor = 48
        await driven.still()
        chosen = screen.clients.chosen
        admit(practice, "Aaron")
        await screen.reread()
        assert screen.clients.chosen == chosen


@pytest.mark.parametrize("start", ["clients", "templates"])
async def test_the_way_back_is_named_however_many_keys_there_are(practice: Practice, run: Run, start: str) -> None:
    async with run(practice.actor, start=start, size=(80, 24)) as driven:
        await driven.until(lambda: driven.screen.listed.rows)
        assert "esc Back" not in driven.text.splitlines()[-1]
        await driven.press("enter")
        await driven.until(lambda: "esc Back" in driven.text.splitlines()[-1])
        await driven.press("escape", "slash", "a", "enter")
        assert "esc Back" in driven.text.splitlines()[-1]


@pytest.mark.parametrize("size", [(60, 20), (60, 14)])
async def test_a_refusal_is_seen_to_its_end_in_a_low_terminal(
    practice: Practice, run: Run, size: tuple[int, int]
) -> None:  # S1
    async with run(practice.actor, start="clients", size=size) as driven:
        await driven.until(lambda: driven.screen.listed.rows)
        await driven.press("n")
        await driven.type("X")
        await driven.press("tab")
        await driven.type("bad")
        await driven.press("ctrl+s")
        await driven.until(lambda: "'bad' is no e-mail address" in driven.text and "name@example.org" in driven.text)
