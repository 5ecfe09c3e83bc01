"""A practice in a store, and the few verbs with which tests of sending and seeing speak."""

from __future__ import annotations

from typing import Any

from tests.world import World

from msgcenter_tui.center import messages, reading, threads
from msgcenter_tui.domain import Actor, Client, Conversation, Recipients, Sent, Staff, ThreadId, ThreadKind, Workspace

ALL_CLIENTS = Recipients(ThreadKind.ALL_CLIENTS)
ALL_TEAM = Recipients(ThreadKind.ALL_TEAM)


class Practice:
    """Maya owns the team Bright Beginnings; Lee contributes, Kim participates."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.store = world.store
        self.clock = world.clock
        self.maya = world.staff("Maya Ortiz")
        self.lee = world.staff("Lee Park")
        self.kim = world.staff("Kim Vale")
        self.team = world.team("Bright Beginnings", owner=self.maya, contributor=self.lee, participant=self.kim)

    def who(self, person: Staff | Client | Actor) -> Actor:
        return person if isinstance(person, Actor) else self.world.actor(person)

    def client(self, name: str, status: str = "active", *, portal: bool = True, **more: Any) -> Client:
        return self.world.client(name, self.team, status, portal=portal, **more)

    def broadcast(
        self,
        body: str = "Dear all",
        *,
        locked: bool = True,
        by: Staff | None = None,
        workspace: Workspace | None = None,
        subject: str | None = None,
    ) -> ThreadId:
        """A broadcast to All Clients by Maya, confirmed."""
        sent = self.start(by or self.maya, ALL_CLIENTS, body, locked=locked, workspace=workspace, subject=subject)
        assert sent.thread is not None
        return sent.thread

    def direct(self, by: Staff | Client, *to: Staff | Client, body: str = "Hello") -> ThreadId:
        sent = self.start(by, Recipients(ThreadKind.DIRECT, tuple(person.id for person in to)), body)
        assert sent.thread is not None
        return sent.thread

    def start(
        self,
        by: Staff | Client,
        to: Recipients,
        body: str,
        *,
        locked: bool | None = None,
        workspace: Workspace | None = None,
        yes: bool = True,
        subject: str | None = None,
    ) -> Sent:
        where = (workspace or self.team).id
        return self.store.run(messages.start, self.who(by), to, where, body, locked=locked, yes=yes, subject=subject)

    def reply(self, by: Staff | Client, thread: ThreadId, body: str = "Thanks") -> Sent:
        return self.store.run(messages.reply, self.who(by), thread, body, yes=True)

    def sees(self, person: Staff | Client | Actor) -> list[ThreadId]:
        return [row.id for row in self.store.run(threads.list_threads, self.who(person)).items]

    def opened(self, person: Staff | Client | Actor, thread: ThreadId) -> Conversation:
        return self.store.run(threads.open_thread, self.who(person), thread)

    def bodies(self, person: Staff | Client | Actor, thread: ThreadId) -> list[str]:
        return [message.body for message in self.opened(person, thread).messages]

    def read(self, person: Staff | Client, thread: ThreadId) -> None:
        """Open the thread and read to its end."""
        self.store.run(reading.read, self.who(person), thread, self.opened(person, thread).thread.newest)

    def unread(self, person: Staff | Client) -> dict[ThreadId, int]:
        """Unread messages by thread, after checking that the list, the badge and the thread agree (R1)."""
        rows = self.store.run(threads.list_threads, self.who(person)).items
        counts = {row.id: row.unread for row in rows if row.unread}
        badge = self.store.run(reading.badge, self.who(person))
        assert (badge.threads, badge.messages) == (len(counts), sum(counts.values()))
        for row in rows:
            assert self.opened(person, row.id).thread.unread == row.unread
        shown = self.store.run(threads.list_threads, self.who(person), show=threads.Show.UNREAD).items
        assert {row.id for row in shown} == set(counts)
        return counts
