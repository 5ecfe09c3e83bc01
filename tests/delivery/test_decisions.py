"""What people decide about deliveries, who may, and what a mail keeps when it is sent again (N8, N13, N14, S2, S4)."""

from __future__ import annotations

import pytest
from tests.delivery.office import Office
from tests.delivery.scripted import DROP, Action, Scripted, first

from msgcenter_tui.center import audit, deliveries, messages, threads
from msgcenter_tui.domain import DeliveryId, DeliveryState, PersonKind, Recipients, Role, ThreadId, ThreadKind
from msgcenter_tui.errors import BadInput, NotFound, Refused

S = DeliveryState


async def left_unknown(office: Office, server: Scripted) -> DeliveryId:
    office.broadcast_to(1)
    server.steps["dot"] = first(1, DROP, "250 ok")
    await office.send_to(server)
    assert office.state() is S.UNKNOWN
    return office.world.run(deliveries.list_deliveries, office.me).items[0].id


async def test_it_arrived(office: Office) -> None:  # N8
    async with Scripted() as server:
        unknown = await left_unknown(office, server)
        assert office.world.run(deliveries.resolve, office.me, arrived=True, ids=[unknown]) == 1
        assert (await office.send_to(server)).sent == 0
    row = office.row()
    assert (row.state, row.letter, row.settled_at) == (S.SENT, None, office.clock.now)


async def test_an_unknown_is_sent_again_just_as_it_was(office: Office) -> None:  # N14
    async with Scripted() as server:
        unknown = await left_unknown(office, server)
        message = office.world.run(threads.open_thread, office.me, office_thread(office)).messages[0]
        office.world.run(messages.edit, office.me, message.id, "Something else.")
        office.world.run(threads.rename, office.me, office_thread(office), "Another subject")
        office.world.change(office.clients[0], name="Renamed", email="moved@mail.example")
        office.due(days=3)
        assert office.world.run(deliveries.resolve, office.me, arrived=False, ids=[unknown]) == 1
        office.due(hours=30)
        assert (await office.send_to(server)).held == 1  # N13: decided more than a day ago
        office.world.run(deliveries.release, office.me, everything=True)
        await office.send_to(server)
    once, again = server.received
    assert again.content == once.content  # text, address, Date and Message-ID, byte for byte
    assert (again.to, office.state()) == (once.to, S.SENT)


async def test_an_unknown_that_is_refused_the_second_time_still_keeps_its_own(office: Office) -> None:  # N14
    async with Scripted() as server:
        unknown = await left_unknown(office, server)
        office.world.run(deliveries.resolve, office.me, arrived=False, ids=[unknown])
        server.steps["dot"] = first(1, "451 later", "250 ok")
        await office.send_to(server)
        assert office.state() is S.RETRYING
        message = office.world.run(threads.open_thread, office.me, office_thread(office)).messages[0]
        office.world.run(messages.edit, office.me, message.id, "Something else.")
        office.due(seconds=601)  # it is the second attempt
        await office.send_to(server)
    assert len({mail.content for mail in server.received}) == 1
    assert (office.state(), len(server.received)) == (S.SENT, 3)


async def test_an_unknown_is_not_sent_again_against_the_recipients_will(office: Office) -> None:  # N12
    async with Scripted() as server:
        unknown = await left_unknown(office, server)
        office.world.change(office.clients[0], mute_email=True)
        office.world.run(deliveries.resolve, office.me, arrived=False, ids=[unknown])
        await office.send_to(server)
        assert len(server.received) == 1
    assert office.state() is S.SUPPRESSED


@pytest.mark.parametrize("answer", [DROP, "550 5.1.1 no such user"], ids=["unknown", "failed"])
async def test_nothing_of_a_deleted_thread_is_sent_again(office: Office, answer: Action) -> None:  # V4
    office.broadcast_to(1)
    async with Scripted(dot=first(1, answer, "250 ok")) as server:
        await office.send_to(server)
        (row,) = office.world.run(deliveries.list_deliveries, office.me).items
        office.world.run(threads.delete, office.me, office_thread(office))
        if row.state is S.UNKNOWN:
            office.world.run(deliveries.resolve, office.me, arrived=False, ids=[row.id])
        else:
            office.world.run(deliveries.retry, office.me, ids=[row.id])
        await office.send_to(server)
        assert len(server.received) == 1
    assert (office.state(), office.row().reason) == (S.CANCELLED, "the thread was deleted")


async def test_after_a_definite_refusal_the_present_text_leaves_under_a_new_id(office: Office) -> None:  # N14
    office.broadcast_to(1)
    async with Scripted(dot=first(2, "451 4.3.0 later", "250 ok")) as server:
        await office.send_to(server)
        office.due(seconds=301)
        await office.send_to(server)
        message = office.world.run(threads.open_thread, office.me, office_thread(office)).messages[0]
        office.world.run(messages.edit, office.me, message.id, "Corrected.")
        office.due(seconds=601)
        await office.send_to(server)
    one, two, three = server.received
    assert one.content == two.content  # the same text: the same Message-ID and Date
    assert three.message_id != one.message_id
    assert b"Corrected." in three.content
    assert office.row().message_id == three.message_id


async def test_what_failed_is_tried_again(office: Office) -> None:  # N8
    office.broadcast_to(3)
    async with Scripted(rcpt="550 5.2.1 disabled") as server:
        await office.send_to(server)
        assert office.states() == {"failed": 3}
        assert office.rows()[0].run_settled is not None
        server.steps["rcpt"] = "250 ok"
        assert (await office.send_to(server)).sent == 0  # not by itself
        assert office.world.run(deliveries.retry, office.me, state=S.FAILED) == 3
        assert {(row.state, row.attempts, row.run_settled) for row in office.rows()} == {(S.WAITING, 0, None)}
        assert (await office.send_to(server)).sent == 3


async def test_what_retries_need_not_wait(office: Office) -> None:
    office.broadcast_to(1)
    async with Scripted(rcpt=first(1, "451 later", "250 ok")) as server:
        await office.send_to(server)
        assert office.world.run(deliveries.retry, office.me, thread=office_thread(office)) == 1
        assert (await office.send_to(server)).sent == 1


def test_only_what_is_unknown_can_be_resolved_and_the_refusal_says_so(office: Office) -> None:  # S1
    office.broadcast_to(1)
    (one,) = office.world.run(deliveries.list_deliveries, office.me).items
    with pytest.raises(Refused, match="it is waiting"):
        office.world.run(deliveries.resolve, office.me, arrived=True, ids=[one.id])
    with pytest.raises(NotFound):
        office.world.run(deliveries.retry, office.me, ids=[DeliveryId("r99p99")])
    with pytest.raises(NotFound):
        office.world.run(deliveries.retry, office.me, ids=[DeliveryId("nonsense")])
    with pytest.raises(BadInput):
        office.world.run(deliveries.retry, office.me)
    with pytest.raises(BadInput):
        office.world.run(deliveries.retry, office.me, state=S.SENT)


# -- who may (S4) -----------------------------------------------------------------------------------------------------


def test_owners_decide_contributors_look_and_strangers_find_nothing(office: Office) -> None:  # S4
    lee, kim, eve = (office.world.staff(name) for name in ("Lee", "Kim", "Eve"))
    office.world.member(office.team, lee, Role.CONTRIBUTOR)
    office.world.member(office.team, kim, Role.OWNER)
    thread = office.broadcast_to(1)
    (one,) = office.world.run(deliveries.list_deliveries, office.me).items
    as_lee, as_kim, as_eve = (office.world.actor(who) for who in (lee, kim, eve))
    assert len(office.world.run(deliveries.list_deliveries, as_lee).items) == 1  # V9
    assert office.world.run(deliveries.list_deliveries, as_eve).items == ()
    for chosen in ({"ids": [one.id]}, {"thread": thread}):
        with pytest.raises(Refused, match="Maya Ortiz"):
            office.world.run(deliveries.release, as_lee, **chosen)
        with pytest.raises(NotFound):
            office.world.run(deliveries.release, as_eve, **chosen)
    assert office.world.run(deliveries.release, as_kim, thread=thread) == 0
    assert office.world.run(deliveries.release, as_lee, everything=True) == 0  # of what Lee owns: nothing
    with pytest.raises(NotFound):
        office.world.run(deliveries.list_deliveries, as_eve, thread=thread)
    with pytest.raises(Refused):
        office.world.run(deliveries.status, office.world.actor(office.clients[0]))
    with pytest.raises(Refused):
        office.world.run(deliveries.list_deliveries, office.world.actor(office.clients[0]))


def test_an_owner_decides_about_direct_threads_without_reading_their_subject(office: Office) -> None:  # V9, S4
    lee = office.world.staff("Lee")
    office.world.member(office.team, lee, Role.CONTRIBUTOR)
    (ana,) = office.add("Ana")
    office.world.run(
        messages.start,
        office.world.actor(lee),
        Recipients(ThreadKind.DIRECT, (ana.id,)),
        office.team.id,
        "Between us.",
        subject="Between us",
        yes=True,
    )
    (seen,) = office.world.run(deliveries.list_deliveries, office.me).items
    assert (seen.subject, seen.recipient.name, seen.recipient.kind) == (None, "Ana", PersonKind.CLIENT)
    (own,) = office.world.run(deliveries.list_deliveries, office.world.actor(lee)).items
    assert own.subject == "Between us"


def test_decisions_leave_a_record(office: Office) -> None:  # S2
    office.broadcast_to(1)
    office.due(days=2)
    from msgcenter_tui.domain import Channel
    from msgcenter_tui.store import notifiers

    office.store.run(notifiers.begin, "one", {Channel.EMAIL: str})
    office.world.run(deliveries.release, office.me, everything=True)
    held, released = [
        record for record in office.world.run(audit.list_records, office.me).items if "deliveries" in record.act
    ][::-1]
    assert (held.act, released.act) == ("deliveries.hold", "deliveries.release")
    assert released.who == "Maya Ortiz"


# -- lists ------------------------------------------------------------------------------------------------------------


async def test_pages_and_states(office: Office) -> None:
    thread = office.broadcast_to(5)
    office.direct(office.clients[0])
    page = office.world.run(deliveries.list_deliveries, office.me, limit=4)
    rest = office.world.run(deliveries.list_deliveries, office.me, limit=4, after=page.next)
    assert (len(page.items), len(rest.items), rest.next) == (4, 2, None)
    assert len({one.id for one in (*page.items, *rest.items)}) == 6
    assert page.items[0].subject == "You"  # the newest first
    assert len(office.world.run(deliveries.list_deliveries, office.me, thread=thread).items) == 5
    async with Scripted(rcpt=first(1, "550 5.1.1 no", "250 ok")) as server:
        await office.send_to(server, connections=1)
    (failed,) = office.world.run(deliveries.list_deliveries, office.me, state=S.FAILED).items
    assert failed.why
    assert failed.messages == 1
    assert failed.address == failed.recipient.name.lower().replace(" ", ".") + "@mail.example"
    status = office.world.run(deliveries.status, office.me)
    assert (status.failed, status.waiting, status.sending, status.due) == (1, 1, 0, 0)
    assert status.next_at is not None


def office_thread(office: Office) -> ThreadId:
    return office.world.run(deliveries.list_deliveries, office.me).items[0].thread
