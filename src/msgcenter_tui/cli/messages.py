"""`msgcenter send`, `reply`, `edit`, `delete-message`, `undo`: writing, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from msgcenter_tui.center import drafts, messages, reach, templates
from msgcenter_tui.cli import files
from msgcenter_tui.cli.output import Answer, Paper, count, done
from msgcenter_tui.cli.reached import reach_words
from msgcenter_tui.cli.session import Session
from msgcenter_tui.domain import (
    Draft,
    DraftId,
    MessageId,
    Outlook,
    Person,
    Reach,
    Recipients,
    Segments,
    Sent,
    ThreadId,
    ThreadKind,
    WorkspaceId,
)
from msgcenter_tui.errors import Ask, BadInput, MessageCenterError, NotFound, Refused
from msgcenter_tui.rules import sms
from msgcenter_tui.text import clean

_NAMED = 10
AUDIENCES = {"all-clients": ThreadKind.ALL_CLIENTS, "all-team": ThreadKind.ALL_TEAM}


def send(session: Session) -> Answer:
    args = session.args
    draft = session.run(drafts.get, DraftId(args.draft)) if args.draft else None
    if draft is not None and draft.thread is not None:
        raise BadInput("this draft is a reply", "", f"send it with `reply {draft.thread} --draft {draft.id}`")
    workspace = _workspace(session, draft)
    body, subject = _words(session, draft)
    sent = session.run(
        messages.start,
        _recipients(session, workspace, draft),
        workspace,
        body,
        subject=subject,
        locked=draft.locked if draft is not None and args.locked is None else args.locked,
        yes=args.yes,
        dry_run=args.dry_run,
        draft=draft,
    )
    if args.template is not None and not args.dry_run:
        with suppress(MessageCenterError):  # it is sent: that it is not remembered as used is nobody's matter
            session.run(templates.used, session.run(templates.get, args.template).id)
    reached = None if session.actor.is_client else reach_words(session, sent.outlook.reach)
    return Answer(_sent_json(sent), lambda paper: _say_sent(paper, sent, reached))


def reply(session: Session) -> Answer:
    args = session.args
    draft = session.run(drafts.get, DraftId(args.draft)) if args.draft else None
    body = draft.body if draft is not None else files.body(args) or ""
    thread = ThreadId(args.thread)
    try:
        sent = session.run(messages.reply, thread, body, yes=args.yes, draft=draft)
    except Ask:
        raise
    except Refused as refused:
        raise refused if draft is not None else _kept(session, refused, thread, body) from None
    notified, reached = None, None
    if not session.actor.is_client:
        notified, reached = notified_json(sent.outlook.reach), reach_words(session, sent.outlook.reach)

    def text(paper: Paper) -> None:
        paper.say(f"sent {sent.message} in {thread}")
        if reached is not None:
            paper.say(reached)
        if sent.outlook.segments is not None:
            paper.say(sms.cost(sent.outlook.segments))

    return Answer({"message": sent.message, "notified": notified}, text)


def _kept(session: Session, refused: Refused, thread: ThreadId, body: str) -> Refused:
    """The refusal of a reply, with what was written kept as a draft in the thread (L4); where there is no such thread
    for the writer, the refusal as it is.
    """
    try:
        kept = session.run(drafts.for_thread, thread)
        if kept is None or kept.body != clean(body):
            kept = session.run(drafts.save, id=None, version=0, thread=thread, body=body, cursor=len(body))
    except NotFound:
        return refused
    cure = refused.cure.removesuffix("your text is kept")
    return Refused(refused.what, refused.why, f"{cure}{'; ' if cure else ''}your text is kept as the draft {kept.id}")


def edit(session: Session) -> Answer:
    args = session.args
    session.run(messages.edit, MessageId(args.message), files.body(args) or "")
    return done(f"changed {args.message}")


def delete(session: Session) -> Answer:
    session.run(messages.delete_message, MessageId(session.args.message))
    return done(f"deleted {session.args.message}")


def undo(session: Session) -> Answer:
    draft = session.run(messages.undo, ThreadId(session.args.thread))
    return done(f"taken back; the text is your draft {draft.id}", draft=draft.id)


# -- what is sent, and to whom ----------------------------------------------------------------------------------------


def _workspace(session: Session, draft: Draft | None) -> WorkspaceId:
    named = session.args.workspace
    if session.actor.is_client:
        return WorkspaceId("")  # a client writes from where they live, whatever is said
    if named is not None:
        return session.workspace(named).id
    if draft is not None and draft.workspace is not None:
        return draft.workspace
    raise BadInput("it is not said from where to send", "", "name a workspace with --from, a team or personal")


def _recipients(session: Session, workspace: WorkspaceId, draft: Draft | None) -> Recipients:
    words: list[str] = session.args.to or []
    if not words and draft is not None and draft.recipients is not None:
        return draft.recipients
    if not words:
        raise BadInput("it is not said to whom", "", "name them with --to: all-clients, all-team, or people")
    return recipients(session, words, workspace)


def recipients(session: Session, words: list[str], workspace: WorkspaceId) -> Recipients:
    """Whom the words of --to mean."""
    audiences = [word for word in words if word in AUDIENCES]
    if not audiences:
        return Recipients(ThreadKind.DIRECT, tuple(session.run(reach.whom, word, workspace) for word in words))
    if len(words) > 1:
        raise BadInput(f"{audiences[0]} goes to nobody else", "", "send to the others by a command of their own")
    return Recipients(AUDIENCES[audiences[0]])


def _words(session: Session, draft: Draft | None) -> tuple[str, str | None]:
    """The body and the subject."""
    args = session.args
    subject: str | None = args.subject
    if draft is not None:
        return draft.body, draft.subject if subject is None else subject
    if args.template is not None:
        template = session.run(templates.get, args.template)
        return template.body, template.subject if subject is None else subject
    return files.body(args) or "", subject


# -- what became of it ------------------------------------------------------------------------------------------------


def notified_json(reach: Reach) -> dict[str, int]:
    return {"people": reach.people, "email": reach.email, "sms": reach.sms}


def _sent_json(sent: Sent) -> dict[str, object]:
    reach = sent.outlook.reach
    return {
        "thread": sent.thread,
        "message": sent.message,
        "to": [{"id": one.id, "name": one.name} for one in sent.people],
        "notified": notified_json(reach),
        "portal_only": reach.portal_only,
        "unreachable": reach.unreachable,
        "first_unreachable": [
            {"client": one.client, "name": one.name, "reason": one.reason} for one in sent.outlook.first_unreached
        ],
        "sms_segments": segments_json(sent.outlook.segments),
    }


def segments_json(segments: Segments | None) -> dict[str, object] | None:
    """What the SMS of a message take; null where there are none."""
    if segments is None:
        return None
    ucs2 = {"ucs2": segments.unicode, "because": segments.because or None}
    sums = {"least": segments.least, "most": segments.most, "total": segments.total}
    return {**sums, **ucs2, "exact": segments.exact, "cut": segments.cut}


def _say_sent(paper: Paper, sent: Sent, reached: str | None) -> None:
    outlook = sent.outlook
    if sent.thread is None:
        paper.say("nothing was sent: this is what it would do", "bold")
    else:
        paper.say(f"sent {sent.message} in the new thread {sent.thread}", "bold")
    if reached is None:  # a client is told of nobody else
        return
    paper.say(_audience_words(outlook, sent.people))
    paper.say(reached)
    if outlook.segments is not None:
        paper.say(sms.cost(outlook.segments))
    for one in outlook.first_unreached:
        paper.say(f"{one.name} {one.reason}", indent="  ")
    missing = outlook.reach.portal_only + outlook.reach.unreachable - len(outlook.first_unreached)
    if missing > 0:
        paper.say(f"and {missing:,} more", "dim", indent="  ")


def _audience_words(outlook: Outlook, people: Sequence[Person]) -> str:
    to = f"to {outlook.kind.called}"
    if not outlook.kind.broadcast:
        more = f" and {len(people) - _NAMED:,} more" if len(people) > _NAMED else ""
        to = f"direct, to {', '.join(one.name for one in people[:_NAMED])}{more}"
    lock = "locked" if outlook.locked else "unlocked"
    return f"{to}, from {outlook.workspace_name}, {lock}, {count(outlook.audience, 'person', 'people')}"
