"""Searching by words: which threads and clients an index of words finds, and what it cannot tell (migration 0007).

SQLite keeps the indexes by FTS5, PostgreSQL as vectors of text search; in both, a row has the number of what it is
about. Nothing that somebody types is syntax here: words hold letters and digits only (rules/sought.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    case,
    cast,
    column,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    table,
    true,
)
from sqlalchemy.types import BigInteger, Boolean, String

from msgcenter_tui import text
from msgcenter_tui.domain import Actor
from msgcenter_tui.rules.sought import INDEXED, bare, beginnings
from msgcenter_tui.store import past
from msgcenter_tui.store.tables import messages, participants, people, threads
from msgcenter_tui.store.tx import Tx
from msgcenter_tui.store.walls.plan import WALLS

Condition = ColumnElement[bool]

FEW = 5000

_THREADS, _CLIENTS, _STAFF = "search_threads", "search_clients", "search_staff"
_STAFF_MARK = "\ue000"
"""Before a number: the member of staff of this number, among the words of a thread (migration 0007)."""
_PREFIXES = 6
"""Up to so many letters SQLite keeps what begins with them; the words that begin with more it has to put together."""
_WORDS = 32


class Index:
    """Rows of one index of words that hold all of these words; each is given as its alternatives."""

    def __init__(self, tx: Tx, name: str, words: Sequence[Sequence[str]]) -> None:
        self._tx = tx
        self._name = name
        self._words = words

    @property
    def ids(self) -> Select[Any]:
        """The numbers of the rows found."""
        if self._tx.sqlite:
            index = table(self._name, column("rowid", BigInteger), column(self._name, String))
            anything = " AND ".join(f"({' OR '.join(word)})" for word in self._words)
            return select(index.c.rowid).where(index.c[self._name].op("MATCH", return_type=Boolean())(anything))
        if self._tx.login is not None:  # behind walls: those of them that the login sees
            asked: Any = getattr(getattr(func, WALLS), self._name)(_asked(self._words), type_=BigInteger)
            return select(asked.column_valued("id"))
        from sqlalchemy.dialects.postgresql import TSVECTOR

        index = table(self._name, column("id", BigInteger), column("words", TSVECTOR))
        return select(index.c.id).where(index.c.words.op("@@", return_type=Boolean())(_asked(self._words)))

    def are_few(self) -> bool:
        return are_few(self._tx, self.ids)


def are_few(tx: Tx, found: Select[Any]) -> bool:
    """Whether so few that they are looked up and sorted; of more the newest, or the first by name, are met before long.

    A planner would choose well with statistics, which SQLite has not: the statement's form decides for it.
    """
    first = found.limit(FEW + 1).subquery()
    return (tx.conn.scalar(select(func.count()).select_from(first)) or 0) <= FEW


# -- threads ----------------------------------------------------------------------------------------------------------


def threads_with(tx: Tx, words: Sequence[str]) -> Index | None:
    """The threads that hold each of these words in their subject, their texts or the names of their people.

    None: there is no such thread.
    """
    found = []
    for word in words:
        staff = [f"{_STAFF_MARK}{number}" for number in tx.conn.scalars(staff_with(tx, [word]).ids)]
        beginning = _beginning(tx, spelt(word))
        if not beginning and not staff:
            return None
        found.append([*beginning, *((f'"{one}"' for one in staff) if tx.sqlite else staff)])
    return Index(tx, _THREADS, found)


def spelt(word: str) -> str:
    """The word as the indexes hold it: by its base letters (migrations 0013 and 0014)."""
    return base if INDEXED.fullmatch(base := bare(word)) else word


def _beginning(tx: Tx, word: str) -> list[str]:
    """What begins with this: where that is quicker, the words themselves that do."""
    if not tx.sqlite:
        return [word]
    if len(word) > _PREFIXES and word.isascii():
        vocabulary = table("search_vocabulary", column("term", String))
        term, first = vocabulary.c.term, word.lower()
        those = select(term).where(term >= first, term < f"{first}\U0010ffff").limit(_WORDS + 1)
        if len(terms := tx.conn.scalars(those).all()) <= _WORDS:
            return [f'"{one}"' for one in terms]
    return [f'"{word}"*']


def written(tx: Tx, reader: Actor, words: str) -> Condition:
    """Of `threads`: those whose subject, messages, authors or people contain the text, whatever its case."""
    named = people.c.name_key.contains(text.fold(words), autoescape=True)
    return _anywhere(reader, lambda which: holds(tx, which, words), named)


def begun(tx: Tx, reader: Actor, word: str) -> Condition:
    """Of `threads`: those that hold a word that begins so, as an index would say, which has the words of now only."""
    named = _begins(tx, people.c.name.concat(" ").concat(people.c.name_key), word)
    return _anywhere(reader, lambda which: _begins(tx, which, word), named)


def _anywhere(reader: Actor, found_in: Callable[[Any], Condition], named: Condition) -> Condition:
    """In the subject, a message, or the name of somebody: `named` says it of `people`.

    In the past those people who are still in it.
    """
    by_author = exists().where(people.c.id == messages.c.author_id, named).correlate_except(people)
    in_message = (
        exists()
        .where(
            messages.c.thread_id == threads.c.id,
            past.readable(reader.at),
            or_(found_in(past.body(reader.at)), by_author),
        )
        .correlate_except(messages)
    )
    among_people = (
        exists()
        .where(
            participants.c.thread_id == threads.c.id,
            people.c.id == participants.c.person_id,
            named,
            *([] if reader.at is None else [participants.c.added_at <= reader.at]),
        )
        .correlate_except(participants, people)
    )
    return or_(found_in(func.coalesce(threads.c.subject, "")), in_message, among_people)


def every(first: Condition, then: Sequence[Condition]) -> Condition:
    """All of them; what costs more only where the first is so."""
    return case((first, and_(true(), *then)), else_=false()) if then else first


def holds(tx: Tx, which: Any, words: str) -> Condition:
    """Whether the column contains the text, without regard to case."""
    pattern = "%" + text.fold(words).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    return folded(tx, which).like(pattern, escape="\\")


def folded(tx: Tx, which: Any) -> ColumnElement[str]:
    """The column without regard to case: SQLite's own lower() knows ASCII only, so it is lent ours."""
    if not tx.sqlite:
        return func.lower(which)
    connection: Any = tx.conn.connection.driver_connection
    connection.create_function("fold", 1, lambda value: text.fold(value or ""), deterministic=True)
    return cast(func.fold(which), String)


def _begins(tx: Tx, which: Any, word: str) -> Condition:
    """Whether a word of the column begins so, by its base letters: as the indexes have it, without one."""
    if tx.sqlite:
        connection: Any = tx.conn.connection.driver_connection
        connection.create_function("begins", 2, lambda word, text: beginnings(word)(text), deterministic=True)
        return cast(func.begins(word, which), Boolean)
    return func.search_words(which).op("@@", return_type=Boolean())(_asked([[word]]))


def _asked(words: Sequence[Sequence[str]]) -> ColumnElement[Any]:
    """A question to PostgreSQL's text search, folded by the server itself, as what it looks in is."""
    asked: ColumnElement[str] = literal("")
    for number, alternatives in enumerate(words):
        for at, word in enumerate(alternatives):
            before = "" if not at else " | "
            if not at:
                before = "(" if not number else " & ("
            exact = word.startswith(_STAFF_MARK)
            one = literal(f"'{word}'") if exact else literal("'").concat(func.search_fold(word)).concat("':*")
            asked = asked.concat(before).concat(one)
        asked = asked.concat(")")
    from sqlalchemy.dialects.postgresql import TSQUERY

    return cast(asked, TSQUERY)


# -- people -----------------------------------------------------------------------------------------------------------

_AT_HOME = re.compile("0+([1-9][0-9]+)")
_DIGITS = re.compile("[0-9]+")


def _ways(word: str) -> tuple[str, ...]:
    """A number is found without the 0 that stands for the country at home, too, and an address as it is written."""
    at_home = _AT_HOME.fullmatch(word)
    return tuple(dict.fromkeys((word, at_home[1] if at_home else spelt(word))))


def clients_with(tx: Tx, words: Sequence[str]) -> Index:
    """The clients whose name, address or number holds each of these words, of which there is one."""
    return Index(tx, _CLIENTS, [[f'"{way}"*' if tx.sqlite else way for way in _ways(word)] for word in words])


def are_of(tx: Tx, words: Sequence[str], of: FromClause) -> Condition:
    """Of `people` and the clients `of`: the same without the index, on SQLite; for few, or until enough are found."""
    text = people.c.name.concat(" ").concat(people.c.name_key).concat(" ").concat(func.coalesce(of.c.email_key, ""))
    each = []
    for word in words:
        found: list[Condition] = [_begins(tx, text, way) for way in _ways(word)]
        found += [of.c.phone_number.contains(way) for way in _ways(word) if _DIGITS.fullmatch(way)]
        each.append(or_(*found))
    return and_(true(), *each)


def staff_with(tx: Tx, words: Sequence[str]) -> Index:
    """The staff whose name holds each of these words, of which there is one."""
    return Index(tx, _STAFF, [[f'"{spelt(word)}"*' if tx.sqlite else spelt(word)] for word in words])
