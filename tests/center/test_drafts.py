"""Drafts: a person's own, kept until sent or discarded, never overwritten (M4)."""

from __future__ import annotations

from typing import Any

import pytest
from tests.world import World

from msgcenter_tui.center import clients, drafts, messages, teams, threads
from msgcenter_tui.domain import (
    Actor,
    Client,
    Draft,
    DraftId,
    PersonId,
    Recipients,
    Role,
    Staff,
    ThreadId,
    ThreadKind,
    Workspace,
    WorkspaceId,
)
from msgcenter_tui.errors import BadInput, Conflict, NotFound, Refused
from msgcenter_tui.store.tx import Act


@pytest.fixture
def ana(world: World, team: Workspace) -> Client:
    return world.client("Ana", team, portal=True)


def save(world: World, actor: Actor, id: DraftId | None = None, version: int = 0, **more: Any) -> Draft:
    return world.run(drafts.save, actor, id=id, version=version, **more)


def bodies(world: World, actor: Actor) -> list[str]:
    return [one.body for one in world.run(drafts.list_drafts, actor)]


@pytest.fixture
def thread(world: World, maya: Staff, team: Workspace, ana: Client) -> ThreadId:
    """An unlocked broadcast."""
    sent = world.run(
        messages.start,
        world.actor(maya),
        Recipients(ThreadKind.ALL_CLIENTS),
        team.id,
        "Welcome",
        locked=False,
        yes=True,
    )
    assert sent.thread is not None
    return sent.thread


# -- keeping ----------------------------------------------------------------------------------------------------------


def test_a_new_thread_is_kept_with_all_that_was_chosen(world: World, maya: Staff, team: Workspace, ana: Client) -> None:
    # M4
    lee = world.staff("Lee")
    world.member(team, lee)
    recipients = Recipients(ThreadKind.DIRECT, (lee.id, ana.id))
    kept = save(
        world,
        world.actor(maya),
        recipients=recipients,
        workspace=team.id,
        subject=" A  subject",
        body=" as\r\nwritten \x00",
        locked=True,
        cursor=3,
    )
    assert (kept.version, kept.thread, kept.recipients, kept.workspace) == (1, None, recipients, team.id)
    assert (kept.subject, kept.body, kept.locked, kept.cursor) == ("A subject", " as\nwritten ", True, 3)
    assert [one.name for one in kept.people] == ["Lee", "Ana"]
    assert kept.at == world.clock.now
    assert world.run(drafts.get, world.actor(maya), kept.id) == kept
    assert world.run(drafts.list_drafts, world.actor(maya)) == (kept,)


def test_saving_again_replaces_what_was_seen(world: World, maya: Staff) -> None:  # M4
    me = world.actor(maya)
    first = save(world, me, body="H")
    world.clock.advance(seconds=1)
    second = save(world, me, first.id, first.version, body="He")
    assert (second.id, second.version, second.body, second.at) == (first.id, 2, "He", world.clock.now)
    assert bodies(world, me) == ["He"]


def test_any_number_of_new_threads_newest_first(world: World, maya: Staff) -> None:  # M4
    for body in "abc":
        save(world, world.actor(maya), body=body)
        world.clock.advance(seconds=1)
    assert bodies(world, world.actor(maya)) == ["c", "b", "a"]


def test_an_emptied_draft_stays_but_is_not_listed(world: World, maya: Staff, thread: ThreadId) -> None:  # M4
    me = world.actor(maya)
    first = save(world, me, thread=thread, body="H")
    emptied = save(world, me, first.id, first.version)
    assert (emptied.id, emptied.thread, emptied.body) == (first.id, thread, "")
    assert bodies(world, me) == []
    assert world.run(drafts.for_thread, me, thread) == emptied
    chosen = save(world, me, recipients=Recipients(ThreadKind.ALL_CLIENTS))
    assert world.run(drafts.list_drafts, me) == (chosen,)


def test_a_draft_keeps_more_than_can_be_sent(world: World, maya: Staff) -> None:  # M4, S1, hazards 49
    assert len(save(world, world.actor(maya), body="x" * 30_000, subject="y" * 300).body) == 30_000
    with pytest.raises(BadInput, match="too much for a draft"):
        save(world, world.actor(maya), body="x" * 1_000_001)


# -- conflicts --------------------------------------------------------------------------------------------------------


def test_two_terminals_make_two_drafts(world: World, maya: Staff, thread: ThreadId) -> None:  # M4
    me = world.actor(maya)
    seen = save(world, me, thread=thread, body="Hello")
    one = save(world, me, seen.id, seen.version, body="Hello from here")
    world.clock.advance(seconds=1)
    two = save(world, me, seen.id, seen.version, body="Hello from there", cursor=7)
    assert one.id == seen.id
    assert (two.id != one.id, two.version, two.thread, two.body) == (True, 1, thread, "Hello from there")
    assert bodies(world, me) == ["Hello from there", "Hello from here"]
    assert world.run(drafts.for_thread, me, thread) == two


def test_two_terminals_that_begin_in_one_thread_make_two_drafts(world: World, maya: Staff, thread: ThreadId) -> None:
    for body in ("one", "two"):  # M4
        save(world, world.actor(maya), thread=thread, body=body)
    assert set(bodies(world, world.actor(maya))) == {"one", "two"}


def test_a_repeated_save_makes_no_second_draft(world: World, maya: Staff) -> None:  # M4
    me = world.actor(maya)
    seen = save(world, me, body="H")
    saved = save(world, me, seen.id, seen.version, body="He")
    assert save(world, me, seen.id, seen.version, body="He") == saved


def test_what_another_terminal_discarded_is_kept_anew(world: World, maya: Staff) -> None:  # M4
    me = world.actor(maya)
    seen = save(world, me, body="H")
    world.run(drafts.discard, me, seen.id, seen.version)
    again = save(world, me, seen.id, seen.version, body="He")
    assert (again.id != seen.id, again.body) == (True, "He")


def test_what_another_terminal_changed_is_not_discarded_unseen(  # M4, S1
    world: World, maya: Staff, thread: ThreadId
) -> None:
    me = world.actor(maya)
    seen = save(world, me, thread=thread, body="Hello")
    changed = save(world, me, seen.id, seen.version, body="Hello, and much more")
    with pytest.raises(Conflict, match="your draft was not discarded: it was changed elsewhere; look at it again"):
        world.run(drafts.discard, me, seen.id, seen.version)
    with pytest.raises(
        Conflict, match="your message was not sent: its draft was changed elsewhere; look at the thread"
    ):
        world.run(messages.reply, me, thread, "Hello", yes=True, draft=seen)
    assert world.run(drafts.list_drafts, me) == (changed,)
    world.run(messages.reply, me, thread, changed.body, yes=True, draft=changed)
    assert world.run(drafts.list_drafts, me) == ()


# -- whose they are ---------------------------------------------------------------------------------------------------


def test_nobody_sees_or_touches_anybody_elses(world: World, maya: Staff, team: Workspace, ana: Client) -> None:
    # M4, S4
    kept = save(world, world.portal(ana), workspace=team.id, body="Dear Maya")
    me = world.actor(maya)
    assert world.run(drafts.list_drafts, me) == ()
    acts: tuple[tuple[Act[..., Any], *tuple[Any, ...]], ...] = ((drafts.get,), (drafts.discard, kept.version))
    for act, *more in acts:
        with pytest.raises(NotFound) as hidden:
            world.run(act, me, kept.id, *more)
        with pytest.raises(NotFound) as absent:
            world.run(act, me, DraftId("d999"), *more)
        assert str(hidden.value).replace(kept.id, "?") == str(absent.value).replace("d999", "?")
    mine = save(world, me, kept.id, kept.version, body="not yours")
    assert mine.id != kept.id
    assert world.run(drafts.get, world.portal(ana), kept.id) == kept


def test_a_draft_begins_where_its_writer_can_see(world: World, maya: Staff, thread: ThreadId, team: Workspace) -> None:
    kim = world.actor(world.staff("Kim"))  # S4
    for place in (
        {"thread": thread}, {"thread": "t999"}, {"thread": "nothing"}, {"workspace": team.id}, {"workspace": "w999"},
        {"recipients": Recipients(ThreadKind.DIRECT, (PersonId("nobody"),))},
    ):  # fmt: skip
        with pytest.raises(NotFound):
            save(world, kim, body="x", **place)
    ben = world.client("Ben", world.personal(maya), portal=True)
    with pytest.raises(NotFound):
        save(world, world.portal(ben), body="x", workspace=team.id)


def test_a_draft_gives_away_no_name(world: World, maya: Staff, team: Workspace, ana: Client) -> None:  # V5, S4
    ben = world.client("Ben", team, portal=True)
    everybody = Recipients(ThreadKind.DIRECT, (maya.id, ana.id, PersonId("p999")))
    kept = save(world, world.portal(ben), workspace=team.id, recipients=everybody)
    assert kept.recipients == everybody
    assert [one.name for one in kept.people] == ["Maya"]
    lee = world.staff("Lee")
    world.member(team, lee, Role.PARTICIPANT)
    theirs = save(world, world.actor(lee), workspace=team.id, recipients=everybody)
    assert [one.name for one in theirs.people] == ["Maya"]
    world.run(clients.assign, world.actor(maya), ana.id, lee.id)
    assert [one.name for one in world.run(drafts.get, world.actor(lee), theirs.id).people] == ["Maya", "Ana"]
    world.run(teams.remove_member, world.actor(maya), team.id, lee.id)
    assert world.run(drafts.get, world.actor(lee), theirs.id).people == ()


def test_a_clients_draft_names_those_whom_they_may_write_to_where_they_are_now(
    world: World, maya: Staff, team: Workspace, ana: Client
) -> None:  # A4, S4
    kim = world.staff("Kim")
    there = world.team("There", kim)
    world.member(team, kim, Role.PARTICIPANT)
    world.member(there, maya, Role.OWNER)
    world.run(clients.assign, world.actor(maya), ana.id, kim.id)
    kept = save(
        world, world.portal(ana), workspace=team.id, recipients=Recipients(ThreadKind.DIRECT, (maya.id, kim.id))
    )
    world.change(ana, move_to=there.id)
    world.run(teams.remove_member, world.actor(kim), there.id, maya.id)
    world.run(teams.remove_member, world.actor(maya), team.id, kim.id)
    assert [one.name for one in world.run(drafts.get, world.portal(ana), kept.id).people] == ["Kim"]


# -- what becomes of them ---------------------------------------------------------------------------------------------


def test_a_reply_stays_a_draft_when_the_thread_is_locked(
    world: World, maya: Staff, ana: Client, thread: ThreadId
) -> None:  # L4
    her = world.portal(ana)
    begun = save(world, her, thread=thread, body="Dear")
    world.run(threads.lock, world.actor(maya), thread)
    with pytest.raises(Refused):
        world.run(messages.reply, her, thread, "Dear Maya", draft=begun)
    kept = save(world, her, begun.id, begun.version, body="Dear Maya")
    assert (kept.id, kept.thread, kept.body) == (begun.id, thread, "Dear Maya")
    assert save(world, her, thread=thread, body="begun after it was locked").thread == thread


def test_a_reply_stays_a_draft_when_the_thread_is_out_of_sight(
    world: World, maya: Staff, ana: Client, thread: ThreadId
) -> None:  # M4, V3
    her = world.portal(ana)
    begun = save(world, her, thread=thread, body="Dear")
    world.change(ana, status="inactive")
    assert save(world, her, begun.id, begun.version, body="Dear Maya").id == begun.id
    assert save(world, her, begun.id, begun.version, body="Dear Lee").thread == thread  # a conflict even now


def test_what_is_sent_is_no_draft_any_more(world: World, maya: Staff, ana: Client, thread: ThreadId) -> None:  # M4
    me = world.actor(maya)
    begun = save(world, me, thread=thread, body="More")
    world.run(messages.reply, me, thread, "More", yes=True, draft=begun)
    assert bodies(world, me) == []
    with pytest.raises(Conflict):
        world.run(messages.reply, me, thread, "More", yes=True, draft=begun)


def test_a_draft_keeps_its_workspace_when_its_writer_leaves_the_team(
    world: World, maya: Staff, team: Workspace
) -> None:  # M4
    lee = world.staff("Lee")
    world.member(team, lee)
    begun = save(world, world.actor(lee), workspace=team.id, body="Dear")
    world.run(teams.remove_member, world.actor(maya), team.id, lee.id)
    kept = save(world, world.actor(lee), begun.id, begun.version, workspace=team.id, body="Dear all")
    assert (kept.id, kept.workspace) == (begun.id, team.id)
    with pytest.raises(NotFound):
        save(world, world.actor(lee), kept.id, kept.version, workspace=WorkspaceId("w999"), body="Dear all")
