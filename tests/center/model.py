"""The rules once more, as short as they can be told: a model of A, V, R, L and N in plain Python.

It knows nothing of the program but its words. Everything is kept in full (each person's owed messages as a set of
numbers), so that nothing here is clever.
"""

from __future__ import annotations

from dataclasses import dataclass, field

TEAM, PERSONAL = "team", "personal"
QUIET, GATHER = 60, 3600


@dataclass(eq=False)
class Person:
    name: str
    staff: bool
    ws: str = TEAM
    status: str = "active"
    portal: bool = True
    muted: bool = False
    sms: bool = False

    @property
    def current(self) -> bool:
        return self.status in ("lead", "active")


@dataclass(eq=False)
class Message:
    number: int
    author: Person
    kind: str
    at: int
    deleted: bool = False


@dataclass(eq=False)
class Run:
    kind: str
    channel: str
    opened: int
    leaves: int
    open: bool = True
    messages: list[Message] = field(default_factory=list)
    owed: dict[Person, list[Message]] = field(default_factory=dict)


@dataclass(eq=False)
class Thread:
    ws: str
    kind: str
    locked: bool
    owner: Person | None
    people: list[Person]
    state: str = "live"
    last: int = 0
    messages: list[Message] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    left: set[int] = field(default_factory=set)
    enrolled: set[Person] = field(default_factory=set)
    got: set[Person] = field(default_factory=set)


class Model:
    def __init__(self) -> None:
        self.now = 0
        self.people: list[Person] = []
        self.roles: dict[tuple[str, Person], str] = {}
        self.threads: list[Thread] = []
        self.up_to: dict[tuple[Person, Thread], int] = {}
        self.floor: dict[tuple[Person, Thread], int] = {}
        self.marked: dict[tuple[Person, Thread], set[int]] = {}
        self.sent: list[tuple[str, str, int, tuple[int, ...]]] = []

    # -- people -------------------------------------------------------------------------------------------------------

    def role(self, person: Person, ws: str) -> str | None:
        return self.roles.get((ws, person))

    def members(self, ws: str) -> list[Person]:
        return [person for person in self.people if self.role(person, ws)]

    def clients(self, ws: str) -> list[Person]:
        """A1"""
        return [one for one in self.people if not one.staff and one.ws == ws and one.current]

    def join(self, person: Person, ws: str, role: str) -> None:
        """V6: earlier broadcasts are read."""
        new = self.role(person, ws) is None
        self.roles[ws, person] = role
        if new:
            self._forget_broadcasts(person, ws)
        self._let_owners_in()

    def part(self, person: Person, ws: str) -> None:
        del self.roles[ws, person]
        self._forget_broadcasts(person, ws)
        self._let_owners_in()

    def _let_owners_in(self) -> None:
        """Who owns a direct thread is in it, whoever came or went."""
        for thread in self.threads:
            if thread.kind == "direct":
                thread.people += [one for one in self.owners(thread) if one not in thread.people]

    def _forget_broadcasts(self, person: Person, ws: str) -> None:
        for thread in self.threads:
            if thread.ws == ws and thread.kind != "direct":
                self.floor[person, thread] = thread.last
                self.marked.pop((person, thread), None)

    def reaches(self, person: Person, other: Person, ws: str) -> bool:
        """A4 (nobody is assigned to anybody here)"""
        if not person.staff:
            return other.staff and self.role(other, ws) == "owner"
        if other.staff:
            return other is not person and self.role(other, ws) is not None
        return other.ws == ws and self.role(person, ws) in ("owner", "contributor")

    # -- seeing -------------------------------------------------------------------------------------------------------

    def would_see(self, person: Person, thread: Thread) -> bool:
        """V1, V8, V9, whatever became of the thread"""
        if person.staff:
            return self.role(person, thread.ws) is not None and (thread.kind != "direct" or person in thread.people)
        if not person.portal or person.ws != thread.ws:
            return False
        return person in thread.people if thread.kind == "direct" else thread.kind == "all-clients" and person.current

    def sees(self, person: Person, thread: Thread) -> bool:
        return thread.state == "live" and self.would_see(person, thread)

    def owners(self, thread: Thread) -> list[Person]:
        if thread.owner is not None and self.role(thread.owner, thread.ws):
            return [thread.owner]
        return [one for one in self.members(thread.ws) if self.role(one, thread.ws) == "owner"]

    def may_write(self, person: Person, thread: Thread) -> bool:
        """L1"""
        return self.sees(person, thread) and (not thread.locked or person in self.owners(thread))

    def unread(self, person: Person, thread: Thread) -> int:
        """R1, R2"""
        read = max(self.up_to.get((person, thread), 0), self.floor.get((person, thread), 0))
        marked = self.marked.get((person, thread), set())
        return sum(
            one.author is not person and not one.deleted and (one.number > read or one.number in marked)
            for one in thread.messages
        )

    def read(self, person: Person, thread: Thread, shown: int) -> None:
        shown = min(shown, thread.last)
        self.up_to[person, thread] = max(self.up_to.get((person, thread), 0), shown)
        self.marked[person, thread] = {n for n in self.marked.get((person, thread), set()) if n > shown}

    def set_unread(self, person: Person, thread: Thread, number: int) -> None:
        self.marked.setdefault((person, thread), set()).update(range(number, thread.last + 1))

    # -- sending ------------------------------------------------------------------------------------------------------

    def reached(self, person: Person, channel: str) -> bool:
        """N3"""
        return (not person.muted if not person.staff else True) if channel == "email" else person.sms

    def audience(self, thread: Thread, kind: str) -> list[Person]:
        """A1, A2, N9, N10"""
        if kind in ("broadcast", "reply"):
            return self.clients(thread.ws)
        if kind == "owner":
            return [one for one in self.members(thread.ws) if self.role(one, thread.ws) == "owner"]
        if thread.kind == "all-team":
            return self.members(thread.ws)
        return [one for one in thread.people if (self.role(one, thread.ws) if one.staff else one.ws == thread.ws)]

    def write(self, person: Person, thread: Thread) -> Message:
        kind = "other"
        if thread.kind == "all-clients":
            kind = "broadcast" if person in self.owners(thread) else "reply"
        thread.last += 1
        message = Message(thread.last, person, kind, self.now)
        thread.messages.append(message)
        self._enroll(thread, message, kind)
        if kind == "reply" and not person.staff:
            self._enroll(thread, message, "owner")
        if kind == "broadcast":
            for run in thread.runs:
                if run.open and run.kind == "catch-up":  # nobody's in it, but the run spans it
                    run.messages.append(message)
        return message

    def _enroll(self, thread: Thread, message: Message, kind: str) -> None:
        for channel in ("email", "sms"):
            to = [
                one for one in self.audience(thread, kind) if one is not message.author and self.reached(one, channel)
            ]
            found = [run for run in thread.runs if run.open and (run.kind, run.channel) == (kind, channel)]
            if not found:
                if not to:
                    continue
                found = [Run(kind, channel, self.now, 0)]
                thread.runs += found
            (run,) = found
            run.leaves = run.opened + GATHER if kind == "reply" else min(self.now + QUIET, run.opened + 10 * QUIET)
            run.messages.append(message)
            thread.enrolled.update(to)
            for one in to:
                run.owed.setdefault(one, []).append(message)

    def pending(self, person: Person, thread: Thread) -> bool:
        """The owner's words are on their way to them; what others answered is not it."""
        return any(run.open and person in run.owed for run in thread.runs if run.kind in ("broadcast", "catch-up"))

    def newest(self, thread: Thread) -> int | None:
        """R4"""
        return max((one.number for one in thread.messages if one.kind == "broadcast" and not one.deleted), default=None)

    def has_read(self, person: Person, thread: Thread) -> bool:
        """R4"""
        newest = self.newest(thread)
        return newest is not None and self.up_to.get((person, thread), 0) >= newest

    def missed(self, thread: Thread) -> list[Person]:
        """N11"""
        return [
            one
            for one in self.people
            if not one.staff
            and self.sees(one, thread)
            and not self.has_read(one, thread)
            and not self.pending(one, thread)
            and one not in thread.got
            and any(self.reached(one, channel) for channel in ("email", "sms"))
        ]

    def may_catch_up(self, person: Person, thread: Thread) -> bool:
        """S4"""
        its_owner = person.staff and self.sees(person, thread) and person in self.owners(thread)
        return its_owner and thread.kind == "all-clients" and self.newest(thread) is not None

    def catch_up(self, thread: Thread) -> int:
        """N11"""
        missed = self.missed(thread)
        written = [one for one in thread.messages if one.kind == "broadcast"]
        for channel in ("email", "sms"):
            to = [one for one in missed if self.reached(one, channel)]
            found = [run for run in thread.runs if run.open and (run.kind, run.channel) == ("catch-up", channel)]
            if to and not found:
                found = [Run("catch-up", channel, self.now, 0, messages=list(written))]
                thread.runs += found
            for run in found if to else ():
                run.leaves = min(self.now + QUIET, run.opened + 10 * QUIET)
                for one in to:
                    run.owed[one] = [m for m in written if m.number > self.up_to.get((one, thread), 0)]
        thread.enrolled.update(missed)
        return len(missed)

    def take_back(self, thread: Thread) -> bool:
        waiting = [run for run in thread.runs if run.open and run.kind == "catch-up"]
        for run in waiting:
            run.open = False
        return any(run.owed for run in waiting)

    def owed(self, thread: Thread) -> dict[tuple[str, str, str], list[int]]:
        found: dict[tuple[str, str, str], list[int]] = {}
        for run in thread.runs:
            for person, messages in run.owed.items():
                if numbers := [one.number for one in messages if not one.deleted]:
                    found[person.name, run.channel, run.kind] = numbers
        return found

    def cancel_emptied(self, thread: Thread) -> None:
        for run in thread.runs:
            if run.owed and all(one.deleted or one not in thread.messages for one in run.messages):
                run.owed.clear()
                run.open = False

    def may_undo(self, person: Person, thread: Thread) -> bool:
        """N5"""
        if not self.sees(person, thread) or not thread.messages:
            return False
        newest = thread.messages[-1]
        waiting = any(newest in run.messages and run.owed for run in thread.runs)
        return (
            newest.author is person
            and not newest.deleted
            and newest.number not in thread.left
            and (waiting or self.now < newest.at + QUIET)
        )

    def undo(self, thread: Thread) -> None:
        gone = thread.messages.pop()
        for run in thread.runs:
            for messages in run.owed.values():
                if gone in messages:
                    messages.remove(gone)
        self.cancel_emptied(thread)
        if not thread.messages:
            thread.state = "undone"

    def delete(self, thread: Thread) -> None:
        """V4"""
        thread.state = "deleted"
        for run in thread.runs:
            run.owed.clear()
            run.open = False

    def deliver(self) -> None:
        """The notifier comes by: N5, N6, N9, N12."""
        for index, thread in enumerate(self.threads):
            for run in thread.runs:
                if not run.open or run.leaves > self.now:
                    continue
                run.open = False
                for person, messages in run.owed.items():
                    numbers = tuple(one.number for one in messages if not one.deleted)
                    gone = run.kind == "reply" and person not in self.clients(thread.ws)
                    read = numbers and self.up_to.get((person, thread), 0) >= numbers[-1]
                    if numbers and not gone and not read and self.reached(person, run.channel):
                        self.sent.append((person.name, run.channel, index, numbers))
                        thread.left.update(numbers)
                        if run.kind in ("broadcast", "catch-up"):
                            thread.got.add(person)
                run.owed.clear()
