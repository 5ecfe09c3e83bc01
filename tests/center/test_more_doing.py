"""The edges of reading, writing and changing: R1, R2, M1, M2, N5, N10, A5, L1, L3, P2, P3, T5, V4, V5."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.center.ledger import owed
from tests.center.practice import ALL_TEAM, Practice

from msgcenter_tui.center import messages, portal, reading, threads
from msgcenter_tui.domain import MessageId, Recipients, ThreadId, ThreadKind
from msgcenter_tui.errors import Ask, NotFound, Refused
from msgcenter_tui.store.tx import Act


def message(practice: Practice, thread: ThreadId, number: int) -> MessageId:
    return next(one.id for one in practice.opened(practice.maya, thread).messages if one.number == number)


# -- reading ----------------------------------------------------------------------------------------------------------


def test_nobody_has_read_what_is_not_written_yet(practice: Practice) -> None:
    # R2: whatever number a screen says it has shown
    ana, thread = practice.client("Ana"), practice.broadcast("one")
    for person in (ana, practice.lee):
        practice.store.run(reading.read, practice.who(person), thread, 99)
        assert practice.unread(person) == {}
    practice.reply(practice.maya, thread, "two")
    for person in (ana, practice.lee):
        assert practice.unread(person) == {thread: 1}
        practice.store.run(reading.read, practice.who(person), thread, 0)
        assert practice.unread(person) == {thread: 1}


def test_what_was_set_unread_is_not_waiting_for_who_left_and_came_back(practice: Practice) -> None:
    # R2, A5
    thread = practice.direct(practice.lee, practice.kim, practice.maya, body="one")
    lee, kim = practice.who(practice.lee), practice.who(practice.kim)
    practice.read(practice.kim, thread)
    practice.store.run(reading.set_unread, kim, thread)
    practice.store.run(threads.leave, kim, thread)
    practice.store.run(threads.add_person, lee, thread, practice.kim.id, yes=True)
    assert practice.unread(practice.kim) == {}


def test_a_disabled_portal_has_no_badge(practice: Practice) -> None:
    # P2
    ana = practice.client("Ana", portal=False)
    practice.broadcast()
    with pytest.raises(Refused, match="portal is not enabled"):
        practice.store.run(reading.badge, practice.who(ana))


# -- who is told ------------------------------------------------------------------------------------------------------


def test_a_reply_by_staff_in_a_broadcast_is_not_told_to_its_owners(practice: Practice) -> None:
    # N10 speaks of clients' replies; N9 of the audience
    practice.client("Ana")
    thread = practice.broadcast("one", locked=False)
    practice.reply(practice.lee, thread, "two")
    assert list(owed(practice.store, thread)) == [("Ana", "email", "broadcast"), ("Ana", "email", "reply")]
    progress = practice.opened(practice.maya, thread).thread.progress
    assert progress is not None
    assert progress.total == 2


# -- a view of a portal -----------------------------------------------------------------------------------------------


def test_a_view_shows_neither_what_only_the_client_does_nor_what_only_staff_know(practice: Practice) -> None:
    # P3, V5: no countdown and no draft of theirs, no ledger and no owners
    from msgcenter_tui.center import drafts

    ana = practice.client("Ana")
    thread = practice.broadcast(locked=False)
    practice.reply(ana, thread)
    practice.store.run(drafts.save, practice.who(ana), id=None, version=0, thread=thread, body="And")
    own = practice.opened(ana, thread)
    assert own.thread.countdown is not None
    assert own.draft is not None
    view = practice.opened(practice.store.run(portal.view_as, practice.who(practice.maya), ana.id), thread)
    assert (view.thread.countdown, view.draft) == (None, None)
    for seen in (own, view):
        assert (seen.thread.progress, seen.thread.owners, seen.thread.is_owner) == (None, (), False)
        assert {one.author_role for one in seen.messages} == {None}


# -- who is in it -----------------------------------------------------------------------------------------------------


def test_a_client_adds_nobody_and_while_it_is_locked_only_the_owner_does(practice: Practice) -> None:
    # A5, L1
    ana, ben = practice.client("Ana"), practice.client("Ben")
    thread = practice.direct(practice.lee, ana, practice.maya)
    run, add = practice.store.run, threads.add_person
    with pytest.raises(Refused, match="only staff can"):
        run(add, practice.who(ana), thread, practice.kim.id, yes=True)
    run(threads.lock, practice.who(practice.lee), thread)
    with pytest.raises(Refused, match="while it is locked only its owner can; ask Lee Park"):  # S1
        run(add, practice.who(practice.maya), thread, ben.id, yes=True)
    run(add, practice.who(practice.lee), thread, ben.id, yes=True)
    with pytest.raises(Refused, match="own it"):
        run(threads.remove_person, practice.who(practice.lee), thread, practice.lee.id)
    with pytest.raises(NotFound):
        run(threads.remove_person, practice.who(practice.lee), thread, practice.kim.id)


def test_nobody_is_added_to_or_leaves_a_broadcast(practice: Practice) -> None:
    # A5
    ana, thread = practice.client("Ana"), practice.start(practice.maya, ALL_TEAM, "Meeting").thread
    assert thread is not None
    maya, run = practice.who(practice.maya), practice.store.run
    with pytest.raises(Refused, match="broadcast"):
        run(threads.add_person, maya, thread, ana.id, yes=True)
    with pytest.raises(Refused, match="broadcast"):
        run(threads.leave, practice.who(practice.lee), thread)
    for who in (maya, practice.who(practice.lee)):  # S1: nobody is sent to an owner who cannot do it either
        with pytest.raises(Refused, match=r"broadcast.*; who is no current client, or no member, does not see it"):
            run(threads.remove_person, who, thread, practice.kim.id)


def test_two_clients_in_a_direct_thread_are_asked_about_and_one_is_not(practice: Practice) -> None:
    # L3
    ana, ben = practice.client("Ana"), practice.client("Ben")
    one = Recipients(ThreadKind.DIRECT, (ana.id, practice.kim.id))
    two = Recipients(ThreadKind.DIRECT, (ana.id, ben.id))
    assert practice.start(practice.lee, one, "Hello", yes=False).outlook.exposed == 0
    with pytest.raises(Ask, match="2 clients"):
        practice.start(practice.lee, two, "Hello", yes=False)


def test_only_the_owner_manages_a_thread(practice: Practice) -> None:
    # L2, M1, V4, S4: of a broadcast an Owner of its workspace, of a direct thread whoever started it
    ana = practice.client("Ana")
    for thread, owner, others in (
        (practice.broadcast(locked=False), "Maya Ortiz", (practice.lee, practice.kim, ana)),
        (
            practice.direct(practice.lee, ana, practice.maya, practice.kim),
            "Lee Park",
            (practice.maya, practice.kim, ana),
        ),
    ):
        deeds: list[tuple[Act[..., None], dict[str, Any]]] = [
            (threads.lock, {}),
            (threads.unlock, {"yes": True}),
            (threads.rename, {"subject": "Mine"}),
            (threads.delete, {}),
            (threads.restore, {}),
        ]
        for other in others:
            for deed, more in deeds:
                with pytest.raises(Refused, match=f"only its owner can.*{owner}"):
                    practice.store.run(deed, practice.who(other), thread, **more)
        seen = practice.opened(ana, thread).thread
        assert (seen.locked, seen.subject) == (False, None)


# -- changing what was written ----------------------------------------------------------------------------------------


def test_versions_say_since_when_each_text_stood_and_who_wrote_it(practice: Practice) -> None:
    # M2
    thread = practice.broadcast("one")
    first, maya = message(practice, thread, 1), practice.who(practice.maya)
    for body in ("two", "three"):
        practice.clock.advance(minutes=1)
        practice.store.run(messages.edit, maya, first, body)
    kept = practice.store.run(messages.versions, maya, first)
    minutes = [(one.at - kept[0].at) / timedelta(minutes=1) for one in kept]
    assert [(one.version, one.body, one.by) for one in kept] == [
        (1, "one", "Maya Ortiz"), (2, "two", "Maya Ortiz"), (3, "three", "Maya Ortiz"),
    ]  # fmt: skip
    assert minutes == [0, 1, 2]


def test_a_deleted_message_stays_deleted(practice: Practice) -> None:
    # M2, N5: neither edited, nor taken back, nor deleted anew
    ana, thread = practice.client("Ana"), practice.broadcast("one")
    first, maya, run = message(practice, thread, 1), practice.who(practice.maya), practice.store.run
    run(messages.delete_message, maya, first)
    with pytest.raises(Refused, match="it is deleted"):
        run(messages.edit, maya, first, "again")
    with pytest.raises(Refused, match="it is deleted"):
        run(messages.undo, maya, thread)
    run(messages.delete_message, maya, first)
    seen = practice.opened(ana, thread)
    assert [(one.deleted, one.body, one.pieces) for one in seen.messages] == [(True, "", ())]
    assert practice.opened(practice.maya, thread).thread.countdown is None
    assert [one.body for one in run(messages.versions, maya, first)] == ["one"]
    assert practice.sees(ana) == [thread]


def test_nobody_takes_back_what_somebody_else_wrote(practice: Practice) -> None:
    # N5
    second = practice.client("Ana")
    thread = practice.broadcast("one", locked=False)
    for other in (practice.lee, second):
        with pytest.raises(Refused, match="somebody else wrote it"):
            practice.store.run(messages.undo, practice.who(other), thread)
    assert practice.bodies(second, thread) == ["one"]


def test_an_edited_text_takes_the_facts_of_its_editing(practice: Practice) -> None:
    # T5, M2: a field that comes in by an edit is filled, one that goes leaves nothing behind
    ana = practice.client("Ana")
    thread = practice.broadcast("Dear all")
    first, maya = message(practice, thread, 1), practice.who(practice.maya)
    practice.store.run(messages.edit, maya, first, "Dear {{ client.name }}, {{ sender.name }} of {{ workspace.name }}")
    assert practice.bodies(ana, thread) == ["Dear Ana, Maya Ortiz of Bright Beginnings"]
    practice.store.run(messages.edit, maya, first, "Dear all again")
    assert practice.bodies(ana, thread) == ["Dear all again"]


def test_what_belongs_to_a_deleted_thread_is_not_changed(practice: Practice) -> None:
    # V4
    ana = practice.client("Ana")
    thread = practice.broadcast("one", locked=False)
    first, maya, run = message(practice, thread, 1), practice.who(practice.maya), practice.store.run
    run(threads.delete, maya, thread)
    for attempt in (
        lambda: run(messages.edit, maya, first, "other"),
        lambda: run(messages.delete_message, maya, first),
        lambda: run(messages.undo, maya, thread),
        lambda: run(messages.reply, maya, thread, "more", yes=True),
        lambda: run(threads.lock, maya, thread),
        lambda: run(threads.rename, maya, thread, "Other"),
        lambda: run(reading.read, practice.who(ana), thread, 1),
    ):
        with pytest.raises(NotFound):
            attempt()
    run(threads.restore, maya, thread)
    assert practice.bodies(ana, thread) == ["one"]
    assert not practice.opened(ana, thread).thread.locked
