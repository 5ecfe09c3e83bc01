"""Two processes that write to one store at once: no error is shown, no write is lost.

`python tests/soak/two_writers.py --seconds 60` on a new SQLite file, or `--db URL` for an empty store. Each process
does what a person at a terminal does, as fast as it can, and notes it; afterwards the store is held against the notes.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, ParamSpec, Protocol, TypeVar

from sqlalchemy import func, select, text

import msgcenter_tui
from msgcenter_tui.center import clients, drafts, identity, messages, reading, staff, teams, threads
from msgcenter_tui.domain import Actor, Consent, Recipients, Role, Status, ThreadKind
from msgcenter_tui.store import tables
from msgcenter_tui.store.store import Store, open_store
from msgcenter_tui.store.tx import Act

P = ParamSpec("P")
T = TypeVar("T")

SOURCE = str(Path(msgcenter_tui.__file__).parents[1])
WRITERS = ("ada@practice.example", "ben@practice.example")
ALL_CLIENTS = Recipients(ThreadKind.ALL_CLIENTS)


@dataclass
class Notes:
    """What one process did, and what of it has to be in the store."""

    who: str = ""
    clients: list[str] = field(default_factory=list)
    """Addresses of the clients that it added."""
    messages: dict[str, str | None] = field(default_factory=dict)
    """Id of each of its messages -> the text it has now; None: deleted."""
    drafts: dict[str, str] = field(default_factory=dict)
    read: dict[str, int] = field(default_factory=dict)
    """Thread -> how far it has read there."""
    audited: dict[str, int] = field(default_factory=dict)
    acts: int = 0
    slowest: float = 0.0
    slowest_act: str = ""
    took: dict[str, list[float]] = field(default_factory=dict)
    """Act -> how long each took, in seconds; a process that does not measure them leaves it empty."""
    waited: int = 0
    """How often the store could not be used, and it tried again."""


class Door(Protocol):
    """What acts are done through: the store, or one who waits for it."""

    def run(self, act: Act[P, T], *args: P.args, **kwargs: P.kwargs) -> T: ...


@dataclass(frozen=True)
class Result:
    """Figures of a run, and all that was found wrong."""

    seconds: float
    acts: int
    slowest: float
    slowest_act: str
    wrong: tuple[str, ...]

    def __str__(self) -> str:
        rate = self.acts / self.seconds
        return (
            f"{self.acts:,} acts in {self.seconds:.1f} s, {rate:,.0f} a second; "
            f"the slowest took {self.slowest * 1000:,.0f} ms ({self.slowest_act})"
        )


# -- one process ------------------------------------------------------------------------------------------------------


class Writer:
    """A person at a terminal, in a hurry."""

    def __init__(self, store: Door, email: str) -> None:
        self.store = store
        self.me: Actor = store.run(identity.who, email)
        self.team = store.run(teams.find_workspace, self.me, "Team").id
        self.shared = [one.id for one in store.run(clients.list_clients, self.me, workspace=self.team).items]
        self.threads = [one.id for one in store.run(threads.list_threads, self.me).items]
        self.random = random.Random(email)
        self.notes = Notes(who=self.me.person)
        self.audited: Counter[str] = Counter()
        self.versions: dict[str, int] = {}

    def work(self, seconds: float) -> Notes:
        deeds: dict[Callable[[], None], int] = {
            self.add_client: 2,
            self.change_client: 3,
            self.start_broadcast: 1,
            self.reply: 6,
            self.edit: 2,
            self.delete: 1,
            self.read: 4,
            self.type: 8,
            self.send_draft: 1,
            self.look: 6,
        }
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            (deed,) = self.random.choices(list(deeds), list(deeds.values()))
            begun = time.perf_counter()
            deed()
            took = time.perf_counter() - begun
            self.notes.acts += 1
            if took > self.notes.slowest:
                self.notes.slowest, self.notes.slowest_act = took, deed.__name__
        self.notes.audited = dict(self.audited)
        return self.notes

    def words(self) -> str:
        return f"{self.notes.acts} {self.me.name} " + "etwas länger, наконец 終わり " * self.random.randint(0, 20)

    def add_client(self) -> None:
        email = f"client-{self.notes.acts}-{self.me.person}@mail.example"
        self.store.run(clients.add, self.me, f"Client {self.notes.acts}", self.team, email=email, portal=True)
        self.notes.clients.append(email)
        self.audited["client.add"] += 1

    def change_client(self) -> None:
        status, consent = self.random.choice(list(Status)), self.random.choice(list(Consent))
        self.store.run(clients.change, self.me, self.random.choice(self.shared), status=status, consent=consent)

    def start_broadcast(self) -> None:
        words = self.words()
        sent = self.store.run(messages.start, self.me, ALL_CLIENTS, self.team, words, yes=True)
        assert sent.thread is not None
        assert sent.message is not None
        self.threads.append(sent.thread)
        self.notes.messages[sent.message] = words
        self.audited["thread.start"] += 1

    def reply(self) -> None:
        words = self.words()
        sent = self.store.run(messages.reply, self.me, self.random.choice(self.threads), words, yes=True)
        self._wrote(sent.message, words)

    def _wrote(self, message: str | None, words: str) -> None:
        assert message is not None
        self.notes.messages[message] = words
        self.audited["message.write"] += 1

    def edit(self) -> None:
        if message := self._own():
            words = self.words()
            self.store.run(messages.edit, self.me, message, words)
            self.notes.messages[message] = words
            self.audited["message.edit"] += 1

    def delete(self) -> None:
        if message := self._own():
            self.store.run(messages.delete_message, self.me, message)
            self.notes.messages[message] = None
            self.audited["message.delete"] += 1

    def _own(self) -> Any:
        standing = [message for message, words in self.notes.messages.items() if words is not None]
        return self.random.choice(standing) if standing else None

    def read(self) -> None:
        thread = self.random.choice(self.threads)
        newest = self.store.run(threads.open_thread, self.me, thread, limit=10).thread.newest
        self.store.run(reading.read, self.me, thread, newest)
        self.notes.read[thread] = max(newest, self.notes.read.get(thread, 0))

    def type(self) -> None:
        """Another second of typing: in a draft that is there, or in a new one."""
        id: Any = self.random.choice(["", *self.versions]) if len(self.versions) < 5 else next(iter(self.versions))
        words = self.words()
        thread = None if id else self.random.choice(self.threads)
        saved = self.store.run(
            drafts.save, self.me, id=id or None, version=self.versions.get(id, 0), thread=thread, body=words
        )
        self.versions[saved.id] = saved.version
        self.notes.drafts[saved.id] = words

    def send_draft(self) -> None:
        if self.versions:
            id: Any = self.random.choice(list(self.versions))
            draft = self.store.run(drafts.get, self.me, id)
            assert draft.thread is not None
            sent = self.store.run(messages.reply, self.me, draft.thread, draft.body, yes=True, draft=draft)
            del self.versions[id], self.notes.drafts[id]
            self._wrote(sent.message, draft.body)

    def look(self) -> None:
        self.store.run(threads.list_threads, self.me, limit=50)
        self.store.run(reading.badge, self.me)


def write(url: str, email: str, seconds: float) -> None:
    """One of the processes: says when it is ready, begins when it is told to, prints its notes."""
    store = open_store(url)
    writer = Writer(store, email)
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps(asdict(writer.work(seconds))))
    store.close()


# -- both -------------------------------------------------------------------------------------------------------------


def prepare(url: str, emails: Sequence[str] = WRITERS) -> None:
    """A team of Owners, and Cleo, who makes what they then share, and does nothing more."""
    store = open_store(url)
    cleo = store.run(staff.add, None, "Cleo", "cleo@practice.example")
    me = store.run(identity.who, cleo.id)
    team = store.run(teams.add, me, "Team", cleo.id).id
    owners = [store.run(staff.add, me, email.partition("@")[0], email).id for email in emails]
    for owner in owners:
        store.run(teams.set_member, me, team, owner, Role.OWNER)
    for number in range(20):
        consent, phone = (Consent.ACTIVE, "+1 212 555 0188") if number % 2 else (Consent.NOT_ASKED, None)
        email = f"shared-{number}@mail.example"
        store.run(clients.add, me, f"Shared {number}", team, email=email, phone=phone, consent=consent)
    for locked in (True, False):
        store.run(messages.start, me, ALL_CLIENTS, team, "Dear all", locked=locked, yes=True)
    store.run(messages.start, me, Recipients(ThreadKind.DIRECT, tuple(owners)), team, "Dear both")
    store.close()


def run(url: str, seconds: float) -> Result:
    """Both processes on the empty store at `url`, for so long; then what is wrong, which should be nothing."""
    prepare(url)
    processes = [_started(url, email, seconds) for email in WRITERS]
    pipes = [(process.stdin, process.stdout) for process in processes]
    for _, said in pipes:
        assert said is not None
        said.readline()
    begun = time.monotonic()
    for told, _ in pipes:
        assert told is not None
        told.write("go\n")
        told.flush()
    wrong, notes = [], []
    for process, email in zip(processes, WRITERS, strict=True):
        noted, shown = process.communicate(timeout=seconds + 120)
        if process.returncode or shown:
            wrong.append(f"{email} was shown: {shown or process.returncode}")
        else:
            notes.append(Notes(**json.loads(noted)))
    took = time.monotonic() - begun
    store = open_store(url)
    wrong += list(missing(store, notes))
    store.close()
    slowest = max(notes, key=lambda one: one.slowest, default=Notes())
    return Result(took, sum(one.acts for one in notes), slowest.slowest, slowest.slowest_act, tuple(wrong))


def _started(url: str, email: str, seconds: float) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "error", __file__, "--db", url, "--as", email, "--seconds", str(seconds)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": SOURCE},
    )


def missing(store: Store, notes: Sequence[Notes]) -> Iterator[str]:
    """What of the notes is not in the store, and what in the store does not agree with itself."""
    for one in notes:
        yield from _missing_of(store, one)
    with store.read() as tx:
        written = select(tables.messages.c.thread_id, func.count(), func.max(tables.messages.c.number)).group_by(
            tables.messages.c.thread_id
        )
        last = _by_first(tx.conn.execute(select(tables.threads.c.id, tables.threads.c.last_number)).all())
        for thread, count, highest in tx.conn.execute(written):
            if not count == highest == last[thread]:
                yield f"{thread} has {count} messages, the highest is {highest}, the last was {last[thread]}"
        if tx.sqlite:
            for check in ("integrity_check", "foreign_key_check"):
                found = [tuple(row) for row in tx.conn.execute(text(f"PRAGMA {check}"))]
                if found not in ([], [("ok",)]):
                    yield f"{check}: {found[:5]}"


def _by_first(rows: Iterable[Any]) -> dict[str, Any]:
    return dict(rows)


def _missing_of(store: Store, notes: Notes) -> Iterator[str]:
    with store.read() as tx:
        conn, me = tx.conn, notes.who
        there = set(conn.scalars(select(tables.clients.c.email)))
        kept = {row.id: None if row.deleted_at else row.body for row in conn.execute(select(tables.messages))}
        own = select(tables.drafts.c.id, tables.drafts.c.body).where(tables.drafts.c.person_id == me)
        read = select(tables.reads.c.thread_id, tables.reads.c.up_to).where(tables.reads.c.person_id == me)
        recorded = (
            select(tables.audit.c.act, func.count()).where(tables.audit.c.who_id == me).group_by(tables.audit.c.act)
        )
        in_drafts = _by_first(conn.execute(own).all())
        read_to = _by_first(conn.execute(read).all())
        audited = _by_first(conn.execute(recorded).all())
    for address in notes.clients:
        if address not in there:
            yield f"the client {address} is missing"
    for message, words in notes.messages.items():
        if message not in kept or kept[message] != words:
            yield f"the message {message} is {kept.get(message)!r}, not {words!r}"
    if in_drafts != notes.drafts:
        yield f"the drafts of {me} are {in_drafts}, not {notes.drafts}"
    for thread, number in notes.read.items():
        if read_to.get(thread) != number:
            yield f"{me} has read {thread} to {number}, not to {read_to.get(thread)}"
    for act, count in notes.audited.items():
        if audited.get(act, 0) != count:
            yield f"the audit has {audited.get(act, 0)} of {act} by {me}, {count} were done"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--db", help="an empty store; without it a new SQLite file")
    parser.add_argument("--as", dest="email", help=argparse.SUPPRESS)  # one of the two processes
    given = parser.parse_args()
    if given.email:
        write(given.db, given.email, given.seconds)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        result = run(given.db or str(Path(folder) / "store.db"), given.seconds)
    print(result)
    for line in result.wrong:
        print(line)
    return 1 if result.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
