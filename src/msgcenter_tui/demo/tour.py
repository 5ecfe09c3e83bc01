"""The guided tour: what the product promises, done once on the demonstration while the portals stand beside it.

Each step is an act of the center like any other, by Maya or by a client; what the screens show of it they read.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from msgcenter_tui.center import clients, identity, messages, portal, reading, teams, threads
from msgcenter_tui.demo.people import ANA, BRIGHT, BRIGHT_CLIENTS, MAYA, STAFF
from msgcenter_tui.domain import Actor, Client, Recipients, Status, ThreadId, ThreadKind
from msgcenter_tui.tui.tour import Scene

if TYPE_CHECKING:
    from msgcenter_tui.store.front import Front
    from msgcenter_tui.store.tx import Act

P = ParamSpec("P")
T = TypeVar("T")

ANAS = "ana.flores@example.com"
BODY = (
    "Dear {{ client.first_name }},\n\nour rooms are open to you on Saturday from ten to four: bring whom you like,"
    " there will be cake.\n\n{{ sender.first_name }}"
)
REPLY = "Wonderful! May I bring my sister? She is due in April."
NO_PORTAL = next(one for one in BRIGHT_CLIENTS if one.email and not one.portal and one.status.current and not one.muted)


class Tour:
    """One walk through it; another one tells the story anew, with a newcomer of its own."""

    def __init__(self, front: Front, clock: Callable[[], datetime]) -> None:
        self._front = front
        self._clock = clock
        self._steps: tuple[tuple[str, Callable[[str], Awaitable[Scene]]], ...] = (
            ("An announcement", self._announce),
            ("Added later", self._add_later),
            ("Not notified", self._not_notified),
            ("No portal", self._no_portal),
            ("Unread on first sign-in", self._unread),
            ("Replies among clients", self._reply),
            ("Locking", self._lock),
            ("Deleting", self._delete),
        )

    @property
    def titles(self) -> tuple[str, ...]:
        return tuple(title for title, _ in self._steps)

    async def play(self, step: int) -> Scene:
        title, done = self._steps[step]
        return await done(title)

    async def _run(self, act: Act[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._front.run(act, *args, **kwargs)

    async def _signed_in(self, client: str) -> Actor:
        return await self._run(portal.sign_in, self._maya, client, yes=True)

    async def _announce(self, title: str) -> Scene:
        self._maya = await self._run(identity.who, STAFF[MAYA])
        bright = await self._run(teams.find_workspace, self._maya, BRIGHT)
        self._workspace = bright.id
        everybody = Recipients(ThreadKind.ALL_CLIENTS)
        sent = await self._run(
            messages.start, self._maya, everybody, bright.id, BODY, subject="Open house", locked=True, yes=True
        )
        assert sent.thread is not None
        self._thread: ThreadId = sent.thread
        self._ana = await self._signed_in(ANAS)
        return Scene(
            title,
            f"Maya has written to All Clients of {BRIGHT}: one message, which every Lead and Active client finds in the"
            f" portal at once, filled in for each. Beside it is the portal of {ANA}. The mail leaves when the quiet"
            " period is over; until then ctrl+z takes all of it back.",
            self._thread,
            (self._ana,),
            mailbox=ANAS,
        )

    async def _add_later(self, title: str) -> Scene:
        self._tess: Client = await self._run(
            clients.add,
            self._maya,
            "Tess Newman",
            self._workspace,
            email=f"tess.{self._clock():%d%H%M%S%f}@example.com",
            status=Status.ACTIVE,
            portal=True,
        )
        self._tess_there = await self._signed_in(self._tess.id)
        return Scene(
            title,
            "Tess Newman has become a client just now, when the message was sent already. This is her portal: it is"
            " there. Who sees it is judged whenever somebody looks, and kept for nobody.",
            self._thread,
            (self._tess_there,),
        )

    async def _not_notified(self, title: str) -> Scene:
        return Scene(
            title,
            "Nothing is mailed to Tess: notified are those who were there when it was sent, and nobody else, however"
            " often it is looked at. On the left, a tells of each client who sees it, who was notified, and why not.",
            self._thread,
            (self._tess_there,),
            mailbox=self._tess.email or "",
        )

    async def _no_portal(self, title: str) -> Scene:
        page = await self._run(clients.list_clients, self._maya, search=NO_PORTAL.email or "", limit=1)
        without = page.items[0]
        why = await self._run(portal.why_not, self._maya, without.id)
        return Scene(
            title,
            f"{without.name} has no portal: their mail carries the whole message, and in the audience they count as"
            f" notified, not as seeing it. Nobody can sign in as them: {why}. Their mail stands beside it; this one"
            " comes when the quiet period is over.",
            self._thread,
            mailbox=without.email or without.name,
        )

    async def _unread(self, title: str) -> Scene:
        badge = await self._run(reading.badge, self._tess_there)
        return Scene(
            title,
            f"Tess signs in for the first time: {badge.threads} threads are unread, all that was announced here so far"
            " and nothing else. Unread is what she may see, did not write and has not read; the badge, the list"
            " and the thread agree.",
            self._thread,
            (self._tess_there,),
        )

    async def _reply(self, title: str) -> Scene:
        await self._run(threads.unlock, self._maya, self._thread, yes=True)
        await self._run(messages.reply, self._ana, self._thread, REPLY, yes=True)
        return Scene(
            title,
            f"Maya has unlocked it, and was told first how many would learn each other's names. {ANA} has answered:"
            " everybody who sees the thread sees her name and her reply, Tess too. Above the box each portal says so.",
            self._thread,
            (self._ana, self._tess_there),
            opened=True,
        )

    async def _lock(self, title: str) -> Scene:
        await self._run(threads.lock, self._maya, self._thread)
        return Scene(
            title,
            "Locked again: from this moment no client can write in it, on neither side, whatever they had begun. What"
            " was said stays. l on the left unlocks it.",
            self._thread,
            (self._ana, self._tess_there),
            opened=True,
        )

    async def _delete(self, title: str) -> Scene:
        await self._run(threads.delete, self._maya, self._thread)
        return Scene(
            title,
            "Deleted: it is gone from every portal at once, and what had not left by mail is cancelled. In the tab"
            " Deleted, R brings it back; nobody is told.",
            None,
            (self._ana, self._tess_there),
        )
