"""How far a send is, in words: live while it leaves, and what became of it afterwards (N8)."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from msgcenter_tui.domain import DeliveryState, Progress, Reason, Thread
from msgcenter_tui.tui import pace, render

_S = DeliveryState
_BAR = 28
_LEAST_BAR = 6

_WANTS = (_S.UNKNOWN, _S.HELD, _S.FAILED)
"""What a person decides about."""

_MOVES = (_S.SENDING, _S.RETRYING, _S.WAITING)
_RESTS = (_S.SUPPRESSED, _S.CANCELLED)

_WORDS = {
    _S.FAILED: ("failed", "bold $error"),
    _S.UNKNOWN: ("unknown", "bold $warning"),
    _S.HELD: ("held", "$warning"),
    _S.RETRYING: ("to retry", "$warning"),
    _S.SENDING: ("sending", "$accent"),
    _S.WAITING: ("waiting", "$accent"),
    _S.SUPPRESSED: ("suppressed", "$muted"),
    _S.CANCELLED: ("cancelled", "$muted"),
}


def under_way(progress: Progress | None) -> bool:
    """Whether anything of it is still to leave by itself."""
    return progress is not None and left(progress) > 0


def left(progress: Progress) -> int:
    """How many are still to leave."""
    return sum(progress.by_state.get(state, 0) for state in _MOVES)


def done(progress: Progress) -> int:
    """How many have been settled, one way or another."""
    return progress.total - left(progress)


def live(progress: Progress, speed: pace.Pace, width: int) -> Content:
    """Two lines while it leaves: a bar with pace and time left; what waits, and what went wrong."""
    sent, total = _sent_of(progress)
    words = Content.assemble(("✉ ", "$accent"), f"{render.number(sent)} of {render.number(total)} sent")
    tail = Content.empty()
    if speed.a_second:
        tail = Content.styled(f"  {pace.words(speed.a_second)}", "$muted")
        if (span := speed.left(left(progress))) is not None:
            tail = Content.assemble(tail, (f"  {render.remaining(span)} left", "$muted"))
    room = min(_BAR, width - words.cell_length - tail.cell_length - 2)
    bar = Content.empty()
    if room >= _LEAST_BAR:
        # A bar that is full says that all is done: until then one cell is kept.
        filled = min(room - 1, round(room * done(progress) / max(1, progress.total)))
        bar = Content.assemble("  ", ("━" * filled, "$accent"), ("━" * (room - filled), "$line"))
    return Content("\n").join([Content.assemble(words, bar, tail), _parts(progress, (*_MOVES, *_WANTS), width)])


def outcome(thread: Thread, width: int, key: str) -> Content:
    """ "✉ 398 of 398 sent   ◉ read by 120 of 371", and below it what failed or is unknown, why, and where to look.

    `key` is the one that leads there.
    """
    progress = thread.progress
    if progress is None or not progress.total:
        return _read(thread)
    sent, total = _sent_of(progress)
    words = Content.styled(f"✉ {render.number(sent)} of {render.number(total)} sent", "$muted")
    rests = _RESTS if _undecided(progress, _S.FAILED) else (*_RESTS, _S.FAILED)
    rest = _parts(progress, (*_MOVES, *rests), width)
    figures = Content.styled("figures only", "$muted") if progress.folded else None
    sums = Content("  ").join(part for part in (words if total else None, rest, figures) if part)
    first = [sums, _read(thread)]
    lines = [Content("   ").join(part for part in first if part)]
    if to_decide(progress) is not None:
        look = Content.assemble((key, "bold $accent"), (" to look and decide", "$muted"))
        wants = _parts(progress, _WANTS, width - look.cell_length - 3)
        lines.append(Content.assemble(wants, "   ", look))
    return Content("\n").join(lines)


def to_decide(progress: Progress | None) -> DeliveryState | None:
    """The first state in which a person has something to decide; None: nothing."""
    return next((state for state in _WANTS if progress is not None and _undecided(progress, state)), None)


def _undecided(progress: Progress, state: DeliveryState) -> int:
    """How many are in this state of which somebody can still decide: those that were folded are past."""
    return progress.by_state.get(state, 0) - progress.folded.get(state, 0)


def _sent_of(progress: Progress) -> tuple[int, int]:
    states = progress.by_state
    sent = states.get(_S.SENT, 0) + states.get(_S.READ_FIRST, 0)
    return sent, progress.total - states.get(_S.CANCELLED, 0)  # what was taken back is nobody's failure


def _parts(progress: Progress, states: Sequence[DeliveryState], width: int) -> Content:
    """ "40 waiting  3 failed: Mailbox full": counts of these states, and why some failed where there is room."""
    counts = [(progress.by_state.get(state, 0), *_WORDS[state]) for state in states]
    line = Content("  ").join(Content.styled(f"{render.number(n)} {words}", style) for n, words, style in counts if n)
    if _S.FAILED in states and progress.failed and (why := _why(progress, width - line.cell_length - 2)):
        return Content.assemble(line, (": ", "$error"), why)
    return line


def _why(progress: Progress, room: int) -> Content:
    """Why some failed, the most frequent reasons that there is room for: "No such mailbox (12), Mailbox full (3)"."""
    counted = sum(reason.count for reason in progress.failed) == progress.by_state.get(_S.FAILED, 0)
    parts: list[str] = []
    for reason in progress.failed:
        words = _short(reason) + (f" ({render.number(reason.count)})" if counted and len(progress.failed) > 1 else "")
        if parts and len(", ".join([*parts, words])) > room:
            break
        parts.append(words)
    line = Content.styled(("" if counted else "mostly ") + ", ".join(parts), "$error")
    return line.truncate(room, ellipsis=True) if room >= 12 and parts else Content.empty()


def _short(reason: Reason) -> str:
    return render.plain(reason.words) or "without a word"


def _read(thread: Thread) -> Content:
    if (those := thread.readers) is None or not those.sees:
        return Content.empty()
    return Content.styled(f"◉ read by {render.number(those.read)} of {render.number(those.sees)}", "$muted")
