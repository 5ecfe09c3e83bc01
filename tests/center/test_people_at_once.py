"""Two at once: what is checked before it is written still holds when somebody else writes in between."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, text
from tests.world import World

from msgcenter_tui.center import clients, drafts, identity, importing, staff, teams, templates
from msgcenter_tui.center.client_rows import read_clients
from msgcenter_tui.domain import Consent, Role, Staff, Status, Workspace
from msgcenter_tui.errors import Conflict, NotFound, Refused
from msgcenter_tui.store.store import Store
from msgcenter_tui.store.tables import assignments
from msgcenter_tui.store.tx import Tx


def overlapping(store: Store, first: Callable[[Tx], Any], second: Callable[[], Any]) -> Future[Any]:
    """Do `first` in a transaction, and commit it when `second`, in a thread of its own, waits for it or is done."""
    with ThreadPoolExecutor(1) as pool:
        with store.write() as tx:
            first(tx)
            other = pool.submit(second)
            _until_it_waits(tx, other)
        other.exception(timeout=30)
    return other


def _until_it_waits(tx: Tx, other: Future[Any]) -> None:
    if tx.sqlite:  # a second writer does not begin before the first one ends, whenever that is
        return
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    deadline = time.monotonic() + 20
    while not other.done() and not tx.conn.execute(waiting).scalar_one():
        assert time.monotonic() < deadline, "it neither waits nor ends"
        threading.Event().wait(0.005)


def test_two_who_come_first_make_one_administrator(store: Store) -> None:  # S4
    second = overlapping(
        store,
        lambda tx: staff.add(tx, None, "Maya", "maya@practice.example"),
        lambda: store.run(staff.add, None, "Lee", "lee@practice.example"),
    )
    assert isinstance(second.exception(), Refused)
    assert [(one.name, one.administrator) for one in store.run(identity.accounts)] == [("Maya", True)]


def test_an_address_is_given_once(store: Store, world: World, maya: Staff, team: Workspace) -> None:  # S5
    me = world.actor(maya)
    second = overlapping(
        store,
        lambda tx: clients.add(tx, me, "Ana", team.id, email="ana@mail.example"),
        lambda: store.run(clients.add, me, "Anna", team.id, email="ANA@mail.example"),
    )
    with pytest.raises(Conflict, match="it is the address of Ana"):
        second.result()
    assert [one.name for one in store.run(clients.list_clients, me).items] == ["Ana"]
    second = overlapping(
        store,
        lambda tx: staff.add(tx, me, "Lee", "lee@practice.example"),
        lambda: store.run(staff.add, me, "Leo", "Lee@practice.example"),
    )
    assert isinstance(second.exception(), Conflict)


@pytest.mark.parametrize("in_between", ["they decline", "they come"])
def test_an_import_meets_clients_as_they_are_when_it_changes_them(  # N3, S5
    store: Store, world: World, maya: Staff, team: Workspace, in_between: str
) -> None:
    me, address = world.actor(maya), "ana@mail.example"
    listed = read_clients(f"name,email,sms\nBo,bo@mail.example,\nAna,{address},yes\n".encode())
    if in_between == "they decline":
        ana = world.client("Ana", team, email=address)
        deed = partial(clients.change, actor=me, client=ana.id, consent=Consent.DECLINED)
    else:
        deed = partial(clients.add, actor=me, name="Ana", workspace=team.id, email=address, consent=Consent.DECLINED)
    second = overlapping(store, deed, lambda: store.run(importing.import_clients, me, team.id, listed))
    report = second.result()
    assert (report.added, report.unchanged) == (1, 1)
    assert [why.line for why in report.warnings if "has declined SMS" in why.why] == [3]
    assert store.run(clients.get, me, address).consent is Consent.DECLINED


def test_an_address_is_given_once_to_those_who_are_there(
    store: Store, world: World, maya: Staff, team: Workspace
) -> None:
    me = world.actor(maya)  # S5
    ana, ben = world.client("Ana", team), world.client("Ben", team)
    second = overlapping(
        store,
        lambda tx: clients.change(tx, me, ana.id, email="one@mail.example"),
        lambda: store.run(clients.change, me, ben.id, email="one@mail.example"),
    )
    assert isinstance(second.exception(), Conflict)


def test_an_address_and_a_portal_are_not_crossed(
    store: Store, world: World, maya: Staff, team: Workspace
) -> None:  # P2
    me, ana = world.actor(maya), world.client("Ana", team)
    second = overlapping(
        store,
        lambda tx: clients.change(tx, me, ana.id, portal=True),
        lambda: store.run(clients.change, me, ana.id, email=""),
    )
    with pytest.raises(Refused, match="disable the portal first"):
        second.result()


def test_two_changes_of_one_client_are_both_kept(
    store: Store, world: World, maya: Staff, team: Workspace
) -> None:  # N3
    me, ana = world.actor(maya), world.client("Ana", team)
    overlapping(
        store,
        lambda tx: clients.change(tx, me, ana.id, portal=True),
        lambda: store.run(clients.change, me, ana.id, status=Status.INACTIVE),
    ).result()
    newest = store.run(clients.history, me, ana.id)[-1]
    assert (newest.portal, newest.status) == (True, "inactive")


def test_two_owners_who_remove_each_other_leave_one(store: Store, world: World, maya: Staff, team: Workspace) -> None:
    lee = world.staff("Lee")
    world.member(team, lee, Role.OWNER)
    second = overlapping(
        store,
        lambda tx: teams.remove_member(tx, world.actor(maya), team.id, lee.id),
        lambda: store.run(teams.remove_member, world.actor(lee), team.id, maya.id),
    )
    assert isinstance(second.exception(), NotFound)
    assert [one.name for one in store.run(teams.members, world.actor(maya), team.id)] == ["Maya"]


def test_two_administrators_who_dismiss_each_other_leave_one(store: Store, world: World, maya: Staff) -> None:  # S4
    lee = world.staff("Lee")
    world.run(staff.appoint, world.actor(maya), lee.id)
    second = overlapping(
        store,
        lambda tx: staff.appoint(tx, world.actor(maya), lee.id, administrator=False),
        lambda: store.run(staff.appoint, world.actor(lee), maya.id, administrator=False),
    )
    assert isinstance(second.exception(), Refused)
    assert [one.administrator for one in store.run(identity.accounts)] == [False, True]


@pytest.mark.parametrize("removed_first", [True, False])
def test_who_is_removed_is_assigned_to_nobody(
    store: Store, world: World, maya: Staff, team: Workspace, removed_first: bool
) -> None:  # A4
    me, lee, ana = world.actor(maya), world.staff("Lee"), world.client("Ana", team)
    world.member(team, lee, Role.PARTICIPANT)
    if removed_first:
        overlapping(
            store,
            lambda tx: teams.remove_member(tx, me, team.id, lee.id),
            lambda: store.run(clients.assign, me, ana.id, lee.id),
        )
    else:
        overlapping(
            store,
            lambda tx: clients.assign(tx, me, ana.id, lee.id),
            lambda: store.run(teams.remove_member, me, team.id, lee.id),
        )
    with store.read() as tx:
        assert tx.conn.execute(select(assignments)).all() == []


def test_a_shortcut_is_given_once(store: Store, world: World, maya: Staff) -> None:  # T1
    me = world.actor(maya)
    second = overlapping(
        store,
        lambda tx: templates.add(tx, me, "One", "Hello", shortcut="hi"),
        lambda: store.run(templates.add, me, "Two", "Hello", shortcut="hi"),
    )
    assert isinstance(second.exception(), Conflict)


def test_two_terminals_that_save_at_once_make_two_drafts(store: Store, world: World, maya: Staff) -> None:  # M4
    me = world.actor(maya)
    seen = world.run(drafts.save, me, id=None, version=0, body="H")
    overlapping(
        store,
        lambda tx: drafts.save(tx, me, id=seen.id, version=seen.version, body="one"),
        lambda: store.run(drafts.save, me, id=seen.id, version=seen.version, body="two"),
    ).result()
    assert {one.body for one in store.run(drafts.list_drafts, me)} == {"one", "two"}
