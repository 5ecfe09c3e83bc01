"""The audience of a thread, and of a message to come, by keys: filters, search, export, and the catch-up."""

from __future__ import annotations

import csv
import stat
from collections.abc import Mapping
from itertools import permutations
from pathlib import Path

import pytest
from rich.cells import cell_len
from tests.tui.conftest import Driven, Run
from tests.tui.practice import ALL_CLIENTS, BEGIN, Practice
from textual.content import Content

from msgcenter_tui.domain import (
    Ahead,
    Among,
    AudienceRow,
    Channel,
    Consent,
    DeliveryId,
    DeliveryState,
    Notice,
    Notified,
    Person,
    PersonId,
    PersonKind,
    RunKind,
    Status,
)
from msgcenter_tui.rules.waiting import CHANNEL_WORDS
from msgcenter_tui.store import channels
from msgcenter_tui.store.store import Store
from msgcenter_tui.tui import render_audience, render_ledger
from msgcenter_tui.tui.screens.audience import Audience, Prospects
from msgcenter_tui.tui.screens.confirm import Confirm
from msgcenter_tui.tui.screens.deliveries import Deliveries
from msgcenter_tui.tui.screens.form_dialog import FormDialog
from msgcenter_tui.tui.screens.inbox import Inbox
from msgcenter_tui.tui.screens.new_thread import NewThreadScreen
from msgcenter_tui.tui.widgets.audience_list import AudienceList
from msgcenter_tui.tui.widgets.figures_line import folded
from msgcenter_tui.tui.widgets.table_list import Column, fit


async def opened(driven: Driven, practice: Practice) -> None:
    """The audience of the thread about the holiday, with its figures."""
    await driven.until(lambda: driven.screen.thread_id == practice.threads["holiday"])
    await driven.press("a")
    await driven.until(lambda: isinstance(driven.screen, Audience) and driven.screen.counted is not None)


def shown(driven: Driven) -> list[str]:
    return [row.person.name for row in driven.screen.people.rows]


def files_in(folder: Path) -> list[str]:
    return [path.name for path in folder.glob("*audience*")]


async def narrow(driven: Driven, to: Among | Ahead) -> None:
    driven.screen.query_one("ViewTabs").active = list(driven.screen.WORDS).index(to)
    await driven.still()
    await driven.until(lambda: driven.screen.people.known)


async def test_a_shows_everybody_and_enter_all_that_is_known_of_one(practice: Practice, run: Run) -> None:  # R4, N8
    async with run(practice.actor) as driven:
        await opened(driven, practice)
        assert len(shown(driven)) == len(practice.clients)
        assert "Ana Flores" in driven.text
        await driven.press("enter")
        assert "Active, portal on" in driven.text
        said = render_audience.notified(driven.screen.people.chosen).plain
        assert f"Notified  {said}" in driven.text  # as it stands in the list
        await driven.press("escape", "escape")
        await driven.until(lambda: isinstance(driven.screen, Inbox))


@pytest.mark.parametrize(
    ("width", "cells"),
    [
        (12, [6, 6]),  # that much it has to be
        (31, [14, 13]),
        (54, [25, 25]),
        (110, [28, 78]),  # what the name does not need is the reason's
    ],
)
def test_what_a_column_leaves_is_for_the_others(width: int, cells: list[int]) -> None:
    columns = (Column("name", "Name", most=28), Column("why", "Why not"))
    assert [given for _, given in fit(columns, width)] == cells


@pytest.mark.parametrize("state", DeliveryState)
def test_by_which_channels_somebody_is_notified_is_never_cut(state: DeliveryState) -> None:  # N8
    channels_of_one = ", ".join(CHANNEL_WORDS[channel] for channel in Channel)
    words = f"{render_ledger.state(state).plain} {channels_of_one}"
    column = next(one for one in AudienceList.COLUMNS if one.key == "notified")
    assert cell_len(words) <= column.width


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
async def test_what_waits_on_both_channels_is_said_to_its_end(
    practice: Practice, run: Run, size: tuple[int, int]
) -> None:  # N3, N8
    reached = {"email": "both@mail.example", "phone": "+1 202 555 0144", "consent": Consent.ACTIVE, "how": "form"}
    practice.world.client("Beatriz Álvarez C.", practice.team, **reached)
    practice.start("both", ALL_CLIENTS, "We are closed on Friday.", subject="Friday")
    async with run(practice.actor, size=size) as driven:
        await driven.until(lambda: driven.screen.thread_id == practice.threads["both"])
        await driven.press("a")
        await driven.until(lambda: isinstance(driven.screen, Audience) and driven.screen.people.rows)
        line = next(line for line in driven.text.split("\n") if "Beatriz" in line)
        assert "Beatriz Álvarez C. " in line
        assert "◷ waiting e-mail, SMS " in line


def in_short(ended: Mapping[Channel, DeliveryState]) -> str:
    """What the list says of somebody with a notification on each channel."""
    told = tuple(Notice(DeliveryId(way), RunKind.OWNER, way, state, None, "") for way, state in ended.items())
    ana = Person(PersonId("ana"), "Ana", PersonKind.CLIENT)
    row = AudienceRow(ana, Status.ACTIVE, True, "", Notified.YES, "", told, told, False, 0, None, None)
    return render_audience.cells(row, BEGIN, None)["notified"].plain


@pytest.mark.parametrize(("first", "second"), list(permutations(DeliveryState, 2)))
def test_two_channels_that_ended_differently_are_both_told(first: DeliveryState, second: DeliveryState) -> None:  # N8
    words = in_short({Channel.EMAIL: first, Channel.SMS: second})
    assert cell_len(words) <= next(one.width for one in AudienceList.COLUMNS if one.key == "notified")
    assert {"e-mail", "SMS"} <= set(words.split())
    for state in (first, second):
        assert render_ledger.state(state, in_words=False).plain in words


@pytest.mark.parametrize("failed", Channel)
def test_of_two_channels_the_one_that_wants_a_person_is_told_in_words(failed: Channel) -> None:  # N8
    ended = {one: DeliveryState.FAILED if one is failed else DeliveryState.SENT for one in Channel}
    assert f"✗ failed {CHANNEL_WORDS[failed]}" in in_short(ended)


@pytest.mark.parametrize("width", range(12, 120, 9))
def test_a_line_of_figures_ends_between_two_of_them(width: int) -> None:
    figures = [Content(words) for words in ("38 people", "◉ 21 see it, 13 have read it", "1 failed, 1 unknown")]
    lines = [line.plain for line in folded(figures, width)]
    assert all(cell_len(line) <= width for line in lines)
    for figure in figures:
        assert figure.cell_length > width or any(figure.plain in line for line in lines)


async def test_where_there_is_room_why_not_is_said_to_its_end(practice: Practice, run: Run) -> None:
    async with run(practice.actor, size=(200, 60)) as driven:
        await opened(driven, practice)
        whys = [render_audience.cells(row, driven.screen.now, None)["why"].plain for row in driven.screen.people.rows]
        assert max(map(len, whys)) > 40
        await driven.until(lambda: all(why in driven.text for why in whys))


async def test_the_filters_show_as_many_as_the_figures_say(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await opened(driven, practice)
        counts = driven.screen.counted
        for among in Among:
            await narrow(driven, among)
            await driven.until(lambda: len(shown(driven)) == counts[driven.screen.only])
        await driven.press("escape")
        await driven.until(lambda: driven.screen.only is Among.ALL)
        await driven.press("right_square_bracket", "f", "left_square_bracket")
        assert driven.screen.only is Among.SEES


async def test_a_search_finds_names(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await opened(driven, practice)
        await driven.press("slash")
        await driven.type("flores")
        await driven.until(lambda: shown(driven) == ["Ana Flores"])
        await driven.until(lambda: driven.screen.counted[Among.ALL] == 1)
        await driven.press("enter", "escape")
        await driven.until(lambda: len(shown(driven)) > 1)


async def test_d_leads_to_the_ledger_of_the_thread(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await opened(driven, practice)
        await driven.press("d")
        await driven.until(lambda: isinstance(driven.screen, Deliveries) and "One thread only" in driven.text)
        await driven.press("i")
        await driven.until(lambda: isinstance(driven.screen, Inbox))


async def test_a_catch_up_asks_shows_and_is_taken_back(practice: Practice, run: Run) -> None:  # N11, S3, N5
    practice.world.client("Nia New", practice.team, portal=True)
    async with run(practice.actor) as driven:
        await opened(driven, practice)
        before = driven.screen.counted[Among.TO_CATCH_UP]
        await driven.press("C")
        await driven.until(lambda: isinstance(driven.screen, Confirm) and "will be notified" in driven.text)
        await driven.press("n")
        assert driven.screen.counted[Among.TO_CATCH_UP] == before > 0
        await driven.press("C")
        await driven.until(lambda: isinstance(driven.screen, Confirm))
        await driven.press("y")
        await driven.until(lambda: driven.screen.counted[Among.TO_CATCH_UP] == 0)
        await driven.press("C")
        await driven.until(lambda: any("Nobody is left to notify" in toast for toast in driven.toasts))
        await driven.press("ctrl+z")
        await driven.until(lambda: driven.screen.counted[Among.TO_CATCH_UP] == before)
        assert any("Taken back: 1 notification does not leave" in toast for toast in driven.toasts)
        await driven.press("ctrl+z")
        await driven.until(lambda: any("no catch-up to take back" in toast for toast in driven.toasts))


async def test_a_catch_up_says_what_waits_before_it(
    practice: Practice, practice_store: Store, run: Run
) -> None:  # S3, N13
    practice.world.client("Nia New", practice.team, portal=True)
    with practice_store.write() as tx:
        channels.configure(tx, {Channel.SMS: str})
    async with run(practice.actor) as driven:
        await driven.until(lambda: "e-mail not configured" in driven.text)
        await opened(driven, practice)
        await driven.press("C")
        await driven.until(lambda: isinstance(driven.screen, Confirm))
        assert "It waits: e-mail is not configured" in driven.text
        await driven.press("y")
        await driven.until(lambda: bool(driven.toasts))
        assert driven.toasts == ["1 person to notify (1 e-mail), waits: e-mail is not configured; ^z takes it back"]


async def test_only_an_owner_is_offered_it_and_the_key_says_who_could(practice: Practice, run: Run) -> None:  # S4, N11
    async with run(practice.world.actor(practice.leo)) as driven:
        await opened(driven, practice)
        assert "Catch up" not in driven.text
        await driven.press("C")
        await driven.until(lambda: any("Maya Ortiz" in toast for toast in driven.toasts))


async def test_what_the_list_shows_is_written_into_a_file(practice: Practice, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "audience.csv"
    async with run(practice.actor) as driven:
        await opened(driven, practice)
        await narrow(driven, Among.HIDDEN)
        expected = shown(driven)
        for round in ("first", "kept", "replaced"):
            await driven.press("e")
            await driven.until(lambda: isinstance(driven.screen, FormDialog))
            field = driven.screen.query_one("#field-path")
            assert field.value.endswith(f"audience-{practice.threads['holiday']}.csv")
            field.value = str(file)
            await driven.press("ctrl+s")
            if round != "first":
                await driven.until(lambda: isinstance(driven.screen, Confirm))
                await driven.press("n" if round == "kept" else "y")
            await driven.until(lambda: isinstance(driven.screen, Audience))
            rows = list(csv.DictReader(file.read_text("utf-8-sig").splitlines()))
            assert [row["name"] for row in rows] == expected
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
            if round == "first":
                file.write_text("name\n" + "".join(f'"{name}"\n' for name in expected))
            elif round == "kept":
                assert "status" not in rows[0]
    assert files_in(tmp_path) == ["audience.csv"]


@pytest.mark.parametrize("typed", ["", "/nowhere/at/all.csv", "."])
async def test_a_place_that_cannot_be_is_refused_beside_the_text(practice: Practice, run: Run, typed: str) -> None:
    # S1
    async with run(practice.actor) as driven:
        await opened(driven, practice)
        await driven.press("e")
        await driven.until(lambda: isinstance(driven.screen, FormDialog))
        driven.screen.query_one("#field-path").value = typed
        await driven.press("ctrl+s")
        await driven.until(lambda: "✗" in driven.text)
        assert isinstance(driven.screen, FormDialog)


async def test_leaving_the_question_of_a_place_promises_nothing(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await opened(driven, practice)
        await driven.press("e")
        await driven.until(lambda: isinstance(driven.screen, FormDialog))
        proposed = driven.screen.query_one("#field-path").value
        driven.screen.query_one("#field-path").value = "elsewhere.csv"
        await driven.press("escape")
        await driven.until(lambda: isinstance(driven.screen, Audience))
        assert not any("is kept" in toast for toast in driven.toasts)
        await driven.press("e")
        await driven.until(lambda: isinstance(driven.screen, FormDialog))
        assert driven.screen.query_one("#field-path").value == proposed


async def test_who_gets_a_new_thread(practice: Practice, run: Run) -> None:  # N4
    async with run(practice.actor) as driven:
        await driven.press("n")
        await driven.until(lambda: isinstance(driven.screen, NewThreadScreen) and driven.screen._loaded.is_set())
        await driven.press("enter")
        await driven.until(lambda: "people will be notified" in driven.text)
        await driven.press("ctrl+o")
        await driven.until(lambda: isinstance(driven.screen, Prospects) and driven.screen.counted is not None)
        assert "9 will be notified" in driven.text
        await narrow(driven, Ahead.NOT_REACHED)
        await driven.until(lambda: shown(driven) == ["Rosa Díaz"])
        assert "is reached by nothing: no" in driven.text
        await driven.press("escape", "escape")
        await driven.until(lambda: isinstance(driven.screen, NewThreadScreen))


async def test_who_gets_a_follow_up(practice: Practice, run: Run) -> None:  # N4
    async with run(practice.actor) as driven:
        await driven.until(lambda: driven.screen.thread_id == practice.threads["holiday"])
        await driven.press("r", "ctrl+o")
        await driven.until(lambda: isinstance(driven.screen, Prospects) and driven.screen.counted is not None)
        assert driven.screen.counted[Ahead.NOTIFIED] == 9
        await driven.press("escape")
        await driven.until(lambda: isinstance(driven.screen, Inbox) and driven.screen.pane.composer.writing)


async def test_at_the_end_of_what_is_read_the_next_page_comes_by_itself(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await driven.press("a")
        await driven.until(lambda: driven.screen.people.rows)
        wanted: list[None] = []
        people = driven.screen.people
        people.cursor = len(people.rows) - 1
        driven.screen._read_more = lambda: wanted.append(None)
        driven.screen.do = lambda work, **_: None
        people.show(people.rows[:3], more=True)
        await driven.until(lambda: wanted)


async def test_the_way_back_is_named_where_all_keys_find_no_room(practice: Practice, run: Run) -> None:
    async with run(practice.actor, size=(80, 24)) as driven:
        await opened(driven, practice)
        await driven.until(lambda: driven.screen.people.rows)
        await driven.until(lambda: driven.text.splitlines()[-1].startswith(" ⏎ Open  esc Back  f Filter"))
