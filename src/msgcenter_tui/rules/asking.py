"""The questions before an act that cannot be taken back, with the figures of what it will do (S3, L3, A5, A6)."""

from __future__ import annotations

from msgcenter_tui.domain import Reach, Segments, ThreadKind
from msgcenter_tui.rules import sms

BY_A_KEY = 100
"""To so many people a send is confirmed by one key."""


def number_to_type(kind: ThreadKind, reach: Reach) -> int | None:
    """What has to be typed before a message to All Clients leaves for more than a hundred: how many get it.

    They are those who are notified and those who find it in the portal only (S3). None: a key is enough.
    """
    people = reach.people + reach.portal_only
    return people if kind is ThreadKind.ALL_CLIENTS and people > BY_A_KEY else None


def must_ask(kind: ThreadKind, *, clients: int, follow_up: bool = False) -> bool:
    """Whether a message by staff is asked about before it is sent: `clients` are those in a direct thread.

    To All Clients always, follow-ups too (S3). A direct thread with more than one client when it is started (L3):
    once they know each other's names there is nothing more to say.
    """
    if kind is ThreadKind.ALL_CLIENTS:
        return True
    return kind is ThreadKind.DIRECT and clients > 1 and not follow_up


def to_send(
    kind: ThreadKind,
    workspace_name: str,
    reach: Reach,
    *,
    locked: bool,
    exposed: int,
    follow_up: bool = False,
    segments: Segments | None = None,
) -> str | None:
    """What is asked before a message by staff is sent (S3, L3); None where nothing is.

    `exposed` is the number of clients who see each other's names and replies; in a direct thread all who are in it.
    """
    if not must_ask(kind, clients=exposed, follow_up=follow_up):
        return None
    texts = f" {sms.cost(segments)}." if segments is not None else ""
    if kind is ThreadKind.DIRECT:
        return f"Send to {exposed:,} clients in one conversation? {_exposure(kind, exposed)} {notified(reach)}{texts}"
    what = "Send a follow-up to All Clients" if follow_up else "Send to All Clients"
    question = f"{what} of {workspace_name}? {notified(reach)}{texts}"
    return question if locked else f"{question} {_exposure(kind, exposed)}"


def to_unlock(kind: ThreadKind, workspace_name: str, reach: Reach, exposed: int) -> str:
    """What is asked before a thread is unlocked (S3, L3). `reach` is what a reply would do."""
    whom = f" to All Clients of {workspace_name}" if kind is ThreadKind.ALL_CLIENTS else ""
    if kind is ThreadKind.DIRECT and exposed < 2:
        return f"Unlock this thread? Everybody in it can write. By each reply: {_lower(notified(reach))}"
    return f"Unlock this thread{whom}? {_exposure(kind, exposed)} By each reply: {_lower(notified(reach))}"


def to_catch_up(workspace_name: str, reach: Reach) -> str:
    """What is asked before a catch-up (N11), with the figures of whom it notifies."""
    return (
        f"Notify those clients of {workspace_name} who have not read it and got no notification of it? "
        f"{notified(reach)}"
    )


def add_person(name: str, last_number: int, clients: int) -> str:
    """What is asked before somebody is added to a direct thread (A5); `clients` are those in it from then on (L3)."""
    history = f"from message 1 to {last_number}" if last_number > 1 else "from its first message on"
    question = f"Add {name} to this thread? They will see its whole history, {history}."
    return f"{question} {_exposure(ThreadKind.DIRECT, clients)}" if clients > 1 else question


def to_erase(name: str, workspace_name: str, messages: int, waiting: int) -> str:
    """What is asked before a client is erased: what of theirs is replaced, and what will not leave (N12)."""
    question = f"Erase all that is stored of {name}, client of {workspace_name}, for good? "
    question += "Their name, addresses, number, note and drafts go"
    if messages:
        question += f", and {_count(messages, 'message', 'messages')} of theirs will read (erased) for everybody"
    if waiting:
        question += f". {_count(waiting, 'notification', 'notifications')} to them will not leave"
    return f"{question}."


def to_fold(deliveries: int, runs: int) -> str:
    """What is asked before settled deliveries become figures."""
    return (
        f"Keep of {_count(deliveries, 'delivery', 'deliveries')} in {_count(runs, 'run', 'runs')} only how each ended? "
        "When, where to, why and how often go, and what failed cannot be tried again."
    )


def notified(reach: Reach) -> str:
    """The figures of a send in a sentence: notified by which channel, in the portal only, reached by nothing (N4)."""
    if reach == Reach():
        return "Nobody is notified: there is nobody in it today. Whoever joins later will see it."  # A6
    ways = [f"{count:,} by {way}" for count, way in ((reach.email, "e-mail"), (reach.sms, "SMS")) if count]
    parts = ["Nobody will be notified"]
    if reach.people:
        by = f" ({', '.join(ways)})" if ways else ""
        parts = [f"{_count(reach.people, 'person', 'people')} will be notified{by}"]
    if reach.portal_only:
        parts.append(f"{_count(reach.portal_only, 'finds', 'find')} it in the portal only")
    if reach.unreachable:
        parts.append(f"{_count(reach.unreachable, 'is', 'are')} reached by nothing")
    return f"{', '.join(parts)}."


def _exposure(kind: ThreadKind, exposed: int) -> str:
    later = "everyone who joins later" if kind is ThreadKind.ALL_CLIENTS else "everyone who is added later"
    if exposed == 0:
        return f"{later.capitalize()} will see each other's names and replies."
    if exposed == 1:
        return f"1 client and {later} will see each other's names and replies."
    return f"{exposed:,} clients will see each other's names and replies, and {later}."


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]
