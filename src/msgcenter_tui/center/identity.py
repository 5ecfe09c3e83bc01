"""Who acts: from the sign-in, from an address, or from there being nobody else, to an Actor (S5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from msgcenter_tui.center import finding
from msgcenter_tui.domain import Actor, Login, LoginKind, PersonId, PersonKind, Staff
from msgcenter_tui.errors import NotFound, Refused
from msgcenter_tui.rules import signing_in
from msgcenter_tui.store import clientele
from msgcenter_tui.store import staff as people
from msgcenter_tui.store.tx import Tx, look


@look
def who(tx: Tx, text: str | None = None) -> Actor:
    """The Actor whom `text` names: the id or address of a member of staff or of a client; None: the only member.

    A client acts as in their portal, and is refused while it is disabled (P2). Raises Refused with the candidates
    where more than one could be meant (S5), NotFound where nobody is.

    Who is signed in behind walls of the server's acts as who they are, and as nobody else.
    """
    if tx.login is not None:
        return _signed_in(tx, tx.login, text)
    if text is None:
        return _the_only_one(people.all_staff(tx))
    one = finding.staff_named(tx, text)
    staff, clients = [] if one is None else [one], finding.clients_named(tx, text)
    if not staff and not clients:
        raise NotFound(
            f"there is nobody {text[:80]!r} who could act", "", "give the e-mail address of a member of staff or client"
        )
    if len(staff) + len(clients) > 1:
        candidates = [f"{row.name}, staff ({row.id})" for row in staff]
        candidates += [f"{row.name}, client of {row.workspace_name} ({row.id})" for row in clients]
        raise finding.ambiguous(text, candidates)
    if staff:
        return _as_staff(staff[0])
    return as_client(clients[0])


@look
def accounts(tx: Tx) -> tuple[Staff, ...]:
    """All staff by name: who one could be."""
    return tuple(Staff(row.id, row.name, row.email, row.administrator) for row in people.all_staff(tx))


def as_client(row: Row[Any], by: PersonId | None = None) -> Actor:
    """The Actor of a client's portal; raises Refused, with the reason, where they cannot sign in (P2)."""
    reason = signing_in.why_not(portal=row.portal, email=row.email, erased=row.erased_at is not None)
    if reason is not None:
        raise Refused(f"{row.name} cannot sign in", *reason)
    return Actor(PersonId(row.id), PersonKind.CLIENT, row.name, by=by)


def _signed_in(tx: Tx, login: Login, text: str | None) -> Actor:
    if login.kind is LoginKind.NOTIFIER:
        raise Refused(
            "nobody can act", f"you are signed in as a notifier, with the role {login.role}", "sign in with your own"
        )
    assert login.person is not None
    staff = login.kind is LoginKind.STAFF
    row = (people.staff_by_id if staff else clientele.client_by_id)(tx, login.person)
    if row is None:
        raise NotFound("nobody can act", f"the role {login.role} is of somebody who is gone", "sign in with your own")
    named = None if text is None else finding.email_key(text)
    if text is not None and text != row.id and (named is None or named != finding.email_key(row.email or "")):
        look = ", or look at a client's portal with --view-as" if staff else ""
        raise Refused(
            f"you cannot act as {text[:80]!r}",
            f"you are signed in with the role {login.role}, and that is {row.name}",
            f"leave out --as{look}",
        )
    return _as_staff(row) if staff else as_client(row)


def _as_staff(row: Row[Any]) -> Actor:
    return Actor(PersonId(row.id), PersonKind.STAFF, row.name)


def _the_only_one(staff: Sequence[Row[Any]]) -> Actor:
    if not staff:
        raise NotFound("nobody can act", "the store has no staff yet", "add yourself with `staff add NAME --email E`")
    if len(staff) > 1:
        listed = ", ".join(f"{row.name} <{row.email}>" for row in staff[:10])
        more = f" and {len(staff) - 10} more" if len(staff) > 10 else ""
        raise Refused("it is not clear who acts", f"there are {listed}{more}", "say which of them with --as")
    return _as_staff(staff[0])
