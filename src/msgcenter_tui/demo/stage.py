"""The stage on which the demonstration's history is played: the real center, and a clock that is moved by hand."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import ParamSpec, TypeVar

from msgcenter_tui.center import clients, identity, messages, reading
from msgcenter_tui.domain import (
    Actor,
    MessageId,
    PersonId,
    Recipients,
    ThreadId,
    ThreadKind,
    WorkspaceId,
)
from msgcenter_tui.store.store import Store
from msgcenter_tui.store.tx import Act
from msgcenter_tui.text import fold

P = ParamSpec("P")
T = TypeVar("T")

SEED = 20
"""Who reads when is drawn from this: every preparation tells the same story."""

TO_ITS_END = 10**6
"""A message number past any that the story gives."""


class Clock:
    """A clock that stands still until it is moved, and is never moved back."""

    def __init__(self, at: datetime) -> None:
        self.now = at

    def __call__(self) -> datetime:
        return self.now

    def move(self, to: datetime) -> None:
        if to < self.now:
            raise ValueError(f"the story goes back from {self.now} to {to}")
        self.now = to


@dataclass(slots=True)
class Stage:
    """The store while the history is played on it, with everybody's names for each other."""

    store: Store
    clock: Clock
    today: datetime
    """The moment of the preparation, in the reader's time zone."""
    notifier: Callable[[], None]
    """Lets a notifier run until nothing is due."""
    silence: Callable[[], AbstractContextManager[None]]
    """While it lasts the mail server takes a mail, and hangs up without an answer."""
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))
    actors: dict[str, Actor] = field(default_factory=dict)
    people: dict[str, PersonId] = field(default_factory=dict)
    workspaces: dict[str, WorkspaceId] = field(default_factory=dict)
    threads: dict[str, ThreadId] = field(default_factory=dict)
    """Those that a later scene comes back to."""

    # -- time ---------------------------------------------------------------------------------------------------------

    def on(self, days_ago: int, at: str) -> None:
        """Move to a time of day, in the reader's zone."""
        day = self.today.date() - timedelta(days=days_ago)
        self.clock.move(datetime.combine(day, time.fromisoformat(at), self.today.tzinfo))

    def ago(self, **since: float) -> None:
        """Move to a moment before the preparation: `ago(hours=2)`."""
        self.clock.move(self.today - timedelta(**since))

    def later(self, **after: float) -> None:
        """Let time pass."""
        self.clock.move(self.clock.now + timedelta(**after))

    def leave(self) -> None:
        """Let the quiet period pass (N5) and the notifications leave."""
        self.clock.move(self.clock.now + self.store.policy.quiet_period + timedelta(seconds=1))
        self.notifier()

    # -- acts ---------------------------------------------------------------------------------------------------------

    def run(self, act: Act[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return self.store.run(act, *args, **kwargs)

    def actor(self, name: str) -> Actor:
        """The person of this name, at their own door: staff, or a client in their portal."""
        if name not in self.actors:
            self.actors[name] = self.run(identity.who, self.people[name])
        return self.actors[name]

    def announce(
        self, who: str, workspace: str, body: str, *, subject: str | None = None, locked: bool = True
    ) -> ThreadId:
        """Start a thread to All Clients."""
        return self._start(who, workspace, Recipients(ThreadKind.ALL_CLIENTS), body, subject, locked)

    def tell_the_team(self, who: str, workspace: str, body: str, *, subject: str | None = None) -> ThreadId:
        """Start a thread to All Team Members."""
        return self._start(who, workspace, Recipients(ThreadKind.ALL_TEAM), body, subject, locked=False)

    def write_to(
        self, who: str, workspace: str, to: Iterable[str], body: str, *, subject: str | None = None
    ) -> ThreadId:
        """Start a direct thread."""
        named = Recipients(ThreadKind.DIRECT, tuple(self.people[name] for name in to))
        return self._start(who, workspace, named, body, subject, locked=False)

    def _start(
        self, who: str, workspace: str, to: Recipients, body: str, subject: str | None, locked: bool
    ) -> ThreadId:
        sent = self.run(
            messages.start,
            self.actor(who),
            to,
            self.workspaces[workspace],
            body,
            subject=subject,
            locked=locked,
            yes=True,
        )
        assert sent.thread is not None
        return sent.thread

    def reply(self, who: str, thread: ThreadId, body: str) -> MessageId:
        """Read a thread to its end, and write in it."""
        self.read(who, thread)
        sent = self.run(messages.reply, self.actor(who), thread, body, yes=True)
        assert sent.message is not None
        return sent.message

    def read(self, who: str, thread: ThreadId) -> None:
        """Read a thread to its end."""
        self.run(reading.read, self.actor(who), thread, TO_ITS_END)

    def some_read(self, names: Iterable[str], thread: ThreadId, share: float, *, within: timedelta) -> None:
        """About this share of these clients reads the thread, one after the other, until `within` has passed."""
        readers = [name for name in names if self.chance.random() < share]
        self.chance.shuffle(readers)
        moments = sorted(self.clock.now + within * self.chance.random() for _ in readers)
        for moment, reader in zip(moments, readers, strict=True):
            self.clock.move(moment)
            self.read(reader, thread)

    def portals(self, who: str, workspace: str, *, but: Iterable[str] = ()) -> list[str]:
        """The names of the clients who see the workspace's broadcasts now (V1), as a member of it knows them.

        In an order of the demonstration's own: chance goes through them, and makes the same practice however lists are
        sorted.
        """
        page = self.run(clients.list_clients, self.actor(who), workspace=self.workspaces[workspace], limit=200)
        names = [one.name for one in page.items if one.portal and one.status.current and one.name not in but]
        return sorted(names, key=fold)
