"""Who would be notified now and was not of the last broadcast, and the other way round (N1, S3)."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.center.ledger import owed
from tests.center.practice import ALL_TEAM, Practice

from msgcenter_tui.center import comparing, messages, threads
from msgcenter_tui.domain import Client, Difference
from msgcenter_tui.errors import NotFound, Refused


def difference(practice: Practice) -> Difference | None:
    return practice.store.run(comparing.since_last_broadcast, practice.who(practice.maya), practice.team.id)


def words(found: Difference | None) -> tuple[list[str], dict[str, str]]:
    assert found is not None
    assert found.more == len(found.first_more)
    assert found.fewer == len(found.first_fewer)
    return [person.name for person in found.first_more], {one.name: one.reason for one in found.first_fewer}


def test_the_first_broadcast_is_compared_with_nothing(practice: Practice) -> None:
    practice.client("Ana")
    practice.start(practice.maya, ALL_TEAM, "Not to clients")
    practice.broadcast(workspace=practice.world.personal(practice.maya))
    assert difference(practice) is None


def test_who_came_and_who_left_are_named_with_the_reason(practice: Practice) -> None:  # N1
    gone = {name: practice.client(name) for name in ("Ben", "Cleo", "Dan", "Eve")}
    practice.client("Ana")
    practice.broadcast()
    assert words(difference(practice)) == ([], {})
    practice.client("Fay", "lead")
    practice.client("Gus", "inactive")
    practice.client("Hal", email=None, portal=False)  # reached by nothing, now as then
    change = practice.world.change
    change(gone["Ben"], status="inactive")
    change(gone["Cleo"], mute_email=True)
    change(gone["Dan"], portal=False)
    change(gone["Dan"], email="")
    change(gone["Eve"], move_to=practice.world.personal(practice.maya).id)
    assert words(difference(practice)) == (
        ["Fay"],
        {
            "Ben": "is Inactive now",
            "Cleo": "finds it in the portal only: e-mail is muted, no phone number",
            "Dan": "is reached by nothing: no e-mail address, no phone number",
            "Eve": "moved to another workspace",
        },
    )


def test_it_is_the_last_message_that_counts_a_follow_up_too(practice: Practice) -> None:
    practice.client("Ana")
    thread = practice.broadcast()
    practice.client("Ben")
    assert words(difference(practice)) == (["Ben"], {})
    practice.reply(practice.maya, thread, "One more thing")
    assert words(difference(practice)) == ([], {})  # its run was open still, and Ben joined it with the follow-up


def test_what_was_taken_back_or_withdrawn_is_no_broadcast_to_compare_with(practice: Practice) -> None:
    practice.client("Ana")
    practice.broadcast("First")
    practice.client("Ben")
    second = practice.broadcast("Second")
    practice.store.run(threads.delete, practice.who(practice.maya), second)
    third = practice.broadcast("Third")
    practice.store.run(messages.undo, practice.who(practice.maya), third)
    assert words(difference(practice)) == (["Ben"], {})


def test_only_who_may_send_one_is_told(practice: Practice) -> None:  # A3, S4
    practice.broadcast()
    with pytest.raises(Refused, match="Maya Ortiz"):
        practice.store.run(comparing.since_last_broadcast, practice.who(practice.lee), practice.team.id)
    stranger = practice.world.staff("Stranger")
    with pytest.raises(NotFound):
        practice.store.run(comparing.since_last_broadcast, practice.who(stranger), practice.team.id)


NUMBERS = itertools.count()
STEP = st.tuples(st.integers(0, 5), st.sampled_from(["lead", "inactive", "muted", "heard"]))


@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.lists(STEP, max_size=8), after=st.lists(STEP, max_size=8))
def test_the_difference_is_that_of_two_ledgers(
    practice: Practice, before: list[tuple[int, str]], after: list[tuple[int, str]]
) -> None:  # N1
    clients: dict[int, Client] = {number: practice.client(f"Client {next(NUMBERS)}") for number in range(6)}

    def do(steps: list[tuple[int, str]]) -> None:
        for number, what in steps:
            fields = {"mute_email": what == "muted"} if what in ("muted", "heard") else {"status": what}
            practice.world.change(clients[number], **fields)

    do(before)
    last = practice.broadcast()
    do(after)
    found = difference(practice)
    now = practice.broadcast()
    then = {name for name, _, _ in owed(practice.store, last)}
    today = {name for name, _, _ in owed(practice.store, now)}
    assert found is not None
    assert (found.more, found.fewer) == (len(today - then), len(then - today))
    assert {person.name for person in found.first_more} <= today - then
    assert {one.name for one in found.first_fewer} <= then - today
    for client in clients.values():  # the next example has a practice of its own
        practice.world.change(client, status="complete")
