"""Reading what deliveries carry at this moment: their recipients, and the sheets of messages they share (N1, N14).

A handful of statements, however many deliveries. What they give is plain, so that two readings compare by value: a
letter may leave where nothing of what it was made from has changed since.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Row,
    Select,
    String,
    Text,
    and_,
    bindparam,
    cast,
    exists,
    func,
    select,
    type_coerce,
)

from msgcenter_tui.domain import MessageId
from msgcenter_tui.store import given
from msgcenter_tui.store import sheets as written
from msgcenter_tui.store.keys import Numbers
from msgcenter_tui.store.prepared import Prepared
from msgcenter_tui.store.recipients import Recipient, number, recipients
from msgcenter_tui.store.sheets import Run, Sheet
from msgcenter_tui.store.spans import of_run_kind
from msgcenter_tui.store.tables import (
    gaps,
    messages,
    people,
    runs,
    threads,
    versions,
    workspaces,
)
from msgcenter_tui.store.tx import Tx


def carried(tx: Tx, notifier: str, keys: Collection[Numbers]) -> tuple[Sequence[Recipient], Sheets]:
    """Of these deliveries those that the notifier has claimed and that are pending, by their keys; and what they carry.

    In a writing transaction their rows are locked. Their runs are closed.
    """
    rows = recipients(tx, notifier, keys)
    return rows, Sheets(tx, _known(tx, {row.run for row in rows}), rows)


# -- runs -------------------------------------------------------------------------------------------------------------


def about_runs(tx: Tx, of: Collection[int]) -> dict[int, Run]:
    """What all deliveries of a run have in common; `carries` is the same while no message of it changes."""
    rows = _runs.rows(tx, {"runs": _numbers(of)}) if of else ()
    return {row[0]: Run._make(row) for row in rows}


def _numbers(of: Collection[int]) -> str:
    return given.packed((number,) for number in sorted(of))


@Prepared
def _runs(sqlite: bool) -> Select[Any]:
    wanted = given.rows(sqlite, "runs", run=BigInteger)
    author = people.alias("author")
    numbers = (cast(type_coerce(column, BigInteger), Text) for column in (messages.c.id, messages.c.version))
    one = func.aggregate_strings(next(numbers) + " " + next(numbers) + " " + author.c.name, "; ")
    carries = (
        select(one)
        .select_from(messages)
        .join(author, author.c.id == messages.c.author_id)
        .where(*_stands(), messages.c.thread_id == runs.c.thread_id)
        .correlate(runs)
        .scalar_subquery()
    )
    return (
        select(
            number(runs.c.id, "run"),
            runs.c.first,
            type_coerce(runs.c.channel, String).label("channel"),
            type_coerce(runs.c.kind, String).label("kind"),
            number(runs.c.thread_id, "thread"),
            type_coerce(threads.c.kind, String).label("thread_kind"),
            type_coerce(threads.c.state, String).label("thread_state"),
            threads.c.subject,
            threads.c.locked,
            workspaces.c.name.label("workspace"),
            carries.label("carries"),
            exists().where(gaps.c.run_id == runs.c.id).label("has_gaps"),
        )
        .select_from(wanted)
        .join(runs, runs.c.id == wanted.c.run)
        .join(threads, threads.c.id == runs.c.thread_id)
        .join(workspaces, workspaces.c.id == threads.c.workspace_id)
    )


def _stands() -> tuple[ColumnElement[bool], ...]:
    """Of `messages` and `runs`: what the run carries of its thread (N1, N5)."""
    return (
        messages.c.number.between(runs.c.first, runs.c.last),
        messages.c.deleted_at.is_(None),
        of_run_kind(runs.c.kind),
    )


# -- what they carry --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Runs:
    """Runs, and what they carry of their threads. It stands for as long as nothing but ledger acts is done."""

    seen: object
    about: dict[int, Run] = field(default_factory=dict)
    standing: dict[int, list[tuple[int, written.Text]]] = field(default_factory=dict)
    """The messages that are not deleted, with their authors."""
    holes: dict[Numbers, list[tuple[int, int]]] = field(default_factory=dict)

    def read(self, tx: Tx, of: set[int]) -> None:
        about = about_runs(tx, of)
        self.about.update(about)
        self.standing.update(_standing(tx, of))
        self.holes.update(_gaps(tx, {run for run, one in about.items() if one.has_gaps}))


_KNOWN, _MOST_KNOWN = "runs", 1000


def _known(tx: Tx, of: set[int]) -> _Runs:
    """These runs, at least; those that this connection has read are read again once somebody has written (tx.py)."""
    known: _Runs | None = tx.conn.info.get(_KNOWN)
    if known is None or tx.seen is None or known.seen != tx.seen or len(known.about) > _MOST_KNOWN:
        known = _Runs(tx.seen)
        if tx.seen is not None:
            tx.conn.info[_KNOWN] = known
    if missing := of - known.about.keys():
        known.read(tx, missing)
    return known


class Sheets:
    """The sheets of these rows, each made once for all that carry the same."""

    def __init__(self, tx: Tx, runs: _Runs, rows: Sequence[Recipient]) -> None:
        self._runs = runs
        self._letters = {(row.run, row.person): _record(row.letter) for row in rows if row.letter is not None}
        self._former = _former(tx, {part[0] for letter in self._letters.values() for part in letter["parts"]})
        self._sheets: dict[tuple[Any, ...], Sheet] = {}
        authors = (author for run in {row.run for row in rows} for author, _ in runs.standing.get(run, ()))
        self.apart = {*authors, *(person for _, person in runs.holes), *(person for _, person in self._letters)}
        """People who may carry something else than others whose rows are alike."""

    def of(self, row: Recipient) -> Sheet:
        """What it carries, in the order of the numbers (M5); empty where nothing of it stands.

        One that is sent again as it was (its letter is kept) carries the versions that left (N14), else the present.
        """
        if row.letter is not None:
            letter = self._letters[row.run, row.person]
            return self._made(row.run, self._kept(letter), letter)
        return self._made(row.run, self._range(row), None)

    def _made(self, run: int, texts: tuple[written.Text, ...], kept: Mapping[str, Any] | None) -> Sheet:
        alike = (run, texts, json.dumps(kept, sort_keys=True) if kept else "")
        if alike not in self._sheets:
            self._sheets[alike] = Sheet.of(self._runs.about[run], texts, kept)
        return self._sheets[alike]

    def _range(self, row: Recipient) -> tuple[written.Text, ...]:
        holes = self._runs.holes.get((row.run, row.person), ())
        return tuple(
            text
            for author, text in self._runs.standing.get(row.run, ())
            if row.first <= text.number <= row.until
            and author != row.person
            and not any(first <= text.number <= last for first, last in holes)
        )

    def _kept(self, letter: Mapping[str, Any]) -> tuple[written.Text, ...]:
        found = [(self._former.get((id, version)), author) for id, version, author in letter["parts"]]
        if all(message is None or message.deleted_at is not None for message, _ in found):
            return ()
        return tuple(written.Text.of(message, author) for message, author in found if message is not None)


def _record(letter: Any) -> Mapping[str, Any]:
    """Drivers give JSON as text, or as what it says."""
    record: Mapping[str, Any] = json.loads(letter) if isinstance(letter, str) else letter
    return record


_TEXT = (messages.c.id, messages.c.version, messages.c.number, messages.c.at, messages.c.body, messages.c.facts)


def _standing(tx: Tx, of: set[int]) -> dict[int, list[tuple[int, written.Text]]]:
    """The messages of each run that are not deleted, with their authors (N1, N5, M5)."""
    found: dict[int, list[tuple[int, written.Text]]] = defaultdict(list)
    for row in tx.conn.execute(_standing_in(tx.sqlite), {"runs": _numbers(of)}) if of else ():
        found[row.run].append((row.author_id, written.Text.of(row, row.author)))
    return found


@cache
def _standing_in(sqlite: bool) -> Select[Any]:
    wanted = given.rows(sqlite, "runs", run=BigInteger)
    author = people.alias("author")
    return (
        select(
            number(runs.c.id, "run"), *_TEXT, number(messages.c.author_id, "author_id"), author.c.name.label("author")
        )
        .select_from(wanted)
        .join(runs, runs.c.id == wanted.c.run)
        .join(
            messages,
            and_(
                messages.c.thread_id == runs.c.thread_id,
                *_stands(),
            ),
        )
        .join(author, author.c.id == messages.c.author_id)
        .order_by(runs.c.id, messages.c.number)
    )


_GAPS = select(number(gaps.c.run_id, "run"), number(gaps.c.person_id, "person"), gaps.c.first, gaps.c.last).where(
    type_coerce(gaps.c.run_id, BigInteger).in_(bindparam("runs", expanding=True))
)


def _gaps(tx: Tx, of: set[int]) -> dict[Numbers, list[tuple[int, int]]]:
    found: dict[Numbers, list[tuple[int, int]]] = defaultdict(list)
    for gap in tx.conn.execute(_GAPS, {"runs": sorted(of)}) if of else ():
        found[gap.run, gap.person].append((gap.first, gap.last))
    return found


def _former(tx: Tx, ids: set[MessageId]) -> dict[tuple[MessageId, int], Row[Any]]:
    """Every version there is of these messages."""
    if not ids:
        return {}
    now: Select[Any] = select(*_TEXT, messages.c.deleted_at).where(messages.c.id.in_(ids))
    then: Select[Any] = (
        select(
            messages.c.id,
            versions.c.version,
            messages.c.number,
            messages.c.at,
            versions.c.body,
            versions.c.facts,
            messages.c.deleted_at,
        )
        .join(versions, versions.c.message_id == messages.c.id)
        .where(messages.c.id.in_(ids))
    )
    return {(MessageId(row.id), row.version): row for query in (then, now) for row in tx.conn.execute(query)}
