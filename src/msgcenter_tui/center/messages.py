"""Sending: a new thread, a reply, and what either would do before it is done (A, N1, S3, T4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row

from msgcenter_tui.center import checking, drafts, outlooks, reach, rendering
from msgcenter_tui.center.finding import require
from msgcenter_tui.center.revisions import delete_message, edit, undo, versions
from msgcenter_tui.center.standing import (
    is_personal,
    the_portal_client,
    the_thread,
    the_thread_locked,
    the_workspace,
)
from msgcenter_tui.center.threads import subject_of, why_not_write
from msgcenter_tui.domain import (
    Actor,
    Draft,
    MessageId,
    Outlook,
    Person,
    PersonKind,
    Recipients,
    Role,
    RunKind,
    Sent,
    ThreadId,
    ThreadKind,
    Unsent,
    WorkspaceId,
)
from msgcenter_tui.errors import Ask, BadInput, Conflict, Refused
from msgcenter_tui.rules import fields, roles, waiting, writing
from msgcenter_tui.store import audience, conversations, places, posting, runs
from msgcenter_tui.store.audit import record
from msgcenter_tui.store.ids import is_id
from msgcenter_tui.store.tables import PERSON, WORKSPACE
from msgcenter_tui.store.tx import Tx, act, look

__all__ = [
    "Aim",
    "aim",
    "check",
    "delete_message",
    "edit",
    "outlook",
    "outlook_reply",
    "recently_sent",
    "reply",
    "start",
    "undo",
    "versions",
]


@dataclass(frozen=True, slots=True)
class Address:
    """A new thread before it exists: where from, to whom, judged by A1..A4."""

    workspace: WorkspaceId
    workspace_name: str
    kind: ThreadKind
    people: tuple[Person, ...]
    owner: Person | None

    @property
    def run_kind(self) -> RunKind:
        """What its first message is for the ledger (N1, N10)."""
        return RunKind.BROADCAST if self.kind is ThreadKind.ALL_CLIENTS else RunKind.OTHER


# -- a new thread -----------------------------------------------------------------------------------------------------


@look
def outlook(
    tx: Tx, actor: Actor, recipients: Recipients, workspace: WorkspaceId, *, locked: bool, body: str | None = None
) -> Outlook:
    """What a message to these recipients would do now: whom it reaches how, and what is asked first (S3, N4).

    With its text, what its SMS take, too.
    """
    return _outlook(tx, actor, address_of(tx, actor, recipients, workspace), locked, body)


def _outlook(tx: Tx, actor: Actor, to: Address, locked: bool, body: str | None) -> Outlook:
    return outlooks.outlook(
        tx,
        actor,
        kind=to.kind,
        workspace=to.workspace,
        workspace_name=to.workspace_name,
        people=[person.id for person in to.people],
        locked=locked,
        body=body,
    )


@act
def start(
    tx: Tx,
    actor: Actor,
    recipients: Recipients,
    workspace: WorkspaceId,
    body: str,
    *,
    subject: str | None = None,
    locked: bool | None = None,
    yes: bool = False,
    dry_run: bool = False,
    draft: Draft | None = None,
) -> Sent:
    """Start a thread with its first message. `locked` None is the rule's choice (L2); `draft` is used up by it.

    Raises Ask where S3 or L3 asks and `yes` is not given; Refused with place and cure for a field or blank that
    cannot be sent (T4, T7).
    """
    if not actor.is_client and is_id(WORKSPACE, workspace):
        places.hold_member(tx, actor.person, workspace=workspace)
    to = address_of(tx, actor, recipients, workspace)
    locked = writing.locked_at_first(to.kind) if locked is None else locked
    body = checking.sendable(tx, actor, body, to.kind, _clients_named(to))
    subject = subject_of(subject)
    outlook = _outlook(tx, actor, to, locked, body)
    if dry_run:
        return Sent(None, None, outlook, to.people)
    if outlook.question and not yes:
        raise Ask(outlook.question, channels=waiting.channels(outlook.reach))
    _use_up(tx, actor, draft)
    thread = posting.add_thread(
        tx,
        workspace=to.workspace,
        kind=to.kind,
        subject=subject,
        locked=locked,
        owner=to.owner.id if to.owner else None,
        created_by=actor.person,
    )
    if to.kind is ThreadKind.DIRECT:
        posting.add_participants(tx, thread, [actor.person, *(person.id for person in to.people)])
    message = _post(tx, actor, thread, to.run_kind, body, to.workspace_name)
    record(tx, actor, "thread.start", thread, f"kind={to.kind}", f"locked={locked}".lower())
    return Sent(thread, message, outlook, to.people)


def address_of(tx: Tx, actor: Actor, recipients: Recipients, workspace: WorkspaceId) -> Address:
    """Where a new thread to these recipients is from and to whom, or the refusal (A1..A4)."""
    if actor.is_client:
        return _address_of_client(tx, actor, recipients)
    row, role = the_workspace(tx, actor, workspace)
    if recipients.kind is ThreadKind.DIRECT:
        require(tx, actor, workspace, roles.Deed.DIRECT)
        named = tuple(reach.named(tx, actor, workspace, role, _some(recipients.people)))
        return Address(workspace, row.name, recipients.kind, named, _as_person(actor))
    require(tx, actor, workspace, roles.Deed.BROADCAST)
    if recipients.kind is ThreadKind.ALL_TEAM and is_personal(row):
        raise Refused(
            "a personal workspace has no team members", "you are alone in it", "choose the team it is sent from"
        )
    return Address(workspace, row.name, recipients.kind, (), None)


def _address_of_client(tx: Tx, actor: Actor, recipients: Recipients) -> Address:
    """A client may start a direct thread to the staff who can be written to; the first named owns it (A4)."""
    client = the_portal_client(tx, actor)
    if recipients.kind is not ThreadKind.DIRECT:
        raise Refused("you cannot start a broadcast", "only staff can", "write to somebody by name")
    to = _some(recipients.people)
    if tx.writes and is_id(PERSON, to[0]):  # the owner it will have is removed before it is begun, or behind it
        places.hold_member(tx, to[0], workspace=client.workspace_id)
    named = tuple(reach.named(tx, actor, client.workspace_id, None, to))
    return Address(client.workspace_id, client.workspace_name, ThreadKind.DIRECT, named, named[0])


def _some(people: Sequence[Any]) -> Sequence[Any]:
    if not people:
        raise BadInput("a message needs a recipient", "nobody is named", "name at least one person")
    return people


def _as_person(actor: Actor) -> Person:
    return Person(actor.person, actor.name, actor.kind)


def _clients_named(to: Address) -> ColumnElement[bool] | None:
    """Of `clients`: those who get the message, None where none can."""
    if to.kind is ThreadKind.ALL_CLIENTS:
        return audience.all_clients(to.workspace)
    named = [person.id for person in to.people if person.kind is PersonKind.CLIENT]
    return audience.named(named) if named else None


# -- a reply ----------------------------------------------------------------------------------------------------------


@look
def outlook_reply(tx: Tx, actor: Actor, thread: ThreadId, *, body: str | None = None) -> Outlook | None:
    """What a message in this thread would do now, with its text what its SMS take, too.

    None for a client, whose portal tells only V7's sentence.
    """
    if actor.is_client:
        return None
    row = the_thread(tx, actor, thread)
    return _outlook_reply(tx, actor, row, body)


def _outlook_reply(tx: Tx, actor: Actor, row: Row[Any], body: str | None) -> Outlook:
    present = conversations.participants_of(tx, [row.id]).get(row.id, [])
    return outlooks.outlook(
        tx,
        actor,
        kind=row.kind,
        workspace=row.workspace_id,
        workspace_name=row.workspace_name,
        people=[person.id for person in present],
        locked=row.locked,
        follow_up=True,
        body=body,
    )


@act
def reply(
    tx: Tx,
    actor: Actor,
    thread: ThreadId,
    body: str,
    *,
    yes: bool = False,
    draft: Draft | None = None,
) -> Sent:
    """Write in a thread (L1, N9, N10). By staff in a thread to All Clients it asks first (S3).

    What follows is decided under the thread's lock: a reply that meets a locked thread is refused, and stays the
    writer's draft (L4).
    """
    row = the_thread_locked(tx, actor, thread)
    if why := why_not_write(row, actor):
        raise Refused("your message was not sent", why.rstrip("."), "your text is kept")
    body = checking.sendable(tx, actor, body, row.kind, checking.clients_there(row))
    outlook = outlooks.nothing(row.kind, row.workspace_name, row.locked)
    if not actor.is_client:
        outlook = _outlook_reply(tx, actor, row, body)
        if outlook.question and not yes:
            raise Ask(outlook.question, channels=waiting.channels(outlook.reach))
    _use_up(tx, actor, draft)
    message = _post(tx, actor, thread, _run_kind(row), body, row.workspace_name)
    record(tx, actor, "message.write", message, thread)
    return Sent(thread, message, outlook)


def _run_kind(row: Row[Any]) -> RunKind:
    """What the message is for the ledger: the owner's to All Clients, a reply to it, or any other (N1, N9, N10)."""
    if row.kind is not ThreadKind.ALL_CLIENTS:
        return RunKind.OTHER
    return RunKind.BROADCAST if row.owns and row.role is Role.OWNER else RunKind.REPLY


# -- before it is sent ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Aim:
    """Where a message would go that is not sent yet, judged by the same rules as the send."""

    kind: ThreadKind
    run_kind: RunKind
    workspace_name: str
    locked: bool
    subject: str | None
    number: int
    """The message's, in its thread."""
    thread: ThreadId | None
    clients: ColumnElement[bool] | None
    """Of `clients`: those who get it; None where none can."""


def aim(tx: Tx, actor: Actor, unsent: Unsent) -> Aim:
    """Raises what `reply` and `start` raise for whoever may not send it there."""
    if unsent.thread is not None:
        row = the_thread(tx, actor, unsent.thread)
        if why := why_not_write(row, actor):
            raise Refused("your message cannot be sent", why.rstrip("."), "your text is kept")
        run_kind, clients = _run_kind(row), checking.clients_there(row)
        number = row.last_number + 1
        return Aim(row.kind, run_kind, row.workspace_name, row.locked, row.subject, number, row.id, clients)
    if unsent.recipients is None or unsent.workspace is None:
        raise BadInput("a message needs a recipient", "nobody is named", "choose whom it goes to")
    to = address_of(tx, actor, unsent.recipients, unsent.workspace)
    subject = subject_of(unsent.subject)
    return Aim(to.kind, to.run_kind, to.workspace_name, unsent.locked, subject, 1, None, _clients_named(to))


# -- writing ----------------------------------------------------------------------------------------------------------


def _post(tx: Tx, actor: Actor, thread: ThreadId, run_kind: RunKind, body: str, workspace_name: str) -> MessageId:
    facts = rendering.facts_for(tx, actor, body, workspace_name)
    message, number = posting.add_message(tx, thread, actor.person, run_kind, body, facts)
    kinds = [run_kind]
    if run_kind is RunKind.REPLY and actor.is_client:
        kinds.append(RunKind.OWNER)  # N10: a client's reply in a broadcast concerns its owner, too
    runs.enroll(tx, thread, number, kinds, actor.person)
    return message


def _use_up(tx: Tx, actor: Actor, draft: Draft | None) -> None:
    """Remove the draft that becomes this message, as it was last seen.

    Raises Conflict where it is gone, for another terminal has sent it already, and where it was changed there, for
    those words are not in this message and would be lost (M4).
    """
    if draft is None:
        return
    try:
        drafts.discard(tx, actor, draft.id, draft.version)
    except Refused as refused:
        changed = isinstance(refused, Conflict)
        why = "was changed elsewhere" if changed else "is gone: it was sent or discarded elsewhere"
        raise Conflict("your message was not sent", f"its draft {why}", "look at the thread") from refused


@look
def check(
    tx: Tx,
    actor: Actor,
    body: str,
    *,
    thread: ThreadId | None = None,
    recipients: Recipients | None = None,
    workspace: WorkspaceId | None = None,
) -> tuple[fields.Problem, ...]:
    """What would keep this text from being sent, with places and cures, for the composer (T4, T7)."""
    if actor.is_client:
        return ()
    if thread is not None:
        row = the_thread(tx, actor, thread)
        return checking.problems(tx, body, row.kind, checking.clients_there(row))
    if recipients is None or workspace is None:
        return fields.check(body, broadcast=True, clients=True, empty=frozenset())
    to = address_of(tx, actor, recipients, workspace)
    return checking.problems(tx, body, to.kind, _clients_named(to))


@look
def recently_sent(tx: Tx, actor: Actor, *, limit: int = 20) -> tuple[str, ...]:
    """The actor's newest texts, newest first, each once (M6)."""
    return tuple(conversations.recent_bodies(tx, actor.person, limit))
