"""Every act on threads and messages leaves one record, of ids and names of fields, and nothing else does (S2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select
from tests.center.practice import ALL_CLIENTS, Practice

from msgcenter_tui.center import drafts, messages, reading, threads
from msgcenter_tui.domain import MessageId, Recipients, Sent, ThreadId, ThreadKind
from msgcenter_tui.errors import Refused
from msgcenter_tui.store.tables import audit

Record = tuple[str, str, str, list[str]]


def records(practice: Practice) -> list[Record]:
    """(who, act, on what, fields), oldest first"""
    with practice.store.read() as tx:
        rows = tx.conn.execute(select(audit).order_by(audit.c.id)).all()
    return [(row.who_id, row.act, row.what, row.fields) for row in rows]


def new_records(practice: Practice, deed: Callable[[], Any]) -> list[Record]:
    before = len(records(practice))
    deed()
    return records(practice)[before:]


def first(sent: Sent) -> tuple[ThreadId, MessageId]:
    assert sent.thread is not None
    assert sent.message is not None
    return sent.thread, sent.message


def test_each_act_of_an_owner_leaves_a_record(practice: Practice) -> None:
    # S2
    run, me, maya = practice.store.run, practice.who(practice.maya), practice.maya.id
    thread, message = first(practice.start(practice.maya, ALL_CLIENTS, "Dear all"))
    assert records(practice)[-1] == (maya, "thread.start", thread, ["kind=all-clients", "locked=true"])
    deeds: list[tuple[Callable[[], Any], str, str, list[str]]] = [
        (lambda: run(threads.rename, me, thread, "Holidays"), "thread.rename", thread, ["subject"]),
        (lambda: run(threads.unlock, me, thread, yes=True), "thread.unlock", thread, ["locked"]),
        (lambda: run(threads.lock, me, thread), "thread.lock", thread, ["locked"]),
        (lambda: run(messages.edit, me, message, "Dear both"), "message.edit", message, ["body"]),
        (lambda: run(threads.delete, me, thread), "thread.delete", thread, ["state"]),
        (lambda: run(threads.restore, me, thread), "thread.restore", thread, ["state"]),
        (lambda: run(messages.delete_message, me, message), "message.delete", message, []),
    ]
    for deed, act, what, fields in deeds:
        assert new_records(practice, deed) == [(maya, act, what, fields)]


def test_writing_and_taking_back_leave_a_record(practice: Practice) -> None:
    # S2
    ana = practice.client("Ana")
    thread = practice.broadcast(locked=False)
    (written,) = new_records(practice, lambda: practice.reply(ana, thread))
    message = practice.opened(ana, thread).messages[-1].id
    assert written == (ana.id, "message.write", message, [thread])
    taken_back = new_records(practice, lambda: practice.store.run(messages.undo, practice.who(ana), thread))
    assert taken_back == [(ana.id, "message.undo", message, [thread])]


def test_who_comes_and_goes_is_recorded(practice: Practice) -> None:
    # S2, A5
    run, lee, kim = practice.store.run, practice.who(practice.lee), practice.who(practice.kim)
    ana, ben = practice.client("Ana"), practice.client("Ben")
    thread = practice.direct(practice.lee, ana, practice.kim)
    added = new_records(practice, lambda: run(threads.add_person, lee, thread, ben.id, yes=True))
    removed = new_records(practice, lambda: run(threads.remove_person, lee, thread, ben.id))
    left = new_records(practice, lambda: run(threads.leave, kim, thread))
    assert added == [(practice.lee.id, "thread.add", thread, [ben.id])]
    assert removed == [(practice.lee.id, "thread.remove", thread, [ben.id])]
    assert left == [(practice.kim.id, "thread.leave", thread, [])]


def test_what_changes_nothing_is_not_recorded(practice: Practice) -> None:
    # S2: neither drafts and read marks, nor what was refused, asked, or already so
    run, maya, lee = practice.store.run, practice.who(practice.maya), practice.who(practice.lee)
    ana = practice.client("Ana")
    thread = practice.broadcast("Dear all")
    direct = practice.direct(practice.lee, ana)
    (message,) = practice.opened(practice.maya, thread).messages
    draft = run(drafts.save, maya, id=None, version=0, thread=thread, body="Dear")
    quiet: list[Callable[[], Any]] = [
        lambda: run(reading.read, lee, thread, 1),
        lambda: run(reading.set_unread, lee, thread),
        lambda: run(drafts.save, maya, id=draft.id, version=draft.version, thread=thread, body="Dear Ana"),
        lambda: run(drafts.discard, maya, draft.id, None),
        lambda: run(threads.lock, maya, thread),
        lambda: run(messages.edit, maya, message.id, "Dear all"),
        lambda: run(threads.add_person, lee, direct, ana.id, yes=True),
        lambda: run(messages.start, maya, ALL_CLIENTS, practice.team.id, "Hello", dry_run=True),
    ]
    for deed in quiet:
        assert new_records(practice, deed) == []
    refused: list[Callable[[], Any]] = [
        lambda: run(threads.unlock, maya, thread),
        lambda: run(messages.reply, maya, thread, "More"),
        lambda: run(messages.reply, lee, thread, "More", yes=True),
        lambda: run(threads.delete, lee, thread),
    ]
    before = records(practice)
    for deed in refused:
        with pytest.raises(Refused):
            deed()
    assert records(practice) == before


def test_no_record_holds_what_people_wrote(practice: Practice) -> None:
    # S2
    run, maya = practice.store.run, practice.who(practice.maya)
    words = "unmistakable"
    ana = practice.client(words, email=f"{words}@mail.example", note=words)
    sent = practice.start(practice.maya, Recipients(ThreadKind.DIRECT, (ana.id,)), words, subject=words)
    thread, message = first(sent)
    run(threads.rename, maya, thread, f"{words} again")
    run(messages.edit, maya, message, f"{words} again")
    practice.world.change(ana, name=f"{words} again", note=f"{words} again")
    draft = run(drafts.save, maya, id=None, version=0, thread=thread, body=words)
    run(messages.reply, maya, thread, words, draft=draft)
    run(messages.undo, maya, thread)
    assert words not in str(records(practice))
    with practice.store.read() as tx:
        assert (tx.conn.scalar(select(func.count()).select_from(audit)) or 0) > 6
