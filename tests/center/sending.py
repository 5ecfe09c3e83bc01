"""A notifier reduced to its acts on the store: everything that is due leaves, and is accepted at once."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from msgcenter_tui.domain import Channel, DeliveryId, DeliveryState, ThreadId
from msgcenter_tui.store import claims, ledger, notifiers
from msgcenter_tui.store.keys import key_of
from msgcenter_tui.store.letters import Letter
from msgcenter_tui.store.results import Result
from msgcenter_tui.store.store import Store
from msgcenter_tui.store.tables import deliveries, messages

ME = "a-notifier-of-tests"


def claimed(store: Store, channels: Collection[Channel] = tuple(Channel), limit: int = 100) -> list[Letter]:
    """The letters of what is due, and claimed for it; what may not leave is settled on the way."""
    while (found := store.run(claims.take, ME, channels, limit)).number:
        if found.doubtful:
            store.run(ledger.decide, ME, found.doubtful)
        if found.letters:
            return list(found.letters)
    return []


def send_all_that_is_due(store: Store) -> list[tuple[str, str, ThreadId, tuple[int, ...]]]:
    """(recipient, channel, thread, numbers of the messages) of each notification, in the order they left."""
    left = []
    store.run(notifiers.heartbeat, ME)
    store.run(notifiers.close_due, list(Channel))
    while letters := claimed(store):
        fences = [ledger.fence(letter, str(n), "example.org") for n, letter in enumerate(letters)]
        marked = store.run(ledger.mark, ME, fences, [])
        results = []
        for letter in letters:
            assert letter.id in marked.fenced
            edition = letter.edition
            left.append((letter.recipient, edition.channel.value, edition.thread, _numbers(store, letter.id)))
            results.append(Result.of(letter, fenced=True, state=DeliveryState.SENT))
        store.run(ledger.mark, ME, [], results)
    return left


def _numbers(store: Store, delivery: DeliveryId) -> tuple[int, ...]:
    run, person = key_of(delivery)
    with store.read() as tx:
        record = tx.conn.execute(
            select(deliveries.c.letter).where(deliveries.c.run_id == run, deliveries.c.person_id == person)
        ).scalar_one()
        ids = [part[0] for part in record["parts"]]
        return tuple(
            tx.conn.scalars(select(messages.c.number).where(messages.c.id.in_(ids)).order_by(messages.c.number))
        )
