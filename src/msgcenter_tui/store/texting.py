"""What the ledger says of SMS and a client: whether they have had one, and that they opted out (N3)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, exists, func, literal_column, update

from msgcenter_tui.domain import Channel, Consent, DeliveryState, PersonId
from msgcenter_tui.store import clientele
from msgcenter_tui.store.audit import record
from msgcenter_tui.store.tables import clients, deliveries, runs
from msgcenter_tui.store.tx import Tx


def first_sms(person: Any, number: Any) -> ColumnElement[bool]:
    """Whether no SMS to this person at this number was accepted yet: the next one says how to stop.

    One of which it is not known whether it arrived does not count: rather they are told twice than never.
    """
    earlier, run = deliveries.alias("earlier"), runs.alias("earlier_run")
    # What every number begins with, in the words of its index: literals, by those SQLite finds it.
    to_a_phone = func.substr(earlier.c.address, literal_column("1"), literal_column("1")) == literal_column("'+'")
    had = (
        exists()
        .where(
            earlier.c.person_id == person,
            earlier.c.address == number,
            to_a_phone,
            earlier.c.state == DeliveryState.SENT,
            run.c.id == earlier.c.run_id,
            run.c.channel == Channel.SMS,
        )
        .correlate_except(earlier, run)
    )
    return ~had


def decline(tx: Tx, person: PersonId, number: str) -> None:
    """The provider refuses texts to this number, since its holder opted out: consent is *declined*, and that is kept.

    Nothing is done where the client has another number meanwhile, or has declined already.
    """
    theirs = clients.c.person_id == person, clients.c.phone_number == number, clients.c.consent != Consent.DECLINED
    if tx.conn.execute(update(clients).where(*theirs).values(consent=Consent.DECLINED)).rowcount:
        how = f"the provider says that they opted out ({tx.now:%Y-%m-%d})"
        clientele.add_history(tx, None, {person: how})
        record(tx, None, "client.change", person, "consent", "how")
