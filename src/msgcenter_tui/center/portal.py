"""The client portal from the staff's side: signing in as a client, and looking without touching (P1..P3)."""

from __future__ import annotations

from msgcenter_tui.center import finding, identity
from msgcenter_tui.domain import Actor, PersonId
from msgcenter_tui.errors import Ask
from msgcenter_tui.rules import signing_in
from msgcenter_tui.store import staff as people
from msgcenter_tui.store.audit import record
from msgcenter_tui.store.tx import Tx, act, look

DEMONSTRATION = "demonstration"
"""The key of `meta` that a practice data set carries: its clients are nobody."""


@act
def sign_in(tx: Tx, actor: Actor, client: str, *, yes: bool = False) -> Actor:
    """The client's Actor, with the member of staff kept beside it: the audit names both from here on (P3).

    Raises Refused, with why, where the client could not sign in (P2); Ask in a real store, unless `yes`.
    """
    row = finding.the_client(tx, actor, client)
    portal = identity.as_client(row, by=actor.person)
    if not yes and people.meta_value(tx, DEMONSTRATION) is None:
        raise Ask(
            f"sign in as {row.name}?",
            "what you read there counts as read by them, and what you write is theirs; the audit names you both",
            "to look without touching, view their portal instead",
        )
    record(tx, portal, "portal.sign_in", row.id)
    return portal


@look
def view_as(tx: Tx, actor: Actor, client: str) -> Actor:
    """An Actor that sees the client's portal, marks nothing read and can write nothing (P3).

    Raises Refused, with why, where there is nothing to see since the client could not sign in (P2).
    """
    portal = identity.as_client(finding.the_client(tx, actor, client), by=actor.person)
    return Actor(portal.person, portal.kind, portal.name, by=actor.person, viewing=True)


@look
def why_not(tx: Tx, actor: Actor, client: PersonId | str) -> str | None:
    """Why the client cannot sign in, and what would help, as one clause; None where they can (P2)."""
    row = finding.the_client(tx, actor, client)
    reason = signing_in.why_not(portal=row.portal, email=row.email, erased=row.erased_at is not None)
    return None if reason is None else "; ".join(reason)
