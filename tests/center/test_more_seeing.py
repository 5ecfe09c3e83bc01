"""The edges of who sees what and who is counted: A1, V1, V4, V5, V6, V9, N5, P3, R1."""

from __future__ import annotations

import pytest
from tests.center.practice import ALL_CLIENTS, ALL_TEAM, Practice

from msgcenter_tui.center import messages, portal, reading, teams, threads
from msgcenter_tui.domain import Badge, Role, ThreadId
from msgcenter_tui.errors import NotFound


def deleted(practice: Practice, person: object) -> list[ThreadId]:
    who = practice.who(person)  # type: ignore[arg-type]
    return [row.id for row in practice.store.run(threads.list_threads, who, show=threads.Show.DELETED).items]


def test_the_outlook_counts_the_clients_of_its_workspace(practice: Practice) -> None:
    # A1, S3: and of no other, by status, by channel and among those whom nothing reaches
    elsewhere = practice.world.personal(practice.maya)
    practice.client("Ana", "lead")
    practice.client("Ben", email=None, portal=False)
    practice.client("Cleo", "inactive")
    for name in ("Eve", "Finn"):
        practice.world.client(name, elsewhere, portal=True)
    practice.world.client("Gil", elsewhere, email=None)
    maya = practice.who(practice.maya)
    outlook = practice.store.run(messages.outlook, maya, ALL_CLIENTS, practice.team.id, locked=False)
    assert (outlook.audience, outlook.reach.people, outlook.reach.unreachable, outlook.exposed) == (2, 1, 1, 1)
    assert outlook.by_status == {"lead": 1, "active": 1}
    assert [one.name for one in outlook.first_unreached] == ["Ben"]


def test_a_view_of_a_portal_ends_with_the_portal(practice: Practice) -> None:
    # V1, P3
    ana = practice.client("Ana")
    broadcast, direct = practice.broadcast(), practice.direct(practice.lee, ana)
    view = practice.store.run(portal.view_as, practice.who(practice.maya), ana.id)
    assert set(practice.sees(view)) == {broadcast, direct}
    practice.world.change(ana, portal=False)
    assert practice.sees(view) == []
    assert practice.store.run(reading.badge, view) == Badge(0, 0)


def test_no_client_sees_a_thread_to_the_team(practice: Practice) -> None:
    # V5, V9
    ana = practice.client("Ana")
    thread = practice.start(practice.maya, ALL_TEAM, "Between us").thread
    assert thread is not None
    assert practice.sees(practice.kim) == [thread]
    assert practice.sees(ana) == []
    with pytest.raises(NotFound):
        practice.opened(ana, thread)


def test_whoever_becomes_owner_finds_what_was_deleted_of_those_who_left(practice: Practice) -> None:
    # Words, V4: the team's Owners own the threads of an owner who left, those who became Owner since, too
    thread = practice.direct(practice.lee, practice.client("Ana"))
    maya = practice.who(practice.maya)
    practice.store.run(teams.remove_member, maya, practice.team.id, practice.lee.id)
    practice.store.run(threads.delete, maya, thread)
    nora = practice.world.staff("Nora")
    practice.world.member(practice.team, nora, Role.CONTRIBUTOR)
    assert deleted(practice, nora) == []
    with pytest.raises(NotFound):
        practice.store.run(threads.restore, practice.who(nora), thread)
    practice.world.member(practice.team, nora, Role.OWNER)
    assert deleted(practice, nora) == deleted(practice, practice.maya) == [thread]
    practice.store.run(threads.restore, practice.who(nora), thread)
    assert deleted(practice, nora) == []


def test_clients_find_nothing_deleted(practice: Practice) -> None:
    # V4
    ana = practice.client("Ana")
    thread = practice.direct(ana, practice.maya)
    practice.store.run(threads.delete, practice.who(practice.maya), thread)
    assert deleted(practice, ana) == []
    with pytest.raises(NotFound):
        practice.opened(ana, thread)


def test_what_was_taken_back_whole_is_not_among_the_deleted(practice: Practice) -> None:
    # N5, V4
    thread = practice.broadcast()
    practice.store.run(messages.undo, practice.who(practice.maya), thread)
    assert deleted(practice, practice.maya) == []
    with pytest.raises(NotFound):
        practice.opened(practice.maya, thread)
    with pytest.raises(NotFound):
        practice.store.run(threads.restore, practice.who(practice.maya), thread)


def test_a_thread_is_as_new_as_what_is_left_of_it(practice: Practice) -> None:
    # N5: taking a message back puts the thread where it was in the list
    first = practice.broadcast()
    practice.clock.advance(seconds=10)
    second = practice.broadcast()
    practice.clock.advance(seconds=10)
    practice.reply(practice.maya, first, "two")
    assert practice.sees(practice.maya) == [first, second]
    practice.store.run(messages.undo, practice.who(practice.maya), first)
    assert practice.sees(practice.maya) == [second, first]


def test_staff_who_are_added_find_the_whole_history_unread(practice: Practice) -> None:
    # A5, R1: also when messages came before they were in it; and after leaving nothing is left of it
    ana = practice.client("Ana")
    thread = practice.direct(practice.lee, ana, body="one")
    practice.reply(ana, thread, "two")
    lee, maya = practice.who(practice.lee), practice.who(practice.maya)
    practice.store.run(threads.add_person, lee, thread, practice.maya.id, yes=True)
    assert practice.unread(practice.maya) == {thread: 2}
    practice.store.run(reading.read, maya, thread, 1)
    practice.store.run(threads.leave, maya, thread)
    practice.reply(ana, thread, "three")
    assert practice.unread(practice.maya) == {}
    practice.store.run(threads.add_person, lee, thread, practice.maya.id, yes=True)
    assert practice.unread(practice.maya) == {thread: 2}


def test_what_is_taken_over_from_an_owner_who_left_is_unread_for_owners_only(practice: Practice) -> None:
    # rules.md, Words; R1
    ana = practice.client("Ana")
    thread = practice.direct(practice.lee, ana, body="one")
    practice.reply(ana, thread, "two")
    practice.store.run(teams.remove_member, practice.who(practice.maya), practice.team.id, practice.lee.id)
    assert practice.unread(practice.maya) == {thread: 2}
    assert practice.sees(practice.kim) == []
