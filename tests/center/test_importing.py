"""An import takes its rows by the hundred: nothing of that shows in the report, nor in what is stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Table, select
from tests.conftest import Clock
from tests.world import World

from msgcenter_tui.center import importing
from msgcenter_tui.center.client_rows import ClientList, ClientRow
from msgcenter_tui.center.importing import ImportReport, import_clients
from msgcenter_tui.domain import Consent, Status
from msgcenter_tui.store import tables
from msgcenter_tui.store.store import Store

WRITTEN = tables.people, tables.clients, tables.client_history, tables.audit

SAID = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["Ana", "Bo", "Łucja"]),
        "email": st.sampled_from([None, "ana@mail.example", "BO@mail.example", "cy@mail.example", "di@mail.example"]),
        "phone": st.sampled_from([None, "(202) 555-0143", "+1 202 555 0143", "030 123456", "12"]),
        "status": st.sampled_from([None, Status.ACTIVE, Status.INACTIVE]),
        "portal": st.sampled_from([None, True, False]),  # P2: not without an address
        "consent": st.sampled_from([None, Consent.ACTIVE, Consent.DECLINED]),
        "note": st.sampled_from(["", "likes tea"]),
    }
)


def listed(*said: dict[str, Any]) -> ClientList:
    rows = [ClientRow(line, email_key=one["email"] and one["email"].lower(), **one) for line, one in enumerate(said, 2)]
    return ClientList(tuple(rows), {}, (), ())


def imported(store: Store, clock: Clock, those: ClientList, region: str | None) -> ImportReport:
    """Into a practice that knows two of the addresses."""
    world = World(store, clock)
    maya = world.staff("Maya")
    team = world.team("Bright Beginnings", maya)
    world.client("Ana", team, phone="(202) 555-0143", consent=Consent.DECLINED)
    world.client("Bo", team, portal=True)
    return world.run(import_clients, world.actor(maya), team.id, those, source="list.csv", region=region)


def all_of(store: Store, table: Table) -> Sequence[Any]:
    with store.read() as tx:
        return tx.conn.execute(select(table).order_by(*table.primary_key)).all()


def test_however_many_rows_are_taken_at_once_the_same_comes_of_it(  # S5
    renewed_store: Callable[[Clock], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    @given(st.lists(SAID, min_size=4, max_size=16), st.sampled_from([None, "DE"]))
    @settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
    def holds(said: list[dict[str, Any]], region: str | None) -> None:
        came: list[Any] = []
        for at_once in (1, 2, 3, 500):
            clock = Clock()
            store = renewed_store(clock)
            monkeypatch.setattr(importing, "AT_ONCE", at_once)
            report = imported(store, clock, listed(*said), region)
            came.append((report, [all_of(store, table) for table in WRITTEN]))
        for one in came[1:]:
            assert one == came[0]

    holds()


def test_new_clients_are_numbered_and_recorded_in_the_order_of_their_lines(store: Store, clock: Clock) -> None:  # S2
    said = {"phone": None, "status": None, "portal": None, "consent": None, "note": ""}
    names = [f"Client {number}" for number in range(120, 0, -1)]
    rows = ({**said, "name": name, "email": f"{name[7:]}@mail.example"} for name in names)
    imported(store, clock, listed(*rows), None)
    new = [row for row in all_of(store, tables.people) if row.name in names]
    assert [row.name for row in new] == names
    assert [row.email for row in all_of(store, tables.clients)[2:]] == [f"{name[7:]}@mail.example" for name in names]
    assert [row.client_id for row in all_of(store, tables.client_history)[2:]] == [row.id for row in new]
    records = [row for row in all_of(store, tables.audit) if row.act == "client.add"][2:]
    assert [row.what for row in records] == [row.id for row in new]
    assert {tuple(row.fields[:-1]) for row in records} == {("name", "status", "consent", "email")}
