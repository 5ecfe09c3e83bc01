"""As this client will see it: a message before it is sent, in every form it would reach a client in (T5, T6, N2).

It is made by what makes the real one: the portal's text by `fields`, the letter by the ledger's own judgement
(`leaving.would_leave`). How a letter reads as a mail or an SMS is the delivery's matter; who shows it asks that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msgcenter_tui import text
from msgcenter_tui.center import checking, messages, rendering
from msgcenter_tui.center.finding import require_staff
from msgcenter_tui.domain import (
    Actor,
    Channel,
    MessageId,
    Person,
    PersonId,
    PersonKind,
    Piece,
    PieceKind,
    PortalForm,
    Scanned,
    Status,
    ThreadKind,
    ThreadState,
    Unsent,
)
from msgcenter_tui.errors import BadInput, Refused
from msgcenter_tui.rules import fields, notables, signing_in, sms, writing
from msgcenter_tui.store import clientele, conversations, leaving, prospects
from msgcenter_tui.store.cursors import checked_limit, cursor, text_key
from msgcenter_tui.store.letters import Letter
from msgcenter_tui.store.recipients import Recipient
from msgcenter_tui.store.sheets import Text
from msgcenter_tui.store.tables import PERSON
from msgcenter_tui.store.tx import Tx, look

LATER = Person(PersonId(""), "Robin Newcomer", PersonKind.CLIENT)
"""A client who joins later, as they mostly come: with an address and a portal, without a phone number (A6, V2)."""

AT_ONCE = 2000
"""So many are looked at in one transaction: a fraction of a second, after which one may stop."""

_NOT_LATER = "who joins later finds it in the portal, and is not notified of it"
_NOT_SENT = "nothing leaves while the text cannot be sent"


@dataclass(frozen=True, slots=True)
class Preview:
    """What one client would get, in three forms; of mail and SMS the letter that would leave, or why none would."""

    client: Person
    later: bool
    """It is nobody of today: a client who joins later."""
    portal: PortalForm
    email: Letter | str
    sms: Letter | str
    fallbacks: tuple[str, ...]
    """Names of the fields of which this client reads the fallback."""
    empty: tuple[str, ...]
    """Names of the fields that have neither value nor fallback for this client."""
    problem: str
    """What keeps the text from being sent, with its place and cure; empty where nothing does (T4, T7)."""


# -- one client -------------------------------------------------------------------------------------------------------


@look
def preview(tx: Tx, actor: Actor, unsent: Unsent, client: PersonId | None = None) -> Preview:
    """What this client would get; None: a client who joins later.

    Raises Refused and NotFound where the actor may not send it there, or the client would not get it.
    """
    aim = _aim(tx, actor, unsent)
    which = aim.clients
    if which is None:
        raise Refused("there is nothing to preview", "no client gets this", "it reads as it is written")
    if client is None and aim.kind is not ThreadKind.ALL_CLIENTS:
        raise Refused("there is nothing to preview", "nobody joins a direct thread by themselves", "choose a client")
    body, problem = _body(tx, unsent.body, aim)
    facts = rendering.facts_for(tx, actor, body, aim.workspace_name)
    met = None if client is None else prospects.met(tx, which, aim.kind, client)
    if client is not None and met is None:
        raise Refused("there is nothing to preview", "this client does not get it", "choose another client")
    row = None if met is None else met.row
    values = _LATER_VALUES if row is None else fields.client_values(row.name, row.client_email, row.phone)
    used = _used(body) if facts is not None else {}
    lacking = [name for name in used if not {**(facts or {}), **values}.get(name)]
    person = LATER if row is None or client is None else Person(client, row.name, PersonKind.CLIENT)
    letters: list[Letter | str] = []
    for channel in Channel:
        if problem:
            letters.append(_NOT_SENT)
        elif row is None or client is None:
            letters.append(_NOT_LATER)
        else:
            letters.append(_letter(tx, aim, channel, row, client, _text(tx, actor, aim, body, facts)))
    return Preview(
        client=person,
        later=row is None,
        portal=_portal(tx, actor, aim, met, body, facts, values),
        email=letters[0],
        sms=letters[1],
        fallbacks=tuple(name for name in lacking if used[name]),
        empty=tuple(name for name in lacking if not used[name]),
        problem=problem,
    )


_LATER_VALUES = fields.client_values(LATER.name, "robin@example.org", None)


def _aim(tx: Tx, actor: Actor, unsent: Unsent) -> messages.Aim:
    require_staff(tx, actor)
    return messages.aim(tx, actor, unsent)


def _body(tx: Tx, written: str, aim: messages.Aim) -> tuple[str, str]:
    """The text as it would be kept, and what keeps it from being sent (M3, T4, T7)."""
    try:
        body = text.clean_body(written)
    except BadInput as error:
        return text.clean(written), str(error)
    found = checking.problems(tx, body, aim.kind, aim.clients)
    return body, str(found[0]) if found else ""


def _used(body: str) -> dict[str, bool]:
    """The fields of a text, and whether each has a fallback wherever it stands."""
    used: dict[str, bool] = {}
    for token in fields.parse(body).tokens:
        if token.kind is fields.TokenKind.FIELD:
            used[token.name] = used.get(token.name, True) and token.fallback is not None
    return used


def _text(tx: Tx, actor: Actor, aim: messages.Aim, body: str, facts: dict[str, str] | None) -> Text:
    author = conversations.name_of(tx, actor.person)
    kept = None if facts is None else tuple(sorted(facts.items()))
    return Text(MessageId(""), 1, aim.number, author, tx.now, body, kept)


def _letter(
    tx: Tx, aim: messages.Aim, channel: Channel, row: Recipient, client: PersonId, written: Text
) -> Letter | str:
    """What leaves together with what the client is owed by the thread already (N5)."""
    earlier = prospects.waiting(tx, aim.thread, aim.run_kind, channel, client) if aim.thread is not None else ()
    sheet = prospects.sheet(
        channel,
        aim.run_kind,
        aim.kind,
        (*earlier, written),
        subject=aim.subject,
        locked=aim.locked,
        workspace=aim.workspace_name,
    )
    return leaving.would_leave(tx, row, sheet)


def _portal(
    tx: Tx,
    actor: Actor,
    aim: messages.Aim,
    met: prospects.Met | None,
    body: str,
    facts: dict[str, str] | None,
    values: dict[str, str],
) -> PortalForm:
    why_not = ""
    if met is not None and not met.sees:
        reason = signing_in.why_not(portal=False, email=met.row.client_email, erased=False)
        why_not = "; ".join(reason or ())
    closed = writing.why_not_write(
        kind=aim.kind, state=ThreadState.LIVE, locked=aim.locked, is_owner=False, is_client=True
    )
    seen: Sequence[Piece] = (Piece(PieceKind.TEXT, body),)
    if facts is not None:
        seen = fields.pieces(body, {**facts, **values})
    return PortalForm(
        why_not=why_not,
        subject=aim.subject,
        workspace_name=aim.workspace_name,
        kind=aim.kind,
        locked=aim.locked,
        author=conversations.name_of(tx, actor.person),
        at=tx.now,
        pieces=tuple(seen),
        notice=writing.notice(aim.kind, locked=aim.locked, is_client=True),
        closed=closed,
    )


# -- stepping through them --------------------------------------------------------------------------------------------


@look
def neighbours(
    tx: Tx,
    actor: Actor,
    unsent: Unsent,
    at: PersonId | None = None,
    *,
    search: str = "",
    limit: int = 1,
) -> tuple[Person, ...]:
    """Those who get it, by name: those after this client, of all whom the search finds."""
    which = _aim(tx, actor, unsent).clients
    if which is None:
        return ()
    return tuple(clientele.named_around(tx, which, search, checked_limit(limit), at))


@look
def scan(
    tx: Tx,
    actor: Actor,
    unsent: Unsent,
    *,
    after: str | None = None,
    limit: int = AT_ONCE,
    how_to_stop: str = sms.REPLY_STOP,
) -> Scanned:
    """What is notable about the next of those who get it, at most so many; `notables.added` adds all of them up.

    `how_to_stop`: what a first SMS says at its end.
    """
    aim = _aim(tx, actor, unsent)
    if aim.clients is None:
        return Scanned(total=0)
    limit = max(1, min(limit, AT_ONCE))
    order = prospects.statuses(aim.kind)
    status, at = order[0], None
    if after is not None:
        key, id = text_key(after, PERSON)
        status, at = Status(key), PersonId(id)
    body = text.clean(unsent.body)
    tally = notables.Tally(
        body,
        rendering.facts_for(tx, actor, body, aim.workspace_name),
        sender=aim.workspace_name,
        link=sms.read_on(tx.policy.portal_url, locked=aim.locked),
        how_to_stop=how_to_stop,
    )
    last, found = "", 0
    for one in prospects.prospects(tx, aim.clients, aim.kind, status, at, limit):
        found += 1
        last = f"p{one.person}"
        tally.look(
            PersonId(last),
            one.name,
            one.email,
            one.phone,
            by_email=one.by_email,
            by_sms=one.by_sms,
            in_portal=one.in_portal,
            first_sms=one.first_sms,
        )
    if found == limit:
        following: str | None = cursor(status.value, last)
    else:
        later = order[order.index(status) + 1 :]
        following = cursor(later[0].value, "p0") if later else None
    return tally.scanned(following, prospects.how_many(tx, aim.clients) if after is None else None)
