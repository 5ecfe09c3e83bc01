"""A practice with secrets in it, and a connection that says whatever somebody with a login may think of."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
from psycopg import sql
from tests.center.practice import ALL_TEAM, Practice
from tests.world import World

from msgcenter_tui.center import clients, drafts, messages, templates, threads
from msgcenter_tui.domain import Client, MessageId, Staff, ThreadId
from msgcenter_tui.store.store import Store

OF_THE_TEAM = (
    "Quillfeather", "quillfeather", "5550188", "notewithin", "privateword", "formerword", "deletedword", "draftword",
    "templateword", "teamword",
)  # fmt: skip
OF_ANOTHER_TEAM = ("Yorick", "yorick", "elsewhereword", "elsewherenote")
SECRETS = (*OF_THE_TEAM, *OF_ANOTHER_TEAM, "Wanda", "wanda", "client.change")
"""None of these words is Ana's to read: other clients, what is written to them and about them, who works where."""


@dataclass(frozen=True)
class Secrets:
    """Who is there, by whose ids somebody might ask."""

    ana: Client
    zelda: Client
    yorick: Client
    wanda: Staff
    maya: Staff
    other: Staff
    private: ThreadId
    said: MessageId
    seen: ThreadId
    """A locked broadcast, which Ana sees, too."""
    words: ThreadId
    """Ana's own direct thread with Maya."""

    def ids(self) -> dict[str, int]:
        """Their numbers, by name."""
        one = {
            "ana": self.ana.id, "zelda": self.zelda.id, "yorick": self.yorick.id, "wanda": self.wanda.id,
            "maya": self.maya.id, "private": self.private, "said": self.said, "seen": self.seen, "words": self.words,
        }  # fmt: skip
        return {name: int(id[1:]) for name, id in one.items()}


def fill(world: World) -> Secrets:
    """Two teams that know nothing of each other, and in one of them clients who know nothing of each other."""
    practice = Practice(world)
    store: Store = world.store
    wanda = world.staff("Wanda Hidden")
    world.member(practice.team, wanda)
    ana = practice.client("Ana Flores")
    zelda = practice.client("Zelda Quillfeather", phone="+1 212 555 0188", consent="active", note="notewithin")
    world.change(zelda, status="inactive"), world.change(zelda, status="active")
    maya = practice.who(practice.maya)
    seen = practice.broadcast("We close at noon")
    practice.read(zelda, seen)
    private = practice.direct(practice.maya, zelda, body="formerword")
    (said,) = practice.opened(practice.maya, private).messages
    store.run(messages.edit, maya, said.id, "privateword")
    practice.reply(zelda, private, "privateword too")
    gone = practice.broadcast("deletedword")
    store.run(threads.delete, maya, gone)
    practice.start(practice.maya, ALL_TEAM, "teamword")
    words = practice.direct(practice.maya, ana, body="Hello Ana")
    store.run(drafts.save, maya, id=None, version=0, thread=words, body="draftword")
    store.run(templates.add, maya, "templateword", "templateword", team=practice.team.id)
    other = world.staff("Other Owner")
    elsewhere = world.team("Elsewhere", owner=other)
    yorick = world.client("Yorick Bones", elsewhere, portal=True, note="elsewherenote")
    practice.broadcast("elsewhereword", by=other, workspace=elsewhere)
    store.run(clients.assign, world.actor(other), yorick.id, other.id)
    return Secrets(ana, zelda, yorick, wanda, practice.maya, other, private, said.id, seen, words)


class Hostile:
    """One connection of one login; `hears` is all that the server says to a statement, which is then undone."""

    def __init__(self, url: str) -> None:
        self._conn = psycopg.connect(url.replace("postgresql+psycopg", "postgresql"), autocommit=False)
        self._notices: list[str] = []
        self._conn.add_notice_handler(lambda one: self._notices.append(f"{one.message_primary} {one.message_detail}"))

    def hears(self, script: str, **ids: int) -> str:
        """Rows, notices, errors with their details, what is copied out: as one text."""
        self._notices.clear()
        said: list[str] = []
        statement = sql.SQL(script).format(**{name: sql.Literal(id) for name, id in ids.items()}) if ids else script
        try:
            with contextlib.closing(self._conn.cursor()) as cursor:
                for one in (statement if isinstance(statement, str) else statement.as_string(self._conn)).split(";;"):
                    said += self._rows(cursor, one)
        except psycopg.Error as error:
            diag = error.diag
            said += [str(error), str(diag.message_detail), str(diag.message_hint), str(diag.context)]
        finally:
            self._conn.rollback()
        said += [f"{one.channel} {one.payload}" for one in self._conn.notifies(timeout=0)]
        return "\n".join((*said, *self._notices))

    def _rows(self, cursor: psycopg.Cursor[tuple[object, ...]], one: str) -> Iterator[str]:
        if one.strip().upper().startswith("COPY"):
            with cursor.copy(one.encode()) as copied:
                yield from (bytes(line).decode() for line in copied)
            return
        cursor.execute(one.encode(), prepare=False)
        if cursor.description is not None:
            yield from map(repr, cursor.fetchall())

    def close(self) -> None:
        self._conn.close()
