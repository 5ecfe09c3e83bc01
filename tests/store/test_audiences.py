"""Whom a broadcast reaches, counted and read by the indexes that are there for it."""

from __future__ import annotations

from itertools import product

import pytest
from sqlalchemy import ColumnElement, Select, literal, select
from tests.store import rows

from msgcenter_tui.domain import CURRENT, Channel, Consent, PersonId, Reach, RunKind, Status, ThreadKind, WorkspaceId
from msgcenter_tui.store import audience
from msgcenter_tui.store.store import Store
from msgcenter_tui.store.tables import clients, people, threads
from msgcenter_tui.store.texting import first_sms
from msgcenter_tui.store.visibility import run_audience, unmailed

MAIL = {"none": None, "muted": True, "good": False}
NUMBER = "+12015550123"


@pytest.mark.parametrize("kind", [ThreadKind.ALL_CLIENTS, ThreadKind.DIRECT])
def test_the_figures_are_those_of_every_kind_of_client(store: Store, kind: ThreadKind) -> None:  # S3, N3, N4, V1, V8
    everybody = list(product(Status, MAIL, (None, NUMBER), Consent, (False, True)))
    everybody = [one for one in everybody if one[1] != "none" or not one[4]]  # P2
    with store.write() as tx:
        team, named = WorkspaceId(rows.team(tx)), []
        for at, (status, mail, number, consent, portal) in enumerate(everybody):
            address = None if mail == "none" else f"c{at}@mail.example"
            facts = {"email": address, "email_key": address, "email_muted": bool(MAIL[mail]), "portal": portal}
            facts |= {"phone": number, "phone_number": number, "consent": consent}
            named.append(PersonId(rows.client(tx, team, f"C{at}", status=status, **facts)))
        rows.client(tx, rows.team(tx, "Second"), "Elsewhere")
        which = audience.all_clients(team) if kind is ThreadKind.ALL_CLIENTS else audience.named(named)
        found = audience.figures(tx, which, kind)
    there = [one for one in everybody if kind is ThreadKind.DIRECT or one[0] in CURRENT]
    by_mail = [mail == "good" for _, mail, *_ in there]
    by_sms = [bool(number) and consent is Consent.ACTIVE for _, _, number, consent, _ in there]
    reached = [any(by) for by in zip(by_mail, by_sms, strict=True)]
    sees = [portal and (kind is ThreadKind.DIRECT or status in CURRENT) for status, *_, portal in there]
    passed_by = [portal for portal, so in zip(sees, reached, strict=True) if not so]
    assert found.reach == Reach(
        people=sum(reached),
        email=sum(by_mail),
        sms=sum(by_sms),
        portal_only=sum(passed_by),
        unreachable=len(passed_by) - sum(passed_by),
    )
    assert found.exposed == sum(any(one) for one in zip(reached, sees, strict=True))
    assert found.total == len(there)
    assert found.by_status == {
        status: sum(one[0] is status for one in there) for status in Status if status in {one[0] for one in there}
    }


def test_of_nobody_the_figures_are_nought(store: Store) -> None:  # A6
    with store.write() as tx:
        found = audience.figures(tx, audience.all_clients(WorkspaceId(rows.team(tx))), ThreadKind.ALL_CLIENTS)
    assert found == audience.Figures(0, Reach(), 0, {})


def plan(store: Store, query: Select[tuple[object]]) -> list[str]:
    """The steps in which SQLite would answer it, its values not yet known."""
    with store.read() as tx:
        said = query.compile(tx.conn)
        unknown = (None,) * len(said.params)
        return [row[3] for row in tx.conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", unknown)]


def of_a_broadcast(channel: Channel) -> Select[tuple[object]]:
    here = select(threads.c.id, threads.c.workspace_id, threads.c.kind).where(threads.c.id == literal(1)).subquery()
    found = run_audience(RunKind.BROADCAST, channel, here).subquery()
    return select(found.c.person_id).order_by(found.c.person_id)


def test_an_audience_is_read_from_its_index_in_the_ledgers_order(sqlite_store: Store) -> None:
    steps = plan(sqlite_store, of_a_broadcast(Channel.EMAIL))
    assert "SEARCH clients USING INDEX ix_clients_mailed (workspace_id=?)" in steps
    assert not any("B-TREE" in step for step in steps)


@pytest.mark.parametrize(
    ("index", "which"),
    [("ix_clients_unmailed", unmailed()), ("ix_clients_texted", None)],
)
def test_the_few_are_found_by_an_index_of_their_own(
    sqlite_store: Store, index: str, which: ColumnElement[bool] | None
) -> None:
    query = of_a_broadcast(Channel.SMS)
    if which is not None:
        query = select(clients.c.person_id).where(audience.all_clients(WorkspaceId("w1")), which)
    assert f"SEARCH clients USING INDEX {index} (workspace_id=? AND status=?)" in plan(sqlite_store, query)


def test_who_has_had_an_sms_is_found_by_their_texts_alone(sqlite_store: Store) -> None:  # N3
    query = select(people.c.id).where(first_sms(people.c.id, literal(NUMBER)))
    assert any("INDEX ix_deliveries_texted (person_id=?" in step for step in plan(sqlite_store, query))
