"""Who sees what: V1..V9, L1, L4, P1."""

from __future__ import annotations

from typing import Any

import pytest
from tests.center.ledger import owed, states
from tests.center.practice import ALL_TEAM, Practice

from msgcenter_tui.center import drafts, messages, participation, teams, threads
from msgcenter_tui.domain import Reach, Role
from msgcenter_tui.errors import NotFound, Refused


def test_a_current_client_with_a_portal_sees_the_broadcasts_of_their_workspace(practice: Practice) -> None:
    # V1
    seen = {name: practice.client(name, name) for name in ("lead", "active", "inactive", "complete")}
    elsewhere = practice.world.client("Eve", practice.world.personal(practice.maya), portal=True)
    thread = practice.broadcast()
    assert practice.sees(seen["lead"]) == practice.sees(seen["active"]) == [thread]
    assert practice.sees(seen["inactive"]) == practice.sees(seen["complete"]) == practice.sees(elsewhere) == []
    for hidden in (seen["inactive"], elsewhere):
        with pytest.raises(NotFound):
            practice.opened(hidden, thread)


def test_who_comes_afterwards_sees_it_unread_and_is_not_notified(practice: Practice) -> None:
    # V2, N1: added, made current, moved in, given a portal
    complete, no_portal = practice.client("Complete", "complete"), practice.client("No portal", portal=False)
    elsewhere = practice.world.client("Elsewhere", practice.world.personal(practice.maya), portal=True)
    thread = practice.broadcast()
    before = owed(practice.store, thread)
    practice.clock.advance(hours=1)
    practice.world.change(complete, status="lead")
    practice.world.change(no_portal, portal=True)
    practice.world.change(elsewhere, move_to=practice.team.id)
    for client in (complete, no_portal, elsewhere, practice.client("Added")):
        assert practice.unread(client) == {thread: 1}
    assert owed(practice.store, thread) == before
    assert {name for name, _, _ in before} == {"No portal"}


def test_who_stops_being_current_loses_it_and_finds_it_read_when_back(practice: Practice) -> None:
    # V3
    away: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        "status": ({"status": "inactive"}, {"status": "active"}),
        "portal": ({"portal": False}, {"portal": True}),
    }
    for name, (leave, come_back) in away.items():
        client = practice.client(name)
        thread = practice.broadcast()
        practice.read(client, thread)
        practice.world.change(client, **leave)
        assert practice.sees(practice.maya)[0] == thread
        if name == "status":
            assert thread not in practice.sees(client)
        else:
            with pytest.raises(Refused, match="portal"):
                practice.sees(client)
        practice.world.change(client, **come_back)
        assert thread in practice.sees(client)
        assert thread not in practice.unread(client)


def test_who_moves_away_loses_it(practice: Practice) -> None:
    # V3
    ana = practice.client("Ana")
    thread = practice.broadcast()
    practice.world.change(ana, move_to=practice.world.personal(practice.maya).id)
    assert practice.sees(ana) == []
    with pytest.raises(NotFound):
        practice.opened(ana, thread)


def test_deleting_takes_a_thread_from_everyone_and_cancels_what_has_not_left(practice: Practice) -> None:
    # V4
    ana = practice.client("Ana")
    thread = practice.broadcast()
    maya, run = practice.who(practice.maya), practice.store.run
    run(threads.delete, maya, thread)
    for person in (ana, practice.maya, practice.lee):
        assert practice.sees(person) == []
    assert states(practice.store, thread) == {"Ana": "cancelled"}
    assert owed(practice.store, thread) == {}
    deleted = run(threads.list_threads, maya, show=threads.Show.DELETED).items
    assert [row.id for row in deleted] == [thread]
    assert run(threads.list_threads, practice.who(practice.lee), show=threads.Show.DELETED).items == ()
    run(threads.restore, maya, thread)
    assert practice.sees(ana) == practice.sees(practice.maya) == [thread]
    assert owed(practice.store, thread) == {}


def test_only_the_owner_deletes_and_a_hidden_thread_is_not_there(practice: Practice) -> None:
    # V4, S4
    thread = practice.broadcast()
    with pytest.raises(Refused, match="Maya Ortiz"):
        practice.store.run(threads.delete, practice.who(practice.lee), thread)
    with pytest.raises(NotFound):
        practice.store.run(threads.delete, practice.who(practice.world.staff("Stranger")), thread)
    with pytest.raises(Refused, match="not deleted"):
        practice.store.run(threads.restore, practice.who(practice.maya), thread)


def test_a_client_learns_nothing_of_others(practice: Practice) -> None:  # hazards 52
    # V5: neither another's direct thread, nor roles, owners, figures, who else got it
    ana, ben = practice.client("Ana"), practice.client("Ben")
    broadcast, direct = practice.broadcast(), practice.direct(practice.maya, ben)
    assert practice.sees(ana) == [broadcast]
    with pytest.raises(NotFound):
        practice.opened(ana, direct)
    seen = practice.opened(ana, broadcast)
    assert seen.thread.people == seen.thread.owners == ()
    assert seen.thread.readers is None
    assert seen.thread.progress is None
    assert all(message.author_role is None for message in seen.messages)
    assert practice.opened(practice.maya, broadcast).messages[0].author_role is Role.OWNER
    unlocked = practice.broadcast(locked=False)
    assert practice.store.run(messages.outlook_reply, practice.who(ana), unlocked) is None
    told = practice.store.run(messages.reply, practice.who(ana), unlocked, "Thank you").outlook
    assert (told.audience, told.reach, told.first_unreached, told.by_status) == (0, Reach(), (), {})


def test_a_new_member_sees_earlier_broadcasts_as_read_and_a_removed_one_loses_all(practice: Practice) -> None:
    # V6
    ana = practice.client("Ana")
    broadcast = practice.broadcast()
    team_thread = practice.start(practice.maya, ALL_TEAM, "Meeting").thread
    new = practice.world.staff("Nora")
    practice.world.member(practice.team, new)
    assert set(practice.sees(new)) == {broadcast, team_thread}
    assert practice.unread(new) == {}
    seen = practice.opened(practice.maya, team_thread).thread  # type: ignore[arg-type]
    assert seen.readers == (3, 0, None)
    direct = practice.direct(practice.maya, new, ana)
    later = practice.broadcast("More")
    assert practice.unread(new) == {later: 1, direct: 1}
    practice.store.run(teams.remove_member, practice.who(practice.maya), practice.team.id, new.id)
    assert practice.sees(new) == []
    assert practice.unread(new) == {}
    practice.world.member(practice.team, new)
    assert practice.unread(new) == {direct: 1}  # V9, R1: a direct thread waits for them; broadcasts are read


def test_in_an_unlocked_broadcast_all_who_see_it_see_every_reply(practice: Practice) -> None:
    # V7
    ana, ben = practice.client("Ana"), practice.client("Ben")
    thread = practice.broadcast("Dear all", locked=False)
    practice.reply(ana, thread, "Hello from Ana")
    for person in (ben, practice.maya, practice.kim, practice.client("Later")):
        seen = practice.opened(person, thread)
        assert [(message.author.name, message.body) for message in seen.messages][1] == ("Ana", "Hello from Ana")


def test_clients_see_their_direct_threads_whatever_their_status(practice: Practice) -> None:
    # V8
    ana, ben = practice.client("Ana"), practice.client("Ben")
    thread = practice.direct(practice.lee, ana)
    assert practice.sees(ben) == []  # who is not in it
    with pytest.raises(NotFound):
        practice.opened(ben, thread)
    for status in ("lead", "inactive", "complete"):
        practice.world.change(ana, status=status)
        assert practice.sees(ana) == [thread]
    practice.world.change(ana, move_to=practice.world.personal(practice.maya).id)
    assert practice.sees(ana) == []


def test_staff_see_their_direct_threads_and_every_broadcast_of_the_team(practice: Practice) -> None:
    # V9
    ana = practice.client("Ana")
    broadcast, direct = practice.broadcast(), practice.direct(practice.lee, ana)
    assert set(practice.sees(practice.lee)) == {broadcast, direct}
    assert practice.sees(practice.kim) == [broadcast]
    assert practice.sees(practice.maya) == [broadcast]  # an Owner is not in everybody's direct threads
    for other in (practice.kim, practice.maya):
        with pytest.raises(NotFound):
            practice.opened(other, direct)
    assert practice.sees(practice.world.staff("Stranger")) == []


def test_when_an_owner_leaves_the_owners_of_the_team_own_the_thread(practice: Practice) -> None:
    # rules.md, Words: they are in it from then on
    ana = practice.client("Ana")
    thread = practice.direct(practice.lee, ana)
    practice.store.run(teams.remove_member, practice.who(practice.maya), practice.team.id, practice.lee.id)
    assert practice.opened(practice.maya, thread).thread.is_owner
    practice.reply(ana, thread, "Is anybody there?")
    assert ("Maya Ortiz", "email", "other") in owed(practice.store, thread)
    assert ("Lee Park", "email", "other") not in owed(practice.store, thread)


def test_who_becomes_owner_later_owns_and_sees_the_threads_of_those_who_left(practice: Practice) -> None:
    # rules.md, Words; V9, N10, R1
    run, team = practice.store.run, practice.team.id
    ana, kim, rosa = practice.client("Ana"), practice.kim, practice.world.staff("Rosa Lund")
    thread = practice.direct(practice.lee, ana)
    run(teams.remove_member, practice.who(practice.maya), team, practice.lee.id)
    for name, owner in (("Rosa Lund", rosa), ("Kim Vale", kim)):  # one is new, the other one has another role
        run(teams.set_member, practice.who(practice.maya), team, owner.id, Role.OWNER)
        assert practice.opened(owner, thread).thread.is_owner
        assert practice.unread(owner) == {thread: practice.opened(owner, thread).thread.newest}
        practice.reply(ana, thread, "Is anybody there?")
        assert (name, "email", "other") in owed(practice.store, thread)
    run(teams.remove_member, practice.who(rosa), team, practice.maya.id)
    assert practice.sees(practice.maya) == []
    assert thread in practice.sees(rosa)


def test_who_comes_back_sees_the_threads_they_own_though_they_were_taken_out(practice: Practice) -> None:
    # rules.md, Words; V9
    run, maya, team = practice.store.run, practice.who(practice.maya), practice.team.id
    thread = practice.direct(practice.lee, practice.client("Ana"))
    run(teams.remove_member, maya, team, practice.lee.id)
    run(participation.remove_person, maya, thread, practice.lee.id)
    run(teams.set_member, maya, team, practice.lee.id, Role.CONTRIBUTOR)
    assert practice.opened(practice.lee, thread).thread.is_owner
    run(participation.leave, maya, thread)
    assert practice.sees(practice.lee) == [thread]


# -- locking ----------------------------------------------------------------------------------------------------------


def test_in_a_locked_thread_only_the_owner_writes(practice: Practice) -> None:
    # L1
    ana = practice.client("Ana")
    thread = practice.broadcast(locked=True)
    seen = practice.opened(ana, thread).thread
    assert not seen.can_write
    assert seen.why_not == "Replies are off for this announcement."
    for person in (ana, practice.lee):
        with pytest.raises(Refused, match="eplies are off"):
            practice.reply(person, thread)
    practice.reply(practice.maya, thread, "More")
    direct = practice.direct(practice.lee, ana)
    practice.store.run(threads.lock, practice.who(practice.lee), direct)
    with pytest.raises(Refused):
        practice.reply(ana, direct)
    practice.reply(practice.lee, direct)


def test_only_the_owner_locks_and_unlocks(practice: Practice) -> None:
    # L2, S4
    ana = practice.client("Ana")
    unlocked, locked = practice.broadcast(locked=False), practice.broadcast(locked=True)
    for person in (practice.lee, ana):
        with pytest.raises(Refused, match="only its owner"):
            practice.store.run(threads.lock, practice.who(person), unlocked)
        with pytest.raises(Refused, match="only its owner"):
            practice.store.run(threads.unlock, practice.who(person), locked, yes=True)
    assert not practice.opened(practice.maya, unlocked).thread.locked
    assert practice.opened(practice.maya, locked).thread.locked
    practice.store.run(threads.delete, practice.who(practice.maya), unlocked)
    with pytest.raises(NotFound):
        practice.store.run(threads.lock, practice.who(practice.maya), unlocked)


def test_every_owner_of_the_team_owns_its_broadcasts(practice: Practice) -> None:
    # L1, rules.md Words
    second = practice.world.staff("Second")
    practice.world.member(practice.team, second, Role.OWNER)
    thread = practice.broadcast()
    practice.reply(second, thread, "I, too")
    practice.store.run(threads.lock, practice.who(second), thread)


def test_a_reply_begun_before_the_lock_is_refused_and_stays_a_draft(practice: Practice) -> None:
    # L4
    ana = practice.client("Ana")
    thread = practice.broadcast(locked=False)
    who = practice.who(ana)
    draft = practice.store.run(drafts.save, who, id=None, version=0, thread=thread, body="I was just")
    practice.store.run(threads.lock, practice.who(practice.maya), thread)
    with pytest.raises(Refused):
        practice.store.run(messages.reply, who, thread, "I was just", draft=draft)
    kept = practice.opened(ana, thread).draft
    assert kept is not None
    assert kept.body == "I was just"
