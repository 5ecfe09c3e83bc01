"""Drafts: what a person has begun to write, kept until it is sent or discarded, never overwritten (M4)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from msgcenter_tui.center import finding
from msgcenter_tui.domain import Actor, Draft, DraftId, Person, PersonId, Recipients, ThreadId, WorkspaceId
from msgcenter_tui.errors import BadInput, Conflict, not_found
from msgcenter_tui.store import clientele, drafting, places
from msgcenter_tui.store.ids import is_id
from msgcenter_tui.store.tables import DRAFT, PERSON, THREAD
from msgcenter_tui.store.tx import Tx, act, look
from msgcenter_tui.store.visibility import nameable_by
from msgcenter_tui.text import clean, clean_line

LONGEST = 1_000_000
"""Characters of a draft: far more than can be sent (M3), so that a paste which has to be cut is kept until it is."""


@act
def save(
    tx: Tx,
    actor: Actor,
    *,
    id: DraftId | None,
    version: int,
    thread: ThreadId | None = None,
    recipients: Recipients | None = None,
    workspace: WorkspaceId | None = None,
    subject: str = "",
    body: str = "",
    locked: bool = False,
    cursor: int = 0,
) -> Draft:
    """Keep a draft of `actor`: `id` None makes one, else `version` is that of the draft as it was last seen.

    Where another terminal has saved it since, or has sent or discarded it, nothing is overwritten and nothing is
    lost: this text becomes a second draft, in the same thread (M4). A draft stays in the thread it was begun in, and
    is kept there when the thread is locked or gone (L4). Raises NotFound for a new draft in a thread or workspace
    that the writer does not see. Not audited (S2).
    """
    words: dict[str, Any] = {
        "subject": clean_line(subject),
        "body": clean(body),
        "locked": locked,
        "cursor": min(max(cursor, 0), LONGEST),
        "workspace_id": workspace,
        "kind": recipients and recipients.kind,
        "recipients": recipients and [_person(one) for one in recipients.people],
    }
    if len(words["body"]) + len(words["subject"]) > LONGEST:
        raise BadInput("this is too much for a draft", f"the most is {LONGEST:,} characters", "keep it in a file")
    if actor.is_client:
        _check_there(tx, actor)
    present = None if id is None else drafting.draft_row(tx, actor.person, id)
    if present is not None:
        thread = present.thread_id
    _check_place(tx, actor, thread, workspace, present)
    if present is not None:
        if all(getattr(present, column) == value for column, value in words.items()):
            return _draft(tx, actor, present)  # also a save that is repeated since its answer was lost
        saved = drafting.update_draft(tx, actor.person, DraftId(present.id), version, words)
        if saved is not None:
            return _draft(tx, actor, saved)
    return _draft(tx, actor, drafting.add_draft(tx, actor.person, {**words, "thread_id": thread}))


def _person(id: PersonId) -> PersonId:
    if not is_id(PERSON, id):
        raise not_found("person", id)
    return id


def _check_there(tx: Tx, actor: Actor) -> None:
    """Who is erased leaves no words behind."""
    clientele.stays(tx, actor.person)
    if clientele.client_by_id(tx, actor.person) is None:
        raise not_found("client", actor.person)


def _check_place(tx: Tx, actor: Actor, thread: str | None, workspace: str | None, present: Row[Any] | None) -> None:
    """Where a draft already is, it may stay, whatever its writer sees by now."""
    if thread is not None and present is None and not drafting.sees_thread(tx, actor, thread):
        raise not_found("thread", thread)
    if workspace is not None and (present is None or present.workspace_id != workspace):
        if actor.is_client:
            row = clientele.client_by_id(tx, actor.person)
            if row is None or row.workspace_id != workspace:
                raise not_found("workspace", workspace)
        else:
            finding.the_role(tx, actor, workspace)


@look
def list_drafts(tx: Tx, actor: Actor) -> tuple[Draft, ...]:
    """The actor's own drafts that hold anything, newest first; who only looks at a portal sees none (M4, P3)."""
    return () if actor.viewing else tuple(_draft(tx, actor, row) for row in drafting.draft_rows(tx, actor.person))


@look
def get(tx: Tx, actor: Actor, id: DraftId) -> Draft:
    """One of the actor's own drafts; anybody else's is not there (M4, S4)."""
    row = None if actor.viewing else drafting.draft_row(tx, actor.person, id)
    if row is None:
        raise not_found("draft", id)
    return _draft(tx, actor, row)


@look
def for_thread(tx: Tx, actor: Actor, thread: ThreadId) -> Draft | None:
    """The actor's newest draft in the thread; None where there is none."""
    if actor.viewing or not is_id(THREAD, thread):
        return None
    row = drafting.newest_in_thread(tx, actor.person, thread)
    return None if row is None else _draft(tx, actor, row)


@act
def discard(tx: Tx, actor: Actor, id: DraftId, version: int | None) -> None:
    """Throw away one of the actor's own drafts: `version` is that which was last seen, None whatever is there now.

    Raises Conflict where another terminal has saved it since, for nobody has seen what would be lost (M4), and
    NotFound where it is gone already. Not audited (S2).
    """
    if is_id(DRAFT, id) and drafting.remove_draft(tx, actor.person, id, version):
        return
    if drafting.draft_row(tx, actor.person, id) is None:
        raise not_found("draft", id)
    raise Conflict("your draft was not discarded", "it was changed elsewhere", "look at it again")


def _draft(tx: Tx, actor: Actor, row: Row[Any]) -> Draft:
    recipients = None
    people: tuple[Person, ...] = ()
    if row.kind is not None:
        recipients = Recipients(row.kind, tuple(PersonId(one) for one in row.recipients or ()))
        people = _named(tx, actor, row.workspace_id, recipients.people)
    return Draft(
        id=DraftId(row.id),
        version=row.version,
        thread=row.thread_id and ThreadId(row.thread_id),
        recipients=recipients,
        people=people,
        workspace=row.workspace_id and WorkspaceId(row.workspace_id),
        subject=row.subject,
        body=row.body,
        locked=row.locked,
        cursor=row.cursor,
        at=row.at,
    )


def _named(tx: Tx, actor: Actor, workspace: WorkspaceId | None, ids: tuple[PersonId, ...]) -> tuple[Person, ...]:
    """Those of the people whom the actor may write to now: a draft gives away no name (S4)."""
    if not ids:
        return ()
    role = None
    if actor.is_client:  # they write from where they live now, whatever the draft says
        row = clientele.client_by_id(tx, actor.person)
        if row is None:
            return ()
        workspace = row.workspace_id
    elif workspace is None or (role := places.role_of(tx, workspace, actor.person)) is None:
        return ()
    found = clientele.people_by_id(tx, ids, nameable_by(actor, workspace, role))
    return tuple(found[one] for one in ids if one in found)
