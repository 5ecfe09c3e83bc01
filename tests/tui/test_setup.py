"""The first start on an empty store: you, your clients, the mail account with a test mail, or later."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from tests.conftest import Clock
from tests.tui.conftest import Driven
from tests.tui.test_typing_order import at_once

from msgcenter_tui.center import identity, teams
from msgcenter_tui.errors import ServerUnavailable
from msgcenter_tui.store.front import Front
from msgcenter_tui.store.store import Store
from msgcenter_tui.tui.app import MessageCenterApp
from msgcenter_tui.tui.screens.inbox import Inbox
from msgcenter_tui.tui.screens.send_keys import SendKeys
from msgcenter_tui.tui.screens.setup import Setup
from msgcenter_tui.tui.services import Services

Account = Mapping[str, str]


class World:
    """What the set-up reaches outside of the store."""

    def __init__(self) -> None:
        self.saved: list[Account] = []
        self.tested: list[tuple[Account, str]] = []
        self.broken = False

    def configure(self, account: Account) -> None:
        self.saved.append(account)

    def test(self, account: Account, to: str) -> None:
        if self.broken:
            raise ServerUnavailable(
                "the test mail did not leave", "smtp.bad.example does not answer", "check the server"
            )
        self.tested.append((account, to))


Start = Callable[..., AbstractAsyncContextManager[Driven]]


@pytest.fixture
def outside() -> World:
    return World()


@pytest.fixture
def start(sqlite_store: Store, clock: Clock, outside: World) -> Start:
    @asynccontextmanager
    async def starting(size: tuple[int, int] = (120, 36), *, account: bool = True) -> AsyncIterator[Driven]:
        front = Front(sqlite_store)
        services = Services(
            front,
            None,
            clock=clock,
            blink=False,
            configure_mail=outside.configure if account else None,
            test_mail=outside.test if account else None,
        )
        app = MessageCenterApp(services)
        async with app.run_test(size=size, notifications=True) as pilot:
            driven = Driven(app, pilot)
            await driven.until(lambda: isinstance(driven.screen, Setup) and driven.screen.query("#field-name"))
            await driven.still()
            yield driven
            await driven.still()
        await front.close()
        assert not app.troubles

    return starting


async def fill(driven: Driven, *values: str) -> None:
    for value in values:
        await driven.type(value)
        await driven.press("enter")


async def in_the_inbox(driven: Driven) -> None:
    """There, once it is offered to see which keys send, and that is left for later."""
    await driven.until(lambda: "See which keys send" in driven.text)
    await driven.press("enter")
    await driven.until(lambda: isinstance(driven.screen, Inbox))


async def until_step(driven: Driven, step: int) -> None:
    await driven.until(lambda: driven.screen.step == step)
    await driven.still()


async def test_three_steps_to_the_inbox(start: Start, outside: World, sqlite_store: Store) -> None:
    async with start() as driven:
        await fill(driven, "Maya Ortiz", "maya@practice.example")
        await until_step(driven, 1)
        await fill(driven, "Bright Beginnings")  # there the hand is
        await until_step(driven, 2)
        await fill(driven, "smtp.practice.example", "", "", "maya", "secret")
        assert "secret" not in driven.text
        await driven.press("ctrl+t")
        await driven.until(lambda: outside.tested)
        assert outside.tested[0][1] == "maya@practice.example"  # to yourself
        await driven.until(lambda: "The server has accepted the test mail" in driven.text)
        await driven.press("ctrl+s")
        await in_the_inbox(driven)
        account = outside.saved[0]
        assert account["host"] == "smtp.practice.example"
        assert account["port"] == "587"
        assert account["from"] == "maya@practice.example"
        assert "No threads yet" in driven.text
        assert "adds a client" in driven.text
    maya = sqlite_store.run(identity.who, None)
    assert [w.name for w in sqlite_store.run(teams.workspaces, maya)][-1] == "Bright Beginnings"


async def test_who_types_on_behind_enter_types_into_the_next_step(start: Start, sqlite_store: Store) -> None:
    async with start() as driven:
        await driven.type("Rosa")
        at_once(driven, "enter", *"rosa@bb.example", "enter", *"Little")
        await driven.until(lambda: driven.screen.query("#field-team"))
        await driven.until(lambda: driven.screen.form.values["team"] == "Little")


async def test_only_mine_and_the_account_later(start: Start, outside: World, sqlite_store: Store) -> None:
    async with start((80, 24)) as driven:
        await fill(driven, "Maya Ortiz", "maya@practice.example")
        await until_step(driven, 1)
        await driven.press("shift+tab", "down", "down", "enter", "enter", "enter")
        await until_step(driven, 2)
        await driven.press("ctrl+l")
        await in_the_inbox(driven)
    assert outside.saved == []
    maya = sqlite_store.run(identity.who, None)
    assert len(sqlite_store.run(teams.workspaces, maya)) == 1


async def test_nothing_is_written_before_the_second_step_is_done(start: Start, sqlite_store: Store) -> None:
    async with start() as driven:
        await fill(driven, "Maya Ortiz", "maya@practice.example")
        await until_step(driven, 1)
        await driven.press("escape")
        await until_step(driven, 0)
        assert driven.screen.form.values["name"] == "Maya Ortiz"  # esc goes back without loss
    with sqlite_store.read() as tx:
        assert identity.accounts(tx) == ()


async def test_what_is_wrong_is_said_beside_what_was_typed(start: Start, sqlite_store: Store) -> None:  # S1
    async with start() as driven:
        await driven.press("ctrl+s")
        await driven.until(lambda: "your name is missing" in driven.text)
        await fill(driven, "Maya Ortiz", "maya@@practice.example")
        await driven.until(lambda: "is no e-mail address" in driven.text)  # where it is typed, not a step later
        assert driven.screen.step == 0
        driven.screen.query_one("#field-email").value = "maya@practice.example"
        await driven.press("ctrl+s")
        await until_step(driven, 1)
        await fill(driven, "")
        await driven.until(lambda: "the team has no name" in driven.text)
    with sqlite_store.read() as tx:
        assert identity.accounts(tx) == ()


async def test_a_server_that_does_not_answer_is_no_dead_end(start: Start, outside: World) -> None:  # S1
    outside.broken = True
    async with start() as driven:
        await fill(driven, "Maya Ortiz", "maya@practice.example")
        await until_step(driven, 1)
        await fill(driven, "Bright Beginnings")  # there the hand is
        await until_step(driven, 2)
        await fill(driven, "smtp.bad.example")
        await driven.press("ctrl+t")
        await driven.until(lambda: "does not answer" in driven.text)
        assert driven.screen.form.values["host"] == "smtp.bad.example"
        await driven.press("ctrl+l")
        await in_the_inbox(driven)


async def test_without_a_place_for_the_account_it_says_where_it_goes(start: Start) -> None:
    async with start(account=False) as driven:
        await fill(driven, "Maya Ortiz", "maya@practice.example")
        await until_step(driven, 1)
        await fill(driven, "Bright Beginnings")  # there the hand is
        await until_step(driven, 2)
        assert "config.toml" in driven.text.replace("\n", "").replace(" ", "")  # says which file
        await driven.press("ctrl+s")
        await in_the_inbox(driven)


async def test_it_ends_with_the_offer_to_see_which_keys_send(start: Start) -> None:
    async with start() as driven:
        await fill(driven, "Maya Ortiz", "maya@practice.example")
        await until_step(driven, 1)
        await fill(driven, "Bright Beginnings")
        await until_step(driven, 2)
        await driven.press("ctrl+l")
        await driven.until(lambda: "See which keys send" in driven.text)
        await driven.press("y")
        await driven.until(lambda: isinstance(driven.screen, SendKeys))
