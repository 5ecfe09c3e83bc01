"""Acts and transactions: an act is one function of one transaction, whatever door it came through."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import update_wrapper
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from sqlalchemy import Connection, Select

from msgcenter_tui.domain import Login, LoginKind, Policy
from msgcenter_tui.store.chain import Record

P = ParamSpec("P")
T = TypeVar("T")

TOUCHED = "touched"
PROOF = "proof"


@dataclass(frozen=True, slots=True)
class Tx:
    """An open transaction: its connection, the store's clock when it began, and what the configuration decides."""

    conn: Connection
    clock: datetime | None
    """None in a glance on a server: nobody has asked for the time, its one statement does."""
    policy: Policy
    writes: bool = True
    """It may change the store: what it reads to change it is locked."""
    seen: object = None
    """Of a writing one on SQLite: the same as an earlier one's while only ledger acts wrote between the two."""
    records: list[Record] = field(default_factory=list)
    """The audit records of a writing one so far: chained and written as the last thing before its commit."""
    in_hand: dict[str, dict[Any, Any]] = field(default_factory=dict)
    """By notifier, what letters in hand were made from (leaving.py): kept from one transaction of a store to the next,
    and never more than a help, without which a letter is read anew."""
    login: Login | None = None
    """Who is signed in, behind walls of the server's (store/walls); None: nothing is kept from this connection."""

    @property
    def now(self) -> datetime:
        """The store's clock when the transaction began."""
        if self.clock is None:
            raise LookupError("a glance has no time but that of its statement")
        return self.clock

    def touched(self) -> None:
        """A ledger act did change what letters are made of."""
        self.conn.info[TOUCHED] = 1

    @contextmanager
    def attempt(self, *, keep: bool = True) -> Iterator[None]:
        """A part of the transaction that is taken back, its audit records too: on any error, or unless `keep`."""
        before = len(self.records)
        part = self.conn.begin_nested()
        try:
            yield
        except BaseException:
            keep = False
            raise
        finally:
            if keep:
                part.commit()
            else:
                part.rollback()
                del self.records[before:]

    def proves(self, proof: Select[Any]) -> None:
        """Once this transaction is committed, and only then, the statement finds something (doubt.py)."""
        self.conn.info[PROOF] = proof

    @property
    def gated(self) -> bool:
        """A portal's own login: it writes through gates, and the store does what else is to be done."""
        return self.login is not None and self.login.kind is LoginKind.PORTAL

    @property
    def sqlite(self) -> bool:
        return self.conn.dialect.name == "sqlite"


class Act(Generic[P, T]):
    """A function of a transaction, with the knowledge whether it writes.

    Called with a Tx it runs inside that transaction; `Store.run` and `Front.run` give it one of its own.
    """

    def __init__(
        self, function: Callable[Concatenate[Tx, P], T], writes: bool, of_ledger: bool = False, glances: bool = False
    ) -> None:
        self.function = function
        self.writes = writes
        self.glances = glances
        """It reads by one statement, which sees one state of the store by itself."""
        self.of_ledger = of_ledger
        """It changes only where deliveries stand, nothing that a letter is made of."""
        self.lasts = True
        """Its commit waits for the disk."""
        update_wrapper(self, function)

    def __reduce__(self) -> str:
        """Pickled by its name, as a function is."""
        return self.function.__qualname__

    def __call__(self, tx: Tx, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self.function(tx, *args, **kwargs)


def act(function: Callable[Concatenate[Tx, P], T]) -> Act[P, T]:
    """Declare an act that changes something: it gets a write transaction."""
    return Act(function, writes=True)


def ledger_act(function: Callable[Concatenate[Tx, P], T]) -> Act[P, T]:
    """Declare an act of a notifier that changes only where deliveries stand: no letter reads otherwise for it."""
    return Act(function, writes=True, of_ledger=True)


def passing(act: Act[P, T]) -> Act[P, T]:
    """Declare that its commit need not wait for the disk: a crash of the machine may take it back, as if not done.

    A later act's commit makes it durable, too.
    """
    act.lasts = False
    return act


def look(function: Callable[Concatenate[Tx, P], T]) -> Act[P, T]:
    """Declare an act that only reads."""
    return Act(function, writes=False)


def glance(function: Callable[Concatenate[Tx, P], T]) -> Act[P, T]:
    """Declare an act that only reads, by exactly one statement: on a server that needs no transaction around it.

    There the statement asks for the time itself, where `Tx.clock` is None (types.clock_or).
    """
    return Act(function, writes=False, glances=True)
