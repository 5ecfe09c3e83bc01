"""Which clients are worth a look before a send, and why: found one by one, added up over all of them (T6, N4)."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache

from msgcenter_tui.domain import Notable, NotableKind, Person, PersonId, PersonKind, Scanned
from msgcenter_tui.errors import BadInput
from msgcenter_tui.rules import fields, sms

FEW = 5
"""So many of each kind are named, to be looked at."""

_ORDER = {kind: place for place, kind in enumerate(NotableKind)}


Key = tuple[NotableKind, str]


class Tally:
    """Looks at one client after another for the sake of one message.

    `facts` are those of the sender and the workspace, None where the text holds no fields; `sender` is the workspace's
    name, `link` where a client with a portal reads on. Of a text that cannot be sent nothing is said but whom no
    channel reaches.
    """

    def __init__(
        self, body: str, facts: Mapping[str, str] | None, *, sender: str, link: str = "", how_to_stop: str = ""
    ) -> None:
        self._sender, self._link, self._how_to_stop = sender, link, how_to_stop
        self._filler: fields.Filler | None = None
        self._told: str | None = body
        """What everybody reads; None where each one's is another, or the text cannot be sent."""
        if facts is not None:
            self._told = None
            with suppress(BadInput):
                self._filler = fields.Filler(body, facts)
        self._kinds: dict[str, NotableKind] = {}
        """What it means that one of these fields is empty."""
        if self._filler is not None:
            self._kinds = {
                name: NotableKind.FALLBACK if has_fallback else NotableKind.EMPTY
                for name, has_fallback in self._filler.fields.items()
            }
            if not self._kinds:
                self._told, self._filler = self._filler.filled({}), None
        self._segments = lru_cache(4096)(self._counted)
        self._found: dict[Key, tuple[int, list[Person], int]] = {}
        self._looked = self._texted = 0

    def look(
        self,
        person: PersonId,
        name: str,
        email: str | None,
        phone: str | None,
        *,
        by_email: bool,
        by_sms: bool,
        in_portal: bool,
        first_sms: bool,
    ) -> None:
        """At one client, whom these channels reach; `in_portal`: they see the thread there."""
        self._looked += 1
        if not (by_email or by_sms):
            self._note(NotableKind.PORTAL_ONLY if in_portal else NotableKind.UNREACHABLE, "", person, name)
        told = self._told
        if self._filler is not None:
            values = {}
            for field, kind in self._kinds.items():
                value = values[field] = fields.client_value(field, name, email, phone)
                if not value:
                    self._note(kind, field, person, name)
            told = self._filler.filled(values)
        if told is None:
            return
        self._note(NotableKind.LONGEST, "", person, name, len(told))
        if by_sms:
            segments = self._segments(told, in_portal, first_sms)
            if segments:
                self._texted += 1
                self._note(NotableKind.SMS_MOST, "", person, name, segments)
            else:
                self._note(NotableKind.SMS_CUT, "", person, name)

    def _counted(self, told: str, reads_on: bool, first: bool) -> int:
        return sms.uncut(self._sender, told, self._link if reads_on else "", self._how_to_stop if first else "")

    def _note(self, kind: NotableKind, field: str, person: PersonId, name: str, extent: int = 0) -> None:
        count, first, greatest = self._found.get((kind, field), (0, [], extent))
        if extent < greatest:
            return
        if extent > greatest:
            count, first = 0, []
        if len(first) < FEW:
            first.append(Person(person, name, PersonKind.CLIENT))
        self._found[kind, field] = (count + 1, first, extent)

    def scanned(self, next: str | None = None, total: int | None = None) -> Scanned:
        """What was found so far."""
        notables = tuple(
            Notable(kind, field, count, tuple(first), extent)
            for (kind, field), (count, first, extent) in self._found.items()
        )
        return Scanned(self._looked, self._texted, notables, next, total)


def added(so_far: Scanned, more: Scanned) -> Scanned:
    """Both together; what comes next is what comes after the latter."""
    found: dict[Key, Notable] = {(one.kind, one.field): one for one in so_far.notables}
    for one in more.notables:
        known = found.get((one.kind, one.field))
        if known is None or one.extent > known.extent:
            found[one.kind, one.field] = one
        elif one.extent == known.extent:
            both = replace(known, count=known.count + one.count, first=(*known.first, *one.first)[:FEW])
            found[one.kind, one.field] = both
    total = so_far.total if so_far.total is not None else more.total
    return Scanned(so_far.looked + more.looked, so_far.texted + more.texted, tuple(found.values()), more.next, total)


def worth_a_look(scanned: Scanned) -> tuple[Notable, ...]:
    """What sets some clients apart, in the order in which it is looked at.

    A text that is as long for everybody sets nobody apart.
    """
    all_of = {NotableKind.LONGEST: scanned.looked, NotableKind.SMS_MOST: scanned.texted}
    found = (one for one in scanned.notables if one.count < all_of.get(one.kind, one.count + 1))
    return tuple(sorted(found, key=lambda one: (_ORDER[one.kind], one.field)))
