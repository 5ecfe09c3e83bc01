"""The staff: adding them, each with a personal workspace, and who administers."""

from __future__ import annotations

from msgcenter_tui.center import addresses, finding
from msgcenter_tui.domain import Actor, PersonId, PersonKind, Staff, WorkspaceKind
from msgcenter_tui.errors import Conflict, Refused
from msgcenter_tui.store import places
from msgcenter_tui.store import staff as people
from msgcenter_tui.store.audit import record
from msgcenter_tui.store.tx import Tx, act, look
from msgcenter_tui.text import clean_name


@act
def add(tx: Tx, actor: Actor | None, name: str, email: str, *, region: str | None = None) -> Staff:
    """Add a member of staff and their personal workspace; the first, whom nobody needs to add, administers (S4).

    `region` is the country of phone numbers written without one, US unless given. Raises Conflict where the address
    is somebody's already (S5).
    """
    first = not people.anybody(tx)
    if first:
        people.found(tx)
    else:
        finding.require_administrator(tx, actor)
    name = clean_name(name)
    shown, key = addresses.email_address(email)
    if region is not None:
        region = addresses.region_code(region)
    holder = people.staff_by_email(tx, key)
    if holder is not None:
        raise Conflict(f"{shown} is taken", f"it is the address of {holder.name}", "give another one")
    person = people.add_staff(tx, name, shown, key, administrator=first)
    # Clients meet this name as `workspace.name`; for the owner the screens call it "Personal Clients".
    places.add_workspace(tx, WorkspaceKind.PERSONAL, name, person, region)
    record(tx, actor or Actor(person, PersonKind.STAFF, name), "staff.add", person, "name", "email")
    return Staff(person, name, shown, administrator=first)


@look
def list_staff(tx: Tx, actor: Actor) -> tuple[Staff, ...]:
    """All staff by name, for staff."""
    finding.require_staff(tx, actor)
    return tuple(Staff(row.id, row.name, row.email, row.administrator) for row in people.all_staff(tx))


@act
def appoint(tx: Tx, actor: Actor, who: str, *, administrator: bool = True) -> Staff:
    """Make a member of staff an administrator, or no longer one; the last one stays (S4)."""
    those = people.administrators(tx, lock=True)
    finding.require_administrator(tx, actor)
    row = finding.the_staff(tx, who)
    if row.administrator and not administrator and len(those) == 1:
        raise Refused(f"{row.name} stays administrator", "there is no other", "appoint somebody else first")
    if row.administrator is not administrator:
        people.set_administrator(tx, PersonId(row.id), administrator)
        record(tx, actor, "staff.appoint", row.id, f"administrator={administrator}".lower())
    return Staff(row.id, row.name, row.email, administrator)
