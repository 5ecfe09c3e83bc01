"""The first clients, by name, whom a search finds: met on a walk along the names, or looked up and sorted (A4)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, or_, select, tuple_
from sqlalchemy.sql import literal

from msgcenter_tui.domain import PersonId
from msgcenter_tui.rules.sought import sought
from msgcenter_tui.store import searching
from msgcenter_tui.store.searching import are_few
from msgcenter_tui.store.tables import KEY, PERSON, clients, people
from msgcenter_tui.store.tx import Tx

Condition = ColumnElement[bool]

_WALK = 2000
"""So many names the walk passes at most before those that an index knows are sorted instead."""
_BATCH = 500
"""So many of the sorted are looked at in one statement."""

_Key = tuple[str, str]


def first(
    tx: Tx, which: Sequence[Condition], search: str, limit: int, *wherever: Condition, after: _Key | None = None
) -> Sequence[PersonId]:
    """The first of these clients, by name, whom everything that is searched for finds: those after this key.

    `which` says of `clients` which these are, by an index; `wherever` of `people` what else is so. Few are looked up
    and sorted; many are found by walking along the index of names until a page is full.
    """
    wanted = sought(search)
    few = are_few(tx, select(clients.c.person_id).where(*which))
    so = [people.c.erased_at.is_(None), *wherever]
    if not wanted.words or not tx.sqlite:
        so += [_stands_in(text, few) for text in wanted.texts]
        if wanted.words:
            so.append(people.c.id.in_(searching.clients_with(tx, wanted.words).ids))
        return _named(tx, which, so, limit, few, after)
    index = searching.clients_with(tx, wanted.words)
    which = [*which, *(_stands_in(text, few=True) for text in wanted.texts)]
    if index.are_few():
        return _named(tx, which, [*so, people.c.id.in_(index.ids)], limit, True, after)
    held = searching.are_of(tx, wanted.words, clients)
    if few:
        return _named(tx, [*which, held], so, limit, few, after)
    # Of many that are found some are met at once, unless they are many by a first name from the end of the alphabet.
    end = tx.conn.execute(_after(select(people.c.name_key, people.c.id), after).offset(_WALK).limit(1)).one_or_none()
    near = [] if end is None else [_key() < _literal((end.name_key, end.id))]
    met = _named(tx, [*which, held], [*so, *near], limit, few, after)
    if end is None or len(met) == limit:
        return met
    return _sorted(tx, which, so, people.c.id.in_(index.ids), limit, after)


def _named(
    tx: Tx, which: Sequence[Condition], so: Sequence[Condition], limit: int, few: bool, after: _Key | None
) -> Sequence[PersonId]:
    """Looked up and sorted, or met on a walk along the names."""
    found = select(people.c.id).where(*so)
    if few:
        found = found.join(clients, clients.c.person_id == people.c.id).where(*which)
    else:
        found = found.where(exists().where(clients.c.person_id == people.c.id, *which).correlate(people))
    return tx.conn.scalars(_after(found, after, few).limit(limit)).all()


def _sorted(
    tx: Tx, which: Sequence[Condition], so: Sequence[Condition], held: Condition, limit: int, after: _Key | None
) -> Sequence[PersonId]:
    """Many of whom an index knows: sorted by name, then looked at until there are enough."""
    found: list[PersonId] = []
    all_by_name = select(people.c.id, people.c.name_key).where(held)
    # Seldom is more needed than the first of them, and those alone are sorted in half the time.
    for most in (_BATCH, None):
        with tx.conn.execute(_after(all_by_name, after, few=True).limit(most)) as names:
            while len(found) < limit and (batch := names.fetchmany(_BATCH)):
                these = select(people.c.id).join(clients, clients.c.person_id == people.c.id)
                these = these.where(people.c.id.in_([row.id for row in batch]), *which, *so)
                there = {row.id for row in tx.conn.execute(these)}
                found += [row.id for row in batch if row.id in there]
                after = batch[-1].name_key, batch[-1].id
        if len(found) >= limit:
            break
    return found[:limit]


def _after(found: Select[Any], after: _Key | None, few: bool = False) -> Select[Any]:
    if after is not None:
        found = found.where(_key(few) > _literal(after))
    return found.order_by(*order(few))


def _key(few: bool = False) -> Any:
    return tuple_(*order(few))


def _literal(key: _Key) -> Any:
    return tuple_(literal(key[0], KEY), literal(key[1], PERSON))


def order(few: bool) -> tuple[ColumnElement[str], ColumnElement[Any]]:
    return (people.c.name_key.concat("") if few else people.c.name_key), people.c.id


def _stands_in(text: str, few: bool) -> Condition:
    """Of `people` and `clients`: those whose name, address or number holds the text as it is."""
    where = clients if few else clients.alias("other")
    places = [where.c.email_key.contains(text, autoescape=True)]
    # A number is found as it is written: without its gaps, and without the 0 that stands for the country at home.
    digits = re.sub(r"[()./+\s-]", "", text).lstrip("0")
    if digits.isascii() and digits.isdigit():
        places.append(where.c.phone_number.contains(digits))
    named = people.c.name_key.contains(text, autoescape=True)
    if few:
        return or_(named, *places)
    # Each looked up once, so that the walk along the names does not stop at everybody's row to see.
    return or_(named, *(people.c.id.in_(select(where.c.person_id).where(place)) for place in places))
