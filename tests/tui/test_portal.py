"""The client portal by keys: whose, signed in or looking on, what is shown there and what can be done."""

from __future__ import annotations

import pytest
from tests.hostile import HOSTILE, unsafe_in
from tests.tui.conftest import Driven, Run
from tests.tui.practice import ALL_CLIENTS, Practice

from msgcenter_tui.center import audit, drafts, messages, reading, threads
from msgcenter_tui.domain import Badge, PersonId, Status, ThreadKind
from msgcenter_tui.rules.writing import EVERYONE_SEES, REPLIES_OFF
from msgcenter_tui.tui.screens.client_portal import ClientPortal
from msgcenter_tui.tui.screens.inbox import Inbox
from msgcenter_tui.tui.screens.new_thread import NewThreadScreen
from msgcenter_tui.tui.screens.portal import Portal
from msgcenter_tui.tui.widgets.portal_banner import PortalBanner


async def at_the_door(driven: Driven) -> None:
    await driven.until(lambda: isinstance(driven.screen, Portal) and driven.screen.clients.rows)
    await driven.still()


async def enter(driven: Driven, name: str, key: str = "enter") -> None:
    await at_the_door(driven)
    await driven.type(name)
    await driven.until(lambda: len(driven.screen.clients.rows) == 1)
    await driven.press(key)
    await driven.until(lambda: isinstance(driven.screen, ClientPortal))
    await driven.still()


def subjects(driven: Driven) -> list[str | None]:
    return [row.subject for row in driven.screen.threads.rows]


def badge(practice: Practice, name: str) -> Badge:
    return practice.world.run(reading.badge, practice.world.portal(practice.clients[name]))


def id_of(practice: Practice, name: str) -> PersonId:
    return practice.clients[name].id


async def test_sign_in_shows_what_the_client_sees_and_whose_eyes_it_is(practice: Practice, run: Run) -> None:  # P1
    async with run(practice.actor, start="portal", demonstration=True) as driven:
        await enter(driven, "zoe")  # found by the address
        assert "Client portal of Zoë Åkesson — signed in as them" in driven.text
        await driven.until(lambda: subjects(driven) == ["Holiday schedule", "Childbirth class, Saturday"])
        seen = practice.world.run(threads.list_threads, practice.world.portal(practice.clients["Zoë Åkesson"]))
        assert [row.id for row in driven.screen.threads.rows] == [row.id for row in seen.items]
        await driven.until(lambda: "Dear Zoë," in driven.text)  # T5: filled in for her
        for staff_fact in ("read by", "notified", "Owner", "10 clients", "Lead", "waiting"):  # V5
            assert staff_fact not in driven.text
        await driven.press("escape")
        await driven.until(lambda: isinstance(driven.screen, Portal))
        await driven.press("escape", "escape")
        await driven.until(lambda: isinstance(driven.screen, Inbox))


@pytest.mark.parametrize("size", [(80, 24), (60, 24)])
async def test_the_mode_is_said_however_long_a_name_is(practice: Practice, run: Run, size: tuple[int, int]) -> None:
    practice.world.client("Margarethe von Trotha-Hohenlohe-Schillingsfürst", practice.team, portal=True)
    async with run(practice.actor, start="portal", demonstration=True, size=size) as driven:
        await enter(driven, "margarethe", "ctrl+o")
        head = driven.text.splitlines()[0]
        assert "Margarethe" in head
        assert " — view as " in head
        assert head.rstrip().endswith("esc leave ▜")


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_what_a_search_has_found_stays_chosen_when_it_ends(
    practice: Practice, run: Run, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    monkeypatch.setattr(ClientPortal, "SIZES", {"page": 1, "most": 1})  # it stands beyond the first page
    found = practice.threads["class"]
    async with run(practice.actor, start="portal", demonstration=True, size=size) as driven:
        await enter(driven, "zoe")
        await driven.press("slash")
        await driven.type("parking")
        await driven.until(lambda: [row.id for row in driven.screen.threads.rows] == [found])
        await driven.press("enter", "escape")
        await driven.until(lambda: len(driven.screen.threads.rows) == 2)
        await driven.until(lambda: driven.screen.threads.chosen.id == found == driven.screen.thread_id)


async def test_an_empty_list_says_what_it_was_narrowed_by(practice: Practice, run: Run) -> None:
    async with run(practice.actor, start="portal", demonstration=True) as driven:
        await enter(driven, "zoe")
        await driven.press("slash")
        await driven.type("nowhere")
        await driven.until(lambda: "Nothing found for “nowhere”." in driven.text)
        assert "esc ends the search." in driven.text
        await driven.press("escape")
        await driven.until(lambda: driven.screen.threads.rows)
        await driven.press("enter", "escape", "down", "enter", "escape", "2")
        await driven.until(lambda: "Everything is read." in driven.text)


async def test_a_real_store_asks_before_signing_in_and_the_audit_names_both(practice: Practice, run: Run) -> None:  # P3
    async with run(practice.actor, start="portal") as driven:
        await at_the_door(driven)
        await driven.type("cora")
        await driven.until(lambda: len(driven.screen.clients.rows) == 1)
        await driven.press("enter")
        await driven.until(lambda: "Sign in as Cora Lin?" in driven.text)
        await driven.press("escape")
        await driven.until(lambda: isinstance(driven.screen, Portal))
        await driven.press("enter")
        await driven.until(lambda: "Sign in as Cora Lin?" in driven.text)
        await driven.press("y")
        await driven.until(lambda: isinstance(driven.screen, ClientPortal))
        record = practice.world.run(audit.list_records, practice.actor).items[0]
        assert record.act == "portal.sign_in"
        assert driven.screen.actor.by == practice.maya.id


async def test_without_a_portal_it_says_why_and_stays_outside(practice: Practice, run: Run) -> None:  # P2
    async with run(practice.actor, start="portal", demonstration=True) as driven:
        await at_the_door(driven)
        await driven.type("rosa")
        await driven.until(lambda: "They cannot sign in:" in driven.text and "valid e-mail" in driven.text)
        await driven.press("enter")
        await driven.until(lambda: any("cannot sign in" in toast for toast in driven.toasts))
        assert isinstance(driven.screen, Portal)


async def test_a_locked_thread_has_no_reply_box_and_says_so(practice: Practice, run: Run) -> None:  # L1
    async with run(practice.actor, start="portal", demonstration=True) as driven:
        await enter(driven, "cora")
        await driven.until(lambda: REPLIES_OFF in driven.text)
        assert not driven.screen.pane.composer.field.display
        await driven.press("r")
        assert not driven.screen.pane.composer.writing


async def test_a_locked_conversation_is_not_called_an_announcement(practice: Practice, run: Run) -> None:  # L1
    practice.world.run(threads.lock, practice.actor, practice.threads["ana"])
    async with run(practice.actor, start="portal", demonstration=True) as driven:
        await enter(driven, "ana")
        await driven.press(*["down"] * subjects(driven).index("Your birth plan"))
        await driven.until(lambda: "Replies are off for this conversation." in driven.text)
        assert REPLIES_OFF not in driven.text


async def test_above_an_open_reply_box_stands_who_will_see_it(practice: Practice, run: Run) -> None:  # V7
    async with run(practice.actor, start="portal", demonstration=True) as driven:
        await enter(driven, "cora")
        await driven.press("down")
        await driven.until(lambda: EVERYONE_SEES in driven.text and "Is there parking close by?" in driven.text)
        assert "Zoë Åkesson" in driven.text
        await driven.press("r")
        await driven.type("Yes, behind the house.")
        assert EVERYONE_SEES in driven.text
        await driven.press("ctrl+s")
        client = practice.world.portal(practice.clients["Cora Lin"])
        await driven.until(
            lambda: practice.world.run(threads.open_thread, client, practice.threads["class"]).messages[-1].mine
        )
        await driven.until(lambda: "Yes, behind the house." in driven.text and not driven.screen.pane.composer.text)


async def test_enter_reads_and_u_sets_unread_again(practice: Practice, run: Run) -> None:  # R1, R2
    async with run(practice.actor, start="portal", demonstration=True) as driven:
        await enter(driven, "王")
        assert badge(practice, "王小明") == Badge(2, 4)
        await driven.until(lambda: "● 2 unread" in driven.text)
        await driven.press("enter")
        await driven.until(lambda: badge(practice, "王小明").threads == 1)
        await driven.until(lambda: "● 1 unread" in driven.text)
        await driven.press("u")
        await driven.until(lambda: badge(practice, "王小明").threads == 2)
        await driven.until(lambda: "● 2 unread" in driven.text)


async def test_enter_reads_also_where_another_reading_brings_the_text(practice: Practice, run: Run) -> None:  # R2
    async with run(practice.actor, start="portal", demonstration=True) as driven:
        await enter(driven, "王")
        driven.screen.go_into(driven.screen.threads.chosen.id)
        await driven.screen.reread()  # as for somebody's commit, which comes in between
        await driven.until(lambda: badge(practice, "王小明").threads == 1)


async def test_view_as_reads_nothing_and_writes_nothing(practice: Practice, run: Run) -> None:  # P3
    async with run(practice.actor, start="portal") as driven:
        await enter(driven, "王", key="ctrl+o")
        assert driven.screen.actor.viewing
        assert "view as" in driven.text
        before = badge(practice, "王小明")
        await driven.press("down", "enter")
        await driven.until(lambda: "nothing can be written here" in driven.text)
        await driven.press("r", "n", "u")
        assert isinstance(driven.screen, ClientPortal)
        assert not driven.screen.pane.composer.writing
        assert badge(practice, "王小明") == before
        assert practice.world.run(audit.list_records, practice.actor).items[0].act != "portal.sign_in"


async def test_a_client_writes_to_the_staff(practice: Practice, run: Run) -> None:  # A4
    async with run(practice.actor, start="portal", demonstration=True) as driven:
        await enter(driven, "cora")
        await driven.press("n")
        await driven.until(lambda: isinstance(driven.screen, NewThreadScreen) and "Maya Ortiz" in driven.text)
        assert isinstance(driven.screen.query(PortalBanner).first(), PortalBanner)
        for staff_fact in ("From", "Locked", "All Clients", "notified", "Leo Brandt"):
            assert staff_fact not in driven.text
        await driven.press("enter", "enter", "enter")
        await driven.type("Can I come earlier?")
        await driven.press("ctrl+s")
        await driven.until(lambda: isinstance(driven.screen, ClientPortal))
        row = practice.world.run(threads.list_threads, practice.actor).items[0]
        assert (row.kind, row.people) == (ThreadKind.DIRECT, ("Cora Lin",))
        await driven.until(lambda: driven.screen.thread_id == row.id and "Can I come earlier?" in driven.text)


async def test_a_thread_begun_and_left_is_there_again(practice: Practice, run: Run) -> None:  # M4
    async with run(practice.actor, start="portal", demonstration=True) as driven:
        await enter(driven, "cora")
        await driven.press("n")
        await driven.until(lambda: isinstance(driven.screen, NewThreadScreen) and "Maya Ortiz" in driven.text)
        await driven.press("enter", "enter", "enter")
        await driven.type("Can I")
        await driven.press("escape", "escape")
        await driven.until(lambda: isinstance(driven.screen, ClientPortal))
        await driven.press("n")
        await driven.until(lambda: isinstance(driven.screen, NewThreadScreen) and driven.screen.second)
        assert driven.screen.composer.text == "Can I"
        assert [person.name for person in driven.screen.addressing.people] == ["Maya Ortiz"]


async def test_a_client_edits_a_message_of_their_own(practice: Practice, run: Run) -> None:  # M2
    client = practice.world.portal(practice.clients["Zoë Åkesson"])
    async with run(practice.actor, start="portal", demonstration=True) as driven:
        await enter(driven, "zoe")
        await driven.press("down", "enter")
        await driven.until(lambda: "Is there parking close by?" in driven.text)
        await driven.press("e")
        await driven.until(lambda: "Edit message" in driven.text)
        await driven.type(" Or a bus")
        await driven.press("ctrl+s")
        await driven.until(lambda: isinstance(driven.screen, ClientPortal) and "(edited)" in driven.text)
        opened = practice.world.run(threads.open_thread, client, practice.threads["class"])
        assert opened.messages[-1].body == "Is there parking close by? Or a bus"


async def test_after_a_reply_the_keys_are_about_that_and_not_what_was_chosen_before(
    practice: Practice, run: Run
) -> None:  # M2
    async with run(practice.actor, start="portal", demonstration=True) as driven:
        await enter(driven, "zoe")
        await driven.press("down", "enter")
        await driven.until(lambda: "Is there parking close by?" in driven.text)
        await driven.press("r")
        await driven.type("I found it")
        await driven.press("ctrl+s")
        await driven.until(lambda: driven.screen.pane.conversation.messages[-1].body == "I found it")
        await driven.press("escape", "e")
        await driven.until(lambda: "Edit message" in driven.text)
        assert driven.screen.query_one("TextArea").text == "I found it"


async def test_a_clients_draft_is_kept_in_their_portal(practice: Practice, run: Run) -> None:  # M4
    client = practice.world.portal(practice.clients["Cora Lin"])
    async with run(practice.actor, start="portal", demonstration=True) as driven:
        await enter(driven, "cora")
        await driven.press("down", "r")
        await driven.type("half a word")
        await driven.press("escape", "escape", "escape")
        await driven.until(lambda: isinstance(driven.screen, Portal))
        assert [one.body for one in practice.world.run(drafts.list_drafts, client)] == ["half a word"]


async def test_what_is_sent_elsewhere_appears(practice: Practice, run: Run) -> None:  # V1
    async with run(practice.actor, start="portal", demonstration=True) as driven:
        await enter(driven, "pia")
        await driven.until(lambda: "● 3 unread" in driven.text)
        practice.start("news", ALL_CLIENTS, "We have moved.", subject="Moved")
        await driven.until(lambda: subjects(driven)[0] == "Moved")
        await driven.until(lambda: "● 4 unread" in driven.text)


async def test_losing_the_portal_ends_it(practice: Practice, run: Run) -> None:  # V3, P2
    async with run(practice.actor, start="portal", demonstration=True) as driven:
        await enter(driven, "cora")
        practice.world.change(practice.clients["Cora Lin"], portal=False)
        await driven.until(lambda: isinstance(driven.screen, Portal))
        assert "Holiday schedule" not in driven.text


async def test_complete_clients_stop_seeing_broadcasts(practice: Practice, run: Run) -> None:  # V3, V8
    async with run(practice.actor, start="portal", demonstration=True) as driven:
        await enter(driven, "pia")
        await driven.until(lambda: len(subjects(driven)) == 3)
        practice.world.change(practice.clients["Pia Berg"], status=Status.COMPLETE)
        await driven.until(lambda: subjects(driven) == [None])


async def test_the_command_opens_it_directly(practice: Practice, run: Run) -> None:
    who = id_of(practice, "Ana Flores")
    async with run(practice.actor, start="portal", portal_client=who, demonstration=True) as driven:
        await driven.until(lambda: isinstance(driven.screen, ClientPortal))
        assert "Client portal of Ana Flores" in driven.text


async def test_a_client_who_acts_alone_sees_their_portal_only(practice: Practice, run: Run) -> None:
    client = practice.world.portal(practice.clients["Ana Flores"])
    async with run(client, start="portal") as driven:
        await driven.until(lambda: isinstance(driven.screen, ClientPortal) and len(subjects(driven)) == 3)
        await driven.press("escape")
        await driven.until(lambda: not driven.app.is_running or driven.app._exit)


async def test_one_pane_at_80_columns(practice: Practice, run: Run) -> None:
    async with run(practice.actor, start="portal", size=(80, 24), demonstration=True) as driven:
        await enter(driven, "cora")
        await driven.until(lambda: "Childbirth class" in driven.text)
        await driven.press("enter")
        await driven.until(lambda: "Dear Cora," in driven.text)
        assert "Childbirth class" not in driven.text
        await driven.press("escape")
        await driven.until(lambda: "Childbirth class" in driven.text)


@pytest.mark.parametrize("name", ["click action", "closing tag of nothing", "title", "isolates", "only a word"])
async def test_hostile_names_subjects_and_replies_are_text(practice: Practice, run: Run, name: str) -> None:  # M3, T8
    text = HOSTILE[name]
    practice.start("evil", ALL_CLIENTS, "Harmless", subject=f"Zzz {text}", locked=False)
    evil = practice.world.client(f"Evil {text}", practice.team, portal=True, email="evil@mail.example")
    practice.world.run(messages.reply, practice.world.portal(evil), practice.threads["evil"], f"Hear {text}")
    async with run(practice.actor, start="portal", demonstration=True) as driven:
        await at_the_door(driven)
        await driven.type("evil")
        await driven.until(lambda: len(driven.screen.clients.rows) == 1)
        await driven.press("enter")
        await driven.until(lambda: isinstance(driven.screen, ClientPortal) and "Hear" in driven.text)
        assert not unsafe_in(driven.text)
        if name in ("click action", "closing tag of nothing", "only a word"):
            assert f"Zzz {text}" in driven.text
            assert f"Hear {text}" in driven.text
