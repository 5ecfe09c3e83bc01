"""A small practice with something to send, and a notifier to send it: what every test of the delivery begins with."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, Text, cast, func, insert, literal, select
from tests.conftest import Clock
from tests.delivery.scripted import Scripted
from tests.world import World

from msgcenter_tui.center import messages
from msgcenter_tui.delivery.accounts import Security, SmtpAccount
from msgcenter_tui.delivery.notifier import Notifier
from msgcenter_tui.delivery.smtp import Patience, SmtpTransport
from msgcenter_tui.delivery.tally import Tally
from msgcenter_tui.delivery.transport import Transport
from msgcenter_tui.domain import (
    Actor,
    Channel,
    Client,
    Consent,
    DeliveryState,
    PersonKind,
    Recipients,
    Status,
    ThreadId,
    ThreadKind,
)
from msgcenter_tui.store.front import Front
from msgcenter_tui.store.store import Store
from msgcenter_tui.store.tables import clients, deliveries, people, runs

SENDER = "Bright Beginnings <office@bright.example>"
PATIENT = Patience(connect=30, command=30, dot=30, goodbye=0.2)
"""For a server that answers, however busy the machine is."""


class Office:
    """Maya and her team; clients are made as they are needed."""

    def __init__(self, world: World, clock: Clock) -> None:
        self.world = world
        self.clock = clock
        self.store: Store = world.store
        self.maya = world.staff("Maya Ortiz")
        self.team = world.team("Bright Beginnings", owner=self.maya)
        self.clients: list[Client] = []

    @property
    def me(self) -> Actor:
        return self.world.actor(self.maya)

    def add(self, *names: str, **more: Any) -> list[Client]:
        added = [self.world.client(name, self.team, **more) for name in names]
        self.clients += added
        return added

    def broadcast(self, body: str = "We open on Monday.", *, subject: str | None = "Opening", **more: Any) -> ThreadId:
        """A message to All Clients, sent but still in its quiet period."""
        sent = self.world.run(
            messages.start,
            self.me,
            Recipients(ThreadKind.ALL_CLIENTS),
            self.team.id,
            body,
            subject=subject,
            yes=True,
            **more,
        )
        assert sent.thread is not None
        return sent.thread

    def crowd(self, number: int) -> None:
        """So many clients at once, without the acts: two statements, whatever the number."""
        count = select(literal(0).label("n")).cte("count", recursive=True)
        count = count.union_all(select(count.c.n + 1).where(count.c.n < number - 1))
        written = cast(count.c.n + 1_000_000, Text)
        names = select(
            literal(PersonKind.CLIENT, people.c.kind.type), literal("Client ") + written, literal("client ") + written
        )
        added = select(
            people.c.id,
            literal("client.") + func.substr(people.c.name, 8) + "@mail.example",
            literal("client.") + func.substr(people.c.name, 8) + "@mail.example",
        ).where(people.c.name.like("Client 1______"))
        with self.store.write() as tx:
            at = literal(tx.now, people.c.created_at.type)
            columns = ["kind", "name", "name_key", "created_at"]
            tx.conn.execute(insert(people).from_select(columns, names.add_columns(at)))
            same = {
                "workspace_id": self.team.id,
                "status": Status.ACTIVE,
                "portal": False,
                "consent": Consent.NOT_ASKED,
            }
            tx.conn.execute(
                insert(clients).from_select(
                    ["person_id", "email", "email_key", *same],
                    added.add_columns(*(literal(value, clients.c[name].type) for name, value in same.items())),
                )
            )

    def direct(self, client: Client, body: str = "About your appointment.", *, subject: str | None = "You") -> ThreadId:
        sent = self.world.run(
            messages.start,
            self.me,
            Recipients(ThreadKind.DIRECT, (client.id,)),
            self.team.id,
            body,
            subject=subject,
            yes=True,
        )
        assert sent.thread is not None
        return sent.thread

    def due(self, **span: float) -> None:
        """Let the quiet period pass."""
        self.clock.advance(**(span or {"seconds": 61}))

    def broadcast_to(self, number: int) -> ThreadId:
        """A broadcast to so many clients that is due."""
        if number > 50:
            self.crowd(number)
        else:
            self.add(*(f"Client {n:03d}" for n in range(number)))
        thread = self.broadcast()
        self.due()
        return thread

    # -- sending ------------------------------------------------------------------------------------------------------

    async def send(
        self,
        *transports: Transport,
        now: bool = False,
        connections: int = 2,
        at: Callable[[str], None] = lambda _: None,
    ) -> Tally:
        """One pass of a fresh notifier."""
        front = Front(self.store)
        try:
            notifier = Notifier(
                front,
                {transport.channel: transport for transport in transports},
                connections=connections,
                random=lambda: 0.5,
                at=at,
            )
            return await notifier.once(now)
        finally:
            await front.close()

    async def send_to(self, server: Scripted, **more: Any) -> Tally:
        return await self.send(transport(server), **more)

    # -- looking ------------------------------------------------------------------------------------------------------

    def rows(self) -> list[Row[Any]]:
        """The ledger, in the order of its keys, with names, channels and kinds."""
        with self.store.read() as tx:
            return list(
                tx.conn.execute(
                    select(
                        deliveries, people.c.name, runs.c.channel, runs.c.kind, runs.c.settled_at.label("run_settled")
                    )
                    .join(runs, runs.c.id == deliveries.c.run_id)
                    .join(people, people.c.id == deliveries.c.person_id)
                    .order_by(deliveries.c.run_id, deliveries.c.person_id)
                )
            )

    def row(self) -> Row[Any]:
        """The only delivery there is."""
        (row,) = self.rows()
        return row

    def states(self) -> Mapping[str, int]:
        return Counter(row.state.value for row in self.rows())

    def state(self) -> DeliveryState:
        found = self.row().state
        assert isinstance(found, DeliveryState)
        return found


def account(port: int, **more: Any) -> SmtpAccount:
    given: dict[str, Any] = {"security": Security.NONE} | more
    return SmtpAccount("127.0.0.1", port, SENDER, **given)


def transport(server: Scripted, **more: Any) -> SmtpTransport:
    """Impatient only with the step that hangs."""
    hanging = server.hanging
    command = 0.3 if hanging - {"dot", "quit"} else PATIENT.command
    dot = 0.3 if "dot" in hanging else PATIENT.dot
    return SmtpTransport(account(server.port, **more), patience=replace(PATIENT, command=command, dot=dot))


__all__ = ["Channel", "Office", "account", "transport"]


def closed_port() -> int:
    """Of this machine, where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
