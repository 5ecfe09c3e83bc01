"""`msgcenter threads`, `show`, `unread` and `thread ...`: the threads of whoever acts."""

from __future__ import annotations

from collections.abc import Mapping

from msgcenter_tui.center import reading, threads
from msgcenter_tui.cli.naming import place_names, title
from msgcenter_tui.cli.output import Answer, Cell, Paper, count, done, iso, local
from msgcenter_tui.cli.session import Session
from msgcenter_tui.cli.views import View
from msgcenter_tui.domain import (
    NO_SUBJECT,
    Conversation,
    Message,
    MessageId,
    Thread,
    ThreadId,
    ThreadKind,
    ThreadRow,
    ThreadState,
    WorkspaceId,
)
from msgcenter_tui.errors import NotFound
from msgcenter_tui.rules import withdrawing

_LONG_PAGE = 1000


def show_all(session: Session) -> Answer:
    args = session.args
    view = View(session)
    show = threads.Show.UNREAD if args.unread else threads.Show.DELETED if args.deleted else threads.Show.ALL
    page = session.store.run(
        threads.list_threads, view.reader, show=show, search=args.search, limit=args.limit, after=args.after
    )
    places = {} if view.of_portal else place_names(session)

    def text(paper: Paper) -> None:
        view.say(paper)
        paper.table(("ID", "", "THREAD", "KIND", "LAST", ""), [_row(row) for row in page.items], empty="no threads")
        paper.more(page.next)

    rows = [_row_json(row, places, view) for row in page.items]
    return Answer({"threads": rows, "next": page.next, **view.json()}, text)


def _row(row: ThreadRow) -> tuple[str | Cell, ...]:
    kind = _kind(row.kind) + (", locked" if row.locked else "")
    preview = f"{row.last_author}: {row.preview}" if row.last_author else row.preview
    unread = Cell(f"{row.unread} new" if row.unread else "", "accent")
    name = Cell(title(row), "bold" if row.unread else "")
    return row.id, unread, name, kind, local(row.last_at), Cell(preview, "dim")


def _kind(kind: ThreadKind) -> str:
    return kind.called if kind.broadcast else "direct"


def _row_json(row: ThreadRow, places: Mapping[WorkspaceId, str], view: View) -> dict[str, object]:
    return {
        "id": row.id,
        "kind": row.kind.value,
        "workspace": places.get(row.workspace, row.workspace_name),
        "workspace_id": row.workspace,
        "subject": row.subject,
        "locked": row.locked,
        "deleted": row.state is ThreadState.DELETED,
        "unread": row.unread if view.knows_unread else None,
        "last_at": iso(row.last_at),
        "preview": row.preview,
        "people": list(row.people),
        "others": row.others,
    }


def unread(session: Session) -> Answer:
    view = View(session)
    badge = session.store.run(reading.badge, view.reader)
    if not badge.known:
        return done("nobody can say what was unread then", threads=None, messages=None, **view.json())
    return done(
        f"{count(badge.messages, 'unread message')} in {count(badge.threads, 'thread')}",
        threads=badge.threads,
        messages=badge.messages,
        **view.json(),
    )


# -- one thread -------------------------------------------------------------------------------------------------------


def show(session: Session) -> Answer:
    args = session.args
    thread = ThreadId(args.thread)
    view = View(session)
    before = None if args.before is None else _number(session, view, thread, args.before)
    page = session.store.run(threads.open_thread, view.reader, thread, before=before, limit=args.limit)
    places = {} if view.of_portal else place_names(session)
    # What was shown is read (R2), not by a view (P3); a deleted thread is in no list, and nothing of it is unread.
    readable = not (args.peek or view.of_portal or session.store.damaged)
    if page.messages and readable and page.thread.state is ThreadState.LIVE:
        session.run(reading.read, thread, page.messages[-1].number)
    document = {
        "thread": _thread_json(page.thread, places, view),
        "messages": [_message_json(message) for message in page.messages],
        "audience": _audience_json(page.thread),
        "more_before": page.more_before,
        **view.json(),
    }

    def text(paper: Paper) -> None:
        view.say(paper)
        _say(paper, page)

    return Answer(document, text)


def _number(session: Session, view: View, thread: ThreadId, message: str) -> int:
    """The number of a message of the thread, by its id."""
    before = None
    while True:
        page = session.store.run(threads.open_thread, view.reader, thread, before=before, limit=_LONG_PAGE)
        for one in page.messages:
            if one.id == message:
                return one.number
        if not page.more_before:
            raise NotFound(f"there is no message {message[:40]!r} in this thread")
        before = page.messages[0].number


def _thread_json(thread: Thread, places: Mapping[WorkspaceId, str], view: View) -> dict[str, object]:
    return {
        "id": thread.id,
        "kind": thread.kind.value,
        "workspace": places.get(thread.workspace, thread.workspace_name),
        "workspace_id": thread.workspace,
        "subject": thread.subject,
        "locked": thread.locked,
        "deleted": thread.state is ThreadState.DELETED,
        "unread": thread.unread if view.knows_unread else None,
        "newest": thread.newest,
        "people": [{"id": one.id, "name": one.name, "kind": one.kind.value} for one in thread.people],
        "can_write": thread.can_write,
        "why_not": thread.why_not or None,
    }


def _message_json(message: Message) -> dict[str, object]:
    author = message.author
    return {
        "id": message.id,
        "number": message.number,
        "author": {"id": author.id, "name": author.name, "kind": author.kind.value},
        "at": iso(message.at),
        "body": message.body,
        "edited": message.edited_at is not None,
        "deleted": message.deleted,
    }


def _audience_json(thread: Thread) -> dict[str, object] | None:
    if (those := thread.readers) is None:
        return None
    return {"clients": those.clients, "see": those.sees, "read": those.read}


def _say(paper: Paper, page: Conversation) -> None:
    thread = page.thread
    paper.say(thread.subject or NO_SUBJECT, "bold")
    facts = [_kind(thread.kind), thread.workspace_name, *(one.name for one in thread.people)]
    facts += ["locked"] * thread.locked + ["deleted"] * (thread.state is ThreadState.DELETED)
    paper.say(" · ".join(facts), "dim")
    if thread.readers is not None:
        paper.say(f"seen by {thread.readers.sees}, read by {thread.readers.read}", "dim")
    if page.more_before:
        paper.say(f"there are earlier messages: --before {page.messages[0].id}", "dim")
    for message in page.messages:
        unread = thread.first_unread is not None and message.number >= thread.first_unread and not message.mine
        marks = [message.id, local(message.at)] + ["edited"] * (message.edited_at is not None) + ["new"] * unread
        paper.say()
        paper.say(f"{message.author.name}  ({', '.join(marks)})", "bold")
        if message.deleted:
            paper.say("message deleted", "dim", indent="  ")
        else:
            paper.body(message.body)
    if page.draft is not None and page.draft.body:
        paper.say()
        paper.say(f"you have a draft here: {page.draft.id}", "dim")
    if thread.why_not:
        paper.say()
        paper.say(thread.why_not, "dim")


# -- changing one -----------------------------------------------------------------------------------------------------


def rename(session: Session) -> Answer:
    session.run(threads.rename, _thread(session), session.args.subject)
    return done(f"renamed {_thread(session)}")


def lock(session: Session) -> Answer:
    session.run(threads.lock, _thread(session))
    return done(f"locked {_thread(session)}: only its owner writes in it")


def unlock(session: Session) -> Answer:
    session.run(threads.unlock, _thread(session), yes=session.args.yes)
    return done(f"unlocked {_thread(session)}: whoever sees it can reply")


def delete(session: Session) -> Answer:
    session.run(threads.delete, _thread(session))
    return done(f"deleted {_thread(session)}; `thread restore {_thread(session)}` makes it visible again")


def withdraw(session: Session) -> Answer:
    thread = _thread(session)
    withdrawn = session.run(threads.withdraw, thread)
    return done(
        f"{withdrawing.told(withdrawn)}; `thread restore {thread}` makes it visible again, locked",
        notifications=withdrawn.total,
        left=withdrawn.left,
        cancelled=withdrawn.cancelled,
        portals=withdrawn.portals,
    )


def restore(session: Session) -> Answer:
    session.run(threads.restore, _thread(session))
    return done(f"restored {_thread(session)}; nobody is notified")


def leave(session: Session) -> Answer:
    session.run(threads.leave, _thread(session))
    return done(f"you left {_thread(session)}")


def add(session: Session) -> Answer:
    thread = _thread(session)
    person = session.run(threads.whom_to_add, thread, session.args.who)
    session.run(threads.add_person, thread, person, yes=session.args.yes)
    return done(f"added {session.args.who} to {thread}")


def remove(session: Session) -> Answer:
    thread = _thread(session)
    person = session.run(threads.whom_to_remove, thread, session.args.who)
    session.run(threads.remove_person, thread, person)
    return done(f"removed {session.args.who} from {thread}")


def set_unread(session: Session) -> Answer:
    message = session.args.message
    session.run(reading.set_unread, _thread(session), None if message is None else MessageId(message))
    return done(f"{_thread(session)} is unread")


def _thread(session: Session) -> ThreadId:
    return ThreadId(session.args.thread)
