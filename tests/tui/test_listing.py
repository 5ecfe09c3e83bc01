"""A key is about what was typed before it, however late the store answers: never about what stood there before."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Any, ClassVar

import pytest
from tests.tui.conftest import Driven, Run
from tests.tui.practice import Practice
from tests.tui.test_typing_order import at_once, letters
from textual import events
from textual.command import DiscoveryHit, Hit
from textual.widgets import Input

from msgcenter_tui.center import clients, templates, threads
from msgcenter_tui.domain import Status
from msgcenter_tui.errors import MessageCenterError
from msgcenter_tui.store.tx import Act
from msgcenter_tui.tui import acts, typing_order
from msgcenter_tui.tui.actions import ACTIONS, OF_NO_LIST
from msgcenter_tui.tui.screen import CenterModal
from msgcenter_tui.tui.screens.client_portal import ClientPortal
from msgcenter_tui.tui.screens.clients import Clients
from msgcenter_tui.tui.screens.confirm import Confirm
from msgcenter_tui.tui.screens.finder import Finder
from msgcenter_tui.tui.screens.inbox import Inbox
from msgcenter_tui.tui.screens.new_thread import NewThreadScreen
from msgcenter_tui.tui.screens.palette import Palette
from msgcenter_tui.tui.screens.portal import Portal
from msgcenter_tui.tui.screens.template_picker import TemplatePicker
from msgcenter_tui.tui.screens.templates import Templates
from msgcenter_tui.tui.widgets.composer_text import ComposerText
from msgcenter_tui.tui.widgets.field_text import FieldText

TOO_LATE = "The list is not read yet, so nothing was done: try again in a moment"


class Held:
    """The answers of one act are held; `let(search)` lets those go that were asked for this."""

    def __init__(self, driven: Driven, act: Act[..., Any], of: Callable[..., object] | None = None) -> None:
        of = of or (lambda *_, **more: more["search"])
        self.gates: dict[object, asyncio.Event] = {}
        self.open = False
        front: Any = driven.front
        run = front.run

        async def held(asked: Act[..., Any], *args: Any, **more: Any) -> Any:
            answer = await run(asked, *args, **more)
            if asked is act and not self.open:
                await self.gates.setdefault(of(*args, **more), asyncio.Event()).wait()
            return answer

        front.run = held

    async def let(self, driven: Driven, search: object) -> None:
        await driven.until(lambda: search in self.gates)
        self.gates[search].set()
        await driven.pilot.pause()

    def let_all(self) -> None:
        self.open = True
        for gate in self.gates.values():
            gate.set()


def nothing_waits(driven: Driven) -> bool:
    """The keys before were done: none is on its way."""
    return driven.app._turn is None and not driven.app._pressed


async def late(driven: Driven, held: Held) -> None:
    """Whatever does not wait for the answers has long been done; only now they come."""
    await driven.until(lambda: held.gates)
    await driven.pilot.pause(0.05)
    held.let_all()


async def among_clients(driven: Driven, of: Callable[..., object] | None = None) -> Held:
    """A place with a list of clients stands; what is listed from now on comes late."""
    await driven.until(lambda: isinstance(driven.screen, (Clients, Portal)) and driven.screen.clients.rows)
    await driven.still()
    return Held(driven, acts.clients.list_clients, of)


async def begin(driven: Driven, practice: Practice) -> None:
    await driven.until(lambda: driven.screen.thread_id == practice.threads["holiday"])


def asked_for(_actor: object, search: str = "", *_more: object, **_others: object) -> str:
    return search


# -- whom a new thread goes to ----------------------------------------------------------------------------------------


async def open_new(driven: Driven, practice: Practice) -> Held:
    """A new thread, the people for it not found yet."""
    await begin(driven, practice)
    held = Held(driven, acts.clients.reachable)
    at_once(driven, "n")
    await driven.until(lambda: isinstance(driven.screen, NewThreadScreen) and "" in held.gates)
    return held


async def test_an_answer_to_less_is_nobody_to_take(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        held = await open_new(driven, practice)
        at_once(driven, *letters("cora l"))
        await driven.until(lambda: "cora l" in held.gates)
        await held.let(driven, "")  # everybody, who were asked for before anything was typed
        at_once(driven, "enter")
        await driven.pilot.pause(0.05)
        assert driven.screen.addressing.people == ()
        held.let_all()
        await driven.until(lambda: driven.screen.addressing.people)
        assert [one.name for one in driven.screen.addressing.people] == ["Cora Lin"]
        assert driven.toasts == []


async def test_what_is_typed_behind_a_name_goes_on_behind_it(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        held = await open_new(driven, practice)
        at_once(driven, *letters("cora l"), "enter", "enter", *letters("Dear"), "enter", *letters("you"))
        await driven.until(lambda: "cora l" in held.gates)
        held.let_all()
        await driven.until(lambda: driven.screen.composer.text == "you")
        assert [one.name for one in driven.screen.addressing.people] == ["Cora Lin"]
        assert driven.screen.subject == "Dear"


async def test_an_arrow_is_not_undone_by_what_is_found_late(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        held = await open_new(driven, practice)
        at_once(driven, "down")
        await driven.pilot.pause(0.05)
        held.let_all()
        await driven.until(lambda: nothing_waits(driven) and driven.screen.addressing.field._answered == "")
        at_once(driven, "enter")
        await driven.until(lambda: driven.screen.addressing.recipients is not None)
        assert driven.screen.summary() == "All Team Members"


async def test_all_clients_wait_for_nobody(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        held = await open_new(driven, practice)
        at_once(driven, "enter", "enter", *letters("News"))
        await driven.until(lambda: driven.screen.second and driven.screen.subject == "News")
        assert driven.screen.summary() == "All Clients"
        held.let_all()


async def test_a_client_takes_nobody_who_was_found_for_other_letters(practice: Practice, run: Run) -> None:  # A4
    who = practice.clients["Ana Flores"].id
    async with run(practice.actor, start="portal", portal_client=who, demonstration=True) as driven:
        await driven.until(lambda: isinstance(driven.screen, ClientPortal) and driven.screen.threads.rows)
        await driven.press("n")
        await driven.until(lambda: "Maya Ortiz  staff" in driven.text)
        await driven.type("zz")
        await driven.until(lambda: "Nobody like that" in driven.text)
        held = Held(driven, acts.clients.reachable)
        at_once(driven, "backspace", "backspace", "enter")
        await driven.until(lambda: "" in held.gates)
        await driven.pilot.pause(0.05)
        assert driven.screen.addressing.people == ()
        held.let_all()
        await driven.until(lambda: driven.screen.addressing.people)


async def test_a_list_that_does_not_come_is_told_and_nothing_typed_after_it_is_done(
    practice: Practice, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with run(practice.actor) as driven:
        held = await open_new(driven, practice)
        at_once(driven, *letters("cora l"), "enter", *letters("qqq"))
        await driven.until(lambda: [getattr(one, "key", "") for one in driven.app._pressed] == ["enter", "q", "q", "q"])
        monkeypatch.setattr(typing_order, "COMING", 0)
        await driven.until(lambda: TOO_LATE in driven.toasts and nothing_waits(driven))
        field = driven.screen.query_one("#to--typing")
        assert (driven.screen.addressing.people, field.value) == ((), "cora l")
        held.let_all()
        await driven.until(lambda: "Cora Lin  client" in driven.text)
        at_once(driven, "enter")
        await driven.until(lambda: driven.screen.addressing.people)


async def test_enter_that_was_given_too_soon_takes_nobody(practice: Practice, run: Run) -> None:
    """A machine that stood still may have given a key before its time: the field itself takes nobody then."""
    async with run(practice.actor) as driven:
        held = await open_new(driven, practice)
        at_once(driven, *letters("cora"))
        await driven.until(lambda: "cora" in held.gates)
        await held.let(driven, "")
        await driven.screen.query_one("#to--typing").action_submit()
        await driven.until(lambda: TOO_LATE in driven.toasts)
        assert driven.screen.addressing.people == ()
        held.let_all()


async def test_a_search_that_is_refused_finds_nobody(practice: Practice, run: Run) -> None:  # S1
    async with run(practice.actor) as driven:
        held = await open_new(driven, practice)
        held.let_all()
        await driven.still()
        driven.front.refusal = MessageCenterError("the store is busy")
        at_once(driven, *letters("cora"), "enter")
        await driven.until(lambda: driven.screen.addressing.field._answered == "cora" and nothing_waits(driven))
        driven.front.refusal = None
        assert driven.screen.addressing.people == ()
        assert "Nobody like that" not in driven.text  # nobody knows
        assert TOO_LATE not in driven.toasts


async def test_a_finder_and_a_place_that_are_given_enter_too_soon_take_nobody(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await begin(driven, practice)
        await driven.press("t")
        await driven.until(lambda: isinstance(driven.screen, Templates) and driven.screen.templates.rows)
        await driven.press("v")
        await driven.until(lambda: isinstance(driven.screen, Finder) and driven.screen.matches.option_count)
        held = Held(driven, acts.clients.list_clients)
        at_once(driven, *letters("cora"))
        await driven.until(lambda: held.gates)
        await driven.screen.query_one("#filter").action_submit()
        await driven.until(lambda: TOO_LATE in driven.toasts)
        assert isinstance(driven.screen, Finder)
        held.let_all()
    async with run(practice.actor, start="portal", demonstration=True) as driven:
        held = await among_clients(driven)
        at_once(driven, *letters("cora"))
        await driven.until(lambda: held.gates)
        await driven.screen.query_one("#room--search").action_submit()
        await driven.until(lambda: TOO_LATE in driven.toasts)
        assert isinstance(driven.screen, Portal)
        held.let_all()


async def test_the_picker_inserts_nothing_that_was_found_for_fewer_letters(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await begin(driven, practice)
        await driven.press("r")
        held = Held(driven, acts.templates.shelf, of=lambda *_: "all")
        at_once(driven, "ctrl+t")
        await driven.until(lambda: isinstance(driven.screen, TemplatePicker) and held.gates)
        driven.screen.action_picker_insert()
        await driven.until(lambda: TOO_LATE in driven.toasts)
        held.let_all()


# -- finders ----------------------------------------------------------------------------------------------------------


async def test_a_finder_takes_the_one_who_is_meant(practice: Practice, run: Run) -> None:  # A5
    async with run(practice.actor) as driven:
        await begin(driven, practice)
        await driven.press("down")
        await driven.until(lambda: driven.screen.thread_id == practice.threads["ana"])
        held = Held(driven, acts.clients.reachable)
        await driven.pilot.press("P", "enter")
        await driven.until(lambda: isinstance(driven.screen, Finder) and "" in held.gates)
        at_once(driven, *letters("pia"))
        await driven.until(lambda: "pia" in held.gates)
        await held.let(driven, "")
        at_once(driven, "down", "enter")
        await driven.pilot.pause(0.05)
        assert isinstance(driven.screen, Finder)
        held.let_all()
        await driven.until(lambda: isinstance(driven.screen, Confirm) and "Pia Berg" in driven.text)


async def test_the_picker_inserts_what_is_meant(practice: Practice, run: Run) -> None:  # T2
    async with run(practice.actor) as driven:
        await begin(driven, practice)
        await driven.press("r")
        held = Held(driven, acts.templates.shelf, of=lambda *_: "all")
        at_once(driven, "ctrl+t", *letters("greet"), "enter", *letters("!"))
        await driven.until(lambda: isinstance(driven.screen, TemplatePicker) and driven.screen.filter.value == "greet")
        await late(driven, held)
        await driven.until(lambda: not isinstance(driven.screen, TemplatePicker))
        field = driven.screen.query_one(FieldText)
        await driven.until(lambda: "!" in field.text)
        assert "quiet days" in field.text


async def test_of_templates_offered_for_fewer_letters_none_is_taken(practice: Practice, run: Run) -> None:  # T2
    async with run(practice.actor) as driven:
        await begin(driven, practice)
        await driven.press("r")
        field = driven.screen.query_one(FieldText)
        await driven.until(lambda: field.has_focus)
        await driven.press("slash", "h")
        await driven.until(lambda: field.offers.shown)
        held = Held(driven, acts.templates.offered, of=lambda _actor, typed, _most: typed)
        at_once(driven, "backspace", "s", "enter")
        await driven.until(lambda: "s" in held.gates)
        await driven.pilot.pause(0.05)
        assert field.text == "/s"
        held.let_all()
        await driven.until(lambda: field.text != "/s")
        assert "your visit moves" in field.text


# -- lists that are narrowed ------------------------------------------------------------------------------------------


async def test_a_key_behind_a_search_is_about_the_client_found(practice: Practice, run: Run) -> None:
    async with run(practice.actor, start="clients") as driven:
        held = await among_clients(driven)
        at_once(driven, "slash", *letters("cora l"), "enter", "r")
        await late(driven, held)
        await driven.until(lambda: isinstance(driven.screen, NewThreadScreen) and driven.screen.addressing.people)
        assert [one.name for one in driven.screen.addressing.people] == ["Cora Lin"]


async def test_here_the_portal_is_that_of_the_client_found(practice: Practice, run: Run) -> None:  # P3
    async with run(practice.actor, start="clients", demonstration=True) as driven:
        held = await among_clients(driven)
        at_once(driven, "slash", *letters("cora l"), "enter", "p")
        await late(driven, held)
        await driven.until(lambda: isinstance(driven.screen, ClientPortal))
        assert driven.screen.actor.person == practice.clients["Cora Lin"].id


async def test_a_key_behind_a_tab_is_about_that_tabs_client(practice: Practice, run: Run) -> None:
    async with run(practice.actor, start="clients") as driven:
        held = await among_clients(driven, of=lambda *_, **more: more["status"])
        at_once(driven, "f", "r")
        await late(driven, held)
        await driven.until(lambda: isinstance(driven.screen, NewThreadScreen) and driven.screen.addressing.people)
        (chosen,) = driven.screen.addressing.people
        assert chosen.id == practice.world.run(clients.list_clients, practice.actor, status=Status.LEAD).items[0].id


async def test_a_portal_is_that_of_the_client_typed(practice: Practice, run: Run) -> None:  # P3
    async with run(practice.actor, start="portal", demonstration=True) as driven:
        held = await among_clients(driven)
        at_once(driven, *letters("cora l"), "down", "ctrl+o")
        await late(driven, held)
        await driven.until(lambda: isinstance(driven.screen, ClientPortal))
        assert driven.screen.actor.person == practice.clients["Cora Lin"].id


async def test_a_reply_behind_a_search_is_in_the_thread_found(practice: Practice, run: Run) -> None:
    async with run(practice.actor) as driven:
        await begin(driven, practice)
        held = Held(driven, acts.threads.list_threads)
        at_once(driven, "slash", *letters("birth plan"), "enter", "r", *letters("Hi"))
        await driven.until(lambda: "birth plan" in held.gates)
        held.let_all()
        await driven.until(lambda: driven.screen.query_one(ComposerText).text == "Hi")
        found = practice.world.run(threads.list_threads, practice.actor, search="birth plan").items[0]
        assert driven.screen.thread_id == found.id != practice.threads["holiday"]


async def test_a_client_opens_the_thread_found(practice: Practice, run: Run) -> None:  # P1
    who = practice.clients["Ana Flores"].id
    async with run(practice.actor, start="portal", portal_client=who, demonstration=True) as driven:
        await driven.until(lambda: isinstance(driven.screen, ClientPortal) and driven.screen.threads.rows)
        await driven.still()
        assert driven.screen.thread_id == practice.threads["holiday"]
        held = Held(driven, acts.threads.list_threads)
        at_once(driven, "slash", *letters("birth plan"), "enter", "enter")
        await late(driven, held)
        await driven.until(lambda: driven.screen.has_class("-reading"))
        assert driven.screen.wanted == practice.threads["ana"]


async def test_a_template_to_edit_is_the_one_typed(practice: Practice, run: Run) -> None:
    async with run(practice.actor, start="templates") as driven:
        await driven.until(lambda: isinstance(driven.screen, Templates) and len(driven.screen.templates.rows) > 1)
        await driven.still()
        name = driven.screen.templates.rows[-1].name
        held = Held(driven, acts.templates.list_templates, of=asked_for)
        at_once(driven, "slash", *letters(name.lower()), "enter", "delete")
        await late(driven, held)
        await driven.until(lambda: isinstance(driven.screen, Confirm))
        await driven.press("y")
        await driven.until(
            lambda: name not in {one.name for one in practice.world.run(templates.list_templates, practice.actor)}
        )


async def test_the_way_out_waits_for_no_list(practice: Practice, run: Run) -> None:
    async with run(practice.actor, start="clients") as driven:
        held = await among_clients(driven)
        at_once(driven, "slash", "x", "escape", "t")
        await driven.until(lambda: isinstance(driven.screen, Templates))
        held.let_all()


async def test_the_palette_does_what_was_typed(practice: Practice, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = asyncio.Event()
    search = Palette._search_for

    async def late(palette: Palette, typed: str) -> AsyncGenerator[Hit | DiscoveryHit, bool]:
        if typed:
            await gate.wait()
        async for hit in search(palette, typed):
            yield hit

    monkeypatch.setattr(Palette, "_search_for", late)
    async with run(practice.actor) as driven:
        await begin(driven, practice)
        at_once(driven, "ctrl+p")
        await driven.until(lambda: isinstance(driven.screen, Palette) and "Audience" in driven.text)
        at_once(driven, *letters("go to templates"), "enter")
        await driven.until(lambda: driven.screen.query_one(Input).value == "go to templates")
        await driven.pilot.pause(0.05)
        assert isinstance(driven.screen, Palette)
        gate.set()
        await driven.until(lambda: isinstance(driven.screen, Templates))


# -- questions --------------------------------------------------------------------------------------------------------


async def test_an_answer_is_no_letter_of_the_text(practice: Practice, run: Run) -> None:  # S3
    async with run(practice.actor) as driven:
        await begin(driven, practice)
        held = Held(driven, acts.messages.start, of=lambda *_, yes, **more: yes)
        at_once(driven, "n", "enter", "enter", *letters("News"), "enter", *letters("Closed on Friday."), "ctrl+s", "y")
        await driven.until(lambda: False in held.gates or True in held.gates or driven.screen.is_modal)
        held.let_all()
        await driven.until(lambda: isinstance(driven.screen, Inbox) and "takes it back" in driven.text)
        opened = practice.world.run(threads.open_thread, practice.actor, driven.screen.thread_id)
        assert [message.body for message in opened.messages] == ["Closed on Friday."]


async def test_a_choice_is_made_in_the_dialog_that_comes(practice: Practice, run: Run) -> None:
    async with run(practice.actor, start="clients") as driven:
        await driven.until(lambda: isinstance(driven.screen, Clients) and driven.screen.clients.rows)
        await driven.still()
        who = driven.screen.chosen
        at_once(driven, "a")
        await driven.until(lambda: driven.screen.is_modal)
        await driven.press("escape")
        held = Held(driven, acts.teams.members, of=lambda *_, **__: "all")
        at_once(driven, "a", "escape", "down")
        await driven.until(lambda: held.gates)
        await driven.pilot.pause(0.05)
        assert driven.screen.chosen == who  # the arrow comes after the dialog that escape leaves
        held.let_all()
        await driven.until(lambda: driven.screen.chosen != who and not driven.screen.is_modal)


async def test_a_key_does_not_wait_for_ever_for_an_act(
    practice: Practice, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typing_order, "COMING", 0.05)
    async with run(practice.actor) as driven:
        await driven.press("down")
        await driven.until(lambda: driven.screen.thread_id == practice.threads["ana"])
        held = Held(driven, acts.reading.set_unread, of=lambda *_: "all")
        at_once(driven, "u", "down")
        await driven.until(lambda: driven.screen.threads.cursor == 2)
        await driven.until(lambda: held.gates)
        held.let_all()


# -- the order itself -------------------------------------------------------------------------------------------------


class Busy(CenterModal[None]):
    """Its first key takes long, and another then does something else."""

    BINDINGS: ClassVar = [("x", "begin", "Begin"), ("y", "go_on", "Go on")]

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.done: list[str] = []

    async def action_begin(self) -> None:
        self.done.append("begins")
        await self.gate.wait()
        self.done.append("ends")

    def action_go_on(self) -> None:
        self.done.append("goes on")

    async def on_key(self, event: events.Key) -> None:
        if event.key == "z":
            await self.gate.wait()


async def test_a_key_waits_for_one_that_takes_long(
    practice: Practice, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typing_order, "PATIENCE", 0.01)
    monkeypatch.setattr(typing_order, "LONGEST_WAY", 10_000)
    async with run(practice.actor) as driven:
        await begin(driven, practice)
        busy = Busy()
        await driven.app.push_screen(busy)
        at_once(driven, "z", "y")
        await driven.pilot.pause(0.05)
        assert busy.done == []
        busy.gate.set()
        await driven.until(lambda: busy.done == ["goes on"])


def test_what_is_of_no_list_is_an_action() -> None:
    assert {one.id for one in ACTIONS} >= OF_NO_LIST
