"""Acts and transactions: an act is one function of one transaction, whatever door it came through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import update_wrapper
from typing import Concatenate, Generic, ParamSpec, TypeVar

from sqlalchemy import Connection

from msgcenter_tui.domain import Policy

P = ParamSpec("P")
T = TypeVar("T")

TOUCHED = "touched"


@dataclass(frozen=True, slots=True)
class Tx:
    """An open transaction: its connection, the store's clock when it began, and what the configuration decides."""

    conn: Connection
    now: datetime
    policy: Policy
    writes: bool = True
    """It may change the store: what it reads to change it is locked."""
    seen: object = None
    """Of a writing one on SQLite: the same as an earlier one's while only ledger acts wrote between the two."""

    def touched(self) -> None:
        """A ledger act did change what letters are made of."""
        self.conn.info[TOUCHED] = 1

    @property
    def sqlite(self) -> bool:
        return self.conn.dialect.name == "sqlite"


class Act(Generic[P, T]):
    """A function of a transaction, with the knowledge whether it writes.

    Called with a Tx it runs inside that transaction; `Store.run` and `Front.run` give it one of its own.
    """

    def __init__(self, function: Callable[Concatenate[Tx, P], T], writes: bool, of_ledger: bool = False) -> None:
        self.function = function
        self.writes = writes
        self.of_ledger = of_ledger
        """It changes only where deliveries stand, nothing that a letter is made of."""
        update_wrapper(self, function)

    def __call__(self, tx: Tx, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self.function(tx, *args, **kwargs)


def act(function: Callable[Concatenate[Tx, P], T]) -> Act[P, T]:
    """Declare an act that changes something: it gets a write transaction."""
    return Act(function, writes=True)


def ledger_act(function: Callable[Concatenate[Tx, P], T]) -> Act[P, T]:
    """Declare an act of a notifier that changes only where deliveries stand: no letter reads otherwise for it."""
    return Act(function, writes=True, of_ledger=True)


def look(function: Callable[Concatenate[Tx, P], T]) -> Act[P, T]:
    """Declare an act that only reads."""
    return Act(function, writes=False)
