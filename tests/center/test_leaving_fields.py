"""A field that came to be empty between sending and leaving is not sent with a hole in it (T4, N14)."""

from __future__ import annotations

from tests.center.ledger import states
from tests.center.practice import Practice
from tests.center.sending import send_all_that_is_due

from msgcenter_tui.center import deliveries, messages
from msgcenter_tui.domain import DeliveryState


def test_a_field_without_value_or_fallback_does_not_leave(practice: Practice) -> None:
    # T4: the delivery fails with the reason; an edited text leaves when it is tried again
    ana = practice.client("Ana", phone="+1 212 555 0188")
    thread = practice.direct(practice.lee, ana, body="I call {{ client.phone }}")
    practice.world.change(ana, phone="")
    practice.clock.advance(seconds=60)
    assert send_all_that_is_due(practice.store) == []
    assert states(practice.store, thread) == {"Ana": "failed"}
    maya = practice.who(practice.maya)
    (failed,) = practice.store.run(deliveries.list_deliveries, maya, state=DeliveryState.FAILED).items
    assert "client.phone" in failed.why
    (message,) = practice.opened(practice.lee, thread).messages
    practice.store.run(messages.edit, practice.who(practice.lee), message.id, "I write to you")
    practice.store.run(deliveries.retry, maya, ids=[failed.id])
    assert [numbers for *_, numbers in send_all_that_is_due(practice.store)] == [(1,)]
