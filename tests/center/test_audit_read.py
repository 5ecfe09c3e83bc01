"""The audit log as administrators read it: narrowed, with names where they see the thing, and verified (S2, S4)."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from sqlalchemy import delete
from tests.conftest import Clock
from tests.world import World

from msgcenter_tui.center import audit, messages, portal, templates, threads
from msgcenter_tui.domain import (
    Actor,
    AuditGroup,
    Client,
    Recipients,
    Staff,
    Thing,
    ThingKind,
    ThreadId,
    ThreadKind,
    Workspace,
)
from msgcenter_tui.errors import NotFound, Refused
from msgcenter_tui.store import tables


@pytest.fixture
def ana(world: World, team: Workspace) -> Client:
    return world.client("Ana", team, portal=True)


def written(world: World, by: Actor, workspace: Workspace, *to: Client, subject: str | None = None) -> ThreadId:
    recipients = Recipients(ThreadKind.DIRECT, tuple(one.id for one in to))
    sent = world.run(messages.start, by, recipients, workspace.id, "Hello", subject=subject, yes=True)
    assert sent.thread is not None
    return sent.thread


def things(world: World, reader: Staff) -> Mapping[str, Thing]:
    me = world.actor(reader)
    return world.run(audit.things, me, world.run(audit.list_records, me, limit=100).items)


def test_a_list_is_narrowed_by_group_person_and_time(
    world: World, maya: Staff, team: Workspace, ana: Client, clock: Clock
) -> None:
    me, lee = world.actor(maya), world.staff("Lee")
    world.member(team, lee)
    clock.advance(hours=1)
    written(world, world.actor(lee), team, ana)
    signed_in = world.run(portal.sign_in, me, ana.id, yes=True)
    world.run(messages.start, signed_in, Recipients(ThreadKind.DIRECT, (maya.id,)), team.id, "Hello")

    def acts(**narrowed: object) -> list[str]:
        found = world.run(audit.list_records, me, **narrowed)  # type: ignore[arg-type]
        return [one.act for one in reversed(found.items)]

    assert acts(group=AuditGroup.CLIENTS) == ["client.add", "portal.sign_in"]
    assert acts(group=AuditGroup.THREADS) == ["thread.start", "thread.start"]
    assert acts(group=AuditGroup.THREADS, person=lee.id) == ["thread.start"]
    assert acts(person="lee@practice.example") == ["thread.start"]
    assert acts(person=ana.id) == ["portal.sign_in", "thread.start"]  # P3: both of them did it
    assert {"portal.sign_in", "thread.start", "client.add"} <= set(acts(person=maya.id))
    assert len(acts(since=clock.now)) == 3
    assert acts(group=AuditGroup.STORE) == []
    with pytest.raises(NotFound):
        acts(person="nobody@practice.example")
    assert sorted(acts()) == sorted(act for group in AuditGroup for act in acts(group=group))


def test_things_have_a_name_where_the_reader_sees_them(world: World, maya: Staff, team: Workspace, ana: Client) -> None:
    # S4, V9: who administers does not read everybody's letters
    me, lee = world.actor(maya), world.staff("Lee")
    world.member(team, lee)
    mine = written(world, me, team, ana, subject="Papers")
    bare = written(world, me, team, ana)
    theirs = written(world, world.actor(lee), team, ana, subject="Between us")
    answer = world.run(messages.reply, me, mine, "More").message
    private = world.run(templates.add, world.actor(lee), "Lee's own", "Hello").id
    shared = world.run(templates.add, me, "Ours", "Hello", team=team.id).id
    elsewhere = world.client("Ben", world.personal(lee))
    named = things(world, maya)
    assert named[mine] == Thing(ThingKind.THREAD, "Papers", mine)
    assert named[bare] == Thing(ThingKind.THREAD, None, bare)
    assert named[str(answer)] == Thing(ThingKind.MESSAGE, "Papers", mine)
    assert named[ana.id] == Thing(ThingKind.CLIENT, "Ana")
    assert named[lee.id] == Thing(ThingKind.STAFF, "Lee")
    assert named[team.id] == Thing(ThingKind.WORKSPACE, "Bright Beginnings")
    assert named[shared] == Thing(ThingKind.TEMPLATE, "Ours")
    assert not {theirs, private, elsewhere.id, world.personal(lee).id} & named.keys()


def test_a_deleted_thread_keeps_its_name_for_its_owner_and_opens_nowhere(  # V4
    world: World, maya: Staff, team: Workspace, ana: Client
) -> None:
    thread = written(world, world.actor(maya), team, ana, subject="Papers")
    world.run(threads.delete, world.actor(maya), thread)
    assert things(world, maya)[thread] == Thing(ThingKind.THREAD, "Papers")


def test_administrators_alone_look_into_it(world: World, maya: Staff, team: Workspace, ana: Client) -> None:  # S4
    lee = world.actor(world.staff("Lee"))
    for actor in (lee, world.portal(ana)):
        with pytest.raises(Refused, match="ask Maya"):
            world.run(audit.may_read, actor)
        with pytest.raises(Refused, match="ask Maya"):
            world.run(audit.verify, actor)
        with pytest.raises(Refused, match="ask Maya"):
            world.run(audit.things, actor, ())


def test_it_is_verified_and_a_break_says_what_to_do(world: World, maya: Staff, team: Workspace) -> None:
    me = world.actor(maya)
    walk = world.run(audit.verify, me)
    newest = world.run(audit.list_records, me, limit=1).items[0]
    assert (walk.last.number, walk.last.hash) == (newest.number, newest.hash)
    audit.require_whole(walk)
    with world.store.write() as tx:
        tx.conn.execute(delete(tables.audit_head))
    with pytest.raises(Refused, match=r"not whole: .*; compare it with a backup"):
        audit.require_whole(world.run(audit.verify, me))
