"""Who sees which deliveries, in the list and in its figures alike (S4, A4)."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from tests.center.practice import Practice

from msgcenter_tui.center import clients, deliveries
from msgcenter_tui.domain import DeliveryId, DeliveryState, Staff
from msgcenter_tui.errors import NotFound
from msgcenter_tui.store.tables import deliveries as table


def listed(practice: Practice, person: Staff) -> list[str]:
    """The recipients in the list, after checking that the figures count just them."""
    who = practice.who(person)
    found = practice.store.run(deliveries.list_deliveries, who, limit=200).items
    status = practice.store.run(deliveries.status, who)
    assert status.waiting == len(found)
    return sorted(one.recipient.name for one in found)


def test_a_participant_sees_deliveries_only_to_clients_they_reach(practice: Practice) -> None:
    # S4, A4
    ana, ben = practice.client("Ana"), practice.client("Ben")
    practice.broadcast()
    assert listed(practice, practice.maya) == listed(practice, practice.lee) == ["Ana", "Ben"]
    assert listed(practice, practice.kim) == []
    practice.store.run(clients.assign, practice.who(practice.maya), ana.id, practice.kim.id)
    assert listed(practice, practice.kim) == ["Ana"]
    practice.direct(practice.lee, ben, practice.kim)
    assert listed(practice, practice.kim) == ["Ana", "Kim Vale"]


def test_the_figures_are_those_of_ones_own_list_and_of_everything_on_request(practice: Practice) -> None:
    # S4
    ana = practice.client("Ana")
    stranger = practice.world.staff("Stranger")
    practice.world.client("Otto", practice.world.personal(stranger), portal=True)
    practice.broadcast(by=stranger, workspace=practice.world.personal(stranger))
    practice.direct(practice.lee, ana)
    assert listed(practice, stranger) == ["Otto"]
    assert listed(practice, practice.maya) == listed(practice, practice.lee) == ["Ana"]
    assert listed(practice, practice.kim) == []
    whole = practice.store.run(deliveries.status, practice.who(practice.kim), everything=True)
    assert whole.waiting == 2


def test_the_figures_of_one_thread_are_those_of_the_list_narrowed_to_it(practice: Practice) -> None:
    # S4
    ana = practice.client("Ana")
    practice.client("Ben")
    practice.broadcast()
    thread = practice.direct(practice.lee, ana, practice.kim)
    for person, count in ((practice.maya, 2), (practice.lee, 2), (practice.kim, 1)):
        who = practice.who(person)
        found = practice.store.run(deliveries.list_deliveries, who, thread=thread).items
        status = practice.store.run(deliveries.status, who, thread=thread)
        assert status.waiting == len(found) == count
        assert status.next_at is not None
    stranger = practice.who(practice.world.staff("Stranger"))
    with pytest.raises(NotFound):
        practice.store.run(deliveries.status, stranger, thread=thread)


def test_what_an_owner_decides_about_without_being_in_its_thread_is_told_apart(practice: Practice) -> None:
    # V9, S4
    ana = practice.client("Ana")
    practice.broadcast()
    thread = practice.direct(practice.lee, ana)
    with practice.store.write() as tx:
        tx.conn.execute(update(table).values(state=DeliveryState.HELD))
    for person, held, apart in ((practice.maya, 2, 1), (practice.lee, 2, 0)):
        who = practice.who(person)
        status = practice.store.run(deliveries.status, who)
        assert (status.held, status.apart) == (held, apart)
        seen = {one.thread: one.sees_thread for one in practice.store.run(deliveries.list_deliveries, who).items}
        assert seen[thread] is (apart == 0)
        assert sum(not sees for sees in seen.values()) == apart


def test_of_deliveries_that_are_named_one_finds_those_of_ones_own_list(practice: Practice) -> None:
    # S4
    practice.client("Ana"), practice.client("Ben"), practice.client("Cora")
    practice.broadcast()
    maya, kim = practice.who(practice.maya), practice.who(practice.kim)
    first, second, _ = (one.id for one in practice.store.run(deliveries.list_deliveries, maya).items)
    named = [second, first, DeliveryId("r99p99")]
    assert {one.id for one in practice.store.run(deliveries.list_deliveries, maya, ids=named).items} == {first, second}
    assert practice.store.run(deliveries.list_deliveries, kim, ids=named).items == ()
    assert practice.store.run(deliveries.list_deliveries, maya, ids=[]).items == ()
