"""Who is in an audience, and who may send to it: A1..A6, L2, L3, S3, N4."""

from __future__ import annotations

import pytest
from tests.center.ledger import owed
from tests.center.practice import ALL_CLIENTS, ALL_TEAM, Practice

from msgcenter_tui.center import messages, reach, threads
from msgcenter_tui.domain import Recipients, ThreadId, ThreadKind
from msgcenter_tui.errors import Ask, BadInput, NotFound, Refused


def recipients(practice: Practice, thread: ThreadId) -> set[str]:
    return {name for name, _, _ in owed(practice.store, thread)}


def test_all_clients_are_the_current_clients_of_the_workspace(practice: Practice) -> None:
    # A1
    for name, status in (("Ana", "lead"), ("Ben", "active"), ("Cleo", "inactive"), ("Dan", "complete")):
        practice.client(name, status)
    elsewhere = practice.world.personal(practice.maya)
    practice.world.client("Eve", elsewhere, "active")
    assert recipients(practice, practice.broadcast()) == {"Ana", "Ben"}
    assert recipients(practice, practice.broadcast(workspace=elsewhere)) == {"Eve"}


def test_all_team_members_are_the_members_without_the_sender(practice: Practice) -> None:
    # A2
    practice.world.staff("Stranger")
    sent = practice.start(practice.maya, ALL_TEAM, "Meeting at nine")
    assert sent.thread
    assert recipients(practice, sent.thread) == {"Lee Park", "Kim Vale"}
    assert sent.outlook.reach.people == 2


def test_a_personal_workspace_has_no_team(practice: Practice) -> None:
    # A2
    with pytest.raises(Refused, match="no team members"):
        practice.start(practice.maya, ALL_TEAM, "Me", workspace=practice.world.personal(practice.maya))


@pytest.mark.parametrize("to", [ALL_CLIENTS, ALL_TEAM])
def test_only_an_owner_starts_a_broadcast(practice: Practice, to: Recipients) -> None:
    # A3: and the refusal says who could
    for by in (practice.lee, practice.kim):
        with pytest.raises(Refused, match="Maya Ortiz"):
            practice.start(by, to, "Hello")


def test_a_stranger_does_not_learn_that_the_workspace_exists(practice: Practice) -> None:
    # S4
    stranger = practice.world.staff("Stranger")
    with pytest.raises(NotFound):
        practice.start(stranger, ALL_CLIENTS, "Hello")


def test_owners_and_contributors_reach_every_client_participants_those_assigned(practice: Practice) -> None:
    # A4
    from msgcenter_tui.center import clients

    ana, ben = practice.client("Ana"), practice.client("Ben")
    practice.store.run(clients.assign, practice.who(practice.maya), ana.id, practice.kim.id)
    practice.direct(practice.maya, ben)
    practice.direct(practice.lee, ben)
    practice.direct(practice.kim, ana)
    practice.direct(practice.kim, practice.lee)
    with pytest.raises(NotFound):
        practice.direct(practice.kim, ben)


def test_a_direct_thread_names_people_of_its_workspace_only(practice: Practice) -> None:
    # A4
    other = practice.world.client("Otto", practice.world.personal(practice.maya))
    stranger = practice.world.staff("Stranger")
    for outside in (other, stranger, practice.maya):
        with pytest.raises(NotFound):
            practice.direct(practice.maya, outside)
    with pytest.raises(BadInput):
        practice.direct(practice.maya)


def test_a_client_writes_to_the_owners_and_to_whoever_is_assigned(practice: Practice) -> None:
    # A4
    from msgcenter_tui.center import clients

    ana, ben = practice.client("Ana"), practice.client("Ben")
    practice.store.run(clients.assign, practice.who(practice.maya), ana.id, practice.kim.id)
    practice.direct(ana, practice.maya, practice.kim)
    practice.direct(ben, practice.maya)
    for client, other in ((ben, practice.kim), (ana, practice.lee), (ana, ben)):
        with pytest.raises(NotFound):
            practice.direct(client, other)
    with pytest.raises(Refused, match="broadcast"):
        practice.start(ana, ALL_CLIENTS, "Everybody!")


def test_an_address_of_two_who_can_be_written_to_is_asked_about(practice: Practice) -> None:
    # S5
    two = practice.client("Lee Junior", email=practice.lee.email)
    maya, run = practice.who(practice.maya), practice.store.run
    with pytest.raises(Refused, match="is not unambiguous") as caught:
        run(reach.whom, maya, practice.lee.email, practice.team.id)
    for one in (f"Lee Park, staff ({practice.lee.id})", f"Lee Junior, client ({two.id})"):
        assert one in str(caught.value)
    assert run(reach.whom, maya, two.id, practice.team.id) == two.id
    assert run(reach.whom, practice.who(practice.kim), practice.lee.email, practice.team.id) == practice.lee.id


def test_adding_a_person_says_first_that_they_see_the_history(practice: Practice) -> None:
    # A5
    ana, ben = practice.client("Ana"), practice.client("Ben")
    thread = practice.direct(practice.lee, ana, body="Between us")
    lee = practice.who(practice.lee)
    with pytest.raises(Ask, match="Ben"):
        practice.store.run(threads.add_person, lee, thread, ben.id)
    assert practice.sees(ben) == []
    practice.store.run(threads.add_person, lee, thread, ben.id, yes=True)
    practice.store.run(threads.add_person, lee, thread, ben.id)  # a person is in a thread once: nothing is asked
    assert practice.bodies(ben, thread) == ["Between us"]
    assert [person.name for person in practice.opened(practice.lee, thread).thread.people] == ["Lee Park", "Ana", "Ben"]
    assert practice.unread(ben) == {thread: 1}


def test_staff_leave_and_are_removed_clients_are_removed_by_the_owner(practice: Practice) -> None:
    # A5
    ana = practice.client("Ana")
    thread = practice.direct(practice.lee, ana, practice.kim, practice.maya)
    run, lee, kim = practice.store.run, practice.who(practice.lee), practice.who(practice.kim)
    with pytest.raises(Refused, match="owner"):
        run(threads.remove_person, kim, thread, ana.id)
    with pytest.raises(Refused, match="own it"):
        run(threads.leave, lee, thread)
    with pytest.raises(Refused, match="only staff"):
        run(threads.leave, practice.who(ana), thread)
    run(threads.leave, kim, thread)
    run(threads.remove_person, lee, thread, practice.maya.id)
    run(threads.remove_person, lee, thread, ana.id)
    assert practice.sees(practice.kim) == practice.sees(practice.maya) == practice.sees(ana) == []


def test_an_empty_audience_can_be_written_to_and_the_outlook_says_so(practice: Practice) -> None:
    # A6
    outlook = practice.store.run(
        messages.outlook, practice.who(practice.maya), ALL_CLIENTS, practice.team.id, locked=True
    )
    assert outlook.reach.people == 0
    assert outlook.question
    assert "nobody" in outlook.question.casefold()
    thread = practice.broadcast()
    assert practice.sees(practice.client("Later")) == [thread]


def test_a_broadcast_asks_with_the_figures_before_it_is_sent(practice: Practice) -> None:
    # S3, N4
    practice.client("Ana")
    practice.client("Ben", phone="+1 212 555 0188", consent="active")
    practice.client("Cleo")
    practice.world.change(practice.client("Dora"), mute_email=True)
    practice.client("Egon", portal=False, email=None)
    with pytest.raises(Ask) as asked:
        practice.start(practice.maya, ALL_CLIENTS, "Hello", yes=False)
    question = str(asked.value)
    assert "Bright Beginnings" in question
    assert "3" in question
    assert practice.sees(practice.maya) == []
    outlook = practice.start(practice.maya, ALL_CLIENTS, "Hello").outlook
    assert (outlook.reach.people, outlook.reach.email, outlook.reach.sms) == (3, 3, 1)
    assert (outlook.reach.portal_only, outlook.reach.unreachable) == (1, 1)
    reasons = {one.name: one.reason for one in outlook.first_unreached}
    assert set(reasons) == {"Dora", "Egon"}
    assert "portal only" in reasons["Dora"]
    assert "reached by nothing" in reasons["Egon"]


def test_a_follow_up_to_all_clients_asks_again_and_so_does_unlocking(practice: Practice) -> None:
    # S3, L3
    practice.client("Ana")
    thread = practice.broadcast()
    maya = practice.who(practice.maya)
    with pytest.raises(Ask):
        practice.store.run(messages.reply, maya, thread, "More")
    with pytest.raises(Ask):
        practice.store.run(threads.unlock, maya, thread)
    assert practice.opened(practice.maya, thread).thread.locked
    practice.store.run(threads.unlock, maya, thread, yes=True)
    assert not practice.opened(practice.maya, thread).thread.locked


def test_a_new_broadcast_is_locked_unless_the_sender_says_otherwise(practice: Practice) -> None:
    # L2
    for given, kept in ((None, True), (False, False), (True, True)):
        sent = practice.start(practice.maya, ALL_CLIENTS, "Hello", locked=given)
        assert sent.thread
        assert practice.opened(practice.maya, sent.thread).thread.locked is kept


def test_an_unlocked_one_and_a_direct_one_with_several_clients_say_who_is_exposed(practice: Practice) -> None:
    # L3
    ana, ben = practice.client("Ana"), practice.client("Ben", portal=False)
    practice.client("Cleo", email=None, portal=False)  # neither sees it nor is notified
    with pytest.raises(Ask, match="2 clients"):
        practice.start(practice.maya, ALL_CLIENTS, "Hello", locked=False, yes=False)
    both = Recipients(ThreadKind.DIRECT, (ana.id, ben.id))
    with pytest.raises(Ask, match="2 clients"):
        practice.start(practice.lee, both, "Hello", yes=False)
    practice.start(practice.lee, Recipients(ThreadKind.DIRECT, (ana.id,)), "Hello", yes=False)  # asks nothing


def test_a_dry_run_writes_nothing(practice: Practice) -> None:
    practice.client("Ana")
    sent = practice.store.run(
        messages.start, practice.who(practice.maya), ALL_CLIENTS, practice.team.id, "Hello", dry_run=True
    )
    assert [sent.thread, sent.message, sent.outlook.reach.people] == [None, None, 1]
    assert practice.sees(practice.maya) == []
