"""A reader that goes ahead: a process that opens the store and reads, while this one imports what it draws with.

What speaks to the store takes as long to import as what draws, and a processor of its own. So the first list stands
when both are through, not one after the other; after it this process opens the store, and the reader ends.

    reader = ahead.begin(session)          # before anything is imported; None where it would gain nothing
    found = reader.start()                 # in a thread; None: open the store yourself, and say what is wrong
    front = FrontAhead(reader, found.told, session)   # its looks are the reader's, until `load` has opened the store

It only reads, and only a store that is as this version has it: whatever else there is to do, or to say, is this
process's own.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec, TypeVar, cast

from msgcenter_tui import forked
from msgcenter_tui.tui import acts
from msgcenter_tui.tui.beginning import Question, first_questions

if TYPE_CHECKING:
    from msgcenter_tui.cli.session import Session
    from msgcenter_tui.domain import Actor
    from msgcenter_tui.store.front import Front
    from msgcenter_tui.store.store import Store
    from msgcenter_tui.store.tx import Act
    from msgcenter_tui.tui.services import Commits, Rescued, Swept

P = ParamSpec("P")
T = TypeVar("T")

_PATIENCE = 5.0
"""Seconds that an answer is waited for: the store may do better itself."""


class _Answer(NamedTuple):
    value: Any


class Beginning(NamedTuple):
    """Who acts, and what their inbox will ask first, answered already."""

    actor: Actor
    told: list[tuple[Question, Any]]


def begin(session: Session) -> Reader | None:
    """Send a reader ahead; None where this process opens the store at once."""
    database = session.config.database
    if "://" in database or not forked.can_be() or not _has_content(Path(database)):
        return None
    return Reader(*forked.begun(lambda caller: _read_for(caller, session)))


def _has_content(file: Path) -> bool:
    try:
        return file.stat().st_size > 0
    except OSError:
        return False


# -- the reader -------------------------------------------------------------------------------------------------------


def _read_for(caller: socket.socket, session: Session) -> None:
    """Say who acts, then do the looks that are asked for, until nobody is there to ask."""
    from msgcenter_tui.center import identity
    from msgcenter_tui.cli.session import demonstration_of
    from msgcenter_tui.store.store import open_store

    store = open_store(session.config.database, policy=session.config.policy, upgrading=_not_here)
    if store.damaged or not store.run(identity.accounts) or demonstration_of(store) is not None:
        return
    actor = store.run(identity.who, session.config.acts_as)
    if actor.is_client:
        return
    forked.say(caller, Beginning(actor, [(one, _answer(store, one)) for one in first_questions(actor)]))
    while (asked := forked.heard(caller)) is not None:
        forked.say(caller, _Answer(_answer(store, asked)))


def _answer(store: Store, question: Question) -> Any:
    act: Act[..., Any] = question.act.act
    if act.writes:
        raise RuntimeError("what changes something is not for whoever only goes ahead")
    return store.run(act, *question.args, **question.named)


def _not_here() -> None:
    raise RuntimeError("the store is to be upgraded")


# -- whoever sent it --------------------------------------------------------------------------------------------------


class Reader:
    """The other side of a reader: how the inbox begins, and what it reads."""

    def __init__(self, line: socket.socket, process: int) -> None:
        line.settimeout(_PATIENCE)
        self._line = line
        self._process = process
        self._turn = threading.Lock()
        """Held while something is asked."""
        self._ending = threading.Lock()
        self.ended = False

    def start(self) -> Beginning | None:
        """As soon as the store is open there; None where the reader has nothing to say. Waits."""
        beginning: Beginning | None = self._heard()
        return beginning

    async def ask(self, question: Question) -> _Answer | None:
        """What a look finds; None where the reader cannot tell."""
        return None if self.ended else await asyncio.to_thread(self._asked, question)

    def end(self) -> None:
        """Let it go, whatever it is at: it only reads."""
        with self._ending:
            if self.ended:
                return
            self.ended = True
        os.kill(self._process, signal.SIGKILL)
        threading.Thread(target=self._see_it_end, name="reader-ahead", daemon=True).start()

    def _asked(self, question: Question) -> _Answer | None:
        with self._turn:
            if self.ended:
                return None
            answer: _Answer | None = self._heard(question)
            return answer

    def _heard(self, question: Question | None = None) -> Any:
        """What it says, asked or by itself; where that is nothing, or takes too long, it is of no use any more."""
        said = None
        with contextlib.suppress(OSError):
            if question is not None:
                forked.say(self._line, question)
            said = forked.heard(self._line)
        if said is None:
            self.end()
        return said

    def _see_it_end(self) -> None:
        os.waitpid(self._process, 0)
        with self._turn:  # whoever asked has heard of it
            self._line.close()


@dataclass(frozen=True, slots=True)
class _NotKnown:
    """Before the store is open here nobody has committed here, and of others the reader does not tell."""

    of_ledger: int = 0
    others: int = -1


class FrontAhead:
    """A front (tui/services.py) whose looks are a reader's until `load` is through, and then the store's own."""

    def __init__(self, reader: Reader, told: list[tuple[Question, Any]], session: Session) -> None:
        self._reader = reader
        self._told = told
        self._session = session
        self._front: Front | None = None
        self._loading = threading.Lock()

    def load(self) -> Front:
        """Import what the store needs, and open it, unless that is done. Takes its time."""
        with self._loading:
            if self._front is None:
                from msgcenter_tui.store.front import Front

                acts.load()
                self._front = Front(self._session.store)
            return self._front

    @property
    def _here(self) -> Front | None:
        """The store's own front, once there is one: from then on nobody goes ahead."""
        if self._front is not None:
            self._reader.end()
        return self._front

    async def _there(self) -> Front:
        front = self._here
        return await asyncio.to_thread(self.load) if front is None else front

    async def run(self, act: Act[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        name: object = act
        if not isinstance(name, acts.ActName):
            return await (await self._there()).run(act, *args, **kwargs)
        if self._here is None and (answer := await self._answer(Question(name, args, kwargs))) is not None:
            return cast("T", answer.value)
        front = await self._there()
        return cast("T", await front.run(name.act, *args, **kwargs))

    async def _answer(self, question: Question) -> _Answer | None:
        for number, (told, value) in enumerate(self._told):
            if told == question:
                del self._told[number]  # asked once more, it is to be read once more
                return _Answer(value)
        return await self._reader.ask(question)

    async def changed(self, *, seconds_old: float = 0.0) -> object:
        front = self._here
        return "" if front is None else await front.changed(seconds_old=seconds_old)

    async def notice(self) -> None:
        if self._front is not None:
            await self._front.notice()

    @property
    def commits(self) -> Commits:
        return _NotKnown() if self._front is None else self._front.commits

    @property
    def damaged(self) -> bool:
        return self._front is not None and self._front.damaged

    @property
    def place(self) -> str:
        return self._session.config.database if self._front is None else self._front.place

    async def rescue(self, target: str) -> Rescued:
        return await (await self._there()).rescue(target)

    async def apart(self, work: Callable[[Store], T]) -> T:
        return await (await self._there()).apart(work)

    async def sweep(self) -> Swept | None:
        return await (await self._there()).sweep()

    def give_up(self) -> None:
        if self._front is not None:
            self._front.give_up()

    async def close(self) -> None:
        self._reader.end()
        with self._loading:
            front = self._front
        if front is not None:
            await front.close()
