"""`msgcenter deliveries`: the ledger, and deciding what becomes of what it holds."""

from __future__ import annotations

from msgcenter_tui.center import deliveries
from msgcenter_tui.cli.output import Answer, Cell, Paper, count, done, iso, local
from msgcenter_tui.cli.session import Session
from msgcenter_tui.domain import Channel, Delivery, DeliveryId, DeliveryState, ThreadId
from msgcenter_tui.errors import BadInput

_STYLES = {
    DeliveryState.SENT: "good",
    DeliveryState.FAILED: "bad",
    DeliveryState.UNKNOWN: "warn",
    DeliveryState.HELD: "warn",
    DeliveryState.RETRYING: "warn",
}


def show_all(session: Session) -> Answer:
    args, thread = session.args, _thread(session)
    page = session.run(
        deliveries.list_deliveries,
        thread=thread,
        state=_state(session),
        reason=args.reason,
        limit=args.limit,
        after=args.after,
    )

    progress = None if thread is None else session.run(deliveries.progress, thread)
    folded = progress.folded if progress is not None else {}

    def text(paper: Paper) -> None:
        headings = ("ID", "THREAD", "RECIPIENT", "BY", "ADDRESS", "STATE", "TRIES", "NEXT", "WHY")
        paper.table(headings, [_row(one) for one in page.items], empty="no notifications", whole=True)
        paper.more(page.next)
        if folded:
            paper.say(f"{sum(folded.values()):,} more folded: figures only; see `msgcenter audience {thread}`", "dim")

    data: dict[str, object] = {"deliveries": [_json(one) for one in page.items], "next": page.next}
    if thread is not None:
        data["folded"] = {state.value: number for state, number in folded.items()}
    return Answer(data, text)


def retry(session: Session) -> Answer:
    ids, thread, state = _ids(session), _thread(session), _state(session)
    if not ids and thread is None and state is None:
        raise BadInput("it is not said which", "", "name deliveries by id, or by --thread or --state failed")
    changed = session.run(deliveries.retry, ids=ids, thread=thread, state=state, reason=session.args.reason)
    return done(f"{count(changed, 'notification')} will be tried again", changed=changed)


def resolve(session: Session) -> Answer:
    ids, thread, arrived = _ids(session), _thread(session), session.args.arrived
    if not ids and thread is None:
        raise BadInput("it is not said which", "", "name deliveries by id, or by --thread")
    changed = session.run(deliveries.resolve, arrived=arrived, ids=ids, thread=thread)
    what = "is settled as arrived" if arrived else "will be sent again"
    return done(f"{count(changed, 'notification')}: each {what}", changed=changed)


def release(session: Session) -> Answer:
    args = session.args
    changed = session.run(deliveries.release, thread=_thread(session), everything=args.all)
    return done(f"{count(changed, 'notification')} may leave now", changed=changed)


def resume(session: Session) -> Answer:
    named = session.args.channel
    resumed = session.run(deliveries.resume, channel=None if named is None else Channel(named))
    words = [channel.value for channel in resumed]
    return done(f"{' and '.join(words)}: what waits may leave now", resumed=words)


def _ids(session: Session) -> tuple[DeliveryId, ...]:
    return tuple(DeliveryId(one) for one in session.args.ids)


def _thread(session: Session) -> ThreadId | None:
    named = session.args.thread
    return None if named is None else ThreadId(named)


def _state(session: Session) -> DeliveryState | None:
    word = session.args.state
    return None if word is None else DeliveryState(word)


def _row(one: Delivery) -> tuple[str | int | Cell | None, ...]:
    state = Cell(one.state.value, _STYLES.get(one.state, ""))
    which = one.id, one.thread, one.recipient.name, one.channel.value, one.address
    return *which, state, one.attempts, local(one.next_at), one.why


def _json(one: Delivery) -> dict[str, object]:
    return {
        "id": one.id,
        "thread": one.thread,
        "recipient": {"id": one.recipient.id, "name": one.recipient.name},
        "channel": one.channel.value,
        "address": one.address,
        "state": one.state.value,
        "attempts": one.attempts,
        "next_at": iso(one.next_at),
        "why": one.why,
        "messages": one.messages,
        "subject": one.subject,
        "settled_at": iso(one.settled_at),
    }
