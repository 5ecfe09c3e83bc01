"""The audit log: who changed what, newest first, and whether it is whole (S2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from msgcenter_tui.cli.plain import words
from msgcenter_tui.cli.plain.desk import Desk, Entry
from msgcenter_tui.domain import AuditGroup, AuditRecord, Thing, ThreadId
from msgcenter_tui.errors import NotFound
from msgcenter_tui.text import fold
from msgcenter_tui.tui import acts, render

_PAGE = 10
"""So many records are told at once."""
_VERIFY = "verify"


class Records:
    """`open` opens the thread that a record is about."""

    def __init__(self, desk: Desk, open: Callable[[ThreadId], None]) -> None:
        self._desk = desk
        self._say = desk.voice.say
        self._open = open

    def audit(self, which: str = "") -> None:
        """The records of all acts, or of one kind; or whether none was changed or removed. For administrators (S4)."""
        if fold(which) == _VERIFY:
            self._verify()
            return
        try:
            group = AuditGroup(fold(which)) if which else None
        except ValueError:
            kinds = ", ".join(one.value for one in AuditGroup)
            raise NotFound(f"there is no kind of act {which[:40]!r}", "", f"it is one of {kinds}, or verify") from None
        desk = self._desk

        def pages(after: str | None) -> tuple[Sequence[Entry], str | None]:
            page = desk.do(acts.audit.list_records, group=group, limit=_PAGE, after=after)
            things = desk.do(acts.audit.things, page.items)
            return [self._entry(one, things) for one in page.items], page.next

        desk.list(pages, "nothing was changed yet")
        desk.opened = None

    def _entry(self, one: AuditRecord, things: Mapping[str, Thing]) -> Entry:
        line = words.record(one, things, self._desk.now, self._desk.services.zone)
        about = things.get(one.what)
        if about is None or about.thread is None:
            return Entry(line, partial(self._say, line))
        return Entry(line, partial(self._open, about.thread))

    def _verify(self) -> None:
        walk = self._desk.do(acts.audit.verify)
        while not walk.over:
            walk = self._desk.do(acts.audit.verify, walk)
        acts.audit.require_whole(walk)
        self._say(f"The audit log is whole: {render.counted(walk.last.number, 'record')}.")
        if walk.last.number:
            self._say(f"Its head: {walk.last}. Note it where nobody who may write the store may write.")
