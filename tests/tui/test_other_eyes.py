"""The portal as it was or would be, by keys: the form, and the banner that nobody can mistake (P3, V2)."""

from __future__ import annotations

import pytest
from tests.tui.conftest import Driven, Run
from tests.tui.practice import Practice
from tests.tui.test_clients import arrive, choose

from msgcenter_tui.center import reading
from msgcenter_tui.tui.screens.client_portal import ClientPortal
from msgcenter_tui.tui.screens.form_dialog import FormDialog


def subjects(driven: Driven) -> list[str | None]:
    return [row.subject for row in driven.screen.threads.rows]


async def ask_otherwise(driven: Driven) -> None:
    await driven.press("at")
    await driven.until(lambda: isinstance(driven.screen, FormDialog) and driven.screen.form.values)
    await driven.still()


async def look(driven: Driven) -> None:
    await driven.press("ctrl+s")
    await driven.until(lambda: isinstance(driven.screen, ClientPortal) and driven.screen.threads.known)
    await driven.still()


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_portal_as_of_a_time(practice: Practice, run: Run, size: tuple[int, int]) -> None:  # P3
    who = practice.clients["Zoë Åkesson"]
    before = practice.world.run(reading.badge, practice.world.portal(who))
    async with run(practice.actor, start="clients", size=size) as driven:
        await arrive(driven)
        await choose(driven, "zoe")
        await ask_otherwise(driven)
        await driven.type("2026-02-25 09:00")
        await look(driven)
        await driven.until(lambda: subjects(driven) == ["Childbirth class, Saturday"])
        assert "Zoë Åkesson as of 25 Feb 09:00" in driven.text
        assert "What was read then is not kept; names and field values are today's." in driven.text
        assert "unread" not in driven.text.splitlines()[0]
        await driven.press("2")
        assert driven.toasts[-1] == "What was unread then is not kept"
        await driven.press("enter", "n", "r")
        assert "You are looking on" in driven.toasts[-1]
        await driven.press("escape", "escape")
        await arrive(driven)
    assert practice.world.run(reading.badge, practice.world.portal(who)) == before


async def test_another_time_from_within_a_view_and_back(practice: Practice, run: Run) -> None:  # P3
    async with run(practice.actor, start="clients") as driven:
        await arrive(driven)
        await choose(driven, "zoe")
        await driven.press("v")
        await driven.until(lambda: isinstance(driven.screen, ClientPortal) and driven.screen.threads.rows)
        now = driven.screen
        await ask_otherwise(driven)
        await driven.type("2026-02-01")
        await driven.press("ctrl+s")
        await driven.until(lambda: "they became a client" in driven.text)  # S1: beside what was typed
        assert driven.screen.form.values["at"] == "2026-02-01"
        await driven.press("escape")
        await driven.until(lambda: driven.screen is now)
        await ask_otherwise(driven)
        assert driven.screen.form.values["at"] == "2026-02-01"
        await driven.press(*["backspace"] * 10)
        await driven.type("2026-02-20")
        await look(driven)
        await driven.until(lambda: "saw no thread then" in driven.text)
        then = driven.screen
        assert then is not now
        await ask_otherwise(driven)
        await driven.press(*["backspace"] * 10)
        await driven.type("yesterday")
        await look(driven)
        assert driven.screen is then
        await driven.until(lambda: "as of 1 Mar 09:36" in driven.text and "Childbirth class" in driven.text)
        await driven.press("escape")
        await driven.until(lambda: driven.screen is now)


async def test_what_a_client_who_joins_today_would_see(practice: Practice, run: Run) -> None:  # V2, R3, T5
    async with run(practice.actor, start="clients") as driven:
        await arrive(driven)
        await choose(driven, "old client")
        await driven.press("v")
        await driven.until(lambda: any("cannot sign in" in toast for toast in driven.toasts))
        await ask_otherwise(driven)
        await driven.press("tab", "down", "down", "enter", "tab", "tab", "tab", "tab")
        await driven.type("Jo Moss")
        await look(driven)
        assert "a client who joins today (Lead, Bright Beginnings)" in driven.text
        await driven.until(lambda: subjects(driven) == ["Holiday schedule", "Childbirth class, Saturday"])
        assert "2 unread" in driven.text
        await driven.until(lambda: "Dear Jo," in driven.text)


async def test_who_is_signed_in_is_told_to_look_on_instead(practice: Practice, run: Run) -> None:  # P3
    who = practice.clients["Ana Flores"].id
    async with run(practice.actor, start="portal", portal_client=who, demonstration=True) as driven:
        await driven.until(lambda: isinstance(driven.screen, ClientPortal) and driven.screen.threads.rows)
        await driven.press("at")
        assert isinstance(driven.screen, ClientPortal)
        await driven.until(lambda: any("leave, and view as them" in toast for toast in driven.toasts))
