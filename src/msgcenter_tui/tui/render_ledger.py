"""The ledger in words: each state with a sign and a word, addresses, reasons, and what a banner says (N8, N13)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from textual.content import Content

from msgcenter_tui.domain import Channel, Delivery, DeliveryState, LedgerStatus, Reason
from msgcenter_tui.rules.states import PENDING
from msgcenter_tui.rules.waiting import CHANNEL_WORDS, not_configured
from msgcenter_tui.tui import keys, render

STATE_WORDS = {
    DeliveryState.WAITING: "waiting",
    DeliveryState.HELD: "held",
    DeliveryState.SENDING: "sending",
    DeliveryState.RETRYING: "retrying",
    DeliveryState.SENT: "sent",
    DeliveryState.FAILED: "failed",
    DeliveryState.CANCELLED: "cancelled",
    DeliveryState.READ_FIRST: "read first",
    DeliveryState.SUPPRESSED: "suppressed",
    DeliveryState.UNKNOWN: "unknown",
}

STATE_MEANS = {
    DeliveryState.WAITING: "It leaves when its thread has been quiet for the quiet period.",
    DeliveryState.HELD: "It waits for you: {deliveries.release} releases it.",
    DeliveryState.SENDING: "It is being handed over now.",
    DeliveryState.RETRYING: "The server asked to come back later; it is tried again by itself.",
    DeliveryState.SENT: "The server has accepted it.",
    DeliveryState.FAILED: "The server refused it for good: mend the address, then {deliveries.retry} tries again.",
    DeliveryState.CANCELLED: "It was taken back before it left.",
    DeliveryState.READ_FIRST: "They had read everything in the portal before it left.",
    DeliveryState.SUPPRESSED: "It must not leave any more.",
    DeliveryState.UNKNOWN: "Handed over, but the answer never came: ask them, then {deliveries.arrived} it arrived, "
    "or {deliveries.resend} send again.",
}

_SIGN = {
    DeliveryState.WAITING: ("◷", "$muted"),
    DeliveryState.HELD: ("‖", "$warning"),
    DeliveryState.SENDING: ("➤", "$accent"),
    DeliveryState.RETRYING: ("↻", "$warning"),
    DeliveryState.SENT: ("✓", "$success"),
    DeliveryState.FAILED: ("✗", "bold $error"),
    DeliveryState.CANCELLED: ("–", "$muted"),
    DeliveryState.READ_FIRST: ("◉", "$muted"),
    DeliveryState.SUPPRESSED: ("⊘", "$muted"),
    DeliveryState.UNKNOWN: ("?", "bold $warning"),
}


_REASON_CELLS = 60
_OF_THREAD = ("arrived-thread", "resend-thread", "next-thread")


def state(which: DeliveryState, *, in_words: bool = True) -> Content:
    """Its sign, and what it is called."""
    sign, style = _SIGN[which]
    return Content.styled(f"{sign} {STATE_WORDS[which]}" if in_words else sign, style)


def why(delivery: Delivery, stopped: Mapping[Channel, str]) -> str:
    """Why it is in its state; of what waits for a channel that sends nothing, why that is (N13)."""
    if delivery.why or delivery.state not in PENDING:
        return delivery.why
    return stopped.get(delivery.channel, "")


def cells(
    delivery: Delivery, marked: bool, now: datetime, zone: tzinfo | None, stopped: Mapping[Channel, str]
) -> Mapping[str, Content]:
    """A delivery's line in the ledger."""
    return {
        "mark": Content.styled("✓", "bold $accent") if marked else Content(" "),
        "who": render.line(delivery.recipient.name),
        "channel": Content.styled(CHANNEL_WORDS[delivery.channel], "$muted"),
        "state": state(delivery.state),
        "when": Content.styled(_when(delivery, now, zone, stopped), "$muted"),
        "thread": Content.styled(_thread(delivery), "$muted"),
        "why": render.line(why(delivery, stopped)),
    }


def _thread(delivery: Delivery) -> str:
    """Of which thread it is, as far as who looks may know (V9)."""
    return render.subject(words=delivery.subject) if delivery.sees_thread else "(Not your thread)"


def _when(delivery: Delivery, now: datetime, zone: tzinfo | None, stopped: Mapping[Channel, str]) -> str:
    if delivery.settled_at is not None:
        return render.when(delivery.settled_at, now, zone)
    if delivery.next_at is not None and delivery.channel not in stopped:
        left = delivery.next_at - now
        return f"in {render.remaining(left)}" if left.total_seconds() > 0 else "due"
    return ""


def detail(
    delivery: Delivery,
    now: datetime,
    zone: tzinfo | None,
    stopped: Mapping[Channel, str],
    keymap: Mapping[str, str],
    said: Sequence[Reason] | None = None,
) -> Content:
    """Everything about one delivery; of an unknown one also what was `said` of all like it in its thread."""
    reason = why(delivery, stopped)
    lines = [
        render.line(delivery.recipient.name, "bold"),
        Content.styled(_thread(delivery), "$muted"),
        Content.empty(),
        state(delivery.state),
        Content.styled(keys.filled(_means(delivery, stopped), keymap), "$muted"),
    ]
    if reason:
        lines += [Content.empty(), Content.styled("Why", "$muted"), render.block(reason)]
    if said and sum(one.count for one in said) > 1:
        lines += _together(said, delivery.decides, keymap)
    lines += [Content.empty(), render.fact("Channel", Content(CHANNEL_WORDS[delivery.channel]))]
    address = render.line(delivery.address) if delivery.address else Content.styled("fixed when it leaves", "$muted")
    lines.append(render.fact("Address", address))
    lines.append(render.fact("Messages", Content(render.number(delivery.messages))))
    lines.append(render.fact("Attempts", Content(render.number(delivery.attempts))))
    if delivery.next_at is not None and delivery.settled_at is None and delivery.channel not in stopped:
        lines.append(render.fact("Leaves", Content(render.moment(delivery.next_at, now, zone))))
    if delivery.settled_at is not None:
        lines.append(render.fact("Settled", Content(render.moment(delivery.settled_at, now, zone))))
    return Content("\n").join(lines)


def _together(said: Sequence[Reason], decides: bool, keymap: Mapping[str, str]) -> list[Content]:
    """The unknown ones of a thread, to be judged at once: how many, and what was said last."""
    count = sum(one.count for one in said)
    lines = [Content.empty(), Content.styled(f"{render.number(count)} unknown in this thread", "bold $warning")]
    lines += [Content.assemble((f"{render.number(one.count):>6}  ", "$muted"), reason(one)) for one in said]
    if decides:
        arrived, resend, following = (keys.first(f"deliveries.{name}", keymap) for name in _OF_THREAD)
        lines += [
            Content.empty(),
            Content.assemble((arrived, "bold $accent"), " all of them arrived"),
            Content.assemble((resend, "bold $accent"), " send all of them again"),
            Content.assemble((following, "bold $accent"), (" next thread", "$muted")),
        ]
    return lines


def reason(one: Reason) -> Content:
    """What was said, to many alike."""
    return render.line(one.words) if one.words else Content.styled("nothing was said", "$muted")


def reason_count(one: Reason) -> Content:
    return Content.styled(f"{render.number(one.count):>6} {STATE_WORDS[one.state]:<8}", _SIGN[one.state][1])


def narrowed(only_reason: str | None, keymap: Mapping[str, str], *, one_thread: bool) -> list[Content]:
    """By what the list is narrowed beside its state."""
    parts = []
    if one_thread:
        parts.append(
            Content.styled(f"One thread only, {keys.first('deliveries.thread', keymap)} shows all", "$warning")
        )
    if only_reason is not None:
        words = render.line(only_reason).truncate(_REASON_CELLS, ellipsis=True).plain or "nothing was said"
        parts.append(Content.styled(f"Why: {words}", "$warning"))
    return parts


def of_thread(delivery: Delivery, only_reason: str | None) -> Content:
    """Which ones a question is about."""
    lines = [Content.assemble(("Thread  ", "$muted"), _thread(delivery))]
    if only_reason:
        lines.append(Content.assemble(("Why     ", "$muted"), render.line(only_reason)))
    return Content("\n").join(lines)


def _means(delivery: Delivery, stopped: Mapping[Channel, str]) -> str:
    if delivery.state in PENDING and delivery.channel in stopped:
        return f"It waits: nothing leaves by {CHANNEL_WORDS[delivery.channel]} now."
    return STATE_MEANS[delivery.state]


def summary(status: LedgerStatus, now: datetime, zone: tzinfo | None) -> list[Content]:
    """The line on top: what leaves when, and what wants a person."""
    nothing_leaves = len(status.paused) == len(Channel)
    parts = []
    if status.due:
        parts.append(Content.styled(f"{render.number(status.due)} due now", "$accent"))
    soon = status.next_at is not None and status.next_at > now and not nothing_leaves
    if soon and status.next_at is not None:
        left = render.remaining(status.next_at - now)
        parts.append(Content.styled(f"the next leave in {left}", "$muted"))
    wants = [(status.failed, "failed"), (status.unknown, "unknown"), (status.held, "held")]
    wanting = [f"{render.number(count)} {word}" for count, word in wants if count]
    if wanting:
        parts.append(Content.styled(f"{', '.join(wanting)}: a person has to decide", "bold $warning"))
    if status.apart:
        threads = "a thread" if status.apart == 1 else "threads"
        parts.append(Content.styled(f"{render.number(status.apart)} of these in {threads} you are not in", "$warning"))
    under_way = [(status.sending, "sending"), (status.retrying, "to be tried again")]
    parts += [Content.styled(f"{render.number(count)} {word}", "$accent") for count, word in under_way if count]
    if status.waiting:
        why = ": nothing leaves by e-mail or SMS now" if nothing_leaves else ""
        words = f"{render.number(status.waiting)} waiting{why}"
        parts.append(Content.styled(words, "$warning" if nothing_leaves else "$muted"))
    return parts or [Content.styled("Nothing waits: everything has left.", "$muted")]


def became(delivery: Delivery) -> str:
    """What became of one that was tried again."""
    again = " again" if delivery.state is DeliveryState.FAILED else ""
    why = f": {delivery.why}" if delivery.why else ""
    return f"{delivery.recipient.name}: {STATE_WORDS[delivery.state]}{again}{why}"


def became_of_many(settled: Sequence[Delivery]) -> str:
    states = [delivery.state for delivery in settled]
    parts = [f"{render.number(states.count(one))} {STATE_WORDS[one]}" for one in dict.fromkeys(states)]
    return f"Tried again: {', '.join(parts)}"


def resumable(status: LedgerStatus) -> bool:
    """Whether any channel is paused that a person can let send again: not one that has no account."""
    return any(not not_configured(channel, why) for channel, why in status.paused)


def banner(status: LedgerStatus, now: datetime, keymap: Mapping[str, str], here: str = "") -> Content:
    """Why a channel sends nothing, and what to do about it (N13); empty where all do.

    `here`: what keeps the notifier of this terminal from working.
    """
    resume = keys.first("deliveries.resume", keymap)
    lines = [_stopped(channel, why, status.until.get(channel), now, resume) for channel, why in status.paused]
    if here and not any(why in here for _, why in status.paused):
        lines.append(Content.assemble(("⚠ This terminal cannot send", "bold"), ": ", render.line(here)))
    return Content("\n").join(lines)


def _stopped(channel: Channel, why: str, until: datetime | None, now: datetime, resume: str) -> Content:
    says = Content.assemble(
        ("⚠ ", "bold"), (f"{CHANNEL_WORDS[channel]} sends nothing now", "bold"), ": ", render.line(why)
    )
    if not_configured(channel, why):
        return Content.assemble(says, ". What is to leave by it waits here.")
    waits = ". All that is to leave by it waits. "
    if until is None:
        return Content.assemble(says, waits, "If it was mended at the server, ", (resume, "bold"), " resumes.")
    left = render.remaining(until - now) if until > now else "a moment"
    return Content.assemble(says, waits, f"Tries again in {left}; ", (resume, "bold"), " tries now.")
