"""Who got it and who gets it, with the reasons: V1..V3, V6, R4, N1, N4, S4."""

from __future__ import annotations

from typing import Any

import pytest
from tests.center.practice import ALL_CLIENTS, ALL_TEAM, Practice
from tests.center.sending import send_all_that_is_due

from msgcenter_tui.center import audience, clients, messages, reading, threads
from msgcenter_tui.domain import (
    Actor,
    Ahead,
    Among,
    AudienceRow,
    Channel,
    Client,
    Notified,
    Page,
    Prospect,
    Recipients,
    Staff,
    ThreadId,
    ThreadKind,
)
from msgcenter_tui.errors import BadInput, NotFound, Refused
from msgcenter_tui.store.tx import Act

TEXTS: dict[str, Any] = {"phone": "+1 212 555 0188", "consent": "active"}


def audience_of(
    practice: Practice, thread: ThreadId, by: Staff | Client | None = None, among: Among = Among.ALL
) -> dict[str, AudienceRow]:
    rows = practice.store.run(audience.list_audience, practice.who(by or practice.maya), thread, among=among).items
    return {row.person.name: row for row in rows}


def prospects(practice: Practice, to: Recipients, by: Staff | None = None) -> dict[str, Prospect]:
    actor = practice.who(by or practice.maya)
    rows = practice.store.run(audience.list_prospects, actor, recipients=to, workspace=practice.team.id).items
    return {row.person.name: row for row in rows}


def leave(practice: Practice) -> None:
    practice.clock.advance(seconds=60)
    send_all_that_is_due(practice.store)
    practice.clock.advance(minutes=5)


def test_why_somebody_sees_it_or_not(practice: Practice) -> None:  # V1, V3, V4
    world = practice.world
    practice.client("Ana")
    practice.client("Off", portal=False)
    gone, moved = practice.client("Gone"), practice.client("Moved")
    thread = practice.broadcast()
    world.change(gone, status="complete")
    world.change(moved, move_to=world.personal(practice.maya).id)
    seen = {name: (row.sees, row.why) for name, row in audience_of(practice, thread).items()}
    assert seen == {
        "Ana": (True, "Active, portal on"),
        "Off": (False, "the portal is off"),
        "Gone": (False, "Complete"),
        "Moved": (False, "moved to another workspace"),
    }
    practice.store.run(threads.delete, practice.who(practice.maya), thread)
    assert {row.why for row in audience_of(practice, thread).values()} == {"the thread is deleted"}


def test_why_somebody_was_not_notified(practice: Practice) -> None:  # N1, N3, N12
    world = practice.world
    practice.client("Never current", "inactive")
    practice.client("No channel", email=None, portal=False)
    lead = practice.client("Was not current", "complete")
    suppressed = practice.client("Muted since")
    mended = practice.client("Mended", email=None, portal=False)
    practice.client("Ana", portal=False, **TEXTS)
    practice.clock.advance(minutes=1)
    thread = practice.broadcast()
    world.change(suppressed, mute_email=True)
    leave(practice)
    practice.client("Later")
    world.change(lead, status="lead")
    world.change(mended, email="mended@mail.example")
    rows = audience_of(practice, thread)
    assert {name: (row.notified, row.why_not) for name, row in rows.items()} == {
        "Ana": (Notified.YES, ""),
        "Later": (Notified.NO, "joined later"),
        "Mended": (Notified.NO, "no channel reached them when it was sent"),
        "Muted since": (Notified.NO, "suppressed: e-mail is muted"),
        "Never current": (Notified.NO, "not in the audience: Inactive"),
        "No channel": (Notified.NO, "no e-mail address, no phone number"),
        "Was not current": (Notified.NO, "joined later"),
    }
    by = [(notice.channel, notice.state.value, notice.at is None) for notice in rows["Ana"].notices]
    assert by == [(Channel.SMS, "sent", False), (Channel.EMAIL, "sent", False)]


def test_who_was_there_for_a_message_that_is_deleted_has_not_joined_later(practice: Practice) -> None:  # N1, M2
    practice.client("No channel", email=None, portal=False)
    practice.clock.advance(minutes=1)
    thread = practice.broadcast()
    (message,) = practice.opened(practice.maya, thread).messages
    leave(practice)
    practice.client("Later")
    practice.store.run(messages.delete_message, practice.who(practice.maya), message.id)
    assert {name: row.why_not for name, row in audience_of(practice, thread).items()} == {
        "Later": "joined later",
        "No channel": "no e-mail address, no phone number",
    }


def test_several_runs_are_told_the_newest_first(practice: Practice) -> None:  # N8
    practice.client("Ana")
    thread = practice.broadcast(locked=False)
    leave(practice)
    practice.reply(practice.lee, thread)
    practice.clock.advance(hours=2)
    leave(practice)
    practice.reply(practice.maya, thread)
    kinds = [(notice.kind.value, notice.state.value) for notice in audience_of(practice, thread)["Ana"].notices]
    assert kinds == [("broadcast", "waiting"), ("reply", "sent"), ("broadcast", "sent")]


def test_a_notification_of_a_reply_is_none_of_the_broadcast(practice: Practice) -> None:  # N9, N11
    practice.client("Ana")
    thread = practice.broadcast(locked=False)
    leave(practice)
    practice.client("Late")
    practice.reply(practice.lee, thread)
    for state in ("waiting", "sent"):
        rows = audience_of(practice, thread)
        assert {name: (row.notified, row.why_not) for name, row in rows.items()} == {
            "Ana": (Notified.YES, ""), "Late": (Notified.NO, "joined later"),
        }  # fmt: skip
        assert [(notice.kind.value, notice.state.value) for notice in rows["Late"].notices] == [("reply", state)]
        for among in (Among.NOT_NOTIFIED, Among.TO_CATCH_UP):
            assert list(audience_of(practice, thread, among=among)) == ["Late"]
        assert list(audience_of(practice, thread, among=Among.NOTIFIED)) == ["Ana"]
        practice.clock.advance(hours=2)
        leave(practice)


def test_who_has_read_it_first_when_and_how_far(practice: Practice) -> None:  # R4
    ana = practice.client("Ana")
    thread = practice.broadcast()
    first = practice.clock.now
    practice.read(ana, thread)
    practice.clock.advance(hours=1)
    practice.reply(practice.maya, thread)
    row = audience_of(practice, thread)["Ana"]
    assert (row.read, row.read_up_to, row.read_at) == (False, 1, first)
    practice.read(ana, thread)
    row = audience_of(practice, thread)["Ana"]
    assert (row.read, row.read_up_to, row.read_at, row.last_read_at) == (True, 2, first, practice.clock.now)
    assert list(audience_of(practice, thread, among=Among.READ)) == ["Ana"]


def test_somebody_who_left_the_workspace_is_there_while_they_had_deliveries(practice: Practice) -> None:  # N8
    world = practice.world
    moved, never = practice.client("Moved"), practice.client("Never there", email=None, portal=False)
    thread = practice.broadcast()
    for client in (moved, never):
        world.change(client, move_to=world.personal(practice.maya).id)
    assert list(audience_of(practice, thread)) == ["Moved"]


def test_others_than_owners_find_those_whom_they_reach(practice: Practice) -> None:  # A4, S4
    ana = practice.client("Ana")
    practice.client("Ben")
    thread = practice.broadcast(locked=False)
    assert list(audience_of(practice, thread, practice.lee)) == ["Ana", "Ben"]
    assert list(audience_of(practice, thread, practice.kim)) == []
    practice.store.run(clients.assign, practice.who(practice.maya), ana.id, practice.kim.id)
    assert list(audience_of(practice, thread, practice.kim)) == ["Ana"]
    ahead = practice.store.run(audience.list_prospects, practice.who(practice.kim), thread=thread).items
    assert [row.person.name for row in ahead] == ["Ana"]
    counts = practice.store.run(audience.audience_counts, practice.who(practice.kim), thread)
    assert (counts[Among.ALL], counts[Among.UNDER_WAY]) == (1, 1)


def test_who_may_not_see_the_thread_finds_nothing(practice: Practice) -> None:  # S4, V5
    ana = practice.client("Ana")
    thread = practice.broadcast()
    for who in (ana, practice.world.staff("Stranger")):
        with pytest.raises(NotFound):
            practice.store.run(audience.list_audience, practice.who(who), thread)
        with pytest.raises(NotFound):
            practice.store.run(audience.audience_counts, practice.who(who), thread)
        with pytest.raises(NotFound):
            practice.store.run(audience.list_prospects, practice.who(who), thread=thread)
    with pytest.raises(Refused, match="Maya Ortiz"):  # A3
        prospects(practice, ALL_CLIENTS, practice.lee)
    with pytest.raises(Refused):
        practice.store.run(
            audience.list_prospects, practice.who(ana), recipients=ALL_CLIENTS, workspace=practice.team.id
        )
    with pytest.raises(BadInput, match="to whom"):
        practice.store.run(audience.list_prospects, practice.who(practice.maya))


def test_a_thread_to_the_team_lists_its_members(practice: Practice) -> None:  # V6, V9, R4
    thread = practice.start(practice.maya, ALL_TEAM, "Meeting").thread
    assert thread is not None
    practice.read(practice.lee, thread)
    practice.clock.advance(minutes=1)
    practice.world.member(practice.team, practice.world.staff("Nora New"))
    rows = audience_of(practice, thread)
    told = {name: (row.sees, row.notified.value, row.read, row.why_not) for name, row in rows.items()}
    assert told == {
        "Kim Vale": (True, "under-way", False, ""),
        "Lee Park": (True, "under-way", True, ""),
        "Maya Ortiz": (True, "not-notified", False, "wrote it"),
        "Nora New": (True, "not-notified", False, "joined later"),
    }
    counts = practice.store.run(audience.audience_counts, practice.who(practice.maya), thread)
    shown = practice.opened(practice.maya, thread).thread
    assert shown.readers is not None
    assert (counts[Among.READ], counts[Among.READ] + counts[Among.NOT_READ]) == (shown.readers.read, shown.readers.sees)


def test_a_direct_thread_lists_the_people_in_it(practice: Practice) -> None:  # V8, V5
    ana, ben = practice.client("Ana"), practice.client("Ben", portal=False)
    thread = practice.direct(practice.lee, ana, ben)
    practice.reply(ana, thread)
    practice.store.run(threads.remove_person, practice.who(practice.lee), thread, ben.id)
    rows = audience_of(practice, thread, practice.lee)
    assert {name: (row.sees, row.why) for name, row in rows.items()} == {
        "Ana": (True, "in it, portal on"),
        "Ben": (False, "not in it any more"),
        "Lee Park": (True, "in it"),
    }
    with pytest.raises(NotFound):
        audience_of(practice, thread, practice.kim)
    counts = practice.store.run(audience.audience_counts, practice.who(practice.lee), thread)
    assert counts[Among.TO_CATCH_UP] == 0


def test_who_gets_it_before_it_is_sent(practice: Practice) -> None:  # N4, A1, A2
    practice.client("Both", **TEXTS)
    muted = practice.client("Portal")
    practice.world.change(muted, mute_email=True)
    practice.client("Nothing", email=None, portal=False)
    past = practice.client("Past", "complete")
    told = {
        name: (row.channels, row.in_portal, row.excluded, row.why)
        for name, row in prospects(practice, ALL_CLIENTS).items()
    }
    assert told == {
        "Both": ((Channel.EMAIL, Channel.SMS), True, False, ""),
        "Nothing": ((), False, False, "is reached by nothing: no e-mail address, no phone number"),
        "Past": ((), False, True, "Complete"),
        "Portal": ((), True, False, "finds it in the portal only: e-mail is muted, no phone number"),
    }
    team = {name: (row.channels, row.excluded, row.why) for name, row in prospects(practice, ALL_TEAM).items()}
    assert team == {
        "Kim Vale": ((Channel.EMAIL,), False, ""),
        "Lee Park": ((Channel.EMAIL,), False, ""),
        "Maya Ortiz": ((), True, "you write it"),
    }
    named = prospects(practice, Recipients(ThreadKind.DIRECT, (past.id, practice.lee.id)))
    assert {name: (row.channels, row.in_portal) for name, row in named.items()} == {
        "Lee Park": ((Channel.EMAIL,), False),
        "Past": ((Channel.EMAIL,), True),
    }


def test_in_a_direct_thread_the_status_keeps_nobody_out(practice: Practice) -> None:  # V8
    moved, past = practice.client("Moved", "complete"), practice.client("Past", "complete")
    thread = practice.direct(practice.maya, moved, past)
    practice.world.change(moved, move_to=practice.world.personal(practice.maya).id)
    rows = practice.store.run(audience.list_prospects, practice.who(practice.maya), thread=thread).items
    assert {row.person.name: (row.excluded, row.why) for row in rows} == {
        "Maya Ortiz": (True, "you write it"),
        "Moved": (True, "moved to another workspace"),
        "Past": (False, ""),
    }


@pytest.mark.parametrize("few", [True, False])
def test_pages_follow_each_other_by_name_whatever_the_filter(
    practice: Practice, monkeypatch: pytest.MonkeyPatch, few: bool
) -> None:
    from msgcenter_tui.store import audience_list

    if not few:
        monkeypatch.setattr(audience_list, "are_few", lambda *_: False)  # found by walking along their names
    world = practice.world
    for n in (3, 1, 2, 5, 4):
        practice.client(f"Client {n}", "active" if n % 2 else "complete")
    moved = practice.client("Moved")
    world.client("Elsewhere", world.personal(practice.maya))
    thread = practice.broadcast()
    world.change(moved, move_to=world.personal(practice.maya).id)
    actor: Actor = practice.who(practice.maya)

    def walked(act: Act[..., Page[Any]], **more: Any) -> list[str]:
        names: list[str] = []
        after: str | None = None
        while True:
            page = practice.store.run(act, actor, **more, limit=2, after=after)
            names += [row.person.name for row in page.items]
            if (after := page.next) is None:
                return names

    everybody = ["Client 1", "Client 2", "Client 3", "Client 4", "Client 5"]
    assert walked(audience.list_audience, thread=thread) == [*everybody, "Moved"]
    assert walked(audience.list_audience, thread=thread, among=Among.SEES) == everybody[::2]
    assert walked(audience.list_audience, thread=thread, search="3 CLI") == ["Client 3"]
    where = {"recipients": ALL_CLIENTS, "workspace": practice.team.id}
    assert walked(audience.list_prospects, **where) == everybody
    assert walked(audience.list_prospects, **where, ahead=Ahead.EXCLUDED) == everybody[1::2]
    with pytest.raises(BadInput, match="no cursor"):
        practice.store.run(audience.list_audience, actor, thread, after="x")


def test_the_list_marks_nothing_read(practice: Practice) -> None:  # R2
    practice.client("Ana")
    thread = practice.broadcast(locked=False)
    practice.reply(practice.lee, thread)
    audience_of(practice, thread)
    assert practice.store.run(reading.badge, practice.who(practice.maya)).threads == 1
